-- What moves the work: requests that came in, effects that go out, timers, and the audit trail.

-- A request of a person that changes something; kept before it is acknowledged, so that none is lost.
CREATE TABLE request (
    interaction_id BIGINT PRIMARY KEY,
    guild_id       BIGINT NOT NULL,
    channel_id     BIGINT NOT NULL,
    application_id BIGINT NOT NULL,
    token          TEXT   NOT NULL,
    actor          TEXT   NOT NULL,
    body           TEXT   NOT NULL,
    received_at    BIGINT NOT NULL,
    state          TEXT   NOT NULL CHECK (state IN ('open', 'decided'))
);
CREATE INDEX request_open ON request (received_at) WHERE state = 'open';

-- Something to be shown on Discord. A lane is worked through strictly in the order of `seq`.
-- `not_before` and `leased_until` are the machine's time, which a simulated clock does not stop.
CREATE TABLE outbox (
    id           TEXT   PRIMARY KEY,
    guild_id     BIGINT NOT NULL,
    lane         TEXT   NOT NULL,
    seq          BIGINT NOT NULL,
    key          TEXT   NOT NULL UNIQUE,
    effect       TEXT   NOT NULL,
    state        TEXT   NOT NULL CHECK (state IN ('ready', 'sending', 'unknown', 'done', 'rejected')),
    attempts     BIGINT NOT NULL DEFAULT 0,
    not_before   BIGINT NOT NULL,
    leased_until BIGINT,
    leased_by    TEXT,
    result_id    BIGINT,
    note         TEXT,
    created_at   BIGINT NOT NULL,
    finished_at  BIGINT,
    UNIQUE (lane, seq)
);
CREATE INDEX outbox_open ON outbox (not_before) WHERE state IN ('ready', 'sending', 'unknown');
CREATE INDEX outbox_lane_open ON outbox (lane, seq) WHERE state IN ('ready', 'sending', 'unknown');

-- The next time that something must be looked at. Only the next rung of a ladder is stored.
CREATE TABLE timer (
    subject    TEXT   PRIMARY KEY,
    guild_id   BIGINT NOT NULL,
    due_at     BIGINT NOT NULL,
    fired_at   BIGINT NOT NULL
);
CREATE INDEX timer_due ON timer (due_at);

-- Who changed what, when, and why. Rows are only ever added.
CREATE TABLE audit (
    id         TEXT   PRIMARY KEY,
    guild_id   BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    actor_id   BIGINT,
    action     TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    detail     TEXT   NOT NULL,
    reason     TEXT
);
CREATE INDEX audit_subject ON audit (subject, at);

-- What the bot remembers about itself, such as the commands that it has registered.
CREATE TABLE memory (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
