//! Units as people group them: all central ones, all provincial ones, the subject departments.

use super::Charter;
use super::model::UnitClass;
use crate::domain::fold::fold;
use crate::domain::ids::UnitCode;
use crate::domain::lang::Text;
use chrono::NaiveDate;

impl Charter {
    /// All central units of `date`, in order.
    pub fn central_units(&self, date: NaiveDate) -> Vec<UnitCode> {
        let central = self.units_at(date).filter(|unit| unit.class == UnitClass::Central);
        central.map(|unit| unit.code.clone()).collect()
    }

    /// The units of `date` in the group that somebody names by its code or name; `None` when no group is called that.
    pub fn group_named(&self, text: &str, date: NaiveDate) -> Option<Vec<UnitCode>> {
        let asked = fold(text);
        let group = self.groups().iter().find(|group| {
            [&group.code, &group.name.vi, &group.name.en].into_iter().any(|name| fold(name) == asked)
        })?;
        Some(self.members(&group.code, date))
    }

    /// `units` in as few words as a person would use: every class that is complete on `date` by its group's name ("63 Cục
    /// Thống kê"), and what remains one by one.
    pub fn compact(&self, units: &[UnitCode], date: NaiveDate) -> (Vec<Text>, Vec<UnitCode>) {
        let mut single = units.to_vec();
        let mut named = Vec::new();
        for group in self.groups().iter().filter(|group| group.class.is_some()) {
            let members = self.members(&group.code, date);
            if members.len() > 1 && members.iter().all(|unit| single.contains(unit)) {
                single.retain(|unit| !members.contains(unit));
                named.push(Text {
                    vi: format!("{:02} {}", members.len(), group.name.vi),
                    en: format!("{} {}", members.len(), group.name.en),
                });
            }
        }
        (named, single)
    }

    pub(super) fn members(&self, group: &str, date: NaiveDate) -> Vec<UnitCode> {
        let units = self.units_at(date).filter(|unit| self.stands_for(group, unit));
        units.map(|unit| unit.code.clone()).collect()
    }
}
