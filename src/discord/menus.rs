//! What is chosen in the menu of a message: a task is made of it by a form, or it is recorded as a decision. The form says by
//! its `custom_id` (`v1:menu:task:<channel>:<message>`) of which message.

use super::commands::{EPHEMERAL, Error, actor_of, answer_now};
use super::manifest::Choice;
use super::words::{Voice, clip};
use super::{Desk, buttons, render};
use crate::domain::fold::tidy;
use crate::domain::ids::{ChannelId, GuildId, MessageId};
use crate::domain::lang::Lang;
use crate::domain::refusal::Refusal;
use crate::domain::task::{TITLE_MAX, Urgency, Visibility};
use crate::service::Office;
use crate::service::request::{GiveFrom, GiveTask, Incoming, MarkDecision, Request};
use poise::serenity_prelude as serenity;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The choice that a command of Discord's is, when it is one of a message's menu.
pub(super) fn choice(desk: &Desk, command: &serenity::CommandInteraction) -> Option<Choice> {
    matches!(command.data.kind, serenity::CommandType::Message)
        .then(|| desk.manifest.choice(&command.data.name))
        .flatten()
}

/// Somebody chose something in the menu of a message.
pub(super) async fn chosen(
    desk: &Desk,
    http: &serenity::Http,
    command: &serenity::CommandInteraction,
    choice: Choice,
) -> Result<(), Error> {
    let Some(serenity::ResolvedTarget::Message(message)) = command.data.target() else {
        anyhow::bail!("a message's menu without a message");
    };
    let Some(member) = &command.member else { anyhow::bail!("a menu outside a server") };
    let actor = actor_of(desk, member, Lang::of_locale(&command.locale)).await?;
    let place = (ChannelId(command.channel_id.get()), MessageId(message.id.get()));
    let text = message.content.clone();
    match choice {
        Choice::Task => {
            let known = desk.office.recognition(actor.guild).await?;
            let voice = Voice::new(&desk.office, actor.lang, &known);
            // What must not be kept is not put into a form either, and nobody fills one in who may not give a task.
            let what = desk.office.forbidden_at(place.0, &text).await?;
            let refusal = what.map(|what| Refusal::Forbidden { what });
            if let Some(refusal) = refusal.or_else(|| Office::gives_no_task(&actor)) {
                let mut data = render::refused(&voice.refusal(&refusal));
                data["flags"] = EPHEMERAL.into();
                return answer_now(http, command.id, &command.token, data).await;
            }
            let response = json!({ "type": 9, "data": form(&voice, &text, place) });
            Ok(http.create_interaction_response(command.id, &command.token, &response, Vec::new()).await?)
        }
        Choice::Decision => {
            let (channel, message) = (place.0, place.1);
            let incoming = Incoming {
                interaction: command.id.get(),
                application: command.application_id.get(),
                token: command.token.clone(),
                channel,
                actor,
                request: Request::MarkDecision(MarkDecision { channel, message, text }),
            };
            buttons::take_in(desk, http, &incoming).await
        }
    }
}

/// The form of a task out of a message, with the message's beginning as the title.
fn form(voice: &Voice<'_>, text: &str, (channel, message): (ChannelId, MessageId)) -> Value {
    let first = text.lines().map(tidy).find(|line| !line.is_empty()).unwrap_or_default();
    let field = |id: &str, label: &str, hint: &str, value: &str, required: bool, max: usize| {
        let mut input = json!({
            "type": 4, "custom_id": id, "label": label, "style": 1, "required": required, "max_length": max,
        });
        if !hint.is_empty() {
            input["placeholder"] = hint.into();
        }
        if !value.is_empty() {
            input["value"] = value.into();
        }
        json!({ "type": 1, "components": [input] })
    };
    let due = voice.say("ví dụ 28/04/2023, +5, thứ Sáu", "such as 28/04/2023, +5, Friday");
    let by_matrix = voice.say("bỏ trống thì theo Bảng phân công trách nhiệm", "left empty, the matrix's");
    // A form has room for five fields, so that the reason for another lead than the matrix's stands beside it.
    let lead = voice.say(
        "bỏ trống thì theo Bảng phân công; đơn vị khác thì kèm lý do, ví dụ TKG: theo chỉ đạo",
        "left empty, the matrix's; another one with the reason, such as TKG: as instructed",
    );
    json!({
        "title": voice.say("Tạo nhiệm vụ từ tin nhắn", "Make a task of this"),
        "custom_id": format!("v1:menu:task:{channel}:{message}"),
        "components": [
            field("title", voice.say("Nội dung nhiệm vụ", "What is to be done"), "", &clip(&first, TITLE_MAX), true, TITLE_MAX),
            field("phase", voice.say("Giai đoạn", "Phase"), "P1 … P8", "", true, 100),
            field("due", voice.say("Thời hạn", "Deadline"), due, "", true, 100),
            field("lead", voice.say("Đơn vị chủ trì (có thể bỏ trống)", "Lead unit (may be empty)"), lead, "", false, 400),
            field("support", voice.say("Đơn vị phối hợp (có thể bỏ trống)", "Supporting units (may be empty)"), by_matrix, "", false, 400),
        ],
    })
}

