//! The cashier: serves one visit after the other through the scanner's wire and the till's screen, and looks at every
//! answer before she goes on.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use ui::screen::{Basket, Panel};
use ui::{Intent, Screen};

use super::{
    Around, Count, Incident, Model, Moment, Payment, Scans, Served, Step, StreetError, Till, TillError, Visit, Weighs,
};
use crate::shop::{SUPERVISOR, Shop, Staff, amount_in, amount_text};

mod paying;
mod weighing;

/// How long one answer may take; a debug build on a busy machine included.
pub const ANSWER_PATIENCE: Duration = Duration::from_secs(20);
/// How long a shopper waits for her receipt.
const RECEIPT_PATIENCE: Duration = Duration::from_millis(500);
/// How long a till may take to open.
pub const START_PATIENCE: Duration = Duration::from_secs(30);
/// How long the till may ask about a payment that was under way when the power failed.
const RESUMED_PAYMENT_PATIENCE: Duration = Duration::from_secs(90);
/// Unexpected notices in one day that the cashier reads before she gives up.
const NOTICES_MAX: usize = 1000;
/// Steps from a fresh screen to selling that the cashier tries.
const STEPS_TO_SELL_MAX: usize = 12;

/// The cashier at one till.
pub struct Cashier<'a> {
    shop: &'a Shop,
    staff: Staff,
    control: PathBuf,
    till: Till,
    scanner: Box<dyn Scans>,
    scale: Box<dyn Weighs>,
    /// Time between two steps, so that people can follow; zero for none.
    pub pace: Duration,
    /// What the street counted so far.
    pub count: Count,
    /// From the scanner's last byte to the screen that shows the line.
    pub scan_times: Vec<Duration>,
    /// From the till's power to a till that sells, with the cashier's PIN in between.
    pub resume_times: Vec<Duration>,
    /// Steps that a power cut took back, because the screen showed them before they were on the disk.
    pub lost_steps: u64,
    /// Notices that came up unexpectedly and were read.
    pub notices: Vec<String>,
    visit: usize,
}

