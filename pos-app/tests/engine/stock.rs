//! The stock desk against any sequence of scans, keys and answers, with disks that fill and the power going after any
//! effect: nothing that was counted is lost or counted twice, and what is shown as kept is on the disk.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use domain::event::Event;
use domain::quantity::{Quantity, Unit};
use domain::stock::book::StockBook;
use domain::stock::count::{Count, CountEntry};
use domain::stock::document::{ArrivedLine, DeliveryNote, StockLine, TransferSent};
use domain::stock::plan::Zone;
use domain::stock::{Lot, What};
use pos_app::engine::{Catalogue, CatalogueFault, Durable, Effect, Engine, Face, Input, Now, SaveTrouble, Setup};
use pos_app::present;
use pos_app::stock::{At, CountSum, Counting, Desk, Stockroom};
use proptest::prelude::*;
use ui::Intent;
use ui::heard::Sound;
use uuid::Uuid;

use super::shop::{PIN, Shop, clock};

/// What a terminal knows of its store's stock, from the events that it wrote.
#[derive(Default)]
pub struct Room {
    counts: BTreeMap<Uuid, Count>,
    received: BTreeSet<String>,
}

impl Room {
    fn take(&mut self, events: &[Event]) {
        for event in events {
            match event {
                Event::CountOpened(plan) => {
                    self.counts.insert(plan.id, Count::new(plan.clone()));
                }
                Event::CountEntered(batch) => {
                    self.counts.get_mut(&batch.plan).expect("a count is opened before it is counted").take(batch);
                }
                Event::CountPassFinished(finished) => {
                    self.counts.get_mut(&finished.plan).expect("it was opened").finish(finished);
                }
                Event::CountClosed(closed) => {
                    self.counts.get_mut(&closed.plan).expect("it was opened").close(closed.at);
                }
                Event::GoodsReceived(received) => {
                    self.received.insert(received.note.clone());
                }
                _ => {}
            }
        }
    }
}

impl Stockroom for Room {
    fn zones(&self) -> Result<Vec<Zone>, CatalogueFault> {
        Ok(["front", "back"].map(|name| Zone { name: name.into(), sells: name == "front" }).to_vec())
    }

    fn counts(&self) -> Result<Vec<Count>, CatalogueFault> {
        Ok(self.counts.values().filter(|count| count.closed_at().is_none()).cloned().collect())
    }

    fn book(&self, _: &[String]) -> Result<StockBook, CatalogueFault> {
        Ok(StockBook::new())
    }

    fn whole_book(&self) -> Result<StockBook, CatalogueFault> {
        Ok(StockBook::new())
    }

    fn notes(&self) -> Result<Vec<DeliveryNote>, CatalogueFault> {
        let line = StockLine { item: "1".into(), lot: Lot::default(), quantity: Quantity::pieces(2) };
        let note = DeliveryNote { number: "D-1".into(), supplier: "Farm".into(), due: None, lines: vec![line] };
        Ok(if self.received.contains("D-1") { Vec::new() } else { vec![note] })
    }

    fn arriving(&self) -> Result<Vec<TransferSent>, CatalogueFault> {
        Ok(Vec::new())
    }
}

