//! HID scanners: any report descriptor, and any reports by what it says.

use drivers::scanner::CodeRules;
use drivers::scanner::hid::{HidCodec, ScanLayout, reports};
use hal::Reading;

/// Longest code of these scanners, in bytes.
const SCAN_BYTES_MAX: usize = 200;

/// Reads as many bytes as the first says as a report descriptor, and the rest as reports of the length that it gives.
pub fn read(data: &[u8]) {
    let Some((length, data)) = data.split_first() else { return };
    let (descriptor, data) = data.split_at(usize::from(*length).min(data.len()));
    for report in reports(descriptor).unwrap_or_default() {
        for field in report.fields {
            assert!(field.bit + field.size * field.count <= report.bits, "a field is within its report");
        }
    }
    let Ok(layout) = ScanLayout::of(descriptor) else { return };
    let report_bytes = layout.report_bytes_max().max(1);
    let mut codec = HidCodec::new(layout, CodeRules { scan_bytes_max: SCAN_BYTES_MAX, ..CodeRules::default() });
    for report in data.chunks(report_bytes) {
        if let Some(Reading::Scan(scan)) = codec.take(report) {
            assert!(!scan.data.is_empty() && scan.data.len() <= SCAN_BYTES_MAX);
        }
    }
    codec.idle();
    assert!(!codec.is_open(), "nothing is left when the reports rest");
}
