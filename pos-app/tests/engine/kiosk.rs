//! The whole self-checkout against any touches, scans, weights and words from the attendant, with the power going after any
//! effect: never unpaid, never cash, never an age unseen, and always back for the next shopper.

use std::collections::{BTreeMap, VecDeque};
use std::sync::OnceLock;

use domain::aisle::{ExitCode, ExitLine};
use domain::event::Event;
use domain::money::{Currency, Money};
use domain::payment::Family;
use domain::quantity::Quantity;
use domain::sale::Sale;
use domain::staff::Permission;
use domain::tender::TenderKind;
use hal::{DeviceClass, Weighing, Weight};
use jiff::Timestamp;
use pos_app::engine::{DeviceView, Durable, Effect, Face, Input, LaneNews, PastSale, Setup};
use pos_app::kiosk::{Kept, KioskSettings, Mind};
use proptest::prelude::*;
use protocol::lane::{TillSays, Verdict};
use ui::Intent;
use ui::key::KeyKind;
use ui::kiosk::KioskStep;

use super::money::{FAULTS, Fault, Provider};
use super::shop::{PIN, Shop, clock, signed_by_head_office};
use super::{store, telling};

/// Times five seconds after which nobody can be at the machine any more, whatever she left open.
const GONE_WITHIN: u32 = 800;

/// One thing that happens at the machine.
#[derive(Clone, Debug)]
enum Step {
    Input(Input),
    PowerCut(Input, usize),
    Provider(Fault),
    Wait(u32),
    /// The attendant's till answers the call that is open.
    Lane(Verdict, &'static str),
    /// One of the keys on the screen, or a row, or goods.
    Touch(usize),
    Prints,
    /// What most shoppers do.
    Buy,
    /// Somebody of the staff says who she is, by number and PIN.
    Attend,
    /// Goods with an age, paid on a phone: an attendant sees who carries them, and what chance wants.
    Adult,
}

struct World {
    shop: Shop,
    mind: Mind,
    disk: Durable,
    events: Vec<Event>,
    /// When each of them was.
    at: Vec<Timestamp>,
    provider: Provider,
    step: u64,
    to_print: Vec<u64>,
}

/// Code, pieces and amount of a line.
type Paid = (&'static str, i64, i64);

/// What phones have paid: goods at their price, at another one, unknown ones, some with an age, more than one kind; and two
/// whose time or shop is not this one.
fn exits() -> &'static [(ExitCode, String)] {
    static EXITS: OnceLock<Vec<(ExitCode, String)>> = OnceLock::new();
    EXITS.get_or_init(|| {
        let paid: [(&str, i64, &[Paid]); 7] = [
            ("s", 3_600, &[("6901234567892", 1, 505)]),
            ("s", 3_600, &[("4006381333931", 3, 500)]),
            ("s", 3_600, &[("4006381333931", 2, 500), ("6901234567892", 1, 0)]),
            ("s", 3_600, &[("2000000000008", 2, 333)]),
            ("s", 3_600, &[("A1", 1, 1200), ("6901234567892", 1, 505)]),
            ("s", 5, &[("6901234567892", 1, 505)]),
            ("other", 3_600, &[("6901234567892", 1, 505)]),
        ];
        (1..).zip(paid).map(|(no, (store, within, lines))| exit(no, store, within, lines)).collect()
    })
}

fn exit(no: u32, store: &str, within: i64, lines: &[Paid]) -> (ExitCode, String) {
    let line = |(code, pieces, gross): &(&str, i64, i64)| ExitLine {
        code: (*code).into(),
        quantity: Quantity::pieces(*pieces),
        gross: Money::minor(*gross),
    };
    let at = clock(0).at;
    let code = ExitCode {
        store: store.into(),
        session: uuid::Uuid::from_u128(u128::from(no)),
        sequence: no,
        member: (no == 2).then(|| "M1".to_owned()),
        order_no: format!("P{no:024X}"),
        family: Family::Alipay,
        currency: Currency::of("CNY").unwrap(),
        paid: lines.iter().map(|(_, _, gross)| Money::minor(*gross)).sum(),
        priced_at: at,
        until: at + jiff::SignedDuration::from_secs(within),
        rules: 1,
        lines: lines.iter().map(line).collect(),
    };
    let text = code.write(signed_by_head_office).unwrap();
    (code, text)
}

fn mind(disk: &Durable, step: u64) -> Mind {
    let setup = Setup { face: Face::Kiosk, ..Setup::till(1) };
    // A bound that makes looks into bags usual.
    let settings = KioskSettings { loss_bound: domain::money::Money::minor(1), ..KioskSettings::default() };
    Mind::new(setup, settings, disk.clone(), clock(step))
}

fn stands(grams: i64) -> Weighing {
    Weighing::Stable(Weight { net_milligrams: grams * 1000, tared: false })
}

impl World {
    fn new() -> World {
        let disk = Durable { next_receipt: 1, next_z: 1, next_job: 1, ..Durable::default() };
        let mut world = World {
            shop: Shop::new(),
            mind: mind(&disk, 0),
            disk,
            events: Vec::new(),
            at: Vec::new(),
            provider: Provider::new(),
            step: 0,
            to_print: Vec::new(),
        };
        world.wake();
        world.run(Input::Intent(Intent::SignOn { staff: "08".into(), pin: PIN.into() }), usize::MAX);
        world
    }

