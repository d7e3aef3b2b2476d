//! Forms: what a button or a command without its text opens, to be filled in. Like a button's, a form's `custom_id` says it all
//! (`v1:form:report:<id>`), so that one that was opened before a restart can still be sent.

use super::commands::{EPHEMERAL, Error, actor_of, answer_now};
use super::words::{Voice, clip};
use super::{Desk, buttons, menus, render};
use crate::domain::actor::Actor;
use crate::domain::ids::{ChannelId, GuildId};
use crate::domain::lang::Lang;
use crate::domain::rights::TaskAction;
use crate::domain::task::Task;
use crate::service::request::{
    AskExtension, BlockTask, DecideExtension, Incoming, ReopenTask, ReportTask, Request,
};
use crate::service::tasks::TEXT_MAX;
use poise::serenity_prelude as serenity;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Discord's limit for the title of a form.
const FORM_TITLE_MAX: usize = 45;

/// What is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A report of progress.
    Report,
    /// An obstacle.
    Block,
    /// A new deadline that is asked for.
    Extend,
    /// Why it is refused.
    Refuse,
    /// Why a result is returned.
    Return,
}

impl Form {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Report, "report"),
        (Self::Block, "block"),
        (Self::Extend, "extend"),
        (Self::Refuse, "refuse"),
        (Self::Return, "return"),
    ];

    /// As a `custom_id` calls it.
    fn code(self) -> &'static str {
        Self::ALL.iter().find(|(form, _)| *form == self).map_or("", |(_, code)| code)
    }

    /// Back from [`Form::code`].
    pub(super) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name)| *name == code).map(|(form, _)| *form)
    }

    /// What is done by sending it.
    fn action(self) -> TaskAction {
        match self {
            Self::Report => TaskAction::Report,
            Self::Block => TaskAction::Block,
            Self::Extend => TaskAction::AskExtension,
            Self::Refuse => TaskAction::DecideExtension,
            Self::Return => TaskAction::Reopen,
        }
    }

    /// The request that a filled form makes.
    fn request(self, task: String, filled: &BTreeMap<String, String>) -> Request {
        let field = |name: &str| filled.get(name).cloned().unwrap_or_default();
        let maybe = |name: &str| Some(field(name)).filter(|text| !text.trim().is_empty());
        match self {
            Self::Report => Request::ReportTask(ReportTask { task, text: field("text") }),
            Self::Block => Request::BlockTask(BlockTask { task, reason: field("text"), help: maybe("help") }),
            Self::Extend => {
                Request::AskExtension(AskExtension { task, due: field("due"), reason: field("text") })
            }
            Self::Refuse => {
                Request::DecideExtension(DecideExtension { task, grant: false, answer: maybe("text") })
            }
            Self::Return => {
                Request::ReopenTask(ReopenTask { task, reason: field("text"), due: maybe("due") })
            }
        }
    }
}

/// One field of a form.
struct Field {
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    long: bool,
    required: bool,
}

impl Voice<'_> {
    fn form_title(&self, form: Form) -> &'static str {
        match form {
            Form::Report => self.say("Báo cáo tiến độ", "Progress"),
            Form::Block => self.say("Khó khăn, vướng mắc", "Obstacle"),
            Form::Extend => self.say("Đề nghị gia hạn", "Ask for an extension"),
            Form::Refuse => self.say("Không gia hạn", "Refuse the extension"),
            Form::Return => self.say("Trả lại kết quả", "Return the result"),
        }
    }

    fn form_fields(&self, form: Form) -> Vec<Field> {
        let text = |label, hint| Field { id: "text", label, hint, long: true, required: true };
        let due = |label, required| Field {
            id: "due",
            label,
            hint: self.say("ví dụ 28/04/2023, +5, thứ Sáu", "such as 28/04/2023, +5, Friday"),
            long: false,
            required,
        };
        let reason = self.say("Lý do", "Reason");
        match form {
            Form::Report => vec![text(
                self.say("Tiến độ thực hiện", "How far it is"),
                self.say("Đã làm gì, còn lại gì, khi nào xong", "What is done, what is left, by when"),
            )],
            Form::Block => vec![
                text(
                    self.say("Khó khăn, vướng mắc", "What keeps you from going on"),
                    self.say("Vướng ở đâu, cần gì để tiếp tục", "Where it is stuck, what is needed"),
                ),
                Field {
                    id: "help",
                    label: self.say(
                        "Cần đơn vị nào hỗ trợ (mã, có thể bỏ trống)",
                        "Which unit could help (code, may be empty)",
                    ),
                    hint: "KHTC",
                    long: false,
                    required: false,
                },
            ],
            Form::Extend => vec![due(self.say("Thời hạn mới", "New deadline"), true), text(reason, "")],
            Form::Refuse => vec![text(reason, "")],
            Form::Return => vec![
                text(reason, self.say("Cần bổ sung, sửa đổi gì", "What is to be added or changed")),
                due(
                    self.say("Thời hạn mới (bỏ trống nếu giữ nguyên)", "New deadline (empty: as it is)"),
                    false,
                ),
            ],
        }
    }

    /// The form as Discord wants it. `given` fills fields in beforehand.
    fn form(&self, form: Form, task: &Task, given: &[(&str, String)]) -> Value {
        let rows: Vec<Value> = self
            .form_fields(form)
            .into_iter()
            .map(|field| {
                let mut input = json!({
                    "type": 4, "custom_id": field.id, "label": field.label, "required": field.required,
                    "style": if field.long { 2 } else { 1 }, "max_length": if field.long { TEXT_MAX } else { 100 },
                });
                if !field.hint.is_empty() {
                    input["placeholder"] = field.hint.into();
                }
                if let Some((_, value)) = given.iter().find(|(id, _)| *id == field.id) {
                    input["value"] = value.as_str().into();
                }
                json!({ "type": 1, "components": [input] })
            })
            .collect();
        json!({
            "title": clip(&format!("{} {}", self.form_title(form), task.code), FORM_TITLE_MAX),
            "custom_id": format!("v1:form:{}:{}", form.code(), task.id),
            "components": rows,
        })
    }
}

