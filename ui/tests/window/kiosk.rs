//! The self-checkout through its canvas: each step whole at each size, each key by touch and by keyboard, typed scans.

use super::*;
use ui::key::KeyKind;
use ui::kiosk::{Kiosk, KioskStep};
use ui::screen::Keys;
use ui::window::Look;

const SIZES: [(u32, u32); 3] = [(1080, 1920), (1280, 800), (1920, 1080)];
/// Smaller targets are missed by a finger at arm's length.
const TARGET_MIN: f32 = 72.0;
/// A letter of a keyboard is as wide as ten of them have room.
const LETTER_MIN: f32 = 66.0;
/// What the view draws over a step.
const OVER: [&str; 3] = ["Yes, go on", "I have finished", "Close"];

fn step(name: &str) -> Screen {
    let found = gallery::kiosk_samples("en").into_iter().find(|(other, _)| *other == name);
    found.expect("a sample of that name").1
}

fn kiosk(name: &str) -> (Canvas, Screen) {
    let canvas = Canvas::new(1080, 1920).expect("a canvas");
    let screen = step(name);
    canvas.show(&screen);
    (canvas, screen)
}

fn press(key: &str) -> Vec<Intent> {
    vec![Intent::Press { key: key.into() }]
}

fn face(screen: &Screen) -> &Kiosk {
    screen.kiosk.as_deref().expect("a self-checkout's screen")
}

/// What can be touched now. What lies below a question that covers everything cannot.
fn touchable(canvas: &Canvas) -> Vec<Element> {
    buttons(canvas).into_iter().filter(|button| button.enabled).collect()
}

#[test]
fn every_step_is_whole_at_every_size() {
    for (width, height) in SIZES {
        for language in ["zh-CN", "zh-TW", "en"] {
            let canvas = Canvas::new(width, height).expect("a canvas");
            for (name, screen) in gallery::kiosk_samples(language) {
                canvas.show(&screen);
                let place = format!("{name} {language} {width}x{height}");
                let picture = canvas.pixels();
                let colours: HashSet<&[u8]> = picture.rgb.chunks(3).step_by(11).collect();
                assert!(colours.len() > 30, "{place} is nearly blank: {} colours", colours.len());
                assert!(canvas.says(&face(&screen).title), "{place} does not say what to do");
                let buttons = touchable(&canvas);
                whole(&place, &buttons, (width, height), face(&screen));
            }
        }
    }
}

fn whole(place: &str, buttons: &[Element], (width, height): (u32, u32), kiosk: &Kiosk) {
    let (width, height) = (width as f32, height as f32);
    assert!(!buttons.is_empty() || kiosk.step == KioskStep::Payment, "{place}: nothing to touch");
    // Whoever sits reaches the lower half; whoever stands the lower 60 of 100.
    let low = height * if kiosk.accessible { 0.5 } else { 0.4 };
    for button in buttons {
        let (x, y, w, h) = button.place;
        let least = if kiosk.pad == Keys::Text { LETTER_MIN } else { TARGET_MIN };
        assert!(!button.label.is_empty(), "{place}: a key without a name");
        assert!(w >= least - 0.5 && h >= least - 0.5, "{place}: `{}` is only {w} by {h}", button.label);
        let inside = x >= -0.5 && y >= -0.5 && x + w <= width + 0.5 && y + h <= height + 0.5;
        assert!(inside, "{place}: `{}` leaves the window: {:?}", button.label, button.place);
        if height > width {
            assert!(y >= low - 0.5, "{place}: `{}` is out of reach: {:?}", button.label, button.place);
        }
    }
    for (index, one) in buttons.iter().enumerate() {
        for other in &buttons[index + 1..] {
            assert!(!overlap(one.place, other.place), "{place}: `{}` lies on `{}`", one.label, other.label);
        }
    }
}

