//! Completing what people type: phases, units and tasks, whatever the accents. At most 25 choices, as Discord allows.

use super::{Context, Error, actor, lang};
use crate::discord::words::{Voice, clip};
use crate::domain::fold::fold;
use crate::domain::ids::PhaseCode;
use crate::domain::lang::Lang;
use crate::domain::when::{self, format_date, weekday_name};
use crate::service::directory::Recognition;
use chrono::Weekday;
use poise::serenity_prelude::{AutocompleteChoice, CreateAutocompleteResponse, ResolvedValue};
use std::time::Duration;

/// Discord's limit.
const CHOICES: usize = 25;
/// Discord's limit for the name and for the value of a choice.
const CHOICE_MAX: usize = 100;
const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
/// Discord waits three seconds; nothing is better than something that comes too late.
const PATIENCE: Duration = Duration::from_millis(1_500);

pub(super) fn response(choices: impl Iterator<Item = (String, String)>) -> CreateAutocompleteResponse {
    let choices = choices
        .filter(|(_, value)| value.chars().count() <= CHOICE_MAX)
        .take(CHOICES)
        .map(|(name, value)| AutocompleteChoice::new(clip(&name, CHOICE_MAX), value))
        .collect();
    CreateAutocompleteResponse::new().set_choices(choices)
}

pub(super) async fn phase(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let lang = lang(ctx);
    let found = ctx.data().office.charter().find_phases(typed, CHOICES);
    response(
        found
            .into_iter()
            .map(|phase| (format!("{} – {}", phase.code, phase.name.get(lang)), phase.code.to_string())),
    )
}

pub(super) async fn activity(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let lang = lang(ctx);
    let charter = ctx.data().office.charter();
    let phase: Option<PhaseCode> = option(ctx, "phase")
        .and_then(|text| charter.find_phases(&text, 1).first().map(|phase| phase.code.clone()));
    let found = charter.find_activities(phase.as_ref(), typed, CHOICES);
    response(
        found.into_iter().map(|activity| {
            (format!("{} – {}", activity.code, activity.name.get(lang)), activity.code.clone())
        }),
    )
}

pub(super) async fn unit(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let office = &ctx.data().office;
    let known = Recognition::default();
    let voice = Voice::new(office, lang(ctx), &known);
    let found = office.charter().find_units(typed, office.today(), CHOICES);
    response(found.into_iter().map(|unit| (voice.unit_choice(unit), unit.code.to_string())))
}

/// Completes the last of several units; those before it stay as they are.
pub(super) async fn units(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let lang = lang(ctx);
    let charter = ctx.data().office.charter();
    let (before, last) = match typed.rfind([',', ';']) {
        Some(at) => (format!("{}, ", typed[..at].trim_end_matches([',', ';', ' '])), &typed[at + 1..]),
        None => (String::new(), typed),
    };
    let named: Vec<&str> = before.split([',', ';']).map(str::trim).collect();
    let query = fold(last);
    let groups = charter
        .groups()
        .iter()
        .filter(|group| fold(&format!("{} {}", group.code, group.name.get(lang))).contains(&query))
        .map(|group| (group.code.clone(), group.name.get(lang).to_owned()));
    let units = charter
        .find_units(last, ctx.data().office.today(), CHOICES)
        .into_iter()
        .map(|unit| (unit.code.to_string(), unit.name.get(lang).to_owned()));
    let choices = groups
        .chain(units)
        .filter(|(code, _)| !named.contains(&code.as_str()))
        .map(|(code, name)| (format!("{before}{code} – {name}"), format!("{before}{code}")));
    response(choices)
}

pub(super) async fn task(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let looking = async {
        let actor = actor(ctx).await?;
        Ok::<_, Error>(ctx.data().office.complete_task(&actor, typed).await?)
    };
    let tasks = match tokio::time::timeout(PATIENCE, looking).await {
        Ok(Ok(tasks)) => tasks,
        Ok(Err(error)) => {
            tracing::error!(%error, "tasks could not be completed");
            Vec::new()
        }
        Err(_) => Vec::new(),
    };
    response(tasks.into_iter().map(|task| (format!("{} · {}", task.code, task.title), task.code)))
}

