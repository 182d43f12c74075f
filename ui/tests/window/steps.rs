//! Actions, questions, lists, counts, payments, reasons and approvals: each wish by touch and by key.

use super::*;
use ui::screen::{Action, Panel};
use ui::window::Look;

fn begin(action: &str) -> Vec<Intent> {
    vec![Intent::Begin { action: text(action) }]
}

fn answer(words: &str) -> Vec<Intent> {
    vec![Intent::Answer { text: text(words) }]
}

#[test]
fn what_the_screen_offers_is_begun_by_touch_and_by_key() {
    let canvas = at("actions", "en");
    assert_eq!(canvas.click("Line discount").unwrap(), begin("discount_line"));
    assert_eq!(canvas.key("F11").unwrap(), begin("change_price"));
    // What stands in the sheet has its key, whether it is open or not.
    assert_eq!(canvas.key("Ctrl+D").unwrap(), begin("discount_basket"));
    assert_eq!(canvas.key("Ctrl+M").unwrap(), begin("enrol"));
    assert_eq!(canvas.key("Ctrl+Q").unwrap(), []);
    assert!(canvas.click("Coupon").is_err(), "the sheet is closed");
    assert_eq!(canvas.click("More").unwrap(), []);
    assert_eq!(canvas.click("Coupon").unwrap(), begin("coupon"));
    assert!(canvas.click("Coupon").is_err(), "what was begun closes the sheet");

    // Along the sheet by arrows: the first row is note, salesperson, serial, why; below it the discount.
    canvas.key("F6").unwrap();
    canvas.key("Down").unwrap();
    canvas.key("Right").unwrap();
    assert_eq!(canvas.key("Enter").unwrap(), begin("line_salesperson"));
    canvas.key("F6").unwrap();
    canvas.key("Down").unwrap();
    canvas.key("Down").unwrap();
    assert_eq!(canvas.key("Enter").unwrap(), begin("discount_basket"));
    // One that cannot be begun stays quiet, by touch and by key.
    canvas.key("F6").unwrap();
    assert!(canvas.click("Merge").is_err());
    canvas.key("Esc").unwrap();
    assert!(canvas.click("Coupon").is_err(), "Escape closes the sheet");
    // Typing goes on below the sheet.
    canvas.key("F6").unwrap();
    canvas.type_text("nf");
    assert!(canvas.click("Coupon").is_err() && canvas.entry() == "nf");
}

#[test]
fn a_told_action_takes_the_place_of_the_windows_own() {
    let mut screen = sample("sell", "en");
    let told = |id: &str, label: &str, key: &str, enabled: bool| Action {
        id: text(id),
        label: text(label),
        key: text(key),
        group: text("sale"),
        enabled,
    };
    screen.actions = vec![
        told("void_line", "Take off", "Del", true),
        told("suspend", "Not now", "F2", false),
        told("a", "A", "f8", true),
    ];
    let canvas = Canvas::new(1280, 800).unwrap();
    canvas.show(&screen);
    assert_eq!(canvas.key("Del").unwrap(), begin("void_line"));
    assert_eq!(canvas.click("Take off").unwrap(), begin("void_line"));
    assert_eq!(canvas.key("F2").unwrap(), [], "it is told that this cannot be begun");
    assert!(!canvas.says("Suspend") && canvas.click("Not now").is_err());
    assert_eq!(canvas.key("F8").unwrap(), begin("a"), "a told key wins over the window's own");
    canvas.click("More").unwrap();
    assert_eq!(canvas.click("Open drawer").unwrap(), [Intent::OpenDrawer]);
    // After a sale the window's own keys mean what they always mean.
    screen.panel = sample("change", "en").panel;
    canvas.show(&screen);
    assert_eq!(canvas.key("F8").unwrap(), [Intent::OpenDrawer]);
}

#[test]
fn why_a_price_is_what_it_is() {
    let canvas = at("promoted", "en");
    assert_eq!(canvas.key("?").unwrap(), [Intent::Explain]);
    canvas.click("More").unwrap();
    assert_eq!(canvas.click("Why this price").unwrap(), [Intent::Explain]);
    for words in ["Second at half price", "Lot A20418 · best before 2027-03-01", "Served by Na Li"] {
        assert!(canvas.says(words), "{words}");
    }
    let canvas = at("explain", "en");
    for words in ["Second at half price", "-1.75", "11.55 short of 70."] {
        assert!(canvas.says(words), "{words}");
    }
    assert_eq!(canvas.click("Back").unwrap(), [Intent::Back]);
    assert_eq!(canvas.key("Esc").unwrap(), [Intent::Back]);
}

