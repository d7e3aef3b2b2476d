//! Who is what in which unit now: positions as recorded, as roles give them, and as delegations hand them on.

use super::{Office, Outcome};
use crate::domain::actor::{Actor, positions_of_roles};
use crate::domain::ids::{GuildId, UnitCode, UserId};
use crate::domain::position::{Delegation, Holder, Holding, Position, Standing};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

impl Office {
    /// Who holds `position` in `unit` at `at`. Who is away is replaced by who stands in. Where nobody is recorded, those
    /// count who hold both the unit's role and that of the tier; for positions that no tier gives there is nobody then.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn holders(
        &self,
        guild: GuildId,
        unit: &UnitCode,
        position: Position,
        at: DateTime<Utc>,
    ) -> Outcome<Vec<Holder>> {
        let day = self.calendar.local_date(at);
        let recorded = self.store.holdings(guild, day).await?.into_iter();
        let recorded =
            recorded.filter(|one| one.unit == *unit && one.position == position && one.holds_on(day));
        let mut users: BTreeSet<UserId> = recorded.map(|one| one.user).collect();
        let by_role = position.tier().filter(|tier| Position::of_tier(*tier) == Some(position));
        if let Some(tier) = by_role.filter(|_| users.is_empty()) {
            users.extend(self.store.people_with(guild, unit, tier).await?);
        }
        let delegations = self.store.delegations(guild, at).await?;
        let standing = Standing::new(unit, &delegations, at);
        let mut holders: Vec<Holder> =
            users.into_iter().map(|user| standing.holder(user, position)).collect();
        holders.sort();
        // One person may stand in for several.
        holders.dedup_by_key(|holder| holder.user);
        Ok(holders)
    }

    /// Everybody who is to hear of what concerns `unit` at `at`: who holds its role, and who acts for it without.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn people_for(
        &self,
        guild: GuildId,
        unit: &UnitCode,
        at: DateTime<Utc>,
    ) -> Outcome<BTreeSet<UserId>> {
        let of_role = self.store.people_of(guild, unit).await?.into_iter().map(|person| person.user);
        let acting = self.acting(guild, at).await?.remove(unit).unwrap_or_default();
        Ok(of_role.chain(acting).collect())
    }

    /// Who acts for which unit without holding its role. Leaders in charge do not belong to their units.
    pub(super) async fn acting(
        &self,
        guild: GuildId,
        at: DateTime<Utc>,
    ) -> Outcome<BTreeMap<UnitCode, Vec<UserId>>> {
        let day = self.calendar.local_date(at);
        let holdings = self.store.holdings(guild, day).await?;
        let delegations = self.store.delegations(guild, at).await?;
        let held = holdings.iter().filter(|one| one.holds_on(day) && one.position.is_within());
        let mut acting: BTreeSet<(UserId, UnitCode)> = held.map(|one| (one.user, one.unit.clone())).collect();
        for one in delegations.iter().filter(|one| one.holds_at(at)) {
            let standing = Standing::new(&one.unit, &delegations, at);
            if hands_on_more_than_charge(one, &holdings, day) {
                acting.extend(
                    [one.to]
                        .into_iter()
                        .chain(standing.in_place_of(one.from))
                        .map(|user| (user, one.unit.clone())),
                );
            }
        }
        let mut found: BTreeMap<UnitCode, Vec<UserId>> = BTreeMap::new();
        if acting.is_empty() {
            return Ok(found);
        }
        let people = acting.iter().map(|(user, _)| *user).collect();
        let by_role = self.store.units_of_people(guild, &people).await?;
        for (user, unit) in acting.difference(&by_role) {
            found.entry(unit.clone()).or_default().push(*user);
        }
        Ok(found)
    }

    /// Adds to a person's standing what they are in each unit.
    pub(super) async fn add_positions(&self, actor: &mut Actor) -> Outcome<()> {
        let (guild, now) = (actor.guild, self.clock.now());
        actor.positions = positions_of_roles(&actor.units, &actor.tiers);
        for (unit, positions) in self.recorded(guild, actor.user, now).await? {
            add(actor, &unit, positions);
        }
        let delegations = self.store.delegations(guild, now).await?;
        let units: BTreeSet<&UnitCode> = delegations.iter().map(|one| &one.unit).collect();
        for unit in units {
            for away in Standing::new(unit, &delegations, now).represented_by(actor.user) {
                let (units, tiers) = self.store.standing_of(guild, away).await?;
                let of_role = units.contains(unit);
                let mut positions = self.recorded(guild, away, now).await?.remove(unit).unwrap_or_default();
                if of_role {
                    positions.extend(positions_of_roles(&units, &tiers).remove(unit).unwrap_or_default());
                    actor.units.insert(unit.clone());
                }
                add(actor, unit, positions);
            }
        }
        Ok(())
    }

    /// The positions that are recorded for a person now, by unit.
    async fn recorded(
        &self,
        guild: GuildId,
        user: UserId,
        at: DateTime<Utc>,
    ) -> Outcome<BTreeMap<UnitCode, BTreeSet<Position>>> {
        let day = self.calendar.local_date(at);
        let mut recorded: BTreeMap<UnitCode, BTreeSet<Position>> = BTreeMap::new();
        for holding in self.store.holdings_of(guild, user, day).await? {
            if holding.holds_on(day) {
                recorded.entry(holding.unit).or_default().insert(holding.position);
            }
        }
        Ok(recorded)
    }
}

/// Whether who is away is more in the unit than its leader in charge, who does not belong to it.
fn hands_on_more_than_charge(one: &Delegation, holdings: &[Holding], day: chrono::NaiveDate) -> bool {
    let mut held = holdings
        .iter()
        .filter(|held| held.user == one.from && held.unit == one.unit && held.holds_on(day))
        .peekable();
    held.peek().is_none() || held.any(|held| held.position.is_within())
}

fn add(actor: &mut Actor, unit: &UnitCode, positions: BTreeSet<Position>) {
    if positions.iter().any(|position| position.is_within()) {
        actor.units.insert(unit.clone());
    }
    if !positions.is_empty() {
        actor.positions.entry(unit.clone()).or_default().extend(positions);
    }
}
