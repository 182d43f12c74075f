//! How records of a scope are stored, found by their keys and words, and removed.

use protocol::v1;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use uuid::Uuid;

use super::words;
use crate::SCOPE_CHAIN;
use crate::error::{During, JournalError};

/// Kinds of facts, see [`super::layout`].
pub(super) const RULES: &str = "rules";
pub(super) const GRANT: &str = "grant";
pub(super) const SUSPENDED: &str = "suspended";
pub(super) const RETURNED: &str = "returned";
pub(super) const TERMINAL: &str = "terminal";
pub(super) const HOLD: &str = "hold";
pub(super) const FAVOURITES: &str = "favourites";
pub(super) const STOCK: &str = "stock";
pub(super) const STOCK_AS_OF: &str = "stock_as_of";
pub(super) const COUNT: &str = "count";
pub(super) const COUNTED: &str = "counted";
pub(super) const COUNT_PASS: &str = "count_pass";
pub(super) const DELIVERY: &str = "delivery";
pub(super) const TRANSFER: &str = "transfer";

/// Key under which the grants of one terminal for one account are found.
pub(super) fn grant_key(terminal: Uuid, kind: &str, number: &str) -> String {
    format!("{terminal}/{kind}/{number}")
}

/// Records of one scope, within a transaction.
pub(super) struct Records<'a> {
    connection: &'a Connection,
    rank: i64,
}