#[test]
fn a_question_is_answered_by_key_and_by_touch() {
    let canvas = at("ask-amount", "en");
    assert_eq!(canvas.entry(), "29.90", "what stands there at first");
    assert_eq!(canvas.click("OK").unwrap(), answer("29.90"));
    canvas.show(&sample("sell", "en"));
    canvas.show(&sample("ask-amount", "en"));
    canvas.type_text("25");
    assert_eq!(canvas.entry(), "25", "the first key replaces it");
    assert_eq!(canvas.key("Enter").unwrap(), answer("25"));
    canvas.show(&sample("sell", "en"));
    canvas.show(&sample("ask-amount", "en"));
    for digit in ["1", "9", ".", "5"] {
        assert_eq!(canvas.click(digit).unwrap(), []);
    }
    assert_eq!(canvas.click("OK").unwrap(), answer("19.5"));
    assert_eq!(canvas.click("10 %").unwrap(), answer("10 %"));
    assert!(canvas.click("50 %").is_err(), "this one needs leave");
    canvas.key("Down").unwrap();
    assert_eq!(canvas.key("Enter").unwrap(), answer("5 %"));
    canvas.type_text("7");
    assert_eq!(canvas.key("Esc").unwrap(), [Intent::Back]);

    let canvas = at("ask-options", "en");
    assert_eq!(canvas.click("Torn packing").unwrap(), answer("damaged"));
    canvas.key("Down").unwrap();
    canvas.key("Right").unwrap();
    assert_eq!(canvas.key("Enter").unwrap(), answer("expiring"));
    assert_eq!(canvas.key("Esc").unwrap(), [Intent::Back]);

    let canvas = at("ask-text", "en");
    for letter in ["n", "o", "Space", "b"] {
        canvas.click(letter).unwrap();
    }
    assert_eq!(canvas.click("OK").unwrap(), answer("no b"));
    canvas.type_text("ice");
    assert_eq!(canvas.key("Enter").unwrap(), answer("ice"));
    assert_eq!(canvas.click("No bag").unwrap(), answer("note-0"));

    let canvas = at("ask-date", "en");
    canvas.type_text("199002");
    assert!(canvas.says("1990 · 02 · ––"));
    canvas.type_text("15");
    assert_eq!(canvas.key("Enter").unwrap(), answer("19900215"));
}

#[test]
fn a_secret_stays_with_its_question() {
    let canvas = at("ask-secret", "en");
    canvas.type_text("8");
    canvas.click("8").unwrap();
    assert!(canvas.elements().iter().all(|element| !element.label.contains("88")), "it is shown");
    canvas.show(&sample("sell", "en"));
    assert_eq!(canvas.entry(), "");
    for name in ["approval", "approval-telephone", "ask-secret", "locked"] {
        canvas.show(&sample(name, "en"));
        canvas.type_text("4711");
        canvas.show(&sample("sell", "en"));
        assert_eq!(canvas.entry(), "", "{name}");
    }
    // Between PIN and telephone, and between people, nothing is carried over.
    canvas.show(&sample("approval", "en"));
    canvas.type_text("4711");
    canvas.click("By telephone").unwrap();
    assert_eq!(canvas.entry(), "");
    canvas.type_text("12");
    canvas.key("*").unwrap();
    assert_eq!(canvas.entry(), "");
}

#[test]
fn of_a_list_one_is_taken() {
    let take = |id: &str| vec![Intent::Choose { id: text(id) }];
    let canvas = at("choose-one", "en");
    assert_eq!(canvas.click("0101-000009 · 13:58").unwrap(), take("sale-1"));
    assert!(canvas.click("0101-000002 · 08:11").is_err(), "nothing of it is left");
    canvas.key("Down").unwrap();
    canvas.key("Down").unwrap();
    canvas.key("Down").unwrap();
    assert_eq!(canvas.key("Enter").unwrap(), take("sale-2"));
    canvas.key("Up").unwrap();
    assert_eq!(canvas.key("Space").unwrap_or_default(), []);
    assert_eq!(canvas.key("Esc").unwrap(), [Intent::Back]);
}

