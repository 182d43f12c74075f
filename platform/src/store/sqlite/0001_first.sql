-- Terminals and the codes by which they become known.
CREATE TABLE terminal (
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    store TEXT NOT NULL,
    number INTEGER NOT NULL,
    public_key TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    program TEXT NOT NULL,
    contact_at_ms INTEGER NOT NULL,
    clock_offset_ms INTEGER NOT NULL DEFAULT 0,
    UNIQUE (store, number)
) STRICT;

CREATE TABLE enrol_code (
    hash BLOB PRIMARY KEY,
    store TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    used_by INTEGER REFERENCES terminal (no)
) STRICT;

-- Events as they came, and how far each epoch is.
CREATE TABLE head (
    terminal INTEGER NOT NULL REFERENCES terminal (no),
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    frozen INTEGER NOT NULL DEFAULT 0,
    gap_at_ms INTEGER,
    PRIMARY KEY (terminal, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    terminal INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    kind TEXT NOT NULL,
    business_date TEXT NOT NULL,
    store TEXT NOT NULL,
    shift TEXT,
    at_ms INTEGER NOT NULL,
    taken_at_ms INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (terminal, epoch, seq)
) STRICT;
CREATE INDEX event_by_day ON event (business_date, store);

CREATE TABLE sale (
    id TEXT PRIMARY KEY,
    terminal INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    return_lines INTEGER NOT NULL,
    returns INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX sale_by_event ON sale (terminal, epoch, seq);

-- Ledgers: legs of postings. They are only ever added.
CREATE TABLE money_leg (
    terminal INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    leg INTEGER NOT NULL,
    account TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (terminal, epoch, seq, leg)
) STRICT, WITHOUT ROWID;

CREATE TABLE points_leg (
    sale TEXT NOT NULL,
    kind TEXT NOT NULL,
    leg INTEGER NOT NULL,
    account TEXT NOT NULL,
    points INTEGER NOT NULL,
    PRIMARY KEY (sale, kind, leg)
) STRICT, WITHOUT ROWID;

CREATE TABLE stock_leg (
    terminal INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    leg INTEGER NOT NULL,
    place TEXT NOT NULL,
    item TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (terminal, epoch, seq, leg)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END;
CREATE TRIGGER event_remains BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END;
CREATE TRIGGER sale_stays BEFORE UPDATE ON sale BEGIN SELECT RAISE(ABORT, 'sales are only ever added'); END;
CREATE TRIGGER sale_remains BEFORE DELETE ON sale BEGIN SELECT RAISE(ABORT, 'sales are only ever added'); END;
CREATE TRIGGER money_stays BEFORE UPDATE ON money_leg BEGIN SELECT RAISE(ABORT, 'legs are only ever added'); END;
CREATE TRIGGER money_remains BEFORE DELETE ON money_leg BEGIN SELECT RAISE(ABORT, 'legs are only ever added'); END;
CREATE TRIGGER points_stay BEFORE UPDATE ON points_leg BEGIN SELECT RAISE(ABORT, 'legs are only ever added'); END;
CREATE TRIGGER points_remain BEFORE DELETE ON points_leg BEGIN SELECT RAISE(ABORT, 'legs are only ever added'); END;
CREATE TRIGGER stock_stays BEFORE UPDATE ON stock_leg BEGIN SELECT RAISE(ABORT, 'legs are only ever added'); END;
CREATE TRIGGER stock_remains BEFORE DELETE ON stock_leg BEGIN SELECT RAISE(ABORT, 'legs are only ever added'); END;

-- What needs a person.
CREATE TABLE exception (
    no INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    terminal INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    settled TEXT
) STRICT;
CREATE INDEX exception_by_event ON exception (terminal, epoch, seq);

CREATE TABLE quarantine (
    terminal INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    hash BLOB NOT NULL,
    first_seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    batch BLOB NOT NULL,
    PRIMARY KEY (terminal, epoch, hash)
) STRICT;

-- The catalogue: a record and its newest change are one row.
CREATE TABLE scope (
    name TEXT PRIMARY KEY,
    head INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE record (
    scope TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    no INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (scope, kind, id)
) STRICT;
CREATE UNIQUE INDEX record_by_no ON record (scope, no);
CREATE INDEX record_gone ON record (scope, no) WHERE gone = 1;

CREATE TABLE snapshot (
    scope TEXT NOT NULL,
    no INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    records INTEGER NOT NULL,
    PRIMARY KEY (scope, no)
) STRICT, WITHOUT ROWID;
