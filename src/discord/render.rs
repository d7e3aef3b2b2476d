//! How things look: messages as Discord's JSON, built from what is true now.

mod task;

use super::words::{Voice, clip, plain};
use crate::domain::ids::{ChannelId, GuildId, MessageId, RoleId, UnitCode, UserId};
use crate::domain::lang::Lang;
use crate::domain::meeting::{AttendanceAnswer, Occurrence};
use crate::service::meetings::MeetingShown;
use serde_json::{Value, json};

/// Discord's limit for the text of a message.
const CONTENT_MAX: usize = 2000;
/// Discord's limit for the people named in `allowed_mentions`.
const MENTIONS_MAX: usize = 100;
/// Discord's limit for the value of one embed field.
pub(super) const FIELD_MAX: usize = 1024;
/// Discord's limit for a title.
const TITLE_MAX: usize = 256;
/// How much room a meeting's decisions take beside its card: Discord's 6000 characters are for all of a message.
const DECISIONS_MAX: usize = 2500;
/// Discord's limit for an embed's description.
const DESCRIPTION_MAX: usize = 4096;
/// Discord's limit for all embeds of a message together, with room for titles.
pub(super) const EMBEDS_MAX: usize = 5_800;

const BLUE: u32 = 0x1F_6F_EB;
pub(super) const AMBER: u32 = 0xBF_87_00;
const RED: u32 = 0xCF_22_2E;
const GREEN: u32 = 0x1A_7F_37;
const GREY: u32 = 0x6E_77_81;

/// Who may be pinged by a message; everybody else is only named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pings {
    roles: Vec<RoleId>,
    users: Vec<UserId>,
}

impl Pings {
    pub(super) fn roles(roles: Vec<RoleId>) -> Self {
        Self { roles, users: Vec::new() }
    }

    pub(super) fn user(user: UserId) -> Self {
        Self { roles: Vec::new(), users: vec![user] }
    }

    /// Adds people, as many as the message has room for: the roles of their units, which come first, ping them too.
    pub(super) fn and_users(mut self, users: Vec<UserId>) -> Self {
        let mut room = CONTENT_MAX.saturating_sub(self.content().len());
        let more: Vec<UserId> = users
            .into_iter()
            .filter(|user| !self.users.contains(user))
            .take(MENTIONS_MAX - self.users.len())
            .take_while(|user| {
                let need = format!(" <@{user}>").len();
                let fits = need <= room;
                room = room.saturating_sub(need);
                fits
            })
            .collect();
        self.users.extend(more);
        self
    }

    fn content(&self) -> String {
        let roles = self.roles.iter().map(|role| format!("<@&{role}>"));
        let users = self.users.iter().map(|user| format!("<@{user}>"));
        roles.chain(users).collect::<Vec<_>>().join(" ")
    }

    fn allowed(&self) -> Value {
        let ids = |ids: Vec<String>| Value::from(ids);
        json!({
            "parse": [],
            "roles": ids(self.roles.iter().map(ToString::to_string).collect()),
            "users": ids(self.users.iter().map(ToString::to_string).collect()),
        })
    }
}

/// A message without pings: one embed with this text.
pub(super) fn notice(text: &str) -> Value {
    said(text, &Pings::default(), BLUE, None)
}

/// A refusal: the same in another colour.
pub(super) fn refused(text: &str) -> Value {
    said(text, &Pings::default(), AMBER, None)
}

/// A message that pings exactly `pings`. `mark` stands in small letters below it; by it the message is found again.
pub(super) fn ping(text: &str, pings: &Pings, mark: &str) -> Value {
    said(text, pings, BLUE, Some(mark))
}

fn said(text: &str, pings: &Pings, color: u32, mark: Option<&str>) -> Value {
    let mut embed = json!({ "description": clip(text, DESCRIPTION_MAX), "color": color });
    if let Some(mark) = mark {
        embed["footer"] = json!({ "text": mark });
    }
    json!({ "content": pings.content(), "embeds": [embed], "allowed_mentions": pings.allowed() })
}

/// A list: a heading and lines, as one embed.
pub(super) fn list(heading: &str, lines: &[String], footer: Option<String>) -> Value {
    let mut text = String::new();
    for line in lines {
        // What does not fit is left out as a whole line, never cut in the middle.
        if text.chars().count() + line.chars().count() + 1 > DESCRIPTION_MAX {
            text.push('…');
            break;
        }
        text.push_str(line);
        text.push('\n');
    }
    let mut embed =
        json!({ "title": clip(heading, TITLE_MAX), "description": text.trim_end(), "color": BLUE });
    if let Some(footer) = footer {
        embed["footer"] = json!({ "text": footer });
    }
    json!({ "content": "", "embeds": [embed], "allowed_mentions": { "parse": [] } })
}

pub(super) fn field(name: &str, value: &str, inline: bool) -> Value {
    let value = if value.is_empty() { "–" } else { value };
    json!({ "name": name, "value": clip(value, FIELD_MAX), "inline": inline })
}

pub(super) fn button(id: &str, label: &str, style: u8) -> Value {
    json!({ "type": 2, "style": style, "label": label, "custom_id": id })
}

