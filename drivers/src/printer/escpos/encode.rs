//! A document to the bytes of one printer.

use std::cell::RefCell;
use std::rc::Rc;

use domain::receipt::{Align, Block, Cell, Document, Size};
use escpos::driver::Driver;
use escpos::utils::{JustifyMode, Protocol, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption};
use hal::Mark;

use super::layout::{self, Line, Table};
use super::profile::{Profile, StatusMeans};
use super::text::{Glyph, Glyphs};

/// Words above a repeated document for which the caller has none.
const REPRINT: &str = "*** 重打 REPRINT ***";
/// `GS a 0F`: tell drawer, offline, faults and paper unasked. Said again in each job, which begins by resetting the printer.
pub(super) const ASB_ON: &[u8] = b"\x1da\x0f";
/// `FS &`: Chinese characters on. Said in each job: printers differ in what they wake up with.
const HANZI_ON: &[u8] = b"\x1c&";
/// `FS .`: Chinese characters off, for other programs on the same printer.
const HANZI_OFF: &[u8] = b"\x1c.";
/// `GS V 66 n`: feed to the knife and n dots further, cut partially.
const CUT_PARTIAL: &[u8] = b"\x1dV\x42\x00";
/// Lines that bring the last printed line over the tear bar of a printer without a knife.
const TEAR_LINES: u8 = 4;

/// A job as bytes.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Encoded {
    /// All commands.
    pub bytes: Vec<u8>,
    /// Ascending offsets at which no command is unfinished, so that a status request may stand there; the last is the end.
    pub seams: Vec<usize>,
    /// Characters and codes for which the printer has none and something else stands on the paper.
    pub substituted: u32,
}

/// Turns a document into bytes. Never fails: what a printer cannot do is printed as it can and counted.
pub fn encode(document: &Document, mark: &Mark, profile: &Profile) -> Encoded {
    let mut press = Press::new(profile);
    press.tables = tables(document, profile);
    press.begin(mark);
    for block in &document.blocks {
        press.block(block);
        press.seam();
    }
    press.custom(HANZI_OFF);
    press.seam();
    let bytes = press.sheet.0.take();
    Encoded { bytes, seams: press.seams, substituted: press.substituted }
}

/// Takes what the `escpos` crate would send to a printer.
#[derive(Clone, Default)]
struct Sheet(Rc<RefCell<Vec<u8>>>);

impl Driver for Sheet {
    fn name(&self) -> String {
        "sheet".to_owned()
    }

    fn write(&self, data: &[u8]) -> escpos::errors::Result<()> {
        self.0.borrow_mut().extend_from_slice(data);
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> escpos::errors::Result<usize> {
        Ok(0)
    }

    fn flush(&self) -> escpos::errors::Result<()> {
        Ok(())
    }
}

/// The cells of a row without their text: rows of a document that are alike in it are one table.
type Shape = Vec<(u8, Align)>;

fn shape_of(cells: &[Cell]) -> Shape {
    cells.iter().map(|cell| (cell.share, cell.align)).collect()
}

/// The tables of a document, planned over all their rows.
fn tables(document: &Document, profile: &Profile) -> Vec<(Shape, Table)> {
    let mut tables: Vec<(Shape, Vec<Vec<layout::Cell>>)> = Vec::new();
    for block in &document.blocks {
        let Block::Row(cells) = block else { continue };
        let shape = shape_of(cells);
        let row =
            cells.iter().map(|cell| (Glyphs::set(&cell.text, profile.hanzi).glyphs, cell.share, cell.align)).collect();
        match tables.iter_mut().find(|(known, _)| *known == shape) {
            Some((_, rows)) => rows.push(row),
            None => tables.push((shape, vec![row])),
        }
    }
    let columns = usize::from(profile.columns);
    tables.into_iter().map(|(shape, rows)| (shape, Table::plan(&rows, columns))).collect()
}

struct Press<'a> {
    profile: &'a Profile,
    tables: Vec<(Shape, Table)>,
    sheet: Sheet,
    printer: escpos::printer::Printer<Sheet>,
    seams: Vec<usize>,
    substituted: u32,
}

/// The crate's commands fail only on arguments out of range, and all of them here are constants or checked before.
const IN_RANGE: &str = "arguments of an ESC/POS command within their range";

