//! The stock desk through its canvas: each step whole at each size, each key by touch and by keyboard, typed scans.

use super::*;
use ui::key::KeyKind;
use ui::screen::Keys;
use ui::stock::Stock;

const SIZES: [(u32, u32); 4] = [(480, 800), (720, 1280), (1024, 600), (1280, 800)];
/// A letter of a keyboard is as wide as ten of them have room.
const LETTER_MIN: f32 = 36.0;
/// Lower ones are missed by a thumb.
const TARGET_MIN: f32 = 44.0;

fn step(name: &str) -> Screen {
    let found = gallery::stock_samples("en").into_iter().find(|(other, _)| *other == name);
    found.expect("a sample of that name").1
}

fn desk(name: &str) -> Canvas {
    let canvas = Canvas::new(480, 800).expect("a canvas");
    canvas.show(&step(name));
    canvas
}

fn face(screen: &Screen) -> &Stock {
    screen.stock.as_deref().expect("a screen of the stock desk")
}

fn press(key: &str) -> Vec<Intent> {
    vec![Intent::Press { key: key.into() }]
}

#[test]
fn every_step_is_whole_at_every_size() {
    for (width, height) in SIZES {
        for language in ["zh-CN", "zh-TW", "en"] {
            let canvas = Canvas::new(width, height).expect("a canvas");
            for (name, screen) in gallery::stock_samples(language) {
                canvas.show(&screen);
                let place = format!("{name} {language} {width}x{height}");
                let picture = canvas.pixels();
                let colours: HashSet<&[u8]> = picture.rgb.chunks(3).step_by(11).collect();
                assert!(colours.len() > 30, "{place} is nearly blank: {} colours", colours.len());
                assert!(canvas.says(&face(&screen).title), "{place} does not say where it is");
                whole(&place, &canvas, (width as f32, height as f32), face(&screen));
            }
        }
    }
}

/// Each key lies inside the window, is large enough for a thumb and touches no other.
fn whole(place: &str, canvas: &Canvas, (width, height): (f32, f32), stock: &Stock) {
    let rows: Vec<&str> =
        stock.rows.iter().map(|row| &*row.title).chain(stock.items.iter().map(|item| &*item.name)).collect();
    let keys: Vec<Element> = buttons(canvas).into_iter().filter(|button| !rows.contains(&&*button.label)).collect();
    for told in &stock.keys {
        assert!(keys.iter().any(|key| key.label == told.label), "{place}: `{}` is not there", told.label);
    }
    for key in &keys {
        let (x, y, w, h) = key.place;
        assert!(w >= LETTER_MIN && h >= TARGET_MIN, "{place}: `{}` is only {w} by {h}", key.label);
        let inside = x >= -0.5 && y >= -0.5 && x + w <= width + 0.5 && y + h <= height + 0.5;
        assert!(inside, "{place}: `{}` leaves the window: {:?}", key.label, key.place);
    }
    let below: Vec<&Element> =
        keys.iter().filter(|key| stock.notice.as_ref().is_none_or(|notice| notice.button != key.label)).collect();
    for (index, one) in below.iter().enumerate() {
        for other in &below[index + 1..] {
            assert!(!overlap(one.place, other.place), "{place}: `{}` lies on `{}`", one.label, other.label);
        }
    }
}

#[test]
fn what_is_done_with_one_thumb_lies_in_the_lower_half() {
    for name in ["stock-count", "stock-menu", "stock-look", "stock-quantity", "stock-review"] {
        let screen = step(name);
        let canvas = desk(name);
        for key in &face(&screen).keys {
            let shown = buttons(&canvas).into_iter().find(|button| button.label == key.label).expect("a key");
            assert!(shown.place.1 > 400.0, "{name}: `{}` is out of reach: {:?}", key.label, shown.place);
        }
    }
}

