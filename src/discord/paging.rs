//! Lists with buttons that turn their pages. A button says the whole question again (`v1:list:n1:…`), so that it works after
//! any number of restarts, and the answer takes the place of the page that was shown.

use super::Desk;
use super::commands::{Error, actor_of};
use super::render::{self, EMBEDS_MAX};
use super::words::Voice;
use crate::domain::actor::Actor;
use crate::domain::fold::fold;
use crate::domain::lang::Lang;
use crate::domain::lateness::Lateness;
use crate::domain::task::TaskState;
use crate::service::lists::{ListAsked, ListShown};
use poise::serenity_prelude as serenity;
use serde_json::{Value, json};

/// Discord's limit for a button's id, in characters.
const ID_MAX: usize = 100;

/// The four buttons: first, previous, next, last. The letter keeps their ids apart where they lead to the same page.
const TURNS: [(char, &str); 4] = [('f', "«"), ('p', "‹"), ('n', "›"), ('l', "»")];

/// The list that is asked for, as a message.
pub(super) async fn list(desk: &Desk, actor: &Actor, asked: ListAsked) -> Result<Value, Error> {
    let known = desk.office.recognition(actor.guild).await?;
    let voice = Voice::new(&desk.office, actor.lang, &known);
    Ok(match desk.office.list_tasks(actor, asked).await? {
        Ok(shown) => {
            let (heading, lines) = (voice.list_heading(actor, &shown), voice.task_lines(&shown.list, actor));
            let mut body = render::list(&heading, &lines, voice.list_filters(&shown));
            body["components"] = buttons(&shown);
            if shown.asked == (ListAsked { mine: true, ..ListAsked::default() }) {
                let room = EMBEDS_MAX.saturating_sub(body["embeds"][0].to_string().chars().count());
                let waiting = desk.office.waiting_for(actor).await?;
                wait_above(&mut body, voice.waiting_fields(&waiting, actor, room));
            }
            body
        }
        Err(refusal) => {
            let mut body = render::refused(&voice.refusal(&refusal));
            body["components"] = json!([]);
            body
        }
    })
}

/// What waits for the person stands above all their work, which begins with the nearest deadline.
fn wait_above(body: &mut Value, fields: Vec<Value>) {
    if let (false, Some(embeds)) = (fields.is_empty(), body["embeds"].as_array_mut()) {
        embeds.insert(0, json!({ "color": render::AMBER, "fields": fields }));
    }
}

/// Somebody turns a page: the message is edited in place.
pub(super) async fn turn(
    desk: &Desk,
    http: &serenity::Http,
    press: &serenity::ComponentInteraction,
    asked: ListAsked,
) -> Result<(), Error> {
    let Some(member) = &press.member else { anyhow::bail!("a button outside a server") };
    let actor = actor_of(desk, member, Lang::of_locale(&press.locale)).await?;
    let response = json!({ "type": 7, "data": list(desk, &actor, asked).await? });
    Ok(http.create_interaction_response(press.id, &press.token, &response, Vec::new()).await?)
}

fn buttons(shown: &ListShown) -> Value {
    let (page, last) = (shown.asked.page, shown.pages() - 1);
    if last == 0 {
        return json!([]);
    }
    let targets = [0, page.saturating_sub(1), (page + 1).min(last), last];
    let buttons: Vec<Value> = TURNS
        .iter()
        .zip(targets)
        .map(|((turn, label), target)| {
            let asked = ListAsked { page: target, ..shown.asked.clone() };
            json!({
                "type": 2, "style": 2, "label": label, "custom_id": id_of(*turn, &asked), "disabled": target == page,
            })
        })
        .collect();
    json!([{ "type": 1, "components": buttons }])
}

/// A button's id. The text comes last and is cut where there is no room for more of it.
fn id_of(turn: char, asked: &ListAsked) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let id = format!(
        "v1:list:{turn}{}:{}:{}:{}:{}:{}:{}",
        asked.page,
        if asked.mine { "m" } else { "" },
        text(&asked.unit),
        text(&asked.phase),
        asked.state.map(TaskState::code).unwrap_or_default(),
        asked.late.map(Lateness::code).unwrap_or_default(),
        fold(&text(&asked.text)),
    );
    id.chars().take(ID_MAX).collect()
}

/// The page that a button asks for; `None` when it is no button of a list.
pub(super) fn read(custom_id: &str) -> Option<ListAsked> {
    let rest = custom_id.strip_prefix("v1:list:")?;
    let parts: Vec<&str> = rest.splitn(7, ':').collect();
    let [page, mine, unit, phase, state, late, text] = parts.as_slice() else { return None };
    let turn = page.chars().next().filter(|turn| TURNS.iter().any(|(known, _)| known == turn))?;
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    // What this version does not know is no filter that may be left out.
    let state = match *state {
        "" => None,
        code => Some(TaskState::from_code(code)?),
    };
    let late = match *late {
        "" => None,
        code => Some(Lateness::from_code(code)?),
    };
    Some(ListAsked {
        mine: *mine == "m",
        unit: some(unit),
        phase: some(phase),
        state,
        late,
        text: some(text),
        page: page[turn.len_utf8()..].parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_button_says_the_whole_question() {
        let asked = ListAsked {
            mine: true,
            unit: Some("CTK-48".into()),
            phase: Some("P3".into()),
            state: Some(TaskState::Given),
            late: Some(Lateness::Overdue),
            text: Some("gia: thang 3".into()),
            page: 12,
        };
        let id = id_of('n', &asked);
        assert_eq!(id, "v1:list:n12:m:CTK-48:P3:given:overdue:gia thang 3");
        assert_eq!(read(&id), Some(ListAsked { text: Some("gia thang 3".into()), ..asked }));
        assert_eq!(read("v1:list:f0::::::"), Some(ListAsked::default()));
        for other in [
            "v1:list:x0::::::",
            "v1:list:f::::::",
            "v1:list:f0:::",
            "v1:list:f0::::asleep::",
            "v1:task:done:1",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn an_id_is_short_and_read_again(page in 0..67_usize, text in "\\PC{0,200}", mine: bool) {
            let asked = ListAsked { mine, page, text: Some(text), ..ListAsked::default() };
            let id = id_of('l', &asked);
            prop_assert!(id.chars().count() <= ID_MAX);
            prop_assert_eq!(read(&id).map(|asked| asked.page), Some(page));
        }
    }
}
