//! Buttons, and how any request gets in. A button's `custom_id` says it all (`v1:task:receive:<id>`) and the database knows
//! the rest, so that one from last year still works.

use super::commands::{EPHEMERAL, Error, actor_of, answer_now};
use super::forms::{self, Asked, Form};
use super::front::incident;
use super::words::Voice;
use super::{Desk, alike, paging, render};
use crate::domain::ids::ChannelId;
use crate::domain::lang::Lang;
use crate::domain::meeting::AttendanceAnswer;
use crate::domain::setup::Shape;
use crate::domain::task::Choice;
use crate::service::request::{
    AcceptTask, AnswerMeeting, ConfirmCharter, DecideExtension, GiveAnyway, Incoming, Request, TakeNote,
    TaskRef,
};
use crate::service::setup::SetupRequest;
use poise::serenity_prelude as serenity;
use serde_json::json;
use std::time::Duration;

/// How long Discord waits for the first answer; later there is no use in it.
const ACKNOWLEDGE_WITHIN: Duration = Duration::from_secs(3);

/// The beginning of a button's id that shows what a version of the regulation changes; the rest is the version.
pub(super) const COMPARE: &str = "v1:compare:";

/// What a button does.
#[derive(Debug, PartialEq, Eq)]
enum Behind {
    /// It asks for this.
    Request(Request),
    /// It opens a form about a task.
    Form(Form, String),
}

/// What is behind a button; `None` when the button is not ours, or of a version to come.
fn behind(custom_id: &str) -> Option<Behind> {
    let mut parts = custom_id.splitn(4, ':');
    let (version, about, act, id) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let task = || id.to_owned();
    Some(match (version, about, act) {
        ("v1", "task", "receive") => Behind::Request(Request::ReceiveTask(TaskRef { task: task() })),
        ("v1", "task", "done") => Behind::Request(Request::FinishTask(TaskRef { task: task() })),
        ("v1", "give", "anyway") => {
            Behind::Request(Request::GiveAnyway(GiveAnyway { asked: id.parse().ok()? }))
        }
        ("v1", "task", "accept") => {
            Behind::Request(Request::AcceptTask(AcceptTask { task: task(), remark: None }))
        }
        ("v1", "task", "grant") => Behind::Request(Request::DecideExtension(DecideExtension {
            task: task(),
            grant: true,
            answer: None,
        })),
        ("v1", "task", "ack") => {
            Behind::Request(Request::AcknowledgeEscalation(TakeNote { task: task(), unit: None }))
        }
        ("v1", "part", "ack") => {
            let (task, unit) = id.split_once(':')?;
            let (task, unit) = (task.to_owned(), Some(unit.into()));
            Behind::Request(Request::AcknowledgeEscalation(TakeNote { task, unit }))
        }
        ("v1", "task", form) => Behind::Form(Form::from_code(form)?, task()),
        // Plans of an earlier release say "now".
        ("v1", "setup", "apply") => {
            Behind::Request(Request::SetUp(SetupRequest::Apply { shape: Shape::from_code(id) }))
        }
        ("v1", "meeting", answer) => Behind::Request(Request::AnswerMeeting(AnswerMeeting {
            occurrence: id.to_owned(),
            answer: AttendanceAnswer::from_code(answer)?,
        })),
        ("v1", "charter", choice) => {
            let (task, version) = id.split_once(':')?;
            Behind::Request(Request::ConfirmCharter(ConfirmCharter {
                task: task.to_owned(),
                choice: Choice::from_code(choice)?,
                version: Some(version.to_owned()),
                reason: None,
            }))
        }
        _ => return None,
    })
}

/// Somebody pressed a button.
pub(super) async fn pressed(
    desk: &Desk,
    http: &serenity::Http,
    press: &serenity::ComponentInteraction,
) -> Result<(), Error> {
    if press.data.custom_id == alike::NO {
        return alike::left(http, press).await;
    }
    if let Some(asked) = paging::read(&press.data.custom_id) {
        return paging::turn(desk, http, press, asked).await;
    }
    if let Some(version) = press.data.custom_id.strip_prefix(COMPARE) {
        return compare(desk, http, press, version).await;
    }
    let Some(behind) = behind(&press.data.custom_id) else {
        anyhow::bail!("no button of ours: {}", press.data.custom_id);
    };
    let Some(member) = &press.member else { anyhow::bail!("a button outside a server") };
    let actor = actor_of(desk, member, Lang::of_locale(&press.locale)).await?;
    let request = match behind {
        Behind::Request(request) => request,
        Behind::Form(form, task) => {
            let asked = Asked { desk, http, id: press.id, token: &press.token };
            return forms::open(asked, &actor, form, &task, &[]).await;
        }
    };
    let incoming = Incoming {
        interaction: press.id.get(),
        application: press.application_id.get(),
        token: press.token.clone(),
        channel: ChannelId(press.channel_id.get()),
        actor,
        request,
    };
    take_in(desk, http, &incoming).await
}

