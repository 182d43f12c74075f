-- The book of each store: what came to its shelf and went from it, by item, lot and time. It is only ever added to.
-- `anchor` is the approved count that a row makes right; what head office approves bears terminal 0, epoch 0.
CREATE TABLE stock_move (
    no INTEGER PRIMARY KEY,
    store TEXT NOT NULL,
    item TEXT NOT NULL,
    lot TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    sale INTEGER NOT NULL,
    anchor TEXT,
    terminal INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL
) STRICT;
CREATE INDEX stock_move_by_item ON stock_move (store, item, at_ms);
INSERT INTO stock_move (store, item, lot, at_ms, quantity, sale, terminal, epoch, seq)
SELECT e.store, l.item, '', e.at_ms, l.quantity, e.kind = 'sale_completed', l.terminal, l.epoch, l.seq
FROM stock_leg l JOIN event e ON e.terminal = l.terminal AND e.epoch = l.epoch AND e.seq = l.seq
WHERE l.place = 'store' ORDER BY l.terminal, l.epoch, l.seq, l.leg;
CREATE TRIGGER move_stays BEFORE UPDATE ON stock_move BEGIN SELECT RAISE(ABORT, 'the book is only ever added to'); END;
CREATE TRIGGER move_remains BEFORE DELETE ON stock_move BEGIN SELECT RAISE(ABORT, 'the book is only ever added to'); END;

-- What was there at an instant: approved counts.
CREATE TABLE stock_anchor (
    store TEXT NOT NULL,
    item TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    key TEXT NOT NULL,
    lots TEXT NOT NULL,
    PRIMARY KEY (store, item, at_ms, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_anchor_by_time ON stock_anchor (store, at_ms);

-- Sums of the book up to a row, so that nobody adds up years.
CREATE TABLE stock_book (
    store TEXT NOT NULL,
    item TEXT NOT NULL,
    lot TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (store, item, lot)
) STRICT, WITHOUT ROWID;
CREATE TABLE stock_mark (one INTEGER PRIMARY KEY CHECK (one = 1), no INTEGER NOT NULL) STRICT;
INSERT INTO stock_mark VALUES (1, 0);

CREATE TABLE stock_count (
    id TEXT PRIMARY KEY,
    store TEXT NOT NULL,
    plan TEXT,
    closed_at_ms INTEGER,
    reason TEXT,
    approved_by INTEGER,
    approved_lines INTEGER NOT NULL DEFAULT 0,
    approved_value INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Deliveries, transfers and write-offs by what they are posted once under.
CREATE TABLE stock_document (
    key TEXT PRIMARY KEY,
    store TEXT NOT NULL,
    terminal INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
