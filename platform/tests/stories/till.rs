//! A till as the platform sees it: a key, a chain, and events.
#![allow(dead_code)]

use platform::clock::now_ms;
use platform::ingest::{self, BadBatch, Intake};
use platform::store::{NewTerminal, Outcome, Store, Terminal};
use protocol::chain::Hash;
use protocol::identity::{SigningKey, batch_message};
use protocol::v1::*;
use serde_json::value::RawValue;
use std::sync::Arc;
use uuid::Uuid;

pub const DAY: &str = "2026-11-21";

pub struct Till {
    pub terminal: Uuid,
    pub key: SigningKey,
    pub epoch: u32,
    pub shift: Uuid,
    pub totals: Totals,
    /// Bytes of each event of the epoch and the chain's hash after it.
    pub log: Vec<(String, Hash)>,
}

impl Till {
    pub fn new(terminal: Uuid, key: SigningKey) -> Till {
        Till { terminal, key, epoch: 1, shift: Uuid::now_v7(), totals: Totals::default(), log: Vec::new() }
    }

    /// Enrols directly in the store.
    pub async fn enrolled(store: &dyn Store, store_id: &str) -> (Till, Terminal) {
        let key = SigningKey::generate().unwrap();
        let code = Hash::of(Uuid::now_v7().as_bytes()).0;
        store.add_code(code, store_id, now_ms() + 60_000).await.unwrap();
        let new = NewTerminal {
            id: Uuid::now_v7(),
            public_key: key.public_hex(),
            token_hash: [7; 32],
            program: "test".into(),
            at_ms: now_ms(),
        };
        let terminal = store.enrol(code, new).await.unwrap().unwrap();
        (Till::new(terminal.id, key), terminal)
    }

    pub fn hash_before(&self, seq: u64) -> Hash {
        match seq {
            1 => Hash::genesis(self.terminal, self.epoch),
            _ => self.log[seq as usize - 2].1,
        }
    }

    pub fn head(&self) -> u64 {
        self.log.len() as u64
    }

    /// Appends bytes as they are.
    pub fn raw(&mut self, bytes: String) {
        let hash = self.hash_before(self.head() + 1).then(bytes.as_bytes());
        self.log.push((bytes, hash));
    }

    pub fn event(&mut self, body: Body) {
        self.event_at(now_ms(), body);
    }

    pub fn event_at(&mut self, at_ms: i64, body: Body) {
        let event = Event {
            v: 1,
            terminal: self.terminal,
            epoch: self.epoch,
            seq: self.head() + 1,
            at_ms,
            business_date: DAY.into(),
            shift: Some(self.shift),
            staff: Some("07".into()),
            body,
        };
        self.raw(serde_json::to_string(&event).unwrap());
    }

    pub fn open_shift(&mut self, float: i64) {
        let shift = self.shift;
        self.event(Body::ShiftOpened(ShiftOpened { shift, float }));
    }

    /// Sells and keeps the running totals.
    pub fn sell(&mut self, sale: Sale) {
        let totals = &mut self.totals;
        totals.sales += 1;
        totals.gross += sale.total;
        totals.rounding += sale.rounding;
        totals.points += sale.member.as_ref().map_or(0, |member| member.points_earned);
        for line in &sale.lines {
            if matches!(line.kind.as_deref(), Some("gift_card" | "top_up" | "deposit")) {
                totals.liabilities += line.gross;
            }
            totals.units += line.quantity;
            if line.quantity < 0 {
                totals.return_lines += 1;
                totals.returns += line.gross;
            }
        }
        for tender in &sale.tenders {
            totals.points_spent += tender.points;
            match totals.tenders.iter_mut().find(|sum| sum.kind == tender.kind) {
                Some(sum) => {
                    sum.count += 1;
                    sum.amount += tender.amount;
                }
                None => totals.tenders.push(TenderTotal { kind: tender.kind.clone(), count: 1, amount: tender.amount }),
            }
        }
        for tax in &sale.taxes {
            match totals.taxes.iter_mut().find(|sum| sum.tax_id == tax.tax_id) {
                Some(sum) => {
                    sum.net += tax.net;
                    sum.tax += tax.tax;
                }
                None => totals.taxes.push(tax.clone()),
            }
        }
        self.event(Body::SaleCompleted(Box::new(sale)));
    }

    pub fn close_shift(&mut self, float: i64, over: i64) {
        let of_sales = self.totals.tenders.iter().filter(|sum| sum.kind == "cash").map(|sum| sum.amount);
        let totals = &self.totals;
        let cash = of_sales.sum::<i64>() + totals.paid_in - totals.paid_out - totals.dropped + totals.hold_cash;
        self.event(Body::ShiftClosed(ShiftClosed {
            shift: self.shift,
            z_no: 1,
            opened_at_ms: now_ms(),
            totals: self.totals.clone(),
            expected: float + cash,
            counted: float + cash + over,
            ..ShiftClosed::default()
        }));
    }