#[test]
fn each_key_tells_its_wish_by_touch_and_by_its_own_key() {
    for (name, screen) in gallery::kiosk_samples("en") {
        let kiosk = face(&screen).clone();
        if kiosk.leaves_in_s.is_some() {
            continue;
        }
        let canvas = Canvas::new(1080, 1920).expect("a canvas");
        canvas.show(&screen);
        let typed = kiosk.pad != Keys::None;
        let mut free = (2..=9).map(|number| format!("F{number}"));
        for key in &kiosk.keys {
            let wish = press(&key.id);
            assert_eq!(canvas.click(&key.label).expect(name), wish, "{name}: {}", key.label);
            let stroke = match (key.kind, key.key.is_empty()) {
                (_, false) => key.key.clone(),
                (KeyKind::Main, true) => "Enter".to_owned(),
                (KeyKind::Plain | KeyKind::Quiet | KeyKind::Loss, true) => free.next().expect("a free key"),
            };
            assert!(!typed || key.kind != KeyKind::Main, "what is typed has its own key");
            assert_eq!(canvas.key(&stroke).expect(name), wish, "{name}: {} by {stroke}", key.label);
        }
        if kiosk.can_call {
            assert_eq!(canvas.click("Call staff").expect(name), press("call"));
            assert_eq!(canvas.key("F1").expect(name), press("call"));
        } else {
            assert!(canvas.click("Call staff").is_err(), "{name}: nobody can be called");
            assert_eq!(canvas.key("F1").expect(name), []);
        }
        assert_eq!(canvas.key("F11").expect(name), press("accessible"));
    }
}

#[test]
fn goods_groups_rows_and_languages_are_touched_by_their_ids() {
    let (canvas, screen) = kiosk("kiosk-pick");
    assert_eq!(canvas.click("Vegetables").unwrap(), press("group-1"));
    let first = face(&screen).items[3].clone();
    assert_eq!(canvas.click(&first.name).unwrap(), [Intent::PickItem { item: first.id }]);
    // The next page has other goods; the last one ends.
    let last = face(&screen).items[14].clone();
    assert!(canvas.click(&last.name).is_err(), "on another page");
    while canvas.click(&last.name).is_err() {
        assert_eq!(canvas.click("Next page").expect("another page"), []);
    }
    assert_eq!(canvas.key("PageUp").unwrap(), []);
    assert!(canvas.click(&last.name).is_err(), "one page back");
    assert_eq!(canvas.click("Next page").unwrap(), []);
    assert!(canvas.click(&last.name).is_ok());

    let (canvas, screen) = kiosk("kiosk-look");
    let row = &face(&screen).rows[1];
    assert_eq!(canvas.click(&row.title).unwrap(), [Intent::Choose { id: row.id.clone() }]);

    // On the attract screen at once; elsewhere behind the globe.
    let speaks = |tag: &str| [Intent::Language { tag: tag.into() }];
    let (canvas, _) = kiosk("kiosk-attract");
    assert_eq!(canvas.click("简体中文").unwrap(), speaks("zh-CN"));
    assert_eq!(canvas.click("For staff").unwrap(), press("staff"));
    // Anywhere above begins, too.
    assert_eq!(canvas.click_at(540.0, 400.0), press("start"));
    let (canvas, _) = kiosk("kiosk-scan");
    assert!(canvas.click("繁體中文").is_err());
    assert_eq!(canvas.click("English").unwrap(), []);
    assert_eq!(canvas.click("繁體中文").unwrap(), speaks("zh-TW"));
    assert!(canvas.click("繁體中文").is_err(), "chosen once, the list goes");
    canvas.key("F12").unwrap();
    assert_eq!(canvas.key("Esc").unwrap(), []);
    assert!(canvas.click("简体中文").is_err());
}

