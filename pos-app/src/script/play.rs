//! The world of a script: a till on a real journal and replica in a directory of its own, a printer and a drawer in
//! memory, a clock that the script moves.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use argon2::password_hash::PasswordHasher;
use domain::receipt::Document;
use hal::DeviceClass;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use journal::{Credentials, Identity, ReplicaWriter, SCOPE_CHAIN, scope_of_store};
use protocol::v1;
use ui::{Intent, Screen};
use uuid::Uuid;

use super::counter::{self, Counter, Outside};
use super::elsewhere::{Office, Told};
use super::furnish::{Furniture, number};
use super::papers::Papers;
use super::phones::Phones;
use super::provider::Provider;
use super::{report, shopper};
use crate::engine::{
    Catalogue, DeviceView, Effect, Face, Input, Now, PaymentRequest, PortView, PrinterTrouble, Said, SaveTrouble, Setup,
};
use crate::kiosk::{KioskSettings, Mind};
use crate::present;
use crate::shell::catalogue::ReplicaCatalogue;
use crate::shell::clock;
use crate::shell::ledger::Ledger;

/// Seconds that pass one by one while a provider is waited for.
const SECONDS_SINGLE_MAX: i64 = 1_000;
/// Seconds that pass together at a self-checkout.
const SECONDS_TOGETHER_MAX: i64 = 5;

/// The PIN of the script's cashier, who has the number 07.
const PIN: &str = "1234";
pub(super) const TERMINAL: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);

/// A till with everything around it.
pub(super) struct World {
    dir: PathBuf,
    zone: TimeZone,
    at: Timestamp,
    ids: u128,
    catalogue: ReplicaCatalogue,
    /// `None` while the power is off.
    ledger: Option<Ledger>,
    mind: Mind,
    /// What the story's terminal is.
    face: Face,
    settings: KioskSettings,
    attended: super::attended::Attended,
    printer: Result<(), PrinterTrouble>,
    counter: Counter,
    disk_full: bool,
    /// Jobs that the printer has taken and could not finish.
    stopped: Vec<(u64, Document)>,
    paper: Vec<String>,
    /// Codes on what was printed.
    papers: Papers,
    /// Codes on shoppers' phones.
    phones: Phones,
    /// The newest document that came out whole.
    slip: Vec<String>,
    effects: Vec<&'static str>,
    last_intent: Option<Intent>,
    office: Office,
    provider: Provider,
    /// What the provider has said and the till has not heard yet.
    said: Vec<Input>,
}

impl Drop for World {
    fn drop(&mut self) {
        self.ledger = None;
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

impl World {
    /// Opens the store and, unless the script says otherwise later, signs on and opens a shift with 100.00.
    pub(super) fn open(furniture: &Furniture) -> Result<World, String> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("guitai-script-{}-{number}", std::process::id()));
        let zone = clock::zone(&furniture.store.time_zone);
        let at = furniture.begins.to_zoned(zone.clone()).map_err(|error| error.to_string())?.timestamp();
        write_replica(&dir, furniture, at).map_err(|error| error.to_string())?;
        let catalogue = ReplicaCatalogue::open(&dir);
        let setup = Setup { face: furniture.face, ..Setup::till(1) };
        let settings = furniture.kiosk.clone();
        let empty = crate::engine::Durable::default();
        let mind = Mind::new(setup, settings.clone(), empty, clock::at_in(at, &zone));
        let mut world = World {
            dir,
            zone,
            at,
            ids: TERMINAL.as_u128(),
            catalogue,
            ledger: None,
            mind,
            face: furniture.face,
            settings,
            attended: super::attended::Attended::default(),
            printer: Ok(()),
            counter: Counter::default(),
            disk_full: false,
            stopped: Vec::new(),
            paper: Vec::new(),
            papers: Papers::default(),
            phones: Phones::default(),
            slip: Vec::new(),
            effects: Vec::new(),
            last_intent: None,
            office: Office::of(furniture),
            provider: Provider::new(),
            said: Vec::new(),
        };
        for told in &furniture.told {
            world.tell(told)?;
        }
        if world.catalogue.identity().is_none() {
            return Err("the store's settings cannot be used".into());
        }
        world.power_on()?;
        world.intent(Intent::SignOn { staff: "07".into(), pin: PIN.into() });
        // A handheld has no drawer.
        if world.face != Face::Handheld {
            world.intent(Intent::OpenShift { float: "100".into() });
        }
        world.effects.clear();
        Ok(world)
    }

