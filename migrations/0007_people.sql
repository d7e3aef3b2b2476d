-- Who holds which position in a unit, who stands in for whom, what a role stands for by command, what the bot made itself.

-- What a role stands for because somebody said so. It wins over the role's name until it is undone.
CREATE TABLE role_link (
    guild_id   BIGINT NOT NULL,
    role_id    BIGINT NOT NULL,
    unit       TEXT,
    tier       TEXT   CHECK (tier IN ('officer', 'focal_point', 'unit_head', 'coordinator', 'leadership', 'administrator')),
    linked_by  BIGINT NOT NULL,
    linked_at  BIGINT NOT NULL,
    PRIMARY KEY (guild_id, role_id),
    CHECK ((unit IS NULL) <> (tier IS NULL))
);

-- A position in a unit, held from one day to another. Days are ISO dates of the office; without `until_day` it is held
-- until further notice. Rows are only ended, never removed: they are the unit's history.
CREATE TABLE position_holder (
    id          TEXT   PRIMARY KEY,
    guild_id    BIGINT NOT NULL,
    unit        TEXT   NOT NULL,
    position    TEXT   NOT NULL CHECK (position IN ('head', 'deputy', 'leader_in_charge', 'focal_point', 'officer', 'registry_clerk')),
    user_id     BIGINT NOT NULL,
    from_day    TEXT   NOT NULL,
    until_day   TEXT,
    recorded_by BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL
);
CREATE INDEX position_holder_by_unit ON position_holder (guild_id, unit, position);
CREATE INDEX position_holder_by_user ON position_holder (guild_id, user_id);

-- Somebody stands in for somebody else in a unit, with all the positions that person has there, and no longer than until_at.
CREATE TABLE delegation (
    id          TEXT   PRIMARY KEY,
    guild_id    BIGINT NOT NULL,
    unit        TEXT   NOT NULL,
    from_user   BIGINT NOT NULL,
    to_user     BIGINT NOT NULL,
    from_at     BIGINT NOT NULL,
    until_at    BIGINT NOT NULL,
    reason      TEXT,
    made_by     BIGINT NOT NULL,
    made_at     BIGINT NOT NULL
);
CREATE INDEX delegation_by_end ON delegation (guild_id, until_at);

-- What the bot itself made on the server, by what it is for: 'role:unit:TTDL', 'role:tier:leadership', 'channel:phase:P3'.
-- What does not stand here it never touches.
CREATE TABLE made (
    guild_id   BIGINT NOT NULL,
    purpose    TEXT   NOT NULL,
    discord_id BIGINT NOT NULL,
    made_at    BIGINT NOT NULL,
    PRIMARY KEY (guild_id, purpose)
);