/// Shows what a version changes and which tasks it touches: to whoever presses, by what they may see and decide.
async fn compare(
    desk: &Desk,
    http: &serenity::Http,
    press: &serenity::ComponentInteraction,
    version: &str,
) -> Result<(), Error> {
    let Some(member) = &press.member else { anyhow::bail!("a button outside a server") };
    let actor = actor_of(desk, member, Lang::of_locale(&press.locale)).await?;
    let known = desk.office.recognition(actor.guild).await?;
    let voice = Voice::new(&desk.office, actor.lang, &known);
    let mut data = match desk.office.compared(&actor, Some(version)).await? {
        Ok(found) => voice.compared_card(&actor, &found),
        Err(refusal) => render::refused(&voice.refusal(&refusal)),
    };
    data["flags"] = EPHEMERAL.into();
    answer_now(http, press.id, &press.token, data).await
}

/// Keeps a request, acknowledges it with "thinking…", and has it decided. It is kept first: what was acknowledged is never
/// lost, and what could not be kept is not acknowledged, so that Discord itself tells the person.
pub(super) async fn take_in(desk: &Desk, http: &serenity::Http, incoming: &Incoming) -> Result<(), Error> {
    let id = serenity::InteractionId::new(incoming.interaction);
    match desk.office.accept(incoming).await? {
        Ok(true) => {}
        Ok(false) => return Ok(()),
        Err(refusal) => {
            let known = desk.office.recognition(incoming.actor.guild).await?;
            let voice = Voice::new(&desk.office, incoming.actor.lang, &known);
            let mut data = render::refused(&voice.refusal(&refusal));
            data["flags"] = EPHEMERAL.into();
            return answer_now(http, id, &incoming.token, data).await;
        }
    }
    let thinking = json!({ "type": 5, "data": { "flags": EPHEMERAL } });
    let acknowledged = http.create_interaction_response(id, &incoming.token, &thinking, Vec::new());
    // Without it the answer will come as a message.
    match tokio::time::timeout(ACKNOWLEDGE_WITHIN, acknowledged).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "a request could not be acknowledged"),
        Err(_) => tracing::warn!("a request could not be acknowledged in time"),
    }
    if let Err(error) = desk.office.handle(incoming.interaction).await {
        // It is kept, and decided as soon as that is possible; the answer then takes the place of this sentence.
        let code = incident(&error.into(), "a request that is kept");
        let body =
            json!({ "content": kept(incoming.actor.lang, &code), "allowed_mentions": { "parse": [] } });
        if let Err(error) = http.edit_original_interaction_response(&incoming.token, &body, Vec::new()).await
        {
            tracing::warn!(incident = code, %error, "the person could not be told");
        }
    }
    Ok(())
}

fn kept(lang: Lang, code: &str) -> String {
    match lang {
        Lang::Vi => format!(
            "Yêu cầu đã được ghi nhận nhưng chưa xử lý được do lỗi nội bộ (mã sự cố {code}). Hệ thống sẽ tự xử lý lại và trả lời tại đây; đề nghị không gửi lại."
        ),
        Lang::En => format!(
            "Your request is recorded and could not be decided yet because of an internal fault (incident {code}). It will be tried again by itself and answered here; please do not send it again."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_says_it_all() {
        assert_eq!(
            behind("v1:task:receive:0189"),
            Some(Behind::Request(Request::ReceiveTask(TaskRef { task: "0189".into() })))
        );
        assert_eq!(behind("v1:task:extend:0189"), Some(Behind::Form(Form::Extend, "0189".into())));
        let note = TakeNote { task: "0189".into(), unit: Some("CTK-01".into()) };
        assert_eq!(
            behind("v1:part:ack:0189:CTK-01"),
            Some(Behind::Request(Request::AcknowledgeEscalation(note)))
        );
        let answer = AnswerMeeting { occurrence: "77".into(), answer: AttendanceAnswer::Sends };
        assert_eq!(behind("v1:meeting:sends:77"), Some(Behind::Request(Request::AnswerMeeting(answer))));
        assert_eq!(behind("v2:task:receive:0189"), None);
        assert_eq!(behind("v1:meeting:dances:77"), None);
    }
}
