//! What a display is sent: text from goods and people must never become a command.

use drivers::display::{Cd5220, DisplayLanguage, Lamps, Led8, Letters, WriteBy};
use hal::{AmountKind, DisplayAmount, DisplayFace};

/// Reads bytes as three lines: upper, lower, and a sum of money.
pub fn read(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.splitn(3, '\n').map(str::to_owned);
    let mut next = || lines.next().unwrap_or_default();
    let face = DisplayFace {
        upper: next(),
        lower: next(),
        amount: Some(DisplayAmount { kind: AmountKind::Total, digits: next() }),
    };
    for letters in [Letters::Ascii, Letters::Gbk, Letters::Gb18030] {
        let show = |write| Cd5220 { columns: 20, letters, write }.show(&face);
        let bytes = show(WriteBy::String);
        let [upper, lower] = lines_of(&bytes, b"\x1bQA", b"\r\x1bQB", b"\r");
        let shown = show(WriteBy::Cursor);
        assert_eq!([upper, lower], lines_of(&shown, b"\x1bl\x01\x01", b"\x1bl\x01\x02", b""));
        for line in [upper, lower] {
            assert!(line.iter().all(|byte| *byte >= b' ' && *byte != 0x7f), "{line:x?}");
            assert!((20..=40).contains(&line.len()), "{line:x?}");
        }
        let through =
            DisplayLanguage::Cd5220(Cd5220 { columns: 40, letters, write: WriteBy::String }).show_through(&face);
        assert!(through.len() <= 192, "more than a printer passes on");
    }
    let bytes = Led8 { lamps: Lamps::Digit }.show(&face);
    let digits =
        bytes.strip_prefix(b"\x1bQA").and_then(|rest| rest.strip_suffix(b"\r\x1bs2")).expect("a sum and its lamp");
    assert!(digits.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-')));
    assert!((1..=8).contains(&digits.iter().filter(|byte| **byte != b'.').count()));
}

/// The two lines between these bytes.
fn lines_of<'a>(bytes: &'a [u8], before: &[u8], between: &[u8], behind: &[u8]) -> [&'a [u8]; 2] {
    let inner = bytes.strip_prefix(before).and_then(|rest| rest.strip_suffix(behind)).expect("a whole face");
    let at = inner.windows(between.len()).position(|window| window == between).expect("two lines");
    [&inner[..at], &inner[at + between.len()..]]
}
