-- The read model. Everything here follows from the blocks (and, for list_items, from evidence files): the file may be
-- deleted at any time and is filled again with the same rows.

-- +goose Up

-- How far the blocks were applied. Its row changes in the same transaction as the rows that it covers.
CREATE TABLE cursor (
    only      INTEGER PRIMARY KEY CHECK (only = 1),
    block     INTEGER NOT NULL,
    hash      BLOB    NOT NULL,
    time      INTEGER NOT NULL
) STRICT;

CREATE TABLE blocks (
    number       INTEGER PRIMARY KEY,
    hash         BLOB    NOT NULL,
    previous     BLOB    NOT NULL,
    data_hash    BLOB    NOT NULL,
    time         INTEGER NOT NULL,
    transactions INTEGER NOT NULL,
    events       INTEGER NOT NULL
) STRICT;

CREATE TABLE transactions (
    block      INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    id         TEXT    NOT NULL,
    code       INTEGER NOT NULL,
    code_name  TEXT    NOT NULL,
    valid      INTEGER NOT NULL,
    chaincode  TEXT    NOT NULL,
    function   TEXT    NOT NULL,
    creator    TEXT    NOT NULL,
    admin      INTEGER NOT NULL,
    endorsers  TEXT    NOT NULL, -- MSP ids, a JSON list
    time       INTEGER NOT NULL,
    verdict    TEXT    NOT NULL, -- 'agreed', 'disputed', or '' when there was nothing to judge
    arguments  TEXT,             -- a JSON list, kept only of disputed transactions
    PRIMARY KEY (block, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX transactions_id ON transactions (id);

-- What the ledger holds, byte for byte as the chaincode wrote it: the state that events are judged against.
CREATE TABLE state (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    ordinal      INTEGER PRIMARY KEY, -- the order of the ledger, from 1
    id           TEXT    NOT NULL,    -- '' when the event could not be read
    hash         BLOB,
    jws          TEXT    NOT NULL,
    inclusion    TEXT,
    asset        TEXT    NOT NULL,
    action       TEXT    NOT NULL,
    rulebook     TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    state        TEXT    NOT NULL,    -- after the event
    corrects     TEXT    NOT NULL,
    device       TEXT    NOT NULL,
    organisation TEXT    NOT NULL,
    role         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    claimed      INTEGER NOT NULL,
    witnessed    INTEGER NOT NULL,
    late         INTEGER NOT NULL,
    block        INTEGER NOT NULL,
    transaction_position INTEGER NOT NULL,
    position     INTEGER NOT NULL,
    status       TEXT    NOT NULL     -- 'committed' or 'disputed'
) STRICT;
CREATE INDEX events_id ON events (id);
CREATE INDEX events_block ON events (block, transaction_position, position);
CREATE INDEX events_corrects ON events (corrects) WHERE corrects <> '';

-- Which events each asset's history is made of. Disputed ones have seq 0 and no head.
CREATE TABLE event_subjects (
    asset  TEXT    NOT NULL,
    event  INTEGER NOT NULL REFERENCES events (ordinal),
    link   TEXT    NOT NULL,
    seq    INTEGER NOT NULL,
    head   BLOB,
    amount INTEGER NOT NULL,
    PRIMARY KEY (asset, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_subjects_disputed ON event_subjects (asset) WHERE seq = 0;

-- The members of an asset's record that lists are filtered by; the record itself is in state.
CREATE TABLE assets (
    id        TEXT PRIMARY KEY,
    kind      TEXT    NOT NULL,
    rulebook  TEXT    NOT NULL,
    state     TEXT    NOT NULL,
    maker     TEXT    NOT NULL,
    custodian TEXT    NOT NULL,
    place     TEXT    NOT NULL,
    lot       TEXT    NOT NULL,
    lat       INTEGER, -- micro-degrees
    lon       INTEGER,
    changed   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX assets_kind ON assets (kind);
CREATE INDEX assets_state ON assets (state, kind);
CREATE INDEX assets_place ON assets (place) WHERE place <> '';
CREATE INDEX assets_lot ON assets (lot) WHERE lot <> '';
CREATE INDEX assets_custodian ON assets (custodian);

-- What went into what, with the event that says so.
CREATE TABLE edges (
    to_asset   TEXT    NOT NULL,
    from_asset TEXT    NOT NULL,
    event      INTEGER NOT NULL REFERENCES events (ordinal),
    amount     INTEGER NOT NULL,
    PRIMARY KEY (to_asset, from_asset, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX edges_from ON edges (from_asset, to_asset, event);

CREATE TABLE tags (
    code         TEXT PRIMARY KEY,
    asset        TEXT NOT NULL, -- '' for a roll
    organisation TEXT NOT NULL, -- of a roll
    roll         TEXT NOT NULL,
    replaced_by  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_asset ON tags (asset) WHERE asset <> '';

CREATE TABLE places (
    id     TEXT PRIMARY KEY,
    kind   TEXT NOT NULL,
    parent TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
    kid          TEXT PRIMARY KEY,
    organisation TEXT NOT NULL,
    role         TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_organisation ON devices (organisation, kid);

-- The listed lots and rolls, and the evidence files that may hold their codes. A list stays 'pending' until its file
-- is here, however long that takes.
CREATE TABLE lists (
    list   TEXT    NOT NULL, -- the code of the lot or roll
    space  TEXT    NOT NULL, -- 'A' for a lot, 'T' for a roll
    sha256 BLOB    NOT NULL,
    event  INTEGER NOT NULL REFERENCES events (ordinal),
    status TEXT    NOT NULL, -- 'pending', 'indexed' or 'mismatch'
    PRIMARY KEY (list, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX lists_sha256 ON lists (sha256);

CREATE TABLE list_items (
    code     TEXT    NOT NULL,
    list     TEXT    NOT NULL,
    position INTEGER NOT NULL, -- in the sorted list, from 0
    PRIMARY KEY (code, list)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_items_list ON list_items (list, position);

-- What did not agree when this gateway read the blocks for itself.
CREATE TABLE findings (
    ordinal     INTEGER PRIMARY KEY,
    id          TEXT    NOT NULL UNIQUE,
    kind        TEXT    NOT NULL,
    alarm       INTEGER NOT NULL,
    block       INTEGER NOT NULL,
    transaction_id TEXT NOT NULL,
    event       TEXT    NOT NULL,
    asset       TEXT    NOT NULL,
    detail      TEXT    NOT NULL,
    found       INTEGER NOT NULL
) STRICT;

-- +goose Down
DROP TABLE findings;
DROP TABLE list_items;
DROP TABLE lists;
DROP TABLE devices;
DROP TABLE places;
DROP TABLE tags;
DROP TABLE edges;
DROP TABLE assets;
DROP TABLE event_subjects;
DROP TABLE events;
DROP TABLE state;
DROP TABLE transactions;
DROP TABLE blocks;
DROP TABLE cursor;
