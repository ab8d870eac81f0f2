-- +goose Up

-- Events that valid transactions hold once more: they were recorded before, and here they have no effect.
CREATE TABLE repeated (
    block                INTEGER NOT NULL,
    transaction_position INTEGER NOT NULL,
    position             INTEGER NOT NULL, -- in the transaction
    id                   TEXT    NOT NULL,
    PRIMARY KEY (block, transaction_position, position)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE repeated;
