//! The cashier's window through its canvas: every sample whole and legible, every touch and key the right wish.

use std::collections::HashSet;
use std::time::Duration;

use ui::Element;
use ui::gallery;
use ui::screen::{Level, Line, Notice};
use ui::window::Canvas;
use ui::{Intent, Screen};

#[path = "window/kiosk.rs"]
mod kiosk;
#[path = "window/layout.rs"]
mod layout;
#[path = "window/reference.rs"]
mod reference;
#[path = "window/shopper.rs"]
mod shopper;
#[path = "window/steps.rs"]
mod steps;
#[path = "window/stock.rs"]
mod stock;

const SIZES: [(u32, u32); 2] = [(1280, 800), (1024, 600)];

fn sample(name: &str, language: &str) -> Screen {
    let found = gallery::samples(language).into_iter().find(|(other, _)| *other == name);
    found.expect("a sample of that name").1
}

/// A canvas that shows a sample.
fn at(name: &str, language: &str) -> Canvas {
    let canvas = Canvas::new(1280, 800).expect("a canvas");
    canvas.show(&sample(name, language));
    canvas
}

fn text(text: &str) -> String {
    text.into()
}

fn buttons(canvas: &Canvas) -> Vec<Element> {
    canvas.elements().into_iter().filter(|element| element.role == "button").collect()
}

#[test]
fn every_sample_is_drawn_whole() {
    for (width, height) in SIZES {
        for language in ["zh-CN", "en"] {
            let canvas = Canvas::new(width, height).expect("a canvas");
            for (name, screen) in gallery::samples(language) {
                canvas.show(&screen);
                let place = format!("{name} {language} {width}x{height}");
                let picture = canvas.pixels();
                let colours: HashSet<&[u8]> = picture.rgb.chunks(3).step_by(11).collect();
                assert!(colours.len() > 30, "{place} is nearly blank: {} colours", colours.len());
                assert!(canvas.says(&screen.bar.store), "{place} does not say where it is");
                whole(&place, &buttons(&canvas), width, height);
            }
        }
    }
}

/// Each thing to touch lies inside the window, is large enough for a finger and touches no other.
fn whole(place: &str, buttons: &[Element], width: u32, height: u32) {
    assert!(!buttons.is_empty(), "{place}: nothing to touch");
    let row = height as f32 - if width < 1160 { 64.0 } else { 76.0 };
    for button in buttons {
        let (x, y, w, h) = button.place;
        assert!(!button.label.is_empty(), "{place}: a button without a name");
        assert!(w >= 55.5 && h >= 55.5, "{place}: `{}` is only {w} by {h}", button.label);
        let inside = x >= 0.0 && y >= 0.0 && x + w <= width as f32 + 0.5 && y + h <= height as f32 + 0.5;
        assert!(inside, "{place}: `{}` leaves the window: {:?}", button.label, button.place);
        let whole = y + h <= row + 0.5 || y >= row;
        assert!(whole || place.starts_with("locked"), "{place}: `{}` is cut off: {:?}", button.label, button.place);
    }
    for (index, one) in buttons.iter().enumerate() {
        for other in &buttons[index + 1..] {
            // The notice stands over the bar on purpose.
            let in_bar = one.place.1 < 56.0 && other.place.1 < 56.0;
            assert!(in_bar || !overlap(one.place, other.place), "{place}: `{}` lies on `{}`", one.label, other.label);
        }
    }
}

fn overlap(one: (f32, f32, f32, f32), other: (f32, f32, f32, f32)) -> bool {
    const EDGE: f32 = 0.5;
    one.0 + EDGE < other.0 + other.2
        && other.0 + EDGE < one.0 + one.2
        && one.1 + EDGE < other.1 + other.3
        && other.1 + EDGE < one.1 + one.3
}

