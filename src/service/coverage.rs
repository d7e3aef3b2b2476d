//! What is lacking between the regulation and the office.

use super::{Office, Outcome};
use crate::domain::charter::gap::Gap;
use crate::domain::charter::{Charter, NoAnswer};
use crate::domain::ids::{GuildId, UnitCode};
use crate::domain::position::Position;
use chrono::{Datelike, NaiveDate, TimeDelta};

/// The month from which next year's days off are asked for; the notices come in the last quarter.
const NEXT_YEAR_FROM_MONTH: u32 = 10;

impl Office {
    /// Everything that is lacking on a server today: in the regulation in force, in the calendar, among roles and people.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn gaps(&self, guild: GuildId) -> Outcome<Vec<Gap>> {
        let (charter, today) = (self.charter(), self.today());
        let mut gaps = of_the_text(charter, today);
        gaps.extend(self.of_the_calendar(today));

        let known = self.recognition(guild).await?;
        let units: Vec<UnitCode> = charter.units_at(today).map(|unit| unit.code.clone()).collect();
        let held = self.store.held_units(guild).await?;
        let mut focal = self.store.units_with_focal_point(guild).await?;
        let holdings = self.store.holdings(guild, today).await?;
        let named = holdings.iter().filter(|one| one.position == Position::FocalPoint && one.holds_on(today));
        focal.extend(named.map(|one| one.unit.clone()));
        let with_role = || units.iter().filter(|unit| known.units.contains_key(*unit));
        let empty: Vec<UnitCode> = with_role().filter(|unit| !held.contains(unit)).cloned().collect();
        let unled = with_role().filter(|unit| held.contains(unit) && !focal.contains(unit));
        let no_focal: Vec<UnitCode> = unled.cloned().collect();
        let tiers: Vec<&'static str> = known.missing_tiers.iter().map(|tier| tier.role_name()).collect();
        let lists = [
            (known.missing_units.is_empty(), Gap::NoRole { units: known.missing_units }),
            (empty.is_empty(), Gap::NobodyHolds { units: empty }),
            (no_focal.is_empty(), Gap::NoFocalPoint { units: no_focal }),
            (tiers.is_empty(), Gap::NoTier { tiers }),
        ];
        gaps.extend(lists.into_iter().filter(|(complete, _)| !complete).map(|(_, gap)| gap));

        gaps.extend(self.on_leave(guild).await?);
        for version in self.store.versions_of_open_tasks().await? {
            if self.charters.called(&version).is_none() {
                gaps.push(Gap::VersionNotLoaded { version });
            }
        }
        let version = charter.about().id.clone();
        let tasks = self.touched(guild, charter).await?.tasks.len();
        if tasks > 0 {
            gaps.push(Gap::Undecided { tasks, version });
        }
        Ok(gaps)
    }

    /// Who is away now, and who stands in: units should know it before they wait in vain.
    async fn on_leave(&self, guild: GuildId) -> Outcome<Vec<Gap>> {
        let now = self.clock.now();
        let mut gaps = Vec::new();
        for one in self.store.delegations(guild, now).await?.into_iter().filter(|one| one.holds_at(now)) {
            let name =
                async |user| Outcome::Ok(self.store.person(guild, user).await?.map(|person| person.name));
            if let (Some(who), Some(instead)) = (name(one.from).await?, name(one.to).await?) {
                // It ends with the day before: the end itself is no longer part of it.
                let until = self.calendar.local_date(one.until - TimeDelta::milliseconds(1));
                gaps.push(Gap::OnLeave { unit: one.unit, who, instead, until });
            }
        }
        Ok(gaps)
    }

    fn of_the_calendar(&self, today: NaiveDate) -> Vec<Gap> {
        let next = (today.month() >= NEXT_YEAR_FROM_MONTH).then_some(today.year() + 1);
        let years = std::iter::once(today.year()).chain(next);
        let gap = |year| match self.calendar.notice(year) {
            None => Some(Gap::NoDaysOff { year }),
            Some(notice) if notice.provisional => Some(Gap::DaysOffProvisional { year }),
            Some(_) => None,
        };
        years.filter_map(gap).collect()
    }
}

/// What the regulation itself lacks on `today`: it was whole when it was written, but units come to their end.
pub fn of_the_text(charter: &Charter, today: NaiveDate) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for phase in charter.phases() {
        let domains = charter.cells().iter().filter(|cell| cell.phase == phase.code);
        let activities = domains.flat_map(|cell| {
            cell.step.iter().cloned().chain(cell.domains.iter().map(|domain| domain.code.clone()))
        });
        for activity in std::iter::once(None).chain(activities.map(Some)) {
            let said = charter.responsibility(&phase.code, activity.as_deref(), today);
            if matches!(said, Err(NoAnswer::LeadGone(..))) {
                gaps.push(Gap::NoLead { phase: phase.code.clone(), activity });
            }
        }
    }
    let idle =
        charter.phases().iter().flat_map(|phase| &phase.steps).filter(|step| step.responsible.is_empty());
    let steps: Vec<String> = idle.map(|step| step.code.clone()).collect();
    if !steps.is_empty() {
        gaps.push(Gap::NobodyDoes { steps });
    }
    let empty = charter
        .groups()
        .iter()
        .filter(|group| charter.group_named(&group.code, today).is_some_and(|members| members.is_empty()));
    gaps.extend(empty.map(|group| Gap::EmptyGroup { group: group.code.clone() }));
    gaps
}
