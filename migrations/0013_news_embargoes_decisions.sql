-- What an office knows of the regulation, until when a thread's figures are under embargo, what meetings decided.

-- Which versions of the regulation an office knows. `told_at` is when the bot told it that this one is in force; without it the
-- version was in force when the office was first seen, and is no news.
CREATE TABLE charter_news (
    guild_id BIGINT NOT NULL,
    version  TEXT   NOT NULL,
    known_at BIGINT NOT NULL,
    told_at  BIGINT,
    PRIMARY KEY (guild_id, version)
);

-- A message that says until when the figures of its thread may not be made public: one row for each version that says so. It
-- holds while that version is the newest and the message is not deleted, which the exchange log knows.
CREATE TABLE embargo (
    message_id BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    until_at   BIGINT NOT NULL,
    PRIMARY KEY (message_id, version)
);
CREATE INDEX embargo_channel ON embargo (channel_id);

-- Messages in threads of meetings that were recorded as decisions, as they were then.
CREATE TABLE meeting_decision (
    message_id    BIGINT PRIMARY KEY,
    guild_id      BIGINT NOT NULL,
    channel_id    BIGINT NOT NULL,
    occurrence_id TEXT   NOT NULL REFERENCES occurrence (id),
    content       TEXT   NOT NULL,
    marked_by     BIGINT NOT NULL,
    marked_at     BIGINT NOT NULL
);
CREATE INDEX meeting_decision_of ON meeting_decision (occurrence_id, marked_at);
CREATE INDEX occurrence_message ON occurrence (message_id);
