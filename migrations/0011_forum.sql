-- A place may be a forum, whose posts are tasks; and a post remembers which tags it was last given.

ALTER TABLE place ADD COLUMN kind TEXT NOT NULL DEFAULT 'text' CHECK (kind IN ('text', 'forum'));

-- A task whose thread is a post of a forum: its card is the post's first message, and has the thread's id.
CREATE TABLE forum_post (
    task_id TEXT PRIMARY KEY REFERENCES task (id),
    -- What its tags say, as a JSON list: 'phase:P3', 'urgency:flash', 'state:blocked', 'overdue'.
    tags    TEXT NOT NULL
);
