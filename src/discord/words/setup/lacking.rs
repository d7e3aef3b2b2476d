//! What stands in the way of a setup, and what a person should know or mend beside it.

use crate::discord::words::{Voice, clip};
use crate::domain::forum::TAGS_MAX;
use crate::domain::lang::Lang;
use crate::domain::setup::{CHANNELS_MAX, Lack, Notice, PHASE, Plan, ROLES_MAX};

impl Voice<'_> {
    /// What a person should know or mend, a line each.
    pub(super) fn setup_notices(&self, plan: &Plan) -> Vec<String> {
        plan.notices.iter().map(|notice| format!("⚠ {}", self.setup_notice(notice))).collect()
    }

    /// What a person should know or mend.
    pub fn setup_notice(&self, notice: &Notice) -> String {
        match (notice, self.lang) {
            (Notice::RoleAbove(role), Lang::Vi) => format!(
                "Vai trò {role} đứng ngang hoặc cao hơn vai trò của Liaison nên Liaison không trao được. Hãy kéo vai trò của Liaison lên trên {role} (Cài đặt máy chủ > Vai trò), rồi dùng lại lệnh này."
            ),
            (Notice::RoleAbove(role), Lang::En) => format!(
                "The role {role} does not stand below Liaison's, so Liaison cannot give it. Move Liaison's role above {role} (Server Settings > Roles), then use this command again."
            ),
            (Notice::Unmentionable(roles), Lang::Vi) => format!(
                "Liaison không nhắc được {} vai trò đơn vị không cho phép @nhắc đến: {}. Hãy bật Mention Everyone cho vai trò của Liaison, hoặc cho phép mọi người nhắc đến các vai trò đó.",
                roles.len(),
                clip(&roles.join(", "), 300)
            ),
            (Notice::Unmentionable(roles), Lang::En) => format!(
                "Liaison cannot mention {} roles of units: {}. Allow Mention Everyone to Liaison's role, or allow anyone to mention those roles.",
                roles.len(),
                clip(&roles.join(", "), 300)
            ),
            (Notice::Channel(_, channel, lacks), Lang::Vi) => format!(
                "Ở <#{channel}> Liaison còn thiếu quyền: {}. Hãy bật cho Liaison ở quyền của kênh đó, hoặc chỉ định kênh khác bằng `/cau-hinh kenh`.",
                self.rights(lacks)
            ),
            (Notice::Channel(_, channel, lacks), Lang::En) => format!(
                "In <#{channel}> Liaison lacks: {}. Allow it to Liaison in that channel's permissions, or name another channel with `/settings channels`.",
                self.rights(lacks)
            ),
            (Notice::ForeignForum(channel, missing, required), _) => {
                let missing = self.tags_by_key(missing);
                let first = match self.lang {
                    Lang::Vi => format!(
                        "Diễn đàn <#{channel}> không do Liaison tạo nên được giữ nguyên. Diễn đàn chưa có các thẻ: {missing}; bài nhiệm vụ sẽ không mang các thẻ đó. Có thể tự thêm thẻ cùng tên, Liaison sẽ dùng."
                    ),
                    Lang::En => format!(
                        "Liaison did not make the forum <#{channel}> and leaves it as it is. It has no tags for: {missing}; posts of tasks go without them. Add tags of these names, and Liaison uses them."
                    ),
                };
                let no_post = self.say(
                    " Diễn đàn bắt buộc gắn thẻ, nên bài chưa có thẻ nào phù hợp sẽ chưa đăng được.",
                    " The forum wants a tag on each post, so a post for which it has none cannot be opened.",
                );
                if *required { first + no_post } else { first }
            }
            (Notice::NoRoom(channel, missing), Lang::Vi) => format!(
                "Discord cho mỗi diễn đàn tối đa {TAGS_MAX} thẻ, <#{channel}> không còn chỗ cho: {}. Hãy xóa bớt thẻ không dùng, rồi dùng lại lệnh này.",
                self.tags_by_key(missing)
            ),
            (Notice::NoRoom(channel, missing), Lang::En) => format!(
                "Discord allows a forum {TAGS_MAX} tags, and <#{channel}> has no room for: {}. Delete tags that nobody needs, then use this command again.",
                self.tags_by_key(missing)
            ),
            (Notice::Kept(purposes), lang) => {
                let phases: Vec<&str> =
                    purposes.iter().map(|purpose| purpose.strip_prefix(PHASE).unwrap_or(purpose)).collect();
                let phases = phases.join(", ");
                match lang {
                    Lang::Vi => format!(
                        "Giai đoạn {phases} có kênh riêng do người quản trị chỉ định nên vẫn dùng kênh đó. Muốn dùng diễn đàn: `/cau-hinh kenh`, chọn giai đoạn và diễn đàn."
                    ),
                    Lang::En => format!(
                        "For {phases} an administrator has named a channel, and it is kept. To use the forum instead: `/settings channels` with the phase and the forum."
                    ),
                }
            }
        }
    }

    pub(super) fn setup_lacks(&self, plan: &Plan) -> Vec<String> {
        let lack = |lack: &Lack| match (lack, self.lang) {
            (Lack::Permissions(names), Lang::Vi) => format!(
                "⚠ Liaison còn thiếu quyền: {}. Hãy bật cho vai trò của Liaison (Cài đặt máy chủ > Vai trò), rồi dùng lại lệnh này.",
                self.rights(names)
            ),
            (Lack::Permissions(names), Lang::En) => format!(
                "⚠ Liaison lacks: {}. Allow it to Liaison's role (Server Settings > Roles), then use this command again.",
                self.rights(names)
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
}
