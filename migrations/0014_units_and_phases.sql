-- The phase of the task again in the rows of its units: a list of one unit in one phase is read from an index in its order.

ALTER TABLE task_unit ADD COLUMN phase TEXT;
UPDATE task_unit SET phase = (SELECT t.phase FROM task t WHERE t.id = task_unit.task_id);
CREATE INDEX task_unit_open_phase ON task_unit (unit, phase, open_due, task_id) WHERE open_due IS NOT NULL;
CREATE INDEX task_unit_closed_phase ON task_unit (unit, phase, closed_due, task_id) WHERE closed_due IS NOT NULL;