#[test]
fn touching_each_action_tells_the_wish() {
    let canvas = at("sell", "en");
    let rows = [
        ("Suspend", Intent::Suspend),
        ("Recall", Intent::ShowSuspended),
        ("Return", Intent::ToggleReturn),
        ("Void line", Intent::VoidLine),
        ("Pay ¥ 58.45", Intent::Pay),
        ("Tea egg", Intent::PickItem { item: text("item-6") }),
        ("Soy milk 300 ml", Intent::PickItem { item: text("item-8") }),
    ];
    for (label, intent) in rows {
        assert_eq!(canvas.click(label).expect(label), [intent], "{label}");
    }
    let more = [
        ("Open drawer", Intent::OpenDrawer),
        ("Print last again", Intent::Reprint),
        ("X report", Intent::XReport),
        ("Close day", Intent::ShowClose),
        ("Lock", Intent::Lock),
    ];
    for (label, intent) in more {
        if canvas.click(label).is_err() {
            assert_eq!(canvas.click("More").expect("more"), []);
        } else {
            canvas.show(&sample("empty", "en"));
            canvas.show(&sample("sell", "en"));
            if !canvas.says(label) {
                canvas.click("More").expect("more");
            }
        }
        assert_eq!(canvas.click(label).expect(label), [intent], "{label}");
    }
}

#[test]
fn touching_the_other_panels_tells_the_wish() {
    let canvas = at("pay", "en");
    assert_eq!(canvas.click("Exact cash ¥ 58.40").unwrap(), [Intent::Cash { text: text("") }]);
    assert_eq!(canvas.click("100").unwrap(), [Intent::Cash { text: text("100") }]);
    for digit in ["6", "0", ".", "5"] {
        assert_eq!(canvas.click(digit).unwrap(), []);
    }
    assert_eq!(canvas.click("Backspace").unwrap(), []);
    assert_eq!(canvas.click("Cash 60.").unwrap(), [Intent::Cash { text: text("60.") }]);
    assert_eq!(canvas.click("Back").unwrap(), [Intent::Back]);

    let canvas = at("saving", "en");
    assert!(canvas.click("Saving…").is_err(), "rests while the sale is written");
    assert_eq!(canvas.key("Enter").unwrap(), []);
    assert_eq!(canvas.key("Esc").unwrap(), []);

    let canvas = at("locked", "en");
    assert_eq!(canvas.click("Na Li").unwrap(), []);
    for digit in ["4", "7", "1", "1"] {
        canvas.click(digit).unwrap();
    }
    assert_eq!(canvas.click("Sign on").unwrap(), [Intent::SignOn { staff: text("staff-1"), pin: text("4711") }]);

    let canvas = at("open-shift", "en");
    assert!(canvas.click("Open the shift").is_err(), "nothing is counted yet");
    canvas.type_text("300");
    assert_eq!(canvas.click("Open the shift").unwrap(), [Intent::OpenShift { float: text("300") }]);

    let canvas = at("close", "en");
    canvas.type_text("12952.15");
    assert_eq!(canvas.click("Close the day").unwrap(), [Intent::CloseShift { counted: text("12952.15") }]);
    assert_eq!(canvas.click("Print").unwrap(), [Intent::PrintReport]);

    let canvas = at("suspended", "en");
    assert_eq!(canvas.click("14:27 · Na Li").unwrap(), [Intent::Recall { id: text("aside-2") }]);

    let canvas = at("change", "en");
    assert_eq!(canvas.click("Next sale").unwrap(), [Intent::Back]);

    let canvas = at("fault", "en");
    assert_eq!(canvas.click("Understood").unwrap(), [Intent::Acknowledge]);
}

