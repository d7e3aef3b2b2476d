//! What the bot may do, computed from roles and overwrites as Discord tells of them, and what it needs where. Bits of a
//! number: serenity's type drops those it does not know, and what is written back must not lose any.

use super::front;
use super::rest::Overwrite;
use crate::domain::ids::{GuildId, UserId};
use crate::domain::setup::{CATEGORY, DIGEST, PHASE, PRIVATE, PlaceKind, TASKS};
use poise::serenity_prelude::Permissions;
use serde_json::Value;

/// Reading and writing in a channel, and reaching people there.
const SAYS: Permissions = Permissions::VIEW_CHANNEL
    .union(Permissions::SEND_MESSAGES)
    .union(Permissions::READ_MESSAGE_HISTORY)
    .union(Permissions::EMBED_LINKS)
    .union(Permissions::MENTION_EVERYONE);
/// Keeping threads in it.
const THREADS: Permissions = Permissions::SEND_MESSAGES_IN_THREADS.union(Permissions::MANAGE_THREADS);
/// What nobody but the bot does in a channel that is only to be read.
const WRITES: Permissions = Permissions::SEND_MESSAGES
    .union(Permissions::SEND_MESSAGES_IN_THREADS)
    .union(Permissions::CREATE_PUBLIC_THREADS)
    .union(Permissions::CREATE_PRIVATE_THREADS);

/// What the bot needs in a channel that serves this purpose.
pub(super) fn needed_in(purpose: &str, kind: PlaceKind) -> Permissions {
    match (purpose, kind) {
        (CATEGORY, _) => front::needed(),
        (_, PlaceKind::Forum) => SAYS | THREADS,
        (PRIVATE, PlaceKind::Text) => SAYS | THREADS | Permissions::CREATE_PRIVATE_THREADS,
        (purpose, PlaceKind::Text) if purpose == TASKS || purpose.starts_with(PHASE) => {
            SAYS | THREADS | Permissions::CREATE_PUBLIC_THREADS | Permissions::CREATE_PRIVATE_THREADS
        }
        (_, PlaceKind::Text) => SAYS,
    }
}

/// What everybody else may not do in a channel that the bot made for this purpose: digests are read, and the posts of the
/// bot's forum are tasks, in which everybody writes.
fn withheld_in(purpose: &str, kind: PlaceKind) -> Permissions {
    match (purpose, kind) {
        (DIGEST, _) => WRITES,
        (TASKS, PlaceKind::Forum) => Permissions::SEND_MESSAGES,
        _ => Permissions::empty(),
    }
}

/// The bot on a server: who it is, which roles it holds, what they allow.
pub(super) struct Standing {
    guild: GuildId,
    bot: UserId,
    held: Vec<u64>,
    /// What it may do on the server as a whole.
    pub(super) base: u64,
    /// How high its highest role stands, and that role's id: of two at one height the older is above.
    highest: (u64, std::cmp::Reverse<u64>),
}

impl Standing {
    /// As the server's roles and the bot's own member say.
    pub(super) fn of(guild: GuildId, bot: UserId, roles: &[Value], member: &Value) -> Self {
        let held: Vec<u64> = member["roles"].as_array().into_iter().flatten().filter_map(number).collect();
        let mine: Vec<&Value> = roles
            .iter()
            .filter(|role| number(&role["id"]).is_some_and(|id| id == guild.0 || held.contains(&id)))
            .collect();
        let base =
            mine.iter().filter_map(|role| number(&role["permissions"])).fold(0, |all, bits| all | bits);
        let base = if base & Permissions::ADMINISTRATOR.bits() == 0 { base } else { u64::MAX };
        let highest = mine.iter().map(|role| height(role)).max().unwrap_or_default();
        Self { guild, bot, held, base, highest }
    }

    /// What it would need to work on the server and to set it up, and is not allowed.
    pub(super) fn lacks(&self) -> Vec<String> {
        names((front::needed() | Permissions::MANAGE_ROLES).bits() & !self.base)
    }

    /// What it cannot do without in its daily work, and is not allowed.
    pub(super) fn lacks_for_work(&self) -> Vec<String> {
        names(front::needed().bits() & !self.base)
    }