    fn wake(&mut self) {
        self.run(Provider::view(), usize::MAX);
        for class in [DeviceClass::Scale, DeviceClass::Bagging, DeviceClass::Printer] {
            self.run(Input::Device(class, DeviceView::Ready), usize::MAX);
        }
        self.run(Input::Started, usize::MAX);
    }

    fn restart(&mut self) {
        self.to_print.clear();
        self.mind = mind(&self.disk, self.step);
        assert_eq!(self.mind.engine().durable().open, self.disk.open, "the basket survives");
        self.wake();
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Input(input) => self.run(input, usize::MAX),
            Step::PowerCut(input, effects) => {
                self.run(input, effects);
                self.restart();
            }
            Step::Provider(fault) => self.provider.fault = fault,
            Step::Wait(seconds) => (0..seconds).for_each(|_| self.run(Input::Tick, usize::MAX)),
            Step::Lane(verdict, staff) => {
                let screen = self.mind.screen(&self.shop, clock(self.step));
                let call = self.mind.tells(&screen).and_then(|tells| tells.call).map_or(0, |call| call.no);
                let says = TillSays { call, verdict, staff: staff.into() };
                self.run(Input::Lane(LaneNews::Says(says)), usize::MAX);
            }
            Step::Touch(at) => {
                let screen = self.mind.screen(&self.shop, clock(self.step));
                let view = screen.kiosk.expect("a kiosk's face");
                let mut touches: Vec<Intent> = Vec::new();
                touches.extend(view.keys.iter().map(|key| Intent::Press { key: key.id.clone() }));
                touches.extend(view.rows.iter().map(|row| Intent::Choose { id: row.id.clone() }));
                touches.extend(view.items.iter().map(|item| Intent::PickItem { item: item.id.clone() }));
                if let Some(touch) = touches.get(at % touches.len().max(1)) {
                    self.run(Input::Intent(touch.clone()), usize::MAX);
                }
            }
            Step::Buy => {
                let press = |key: &str| Input::Intent(Intent::Press { key: key.to_owned() });
                let scan = |data: &str| Input::Scanned { data: data.to_owned() };
                let cup = scan("6901234567892");
                for input in [press("back"), cup, press("pay"), press("bag-skip"), scan("134567890123456789")] {
                    self.run(input, usize::MAX);
                }
            }
            Step::Adult => {
                self.run(Input::Scanned { data: exits()[4].1.clone() }, usize::MAX);
                self.step(Step::Lane(Verdict::Granted, "07"));
                self.run(Input::Scanned { data: "card07".to_owned() }, usize::MAX);
                self.run(Input::Intent(Intent::Press { key: "look-done".to_owned() }), usize::MAX);
            }
            Step::Attend => {
                let typed = |text: &str| Input::Intent(Intent::Answer { text: text.to_owned() });
                let staff = Input::Intent(Intent::Press { key: "staff".into() });
                [staff, typed("08"), typed(PIN)].into_iter().for_each(|input| self.run(input, usize::MAX));
            }
            Step::Prints => {
                for job in std::mem::take(&mut self.to_print) {
                    self.run(Input::Printed { job }, usize::MAX);
                }
            }
        }
        self.check();
    }

