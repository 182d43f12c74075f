//! The engine alone, and search in the large replica.

use std::path::Path;

use anyhow::Result;
use jiff::tz::TimeZone;
use pos_app::engine::{Catalogue, Durable, Effect, Engine, Face, Input, Setup};
use pos_app::present;
use pos_app::shell::{ReplicaCatalogue, now_in};
use ui::Intent;

use super::figure::{Times, at_most};
use super::goods::{PIN, STAFF, code};

/// A till as most of its users have it.
pub fn in_chinese() -> Setup {
    let till = Setup::till(1);
    Setup { words: till.languages.of("zh-CN"), ..till }
}

/// Scans of the pass before it is measured.
const COUNTED: u64 = 5_000;
/// Kinds of goods in it.
const KINDS: u64 = 800;

/// What people type, the nasty ones too.
const QUERIES: [&str; 16] = [
    "n",
    "nf",
    "nfsq",
    "农",
    "山泉",
    "农夫山泉",
    "夫山",
    "golden",
    "Golden Bis",
    "b",
    "1",
    "69000012",
    "ml",
    "可乐 123",
    "jlythy",
    "zzz",
];

pub fn measure(state: &Path, items: u64) -> Result<()> {
    let catalogue = ReplicaCatalogue::open(state);
    let mut times = Times::default();
    for round in 0..40 {
        let mut till = Till::with_lines(&catalogue, items, round);
        for scan in 0..25 {
            let data = code((round * 31 + scan * 7919) % items);
            times.time(|| till.scan(&catalogue, data));
        }
    }
    at_most("engine: scan and re-price a 50-line basket, p99", times.percentile(99), "ms", 1.0);
    let mut till = Till::counting(&catalogue);
    let mut times = Times::default();
    for scan in 0..COUNTED + 1_000 {
        let data = code((scan * 7919) % items.min(KINDS));
        match scan < COUNTED {
            true => till.scan(&catalogue, data),
            false => times.time(|| till.scan(&catalogue, data)),
        }
    }
    at_most("engine: scan at the stock desk in a pass of 5,000 scans, p99", times.percentile(99), "ms", 20.0);
    let mut times = Times::default();
    for _ in 0..10 {
        for query in QUERIES {
            times.time(|| catalogue.search(query, 24)).map_err(|error| anyhow::anyhow!(error))?;
        }
    }
    at_most("name and pinyin search, p95", times.percentile(95), "ms", 50.0);
    Ok(())
}

/// An engine whose transactions succeed at once, so that it alone is measured.
struct Till {
    engine: Engine,
    zone: TimeZone,
}

impl Till {
    fn with_lines(catalogue: &ReplicaCatalogue, items: u64, round: u64) -> Till {
        let zone = TimeZone::UTC;
        let durable = Durable { next_receipt: 1, next_z: 1, next_job: 1, ..Durable::default() };
        let mut till = Till { engine: Engine::new(in_chinese(), durable, now_in(&zone)), zone };
        till.input(catalogue, Input::Intent(Intent::SignOn { staff: STAFF.into(), pin: PIN.into() }));
        till.input(catalogue, Input::Intent(Intent::OpenShift { float: "100".into() }));
        for line in 0..50 {
            till.scan(catalogue, code((round * 97 + line * 13_007) % items));
        }
        till
    }

    /// A handheld in a spot count.
    fn counting(catalogue: &ReplicaCatalogue) -> Till {
        let durable = Durable { next_receipt: 1, next_z: 1, next_job: 1, ..Durable::default() };
        let setup = Setup { face: Face::Handheld, ..in_chinese() };
        let zone = TimeZone::UTC;
        let mut till = Till { engine: Engine::new(setup, durable, now_in(&zone)), zone };
        till.input(catalogue, Input::Intent(Intent::SignOn { staff: STAFF.into(), pin: PIN.into() }));
        for key in ["count", "spot"] {
            till.input(catalogue, Input::Intent(Intent::Press { key: key.into() }));
        }
        till
    }

    fn scan(&mut self, catalogue: &ReplicaCatalogue, data: String) {
        self.input(catalogue, Input::Scanned { data });
    }

    fn input(&mut self, catalogue: &ReplicaCatalogue, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            for effect in self.engine.handle(now_in(&self.zone), catalogue, input) {
                if let Effect::Commit { id, .. } = effect {
                    inputs.push(Input::Committed { id });
                }
            }
        }
        std::hint::black_box(present::screen(&self.engine, catalogue, now_in(&self.zone)));
    }
}
