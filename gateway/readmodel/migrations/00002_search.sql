-- Code lists as sorted blobs, and indexes that follow the filters of lists.

-- +goose Up

-- Lists whose codes are here. The number stands for the list in the other tables; it depends on the order in which the
-- files came, and is nobody else's business.
CREATE TABLE indexed_lists (
    number INTEGER PRIMARY KEY,
    space  TEXT    NOT NULL, -- as in lists
    list   TEXT    NOT NULL,
    count  INTEGER NOT NULL,
    UNIQUE (space, list)
) STRICT;

-- The codes of each list in their order: up to 128 in a row, one on a line.
CREATE TABLE list_codes (
    chunk INTEGER PRIMARY KEY, -- the list's number * 2^16 + the row's place in it, from 0
    codes BLOB    NOT NULL
) STRICT;

-- Where a code lies: runs of entries that are sorted by the code's hash. A list brings one run; runs of about the same
-- size are merged when they are many. See package codeindex.
CREATE TABLE code_runs (
    run     INTEGER PRIMARY KEY,
    entries INTEGER NOT NULL,
    sieve   BLOB    NOT NULL -- which hashes may be in it
) STRICT;
CREATE TABLE code_index (
    chunk   INTEGER PRIMARY KEY, -- run * 2^40 + the first 40 bits of the first hash
    entries BLOB    NOT NULL
) STRICT;

-- The files are read again.
DROP TABLE list_items;
UPDATE lists SET status = 'pending' WHERE status = 'indexed';
CREATE INDEX lists_pending ON lists (sha256) WHERE status = 'pending';

-- One index serves any mixture of kind, state and custodian, since each has few values: see filter.go.
DROP INDEX assets_kind;
DROP INDEX assets_state;
DROP INDEX assets_custodian;
DROP INDEX assets_place;
CREATE INDEX assets_group ON assets (kind, state, custodian, id);
CREATE INDEX assets_place ON assets (place, kind, state, custodian, id) WHERE place <> '';

-- +goose Down
DROP TABLE indexed_lists;
DROP TABLE list_codes;
DROP TABLE code_runs;
DROP TABLE code_index;
DROP INDEX lists_pending;
CREATE TABLE list_items (
    code     TEXT    NOT NULL,
    list     TEXT    NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (code, list)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_items_list ON list_items (list, position);
UPDATE lists SET status = 'pending' WHERE status = 'indexed';
DROP INDEX assets_group;
DROP INDEX assets_place;
CREATE INDEX assets_kind ON assets (kind);
CREATE INDEX assets_state ON assets (state, kind);
CREATE INDEX assets_place ON assets (place) WHERE place <> '';
CREATE INDEX assets_custodian ON assets (custodian);