/// The steps of the procedure of the task that is named in the same line.
pub(super) async fn step(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let looking = async {
        let Some(code) = option(ctx, "code") else { return Ok(Vec::new()) };
        let office = &ctx.data().office;
        let Ok(task) = office.task_shown(&actor(ctx).await?, &code).await? else { return Ok(Vec::new()) };
        Ok::<_, Error>(office.store.task_steps(&task.id).await?)
    };
    let steps = match tokio::time::timeout(PATIENCE, looking).await {
        Ok(Ok(steps)) => steps,
        Ok(Err(error)) => {
            tracing::error!(%error, "steps could not be completed");
            Vec::new()
        }
        Err(_) => Vec::new(),
    };
    let (lang, wanted) = (lang(ctx), fold(typed));
    response(steps.into_iter().filter_map(|step| {
        let mark = if step.checked_at.is_some() { "☑" } else { "☐" };
        let name = format!("{mark} {} – {}", step.code, step.name.get(lang));
        fold(&name).contains(&wanted).then_some((name, step.code))
    }))
}

/// The holdings of meetings, the nearest first.
pub(super) async fn meeting(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let office = &ctx.data().office;
    let looking = async {
        let actor = actor(ctx).await?;
        Ok::<_, Error>(office.meetings_like(actor.guild, typed).await?)
    };
    let holdings = match tokio::time::timeout(PATIENCE, looking).await {
        Ok(Ok(holdings)) => holdings,
        Ok(Err(error)) => {
            tracing::error!(%error, "meetings could not be completed");
            Vec::new()
        }
        Err(_) => Vec::new(),
    };
    response(holdings.into_iter().map(|holding| {
        let at = office.calendar.local(holding.starts_at).format("%d/%m/%Y %H:%M");
        (format!("{at} · {}", holding.meeting.title), holding.id)
    }))
}

/// The groups of commands.
pub(super) async fn command(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let (lang, wanted) = (lang(ctx), fold(typed.trim().trim_start_matches('/')));
    let mut names: Vec<String> = Vec::new();
    for policy in ctx.data().manifest.policies() {
        let name = policy.name.get(lang).split(' ').next().unwrap_or_default().to_owned();
        if fold(&name).contains(&wanted) && !names.contains(&name) {
            names.push(name);
        }
    }
    response(names.into_iter().map(|name| (format!("/{name}"), name)))
}

/// Shows how a date is understood before it is sent.
pub(super) async fn date(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let lang = lang(ctx);
    let office = &ctx.data().office;
    let now = office.calendar.local(office.clock.now());
    let tries = match (typed.trim(), lang) {
        ("", Lang::Vi) => vec!["hôm nay", "mai", "+5", "+10"],
        ("", Lang::En) => vec!["today", "tomorrow", "+5", "+10"],
        (typed, _) => {
            let begun = fold(typed);
            let mut days = WEEK.map(|day| weekday_name(day, lang)).to_vec();
            days.retain(|day| fold(day).starts_with(&begun));
            // "thu" is the beginning of most days in one language, and a day in the other.
            if days.is_empty() { vec![typed] } else { days }
        }
    };
    response(tries.into_iter().filter_map(|text| {
        let when = when::parse(text, now, &office.calendar).ok()?;
        let time = when.time.map(|time| time.format(" %H:%M").to_string()).unwrap_or_default();
        let off = match (office.calendar.is_working(when.date), lang) {
            (true, _) => "",
            (false, Lang::Vi) => " (ngày nghỉ)",
            (false, Lang::En) => " (a day off)",
        };
        let name = format!("{text} → {}{time}{off}", format_date(when.date, lang));
        Some((name, format!("{}{time}", when.date.format("%d/%m/%Y"))))
    }))
}

/// The value of another option of the command that is being typed.
pub(super) fn option(ctx: Context<'_>, name: &str) -> Option<String> {
    let option = ctx.args.iter().find(|option| option.name == name)?;
    match &option.value {
        ResolvedValue::String(text) => Some((*text).to_owned()),
        _ => None,
    }
}

/// What a channel may be for.
pub(super) async fn purpose(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let office = &ctx.data().office;
    let known = Recognition::default();
    let voice = Voice::new(office, lang(ctx), &known);
    let query = fold(typed);
    let named = office.purposes().into_iter().map(|place| {
        let value = place.purpose.strip_prefix("phase:").unwrap_or(&place.purpose).to_owned();
        (voice.purpose(&place.purpose), value)
    });
    response(named.filter(|(name, _)| fold(name).contains(&query)))
}
