-- +goose Up

-- How far the channel was followed, apart from what seldom changes. NULL: as the state says by itself.
ALTER TABLE channel ADD COLUMN number INTEGER;
ALTER TABLE channel ADD COLUMN hash BLOB;

-- +goose Down
ALTER TABLE channel DROP COLUMN hash;
ALTER TABLE channel DROP COLUMN number;
