//! Every screen at every size, in every language and look: nothing cut, nothing too small for a finger, nothing on
//! top of another, and the keyboard always somewhere.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;
use ui::key::Key;
use ui::window::Look;
use words::Languages;

use super::*;

/// Twelve millimetres in pixels. A ten inch display of 1024 by 600 has 4.6 of them to the millimetre, one of twelve to
/// thirteen inches with 1280 by 800 and one of fifteen with 1366 by 768 have fewer; a display of 1920 by 1080 that is
/// finer than that is scaled by its desktop.
const FINGER: f32 = 56.0;
/// Rounding of a layout.
const EDGE: f32 = 0.6;
/// The smallest letters of any screen.
const LETTER: f32 = 11.0;

/// English, each text longer by two fifths, as German and Finnish are.
const LONGER: &str = "de";

/// All built-in languages and the longer one.
fn languages() -> &'static Languages {
    static ALL: OnceLock<Languages> = OnceLock::new();
    ALL.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("longer-{}", std::process::id()));
        let into = folder.join(LONGER);
        std::fs::create_dir_all(&into).expect("a folder");
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../words/lang/en");
        for name in ["common.ftl", "till.ftl"] {
            let text = std::fs::read_to_string(from.join(name)).expect("a catalogue");
            let lines = text.lines().map(|line| match line.split_once(" = ") {
                Some((key, words)) if !line.starts_with('#') => format!("{key} = {}\n", longer(words)),
                _ => format!("{line}\n"),
            });
            std::fs::write(into.join(name), lines.collect::<String>()).expect("a catalogue");
        }
        let all = Languages::with_folder(&folder).expect("catalogues");
        let _ = std::fs::remove_dir_all(&folder);
        all
    })
}

/// The same words and two fifths more.
fn longer(words: &str) -> String {
    let more = words.chars().count() * 2 / 5;
    let filling: String = "keiten ulos maahan ".chars().cycle().take(more).collect();
    format!("{words} {}", filling.trim()).trim().to_owned()
}

