-- +goose Up

-- Keys of the ledger that rest on the word of the peer that delivered the blocks: whether a transaction took effect was not
-- recomputed, and it wrote the key, would have written it, or wrote what led to it. The key '' stands for all that
-- is written from then on.
CREATE TABLE not_recomputed (
    key            TEXT    PRIMARY KEY,
    block          INTEGER NOT NULL, -- the block of that transaction
    transaction_id TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE not_recomputed;
