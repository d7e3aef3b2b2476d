//! Who may do what: every action by every tier in every relation to what it is about, asked of the service itself.

mod office;
mod tasks;

use crate::databases::{on_both, sqlite};
use crate::desk::Desk;
use liaison::discord::manifest::{Manifest, Requires};
use liaison::discord::words::Voice;
use liaison::domain::actor::{Actor, Tier};
use liaison::domain::lang::Lang;
use liaison::domain::refusal::Refusal;
use liaison::service::directory::Recognition;
use std::collections::BTreeSet;
use tokio::sync::OnceCell;

/// One cell of a table: an action that somebody tried.
struct Tried {
    /// What it is called in the table.
    action: &'static str,
    /// The command behind which it stands; none where anybody may ask and is told what is theirs to see.
    command: Option<String>,
    tier: Option<Tier>,
    actor: Actor,
    done: Result<(), Refusal>,
}

/// All cells of both tables, tried once on SQLite.
async fn everything() -> &'static [Tried] {
    static TRIED: OnceCell<Vec<Tried>> = OnceCell::const_new();
    let tried = async || {
        let mut tried = tasks::tried(&Desk::over(sqlite().await).await).await;
        tried.extend(office::tried(&office::desk(sqlite().await).await).await);
        tried
    };
    TRIED.get_or_init(tried).await
}

/// Nobody, and those of each tier.
fn tiers() -> impl Iterator<Item = Option<Tier>> {
    std::iter::once(None).chain(Tier::ALL.into_iter().map(Some))
}

/// A row for each tier, a column for each action, a sign for each relation: `+` is done, `-` is refused.
fn table(tried: &[Tried]) -> String {
    let mut actions: Vec<&str> = Vec::new();
    for one in tried {
        if !actions.contains(&one.action) {
            actions.push(one.action);
        }
    }
    let cell = |tier, action: &str| -> String {
        let cells = tried.iter().filter(|one| one.tier == tier && one.action == action);
        cells.map(|one| if one.done.is_ok() { '+' } else { '-' }).collect()
    };
    let row = |first: &str, cells: Vec<String>| {
        let padded = actions
            .iter()
            .zip(cells)
            .map(|(action, cell)| format!("  {cell:width$}", width = action.len().max(cell.len()).max(5)));
        format!("{first:13}{}", padded.collect::<String>()).trim_end().to_owned() + "\n"
    };
    let mut table = row("tier", actions.iter().map(ToString::to_string).collect());
    for tier in tiers() {
        let cells = actions.iter().map(|action| cell(tier, action)).collect();
        table += &row(tier.map_or("nobody", Tier::code), cells);
    }
    table
}

#[tokio::test]
async fn what_is_done_to_tasks_is_for_whom_the_table_says() {
    on_both(async |database| {
        let tried = tasks::tried(&Desk::over(database).await).await;
        let found = table(&tried);
        assert_eq!(found, tasks::RIGHTS, "\n{found}");
    })
    .await;
}

#[tokio::test]
async fn how_the_office_is_arranged_is_for_whom_the_table_says() {
    on_both(async |database| {
        let tried = office::tried(&office::desk(database).await).await;
        let found = table(&tried);
        assert_eq!(found, office::RIGHTS, "\n{found}");
    })
    .await;
}

#[tokio::test]
async fn what_the_commands_require_is_what_the_service_enforces() {
    let (manifest, tried) = (Manifest::built_in().unwrap(), everything().await);
    let commands: BTreeSet<&String> = tried.iter().filter_map(|one| one.command.as_ref()).collect();
    for command in &commands {
        let requires = manifest.policy(command).unwrap().requires;
        let of_command = || tried.iter().filter(|one| one.command.as_ref() == Some(*command));
        for one in of_command().filter(|one| one.done.is_ok()) {
            assert!(requires.allows(&one.actor), "/{command} lets {:?} do more than it says", one.actor);
        }
        for tier in tiers() {
            let ever = of_command().any(|one| one.tier == tier && one.done.is_ok());
            let said = of_command().any(|one| one.tier == tier && requires.allows(&one.actor));
            assert_eq!(said, ever, "/{command} by {tier:?}: said to be allowed {said}, is ever done {ever}");
        }
    }
    // The others only ask; what they show is cut to what the person may see.
    for policy in manifest.policies().filter(|policy| !commands.contains(&policy.name.en)) {
        assert_eq!(policy.requires, Requires::Anyone, "/{} is enforced nowhere", policy.name.en);
    }
}

