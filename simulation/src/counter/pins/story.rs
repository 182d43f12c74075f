//! Stories of devices on pins: the drivers' threads on one end of pins in memory, virtual devices on the other.

use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use drivers::counter::Counter;
use drivers::drawer::Level;
use drivers::indicator::{BEEPS_MAX, IndicatorOrder, Pattern};
use drivers::registry::DeviceConfig;
use drivers::station::{
    BaggingStation, CommandError, DeviceEvent, DrawerStation, EventSink, IndicatorStation, Station,
};
use hal::{DeviceError, Health, Light, Weighing};

use super::{VirtualCell, VirtualDrawer, VirtualPanel};

/// Longest wait for anything: far beyond what any step takes.
const PATIENCE: Duration = Duration::from_secs(30);
/// Long enough for a thread to do what it should not.
const A_WHILE: Duration = Duration::from_millis(300);
const SETTLE: Duration = Duration::from_millis(10);

struct Bench {
    events: Receiver<DeviceEvent>,
    station: Option<Station>,
}

impl Bench {
    fn with<W>(set_up: impl FnOnce(EventSink) -> std::io::Result<(Station, W)>) -> (Bench, W) {
        let (sender, events) = sync_channel(16);
        let (station, way) = set_up(EventSink::from(sender)).expect("a thread");
        (Bench { events, station: Some(station) }, way)
    }

    fn with_drawer(drawer: &VirtualDrawer, open_when: Option<Level>) -> (Bench, DrawerStation) {
        let drawer = drawer.clone();
        let switch = open_when.map(|level| (level, SETTLE));
        Bench::with(|sink| Station::drawer("drawer", move |_, bell| drawer.connect(bell, switch), sink))
    }

    fn with_panel(panel: &VirtualPanel) -> (Bench, IndicatorStation) {
        let panel = panel.clone();
        Bench::with(|sink| Station::indicator("lights", move |_, bell| panel.connect(bell), sink))
    }

    fn with_cell(cell: &VirtualCell) -> (Bench, BaggingStation) {
        let (cell, noise) = (cell.clone(), VirtualCell::calibration().noise_milligrams());
        Bench::with(|sink| Station::bagging("bagging", noise, move |_| cell.connect(), sink))
    }

    /// The first event that `pick` likes; those before it pass by.
    fn until<T>(&self, what: &str, mut pick: impl FnMut(&DeviceEvent) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        let mut passed = Vec::new();
        while let Ok(event) = self.events.recv_timeout(until.saturating_duration_since(Instant::now())) {
            if let Some(picked) = pick(&event) {
                return picked;
            }
            passed.push(event);
        }
        panic!("waited in vain for {what}; there were {passed:#?}");
    }

    fn until_health(&self, wanted: &Health) {
        self.until("a state", |event| match event {
            DeviceEvent::State { health, .. } => (health == wanted).then_some(()),
            _ => None,
        });
    }

    /// The next move of the drawer; nothing else may come before it.
    fn drawer(&self) -> bool {
        match self.events.recv_timeout(PATIENCE) {
            Ok(DeviceEvent::Drawer { open, .. }) => open,
            other => panic!("{other:?}"),
        }
    }

    fn grams(&self, wanted: i64) {
        self.until(&format!("{wanted} g"), |event| match event {
            DeviceEvent::Weighing { for_trade: false, weighing: Weighing::Stable(weight), .. } => {
                assert!([0, wanted].contains(&weight.net_grams()), "{weight:?}");
                (weight.net_grams() == wanted).then_some(())
            }
            _ => None,
        });
    }

    fn nothing_more(&self) {
        let more = self.events.recv_timeout(A_WHILE);
        assert!(more.is_err(), "{more:?}");
    }

