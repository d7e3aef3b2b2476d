-- The whole life of a task: more states, deadlines that move with their history, parts of units that are due and done by
-- themselves, steps, links. SQLite cannot change a CHECK, so both tables are made anew.

ALTER TABLE task_unit RENAME TO task_unit_before;
ALTER TABLE task RENAME TO task_before;

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
    state       TEXT   NOT NULL CHECK (state IN ('given', 'received', 'in_progress', 'blocked', 'awaiting_extension',
                                                 'done', 'accepted', 'cancelled', 'reopened')),
    -- Where it goes on once an extension is decided.
    resumes     TEXT   CHECK (resumes IN ('given', 'received', 'in_progress', 'blocked', 'reopened')),
    created_by  BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    done_at     BIGINT,
    revision    BIGINT NOT NULL,
    channel_id  BIGINT,
    card_id     BIGINT,
    thread_id   BIGINT,
    UNIQUE (guild_id, code),
    CHECK ((state = 'awaiting_extension') = (resumes IS NOT NULL))
);

CREATE TABLE task_unit (
    task_id     TEXT   NOT NULL REFERENCES task (id),
    unit        TEXT   NOT NULL,
    role        TEXT   NOT NULL CHECK (role IN ('lead', 'support')),
    position    BIGINT NOT NULL,
    -- When the part became the unit's: what the time to its receipt counts from.
    since       BIGINT NOT NULL,
    received_at BIGINT,
    received_by BIGINT,
    -- By when the unit's own part is due, when that is another day than the task's.
    due_at      BIGINT,
    -- When the unit sent its part.
    done_at     BIGINT,
    done_by     BIGINT,
    PRIMARY KEY (task_id, unit)
);

INSERT INTO task (id, guild_id, code, title, folded, phase, charter, due_at, urgency, basis, visibility, lead_reason, state,
                  created_by, created_at, done_at, revision, channel_id, card_id, thread_id)
SELECT id, guild_id, code, title, folded, phase, charter, due_at, urgency, basis, visibility, lead_reason, state,
       created_by, created_at, done_at, revision, channel_id, card_id, thread_id FROM task_before;
INSERT INTO task_unit (task_id, unit, role, position, since, received_at, received_by)
SELECT u.task_id, u.unit, u.role, u.position, t.created_at, u.received_at, u.received_by
FROM task_unit_before u JOIN task t ON t.id = u.task_id;

DROP TABLE task_unit_before;
DROP TABLE task_before;

CREATE INDEX task_open ON task (guild_id, due_at) WHERE state NOT IN ('done', 'accepted', 'cancelled');
CREATE INDEX task_thread ON task (thread_id);
CREATE UNIQUE INDEX task_one_lead ON task_unit (task_id) WHERE role = 'lead';
CREATE INDEX task_by_unit ON task_unit (unit);

-- A new deadline that was asked for. At most one of a task waits for its decision.
CREATE TABLE task_extension (
    id         TEXT   PRIMARY KEY,
    task_id    TEXT   NOT NULL REFERENCES task (id),
    was_due_at BIGINT NOT NULL,
    due_at     BIGINT NOT NULL,
    reason     TEXT   NOT NULL,
    asked_by   BIGINT NOT NULL,
    asked_at   BIGINT NOT NULL,
    outcome    TEXT   CHECK (outcome IN ('granted', 'refused', 'lapsed')),
    decided_by BIGINT,
    decided_at BIGINT,
    answer     TEXT
);
CREATE UNIQUE INDEX task_extension_waiting ON task_extension (task_id) WHERE outcome IS NULL;

-- The procedure of the task's phase as the charter had it when the task was given, ticked off step by step.
CREATE TABLE task_step (
    task_id    TEXT   NOT NULL REFERENCES task (id),
    position   BIGINT NOT NULL,
    code       TEXT   NOT NULL,
    name_vi    TEXT   NOT NULL,
    name_en    TEXT   NOT NULL,
    checked_at BIGINT,
    checked_by BIGINT,
    PRIMARY KEY (task_id, position)
);

-- `task_id` relates to, follows, or takes over from `other_id`.
CREATE TABLE task_link (
    task_id  TEXT   NOT NULL REFERENCES task (id),
    other_id TEXT   NOT NULL REFERENCES task (id),
    kind     TEXT   NOT NULL CHECK (kind IN ('related', 'follows', 'takes_over')),
    made_by  BIGINT NOT NULL,
    made_at  BIGINT NOT NULL,
    PRIMARY KEY (task_id, other_id)
);
CREATE INDEX task_link_back ON task_link (other_id);
