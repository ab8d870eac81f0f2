-- What lists of items and events are filtered by at the desk.

-- +goose Up

-- Whether it has a position is part of the groups: see filter.go.
ALTER TABLE assets ADD COLUMN located INTEGER AS (lat IS NOT NULL) VIRTUAL;
DROP INDEX assets_group;
CREATE INDEX assets_group ON assets (kind, state, custodian, located, id);

-- The last changed first, and what changed within a day.
CREATE INDEX assets_changed ON assets (changed, id);

-- Events are few kinds of acts of few organisations: the same groups serve any mixture. See events.go.
CREATE INDEX events_group ON events (action, organisation, status, ordinal);
CREATE INDEX events_device ON events (device, ordinal);

-- +goose Down
DROP INDEX events_device;
DROP INDEX events_group;
DROP INDEX assets_changed;
DROP INDEX assets_group;
ALTER TABLE assets DROP COLUMN located;
CREATE INDEX assets_group ON assets (kind, state, custodian, id);