    fn jobs(&self) -> u64 {
        self.station.as_ref().expect("a station").tally().read().jobs
    }
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < until, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_drawer_on_pins_opens_once_and_tells_how_it_stands_whatever_its_switch_means() {
    for open_when in [Level::High, Level::Low] {
        let drawer = VirtualDrawer::shut(open_when);
        let (bench, way) = Bench::with_drawer(&drawer, Some(open_when));
        bench.until_health(&Health::Ready);
        assert!(!bench.drawer());
        way.open_drawer().expect("a drawer");
        assert!(bench.drawer());
        assert_eq!((drawer.pulses().0, way.drawer_open(), bench.jobs()), (1, Some(true), 1));
        drawer.push_shut();
        assert!(!bench.drawer());
        drawer.knock(31);
        bench.nothing_more();
        drawer.open_by_key();
        assert!(bench.drawer());
        drawer.push_shut();
        assert!(!bench.drawer());
        // Asked for often, before it could: once, and the coil rests.
        (0..8).for_each(|_| way.open_drawer().expect("room for a few wishes"));
        assert!(bench.drawer());
        wait_until("a coil at rest", || !drawer.is_under_current());
        assert!(drawer.pulses().0 <= 3, "{:?}", drawer.pulses());
    }
}

#[test]
fn a_drawer_without_a_switch_opens_and_tells_nothing() {
    let drawer = VirtualDrawer::shut(Level::High);
    let (bench, way) = Bench::with_drawer(&drawer, None);
    bench.until_health(&Health::Ready);
    way.open_drawer().expect("a drawer");
    wait_until("an open drawer", || drawer.is_open());
    bench.nothing_more();
    assert_eq!((way.drawer_open(), drawer.pulses().0), (None, 1));
}

#[test]
fn a_drawer_whose_board_is_away_is_refused_in_time_and_comes_back() {
    let drawer = VirtualDrawer::shut(Level::High);
    let (bench, way) = Bench::with_drawer(&drawer, Some(Level::High));
    bench.until_health(&Health::Ready);
    assert!(!bench.drawer());
    drawer.unplug();
    bench.until_health(&Health::Unplugged);
    assert_eq!(way.drawer_open(), None);
    way.open_drawer().expect("it may just be coming back");
    let why = bench.until("a refusal", |event| match event {
        DeviceEvent::DrawerRefused { why, .. } => Some(why.clone()),
        _ => None,
    });
    assert_eq!((why, drawer.pulses().0), (DeviceError::Unplugged, 0));
    // Opened behind the till's back while its switch was away.
    drawer.open_by_key();
    drawer.replug();
    bench.until_health(&Health::Ready);
    assert!(bench.drawer());
    // Asked for in the moment before it comes back: it opens.
    drawer.push_shut();
    assert!(!bench.drawer());
    drawer.unplug();
    bench.until_health(&Health::Unplugged);
    drawer.replug();
    way.open_drawer().expect("a drawer");
    wait_until("an open drawer", || drawer.is_open());
}

#[test]
fn lights_show_the_newest_order_before_and_after_the_board_was_away() {
    let panel = VirtualPanel::with_buttons(&[]);
    let (mut bench, way) = Bench::with_panel(&panel);
    let order = |light, pattern| way.order(IndicatorOrder::Lamp { light, pattern }).expect("lights");
    order(Light::Green, Pattern::Blink);
    order(Light::Green, Pattern::On);
    order(Light::Red, Pattern::Blink);
    wait_until("green", || panel.light(Light::Green).0);
    wait_until("a blinking red", || panel.light(Light::Red).1 >= 2);
    assert_eq!((panel.light(Light::Green).1, panel.light(Light::Yellow)), (1, (false, 0)));
    panel.unplug();
    bench.until_health(&Health::Unplugged);
    order(Light::Yellow, Pattern::On);
    order(Light::Red, Pattern::Off);
    panel.replug();
    bench.until_health(&Health::Ready);
    wait_until("yellow", || panel.light(Light::Yellow).0 && panel.light(Light::Green).0);
    assert!(!panel.light(Light::Red).0);
    way.order(IndicatorOrder::Beep { times: 3 }).expect("a beeper");
    wait_until("three beeps", || panel.beeps() == (false, 3));
    way.order(IndicatorOrder::Beep { times: u8::MAX }).expect("a beeper");
    wait_until("a few beeps", || panel.beeps().1 > 5);
    way.order(IndicatorOrder::Beep { times: 0 }).expect("a beeper");
    wait_until("silence", || !panel.beeps().0);
    let beeps = panel.beeps().1;
    std::thread::sleep(A_WHILE);
    assert!(beeps <= 3 + u32::from(BEEPS_MAX) && panel.beeps() == (false, beeps));
    // A till that is switched off leaves no light burning.
    drop(bench.station.take());
    assert!([Light::Green, Light::Yellow, Light::Red].iter().all(|light| !panel.light(*light).0));
    assert!(way.order(IndicatorOrder::Beep { times: 1 }).is_err());
}

#[test]
fn a_button_that_bounces_is_one_press_and_one_release() {
    let panel = VirtualPanel::with_buttons(&["help", "pay"]);
    panel.press("pay", true, 0);
    let (bench, _way) = Bench::with_panel(&panel);
    bench.until_health(&Health::Ready);
    // Held down when the till was switched on: no press.
    bench.nothing_more();
    let moved = || match bench.events.recv_timeout(PATIENCE) {
        Ok(DeviceEvent::Button { moved, .. }) => (moved.button, moved.down),
        other => panic!("{other:?}"),
    };
    for bounces in [0, 1, 8, 25] {
        panel.press("help", true, bounces);
        assert_eq!(moved(), ("help".to_owned(), true));
        panel.press("help", false, bounces);
        assert_eq!(moved(), ("help".to_owned(), false));
    }
    panel.press("pay", false, 3);
    assert_eq!(moved(), ("pay".to_owned(), false));
    bench.nothing_more();
    assert_eq!(bench.jobs(), 4);
}

#[test]
fn a_bagging_area_feels_what_is_put_down_and_no_more() {
    let cell = VirtualCell::new();
    let (bench, way) = Bench::with_cell(&cell);
    bench.until_health(&Health::Ready);
    bench.grams(0);
    cell.put(550);
    bench.grams(550);
    // A knock, and readings lost to a busy computer: no weight that is none.
    cell.disturb(2);
    cell.hold_up(1);
    wait_until("a chip that was switched off", || cell.switched_off() > 0);
    while let Ok(event) = bench.events.recv_timeout(Duration::from_secs(1)) {
        let DeviceEvent::Weighing { weighing, .. } = event else { panic!("{event:?}") };
        let moves = weighing == Weighing::Moving;
        assert!(moves || matches!(weighing, Weighing::Stable(weight) if weight.net_grams() == 550), "{weighing:?}");
    }
    way.zero().expect("a scale");
    bench.grams(0);
    cell.put(552);
    bench.nothing_more();
    cell.put(250);
    bench.until("less than nothing", |event| match event {
        DeviceEvent::Weighing { weighing, .. } => (*weighing == Weighing::BelowZero).then_some(()),
        _ => None,
    });
}

#[test]
fn a_bagging_scale_that_comes_off_its_wires_is_told_and_comes_back() {
    let cell = VirtualCell::new();
    cell.set_stuck(true);
    let (bench, _way) = Bench::with_cell(&cell);
    bench.until("a torn wire", |event| match event {
        DeviceEvent::State { health: Health::Fault(words), .. } => words.contains("check the two wires").then_some(()),
        _ => None,
    });
    cell.set_stuck(false);
    bench.until_health(&Health::Ready);
    cell.put(1_000);
    bench.grams(1_000);
    cell.set_gone(true);
    bench.until_health(&Health::Unplugged);
    cell.set_gone(false);
    bench.until_health(&Health::Ready);
    bench.grams(1_000);
}

#[test]
fn a_till_whose_board_is_not_there_says_so_of_each_device_and_refuses_its_drawer() {
    let config = r#"
        [[drawer]]
        driver = "gpio"
        coil = { chip = "/dev/gpiochip-that-nobody-has", line = 17 }
        [[indicator]]
        driver = "gpio"
        red = { chip = "/dev/gpiochip-that-nobody-has", line = 5 }
        [[bagging]]
        driver = "hx711"
        clock = { chip = "/dev/gpiochip-that-nobody-has", line = 3 }
        data = { chip = "/dev/gpiochip-that-nobody-has", line = 4 }
        offset = 0
        counts_per_kilogram = 1000
    "#;
    let config = DeviceConfig::from_toml(config).expect("a right device file");
    let (sender, events) = sync_channel(16);
    let counter = Counter::set_up(&config, &EventSink::from(sender)).expect("threads");
    let mut away = Vec::new();
    while away.len() < 3 {
        match events.recv_timeout(PATIENCE) {
            Ok(DeviceEvent::State { device, health: Health::Unplugged, .. }) => away.push(device.to_string()),
            other => panic!("{other:?}"),
        }
    }
    away.sort();
    assert_eq!(away, ["bagging", "drawer", "lights"]);
    let lit = IndicatorOrder::Lamp { light: Light::Red, pattern: Pattern::On };
    assert_eq!((counter.indicate(lit), counter.zero_bagging(), counter.drawer_open()), (Ok(()), Ok(()), None));
    counter.open_drawer().expect("it may just be coming");
    match events.recv_timeout(PATIENCE) {
        Ok(DeviceEvent::DrawerRefused { why: DeviceError::Unplugged, .. }) => {}
        other => panic!("{other:?}"),
    }
    let nothing = Counter::default();
    assert_eq!((nothing.indicate(lit), nothing.zero_bagging()), (Err(CommandError::Absent), Err(CommandError::Absent)));
}
