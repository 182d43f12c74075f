//! Scale, drawer, lights and display in the random stories: what lies where, and what must hold whatever happens to it.

use domain::basket::Basket;
use domain::drawer::{DrawerInput, DrawerNotice, DrawerRules, DrawerWatch};
use domain::event::Event;
use hal::{DeviceClass, Light, MILLIGRAMS_PER_GRAM, Weighing, Weight};
use jiff::Timestamp;
use pos_app::engine::{DeviceView, Effect, Engine, Input, PrinterTrouble, ScaleWish};
use pos_app::present;
use uuid::Uuid;

use super::Habit;
use super::shop::Shop;

/// Weights that differ by no more, in grams, may be the same goods.
const SAME_GRAMS_MAX: i64 = 20;

/// What people do at the scale and at the drawer.
pub(super) const HABITS: [&[Habit]; 10] = [
    &[Habit::Back, Habit::Ok, Habit::Lay(0), Habit::Code("1001"), Habit::Lay(450), Habit::Lay(0)],
    // The goods lie there already.
    &[Habit::Back, Habit::Ok, Habit::Lay(0), Habit::Lay(900), Habit::Code("1001"), Habit::Pay, Habit::Exact],
    // The next goods are keyed in before the first are off the scale.
    &[
        Habit::Back,
        Habit::Ok,
        Habit::Lay(0),
        Habit::Lay(450),
        Habit::Code("1001"),
        Habit::Code("1001"),
        Habit::Lay(460),
    ],
    &[Habit::Lay(450), Habit::Code("1001"), Habit::Void, Habit::Code("1001"), Habit::Lay(460), Habit::Ok],
    &[Habit::Lay(450), Habit::Code("1001"), Habit::VoidSale, Habit::Code("1001"), Habit::Ok],
    &[Habit::Code("1001"), Habit::Says(Weighing::Moving), Habit::Says(Weighing::Overload), Habit::Lay(900)],
    &[Habit::Back, Habit::Begin("scale_zero"), Habit::Begin("scale_tare"), Habit::Button("help"), Habit::Ok],
    &[Habit::Drawer(false), Habit::Drawer(true), Habit::Ok, Habit::Drawer(false)],
    &[Habit::Drawer(false), Habit::OpenDrawer, Habit::Drawer(true), Habit::Wait(70), Habit::Drawer(false), Habit::Ok],
    &[Habit::Scales(false), Habit::Code("1001"), Habit::Ok, Habit::Scales(true)],
];

/// The counter as it is, whatever the till thinks of it.
pub(super) struct Counter {
    /// Goods on the scale: the how many-th, and what they weigh.
    lay: (u64, i64),
    /// Goods that were taken off the scale into a line, as long as that counts.
    taken: Option<(u64, Uuid, u32)>,
    /// Lines of the open basket before the scale spoke.
    lines_before: Option<(Option<Uuid>, usize)>,
    watch: DrawerWatch,
    /// Openings that nobody asked the till for.
    forced: u64,
    trained: bool,
}

impl Counter {
    pub(super) fn new() -> Counter {
        Counter {
            lay: (0, 0),
            taken: None,
            lines_before: None,
            watch: DrawerWatch::new(DrawerRules::default()),
            forced: 0,
            trained: false,
        }
    }

    /// What devices tell when a till starts.
    pub(super) fn at_start() -> Input {
        Input::Device(DeviceClass::Scale, DeviceView::Ready)
    }

    /// The counter changes as an input says; before the till hears of it.
    pub(super) fn before(&mut self, at: Timestamp, engine: &Engine, input: &Input) {
        if let Input::Weighing(Weighing::Stable(weight)) = input {
            let (number, grams) = self.lay;
            let now = weight.net_grams();
            let is_new = now == 0 || (now - grams).abs() > SAME_GRAMS_MAX;
            self.lay = if is_new { (number + 1, now) } else { (number, grams) };
            self.lines_before = Some(lines(engine));
        }
        match input {
            Input::Drawer { open } => self.drawer(at, if *open { DrawerInput::Open } else { DrawerInput::Shut }),
            Input::Tick => self.drawer(at, DrawerInput::Tick),
            _ => {}
        }
    }

