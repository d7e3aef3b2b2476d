//! What is said about setting a server up.

use super::{Voice, clip};
use crate::discord::render::{self, button};
use crate::domain::ids::UnitCode;
use crate::domain::lang::Lang;
use crate::domain::setup::{CHANNELS_MAX, Lack, Plan, ROLES_MAX, Step};
use crate::service::setup::{Progress, group_role_name};
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl Voice<'_> {
    /// The plan, with a button that carries it out when nothing stands in the way.
    pub fn setup_plan(&self, plan: &Plan) -> Value {
        if plan.steps.is_empty() && plan.lacks.is_empty() {
            return render::notice(self.say(
                "Máy chủ đã sẵn sàng: đủ vai trò và kênh, không có việc gì phải làm.",
                "The server is ready: all roles and channels are there, nothing is to be done.",
            ));
        }
        let heading = match self.lang {
            Lang::Vi => format!("**Kế hoạch thiết lập máy chủ** ({:02} việc)", plan.steps.len()),
            Lang::En => format!("**Plan to set this server up** ({} steps)", plan.steps.len()),
        };
        let kept = self.say(
            "Vai trò và kênh đã có được giữ nguyên, không đổi tên, không xóa.",
            "Roles and channels that are there stay as they are: none is renamed or deleted.",
        );
        let lines = [vec![heading], self.setup_steps(plan), vec![kept.to_owned()], self.setup_lacks(plan)];
        let mut body = render::notice(&lines.concat().join("\n"));
        if plan.lacks.is_empty() {
            let apply = button("v1:setup:apply:now", self.say("Thực hiện", "Apply"), 3);
            body["components"] = json!([{ "type": 1, "components": [apply] }]);
        }
        body
    }

    /// A run that is under way.
    pub fn setup_going(&self, progress: &Progress) -> Value {
        render::notice(&match self.lang {
            Lang::Vi => format!("Đang thiết lập máy chủ: {}/{} việc.", progress.done, progress.total),
            Lang::En => format!("Setting the server up: {} of {} steps.", progress.done, progress.total),
        })
    }

    /// A run that is over: what was done, and what is left.
    pub fn setup_over(&self, done: usize, left: &Plan) -> Value {
        let first = match self.lang {
            Lang::Vi => format!("Đã thực hiện {done:02} việc."),
            Lang::En if done == 1 => "1 step was done.".to_owned(),
            Lang::En => format!("{done} steps were done."),
        };
        if left.steps.is_empty() {
            let ready = self.say(
                "Máy chủ đã sẵn sàng. Hãy trao vai trò cho từng người, rồi xem `/don-vi danh-sach`.",
                "The server is ready. Now give people their roles, and see `/unit list`.",
            );
            return render::notice(&format!("{first} {ready}"));
        }
        let rest = self.say("**Còn lại:**", "**Left to do:**").to_owned();
        let again = self.say(
            "Sau khi khắc phục, hãy dùng lại `/cau-hinh cai-dat`: việc đã xong không làm lại.",
            "Once that is mended, use `/settings setup` again: what is done is not done twice.",
        );
        let lines =
            [vec![first, rest], self.setup_steps(left), self.setup_lacks(left), vec![again.to_owned()]];
        render::refused(&lines.concat().join("\n"))
    }

    fn setup_steps(&self, plan: &Plan) -> Vec<String> {
        let mut units: Vec<UnitCode> = Vec::new();
        let (mut tiers, mut groups, mut channels) = (Vec::new(), Vec::new(), Vec::new());
        let mut members: BTreeMap<&str, usize> = BTreeMap::new();
        for step in &plan.steps {
            match step {
                Step::UnitRole(unit) => units.push(unit.clone()),
                Step::TierRole(tier) => tiers.push(tier.role_name().to_owned()),
                Step::GroupRole(group) => groups.push(group_role_name(group)),
                Step::GroupMember(group, _) => *members.entry(group).or_default() += 1,
                Step::Channel(place) => channels.push(format!("#{}", place.name)),
            }
        }
        let of = |vi: &str, en: &str, names: &[String], count: usize| {
            (count > 0).then(|| format!("• {} ({count}): {}", self.say(vi, en), clip(&names.join(", "), 700)))
        };
        let unit_names = [self.units(&units)];
        let mut lines: Vec<String> = [
            of("Tạo vai trò cấp", "Make roles of tiers", &tiers, tiers.len()),
            of("Tạo vai trò đơn vị", "Make roles of units", &unit_names, units.len()),
            of("Tạo vai trò chung", "Make roles of groups", &groups, groups.len()),
        ]
        .into_iter()
        .flatten()
        .collect();
        lines.extend(members.into_iter().map(|(group, count)| match self.lang {
            Lang::Vi => {
                format!("• Trao vai trò {} cho {count:02} người của các đơn vị đó", group_role_name(group))
            }
            Lang::En => format!("• Give the role {} to {count} people of its units", group_role_name(group)),
        }));
        lines.extend(of(
            "Tạo kênh trong mục Phối hợp",
            "Make channels under Phối hợp",
            &channels,
            channels.len(),
        ));
        lines
    }

    fn setup_lacks(&self, plan: &Plan) -> Vec<String> {
        let lack = |lack: &Lack| match (lack, self.lang) {
            (Lack::Permissions(names), Lang::Vi) => format!(
                "⚠ Liaison còn thiếu quyền: {}. Hãy bật cho vai trò của Liaison (Cài đặt máy chủ > Vai trò), rồi dùng lại lệnh này.",
                names.join(", ")
            ),
            (Lack::Permissions(names), Lang::En) => format!(
                "⚠ Liaison lacks: {}. Allow it to Liaison's role (Server Settings > Roles), then use this command again.",
                names.join(", ")
            ),
            (Lack::Roles(there, more), Lang::Vi) => format!(
                "⚠ Discord cho tối đa {ROLES_MAX} vai trò: hiện có {there}, cần thêm {more}. Hãy xóa bớt vai trò không dùng, hoặc gán vai trò sẵn có bằng `/don-vi gan`."
            ),
            (Lack::Roles(there, more), Lang::En) => format!(
                "⚠ Discord allows {ROLES_MAX} roles: {there} are there, {more} more are needed. Delete roles that nobody needs, or link those you have with `/unit link`."
            ),
            (Lack::Channels(there, more), Lang::Vi) => format!(
                "⚠ Discord cho tối đa {CHANNELS_MAX} kênh: hiện có {there}, cần thêm {more}. Hãy xóa bớt kênh, hoặc chỉ định kênh sẵn có bằng `/cau-hinh kenh`."
            ),
            (Lack::Channels(there, more), Lang::En) => format!(
                "⚠ Discord allows {CHANNELS_MAX} channels: {there} are there, {more} more are needed. Delete some, or name those you have with `/settings channels`."
            ),
        };
        plan.lacks.iter().map(lack).collect()
    }

    /// What a purpose is called.
    pub fn purpose(&self, purpose: &str) -> String {
        match purpose.strip_prefix("phase:") {
            Some(phase) => self.phase(&phase.into()),
            None if purpose == "digest" => self.say("Bản tin nhắc việc", "Digests of reminders").to_owned(),
            None => self.say("Cuộc họp, hội thảo, tập huấn", "Meetings, workshops, training").to_owned(),
        }
    }

    /// The channels with what they serve.
    pub fn channel_lines(&self, places: &BTreeMap<String, u64>) -> Vec<String> {
        let line = |place: crate::domain::setup::Place| {
            let channel = places.get(&place.purpose).map_or_else(
                || self.say("sẽ tạo khi cần", "made when it is needed").to_owned(),
                |channel| format!("<#{channel}>"),
            );
            format!("{}: {channel}", self.purpose(&place.purpose))
        };
        self.office.purposes().into_iter().map(line).collect()
    }

    /// A channel serves a purpose from now on.
    pub fn channel_set(&self, purpose: &str, channel: u64) -> String {
        let purpose = self.purpose(purpose);
        match self.lang {
            Lang::Vi => {
                format!("{purpose}: từ nay dùng kênh <#{channel}>. Nhiệm vụ, cuộc họp đã có vẫn ở kênh cũ.")
            }
            Lang::En => {
                format!("{purpose}: <#{channel}> from now on. What is there already stays where it is.")
            }
        }
    }

    /// The language of posts was set.
    pub fn language_set(&self, language: Lang) -> &'static str {
        match (self.lang, language) {
            (Lang::Vi, Lang::Vi) => {
                "Từ nay Liaison đăng bài trên máy chủ này bằng tiếng Việt. Trả lời riêng vẫn theo ngôn ngữ Discord của mỗi người."
            }
            (Lang::Vi, Lang::En) => {
                "Từ nay Liaison đăng bài trên máy chủ này bằng tiếng Anh. Trả lời riêng vẫn theo ngôn ngữ Discord của mỗi người."
            }
            (Lang::En, Lang::Vi) => {
                "Liaison's posts on this server are in Vietnamese from now on. Answers to one person stay in that person's language."
            }
            (Lang::En, Lang::En) => {
                "Liaison's posts on this server are in English from now on. Answers to one person stay in that person's language."
            }
        }
    }
}