#[test]
fn every_key_tells_the_wish() {
    let canvas = at("sell", "zh-CN");
    let keys = [
        ("F1", Intent::Lock),
        ("F2", Intent::Suspend),
        ("F3", Intent::ShowSuspended),
        ("F5", Intent::ToggleReturn),
        ("F8", Intent::OpenDrawer),
        ("F9", Intent::Reprint),
        ("F10", Intent::XReport),
        ("F11", Intent::ShowClose),
        ("F12", Intent::Pay),
        ("Del", Intent::VoidLine),
        ("Up", Intent::SelectLine { line: 5 }),
    ];
    for (key, intent) in keys {
        assert_eq!(canvas.key(key).unwrap(), [intent], "{key}");
    }
    assert_eq!(canvas.key("Enter").unwrap(), [], "an empty field says nothing");

    canvas.type_text("3");
    assert_eq!(canvas.key("*").unwrap(), [Intent::SetQuantity { text: text("3") }]);
    canvas.key("*").unwrap();
    canvas.type_text("0.45");
    assert_eq!(canvas.key("Enter").unwrap(), [Intent::SetQuantity { text: text("0.45") }]);
    canvas.key("F4").unwrap();
    canvas.type_text("13800136621");
    assert_eq!(canvas.key("Enter").unwrap(), [Intent::Member { text: text("13800136621") }]);

    let canvas = at("pay", "zh-CN");
    canvas.type_text("100");
    assert_eq!(canvas.key("Enter").unwrap(), [Intent::Cash { text: text("100") }]);
    assert_eq!(canvas.key("Enter").unwrap(), [Intent::Cash { text: text("") }]);
    assert_eq!(canvas.key("Down").unwrap(), []);
    assert_eq!(canvas.key("Enter").unwrap(), [Intent::Cash { text: text("59") }]);
    assert_eq!(canvas.key("Esc").unwrap(), [Intent::Back]);

    let canvas = at("locked", "zh-CN");
    canvas.key("Right").unwrap();
    canvas.type_text("1234");
    assert_eq!(canvas.key("Enter").unwrap(), [Intent::SignOn { staff: text("staff-1"), pin: text("1234") }]);

    let canvas = at("suspended", "zh-CN");
    canvas.key("Down").unwrap();
    assert_eq!(canvas.key("Enter").unwrap(), [Intent::Recall { id: text("aside-1") }]);

    let canvas = at("unknown", "zh-CN");
    assert_eq!(canvas.key("Esc").unwrap(), [Intent::Acknowledge]);
}

#[test]
fn searching_tells_what_was_typed_after_a_pause() {
    let canvas = at("empty", "en");
    let told = canvas.type_text("nf");
    assert_eq!(told.last(), Some(&Intent::Search { text: text("nf") }));
    canvas.show(&sample("results", "en"));
    canvas.key("Down").unwrap();
    canvas.key("Down").unwrap();
    assert_eq!(canvas.key("Enter").unwrap(), [Intent::PickItem { item: text("item-1") }]);
    assert_eq!(canvas.entry(), "");

    canvas.click("Letters").unwrap();
    let told: Vec<Intent> = ["m", "i", "l", "k"].iter().flat_map(|letter| canvas.click(letter).unwrap()).collect();
    canvas.wait(Duration::from_millis(200));
    assert_eq!(canvas.entry(), "milk");
    assert!(told.iter().all(|intent| matches!(intent, Intent::Search { .. })), "{told:?}");
    assert_eq!(canvas.key("Enter").unwrap().last(), Some(&Intent::Enter { text: text("milk") }));
}

#[test]
fn a_scanner_that_plays_keyboard_presses_nothing() {
    const CODE: &str = "6921168509256";
    let scan = || [Intent::Enter { text: text(CODE) }];
    // Wherever the till is, and wherever the focus went by Tab, a scan is a scan.
    for name in [
        "not-ready",
        "locked",
        "open-shift",
        "empty",
        "sell",
        "unknown",
        "pay",
        "change",
        "suspended",
        "x-report",
        "close",
        "actions",
        "approval",
        "approval-telephone",
        "ask-amount",
        "ask-options",
        "ask-text",
        "ask-secret",
        "ask-date",
        "choose-one",
        "choose-many",
        "count",
        "payment",
        "explain",
        "code",
        "pay-split",
    ] {
        let first = at(name, "en").entry();
        for tabs in [0, 1, 3] {
            let canvas = at(name, "en");
            for _ in 0..tabs {
                canvas.key("Tab").unwrap();
            }
            assert_eq!(canvas.wedge(CODE), scan(), "{name} after {tabs} tabs");
            assert_eq!(canvas.entry(), first, "{name}");
            // The second line end of the same scan.
            canvas.wait(Duration::from_millis(20));
            assert_eq!(canvas.key("Enter").unwrap(), [], "{name} after {tabs} tabs");
        }
    }
    let canvas = at("pay", "en");
    canvas.type_text("100");
    canvas.wait(Duration::from_millis(300));
    assert_eq!(canvas.wedge(CODE), scan());
    assert_eq!(canvas.entry(), "100", "what a person typed stays");
}

