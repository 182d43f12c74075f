//! Finding items by what was typed.

use std::collections::HashSet;

use protocol::v1;
use rusqlite::Connection;

use super::words::{self, Run};
use crate::error::{During, JournalError};

/// Items that are looked at for one query; more would not be read by anyone.
const LOOKED_AT_MAX: usize = 400;
/// Items wanted before ranking, as a multiple of what is shown.
const RANKED_FACTOR: usize = 3;

/// See [`super::Replica::search`].
pub(super) fn search(connection: &Connection, text: &str, limit: usize) -> Result<Vec<v1::Item>, JournalError> {
    let runs = words::runs(text);
    if runs.is_empty() || limit == 0 {
        return Ok(Vec::new());
    }
    // One transaction, so that all parts see the same catalogue.
    let transaction = connection.unchecked_transaction().during("searching the catalogue")?;
    let mut search = Search {
        connection: &transaction,
        text: words::squeeze(text),
        runs,
        seen: HashSet::new(),
        looked_at: 0,
        found: Vec::new(),
        wanted: limit.saturating_mul(RANKED_FACTOR).min(LOOKED_AT_MAX),
    };
    search.by_code(text.trim(), limit)?;
    let beginning = words::beginning_condition(text);
    search.by_words(&beginning)?;
    let anywhere = words::condition(&search.runs);
    search.by_words(&anywhere)?;
    let mut found = search.found;
    found.sort_by(|(rank, one), (other_rank, other)| {
        let key = |item: &v1::Item| (item.favourite.unwrap_or(u32::MAX), item.name.chars().count());
        (rank, key(one), &one.id).cmp(&(other_rank, key(other), &other.id))
    });
    Ok(found.into_iter().take(limit).map(|(_, item)| item).collect())
}

/// How well an item fits, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Code,
    CodeBegins,
    Name,
    NameBegins,
    InitialsBegin,
    Within,
}

struct Search<'a> {
    connection: &'a Connection,
    text: String,
    runs: Vec<Run>,
    seen: HashSet<i64>,
    looked_at: usize,
    found: Vec<(Rank, v1::Item)>,
    wanted: usize,
}

impl Search<'_> {
    /// Codes that are or begin with the text. GTINs are stored as 14 digits, so shorter ones stand behind zeros.
    fn by_code(&mut self, text: &str, limit: usize) -> Result<(), JournalError> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let zeros: &[&str] = match digits {
            true => &["", "0", "00", "000000"],
            false => &[""],
        };
        for zeros in zeros {
            let from = format!("{zeros}{text}");
            if digits && from.len() > 14 {
                continue;
            }
            let to = format!("{from}\u{10ffff}");
            let hits = self.rows(
                "SELECT n FROM item_code WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3",
                rusqlite::params![from, to, limit as i64],
            )?;
            for n in hits {
                if let Some(item) = self.take(n)? {
                    let rank = match item.codes.contains(&from) {
                        true => Rank::Code,
                        false => Rank::CodeBegins,
                    };
                    self.found.push((rank, item));
                }
            }
        }
        Ok(())
    }

    fn by_words(&mut self, condition: &str) -> Result<(), JournalError> {
        const STEP: &str = "searching the catalogue";
        let connection = self.connection;
        let mut statement =
            connection.prepare_cached("SELECT rowid FROM item_word WHERE item_word MATCH ?1").during(STEP)?;
        let mut hits = statement.query([condition]).during(STEP)?;
        let found_before = self.found.len();
        while self.found.len() - found_before < self.wanted
            && self.looked_at < LOOKED_AT_MAX
            && let Some(hit) = hits.next().during(STEP)?
        {
            let n = hit.get(0).during(STEP)?;
            if let Some(item) = self.take(n)?
                && let Some(rank) = self.rank(&item)
            {
                self.found.push((rank, item));
            }
        }
        Ok(())
    }

    /// Reads an item that was not looked at before, unless the store's own record stands in its place.
    fn take(&mut self, n: i64) -> Result<Option<v1::Item>, JournalError> {
        if !self.seen.insert(n) {
            return Ok(None);
        }
        self.looked_at += 1;
        super::one(
            self.connection,
            "SELECT body FROM item WHERE n = ?1 AND (rank = 0 OR NOT EXISTS (
                SELECT 1 FROM item AS own WHERE own.id = item.id AND own.rank = 0))",
            [n],
        )
    }

    /// How well an item fits; `None` when the index only thought so.
    fn rank(&self, item: &v1::Item) -> Option<Rank> {
        let names = [words::squeeze(&item.name), words::squeeze(item.name_en.as_deref().unwrap_or(""))];
        let initials = words::squeeze(&item.initials);
        if names.contains(&self.text) {
            return Some(Rank::Name);
        }
        if names.iter().any(|name| name.starts_with(&self.text)) {
            return Some(Rank::NameBegins);
        }
        if initials.starts_with(&self.text) {
            return Some(Rank::InitialsBegin);
        }
        let words: Vec<Run> =
            words::runs(&item.name).into_iter().chain(words::runs(item.name_en.as_deref().unwrap_or(""))).collect();
        let fits = self.runs.iter().all(|run| match run {
            Run::Latin(typed) => {
                let begins = |word: &Run| matches!(word, Run::Latin(word) if word.starts_with(typed));
                initials.contains(typed) || words.iter().any(begins)
            }
            Run::Written(typed) => {
                let holds = |word: &Run| matches!(word, Run::Written(word) if word.contains(typed));
                words.iter().any(holds)
            }
        });
        fits.then_some(Rank::Within)
    }

    fn rows(&self, sql: &str, values: impl rusqlite::Params) -> Result<Vec<i64>, JournalError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_map(values, |row| row.get(0))?.collect::<rusqlite::Result<_>>())
            .during("searching the catalogue")
    }
}
