-- The exchange log: every version of every message in a coordination thread. It only grows.

-- A thread whose exchanges are logged, and how far it has been read without a gap.
CREATE TABLE thread (
    channel_id    BIGINT PRIMARY KEY,
    guild_id      BIGINT NOT NULL,
    parent_id     BIGINT NOT NULL,
    subject       TEXT   NOT NULL,
    visibility    TEXT   NOT NULL CHECK (visibility IN ('public', 'private')),
    read_until    BIGINT NOT NULL,
    registered_at BIGINT NOT NULL
);
CREATE INDEX thread_subject ON thread (subject);

-- One row for each version of a message and one for its deletion. The key makes the order, and the number of
-- times, in which events come irrelevant.
CREATE TABLE exchange (
    message_id  BIGINT NOT NULL,
    kind        TEXT   NOT NULL CHECK (kind IN ('message', 'deletion')),
    version     BIGINT NOT NULL,
    guild_id    BIGINT NOT NULL,
    seq         BIGINT NOT NULL UNIQUE,
    channel_id  BIGINT NOT NULL,
    author_id   BIGINT,
    author_name TEXT,
    unit        TEXT,
    sent_at     BIGINT NOT NULL,
    content     TEXT   NOT NULL,
    folded      TEXT   NOT NULL,
    attachments TEXT   NOT NULL,
    reply_to    BIGINT,
    via         TEXT   NOT NULL CHECK (via IN ('gateway', 'history')),
    seen_at     BIGINT NOT NULL,
    hash        TEXT   NOT NULL,
    PRIMARY KEY (message_id, kind, version)
);
CREATE INDEX exchange_thread ON exchange (channel_id, message_id);

-- The newest link of the chain that runs through all exchanges.
CREATE TABLE chain (
    id   BIGINT PRIMARY KEY CHECK (id = 1),
    seq  BIGINT NOT NULL,
    hash TEXT   NOT NULL
);
INSERT INTO chain (id, seq, hash) VALUES (1, 0, '');
