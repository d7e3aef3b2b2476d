//! How an office reminds: what it set, and whom a reminder that was left out would have told.

use super::{Store, StoreError, Tx};
use crate::domain::deadline::Rule;
use crate::domain::escalation::Climbed;
use crate::domain::ids::{GuildId, UnitCode, UserId};
use chrono::{DateTime, Utc};

const RULES: &str =
    "SELECT unit, rule, value FROM reminder_rule WHERE guild_id = $1 AND unit IN ('', $2) ORDER BY unit";
const SET_RULE: &str = "INSERT INTO reminder_rule (guild_id, unit, rule, value, set_by, set_at) \
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (guild_id, unit, rule) \
     DO UPDATE SET value = excluded.value, set_by = excluded.set_by, set_at = excluded.set_at";
const DROP_RULE: &str = "DELETE FROM reminder_rule WHERE guild_id = $1 AND unit = $2 AND rule = $3";
const UNITS_WITH_RULES: &str =
    "SELECT DISTINCT unit FROM reminder_rule WHERE guild_id = $1 AND unit <> '' ORDER BY unit";
/// Every task and part is looked at now. What was due before is not made up for: it belongs to another ladder.
const LOOK_ANEW: &str = "UPDATE timer SET due_at = $1, fired_at = $1 WHERE guild_id = $2 \
     AND (subject LIKE 'task:%' OR subject LIKE 'part:%')";
const OWE: &str = "INSERT INTO reminder_owed (task_id, part, due_at, who) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (task_id, part, due_at, who) DO NOTHING";
const OWED: &str =
    "SELECT who FROM reminder_owed WHERE task_id = $1 AND part = $2 AND due_at = $3 ORDER BY who";
const PAID: &str = "DELETE FROM reminder_owed WHERE task_id = $1 AND part = $2";

/// Something that was set, for the whole office when there is no unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetRule {
    /// For which unit only.
    pub unit: Option<UnitCode>,
    /// What.
    pub rule: Rule,
    /// To what.
    pub value: String,
}

/// Somebody whom a reminder that was left out would have told beside the unit that owes something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owed {
    /// A supporting unit.
    Unit(UnitCode),
    /// Those to whom lateness was taken up.
    Climbed(Climbed),
}

const UNIT: &str = "unit:";
const CLIMBED: &str = "climbed:";

impl Owed {
    fn read(text: &str) -> Option<Self> {
        if let Some(unit) = text.strip_prefix(UNIT) {
            return Some(Self::Unit(UnitCode::from(unit)));
        }
        serde_json::from_str(text.strip_prefix(CLIMBED)?).ok().map(Self::Climbed)
    }

    fn written(&self) -> Result<String, StoreError> {
        Ok(match self {
            Self::Unit(unit) => format!("{UNIT}{unit}"),
            Self::Climbed(climbed) => {
                let json = serde_json::to_string(climbed).map_err(|e| StoreError::Corrupt(e.to_string()))?;
                format!("{CLIMBED}{json}")
            }
        })
    }
}

impl Store {
    /// What is set for the office, and then what is set for `unit`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn reminder_rules(
        &self,
        guild: GuildId,
        unit: Option<&UnitCode>,
    ) -> Result<Vec<SetRule>, StoreError> {
        let rows: Vec<(String, String, String)> = sqlx::query_as(RULES)
            .bind(guild.db())
            .bind(unit.map_or("", UnitCode::as_str))
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter()
            .map(|(unit, rule, value)| {
                let rule = Rule::from_code(&rule)
                    .ok_or_else(|| StoreError::Corrupt(format!("reminder rule {rule}")))?;
                Ok(SetRule { unit: Some(unit).filter(|unit| !unit.is_empty()).map(UnitCode), rule, value })
            })
            .collect()
    }

    /// The units that have something of their own.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn units_with_reminder_rules(&self, guild: GuildId) -> Result<Vec<UnitCode>, StoreError> {
        let rows: Vec<(String,)> =
            sqlx::query_as(UNITS_WITH_RULES).bind(guild.db()).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(|(unit,)| UnitCode(unit)).collect())
    }

    /// Whom reminders of this deadline of the task, or of the part of a unit, would have told that were left out.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn reminder_owed(
        &self,
        task: &str,
        part: Option<&UnitCode>,
        due: DateTime<Utc>,
    ) -> Result<Vec<Owed>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as(OWED)
            .bind(task)
            .bind(part.map_or("", UnitCode::as_str))
            .bind(due.timestamp_millis())
            .fetch_all(&self.pool)
            .await?;
        let corrupt = |who: &str| StoreError::Corrupt(format!("reminder owed in {task}: {who}"));
        rows.into_iter().map(|(who,)| Owed::read(&who).ok_or_else(|| corrupt(&who))).collect()
    }
}

impl Tx {
    /// Sets a rule, and has every task of the office looked at again. Without a value it is as usual again.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_reminder_rule(
        &mut self,
        guild: GuildId,
        unit: Option<&UnitCode>,
        rule: Rule,
        value: Option<&str>,
        by: UserId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let unit = unit.map_or("", UnitCode::as_str);
        let query = match value {
            Some(value) => sqlx::query(SET_RULE)
                .bind(guild.db())
                .bind(unit)
                .bind(rule.code())
                .bind(value)
                .bind(by.db())
                .bind(now.timestamp_millis()),
            None => sqlx::query(DROP_RULE).bind(guild.db()).bind(unit).bind(rule.code()),
        };
        query.execute(self.connection()).await?;
        let looked = sqlx::query(LOOK_ANEW).bind(now.timestamp_millis()).bind(guild.db());
        looked.execute(self.connection()).await?;
        Ok(())
    }

    /// Notes whom a reminder of this deadline would have told that was left out.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn owe_reminder(
        &mut self,
        task: &str,
        part: Option<&UnitCode>,
        due: DateTime<Utc>,
        who: &[Owed],
    ) -> Result<(), StoreError> {
        for who in who {
            sqlx::query(OWE)
                .bind(task)
                .bind(part.map_or("", UnitCode::as_str))
                .bind(due.timestamp_millis())
                .bind(who.written()?)
                .execute(self.connection())
                .await?;
        }
        Ok(())
    }

    /// A reminder of the task, or of the part of a unit, was shown: nobody is owed one any more.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn pay_reminders(&mut self, task: &str, part: Option<&UnitCode>) -> Result<(), StoreError> {
        sqlx::query(PAID)
            .bind(task)
            .bind(part.map_or("", UnitCode::as_str))
            .execute(self.connection())
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::escalation::EscalationRung;
    use crate::domain::ids::UserId;

    #[test]
    fn whoever_is_owed_reads_as_it_is_written_and_what_cannot_be_read_is_not_nobody() {
        let rung = EscalationRung::Head;
        let climbed = Climbed { rung, passed: vec![EscalationRung::Deputy], holders: vec![UserId(7)] };
        for owed in [Owed::Unit("CTK-01".into()), Owed::Climbed(climbed)] {
            assert_eq!(Owed::read(&owed.written().unwrap()), Some(owed));
        }
        for text in ["", "TKG", "climbed:{\"rung\":\"minister\"}", "climbed:"] {
            assert_eq!(Owed::read(text), None, "{text}");
        }
    }
}