    fn run(&mut self, input: Input, effects_max: usize) {
        let mut left = effects_max;
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            self.step += 1;
            for effect in self.mind.handle(clock(self.step), &self.shop, input) {
                if left == 0 {
                    return;
                }
                left -= 1;
                match effect {
                    Effect::Commit { id, stamp, events, saves } => {
                        let sold = events.iter().filter_map(sale).map(|sale| PastSale {
                            sale: sale.clone(),
                            staff: String::new(),
                            business_date: stamp.business_date,
                            returned: Vec::new(),
                        });
                        self.shop.past.extend(sold);
                        self.at.extend(events.iter().map(|_| stamp.at));
                        self.events.extend(events);
                        saves.into_iter().for_each(|save| store(&mut self.disk, save));
                        inputs.push_back(Input::Committed { id });
                    }
                    Effect::Print { job, .. } => self.to_print.push(job),
                    Effect::Payment(request) => inputs.extend(self.provider.take(&request, &self.disk)),
                    Effect::OpenDrawer => panic!("a self-checkout has no drawer"),
                    Effect::Scale(_) | Effect::Lane(..) => {}
                }
            }
        }
    }

    fn check(&self) {
        let known = Durable { last_receipt: None, ..self.mind.engine().durable().clone() };
        assert_eq!(known, self.disk, "the self-checkout knows what the disk holds");
        for event in &self.events {
            let Event::SaleCompleted(sale) = event else { continue };
            let paid: domain::money::Money = sale.tenders.iter().map(|tender| tender.amount).sum();
            assert_eq!(paid, sale.total + sale.rounding, "a sale is paid");
            let kinds = |tender: &domain::tender::Tender| matches!(tender.kind, TenderKind::Code | TenderKind::Card);
            assert!(sale.tenders.iter().all(kinds), "by code or card alone: {:?}", sale.tenders);
            self.check_ages(sale);
        }
        self.check_exits();
        let view = self.mind.screen(&self.shop, clock(self.step)).kiosk.expect("a kiosk's face");
        let main = view.keys.iter().filter(|key| key.kind == KeyKind::Main).count();
        assert!(main <= 1, "{main} keys want to be the next one: {:?}", view.keys);
        assert!(!view.title.is_empty() && !view.title.contains('⟨'), "{:?} says nothing", view.step);
    }

    /// Somebody has looked at the shopper's age in this sale, and her answer stands in the journal: for so many years, by her
    /// whose name is on the goods.
    fn check_ages(&self, sale: &Sale) {
        let of_this_sale = |at: &Timestamp| (sale.started_at..=sale.completed_at).contains(at);
        for sold in sale.lines.iter().filter(|sold| !sold.line.voided) {
            let Some(years) = sold.line.terms.age_min else { continue };
            let by = sold.line.facets.age_checked_by.as_ref().expect("somebody has looked at the age");
            let seen = |event: &Event| match event {
                Event::Approved(seen) => {
                    seen.permission == Permission::Sell && seen.by == *by && seen.size >= i64::from(years)
                }
                _ => false,
            };
            let mut events = self.events.iter().zip(&self.at);
            assert!(events.any(|(event, at)| of_this_sale(at) && seen(event)), "{by} has seen {years} in this sale");
        }
    }

    /// What was paid on a phone leaves once, at what was paid, in its time and shop, whatever happens.
    fn check_exits(&self) {
        let mut left: BTreeMap<&str, u32> = BTreeMap::new();
        for sale in self.events.iter().filter_map(sale) {
            for tender in sale.tenders.iter().filter(|tender| tender.payment.is_none()) {
                let order = tender.reference.as_deref().expect("what another machine took has its number");
                let (code, _) = exits().iter().find(|(code, _)| code.order_no == order).expect("a code of head office");
                *left.entry(order).or_default() += 1;
                assert_eq!((tender.amount, sale.total, sale.tenders.len()), (code.paid, code.paid, 1));
                // By these words head office's book knows that it has left.
                let told = &protocol::v1::Sale::from(sale).tenders[0];
                assert_eq!((told.kind.as_str(), told.reference.as_deref(), told.payment), ("code", Some(order), None));
                assert_eq!(told.amount, code.paid.units());
                assert!(sale.completed_at < code.until && code.store == "s", "in its time and shop");
                let gross: Money = sale.lines.iter().map(|sold| sold.gross).sum();
                assert_eq!(gross, code.paid, "paid stays paid");
                let pieces: i64 = sale.lines.iter().map(|sold| sold.line.pieces()).sum();
                assert_eq!(pieces, code.lines.iter().map(|line| line.quantity.in_thousandths() / 1000).sum::<i64>());
            }
        }
        assert!(left.values().all(|times| *times == 1), "it left twice: {left:?}");
    }

    /// Everybody has gone: no money stays in doubt, and the next shopper may come.
    fn settle(&mut self) {
        self.provider.fault = Fault::None;
        for second in 0..GONE_WITHIN {
            for input in self.provider.tells_again() {
                self.run(input, usize::MAX);
            }
            // Five seconds at a time: what takes longer is a clock that was set.
            self.step += 4;
            self.run(Input::Tick, usize::MAX);
            let view = self.mind.screen(&self.shop, clock(self.step)).kiosk.expect("a kiosk's face");
            let free = matches!(view.step, KioskStep::Attract | KioskStep::Closed);
            let settled = self.disk.payment.as_ref().is_none_or(|payment| payment.is_settled());
            if free && settled && self.disk.open.is_none() {
                self.check();
                self.provider.check(&self.events, &self.disk);
                return;
            }
            assert!(second + 1 < GONE_WITHIN, "still {:?} {:?}, open {:?}", view.step, view.title, self.disk.open);
        }
    }
}