/// What a sent form asks for; `None` when it is no form of a menu. The basis is the link to the message.
pub(super) fn request_of(
    custom_id: &str,
    guild: GuildId,
    filled: &BTreeMap<String, String>,
) -> Option<Request> {
    let (channel, message) = custom_id.strip_prefix("v1:menu:task:")?.split_once(':')?;
    let (channel, message) = (ChannelId(channel.parse().ok()?), MessageId(message.parse().ok()?));
    let field = |name: &str| filled.get(name).cloned().unwrap_or_default();
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let maybe = |name: &str| text(&field(name));
    let (lead, reason) = match field("lead").split_once([':', ';']) {
        Some((lead, reason)) => (text(lead), text(reason)),
        None => (maybe("lead"), None),
    };
    // Forms that were opened before have a field of its own for it.
    let reason = reason.or_else(|| maybe("reason"));
    let give = GiveTask {
        title: field("title"),
        phase: field("phase"),
        due: field("due"),
        lead,
        support: maybe("support"),
        urgency: Urgency::Normal,
        basis: Some(render::link(guild, channel, message)),
        visibility: Visibility::Public,
        reason,
    };
    Some(Request::GiveFrom(GiveFrom { give, channel, message }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_of_which_message() {
        let filled = BTreeMap::from([
            ("title".to_owned(), "Rà soát".to_owned()),
            ("phase".to_owned(), "P3".to_owned()),
            ("due".to_owned(), "+5".to_owned()),
            ("lead".to_owned(), " ".to_owned()),
        ]);
        let Some(Request::GiveFrom(from)) = request_of("v1:menu:task:5:7", GuildId(1), &filled) else {
            panic!("it is ours");
        };
        assert_eq!((from.channel, from.message), (ChannelId(5), MessageId(7)));
        assert_eq!(from.give.basis.as_deref(), Some("https://discord.com/channels/1/5/7"));
        assert_eq!((from.give.title.as_str(), from.give.lead, from.give.support), ("Rà soát", None, None));
        let given = |lead: &str, reason: &str| {
            let with = [("lead", lead), ("reason", reason), ("support", "TKG, CTK-01 ")];
            let with = with.map(|(name, text)| (name.to_owned(), text.to_owned()));
            let filled = filled.clone().into_iter().chain(with).collect();
            let Some(Request::GiveFrom(from)) = request_of("v1:menu:task:5:7", GuildId(1), &filled) else {
                panic!("it is ours");
            };
            assert_eq!(from.give.support.as_deref(), Some("TKG, CTK-01"));
            (from.give.lead.unwrap_or_default(), from.give.reason.unwrap_or_default())
        };
        let pair = |lead: &str, reason: &str| (lead.to_owned(), reason.to_owned());
        assert_eq!(given("TKG: theo chỉ đạo: gấp", ""), pair("TKG", "theo chỉ đạo: gấp"));
        assert_eq!(given("TKG", "như trước"), pair("TKG", "như trước"), "a form of before");
        assert_eq!(given("TKG:", ""), pair("TKG", ""));
        assert_eq!(request_of("v1:form:report:7", GuildId(1), &filled), None);
        assert_eq!(request_of("v1:menu:task:5:x", GuildId(1), &filled), None);
    }
}
