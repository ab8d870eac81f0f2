-- The events that were taken. seq is the order in which they are proposed.
CREATE TABLE IF NOT EXISTS events (
  seq       INTEGER PRIMARY KEY,
  id        TEXT    NOT NULL UNIQUE,
  hash      BLOB    NOT NULL,
  jws       TEXT    NOT NULL,            -- emptied when the read model shows it, or when its device has fetched it refused
  inclusion TEXT    NOT NULL DEFAULT '', -- JSON
  received  INTEGER NOT NULL,            -- ms
  stage     TEXT    NOT NULL,            -- queued | submitted | unknown | committed | refused
  tx        TEXT    NOT NULL DEFAULT '',
  block     INTEGER NOT NULL DEFAULT 0,
  refused   TEXT    NOT NULL DEFAULT '', -- JSON
  settled   INTEGER NOT NULL DEFAULT 0,  -- 1: the read model shows it
  changed   INTEGER NOT NULL,            -- ms
  fetched   INTEGER NOT NULL DEFAULT 0   -- ms: when its device asked for the refused event, until its bytes are emptied
);
-- An event's stage changes several times on its way; neither index is touched by that before the end.
DROP INDEX IF EXISTS events_open;
DROP INDEX IF EXISTS events_done;
CREATE INDEX IF NOT EXISTS events_unsettled ON events (seq) WHERE settled = 0;
CREATE INDEX IF NOT EXISTS events_final ON events (stage, changed) WHERE settled = 1 OR stage = 'refused';
-- How many events were refused in an hour, since 1970.
CREATE TABLE IF NOT EXISTS refusals (
  hour INTEGER PRIMARY KEY,
  n    INTEGER NOT NULL
);
-- What was refused of devices that are known, for people to look at: the newest of each event.
CREATE TABLE IF NOT EXISTS refused_events (
  seq      INTEGER PRIMARY KEY AUTOINCREMENT,
  id       TEXT    NOT NULL UNIQUE,
  device   TEXT    NOT NULL,
  asset    TEXT    NOT NULL,
  kind     TEXT    NOT NULL, -- of an event that creates
  action   TEXT    NOT NULL,
  rulebook TEXT    NOT NULL,
  at       INTEGER NOT NULL, -- ms: when it was refused
  refused  TEXT    NOT NULL  -- JSON
);
CREATE INDEX IF NOT EXISTS refused_events_device ON refused_events (device, seq);
-- The highest number of blocks that anybody was seen to hold: one row.
CREATE TABLE IF NOT EXISTS heights (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  seen INTEGER NOT NULL
);