#[test]
fn each_key_is_touched_and_pressed() {
    let canvas = desk("stock-count");
    assert_eq!(canvas.click("Undo").unwrap(), press("undo"));
    assert_eq!(canvas.key("F4").unwrap(), press("undo"));
    assert_eq!(canvas.key("F2").unwrap(), press("quantity"));
    assert_eq!(canvas.key("F10").unwrap(), press("finish"));
    assert_eq!(canvas.key("F9").unwrap(), []);
    assert_eq!(canvas.key("Esc").unwrap(), press("back"));
    // What is typed is how many; what comes fast is a code.
    assert_eq!(canvas.type_text("24"), []);
    assert_eq!(canvas.key("Enter").unwrap(), [Intent::Enter { text: text("24") }]);
    assert_eq!(canvas.wedge("6921168509256"), [Intent::Enter { text: text("6921168509256") }]);
    // By arrows to a row, and onto the card.
    canvas.key("Down").unwrap();
    canvas.key("Down").unwrap();
    assert_eq!(canvas.key("Enter").unwrap(), [Intent::Choose { id: text("item:1") }]);

    let canvas = desk("stock-review");
    assert_eq!(canvas.key("Enter").unwrap(), press("approve"));
    assert_eq!(canvas.click("Approve").unwrap(), press("approve"));
    canvas.key("Down").unwrap();
    assert_eq!(canvas.key("Space").unwrap(), [Intent::Choose { id: text("item:0") }]);
    assert_eq!(canvas.key("F8").unwrap(), press("give_up"));
}

#[test]
fn an_answer_is_typed_by_keys_and_by_touch() {
    let canvas = desk("stock-quantity");
    assert_eq!(canvas.key("Enter").unwrap(), [Intent::Answer { text: text("24") }], "what stands there is an answer");
    for digit in ["3", "6"] {
        assert_eq!(canvas.click(digit).unwrap(), []);
    }
    assert_eq!(canvas.click("Backspace").unwrap(), []);
    assert_eq!(canvas.click("OK").unwrap(), [Intent::Answer { text: text("3") }]);
    // A scan is no quantity; what was typed stays.
    canvas.show(&step("stock-menu"));
    canvas.show(&step("stock-quantity"));
    canvas.type_text("7");
    // A hand needs a moment to take up the scanner.
    canvas.wait(Duration::from_millis(300));
    assert_eq!(canvas.wedge("6921168509256"), [Intent::Enter { text: text("6921168509256") }]);
    canvas.wait(Duration::from_millis(300));
    assert_eq!(canvas.key("Enter").unwrap(), [Intent::Answer { text: text("7") }]);

    let canvas = desk("stock-date");
    canvas.type_text("202703");
    assert!(canvas.says("2027 · 03 · ––"));
    assert_eq!(canvas.key("F2").unwrap(), press("none"));

    let canvas = desk("stock-pin");
    canvas.type_text("4711");
    assert!(canvas.says("●●●●") && !canvas.says("4711"));
    assert_eq!(canvas.key("Enter").unwrap(), [Intent::Answer { text: text("4711") }]);

    let canvas = desk("stock-search");
    assert_eq!(canvas.type_text("nf").last(), Some(&Intent::Search { text: text("nf") }));
    let found = face(&step("stock-search")).items[0].clone();
    assert_eq!(canvas.click(&found.name).unwrap(), [Intent::PickItem { item: found.id }]);
}

#[test]
fn a_notice_is_read_and_the_second_tap_of_a_finger_does_nothing() {
    let canvas = desk("stock-notice");
    assert_eq!(canvas.key("Esc").unwrap(), [Intent::Acknowledge]);
    assert_eq!(canvas.click("Got it").unwrap(), [Intent::Acknowledge]);
    let canvas = desk("stock-menu");
    canvas.show_only(&step("stock-count"));
    assert_eq!(canvas.click("Undo").unwrap(), [], "a finger that was on its way");
    assert!(step("stock-quantity").stock.is_some_and(|stock| stock.pad == Keys::Number));
    assert!(face(&step("stock-review")).keys.iter().any(|key| key.kind == KeyKind::Main));
}
