//! The engine's thread: takes messages, asks the engine, does what it says, shows what it knows.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use drivers::counter::Counter;
use drivers::registry::DeviceConfig;
use drivers::station::CommandError;
use hal::{JobId, Mark, PrintJob};
use jiff::tz::TimeZone;
use ui::shopper::ShopperStep;

use super::adverts::Adverts;
use super::catalogue::ReplicaCatalogue;
use super::control::Screens;
use super::face::Shows;
use super::lane::Lane;
use super::ledger::{Ledger, Opened};
use super::outward::{self, Outward};
use super::voice::Voice;
use super::{Message, Options, clock, devices};
use crate::engine::{Catalogue, Durable, Effect, Input, JournalRefusal, SaveTrouble, Setup};
use crate::kiosk::{KioskSettings, Mind};
use crate::present;

/// Time between two looks at clock, replica and journal while nothing happens.
const TICK: Duration = Duration::from_secs(1);
/// Print jobs that wait for room in the printer's queue.
const PRINTS_WAITING_MAX: usize = 256;

/// The engine's desk.
pub(super) struct Desk {
    state: PathBuf,
    catalogue: ReplicaCatalogue,
    ledger: Option<Ledger>,
    mind: Mind,
    /// What the shop sets for a self-checkout.
    settings: KioskSettings,
    /// The way to the attendant's till, or to the self-checkouts that this one looks after.
    lane: Option<Lane>,
    counter: Counter,
    outward: Outward,
    voice: Voice,
    prints: VecDeque<PrintJob>,
    screens: Screens,
    shows: Shows,
    /// The shop's pictures, where there is a screen for the shopper.
    adverts: Option<Adverts>,
    zone: TimeZone,
    /// Why the journal cannot be opened; said once.
    refused: Option<JournalRefusal>,
}

/// The engine has stopped, by whatever way: a window that nobody answers must not stay.
impl Drop for Desk {
    fn drop(&mut self) {
        self.shows.close();
    }
}

impl Desk {
    pub(super) fn new(
        options: &Options,
        (counter, lane): (Counter, Option<Lane>),
        screens: Screens,
        shows: Shows,
    ) -> Desk {
        let catalogue = ReplicaCatalogue::open(&options.state);
        let zone = clock::zone(catalogue.time_zone());
        let words = options.languages.of(&options.language);
        let setup = Setup { number: 0, epoch: 0, words, languages: options.languages.clone(), face: options.face };
        Desk {
            state: options.state.clone(),
            catalogue,
            ledger: None,
            mind: Mind::new(setup, settings(&options.devices), Durable::default(), clock::now_in(&zone)),
            settings: settings(&options.devices),
            lane,
            counter,
            outward: Outward::default(),
            voice: Voice::default(),
            prints: VecDeque::new(),
            screens,
            shows,
            adverts: options.shopper.map(|_| Adverts::of(&options.state)),
            zone,
            refused: None,
        }
    }

    /// The lane goes under this terminal's number and the store's key, as soon as both are known.
    fn name_lane(&self) {
        let (Some(lane), Some(identity), Some(store)) = (&self.lane, self.catalogue.identity(), self.catalogue.store())
        else {
            return;
        };
        let key = protocol::lane::lane_key(&store.policy.approval_key, &store.id);
        if key.is_none() {
            tracing::warn!("the lane between tills and self-checkouts needs the store's approval key");
        }
        lane.is(key, identity.number);
    }

    /// Works until it is told to stop, or until nobody is left who could tell it anything.
    pub(super) fn work(mut self, messages: &Receiver<Message>) {
        self.tell_of_wait();
        self.open_ledger();
        self.show();
        let mut next_tick = Instant::now() + TICK;
        loop {
            match messages.recv_timeout(next_tick.saturating_duration_since(Instant::now())) {
                Ok(Message::Input(input)) => self.take(input),
                Ok(Message::Inputs(inputs)) => inputs.into_iter().for_each(|input| self.take(input)),
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if Instant::now() >= next_tick {
                self.tick();
                next_tick = Instant::now() + TICK;
            }
        }
    }

    /// Says before a long wait what is waited for. The engine that opens then knows nothing of it.
    fn tell_of_wait(&mut self) {
        let opens = self.catalogue.identity().is_some() && self.catalogue.store().is_some();
        match journal::opens_slowly(&self.state) {
            Ok(true) if opens => {
                tracing::info!("the journal is read whole before it opens");
                self.take(Input::JournalRefused { why: JournalRefusal::BeingRead });
            }
            Ok(_) => {}
            // Opening says what is wrong.
            Err(error) => tracing::warn!(%error, "failed looking at the journal before it opens"),
        }
    }

    /// Opens the journal as soon as the terminal is enrolled and has its first catalogue.
    fn open_ledger(&mut self) {
        if self.ledger.is_some() {
            return;
        }
        let now = clock::now_in(&self.zone);
        let words = self.mind.engine.words.clone();
        match Ledger::open(&self.state, &self.catalogue, now, &words) {
            Ok(None) => {}
            Ok(Some(Opened { ledger, epoch, durable, renewed })) => {
                let number = self.catalogue.identity().map_or(0, |identity| identity.number);
                let setup =
                    Setup { number, epoch, words: self.mind.engine.words.clone(), ..self.mind.engine.setup.clone() };
                self.mind = Mind::new(setup, self.settings.clone(), durable, now).with_counter_of(&self.mind);
                self.name_lane();
                self.ledger = Some(ledger);
                self.refused = None;
                self.take(Input::Started);
                if let Some(reason) = renewed {
                    self.take(Input::JournalRenewed { reason });
                }
                tracing::info!(epoch, "the journal is open");
            }
            Err(error) => {
                let why = error.refusal();
                if self.refused.replace(why) != Some(why) {
                    tracing::error!(%error, "the journal cannot be opened");
                    self.take(Input::JournalRefused { why });
                }
            }
        }
    }

    fn tick(&mut self) {
        let changed = self.catalogue.refresh();
        if changed {
            self.zone = clock::zone(self.catalogue.time_zone());
            self.name_lane();
        }
        self.open_ledger();
        let head = self.ledger.as_ref().map(Ledger::head);
        self.catalogue.count_unsent(head, clock::now_in(&self.zone).at.as_millisecond());
        if let Some(ledger) = &mut self.ledger {
            ledger.idle();
        }
        if changed {
            self.take(Input::CatalogueChanged);
        }
        if let Some(printed) = self.offer_prints() {
            self.take(printed);
        }
        if let Some(adverts) = &mut self.adverts {
            adverts.refresh();
        }
        self.take(Input::Tick);
    }

    /// One input with all that follows from it. The screen is shown before the effects are done: it says nothing that is
    /// not written yet, and so it never waits for the disk.
    fn take(&mut self, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let now = clock::now_in(&self.zone);
            let effects = self.mind.handle(now, &self.catalogue, input);
            self.show();
            for effect in effects {
                inputs.extend(self.perform(effect));
            }
        }
    }

