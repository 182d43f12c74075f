//! Reports of a HID point-of-sale scanner to readings.

use hal::{Reading, Unreadable};

use super::descriptor::{DescriptorError, Field, Report, reports};
use crate::scanner::code::{CodeRules, Frame};

/// Usages of the bar code scanner page (HID Point of Sale Usage Tables 1.02, section 3).
const SYMBOLOGY_IDENTIFIERS: [u32; 3] = [0x8c_00fb, 0x8c_00fc, 0x8c_00fd];
const DECODED_DATA: u32 = 0x8c_00fe;
const DECODE_DATA_CONTINUED: u32 = 0x8c_00ff;
/// Byte Count, of the generic desktop page.
const BYTE_COUNT: u32 = 0x01_003b;

/// Where a scanner's reports carry what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanLayout {
    /// Reports that carry a code, or a part of one.
    reports: Vec<ScanReport>,
    /// Bytes of the longest report, with its number.
    report_bytes_max: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct ScanReport {
    id: Option<u8>,
    /// Bytes of the whole report, without its number.
    bytes: usize,
    length: Option<Field>,
    aim: Option<[Field; 3]>,
    data: Field,
    continued: Option<Field>,
}

impl ScanLayout {
    /// What a report descriptor says.
    ///
    /// # Errors
    /// [`DescriptorError`]; [`DescriptorError::NoData`] for a device that is no scanner.
    pub fn of(descriptor: &[u8]) -> Result<ScanLayout, DescriptorError> {
        let reports = reports(descriptor)?;
        let bytes = |report: &Report| report.bits.div_ceil(8) + usize::from(report.id.is_some());
        let report_bytes_max = reports.iter().map(bytes).max().unwrap_or(0);
        let reports: Vec<ScanReport> = reports.iter().filter_map(ScanReport::of).collect();
        if reports.is_empty() {
            return Err(DescriptorError::NoData);
        }
        Ok(ScanLayout { reports, report_bytes_max })
    }

    /// Bytes of the longest report, with its number.
    pub fn report_bytes_max(&self) -> usize {
        self.report_bytes_max
    }
}

impl ScanReport {
    fn of(report: &Report) -> Option<ScanReport> {
        let field = |usage: u32| report.fields.iter().find(|field| field.usage == usage).copied();
        let bytes = |usage: u32| field(usage).filter(|field| field.size == 8);
        let [one, two, three] = SYMBOLOGY_IDENTIFIERS.map(bytes);
        let small = |field: &Field| field.size <= 32;
        Some(ScanReport {
            id: report.id,
            bytes: report.bits.div_ceil(8),
            length: field(BYTE_COUNT).filter(small),
            aim: one.zip(two).zip(three).map(|((one, two), three)| [one, two, three]),
            data: bytes(DECODED_DATA)?,
            continued: field(DECODE_DATA_CONTINUED).filter(small),
        })
    }
}

impl Field {
    /// An element of at most 32 bits, the lowest bit first; 0 beyond the report's end.
    fn element(&self, report: &[u8], at: usize) -> u32 {
        let first = self.bit + at * self.size;
        let bit = |bit: usize| report.get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1);
        (0..self.size.min(32)).fold(0, |value, at| value | u32::from(bit(first + at)) << at)
    }
}

/// Joins reports to readings. Holds at most one code of the longest length.
#[derive(Debug)]
pub struct HidCodec {
    layout: ScanLayout,
    rules: CodeRules,
    frame: Frame,
    /// The AIM identifier that came with the first report of the code.
    aim: Option<(u8, u8)>,
}

impl HidCodec {
    /// A codec between two codes.
    pub fn new(layout: ScanLayout, rules: CodeRules) -> HidCodec {
        assert!(rules.scan_bytes_max > 0, "a scanner that may send nothing");
        HidCodec { layout, rules, frame: Frame::default(), aim: None }
    }

    /// Takes one report, with its number where the device has several; gives what it completes. Reports that carry no code
    /// pass by.
    pub fn take(&mut self, report: &[u8]) -> Option<Reading> {
        let (found, body) = self.layout.reports.iter().find_map(|known| match known.id {
            None => Some((known, report)),
            Some(id) => report.split_first().filter(|(first, _)| **first == id).map(|(_, body)| (known, body)),
        })?;
        let is_whole = body.len() >= found.bytes;
        let said = found.length.map(|length| length.element(body, 0) as usize);
        if !self.frame.is_open() {
            let aim = found.aim.map(|aim| aim.map(|field| field.element(body, 0) as u8));
            self.aim = aim.and_then(|[flag, code, modifier]| is_aim(flag, code, modifier).then_some((code, modifier)));
        }
        let room = found.data.count.min(body.len().saturating_sub(found.data.bit / 8));
        let bytes: Vec<u8> = (0..room).map(|at| found.data.element(body, at) as u8).collect();
        // Without a count, zeros behind the code fill the report up.
        let filled = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let length = said.unwrap_or(filled);
        bytes.iter().take(length).for_each(|byte| self.frame.push(*byte, self.rules.scan_bytes_max + LINE_END_BYTES));
        if !is_whole || length > bytes.len() {
            self.frame.lose();
        }
        let continued = found.continued.is_some_and(|field| field.element(body, 0) & 1 == 1);
        if continued { None } else { self.close() }
    }

