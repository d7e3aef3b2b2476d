//! What is said when another version of the regulation is in force, and while tasks wait for their decision.

use crate::discord::words::Voice;
use crate::domain::charter::Charter;
use crate::domain::lang::Lang;

impl Voice<'_> {
    /// A version is in force: which, what it rests on, how many open tasks it touches, and what becomes of those.
    pub fn charter_news(&self, version: &Charter, late: bool, touched: usize, untouched: usize) -> String {
        let about = version.about();
        let (title, id) = (about.short_title.get(self.lang), &about.id);
        let from = about.effective_from.format("%d/%m/%Y");
        let mut text = match self.lang {
            Lang::Vi => format!("**Quy chế có bản mới:** {title} (bản {id}) áp dụng từ {from}."),
            Lang::En => {
                format!("**A new version of the regulation:** {title} (version {id}) applies from {from}.")
            }
        };
        if late {
            text.push_str(self.say(
                " Thông báo này đến muộn: ngày đó Liaison chưa chạy hoặc chưa được nạp bản này.",
                " This is told late: on that day Liaison was not running, or had not been given this version yet.",
            ));
        }
        text.push_str(&match self.lang {
            Lang::Vi => format!("\nVăn bản: {}. Nguồn: {}", about.status.vi, about.source.vi.trim()),
            Lang::En => format!("\nDocument: {}. Source: {}", about.status.en, about.source.en.trim()),
        });
        text.push_str(&format!("\n{}", self.touched_by(touched, untouched)));
        if touched > 0 {
            text.push_str(self.say(
                "\nMỗi nhiệm vụ vẫn theo bản cũ cho đến khi Điều phối xác nhận giữ nguyên hoặc chuyển sang bản mới: bấm nút bên dưới, hoặc dùng `/quy-che so-sanh` và `/quy-che xac-nhan`.",
                "\nEach task keeps its version until a coordinator confirms that it stays or moves: press the button below, or use `/charter diff` and `/charter confirm`.",
            ));
        }
        text.push_str(self.say("\nToàn văn: `/quy-che xem`.", "\nThe text: `/charter show`."));
        text
    }

    fn touched_by(&self, touched: usize, untouched: usize) -> String {
        let mut text = match (self.lang, touched) {
            (Lang::Vi, 0) => "Không có nhiệm vụ đang thực hiện nào chịu ảnh hưởng".to_owned(),
            (Lang::Vi, _) => format!("**{touched:02} nhiệm vụ đang thực hiện chịu ảnh hưởng**"),
            (Lang::En, 0) => "It touches no open task".to_owned(),
            (Lang::En, 1) => "**It touches 1 open task**".to_owned(),
            (Lang::En, _) => format!("**It touches {touched} open tasks**"),
        };
        text.push_str(&match (self.lang, untouched) {
            (_, 0) => ".".to_owned(),
            (Lang::Vi, _) => format!(" ({untouched:02} nhiệm vụ khác không thay đổi)."),
            (Lang::En, 1) => " (1 more stays the same).".to_owned(),
            (Lang::En, _) => format!(" ({untouched} more stay the same)."),
        });
        text
    }

    /// How many tasks still wait for the coordinators.
    pub fn undecided(&self, tasks: usize) -> String {
        let id = &self.office.charter().about().id;
        match (self.lang, tasks) {
            (Lang::Vi, _) => format!(
                "**{tasks:02} nhiệm vụ chờ xác nhận** giữ nguyên bản cũ hoặc chuyển sang bản {id} của Quy chế: `/quy-che so-sanh`."
            ),
            (Lang::En, 1) => format!(
                "**1 task waits for a decision**: it stays under its version of the regulation, or moves to {id}: `/charter diff`."
            ),
            (Lang::En, _) => format!(
                "**{tasks} tasks wait for a decision**: they stay under their version of the regulation, or move to {id}: `/charter diff`."
            ),
        }
    }
}
