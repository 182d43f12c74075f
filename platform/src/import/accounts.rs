//! Accounts: `kind,number` and `amount` (money) or `units` (points, coupons).

use std::path::Path;

use csv::StringRecord;
use domain::grant::{Account, AccountKind};
use domain::money::Currency;

use super::{Columns, ImportError, Imported, OnRejected, Seen, text};
use crate::office::Opening;
use crate::store::Store;

/// Letters of a number.
const NUMBER_CHARS_MAX: usize = 64;
/// Accounts that go in by one transaction.
const ACCOUNTS_AT_ONCE: usize = 5000;

/// Opens accounts. One that is there already stays as it is and is told: what a file says of it would be money given
/// twice.
///
/// # Errors
/// When the file cannot be read, columns are missing, or the database fails.
pub async fn accounts(
    store: &dyn Store,
    file: &Path,
    currency: Currency,
    mut rejected: OnRejected,
) -> Result<Imported, ImportError> {
    let (text, note) = text::read(file)?;
    let mut imported = Imported { note, ..Imported::default() };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| ImportError::Encoding("the first line cannot be read as CSV"))?;
    let columns = Columns::of(header);
    columns.one_of(&["kind"])?;
    columns.one_of(&["number"])?;
    columns.one_of(&["amount", "units"])?;
    let mut seen = Seen::default();
    let mut chunk = Vec::<(u64, Opening)>::new();
    let mut row = StringRecord::new();
    loop {
        let line = reader.position().line();
        let opening = match reader.read_record(&mut row) {
            Ok(false) => break,
            Ok(true) => opening(&columns, &row, currency).and_then(|opening| {
                let name = format!("{} {}", opening.account.kind.word(), opening.account.number);
                seen.note("account", &[name], line).map(|()| opening)
            }),
            Err(error) => Err(error.to_string()),
        };
        imported.rows += 1;
        match opening {
            Ok(opening) => chunk.push((line, opening)),
            Err(reason) => {
                imported.rejected += 1;
                rejected(line, &reason);
            }
        }
        if chunk.len() == ACCOUNTS_AT_ONCE {
            open(store, &mut chunk, &mut imported, &mut rejected).await?;
        }
    }
    open(store, &mut chunk, &mut imported, &mut rejected).await?;
    Ok(imported)
}

async fn open(
    store: &dyn Store,
    chunk: &mut Vec<(u64, Opening)>,
    imported: &mut Imported,
    rejected: &mut OnRejected,
) -> Result<(), ImportError> {
    let (lines, openings): (Vec<u64>, Vec<Opening>) = std::mem::take(chunk).into_iter().unzip();
    if openings.is_empty() {
        return Ok(());
    }
    for (line, opened) in lines.into_iter().zip(store.open_accounts(openings).await?) {
        if opened {
            imported.good += 1;
            imported.changed += 1;
        } else {
            imported.rejected += 1;
            rejected(line, "the account is known already and stays as it is");
        }
    }
    Ok(())
}

fn opening(columns: &Columns, row: &StringRecord, currency: Currency) -> Result<Opening, String> {
    let word = columns.cell(row, "kind").to_lowercase();
    let kind = AccountKind::of(&word)
        .ok_or_else(|| format!("kind {word:?} is none of points, stored_value, gift_card, credit, coupon"))?;
    let number = columns.cell(row, "number");
    let letters = number.chars().count();
    if !(1..=NUMBER_CHARS_MAX).contains(&letters) || number.chars().any(char::is_control) {
        return Err(format!("the number is not 1 to {NUMBER_CHARS_MAX} letters"));
    }
    let units = match (kind.money(0).is_some(), columns.cell(row, "amount"), columns.cell(row, "units")) {
        (true, "", _) => return Err("the amount is missing".into()),
        (true, text, _) => currency.parse(text).map_err(|error| format!("amount {text:?}: {error}"))?.units(),
        (false, _, "") if kind == AccountKind::Coupon => 1,
        (false, _, text) => text.parse().map_err(|_| format!("units {text:?} are no whole number"))?,
    };
    if !(0..=crate::ledger::AMOUNT_MAX).contains(&units) {
        return Err("an account begins with nothing or more".into());
    }
    Ok(Opening { account: Account { kind, number: number.to_owned() }, units })
}
