//! The whole self-checkout against any touches, scans, weights and words from the attendant, with the power going after any
//! effect: never unpaid, never cash, never an age unseen, and always back for the next shopper.

use std::collections::VecDeque;

use domain::event::Event;
use domain::tender::TenderKind;
use hal::{DeviceClass, Weighing, Weight};
use pos_app::engine::{DeviceView, Durable, Effect, Face, Input, LaneNews, Setup};
use pos_app::kiosk::{KioskSettings, Mind};
use proptest::prelude::*;
use protocol::lane::{TillSays, Verdict};
use ui::Intent;
use ui::key::KeyKind;
use ui::kiosk::KioskStep;

use super::money::{FAULTS, Fault, Provider};
use super::shop::{PIN, Shop, clock};
use super::{store, telling};

/// Times ten seconds after which nobody can be at the machine any more, whatever she left open.
const GONE_WITHIN: u32 = 400;

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
}

struct World {
    shop: Shop,
    mind: Mind,
    disk: Durable,
    events: Vec<Event>,
    provider: Provider,
    step: u64,
    to_print: Vec<u64>,
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
                    Effect::Commit { id, events, saves, .. } => {
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
            for sold in sale.lines.iter().filter(|sold| sold.line.terms.age_min.is_some() && !sold.line.voided) {
                let by = sold.line.facets.age_checked_by.clone().expect("somebody has looked at the age");
                let seen = |event: &Event| matches!(event, Event::Approved(approval) if approval.by == by);
                assert!(self.events.iter().any(seen), "and it stands in the journal");
            }
        }
        let view = self.mind.screen(&self.shop, clock(self.step)).kiosk.expect("a kiosk's face");
        let main = view.keys.iter().filter(|key| key.kind == KeyKind::Main).count();
        assert!(main <= 1, "{main} keys want to be the next one: {:?}", view.keys);
        assert!(!view.title.is_empty() && !view.title.contains('⟨'), "{:?} says nothing", view.step);
    }

    /// Everybody has gone: no money stays in doubt, and the next shopper may come.
    fn settle(&mut self) {
        self.provider.fault = Fault::None;
        for second in 0..GONE_WITHIN {
            for input in self.provider.tells_again() {
                self.run(input, usize::MAX);
            }
            // Ten seconds at a time: nothing at the machine is quicker.
            self.step += 9;
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
        3 => (0_i64..3_000).prop_map(|grams| Input::Bagging(stands(grams))),
        1 => Just(Input::Bagging(Weighing::Moving)),
        2 => (0_i64..2_000).prop_map(|grams| Input::Weighing(stands(grams))),
        2 => text(&["call", "staff", "accessible", "stay", "leave", "zh-CN", "en", "pay", "pay-card", "back"])
            .prop_map(|key| Input::Intent(Intent::Press { key })),
        2 => text(&[PIN, "0000", "M1"]).prop_map(|text| Input::Intent(Intent::Answer { text })),
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
    ]
}

#[test]
fn a_self_checkout_never_sells_unpaid_and_always_comes_back() {
    let reached: std::cell::RefCell<(u64, u64, u64)> = std::cell::RefCell::default();
    let stories = telling::told("GUITAI_STORIES", u64::from(telling::STORIES)).min(3_000) as u32;
    let seed = telling::told("GUITAI_SEED", telling::SEED);
    let told = telling::runner(stories, seed).run(&prop::collection::vec(steps(), 1..60), |story| {
        let mut world = World::new();
        story.into_iter().for_each(|step| world.step(step));
        world.settle();
        let mut reached = reached.borrow_mut();
        for event in &world.events {
            match event {
                Event::SaleCompleted(_) => reached.0 += 1,
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
    let (sales, voided, approved) = reached.into_inner();
    println!("{stories} stories: {sales} sales, {voided} void, {approved} approvals");
    let least = u64::from(stories) / 40;
    assert!(
        sales >= least && voided >= least && approved >= least,
        "{sales} sales, {voided} void, {approved} approvals"
    );
}
