//! Whatever happens at the desk, a scan stays a scan.

use proptest::prelude::*;

use super::*;
use crate::gallery;
use crate::window::strokes::Stroke;

/// Anything a person, a scanner or the engine may do to the desk.
#[derive(Clone, Debug)]
enum Deed {
    Show(usize),
    Type(String, u64),
    Scan(String, Vec<u64>),
    Stroke(Stroke),
    Pick(usize),
}

fn deed() -> impl Strategy<Value = Deed> {
    let stroke = prop_oneof![
        Just(Stroke::Enter),
        Just(Stroke::Escape),
        Just(Stroke::Backspace),
        Just(Stroke::Delete),
        Just(Stroke::Up),
        Just(Stroke::Down),
        Just(Stroke::Left),
        Just(Stroke::Right),
        (1_u8..=12).prop_map(Stroke::Function),
    ];
    prop_oneof![
        (0_usize..60).prop_map(Deed::Show),
        ("[0-9a-z.*]{1,5}", 80_u64..600).prop_map(|(text, gap)| Deed::Type(text, gap)),
        // Eight to fourteen digits, at most one of them late because the screen was busy.
        ("[0-9]{8,14}", 0_usize..8, 0_u64..200).prop_map(|(code, late, delay)| {
            let gaps = (0..code.len()).map(|at| if at == late { 5 + delay } else { 5 }).collect();
            Deed::Scan(code, gaps)
        }),
        stroke.prop_map(Deed::Stroke),
        (0_usize..30).prop_map(Deed::Pick),
    ]
}

proptest! {
    /// Whatever happened before: a scan is told whole and as a scan, never as money or a PIN, and nothing else
    /// follows from it. A text that could be a PIN never outlives the lock.
    #[test]
    fn a_scan_stays_a_scan(deeds in prop::collection::vec(deed(), 1..40)) {
        let samples = gallery::samples("en");
        let mut desk = Desk::new();
        let mut now = Duration::from_secs(1);
        desk.shown(now, &samples[0].1);
        for deed in deeds {
            now += Duration::from_millis(700);
            match deed {
                Deed::Show(index) => {
                    let secret = is_secret(desk.kind, &desk.screen);
                    desk.shown(now, &samples[index % samples.len()].1);
                    if secret != is_secret(desk.kind, &desk.screen) && !desk.prefilled {
                        prop_assert_eq!(&desk.entry, "");
                    }
                }
                Deed::Type(text, gap) => {
                    for character in text.chars() {
                        now += Duration::from_millis(gap);
                        desk.key(now, Stroke::Char(character), false, Focus::Free);
                    }
                }
                Deed::Scan(code, gaps) => {
                    let before = desk.entry.clone();
                    let card = desk.purpose == Purpose::Member;
                    for (character, gap) in code.chars().zip(gaps) {
                        now += Duration::from_millis(gap);
                        let outcome = desk.key(now, Stroke::Char(character), false, Focus::Button);
                        prop_assert_eq!(outcome.intents, []);
                    }
                    let outcome = desk.key(now + Duration::from_millis(5), Stroke::Enter, false, Focus::Button);
                    let text = code;
                    let told = if card { Intent::Member { text } } else { Intent::Enter { text } };
                    prop_assert_eq!(outcome.intents, [told]);
                    prop_assert_eq!(&desk.entry, &before);
                    let tail = desk.key(now + Duration::from_millis(9), Stroke::Enter, false, Focus::Button);
                    prop_assert_eq!(tail, Outcome::taken());
                }
                Deed::Stroke(stroke) => {
                    desk.key(now, stroke, false, Focus::Free);
                }
                Deed::Pick(row) => {
                    desk.pick_item(row);
                    desk.pick_card(row);
                    desk.pick_staff(row);
                    desk.pick_quick(now, row);
                    desk.pick_choice(now, row);
                    desk.step_choice(row, 1);
                    desk.pick_count(row);
                    desk.pick_tender(now, row, false);
                    desk.remove_part(row);
                    desk.turn_to_telephone();
                }
            }
            prop_assert!(desk.entry.chars().count() <= ENTRY_CHARS_MAX);
        }
    }
}
