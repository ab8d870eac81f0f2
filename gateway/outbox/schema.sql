-- The events that were taken. seq is the order in which they are proposed.
CREATE TABLE IF NOT EXISTS events (
  seq       INTEGER PRIMARY KEY,
  id        TEXT    NOT NULL UNIQUE,
  hash      BLOB    NOT NULL,
  jws       TEXT    NOT NULL,            -- emptied when it is not needed any more
  inclusion TEXT    NOT NULL DEFAULT '', -- JSON
  received  INTEGER NOT NULL,            -- ms
  stage     TEXT    NOT NULL,            -- queued | submitted | unknown | committed | refused
  tx        TEXT    NOT NULL DEFAULT '',
  block     INTEGER NOT NULL DEFAULT 0,
  refused   TEXT    NOT NULL DEFAULT '', -- JSON
  settled   INTEGER NOT NULL DEFAULT 0,  -- 1: the read model shows it
  changed   INTEGER NOT NULL             -- ms
);
CREATE INDEX IF NOT EXISTS events_open ON events (seq) WHERE stage <> 'refused' AND settled = 0;
CREATE INDEX IF NOT EXISTS events_done ON events (stage, changed);
