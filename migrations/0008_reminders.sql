-- How an office reminds, whom it told of what, and what is kept for a digest.

-- What was set for the whole office (unit = '') or for one unit; what nobody set is as usual.
CREATE TABLE reminder_rule (
    guild_id BIGINT NOT NULL,
    unit     TEXT   NOT NULL,
    rule     TEXT   NOT NULL CHECK (rule IN ('normal', 'urgent', 'very_urgent', 'flash', 'quiet', 'limit')),
    value    TEXT   NOT NULL,
    set_by   BIGINT NOT NULL,
    set_at   BIGINT NOT NULL,
    PRIMARY KEY (guild_id, unit, rule)
);

-- How far the lateness of a task was taken up: to whom last, and whether they took note of it. Another deadline or lead
-- begins anew.
CREATE TABLE escalation (
    task_id         TEXT   PRIMARY KEY REFERENCES task (id),
    due_at          BIGINT NOT NULL,
    unit            TEXT   NOT NULL,
    rung            TEXT   NOT NULL CHECK (rung IN ('focal_point', 'deputy', 'head', 'coordinator', 'leadership')),
    climbed_on      TEXT   NOT NULL,
    acknowledged_by BIGINT,
    acknowledged_at BIGINT,
    held_until      TEXT
);

-- Whom a reminder that was left out would have told: the next one of the same deadline tells them.
CREATE TABLE reminder_owed (
    task_id TEXT   NOT NULL REFERENCES task (id),
    due_at  BIGINT NOT NULL,
    who     TEXT   NOT NULL,
    PRIMARY KEY (task_id, due_at, who)
);

-- Pings of the bot's own accord, by person and local day.
CREATE TABLE ping_count (
    guild_id BIGINT NOT NULL,
    user_id  BIGINT NOT NULL,
    day      TEXT   NOT NULL,
    pings    BIGINT NOT NULL,
    PRIMARY KEY (guild_id, user_id, day)
);

-- One at a time counts in an office, whichever replica it is.
CREATE TABLE ping_turn (
    guild_id BIGINT PRIMARY KEY,
    turns    BIGINT NOT NULL
);

-- A reminder that is told in a digest and not by itself. `day` is that of the digest, none while it
-- waits for one, and empty when nobody needs to hear of it any more: something newer says it, or the task is closed.
CREATE TABLE digest_item (
    guild_id BIGINT NOT NULL,
    audience TEXT   NOT NULL,
    task_id  TEXT   NOT NULL REFERENCES task (id),
    rung     TEXT   NOT NULL,
    rank     BIGINT NOT NULL,
    kept_at  BIGINT NOT NULL,
    day      TEXT,
    PRIMARY KEY (task_id, rung, audience)
);
CREATE INDEX digest_item_day ON digest_item (guild_id, audience, day);
CREATE INDEX digest_item_waiting ON digest_item (guild_id) WHERE day IS NULL;
