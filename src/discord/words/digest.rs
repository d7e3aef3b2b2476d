//! A digest in the words of the office.

use super::{Voice, plain};
use crate::domain::digest::{Audience, Rank};
use crate::domain::lang::Lang;
use crate::domain::task::Visibility;
use crate::domain::when::format_date;
use crate::service::Office;
use crate::service::reminders::{DigestShown, Told};
use chrono::NaiveDate;

/// How much of Discord's 4096 characters a digest fills with tasks; the rest is its heading and its last lines.
const DIGEST_MAX: usize = 3_600;

/// What is wanted of those who read it, by what it tells.
const WANTED: [(&[Rank], &str, &str); 4] = [
    (
        &[Rank::Today, Rank::Escalated, Rank::Overdue, Rank::Ahead],
        "Đề nghị đơn vị chủ trì cập nhật tiến độ trong từng luồng.",
        "Lead units, please report progress in each thread.",
    ),
    (
        &[Rank::Receipt],
        "Đề nghị xác nhận đã tiếp nhận bằng nút **Đã tiếp nhận** trên từng thẻ nhiệm vụ.",
        "Please confirm receipt with **Received** on the card of each task.",
    ),
    (
        &[Rank::Extension],
        "Đề nghị quyết định gia hạn bằng nút trên từng thẻ nhiệm vụ.",
        "Please decide on the new deadlines with the buttons on the card of each task.",
    ),
    (
        &[Rank::Result],
        "Đề nghị nghiệm thu hoặc trả lại kết quả bằng nút trên từng thẻ nhiệm vụ.",
        "Please accept or return the results with the buttons on the card of each task.",
    ),
];

impl Voice<'_> {
    /// A digest: the day's reminders for which there was no room by themselves, the most pressing first.
    pub fn digest(&self, audience: &Audience, day: NaiveDate, digest: &DigestShown) -> String {
        let (who, day) = (self.audience(audience), format_date(day, self.lang));
        let told = &digest.told;
        let count = told.len();
        let mut text = match (self.lang, count) {
            (Lang::Vi, 0) => format!("**Bản tin nhắc việc – {who} – {day}**"),
            (Lang::En, 0) => format!("**Digest – {who} – {day}**"),
            (Lang::Vi, _) => format!("**Bản tin nhắc việc – {who} – {day}** ({count:02} nhiệm vụ)"),
            (Lang::En, 1) => format!("**Digest – {who} – {day}** (1 task)"),
            (Lang::En, _) => format!("**Digest – {who} – {day}** ({count} tasks)"),
        };
        let (mut rank, mut shown) = (None, 0);
        for one in told {
            let heading = if rank == Some(one.rank) {
                String::new()
            } else {
                format!("\n\n__{}__", self.rank(one.rank))
            };
            let line = format!("{heading}\n{}", self.told_line(one));
            if text.chars().count() + line.chars().count() > DIGEST_MAX {
                break;
            }
            text.push_str(&line);
            rank = Some(one.rank);
            shown += 1;
        }
        if shown < count {
            let more = count - shown;
            text.push_str(&match self.lang {
                Lang::Vi => format!("\nvà {more:02} nhiệm vụ khác: xem `/viec-cua-toi`."),
                Lang::En => format!("\nand {more} more: see `/my`."),
            });
        }
        if digest.undecided > 0 {
            text.push_str(&format!("\n\n{}", self.undecided(digest.undecided)));
        }
        if count > 0 {
            text.push('\n');
        }
        for (ranks, vi, en) in WANTED {
            if told.iter().any(|one| ranks.contains(&one.rank)) {
                text.push('\n');
                text.push_str(self.say(vi, en));
            }
        }
        text
    }

    /// One task of a digest. Everybody reads it, so a private task is named by its code alone.
    fn told_line(&self, told: &Told) -> String {
        let task = &told.task;
        let thread = task.thread.map(|thread| format!(" · <#{thread}>")).unwrap_or_default();
        let title = match task.visibility {
            Visibility::Public => plain(&task.title),
            Visibility::Private => "🔒".to_owned(),
        };
        let (whose, due) = match &told.part {
            None => (task.lead().map(ToString::to_string).unwrap_or_default(), task.due),
            Some(unit) => {
                let part = self.say("phần việc", "part of");
                let due = Office::deadline(task, told.part.as_ref()).unwrap_or(task.due);
                (format!("{part} {unit}"), due)
            }
        };
        let standing = match (told.rank, task.done_at) {
            (Rank::Result, Some(done)) => {
                let done = format_date(self.office.calendar.local_date(done), self.lang);
                format!("{} {done}", self.say("hoàn thành", "done"))
            }
            _ => self.standing_of(due),
        };
        format!("**{}** {title} · {whose} · {standing}{thread}", task.code)
    }

    /// What a group of a digest is about.
    fn rank(&self, rank: Rank) -> &'static str {
        match (rank, self.lang) {
            (Rank::Today, Lang::Vi) => "Đến hạn hôm nay",
            (Rank::Today, Lang::En) => "Due today",
            (Rank::Escalated, Lang::Vi) => "Quá hạn, báo cáo cấp trên",
            (Rank::Escalated, Lang::En) => "Overdue and taken up",
            (Rank::Overdue, Lang::Vi) => "Quá hạn",
            (Rank::Overdue, Lang::En) => "Overdue",
            (Rank::Ahead, Lang::Vi) => "Sắp đến hạn",
            (Rank::Ahead, Lang::En) => "To come",
            (Rank::Receipt, Lang::Vi) => "Chưa xác nhận tiếp nhận",
            (Rank::Receipt, Lang::En) => "Receipt not confirmed",
            (Rank::Extension, Lang::Vi) => "Chờ quyết định gia hạn",
            (Rank::Extension, Lang::En) => "A new deadline waits for its decision",
            (Rank::Result, Lang::Vi) => "Chờ nghiệm thu",
            (Rank::Result, Lang::En) => "The result waits for acceptance",
        }
    }

    /// Whose digest it is.
    pub fn audience(&self, audience: &Audience) -> String {
        match audience {
            Audience::Unit(unit) => self.short(unit),
            Audience::Coordinators => self.say("Điều phối", "coordinators").to_owned(),
            Audience::Leadership => self.say("Lãnh đạo", "leadership").to_owned(),
        }
    }
}
