//! Answers with buttons that turn their pages. A button says the whole question again (`v1:list:n1:…`), so that it works after
//! any number of restarts, and the answer takes the place of the page that was shown.

use super::Desk;
use super::answering::{self, Asked, Place};
use super::commands::{Error, actor_of};
use super::render::{self, EMBEDS_MAX};
use super::words::Voice;
use crate::domain::actor::Actor;
use crate::domain::fold::fold;
use crate::domain::lang::Lang;
use crate::domain::lateness::Lateness;
use crate::domain::task::TaskState;
use crate::service::lists::ListAsked;
use crate::service::report::{OnTimeAsked, WorkloadAsked};
use poise::serenity_prelude as serenity;
use serde_json::{Value, json};

/// Discord's limit for a button's id, in characters.
const ID_MAX: usize = 100;

/// The four buttons: first, previous, next, last. The letter keeps their ids apart where they lead to the same page.
const TURNS: [(char, &str); 4] = [('f', "«"), ('p', "‹"), ('n', "›"), ('l', "»")];

/// A question whose answer has pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Paged {
    /// `/task list` and `/my`.
    List(ListAsked),
    /// `/report ontime`.
    OnTime(OnTimeAsked),
    /// `/report workload`.
    Workload(WorkloadAsked),
}

impl Paged {
    fn page(&self) -> usize {
        match self {
            Self::List(asked) => asked.page,
            Self::OnTime(asked) => asked.page,
            Self::Workload(asked) => asked.page,
        }
    }

    fn at(&self, page: usize) -> Self {
        match self {
            Self::List(asked) => Self::List(ListAsked { page, ..asked.clone() }),
            Self::OnTime(asked) => Self::OnTime(OnTimeAsked { page, ..asked.clone() }),
            Self::Workload(asked) => Self::Workload(WorkloadAsked { page, ..asked.clone() }),
        }
    }
}

