//! What is said about setting a server up.

mod lacking;

use super::{Voice, clip};
use crate::discord::render::{self, button};
use crate::domain::ids::UnitCode;
use crate::domain::lang::Lang;
use crate::domain::setup::{CATEGORY, DIGEST, PlaceKind, Plan, Shape, Step, TASKS};
use crate::service::setup::{Progress, group_role_name};
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl Voice<'_> {
    /// The plan, with a button that carries it out when nothing stands in the way.
    pub fn setup_plan(&self, plan: &Plan, shape: Option<Shape>) -> Value {
        if plan.steps.is_empty() && plan.lacks.is_empty() {
            let ready = self.say(
                "Máy chủ đã sẵn sàng: đủ vai trò, kênh, thẻ và quyền, không có việc gì phải làm.",
                "The server is ready: all roles, channels, tags and permissions are there, nothing is to be done.",
            );
            let lines = [vec![ready.to_owned()], self.setup_notices(plan)];
            return render::notice(&lines.concat().join("\n"));
        }
        let heading = match self.lang {
            Lang::Vi => format!("**Kế hoạch thiết lập máy chủ** ({:02} việc)", plan.steps.len()),
            Lang::En => format!("**Plan to set this server up** ({} steps)", plan.steps.len()),
        };
        let kept = self.say(
            "Những gì không do Liaison tạo được giữ nguyên: không đổi tên, không xóa, không đổi quyền.",
            "What Liaison did not make stays as it is: nothing of it is renamed, deleted, or given other permissions.",
        );
        let lines = [
            vec![heading],
            self.setup_steps(plan),
            vec![kept.to_owned()],
            self.setup_notices(plan),
            self.setup_lacks(plan),
        ];
        let mut body = render::notice(&lines.concat().join("\n"));
        if plan.lacks.is_empty() {
            let shape = shape.map_or("now", Shape::code);
            let apply = button(&format!("v1:setup:apply:{shape}"), self.say("Thực hiện", "Apply"), 3);
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
            let lines = [vec![format!("{first} {ready}")], self.setup_notices(left)];
            return render::notice(&lines.concat().join("\n"));
        }
        let rest = self.say("**Còn lại:**", "**Left to do:**").to_owned();
        let forum = |step: &Step| matches!(step, Step::Channel(place) if place.kind == PlaceKind::Forum);
        // Discord has tied forums to this, and its answer does not name it.
        let community = left.steps.iter().any(forum).then(|| {
            self.say(
                "⚠ Nếu Discord chưa cho tạo diễn đàn, hãy bật Cộng đồng (Cài đặt máy chủ > Bật Cộng đồng), hoặc chọn `loai:Kênh theo giai đoạn`.",
                "⚠ If Discord allows no forum yet, switch on Community (Server Settings > Enable Community), or choose `kind:A channel for each phase`.",
            )
        });
        let again = self.say(
            "Sau khi khắc phục, hãy dùng lại `/cau-hinh cai-dat`: việc đã xong không làm lại.",
            "Once that is mended, use `/settings setup` again: what is done is not done twice.",
        );
        let lines = [
            vec![first, rest],
            self.setup_steps(left),
            self.setup_notices(left),
            self.setup_lacks(left),
            community.into_iter().chain([again]).map(str::to_owned).collect(),
        ];
        render::refused(&lines.concat().join("\n"))
    }

    fn setup_steps(&self, plan: &Plan) -> Vec<String> {
        let mut units: Vec<UnitCode> = Vec::new();
        let (mut tiers, mut groups, mut channels) = (Vec::new(), Vec::new(), Vec::new());
        let (mut forums, mut tags, mut access, mut released) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut members: BTreeMap<&str, usize> = BTreeMap::new();
        for step in &plan.steps {
            match step {
                Step::UnitRole(unit) => units.push(unit.clone()),
                Step::TierRole(tier) => tiers.push(tier.role_name().to_owned()),
                Step::GroupRole(group) => groups.push(group_role_name(group)),
                Step::GroupMember(group, _) => *members.entry(group).or_default() += 1,
                Step::Channel(place) => match place.kind {
                    PlaceKind::Text => channels.push(format!("#{}", place.name)),
                    PlaceKind::Forum => forums.push(format!("#{}", place.name)),
                },
                Step::Tags(keys) => tags.extend(keys.iter().map(|key| self.tag_by_key(key))),
                Step::Access(purpose) => access.push(purpose.as_str()),
                Step::Release(purpose) => released.push(purpose.as_str()),
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
        lines.extend(
            [
                of("Tạo kênh trong mục Phối hợp", "Make channels under Phối hợp", &channels, channels.len()),
                of("Tạo diễn đàn trong mục Phối hợp", "Make a forum under Phối hợp", &forums, forums.len()),
                of("Thêm thẻ cho diễn đàn", "Add tags to the forum", &tags, tags.len()),
            ]
            .into_iter()
            .flatten(),
        );
        lines.extend(self.access_lines(&access));
        lines.extend(self.release_line(&released));
        lines
    }

    /// What is set in the channels that the bot made, in words.
    fn access_lines(&self, purposes: &[&str]) -> Vec<String> {
        if purposes.is_empty() {
            return Vec::new();
        }
        let names: Vec<String> = purposes.iter().map(|purpose| self.place_name(purpose)).collect();
        let names = clip(&names.join(", "), 500);
        let mut lines = vec![match self.lang {
            Lang::Vi => format!(
                "• Đặt quyền ({}): Liaison được xem, đăng bài, quản lý luồng và nhắc các đơn vị ở {names}",
                purposes.len()
            ),
            Lang::En => format!(
                "• Set permissions ({}): Liaison may read, post, keep threads and mention units in {names}",
                purposes.len()
            ),
        }];
        if purposes.contains(&DIGEST) {
            let digest = self.place_name(DIGEST);
            lines.push(match self.lang {
                Lang::Vi => format!("  – {digest}: mọi người chỉ đọc, chỉ Liaison đăng bài"),
                Lang::En => format!("  – {digest}: everybody reads, only Liaison writes"),
            });
        }
        if purposes.contains(&TASKS) {
            let tasks = self.place_name(TASKS);
            lines.push(match self.lang {
                Lang::Vi => format!("  – {tasks}: chỉ Liaison mở bài mới, mọi người trao đổi trong bài"),
                Lang::En => format!("  – {tasks}: only Liaison opens posts, everybody writes in them"),
            });
        }
        lines
    }

    fn release_line(&self, purposes: &[&str]) -> Option<String> {
        if purposes.is_empty() {
            return None;
        }
        let names: Vec<String> = purposes.iter().map(|purpose| self.purpose(purpose)).collect();
        let names = clip(&names.join(", "), 500);
        Some(match self.lang {
            Lang::Vi => format!(
                "• Từ nay nhiệm vụ mới không đăng ở kênh đang dùng cho: {names}. Kênh và nhiệm vụ đã có ở đó được giữ nguyên"
            ),
            Lang::En => format!(
                "• New tasks no longer go where they went for: {names}. The channels and what is in them stay"
            ),
        })
    }

    /// What a channel of the bot's is called: by its usual name, or the category by its own.
    fn place_name(&self, purpose: &str) -> String {
        if purpose == CATEGORY {
            return self.say("mục Phối hợp", "the category Phối hợp").to_owned();
        }
        let place = self.office.purposes().into_iter().find(|place| place.purpose == purpose);
        place.map_or_else(|| purpose.to_owned(), |place| format!("#{}", place.name))
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
