-- Terminals and the codes by which they become known.
CREATE TABLE terminal (
    no INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id UUID NOT NULL UNIQUE,
    store TEXT NOT NULL,
    number BIGINT NOT NULL,
    public_key TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    program TEXT NOT NULL,
    contact_at_ms BIGINT NOT NULL,
    clock_offset_ms BIGINT NOT NULL DEFAULT 0,
    UNIQUE (store, number)
);

CREATE TABLE enrol_code (
    hash BYTEA PRIMARY KEY,
    store TEXT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    used_by INTEGER REFERENCES terminal (no)
);

-- Events as they came, and how far each epoch is.
CREATE TABLE head (
    terminal INTEGER NOT NULL REFERENCES terminal (no),
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    frozen BOOLEAN NOT NULL DEFAULT false,
    gap_at_ms BIGINT,
    PRIMARY KEY (terminal, epoch)
);

CREATE TABLE event (
    terminal INTEGER NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    kind TEXT NOT NULL,
    business_date TEXT NOT NULL,
    store TEXT NOT NULL,
    shift UUID,
    at_ms BIGINT NOT NULL,
    taken_at_ms BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (terminal, epoch, seq)
);
CREATE INDEX event_by_day ON event (business_date, store);

CREATE TABLE sale (
    id UUID PRIMARY KEY,
    terminal INTEGER NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    return_lines BIGINT NOT NULL,
    returns BIGINT NOT NULL
);
CREATE UNIQUE INDEX sale_by_event ON sale (terminal, epoch, seq);

-- Ledgers: legs of postings. They are only ever added.
CREATE TABLE money_leg (
    terminal INTEGER NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    leg INTEGER NOT NULL,
    account TEXT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (terminal, epoch, seq, leg)
);

CREATE TABLE points_leg (
    sale UUID NOT NULL,
    kind TEXT NOT NULL,
    leg INTEGER NOT NULL,
    account TEXT NOT NULL,
    points BIGINT NOT NULL,
    PRIMARY KEY (sale, kind, leg)
);

CREATE TABLE stock_leg (
    terminal INTEGER NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    leg INTEGER NOT NULL,
    place TEXT NOT NULL,
    item TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    PRIMARY KEY (terminal, epoch, seq, leg)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME;
END $$;
CREATE TRIGGER event_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sale_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON sale FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER money_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON money_leg FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER points_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON points_leg FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER stock_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_leg FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What needs a person.
CREATE TABLE exception (
    no BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    terminal INTEGER NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    settled TEXT
);
CREATE INDEX exception_by_event ON exception (terminal, epoch, seq);

CREATE TABLE quarantine (
    terminal INTEGER NOT NULL,
    epoch BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    first_seq BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    batch BYTEA NOT NULL,
    PRIMARY KEY (terminal, epoch, hash)
);

-- The catalogue: a record and its newest change are one row.
CREATE TABLE scope (
    name TEXT PRIMARY KEY,
    head BIGINT NOT NULL
);

CREATE TABLE record (
    scope TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    no BIGINT NOT NULL,
    gone BOOLEAN NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (scope, kind, id)
);
CREATE UNIQUE INDEX record_by_no ON record (scope, no);
CREATE INDEX record_gone ON record (scope, no) WHERE gone;

CREATE TABLE snapshot (
    scope TEXT NOT NULL,
    no BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,
    bytes BIGINT NOT NULL,
    records BIGINT NOT NULL,
    PRIMARY KEY (scope, no)
);
