-- +goose Up

-- The photos that committed events name of their own item. A correction stays beside what it corrects, and is looked up.
CREATE TABLE photos (
    asset    TEXT    NOT NULL,
    event    INTEGER NOT NULL REFERENCES events (ordinal),
    position INTEGER NOT NULL, -- among the files of the event
    sha256   BLOB    NOT NULL,
    PRIMARY KEY (asset, event, position)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE photos;
