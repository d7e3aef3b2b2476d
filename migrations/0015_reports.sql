-- Reports: what has its own deadline, what came, what was done between two days, and how often deadlines were extended.

CREATE INDEX task_unit_own_due ON task_unit (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX task_unit_since ON task_unit (since);
CREATE INDEX task_unit_sent ON task_unit (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX task_done ON task (guild_id, done_at) WHERE done_at IS NOT NULL;
CREATE INDEX task_extension_granted ON task_extension (task_id) WHERE outcome = 'granted';
