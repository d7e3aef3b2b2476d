//! `/help`: what can be typed, with one example each, from the manifest.

use super::{Context, Error, answer, lang};
use crate::discord::render;
use crate::domain::lang::Lang;

#[poise::command(slash_command, guild_only)]
pub(super) async fn help(ctx: Context<'_>) -> Result<(), Error> {
    let lang = lang(ctx);
    let lines: Vec<String> = ctx
        .data()
        .manifest
        .policies()
        .map(|policy| format!("{}\n`{}`", policy.description.get(lang), policy.example.get(lang)))
        .collect();
    let heading = match lang {
        Lang::Vi => "Liaison giữ Quy chế phối hợp hoạt động. Bạn có thể gõ:",
        Lang::En => "Liaison keeps the coordination regulation working. You can type:",
    };
    answer(ctx, render::list(heading, &lines, None)).await
}
