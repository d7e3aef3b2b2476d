//! Why something cannot be done to a task, and what can be done instead.

use super::echo;
use crate::discord::words::Voice;
use crate::domain::lang::Lang;
use crate::domain::life::{Act, Life, next};
use crate::domain::refusal::TaskRefusal;
use crate::domain::task::TaskState;

/// What can be done from a state, by the command that does it; receipt comes with anything else.
const COMMANDS: [(Act, &str, &str); 8] = [
    (Act::Report, "bao-cao", "report"),
    (Act::Block, "vuong-mac", "block"),
    (Act::AskExtension, "gia-han", "extend"),
    (Act::DecideExtension, "duyet-gia-han", "decide"),
    (Act::Finish, "hoan-thanh", "done"),
    (Act::Accept, "nghiem-thu", "accept"),
    (Act::Reopen, "mo-lai", "reopen"),
    (Act::Cancel, "huy", "cancel"),
];

impl Voice<'_> {
    fn possible(&self, state: TaskState) -> String {
        let resumes = (state == TaskState::AwaitingExtension).then_some(TaskState::InProgress);
        let life = Life { state, resumes };
        let names: Vec<String> = COMMANDS
            .iter()
            .filter(|(act, ..)| next(life, *act).is_some())
            .map(|(_, vi, en)| match self.lang {
                Lang::Vi => format!("`/nhiem-vu {vi}`"),
                Lang::En => format!("`/task {en}`"),
            })
            .collect();
        names.join(", ")
    }

    pub(super) fn task_refusal(&self, no: &TaskRefusal) -> String {
        match self.lang {
            Lang::Vi => self.task_refusal_vi(no),
            Lang::En => self.task_refusal_en(no),
        }
    }

    fn task_refusal_vi(&self, no: &TaskRefusal) -> String {
        match no {
            TaskRefusal::NotInThisState { code, state } => format!(
                "Nhiệm vụ {code} đang ở trạng thái “{}” nên không thực hiện được việc này. Có thể dùng: {}.",
                self.state(*state),
                self.possible(*state)
            ),
            TaskRefusal::BadText { max } => {
                format!("Cần ghi nội dung (lý do, tiến độ) từ 1 đến {max} ký tự. Hãy bổ sung và gửi lại.")
            }
            TaskRefusal::AlreadyReceived { code } => {
                format!("Đơn vị của bạn đã xác nhận tiếp nhận nhiệm vụ {code} trước đó.")
            }
            TaskRefusal::AlreadySent { code } => {
                format!("Đơn vị của bạn đã báo gửi phần việc trong nhiệm vụ {code} trước đó.")
            }
            TaskRefusal::NotLater { asked, due } => format!(
                "Thời hạn mới ({}) phải muộn hơn thời hạn hiện tại ({}). Hãy chọn ngày khác và gửi lại.",
                self.moment(*asked),
                self.moment(*due)
            ),
            TaskRefusal::DueNeeded { code } => {
                format!("Thời hạn của nhiệm vụ {code} đã qua. Hãy ghi thời hạn mới ở mục `han`.")
            }
            TaskRefusal::AfterTask { due } => format!(
                "Phần việc không thể đến hạn sau nhiệm vụ ({}). Hãy chọn ngày sớm hơn, hoặc xin gia hạn nhiệm vụ trước.",
                self.moment(*due)
            ),
            TaskRefusal::UnderThatVersion { code, version } => format!(
                "Nhiệm vụ {code} đã theo bản {version} đang có hiệu lực, không cần xác nhận. Xem các nhiệm vụ còn lại bằng `/quy-che so-sanh`."
            ),
            TaskRefusal::VersionPassed { asked, in_force } => format!(
                "Bản đang có hiệu lực là {in_force}, không phải {asked}. Hãy xem lại bằng `/quy-che so-sanh` rồi xác nhận."
            ),
            TaskRefusal::LeadToChoose { code, version } => format!(
                "Bảng phân công của bản {version} chưa xác định được đơn vị chủ trì cho nhiệm vụ {code}. Hãy phân công lại bằng `/nhiem-vu phan-cong-lai`, rồi xác nhận giữ nguyên."
            ),
            TaskRefusal::LeadsAlready { unit } => {
                format!(
                    "{} đang chủ trì nhiệm vụ này. Hãy chọn đơn vị khác ở mục `chu-tri`.",
                    self.unit(unit)
                )
            }
            TaskRefusal::NotSupporting { unit, code } => format!(
                "{} không phối hợp trong nhiệm vụ {code}. Xem các đơn vị tham gia bằng `/nhiem-vu xem`.",
                self.unit(unit)
            ),
            TaskRefusal::AlreadyUrged { code, again } => format!(
                "Nhiệm vụ {code} đã được đôn đốc hôm nay. Có thể đôn đốc lại từ {}.",
                self.moment(*again)
            ),
            TaskRefusal::NobodyToUrge { code } => {
                format!(
                    "Các đơn vị phối hợp đều đã gửi phần việc trong nhiệm vụ {code}; không còn ai để đôn đốc."
                )
            }
            TaskRefusal::UnknownStep { code, given } => format!(
                "Quy trình của nhiệm vụ {code} không có bước “{}”. Hãy chọn trong danh sách gợi ý.",
                echo(given)
            ),
            TaskRefusal::NoSteps { code } => {
                format!("Quy chế không quy định bước nào cho giai đoạn của nhiệm vụ {code}.")
            }
            TaskRefusal::LinkedWithItself => {
                "Không liên kết một nhiệm vụ với chính nó. Hãy chọn mã khác.".to_owned()
            }
            TaskRefusal::LinkedAlready { code, other } => {
                format!("Nhiệm vụ {code} và {other} đã được liên kết trước đó. Xem bằng `/nhiem-vu xem`.")
            }
            TaskRefusal::NoNextPhase { code } => format!(
                "Nhiệm vụ {code} thuộc giai đoạn cuối nên không có giai đoạn tiếp theo. Nếu cần, hãy chọn giai đoạn ở mục `giai-doan`."
            ),
            TaskRefusal::NothingToHandOver { code } => format!(
                "Nhiệm vụ {code} chưa hoàn thành nên chưa có kết quả để bàn giao. Hãy báo cáo hoàn thành trước (`/nhiem-vu hoan-thanh`)."
            ),
            TaskRefusal::HandedOverAlready { code, to } => {
                format!(
                    "Kết quả nhiệm vụ {code} đã được bàn giao trong nhiệm vụ {to}. Xem bằng `/nhiem-vu xem ma:{to}`."
                )
            }
        }
    }

    fn task_refusal_en(&self, no: &TaskRefusal) -> String {
        match no {
            TaskRefusal::NotInThisState { code, state } => format!(
                "Task {code} is in the state “{}”, in which this cannot be done. What can be: {}.",
                self.state(*state),
                self.possible(*state)
            ),
            TaskRefusal::BadText { max } => {
                format!(
                    "A text (reason, progress) of 1 to {max} characters is needed. Add it and send it again."
                )
            }
            TaskRefusal::AlreadyReceived { code } => {
                format!("Your unit has confirmed receipt of task {code} before.")
            }
            TaskRefusal::AlreadySent { code } => {
                format!("Your unit has sent its part of task {code} before.")
            }
            TaskRefusal::NotLater { asked, due } => format!(
                "The new deadline ({}) must be later than the one that stands ({}). Choose another day and send it again.",
                self.moment(*asked),
                self.moment(*due)
            ),
            TaskRefusal::DueNeeded { code } => {
                format!("The deadline of task {code} has passed. Give a new one in `due`.")
            }
            TaskRefusal::AfterTask { due } => format!(
                "A part cannot be due after the task ({}). Choose an earlier day, or ask for an extension of the task first.",
                self.moment(*due)
            ),
            TaskRefusal::UnderThatVersion { code, version } => format!(
                "Task {code} is under version {version}, which is in force; there is nothing to confirm. See the others with `/charter diff`."
            ),
            TaskRefusal::VersionPassed { asked, in_force } => format!(
                "The version in force is {in_force}, not {asked}. Look again with `/charter diff` and confirm then."
            ),
            TaskRefusal::LeadToChoose { code, version } => format!(
                "The matrix of version {version} cannot tell who would lead task {code}. Choose a lead with `/task reassign`, then confirm that it stays."
            ),
            TaskRefusal::LeadsAlready { unit } => {
                format!("{} leads this task already. Choose another unit in `lead`.", self.unit(unit))
            }
            TaskRefusal::NotSupporting { unit, code } => {
                format!("{} does not support task {code}. See its units with `/task show`.", self.unit(unit))
            }
            TaskRefusal::AlreadyUrged { code, again } => {
                format!("Task {code} was chased today. It can be chased again from {}.", self.moment(*again))
            }
            TaskRefusal::NobodyToUrge { code } => {
                format!("All supporting units have sent their parts of task {code}; nobody is left to chase.")
            }
            TaskRefusal::UnknownStep { code, given } => format!(
                "The procedure of task {code} has no step “{}”. Choose one from the list.",
                echo(given)
            ),
            TaskRefusal::NoSteps { code } => {
                format!("The charter lists no steps for the phase of task {code}.")
            }
            TaskRefusal::LinkedWithItself => {
                "A task is not linked with itself. Choose another code.".to_owned()
            }
            TaskRefusal::LinkedAlready { code, other } => {
                format!("Tasks {code} and {other} are linked already. See them with `/task show`.")
            }
            TaskRefusal::NoNextPhase { code } => format!(
                "Task {code} belongs to the last phase, so there is no next one. If need be, choose one in `phase`."
            ),
            TaskRefusal::NothingToHandOver { code } => format!(
                "Task {code} is not done, so there is no result to hand over. Report it done first (`/task done`)."
            ),
            TaskRefusal::HandedOverAlready { code, to } => {
                format!(
                    "The result of task {code} was handed over in task {to}. See it with `/task show code:{to}`."
                )
            }
        }
    }
}
