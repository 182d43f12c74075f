//! Sums of a business date in PostgreSQL.

use deadpool_postgres::Transaction;
use tokio_postgres::{IsolationLevel, Row};
use uuid::Uuid;

use super::{Postgres, count, small};
use crate::ledger::{
    AccountSum, DayRows, Drift, HeadCount, MoneyRow, MovedRow, PointsRow, SalesRow, ShiftEventRow, StockRow,
};
use crate::store::{Ledger, Result, Step, day_sql};

#[async_trait::async_trait]
impl Ledger for Postgres {
    async fn day(&self, day: &str, store: Option<&str>) -> Result<DayRows> {
        const STEP: &str = "summing a business date";
        let mut client = self.client(STEP).await?;
        let transaction = client
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()
            .await
            .step(STEP)?;
        sum(&transaction, day, store).await.step(STEP)
    }
}

type Done<T> = std::result::Result<T, tokio_postgres::Error>;

async fn sum(db: &Transaction<'_>, day: &str, store: Option<&str>) -> Done<DayRows> {
    let mut rows = DayRows::default();
    for row in db.query(day_sql::SALES, &[&day, &store]).await? {
        rows.sales.push(SalesRow {
            terminal: row.get(0),
            shift: shift(&row),
            sales: count(&row, 2),
            return_lines: count(&row, 3),
            returns: row.get(4),
            units: row.get(5),
        });
    }
    for row in db.query(day_sql::MONEY, &[&day, &store]).await? {
        rows.money.push(MoneyRow {
            terminal: row.get(0),
            shift: shift(&row),
            account: row.get(2),
            count: count(&row, 3),
            amount: row.get(4),
        });
    }
    for row in db.query(day_sql::MOVED, &[&day, &store]).await? {
        rows.moved.push(MovedRow {
            terminal: row.get(0),
            shift: shift(&row),
            event: row.get(2),
            account: row.get(3),
            amount: row.get(4),
        });
    }
    for row in db.query(day_sql::ACCOUNTS, &[]).await? {
        rows.accounts.push(AccountSum {
            kind: row.get(0),
            accounts: count(&row, 1),
            balance: row.get(2),
            held: row.get(3),
            below: count(&row, 4),
        });
    }
    for row in db.query(day_sql::DRIFTED, &[]).await? {
        rows.drifted.push(Drift {
            kind: row.get(0),
            number: row.get(1),
            balance: row.get(2),
            legs: row.get(3),
            held: row.get(4),
            granted: row.get(5),
        });
    }
    for row in db.query(day_sql::POINTS, &[&day, &store]).await? {
        rows.points.push(PointsRow { terminal: row.get(0), shift: shift(&row), kind: row.get(2), points: row.get(3) });
    }
    for row in db.query(day_sql::STOCK, &[&day, &store]).await? {
        rows.stock.push(StockRow { terminal: row.get(0), shift: shift(&row), item: row.get(2), quantity: row.get(3) });
    }
    for row in db.query(day_sql::SHIFTS, &[&day, &store]).await? {
        rows.shifts.push(ShiftEventRow { terminal: row.get(0), bytes: row.get(1) });
    }
    for row in db.query(day_sql::HEADS, &[&store]).await? {
        rows.heads.push(head(&row));
    }
    let exceptions = db.query_one(day_sql::EXCEPTIONS, &[&day, &store]).await?;
    rows.duplicates = count(&exceptions, 0);
    rows.exceptions = count(&exceptions, 1);
    rows.unposted = count(&exceptions, 2);
    for (sql, unbalanced) in day_sql::UNBALANCED.iter().zip(&mut rows.unbalanced) {
        *unbalanced = count(&db.query_one(*sql, &[&day, &store]).await?, 0);
    }
    Ok(rows)
}

fn shift(row: &Row) -> Option<Uuid> {
    let text: Option<&str> = row.get(1);
    text.map(|text| text.parse().expect("PostgreSQL writes a UUID as text"))
}

fn head(row: &Row) -> HeadCount {
    let id: &str = row.get(1);
    HeadCount {
        terminal: row.get(0),
        id: id.parse().expect("PostgreSQL writes a UUID as text"),
        store: row.get(2),
        number: small(row, 3),
        epoch: small(row, 4),
        seq: count(row, 5),
        held: count(row, 6),
        waiting: row.get(7),
        frozen: row.get(8),
    }
}
