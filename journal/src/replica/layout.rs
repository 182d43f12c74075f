//! Layouts of `replica.db`.

/// The layout from which on categories and pictures can be looked up; an agent that was not updated keeps an older one.
pub(super) const WITH_CATEGORIES: i64 = 3;

/// Oldest first. A step that was once released is never changed.
///
/// `rank` is 0 for the store's own records and 1 for the chain's. `item_word` holds what [`super::words`] makes of an
/// item's name and initials; prefixes up to four characters have lists of their own, so that one letter typed does
/// not gather the lists of half the alphabet. `fact` holds the records of which a store has few: its rule book, grants,
/// what its other tills have put aside and taken back, terminals, goods put by, its arranged favourites, its stock, open
/// counts, deliveries and transfers that it expects.
pub(super) const LAYOUTS: &[&str] = &[
    "
    CREATE TABLE identity (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        terminal TEXT NOT NULL,
        number INTEGER NOT NULL,
        store TEXT NOT NULL,
        platform TEXT NOT NULL,
        authority TEXT NOT NULL,
        platform_key TEXT NOT NULL,
        token TEXT NOT NULL,
        private_key BLOB NOT NULL
    ) STRICT;
    CREATE TABLE acknowledged (epoch INTEGER PRIMARY KEY, seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
    CREATE TABLE contact (one INTEGER PRIMARY KEY CHECK (one = 1), last_ms INTEGER, error TEXT) STRICT;
    CREATE TABLE scope (scope TEXT PRIMARY KEY, no INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE item (
        n INTEGER PRIMARY KEY, id TEXT NOT NULL, rank INTEGER NOT NULL, favourite INTEGER, body TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX item_id ON item (id, rank);
    CREATE INDEX item_favourite ON item (favourite, id) WHERE favourite IS NOT NULL;
    CREATE TABLE item_code (key TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (key, n)) STRICT, WITHOUT ROWID;
    CREATE VIRTUAL TABLE item_word USING fts5 (
        words, content = '', contentless_delete = 1, detail = none, prefix = '1 2 3 4',
        tokenize = \"ascii tokenchars '^'\"
    );
    CREATE TABLE member (n INTEGER PRIMARY KEY, id TEXT NOT NULL, rank INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
    CREATE UNIQUE INDEX member_id ON member (id, rank);
    CREATE TABLE member_code (key TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (key, n)) STRICT, WITHOUT ROWID;
    CREATE TABLE staff (id TEXT NOT NULL, rank INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (id, rank))
        STRICT, WITHOUT ROWID;
    CREATE TABLE store (rank INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
",
    "
    CREATE TABLE fact (
        kind TEXT NOT NULL, id TEXT NOT NULL, rank INTEGER NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (kind, id, rank)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX fact_key ON fact (kind, key);
",
    "
    ALTER TABLE item ADD COLUMN category TEXT;
    UPDATE item SET category = nullif(json_extract(body, '$.category'), '');
    CREATE INDEX item_category ON item (category, id) WHERE category IS NOT NULL;
    CREATE TABLE picture (item TEXT NOT NULL, rank INTEGER NOT NULL, sha256 BLOB NOT NULL, PRIMARY KEY (item, rank))
        STRICT, WITHOUT ROWID;
",
];