    fn drawer(&mut self, at: Timestamp, input: DrawerInput) {
        let notice = self.watch.step(at, input);
        self.forced += u64::from(notice == Some(DrawerNotice::Opened { ordered: false }));
    }

    /// One lay of goods is in one line, unless that is void.
    pub(super) fn after(&mut self, at: Timestamp, engine: &Engine, effects: &[Effect]) {
        if effects.contains(&Effect::OpenDrawer) {
            self.drawer(at, DrawerInput::Ordered);
        }
        if engine.is_training() != self.trained {
            self.trained = engine.is_training();
            self.taken = None;
        }
        let Some(before) = self.lines_before.take().filter(|_| !self.trained) else { return };
        let now = lines(engine);
        if now.0.is_none() || (before.0 == now.0 && before.1 == now.1) || now.1 == 0 {
            return;
        }
        let open = engine.durable().open.as_ref();
        let Some(line) = open.and_then(|basket| basket.lines().iter().rfind(|line| line.item == "3")) else { return };
        let basket = open.expect("the line is in it").id;
        if let Some((lay, of, taken)) = self.taken.filter(|(lay, ..)| *lay == self.lay.0) {
            let voided = open.filter(|basket| basket.id == of).is_some_and(|basket| is_void(basket, taken));
            assert!(voided, "lay {lay} of goods is sold in line {taken} and in line {}", line.no);
        }
        self.taken = Some((self.lay.0, basket, line.no));
    }

    /// What the scale answers.
    pub(super) fn scale_told(&self, wish: ScaleWish) -> Option<Input> {
        match wish {
            ScaleWish::Weigh { .. } | ScaleWish::Zero => Some(stands(self.lay.1)),
            ScaleWish::Tare(_) => Some(Input::ScaleRefused),
            ScaleWish::Rest => None,
        }
    }

    /// What was written may set the goods on the scale free.
    pub(super) fn written(&mut self, events: &[Event]) {
        if events.iter().any(|event| matches!(event, Event::SaleVoided { .. })) {
            self.taken = None;
        }
    }

    /// A till that starts again has forgotten what was on its scale and how its drawer stood.
    pub(super) fn restart(&mut self) {
        self.taken = None;
        self.lines_before = None;
        self.watch = DrawerWatch::new(DrawerRules::default());
    }

    /// Openings without the till are written once each, and nothing else is written as one.
    pub(super) fn check(&self, engine: &Engine, shop: &Shop, events: &[Event]) {
        let written = events.iter().filter(|event| is_forced(event)).count() as u64;
        assert!(written <= self.forced, "{written} openings without the till are written, there were {}", self.forced);
        let lit = present::lights(engine).lit;
        assert!(engine.notice().is_none() || lit != Light::Green, "something waits to be read, and the light is green");
        let face = present::display(engine, shop);
        assert!(!face.upper.is_empty() && face.upper.len() + face.lower.len() < 400, "a display of {face:?}");
    }
}

pub(super) fn is_forced(event: &Event) -> bool {
    matches!(event, Event::DrawerOpened { reason } if reason == "forced")
}

/// A weight that stands still.
pub(super) fn stands(grams: i64) -> Input {
    Input::Weighing(Weighing::Stable(Weight { net_milligrams: grams * MILLIGRAMS_PER_GRAM, tared: false }))
}

pub(super) fn scales(there: bool) -> Input {
    let view = if there { DeviceView::Ready } else { DeviceView::Trouble(PrinterTrouble::Unplugged) };
    Input::Device(DeviceClass::Scale, view)
}

fn lines(engine: &Engine) -> (Option<Uuid>, usize) {
    let open = engine.durable().open.as_ref();
    (open.map(|basket| basket.id), open.map_or(0, |basket| basket.lines().len()))
}

fn is_void(basket: &Basket, no: u32) -> bool {
    basket.line(no).is_none_or(|line| line.voided)
}
