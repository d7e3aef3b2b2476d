-- What a coordinator decided about an open task when another version of the regulation had come into force: it keeps its own, or
-- it moved. One row for each task and version, the latest decision in it; the audit trail has them all.

CREATE TABLE charter_choice (
    task_id   TEXT   NOT NULL REFERENCES task (id),
    -- The version that was in force when it was decided.
    version   TEXT   NOT NULL,
    choice    TEXT   NOT NULL CHECK (choice IN ('keep', 'move')),
    reason    TEXT,
    chosen_by BIGINT NOT NULL,
    chosen_at BIGINT NOT NULL,
    PRIMARY KEY (task_id, version)
);
