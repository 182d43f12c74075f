//! The whole engine against any sequence of inputs, with the power going after any effect.

mod shop;

use std::collections::{BTreeMap, HashSet, VecDeque};

use domain::event::Event;
use domain::money::Money;
use domain::sale::Sale;
use pos_app::engine::{Durable, Effect, Engine, Input, PrintJob, Save, SaveTrouble, Setup};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use ui::Intent;

use shop::{PIN, Shop, clock};

/// One step of a story.
#[derive(Clone, Debug)]
enum Step {
    Input(Input),
    /// The power goes after so many effects of what this input sets off.
    PowerCut(Input, usize),
    DiskFull(bool),
    /// The printer finishes everything it was given.
    Prints,
    /// Takes up one of the baskets aside, when there is one.
    Recall(usize),
    /// Several wishes and scans in a row, as people at a till do.
    Habit(&'static [Habit]),
}

/// One of several things done in a row.
#[derive(Clone, Copy, Debug)]
enum Habit {
    SignOn,
    Guess,
    OpenShift,
    Ok,
    Back,
    Lock,
    Scan,
    Pay,
    Cash,
    Suspend,
    VoidSale,
    ShowClose,
    Close,
    Reprint,
}

const WAKE: &[Habit] = &[Habit::SignOn, Habit::Ok, Habit::OpenShift, Habit::Back];
const SALE: &[Habit] = &[Habit::Back, Habit::Ok, Habit::Scan, Habit::Pay, Habit::Cash, Habit::Reprint];
const ASIDE: &[Habit] = &[Habit::Back, Habit::Ok, Habit::Scan, Habit::Suspend];
const VOID: &[Habit] = &[Habit::Back, Habit::Ok, Habit::Scan, Habit::VoidSale];
const CLOSE: &[Habit] = &[Habit::Back, Habit::Ok, Habit::VoidSale, Habit::ShowClose, Habit::Close];
const GUESSES: &[Habit] = &[Habit::Lock, Habit::Guess, Habit::Reprint, Habit::SignOn];

impl Habit {
    fn inputs(self) -> Vec<Input> {
        let sign_on = |pin: &str| Intent::SignOn { staff: "07".into(), pin: pin.into() };
        let wish = match self {
            Habit::Scan => return vec![Input::Scanned { data: "6901234567892".into() }],
            // Long enough for the waits between two tries to pass.
            Habit::Guess => return vec![Input::Intent(sign_on("0000")); 25],
            Habit::SignOn => sign_on(PIN),
            Habit::OpenShift => Intent::OpenShift { float: "100".into() },
            Habit::Ok => Intent::Acknowledge,
            Habit::Back => Intent::Back,
            Habit::Lock => Intent::Lock,
            Habit::Pay => Intent::Pay,
            Habit::Cash => Intent::Cash { text: "100".into() },
            Habit::Suspend => Intent::Suspend,
            Habit::VoidSale => Intent::VoidSale,
            Habit::ShowClose => Intent::ShowClose,
            Habit::Close => Intent::CloseShift { counted: "100".into() },
            Habit::Reprint => Intent::Reprint,
        };
        vec![Input::Intent(wish)]
    }
}

/// A till, what its disk holds, and all that it ever said to the world.
struct World {
    shop: Shop,
    engine: Engine,
    disk: Durable,
    events: Vec<Event>,
    /// A save failed since the last start: the engine may know more than the disk.
    behind: bool,
    disk_full: bool,
    step: u64,
    to_print: Vec<u64>,
    /// Drawer openings that an event stands for and that did not happen yet.
    drawer_allowed: u64,
}

const SETUP: Setup = Setup { number: 1, epoch: 1, english: true };

impl World {
    fn new() -> World {
        let disk = Durable { next_receipt: 1, next_z: 1, next_job: 1, ..Durable::default() };
        World {
            shop: Shop::new(),
            engine: Engine::new(SETUP, disk.clone(), clock(0)),
            disk,
            events: Vec::new(),
            behind: false,
            disk_full: false,
            step: 0,
            to_print: Vec::new(),
            drawer_allowed: 0,
        }
    }

    fn step(&mut self, step: Step) {
        self.step += 1;
        match step {
            Step::Input(input) => self.run(input, usize::MAX),
            Step::PowerCut(input, effects) => {
                self.run(input, effects);
                self.restart();
            }
            Step::DiskFull(full) => self.disk_full = full,
            Step::Recall(at) => {
                let aside = &self.engine.durable().suspended;
                if let Some(aside) = aside.get(at % aside.len().max(1)) {
                    let id = aside.basket.id.to_string();
                    self.run(Input::Intent(Intent::Recall { id }), usize::MAX);
                }
            }
            Step::Habit(habits) => {
                for input in habits.iter().flat_map(|habit| habit.inputs()) {
                    self.run(input, usize::MAX);
                }
            }
            Step::Prints => {
                for job in std::mem::take(&mut self.to_print) {
                    self.run(Input::Printed { job }, usize::MAX);
                }
            }
        }
        self.check();
    }