#[test]
fn of_a_list_several_are_ticked_and_taken() {
    let quantity = |id: &str, words: &str| vec![Intent::ChooseQuantity { id: text(id), text: text(words) }];
    let canvas = at("choose-many", "en");
    // What is also in the basket is touched there first.
    let long = "Grandmother's traditional hand-stretched wholegrain sourdough loaf, sliced, family size";
    assert_eq!(canvas.click(long).unwrap(), [Intent::Choose { id: text("line-2") }]);
    assert_eq!(canvas.click("One more").unwrap(), quantity("line-1", "3"));
    assert_eq!(canvas.click("One less").unwrap(), quantity("line-1", "1"));
    assert_eq!(canvas.click("Take back ¥ 9.84").unwrap(), [Intent::Confirm]);

    let canvas = at("choose-many", "en");
    canvas.key("Down").unwrap();
    assert_eq!(canvas.key(" ").unwrap(), [Intent::Choose { id: text("line-1") }]);
    assert_eq!(canvas.key("+").unwrap(), quantity("line-1", "3"));
    assert_eq!(canvas.key("-").unwrap(), quantity("line-1", "1"));
    assert_eq!(canvas.key("Right").unwrap(), quantity("line-1", "3"));
    canvas.type_text("4");
    assert_eq!(canvas.key("Enter").unwrap(), quantity("line-1", "4"));
    canvas.key("Down").unwrap();
    canvas.key("Down").unwrap();
    assert_eq!(canvas.key("+").unwrap(), [], "weights are not stepped");
    assert_eq!(canvas.key("Enter").unwrap(), [Intent::Confirm]);
    assert_eq!(canvas.key("Esc").unwrap(), [Intent::Back]);
    assert_eq!(at("choose-none", "en").key("Enter").unwrap(), [Intent::Confirm]);
}

#[test]
fn the_drawer_is_counted_row_by_row() {
    let count = |value: &str, pieces: &str| Intent::Count { value: text(value), pieces: text(pieces) };
    let canvas = at("count", "en");
    // The first row without a figure waits; a pause in typing tells it, so that the sum runs along.
    canvas.type_text("7");
    assert_eq!(canvas.entry(), "7");
    canvas.wait(Duration::from_millis(200));
    let told = canvas.key("Enter").unwrap();
    assert!(told.contains(&count("10", "7")), "{told:?}");
    canvas.type_text("2");
    let told = canvas.key("Down").unwrap();
    assert!(told.contains(&count("5", "2")), "{told:?}");
    canvas.click("9").unwrap();
    let told = canvas.key("Tab").unwrap();
    assert!(told.contains(&count("1", "9")), "{told:?}");
    // Touching a row goes there; what stands there is replaced by the first key.
    assert_eq!(canvas.click("¥ 100").unwrap(), []);
    assert_eq!(canvas.entry(), "12");
    canvas.click("C").ok();
    canvas.type_text("13");
    let told = canvas.key("Up").unwrap();
    assert!(told.contains(&count("100", "13")), "{told:?}");
    // The filled button takes what is still in the field with it.
    canvas.type_text("1");
    let told = canvas.click("This is all").unwrap();
    assert_eq!(told.last(), Some(&Intent::Confirm), "{told:?}");
    assert!(told.contains(&count("100", "1")), "{told:?}");
    assert_eq!(canvas.key("Esc").unwrap(), [Intent::Back]);

    // By keys alone: after the last row Enter takes the count.
    let canvas = at("count", "en");
    for _ in 0..5 {
        assert_eq!(canvas.key("Enter").unwrap(), []);
    }
    assert_eq!(canvas.key("Enter").unwrap(), [Intent::Confirm]);
}