fn sale(event: &Event) -> Option<&Sale> {
    match event {
        Event::SaleCompleted(sale) => Some(sale),
        _ => None,
    }
}

fn steps() -> impl Strategy<Value = Step> {
    let code = prop::sample::select(
        &[
            "4006381333931",
            "6901234567892",
            "6901234567892",
            "1001",
            "A1",
            "G1",
            "S1",
            "9999999999994",
            "M1",
            "card07",
            "card08",
            "134567890123456789",
            "GD-00000000",
            "SAVE1",
        ][..],
    );
    let text = |options: &'static [&'static str]| prop::sample::select(options).prop_map(str::to_owned);
    let input = prop_oneof![
        8 => code.prop_map(|data| Input::Scanned { data: data.to_owned() }),
        3 => (0_usize..7).prop_map(|at| Input::Scanned { data: exits()[at].1.clone() }),
        3 => (0_i64..3_000).prop_map(|grams| Input::Bagging(stands(grams))),
        1 => Just(Input::Bagging(Weighing::Moving)),
        2 => (0_i64..2_000).prop_map(|grams| Input::Weighing(stands(grams))),
        2 => text(&["call", "staff", "accessible", "stay", "leave", "zh-CN", "en", "pay", "pay-card", "back"])
            .prop_map(|key| Input::Intent(Intent::Press { key })),
        2 => text(&[PIN, "0000", "M1", "08"]).prop_map(|text| Input::Intent(Intent::Answer { text })),
        1 => Just(Input::Intent(Intent::Cash { text: "100".into() })),
        1 => Just(Input::Intent(Intent::Tender { kind: "cash".into(), amount: String::new(), reference: String::new() })),
        1 => Just(Input::Intent(Intent::OpenDrawer)),
        1 => Just(Input::Intent(Intent::Begin { action: "return_without_receipt".into() })),
        1 => Just(Input::Intent(Intent::SignOn { staff: "07".into(), pin: PIN.into() })),
        1 => Just(Input::Intent(Intent::Approve { staff: "07".into(), pin: PIN.into() })),
        1 => Just(Input::Device(DeviceClass::Bagging, DeviceView::Absent)),
        1 => Just(Input::Button { button: "help".into() }),
    ];
    prop_oneof![
        12 => input.clone().prop_map(Step::Input),
        12 => (0_usize..12).prop_map(Step::Touch),
        2 => (input, 0_usize..4).prop_map(|(input, effects)| Step::PowerCut(input, effects)),
        2 => prop::sample::select(&FAULTS[..]).prop_map(Step::Provider),
        2 => Just(Step::Provider(Fault::None)),
        3 => (1_u32..70).prop_map(Step::Wait),
        3 => (
            prop::sample::select(&[Verdict::Granted, Verdict::Refused, Verdict::Coming][..]),
            prop::sample::select(&["07", "08", "99"][..]),
        )
            .prop_map(|(verdict, staff)| Step::Lane(verdict, staff)),
        1 => Just(Step::Prints),
        3 => Just(Step::Buy),
        1 => Just(Step::Attend),
        1 => Just(Step::Adult),
    ]
}

