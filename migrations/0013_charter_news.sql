-- Which versions of the regulation an office knows. `told_at` is when the bot told it that this one is in force; without it the
-- version was in force when the office was first seen, and is no news.

CREATE TABLE charter_news (
    guild_id BIGINT NOT NULL,
    version  TEXT   NOT NULL,
    known_at BIGINT NOT NULL,
    told_at  BIGINT,
    PRIMARY KEY (guild_id, version)
);
