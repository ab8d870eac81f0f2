-- What works need beside single things: what lies under what, joint signatures, recalls, attested events.

-- +goose Up
ALTER TABLE assets ADD COLUMN under TEXT NOT NULL DEFAULT '';
ALTER TABLE assets ADD COLUMN pending TEXT NOT NULL DEFAULT ''; -- the action that waits for more signatures
CREATE INDEX assets_under ON assets (under) WHERE under <> '';
CREATE INDEX assets_pending ON assets (pending) WHERE pending <> '';

-- The id of the event that an attestation let in.
ALTER TABLE events ADD COLUMN attests TEXT NOT NULL DEFAULT '';
CREATE INDEX events_attests ON events (attests) WHERE attests <> '';

-- Whether it is only possible that the one went into the other.
ALTER TABLE edges ADD COLUMN possible INTEGER NOT NULL DEFAULT 0;

-- What recalls held and hold.
CREATE TABLE freezes (
    recall   TEXT    NOT NULL,
    asset    TEXT    NOT NULL,
    via      TEXT    NOT NULL, -- the asset through which it depends; '' on the recalled one
    possible INTEGER NOT NULL,
    held     INTEGER NOT NULL, -- 0 once it was let go
    PRIMARY KEY (recall, asset)
) STRICT, WITHOUT ROWID;
CREATE INDEX freezes_held ON freezes (asset) WHERE held = 1;

-- +goose Down
DROP TABLE freezes;
ALTER TABLE edges DROP COLUMN possible;
DROP INDEX events_attests;
ALTER TABLE events DROP COLUMN attests;
DROP INDEX assets_pending;
DROP INDEX assets_under;
ALTER TABLE assets DROP COLUMN pending;
ALTER TABLE assets DROP COLUMN under;
