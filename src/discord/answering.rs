//! Answers that may take their time. Discord waits three seconds for a first word; who has had it waits a quarter of an hour.

use super::Desk;
use super::commands::Error;
use super::front::{fault, incident};
use crate::domain::lang::Lang;
use poise::serenity_prelude as serenity;
use serde_json::{Value, json};
use std::pin::pin;
use std::time::Duration;

/// After this time the person is told that the answer is being looked for.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// Seen by nobody but who asked.
const EPHEMERAL: u64 = 1 << 6;

/// What is to be answered.
pub(super) struct Asked<'a> {
    /// The interaction.
    pub(super) id: serenity::InteractionId,
    /// Its token.
    pub(super) token: &'a str,
    /// The application that was asked.
    pub(super) application: u64,
    /// Who asks, in which language.
    pub(super) lang: Lang,
    /// Where the answer goes.
    pub(super) place: Place,
}

/// Where an answer goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Into a message of its own, for the person alone.
    Own,
    /// In place of the message whose button was pressed.
    Same,
}

impl Place {
    /// The types of Discord's responses: with the answer, and without it yet.
    fn types(self) -> (u8, u8) {
        match self {
            Self::Own => (4, 5),
            Self::Same => (7, 6),
        }
    }
}

/// Answers with what `work` finds: at once if that is soon enough, else in place of the word that it is being looked for.
pub(super) async fn answer(
    desk: &Desk,
    http: &serenity::Http,
    asked: &Asked<'_>,
    work: impl Future<Output = Result<Value, Error>>,
) -> Result<(), Error> {
    let (now, later) = asked.place.types();
    let mut work = pin!(work);
    let respond = async |kind: u8, mut data: Value| {
        if asked.place == Place::Own {
            data["flags"] = EPHEMERAL.into();
        }
        let response = json!({ "type": kind, "data": data });
        super::commands::respond(http, asked.id, asked.token, &response).await
    };
    if let Ok(found) = tokio::time::timeout(PATIENCE, &mut work).await {
        return respond(now, found?).await;
    }
    respond(later, json!({})).await?;
    let body = work.await.unwrap_or_else(|error| {
        let text = fault(asked.lang, &incident(&error, "an answer that took its time"));
        json!({ "content": text, "allowed_mentions": { "parse": [] } })
    });
    desk.rest.edit_original_reply(asked.application, asked.token, body).await?;
    Ok(())
}