#[test]
fn parts_are_paid_and_taken_back() {
    let tender = |kind: &str, amount: &str| {
        vec![Intent::Tender { kind: text(kind), amount: text(amount), reference: String::new() }]
    };
    for (width, height) in SIZES {
        let canvas = Canvas::new(width, height).unwrap();
        canvas.show(&sample("pay-split", "en"));
        assert_eq!(canvas.click("Payment code").unwrap(), tender("code", ""));
        assert_eq!(canvas.key("F3").unwrap(), tender("card", ""));
        canvas.type_text("20");
        assert_eq!(canvas.key("F5").unwrap(), tender("gift", "20"));
        canvas.type_text("5.5");
        assert_eq!(canvas.click("Cash").unwrap(), tender("cash", "5.5"));
        assert!(canvas.click("On account").is_err(), "it cannot be used");
        // Four quick amounts, then the means.
        for _ in 0..6 {
            canvas.key("Down").unwrap();
        }
        assert_eq!(canvas.key("Enter").unwrap(), tender("code", ""));
        assert_eq!(canvas.click("Take back Gift card ****1234").unwrap(), [Intent::RemoveTender { no: 1 }]);
        assert_eq!(canvas.key("Del").unwrap(), [Intent::RemoveTender { no: 2 }], "the last that can be");
        assert_eq!(canvas.click("Exact cash ¥ 58.40").unwrap(), [Intent::Cash { text: text("") }]);
        // Where pad and means do not fit together, the pad is one touch away.
        if canvas.click("7").is_err() {
            canvas.click("Digits").unwrap();
        }
        canvas.click("7").unwrap();
        assert_eq!(canvas.click("Cash 7").unwrap_or_default(), [Intent::Cash { text: text("7") }]);
    }
}

#[test]
fn a_payment_under_way_is_given_up_by_two_presses() {
    for name in ["payment", "payment-in-doubt"] {
        let canvas = at(name, "en");
        assert_eq!(canvas.click("Give up").unwrap(), []);
        assert_eq!(canvas.click("Press again: the payment is reversed").unwrap(), [Intent::CancelPayment]);
        assert_eq!(canvas.key("Esc").unwrap(), []);
        assert_eq!(canvas.key("Esc").unwrap(), [Intent::CancelPayment]);
        canvas.key("Esc").unwrap();
        canvas.wait(Duration::from_secs(5));
        assert!(canvas.says("Give up"), "the question is over");
    }
    let mut screen = sample("payment", "en");
    if let Panel::Payment { can_cancel, .. } = &mut screen.panel {
        *can_cancel = false;
    }
    let canvas = Canvas::new(1280, 800).unwrap();
    canvas.show(&screen);
    assert!(canvas.click("Give up").is_err());
    canvas.key("Esc").unwrap();
    assert_eq!(canvas.key("Esc").unwrap(), []);
}

#[test]
fn a_supervisor_approves_beside_the_till_or_by_telephone() {
    let approve = |staff: &str| vec![Intent::Approve { staff: text(staff), pin: text("4711") }];
    let canvas = at("approval", "en");
    assert!(canvas.says("Spring water 550 ml"), "the basket stays");
    assert!(canvas.click("Pay ¥ 58.45").is_err(), "the panel is covered");
    canvas.type_text("4711");
    assert_eq!(canvas.key("Enter").unwrap(), approve("lead-0"));
    canvas.key("Right").unwrap();
    canvas.type_text("4711");
    assert_eq!(canvas.key("Enter").unwrap(), approve("lead-1"));
    canvas.click("Yang Liu").unwrap();
    for digit in ["4", "7", "1", "1"] {
        canvas.click(digit).unwrap();
    }
    assert_eq!(canvas.click("Approve").unwrap(), approve("lead-2"));
    let code = || vec![Intent::ApproveByCode { code: text("905512") }];
    canvas.click("By telephone").unwrap();
    assert!(canvas.says("4821 0937"));
    canvas.type_text("905512");
    assert_eq!(canvas.key("Enter").unwrap(), code());
    assert_eq!(canvas.key("Esc").unwrap(), [Intent::Back]);
    assert_eq!(canvas.click("Back").unwrap(), [Intent::Back]);

    let canvas = at("approval-telephone", "en");
    canvas.type_text("905512");
    assert_eq!(canvas.click("Approve").unwrap(), code(), "nobody is near: the code at once");
}

#[test]
fn training_cannot_be_overlooked() {
    let canvas = at("training", "zh-CN");
    assert!(canvas.says("培训模式 · 不记账，不收真钱"));
    let with = canvas.pixels();
    let band =
        |picture: &ui::window::Picture| picture.rgb.chunks(3).filter(|pixel| *pixel == [0xf5, 0xc2, 0x44]).count();
    assert!(band(&with) > 10_000, "{} pixels of the band", band(&with));
    canvas.show(&sample("promoted", "zh-CN"));
    assert_eq!(band(&canvas.pixels()), 0);
}