    /// Runs an input and what follows from it; stops dead after so many effects.
    fn run(&mut self, input: Input, effects_max: usize) {
        let mut left = effects_max;
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            self.step += 1;
            for effect in self.engine.handle(clock(self.step), &self.shop, input) {
                if left == 0 {
                    return;
                }
                left -= 1;
                inputs.extend(self.perform(effect));
            }
        }
    }

    fn perform(&mut self, effect: Effect) -> Option<Input> {
        match effect {
            Effect::Commit { id, events, saves, .. } => {
                if self.disk_full {
                    self.behind = true;
                    return Some(Input::CommitFailed { id, why: SaveTrouble::DiskFull });
                }
                for event in &events {
                    self.drawer_allowed += u64::from(opens_drawer(event));
                }
                self.events.extend(events);
                saves.into_iter().for_each(|save| store(&mut self.disk, save));
                Some(Input::Committed { id })
            }
            Effect::Print { job, .. } => {
                assert!(
                    self.disk.jobs.iter().any(|stored| stored.job == job),
                    "job {job} was printed before it was written"
                );
                self.to_print.push(job);
                None
            }
            Effect::OpenDrawer => {
                assert!(self.drawer_allowed > 0, "the drawer opened without an event on the disk");
                self.drawer_allowed -= 1;
                None
            }
        }
    }

    fn restart(&mut self) {
        self.engine = Engine::new(SETUP, self.disk.clone(), clock(self.step));
        self.behind = false;
        self.drawer_allowed = 0;
        self.to_print.clear();
        self.run(Input::Started, usize::MAX);
        assert_eq!(self.to_print.len(), self.disk.jobs.len(), "everything that waited is printed again");
    }

    fn check(&self) {
        if !self.behind {
            let known = Durable { last_receipt: None, ..self.engine.durable().clone() };
            assert_eq!(known, self.disk, "the engine knows what the disk holds");
        }
        let sales: Vec<&Sale> = self.events.iter().filter_map(sale).collect();
        let ids: HashSet<_> = sales.iter().map(|sale| sale.id).collect();
        assert_eq!(ids.len(), sales.len(), "a sale was written twice");
        for (at, sale) in sales.iter().enumerate() {
            assert_eq!(sale.receipt, format!("0101-{:06}", at + 1), "receipts are numbered without a gap");
        }
        if let Some(basket) = &self.disk.open {
            assert!(!ids.contains(&basket.id), "a basket is open that was sold");
        }
        self.check_totals();
    }

    /// Running totals are the sum of the events of their shift.
    fn check_totals(&self) {
        let Some(shift) = &self.disk.shift else { return };
        let opened = |event: &Event| matches!(event, Event::ShiftOpened(opened) if opened.id == shift.id);
        let from = self.events.iter().position(opened).expect("the open shift was opened");
        let sales: Vec<&Sale> = self.events[from..].iter().filter_map(sale).collect();
        let total: Money = sales.iter().map(|sale| sale.total).sum();
        let cash: Money = sales.iter().flat_map(|sale| &sale.tenders).map(|tender| tender.amount).sum();
        assert_eq!(shift.totals.sales, sales.len() as u64);
        assert_eq!(shift.totals.gross, total);
        assert_eq!(shift.expected_cash(), shift.float + cash);
    }
}

fn sale(event: &Event) -> Option<&Sale> {
    match event {
        Event::SaleCompleted(sale) => Some(sale),
        _ => None,
    }
}

fn opens_drawer(event: &Event) -> bool {
    matches!(event, Event::SaleCompleted(_) | Event::DrawerOpened)
}

fn store(disk: &mut Durable, save: Save) {
    match save {
        Save::Basket(basket) => disk.open = basket,
        Save::Suspend(aside) => disk.suspended.push(aside),
        Save::Unsuspend(id) => disk.suspended.retain(|aside| aside.basket.id != id),
        Save::Shift(shift) => disk.shift = shift,
        Save::NextReceipt(number) => disk.next_receipt = number,
        Save::NextZ(number) => disk.next_z = number,
        Save::Print { job, document, .. } => {
            disk.next_job = disk.next_job.max(job + 1);
            disk.jobs.push(PrintJob { job, document });
        }
        Save::Printed(job) => disk.jobs.retain(|stored| stored.job != job),
        Save::Lockout(lockout) => {
            disk.lockouts.retain(|stored| stored.staff != lockout.staff);
            if lockout.failures > 0 {
                disk.lockouts.push(lockout);
            }
        }
    }
}