/// One step of a story.
#[derive(Clone, Debug)]
enum Step {
    Scan(&'static str),
    Press(&'static str),
    /// One of the rows on the screen.
    Row(usize),
    Answer(&'static str),
    Enter(&'static str),
    Tick,
    DiskFull(bool),
    /// The power goes after so many effects of the next scan.
    PowerCut(usize),
    /// Somebody else signs on.
    Change(&'static str),
}

fn step() -> impl Strategy<Value = Step> {
    let codes = prop::sample::select(vec!["4006381333931", "6901234567892", "1001", "4000000000006", "4006381333932"]);
    let keys = vec![
        "count",
        "spot",
        "full",
        "zone",
        "blind",
        "back",
        "undo",
        "quantity",
        "finish",
        "finish_pass",
        "review",
        "recount",
        "approve",
        "receive",
        "send",
        "write_off",
        "no_note",
        "damaged",
        "book",
        "drop",
        "lot",
        "note",
        "times",
        "none",
        "price",
        "label",
        "give_up",
        "other_zone",
        "lock",
    ];
    prop_oneof![
        8 => codes.prop_map(Step::Scan),
        8 => prop::sample::select(keys).prop_map(Step::Press),
        4 => (0_usize..6).prop_map(Step::Row),
        3 => prop::sample::select(vec!["3", "0", "front", "s2", "20270301", "x"]).prop_map(Step::Answer),
        2 => prop::sample::select(vec!["12", "2.5", "4006381333931", "3*", "2*4006381333931"]).prop_map(Step::Enter),
        2 => Just(Step::Tick),
        1 => any::<bool>().prop_map(Step::DiskFull),
        1 => (0_usize..4).prop_map(Step::PowerCut),
        1 => prop::sample::select(vec!["07", "08"]).prop_map(Step::Change),
    ]
}

struct Handheld {
    shop: Shop,
    disk: Durable,
    engine: Engine,
    events: Vec<Event>,
    disk_full: bool,
    step: u64,
}

impl Handheld {
    fn on(shop: Shop, disk: Durable, events: Vec<Event>, step: u64) -> Handheld {
        let setup = Setup { face: Face::Handheld, ..Setup::till(5) };
        let engine = Engine::new(setup, disk.clone(), clock(step));
        let mut handheld = Handheld { shop, disk, engine, events, disk_full: false, step };
        handheld.input(Input::Started, usize::MAX);
        handheld.sign_on("07");
        handheld
    }

    fn sign_on(&mut self, staff: &str) {
        self.input(Input::Intent(Intent::SignOn { staff: staff.into(), pin: PIN.into() }), usize::MAX);
    }

    /// Tells an input and does what follows, as far as there is power. Whether it lasted.
    fn input(&mut self, input: Input, mut power: usize) -> bool {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            self.step += 1;
            for effect in self.engine.handle(clock(self.step), &self.shop, input) {
                if power == 0 {
                    return false;
                }
                power -= 1;
                match effect {
                    Effect::Commit { id, .. } if self.disk_full => {
                        inputs.push_back(Input::CommitFailed { id, why: SaveTrouble::DiskFull });
                    }
                    Effect::Commit { id, events, saves, .. } => {
                        self.shop.stock.take(&events);
                        self.events.extend(events);
                        saves.into_iter().for_each(|save| super::store(&mut self.disk, save));
                        inputs.push_back(Input::Committed { id });
                    }
                    Effect::Print { job, .. } => inputs.push_back(Input::Printed { job }),
                    _ => {}
                }
            }
        }
        true
    }

    fn act(self, step: &Step) -> Handheld {
        let mut this = self;
        let before = this.counted();
        let was_counting = matches!(this.engine.stock_desk().map(|desk| &desk.at), Some(At::Counting));
        let heard = present::screen(&this.engine, &this.shop, clock(this.step)).heard.count;
        match step {
            Step::Scan(code) => {
                this.input(Input::Scanned { data: (*code).into() }, usize::MAX);
                let screen = present::screen(&this.engine, &this.shop, clock(this.step));
                let told = screen.heard.count > heard;
                assert!(told, "a scan is heard");
                // Goods that are weighed or have a lot are asked about first.
                let is_counting = matches!(this.engine.stock_desk().map(|desk| &desk.at), Some(At::Counting));
                if was_counting && is_counting && screen.heard.sound == Sound::Taken {
                    assert_eq!(this.counted(), before + 1, "what was heard as counted is counted");
                }
            }
            Step::Press(key) => drop(this.input(Input::Intent(Intent::Press { key: (*key).into() }), usize::MAX)),
            Step::Row(row) => {
                let screen = present::screen(&this.engine, &this.shop, clock(this.step));
                let id = screen.stock.and_then(|stock| stock.rows.get(*row).map(|row| row.id.clone()));
                if let Some(id) = id {
                    this.input(Input::Intent(Intent::Choose { id }), usize::MAX);
                }
            }
            Step::Answer(text) => drop(this.input(Input::Intent(Intent::Answer { text: (*text).into() }), usize::MAX)),
            Step::Enter(text) => drop(this.input(Input::Intent(Intent::Enter { text: (*text).into() }), usize::MAX)),
            Step::Tick => drop(this.input(Input::Tick, usize::MAX)),
            Step::DiskFull(full) => this.disk_full = *full,
            Step::PowerCut(after) => {
                this.input(Input::Scanned { data: "4006381333931".into() }, *after);
                this = Handheld::on(this.shop, this.disk, this.events, this.step);
            }
            Step::Change(staff) => this.sign_on(staff),
        }
        this.check();
        this
    }

    /// Entries of the pass in hand.
    fn counted(&self) -> usize {
        let counting = self.engine.stock_desk().and_then(|desk| desk.counting.as_ref());
        counting.map_or(0, |counting| counting.count.pass(counting.pass.id).map_or(0, |pass| pass.entries.len()))
    }

    /// What the desk knows is on the disk, but for what it says is not; and nothing on the disk is unknown to it.
    fn check(&self) {
        let Some(desk) = self.engine.stock_desk() else { return };
        if let Some(counting) = &desk.counting {
            let unkept: BTreeSet<Uuid> = counting.unkept().iter().map(|entry| entry.id).collect();
            let here = counting.count.pass(counting.pass.id).expect("the pass in hand").entries.clone();
            let on_disk = self.entries_of(counting.pass.id);
            let kept: BTreeMap<Uuid, CountEntry> = here.into_iter().filter(|(id, _)| !unkept.contains(id)).collect();
            assert_eq!(kept, on_disk, "what is kept is what is on the disk");
            let pass = counting.count.pass(counting.pass.id).expect("the pass in hand");
            assert_eq!(counting.claims, pass.claims(), "what is shown follows from the entries");
            if unkept.is_empty() {
                assert_eq!(counting.kept_sum(), self.sum_of(counting));
            } else {
                assert!(self.disk_full || desk.unsaved.is_some(), "what is not kept is said");
            }
        }
        if let Some(booking) = desk.booking.as_ref().filter(|booking| booking.all_kept()) {
            let again = self.reopened();
            let stored = again.booking.expect("what is kept is on the disk");
            let sum = |lines: &[ArrivedLine]| lines.to_vec();
            assert_eq!(sum(&stored.lines), sum(&booking.lines));
        }
        let mut documents = BTreeSet::new();
        for event in &self.events {
            let id = match event {
                Event::GoodsReceived(received) => received.id,
                Event::TransferSent(sent) => sent.id,
                Event::WrittenOff(written) => written.id,
                _ => continue,
            };
            assert!(documents.insert(id), "a document is booked once");
        }
    }

    /// Pieces and kilograms of a pass, apart.
    fn sum_of(&self, counting: &Counting) -> CountSum {
        let mut sum = CountSum { kinds: counting.claims.len(), ..CountSum::default() };
        for (what, claim) in &counting.claims {
            let item = what.item().and_then(|id| self.shop.item(id).unwrap());
            match item.map(|item| item.unit) {
                Some(Unit::Kilogram) => sum.kilograms = sum.kilograms + claim.quantity(),
                Some(Unit::Piece) | None => sum.pieces = sum.pieces + claim.quantity(),
            }
        }
        sum
    }

    fn entries_of(&self, pass: Uuid) -> BTreeMap<Uuid, CountEntry> {
        let mut entries = BTreeMap::new();
        for event in &self.events {
            let Event::CountEntered(batch) = event else { continue };
            if batch.pass.id == pass {
                for entry in &batch.entries {
                    assert_eq!(entries.insert(entry.id, entry.clone()), None, "an entry is written once");
                }
            }
        }
        entries
    }

    /// The desk as it would come up after a power cut at this moment.
    fn reopened(&self) -> Desk {
        let setup = Setup { face: Face::Handheld, ..Setup::till(5) };
        // Wrong PINs of the story keep nobody from looking.
        let disk = Durable { lockouts: Vec::new(), ..self.disk.clone() };
        let mut copy = Handheld {
            shop: Shop::new(),
            engine: Engine::new(setup, disk.clone(), clock(self.step)),
            disk,
            events: Vec::new(),
            disk_full: false,
            step: self.step,
        };
        copy.shop.stock.take(&self.events);
        copy.sign_on("07");
        copy.engine.stock_desk().expect("a handheld shows the desk").clone()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn nothing_counted_is_lost_or_doubled(steps in prop::collection::vec(step(), 1..60)) {
        let mut handheld = Handheld::on(Shop::new(), Durable::default(), Vec::new(), 1);
        for step in &steps {
            handheld = handheld.act(step);
        }
        // When the disk is free again everything gets there.
        handheld.disk_full = false;
        handheld.input(Input::Tick, usize::MAX);
        handheld.check();
        if let Some(desk) = handheld.engine.stock_desk() {
            prop_assert!(desk.all_kept());
        }
        let again = handheld.reopened();
        let here = handheld.engine.stock_desk().and_then(|desk| desk.counting.as_ref());
        if let (Some(here), Some(there)) = (here, &again.counting) {
            prop_assert_eq!(here.pass.id, there.pass.id);
            prop_assert_eq!(&here.claims, &there.claims);
        }
    }
}

/// Whatever is scanned as fast as can be: entries go into one transaction after the other, none is lost.
#[test]
fn scans_that_come_faster_than_the_disk_are_all_counted() {
    let mut handheld = Handheld::on(Shop::new(), Durable::default(), Vec::new(), 1);
    for key in ["count", "spot"] {
        handheld.input(Input::Intent(Intent::Press { key: key.into() }), usize::MAX);
    }
    let mut commits = VecDeque::new();
    for scan in 0..300_u64 {
        handheld.step += 1;
        let now = clock(handheld.step);
        let effects = handheld.engine.handle(now, &handheld.shop, Input::Scanned { data: "4006381333931".into() });
        commits.extend(effects.into_iter().filter(|effect| matches!(effect, Effect::Commit { .. })));
        assert!(commits.len() <= 1, "one transaction at a time");
        // The disk answers to every hundredth scan alone.
        if scan % 100 == 99 {
            while let Some(Effect::Commit { id, events, .. }) = commits.pop_front() {
                handheld.events.extend(events);
                handheld.step += 1;
                let more = handheld.engine.handle(clock(handheld.step), &handheld.shop, Input::Committed { id });
                commits.extend(more.into_iter().filter(|effect| matches!(effect, Effect::Commit { .. })));
            }
        }
    }
    let pass = handheld.engine.stock_desk().and_then(|desk| desk.counting.as_ref()).expect("counting").pass.id;
    assert_eq!(handheld.entries_of(pass).len(), 300);
    let what = What::Item("1".into());
    let counting = handheld.engine.stock_desk().and_then(|desk| desk.counting.as_ref()).expect("counting");
    assert_eq!(counting.quantity_of(&what), Quantity::pieces(300));
    let sum = CountSum { kinds: 1, pieces: Quantity::pieces(300), kilograms: Quantity::NONE };
    assert_eq!(counting.kept_sum(), sum);
}

/// Ten minutes at three codes a second, with a disk that takes longer for each transaction than the next scan takes to
/// come, and that is full for ten seconds in between: every scan is heard, counted once and written, and no more wait
/// than the desk holds.
#[test]
fn ten_minutes_at_three_codes_a_second_lose_nothing() {
    const SCANS: u64 = 1_800;
    const SCAN_MS: u64 = 333;
    const DISK_MS: u64 = 450;
    let codes = ["4006381333931", "6901234567892", "6908946287728"];
    let mut handheld = Handheld::on(Shop::new(), Durable::default(), Vec::new(), 1);
    for key in ["count", "spot"] {
        handheld.input(Input::Intent(Intent::Press { key: key.into() }), usize::MAX);
    }
    let begins = clock(handheld.step);
    let now = |ms: u64, fresh: u64| Now {
        at: begins.at + std::time::Duration::from_millis(ms),
        local: begins.local + std::time::Duration::from_millis(ms),
        fresh: Uuid::from_u128(u128::from(1_000_000 + fresh)),
    };
    let mut fresh = 0;
    let mut writing: Option<(u64, Effect)> = None;
    let mut most_waiting = 0;
    for scan in 0..SCANS {
        let ms = scan * SCAN_MS;
        let mut inputs = VecDeque::new();
        if let Some((due, Effect::Commit { id, events, .. })) = writing.take_if(|(due, _)| *due <= ms) {
            // Full from the fourth minute on, for ten seconds.
            if (240_000..250_000).contains(&due) {
                inputs.extend([Input::CommitFailed { id, why: SaveTrouble::DiskFull }, Input::Tick]);
            } else {
                handheld.events.extend(events);
                inputs.push_back(Input::Committed { id });
            }
        }
        inputs.push_back(Input::Scanned { data: codes[scan as usize % codes.len()].into() });
        for input in inputs {
            let heard = present::screen(&handheld.engine, &handheld.shop, now(ms, fresh)).heard;
            let is_scan = matches!(input, Input::Scanned { .. });
            fresh += 1;
            for effect in handheld.engine.handle(now(ms, fresh), &handheld.shop, input) {
                if matches!(effect, Effect::Commit { .. }) {
                    assert!(writing.is_none(), "one transaction at a time");
                    writing = Some((ms + DISK_MS, effect));
                }
            }
            let after = present::screen(&handheld.engine, &handheld.shop, now(ms, fresh)).heard;
            if is_scan {
                assert_eq!(
                    (after.count, after.sound),
                    (heard.count + 1, Sound::Taken),
                    "scan {scan} is heard as taken"
                );
            }
        }
        let counting = handheld.engine.stock_desk().and_then(|desk| desk.counting.as_ref()).expect("counting");
        most_waiting = most_waiting.max(counting.unkept().len());
    }
    // The last ones get there, too.
    while let Some((_, Effect::Commit { id, events, .. })) = writing.take() {
        handheld.events.extend(events);
        fresh += 1;
        let ms = SCANS * SCAN_MS;
        let effects = handheld.engine.handle(now(ms, fresh), &handheld.shop, Input::Committed { id });
        writing = effects.into_iter().find(|effect| matches!(effect, Effect::Commit { .. })).map(|effect| (ms, effect));
    }
    let counting = handheld.engine.stock_desk().and_then(|desk| desk.counting.as_ref()).expect("counting");
    assert_eq!(handheld.entries_of(counting.pass.id).len() as u64, SCANS);
    let pieces = Quantity::pieces(SCANS as i64);
    assert_eq!(counting.kept_sum(), CountSum { kinds: 3, pieces, kilograms: Quantity::NONE });
    assert!((30..400).contains(&most_waiting), "{most_waiting} scans waited for the full disk");
    handheld.check();
}
