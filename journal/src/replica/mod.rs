//! The replica: what the platform told this terminal, ready for look-ups without loading anything.
//!
//! Records of the chain and of the store stand beside each other; where both know the same id, the store's counts.

mod layout;
mod records;
mod search;
mod stock;
mod words;
mod writer;

use std::fmt;
use std::path::{Path, PathBuf};

use protocol::{chain::Hash, v1};
use rusqlite::{Connection, OptionalExtension, Params, Row};
use serde::de::DeserializeOwned;
use uuid::Uuid;

pub use writer::ReplicaWriter;

use crate::commit::hash_of;
use crate::error::{During, JournalError, damaged};
use crate::file::{self, FileMark};
use crate::{REPLICA_FILE, SCOPE_CHAIN};

/// Memory for pages of the file; the system's own cache does the rest.
const CACHE_KIB: i64 = 8192;

/// Name of a store's scope.
pub fn scope_of_store(store: &str) -> String {
    format!("store-{store}")
}

/// The replica, for reading only.
pub struct Replica {
    connection: Connection,
    path: PathBuf,
    mark: Option<FileMark>,
    data_version: i64,
}

/// Who this terminal is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its id.
    pub terminal: Uuid,
    /// Its number within the store.
    pub number: u32,
    /// The store's id.
    pub store: String,
}

/// What the agent needs to speak with the platform.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Address of the platform, e.g. `https://platform.example`.
    pub platform: String,
    /// Certificate of the authority that signs the platform's, PEM.
    pub authority: String,
    /// The platform's Ed25519 public key, hexadecimal.
    pub platform_key: String,
    /// Bearer token; secret.
    pub token: String,
    /// The terminal's Ed25519 key as PKCS#8; secret.
    pub private_key: Vec<u8>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("platform", &self.platform).finish_non_exhaustive()
    }
}

/// How far the catalogue is; zero when nothing of a scope has arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Versions {
    /// Change number of the chain's scope.
    pub chain: u64,
    /// Change number of the store's scope.
    pub store: u64,
}

/// How the agent and the platform get on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// When the platform answered last, by the till's clock.
    pub last_ms: Option<i64>,
    /// What is in the way, for people; `None` when all is well.
    pub error: Option<String>,
}

impl Replica {
    /// Opens the replica of a state directory; `None` when the agent has not made one yet.
    pub fn open(dir: &Path) -> Result<Option<Replica>, JournalError> {
        let path = dir.join(REPLICA_FILE);
        let mark = FileMark::of(&path);
        let Some(connection) = file::open_reader(&path, REPLICA_FILE, CACHE_KIB)? else {
            return Ok(None);
        };
        let data_version = file::data_version(&connection)?;
        Ok(Some(Replica { connection, path, mark, data_version }))
    }

    /// Whether something was committed since the last call or since opening. Costs some microseconds. A replica that
    /// was replaced by a new file counts as changed, and is read from here on.
    pub fn changed(&mut self) -> Result<bool, JournalError> {
        let mark = FileMark::of(&self.path);
        if mark.is_some() && mark != self.mark {
            match Replica::open(self.path.parent().unwrap_or(Path::new(".")))? {
                None => return Ok(false),
                Some(newer) => *self = newer,
            }
            return Ok(true);
        }
        let newest = file::data_version(&self.connection)?;
        Ok(std::mem::replace(&mut self.data_version, newest) != newest)
    }

    /// Who this terminal is; `None` before it was enrolled.
    pub fn identity(&self) -> Result<Option<Identity>, JournalError> {
        identity(&self.connection)
    }

    /// Settings of the store.
    pub fn store(&self) -> Result<Option<v1::Store>, JournalError> {
        one(&self.connection, "SELECT body FROM store ORDER BY rank LIMIT 1", [])
    }

    /// Everyone who may sign on, by id.
    pub fn staff(&self) -> Result<Vec<v1::Staff>, JournalError> {
        many(
            &self.connection,
            "SELECT body FROM staff WHERE rank = 0
                OR id NOT IN (SELECT id FROM staff WHERE rank = 0) ORDER BY id",
            [],
        )
    }

    /// An item by its id.
    pub fn item(&self, id: &str) -> Result<Option<v1::Item>, JournalError> {
        one(&self.connection, "SELECT body FROM item WHERE id = ?1 ORDER BY rank LIMIT 1", [id])
    }