    /// The scanner has been silent for longer than between two reports of a code: the rest of it was lost.
    pub fn idle(&mut self) -> Option<Reading> {
        self.frame.is_open().then(|| self.frame.lose());
        self.close()
    }

    /// Whether a code has begun and not ended.
    pub fn is_open(&self) -> bool {
        self.frame.is_open()
    }

    fn close(&mut self) -> Option<Reading> {
        let (rules, aim) = (&self.rules, self.aim.take().filter(|_| self.rules.aim));
        let bytes_max = rules.scan_bytes_max;
        self.frame.close(bytes_max + LINE_END_BYTES, |bytes| {
            // Some send the line end that they are set to as data.
            let data = without_line_end(bytes);
            match (data.len(), aim) {
                (0, _) => Reading::Unreadable(Unreadable::NotText { bytes: bytes.to_vec() }),
                (bytes, _) if bytes > bytes_max => Reading::Unreadable(Unreadable::TooLong { bytes, bytes_max }),
                (_, Some(aim)) => rules.read_behind(aim, data),
                (_, None) => rules.read(data),
            }
        })
    }
}

/// CR and LF behind a code.
const LINE_END_BYTES: usize = 2;

fn without_line_end(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
    &bytes[..end]
}

fn is_aim(flag: u8, code: u8, modifier: u8) -> bool {
    flag == b']' && code.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scanner::Encoding;
    use crate::scanner::code::tell;

    /// The layout that most makers have: [0]=02, [1]=length, [2..4]=AIM, [5..60]=data, [61,62]=the maker's, [63] bit 0=continued.
    pub(crate) const USUAL: &[u8] = &[
        0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01, // bar code scanner
        0x09, 0x12, 0xa1, 0x02, // scanned data report
        0x85, 0x02, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x01, // report 2, bytes
        0x05, 0x01, 0x09, 0x3b, 0x81, 0x02, // byte count
        0x05, 0x8c, 0x95, 0x03, 0x09, 0xfb, 0x09, 0xfc, 0x09, 0xfd, 0x81, 0x02, // AIM identifier
        0x95, 0x38, 0x09, 0xfe, 0x82, 0x02, 0x01, // 56 bytes of decoded data
        0x06, 0x66, 0xff, 0x95, 0x02, 0x09, 0x04, 0x09, 0x00, 0x81, 0x02, // the maker's own
        0x05, 0x8c, 0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x09, 0xff, 0x81, 0x02, // continued
        0xc0, //
        0x09, 0x14, 0xa1, 0x02, 0x85, 0x04, 0x95, 0x08, 0x09, 0x60, 0x91, 0x02, 0xc0, // trigger
        0xc0,
    ];
    /// Another: no report number, no count, the flag before 30 bytes of data, no identifier.
    const OTHER: &[u8] = &[
        0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01, //
        0x75, 0x01, 0x95, 0x01, 0x09, 0xff, 0x81, 0x02, 0x95, 0x07, 0x81, 0x03, // continued, padding
        0x75, 0x08, 0x95, 0x1e, 0x09, 0xfe, 0x82, 0x02, 0x01, 0xc0,
    ];

    fn usual_report(aim: &[u8; 3], data: &[u8], continued: bool) -> Vec<u8> {
        let mut report = vec![0; 64];
        (report[0], report[1], report[61], report[63]) = (2, data.len() as u8, b'q', continued.into());
        report[2..5].copy_from_slice(aim);
        report[5..5 + data.len()].copy_from_slice(data);
        report
    }

    fn codec(descriptor: &[u8], rules: CodeRules) -> HidCodec {
        HidCodec::new(ScanLayout::of(descriptor).unwrap(), rules)
    }

    #[test]
    fn the_usual_layout_is_what_its_descriptor_says() {
        let layout = ScanLayout::of(USUAL).unwrap();
        assert_eq!(layout.report_bytes_max(), 64);
        let [report] = &layout.reports[..] else { panic!("one report of data") };
        let byte = |field: Field| (1 + field.bit / 8, field.size, field.count);
        assert_eq!(report.id, Some(2));
        assert_eq!(report.length.map(byte), Some((1, 8, 1)));
        assert_eq!(report.aim.map(|aim| aim.map(byte)), Some([(2, 8, 1), (3, 8, 1), (4, 8, 1)]));
        assert_eq!(byte(report.data), (5, 8, 56));
        assert_eq!(report.continued.map(|field| (1 + field.bit / 8, field.bit % 8)), Some((63, 0)));
        assert_eq!(ScanLayout::of(&[0x05, 0x01, 0x09, 0x06]), Err(DescriptorError::NoData));
    }

    #[test]
    fn reports_are_joined_to_codes() {
        let mut codec = codec(USUAL, CodeRules::default());
        let mut take = |report: &[u8]| codec.take(report).as_ref().map(tell);
        assert_eq!(take(&usual_report(b"]E0", b"6901234567892", false)).as_deref(), Some("Ean13 6901234567892"));
        let long = "M1".repeat(60);
        assert_eq!(take(&usual_report(b"]Q1", &long.as_bytes()[..56], true)), None);
        assert_eq!(take(&usual_report(b"]Q1", &long.as_bytes()[56..112], true)), None);
        let whole = take(&usual_report(b"]Q1", &long.as_bytes()[112..], false));
        assert_eq!(whole, Some(format!("Qr {long}")));
        // Another report, one without an identifier, one with a line end, one without data, one that says too much.
        assert_eq!(take(&[4, 1]), None);
        assert_eq!(take(&usual_report(&[0; 3], b"PLU 4011\r\n", false)).as_deref(), Some("PLU 4011"));
        assert_eq!(take(&usual_report(b"]E0", b"", false)), None);
        let mut wrong = usual_report(b"]E0", b"69", false);
        wrong[1] = 200;
        assert_eq!(take(&wrong).as_deref(), Some("! 56 and more"));
        assert_eq!(take(&usual_report(b"]E0", b"69", false)[..20]).as_deref(), Some("! 2 and more"));
        assert_eq!(take(&[]), None);
    }

    #[test]
    fn a_code_whose_rest_never_comes_is_none() {
        let mut codec = codec(USUAL, CodeRules::default());
        assert_eq!(codec.take(&usual_report(b"]Q1", &[b'7'; 56], true)), None);
        assert!(codec.is_open());
        assert_eq!(codec.idle().as_ref().map(tell).as_deref(), Some("! 56 and more"));
        assert_eq!(codec.idle(), None);
        assert_eq!(
            codec.take(&usual_report(b"]E4", b"96385074", false)).as_ref().map(tell).as_deref(),
            Some("Ean8 96385074")
        );
    }

    #[test]
    fn another_layout_is_read_by_its_descriptor() {
        let rules = CodeRules { encoding: Encoding::Gb18030, ..CodeRules::default() };
        let mut codec = codec(OTHER, rules);
        let mut report = |continued: u8, data: &[u8]| {
            let mut report = vec![0; 31];
            report[0] = continued;
            report[1..1 + data.len()].copy_from_slice(data);
            codec.take(&report).as_ref().map(tell)
        };
        assert_eq!(report(0xfe, b"]E06901234567892").as_deref(), Some("Ean13 6901234567892"));
        assert_eq!(report(1, b"\xca\xbe"), None);
        assert_eq!(report(0, b"\xc0\xfd").as_deref(), Some("示例"));
    }

    #[test]
    fn a_code_beyond_the_limit_is_told_once() {
        let mut codec = codec(USUAL, CodeRules { scan_bytes_max: 100, ..CodeRules::default() });
        for _ in 0..50 {
            assert_eq!(codec.take(&usual_report(b"]Q1", &[b'7'; 56], true)), None);
            assert!(codec.frame.capacity() <= 256);
        }
        assert_eq!(codec.take(&usual_report(b"]Q1", b"7", false)).as_ref().map(tell).as_deref(), Some("! 2801 > 102"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn any_reports_are_read_within_bounds(
            reports in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..70), 0..12),
            other: bool,
            numbered: bool,
        ) {
            let rules = CodeRules { scan_bytes_max: 80, ..CodeRules::default() };
            let mut codec = codec(if other { OTHER } else { USUAL }, rules);
            for mut report in reports {
                if let (true, Some(first)) = (numbered, report.first_mut()) {
                    *first = 2;
                }
                if let Some(Reading::Scan(scan)) = codec.take(&report) {
                    prop_assert!(!scan.data.is_empty() && scan.data.len() <= 80);
                }
                prop_assert!(codec.frame.capacity() <= 256);
            }
            codec.idle();
            prop_assert!(!codec.is_open());
        }
    }
}