fn intents() -> impl Strategy<Value = Intent> {
    let text = |options: &'static [&'static str]| prop::sample::select(options).prop_map(str::to_owned);
    prop_oneof![
        6 => Just(Intent::SignOn { staff: "07".into(), pin: PIN.into() }),
        2 => Just(Intent::SignOn { staff: "07".into(), pin: "0000".into() }),
        4 => text(&["100", "0", "-1", "x"]).prop_map(|float| Intent::OpenShift { float }),
        3 => text(&["4006381333931", "2*4006381333931", "1001", "0.5*1001", "pen", "", "zz"]).prop_map(|text| Intent::Enter { text }),
        2 => text(&["3", "0", "0.5", "99999", "x"]).prop_map(|text| Intent::SetQuantity { text }),
        1 => text(&["p", ""]).prop_map(|text| Intent::Search { text }),
        1 => text(&["1", "2", "9"]).prop_map(|item| Intent::PickItem { item }),
        1 => (1_u32..5).prop_map(|line| Intent::SelectLine { line }),
        1 => Just(Intent::VoidLine),
        1 => Just(Intent::VoidSale),
        2 => Just(Intent::ToggleReturn),
        1 => text(&["M1", "M9"]).prop_map(|text| Intent::Member { text }),
        2 => Just(Intent::Suspend),
        1 => (0_u128..60).prop_map(|id| Intent::Recall { id: uuid::Uuid::from_u128(id).to_string() }),
        1 => Just(Intent::ShowSuspended),
        6 => Just(Intent::Pay),
        6 => text(&["", "100", "1", "x", "99999999"]).prop_map(|text| Intent::Cash { text }),
        2 => Just(Intent::Back),
        1 => Just(Intent::OpenDrawer),
        1 => Just(Intent::Reprint),
        1 => Just(Intent::Lock),
        1 => Just(Intent::XReport),
        1 => Just(Intent::PrintReport),
        2 => Just(Intent::ShowClose),
        2 => text(&["100", "x"]).prop_map(|counted| Intent::CloseShift { counted }),
        4 => Just(Intent::Acknowledge),
        1 => Just(Intent::Language { tag: "zh-CN".into() }),
    ]
}

fn inputs() -> impl Strategy<Value = Input> {
    let code =
        prop::sample::select(&["4006381333931", "6901234567892", "1001", "9999999999994", "40", "M1", "x\u{1}"][..]);
    prop_oneof![
        4 => intents().prop_map(Input::Intent),
        3 => code.prop_map(|data| Input::Scanned { data: data.to_owned() }),
        1 => Just(Input::Tick),
        1 => Just(Input::CatalogueChanged),
        1 => Just(Input::Unreadable { why: "noise".into() }),
        // Answers that nobody waits for, late or twice.
        1 => (0_u64..9).prop_map(|id| Input::Committed { id }),
        1 => (0_u64..9).prop_map(|job| Input::Printed { job }),
    ]
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        20 => inputs().prop_map(Step::Input),
        2 => (inputs(), 0_usize..4).prop_map(|(input, effects)| Step::PowerCut(input, effects)),
        2 => prop::bool::weighted(0.2).prop_map(Step::DiskFull),
        2 => Just(Step::Prints),
        2 => (0_usize..9).prop_map(Step::Recall),
        6 => prop::sample::select(&[WAKE, WAKE, WAKE, SALE, SALE, SALE, ASIDE, ASIDE, VOID, CLOSE, GUESSES][..]).prop_map(Step::Habit),
    ]
}

/// Stories that are told in one run.
const STORIES: u32 = 1500;

#[test]
fn whatever_happens_the_disk_knows_and_nothing_is_said_before_it_is_written() {
    let reached: std::cell::RefCell<BTreeMap<&'static str, u64>> = std::cell::RefCell::default();
    let mut runner =
        TestRunner::new(ProptestConfig { cases: STORIES, failure_persistence: None, ..ProptestConfig::default() });
    let told = runner.run(&prop::collection::vec(steps(), 1..80), |story| {
        let mut world = World::new();
        // Every story begins as a day does.
        world.step(Step::Input(Input::Intent(Intent::SignOn { staff: "07".into(), pin: PIN.into() })));
        world.step(Step::Input(Input::Intent(Intent::OpenShift { float: "100".into() })));
        for step in story {
            world.step(step);
        }
        for event in &world.events {
            *reached.borrow_mut().entry(kind(event)).or_default() += 1;
        }
        Ok(())
    });
    if let Err(error) = told {
        panic!("{error}");
    }
    // Stories that go nowhere would prove nothing.
    let reached = reached.into_inner();
    for kind in ["sale", "void", "suspend", "recall", "drawer", "reprint", "lock-out", "open", "close"] {
        let times = reached.get(kind).copied().unwrap_or_default();
        assert!(times >= 50, "{kind} was reached {times} times in {STORIES} stories: {reached:?}");
    }
}

fn kind(event: &Event) -> &'static str {
    match event {
        Event::ShiftOpened(_) => "open",
        Event::SaleCompleted(_) => "sale",
        Event::SaleVoided(_) => "void",
        Event::SaleSuspended(_) => "suspend",
        Event::SaleRecalled(_) => "recall",
        Event::DrawerOpened => "drawer",
        Event::Reprinted { .. } => "reprint",
        Event::LockedOut { .. } => "lock-out",
        Event::ShiftClosed(_) => "close",
    }
}
