-- What this gateway cannot vouch for: transactions that ended it again and again, and all that was judged on their writes.

-- +goose Up

-- Transactions that are not tried any more, and the build that they ended.
CREATE TABLE quarantined (
    block    INTEGER NOT NULL,
    position INTEGER NOT NULL,
    id       TEXT    NOT NULL,
    version  TEXT    NOT NULL,
    PRIMARY KEY (block, position)
) STRICT, WITHOUT ROWID;

-- Keys of the state whose newest value was taken from the ledger and not judged. The tables state, assets and so on keep
-- what was judged last. The value is never read here: it may be what cannot be read.
CREATE TABLE unjudged (
    key         TEXT    PRIMARY KEY,
    value       BLOB,             -- as it lies in the block; NULL when it was deleted
    block       INTEGER NOT NULL, -- the block that wrote it
    quarantined TEXT    NOT NULL  -- the id of the quarantined transaction that it goes back to
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE unjudged;
DROP TABLE quarantined;