    fn now(&mut self) -> Now {
        self.ids += 1;
        Now { fresh: Uuid::from_u128(self.ids), ..clock::at_in(self.at, &self.zone) }
    }

    fn power_on(&mut self) -> Result<(), String> {
        let now = self.now();
        let opened = Ledger::open(&self.dir, &self.catalogue, now, &self.mind.engine.words)
            .map_err(|error| error.to_string())?;
        let opened = opened.ok_or("the store's settings cannot be used")?;
        let setup =
            Setup { epoch: opened.epoch, words: self.mind.engine.words.clone(), face: self.face, ..Setup::till(1) };
        self.mind = Mind::new(setup, self.settings.clone(), opened.durable, now);
        self.ledger = Some(opened.ledger);
        self.input(Input::Device(DeviceClass::Scanner, DeviceView::Ready));
        self.tell_printer();
        for input in self.counter.tells_at_start() {
            self.input(input);
        }
        if self.provider.view() != PortView::Absent {
            self.input(Input::PaymentPort(self.provider.view()));
        }
        self.input(Input::Started);
        self.input(Input::Tick);
        Ok(())
    }

    fn tell_printer(&mut self) {
        let view = match self.printer {
            Ok(()) => DeviceView::Ready,
            Err(trouble) => DeviceView::Trouble(trouble),
        };
        self.input(Input::Device(DeviceClass::Printer, view));
    }

    fn intent(&mut self, intent: Intent) {
        self.last_intent = Some(intent.clone());
        self.input(Input::Intent(intent));
    }