impl<'a> Press<'a> {
    fn new(profile: &'a Profile) -> Press<'a> {
        let sheet = Sheet::default();
        let printer = escpos::printer::Printer::new(sheet.clone(), Protocol::default(), None);
        Press { profile, tables: Vec::new(), sheet, printer, seams: Vec::new(), substituted: 0 }
    }

    fn begin(&mut self, mark: &Mark) {
        self.printer.init().expect(IN_RANGE);
        if self.profile.status == StatusMeans::Asb {
            self.custom(ASB_ON);
        }
        self.custom(HANZI_ON);
        if let Mark::Reprint(words) = mark {
            // Whatever of the first try hangs out of the printer is a paper of its own.
            self.cut();
            let words = if words.is_empty() { REPRINT } else { words };
            self.paragraph(words, Align::Center, Size::Normal, true);
        }
        self.seam();
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Text { text, align, size, bold } => self.paragraph(text, *align, *size, *bold),
            Block::Pair { left, right, size, bold } => {
                let (left, right) = (self.set(left), self.set(right));
                let lines = layout::pair(&left, &right, self.columns(*size));
                self.styled(*size, *bold, |press| press.lines(&lines));
            }
            Block::Row(cells) => {
                let table =
                    self.tables.iter().find(|(shape, _)| *shape == shape_of(cells)).map(|(_, table)| table.clone());
                let cells: Vec<_> = cells.iter().map(|cell| (self.set(&cell.text), cell.share, cell.align)).collect();
                let table = table.expect("every row of the document is planned");
                self.lines(&table.row(&cells, self.columns(Size::Normal)));
            }
            Block::Rule => {
                let rule = vec![Glyph::ascii(b'-'); self.columns(Size::Normal)];
                self.lines(&[rule]);
            }
            Block::Feed(lines) => {
                if *lines > 0 {
                    self.printer.feeds(*lines).expect(IN_RANGE);
                }
            }
            Block::Qr(text) => self.qr(text),
            Block::Code128(text) => self.code128(text),
            Block::Cut => self.cut(),
        }
    }

    fn paragraph(&mut self, text: &str, align: Align, size: Size, bold: bool) {
        let columns = self.columns(size);
        let lines: Vec<Line> = text.split('\n').flat_map(|piece| layout::wrap(&self.set(piece), columns)).collect();
        self.justified(align, |press| press.styled(size, bold, |press| press.lines(&lines)));
    }

    fn qr(&mut self, text: &str) {
        let Some(module_dots) = qr_module_dots(text.len(), self.profile.dots) else {
            self.substituted += 1;
            return self.paragraph(text, Align::Left, Size::Normal, false);
        };
        let option = QRCodeOption::new(QRCodeModel::Model2, module_dots, QRCodeCorrectionLevel::M);
        // White space of four modules above and below, which readers ask for.
        let quiet = [0x1b, b'J', 4 * module_dots];
        self.custom(&quiet);
        self.justified(Align::Center, |press| {
            press.printer.qrcode_option(text, option).expect(IN_RANGE);
        });
        self.custom(&quiet);
    }

    fn code128(&mut self, text: &str) {
        let Some((data, module_dots)) = code128_data(text, self.profile.dots) else {
            self.substituted += 1;
            return self.paragraph(text, Align::Center, Size::Normal, false);
        };
        // GS h, GS w, GS H 2: the text below the bars. GS k by function B, the only one that knows Code 128.
        let mut command =
            vec![0x1d, b'h', 64, 0x1d, b'w', module_dots, 0x1d, b'H', 2, 0x1d, b'k', 73, data.len() as u8];
        command.extend(data);
        self.justified(Align::Center, |press| press.custom(&command));
    }

    fn cut(&mut self) {
        if self.profile.cuts {
            self.custom(CUT_PARTIAL);
        } else {
            self.printer.feeds(TEAR_LINES).expect(IN_RANGE);
        }
    }

    fn justified(&mut self, align: Align, print: impl FnOnce(&mut Self)) {
        let mode = match align {
            Align::Left => return print(self),
            Align::Center => JustifyMode::CENTER,
            Align::Right => JustifyMode::RIGHT,
        };
        self.printer.justify(mode).expect(IN_RANGE);
        print(self);
        self.printer.justify(JustifyMode::LEFT).expect(IN_RANGE);
    }

