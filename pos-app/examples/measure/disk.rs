//! Sales through engine and journal, beside a bare write and fdatasync; then the day's close.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use jiff::tz::TimeZone;
use pos_app::engine::{Effect, Engine, Input, Place, Setup};
use pos_app::shell::{Ledger, ReplicaCatalogue, now_in};
use ui::Intent;

use super::figure::{Times, at_most, tell, times_reference};
use super::goods::{PIN, STAFF, code, write_replica};
use super::mind::in_chinese;

const ITEMS: u64 = 5_000;
/// Goods in one sale.
const GOODS: u64 = 5;

/// A till on a real journal.
pub struct Till {
    pub catalogue: ReplicaCatalogue,
    ledger: Ledger,
    engine: Engine,
    zone: TimeZone,
    /// Time of the newest transaction that carried an event.
    pub commits: Times,
    print: u64,
}

impl Till {
    pub fn open(state: &Path) -> Result<Till> {
        let catalogue = ReplicaCatalogue::open(state);
        let zone = TimeZone::UTC;
        let now = now_in(&zone);
        let opened = Ledger::open(state, &catalogue, now, &words::Languages::built_in().of("zh-CN"))?
            .context("the replica has no store")?;
        let setup = Setup { epoch: opened.epoch, ..in_chinese() };
        let engine = Engine::new(setup, opened.durable, now);
        let mut till = Till { catalogue, ledger: opened.ledger, engine, zone, commits: Times::default(), print: 0 };
        till.wish(Intent::SignOn { staff: STAFF.into(), pin: PIN.into() });
        till.wish(Intent::OpenShift { float: "100".into() });
        anyhow::ensure!(till.engine.durable().shift.is_some(), "no shift was opened");
        till.commits = Times::default();
        Ok(till)
    }

    /// One whole sale.
    pub fn sell(&mut self, no: u64, items: u64) -> Result<()> {
        for line in 0..GOODS {
            self.input(Input::Scanned { data: code((no * 17 + line * 101) % items) });
        }
        self.wish(Intent::Pay);
        self.wish(Intent::Cash { text: String::new() });
        anyhow::ensure!(
            matches!(self.engine.place(), Place::Paid(_)),
            "the sale was not paid: {:?}",
            self.engine.said()
        );
        let job = std::mem::take(&mut self.print);
        self.input(Input::Printed { job });
        Ok(())
    }

    pub fn wish(&mut self, intent: Intent) {
        self.input(Input::Intent(intent));
    }

    fn input(&mut self, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            for effect in self.engine.handle(now_in(&self.zone), &self.catalogue, input) {
                match effect {
                    Effect::Commit { id, stamp, events, saves } => {
                        let begun = Instant::now();
                        let written = self.ledger.commit(&stamp, &events, saves);
                        if !events.is_empty() {
                            self.commits.add(begun);
                        }
                        inputs.push(match written {
                            Ok(()) => Input::Committed { id },
                            Err(why) => Input::CommitFailed { id, why },
                        });
                    }
                    Effect::Print { job, .. } => self.print = job,
                    Effect::OpenDrawer | Effect::Payment(_) | Effect::Scale(_) | Effect::Lane(..) => {}
                }
            }
        }
    }

    pub fn idle(&mut self) {
        self.ledger.idle();
    }

    pub fn unsent_head(&self) -> protocol::v1::Head {
        self.ledger.head()
    }
}

pub fn measure(state: &Path, sales: u64) -> Result<()> {
    write_replica(state, ITEMS)?;
    let mut till = Till::open(state)?;
    let bytes = bytes_of_a_sale(state, &mut till)?;
    let mut bare = std::fs::File::create(state.join("bare"))?;
    till.commits = Times::default();
    let mut of_bare = Times::default();
    // One after the other, so that both see the same disk at the same time.
    let paired = sales.min(1_000);
    for no in 0..paired {
        till.sell(no, ITEMS)?;
        of_bare.time(|| bare.write_all(&bytes).and_then(|()| bare.sync_data()))?;
        if no % 50 == 0 {
            till.idle();
        }
    }
    let name = "sale commit, p50";
    times_reference(name, till.commits.percentile(50), "ms", of_bare.percentile(50), 2.5);
    tell("sale commit, p99", till.commits.percentile(99), "ms");
    for no in paired..sales {
        till.sell(no, ITEMS)?;
    }
    till.wish(Intent::ShowClose);
    let mut close = Times::default();
    close.time(|| till.wish(Intent::CloseShift { counted: "100".into() }));
    anyhow::ensure!(till.engine.durable().shift.is_none(), "the shift was not closed");
    at_most(&format!("day close with {sales} sales"), close.percentile(100), "ms", 100.0);
    Ok(())
}

/// As many bytes as the journal's log grows by in the transaction of one sale.
fn bytes_of_a_sale(state: &Path, till: &mut Till) -> Result<Vec<u8>> {
    let log = state.join(format!("{}-wal", journal::JOURNAL_FILE));
    for line in 0..GOODS {
        till.input(Input::Scanned { data: code(line) });
    }
    till.wish(Intent::Pay);
    let before = std::fs::metadata(&log)?.len();
    till.wish(Intent::Cash { text: String::new() });
    let grown = std::fs::metadata(&log)?.len().saturating_sub(before);
    anyhow::ensure!(grown > 0, "the journal's log did not grow");
    tell("bytes of a sale's transaction", grown as f64, "bytes");
    Ok(vec![7; grown as usize])
}
