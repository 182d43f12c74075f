//! What is looked up of events: it says what the events say, whatever ends the till.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proptest::prelude::*;
use protocol::v1;
use uuid::Uuid;

use super::{Directory, basket, event, open, sale};
use crate::{Commit, Journal, JournalReader, Save};

/// Members, grants, holds and sales are few, so that steps meet.
#[derive(Clone, Debug)]
enum Step {
    Sell {
        member: Option<u8>,
        spend: Option<(u8, i64)>,
        coupon: Option<u8>,
        collect: Option<u8>,
    },
    /// Lines of earlier sales, by sale and line.
    TakeBack(Vec<(u8, u32, i64)>),
    Hold(u8, u8),
    CancelHold(u8),
    Enrol(u8),
    Note(u8, u8),
    Recall(u8),
    Close,
    /// Something that is never looked up.
    Drawer,
    PowerCut,
    Reopen,
    /// An older program writes some sales and knows nothing of what they mention.
    OlderProgram(u8),
}

/// What all events say, kept as plainly as can be.
#[derive(Debug, Default)]
struct Model {
    sales: u64,
    bought: BTreeMap<String, Vec<u64>>,
    used: BTreeMap<(String, String), u32>,
    returned: BTreeMap<(Uuid, u32), i64>,
    spent: BTreeMap<Uuid, i64>,
    enrolled: BTreeMap<String, String>,
    notes: BTreeMap<String, String>,
    held: BTreeMap<String, Uuid>,
    ended: BTreeSet<Uuid>,
    recalled: BTreeSet<Uuid>,
    closes: u32,
}

fn step() -> impl Strategy<Value = Step> {
    let few = || 0_u8..4;
    let some = || prop::option::of(0_u8..4);
    prop_oneof![
        5 => (some(), prop::option::of((few(), -20_i64..90)), some(), some())
            .prop_map(|(member, spend, coupon, collect)| Step::Sell { member, spend, coupon, collect }),
        3 => prop::collection::vec((few(), 1_u32..3, 1_i64..5000), 1..4).prop_map(Step::TakeBack),
        1 => (few(), few()).prop_map(|(hold, code)| Step::Hold(hold, code)),
        1 => few().prop_map(Step::CancelHold),
        1 => few().prop_map(Step::Enrol),
        1 => (few(), few()).prop_map(|(member, note)| Step::Note(member, note)),
        1 => few().prop_map(Step::Recall),
        1 => Just(Step::Close),
        1 => Just(Step::Drawer),
        2 => Just(Step::PowerCut),
        1 => Just(Step::Reopen),
        1 => few().prop_map(Step::OlderProgram),
    ]
}

fn id(kind: u128, no: u8) -> Uuid {
    Uuid::from_u128(kind << 64 | u128::from(no))
}

/// Ids that begin alike and hold what keys are made of.
fn member(no: u8) -> String {
    ["m", "m/r", "m0", "m/"][usize::from(no)].to_owned()
}

