//! What became of paid baskets: each leaves once, with the sale that its exit code made at a gate.

use jiff::{SignedDuration, Timestamp};
use protocol::v1::{Body, Event, Sale, Tender};
use uuid::Uuid;

use super::payment::{Kept, PhoneRow};
use crate::ingest::Complaint;
use crate::store::{Store, StoreError};

/// A paid basket that has left with a sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneExit {
    /// The payment's number.
    pub order_no: String,
    /// The sale that was recorded at the gate.
    pub sale: Uuid,
    /// What the sale takes for paid.
    pub amount: i64,
}

/// What is known of a basket that leaves.
pub struct Claim<'a> {
    /// Where it leaves.
    pub store: &'a str,
    /// Whether it leaves for the first time.
    pub first: bool,
    /// The payment.
    pub known: Option<&'a PhoneRow>,
}

/// The paid baskets that a sale lets out: tenders that name the number of a payment on a phone.
pub fn exits_of(sale: &Sale) -> Vec<PhoneExit> {
    let named = |tender: &&Tender| tender.amount > 0 && tender.reference.as_deref().is_some_and(is_order_no);
    let exit = |tender: &Tender| PhoneExit {
        order_no: tender.reference.clone().unwrap_or_default(),
        sale: sale.id,
        amount: tender.amount,
    };
    sale.tenders.iter().filter(named).map(exit).collect()
}

/// Whether a number is made as [`Kept::order_no`] makes them.
fn is_order_no(no: &str) -> bool {
    let digits = no.strip_prefix('P').unwrap_or_default();
    digits.len() == 24 && digits.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte))
}

/// Why a person must look at it.
pub fn claim(exit: &PhoneExit, seen: &Claim) -> Option<Complaint> {
    let no = &exit.order_no;
    let complaint = |kind, detail: String| Some(Complaint { kind, detail });
    match seen.known {
        None => complaint("unknown_phone_payment", format!("payment {no} was never opened here")),
        Some(row) if !row.paid => complaint("unpaid_exit", format!("payment {no} is not paid")),
        Some(_) if !seen.first => complaint("exit_twice", format!("the goods of payment {no} have left before")),
        Some(row) if row.amount != exit.amount => {
            complaint("exit_amount", format!("payment {no} is of {}, the sale says {}", row.amount, exit.amount))
        }
        Some(row) if row.store != seen.store => {
            complaint("exit_elsewhere", format!("payment {no} was made in store {}", row.store))
        }
        Some(_) => None,
    }
}

/// What was paid on phones between two instants, as words of a till: for the comparison with the providers' bills.
///
/// # Errors
/// When the database fails.
pub async fn as_events(store: &dyn Store, from_ms: i64, to_ms: i64) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let rows = store.phone_payments(from_ms, to_ms).await?;
    let event = |row: &PhoneRow| {
        let (kept, _) = Kept::of(row).ok()?;
        let event = Event {
            v: 1,
            terminal: Uuid::nil(),
            epoch: 0,
            seq: 0,
            at_ms: kept.payment.seen_at_ms,
            business_date: String::new(),
            shift: None,
            staff: None,
            body: Body::PaymentChanged(Box::new(kept.payment)),
        };
        Some((row.store.clone(), serde_json::to_vec(&event).ok()?))
    };
    // One that cannot be read is told as unreadable there.
    Ok(rows.iter().map(|row| event(row).unwrap_or_else(|| (row.store.clone(), Vec::new()))).collect())
}

/// What was paid so long ago that its way out is closed, and never left: for a person to settle with the shopper.
///
/// # Errors
/// When the database fails.
pub async fn unclaimed(store: &dyn Store, now: Timestamp) -> Result<Vec<PhoneRow>, StoreError> {
    let before = now - super::payment::WAY_OUT_FOR - SignedDuration::from_mins(10);
    store.unclaimed_phone_payments(before.as_millisecond()).await
}

/// The same as lines of a table.
pub fn table(rows: &[PhoneRow]) -> String {
    let mut text = String::new();
    for row in rows {
        let at = Timestamp::from_second(row.at_ms.div_euclid(1000)).map(|at| at.to_string()).unwrap_or_default();
        let (amount, lines) = match Kept::of(row) {
            Ok((kept, payment)) => {
                let order = kept.order(&payment);
                (order.currency.plain(order.amount), kept.pieces())
            }
            Err(_) => (row.amount.to_string(), 0),
        };
        text.push_str(&format!("{at}  store {}  {}  {amount}  {lines} lines\n", row.store, row.order_no));
    }
    text.push_str(&format!("{} baskets were paid and never left\n", rows.len()));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paid_basket_leaves_once_where_it_was_paid() {
        let row = PhoneRow {
            order_no: "P0123456789ABCDEF01234567".into(),
            store: "s1".into(),
            version: 3,
            open: false,
            paid: true,
            amount: 982,
            at_ms: 0,
            body: String::new(),
        };
        let exit = PhoneExit { order_no: row.order_no.clone(), sale: Uuid::nil(), amount: 982 };
        let kind = |exit: &PhoneExit, store: &str, first, known: Option<&PhoneRow>| {
            claim(exit, &Claim { store, first, known }).map(|complaint| complaint.kind)
        };
        assert_eq!(kind(&exit, "s1", true, Some(&row)), None);
        assert_eq!(kind(&exit, "s1", false, Some(&row)), Some("exit_twice"));
        assert_eq!(kind(&exit, "s2", true, Some(&row)), Some("exit_elsewhere"));
        assert_eq!(kind(&exit, "s1", true, None), Some("unknown_phone_payment"));
        assert_eq!(kind(&exit, "s1", true, Some(&PhoneRow { paid: false, ..row.clone() })), Some("unpaid_exit"));
        assert_eq!(kind(&PhoneExit { amount: 983, ..exit }, "s1", true, Some(&row)), Some("exit_amount"));
        assert!(is_order_no(&row.order_no));
        assert!(
            ["P0123456789ABCDEF0123456", "P0123456789abcdef01234567", "W0123456789ABCDEF01234567", ""]
                .iter()
                .all(|no| !is_order_no(no))
        );
    }
}
