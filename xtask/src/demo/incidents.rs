//! What happens to stores: the line goes dead, the power fails, the roll ends.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use simulation::counter::{End, Paper};
use simulation::street::{Cashier, Incident, Moment, Payment, Visit};
use ui::Screen;
use ui::screen::Level;

use super::Interrupt;
use super::faults::{Fate, Faults};
use super::glass::Glass;
use crate::store::Places;
use crate::store::Store;

/// How long paper may take to come out, and a till to notice that it does not.
const PAPER_PATIENCE: Duration = Duration::from_secs(15);
/// How long the agent may take to try again after the line has come back.
const AGENT_PATIENCE: Duration = Duration::from_secs(90);
/// Lines of a receipt after which the roll ends.
const LINES_BEFORE_PAPER_END: u64 = 9;
/// Bytes to the platform that are more than a greeting: an upload is under way.
const UPLOAD_BYTES: u64 = 4000;
/// Delay of the line while it comes back, so that an upload has a middle.
const SLOW_LINE: Duration = Duration::from_millis(25);
/// What stands on a receipt that was printed again.
const REPRINT_MARK: &str = "REPRINT";
/// Lines in the basket when the till loses its power.
const LINES_AT_POWER_CUT: usize = 2;
/// Papers that are taken from the printer; it keeps 1,024 by itself.
const PAPERS_MAX: usize = 250_000;

