-- Parts with deadlines of their own are taken up as tasks are, so what is known of a ladder is known for each unit that owes
-- something. Both tables are made anew: SQLite cannot change a primary key.

ALTER TABLE escalation RENAME TO escalation_before;
ALTER TABLE reminder_owed RENAME TO reminder_owed_before;

-- How far the lateness of what `unit` owes was taken up (the task when it leads, its part when it supports): to whom last,
-- and whether they took note of it. Another deadline begins anew, and so does another lead.
CREATE TABLE escalation (
    task_id         TEXT   NOT NULL REFERENCES task (id),
    unit            TEXT   NOT NULL,
    due_at          BIGINT NOT NULL,
    rung            TEXT   NOT NULL CHECK (rung IN ('focal_point', 'deputy', 'head', 'coordinator', 'leadership')),
    climbed_on      TEXT   NOT NULL,
    acknowledged_by BIGINT,
    acknowledged_at BIGINT,
    held_until      TEXT,
    PRIMARY KEY (task_id, unit)
);

-- Whom a reminder that was left out would have told: the next one of the same deadline tells them. `part` is the supporter
-- whose part it is about, empty when it is about the task.
CREATE TABLE reminder_owed (
    task_id TEXT   NOT NULL REFERENCES task (id),
    part    TEXT   NOT NULL,
    due_at  BIGINT NOT NULL,
    who     TEXT   NOT NULL,
    PRIMARY KEY (task_id, part, due_at, who)
);

INSERT INTO escalation (task_id, unit, due_at, rung, climbed_on, acknowledged_by, acknowledged_at, held_until)
SELECT task_id, unit, due_at, rung, climbed_on, acknowledged_by, acknowledged_at, held_until FROM escalation_before;
INSERT INTO reminder_owed (task_id, part, due_at, who) SELECT task_id, '', due_at, who FROM reminder_owed_before;

DROP TABLE escalation_before;
DROP TABLE reminder_owed_before;

-- What waits for somebody, what waits longest first: receipts by unit, results by office.
CREATE INDEX task_unit_unreceived ON task_unit (unit, since) WHERE open_due IS NOT NULL AND received_at IS NULL AND done_at IS NULL;
CREATE INDEX task_result ON task (guild_id, done_at, id) WHERE state = 'done';