    fn perform(&mut self, effect: Effect) -> Option<Input> {
        match effect {
            Effect::Commit { id, stamp, events, saves } => {
                let written = match &mut self.ledger {
                    Some(ledger) => ledger.commit(&stamp, &events, saves),
                    None => Err(SaveTrouble::Fault),
                };
                Some(match written {
                    Ok(()) => Input::Committed { id },
                    Err(why) => Input::CommitFailed { id, why },
                })
            }
            Effect::Print { job, document, again } => {
                let mark = if again { Mark::Reprint(String::new()) } else { Mark::First };
                if self.prints.len() >= PRINTS_WAITING_MAX {
                    // It stays in the journal and is printed after the next start.
                    tracing::error!(job, "too many documents wait for the printer");
                    return None;
                }
                self.prints.push_back(PrintJob { id: JobId(job.to_string()), document, mark });
                self.offer_prints()
            }
            Effect::Payment(request) => devices::pay(&self.counter, request),
            Effect::Lane(kiosk, says) => {
                if let Some(lane) = &self.lane {
                    lane.say(kiosk, says);
                }
                None
            }
            Effect::Scale(wish) => outward::tell_scale(&self.counter, wish),
            Effect::OpenDrawer => match self.counter.open_drawer() {
                // A till without a drawer keeps its money elsewhere.
                Ok(()) | Err(CommandError::Absent) => None,
                Err(error) => {
                    tracing::warn!(%error, "the drawer was not opened");
                    Some(Input::DrawerRefused)
                }
            },
        }
    }

    /// Hands waiting documents to the printer. A till without a printer has printed when it has nothing to print on.
    fn offer_prints(&mut self) -> Option<Input> {
        while let Some(job) = self.prints.front() {
            match self.counter.print(job.clone()) {
                Ok(()) => {
                    self.prints.pop_front();
                }
                Err(CommandError::Absent) => {
                    let job = self.prints.pop_front()?;
                    return job.id.0.parse().ok().map(|job| Input::Printed { job });
                }
                Err(error) => {
                    tracing::warn!(%error, "a document waits");
                    return None;
                }
            }
        }
        None
    }

    fn show(&mut self) {
        self.outward.show(&self.counter, &self.mind, &self.catalogue);
        let screen = self.mind.screen(&self.catalogue, clock::now_in(&self.zone));
        self.voice.hear(&self.counter, &screen.heard);
        if let (Some(lane), Some(tells)) = (&self.lane, self.mind.tells(&screen)) {
            lane.tell(tells);
        }
        self.shows.show(&screen);
        self.screens.show(screen);
        if let Some(adverts) = &self.adverts {
            let mut shopper = present::shopper(&self.mind.engine, &self.catalogue, clock::now_in(&self.zone));
            if shopper.step == ShopperStep::Idle {
                shopper.pictures = adverts.files().to_vec();
            }
            self.shows.show_shopper(&shopper);
            self.screens.show_shopper(shopper);
        }
    }
}

/// What the device file says of a self-checkout.
fn settings(devices: &DeviceConfig) -> KioskSettings {
    let usual = KioskSettings::default();
    KioskSettings {
        loss_bound: devices.kiosk.loss_bound.map_or(usual.loss_bound, domain::money::Money::minor),
        picture: devices.kiosk.picture.clone().unwrap_or_default(),
        opens_by_card: devices.kiosk.opens_by_card.unwrap_or(usual.opens_by_card),
    }
}