/// What a telephone sees of the code on the screen: dark or not, module by module without the quiet zone.
fn modules(canvas: &Canvas, label: &str, wide: usize) -> Vec<bool> {
    const QUIET_ZONE: usize = 4;
    let image = canvas.elements().into_iter().find(|element| element.label == label).expect("a code");
    let (x, y, width, height) = image.place;
    let all = wide + 2 * QUIET_ZONE;
    let pixels = width as usize / all;
    assert!(pixels >= 3, "{pixels} pixels for a module");
    assert_eq!((width as usize, height as usize), (pixels * all, pixels * all), "whole pixels for each module");
    assert_eq!((x.fract(), y.fract()), (0.0, 0.0), "it begins at a whole pixel");
    let picture = canvas.pixels();
    let mut seen = Vec::new();
    for row in 0..all {
        for column in 0..all {
            let module = (0..pixels * pixels).map(|at| {
                let (left, top) = (x as usize + column * pixels + at % pixels, y as usize + row * pixels + at / pixels);
                let at = 3 * (top * picture.width as usize + left);
                <[u8; 3]>::try_from(&picture.rgb[at..at + 3]).expect("a pixel")
            });
            let colours: HashSet<[u8; 3]> = module.collect();
            assert!(colours.len() == 1, "a module has one colour, not {colours:?}");
            let dark = colours.contains(&[0; 3]);
            assert!(dark || colours.contains(&[255; 3]), "black or white in every look: {colours:?}");
            let inner = QUIET_ZONE..QUIET_ZONE + wide;
            let quiet = !inner.contains(&row) || !inner.contains(&column);
            assert!(!(quiet && dark), "the quiet zone is white");
            if !quiet {
                seen.push(dark);
            }
        }
    }
    seen
}

#[test]
fn a_code_is_drawn_as_telephones_read_it() {
    use qrcode::{Color, EcLevel, QrCode};
    for (language, label) in [("zh-CN", "请顾客用手机扫码"), ("en", "Code for the shopper's telephone")] {
        for (width, height) in SIZES {
            for name in ["code", "code-long"] {
                let screen = sample(name, language);
                let Panel::Code { code, .. } = &screen.panel else { panic!("{name} is a code") };
                let wide = QrCode::with_error_correction_level(code, EcLevel::L).unwrap().width();
                let canvas = Canvas::new(width, height).unwrap();
                for look in [Look::Light, Look::Dark, Look::Contrast] {
                    canvas.look(look);
                    canvas.show(&screen);
                    let seen = modules(&canvas, label, wide);
                    let of_level = |level: &EcLevel| {
                        let drawn = QrCode::with_error_correction_level(code, *level).unwrap();
                        drawn.into_colors().into_iter().map(|colour| colour == Color::Dark).collect::<Vec<bool>>()
                    };
                    let levels = [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H];
                    assert!(levels.iter().any(|level| of_level(level) == seen), "{name} {width}x{height} {look:?}");
                }
                assert!(canvas.says("¥ 12,345,678.90"), "the change is not forgotten");
            }
        }
    }
}

#[test]
fn a_code_is_left_by_one_key() {
    let canvas = at("code", "en");
    assert_eq!(canvas.click("Back").unwrap(), [Intent::Back]);
    assert_eq!(canvas.key("Esc").unwrap(), [Intent::Back]);
    assert_eq!(canvas.key("Enter").unwrap(), []);
    // What no code can say is said in words.
    let mut screen = sample("code", "en");
    if let Panel::Code { code, .. } = &mut screen.panel {
        *code = "7".repeat(8_000);
    }
    canvas.show(&screen);
    assert!(canvas.says("There is no code for this.") && !canvas.says("Code for the shopper's telephone"));
}

#[test]
fn what_cash_cannot_pay_the_filled_button_pays_otherwise() {
    let tender =
        |amount: &str| vec![Intent::Tender { kind: text("original"), amount: text(amount), reference: String::new() }];
    let canvas = at("pay-refund", "en");
    assert_eq!(canvas.click("As it was paid ¥ 2.00").unwrap(), tender(""));
    assert_eq!(canvas.key("Enter").unwrap(), tender(""));
    canvas.type_text("1.5");
    assert_eq!(canvas.click("As it was paid 1.5").unwrap(), tender("1.5"));
    // A key that a means of payment bears is nobody else's.
    let mut screen = sample("pay-refund", "en");
    if let Panel::Pay { tenders, .. } = &mut screen.panel {
        tenders[0].key = text("F8");
    }
    canvas.show(&screen);
    assert_eq!(canvas.key("F8").unwrap(), tender(""));
    assert_eq!(canvas.click("Open drawer").unwrap(), [Intent::OpenDrawer]);
}

