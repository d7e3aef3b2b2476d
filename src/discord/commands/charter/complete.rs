//! Completing what people type about the regulation: its articles, steps and versions.

use super::super::complete::{option, response};
use super::super::{Context, lang};
use crate::domain::fold::fold;
use crate::domain::lang::Lang;
use poise::serenity_prelude::CreateAutocompleteResponse;

/// Articles and appendices of the version in force, by number or title.
pub(super) async fn article(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let (lang, charter, wanted) = (lang(ctx), ctx.data().office.charter(), fold(typed));
    let articles = charter.articles().iter().map(|it| {
        let cited = match lang {
            Lang::Vi => format!("Điều {}", it.number),
            Lang::En => format!("Article {}", it.number),
        };
        (format!("{cited}. {}", it.title.get(lang)), cited)
    });
    let appendices = charter.appendices().iter().map(|it| {
        let cited = match lang {
            Lang::Vi => format!("Phụ lục {:02}", it.number),
            Lang::En => format!("Appendix {:02}", it.number),
        };
        (format!("{cited}. {}", it.title.get(lang)), cited)
    });
    response(articles.chain(appendices).filter(|(name, _)| fold(name).contains(&wanted)))
}

/// The steps of the phase that is named beside it, else of all.
pub(super) async fn step(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let (lang, charter, wanted) = (lang(ctx), ctx.data().office.charter(), fold(typed));
    let phase = option(ctx, "phase").and_then(|text| charter.phase_meant(&text).map(|it| it.code.clone()));
    let phases = charter.phases().iter().filter(|it| phase.as_ref().is_none_or(|code| it.code == *code));
    let steps = phases.flat_map(|phase| &phase.steps);
    let choices = steps.map(|step| (format!("{} – {}", step.code, step.name.get(lang)), step.code.clone()));
    response(choices.filter(|(name, _)| fold(name).contains(&wanted)))
}

/// The versions, the latest first.
pub(super) async fn version(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let (lang, office, wanted) = (lang(ctx), &ctx.data().office, fold(typed));
    let choices = office.charters.all().rev().map(|version| {
        let about = version.about();
        let from = about.effective_from.format("%d/%m/%Y");
        (format!("{} ({from}) – {}", about.id, about.short_title.get(lang)), about.id.clone())
    });
    response(choices.filter(|(name, _)| fold(name).contains(&wanted)))
}