    /// A signed batch of these events.
    pub fn batch(&self, first: u64, last: u64) -> Vec<u8> {
        let events = self.log[first as usize - 1..last as usize].iter();
        let head = self.log[last as usize - 1].1;
        let message = batch_message(self.terminal, self.epoch, first, last, head);
        let batch = Batch {
            terminal: self.terminal,
            epoch: self.epoch,
            first_seq: first,
            prev_hash: self.hash_before(first),
            events: events.map(|(bytes, _)| RawValue::from_string(bytes.clone()).unwrap()).collect(),
            signature: self.key.sign_hex(&message),
        };
        serde_json::to_vec(&batch).unwrap()
    }

    pub fn intake(&self, terminal: &Terminal, first: u64, last: u64) -> Result<Intake, BadBatch> {
        ingest::read(terminal, self.batch(first, last), now_ms())
    }

    /// Uploads directly into the store.
    pub async fn upload(&self, store: &dyn Store, terminal: &Terminal, first: u64, last: u64) -> Outcome {
        let intake = self.intake(terminal, first, last).unwrap();
        store.take(Arc::new(intake)).await.unwrap()
    }
}

/// A sale of a few lines at two tax rates; the fifth of each five is a return, each third has a member.
pub fn sale(n: u64) -> Sale {
    let sign = if n % 5 == 4 { -1 } else { 1 };
    let price = 100 + (n as i64 * 37) % 900;
    let line = |no: u32, item: &str, gross: i64, tax_id: &str, rate: i64| SaleLine {
        no,
        item: item.into(),
        name: format!("商品 {item}"),
        code: Some(format!("{item:0>14}")),
        unit: "piece".into(),
        quantity: sign * 1000,
        unit_price: gross.abs(),
        gross,
        tax: gross - gross * 10_000 / (10_000 + rate),
        tax_id: tax_id.into(),
        ..SaleLine::default()
    };
    let lines = vec![
        line(1, &format!("i{}", n % 7), sign * price, "standard", 1300),
        line(2, &format!("i{}", n % 3), sign * (price / 2), "reduced", 900),
    ];
    let taxes = lines
        .iter()
        .map(|line| TaxTotal {
            tax_id: line.tax_id.clone(),
            rate_bp: if line.tax_id == "standard" { 1300 } else { 900 },
            net: line.gross - line.tax,
            tax: line.tax,
            exempt: false,
        })
        .collect();
    let total: i64 = lines.iter().map(|line| line.gross).sum();
    let rounding = -(total % 10);
    let amount = total + rounding;
    Sale {
        id: Uuid::now_v7(),
        receipt: format!("1-{n:06}"),
        currency: "CNY".into(),
        started_at_ms: now_ms(),
        member: n.is_multiple_of(3).then(|| SaleMember {
            id: format!("m{}", n % 2),
            points_earned: total / 100,
            ..SaleMember::default()
        }),
        lines,
        voided: vec![],
        taxes,
        total,
        rounding,
        tenders: vec![Tender {
            kind: "cash".into(),
            amount,
            tendered: amount.max(0) + 50,
            change: 50,
            ..Tender::default()
        }],
        catalogue_chain: 1,
        catalogue_store: 1,
        ..Sale::default()
    }
}

/// A sale of one line and one tender at no tax.
pub fn plain(line: SaleLine, tender: Tender) -> Sale {
    let total = line.gross;
    Sale {
        id: Uuid::now_v7(),
        receipt: "1".into(),
        currency: "CNY".into(),
        taxes: vec![TaxTotal { tax_id: "none".into(), net: total, ..TaxTotal::default() }],
        lines: vec![line],
        total,
        tenders: vec![tender],
        ..Sale::default()
    }
}

/// One piece.
pub fn line(item: &str, gross: i64, kind: Option<&str>) -> SaleLine {
    SaleLine {
        no: 1,
        item: item.into(),
        name: item.into(),
        unit: "piece".into(),
        quantity: 1000 * gross.signum(),
        unit_price: gross.abs(),
        gross,
        tax_id: "none".into(),
        kind: kind.map(str::to_owned),
        ..SaleLine::default()
    }
}

pub fn tender(kind: &str, amount: i64) -> Tender {
    Tender { kind: kind.into(), amount, tendered: amount, ..Tender::default() }
}

/// Living and gone records of a scope, as tills read them.
pub async fn records(store: &dyn Store, scope: &str) -> Vec<Record> {
    match store.changes(scope, 0, 5000).await.unwrap() {
        platform::store::ChangePage::Page { rows, .. } => {
            rows.iter().map(|(_, body)| serde_json::from_str(body).unwrap()).collect()
        }
        gone => panic!("{gone:?}"),
    }
}
