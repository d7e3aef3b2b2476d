//! The choice of who gives a task that is like others: give it all the same, or leave it.

use super::commands::Error;
use super::render;
use super::words::Voice;
use crate::domain::lang::Lang;
use crate::domain::refusal::Refusal;
use poise::serenity_prelude as serenity;
use serde_json::{Value, json};

/// The button that leaves it.
pub(super) const NO: &str = "v1:give:no:0";

/// The buttons below a refusal, where it leaves a choice.
pub(super) fn buttons(voice: &Voice<'_>, refusal: &Refusal) -> Option<Value> {
    let Refusal::Alike { asked, .. } = refusal else { return None };
    let button = |id: &str, label: &str, style: u8| json!({ "type": 2, "style": style, "label": label, "custom_id": id });
    Some(json!([{ "type": 1, "components": [
        button(&format!("v1:give:anyway:{asked}"), voice.say("Vẫn giao", "Give anyway"), 1),
        button(NO, voice.say("Thôi", "Cancel"), 2),
    ]}]))
}

/// Somebody leaves it: the question is taken away.
pub(super) async fn left(http: &serenity::Http, press: &serenity::ComponentInteraction) -> Result<(), Error> {
    let text = match Lang::of_locale(&press.locale) {
        Lang::Vi => "Chưa giao nhiệm vụ nào.",
        Lang::En => "No task was given.",
    };
    let mut body = render::notice(text);
    body["components"] = json!([]);
    let response = json!({ "type": 7, "data": body });
    Ok(http.create_interaction_response(press.id, &press.token, &response, Vec::new()).await?)
}
