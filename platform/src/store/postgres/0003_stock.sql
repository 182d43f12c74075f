-- The book of each store: what came to its shelf and went from it, by item, lot and time. It is only ever added to.
-- `anchor` is the approved count that a row makes right; what head office approves bears terminal 0, epoch 0.
CREATE TABLE stock_move (
    no BIGSERIAL PRIMARY KEY,
    store TEXT NOT NULL,
    item TEXT NOT NULL,
    lot TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    quantity BIGINT NOT NULL,
    sale BOOLEAN NOT NULL,
    anchor TEXT COLLATE "C",
    terminal INTEGER NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL
);
CREATE INDEX stock_move_by_item ON stock_move (store, item, at_ms);
INSERT INTO stock_move (store, item, lot, at_ms, quantity, sale, terminal, epoch, seq)
SELECT e.store, l.item, '', e.at_ms, l.quantity, e.kind = 'sale_completed', l.terminal, l.epoch, l.seq
FROM stock_leg l JOIN event e ON e.terminal = l.terminal AND e.epoch = l.epoch AND e.seq = l.seq
WHERE l.place = 'store' ORDER BY l.terminal, l.epoch, l.seq, l.leg;
CREATE TRIGGER move_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_move FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What was there at an instant: approved counts.
CREATE TABLE stock_anchor (
    store TEXT NOT NULL,
    item TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    lots TEXT NOT NULL,
    PRIMARY KEY (store, item, at_ms, key)
);
CREATE INDEX stock_anchor_by_time ON stock_anchor (store, at_ms);

-- Sums of the book up to a row, so that nobody adds up years.
CREATE TABLE stock_book (
    store TEXT NOT NULL,
    item TEXT NOT NULL,
    lot TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    PRIMARY KEY (store, item, lot)
);
CREATE TABLE stock_mark (one INTEGER PRIMARY KEY CHECK (one = 1), no BIGINT NOT NULL);
INSERT INTO stock_mark VALUES (1, 0);

CREATE TABLE stock_count (
    id UUID PRIMARY KEY,
    store TEXT NOT NULL,
    plan TEXT,
    closed_at_ms BIGINT,
    reason TEXT,
    approved_by INTEGER,
    approved_lines BIGINT NOT NULL DEFAULT 0,
    approved_value BIGINT NOT NULL DEFAULT 0
);

-- Deliveries, transfers and write-offs by what they are posted once under.
CREATE TABLE stock_document (
    key TEXT PRIMARY KEY,
    store TEXT NOT NULL,
    terminal INTEGER NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL
);
