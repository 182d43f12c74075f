//! The whole engine against any sequence of inputs, with the power going after any effect.

mod counter;
mod goods;
mod grid;
mod kiosk;
mod money;
pub(crate) mod papers;
pub(crate) mod shop;
mod stock;
mod telling;

use std::collections::{BTreeMap, HashSet, VecDeque};

use domain::event::Event;
use domain::grant::Grant;
use domain::money::Money;
use domain::sale::Sale;
use domain::shift::CashMovementKind;
use domain::tender::TenderKind;
use pos_app::engine::{
    Durable, Effect, Engine, Input, PrintJob, Save, SaveTrouble, Setup, SuspendedElsewhere, Trouble,
};
use proptest::prelude::*;
use ui::Intent;

use shop::{PIN, Shop, clock};
use telling::{check_is_worthless, check_leave, kind};

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
    /// Puts a basket that is aside, here or elsewhere, into the one on the counter.
    Merge(usize),
    /// Head office tells what is aside in the store; with a number, one of this till's was taken up elsewhere.
    Listed(Option<usize>),
    /// Head office sets something aside for the coupon that is used once.
    Granted,
    /// Scans the slip of goods put by, or gives them up.
    Slip(usize, bool),
    /// What the payment provider does wrong from here on.
    Provider(money::Fault),
    /// Its newest answer arrives again; or a payment that is over is paid after all.
    Provides(bool),
    /// So many seconds pass.
    Wait(u32),
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
    Begin(&'static str),
    Answer(&'static str),
    Choose(&'static str),
    SignOnAs(&'static str),
    Approve,
    Code(&'static str),
    Confirm,
    Return,
    Explain,
    /// So many grams lie on the scale.
    Lay(i64),
    Says(hal::Weighing),
    Scales(bool),
    Drawer(bool),
    Button(&'static str),
    OpenDrawer,
    Void,
    Exact,
    Part(&'static str, &'static str),
    Tender(&'static str, &'static str),
    Remove(u32),
    CancelPayment,
    Member,
    Wait(u32),
}

const WAKE: &[Habit] = &[Habit::SignOn, Habit::Ok, Habit::OpenShift, Habit::Back];
const SALE: &[Habit] = &[Habit::Back, Habit::Ok, Habit::Scan, Habit::Pay, Habit::Cash, Habit::Reprint];
const ASIDE: &[Habit] = &[Habit::Back, Habit::Ok, Habit::Scan, Habit::Suspend];
const VOID: &[Habit] = &[Habit::Back, Habit::Ok, Habit::Scan, Habit::VoidSale];
const CLOSE: &[Habit] = &[Habit::Back, Habit::Ok, Habit::VoidSale, Habit::ShowClose, Habit::Close];
const DROP: &[Habit] =
    &[Habit::Back, Habit::Ok, Habit::Begin("cash_drop"), Habit::Answer("10"), Habit::Answer(""), Habit::Approve];
const PAY_IN: &[Habit] = &[
    Habit::Back,
    Habit::Ok,
    Habit::Begin("pay_in"),
    Habit::Answer("3"),
    Habit::Choose("other"),
    Habit::Answer("n"),
    Habit::Approve,
];
const HAND_OVER: &[Habit] = &[
    Habit::Back,
    Habit::Ok,
    Habit::Begin("hand_over"),
    Habit::Answer("90"),
    Habit::Choose("count_again"),
    Habit::Answer("80"),
    Habit::Choose("unknown"),
    Habit::Choose("later"),
];
const COUNT: &[Habit] = &[
    Habit::Back,
    Habit::Ok,
    Habit::VoidSale,
    Habit::Begin("close"),
    Habit::Answer("55"),
    Habit::Choose("wrong_count"),
];
const CASHIER: &[Habit] = &[Habit::SignOnAs("08"), Habit::Ok, Habit::Back];
const LEAVE: &[Habit] = &[
    Habit::SignOnAs("08"),
    Habit::Back,
    Habit::Ok,
    Habit::Scan,
    Habit::Begin("change_price"),
    Habit::Answer("1.11"),
    Habit::Choose("goodwill"),
    Habit::Scan,
    Habit::Approve,
];
const TRAIN: &[Habit] = &[Habit::Back, Habit::Ok, Habit::VoidSale, Habit::Begin("training")];
const TRAINED: &[Habit] = &[
    Habit::Back,
    Habit::Ok,
    Habit::VoidSale,
    Habit::Begin("training"),
    Habit::Scan,
    Habit::Pay,
    Habit::Cash,
    Habit::Reprint,
    Habit::Back,
    Habit::Begin("training"),
];
const Z_AGAIN: &[Habit] = &[Habit::Back, Habit::Begin("z_again")];
const GUESSES: &[Habit] = &[Habit::Lock, Habit::Guess, Habit::Reprint, Habit::SignOn];

impl Habit {
    fn inputs(self) -> Vec<Input> {
        let sign_on = |pin: &str| Intent::SignOn { staff: "07".into(), pin: pin.into() };
        let wish = match self {
            Habit::Code(code) => return vec![Input::Scanned { data: code.into() }],
            Habit::Wait(seconds) => return vec![Input::Tick; seconds as usize],
            Habit::Lay(grams) => return vec![counter::stands(grams)],
            Habit::Says(weighing) => return vec![Input::Weighing(weighing)],
            Habit::Scales(there) => return vec![counter::scales(there)],
            Habit::Drawer(open) => return vec![Input::Drawer { open }],
            Habit::Button(button) => return vec![Input::Button { button: button.into() }],
            Habit::OpenDrawer => Intent::OpenDrawer,
            Habit::Void => Intent::VoidLine,
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
            Habit::Begin(action) => Intent::Begin { action: action.into() },
            Habit::Answer(text) => Intent::Answer { text: text.into() },
            Habit::Choose(id) => Intent::Choose { id: id.into() },
            Habit::SignOnAs(staff) => Intent::SignOn { staff: staff.into(), pin: PIN.into() },
            Habit::Confirm => Intent::Confirm,
            Habit::Exact => Intent::Cash { text: String::new() },
            Habit::Part(id, text) => Intent::ChooseQuantity { id: id.into(), text: text.into() },
            Habit::Tender(kind, amount) => {
                Intent::Tender { kind: kind.into(), amount: amount.into(), reference: String::new() }
            }
            Habit::Remove(no) => Intent::RemoveTender { no },
            Habit::CancelPayment => Intent::CancelPayment,
            Habit::Member => Intent::Member { text: "M1".into() },
            Habit::Return => Intent::ToggleReturn,
            Habit::Explain => Intent::Explain,
            Habit::Approve => Intent::Approve { staff: "07".into(), pin: PIN.into() },
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
    /// Since when the till is in training: how many events there were, and what the disk held.
    training: Option<(usize, Durable)>,
    provider: money::Provider,
    counter: counter::Counter,
}

/// From here on print jobs are those of trainings.
const TRAINING_JOBS: u64 = 1 << 48;

fn setup() -> Setup {
    Setup::till(1)
}

impl World {
    fn new() -> World {
        let disk = Durable { next_receipt: 1, next_z: 1, next_job: 1, ..Durable::default() };
        let mut shop = Shop::new();
        money::with_points(&mut shop);
        let mut engine = Engine::new(setup(), disk.clone(), clock(0));
        engine.handle(clock(0), &shop, money::Provider::view());
        engine.handle(clock(0), &shop, counter::Counter::at_start());
        World {
            shop,
            engine,
            disk,
            events: Vec::new(),
            behind: false,
            disk_full: false,
            step: 0,
            to_print: Vec::new(),
            drawer_allowed: 0,
            training: None,
            provider: money::Provider::new(),
            counter: counter::Counter::new(),
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
            Step::Merge(at) => {
                self.run(Input::Intent(Intent::Begin { action: "merge".into() }), usize::MAX);
                let aside: Vec<_> = self.engine.durable().suspended.iter().map(|aside| aside.basket.id).collect();
                let elsewhere = self.shop.elsewhere.iter().map(|aside| aside.suspended.basket.id);
                let all: Vec<_> = aside.into_iter().chain(elsewhere).collect();
                if let Some(id) = all.get(at % all.len().max(1)) {
                    self.run(Input::Intent(Intent::Choose { id: id.to_string() }), usize::MAX);
                }
            }
            Step::Listed(gone) => {
                self.list_aside(gone);
                self.run(Input::CatalogueChanged, usize::MAX);
            }
            Step::Slip(at, gives_up) => {
                let holds = &self.shop.holds;
                let code = holds.get(at % holds.len().max(1)).map_or("H010000000000", |hold| &hold.code).to_owned();
                let wish = |intent| Input::Intent(intent);
                let rest = [wish(Intent::Back), wish(Intent::Acknowledge), wish(Intent::VoidSale)];
                let slip = match gives_up {
                    true => vec![
                        wish(Intent::Begin { action: "cancel_hold".into() }),
                        Input::Scanned { data: code },
                        wish(Intent::Choose { id: "unwanted".into() }),
                    ],
                    false => {
                        let cash = wish(Intent::Cash { text: "100".into() });
                        vec![Input::Scanned { data: code }, wish(Intent::Pay), cash]
                    }
                };
                for input in rest.into_iter().chain(slip) {
                    self.run(input, usize::MAX);
                }
            }
            Step::Granted => {
                self.shop.grants = money::grants();
                self.shop.grants.push(shop::coupon_grant());
                self.run(Input::CatalogueChanged, usize::MAX);
            }
            Step::Provider(fault) => self.provider.fault = fault,
            Step::Provides(late) => {
                let input = if late { self.provider.pays_late() } else { self.provider.echo() };
                input.into_iter().for_each(|input| self.run(input, usize::MAX));
            }
            Step::Wait(seconds) => (0..seconds).for_each(|_| self.run(Input::Tick, usize::MAX)),
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

    /// Tells what is aside in the store: all of this till's but the one that is gone, and one of another till's.
    fn list_aside(&mut self, gone: Option<usize>) {
        let suspended = &self.disk.suspended;
        let gone = gone.filter(|_| !suspended.is_empty()).map(|gone| suspended[gone % suspended.len()].basket.id);
        let listed = suspended.iter().filter(|aside| Some(aside.basket.id) != gone);
        let of_till = |till| move |suspended| SuspendedElsewhere { till, suspended };
        let mut all: Vec<_> = listed.cloned().map(of_till(1)).collect();
        all.push(of_till(2)(shop::aside_of_other(self.step)));
        self.shop.elsewhere.extend(all);
        self.shop.elsewhere.retain(|aside| aside.till != 1 || Some(aside.suspended.basket.id) != gone);
    }

    /// Runs an input and what follows from it; stops dead after so many effects.
    fn run(&mut self, input: Input, effects_max: usize) {
        let mut left = effects_max;
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            self.step += 1;
            let now = clock(self.step);
            self.counter.before(now.at, &self.engine, &input);
            let effects = self.engine.handle(now, &self.shop, input);
            self.counter.after(now.at, &self.engine, &effects);
            for effect in effects {
                if left == 0 {
                    return;
                }
                left -= 1;
                if let Effect::Payment(request) = &effect {
                    assert!(!self.engine.is_training(), "real money moved in training");
                    inputs.extend(self.provider.take(request, &self.disk));
                }
                inputs.extend(self.perform(effect));
            }
            if let Some(notice) = self.engine.notice().filter(|notice| notice.trouble == Trouble::UnknownPayment) {
                self.provider.alarmed.insert(notice.about.clone());
            }
            self.check_training();
        }
    }

    fn perform(&mut self, effect: Effect) -> Option<Input> {
        match effect {
            Effect::Commit { id, stamp, events, saves } => {
                check_leave(stamp.staff.as_deref(), &events);
                if self.disk_full {
                    self.behind = true;
                    return Some(Input::CommitFailed { id, why: SaveTrouble::DiskFull });
                }
                for event in &events {
                    self.drawer_allowed += u64::from(opens_drawer(event));
                }
                for event in &events {
                    if let Event::SaleRecalled(id) = event {
                        self.shop.elsewhere.retain(|aside| aside.suspended.basket.id != *id);
                    }
                    if let Event::FavouritesArranged { items } = event {
                        grid::arranged(&mut self.shop, items, self.engine.is_training());
                    }
                }
                papers::note(&mut self.shop, &stamp, &events);
                self.counter.written(&events);
                self.drawer_allowed += u64::from(money::moves_cash(&self.disk, &saves, &events));
                self.events.extend(events);
                let spent = |grant: &Grant| (grant.id, money::spent(&self.events, grant.id));
                self.shop.spent = self.shop.grants.iter().map(spent).collect();
                saves.into_iter().for_each(|save| store(&mut self.disk, save));
                Some(Input::Committed { id })
            }
            Effect::Print { job, document, .. } if self.engine.is_training() && job >= TRAINING_JOBS => {
                check_is_worthless(&document);
                self.to_print.push(job);
                None
            }
            Effect::Print { job, document, .. } => {
                papers::check_is_masked(&document);
                assert!(
                    self.disk.jobs.iter().any(|stored| stored.job == job),
                    "job {job} was printed before it was written"
                );
                self.to_print.push(job);
                None
            }
            Effect::Payment(_) | Effect::Lane(..) => None,
            Effect::Scale(wish) => self.counter.scale_told(wish),
            Effect::OpenDrawer => {
                assert!(!self.engine.is_training(), "the drawer opened in training");
                assert!(self.drawer_allowed > 0, "the drawer opened without an event on the disk");
                self.drawer_allowed -= 1;
                None
            }
        }
    }

    fn restart(&mut self) {
        self.training = None;
        self.counter.restart();
        self.engine = Engine::new(setup(), self.disk.clone(), clock(self.step));
        self.behind = false;
        self.drawer_allowed = 0;
        self.to_print.clear();
        self.run(money::Provider::view(), usize::MAX);
        self.run(counter::Counter::at_start(), usize::MAX);
        self.run(Input::Started, usize::MAX);
        assert_eq!(self.to_print.len(), self.disk.jobs.len(), "everything that waited is printed again");
    }

    /// Whatever is done in training, events and disk are as if it had not been: but for who is at the till, wrong PINs,
    /// and paper of before that comes out meanwhile.
    fn check_training(&mut self) {
        if !self.engine.is_training() {
            self.training = None;
            return;
        }
        let (events, disk) = self.training.get_or_insert_with(|| (self.events.len(), self.disk.clone()));
        let people = |event: &Event| matches!(event, Event::SignedOn { .. } | Event::LockedOut { .. });
        assert!(self.events[*events..].iter().all(people), "training left a trace: {:?}", &self.events[*events..]);
        let (lockouts, jobs) = (self.disk.lockouts.clone(), self.disk.jobs.clone());
        assert!(jobs.iter().all(|job| disk.jobs.contains(job)), "training left paper");
        assert_eq!(Durable { lockouts, jobs, ..disk.clone() }, self.disk, "training left something on the disk");
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
        self.disk.open.iter().chain(self.disk.suspended.iter().map(|aside| &aside.basket)).for_each(goods::check);
        papers::check(&self.events);
        self.counter.check(&self.engine, &self.shop, &self.events);
        money::check(&self.events, &money::grants());
        assert!(
            self.disk
                .payment
                .as_ref()
                .is_none_or(|payment| payment.masked.as_deref().is_none_or(|code| code.contains('*')))
        );
        self.check_totals();
    }

    /// Running totals are the sum of the events of their shift.
    fn check_totals(&self) {
        let Some(shift) = &self.disk.shift else { return };
        let opened = |event: &Event| matches!(event, Event::ShiftOpened(opened) if opened.id == shift.id);
        let from = self.events.iter().position(opened).expect("the open shift was opened");
        let sales: Vec<&Sale> = self.events[from..].iter().filter_map(sale).collect();
        let total: Money = sales.iter().map(|sale| sale.total).sum();
        let tenders = sales.iter().flat_map(|sale| &sale.tenders).filter(|tender| tender.kind == TenderKind::Cash);
        let cash: Money = tenders.map(|tender| tender.amount).sum::<Money>() + moved(&self.events[from..]);
        let cashiers: Money = shift.cashiers.iter().map(|cashier| cashier.gross).sum();
        assert_eq!(cashiers, total, "what the cashiers took is what was sold");
        let handed = self.events[from..].iter().filter(|event| matches!(event, Event::HandedOver(_)));
        assert_eq!(shift.hand_overs.len(), handed.count());
        let opened = self.events[from..].iter().filter(|event| matches!(event, Event::DrawerOpened { .. }));
        assert_eq!(shift.totals.no_sales, opened.count() as u64, "openings without a sale are counted");
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

/// Cash that went in less what went out, without sales.
fn moved(events: &[Event]) -> Money {
    let of_event = |event: &Event| match event {
        Event::CashMoved(movement) if movement.kind == CashMovementKind::PayIn => movement.amount,
        Event::CashMoved(movement) => -movement.amount,
        other => papers::hold_cash(other),
    };
    events.iter().map(of_event).sum()
}

fn opens_drawer(event: &Event) -> bool {
    let moves = matches!(event, Event::SaleCompleted(_) | Event::DrawerOpened { .. } | Event::CashMoved(_));
    moves && !counter::is_forced(event) || !papers::hold_cash(event).is_zero()
}

/// What a save leaves on the disk.
pub(crate) fn store(disk: &mut Durable, save: Save) {
    match save {
        Save::Basket(basket) => disk.open = basket,
        Save::Suspend(aside) => disk.suspended.push(aside),
        Save::Unsuspend(id) => disk.suspended.retain(|aside| aside.basket.id != id),
        Save::Shift(shift) => disk.shift = shift,
        Save::Payment(payment) => disk.payment = payment,
        Save::NextReceipt(number) => disk.next_receipt = number,
        Save::NextZ(number) => disk.next_z = number,
        Save::Print { job, document, .. } => {
            disk.next_job = disk.next_job.max(job + 1);
            disk.jobs.push(PrintJob { job, document });
        }
        Save::Printed(job) => disk.jobs.retain(|stored| stored.job != job),
        Save::Kiosk(text) => disk.kiosk = text,
        Save::Stock(text) => disk.stock = text,
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
        2 => (text(&["cash", "code", "card", "points", "voucher", "refund", "gift_card", "deposit", "x"]), text(&["", "1", "99", "x"]))
            .prop_map(|(kind, amount)| Intent::Tender { kind, amount, reference: String::new() }),
        1 => (0_u32..4).prop_map(|no| Intent::RemoveTender { no }),
        1 => Just(Intent::CancelPayment),
        2 => Just(Intent::Back),
        3 => Just(Intent::OpenDrawer),
        1 => Just(Intent::Reprint),
        1 => Just(Intent::Lock),
        1 => Just(Intent::SignOn { staff: "08".into(), pin: PIN.into() }),
        2 => text(&["cash_drop", "pay_in", "pay_out", "hand_over", "close", "z_again", "training", "open_count",
            "change_price", "discount_line", "discount_basket"]).prop_map(|action| Intent::Begin { action }),
        3 => text(&["1", "0", "10%", "unknown", "x", "100", "later", "count_again", ""]).prop_map(|text| Intent::Answer { text }),
        1 => text(&["100", "0.5", "7"]).prop_map(|value| Intent::Count { value, pieces: "1".into() }),
        1 => Just(Intent::Confirm),
        1 => text(&["group:", "group:china", "group:x", "x"]).prop_map(|key| Intent::Press { key }),
        1 => Just(Intent::Approve { staff: "07".into(), pin: PIN.into() }),
        1 => Just(Intent::Approve { staff: "08".into(), pin: PIN.into() }),
        1 => Just(Intent::ApproveByCode { code: "12345678".into() }),
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
        2 => (0_usize..9).prop_map(Step::Merge),
        1 => prop::option::of(0_usize..9).prop_map(Step::Listed),
        2 => Just(Step::Granted),
        5 => (0_usize..9, prop::bool::weighted(0.4)).prop_map(|(at, gives_up)| Step::Slip(at, gives_up)),
        2 => prop::sample::select(&money::FAULTS[..]).prop_map(Step::Provider),
        2 => Just(Step::Provider(money::Fault::None)),
        2 => prop::bool::ANY.prop_map(Step::Provides),
        2 => (1_u32..40).prop_map(Step::Wait),
        6 => prop::sample::select(&money::HABITS[..]).prop_map(Step::Habit),
        6 => prop::sample::select(&papers::HABITS[..]).prop_map(Step::Habit),
        5 => prop::sample::select(&goods::HABITS[..]).prop_map(Step::Habit),
        4 => prop::sample::select(&counter::HABITS[..]).prop_map(Step::Habit),
        6 => prop::sample::select(&[
            WAKE, WAKE, WAKE, SALE, SALE, SALE, ASIDE, ASIDE, VOID, CLOSE, GUESSES, DROP, PAY_IN, HAND_OVER, COUNT, CASHIER, LEAVE,
            LEAVE, TRAIN, TRAINED, TRAINED, Z_AGAIN, grid::ARRANGE, grid::REARRANGE,
        ][..]).prop_map(Step::Habit),
    ]
}

#[test]
fn whatever_happens_the_disk_knows_and_nothing_is_said_before_it_is_written() {
    let reached: std::cell::RefCell<BTreeMap<&'static str, u64>> = std::cell::RefCell::default();
    let stories = telling::told("GUITAI_STORIES", u64::from(telling::STORIES)) as u32;
    let seed = telling::told("GUITAI_SEED", telling::SEED);
    println!("{stories} stories from seed {seed}");
    let told = telling::runner(stories, seed).run(&prop::collection::vec(steps(), 1..80), |story| {
        let mut world = World::new();
        // Every story begins as a day does.
        world.step(Step::Input(Input::Intent(Intent::SignOn { staff: "07".into(), pin: PIN.into() })));
        world.step(Step::Input(Input::Intent(Intent::OpenShift { float: "100".into() })));
        for step in story {
            world.step(step);
        }
        world.settle();
        for event in &world.events {
            for what in std::iter::once(kind(event)).chain(goods::reached(event)).chain(money::reached(event)) {
                *reached.borrow_mut().entry(what).or_default() += 1;
            }
        }
        Ok(())
    });
    if let Err(error) = told {
        panic!("{error}");
    }
    // Stories that go nowhere would prove nothing.
    let reached = reached.into_inner();
    for what in goods::REACHED.into_iter().chain(money::REACHED) {
        let times = reached.get(what).copied().unwrap_or_default();
        assert!(times >= 20, "{what} was reached {times} times in {stories} stories: {reached:?}");
    }
    let people = ["sign-on", "approved", "cash", "hand-over", "training", "trained", "arranged"];
    let kinds = ["sale", "void", "suspend", "recall", "drawer", "reprint", "lock-out", "open", "close"];
    let papers = [
        "payment",
        "tenders-returned",
        "enrolled",
        "member-note",
        "grant-asked",
        "hold",
        "hold-cancelled",
        "return",
        "collected",
        "forced",
    ];
    for kind in kinds.into_iter().chain(people).chain(papers) {
        let times = reached.get(kind).copied().unwrap_or_default();
        assert!(times >= 50, "{kind} was reached {times} times in {stories} stories: {reached:?}");
    }
}
