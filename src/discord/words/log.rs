//! What is said about what was said.

use super::{Voice, plain};
use crate::discord::render;
use crate::domain::guard::Forbidden;
use crate::domain::lang::Lang;
use crate::domain::search::Excerpt;
use crate::service::exchanges::{Hit, Hits};
use crate::store::search::Standing;
use serde_json::Value;

impl Voice<'_> {
    /// To the author of a message in a thread that must not stand there.
    pub fn withheld(&self, link: &str, what: Forbidden) -> String {
        match (what, self.lang) {
            (Forbidden::StateSecret, Lang::Vi) => format!(
                "Tin nhắn của bạn ({link}) có dấu hiệu bí mật nhà nước. Nhật ký không lưu nội dung và tệp kèm theo. Đề nghị **xóa ngay** tin nhắn đó và xử lý qua Văn thư theo quy định."
            ),
            (Forbidden::StateSecret, Lang::En) => format!(
                "Your message ({link}) bears the mark of a state secret. The log keeps neither its text nor its files. Please **delete it now** and hand the matter to the registry office."
            ),
            (Forbidden::PersonalNumber, Lang::Vi) => format!(
                "Tin nhắn của bạn ({link}) có số định danh cá nhân, số điện thoại di động hoặc mã số thuế. Nhật ký không lưu nội dung và tệp kèm theo. Đề nghị **xóa** tin nhắn đó và gửi lại không kèm số."
            ),
            (Forbidden::PersonalNumber, Lang::En) => format!(
                "Your message ({link}) holds the number of an identity card, of a mobile phone or of a taxpayer. The log keeps neither its text nor its files. Please **delete it** and send it again without the number."
            ),
            (Forbidden::Microdata, Lang::Vi) => format!(
                "Tin nhắn của bạn ({link}) có dữ liệu nhận dạng được người cung cấp thông tin (Điều 57 Luật Thống kê). Nhật ký không lưu nội dung và tệp kèm theo. Đề nghị **xóa ngay** tin nhắn đó và gửi dữ liệu qua hệ thống của cuộc điều tra."
            ),
            (Forbidden::Microdata, Lang::En) => format!(
                "Your message ({link}) holds records in which respondents can be identified (Law on Statistics, article 57). The log keeps neither its text nor its files. Please **delete it now** and send the records through the survey's own system."
            ),
            (Forbidden::Embargoed { until }, Lang::Vi) => format!(
                "Tin nhắn của bạn ({link}) có số liệu chưa được công bố. Nhật ký không lưu nội dung và tệp kèm theo. Đề nghị **xóa ngay** tin nhắn đó; số liệu này chỉ được nêu ở đây từ {}.",
                self.moment(until)
            ),
            (Forbidden::Embargoed { until }, Lang::En) => format!(
                "Your message ({link}) holds a figure that is not released yet. The log keeps neither its text nor its files. Please **delete it now**; the figure may be said here from {} on.",
                self.moment(until)
            ),
        }
    }

    /// The answer to a search.
    pub fn hits(&self, query: &str, found: &Hits) -> Value {
        let query = super::clip(query, 100);
        let count = found.hits.len();
        let heading = match (self.lang, count) {
            (Lang::Vi, 0) => format!("Không tìm thấy “{query}” trong các luồng bạn được xem"),
            (Lang::Vi, _) => format!("{count:02} kết quả cho “{query}”"),
            (Lang::En, 0) => format!("Nothing found for “{query}” in the threads that you may read"),
            (Lang::En, 1) => format!("1 message for “{query}”"),
            (Lang::En, _) => format!("{count} messages for “{query}”"),
        };
        let lines: Vec<String> = found.hits.iter().map(|hit| self.hit(hit)).collect();
        let footer = match (found.more, self.lang) {
            (false, _) => None,
            (true, Lang::Vi) => {
                Some("Còn kết quả khác; hãy thu hẹp theo nhiệm vụ, đơn vị hoặc ngày.".to_owned())
            }
            (true, Lang::En) => Some("There are more; narrow it down by task, unit or date.".to_owned()),
        };
        render::list(&heading, &lines, footer)
    }

    fn hit(&self, hit: &Hit) -> String {
        let when = self.office.calendar.local(hit.sent).format("%d/%m/%Y %H:%M");
        let unit = hit.unit.as_ref().map(|unit| format!(" ({unit})")).unwrap_or_default();
        let standing = match (hit.standing, self.lang) {
            (Standing::Current, _) => "",
            (Standing::Edited, Lang::Vi) => " · *bản cũ, đã sửa*",
            (Standing::Edited, Lang::En) => " · *older version, edited since*",
            (Standing::Deleted, Lang::Vi) => " · *đã xóa*",
            (Standing::Deleted, Lang::En) => " · *deleted*",
        };
        let files = match hit.attachments.as_slice() {
            [] => String::new(),
            files => format!("\n📎 {}", plain(&files.join(", "))),
        };
        let link = render::link(hit.guild, hit.channel, hit.message);
        format!(
            "**{}**{unit} · {when}{standing} · <#{}> · {link}\n> {}{files}",
            plain(&hit.author_name),
            hit.channel,
            marked(&hit.excerpt)
        )
    }
}

/// An excerpt on one line, with the words that were looked for in bold.
fn marked(excerpt: &Excerpt) -> String {
    let mut text = String::from(if excerpt.cut_before { "…" } else { "" });
    for part in &excerpt.parts {
        let words = plain(&part.text.replace('\n', " "));
        if part.hit && !words.trim().is_empty() {
            text.push_str(&format!("**{words}**"));
        } else {
            text.push_str(&words);
        }
    }
    if excerpt.cut_after {
        text.push('…');
    }
    text
}