/// The page that is asked for, as a message.
pub(super) async fn answer(desk: &Desk, actor: &Actor, asked: Paged) -> Result<Value, Error> {
    let known = desk.office.recognition(actor.guild).await?;
    let voice = Voice::new(&desk.office, actor.lang, &known);
    let office = &desk.office;
    // The message, the question with the page that there is, and how many there are.
    let found = match asked {
        Paged::List(asked) => office.list_tasks(actor, asked).await?.map(|shown| {
            let (heading, lines) = (voice.list_heading(actor, &shown), voice.task_lines(&shown.list, actor));
            let body = render::list(&heading, &lines, voice.list_filters(&shown));
            (body, shown.pages(), Paged::List(shown.asked))
        }),
        Paged::OnTime(asked) => office.on_time(actor, asked).await?.map(|shown| {
            let body = render::list(
                &voice.on_time_heading(&shown),
                &voice.on_time_lines(&shown, actor),
                Some(voice.on_time_formula().to_owned()),
            );
            (body, shown.table.pages, Paged::OnTime(shown.asked))
        }),
        Paged::Workload(asked) => office.workload(actor, asked).await?.map(|shown| {
            let body = render::list(
                &voice.workload_heading(&shown),
                &voice.workload_lines(&shown),
                Some(voice.workload_formula().to_owned()),
            );
            (body, shown.table.pages, Paged::Workload(shown.asked))
        }),
    };
    Ok(match found {
        Ok((mut body, pages, asked)) => {
            body["components"] = buttons(&asked, pages);
            if asked == Paged::List(ListAsked { mine: true, ..ListAsked::default() }) {
                let room = EMBEDS_MAX.saturating_sub(body["embeds"][0].to_string().chars().count());
                let waiting = office.waiting_for(actor).await?;
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
    asked: Paged,
) -> Result<(), Error> {
    let Some(member) = &press.member else { anyhow::bail!("a button outside a server") };
    let actor = actor_of(desk, member, Lang::of_locale(&press.locale)).await?;
    let to = Asked {
        id: press.id,
        token: &press.token,
        application: press.application_id.get(),
        lang: actor.lang,
        place: Place::Same,
    };
    answering::answer(desk, http, &to, answer(desk, &actor, asked)).await
}

fn buttons(asked: &Paged, pages: usize) -> Value {
    let (page, last) = (asked.page(), pages - 1);
    if last == 0 {
        return json!([]);
    }
    let targets = [0, page.saturating_sub(1), (page + 1).min(last), last];
    let buttons: Vec<Value> = TURNS
        .iter()
        .zip(targets)
        .map(|((turn, label), target)| {
            let id = id_of(*turn, &asked.at(target));
            json!({ "type": 2, "style": 2, "label": label, "custom_id": id, "disabled": target == page })
        })
        .collect();
    json!([{ "type": 1, "components": buttons }])
}

/// A button's id. A text that is looked for comes last and is cut where there is no room for more of it.
fn id_of(turn: char, asked: &Paged) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let page = asked.page();
    let id = match asked {
        Paged::List(asked) => format!(
            "v1:list:{turn}{page}:{}:{}:{}:{}:{}:{}",
            if asked.mine { "m" } else { "" },
            text(&asked.unit),
            text(&asked.phase),
            asked.state.map(TaskState::code).unwrap_or_default(),
            asked.late.map(Lateness::code).unwrap_or_default(),
            fold(&text(&asked.text)),
        ),
        Paged::OnTime(asked) => format!(
            "v1:ontime:{turn}{page}:{}:{}:{}:{}",
            text(&asked.date),
            text(&asked.until),
            text(&asked.unit),
            text(&asked.phase),
        ),
        Paged::Workload(asked) => {
            format!("v1:workload:{turn}{page}:{}:{}", text(&asked.unit), text(&asked.phase))
        }
    };
    id.chars().take(ID_MAX).collect()
}

/// The page that a button asks for; `None` when it turns none.
pub(super) fn read(custom_id: &str) -> Option<Paged> {
    let (kind, rest) = custom_id.strip_prefix("v1:")?.split_once(':')?;
    let (page, rest) = rest.split_once(':')?;
    let turn = page.chars().next().filter(|turn| TURNS.iter().any(|(known, _)| known == turn))?;
    let page = page[turn.len_utf8()..].parse().ok()?;
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    match kind {
        "list" => {
            let parts: Vec<&str> = rest.splitn(6, ':').collect();
            let [mine, unit, phase, state, late, text] = parts.as_slice() else { return None };
            // What this version does not know is no filter that may be left out.
            let state = match *state {
                "" => None,
                code => Some(TaskState::from_code(code)?),
            };
            let late = match *late {
                "" => None,
                code => Some(Lateness::from_code(code)?),
            };
            let (mine, unit, phase, text) = (*mine == "m", some(unit), some(phase), some(text));
            Some(Paged::List(ListAsked { mine, unit, phase, state, late, text, page }))
        }
        "ontime" => {
            let parts: Vec<&str> = rest.split(':').collect();
            let [date, until, unit, phase] = parts.as_slice() else { return None };
            let (date, until, unit, phase) = (some(date), some(until), some(unit), some(phase));
            Some(Paged::OnTime(OnTimeAsked { date, until, unit, phase, page }))
        }
        "workload" => {
            let (unit, phase) = rest.split_once(':')?;
            Some(Paged::Workload(WorkloadAsked { unit: some(unit), phase: some(phase), page }))
        }
        _ => None,
    }
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
        let id = id_of('n', &Paged::List(asked.clone()));
        assert_eq!(id, "v1:list:n12:m:CTK-48:P3:given:overdue:gia thang 3");
        assert_eq!(read(&id), Some(Paged::List(ListAsked { text: Some("gia thang 3".into()), ..asked })));
        assert_eq!(read("v1:list:f0::::::"), Some(Paged::List(ListAsked::default())));
        let some = |text: &str| Some(text.to_owned());
        let asked = Paged::OnTime(OnTimeAsked {
            date: some("2023-01-01"),
            until: some("2023-03-24"),
            unit: None,
            phase: some("P3"),
            page: 6,
        });
        assert_eq!(id_of('l', &asked), "v1:ontime:l6:2023-01-01:2023-03-24::P3");
        assert_eq!(read("v1:ontime:l6:2023-01-01:2023-03-24::P3"), Some(asked));
        let asked = Paged::Workload(WorkloadAsked { unit: some("CTK-48"), phase: None, page: 1 });
        assert_eq!(id_of('p', &asked), "v1:workload:p1:CTK-48:");
        assert_eq!(read("v1:workload:p1:CTK-48:"), Some(asked));
        for other in [
            "v1:list:x0::::::",
            "v1:list:f::::::",
            "v1:list:f0:::",
            "v1:list:f0::::asleep::",
            "v1:ontime:n1:2023-01-01::P3",
            "v1:workload:n1:TTDL",
            "v1:board:n1:",
            "v1:task:done:1",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn an_id_is_short_and_read_again(page in 0..67_usize, text in "\\PC{0,200}", mine: bool) {
            let asked = Paged::List(ListAsked { mine, page, text: Some(text), ..ListAsked::default() });
            let id = id_of('l', &asked);
            prop_assert!(id.chars().count() <= ID_MAX);
            prop_assert_eq!(read(&id).map(|asked| asked.page()), Some(page));
        }
    }
}
