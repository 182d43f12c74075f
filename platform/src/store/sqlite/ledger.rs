//! Sums of a business date in SQLite.

use rusqlite::{Connection, Row, params};

use super::{Sqlite, count, maybe_uuid, uuid};
use crate::ledger::{
    AccountSum, DayRows, Drift, HeadCount, MoneyRow, MovedRow, PointsRow, SalesRow, ShiftEventRow, StockRow,
};
use crate::store::{Ledger, Result, day_sql};

#[async_trait::async_trait]
impl Ledger for Sqlite {
    async fn day(&self, day: &str, store: Option<&str>) -> Result<DayRows> {
        let (day, store) = (day.to_owned(), store.map(str::to_owned));
        self.read("summing a business date", move |db| {
            let all = Day { db, day, store };
            let (duplicates, exceptions, unposted) =
                all.one(day_sql::EXCEPTIONS, |row| Ok((count(row, 0)?, count(row, 1)?, count(row, 2)?)))?;
            let [money, points, stock] = day_sql::UNBALANCED;
            let unbalanced = |sql| all.one(sql, |row| count(row, 0));
            Ok(DayRows {
                sales: all.all(day_sql::SALES, sales)?,
                money: all.all(day_sql::MONEY, money_row)?,
                moved: all.all(day_sql::MOVED, |row| {
                    Ok(MovedRow {
                        terminal: row.get(0)?,
                        shift: maybe_uuid(row, 1)?,
                        event: row.get(2)?,
                        account: row.get(3)?,
                        amount: row.get(4)?,
                    })
                })?,
                points: all.all(day_sql::POINTS, |row| {
                    Ok(PointsRow {
                        terminal: row.get(0)?,
                        shift: maybe_uuid(row, 1)?,
                        kind: row.get(2)?,
                        points: row.get(3)?,
                    })
                })?,
                stock: all.all(day_sql::STOCK, |row| {
                    Ok(StockRow {
                        terminal: row.get(0)?,
                        shift: maybe_uuid(row, 1)?,
                        item: row.get(2)?,
                        quantity: row.get(3)?,
                    })
                })?,
                shifts: all
                    .all(day_sql::SHIFTS, |row| Ok(ShiftEventRow { terminal: row.get(0)?, bytes: row.get(1)? }))?,
                heads: db.prepare(day_sql::HEADS)?.query_map([&all.store], head)?.collect::<rusqlite::Result<_>>()?,
                duplicates,
                exceptions,
                unposted,
                unbalanced: [unbalanced(money)?, unbalanced(points)?, unbalanced(stock)?],
                accounts: db
                    .prepare(day_sql::ACCOUNTS)?
                    .query_map([], account_sum)?
                    .collect::<rusqlite::Result<_>>()?,
                drifted: db.prepare(day_sql::DRIFTED)?.query_map([], drift)?.collect::<rusqlite::Result<_>>()?,
            })
        })
        .await
    }
}

struct Day<'a> {
    db: &'a Connection,
    day: String,
    store: Option<String>,
}

impl Day<'_> {
    fn all<T>(&self, sql: &str, read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> rusqlite::Result<Vec<T>> {
        let mut query = self.db.prepare(sql)?;
        query.query_map(params![self.day, self.store], read)?.collect()
    }

    fn one<T>(&self, sql: &str, read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        self.db.query_row(sql, params![self.day, self.store], read)
    }
}

fn sales(row: &Row<'_>) -> rusqlite::Result<SalesRow> {
    Ok(SalesRow {
        terminal: row.get(0)?,
        shift: maybe_uuid(row, 1)?,
        sales: count(row, 2)?,
        return_lines: count(row, 3)?,
        returns: row.get(4)?,
        units: row.get(5)?,
    })
}

fn account_sum(row: &Row<'_>) -> rusqlite::Result<AccountSum> {
    Ok(AccountSum {
        kind: row.get(0)?,
        accounts: count(row, 1)?,
        balance: row.get(2)?,
        held: row.get(3)?,
        below: count(row, 4)?,
    })
}

fn drift(row: &Row<'_>) -> rusqlite::Result<Drift> {
    Ok(Drift {
        kind: row.get(0)?,
        number: row.get(1)?,
        balance: row.get(2)?,
        legs: row.get(3)?,
        held: row.get(4)?,
        granted: row.get(5)?,
    })
}

fn money_row(row: &Row<'_>) -> rusqlite::Result<MoneyRow> {
    Ok(MoneyRow {
        terminal: row.get(0)?,
        shift: maybe_uuid(row, 1)?,
        account: row.get(2)?,
        count: count(row, 3)?,
        amount: row.get(4)?,
    })
}

fn head(row: &Row<'_>) -> rusqlite::Result<HeadCount> {
    Ok(HeadCount {
        terminal: row.get(0)?,
        id: uuid(row, 1)?,
        store: row.get(2)?,
        number: row.get(3)?,
        epoch: row.get(4)?,
        seq: count(row, 5)?,
        held: count(row, 6)?,
        waiting: row.get(7)?,
        frozen: row.get(8)?,
    })
}
