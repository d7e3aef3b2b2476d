//! What is said about statistics of the units.

use super::{Voice, working_days};
use crate::domain::actor::Actor;
use crate::domain::ids::UnitCode;
use crate::domain::lang::Lang;
use crate::domain::ontime::{Figures, Tally, Verdict};
use crate::domain::task::{Part, Task};
use crate::domain::workload::Workload;
use crate::service::report::{OnTimeShown, Table, WorkloadShown};
use chrono::NaiveDate;

impl Voice<'_> {
    /// The heading of `/report ontime`: the period, and what it is about.
    pub fn on_time_heading(&self, shown: &OnTimeShown) -> String {
        let day = |date: NaiveDate| date.format("%d/%m/%Y");
        let (from, until) = (day(shown.from), day(shown.until));
        let heading = match self.lang {
            Lang::Vi => format!("Hoàn thành đúng hạn từ {from} đến {until}"),
            Lang::En => format!("Done on time from {from} to {until}"),
        };
        self.about(heading, &shown.table)
    }

    /// The heading of `/report workload`.
    pub fn workload_heading(&self, shown: &WorkloadShown) -> String {
        let day = self.office.today().format("%d/%m/%Y");
        let heading = match self.lang {
            Lang::Vi => format!("Khối lượng công việc ngày {day}"),
            Lang::En => format!("Workload on {day}"),
        };
        self.about(heading, &shown.table)
    }

    /// What a report is about, and which page it is.
    fn about<F>(&self, heading: String, table: &Table<F>) -> String {
        let mut parts = vec![heading];
        parts.extend(table.unit.as_ref().map(|unit| self.unit(unit)));
        parts.extend(table.phase.as_ref().map(|phase| self.phase(phase)));
        if table.pages > 1 {
            parts.push(format!("{} {}/{}", self.say("trang", "page"), table.page + 1, table.pages));
        }
        parts.join(" · ")
    }

    /// The formula in a sentence, below each answer; `docs/on-time.md` has it whole.
    pub fn on_time_formula(&self) -> &'static str {
        self.say(
            "Cách tính, như nhau cho mọi đơn vị: tính nhiệm vụ chủ trì và phần việc phối hợp đến hạn trong kỳ (theo thời hạn sau gia hạn), đã qua hạn và không bị hủy. Đúng hạn là xong chậm nhất trong ngày đến hạn. Trễ bao lâu tính bằng ngày làm việc, không tính ngày chờ đơn vị khác hỗ trợ hoặc chờ quyết định gia hạn. Xếp theo thứ tự trong Quy chế, không phải xếp hạng.",
            "The same formula for every unit: what it led and its parts in what others led, if due in the period (as finally extended), past, and not cancelled. On time is done on the day of the deadline at the latest. How late is counted in working days, without those of waiting for another unit's help or for the decision on an extension. In the order of the regulation, not a ranking.",
        )
    }

    /// The same for the workload.
    pub fn workload_formula(&self) -> &'static str {
        self.say(
            "Chủ trì: nhiệm vụ chưa hoàn thành. Phối hợp: phần việc chưa gửi. Sắp đến hạn: trong 03 ngày làm việc. Nhận, xong: trong 20 ngày làm việc gần nhất, kể cả hôm nay, không tính nhiệm vụ đã hủy. Xếp theo thứ tự trong Quy chế.",
            "Leads: open tasks. Supports: parts not yet sent. Due soon: within 3 working days. Came, finished: in the last 20 working days, today included, without what was cancelled. In the order of the regulation.",
        )
    }

    /// The lines of `/report ontime`, for `reader`.
    pub fn on_time_lines(&self, shown: &OnTimeShown, reader: &Actor) -> Vec<String> {
        let table = &shown.table;
        if table.unit.is_none() {
            let line = |figures: &Figures| self.figures(figures);
            return self.by_unit(table, line, self.say("không có việc đến hạn", "nothing was due"));
        }
        let mut lines = vec![
            format!("**{}:** {}", self.say("Tổng", "All"), self.tallied(&table.total.total(), "")),
            format!("**{}:** {}", self.say("Chủ trì", "As lead"), self.tallied(&table.total.lead, "")),
            format!(
                "**{}:** {}",
                self.say("Phối hợp", "As supporter"),
                self.tallied(&table.total.support, "")
            ),
        ];
        for (phase, figures) in &table.phases {
            lines.push(format!("{}: {}", self.phase(phase), self.figures(figures)));
        }
        if shown.late_seen > 0 {
            let heading = self.say("Trễ hạn hoặc quá hạn", "Late or overdue");
            lines.push(format!("**{heading} ({})**", self.number(shown.late_seen as u64)));
        }
        let late = |(task, part, verdict): &(Task, Part, Verdict)| self.late(task, *part, *verdict, reader);
        lines.extend(shown.late.iter().map(late));
        match (shown.late_unseen, self.lang) {
            (0, _) => {}
            (count, Lang::Vi) => {
                lines.push(format!("*Và {count:02} việc nội bộ mà bạn không được xem.*"));
            }
            (1, Lang::En) => lines.push("*And 1 that you may not see, because it is private.*".to_owned()),
            (count, Lang::En) => {
                lines.push(format!("*And {count} that you may not see, because they are private.*"));
            }
        }
        lines
    }

    /// Something that was late: the task, and by how much.
    fn late(&self, task: &Task, part: Part, verdict: Verdict, reader: &Actor) -> String {
        let part = match part {
            Part::Lead => "",
            Part::Support => self.say(" · phần việc phối hợp", " · a supporter's part"),
        };
        let (how, days) = match verdict {
            Verdict::OnTime => return self.task_line(task, reader),
            Verdict::Late(days) => (self.say("xong trễ", "done late by"), days),
            Verdict::Overdue(days) => (self.say("chưa xong, trễ", "not done, late by"), days),
        };
        let waited = match (days.waited, self.lang) {
            (0, _) => String::new(),
            (days, Lang::Vi) => format!(", không tính {days:02} ngày chờ"),
            (days, Lang::En) => format!(", without {days} of waiting"),
        };
        let days = working_days(days.own, self.lang);
        format!("{}{part} · **{how} {days}**{waited}", self.task_line(task, reader))
    }

    /// Both parts in one line.
    fn figures(&self, figures: &Figures) -> String {
        let part = |name: &str, tally: &Tally| match tally.measured() {
            0 => String::new(),
            all => format!(" · {name} {}/{all}", tally.on_time),
        };
        let parts = [
            part(self.say("chủ trì", "lead"), &figures.lead),
            part(self.say("phối hợp", "support"), &figures.support),
        ];
        self.tallied(&figures.total(), &parts.concat())
    }

    /// `**83%** (10/12)`, `parts`, and how late the others were.
    fn tallied(&self, tally: &Tally, parts: &str) -> String {
        let Some(rate) = tally.rate() else {
            return self.say("không có việc đến hạn", "nothing was due").to_owned();
        };
        let mut text = format!("**{rate}%** ({}/{})", tally.on_time, tally.measured());
        if tally.is_few() {
            text.push_str(self.say(" *(ít việc, tỷ lệ ít ý nghĩa)*", " *(few, so the rate says little)*"));
        }
        text.push_str(parts);
        let mut more = |count: u64, vi: &str, en: &str| {
            if count > 0 {
                let (name, count) = (self.say(vi, en), self.number(count));
                text.push_str(&format!(" · {name} {count}"));
            }
        };
        more(tally.late, "xong trễ hạn", "done late");
        more(tally.overdue, "quá hạn chưa xong", "overdue");
        if let Some(tenths) = tally.mean_tenths() {
            let days = self.tenths_of_days(tenths);
            text.push_str(&format!(" · {} {days}", self.say("trễ bình quân", "late on average by")));
        }
        match (tally.extended, self.lang) {
            (0, _) => {}
            (times, Lang::Vi) => text.push_str(&format!(" · gia hạn {times:02} lần")),
            (1, Lang::En) => text.push_str(" · extended once"),
            (times, Lang::En) => text.push_str(&format!(" · extended {times} times")),
        }
        text
    }

    fn tenths_of_days(&self, tenths: u64) -> String {
        match (tenths % 10, self.lang) {
            (0, lang) => working_days(i64::try_from(tenths / 10).unwrap_or(i64::MAX), lang),
            (rest, Lang::Vi) => format!("{},{rest} ngày làm việc", tenths / 10),
            (rest, Lang::En) => format!("{}.{rest} working days", tenths / 10),
        }
    }

    /// A count as papers write it.
    fn number(&self, count: u64) -> String {
        match self.lang {
            Lang::Vi => format!("{count:02}"),
            Lang::En => count.to_string(),
        }
    }

    /// The lines of `/report workload`.
    pub fn workload_lines(&self, shown: &WorkloadShown) -> Vec<String> {
        let (table, none) = (&shown.table, self.say("không có việc", "nothing to do"));
        let line = |work: &Workload| self.work(work);
        if table.unit.is_none() {
            return self.by_unit(table, line, none);
        }
        let mut lines = vec![format!("**{}:** {}", self.say("Tổng", "All"), line(&table.total))];
        for (phase, work) in &table.phases {
            lines.push(format!("{}: {}", self.phase(phase), line(work)));
        }
        lines
    }

    fn work(&self, work: &Workload) -> String {
        let within = |counts: &[(u64, &str, &str)]| {
            let named: Vec<String> = counts
                .iter()
                .filter(|(count, ..)| *count > 0)
                .map(|(count, vi, en)| format!("{} {}", self.say(vi, en), self.number(*count)))
                .collect();
            if named.is_empty() { String::new() } else { format!(" ({})", named.join(", ")) }
        };
        let leads = within(&[
            (work.overdue, "quá hạn", "overdue"),
            (work.soon, "sắp đến hạn", "due soon"),
            (work.blocked, "vướng mắc", "blocked"),
            (work.awaiting, "chờ gia hạn", "awaiting extension"),
        ]);
        let parts = within(&[(work.parts_overdue, "quá hạn", "overdue")]);
        let number = |count| self.number(count);
        format!(
            "{} **{}**{leads} · {} **{}**{parts} · {} {} · {} {}",
            self.say("chủ trì", "leads"),
            number(work.leads),
            self.say("phối hợp", "supports"),
            number(work.parts),
            self.say("nhận", "came"),
            number(work.came),
            self.say("xong", "finished"),
            number(work.finished),
        )
    }

    /// A line for each unit, how many have nothing to show, and the whole office in the last one.
    fn by_unit<F>(&self, table: &Table<F>, line: impl Fn(&F) -> String, none: &str) -> Vec<String> {
        let named = |unit: &UnitCode| match self.short(unit) {
            short if short == unit.as_str() => format!("**{unit}**"),
            short => format!("**{unit}** {short}"),
        };
        let mut lines: Vec<String> =
            table.units.iter().map(|(unit, figure)| format!("{}: {}", named(unit), line(figure))).collect();
        match (table.silent, self.lang) {
            (0, _) => {}
            (count, Lang::Vi) => lines.push(format!("*{count:02} đơn vị: {none}*")),
            (1, Lang::En) => lines.push(format!("*1 unit: {none}*")),
            (count, Lang::En) => lines.push(format!("*{count} units: {none}*")),
        }
        lines.push(format!("**{}:** {}", self.say("Toàn cơ quan", "The whole office"), line(&table.total)));
        lines
    }
}
