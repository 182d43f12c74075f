//! Stories of the two files, through their public doors.

mod catalogue;
mod damage;
mod mentions;
mod processes;
mod stock;
mod till;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use protocol::v1;
use uuid::Uuid;

use crate::{Commit, Journal, NewEvent, Opening, Restored, Save};

pub const TERMINAL: Uuid = Uuid::from_u128(0x7e51);
pub const DAY: &str = "2026-03-01";

/// A directory that is removed with the test.
pub struct Directory(PathBuf);

impl Directory {
    pub fn new() -> Directory {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("guitai-journal-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Directory(path)
    }

    /// What a power cut would leave: the files as they are, without their writer.
    pub fn image(&self) -> Directory {
        let image = Directory::new();
        for name in ["journal.db", "journal.db-wal"] {
            if self.join(name).exists() {
                std::fs::copy(self.join(name), image.join(name)).unwrap();
            }
        }
        image
    }
}

impl std::ops::Deref for Directory {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn open(dir: &Path) -> (Journal, Restored) {
    open_knowing(dir, &[])
}

pub fn open_knowing(dir: &Path, acknowledged: &[v1::Head]) -> (Journal, Restored) {
    let opening =
        Opening { terminal: TERMINAL, program: "test", acknowledged, now_ms: 1_772_323_200_000, business_date: DAY };
    Journal::open(dir, &opening).unwrap()
}

pub fn line(no: u32, quantity: i64) -> v1::BasketLine {
    v1::BasketLine {
        no,
        item: format!("item-{no}"),
        name: "农夫山泉".to_owned(),
        code: Some("06921168509256".to_owned()),
        unit: "piece".to_owned(),
        quantity,
        unit_price: 200,
        tax: "standard".to_owned(),
        tax_rate_bp: 1300,
        ..v1::BasketLine::default()
    }
}

pub fn basket(id: u128, quantities: &[i64]) -> v1::Basket {
    v1::Basket {
        id: Uuid::from_u128(id),
        started_at_ms: 5,
        member: None,
        lines: (1..).zip(quantities).map(|(no, quantity)| line(no, *quantity)).collect(),
        about: None,
    }
}

/// A sale of one line at 2.00 each.
pub fn sale(receipt: u64, quantity: i64) -> v1::Sale {
    let total = quantity * 200 / 1000;
    let tax = total * 1300 / 11300;
    v1::Sale {
        id: Uuid::from_u128(u128::from(receipt)),
        receipt: format!("0101-{receipt}"),
        currency: "CNY".to_owned(),
        started_at_ms: 5,
        member: Some(v1::SaleMember { id: "m1".to_owned(), points_earned: total / 100, ..v1::SaleMember::default() }),
        lines: vec![v1::SaleLine {
            no: 1,
            item: "item-1".to_owned(),
            name: "农夫山泉".to_owned(),
            code: None,
            unit: "piece".to_owned(),
            quantity,
            unit_price: 200,
            gross: total,
            tax,
            tax_id: "standard".to_owned(),
            ..v1::SaleLine::default()
        }],
        voided: vec![],
        taxes: vec![v1::TaxTotal {
            tax_id: "standard".to_owned(),
            rate_bp: 1300,
            net: total - tax,
            tax,
            exempt: false,
        }],
        total,
        rounding: 0,
        tenders: vec![v1::Tender { kind: "cash".to_owned(), amount: total, tendered: total, ..v1::Tender::default() }],
        catalogue_chain: 1,
        catalogue_store: 1,
        ..v1::Sale::default()
    }
}

pub fn event(body: v1::Body) -> NewEvent {
    NewEvent { at_ms: 7, business_date: DAY.to_owned(), shift: None, staff: Some("07".to_owned()), body }
}

/// A sale as a till commits it: the event, the next number, and no open basket.
pub fn sale_commit(receipt: u64, quantity: i64) -> Commit {
    Commit {
        events: vec![event(v1::Body::SaleCompleted(Box::new(sale(receipt, quantity))))],
        saves: vec![Save::NextReceipt(receipt + 1), Save::Open(None)],
    }
}
