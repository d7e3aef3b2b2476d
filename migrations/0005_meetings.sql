-- Meetings, workshops and training.

CREATE TABLE meeting (
    id         TEXT   PRIMARY KEY,
    guild_id   BIGINT NOT NULL,
    kind       TEXT   NOT NULL CHECK (kind IN ('meeting', 'workshop', 'training')),
    title      TEXT   NOT NULL,
    folded     TEXT   NOT NULL,
    place      TEXT,
    recurrence TEXT   NOT NULL,
    state      TEXT   NOT NULL CHECK (state IN ('planned', 'cancelled')),
    created_by BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX meeting_guild ON meeting (guild_id);

CREATE TABLE meeting_unit (
    meeting_id TEXT   NOT NULL REFERENCES meeting (id),
    unit       TEXT   NOT NULL,
    position   BIGINT NOT NULL,
    PRIMARY KEY (meeting_id, unit)
);

-- One holding of a meeting, announced by one message.
CREATE TABLE occurrence (
    id         TEXT   PRIMARY KEY,
    meeting_id TEXT   NOT NULL REFERENCES meeting (id),
    guild_id   BIGINT NOT NULL,
    starts_at  BIGINT NOT NULL,
    revision   BIGINT NOT NULL,
    channel_id BIGINT,
    message_id BIGINT,
    UNIQUE (meeting_id, starts_at)
);
CREATE INDEX occurrence_starts ON occurrence (guild_id, starts_at);

-- What a person answered; the newest answer counts.
CREATE TABLE attendance (
    occurrence_id TEXT   NOT NULL REFERENCES occurrence (id),
    user_id       BIGINT NOT NULL,
    user_name     TEXT   NOT NULL,
    unit          TEXT   NOT NULL,
    answer        TEXT   NOT NULL CHECK (answer IN ('comes', 'declines', 'sends')),
    answered_at   BIGINT NOT NULL,
    PRIMARY KEY (occurrence_id, user_id)
);