/// What is to happen, and what has.
pub struct Incidents {
    cut_at: usize,
    mend_at: usize,
    power_cut_from: Option<usize>,
    payment_power_cut_from: Option<usize>,
    paper_end_at: usize,
    /// Papers that come out before the roll ends, at least.
    papers_before_end: usize,
    line: LineState,
    faults: Faults,
    interrupt: Interrupt,
    pictures: Vec<(&'static str, PathBuf)>,
    /// What happened, in words.
    pub told: Vec<String>,
    /// Papers in the order in which they came out.
    pub papers: Vec<Paper>,
    /// What the shoppers read.
    pub glass: Glass,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineState {
    Whole,
    Cut,
    /// Back, and slow; holds the bytes that had gone up before.
    ComingBack(u64),
    AgentKilled,
}

impl Incidents {
    /// Spreads them over the day: the line is gone for its middle third, the power fails in it.
    pub fn plan(visits: &[Visit], places: &Places, interrupt: &Interrupt) -> Incidents {
        let count = visits.len();
        let picture = |what, name| places.screen(name).map(|path| (what, path));
        // A receipt of some length is printed where the roll ends.
        let long = |visit: &Visit| visit.steps.len() >= 3 && visit.payment != Payment::None && visit.sales() == 1;
        let paper_end_at = (count / 5..count).find(|no| long(&visits[*no])).unwrap_or(count / 5);
        let pictures = [
            picture("selling", "02-selling.png"),
            picture("payment", "03-payment.png"),
            picture("change", "04-change.png"),
            picture("unknown code", "05-unknown-code.png"),
            picture("suspended", "06-suspended.png"),
            picture("no network", "07-no-network.png"),
            picture("paper end", "08-paper-end.png"),
            picture("weighing", "09-weighing.png"),
            picture("rolling", "10-scale-moves.png"),
            picture("being paid", "11-being-paid.png"),
            picture("confirming", "12-shopper-confirms.png"),
            picture("in doubt", "13-in-doubt.png"),
            picture("declined", "14-pays-otherwise.png"),
        ];
        let papers_before_end = visits[..paper_end_at].iter().map(Visit::sales).sum();
        let stories = vec![count / 3, paper_end_at, count / 2, count * 3 / 5];
        Incidents {
            cut_at: count / 3,
            mend_at: (count * 2 / 3).max(count / 3 + 1),
            power_cut_from: Some(count / 2),
            payment_power_cut_from: Some(count * 3 / 5),
            paper_end_at,
            papers_before_end,
            line: LineState::Whole,
            faults: Faults::plan(visits, stories),
            interrupt: interrupt.clone(),
            pictures: pictures.into_iter().flatten().collect(),
            told: Vec::new(),
            papers: Vec::new(),
            glass: Glass::default(),
        }
    }

    /// The state of the street in a word or two.
    pub fn word(&self, store: &Store) -> String {
        if store.network.is_cut() { "no line to the platform".to_owned() } else { String::new() }
    }

    /// Lets happen what is due at a moment.
    pub fn happen(&mut self, store: &mut Store, moment: Moment) -> Result<Incident> {
        self.interrupt.check()?;
        self.line(store, moment)?;
        match self.faults.happen(&store.counter, moment) {
            Fate::Nothing => {}
            Fate::TerminalGone => return Ok(Incident::TerminalGone),
            Fate::GiveUp => {
                let picture = match self.picture("confirming") {
                    Incident::Picture(path) => Some(path),
                    _ => None,
                };
                return Ok(Incident::GiveUp(picture));
            }
            Fate::PowerCut => return cut_power(store),
        }
        match moment {
            Moment::Step { visit, lines, aside } => {
                if visit == self.paper_end_at && lines == 0 && !aside {
                    self.end_the_roll(store)?;
                }
                let due = self.power_cut_from.is_some_and(|from| visit >= from) && lines >= LINES_AT_POWER_CUT;
                if due && !aside {
                    self.power_cut_from = None;
                    self.told.push(format!("visit {}: power cut with {lines} lines in the basket", visit + 1));
                    return cut_power(store);
                }
                if lines >= 4 && !aside {
                    let what = if store.network.is_cut() { "no network" } else { "selling" };
                    return Ok(self.picture(what));
                }
                Ok(Incident::None)
            }
            Moment::CashSent { visit } => {
                if self.payment_power_cut_from.is_some_and(|from| visit >= from) {
                    self.payment_power_cut_from = None;
                    self.told.push(format!("visit {}: power cut while the payment was written", visit + 1));
                    return cut_power(store);
                }
                Ok(Incident::None)
            }
            Moment::Shows { what, screen, .. } => {
                if what == "change" {
                    self.glass.look(&store.counter, screen);
                }
                Ok(self.picture(what))
            }
        }
    }

    /// After a visit: the cashier sees that the roll has ended, and puts a new one in.
    pub fn after(&mut self, store: &mut Store, cashier: &mut Cashier, visit: usize) -> Result<()> {
        store.check()?;
        if visit == self.paper_end_at {
            self.reload(store, cashier, visit)?;
        }
        self.told.extend(self.faults.after(store, cashier, visit)?);
        self.collect(store);
        Ok(())
    }

    /// What must have happened by the evening.
    pub fn end(&mut self, store: &mut Store) -> Result<()> {
        store.network.mend();
        let until = Instant::now() + AGENT_PATIENCE;
        while let LineState::ComingBack(before) = self.line {
            self.interrupt.check()?;
            if !self.kill_agent_in_upload(store, before)? {
                if Instant::now() > until {
                    bail!("the agent did not begin its upload within {AGENT_PATIENCE:?} after the network came back");
                }
                thread::sleep(Duration::from_millis(1));
            }
        }
        self.collect(store);
        Ok(())
    }

    /// Takes the papers that came out.
    pub fn collect(&mut self, store: &Store) {
        let room = PAPERS_MAX.saturating_sub(self.papers.len());
        self.papers.extend(store.counter.printer.take_papers().into_iter().take(room));
    }

    fn picture(&mut self, what: &str) -> Incident {
        match self.pictures.iter().position(|(of, _)| *of == what) {
            Some(at) => Incident::Picture(self.pictures.swap_remove(at).1),
            None => Incident::None,
        }
    }

    fn line(&mut self, store: &mut Store, moment: Moment) -> Result<()> {
        let visit = match moment {
            Moment::Step { visit, .. } | Moment::CashSent { visit } | Moment::Shows { visit, .. } => visit,
        };
        match self.line {
            LineState::Whole if visit >= self.cut_at => {
                store.network.cut();
                self.line = LineState::Cut;
                self.told.push(format!("visit {}: the line to the platform is gone", visit + 1));
            }
            LineState::Cut if visit >= self.mend_at => {
                store.network.delay(SLOW_LINE);
                store.network.mend();
                self.line = LineState::ComingBack(store.network.bytes_up());
                self.told.push(format!("visit {}: the line to the platform is back", visit + 1));
            }
            LineState::ComingBack(before) => {
                self.kill_agent_in_upload(store, before)?;
            }
            LineState::Whole | LineState::Cut | LineState::AgentKilled => {}
        }
        Ok(())
    }

    fn kill_agent_in_upload(&mut self, store: &mut Store, before: u64) -> Result<bool> {
        if store.network.bytes_up() < before + UPLOAD_BYTES {
            return Ok(false);
        }
        store.till.kill_agent()?;
        store.network.delay(Duration::ZERO);
        store.till.start_agent()?;
        self.line = LineState::AgentKilled;
        self.told.push("the agent lost its power in the middle of an upload".to_owned());
        Ok(true)
    }

    /// Once the papers before are out, so that the roll ends in the receipt that comes.
    fn end_the_roll(&mut self, store: &mut Store) -> Result<()> {
        self.collect(store);
        self.wait_for_paper(store, |day, papers| papers >= day.papers_before_end, "earlier receipts to come out")?;
        store.counter.printer.paper_out_after(LINES_BEFORE_PAPER_END);
        Ok(())
    }

    fn reload(&mut self, store: &mut Store, cashier: &mut Cashier, visit: usize) -> Result<()> {
        let until = Instant::now() + PAPER_PATIENCE;
        while store.counter.printer.hanging().is_blank() {
            if Instant::now() > until {
                bail!("visit {}: the roll did not end in the middle of a receipt", visit + 1);
            }
            thread::sleep(Duration::from_millis(2));
        }
        let noticed = |screen: &Screen| screen.bar.devices_level == Level::Fault || screen.notice.is_some();
        cashier.till().wait("telling that the paper has ended", PAPER_PATIENCE, noticed)?;
        if let Incident::Picture(path) = self.picture("paper end") {
            cashier.till().picture(&path, PAPER_PATIENCE)?;
        }
        self.told.push(format!("visit {}: the roll ended in the middle of a receipt", visit + 1));
        let before = self.papers.len();
        store.counter.printer.load_paper();
        self.wait_for_paper(
            store,
            |day, _| day.is_whole_again(before),
            "the receipt to be printed again, whole and marked",
        )
    }

    /// Whether a torn paper came out, and after it a whole one with the same lines and the mark of a repetition.
    fn is_whole_again(&self, from: usize) -> bool {
        let Some(torn) = self.papers[from..].iter().position(|paper| paper.end == End::Torn) else { return false };
        let (torn, after) = self.papers[from + torn..].split_first().expect("it was found there");
        after.iter().any(|whole| {
            let has = |line: &String| whole.lines.contains(line);
            whole.end != End::Torn && torn.lines.iter().all(has) && whole.text().contains(REPRINT_MARK)
        })
    }

    fn wait_for_paper(&mut self, store: &Store, enough: impl Fn(&Incidents, usize) -> bool, what: &str) -> Result<()> {
        let until = Instant::now() + PAPER_PATIENCE;
        loop {
            self.collect(store);
            if enough(self, self.papers.len()) {
                return Ok(());
            }
            if Instant::now() > until {
                bail!("waited {PAPER_PATIENCE:?} for {what}");
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

fn cut_power(store: &mut Store) -> Result<Incident> {
    store.till.kill()?;
    store.till.start().context("failed starting the till after a power cut")?;
    Ok(Incident::TillKilled)
}