impl<'a> Cashier<'a> {
    /// Comes to a till.
    ///
    /// # Errors
    /// When the till does not open.
    pub fn arrive(
        shop: &'a Shop,
        staff: Staff,
        control: &Path,
        (scanner, scale): (Box<dyn Scans>, Box<dyn Weighs>),
    ) -> Result<Cashier<'a>, StreetError> {
        let till = Till::connect(control, START_PATIENCE)?;
        Ok(Cashier {
            shop,
            staff,
            control: control.to_owned(),
            till,
            scanner,
            scale,
            pace: Duration::ZERO,
            count: Count::default(),
            scan_times: Vec::new(),
            resume_times: Vec::new(),
            lost_steps: 0,
            notices: Vec::new(),
            visit: 0,
        })
    }

    /// Signs on and opens the shift.
    ///
    /// # Errors
    /// When the till does not come to selling.
    pub fn begin(&mut self) -> Result<(), StreetError> {
        self.come_to_sell()
    }

    /// The till's screens.
    pub fn till(&mut self) -> &mut Till {
        &mut self.till
    }

    /// Serves a visit to its end.
    ///
    /// # Errors
    /// At the first answer that is not as it must be.
    pub fn serve(&mut self, no: usize, visit: &Visit, around: &mut Around) -> Result<Served, StreetError> {
        self.visit = no;
        let begun = Instant::now();
        self.serve_inner(visit, false, around)?;
        Ok(Served { took: begun.elapsed() })
    }

    fn serve_inner(&mut self, visit: &Visit, aside: bool, around: &mut Around) -> Result<(), StreetError> {
        let mut model = Model::default();
        let mut last: Option<(&Step, Model)> = None;
        for step in &visit.steps {
            let moment = Moment::Step { visit: self.visit, lines: model.lines.len(), aside };
            if self.look(moment, around)? == Incident::TillKilled {
                self.resume()?;
                if let Some((step, before)) = last.filter(|(_, before)| self.is_shown(before) && !self.is_shown(&model))
                {
                    // The screen runs some milliseconds ahead of the disk; what had been on it for less is done again.
                    self.lost_steps += 1;
                    model = before;
                    self.step(step, &mut model, around)?;
                }
                self.compare("the basket after the power cut", &model)?;
            }
            last = Some((step, model.clone()));
            self.step(step, &mut model, around)?;
            thread::sleep(self.pace);
        }
        let paid = self.end(&model, &visit.payment, around)?;
        self.count.add(&model, paid.as_ref());
        Ok(())
    }

    /// Shows the till in another language.
    ///
    /// # Errors
    /// When the till does not.
    pub fn switch_language(&mut self, tag: &str) -> Result<(), StreetError> {
        let speaks = |screen: &Screen| screen.language == tag;
        self.ask(&Intent::Language { tag: tag.to_owned() }, "switching the language", speaks).map(drop)
    }

    /// Shows the running totals.
    ///
    /// # Errors
    /// When the till does not.
    pub fn show_running_totals(&mut self) -> Result<Screen, StreetError> {
        let shows = |screen: &Screen| matches!(screen.panel, Panel::Report { asks_count: false, .. });
        self.ask(&Intent::XReport, "showing the running totals", shows)
    }

    /// Shows the form that closes the day.
    ///
    /// # Errors
    /// When the till does not.
    pub fn show_close(&mut self) -> Result<Screen, StreetError> {
        self.ask(&Intent::ShowClose, "showing the day's close", asks_count)
    }

    /// Closes the day with what was counted in the drawer.
    ///
    /// # Errors
    /// When the till does not close.
    pub fn close_shift(&mut self, counted: i64) -> Result<Screen, StreetError> {
        let intent = Intent::CloseShift { counted: amount_text(counted) };
        self.ask(&intent, "closing the day", |screen| !asks_count(screen))
    }

    fn step(&mut self, step: &Step, model: &mut Model, around: &mut Around) -> Result<(), StreetError> {
        match step {
            Step::Scan { code, returned, .. } => {
                self.returning(*returned)?;
                model.apply(step);
                self.scan(code, Some(model))?;
            }
            Step::Touch { good, .. } => {
                self.returning(false)?;
                model.apply(step);
                self.touch(*good, model)?;
            }
            Step::Weigh { good, grams, rolls, .. } => {
                self.returning(false)?;
                model.apply(step);
                self.weigh(*good, (*grams, *rolls), model, around)?;
            }
            Step::Pieces(pieces) => {
                model.apply(step);
                self.ask_total(&Intent::SetQuantity { text: pieces.to_string() }, "changing the quantity", model)?;
            }
            Step::VoidLast => {
                model.apply(step);
                let last = self.till.screen().basket.lines.iter().rev().find(|line| !line.voided).map(|line| line.no);
                let line = last.ok_or_else(|| self.differs("a line to void", "none", "one"))?;
                self.ask(&Intent::SelectLine { line }, "selecting a line", |screen| {
                    screen.basket.selected == Some(line)
                })?;
                self.ask_total(&Intent::VoidLine, "voiding a line", model)?;
            }
            Step::Member(text) => {
                model.apply(step);
                let intent = Intent::Member { text: text.clone() };
                self.ask(&intent, "naming a member", |screen| !screen.basket.member.is_empty())?;
            }
            Step::Unknown(code) => self.unknown(code, around)?,
            Step::Aside(other) => self.aside(other, model, around)?,
        }
        Ok(())
    }

    /// Scans, waits for the answer to this very scan, and for the line when one is expected.
    fn scan(&mut self, code: &str, model: Option<&Model>) -> Result<(), StreetError> {
        let answered = self.till.screen().scans_answered;
        self.scanner.scan(code)?;
        let sent = Instant::now();
        let (screen, at) = self.wait("scanning", |screen| screen.scans_answered > answered)?;
        if let Some(model) = model {
            self.scan_times.push(at.saturating_duration_since(sent));
            if amount_in(&screen.basket.total) != Some(model.total()) {
                let expected = model.total();
                self.wait("showing a scanned line", |screen| amount_in(&screen.basket.total) == Some(expected))?;
            }
        }
        Ok(())
    }

    fn touch(&mut self, good: usize, model: &Model) -> Result<(), StreetError> {
        self.find(good)?;
        self.ask_total(&Intent::PickItem { item: self.shop.goods[good].id.clone() }, "touching an item", model)
    }

    /// Brings a good to where it can be touched.
    fn find(&mut self, good: usize) -> Result<(), StreetError> {
        self.show_goods()?;
        let item = self.shop.goods[good].id.clone();
        let shown = |screen: &Screen| match &screen.panel {
            Panel::Sell { items, .. } => items.iter().any(|shown| shown.id == item),
            _ => false,
        };
        if !shown(&self.till.screen()) {
            // Not every favourite has room on the screen; then it is searched for by its name.
            let search = Intent::Search { text: self.shop.goods[good].name.clone() };
            self.ask(&search, "searching an item", shown)?;
        }
        Ok(())
    }

    fn unknown(&mut self, code: &str, around: &mut Around) -> Result<(), StreetError> {
        self.returning(false)?;
        self.scan(code, None)?;
        let about = |screen: &Screen| screen.notice.as_ref().is_some_and(|notice| notice.about.contains(code));
        let (screen, _) = self.wait("refusing an unknown code", about)?;
        self.shows("unknown code", &screen, around)?;
        self.till.wish(&Intent::Acknowledge)?;
        self.till.wait("taking note of a notice", ANSWER_PATIENCE, |screen| !about(screen))?;
        Ok(())
    }

    fn aside(&mut self, other: &Visit, model: &Model, around: &mut Around) -> Result<(), StreetError> {
        self.ask(&Intent::Suspend, "putting a sale aside", is_empty)?;
        self.serve_inner(other, true, around)?;
        self.show_goods()?;
        let has_card = |screen: &Screen| matches!(&screen.panel, Panel::Suspended { cards } if !cards.is_empty());
        let screen = self.ask(&Intent::ShowSuspended, "showing what was put aside", has_card)?;
        self.shows("suspended", &screen, around)?;
        let Panel::Suspended { cards } = screen.panel else { unreachable!("waited for it") };
        let card = cards.last().expect("waited for one").id.clone();
        self.ask(&Intent::Recall { id: card }, "taking a sale up again", |screen| !is_empty(screen))?;
        self.compare("the basket taken up again", model)?;
        self.count.suspended += 1;
        Ok(())
    }

    /// Lets happen what happens at a moment; a picture is taken here.
    fn look(&mut self, moment: Moment, around: &mut Around) -> Result<Incident, StreetError> {
        let incident = around(moment).map_err(StreetError::Around)?;
        if let Incident::Picture(path) | Incident::GiveUp(Some(path)) = &incident {
            self.till.picture(path, ANSWER_PATIENCE)?;
        }
        Ok(incident)
    }

    fn shows(&mut self, what: &'static str, screen: &Screen, around: &mut Around) -> Result<Incident, StreetError> {
        let incident = self.look(Moment::Shows { visit: self.visit, what, screen }, around)?;
        assert!(incident != Incident::TillKilled, "the power is cut before a step or while money is taken");
        Ok(incident)
    }

    /// Comes back to a till that has lost its power.
    fn resume(&mut self) -> Result<(), StreetError> {
        let begun = Instant::now();
        self.till = Till::connect(&self.control, START_PATIENCE)?;
        self.come_to_sell()?;
        self.resume_times.push(begun.elapsed());
        Ok(())
    }

    fn come_to_sell(&mut self) -> Result<(), StreetError> {
        let staff = self.staff;
        let mut ready = Instant::now() + START_PATIENCE;
        for _ in 0..STEPS_TO_SELL_MAX {
            let screen = self.till.screen();
            let intent = match &screen.panel {
                Panel::Sell { .. } | Panel::Change { .. } => return Ok(()),
                Panel::Locked { staff: known, .. } if known.iter().all(|known| known.id != staff.id) => {
                    // Settings may arrive from head office before the staff.
                    self.till.wait("showing the cashier's name", START_PATIENCE, |screen| match &screen.panel {
                        Panel::Locked { staff: known, .. } => known.iter().any(|known| known.id == staff.id),
                        _ => true,
                    })?;
                    continue;
                }
                Panel::Locked { .. } => Intent::SignOn { staff: staff.id.into(), pin: staff.pin.into() },
                Panel::OpenShift { .. } => Intent::OpenShift { float: amount_text(self.shop.settings.float) },
                Panel::NotReady { title, .. } if Instant::now() > ready => {
                    return Err(StreetError::NotSelling(title.clone()));
                }
                Panel::NotReady { .. } => {
                    let left = ready.saturating_duration_since(Instant::now());
                    let has_become = |screen: &Screen| !matches!(screen.panel, Panel::NotReady { .. });
                    self.till.wait("becoming ready", left, has_become)?;
                    ready = Instant::now();
                    continue;
                }
                Panel::Payment { .. } => {
                    // The till asks what became of it.
                    let is_known = |screen: &Screen| !matches!(screen.panel, Panel::Payment { .. });
                    self.wait_for("a payment's outcome", RESUMED_PAYMENT_PATIENCE, is_known)?;
                    continue;
                }
                Panel::Pay { .. }
                | Panel::Suspended { .. }
                | Panel::Report { .. }
                | Panel::Ask { .. }
                | Panel::Choose { .. }
                | Panel::Count { .. }
                | Panel::Explain { .. }
                | Panel::Code { .. } => Intent::Back,
            };
            self.till.wish(&intent)?;
            let before = screen.panel;
            self.till.wait("coming to sell", ANSWER_PATIENCE, |screen| {
                std::mem::discriminant(&screen.panel) != std::mem::discriminant(&before)
            })?;
        }
        Err(StreetError::NotSelling(format!("{:?}", self.till.screen().panel)))
    }

    /// From the change of the last sale, or from anywhere else, to the panel with the goods.
    ///
    /// # Errors
    /// When the till does not.
    pub fn show_goods(&mut self) -> Result<(), StreetError> {
        let sells = |screen: &Screen| matches!(screen.panel, Panel::Sell { .. });
        if !sells(&self.till.screen()) {
            self.ask(&Intent::Back, "coming back to the goods", sells)?;
        }
        Ok(())
    }

    fn returning(&mut self, returned: bool) -> Result<(), StreetError> {
        if self.till.screen().basket.returning != returned {
            let turned = |screen: &Screen| screen.basket.returning == returned;
            self.ask(&Intent::ToggleReturn, "turning to returns", turned)?;
        }
        Ok(())
    }

    fn ask_total(&mut self, intent: &Intent, doing: &str, model: &Model) -> Result<(), StreetError> {
        let expected = model.total();
        let doing = format!("{doing}, expecting {}", amount_text(expected));
        self.ask(intent, &doing, |screen| amount_in(&screen.basket.total) == Some(expected))?;
        Ok(())
    }

    /// Tells a wish and waits for what must come of it. A notice that comes up at the same moment, as when the paper
    /// ends, is read first; the till holds wishes back while it shows one, so the wish is told again then.
    fn ask(&mut self, intent: &Intent, doing: &str, wanted: impl Fn(&Screen) -> bool) -> Result<Screen, StreetError> {
        self.till.wish(intent)?;
        let doing = format!("{doing} (visit {})", self.visit + 1);
        loop {
            let either = |screen: &Screen| wanted(screen) || screen.notice.is_some();
            let (screen, _) = self.till.wait(&doing, ANSWER_PATIENCE, either)?;
            if wanted(&screen) {
                return Ok(screen);
            }
            self.read_notice(&screen)?;
            if !wanted(&self.till.screen()) {
                self.till.wish(intent)?;
            }
        }
    }

    /// Waits for something that needs no further wish, reading notices that come up.
    fn wait(&mut self, doing: &str, wanted: impl Fn(&Screen) -> bool) -> Result<(Screen, Instant), StreetError> {
        self.wait_for(doing, ANSWER_PATIENCE, wanted)
    }

    fn wait_for(
        &mut self,
        doing: &str,
        patience: Duration,
        wanted: impl Fn(&Screen) -> bool,
    ) -> Result<(Screen, Instant), StreetError> {
        let doing = format!("{doing} (visit {})", self.visit + 1);
        loop {
            let either = |screen: &Screen| wanted(screen) || screen.notice.is_some();
            let (screen, at) = self.till.wait(&doing, patience, either)?;
            if wanted(&screen) {
                return Ok((screen, at));
            }
            self.read_notice(&screen)?;
        }
    }

    fn read_notice(&mut self, screen: &Screen) -> Result<(), StreetError> {
        if let Some(notice) = &screen.notice {
            self.notices.push(notice.text.clone());
        }
        if self.notices.len() > NOTICES_MAX {
            return Err(StreetError::NotSelling(format!(
                "more than {NOTICES_MAX} notices, the last: {}",
                self.notices[NOTICES_MAX]
            )));
        }
        self.till.wish(&Intent::Acknowledge)?;
        let shown = screen.notice.clone();
        self.till.wait("taking note of a notice", ANSWER_PATIENCE, |screen| screen.notice != shown)?;
        Ok(())
    }

    /// The basket on the screen beside the street's: the amounts of its lines and its total.
    fn compare(&self, what: &'static str, model: &Model) -> Result<(), StreetError> {
        if self.is_shown(model) {
            return Ok(());
        }
        let basket = self.till.screen().basket;
        let shown = format!("{:?} = {}", amounts_shown(&basket), basket.total);
        Err(self.differs(what, &shown, &format!("{:?} = {}", amounts_of(model), amount_text(model.total()))))
    }

    fn is_shown(&self, model: &Model) -> bool {
        let basket = self.till.screen().basket;
        amounts_shown(&basket) == amounts_of(model) && amount_in(&basket.total) == Some(model.total())
    }

    fn differs(&self, what: &'static str, shown: &str, expected: &str) -> StreetError {
        StreetError::Differs { visit: self.visit + 1, what, shown: shown.into(), expected: expected.into() }
    }
}

/// Amounts of the lines that count, without sign and in order of size.
fn amounts_shown(basket: &Basket) -> Vec<Option<i64>> {
    let counts = basket.lines.iter().filter(|line| !line.voided);
    let mut amounts: Vec<Option<i64>> = counts.map(|line| amount_in(&line.amount).map(i64::abs)).collect();
    amounts.sort();
    amounts
}

fn amounts_of(model: &Model) -> Vec<Option<i64>> {
    let mut amounts: Vec<Option<i64>> = model.lines.iter().map(|(_, amount)| Some(amount.abs())).collect();
    amounts.sort();
    amounts
}

fn is_empty(screen: &Screen) -> bool {
    screen.basket.lines.iter().all(|line| line.voided) || matches!(screen.panel, Panel::Change { .. })
}

fn asks_count(screen: &Screen) -> bool {
    matches!(screen.panel, Panel::Report { asks_count: true, .. })
}
