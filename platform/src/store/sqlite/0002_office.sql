-- Units over all lines of a sale, as its till counts them.
DROP TRIGGER sale_stays;
ALTER TABLE sale ADD COLUMN units INTEGER NOT NULL DEFAULT 0;
UPDATE sale SET units = coalesce((SELECT sum(quantity) FROM stock_leg l
    WHERE l.terminal = sale.terminal AND l.epoch = sale.epoch AND l.seq = sale.seq AND l.place = 'sold'), 0);
CREATE TRIGGER sale_stays BEFORE UPDATE ON sale BEGIN SELECT RAISE(ABORT, 'sales are only ever added'); END;

-- Accounts at head office: what they hold, and what of it is set aside for terminals.
CREATE TABLE account (
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    balance INTEGER NOT NULL,
    held INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, number)
) STRICT, WITHOUT ROWID;

-- Their ledger; it is only ever added to. What head office opens bears terminal, epoch 0.
CREATE TABLE account_leg (
    terminal INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    leg INTEGER NOT NULL,
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    what TEXT NOT NULL,
    units INTEGER NOT NULL,
    PRIMARY KEY (terminal, epoch, seq, leg)
) STRICT, WITHOUT ROWID;

CREATE TABLE quota (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    terminal INTEGER NOT NULL,
    shift TEXT,
    units INTEGER NOT NULL,
    spent INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    open INTEGER NOT NULL
) STRICT;
CREATE INDEX quota_open ON quota (terminal) WHERE open = 1;

CREATE TABLE hold (
    id TEXT PRIMARY KEY,
    terminal INTEGER NOT NULL,
    store TEXT NOT NULL,
    ended TEXT
) STRICT;

CREATE TABLE aside (
    basket TEXT PRIMARY KEY,
    taken_by INTEGER
) STRICT;

CREATE TABLE returned (
    sale TEXT NOT NULL,
    line INTEGER NOT NULL,
    terminal INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (sale, line, terminal)
) STRICT, WITHOUT ROWID;

CREATE TABLE member_code (
    code TEXT PRIMARY KEY,
    member TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rule_book (
    version INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;

-- Members that were there before: what they were imported with, and what their sales gave them.
INSERT INTO member_code (code, member)
SELECT DISTINCT c.value, r.id FROM record r, json_each(r.body, '$.member.codes') c
WHERE r.kind = 'member' AND r.gone = 0 ON CONFLICT DO NOTHING;
INSERT INTO account_leg (terminal, epoch, seq, leg, kind, number, what, units)
SELECT 0, 0, row_number() OVER (ORDER BY id), 0, 'points', id, 'opened', points FROM (
    SELECT id, max(coalesce(json_extract(body, '$.member.points'), 0)) AS points
    FROM record WHERE kind = 'member' AND gone = 0 GROUP BY id) AS known;
INSERT INTO account_leg (terminal, epoch, seq, leg, kind, number, what, units)
SELECT s.terminal, s.epoch, s.seq, p.leg, 'points', substr(p.account, 8), 'earned', p.points
FROM points_leg p JOIN sale s ON s.id = p.sale WHERE p.account LIKE 'member:%';
INSERT INTO account (kind, number, balance)
SELECT kind, number, sum(units) FROM account_leg GROUP BY kind, number;

CREATE TRIGGER account_stays BEFORE UPDATE ON account_leg BEGIN SELECT RAISE(ABORT, 'legs are only ever added'); END;
CREATE TRIGGER account_remains BEFORE DELETE ON account_leg BEGIN SELECT RAISE(ABORT, 'legs are only ever added'); END;
