//! What is said about reminders: lateness that is taken up, digests, and why something about them is refused.

use super::{Voice, plain, working_days};
use crate::domain::deadline::status;
use crate::domain::digest::{Audience, Rank};
use crate::domain::escalation::{Climbed, EscalationRung, HOLD_DAYS};
use crate::domain::ids::{UnitCode, UserId};
use crate::domain::lang::Lang;
use crate::domain::reminding::ReminderRefusal;
use crate::domain::task::{Task, Visibility};
use crate::domain::when::format_date;
use crate::service::reminders::DigestShown;
use chrono::{DateTime, NaiveDate, Utc};

/// How much of Discord's 4096 characters a digest fills with tasks; the rest is its heading and its last line.
const DIGEST_MAX: usize = 3_700;

impl Voice<'_> {
    /// A unit is reminded of its own part.
    pub fn part_reminder(&self, task: &Task, unit: &UnitCode, due: DateTime<Utc>) -> String {
        let calendar = &self.office.calendar;
        let standing = status(calendar.local(due), self.office.clock.now(), calendar).words(self.lang);
        let (code, title, unit, due) = (&task.code, plain(&task.title), self.short(unit), self.moment(due));
        match self.lang {
            Lang::Vi => format!(
                "**Nhắc việc:** Phần việc của {unit} trong nhiệm vụ {code} ({title}) **{standing}**, hạn {due}. Đề nghị {unit} gửi kết quả cho đơn vị chủ trì và bấm **Hoàn thành** trên thẻ nhiệm vụ."
            ),
            Lang::En => format!(
                "**Reminder:** the part of {unit} in task {code} ({title}) is due {due}: **{standing}**. {unit}, please send it to the lead and press **Done** on the task's card."
            ),
        }
    }

    /// A rung of the escalation.
    pub fn rung(&self, rung: EscalationRung) -> &'static str {
        match (rung, self.lang) {
            (EscalationRung::FocalPoint, Lang::Vi) => "Đầu mối",
            (EscalationRung::FocalPoint, Lang::En) => "focal point",
            (EscalationRung::Deputy, Lang::Vi) => "Phó thủ trưởng đơn vị",
            (EscalationRung::Deputy, Lang::En) => "deputy head of unit",
            (EscalationRung::Head, Lang::Vi) => "Thủ trưởng đơn vị",
            (EscalationRung::Head, Lang::En) => "head of unit",
            (EscalationRung::Coordinator, Lang::Vi) => "Điều phối",
            (EscalationRung::Coordinator, Lang::En) => "coordinator",
            (EscalationRung::Leadership, Lang::Vi) => "Lãnh đạo",
            (EscalationRung::Leadership, Lang::En) => "leadership",
        }
    }

    /// A rung with its unit, where it belongs to one.
    fn rung_of(&self, rung: EscalationRung, unit: Option<&UnitCode>) -> String {
        let above = matches!(rung, EscalationRung::Coordinator | EscalationRung::Leadership);
        match (unit.filter(|_| !above), self.lang) {
            (None, _) => self.rung(rung).to_owned(),
            (Some(unit), Lang::Vi) => format!("{} {}", self.rung(rung), self.short(unit)),
            (Some(unit), Lang::En) => format!("{} of {}", self.rung(rung), self.short(unit)),
        }
    }

    /// To whom the lateness is taken up, as lines below a reminder; nothing when it is not.
    pub fn escalation(&self, task: &Task, climbed: &[Climbed]) -> String {
        let mut text = String::new();
        for climbed in climbed {
            let to = self.rung_of(climbed.rung, task.lead());
            let people: Vec<String> = climbed.holders.iter().map(|user| format!("<@{user}>")).collect();
            let people = people.join(", ");
            let nobody: Vec<&str> = climbed.passed.iter().map(|rung| self.rung(*rung)).collect();
            let nobody = match (nobody.is_empty(), self.lang) {
                (true, _) => String::new(),
                (false, Lang::Vi) => format!(" (chưa có người giữ vị trí {})", nobody.join(", ")),
                (false, Lang::En) => format!(" (nobody holds the position of {})", nobody.join(", ")),
            };
            text.push_str(&match self.lang {
                Lang::Vi => format!("\n**Báo cáo {to}:** {people}{nobody}."),
                Lang::En => format!("\n**Taken up to the {to}:** {people}{nobody}."),
            });
        }
        if !climbed.is_empty() {
            let days = working_days(HOLD_DAYS, self.lang);
            text.push_str(&match self.lang {
                Lang::Vi => format!(
                    " Đề nghị xác nhận bằng nút “Đã nắm thông tin”; khi đó trong {days} tới việc này chưa được báo cáo lên cấp cao hơn."
                ),
                Lang::En => format!(
                    " Please take note with the button “Acknowledge”; it is then not taken up higher for {days}."
                ),
            });
        }
        text
    }

    /// The line that says who took note.
    pub fn acknowledged(&self, task: &Task, by: UserId, rung: EscalationRung, until: NaiveDate) -> String {
        let (code, rung, until) =
            (&task.code, self.rung_of(rung, task.lead()), format_date(until, self.lang));
        match self.lang {
            Lang::Vi => format!(
                "<@{by}> đã nắm thông tin nhiệm vụ {code} quá hạn (báo cáo ở cấp {rung}). Chưa báo cáo lên cấp cao hơn đến hết {until}."
            ),
            Lang::En => format!(
                "<@{by}> took note that task {code} is overdue (taken up to the {rung}). It is not taken up higher up to the end of {until}."
            ),
        }
    }

    /// The answer to who took note.
    pub fn acknowledged_answer(&self, task: &Task, until: NaiveDate) -> String {
        let (code, until) = (&task.code, format_date(until, self.lang));
        match self.lang {
            Lang::Vi => format!(
                "Đã ghi nhận bạn nắm thông tin nhiệm vụ {code}. Đến hết {until} chưa báo cáo lên cấp cao hơn; đơn vị chủ trì vẫn được nhắc hằng ngày."
            ),
            Lang::En => format!(
                "Recorded that you took note of task {code}. Up to the end of {until} it is not taken up higher; the lead is reminded every day all the same."
            ),
        }
    }

    /// A digest: the day's reminders for which there was no room by themselves, the most pressing first.
    pub fn digest(&self, audience: &Audience, day: NaiveDate, digest: &DigestShown) -> String {
        let (who, day) = (self.audience(audience), format_date(day, self.lang));
        let told = &digest.told;
        let count = told.len();
        let mut text = match (self.lang, count) {
            (Lang::Vi, 0) => format!("**Bản tin nhắc việc – {who} – {day}**"),
            (Lang::En, 0) => format!("**Digest – {who} – {day}**"),
            (Lang::Vi, _) => format!("**Bản tin nhắc việc – {who} – {day}** ({count:02} nhiệm vụ)"),
            (Lang::En, 1) => format!("**Digest – {who} – {day}** (1 task)"),
            (Lang::En, _) => format!("**Digest – {who} – {day}** ({count} tasks)"),
        };
        let (mut rank, mut shown) = (None, 0);
        for one in told {
            let heading = if rank == Some(one.rank) {
                String::new()
            } else {
                format!("\n\n__{}__", self.rank(one.rank))
            };
            let line = format!("{heading}\n{}", self.told_line(&one.task));
            if text.chars().count() + line.chars().count() > DIGEST_MAX {
                break;
            }
            text.push_str(&line);
            rank = Some(one.rank);
            shown += 1;
        }
        if shown < count {
            let more = count - shown;
            text.push_str(&match self.lang {
                Lang::Vi => format!("\nvà {more:02} nhiệm vụ khác: xem `/viec-cua-toi`."),
                Lang::En => format!("\nand {more} more: see `/my`."),
            });
        }
        if digest.undecided > 0 {
            text.push_str(&format!("\n\n{}", self.undecided(digest.undecided)));
        }
        if count > 0 {
            text.push_str(self.say(
                "\n\nĐề nghị đơn vị chủ trì cập nhật tiến độ trong từng luồng.",
                "\n\nLead units, please report progress in each thread.",
            ));
        }
        text
    }

    /// One task of a digest. Everybody reads it, so a private task is named by its code alone.
    fn told_line(&self, task: &Task) -> String {
        let thread = task.thread.map(|thread| format!(" · <#{thread}>")).unwrap_or_default();
        let title = match task.visibility {
            Visibility::Public => plain(&task.title),
            Visibility::Private => "🔒".to_owned(),
        };
        let lead = task.lead().map(ToString::to_string).unwrap_or_default();
        format!("**{}** {title} · {lead} · {}{thread}", task.code, self.standing(task))
    }

    /// What a group of a digest is about.
    fn rank(&self, rank: Rank) -> &'static str {
        match (rank, self.lang) {
            (Rank::Today, Lang::Vi) => "Đến hạn hôm nay",
            (Rank::Today, Lang::En) => "Due today",
            (Rank::Escalated, Lang::Vi) => "Quá hạn, báo cáo cấp trên",
            (Rank::Escalated, Lang::En) => "Overdue and taken up",
            (Rank::Overdue, Lang::Vi) => "Quá hạn",
            (Rank::Overdue, Lang::En) => "Overdue",
            (Rank::Ahead, Lang::Vi) => "Sắp đến hạn",
            (Rank::Ahead, Lang::En) => "To come",
        }
    }

    /// Whose digest it is.
    pub fn audience(&self, audience: &Audience) -> String {
        match audience {
            Audience::Unit(unit) => self.short(unit),
            Audience::Coordinators => self.say("Điều phối", "coordinators").to_owned(),
            Audience::Leadership => self.say("Lãnh đạo", "leadership").to_owned(),
        }
    }

    /// Why something about reminders is refused, and what to do next.
    pub fn reminder_refusal(&self, no: &ReminderRefusal) -> String {
        match (no, self.lang) {
            (ReminderRefusal::NothingToAcknowledge { code }, Lang::Vi) => format!(
                "Nhiệm vụ {code} hiện không có báo cáo quá hạn nào cần xác nhận. Xem tình hình bằng `/nhiem-vu xem`."
            ),
            (ReminderRefusal::NothingToAcknowledge { code }, Lang::En) => format!(
                "The lateness of task {code} is not taken up to anybody now. See how it stands with `/task show`."
            ),
            (ReminderRefusal::AlreadyAcknowledged { code, by, until }, lang) => {
                let until = format_date(*until, lang);
                match lang {
                    Lang::Vi => format!(
                        "<@{by}> đã nắm thông tin nhiệm vụ {code}, có hiệu lực đến hết {until}. Bạn không cần xác nhận lại."
                    ),
                    Lang::En => format!(
                        "<@{by}> took note of task {code} already, up to the end of {until}. You need not do so again."
                    ),
                }
            }
            (ReminderRefusal::NotTakenUpToYou { rung, unit }, Lang::Vi) => format!(
                "Bạn không có thẩm quyền xác nhận việc này. Người có thẩm quyền: {} hoặc cấp cao hơn.",
                self.rung_of(*rung, unit.as_ref())
            ),
            (ReminderRefusal::NotTakenUpToYou { rung, unit }, Lang::En) => format!(
                "You have no authority to take note of this. Those who may: the {}, or a level above.",
                self.rung_of(*rung, unit.as_ref())
            ),
            (ReminderRefusal::NotYoursToSet { unit }, lang) => match (unit, lang) {
                (Some(unit), Lang::Vi) => format!(
                    "Bạn không có thẩm quyền đặt cách nhắc việc của đơn vị này. Người có thẩm quyền: Thủ trưởng đơn vị của {}, hoặc từ Điều phối trở lên.",
                    self.short(unit)
                ),
                (Some(unit), Lang::En) => format!(
                    "You have no authority to set how this unit is reminded. Those who may: the head of {}, or coordinator and above.",
                    self.short(unit)
                ),
                (None, Lang::Vi) => "Bạn không có thẩm quyền đặt cách nhắc việc chung. Người có thẩm quyền: từ Điều phối trở lên. Thủ trưởng đơn vị có thể đặt riêng cho đơn vị mình ở mục `don-vi`.".to_owned(),
                (None, Lang::En) => "You have no authority to set how the whole office is reminded. Those who may: coordinator and above. Heads of unit may set it for their own unit, in `unit`.".to_owned(),
            },
            (ReminderRefusal::BadRule { rule, given }, _) => self.bad_rule(*rule, given),
            (ReminderRefusal::NothingToSet, Lang::Vi) => "Chưa nêu điều cần đặt. Hãy điền `do-khan` cùng `moc`, hoặc `gio-yen-lang`, hoặc `toi-da`; xem hiện trạng bằng `/cau-hinh nhac-viec xem`.".to_owned(),
            (ReminderRefusal::NothingToSet, Lang::En) => "Nothing to set was named. Fill in `urgency` with `moments`, or `quiet`, or `limit`; see what holds with `/settings reminders show`.".to_owned(),
            (ReminderRefusal::UrgencyNeeded, Lang::Vi) => "Mốc nhắc đi cùng độ khẩn: hãy điền cả `do-khan` và `moc`.".to_owned(),
            (ReminderRefusal::UrgencyNeeded, Lang::En) => "Moments go with an urgency: fill in both `urgency` and `moments`.".to_owned(),
            (ReminderRefusal::OfficeOnly, Lang::Vi) => "Số lần nhắc tối đa mỗi người mỗi ngày chỉ đặt chung cho cả cơ quan. Hãy bỏ mục `don-vi` hoặc bỏ mục `toi-da` và gửi lại.".to_owned(),
            (ReminderRefusal::OfficeOnly, Lang::En) => "How often a person is pinged in a day is set for the whole office only. Leave out `unit` or `limit` and send it again.".to_owned(),
            (ReminderRefusal::TooLong { days }, Lang::Vi) => format!(
                "Chỉ mô phỏng được tối đa {days} ngày một lần. Hãy rút ngắn khoảng thời gian (`ngay`, `den-ngay`) và gửi lại."
            ),
            (ReminderRefusal::TooLong { days }, Lang::En) => format!(
                "At most {days} days are foretold at once. Shorten the period (`date`, `until`) and send it again."
            ),
        }
    }
}