#[test]
fn a_button_reached_by_tab_is_pressed_by_enter_and_space() {
    for press in ["Enter", "Space"] {
        let canvas = at("empty", "en");
        let mut told = Vec::new();
        for tabs in 1..40 {
            for _ in 0..tabs {
                canvas.key("Tab").unwrap();
            }
            told = canvas.key(press).unwrap();
            if !told.is_empty() {
                break;
            }
            canvas.key("Esc").unwrap();
        }
        assert!(matches!(told.first(), Some(Intent::Press { .. } | Intent::PickItem { .. })), "{press}: {told:?}");
        // Back home: what is typed lands in the field.
        canvas.type_text("12");
        assert!(canvas.entry().ends_with("12"), "{press}: `{}`", canvas.entry());
    }
}

#[test]
fn typing_finds_the_field_after_every_change_of_panel() {
    let canvas = Canvas::new(1280, 800).unwrap();
    for from in ["locked", "sell", "pay", "change", "suspended", "close", "x-report", "not-ready"] {
        for to in ["open-shift", "empty", "pay", "change", "close", "locked"] {
            canvas.show(&sample(from, "en"));
            canvas.key("Tab").unwrap();
            canvas.show(&sample(to, "en"));
            canvas.key("Esc").unwrap();
            canvas.type_text("7");
            assert_eq!(canvas.entry(), "7", "{from} -> {to}");
            canvas.key("Backspace").unwrap();
        }
    }
}

#[test]
fn the_second_tap_of_a_finger_does_not_pay() {
    let canvas = at("sell", "en");
    let pay = canvas.elements().into_iter().find(|element| element.label == "Pay ¥ 58.45").unwrap().place;
    canvas.show(&sample("pay", "en"));
    let confirm = canvas.elements().into_iter().find(|element| element.label == "Exact cash ¥ 58.40").unwrap().place;
    assert!(overlap(pay, confirm), "else this test is about nothing");
    canvas.show(&sample("sell", "en"));
    canvas.show_only(&sample("pay", "en"));
    assert_eq!(canvas.click_at(confirm.0 + 40.0, confirm.1 + 20.0), []);
    canvas.wait(Duration::from_millis(400));
    assert_eq!(canvas.click_at(confirm.0 + 40.0, confirm.1 + 20.0), [Intent::Cash { text: text("") }]);
}

#[test]
fn voiding_a_sale_asks_twice() {
    let canvas = at("sell", "en");
    assert_eq!(canvas.key("F7").unwrap(), []);
    assert!(canvas.says("Press again"));
    assert_eq!(canvas.key("F7").unwrap(), [Intent::VoidSale]);
    canvas.key("F7").unwrap();
    canvas.wait(Duration::from_secs(5));
    assert!(canvas.says("Void sale"), "the question is over");
    assert_eq!(canvas.key("F7").unwrap(), []);
}

#[test]
fn the_language_changes_the_windows_own_words() {
    let canvas = at("sell", "zh-CN");
    assert!(canvas.says("挂单") && canvas.says("常用商品") && !canvas.says("Suspend"));
    let chinese = canvas.pixels();
    canvas.show(&sample("sell", "en"));
    assert!(canvas.says("Suspend") && canvas.says("Favourites") && !canvas.says("挂单"));
    assert_ne!(chinese, canvas.pixels());
    canvas.show(&sample("sell", "zh-CN"));
    assert_eq!(chinese, canvas.pixels(), "the same screen is the same picture");
}

#[test]
fn no_word_of_the_window_stays_untranslated() {
    // What the samples bring is Chinese; what stays Latin must be a key, a figure or a name of art.
    let kept = ["English", "Enter"];
    let canvas = Canvas::new(1280, 800).unwrap();
    for (name, screen) in gallery::samples("zh-CN") {
        canvas.show(&screen);
        for element in canvas.elements() {
            let latin = element.label.chars().filter(char::is_ascii_alphabetic).count();
            let chinese = element.label.chars().any(|letter| letter > '\u{2e80}');
            let short = latin <= 3;
            assert!(short || chinese || kept.contains(&element.label.as_str()), "{name}: `{}`", element.label);
        }
    }
}