    fn input(&mut self, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let now = self.now();
            for effect in self.mind.handle(now, &self.catalogue, input) {
                inputs.extend(self.perform(effect));
                inputs.extend(self.said.drain(..));
            }
        }
    }

    fn perform(&mut self, effect: Effect) -> Option<Input> {
        match effect {
            Effect::Commit { id, stamp, events, saves } => {
                let written = match &mut self.ledger {
                    Some(_) if self.disk_full => Err(SaveTrouble::DiskFull),
                    Some(ledger) => ledger.commit(&stamp, &events, saves),
                    None => return None,
                };
                if written.is_ok() && !events.is_empty() {
                    self.effects.push("commit");
                }
                Some(match written {
                    Ok(()) => Input::Committed { id },
                    Err(why) => Input::CommitFailed { id, why },
                })
            }
            Effect::Print { job, document, again } => {
                self.effects.push("print");
                Some(self.feed_printer(job, document, again))
            }
            Effect::OpenDrawer => {
                self.effects.push("drawer");
                self.said.extend(self.counter.drawer_told());
                None
            }
            Effect::Lane(_, says) => {
                self.attended.said(says);
                None
            }
            Effect::Scale(wish) => {
                self.said.extend(self.counter.scale_told(wish));
                None
            }
            Effect::Payment(request) => {
                self.effects.push(match request {
                    PaymentRequest::Send(..) => "send",
                    PaymentRequest::Ask(_) => "ask",
                    PaymentRequest::Reverse(_) => "reverse",
                    PaymentRequest::Refund(..) => "refund",
                });
                self.said.extend(self.provider.take(&request, self.at).into_iter().map(Input::Payment));
                None
            }
        }
    }

    /// The printer prints, or stops in the middle.
    fn feed_printer(&mut self, job: u64, document: Document, again: bool) -> Input {
        match self.printer {
            Ok(()) => {
                if again {
                    self.paper.push("*** REPRINT ***".into());
                }
                self.papers.keep(&document);
                self.slip = report::paper(&document);
                self.paper.extend(self.slip.iter().cloned());
                Input::Printed { job }
            }
            Err(why) => {
                self.stopped.push((job, document));
                Input::PrintInterrupted { job, why }
            }
        }
    }

    /// Does what a line says; gives what happened.
    pub(super) fn command(&mut self, words: &[String]) -> Result<Vec<String>, String> {
        self.at = self.at.checked_add(SignedDuration::from_secs(1)).map_err(|error| error.to_string())?;
        // What is said twice is heard twice; who only looks changes nothing.
        if !words.first().is_some_and(|word| matches!(word.as_str(), "shopper" | "heard")) {
            self.mind.engine.said = Said::Nothing;
        }
        let before = self.screen();
        let books = self.provider.lines();
        let outside = self.outside();
        self.effects.clear();
        self.paper.clear();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut happened = self.act(&words)?;
        let after = self.screen();
        happened.extend(report::difference(&before, &after));
        happened.extend(self.attended.heard());
        happened.extend(self.counter.changes(&outside, &self.outside()));
        happened.extend(self.provider.lines().into_iter().filter(|line| !books.contains(line)));
        if !self.effects.is_empty() {
            happened.push(format!("effects {}", self.effects.join(", ")));
        }
        Ok(happened)
    }

    fn screen(&mut self) -> Screen {
        let now = self.now();
        self.mind.screen(&self.catalogue, now)
    }

    /// What stands outside the screen.
    fn outside(&self) -> Outside {
        Outside { face: present::display(&self.mind.engine, &self.catalogue), lights: self.mind.lights() }
    }

    fn act(&mut self, words: &[&str]) -> Result<Vec<String>, String> {
        let titled = match words {
            ["choose", title, ..] => report::choice_on_screen(&self.screen(), title),
            _ => None,
        };
        let mut words = words.to_vec();
        if let Some(id) = &titled {
            words[1] = id;
        }
        let words = &words[..];
        if let Some(intent) = intent_of(words)? {
            if let (Intent::Cash { .. }, ["pay", "cash", ..]) = (&intent, words) {
                self.intent(Intent::Pay);
            }
            self.intent(intent);
            return Ok(Vec::new());
        }
        if let Some(told) = Told::of(words)? {
            self.tell(&told)?;
            self.input(Input::CatalogueChanged);
            return Ok(Vec::new());
        }
        match words {
            ["scan", "slip", no] => {
                let data = self.papers.slip(number(no)?)?;
                self.input(Input::Scanned { data });
            }
            ["scan", "receipt", receipt, altered @ ..] => {
                let data = match altered {
                    [] => self.papers.code(receipt)?,
                    ["altered"] => self.papers.altered(receipt)?,
                    ["cut"] => {
                        let mut code = self.papers.code(receipt)?;
                        code.truncate(code.len().saturating_sub(6));
                        code
                    }
                    _ => return Err("a receipt is scanned as it is, `altered` or `cut`".into()),
                };
                self.input(Input::Scanned { data });
            }
            ["receipt-elsewhere", receipt, date, goods @ ..] => self.receipt_elsewhere(receipt, date, goods)?,
            ["scan", code] => self.input(Input::Scanned { data: (*code).to_owned() }),
            ["scan", code, "times", count] => {
                let data = (*code).repeat(number(count)?);
                self.input(Input::Scanned { data });
            }
            ["telephone"] => {
                let code = self.telephone()?;
                self.intent(Intent::ApproveByCode { code });
            }
            ["weigh", kilograms] => {
                let grams = super::elsewhere::thousandths(kilograms)?;
                self.input(Input::Weighing(counter::stable(grams, false)));
            }
            ["scale", ..] | ["drawer", ..] | ["button", ..] | ["display", ..] | ["lights", ..] | ["device", ..] => {
                for input in self.counter.turn(words)? {
                    self.input(input);
                }
                if words == ["display"] {
                    return Ok(counter::face(&self.outside().face));
                }
            }
            ["bag", ..] | ["lane", ..] => {
                let screen = self.screen();
                let tells = self.mind.tells(&screen);
                for input in self.attended.turn(words, tells.as_ref())? {
                    self.input(input);
                }
            }
            ["counted-elsewhere", rest @ ..] => {
                let open = self.catalogue.stockroom().counts().map_err(|error| error.to_string())?;
                let count = open.last().ok_or("no count is open")?;
                let record = super::shelf::counted(count, rest, self.at)?;
                self.tell(&Told::Record(Box::new(record)))?;
                self.input(Input::CatalogueChanged);
            }
            ["finished-elsewhere"] => {
                let open = self.catalogue.stockroom().counts().map_err(|error| error.to_string())?;
                let count = open.last().ok_or("no count is open")?;
                for record in super::shelf::finished(count, self.mind.engine.setup.number, self.at) {
                    self.tell(&Told::Record(Box::new(record)))?;
                }
                self.input(Input::CatalogueChanged);
            }
            // Head office's own key is that of terminal 0: tell it by `till 0`.
            ["phone-pays", rest @ ..] => {
                let store = self.catalogue.store().ok_or("there is no store")?;
                self.phones.pay(rest, (&store.id, store.currency), self.at)?;
            }
            ["hand-over", rest @ ..] => {
                let store = self.catalogue.store().ok_or("there is no store")?;
                let data = super::phones::Phones::hand_over(rest, store, self.at)?;
                self.input(Input::Scanned { data });
            }
            ["crash", "at", "the", "hand-over", rest @ ..] => {
                let store = self.catalogue.store().ok_or("there is no store")?;
                let data = super::phones::Phones::hand_over(rest, store, self.at)?;
                self.crash_on(Input::Scanned { data }, false)?;
            }
            ["crash", "before", "the", "hand-over", rest @ ..] => {
                let store = self.catalogue.store().ok_or("there is no store")?;
                let data = super::phones::Phones::hand_over(rest, store, self.at)?;
                self.crash_on(Input::Scanned { data }, true)?;
            }
            ["way-out", name] => {
                let data = self.phones.shown(name, false)?;
                self.input(Input::Scanned { data });
            }
            ["way-out", name, "forged"] => {
                let data = self.phones.shown(name, true)?;
                self.input(Input::Scanned { data });
            }
            ["crash", "at", "the", "way-out", name] => {
                let data = self.phones.shown(name, false)?;
                self.crash_on(Input::Scanned { data }, false)?;
            }
            ["crash", "before", "the", "way-out", name] => {
                let data = self.phones.shown(name, false)?;
                self.crash_on(Input::Scanned { data }, true)?;
            }
            ["noise"] => self.input(Input::Unreadable { why: "line noise".into() }),
            ["again"] => {
                let intent = self.last_intent.clone().ok_or("nothing was done before")?;
                self.input(Input::Intent(intent));
            }
            ["pick", name] => {
                let item = report::item_on_screen(&self.screen(), name).ok_or("no such goods are on the screen")?;
                self.intent(Intent::PickItem { item });
            }
            ["recall", number_of] => {
                let at: usize = number(number_of)?;
                let aside =
                    self.mind.engine.durable.suspended.get(at.wrapping_sub(1)).ok_or("so many are not aside")?;
                let id = aside.basket.id.to_string();
                self.intent(Intent::Recall { id });
            }
            ["wait", seconds] => self.wait(number(seconds)?)?,
            ["clock", time] => {
                let time: jiff::civil::DateTime =
                    time.parse().map_err(|_| format!("{time} is no time like 2026-03-02T09:00"))?;
                self.at = time.to_zoned(self.zone.clone()).map_err(|error| error.to_string())?.timestamp();
                self.input(Input::Tick);
            }
            ["printer", state] => self.set_printer(state)?,
            ["disk", "full"] => self.disk_full = true,
            ["disk", "free"] => self.disk_full = false,
            ["power", "cut"] => self.power_cut()?,
            ["crash", "after", "writing", rest @ ..] => self.crash(rest, false)?,
            ["crash", "before", "writing", rest @ ..] => self.crash(rest, true)?,
            ["show", "screen"] => return Ok(report::screen(&self.screen())),
            ["show", "paper"] => {
                let last = self.mind.engine.durable().last_receipt.clone();
                return Ok(last.map(|(_, document)| report::paper(&document)).unwrap_or_default());
            }
            ["shopper"] => {
                let now = self.now();
                return Ok(shopper::screen(&present::shopper(&self.mind.engine, &self.catalogue, now)));
            }
            ["heard"] => {
                let screen = self.screen();
                return Ok(vec![shopper::heard(&screen.heard), format!("said {}", screen.said)]);
            }
            ["show", "goods"] => return Ok(report::goods(&self.screen().panel)),
            ["show", "slip"] => return Ok(self.slip.clone()),
            ["show", "events"] => return self.events(),
            ["show", "unknown"] => return Ok(super::shelf::unknown(&self.journal()?)),
            ["show", "provider"] => return Ok(self.provider.lines()),
            ["provider", mood @ ..] => {
                self.provider.set(mood)?;
                self.input(Input::PaymentPort(self.provider.view()));
            }
            _ => return Err(format!("`{}` is no command of a till script", words.join(" "))),
        }
        let printed = std::mem::take(&mut self.paper);
        Ok(printed.into_iter().filter(|line| line.starts_with("***")).map(|line| format!("paper {line}")).collect())
    }

    /// Time passes: at once, or second by second while a provider is waited for.
    fn wait(&mut self, seconds: i64) -> Result<(), String> {
        let open =
            |world: &World| world.mind.engine.durable().payment.as_ref().is_some_and(|payment| !payment.is_settled());
        let mut left = seconds;
        while left > 0 {
            let kiosk = self.mind.kiosk().is_some();
            let step = match open(self) && left < SECONDS_SINGLE_MAX {
                true => 1,
                // A self-checkout takes longer steps for a clock that was set.
                false if kiosk => left.min(SECONDS_TOGETHER_MAX),
                false => left,
            };
            self.at = self.at.checked_add(SignedDuration::from_secs(step)).map_err(|error| error.to_string())?;
            left -= step;
            for reply in self.provider.wait_until(self.at) {
                self.input(Input::Payment(reply));
            }
            self.input(Input::Tick);
        }
        Ok(())
    }

    /// Another till prints a receipt, which the shopper keeps: `[member CARD] ITEM...`.
    fn receipt_elsewhere(&mut self, receipt: &str, date: &str, words: &[&str]) -> Result<(), String> {
        let (member, goods) = match words {
            ["member", card, goods @ ..] => (Some(*card), goods),
            goods => (None, goods),
        };
        let date = date.parse().map_err(|_| format!("{date} is no date like 2026-03-02"))?;
        let currency = self.catalogue.store().ok_or("there is no store")?.currency;
        let find = |id: &&str| match self.catalogue.item(id) {
            Ok(Some(item)) => Ok((item, self.at)),
            _ => Err(format!("there is no item {id}")),
        };
        let goods = goods.iter().map(find).collect::<Result<Vec<_>, String>>()?;
        self.papers.print_elsewhere(receipt, date, (currency, member), &goods)
    }

    /// Head office tells something, and the till's agent has brought it.
    fn tell(&mut self, told: &Told) -> Result<(), String> {
        self.office.tell(&self.dir, told, self.at, &self.zone)?;
        self.catalogue.refresh();
        Ok(())
    }

    fn set_printer(&mut self, state: &str) -> Result<(), String> {
        self.printer = match state {
            "ready" => Ok(()),
            "out" => Err(PrinterTrouble::PaperOut),
            "open" => Err(PrinterTrouble::CoverOpen),
            "unplugged" => Err(PrinterTrouble::Unplugged),
            "broken" => Err(PrinterTrouble::Fault),
            other => return Err(format!("a printer is ready, out, open, unplugged or broken, not {other}")),
        };
        self.tell_printer();
        if self.printer.is_ok() {
            for (job, document) in std::mem::take(&mut self.stopped) {
                let printed = self.feed_printer(job, document, true);
                self.input(printed);
            }
        }
        Ok(())
    }

    /// Head office is called, hears the number on the screen and what is wished, and tells the code.
    fn telephone(&self) -> Result<String, String> {
        let waiting = self.mind.engine.waiting().ok_or("nothing waits for leave")?;
        let store = crate::engine::Catalogue::store(&self.catalogue).ok_or("there is no store")?;
        let asked = protocol::approval::Asked {
            store: &store.id,
            till: 1,
            challenge: &waiting.challenge,
            permission: waiting.permission.word(),
            size: waiting.size,
        };
        Ok(protocol::approval::code(&store.policy.approval_key, &asked))
    }

    /// Everything in memory is gone; the till starts again from its files.
    fn power_cut(&mut self) -> Result<(), String> {
        self.ledger = None;
        self.stopped.clear();
        self.power_on()
    }

    /// The power goes between the engine's decision and its effects: with `before`, nothing is written; without, the
    /// transaction is, and nothing that follows from it happens.
    fn crash(&mut self, words: &[&str], before: bool) -> Result<(), String> {
        let intent =
            intent_of(words)?.ok_or("a crash happens during a wish, such as `crash after writing cash 5.00`")?;
        self.crash_on(Input::Intent(intent), before)
    }

    fn crash_on(&mut self, input: Input, before: bool) -> Result<(), String> {
        let now = self.now();
        for effect in self.mind.handle(now, &self.catalogue, input) {
            if let (Effect::Commit { stamp, events, saves, .. }, Some(ledger), false) =
                (effect, &mut self.ledger, before)
            {
                ledger.commit(&stamp, &events, saves).map_err(|_| "the journal did not write")?;
            }
        }
        self.power_cut()
    }

    /// Kinds and numbers of all events in the journal.
    fn events(&self) -> Result<Vec<String>, String> {
        let line = |event: &v1::Event| format!("event {}.{} {}", event.epoch, event.seq, event.body.kind());
        Ok(self.journal()?.iter().map(line).collect())
    }

    /// All that the till has written.
    fn journal(&self) -> Result<Vec<v1::Event>, String> {
        let reader = journal::JournalReader::open(&self.dir).map_err(|error| error.to_string())?.ok_or("no journal")?;
        let mut bytes = Vec::new();
        reader.export(&mut bytes).map_err(|error| error.to_string())?;
        let of_line = |line: &str| serde_json::from_str(line).map_err(|error| error.to_string());
        String::from_utf8_lossy(&bytes).lines().map(of_line).collect()
    }
}