impl Model {
    /// The event of a step, counted.
    fn body(&mut self, step: &Step) -> v1::Body {
        match step {
            Step::Sell { member, spend, coupon, collect } => self.sell(*member, *spend, *coupon, *collect),
            Step::TakeBack(lines) => self.take_back(lines),
            Step::Hold(hold, code) => {
                let code = format!("H{code}");
                let hold = basket(id(3, *hold).as_u128(), &[1000]);
                self.held.insert(code.clone(), hold.id);
                let paid = vec![spending(id(2, 0), "stored_value", 10)];
                *self.spent.entry(id(2, 0)).or_default() += 10;
                let (until, shopper) = (None, String::new());
                v1::Body::HoldPlaced(Box::new(v1::Hold { code, basket: hold, total: 200, paid, until, shopper }))
            }
            Step::CancelHold(hold) => {
                self.ended.insert(id(3, *hold));
                let refunded = vec![spending(id(2, 0), "stored_value", -10)];
                v1::Body::HoldCancelled(v1::HoldCancelled { hold: id(3, *hold), refunded, reason: String::new() })
            }
            Step::Enrol(no) => {
                let (phone, card) = (format!("1380000662{no}"), format!("299{no}"));
                let enrolled = v1::MemberEnrolled {
                    id: format!("t{}", self.enrolled.len()),
                    name: String::new(),
                    phone: phone.clone(),
                    card: Some(card.clone()),
                };
                self.enrolled.insert(phone, enrolled.id.clone());
                self.enrolled.insert(card, enrolled.id.clone());
                v1::Body::MemberEnrolled(enrolled)
            }
            Step::Note(no, note) => {
                let noted = v1::MemberNoted { member: member(*no), note: format!("note {note}") };
                self.notes.insert(noted.member.clone(), noted.note.clone());
                v1::Body::MemberNoted(noted)
            }
            Step::Recall(no) => {
                self.recalled.insert(id(4, *no));
                v1::Body::SaleRecalled(v1::SaleRecalled { basket: id(4, *no) })
            }
            Step::Close => {
                self.closes += 1;
                v1::Body::ShiftClosed(v1::ShiftClosed { z_no: self.closes, ..v1::ShiftClosed::default() })
            }
            Step::Drawer => v1::Body::DrawerOpened(v1::DrawerOpened { reason: "no_sale".to_owned() }),
            Step::PowerCut | Step::Reopen | Step::OlderProgram(_) => unreachable!("an end is no event"),
        }
    }

    fn sell(
        &mut self,
        buyer: Option<u8>,
        spend: Option<(u8, i64)>,
        coupon: Option<u8>,
        collect: Option<u8>,
    ) -> v1::Body {
        self.sales += 1;
        let mut sold = sale(self.sales, 5000);
        sold.member = buyer.map(|no| v1::SaleMember { id: member(no), ..v1::SaleMember::default() });
        // Rules of somebody who is not known count for nobody.
        let times = (self.sales % 3) as u32;
        sold.uses = (0..times).map(|at| v1::RuleUse { rule: format!("r/{at}"), times }).collect();
        if let Some(no) = buyer {
            self.bought.entry(member(no)).or_default().push(self.sales);
            for used in &sold.uses {
                *self.used.entry((member(no), used.rule.clone())).or_default() += used.times;
            }
        }
        if let Some((grant, units)) = spend {
            sold.tenders.push(spending(id(2, grant), "stored_value", units));
            *self.spent.entry(id(2, grant)).or_default() += units.max(0);
        }
        let coupon = coupon.map(|no| id(2, no));
        if let Some(grant) = coupon {
            *self.spent.entry(grant).or_default() += 1;
        }
        let hold = collect.map(|no| id(3, no));
        self.ended.extend(hold);
        let coupons = coupon.map(|grant| v1::Coupon { code: "C".to_owned(), grant: Some(grant) });
        let about = v1::About { coupons: coupons.into_iter().collect(), hold, ..v1::About::default() };
        sold.about = (about != v1::About::default()).then(|| Box::new(about));
        v1::Body::SaleCompleted(Box::new(sold))
    }

    fn take_back(&mut self, lines: &[(u8, u32, i64)]) -> v1::Body {
        self.sales += 1;
        let mut sold = sale(self.sales, -1000);
        let plain = sold.lines[0].clone();
        sold.member = None;
        sold.lines = (1..)
            .zip(lines)
            .map(|(no, (of, line, quantity))| {
                *self.returned.entry((id(5, *of), *line)).or_default() += quantity;
                let origin =
                    v1::Origin { sale: id(5, *of), receipt: String::new(), line: *line, gross: 1, tax: 0, points: 0 };
                let facets = Some(Box::new(v1::Facets { origin: Some(origin), ..v1::Facets::default() }));
                v1::SaleLine { no, quantity: -quantity, facets, ..plain.clone() }
            })
            .collect();
        v1::Body::SaleCompleted(Box::new(sold))
    }

