//! A HID report descriptor to the fields of its input reports (USB Device Class Definition for HID 1.11, section 6.2.2).

/// Bytes of a descriptor.
const DESCRIPTOR_BYTES_MAX: usize = 4096;
/// Fields of all reports together.
const FIELDS_MAX: usize = 1024;
/// Usages that one item may name.
const USAGES_MAX: usize = 256;
/// Settings that may be put aside at once.
const ASIDE_MAX: usize = 16;
/// Bits of one report; hidraw gives at most 16 KiB.
const REPORT_BITS_MAX: usize = 16 * 1024 * 8;

/// An input report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its number, which is its first byte; `None` where a device has but one report and it has no number.
    pub id: Option<u8>,
    /// Its fields, in their order.
    pub fields: Vec<Field>,
    /// Bits of the whole report, without its number.
    pub bits: usize,
}

/// A run of equal elements in a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// What it is: usage page, then usage, 16 bits each.
    pub usage: u32,
    /// Where it begins, in bits behind the report's number.
    pub bit: usize,
    /// Bits of one element.
    pub size: usize,
    /// Elements.
    pub count: usize,
}

/// Why a descriptor cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DescriptorError {
    /// It ends within an item.
    #[error("the report descriptor ends within an item")]
    CutOff,
    /// Larger than any real one, in bytes, fields or bits.
    #[error("the report descriptor is beyond reason")]
    TooMuch,
    /// A setting is taken back that was never put aside.
    #[error("the report descriptor takes back a setting that was not put aside")]
    NothingAside,
    /// No report of it carries a code.
    #[error("no report carries decoded data: the device is no bar code scanner, or is set to another interface")]
    NoData,
}

/// What holds for the items that follow.
#[derive(Clone, Copy, Default)]
struct Setting {
    page: u16,
    size: usize,
    count: usize,
    report: Option<u8>,
}

/// What holds for the next main item alone.
#[derive(Default)]
struct Named {
    usages: Vec<u32>,
    least: Option<u32>,
}

/// Reads the input reports of a descriptor.
///
/// # Errors
/// [`DescriptorError`] with what is wrong first.
pub fn reports(descriptor: &[u8]) -> Result<Vec<Report>, DescriptorError> {
    if descriptor.len() > DESCRIPTOR_BYTES_MAX {
        return Err(DescriptorError::TooMuch);
    }
    let mut reports = Vec::new();
    let (mut setting, mut aside, mut named) = (Setting::default(), Vec::new(), Named::default());
    let mut rest = descriptor;
    while let Some(item) = Item::take(&mut rest)? {
        match (item.kind, item.tag) {
            (Kind::Main, tag) => {
                if tag == INPUT {
                    add(&mut reports, &setting, &named, item.value)?;
                }
                named = Named::default();
            }
            (Kind::Global, PUSH) if aside.len() < ASIDE_MAX => aside.push(setting),
            (Kind::Global, PUSH) => return Err(DescriptorError::TooMuch),
            (Kind::Global, POP) => setting = aside.pop().ok_or(DescriptorError::NothingAside)?,
            (Kind::Global, tag) => setting.change(tag, item.value),
            (Kind::Local, tag) => named.take(tag, &item, setting.page)?,
            (Kind::Reserved, _) => {}
        }
    }
    Ok(reports)
}

const INPUT: u8 = 8;
const PUSH: u8 = 10;
const POP: u8 = 11;
/// Bit of an input item: padding without a meaning.
const CONSTANT: u32 = 1;
/// Bit of an input item: each element has a usage of its own, rather than telling one.
const VARIABLE: u32 = 2;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Main,
    Global,
    Local,
    Reserved,
}

struct Item {
    kind: Kind,
    tag: u8,
    value: u32,
    /// Bytes of the value.
    width: usize,
}

impl Item {
    /// The next item that means anything; none at the end.
    fn take(rest: &mut &[u8]) -> Result<Option<Item>, DescriptorError> {
        loop {
            let Some((&head, after)) = rest.split_first() else { return Ok(None) };
            // A long item: its length, its tag, its data. None is defined.
            if head == 0xfe {
                let length = usize::from(*after.first().ok_or(DescriptorError::CutOff)?);
                *rest = after.get(length + 2..).ok_or(DescriptorError::CutOff)?;
                continue;
            }
            let width = [0, 1, 2, 4][usize::from(head & 3)];
            let (data, after) = after.split_at_checked(width).ok_or(DescriptorError::CutOff)?;
            *rest = after;
            let value = data.iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte));
            let kind = [Kind::Main, Kind::Global, Kind::Local, Kind::Reserved][usize::from(head >> 2 & 3)];
            return Ok(Some(Item { kind, tag: head >> 4, value, width }));
        }
    }
}

impl Setting {
    fn change(&mut self, tag: u8, value: u32) {
        match tag {
            0 => self.page = value as u16,
            7 => self.size = value as usize,
            8 => self.report = Some(value as u8),
            9 => self.count = value as usize,
            // Ranges, units: what they say of a code's bytes is known.
            _ => {}
        }
    }
}