    /// Whether it may mention roles that not everybody may mention.
    pub(super) fn mentions_everyone(&self) -> bool {
        self.base & Permissions::MENTION_EVERYONE.bits() != 0
    }

    /// Whether a role stands above its own highest, or is that: then it cannot give it.
    pub(super) fn is_below(&self, role: &Value) -> bool {
        height(role) >= self.highest
    }

    /// What it may do in a channel.
    fn within(&self, channel: &Value) -> u64 {
        if self.base == u64::MAX {
            return self.base;
        }
        let apply = |all: u64, deny: u64, allow: u64| (all & !deny) | allow;
        let everyone = overwrite(channel, self.guild.0, false);
        let all = apply(self.base, everyone.deny, everyone.allow);
        let roles = self.held.iter().map(|role| overwrite(channel, *role, false));
        let (deny, allow) = roles.fold((0, 0), |(deny, allow), one| (deny | one.deny, allow | one.allow));
        let own = overwrite(channel, self.bot.0, true);
        let all = apply(apply(all, deny, allow), own.deny, own.allow);
        // Who does not see a channel can do nothing in it.
        if all & Permissions::VIEW_CHANNEL.bits() == 0 { 0 } else { all }
    }

    /// What it needs in a channel that serves this purpose, and is not allowed there.
    pub(super) fn lacks_in(&self, channel: &Value, purpose: &str, kind: PlaceKind) -> Vec<String> {
        names(needed_in(purpose, kind).bits() & !self.within(channel))
    }

    /// What is to be set in a channel that the bot made for this purpose: itself allowed what it needs there, as far as it
    /// can give that, and everybody else not to write where there is only to be read. What is set already is left out, and
    /// what others set is kept.
    pub(super) fn arrangement(&self, channel: &Value, purpose: &str, kind: PlaceKind) -> Vec<Overwrite> {
        let wanted = needed_in(purpose, kind).bits() & self.base;
        let withheld = withheld_in(purpose, kind).bits();
        let (own, everyone) = (overwrite(channel, self.bot.0, true), overwrite(channel, self.guild.0, false));
        let own = (own.allow & wanted != wanted).then_some(Overwrite {
            allow: own.allow | wanted,
            deny: own.deny & !wanted,
            ..own
        });
        let everyone = (everyone.deny & withheld != withheld).then_some(Overwrite {
            allow: everyone.allow & !withheld,
            deny: everyone.deny | withheld,
            ..everyone
        });
        // First the bot itself: what is denied to everybody is denied to it, too.
        own.into_iter().chain(everyone).collect()
    }
}

/// What one role or member is allowed and denied in a channel, beside what its roles say.
fn overwrite(channel: &Value, of: u64, member: bool) -> Overwrite {
    let all = channel["permission_overwrites"].as_array().into_iter().flatten();
    let mut of_it = all.filter(|one| number(&one["id"]) == Some(of));
    let bits = |one: &Value, key: &str| number(&one[key]).unwrap_or_default();
    let (allow, deny) = of_it.next().map_or((0, 0), |one| (bits(one, "allow"), bits(one, "deny")));
    Overwrite { of, member, allow, deny }
}

/// Permissions as Discord names them.
fn names(bits: u64) -> Vec<String> {
    Permissions::from_bits_truncate(bits).get_permission_names().into_iter().map(str::to_owned).collect()
}

fn height(role: &Value) -> (u64, std::cmp::Reverse<u64>) {
    let id = number(&role["id"]).unwrap_or_default();
    (role["position"].as_u64().unwrap_or_default(), std::cmp::Reverse(id))
}

