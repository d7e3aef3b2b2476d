//! What is said about roles, positions and delegations.

use super::{Voice, plain};
use crate::domain::actor::Tier;
use crate::domain::ids::{UnitCode, UserId};
use crate::domain::lang::Lang;
use crate::domain::people::{Arranged, NotArranged};
use crate::domain::position::{Delegation, DelegationFault};
use crate::domain::when::format_date;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

impl Voice<'_> {
    /// What was arranged, for who arranged it.
    pub fn arranged(&self, done: &Arranged) -> String {
        let short = |unit: &UnitCode| self.short(unit);
        let date = |day: NaiveDate| format_date(day, self.lang);
        match (done, self.lang) {
            (Arranged::Linked { role, unit, tier, others }, lang) => {
                let stands = self.stands_for(unit.as_ref(), *tier);
                let others: Vec<String> = others.iter().map(|role| format!("<@&{role}>")).collect();
                let (first, beside) = match lang {
                    Lang::Vi => (
                        format!("Vai trò <@&{role}> nay là {stands}, kể cả khi đổi tên."),
                        format!("\nLưu ý: {} cũng đang là {stands}.", others.join(" ")),
                    ),
                    Lang::En => (
                        format!("The role <@&{role}> now stands for {stands}, whatever its name becomes."),
                        format!("\nNote: {} stands for {stands} as well.", others.join(" ")),
                    ),
                };
                if others.is_empty() { first } else { first + &beside }
            }
            (Arranged::Unlinked { role, unit: None, tier: None }, Lang::Vi) => format!(
                "Đã bỏ gán vai trò <@&{role}>; theo tên gọi, vai trò này chưa ứng với đơn vị hay vị trí nào."
            ),
            (Arranged::Unlinked { role, unit: None, tier: None }, Lang::En) => {
                format!("The link of the role <@&{role}> is undone; by its name it stands for nothing.")
            }
            (Arranged::Unlinked { role, unit, tier }, Lang::Vi) => format!(
                "Đã bỏ gán vai trò <@&{role}>; theo tên gọi, vai trò này là {}.",
                self.stands_for(unit.as_ref(), *tier)
            ),
            (Arranged::Unlinked { role, unit, tier }, Lang::En) => format!(
                "The link of the role <@&{role}> is undone; by its name it stands for {}.",
                self.stands_for(unit.as_ref(), *tier)
            ),
            (Arranged::Held { unit, position, user, from, until, replaced }, lang) => {
                let (position, unit) = (position.name(lang), short(unit));
                let days = self.days(*from, *until);
                let (first, instead) = match lang {
                    Lang::Vi => (format!("{position} của {unit}: <@{user}>, {days}."), "Thay cho"),
                    Lang::En => (format!("{unit}, {position}: <@{user}>, {days}."), "In place of"),
                };
                match replaced {
                    Some(replaced) => format!("{first} {instead} <@{replaced}>."),
                    None => first,
                }
            }
            (Arranged::Ended { unit, position, user, last: Some(last) }, Lang::Vi) => format!(
                "<@{user}> là {} của {} đến hết {}.",
                position.name(Lang::Vi),
                short(unit),
                date(*last)
            ),
            (Arranged::Ended { unit, position, user, last: Some(last) }, Lang::En) => format!(
                "<@{user}> is {} of {} up to the end of {}.",
                position.name(Lang::En),
                short(unit),
                date(*last)
            ),
            (Arranged::Ended { unit, position, user, last: None }, Lang::Vi) => {
                format!("<@{user}> thôi là {} của {} từ nay.", position.name(Lang::Vi), short(unit))
            }
            (Arranged::Ended { unit, position, user, last: None }, Lang::En) => {
                format!("<@{user}> is no longer {} of {}.", position.name(Lang::En), short(unit))
            }
            (Arranged::Delegated { unit, from, to, first, last }, Lang::Vi) => format!(
                "<@{to}> thay <@{from}> tại {} từ {} đến hết {}. Hệ thống sẽ báo riêng cho hai bên khi bắt đầu và khi kết thúc.",
                short(unit),
                date(*first),
                date(*last)
            ),
            (Arranged::Delegated { unit, from, to, first, last }, Lang::En) => format!(
                "<@{to}> stands in for <@{from}> in {} from {} to the end of {}. Both will be told in private when it begins and when it ends.",
                short(unit),
                date(*first),
                date(*last)
            ),
            (Arranged::Back { unit, from, to }, Lang::Vi) => {
                format!("Đã kết thúc ủy quyền tại {}: <@{to}> thôi thay <@{from}>.", short(unit))
            }
            (Arranged::Back { unit, from, to }, Lang::En) => {
                format!("<@{to}> no longer stands in for <@{from}> in {}.", short(unit))
            }
        }
    }

    /// Why it was not, and what to do next.
    pub(super) fn not_arranged(&self, why: &NotArranged) -> String {
        match self.lang {
            Lang::Vi => self.not_arranged_vi(why),
            Lang::En => self.not_arranged_en(why),
        }
    }

    fn not_arranged_vi(&self, why: &NotArranged) -> String {
        let short = |unit: &UnitCode| self.short(unit);
        match why {
            NotArranged::NoOfficeRole { role } => format!(
                "Không gán được <@&{role}>: đây là vai trò chung của máy chủ hoặc của ứng dụng. Hãy chọn một vai trò do người giữ."
            ),
            NotArranged::UnitOrTier => {
                "Hãy nêu một trong hai mục: `don-vi` (vai trò của đơn vị) hoặc `cap` (vai trò của cấp).".to_owned()
            }
            NotArranged::NotLinked { role } => format!(
                "Vai trò <@&{role}> chưa từng được gán bằng lệnh nên không có gì để bỏ. Muốn đổi, hãy gán đơn vị hoặc cấp khác, hay đổi tên vai trò."
            ),
            NotArranged::NoPerson { user } => format!(
                "<@{user}> không phải là người đang ở trên máy chủ này. Hãy chọn một người khác, hoặc mời người đó vào máy chủ trước."
            ),
            NotArranged::Over { last } => format!(
                "Ngày cuối ({}) đã qua. Hãy chọn một ngày từ hôm nay trở đi ở mục `den-ngay`.",
                format_date(*last, Lang::Vi)
            ),
            NotArranged::Reversed => {
                "Ngày đầu (`ngay`) sau ngày cuối (`den-ngay`). Hãy đổi lại hai ngày và gửi lại.".to_owned()
            }
            NotArranged::NotHeld { unit, position, user } => format!(
                "<@{user}> không được ghi là {} của {} nên không có gì để kết thúc. Xem `/don-vi xem`; người có vị trí theo vai trò thì bỏ vai trò trên máy chủ.",
                position.name(Lang::Vi),
                short(unit)
            ),
            NotArranged::WhichUnit { units } if units.is_empty() => {
                "Không xác định được đơn vị: người vắng mặt không thuộc đơn vị nào. Hãy nêu ở mục `don-vi`, hoặc liên hệ Quản trị để gán vai trò."
                    .to_owned()
            }
            NotArranged::WhichUnit { units } => {
                format!("Người vắng mặt thuộc nhiều đơn vị ({}). Hãy nêu đơn vị ở mục `don-vi`.", self.units(units))
            }
            NotArranged::NothingThere { unit, user } => format!(
                "<@{user}> không thuộc {} nên không có gì để ủy quyền ở đó. Hãy chọn đơn vị khác, hoặc ghi vị trí trước bằng `/don-vi dau-moi`.",
                short(unit)
            ),
            NotArranged::LastDay => {
                "Ủy quyền phải có thời hạn. Hãy nêu ngày cuối ở mục `den-ngay`, ví dụ `17/03`; muốn kết thúc thì để trống mục `nguoi`."
                    .to_owned()
            }
            NotArranged::Outsider { unit, user } => format!(
                "<@{user}> không thuộc {}. Hãy chọn người của đơn vị; ủy quyền cho người ngoài đơn vị do từ Điều phối trở lên quyết định.",
                short(unit)
            ),
            NotArranged::Contradicts { fault } => match fault {
                DelegationFault::Oneself => "Không ai tự thay chính mình. Hãy chọn người khác ở mục `nguoi`.".to_owned(),
                DelegationFault::Already(to) => format!(
                    "Trong thời gian đó đã có <@{to}> thay. Hãy kết thúc ủy quyền ấy trước (để trống mục `nguoi`), hoặc chọn thời gian khác."
                ),
                DelegationFault::Circle => {
                    "Ủy quyền như vậy sẽ vòng lại chính người vắng mặt. Hãy chọn người khác đang có mặt.".to_owned()
                }
                DelegationFault::TooFar => {
                    "Việc đã ủy quyền chỉ được chuyển tiếp một lần. Hãy chọn người có mặt trong suốt thời gian đó."
                        .to_owned()
                }
            },
            NotArranged::NobodyStandsIn { unit, user } => format!(
                "Không có ai đang hoặc sẽ thay <@{user}> tại {}. Xem `/don-vi xem`; muốn ủy quyền thì nêu người thay ở mục `nguoi`.",
                short(unit)
            ),
        }
    }

    fn not_arranged_en(&self, why: &NotArranged) -> String {
        let short = |unit: &UnitCode| self.short(unit);
        match why {
            NotArranged::NoOfficeRole { role } => format!(
                "<@&{role}> cannot be linked: it is everybody's or an application's. Choose a role that people are given."
            ),
            NotArranged::UnitOrTier => {
                "Name one of the two: `unit` (the role is a unit's) or `tier` (the role gives a tier).".to_owned()
            }
            NotArranged::NotLinked { role } => format!(
                "The role <@&{role}> was never linked by command, so there is nothing to undo. To change what it stands for, link it to another unit or tier, or rename it."
            ),
            NotArranged::NoPerson { user } => format!(
                "<@{user}> is not a person on this server. Choose somebody else, or invite them first."
            ),
            NotArranged::Over { last } => format!(
                "The last day ({}) has passed. Choose today or a later day in `until`.",
                format_date(*last, Lang::En)
            ),
            NotArranged::Reversed => {
                "The first day (`date`) comes after the last (`until`). Swap the two and send it again.".to_owned()
            }
            NotArranged::NotHeld { unit, position, user } => format!(
                "<@{user}> is not recorded as {} of {}, so there is nothing to end. See `/unit show`; who has a position by a role loses it with the role.",
                position.name(Lang::En),
                short(unit)
            ),
            NotArranged::WhichUnit { units } if units.is_empty() => {
                "Which unit? Who is away belongs to none. Name it in `unit`, or ask an administrator for the role.".to_owned()
            }
            NotArranged::WhichUnit { units } => {
                format!("Who is away belongs to several units ({}). Name one in `unit`.", self.units(units))
            }
            NotArranged::NothingThere { unit, user } => format!(
                "<@{user}> is not of {}, so there is nothing to hand on. Choose another unit, or record the position first with `/unit focal`.",
                short(unit)
            ),
            NotArranged::LastDay => {
                "Standing in has an end. Name the last day in `until`, such as `17/03`; to end it now, leave `person` empty."
                    .to_owned()
            }
            NotArranged::Outsider { unit, user } => format!(
                "<@{user}> is not of {}. Choose somebody of the unit; for somebody from outside, ask a coordinator or above.",
                short(unit)
            ),
            NotArranged::Contradicts { fault } => match fault {
                DelegationFault::Oneself => "Nobody stands in for themselves. Choose somebody else in `person`.".to_owned(),
                DelegationFault::Already(to) => format!(
                    "<@{to}> stands in then already. End that first (leave `person` empty), or choose other days."
                ),
                DelegationFault::Circle => {
                    "That would come back to who is away. Choose somebody else, who is there.".to_owned()
                }
                DelegationFault::TooFar => {
                    "What was handed on may be handed on once more only. Choose somebody who is there the whole time.".to_owned()
                }
            },
            NotArranged::NobodyStandsIn { unit, user } => format!(
                "Nobody stands in for <@{user}> in {}, now or later. See `/unit show`; to arrange it, name who stands in in `person`.",
                short(unit)
            ),
        }
    }

    /// What each of the two is told when standing in begins or has ended.
    pub fn delegation_said(&self, one: &Delegation, user: UserId, ends: bool) -> String {
        let (unit, last) = (self.unit(&one.unit), format_date(self.last_day(one.until), self.lang));
        let (from, to) = (one.from, one.to);
        let reason = one.reason.as_deref().map(|reason| format!(" ({})", plain(reason))).unwrap_or_default();
        match (self.lang, ends, user == to) {
            (Lang::Vi, false, true) => format!(
                "**Ủy quyền bắt đầu:** Anh/chị thay <@{from}>{reason} tại {unit} đến hết {last}, với các quyền và thông báo của người đó tại đơn vị. Xem việc cần làm bằng `/viec-cua-toi`."
            ),
            (Lang::Vi, false, false) => format!(
                "**Ủy quyền bắt đầu:** <@{to}> thay anh/chị{reason} tại {unit} đến hết {last}. Nếu trở lại sớm, hãy dùng `/don-vi uy-quyen` và để trống mục `nguoi`."
            ),
            (Lang::Vi, true, true) => {
                format!(
                    "**Ủy quyền kết thúc:** Anh/chị thôi thay <@{from}> tại {unit}. Đề nghị bàn giao việc đang làm."
                )
            }
            (Lang::Vi, true, false) => {
                format!(
                    "**Ủy quyền kết thúc:** <@{to}> thôi thay anh/chị tại {unit}. Xem việc hiện có bằng `/viec-cua-toi`."
                )
            }
            (Lang::En, false, true) => format!(
                "**Standing in begins:** you take the place of <@{from}>{reason} in {unit} to the end of {last}, with their rights and notices there. See what is to be done with `/my`."
            ),
            (Lang::En, false, false) => format!(
                "**Standing in begins:** <@{to}> takes your place{reason} in {unit} to the end of {last}. If you are back sooner, use `/unit delegate` and leave `person` empty."
            ),
            (Lang::En, true, true) => format!(
                "**Standing in has ended:** you no longer take the place of <@{from}> in {unit}. Please hand over what is under way."
            ),
            (Lang::En, true, false) => format!(
                "**Standing in has ended:** <@{to}> no longer takes your place in {unit}. See what is open with `/my`."
            ),
        }
    }

    /// `từ 06/03/2023`, `06/03/2023 – 17/03/2023`.
    pub(super) fn days(&self, from: NaiveDate, until: Option<NaiveDate>) -> String {
        let day = |day: NaiveDate| day.format("%d/%m/%Y");
        match (until, self.lang) {
            (Some(until), _) => format!("{} – {}", day(from), day(until)),
            (None, Lang::Vi) => format!("từ {}", day(from)),
            (None, Lang::En) => format!("from {}", day(from)),
        }
    }

    /// The last day of what lasts up to a moment that is no more part of it.
    pub(super) fn last_day(&self, until: DateTime<Utc>) -> NaiveDate {
        self.office.calendar.local_date(until - TimeDelta::milliseconds(1))
    }

    fn stands_for(&self, unit: Option<&UnitCode>, tier: Option<Tier>) -> String {
        match (unit, tier) {
            (Some(unit), _) => self.unit(unit),
            (None, Some(tier)) => format!("{} {}", self.say("cấp", "the tier"), tier.name(self.lang)),
            (None, None) => String::new(),
        }
    }
}