    fn styled(&mut self, size: Size, bold: bool, print: impl FnOnce(&mut Self)) {
        let (wide, high) = match size {
            Size::Normal => (1, 1),
            Size::Tall => (1, 2),
            Size::Large => (2, 2),
        };
        if size != Size::Normal {
            // Twice the usual distance of lines, or high letters touch the line below.
            self.printer.line_spacing(60).expect(IN_RANGE).size(wide, high).expect(IN_RANGE);
        }
        if bold {
            self.printer.bold(true).expect(IN_RANGE);
        }
        print(self);
        if bold {
            self.printer.bold(false).expect(IN_RANGE);
        }
        if size != Size::Normal {
            self.printer.size(1, 1).expect(IN_RANGE).reset_line_spacing().expect(IN_RANGE);
        }
    }

    fn lines(&mut self, lines: &[Line]) {
        for line in lines {
            let mut bytes: Vec<u8> = line.iter().flat_map(|glyph| glyph.bytes().to_vec()).collect();
            bytes.push(b'\n');
            self.custom(&bytes);
        }
    }

    fn set(&mut self, text: &str) -> Vec<Glyph> {
        let set = Glyphs::set(text, self.profile.hanzi);
        self.substituted += set.substituted;
        set.glyphs
    }

    fn columns(&self, size: Size) -> usize {
        let columns = usize::from(self.profile.columns);
        if size == Size::Large { columns / 2 } else { columns }
    }

    fn custom(&mut self, bytes: &[u8]) {
        self.printer.custom(bytes).expect(IN_RANGE);
    }

    fn seam(&mut self) {
        self.printer.print().expect("a sheet takes every byte");
        self.seams.push(self.sheet.0.borrow().len());
    }
}

/// Bytes that a QR code of version 1, 2, .. 40 holds at error correction M (ISO/IEC 18004, table 7).
const QR_BYTES_MAX: [usize; 40] = [
    14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666, 711, 779, 857, 911,
    997, 1059, 1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911, 1989, 2099, 2213, 2331,
];

/// The largest comfortable module for a text; `None` when its code does not fit on the paper at two dots, below which
/// telephones no longer read it.
fn qr_module_dots(bytes: usize, dots: u16) -> Option<u8> {
    let version = QR_BYTES_MAX.iter().position(|max| bytes <= *max)? as u16 + 1;
    let modules = 17 + 4 * version + 8;
    let module_dots = (dots / modules).min(6);
    (bytes > 0 && module_dots >= 2).then_some(module_dots as u8)
}

