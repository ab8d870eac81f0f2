-- +goose Up

-- What the verifier of blocks goes on from: how far it followed the channel, the configuration, the definitions.
CREATE TABLE channel (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    genesis BLOB    NOT NULL,
    secret  BLOB    NOT NULL,
    state   BLOB    NOT NULL
) STRICT;

-- The last write of each key of the world state, and the ids of transactions. A key is 64 bits of a hash with the
-- secret, so that nobody can make two keys fall together; position is -1 for a key that was deleted.
CREATE TABLE versions (
    key      INTEGER PRIMARY KEY,
    block    INTEGER NOT NULL,
    position INTEGER NOT NULL
) STRICT;

-- +goose Down
DROP TABLE versions;
DROP TABLE channel;
