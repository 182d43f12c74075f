//! One scan's way: bytes of the line, codes, GS1 data.

use domain::barcode::{Barcode, Gs1, Gtin, Layout, ValueKind};
use domain::money::Currency;
use drivers::scanner::serial::{Framing, ScanCodec};
use hal::Reading;
use jiff::civil::date;

/// Reads bytes as a scanner's line, and as a code that was typed.
pub fn read(data: &[u8]) {
    let mut codec = ScanCodec::new(Framing::default());
    let mut readings = Vec::new();
    codec.feed(data, &mut readings);
    readings.extend(codec.idle());
    for reading in readings {
        if let Reading::Scan(scan) = reading {
            code(&scan.data);
        }
    }
    code(&String::from_utf8_lossy(data));
}

fn code(text: &str) {
    let cny = Currency::of("CNY").expect("a currency the shop knows");
    let layout = |pattern, kind, decimals| Layout::new(pattern, kind, decimals, cny).expect("a layout that can be");
    let layouts = [
        layout("22IIIIIPVVVVC", ValueKind::Price, 2),
        layout("20IIIIIVVVVVC", ValueKind::Weight, 3),
        layout("28IIIII.VVVVVVVVVC", ValueKind::Price, 2),
    ];
    let _ = Gs1::parse(text);
    let Ok(code) = Barcode::parse(text, &layouts) else { return };
    let (key, value) = (code.key(), code.embedded(cny));
    match &code {
        Barcode::Gtin(_) => assert_eq!(Barcode::parse(&key, &[]).as_ref(), Ok(&code), "a key is the code again"),
        Barcode::InStore { .. } => {
            assert!(matches!(value, Ok(Some(_))), "a label carries its value");
            assert!(Gtin::parse(&key).is_ok());
        }
        Barcode::Gs1(gs1) => {
            assert_eq!(gs1.gtin.key(), key);
            assert!(Gtin::parse(&key).is_ok());
            let (early, late) = (date(1950, 1, 1), date(9998, 12, 31));
            assert_eq!(gs1.expires_on(early).is_some(), gs1.expires_on(late).is_some());
            assert!(gs1.weight.is_none_or(|weight| weight.in_thousandths() >= 0));
        }
        Barcode::Plain(plain) => assert_eq!(plain, text.trim(), "a plain code stays what was read"),
    }
}