#[test]
fn an_answer_is_typed_by_finger_and_by_keyboard() {
    let (canvas, _) = kiosk("kiosk-member");
    assert!(canvas.click("OK").is_err(), "nothing is typed");
    for digit in ["1", "3", "8", "8"] {
        assert_eq!(canvas.click(digit).unwrap(), []);
    }
    canvas.click("Delete").unwrap();
    canvas.click("0").unwrap();
    assert!(canvas.says("1380"));
    assert_eq!(canvas.click("OK").unwrap(), [Intent::Answer { text: text("1380") }]);
    canvas.key("Esc").unwrap();
    canvas.type_text("13800136621");
    assert_eq!(canvas.key("Enter").unwrap(), [Intent::Answer { text: text("13800136621") }]);

    let (canvas, _) = kiosk("kiosk-coupon");
    for letter in ["S", "P", "2", "0"] {
        canvas.click(letter).unwrap();
    }
    assert_eq!(canvas.click("OK").unwrap(), [Intent::Answer { text: text("SP20") }]);

    // A secret is never shown, and goes with its answer.
    let (canvas, _) = kiosk("kiosk-pin");
    canvas.type_text("47");
    canvas.click("1").unwrap();
    assert!(canvas.says("●●●") && canvas.elements().iter().all(|element| !element.label.contains("47")));
    assert_eq!(canvas.key("Enter").unwrap(), [Intent::Answer { text: text("471") }]);
    assert!(!canvas.says("●●●"));
}

#[test]
fn a_typed_scan_is_a_scan_at_every_step() {
    const CODE: &str = "6921168509256";
    let scan = [Intent::Enter { text: text(CODE) }];
    for (name, screen) in gallery::kiosk_samples("en") {
        let canvas = Canvas::new(1080, 1920).expect("a canvas");
        canvas.show(&screen);
        assert_eq!(canvas.wedge(CODE), scan, "{name}");
        assert_eq!(canvas.key("Enter").unwrap(), [], "{name}: a second line end");
        canvas.show(&screen);
        // With the focus on a key, and with a second line end, nothing is pressed.
        canvas.key("Tab").unwrap();
        assert_eq!(canvas.wedge(CODE), scan, "{name} with the focus on a key");
    }
    // The longest basket of a phone comes whole.
    let (canvas, _) = kiosk("kiosk-scan");
    let longest: String = "GB1".chars().chain("0123456789ABC".chars().cycle()).take(1_449).collect();
    assert_eq!(canvas.wedge(&longest), [Intent::Enter { text: longest }]);
    // What was typed by hand stays; the step that comes meanwhile cuts no code in two.
    let (canvas, _) = kiosk("kiosk-member");
    canvas.type_text("138");
    canvas.wait(Duration::from_millis(300));
    assert_eq!(canvas.wedge(CODE), scan);
    assert!(canvas.says("138"));
    let (canvas, _) = kiosk("kiosk-attract");
    assert_eq!(canvas.type_text("20001"), []);
    assert_eq!(canvas.key("Enter").unwrap(), [Intent::Enter { text: text("20001") }], "a code by hand");
}

#[test]
fn the_keyboard_reaches_all_there_is_to_touch() {
    for (name, screen) in gallery::kiosk_samples("en") {
        if face(&screen).leaves_in_s.is_some() || face(&screen).pad != Keys::None {
            continue;
        }
        let canvas = Canvas::new(1080, 1920).expect("a canvas");
        canvas.show(&screen);
        let expected = touchable(&canvas);
        let mut wishes: Vec<Vec<Intent>> = Vec::new();
        let mut still = canvas.pixels();
        for at in 0..expected.len() {
            // By arrow or by Tab: the same.
            canvas.key(if at % 2 == 0 { "Down" } else { "Tab" }).unwrap();
            let focused = canvas.pixels();
            assert!(focused != still, "{name}: the focus of {at} is not seen");
            still = focused;
            wishes.push(canvas.key("Enter").unwrap());
        }
        for key in face(&screen).keys.iter().filter(|key| key.enabled) {
            assert!(wishes.contains(&press(&key.id)), "{name}: {} is not reached: {wishes:?}", key.label);
        }
        assert!(!face(&screen).can_call || wishes.contains(&press("call")), "{name}: nobody can be called by keyboard");
    }
}