    /// An item by a key of the catalogue: a GTIN as 14 digits, any other code as it is.
    pub fn item_by_code(&self, key: &str) -> Result<Option<v1::Item>, JournalError> {
        one(
            &self.connection,
            "SELECT item.body FROM item_code JOIN item ON item.n = item_code.n
             WHERE item_code.key = ?1 AND (item.rank = 0 OR NOT EXISTS (
                SELECT 1 FROM item AS own WHERE own.id = item.id AND own.rank = 0))
             ORDER BY item.rank, item.id LIMIT 1",
            [key],
        )
    }

    /// Items whose name, words, pinyin initials or codes fit what was typed, the likeliest first.
    pub fn search(&self, text: &str, limit: usize) -> Result<Vec<v1::Item>, JournalError> {
        search::search(&self.connection, text, limit)
    }

    /// Items of the favourites by their places: those that the store has arranged, else those that name a place.
    pub fn favourites(&self, limit: usize) -> Result<Vec<v1::Item>, JournalError> {
        let arranged: Option<v1::Favourites> = one(
            &self.connection,
            "SELECT body FROM fact WHERE kind = ?1 ORDER BY rank LIMIT 1",
            [records::FAVOURITES],
        )?;
        if let Some(arranged) = arranged.filter(|arranged| !arranged.items.is_empty()) {
            return self.items(&arranged.items, limit);
        }
        self.named_favourites(limit)
    }

    /// Items by their ids, in this order; those that are gone are left out.
    pub fn items(&self, ids: &[String], limit: usize) -> Result<Vec<v1::Item>, JournalError> {
        let mut items = Vec::new();
        for id in ids.iter().take(limit) {
            items.extend(self.item(id)?);
        }
        Ok(items)
    }

