//! Discord's JSON error codes that somebody here decides upon. The number alone is stable; the message is not.

/// The channel or thread does not exist, or was deleted.
pub const UNKNOWN_CHANNEL: i64 = 10003;
/// The guild does not exist, or the bot is not in it.
pub const UNKNOWN_GUILD: i64 = 10004;
/// The person is not a member of the guild.
pub const UNKNOWN_MEMBER: i64 = 10007;
/// The message does not exist; as the answer to a repeated nonce: it was sent, and deleted since.
pub const UNKNOWN_MESSAGE: i64 = 10008;
/// The account does not exist.
pub const UNKNOWN_USER: i64 = 10013;
/// The webhook does not exist; for an interaction: its 15 minutes are over.
pub const UNKNOWN_WEBHOOK: i64 = 10015;
/// The interaction was not acknowledged within 3 seconds.
pub const UNKNOWN_INTERACTION: i64 = 10062;
/// The scheduled event does not exist.
pub const UNKNOWN_SCHEDULED_EVENT: i64 = 10070;

/// A thread has 1,000 members.
pub const TOO_MANY_THREAD_MEMBERS: i64 = 30033;
/// 200 commands were created in this guild today.
pub const TOO_MANY_COMMAND_CREATES: i64 = 30034;
/// 100 scheduled or running events in this guild.
pub const TOO_MANY_SCHEDULED_EVENTS: i64 = 30038;
/// Too many edits of messages older than an hour.
pub const TOO_MANY_EDITS_OF_OLD_MESSAGES: i64 = 30046;

/// The forum takes no post without a tag.
pub const TAG_REQUIRED: i64 = 40067;
/// The interaction was acknowledged before.
pub const ALREADY_ACKNOWLEDGED: i64 = 40060;
/// The follow-ups of this interaction are used up.
pub const TOO_MANY_FOLLOWUPS: i64 = 40094;

/// The bot cannot see it.
pub const MISSING_ACCESS: i64 = 50001;
/// The person takes no direct messages from the bot.
pub const CANNOT_MESSAGE_USER: i64 = 50007;
/// The bot sees it and may not do this.
pub const MISSING_PERMISSIONS: i64 = 50013;
/// A field of the body is wrong; the message says which.
pub const INVALID_FORM: i64 = 50035;
/// The thread is archived: only sending is possible.
pub const THREAD_IS_ARCHIVED: i64 = 50083;

/// The message has its thread already; for an effect that is tried again this is success.
pub const THREAD_ALREADY_CREATED: i64 = 160_004;
/// The thread is locked.
pub const THREAD_IS_LOCKED: i64 = 160_005;
/// The guild has as many active threads as it may have.
pub const TOO_MANY_ACTIVE_THREADS: i64 = 160_006;
/// A scheduled event cannot go from its status to the one asked for.
pub const INVALID_EVENT_STATUS: i64 = 180_000;