/// Ids and sets of permissions are numbers written as text.
fn number(value: &Value) -> Option<u64> {
    value.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const GUILD: GuildId = GuildId(1);
    const BOT: UserId = UserId(9);

    fn role(id: u64, position: u64, bits: u64) -> Value {
        json!({ "id": id.to_string(), "position": position, "permissions": bits.to_string() })
    }

    fn standing(base: Permissions) -> Standing {
        let roles = [role(1, 0, base.bits()), role(2, 5, 0), role(3, 9, u64::MAX)];
        Standing::of(GUILD, BOT, &roles, &json!({ "roles": ["2"] }))
    }

    fn channel(overwrites: &[(u64, u64, u64)]) -> Value {
        let one = |(id, allow, deny): &(u64, u64, u64)| json!({ "id": id.to_string(), "allow": allow.to_string(), "deny": deny.to_string() });
        json!({ "permission_overwrites": overwrites.iter().map(one).collect::<Vec<_>>() })
    }

    #[test]
    fn what_is_lacking_is_named_as_discord_names_it() {
        let lacks = standing(front::needed() - Permissions::MANAGE_CHANNELS).lacks();
        assert_eq!(lacks, ["Manage Channels", "Manage Roles"]);
        assert_eq!(standing(Permissions::ADMINISTRATOR).lacks(), [""; 0]);
    }

    /// What is asked for is explained, in both languages.
    #[tokio::test]
    async fn every_permission_has_its_reason() {
        use crate::domain::lang::Lang;
        let store = crate::store::Store::connect("sqlite::memory:").await.expect("a database");
        let charters = crate::charters::load_all(&["tctk-2023".to_owned()], chrono::NaiveDate::MIN);
        let charters = charters.expect("the charter that is shipped");
        let calendar = crate::domain::calendar::Calendar::parse(charters.last().calendar_toml());
        let clock = crate::domain::clock::Clock::system();
        let office = crate::service::Office::new(store, clock, charters, calendar.expect("its calendar"));
        let known = crate::service::directory::Recognition::default();
        for name in standing(Permissions::empty()).lacks() {
            for lang in [Lang::Vi, Lang::En] {
                let said = crate::discord::words::Voice::new(&office, lang, &known)
                    .rights(std::slice::from_ref(&name));
                assert!(said.starts_with(&format!("{name} (")), "{said}");
            }
        }
    }

    #[test]
    fn a_role_at_the_same_height_is_above_when_it_is_older() {
        let standing = standing(front::needed());
        assert!(!standing.is_below(&role(3, 4, 0)) && standing.is_below(&role(3, 6, 0)));
        assert!(!standing.is_below(&role(3, 5, 0)) && standing.is_below(&role(1, 5, 0)));
        assert!(standing.is_below(&role(2, 5, 0)), "its own highest role");
    }

    #[test]
    fn overwrites_go_from_everybody_to_roles_to_the_bot_itself() {
        let standing = standing(front::needed());
        let send = Permissions::SEND_MESSAGES.bits();
        let lacks =
            |overwrites: &[(u64, u64, u64)]| standing.lacks_in(&channel(overwrites), DIGEST, PlaceKind::Text);
        assert_eq!(lacks(&[]), [""; 0]);
        assert_eq!(lacks(&[(1, 0, send)]), ["Send Messages"]);
        assert_eq!(lacks(&[(1, 0, send), (2, send, 0)]), [""; 0]);
        assert_eq!(lacks(&[(2, 0, send), (9, send, 0)]), [""; 0]);
        assert_eq!(lacks(&[(9, 0, send)]), ["Send Messages"]);
        // Roles that it does not hold are nothing to it.
        assert_eq!(lacks(&[(3, 0, send)]), [""; 0]);
        assert_eq!(lacks(&[(1, 0, Permissions::VIEW_CHANNEL.bits())]).len(), 5);
    }

    #[test]
    fn what_is_arranged_keeps_what_others_set_and_is_arranged_once() {
        let standing = standing(front::needed());
        // A bit that is not known here, and one that everybody was denied.
        let (unknown, view) = (1_u64 << 60, Permissions::VIEW_CHANNEL.bits());
        let send = Permissions::SEND_MESSAGES.bits();
        let set = standing.arrangement(&channel(&[(1, unknown | send, view)]), DIGEST, PlaceKind::Text);
        let [own, everyone] = set[..] else { panic!("{set:?}") };
        assert_eq!((own.of, own.member, own.allow, own.deny), (9, true, SAYS.bits(), 0));
        assert_eq!((everyone.of, everyone.member), (1, false));
        assert_eq!((everyone.allow, everyone.deny), (unknown, view | WRITES.bits()));
        let after = channel(&[(1, everyone.allow, everyone.deny), (9, own.allow, own.deny)]);
        assert_eq!(standing.arrangement(&after, DIGEST, PlaceKind::Text), []);
        assert_eq!(standing.lacks_in(&after, DIGEST, PlaceKind::Text), [""; 0]);
    }
}
