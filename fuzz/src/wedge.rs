//! Scanners that play keyboard: the kernel's bytes, and keys of any kind at any time.

use drivers::scanner::wedge::{InputEvent, KeySuffix, WedgeCodec, WedgeRules};
use drivers::scanner::{CodeRules, Encoding};
use hal::Reading;

/// Longest code of these scanners, in bytes: a short one is reached soon.
const SCAN_BYTES_MAX: usize = 48;

/// Reads the first byte as the scanner's settings; the rest as the kernel's bytes, then four bytes at a time as a key, what
/// became of it, and the time since the one before.
pub fn read(data: &[u8]) {
    let Some((settings, data)) = data.split_first() else { return };
    let encoding = if settings & 1 == 0 { Encoding::Utf8 } else { Encoding::Gb18030 };
    let suffix = [KeySuffix::Auto, KeySuffix::Enter, KeySuffix::Tab, KeySuffix::None][usize::from(settings >> 1 & 3)];
    let code = CodeRules { encoding, aim: settings & 16 == 0, scan_bytes_max: SCAN_BYTES_MAX, ..CodeRules::default() };
    let rules = WedgeRules { suffix, burst_ms: (settings & 8 != 0).then_some(35), code };
    let mut codec = WedgeCodec::new(rules.clone());
    let mut readings = Vec::new();
    codec.feed(data, &mut readings);
    readings.extend(codec.idle());
    assert!(!codec.is_open(), "nothing is left when the keys rest");

    let mut codec = WedgeCodec::new(rules);
    let mut at_ms = 0;
    for key in data.chunks_exact(4) {
        at_ms += u64::from(key[3]);
        let event = match key[2] % 8 {
            0 => InputEvent::Lost,
            1 => InputEvent::Other,
            value => InputEvent::Key { code: u16::from(key[0] & 127), value: i32::from(value % 3), at_ms },
        };
        assert_eq!(InputEvent::from_bytes(&event.to_bytes()), event, "an event is its bytes");
        readings.extend(codec.take(event));
    }
    readings.extend(codec.idle());
    for reading in readings {
        if let Reading::Scan(scan) = reading {
            // A byte of another encoding has at most three in UTF-8.
            assert!(!scan.data.is_empty() && scan.data.len() <= 3 * SCAN_BYTES_MAX);
        }
    }
}
