//! Recording who holds a position in a unit, from which day to which.

use super::{SetHolder, not, not_yours};
use crate::domain::actor::{Actor, Tier};
use crate::domain::ids::{GuildId, UnitCode, UserId};
use crate::domain::people::{Arranged, NotArranged};
use crate::domain::position::{Holding, Position};
use crate::domain::refusal::Refusal;
use crate::domain::rights::Authority;
use crate::service::inbox::{Case, Deciding};
use crate::service::{Office, Outcome};
use crate::store::{Tx, new_id};
use chrono::NaiveDate;

impl Office {
    pub(super) async fn set_holder(&self, case: &Case, set: &SetHolder) -> Deciding {
        let unit = self.unit_arranged(&case.actor, set)?;
        self.must_be_here(case.actor.guild, set.user).await?;
        let (from, until) = self.days_named(case, set)?;
        let (guild, position) = (case.actor.guild, set.position);
        let mut tx = self.store.begin().await?;
        tx.arrange(guild).await?;
        let holding = Holding {
            id: new_id(),
            unit: unit.clone(),
            position,
            user: set.user,
            from,
            until,
            recorded_by: case.actor.user,
            recorded_at: self.clock.now(),
        };
        let replaced = record(&mut tx, guild, &holding).await?;
        let subject = format!("unit:{unit}");
        let done = Arranged::Held { unit, position, user: set.user, from, until, replaced };
        self.arranged(tx, case, ("position.set", &subject, None), done).await
    }

    pub(super) async fn end_holder(&self, case: &Case, set: &SetHolder) -> Deciding {
        let unit = self.unit_arranged(&case.actor, set)?;
        let today = self.calendar.local_date(case.asked);
        let named = set.until.as_deref().map(|text| self.moment_named(text, case.asked)).transpose();
        let last = named?.map(|when| when.date);
        if let Some(last) = last.filter(|last| *last < today) {
            return Err(not(NotArranged::Over { last }).into());
        }
        // At once means that today is no longer part of it.
        let ends = last.or(today.pred_opt()).unwrap_or(today);
        let (guild, position, user) = (case.actor.guild, set.position, set.user);
        let mut tx = self.store.begin().await?;
        tx.arrange(guild).await?;
        let mut found = false;
        for held in tx.holdings_of_unit(guild, &unit).await? {
            let goes_on = held.until.is_none_or(|until| until >= today);
            if held.position == position && held.user == user && goes_on {
                found = true;
                if held.until.is_none_or(|until| until > ends) {
                    tx.end_holding(&held.id, ends).await?;
                }
            }
        }
        if !found {
            return Err(not(NotArranged::NotHeld { unit, position, user }).into());
        }
        let subject = format!("unit:{unit}");
        let done = Arranged::Ended { unit, position, user, last };
        self.arranged(tx, case, ("position.end", &subject, None), done).await
    }

    /// The unit, if the person may say who is what in it: its head, and coordinators. Its head and who is above it are for
    /// coordinators alone.
    fn unit_arranged(&self, actor: &Actor, set: &SetHolder) -> Result<UnitCode, Refusal> {
        let unit = self.unit_named(&set.unit)?;
        let above = matches!(set.position, Position::Head | Position::LeaderInCharge);
        let may = if above {
            actor.is_at_least(Tier::Coordinator)
        } else {
            actor.is_at_least_in(Tier::UnitHead, &unit)
        };
        if may {
            Ok(unit)
        } else if above {
            Err(Refusal::NotAllowed { who: vec![Authority::AtLeast { tier: Tier::Coordinator }] })
        } else {
            Err(not_yours(&unit))
        }
    }

    fn days_named(&self, case: &Case, set: &SetHolder) -> Result<(NaiveDate, Option<NaiveDate>), Refusal> {
        let today = self.calendar.local_date(case.asked);
        let day = |text: &Option<String>| {
            text.as_deref().map(|text| self.moment_named(text, case.asked)).transpose()
        };
        let from = day(&set.from)?.map_or(today, |when| when.date);
        let until = day(&set.until)?.map(|when| when.date);
        match until {
            Some(last) if last < today => Err(not(NotArranged::Over { last })),
            Some(last) if last < from => Err(not(NotArranged::Reversed)),
            until => Ok((from, until)),
        }
    }
}

/// Records that somebody holds a position, in place of whom they replace, who is returned.
pub(in crate::service) async fn record(
    tx: &mut Tx,
    guild: GuildId,
    holding: &Holding,
) -> Outcome<Option<UserId>> {
    let Holding { from, until, position, user, .. } = holding;
    let mut replaced = None;
    for held in tx.holdings_of_unit(guild, &holding.unit).await? {
        let overlaps =
            held.until.is_none_or(|last| *from <= last) && until.is_none_or(|last| held.from <= last);
        if held.position != *position || !overlaps {
            continue;
        }
        // The same person anew: what is said last holds, and what was before stays as history.
        if held.user == *user || is_single(*position) {
            tx.end_holding(&held.id, from.pred_opt().unwrap_or(*from)).await?;
            replaced = replaced.or(Some(held.user).filter(|other| other != user));
        }
    }
    tx.add_holding(guild, holding).await?;
    Ok(replaced)
}

/// Whether a unit has one of them only, so that a new one takes the place of the old.
fn is_single(position: Position) -> bool {
    matches!(position, Position::Head | Position::LeaderInCharge)
}
