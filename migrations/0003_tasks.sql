-- Tasks: one lead, any number of supporters, a deadline, a basis.

CREATE TABLE task_number (
    guild_id BIGINT NOT NULL,
    year     BIGINT NOT NULL,
    last     BIGINT NOT NULL,
    PRIMARY KEY (guild_id, year)
);

CREATE TABLE task (
    id          TEXT   PRIMARY KEY,
    guild_id    BIGINT NOT NULL,
    code        TEXT   NOT NULL,
    title       TEXT   NOT NULL,
    folded      TEXT   NOT NULL,
    phase       TEXT   NOT NULL,
    charter     TEXT   NOT NULL,
    due_at      BIGINT NOT NULL,
    urgency     TEXT   NOT NULL CHECK (urgency IN ('normal', 'urgent', 'very_urgent', 'flash')),
    basis       TEXT   NOT NULL,
    visibility  TEXT   NOT NULL CHECK (visibility IN ('public', 'private')),
    lead_reason TEXT,
    state       TEXT   NOT NULL CHECK (state IN ('given', 'received', 'done')),
    created_by  BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    done_at     BIGINT,
    revision    BIGINT NOT NULL,
    channel_id  BIGINT,
    card_id     BIGINT,
    thread_id   BIGINT,
    UNIQUE (guild_id, code)
);
CREATE INDEX task_open ON task (guild_id, due_at) WHERE state <> 'done';
CREATE INDEX task_thread ON task (thread_id);

CREATE TABLE task_unit (
    task_id     TEXT   NOT NULL REFERENCES task (id),
    unit        TEXT   NOT NULL,
    role        TEXT   NOT NULL CHECK (role IN ('lead', 'support')),
    position    BIGINT NOT NULL,
    received_at BIGINT,
    received_by BIGINT,
    PRIMARY KEY (task_id, unit)
);
-- Exactly one lead: this forbids a second, the write that makes the task forbids none.
CREATE UNIQUE INDEX task_one_lead ON task_unit (task_id) WHERE role = 'lead';
CREATE INDEX task_by_unit ON task_unit (unit);