    fn check(&self, dir: &Path) {
        let reader = JournalReader::open(dir).unwrap().unwrap();
        for no in 0..4 {
            let receipts = self.bought.get(&member(no)).cloned().unwrap_or_default();
            let newest: Vec<String> = receipts.iter().rev().take(3).map(|no| format!("0101-{no}")).collect();
            let read = |stored: crate::StoredEvent| serde_json::from_str::<v1::Event>(&stored.bytes).unwrap();
            let found = reader.last_purchases(&member(no), 3).unwrap().into_iter().map(read);
            assert_eq!(found.map(receipt_of).collect::<Vec<_>>(), newest);
            let used = self.used.iter().filter(|((buyer, _), _)| *buyer == member(no));
            let used: Vec<(String, u32)> = used.map(|((_, rule), times)| (rule.clone(), *times)).collect();
            assert_eq!(reader.rule_uses(&member(no)).unwrap(), used);
            let returned = self.returned.range((id(5, no), 0)..=(id(5, no), u32::MAX));
            let returned: Vec<(u32, i64)> = returned.map(|((_, line), quantity)| (*line, *quantity)).collect();
            assert_eq!(reader.returned(id(5, no)).unwrap(), returned);
            let spent = self.spent.get(&id(2, no)).copied().unwrap_or(0);
            assert_eq!(reader.spent(id(2, no)).unwrap(), spent);
            for code in [format!("1380000662{no}"), format!("299{no}")] {
                let found = reader.enrolled(&code).unwrap().map(|enrolled| enrolled.id);
                assert_eq!(found.as_ref(), self.enrolled.get(&code));
            }
            let noted = reader.noted(&member(no)).unwrap().map(|(_, _, note)| note);
            assert_eq!(noted.as_ref(), self.notes.get(&member(no)));
            let code = format!("H{no}");
            let held = self.held.get(&code).filter(|hold| !self.ended.contains(hold)).copied();
            assert_eq!(reader.hold(&code).unwrap().map(|hold| hold.basket.id), held);
            assert_eq!(reader.hold_has_ended(id(3, no)).unwrap(), self.ended.contains(&id(3, no)));
            assert_eq!(reader.was_recalled(id(4, no)).unwrap(), self.recalled.contains(&id(4, no)));
        }
        let z_no = reader.last_close().unwrap().map_or(0, |event| match event.body {
            v1::Body::ShiftClosed(closed) => closed.z_no,
            other => panic!("{other:?} is no close"),
        });
        assert_eq!(z_no, self.closes);
        assert_eq!(reader.verify().unwrap().fault, None);
    }
}

fn receipt_of(event: v1::Event) -> String {
    match event.body {
        v1::Body::SaleCompleted(sale) => sale.receipt,
        other => panic!("{other:?} is no sale"),
    }
}

fn spending(grant: Uuid, kind: &str, units: i64) -> v1::Tender {
    v1::Tender { kind: kind.to_owned(), amount: units, grant: Some(grant), ..v1::Tender::default() }
}

fn write(journal: &mut Journal, body: v1::Body) {
    journal.commit(Commit { events: vec![event(body)], saves: vec![Save::Open(None)] }).unwrap();
}