#[tokio::test]
async fn a_refusal_names_who_could_do_it() {
    let (desk, known) = (Desk::over(sqlite().await).await, Recognition::default());
    // A private task does not exist for who may not see it.
    let refused = everything().await.iter().filter(|one| one.command.is_some());
    let seen: BTreeSet<String> = refused
        .filter_map(|one| one.done.as_ref().err())
        .map(|refusal| {
            let [vi, en] =
                [Lang::Vi, Lang::En].map(|lang| Voice::new(&desk.office, lang, &known).refusal(refusal));
            format!("{vi}\n{en}")
        })
        .collect();
    let seen: Vec<String> = seen.into_iter().collect();
    insta::assert_snapshot!(seen.join("\n\n"), @"
    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: Cục TTDL, hoặc từ Điều phối trở lên.
    You have no authority to do this. Those who may: Data Collection and IT, or coordinator and above.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: Cục TTDL, người giao nhiệm vụ (<@1>), hoặc từ Điều phối trở lên.
    You have no authority to do this. Those who may: Data Collection and IT, who gave the task (<@1>), or coordinator and above.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: Cục TTDL.
    You have no authority to do this. Those who may: Data Collection and IT.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: Quản trị; nếu bạn chưa được gán đúng vai trò, đề nghị liên hệ Quản trị.
    You have no authority to do this. Those who may: administrator; if you lack the role that is yours, please ask an administrator.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: TTDL, TKG, hoặc từ Điều phối trở lên.
    You have no authority to do this. Those who may: TTDL, TKG, or coordinator and above.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: TTDL, TKG.
    You have no authority to do this. Those who may: TTDL, TKG.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: Thủ trưởng đơn vị của Cục TTDL, hoặc từ Điều phối trở lên.
    You have no authority to do this. Those who may: the head of Data Collection and IT, or coordinator and above.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: lãnh đạo phụ trách Cục TTDL, hoặc từ Điều phối trở lên.
    You have no authority to do this. Those who may: the leader in charge of Data Collection and IT, or coordinator and above.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: người giao nhiệm vụ (<@1>), hoặc từ Điều phối trở lên.
    You have no authority to do this. Those who may: who gave the task (<@1>), or coordinator and above.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: từ Chuyên viên trở lên; nếu bạn chưa được gán đúng vai trò, đề nghị liên hệ Quản trị.
    You have no authority to do this. Those who may: officer and above; if you lack the role that is yours, please ask an administrator.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: từ Điều phối trở lên; nếu bạn chưa được gán đúng vai trò, đề nghị liên hệ Quản trị.
    You have no authority to do this. Those who may: coordinator and above; if you lack the role that is yours, please ask an administrator.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: từ Đầu mối trở lên; nếu bạn chưa được gán đúng vai trò, đề nghị liên hệ Quản trị.
    You have no authority to do this. Those who may: focal point and above; if you lack the role that is yours, please ask an administrator.

    Bạn không có thẩm quyền đặt cách nhắc việc chung. Người có thẩm quyền: từ Điều phối trở lên. Thủ trưởng đơn vị có thể đặt riêng cho đơn vị mình ở mục `don-vi`.
    You have no authority to set how the whole office is reminded. Those who may: coordinator and above. Heads of unit may set it for their own unit, in `unit`.

    Bạn không có thẩm quyền đặt cách nhắc việc của đơn vị này. Người có thẩm quyền: Thủ trưởng đơn vị của Cục TTDL, hoặc từ Điều phối trở lên.
    You have no authority to set how this unit is reminded. Those who may: the head of Data Collection and IT, or coordinator and above.
    ");
}
