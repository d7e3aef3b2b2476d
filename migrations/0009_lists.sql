-- Lists of tasks: whatever they are filtered by, the first page is read from an index in its order.

DROP INDEX IF EXISTS task_open;
CREATE INDEX task_open ON task (guild_id, due_at, id) WHERE state NOT IN ('done', 'accepted', 'cancelled');
CREATE INDEX task_closed ON task (guild_id, due_at, id) WHERE state IN ('done', 'accepted', 'cancelled');
CREATE INDEX task_open_phase ON task (guild_id, phase, due_at, id) WHERE state NOT IN ('done', 'accepted', 'cancelled');
CREATE INDEX task_state ON task (guild_id, state, due_at, id);

-- The deadline of the task again, in one column while it is open and in the other afterwards, so that the tasks of a unit
-- are read in order. It follows the task by triggers (src/store/dialect.rs).
ALTER TABLE task_unit ADD COLUMN open_due BIGINT;
ALTER TABLE task_unit ADD COLUMN closed_due BIGINT;
UPDATE task_unit SET
    open_due = (SELECT t.due_at FROM task t WHERE t.id = task_unit.task_id AND t.state NOT IN ('done', 'accepted', 'cancelled')),
    closed_due = (SELECT t.due_at FROM task t WHERE t.id = task_unit.task_id AND t.state IN ('done', 'accepted', 'cancelled'));
DROP INDEX IF EXISTS task_by_unit;
CREATE INDEX task_unit_open ON task_unit (unit, open_due, task_id) WHERE open_due IS NOT NULL;
CREATE INDEX task_unit_closed ON task_unit (unit, closed_due, task_id) WHERE closed_due IS NOT NULL;

-- What was given although others were like it, by the request in which it was asked for: at most once.
CREATE TABLE given_anyway (
    interaction_id BIGINT PRIMARY KEY,
    task_id        TEXT   NOT NULL REFERENCES task (id)
);

-- Messages in threads of tasks that were recorded as decisions, as they were then.
CREATE TABLE decision (
    message_id BIGINT PRIMARY KEY,
    guild_id   BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    task_id    TEXT   NOT NULL REFERENCES task (id),
    content    TEXT   NOT NULL,
    marked_by  BIGINT NOT NULL,
    marked_at  BIGINT NOT NULL
);
CREATE INDEX decision_task ON decision (task_id, marked_at);