/// An interaction that a form can answer.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) desk: &'a Desk,
    pub(super) http: &'a serenity::Http,
    pub(super) id: serenity::InteractionId,
    pub(super) token: &'a str,
}

/// Opens a form about a task for somebody who may send it; to anybody else it is refused before they write anything.
pub(super) async fn open(
    asked: Asked<'_>,
    actor: &Actor,
    form: Form,
    task: &str,
    given: &[(&str, String)],
) -> Result<(), Error> {
    let office = &asked.desk.office;
    let known = office.recognition(actor.guild).await?;
    let voice = Voice::new(office, actor.lang, &known);
    let modal = match office.may_do(actor, task, form.action()).await? {
        Ok(task) => voice.form(form, &task, given),
        Err(refusal) => {
            let mut data = render::refused(&voice.refusal(&refusal));
            data["flags"] = EPHEMERAL.into();
            return answer_now(asked.http, asked.id, asked.token, data).await;
        }
    };
    let response = json!({ "type": 9, "data": modal });
    Ok(asked.http.create_interaction_response(asked.id, asked.token, &response, Vec::new()).await?)
}

/// What a sent form asks for; `None` when the form is not ours, or of a version to come.
fn request_of(custom_id: &str, filled: &BTreeMap<String, String>) -> Option<Request> {
    let mut parts = custom_id.splitn(4, ':');
    match (parts.next()?, parts.next()?, parts.next()?, parts.next()?) {
        ("v1", "form", form, id) => Some(Form::from_code(form)?.request(id.to_owned(), filled)),
        _ => None,
    }
}

/// Somebody sent a form.
pub(super) async fn sent(
    desk: &Desk,
    http: &serenity::Http,
    form: &serenity::ModalInteraction,
) -> Result<(), Error> {
    let inputs = form.data.components.iter().flat_map(|row| &row.components);
    let filled = inputs
        .filter_map(|input| match input {
            serenity::ActionRowComponent::InputText(text) => {
                Some((text.custom_id.clone(), text.value.clone().unwrap_or_default()))
            }
            _ => None,
        })
        .collect();
    let Some(member) = &form.member else { anyhow::bail!("a form outside a server") };
    let guild = GuildId(member.guild_id.get());
    let menu = || menus::request_of(&form.data.custom_id, guild, &filled);
    let Some(request) = request_of(&form.data.custom_id, &filled).or_else(menu) else {
        anyhow::bail!("no form of ours: {}", form.data.custom_id);
    };
    let incoming = Incoming {
        interaction: form.id.get(),
        application: form.application_id.get(),
        token: form.token.clone(),
        channel: ChannelId(form.channel_id.get()),
        actor: actor_of(desk, member, Lang::of_locale(&form.locale)).await?,
        request,
    };
    buttons::take_in(desk, http, &incoming).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_it_all() {
        let filled = BTreeMap::from([
            ("due".to_owned(), "+5".to_owned()),
            ("text".to_owned(), "Chờ số liệu".to_owned()),
        ]);
        let asked =
            AskExtension { task: "0189".into(), due: "+5".into(), reason: "Chờ số liệu".into() };
        assert_eq!(request_of("v1:form:extend:0189", &filled), Some(Request::AskExtension(asked)));
        assert_eq!(request_of("v2:form:extend:0189", &filled), None);
        assert_eq!(request_of("v1:form:dance:0189", &filled), None);
    }

    #[test]
    fn what_is_left_empty_was_not_given() {
        let filled =
            BTreeMap::from([("text".to_owned(), "x".to_owned()), ("help".to_owned(), " ".to_owned())]);
        let block = BlockTask { task: "1".into(), reason: "x".into(), help: None };
        assert_eq!(request_of("v1:form:block:1", &filled), Some(Request::BlockTask(block)));
    }
}