/// Commands that are wishes of a person.
pub(super) fn intent_of(words: &[&str]) -> Result<Option<Intent>, String> {
    let text = |words: &[&str]| words.join(" ");
    Ok(Some(match words {
        ["enter", rest @ ..] => Intent::Enter { text: text(rest) },
        ["search", rest @ ..] => Intent::Search { text: text(rest) },
        ["select", line] => Intent::SelectLine { line: number(line)? },
        ["quantity", rest @ ..] => Intent::SetQuantity { text: text(rest) },
        ["void"] => Intent::VoidLine,
        ["void", "sale"] => Intent::VoidSale,
        ["return"] => Intent::ToggleReturn,
        ["member", code] => Intent::Member { text: (*code).to_owned() },
        ["suspend"] => Intent::Suspend,
        ["suspended"] => Intent::ShowSuspended,
        ["pay"] => Intent::Pay,
        ["pay", "cash", rest @ ..] | ["cash", rest @ ..] => Intent::Cash { text: text(rest) },
        ["back"] => Intent::Back,
        ["drawer"] => Intent::OpenDrawer,
        ["reprint"] => Intent::Reprint,
        ["lock"] => Intent::Lock,
        ["sign", "on", staff, pin] => Intent::SignOn { staff: (*staff).to_owned(), pin: (*pin).to_owned() },
        ["open", "shift", float] => Intent::OpenShift { float: (*float).to_owned() },
        ["x"] => Intent::XReport,
        ["print", "report"] => Intent::PrintReport,
        ["close"] => Intent::ShowClose,
        ["close", "counted", counted] => Intent::CloseShift { counted: (*counted).to_owned() },
        ["language", tag] => Intent::Language { tag: (*tag).to_owned() },
        ["ok"] => Intent::Acknowledge,
        ["begin", action] => Intent::Begin { action: (*action).to_owned() },
        ["answer", rest @ ..] => Intent::Answer { text: text(rest) },
        ["choose", id] => Intent::Choose { id: (*id).to_owned() },
        ["choose", id, "quantity", quantity] => {
            Intent::ChooseQuantity { id: (*id).to_owned(), text: (*quantity).to_owned() }
        }
        ["confirm"] => Intent::Confirm,
        ["count", value] => Intent::Count { value: (*value).to_owned(), pieces: String::new() },
        ["count", value, pieces] => Intent::Count { value: (*value).to_owned(), pieces: (*pieces).to_owned() },
        ["tender", kind, rest @ ..] => Intent::Tender {
            kind: (*kind).to_owned(),
            amount: rest.first().map(|amount| amount.trim_matches('-').to_owned()).unwrap_or_default(),
            reference: rest.get(1).map(|reference| (*reference).to_owned()).unwrap_or_default(),
        },
        ["remove", "tender", no] => Intent::RemoveTender { no: number(no)? },
        ["cancel", "payment"] => Intent::CancelPayment,
        ["approve", staff, pin] => Intent::Approve { staff: (*staff).to_owned(), pin: (*pin).to_owned() },
        ["approve-code", code] => Intent::ApproveByCode { code: (*code).to_owned() },
        ["explain"] => Intent::Explain,
        ["press", key] => Intent::Press { key: (*key).to_owned() },
        ["touch", item] => Intent::PickItem { item: (*item).to_owned() },
        ["group"] => Intent::Press { key: "group:".to_owned() },
        ["group", rest @ ..] => Intent::Press { key: format!("group:{}", text(rest)) },
        _ => return Ok(None),
    }))
}