impl Voice<'_> {
    /// The announcement of one holding of a meeting: who is invited, and the tally of answers by unit.
    pub(super) fn meeting_card(&self, holding: &Occurrence, mark: &str) -> Value {
        let meeting = &holding.meeting;
        let mut fields = vec![field(self.say("Thời gian", "Time"), &self.starts(holding), true)];
        if let Some(place) = &meeting.place {
            fields.push(field(self.say("Địa điểm", "Place"), &plain(place), true));
        }
        if let Some(rule) = self.recurrence(meeting) {
            fields.push(field(self.say("Lặp lại", "Recurs"), &rule, true));
        }
        fields.push(field(self.say("Thành phần mời", "Invited"), &self.units(&meeting.units), false));
        for answer in AttendanceAnswer::ALL {
            let lines: Vec<String> = meeting
                .units
                .iter()
                .map(|unit| (unit, holding.tally(unit, *answer)))
                .filter(|(_, count)| *count > 0)
                .map(|(unit, count)| format!("{unit}: {count:02}"))
                .collect();
            if !lines.is_empty() {
                fields.push(field(self.attendance(*answer), &lines.join(", "), true));
            }
        }
        let silent: Vec<UnitCode> = holding.silent().cloned().collect();
        fields.push(field(self.say("Chưa trả lời", "No answer yet"), &self.units(&silent), false));
        let embed = json!({
            "title": clip(&format!("{} · {}", self.meeting_kind(meeting.kind), meeting.title), TITLE_MAX),
            "description": self.invitation(holding),
            "color": BLUE,
            "fields": fields,
            "footer": { "text": mark },
        });
        let styles = [3, 4, 2];
        let buttons: Vec<Value> = AttendanceAnswer::ALL
            .iter()
            .zip(styles)
            .map(|(answer, style)| {
                button(&format!("v1:meeting:{answer}:{}", holding.id), self.attendance(*answer), style)
            })
            .collect();
        let pings = self.invited(holding);
        json!({
            "content": pings.content(),
            "embeds": [embed],
            "components": [{ "type": 1, "components": buttons }],
            "allowed_mentions": pings.allowed(),
        })
    }

    /// One holding of a meeting with what was decided there, for who asks.
    pub(super) fn meeting_file(&self, shown: &MeetingShown) -> Value {
        let holding = &shown.holding;
        let mut card = self.meeting_card(holding, self.say("Cuộc họp", "Meeting"));
        let announced = holding.channel.zip(holding.message);
        let announced = announced.map(|(channel, message)| link(holding.meeting.guild, channel, message));
        card["content"] = announced.unwrap_or_default().into();
        card["components"] = json!([]);
        card["embeds"][0]["description"] = match self.lang {
            Lang::Vi => format!("Người lên lịch: <@{}>", holding.meeting.created_by),
            Lang::En => format!("Scheduled by <@{}>", holding.meeting.created_by),
        }
        .into();
        let lines: Vec<String> =
            shown.decisions.iter().map(|decision| self.decision_line(holding, decision)).collect();
        let decided = match lines.is_empty() {
            true => self.say("Chưa ghi nhận quyết định nào.", "No decision is recorded yet.").to_owned(),
            false => newest(&lines, DECISIONS_MAX),
        };
        let title = self.say("Quyết định", "Decisions");
        if let Some(embeds) = card["embeds"].as_array_mut() {
            embeds.push(json!({ "title": title, "description": decided, "color": GREY }));
        }
        silent(card)
    }

    /// The roles of the invited units.
    pub(super) fn invited(&self, holding: &Occurrence) -> Pings {
        Pings::roles(holding.meeting.units.iter().filter_map(|unit| self.role(unit)).collect())
    }

    /// One line of a list of meetings.
    pub(super) fn meeting_line(&self, holding: &Occurrence) -> String {
        let meeting = &holding.meeting;
        let link = match (holding.channel, holding.message) {
            (Some(channel), Some(message)) => {
                format!(" · {}", link(meeting.guild, channel, message))
            }
            _ => String::new(),
        };
        let comes: usize =
            meeting.units.iter().map(|unit| holding.tally(unit, AttendanceAnswer::Comes)).sum();
        let place = meeting.place.as_deref().map(|place| format!(" · {}", plain(place))).unwrap_or_default();
        let off = self.day_off(holding).map(|day| format!(" ({day})")).unwrap_or_default();
        format!(
            "**{}**{off} · {}: {}{place} · {}: {comes:02}{link}",
            self.starts(holding),
            self.meeting_kind(meeting.kind),
            plain(&meeting.title),
            self.attendance(AttendanceAnswer::Comes),
        )
    }
}

/// A card that is edited in place pings nobody again.
pub(super) fn silent(mut body: Value) -> Value {
    body["allowed_mentions"] = json!({ "parse": [] });
    body
}

/// A link that opens a message.
pub(super) fn link(guild: GuildId, channel: ChannelId, message: MessageId) -> String {
    format!("https://discord.com/channels/{guild}/{channel}/{message}")
}

/// The newest lines that there is room for.
fn newest(lines: &[String], room: usize) -> String {
    let mut room = room;
    let mut fits = |line: &&String| {
        let need = line.chars().count() + 1;
        let fits = need <= room;
        room = room.saturating_sub(need);
        fits
    };
    let mut kept: Vec<&str> = lines.iter().rev().take_while(|line| fits(line)).map(String::as_str).collect();
    kept.reverse();
    kept.join("\n")
}