    /// Items that name a place on the favourites, by place.
    pub fn named_favourites(&self, limit: usize) -> Result<Vec<v1::Item>, JournalError> {
        many(
            &self.connection,
            "SELECT body FROM item WHERE favourite IS NOT NULL AND (rank = 0 OR NOT EXISTS (
                SELECT 1 FROM item AS own WHERE own.id = item.id AND own.rank = 0))
             ORDER BY favourite, id LIMIT ?1",
            [limit as i64],
        )
    }

    /// Categories of goods, each once; those that come first when more than `limit` are there are those of the lowest
    /// names. In the order of their goods' ids.
    pub fn categories(&self, limit: usize) -> Result<Vec<String>, JournalError> {
        const STEP: &str = "reading the categories";
        if file::layout(&self.connection)? < layout::WITH_CATEGORIES {
            return Ok(Vec::new());
        }
        // Each step goes straight to the next name in the index, however many goods have the one before.
        let mut statement = self
            .connection
            .prepare_cached(
                "WITH RECURSIVE found (name) AS (
                    SELECT min(category) FROM item WHERE category IS NOT NULL
                    UNION ALL
                    SELECT (SELECT min(category) FROM item WHERE category > found.name) FROM found
                        WHERE found.name IS NOT NULL LIMIT ?1)
                 SELECT name, (SELECT min(id) FROM item WHERE category = found.name) AS first FROM found
                 WHERE name IS NOT NULL ORDER BY first, name",
            )
            .during(STEP)?;
        let rows = statement.query_map([limit as i64], |row| row.get(0)).during(STEP)?;
        rows.collect::<rusqlite::Result<_>>().during(STEP)
    }

    /// Items of a category, by id.
    pub fn items_in(&self, category: &str, limit: usize) -> Result<Vec<v1::Item>, JournalError> {
        if file::layout(&self.connection)? < layout::WITH_CATEGORIES {
            return Ok(Vec::new());
        }
        many(
            &self.connection,
            "SELECT body FROM item WHERE category = ?1 AND (rank = 0 OR NOT EXISTS (
                SELECT 1 FROM item AS own WHERE own.id = item.id AND own.rank = 0))
             ORDER BY id LIMIT ?2",
            rusqlite::params![category, limit as i64],
        )
    }

    /// The picture of an item.
    pub fn picture(&self, item: &str) -> Result<Option<Hash>, JournalError> {
        const STEP: &str = "looking up a picture";
        if file::layout(&self.connection)? < layout::WITH_CATEGORIES {
            return Ok(None);
        }
        let found: Option<Vec<u8>> = self
            .connection
            .prepare_cached("SELECT sha256 FROM picture WHERE item = ?1 ORDER BY rank LIMIT 1")
            .and_then(|mut statement| statement.query_row([item], |row| row.get(0)).optional())
            .during(STEP)?;
        match found.map(|bytes| hash_of(&bytes)) {
            Some(None) => damaged(STEP, "a hash has not 32 bytes"),
            found => Ok(found.flatten()),
        }
    }

    /// Pictures of goods, each once, at most so many; those of favourites first.
    pub fn pictures(&self, limit: usize) -> Result<Vec<Hash>, JournalError> {
        const STEP: &str = "listing the pictures";
        if file::layout(&self.connection)? < layout::WITH_CATEGORIES {
            return Ok(Vec::new());
        }
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT picture.sha256 FROM picture LEFT JOIN item ON item.id = picture.item AND item.rank = picture.rank
                 GROUP BY picture.sha256 ORDER BY min(coalesce(item.favourite, 1000000)), min(picture.item) LIMIT ?1",
            )
            .during(STEP)?;
        let rows = statement.query_map([limit as i64], |row| row.get::<_, Vec<u8>>(0)).during(STEP)?;
        let mut pictures = Vec::new();
        for bytes in rows {
            match hash_of(&bytes.during(STEP)?) {
                Some(hash) => pictures.push(hash),
                None => return damaged(STEP, "a hash has not 32 bytes"),
            }
        }
        Ok(pictures)
    }

    /// A member by card number or phone number.
    pub fn member_by_code(&self, key: &str) -> Result<Option<v1::Member>, JournalError> {
        one(
            &self.connection,
            "SELECT member.body FROM member_code JOIN member ON member.n = member_code.n
             WHERE member_code.key = ?1 ORDER BY member.rank, member.id LIMIT 1",
            [key],
        )
    }

    /// A member by id; the store's own record stands before the chain's.
    pub fn member(&self, id: &str) -> Result<Option<v1::Member>, JournalError> {
        one(&self.connection, "SELECT body FROM member WHERE id = ?1 ORDER BY rank LIMIT 1", [id])
    }

    /// The rule book, whole.
    pub fn rules(&self) -> Result<Option<serde_json::Value>, JournalError> {
        one(&self.connection, "SELECT body FROM fact WHERE kind = ?1 ORDER BY rank LIMIT 1", [records::RULES])
    }

    /// What a terminal may spend of an account, the one that ends first in front.
    pub fn grants(&self, terminal: Uuid, kind: &str, number: &str) -> Result<Vec<v1::Grant>, JournalError> {
        let key = records::grant_key(terminal, kind, number);
        let mut grants: Vec<v1::Grant> = self.facts_by_key(records::GRANT, &key)?;
        grants.sort_by_key(|grant| (grant.until_ms, grant.id));
        Ok(grants)
    }

    /// What the store's terminals have put aside, oldest first.
    pub fn suspended(&self) -> Result<Vec<v1::Suspended>, JournalError> {
        let mut aside: Vec<v1::Suspended> = self.facts_by_key(records::SUSPENDED, "")?;
        aside.sort_by_key(|aside| (aside.at_ms, aside.basket.id));
        Ok(aside)
    }

    /// What the store's terminals took back of a sale.
    pub fn returned(&self, sale: Uuid) -> Result<Vec<v1::Returned>, JournalError> {
        self.facts_by_key(records::RETURNED, &sale.to_string())
    }

    /// The store's terminals of a number; several when one was replaced.
    pub fn terminals(&self, number: u32) -> Result<Vec<v1::Terminal>, JournalError> {
        self.facts_by_key(records::TERMINAL, &number.to_string())
    }

    /// Goods put by in the store under a code.
    pub fn holds(&self, code: &str) -> Result<Vec<v1::Hold>, JournalError> {
        self.facts_by_key(records::HOLD, code)
    }

    /// This terminal's own Ed25519 key as PKCS#8, secret; `None` before it was enrolled.
    pub fn signing_key(&self) -> Result<Option<Vec<u8>>, JournalError> {
        self.connection
            .prepare_cached("SELECT private_key FROM identity")
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)).optional())
            .during("reading the terminal's key")
    }

    /// The way to the platform, with its secrets; `None` before this terminal was enrolled.
    pub fn credentials(&self) -> Result<Option<Credentials>, JournalError> {
        match self.identity()? {
            Some(_) => writer::credentials(&self.connection).map(Some),
            None => Ok(None),
        }
    }

    fn facts_by_key<T: DeserializeOwned>(&self, kind: &str, key: &str) -> Result<Vec<T>, JournalError> {
        many(
            &self.connection,
            "SELECT body FROM fact WHERE kind = ?1 AND key = ?2 AND (rank = 0 OR NOT EXISTS (
                SELECT 1 FROM fact AS own WHERE own.kind = fact.kind AND own.id = fact.id AND own.rank = 0))
             ORDER BY id",
            [kind, key],
        )
    }

    /// How far the catalogue is.
    pub fn versions(&self) -> Result<Versions, JournalError> {
        let no = |sql: &str| {
            self.connection
                .prepare_cached(sql)
                .and_then(|mut statement| statement.query_row([SCOPE_CHAIN], |row| row.get::<_, i64>(0)).optional())
                .during("reading the catalogue's versions")
                .map(|found| found.unwrap_or(0).unsigned_abs())
        };
        Ok(Versions {
            chain: no("SELECT no FROM scope WHERE scope = ?1")?,
            store: no("SELECT no FROM scope WHERE scope <> ?1 ORDER BY no DESC LIMIT 1")?,
        })
    }

    /// Newest event of each epoch that the platform has, oldest epoch first.
    pub fn acknowledged(&self) -> Result<Vec<v1::Head>, JournalError> {
        acknowledged(&self.connection)
    }

    /// How the agent and the platform get on.
    pub fn contact(&self) -> Result<Contact, JournalError> {
        self.connection
            .prepare_cached("SELECT last_ms, error FROM contact")
            .and_then(|mut statement| {
                statement.query_row([], |row| Ok(Contact { last_ms: row.get(0)?, error: row.get(1)? })).optional()
            })
            .during("reading the last contact")
            .map(Option::unwrap_or_default)
    }
}