/// Takes away what a program of an older layout would not have written beside its events.
fn forget(journal: &Journal, from: u64) {
    let place = crate::commit::place(1, from);
    journal.connection.execute("DELETE FROM mention WHERE place > ?1", [place]).unwrap();
    crate::state::set_mentioned(&journal.connection, place).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn what_is_looked_up_is_what_the_events_say_after_any_end(steps in prop::collection::vec(step(), 1..40)) {
        let mut dir = Directory::new();
        let (mut journal, _) = open(&dir);
        let mut model = Model::default();
        for step in &steps {
            match step {
                Step::PowerCut => {
                    let next = dir.image();
                    drop(journal);
                    dir = next;
                    journal = open(&dir).0;
                    model.check(&dir);
                }
                Step::Reopen => {
                    drop(journal);
                    journal = open(&dir).0;
                    model.check(&dir);
                }
                Step::OlderProgram(sales) => {
                    let before = journal.head().seq;
                    for _ in 0..*sales {
                        let body = model.body(&Step::Sell { member: Some(1), spend: None, coupon: None, collect: None });
                        write(&mut journal, body);
                    }
                    forget(&journal, before);
                    drop(journal);
                    journal = open(&dir).0;
                    model.check(&dir);
                }
                event => write(&mut journal, model.body(event)),
            }
        }
        model.check(&dir);
    }
}

#[test]
fn a_journal_of_the_first_layout_is_taken_up_with_what_its_events_mention() {
    let dir = Directory::new();
    let (mut journal, _) = open(&dir);
    let mut model = Model::default();
    for no in 0..30 {
        let body = model.body(&Step::Sell { member: Some(no % 3), spend: None, coupon: None, collect: None });
        write(&mut journal, body);
    }
    let as_it_was = "DROP TABLE mention; DELETE FROM state WHERE key = 'mentioned'; PRAGMA user_version = 1;";
    journal.connection.execute_batch(as_it_was).unwrap();
    assert_eq!(crate::mention::behind(&journal.connection, 9).unwrap(), 9);
    assert_eq!(crate::mention::behind(&journal.connection, 99).unwrap(), 31);
    drop(journal);
    let (journal, restored) = open(&dir);
    assert_eq!(crate::mention::behind(&journal.connection, 99).unwrap(), 0);
    assert!(!crate::opens_slowly(&dir.0).unwrap());
    assert_eq!((restored.notice, restored.head.seq), (None, 31));
    drop(journal);
    model.check(&dir);
}

#[test]
fn what_another_machine_was_paid_is_found_by_its_number_also_after_a_power_cut() {
    let mut dir = Directory::new();
    let (mut journal, _) = open(&dir);
    let tender = |payment, reference: &str| v1::Tender {
        kind: "code".to_owned(),
        amount: 200,
        tendered: 200,
        reference: Some(reference.to_owned()),
        payment,
        ..v1::Tender::default()
    };
    let paid = |no, tender| v1::Body::SaleCompleted(Box::new(v1::Sale { tenders: vec![tender], ..sale(no, 1000) }));
    write(&mut journal, paid(1, tender(Some(id(9, 1)), "W1")));
    write(&mut journal, paid(2, tender(None, "P2")));
    let next = dir.image();
    drop(journal);
    dir = next;
    drop(open(&dir));
    let reader = JournalReader::open(&dir.0).unwrap().unwrap();
    let found = |order: &str| reader.sale_paid_before(order).unwrap().map(|event| event.seq);
    assert_eq!(
        (found("W1"), found("P2"), found("P3")),
        (None, Some(3), None),
        "its own payments are looked up elsewhere"
    );
}

#[test]
fn an_event_of_a_newer_program_stops_nobody() {
    let dir = Directory::new();
    let (journal, restored) = open(&dir);
    let head = restored.head;
    let bytes =
        format!(r#"{{"v":1,"terminal":"{}","epoch":1,"seq":2,"body":{{"sold_the_shop":{{}}}}}}"#, super::TERMINAL);
    let hash = head.hash.then(bytes.as_bytes());
    journal
        .connection
        .execute(
            "INSERT INTO event (place, kind, business_date, hash, bytes) VALUES (?1, 'sold_the_shop', '', ?2, ?3)",
            rusqlite::params![crate::commit::place(1, 2), &hash.0[..], bytes],
        )
        .unwrap();
    drop(journal);
    let (_journal, restored) = open(&dir);
    assert_eq!((restored.notice, restored.head.seq), (None, 2));
}
