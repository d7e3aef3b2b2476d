//! Who is what in a unit, was and will be.

use crate::domain::ids::{GuildId, UnitCode};
use crate::domain::position::{Delegation, Holder, Holding, Position};
use crate::service::{Office, Outcome};

/// The people of a unit by what they are there.
#[derive(Clone, Debug, Default)]
pub struct UnitPeople {
    /// Who holds the positions now, with the record where there is one; in the order of positions.
    pub now: Vec<(Holder, Option<Holding>)>,
    /// Who will hold a position, the first day on top.
    pub to_come: Vec<Holding>,
    /// Who stands in for whom, now or later.
    pub delegations: Vec<Delegation>,
    /// Who held a position before, the latest on top.
    pub before: Vec<Holding>,
    /// Who stood in before, the latest on top.
    pub delegations_before: Vec<Delegation>,
}

impl Office {
    /// Who is what in `unit`, was and will be.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unit_people(&self, guild: GuildId, unit: &UnitCode) -> Outcome<UnitPeople> {
        let now = self.clock.now();
        let today = self.calendar.local_date(now);
        let mut people = UnitPeople::default();
        // One that was ended before it began never was.
        let recorded = self.store.holdings_of_unit(guild, unit).await?.into_iter();
        let recorded: Vec<Holding> =
            recorded.filter(|one| one.until.is_none_or(|last| one.from <= last)).collect();
        for position in Position::ALL {
            // Officers by their role are the people of the unit, which are shown anyway.
            let by_role = *position != Position::Officer;
            for holder in self.holders(guild, unit, *position, now).await? {
                let who = holder.stands_in_for.unwrap_or(holder.user);
                let mut records = recorded.iter().filter(|one| one.position == *position && one.user == who);
                let record = records.find(|one| one.holds_on(today)).cloned();
                if by_role || record.is_some() {
                    people.now.push((holder, record));
                }
            }
        }
        for holding in recorded {
            if holding.from > today {
                people.to_come.push(holding);
            } else if holding.until.is_some_and(|last| last < today) {
                people.before.push(holding);
            }
        }
        people.before.sort_by_key(|one| std::cmp::Reverse(one.until));
        for delegation in self.store.delegations_of_unit(guild, unit).await? {
            if delegation.until > now {
                people.delegations.push(delegation);
            } else if delegation.since < delegation.until {
                people.delegations_before.insert(0, delegation);
            }
        }
        Ok(people)
    }
}