fn identity(connection: &Connection) -> Result<Option<Identity>, JournalError> {
    const STEP: &str = "reading the terminal's identity";
    let read = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?, row.get::<_, String>(2)?));
    let found = connection
        .prepare_cached("SELECT terminal, number, store FROM identity")
        .and_then(|mut statement| statement.query_row([], read).optional())
        .during(STEP)?;
    let Some((terminal, number, store)) = found else {
        return Ok(None);
    };
    match terminal.parse() {
        Ok(terminal) => Ok(Some(Identity { terminal, number, store })),
        Err(_) => damaged(STEP, "the terminal's id is not readable"),
    }
}

fn acknowledged(connection: &Connection) -> Result<Vec<v1::Head>, JournalError> {
    const STEP: &str = "reading what is acknowledged";
    let mut statement =
        connection.prepare_cached("SELECT epoch, seq, hash FROM acknowledged ORDER BY epoch").during(STEP)?;
    let mut rows = statement.query([]).during(STEP)?;
    let mut heads = Vec::new();
    while let Some(row) = rows.next().during(STEP)? {
        let hash: Vec<u8> = row.get(2).during(STEP)?;
        let Some(hash) = hash_of(&hash) else {
            return damaged(STEP, "a hash has not 32 bytes");
        };
        heads.push(v1::Head {
            epoch: row.get(0).during(STEP)?,
            seq: row.get::<_, i64>(1).during(STEP)?.unsigned_abs(),
            hash,
        });
    }
    Ok(heads)
}

fn one<T: DeserializeOwned>(
    connection: &Connection,
    sql: &str,
    values: impl Params,
) -> Result<Option<T>, JournalError> {
    const STEP: &str = "reading the catalogue";
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row(values, |row| row.get::<_, String>(0)).optional())
        .during(STEP)?
        .map(|body| serde_json::from_str(&body).during(STEP))
        .transpose()
}

fn many<T: DeserializeOwned>(connection: &Connection, sql: &str, values: impl Params) -> Result<Vec<T>, JournalError> {
    const STEP: &str = "reading the catalogue";
    let mut statement = connection.prepare_cached(sql).during(STEP)?;
    let mut rows = statement.query(values).during(STEP)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().during(STEP)? {
        let body: String = row.get(0).during(STEP)?;
        found.push(serde_json::from_str(&body).during(STEP)?);
    }
    Ok(found)
}