/// A screen as it would be in the longer language: what is said becomes longer; codes, sums and names of goods stay.
fn lengthened(screen: &Screen) -> Screen {
    const SAID: [&str; 13] = [
        "label", "title", "help", "message", "tell", "doing", "confirm", "why", "rule", "button", "sync", "devices",
        "pay",
    ];
    fn walk(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields.iter_mut() {
                    match value {
                        Value::String(text) if SAID.contains(&name.as_str()) && !text.is_empty() => {
                            *text = longer(text);
                        }
                        other => walk(other),
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(walk),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(screen).expect("a screen");
    walk(&mut value);
    value["language"] = LONGER.into();
    serde_json::from_value(value).expect("a screen")
}

fn samples(language: &str) -> Vec<(&'static str, Screen)> {
    let samples = gallery::samples(if language == LONGER { "en" } else { language });
    if language != LONGER {
        return samples;
    }
    samples.into_iter().map(|(name, screen)| (name, lengthened(&screen))).collect()
}

/// What is wrong with what is shown, in words.
fn faults(canvas: &Canvas, said: &str, width: u32, height: u32) -> Vec<String> {
    let elements = canvas.elements();
    let mut faults = Vec::new();
    let touchable: Vec<&Element> = elements.iter().filter(|element| element.role == "button").collect();
    for element in &touchable {
        let (x, y, w, h) = element.place;
        if w + EDGE < FINGER || h + EDGE < FINGER {
            faults.push(format!("`{}` is only {w} by {h}", element.label));
        }
        let inside = x >= -EDGE && y >= -EDGE && x + w <= width as f32 + EDGE && y + h <= height as f32 + EDGE;
        if !inside {
            faults.push(format!("`{}` leaves the window: {:?}", element.label, element.place));
        }
        if element.label.is_empty() {
            faults.push(format!("a button without a name at {:?}", element.place));
        }
    }
    for (index, one) in touchable.iter().enumerate() {
        for other in &touchable[index + 1..] {
            // A notice stands over the bar on purpose.
            let in_bar = one.place.1 < 56.0 && other.place.1 < 56.0;
            if !in_bar && overlap(one.place, other.place) {
                faults.push(format!("`{}` {:?} lies on `{}` {:?}", one.label, one.place, other.label, other.place));
            }
        }
    }
    for element in elements.iter().filter(|element| element.role == "text") {
        let (x, _, w, h) = element.place;
        if x < -EDGE || x + w > width as f32 + EDGE {
            faults.push(format!("text `{}` leaves the window: {:?}", element.label, element.place));
        }
        // What was said is in the bar as far as there is room, and read aloud.
        if element.label != said && cut(&element.label, w, h) {
            faults.push(format!("text `{}` has no room in {w} by {h}", element.label));
        }
    }
    if !canvas.hears_keys() {
        faults.push("nothing has the keyboard".into());
    }
    faults
}

/// Whether a text cannot be whole in this room even with the smallest letters. Names of goods and of people, and long
/// sentences that are told elsewhere, too, may be shortened.
fn cut(text: &str, width: f32, height: f32) -> bool {
    const SHORTENED: usize = 24;
    if text.chars().count() > SHORTENED || height <= 0.0 {
        return false;
    }
    let wide: f32 = text.chars().map(|letter| if letter > '\u{2e80}' { LETTER } else { LETTER * 0.42 }).sum();
    let lines = (height / (LETTER * 1.4)).floor().max(1.0);
    wide > width * lines + LETTER
}

fn walk(width: u32, height: u32, language: &str, looks: &[Look], wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let canvas = Canvas::speaking(width, height, languages()).expect("a canvas");
    let mut found = Vec::new();
    for (name, screen) in samples(language).into_iter().filter(|(name, _)| wanted(name)) {
        for look in looks {
            canvas.look(*look);
            canvas.show(&screen);
            let faults = faults(&canvas, &screen.said, width, height);
            found.extend(faults.iter().map(|fault| format!("{name} {language} {width}x{height} {look:?}: {fault}")));
        }
    }
    found
}

fn none(found: &[String]) {
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

#[test]
fn nothing_is_cut_in_the_smallest_window() {
    // The smallest one in each language; others in the longest.
    let found: Vec<String> = ["zh-CN", "zh-TW", "en", LONGER]
        .iter()
        .flat_map(|tag| walk(1024, 600, tag, &[Look::Light], |_| true))
        .collect();
    none(&found);
}

#[test]
fn nothing_is_cut_in_the_usual_window() {
    let found: Vec<String> =
        ["zh-CN", LONGER].iter().flat_map(|tag| walk(1280, 800, tag, &[Look::Light], |_| true)).collect();
    none(&found);
}

#[test]
fn nothing_is_cut_in_wide_and_upright_windows() {
    let few = |name: &str| !name.starts_with("ask-") || name == "ask-text" || name == "ask-options";
    let mut found = walk(1366, 768, LONGER, &[Look::Light], few);
    found.extend(walk(1920, 1080, LONGER, &[Look::Light], |name| few(name) && name != "code-long"));
    found.extend(walk(800, 1280, LONGER, &[Look::Light], few));
    none(&found);
}

#[test]
fn nothing_is_cut_in_the_dark_and_in_high_contrast() {
    // Borders are three times as wide there.
    let mut found = walk(1024, 600, LONGER, &[Look::Dark, Look::Contrast], |name| {
        ["sell", "pay-split", "choose-many", "approval", "count", "suspended", "actions", "results"].contains(&name)
    });
    found.extend(walk(1280, 800, "zh-TW", &[Look::Contrast], |name| {
        ["sell", "pay-tenders", "ask-text"].contains(&name)
    }));
    none(&found);
}

#[test]
fn what_the_window_lays_over_is_whole_too() {
    for (width, height) in [(1024, 600), (1280, 800), (800, 1280)] {
        let canvas = Canvas::speaking(width, height, languages()).expect("a canvas");
        let screen = lengthened(&sample("sell", "en"));
        canvas.show(&screen);
        let place = format!("{width}x{height}");
        let steps: [(&str, &[&str]); 6] = [
            ("letters", &["till-key-letters"]),
            ("digits", &["till-key-digits"]),
            ("languages", &["till-language"]),
            ("more", &[]),
            ("quantity", &[]),
            ("member", &[]),
        ];
        for (what, touched) in steps {
            for word in touched {
                let word = canvas.word(word);
                canvas.click(&word).unwrap_or_else(|error| panic!("{place} {what}: {error}"));
            }
            match what {
                "more" => drop(canvas.key("F6").expect("a key")),
                "quantity" => drop(canvas.key("*").expect("a key")),
                "member" => drop(canvas.key("F4").expect("a key")),
                _ => {}
            }
            let faults = faults(&canvas, &screen.said, width, height);
            assert!(faults.is_empty(), "{place} {what}: {}", faults.join("\n"));
            canvas.key("Esc").expect("a key");
        }
    }
}

#[test]
fn the_keyboard_is_never_lost() {
    let canvas = Canvas::speaking(1280, 800, languages()).expect("a canvas");
    for (name, screen) in samples("en") {
        canvas.show(&screen);
        for tabs in 0..4 {
            assert!(canvas.hears_keys(), "{name} after {tabs} tabs");
            canvas.key("Tab").expect("a key");
        }
    }
}

#[test]
fn each_language_of_the_folder_is_chosen_by_two_touches() {
    let canvas = Canvas::speaking(1024, 600, languages()).expect("a canvas");
    let mut screen = sample("sell", "zh-CN");
    screen.bar.languages = languages()
        .all()
        .map(|words| Key { id: text(words.tag()), label: words.say("language-name"), enabled: true, ..Key::default() })
        .collect();
    canvas.show(&screen);
    let names = ["English", "简体中文", "繁體中文", &longer("English")];
    let tags = ["en", "zh-CN", "zh-TW", LONGER];
    for (name, tag) in names.iter().zip(tags) {
        let opens = canvas.word("till-language");
        assert_eq!(canvas.click(&opens).expect("the chooser"), []);
        assert_eq!(canvas.click(name).expect(name), [Intent::Language { tag: text(tag) }]);
    }
}

#[test]
fn devices_say_in_words_what_to_do() {
    let canvas = Canvas::new(1280, 800).expect("a canvas");
    let mut screen = sample("fault", "en");
    screen.notice = None;
    screen.bar.devices_help = text("Put in a roll.\nPlug the scanner in.");
    canvas.show(&screen);
    let corner = format!("{} · {}", screen.bar.devices, screen.bar.sync);
    assert_eq!(canvas.click(&corner).expect("the corner"), []);
    assert!(canvas.says(&screen.bar.devices_help), "more than one thing is told line by line");
    assert!(canvas.says(&canvas.word("till-devices-help")) && canvas.says(&canvas.word("till-devices-call")));
    // A scan is taken all the same, and Escape closes it.
    assert_eq!(canvas.wedge("6921168509256"), [Intent::Enter { text: text("6921168509256") }]);
    canvas.click(&corner).expect("the corner");
    canvas.wait(Duration::from_millis(400));
    canvas.key("Esc").expect("a key");
    assert!(!canvas.says(&canvas.word("till-devices-help")));
}

#[test]
fn every_ink_is_legible_on_its_ground() {
    let light = |[r, g, b]: [u8; 3]| {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
    };
    let canvas = Canvas::new(320, 200).expect("a canvas");
    for look in [Look::Light, Look::Dark, Look::Contrast] {
        canvas.look(look);
        let inks = canvas.inks();
        assert!(inks.len() > 40, "the list of pairs is whole");
        for (name, ink, ground) in inks {
            let (one, other) = (light(ink), light(ground));
            // WCAG 2.2, 1.4.3.
            let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
            assert!(contrast >= 4.5, "{look:?}: {name} has only {contrast:.2} to 1");
        }
    }
}

#[test]
fn every_widget_is_drawn_in_every_look() {
    let canvas = Canvas::new(1280, 1500).expect("a canvas");
    canvas.gallery();
    let mut pictures = Vec::new();
    for look in [Look::Light, Look::Dark, Look::Contrast] {
        canvas.look(look);
        canvas.wait(Duration::from_millis(300));
        pictures.push(canvas.pixels());
    }
    let colours = |picture: &ui::window::Picture| picture.rgb.chunks(3).step_by(7).collect::<HashSet<_>>().len();
    assert!(pictures.iter().all(|picture| colours(picture) > 60), "each is full of things");
    assert!(pictures[0] != pictures[1] && pictures[1] != pictures[2]);
    let shown = buttons(&canvas);
    assert!(shown.len() >= 40, "only {} widgets", shown.len());
    for element in shown {
        let (x, y, w, h) = element.place;
        assert!(x + w <= 1280.0 && y + h <= 1500.0, "`{}` leaves the picture: {:?}", element.label, element.place);
    }
}

#[test]
fn a_group_of_goods_is_touched() {
    let canvas = at("sell", "en");
    assert_eq!(canvas.click("Drinks").unwrap(), [Intent::Press { key: text("group:drinks") }]);
    canvas.show(&sample("empty-group", "en"));
    assert!(canvas.says(&canvas.word("till-no-goods")));
    canvas.show(&sample("sell-plain", "en"));
    assert!(canvas.says("Favourites") && canvas.click("Drinks").is_err());
}

#[test]
fn what_just_happened_is_large_for_a_moment() {
    let canvas = Canvas::new(1280, 800).expect("a canvas");
    let whole = sample("promoted", "en");
    let mut before = whole.clone();
    before.basket.lines.pop();
    canvas.show(&before);
    canvas.show(&whole);
    let fresh = canvas.pixels();
    canvas.wait(Duration::from_millis(1500));
    let later = canvas.pixels();
    // The left half alone differs, and widely: the card of the newest line has gone.
    let width = fresh.width as usize;
    let differs = |columns: std::ops::Range<usize>| {
        let pixels = fresh.rgb.chunks(3).zip(later.rgb.chunks(3)).enumerate();
        pixels.filter(|(at, (one, other))| columns.contains(&(at % width)) && one != other).count()
    };
    assert!(differs(0..700) > 5_000, "only {} pixels differ", differs(0..700));
    // The cursor of the field blinks.
    assert!(differs(730..1280) < 200, "nothing else moves");
}
