-- +goose Up

-- The second asset that one lies under, which a field of its kind keeps.
CREATE TABLE also_under (
    asset TEXT PRIMARY KEY,
    above TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX also_under_above ON also_under (above);

-- +goose Down
DROP TABLE also_under;
