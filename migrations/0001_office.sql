-- The office on its server: settings, places, roles, people.

CREATE TABLE server (
    guild_id   BIGINT PRIMARY KEY,
    name       TEXT   NOT NULL,
    language   TEXT   NOT NULL CHECK (language IN ('vi', 'en')),
    seen_at    BIGINT NOT NULL
);

-- A channel that serves a purpose: 'category', 'phase:P3', 'meetings'.
CREATE TABLE place (
    guild_id   BIGINT NOT NULL,
    purpose    TEXT   NOT NULL,
    channel_id BIGINT NOT NULL,
    PRIMARY KEY (guild_id, purpose)
);

-- Every role of the server; `unit` or `tier` once it is recognised or linked.
CREATE TABLE role (
    guild_id   BIGINT NOT NULL,
    role_id    BIGINT NOT NULL,
    name       TEXT   NOT NULL,
    unit       TEXT,
    tier       TEXT   CHECK (tier IN ('officer', 'focal_point', 'unit_head', 'coordinator', 'leadership', 'administrator')),
    PRIMARY KEY (guild_id, role_id)
);

CREATE TABLE member (
    guild_id   BIGINT NOT NULL,
    user_id    BIGINT NOT NULL,
    name       TEXT   NOT NULL,
    left_at    BIGINT,
    PRIMARY KEY (guild_id, user_id)
);

CREATE TABLE member_role (
    guild_id   BIGINT NOT NULL,
    user_id    BIGINT NOT NULL,
    role_id    BIGINT NOT NULL,
    PRIMARY KEY (guild_id, user_id, role_id)
);
CREATE INDEX member_role_by_role ON member_role (guild_id, role_id);