#[test]
fn the_basket_follows_the_newest_line() {
    // The last line is whole from the first screen on.
    for (width, height) in SIZES {
        let canvas = Canvas::new(width, height).expect("a canvas");
        canvas.show(&sample("long", "en"));
        let lines: Vec<Element> = canvas.elements().into_iter().filter(|element| element.role == "list-item").collect();
        let total = canvas.elements().into_iter().find(|element| element.label == "¥ 12,345,678.90").expect("a total");
        let (_, y, _, h) = lines.last().expect("lines").place;
        assert!(y + h <= total.place.1, "the last line is whole: {y} + {h}, total at {}", total.place.1);
    }
    let canvas = at("long", "en");
    let seen = |canvas: &Canvas, label: &str| {
        let found = canvas.elements().into_iter().find(|element| element.role == "list-item" && element.label == label);
        found.map(|element| element.place)
    };
    let mut screen = sample("long", "en");
    screen.basket.lines.push(Line {
        no: 201,
        name: text("The newest"),
        detail: text("1 × 1.00"),
        amount: text("1.00"),
        ..Line::default()
    });
    canvas.show(&screen);
    let (_, y, _, height) = seen(&canvas, "The newest").expect("the newest line is on the screen");
    let total = canvas.elements().into_iter().find(|element| element.label == "¥ 12,345,678.90").unwrap().place;
    assert!(y + height <= total.1, "the newest line is whole: {y} + {height}, total at {}", total.1);
    // A touch on a line selects it.
    assert_eq!(canvas.click("The newest").unwrap(), [Intent::SelectLine { line: 201 }]);
    // The first line comes into view when it is selected.
    screen.basket.selected = Some(1);
    canvas.show(&screen);
    assert!(canvas.elements().iter().any(|element| element.role == "list-item"
        && element.place.1 < 61.0
        && element.label == "Spring water 550 ml"));
}

#[test]
fn endless_texts_hold_nothing_up() {
    let mut screen = sample("sell", "en");
    let endless = "长".repeat(20_000);
    screen.basket.lines[0].name.clone_from(&endless);
    screen.said.clone_from(&endless);
    screen.notice =
        Some(Notice { level: Level::Fault, text: endless.clone(), button: text("Understood"), about: endless });
    let canvas = Canvas::new(1024, 600).unwrap();
    canvas.show(&screen);
    whole("endless", &buttons(&canvas), 1024, 600);
    let typed = canvas.wedge(&"7".repeat(2_000));
    assert_eq!(typed, [Intent::Enter { text: "7".repeat(1_500) }], "cut, longer than any code is");
}

#[test]
fn a_window_without_display_runs_on_its_thread() {
    use ui::window::{Backend, Window};
    let (send, told) = std::sync::mpsc::sync_channel(8);
    let runner = std::thread::spawn(move || {
        let (hand, handle) = std::sync::mpsc::sync_channel(1);
        let window_thread = std::thread::spawn(move || {
            let window = Window::open(
                Backend::Headless { width: 1280, height: 800 },
                &words::Languages::built_in(),
                move |intent| {
                    let _ = send.try_send(intent);
                },
            )
            .expect("a window");
            hand.send(window.handle()).expect("someone waits");
            window.run().expect("a loop");
        });
        let handle = handle.recv().expect("a handle");
        for (_, screen) in gallery::samples("en") {
            handle.show(screen).expect("an open window");
        }
        let picture = handle.picture().expect("a picture");
        handle.quit();
        window_thread.join().expect("the window ends");
        assert!(handle.picture().is_err(), "a closed window gives no picture");
        picture
    });
    let picture = runner.join().expect("no fault");
    assert!(picture.starts_with(b"\x89PNG") && picture.len() > 10_000);
    assert!(told.try_recv().is_err(), "nobody touched it");
}

#[test]
fn this_machine_can_draw_chinese() {
    // Without a font each other test would hold boxes for words.
    assert_eq!(ui::window::missing_script(), None);
}