impl<'a> Records<'a> {
    pub(super) fn new(connection: &'a Connection, scope: &str) -> Records<'a> {
        Records { connection, rank: rank(scope) }
    }

    pub(super) fn apply(&self, record: &v1::Record) -> Result<(), JournalError> {
        match record {
            v1::Record::Item(item) => self.put_item(item),
            v1::Record::ItemGone(id) => self.remove_item(id).map(drop),
            v1::Record::Member(member) => self.put_member(member),
            v1::Record::MemberGone(id) => self.remove_member(id),
            v1::Record::Staff(staff) => self.run(
                "INSERT OR REPLACE INTO staff (id, rank, body) VALUES (?1, ?2, ?3)",
                params![staff.id, self.rank, json(staff)],
            ),
            v1::Record::StaffGone(id) => {
                self.run("DELETE FROM staff WHERE id = ?1 AND rank = ?2", params![id, self.rank])
            }
            v1::Record::Store(store) => {
                self.run("INSERT OR REPLACE INTO store (rank, body) VALUES (?1, ?2)", params![self.rank, json(store)])
            }
            v1::Record::Rules(book) => self.put_fact(RULES, "", "", book),
            v1::Record::Grant(grant) => {
                self.put_fact(GRANT, grant.id, &grant_key(grant.terminal, &grant.kind, &grant.number), grant)
            }
            v1::Record::GrantGone(id) => self.remove_fact(GRANT, id),
            v1::Record::Suspended(aside) => self.put_fact(SUSPENDED, aside.basket.id, "", aside),
            v1::Record::SuspendedGone(id) => self.remove_fact(SUSPENDED, id),
            v1::Record::Returned(returned) => {
                let id = format!("{}/{}/{}", returned.sale, returned.line, returned.terminal);
                self.put_fact(RETURNED, id, &returned.sale.to_string(), returned)
            }
            v1::Record::Terminal(terminal) => {
                self.put_fact(TERMINAL, terminal.id, &terminal.number.to_string(), terminal)
            }
            v1::Record::TerminalGone(id) => self.remove_fact(TERMINAL, id),
            v1::Record::Hold(hold) => self.put_fact(HOLD, hold.basket.id, &hold.code, hold),
            v1::Record::HoldGone(id) => self.remove_fact(HOLD, id),
            v1::Record::Favourites(favourites) => self.put_fact(FAVOURITES, "", "", favourites),
            v1::Record::Stock(level) => self.put_fact(STOCK, &level.item, "", level),
            v1::Record::StockAsOf(as_of) => self.put_fact(STOCK_AS_OF, "", "", as_of),
            v1::Record::Count(plan) => self.put_fact(COUNT, plan.id, "", plan),
            v1::Record::CountGone(id) => self.remove_fact(COUNT, id),
            v1::Record::Counted(entered) => self.put_fact(COUNTED, entered.key(), &entered.plan.to_string(), entered),
            v1::Record::CountedGone(key) => self.remove_fact(COUNTED, key),
            v1::Record::CountPassFinished(finished) => {
                self.put_fact(COUNT_PASS, finished.pass, &finished.plan.to_string(), finished)
            }
            v1::Record::CountPassGone(pass) => self.remove_fact(COUNT_PASS, pass),
            v1::Record::Delivery(note) => self.put_fact(DELIVERY, &note.number, "", note),
            v1::Record::DeliveryGone(number) => self.remove_fact(DELIVERY, number),
            v1::Record::Transfer(sent) => self.put_fact(TRANSFER, sent.id, &sent.number, sent),
            v1::Record::TransferGone(id) => self.remove_fact(TRANSFER, id),
            v1::Record::Picture(picture) => self.run(
                "INSERT OR REPLACE INTO picture (item, rank, sha256) VALUES (?1, ?2, ?3)",
                params![picture.item, self.rank, &picture.sha256.0[..]],
            ),
            v1::Record::PictureGone(item) => {
                self.run("DELETE FROM picture WHERE item = ?1 AND rank = ?2", params![item, self.rank])
            }
        }
    }

    fn put_fact(&self, kind: &str, id: impl ToString, key: &str, fact: &impl Serialize) -> Result<(), JournalError> {
        self.run(
            "INSERT OR REPLACE INTO fact (kind, id, rank, key, body) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![kind, id.to_string(), self.rank, key, json(fact)],
        )
    }

    fn remove_fact(&self, kind: &str, id: &impl ToString) -> Result<(), JournalError> {
        self.run("DELETE FROM fact WHERE kind = ?1 AND id = ?2 AND rank = ?3", params![kind, id.to_string(), self.rank])
    }

    fn put_item(&self, item: &v1::Item) -> Result<(), JournalError> {
        let n = match self.insert_item(item, None)? {
            Some(n) => n,
            None => {
                let n = self.remove_item(&item.id)?;
                self.insert_item(item, n)?.expect("an item that was removed is not in the way")
            }
        };
        for code in &item.codes {
            self.run("INSERT OR IGNORE INTO item_code (key, n) VALUES (?1, ?2)", params![code, n])?;
        }
        let words = words::of_item(&item.name, item.name_en.as_deref(), &item.initials);
        self.run("INSERT INTO item_word (rowid, words) VALUES (?1, ?2)", params![n, words])
    }

    /// Gives the row's number, `None` when there is a row of this id.
    fn insert_item(&self, item: &v1::Item, n: Option<i64>) -> Result<Option<i64>, JournalError> {
        let inserted = self
            .connection
            .prepare_cached(
                "INSERT INTO item (n, id, rank, favourite, body, category) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (id, rank) DO NOTHING",
            )
            .and_then(|mut statement| {
                let category = Some(&item.category).filter(|category| !category.is_empty());
                statement.execute(params![n, item.id, self.rank, item.favourite, json(item), category])
            })
            .during("storing an item")?;
        Ok((inserted == 1).then(|| self.connection.last_insert_rowid()))
    }

    /// Gives the number of the row that is gone.
    fn remove_item(&self, id: &str) -> Result<Option<i64>, JournalError> {
        const STEP: &str = "removing an item";
        let gone: Option<(i64, String)> = self
            .connection
            .prepare_cached("DELETE FROM item WHERE id = ?1 AND rank = ?2 RETURNING n, body")
            .and_then(|mut statement| {
                statement.query_row(params![id, self.rank], |row| Ok((row.get(0)?, row.get(1)?))).optional()
            })
            .during(STEP)?;
        let Some((n, body)) = gone else {
            return Ok(None);
        };
        let item: v1::Item = serde_json::from_str(&body).during(STEP)?;
        for code in &item.codes {
            self.run("DELETE FROM item_code WHERE key = ?1 AND n = ?2", params![code, n])?;
        }
        self.run("DELETE FROM item_word WHERE rowid = ?1", params![n])?;
        Ok(Some(n))
    }

    fn put_member(&self, member: &v1::Member) -> Result<(), JournalError> {
        self.remove_member(&member.id)?;
        self.run(
            "INSERT INTO member (id, rank, body) VALUES (?1, ?2, ?3)",
            params![member.id, self.rank, json(member)],
        )?;
        let n = self.connection.last_insert_rowid();
        for code in &member.codes {
            self.run("INSERT OR IGNORE INTO member_code (key, n) VALUES (?1, ?2)", params![code, n])?;
        }
        Ok(())
    }

    fn remove_member(&self, id: &str) -> Result<(), JournalError> {
        const STEP: &str = "removing a member";
        let gone: Option<(i64, String)> = self
            .connection
            .prepare_cached("DELETE FROM member WHERE id = ?1 AND rank = ?2 RETURNING n, body")
            .and_then(|mut statement| {
                statement.query_row(params![id, self.rank], |row| Ok((row.get(0)?, row.get(1)?))).optional()
            })
            .during(STEP)?;
        let Some((n, body)) = gone else {
            return Ok(());
        };
        let member: v1::Member = serde_json::from_str(&body).during(STEP)?;
        for code in &member.codes {
            self.run("DELETE FROM member_code WHERE key = ?1 AND n = ?2", params![code, n])?;
        }
        Ok(())
    }

    /// Removes everything of the scope. Whole tables go much quicker than their rows.
    pub(super) fn clear(&self) -> Result<(), JournalError> {
        const STEP: &str = "clearing the catalogue";
        for (table, codes, words) in [("item", "item_code", Some("item_word")), ("member", "member_code", None)] {
            let shared: bool = self
                .connection
                .query_row(&format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE rank <> ?1)"), [self.rank], |row| {
                    row.get(0)
                })
                .during(STEP)?;
            let sql = match (shared, words) {
                (false, None) => format!("DELETE FROM {codes}; DELETE FROM {table};"),
                (false, Some(words)) => format!(
                    "DELETE FROM {codes}; DELETE FROM {table};
                     INSERT INTO {words} ({words}) VALUES ('delete-all');"
                ),
                (true, words) => {
                    let rank = self.rank;
                    let gone = format!("(SELECT n FROM {table} WHERE rank = {rank})");
                    let words =
                        words.map_or(String::new(), |words| format!("DELETE FROM {words} WHERE rowid IN {gone};"));
                    format!(
                        "DELETE FROM {codes} WHERE n IN {gone}; {words}
                         DELETE FROM {table} WHERE rank = {rank};"
                    )
                }
            };
            self.connection.execute_batch(&sql).during(STEP)?;
        }
        self.run("DELETE FROM staff WHERE rank = ?1", params![self.rank])?;
        self.run("DELETE FROM fact WHERE rank = ?1", params![self.rank])?;
        self.run("DELETE FROM picture WHERE rank = ?1", params![self.rank])?;
        self.run("DELETE FROM store WHERE rank = ?1", params![self.rank])
    }

    fn run(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<(), JournalError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(values))
            .during("changing the catalogue")
            .map(drop)
    }
}

/// Where a scope's records stand among those of the same id.
pub(super) fn rank(scope: &str) -> i64 {
    i64::from(scope == SCOPE_CHAIN)
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("these types have no map and no failing field")
}