#[test]
fn names_of_keys_are_told_to_whoever_uses_a_keyboard() {
    let (canvas, _) = kiosk("kiosk-scan");
    assert!(!canvas.says("F2"), "a shopper has fingers");
    canvas.key("Down").unwrap();
    canvas.wait(Duration::from_millis(50));
    assert!(canvas.says("F2") && canvas.says("F1"));
    canvas.click("Member").unwrap();
    canvas.wait(Duration::from_millis(50));
    assert!(!canvas.says("F2"));
}

#[test]
fn whoever_went_is_asked_but_never_over_a_payment() {
    let (canvas, _) = kiosk("kiosk-leaving");
    assert!(canvas.says("Are you still there?") && canvas.says("12"));
    assert!(canvas.click("Pay ¥ 58.45").is_err(), "what is covered cannot be touched");
    assert_eq!(canvas.key("F12").unwrap(), []);
    assert_eq!(canvas.click(OVER[1]).unwrap(), press("leave"));
    assert_eq!(canvas.click(OVER[0]).unwrap(), press("stay"));
    assert_eq!(canvas.key("Enter").unwrap(), press("stay"));
    assert_eq!(canvas.key("Esc").unwrap(), press("stay"));

    let (canvas, _) = kiosk("kiosk-payment-leaving");
    assert!(!canvas.says("Are you still there?"));
    assert_eq!(canvas.click("Do not pay").unwrap(), press("cancel-payment"));
    assert!(canvas.says("¥ 58.45"));
}

#[test]
fn a_finger_that_is_on_its_way_hits_nothing_new() {
    let (canvas, _) = kiosk("kiosk-scan");
    canvas.show_only(&step("kiosk-pay"));
    canvas.wait(Duration::from_millis(40));
    assert_eq!(canvas.click("Card").unwrap(), [], "it was meant for what lay there before");
    canvas.wait(Duration::from_millis(400));
    assert_eq!(canvas.click("Card").unwrap(), press("pay-card"));
}

#[test]
fn more_contrast_is_for_one_shopper() {
    let (canvas, _) = kiosk("kiosk-scan-low");
    let usual = canvas.pixels();
    assert_eq!(canvas.click("More contrast").unwrap(), []);
    canvas.wait(Duration::from_millis(500));
    assert!(canvas.pixels() != usual);
    canvas.show(&step("kiosk-attract"));
    canvas.show(&step("kiosk-scan-low"));
    assert!(canvas.click("Less contrast").is_err(), "the next shopper sees what is usual");
    // A shop that looks so by itself keeps its look.
    canvas.look(Look::Dark);
    canvas.key("F10").unwrap();
    canvas.key("F10").unwrap();
    assert_eq!(canvas.click("More contrast").unwrap(), []);
}

#[test]
fn at_rest_nothing_moves() {
    for name in ["kiosk-attract", "kiosk-closed", "kiosk-first", "kiosk-payment", "kiosk-thanks"] {
        let (canvas, _) = kiosk(name);
        // What moves while somebody acts comes to rest.
        for _ in 0..12 {
            canvas.wait(Duration::from_secs(10));
        }
        let still = canvas.pixels();
        for _ in 0..6 {
            canvas.wait(Duration::from_millis(700));
            assert!(canvas.pixels() == still, "{name} goes on moving");
        }
    }
}

#[test]
fn the_newest_line_stands_out_and_stays_in_view() {
    let canvas = Canvas::new(1080, 1920).expect("a canvas");
    let mut screen = step("kiosk-long");
    let last = screen.basket.lines.pop().expect("a line");
    canvas.show(&screen);
    let before = canvas.pixels();
    screen.basket.lines.push(Line { name: text("The very last"), ..last });
    canvas.show(&screen);
    assert!(canvas.says("The very last 12,345,678.90"), "a reader says it");
    assert!(canvas.pixels() != before);
    let rows = canvas.elements().into_iter().filter(|element| element.role == "list-item").count();
    assert!(rows < 20, "only those in view are made: {rows}");
}
