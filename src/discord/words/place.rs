//! What is said about channels and what they serve, and about permissions.

use super::Voice;
use crate::domain::lang::Lang;
use crate::domain::setup::{DIGEST, PHASE, PRIVATE, PlaceKind, Spot, TASKS};
use std::collections::BTreeMap;

impl Voice<'_> {
    /// What a purpose is called.
    pub fn purpose(&self, purpose: &str) -> String {
        match purpose.strip_prefix(PHASE) {
            Some(phase) => return self.phase(&phase.into()),
            None => match purpose {
                TASKS => self.say("Tất cả giai đoạn", "All phases"),
                PRIVATE => self.say("Nhiệm vụ nội bộ (khi dùng diễn đàn)", "Private tasks (beside a forum)"),
                DIGEST => self.say("Bản tin nhắc việc", "Digests of reminders"),
                _ => self.say("Cuộc họp, hội thảo, tập huấn", "Meetings, workshops, training"),
            },
        }
        .to_owned()
    }

    /// The channels with what they serve. A phase without one of its own is where all phases are; private tasks have a
    /// channel of their own only beside a forum.
    pub fn channel_lines(&self, spots: &BTreeMap<String, Spot>) -> Vec<String> {
        let shared = spots.get(TASKS);
        let in_forum = spots.values().any(|spot| spot.kind == PlaceKind::Forum);
        let line = |purpose: &str| {
            let all = shared.filter(|_| purpose.starts_with(PHASE));
            let channel = spots.get(purpose).or(all).map_or_else(
                || self.say("sẽ tạo khi cần", "made when it is needed").to_owned(),
                |spot| format!("<#{}>", spot.channel),
            );
            format!("{}: {channel}", self.purpose(purpose))
        };
        let told = |purpose: &str| match purpose {
            TASKS => shared.is_some(),
            PRIVATE => in_forum || spots.contains_key(PRIVATE),
            _ => true,
        };
        let purposes = self.office.purposes();
        let purposes = purposes.iter().map(|place| place.purpose.as_str());
        purposes.filter(|purpose| told(purpose)).map(line).collect()
    }

    /// A channel serves a purpose from now on; of a forum, which tags it lacks.
    pub fn channel_set(&self, purpose: &str, channel: u64, missing: &[String]) -> String {
        let purpose = self.purpose(purpose);
        let mut text = match self.lang {
            Lang::Vi => {
                format!("{purpose}: từ nay dùng kênh <#{channel}>. Nhiệm vụ, cuộc họp đã có vẫn ở kênh cũ.")
            }
            Lang::En => {
                format!("{purpose}: <#{channel}> from now on. What is there already stays where it is.")
            }
        };
        if !missing.is_empty() {
            let tags = self.tags_by_key(missing);
            text.push_str(&match self.lang {
                Lang::Vi => format!(
                    "\nDiễn đàn chưa có các thẻ: {tags}. Bài nhiệm vụ sẽ không mang các thẻ đó; thêm thẻ cùng tên thì Liaison dùng."
                ),
                Lang::En => format!(
                    "\nThe forum has no tags for: {tags}. Posts of tasks go without them; add tags of these names, and Liaison uses them."
                ),
            });
        }
        text
    }

    /// Permissions, each with what the bot needs it for.
    pub fn rights(&self, names: &[String]) -> String {
        names.iter().map(|name| self.right(name)).collect::<Vec<_>>().join(", ")
    }

    /// A permission as Discord names it, and what the bot needs it for.
    fn right(&self, name: &str) -> String {
        let what = match name {
            "View Channel" => self.say("xem các kênh", "to see channels"),
            "Send Messages" => self.say("đăng thẻ nhiệm vụ, nhắc việc", "to post cards and reminders"),
            "Send Messages in Threads" => {
                self.say("trao đổi trong luồng nhiệm vụ", "to speak in threads of tasks")
            }
            "Create Public Threads" => self.say("mở luồng của nhiệm vụ", "to open threads of tasks"),
            "Create Private Threads" => {
                self.say("mở luồng của nhiệm vụ nội bộ", "to open threads of private tasks")
            }
            "Manage Threads" => self.say(
                "mở lại luồng, gắn thẻ, đọc luồng nội bộ",
                "to reopen threads, tag posts, read private ones",
            ),
            "Manage Channels" => self.say("tạo kênh, diễn đàn và thẻ", "to make channels, forums and tags"),
            "Manage Roles" => self.say(
                "tạo, trao vai trò và đặt quyền ở kênh của mình",
                "to make and give roles, to set permissions in its channels",
            ),
            "Read Message History" => {
                self.say("ghi nhật ký trao đổi, không đăng trùng", "to keep the log and say nothing twice")
            }
            "Embed Links" => self.say("trình bày thẻ nhiệm vụ", "to show cards"),
            "Mention @everyone, @here, and All Roles" => {
                self.say("nhắc vai trò của các đơn vị", "to mention roles of units")
            }
            _ => return name.to_owned(),
        };
        format!("{name} ({what})")
    }
}
