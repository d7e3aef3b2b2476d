//! What is said about how an office reminds, and what a forecast of its reminders tells.

use super::Voice;
use super::refusal::echo;
use crate::domain::deadline::{LIMIT_MAX, Mark, Profile, Receipt, Rule, Rules};
use crate::domain::ids::UnitCode;
use crate::domain::lang::Lang;
use crate::domain::task::Urgency;
use crate::domain::when::format_date;
use crate::service::reminders::{Foretold, ForetoldDay, RulesShown, Simulation};
use chrono::NaiveDate;

impl Voice<'_> {
    /// What holds, one line for each thing; what a unit has of its own is marked.
    pub fn rules_lines(&self, shown: &RulesShown) -> Vec<String> {
        let own = |rule: Rule| match (&shown.unit, shown.own.contains(&rule)) {
            (Some(_), true) => self.say(" *(đặt riêng cho đơn vị)*", " *(the unit's own)*"),
            (None, true) => self.say(" *(cơ quan đã đặt)*", " *(set by the office)*"),
            (_, false) => "",
        };
        let mut lines: Vec<String> = Urgency::ALL
            .iter()
            .map(|urgency| {
                let profile = shown.rules.profile(*urgency);
                let words = self.profile(profile, *urgency, shown.rules.receipt(*urgency));
                let name = self.urgency(*urgency);
                format!("**{name}** (`{profile}`): {words}{}", own(Rule::from(*urgency)))
            })
            .collect();
        let quiet = self.quiet(&shown.rules);
        let heading = self.say("Giờ không nhắc", "Quiet hours");
        lines.push(format!("**{heading}**: {quiet}{}", own(Rule::Quiet)));
        let limit = shown.rules.limit;
        lines.push(match self.lang {
            Lang::Vi => format!(
                "**Tối đa**: {limit:02} lần nhắc mỗi người mỗi ngày làm việc, phần còn lại trong bản tin lúc mở cửa; hỏa tốc không tính{}",
                own(Rule::Limit)
            ),
            Lang::En => format!(
                "**Limit**: {limit} pings for a person and working day, the rest in a digest when the office opens; flash is not counted{}",
                own(Rule::Limit)
            ),
        });
        if shown.unit.is_none() && !shown.units.is_empty() {
            let units = self.units(&shown.units);
            lines.push(match self.lang {
                Lang::Vi => format!("Đơn vị có cách nhắc riêng: {units}."),
                Lang::En => format!("Units with rules of their own: {units}."),
            });
        }
        lines
    }

    /// The heading over [`Self::rules_lines`].
    pub fn rules_heading(&self, unit: Option<&UnitCode>) -> String {
        match (unit, self.lang) {
            (None, Lang::Vi) => "Nhắc việc trong cơ quan".to_owned(),
            (None, Lang::En) => "How the office is reminded".to_owned(),
            (Some(unit), Lang::Vi) => format!("Nhắc việc do {} chủ trì", self.short(unit)),
            (Some(unit), Lang::En) => format!("How tasks led by {} are reminded of", self.short(unit)),
        }
    }

    /// The answer to who set something.
    pub fn reminders_set(&self, unit: Option<&UnitCode>, rules: &Rules) -> String {
        let profiles: Vec<String> = Urgency::ALL
            .iter()
            .map(|urgency| format!("{}: `{}`", self.urgency(*urgency), rules.profile(*urgency)))
            .collect();
        let (profiles, quiet, limit) = (profiles.join("; "), self.quiet(rules), rules.limit);
        let whose = self.rules_heading(unit);
        match self.lang {
            Lang::Vi => format!(
                "Đã ghi nhận. {whose}: {profiles}. Giờ không nhắc: {quiet}. Tối đa {limit:02} lần mỗi người mỗi ngày. Các nhiệm vụ đang mở được tính lại ngay."
            ),
            Lang::En => format!(
                "Recorded. {whose}: {profiles}. Quiet hours: {quiet}. At most {limit} pings for a person and day. Open tasks are looked at anew at once."
            ),
        }
    }

    fn quiet(&self, rules: &Rules) -> String {
        match rules.value(Rule::Quiet) {
            none if none.is_empty() => {
                self.say("không có (ngoài giờ làm việc)", "none (beside closed hours)").to_owned()
            }
            hours => hours,
        }
    }

    /// A profile in words, and how a receipt is asked for that does not come.
    fn profile(&self, profile: &Profile, urgency: Urgency, receipt: Receipt) -> String {
        let mark = |mark: Mark| match (mark, self.lang) {
            (Mark::Days(0), Lang::Vi) => "ngày đến hạn".to_owned(),
            (Mark::Days(0), Lang::En) => "the due date".to_owned(),
            (Mark::Days(days), Lang::Vi) => format!("trước {days:02} ngày làm việc"),
            (Mark::Days(1), Lang::En) => "1 working day before".to_owned(),
            (Mark::Days(days), Lang::En) => format!("{days} working days before"),
            (Mark::Hours(hours), Lang::Vi) => format!("trước {hours:02} giờ"),
            (Mark::Hours(1), Lang::En) => "1 hour before".to_owned(),
            (Mark::Hours(hours), Lang::En) => format!("{hours} hours before"),
        };
        let mut parts: Vec<String> = profile.marks().map(mark).collect();
        parts.reverse();
        if let Some(hours) = profile.every() {
            parts.push(match (hours, self.lang) {
                (_, Lang::Vi) => format!("cứ {hours:02} giờ một lần từ khi giao"),
                (1, Lang::En) => "every hour from giving on".to_owned(),
                (_, Lang::En) => format!("every {hours} hours from giving on"),
            });
        }
        let mut text = parts.join(", ");
        text.push_str(match urgency {
            Urgency::Flash => self.say(
                "; cả ngoài giờ cho đến khi đơn vị chủ trì tiếp nhận",
                "; at any hour until the lead has received it",
            ),
            _ => self.say("; quá hạn thì mỗi ngày làm việc", "; every working day while overdue"),
        });
        text.push_str(match receipt {
            Receipt::Pulse => "",
            Receipt::Morning => {
                self.say("; chưa tiếp nhận thì mỗi sáng", "; each morning while not received")
            }
            Receipt::Digest => self.say(
                "; chưa tiếp nhận thì trong bản tin của đơn vị",
                "; in the digest of the unit while not received",
            ),
        });
        text
    }

    /// Why a rule is not taken.
    pub(super) fn bad_rule(&self, rule: Rule, given: &str) -> String {
        let given = echo(given);
        match (rule, self.lang) {
            (Rule::Quiet, Lang::Vi) => format!(
                "Không đọc được giờ “{given}”, hoặc không còn đủ một giờ làm việc để nhắc. Hãy ghi như `11:30-13:30` hoặc `22:00-06:00`, nhiều khoảng cách nhau bằng dấu phẩy, hoặc `không`."
            ),
            (Rule::Quiet, Lang::En) => format!(
                "“{given}” names no hours, or leaves less than an hour of the day to remind in. Write `11:30-13:30` or `22:00-06:00`, several separated by commas, or `none`."
            ),
            (Rule::Limit, Lang::Vi) => {
                format!("“{given}” không phải là số lần hợp lệ. Hãy ghi một số từ 1 đến {LIMIT_MAX}.")
            }
            (Rule::Limit, Lang::En) => {
                format!("“{given}” is no such number. Write one from 1 to {LIMIT_MAX}.")
            }
            (_, Lang::Vi) => format!(
                "Không đọc được mốc nhắc “{given}”. Hãy ghi như `T-3, T-1, T` (ngày làm việc trước hạn), `T-4h` (giờ trước hạn), `2h` (cứ hai giờ một lần), hoặc `mặc định`."
            ),
            (_, Lang::En) => format!(
                "“{given}” names no moments. Write `T-3, T-1, T` (working days before the deadline), `T-4h` (hours before it), `2h` (every two hours), or `default`."
            ),
        }
    }

    /// The heading of a forecast.
    pub fn simulation_heading(&self, simulation: &Simulation) -> String {
        let day = |day: NaiveDate| day.format("%d/%m/%Y");
        let (from, until) = (day(simulation.from), day(simulation.until));
        match self.lang {
            Lang::Vi => format!("Mô phỏng nhắc việc {from} – {until} (không gửi gì)"),
            Lang::En => format!("Reminders foretold {from} – {until} (nothing is sent)"),
        }
    }

    /// A forecast, a few lines for each day that has something, and one for each stretch of days off.
    pub fn simulation_lines(&self, simulation: &Simulation) -> Vec<String> {
        let calendar = &self.office.calendar;
        let mut lines = Vec::new();
        let mut days = simulation.days.iter().peekable();
        while let Some(day) = days.next() {
            let silent = |day: &ForetoldDay| !calendar.is_working(day.date) && day.pings.is_empty();
            if silent(day) {
                let mut last = day.date;
                let mut names: Vec<String> = Vec::new();
                let mut name = |date: NaiveDate| {
                    let name = calendar.day(date).words(self.lang).to_owned();
                    if !names.contains(&name) {
                        names.push(name);
                    }
                };
                name(day.date);
                while let Some(next) = days.next_if(|next| silent(next)) {
                    last = next.date;
                    name(next.date);
                }
                lines.push(self.silence(day.date, last, &names));
                continue;
            }
            if day.pings.is_empty() && day.digests.is_empty() {
                continue;
            }
            lines.push(format!("**{}**", format_date(day.date, self.lang)));
            lines.extend(day.digests.iter().map(|(audience, count)| {
                let (opening, who) = (calendar.opening().format("%H:%M"), self.audience(audience));
                match self.lang {
                    Lang::Vi => format!("{opening} bản tin {who}: {count:02} nhiệm vụ"),
                    Lang::En => format!("{opening} digest for {who}: {count} of its reminders"),
                }
            }));
            lines.extend(day.pings.iter().map(|ping| self.foretold(ping)));
        }
        if lines.is_empty() {
            lines.push(self.say("Không có lần nhắc nào.", "There would be no reminder.").to_owned());
        }
        lines
    }

    fn silence(&self, from: NaiveDate, until: NaiveDate, names: &[String]) -> String {
        let days = match from == until {
            true => from.format("%d/%m").to_string(),
            false => format!("{} – {}", from.format("%d/%m"), until.format("%d/%m")),
        };
        let names = names.join(", ");
        match self.lang {
            Lang::Vi => format!("*{days}: không nhắc ({names})*"),
            Lang::En => format!("*{days}: silent ({names})*"),
        }
    }

    fn foretold(&self, ping: &Foretold) -> String {
        let calendar = &self.office.calendar;
        let at = calendar.local(ping.at);
        let standing =
            crate::domain::deadline::status(calendar.local(ping.due), ping.at, calendar).words(self.lang);
        let units: Vec<String> = ping.units.iter().map(ToString::to_string).collect();
        let climbed = ping.climbed.map(|rung| format!(" → {}", self.rung(rung))).unwrap_or_default();
        let part = ping.part.as_ref().map(|unit| format!(", {} {unit}", self.say("phần việc", "part of")));
        let what = format!("{}{}", ping.task.code, part.unwrap_or_default());
        format!("{} {what} ({standing}): {}{climbed}", at.format("%H:%M"), units.join(", "))
    }
}