#[test]
fn a_self_checkout_never_sells_unpaid_and_always_comes_back() {
    let reached: std::cell::RefCell<(u64, u64, u64, u64, u64)> = std::cell::RefCell::default();
    let stories = telling::told("GUITAI_STORIES", u64::from(telling::STORIES)).min(3_000) as u32;
    let seed = telling::told("GUITAI_SEED", telling::SEED);
    let told = telling::runner(stories, seed).run(&prop::collection::vec(steps(), 1..60), |story| {
        let mut world = World::new();
        story.into_iter().for_each(|step| world.step(step));
        world.settle();
        let mut reached = reached.borrow_mut();
        for event in &world.events {
            match event {
                Event::SaleCompleted(sale) => {
                    reached.0 += 1;
                    reached.3 += u64::from(sale.tenders.iter().any(|tender| tender.payment.is_none()));
                    let aged = |sold: &domain::sale::SaleLine| sold.line.terms.age_min.is_some();
                    let exit = sale.tenders.iter().any(|tender| tender.payment.is_none());
                    reached.4 += u64::from(exit && sale.lines.iter().any(aged));
                }
                Event::SaleVoided { .. } => reached.1 += 1,
                Event::Approved(_) => reached.2 += 1,
                _ => {}
            }
        }
        Ok(())
    });
    if let Err(error) = told {
        panic!("{error}");
    }
    // Stories that go nowhere would prove nothing.
    let (sales, voided, approved, left, aged) = reached.into_inner();
    println!("{stories} stories: {sales} sales, {voided} void, {approved} approvals, {left} left, {aged} with an age");
    let least = u64::from(stories) / 40;
    assert!(
        sales >= least && voided >= least && approved >= least && left >= least && aged > 0,
        "{sales} sales, {voided} void, {approved} approvals, {left} left, {aged} with an age"
    );
}

/// What somebody only says that she has looked at shows nothing of the member whose bag it is; a look does.
#[test]
fn a_look_that_was_not_made_teaches_no_trust() {
    let mut world = World::new();
    let setup = Setup { face: Face::Kiosk, ..Setup::till(1) };
    let everybody = KioskSettings { loss_bound: Money::ZERO, ..KioskSettings::default() };
    world.mind = Mind::new(setup, everybody, world.disk.clone(), clock(world.step));
    world.wake();
    let press = |key: &str| Input::Intent(Intent::Press { key: key.to_owned() });
    let scan = |data: &str| Input::Scanned { data: data.to_owned() };
    let looked = [vec![press("look-done")], vec![scan("6901234567892"), scan("6901234567892")]];
    let learnt = looked.map(|looks| {
        let shopper = ["M1", "6901234567892", "6901234567892"].map(scan);
        let attendant = [press("pay"), scan("card08")];
        let leaves = [scan("134567890123456789"), press("receipt-none"), press("done")];
        let story = [Input::Bagging(stands(0))].into_iter().chain(shopper).chain(attendant).chain(looks).chain(leaves);
        story.for_each(|input| world.step(Step::Input(input)));
        Kept::read(world.disk.kiosk.as_deref()).trust
    });
    assert_eq!(world.events.iter().filter_map(sale).count(), 2, "both were paid");
    assert_eq!(learnt, [vec![], vec![("M1".to_owned(), 1, 0)]]);
}
