//! Holders of positions as a table: out for those who keep it, and back in one change.

use super::people::record_holding;
use super::{Office, Outcome};
use crate::domain::charter::sheets::{CellFault, Held, Known, Sheet, export_holders, import_holders};
use crate::domain::ids::{GuildId, UserId};
use crate::domain::position::Holding;
use crate::store::audit::AuditEntry;
use crate::store::new_id;
use std::collections::BTreeSet;

impl Office {
    /// Everybody who holds a position today or will, on whatever server.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn holders_table(&self) -> Outcome<Sheet> {
        let mut held = Vec::new();
        for (guild, _) in self.store.servers().await? {
            for one in self.store.holdings(guild, self.today()).await? {
                let name =
                    self.store.person(guild, one.user).await?.map(|person| person.name).unwrap_or_default();
                let Holding { unit, position, user, from, until, .. } = one;
                held.push((Held { guild, unit, position, user, from, until }, name));
            }
        }
        Ok(export_holders(&held))
    }

    /// Takes in the holders of a table, unless it is only `tried`: what is recorded already stays, nobody is removed, and a
    /// holder of a position that a unit has once takes the place of the one before. Returns how many were new.
    ///
    /// # Errors
    /// When the database refuses; the inner error lists every fault by its cell, and then nothing is taken in.
    pub async fn import_holders(&self, sheet: &Sheet, tried: bool) -> Outcome<Result<usize, Vec<CellFault>>> {
        let servers: Vec<GuildId> = self.store.servers().await?.into_iter().map(|(guild, _)| guild).collect();
        let mut people: BTreeSet<(GuildId, UserId)> = BTreeSet::new();
        for user in sheet.rows.iter().flatten().filter_map(|cell| cell.trim().parse().ok()).map(UserId) {
            for guild in &servers {
                if self.store.person(*guild, user).await?.is_some() {
                    people.insert((*guild, user));
                }
            }
        }
        let (charter, today) = (self.charter(), self.today());
        let known = Known {
            servers: &servers,
            unit: &|code| charter.unit(code).is_some_and(|unit| unit.exists_on(today)),
            person: &|guild, user| people.contains(&(guild, user)),
        };
        let rows = match import_holders(sheet, &known) {
            Ok(rows) => rows,
            Err(faults) => return Ok(Err(faults)),
        };
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        for guild in &servers {
            tx.arrange(*guild).await?;
        }
        let mut new = 0;
        for Held { guild, unit, position, user, from, until } in rows {
            let same = |held: &Holding| {
                (held.position, held.user, held.from, held.until) == (position, user, from, until)
            };
            if tx.holdings_of_unit(guild, &unit).await?.iter().any(same) {
                continue;
            }
            new += 1;
            let subject = format!("unit:{unit}");
            // Whoever types at the terminal has no account; the audit row says as much.
            let recorded_by = UserId(0);
            let holding =
                Holding { id: new_id(), unit, position, user, from, until, recorded_by, recorded_at: now };
            let replaced = record_holding(&mut tx, guild, &holding).await?;
            tx.audit(AuditEntry {
                guild,
                at: now,
                actor: None,
                action: "position.import",
                subject: &subject,
                detail: serde_json::json!({
                    "position": position, "user": user, "from": from, "until": until, "replaced": replaced,
                }),
                reason: None,
            })
            .await?;
        }
        if !tried {
            tx.commit().await?;
        }
        Ok(Ok(new))
    }
}