/// Data for GS k 73 with its code set, and the module's width; `None` for characters that Code 128 does not have or for
/// more of them than fit.
fn code128_data(text: &str, dots: u16) -> Option<(Vec<u8>, u8)> {
    let digits = text.len() >= 4 && text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_digit());
    let (data, symbols) = if digits {
        let pairs = text.as_bytes().chunks(2).map(|pair| (pair[0] - b'0') * 10 + pair[1] - b'0');
        (b"{C".iter().copied().chain(pairs).collect::<Vec<u8>>(), text.len() / 2)
    } else if !text.is_empty() && text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        // A brace begins a code set's name, so one that is data is doubled.
        (format!("{{B{}", text.replace('{', "{{")).into_bytes(), text.len())
    } else {
        return None;
    };
    // Start, data, check: 11 modules each; stop: 13; a quiet zone of 10 on both sides.
    let modules = 11 * (symbols + 2) + 13 + 20;
    let module_dots = (usize::from(dots) / modules).min(3) as u8;
    (module_dots >= 2 && data.len() <= 255).then_some((data, module_dots))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEAD: &[u8] = b"\x1b@\x1da\x0f\x1c&";

    fn check(profile: &Profile, block: Block, expect: &[u8]) {
        let encoded = encode(&Document { blocks: vec![block.clone()] }, &Mark::First, profile);
        let body = encoded.bytes.strip_prefix(HEAD).and_then(|rest| rest.strip_suffix(HANZI_OFF));
        assert_eq!(body, Some(expect), "for {block:?}: {:x?}", encoded.bytes);
        assert_eq!(encoded.seams.last(), Some(&encoded.bytes.len()));
    }

    fn text(text: &str, align: Align, size: Size, bold: bool) -> Block {
        Block::Text { text: text.to_owned(), align, size, bold }
    }

    #[test]
    fn each_block_is_these_bytes() {
        let p = &Profile::MM80;
        check(p, text("示例!", Align::Left, Size::Normal, false), b"\xca\xbe\xc0\xfd!\n");
        check(
            p,
            text("a\nb", Align::Right, Size::Tall, true),
            b"\x1ba\x02\x1b3\x3c\x1d!\x01\x1bE\x01a\nb\n\x1bE\x00\x1d!\x00\x1b2\x1ba\x00",
        );
        check(
            p,
            text("大", Align::Center, Size::Large, false),
            b"\x1ba\x01\x1b3\x3c\x1d!\x11\xb4\xf3\n\x1d!\x00\x1b2\x1ba\x00",
        );
        check(p, Block::Feed(3), b"\x1bd\x03");
        check(p, Block::Feed(0), b"");
        check(p, Block::Cut, b"\x1dVB\x00");
        check(&Profile::MM58, Block::Cut, b"\x1bd\x04");
        check(&Profile::MM58, Block::Rule, &[[b'-'; 32].as_slice(), b"\n"].concat());
        let cells = [("水", 2, Align::Left), ("1", 1, Align::Right), ("2.00", 1, Align::Right)]
            .map(|(text, share, align)| Cell { text: text.to_owned(), share, align });
        check(&Profile::MM58, Block::Row(cells.to_vec()), b"\xcb\xae                    1     2.00\n");
    }

    #[test]
    fn codes_are_these_bytes() {
        let p = &Profile::MM80;
        let qr = b"\x1bJ\x18\x1ba\x01\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x06\x1d(k\x03\x001E1\x1d(k\x07\x001P01234\x1d(k\x03\x001Q0\x1ba\x00\x1bJ\x18";
        check(p, Block::Qr("1234".to_owned()), qr);
        let b = b"\x1ba\x01\x1dh\x40\x1dw\x03\x1dH\x02\x1dkI\x08{BT1-{{7\x1ba\x00";
        check(p, Block::Code128("T1-{7".to_owned()), b);
        let c = b"\x1ba\x01\x1dh\x40\x1dw\x03\x1dH\x02\x1dkI\x04{C\x0c\x63\x1ba\x00";
        check(p, Block::Code128("1299".to_owned()), c);
        check(p, Block::Code128("水".to_owned()), b"\x1ba\x01\xcb\xae\n\x1ba\x00");
        let long = "x".repeat(3000);
        let encoded = encode(&Document { blocks: vec![Block::Qr(long)] }, &Mark::First, p);
        assert_eq!(encoded.substituted, 1);
        assert_eq!(encoded.bytes.iter().filter(|byte| **byte == b'x').count(), 3000);
    }

    #[test]
    fn a_repetition_is_a_paper_of_its_own_under_its_mark() {
        let one = Document { blocks: vec![text("x", Align::Left, Size::Normal, false)] };
        let encoded = encode(&one, &Mark::Reprint(String::new()), &Profile::MM80);
        assert_eq!(encoded.bytes, b"\x1b@\x1da\x0f\x1c&\x1dVB\x00\x1ba\x01\x1bE\x01*** \xd6\xd8\xb4\xf2 REPRINT ***\n\x1bE\x00\x1ba\x00x\n\x1c.");
        let encoded = encode(&one, &Mark::Reprint("COPY".to_owned()), &Profile::MM58);
        assert!(encoded.bytes.starts_with(b"\x1b@\x1da\x0f\x1c&\x1bd\x04\x1ba\x01\x1bE\x01COPY\n"));
    }

    proptest! {
        #[test]
        fn no_text_becomes_a_command(words in any::<String>(), right in any::<String>()) {
            let mut document = Document::default();
            document.text(words).pair(right, "1.00");
            let encoded = encode(&document, &Mark::First, &Profile::MM58);
            let body = &encoded.bytes[HEAD.len()..encoded.bytes.len() - HANZI_OFF.len()];
            prop_assert!(body.iter().all(|byte| *byte == b'\n' || *byte >= b' '), "{:x?}", body);
            prop_assert!(encoded.seams.is_sorted());
        }
    }
}
