-- Units over all lines of a sale, as its till counts them.
ALTER TABLE sale DISABLE TRIGGER sale_stays;
ALTER TABLE sale ADD COLUMN units BIGINT NOT NULL DEFAULT 0;
UPDATE sale SET units = coalesce((SELECT sum(quantity) FROM stock_leg l
    WHERE l.terminal = sale.terminal AND l.epoch = sale.epoch AND l.seq = sale.seq AND l.place = 'sold'), 0);
ALTER TABLE sale ENABLE TRIGGER sale_stays;

-- Accounts at head office: what they hold, and what of it is set aside for terminals.
CREATE TABLE account (
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    balance BIGINT NOT NULL,
    held BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, number)
);

-- Their ledger; it is only ever added to. What head office opens bears terminal, epoch 0.
CREATE TABLE account_leg (
    terminal INTEGER NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    leg INTEGER NOT NULL,
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    what TEXT NOT NULL,
    units BIGINT NOT NULL,
    PRIMARY KEY (terminal, epoch, seq, leg)
);

CREATE TABLE quota (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    terminal INTEGER NOT NULL,
    shift UUID,
    units BIGINT NOT NULL,
    spent BIGINT NOT NULL,
    until_ms BIGINT NOT NULL,
    open BOOLEAN NOT NULL
);
CREATE INDEX quota_open ON quota (terminal) WHERE open;

CREATE TABLE hold (
    id UUID PRIMARY KEY,
    terminal INTEGER NOT NULL,
    store TEXT NOT NULL,
    ended TEXT
);

CREATE TABLE aside (
    basket UUID PRIMARY KEY,
    taken_by INTEGER
);

CREATE TABLE returned (
    sale UUID NOT NULL,
    line BIGINT NOT NULL,
    terminal INTEGER NOT NULL,
    quantity BIGINT NOT NULL,
    PRIMARY KEY (sale, line, terminal)
);

CREATE TABLE member_code (
    code TEXT PRIMARY KEY,
    member TEXT NOT NULL
);

CREATE TABLE rule_book (
    version BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    body TEXT NOT NULL
);

-- Members that were there before: what they were imported with, and what their sales gave them.
INSERT INTO member_code (code, member)
SELECT DISTINCT ON (c.value) c.value, r.id
FROM record r, jsonb_array_elements_text(coalesce(r.body::jsonb -> 'member' -> 'codes', '[]')) c
WHERE r.kind = 'member' AND NOT r.gone ON CONFLICT DO NOTHING;
INSERT INTO account_leg (terminal, epoch, seq, leg, kind, number, what, units)
SELECT 0, 0, row_number() OVER (ORDER BY id), 0, 'points', id, 'opened', points FROM (
    SELECT id, max(coalesce((body::jsonb -> 'member' ->> 'points')::bigint, 0)) AS points
    FROM record WHERE kind = 'member' AND NOT gone GROUP BY id) AS known;
INSERT INTO account_leg (terminal, epoch, seq, leg, kind, number, what, units)
SELECT s.terminal, s.epoch, s.seq, p.leg, 'points', substr(p.account, 8), 'earned', p.points
FROM points_leg p JOIN sale s ON s.id = p.sale WHERE p.account LIKE 'member:%';
INSERT INTO account (kind, number, balance)
SELECT kind, number, CAST(sum(units) AS BIGINT) FROM account_leg GROUP BY kind, number;

CREATE TRIGGER account_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON account_leg FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