fn write_replica(dir: &std::path::Path, furniture: &Furniture, at: Timestamp) -> anyhow::Result<()> {
    // A script starts many tills; the cost of hashing a PIN is not what it is about.
    let params =
        argon2::Params::new(argon2::Params::MIN_M_COST, 1, 1, None).map_err(|error| anyhow::anyhow!("{error}"))?;
    let hasher = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let hashed = |(who, pin): &(v1::Staff, String)| {
        let pin = hasher.hash_password(pin.as_bytes()).map_err(|error| anyhow::anyhow!("{error}"))?.to_string();
        anyhow::Ok(v1::Record::Staff(v1::Staff { pin, ..who.clone() }))
    };
    let staff = furniture.staff.iter().map(hashed).collect::<anyhow::Result<Vec<_>>>()?;
    let mut writer = ReplicaWriter::open(dir, at.as_millisecond())?;
    let identity = Identity { terminal: TERMINAL, number: 1, store: furniture.store.id.clone() };
    let credentials = Credentials {
        platform: String::new(),
        authority: String::new(),
        platform_key: String::new(),
        token: String::new(),
        private_key: private_key(),
    };
    writer.set_identity(&identity, &credentials, &[])?;
    let items = furniture.items.iter().cloned().map(|item| v1::Record::Item(Box::new(item)));
    let members = furniture.members.iter().cloned().map(v1::Record::Member);
    let chain = items.chain(members).map(|record| anyhow::Ok(v1::Change { no: 1, record }));
    writer.replace(SCOPE_CHAIN, 1, chain)?;
    let store = staff.into_iter().chain([v1::Record::Store(Box::new(furniture.store.clone()))]);
    let store = store.map(|record| anyhow::Ok(v1::Change { no: 1, record }));
    writer.replace(&scope_of_store(&furniture.store.id), 1, store)?;
    Ok(())
}

/// The terminal's key: the first test vector of RFC 8032, section 7.1, as PKCS#8 (RFC 8410), so that what is signed in a
/// story always looks the same.
fn private_key() -> Vec<u8> {
    const PKCS8: &str = "3053020101300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\
                         a123032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    protocol::chain::from_hex(PKCS8).expect("hexadecimal digits")
}