#[test]
fn an_answer_may_stay_empty() {
    for name in ["ask-text", "ask-percent", "ask-date", "ask-number"] {
        let canvas = at(name, "en");
        canvas.key("Esc").unwrap();
        while !canvas.entry().is_empty() {
            canvas.key("Backspace").unwrap();
        }
        assert_eq!(canvas.click("OK").unwrap(), answer(""), "{name}");
        assert_eq!(canvas.key("Enter").unwrap(), answer(""), "{name}");
    }
    assert_eq!(at("ask-options", "en").key("Enter").unwrap(), [], "there one is to be touched");
    let canvas = at("ask-secret", "en");
    assert_eq!(canvas.key("Enter").unwrap(), [], "a secret is never empty");
    assert!(canvas.click("OK").is_err());
    let canvas = at("ask-percent", "en");
    for key in ["1", "0", "%"] {
        canvas.click(key).unwrap();
    }
    assert_eq!(canvas.click("OK").unwrap(), answer("10%"), "by touch alone");
}

#[test]
fn a_notice_says_why_nothing_happens() {
    let canvas = at("unknown", "en");
    let mut screen = sample("unknown", "en");
    let shown = canvas.pixels();
    screen.said = text("Settle this first, then try again.");
    canvas.show(&screen);
    assert_ne!(canvas.pixels(), shown, "it is seen over the bar");
    assert!(canvas.says(&screen.said));
}

/// What of these is seen whole in the sheet, between the key that closes it and the row at the bottom.
fn seen_of_the_sheet(canvas: &Canvas, told: &[Action], below: f32) -> Vec<Element> {
    let closes = |button: &&Element| ["Close", "关闭"].contains(&button.label.as_str());
    let above = buttons(canvas).iter().find(closes).map(|close| close.place.1 + close.place.3).expect("an open sheet");
    let whole = |button: &Element| {
        let (_, y, _, h) = button.place;
        let is_told = told.iter().any(|action| action.label == button.label);
        is_told && y + 0.5 >= above && y + h <= below + 0.5
    };
    buttons(canvas).into_iter().filter(whole).collect()
}

#[test]
fn all_that_a_till_tells_is_found_in_the_sheet() {
    for (width, height) in SIZES {
        let row = if width < 1160 { 64.0 } else { 76.0 };
        for language in ["zh-CN", "en"] {
            let place = format!("{language} {width}x{height}");
            let mut screen = sample("actions", language);
            // Each can be begun, so that each is touched.
            screen.actions.iter_mut().for_each(|action| action.enabled = true);
            let canvas = Canvas::new(width, height).unwrap();
            canvas.show(&screen);
            let bar: HashSet<String> = buttons(&canvas).into_iter().map(|button| button.label).collect();
            canvas.key("F6").unwrap();
            let told: Vec<Action> =
                screen.actions.iter().filter(|action| !bar.contains(&action.label)).cloned().collect();
            assert!(told.len() >= 30, "{place}: only {} in the sheet", told.len());
            for action in &told {
                // Page by page, as by a wheel or a finger.
                let mut pages = 0;
                let seen = loop {
                    let seen = seen_of_the_sheet(&canvas, &told, height as f32 - row);
                    if seen.iter().any(|seen| seen.label == action.label) {
                        break seen;
                    }
                    canvas.key("PageDown").unwrap();
                    pages += 1;
                    assert!(pages < 5, "{place}: `{}` never comes into view", action.label);
                };
                for (index, one) in seen.iter().enumerate() {
                    let (_, _, w, h) = one.place;
                    assert!(w >= 100.0 && h >= 44.0, "{place}: `{}` is only {w} by {h}", one.label);
                    for other in &seen[index + 1..] {
                        assert!(!overlap(one.place, other.place), "{place}: `{}` on `{}`", one.label, other.label);
                    }
                }
                assert_eq!(canvas.click(&action.label).unwrap(), begin(&action.id), "{place}");
                canvas.key("F6").unwrap();
            }
        }
    }
}