impl Named {
    fn take(&mut self, tag: u8, item: &Item, page: u16) -> Result<(), DescriptorError> {
        // A usage of four bytes brings its page along.
        let usage = if item.width == 4 { item.value } else { u32::from(page) << 16 | item.value };
        let (first, last) = match tag {
            0 => (usage, usage),
            1 => {
                self.least = Some(usage);
                return Ok(());
            }
            2 => (self.least.take().unwrap_or(usage), usage),
            _ => return Ok(()),
        };
        if last.saturating_sub(first) as usize + self.usages.len() >= USAGES_MAX {
            return Err(DescriptorError::TooMuch);
        }
        self.usages.extend(first..=last);
        Ok(())
    }
}

/// Adds the fields of an input item to its report.
fn add(reports: &mut Vec<Report>, setting: &Setting, named: &Named, flags: u32) -> Result<(), DescriptorError> {
    let fields: usize = reports.iter().map(|report| report.fields.len()).sum();
    let found = reports.iter().position(|report| report.id == setting.report);
    let at = found.unwrap_or_else(|| {
        reports.push(Report { id: setting.report, fields: Vec::new(), bits: 0 });
        reports.len() - 1
    });
    let report = &mut reports[at];
    let bits = setting.size.checked_mul(setting.count).ok_or(DescriptorError::TooMuch)?;
    if bits > REPORT_BITS_MAX || report.bits + bits > REPORT_BITS_MAX || fields + named.usages.len() > FIELDS_MAX {
        return Err(DescriptorError::TooMuch);
    }
    let mut bit = report.bits;
    report.bits += bits;
    if bits == 0 {
        return Ok(());
    }
    let (Some(last), false, true) = (named.usages.last(), flags & CONSTANT != 0, flags & VARIABLE != 0) else {
        return Ok(());
    };
    // Each element has the next usage; the last one stands for all that are left.
    let alone = named.usages.len().min(setting.count).saturating_sub(1);
    for usage in &named.usages[..alone] {
        report.fields.push(Field { usage: *usage, bit, size: setting.size, count: 1 });
        bit += setting.size;
    }
    let usage = *named.usages.get(alone).filter(|_| alone + 1 == setting.count).unwrap_or(last);
    report.fields.push(Field { usage, bit, size: setting.size, count: setting.count - alone });
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn items_become_fields() {
        // Two reports; a padding, a range of usages, a setting put aside, a long item and an output pass by.
        let descriptor = [
            0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01, // page, usage, collection
            0x85, 0x01, 0x75, 0x04, 0x95, 0x02, 0x81, 0x03, // report 1: 2 x 4 bits of padding
            0xa4, 0x75, 0x08, 0x95, 0x03, 0x19, 0xfb, 0x29, 0xfd, 0x81, 0x02, 0xb4, // FB to FD, a byte each
            0xfe, 0x02, 0x77, 0x01, 0x02, // a long item
            0x09, 0x5f, 0x91, 0x02, // an output
            0x85, 0x02, 0x0b, 0x3b, 0x00, 0x01, 0x00, 0x09, 0xff, 0x95, 0x04, 0x81, 0x02, // report 2
            0xc0,
        ];
        let field = |usage, bit, size, count| Field { usage, bit, size, count };
        let three = (0..3).map(|at| field(0x8c_00fb + at, 8 + 8 * at as usize, 8, 1)).collect();
        let two = vec![field(0x1_003b, 0, 4, 1), field(0x8c_00ff, 4, 4, 3)];
        let expect = [Report { id: Some(1), fields: three, bits: 32 }, Report { id: Some(2), fields: two, bits: 16 }];
        assert_eq!(reports(&descriptor), Ok(expect.to_vec()));
        assert_eq!(reports(&[]), Ok(Vec::new()));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert_eq!(reports(&[0x05]), Err(DescriptorError::CutOff));
        assert_eq!(reports(&[0x27, 1, 2, 3]), Err(DescriptorError::CutOff));
        assert_eq!(reports(&[0xfe]), Err(DescriptorError::CutOff));
        assert_eq!(reports(&[0xb4]), Err(DescriptorError::NothingAside));
        assert_eq!(reports(&[0xa4; 99]), Err(DescriptorError::TooMuch));
        assert_eq!(reports(&[0; 5000]), Err(DescriptorError::TooMuch));
        let huge = [0x77, 255, 255, 255, 255, 0x97, 255, 255, 255, 255, 0x09, 1, 0x81, 2];
        assert_eq!(reports(&huge), Err(DescriptorError::TooMuch));
        assert_eq!(reports(&[0x19, 1, 0x2a, 0xff, 0xff]), Err(DescriptorError::TooMuch));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn fields_never_leave_their_report(
            items in prop::collection::vec((prop::sample::select(&ITEMS), any::<u8>(), any::<u8>()), 0..40),
        ) {
            let bytes: Vec<u8> = items.iter().flat_map(|(head, one, two)| [*head, *one, *two][..1 + usize::from(head & 3)].to_vec()).collect();
            for report in reports(&bytes).unwrap_or_default() {
                prop_assert!(report.bits <= REPORT_BITS_MAX);
                for field in report.fields {
                    prop_assert!(field.count > 0 && field.size > 0);
                    prop_assert!(field.bit + field.size * field.count <= report.bits);
                }
            }
        }
    }

    const ITEMS: [u8; 14] = [0x05, 0x75, 0x95, 0x96, 0x85, 0x09, 0x0a, 0x19, 0x29, 0x81, 0x81, 0x82, 0xa4, 0xb4];
}
