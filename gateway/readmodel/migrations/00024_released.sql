-- +goose Up

-- Whether the rulebook says of the event's action that it releases what the event names to the public.
ALTER TABLE photos ADD COLUMN released INTEGER NOT NULL DEFAULT 0;
CREATE INDEX photos_released ON photos (sha256) WHERE released = 1;

-- +goose Down
DROP INDEX photos_released;
ALTER TABLE photos DROP COLUMN released;
