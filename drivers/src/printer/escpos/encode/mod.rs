//! A document to the bytes of one printer.

mod codes;
mod drawn;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::rc::Rc;

use domain::receipt::{Align, Block, Cell, Document, Size};
use escpos::driver::Driver;
use escpos::utils::{JustifyMode, Protocol};
use hal::Mark;

use super::layout::{self, Line, Table};
use super::profile::{ChineseMode, Cutter, Encoding, Profile, StatusMeans};
use super::text::{self, Glyph};

/// Words above a repeated document for which the caller has none.
const REPRINT: &str = "*** 重打 REPRINT ***";
/// `GS a 0F`: tell drawer, offline, faults and paper unasked. Said again in each job, which begins by resetting the printer.
pub(super) const ASB_ON: &[u8] = b"\x1da\x0f";
/// `FS &`: Chinese characters on. Said in each job: printers differ in what they wake up with.
const HANZI_ON: &[u8] = b"\x1c&";
/// `FS .`: Chinese characters off, for letters of a code page, and for other programs on the same printer.
const HANZI_OFF: &[u8] = b"\x1c.";
/// `GS V 66 n`: feed to the knife and n dots further, cut but for one point.
const CUT_PARTIAL: &[u8] = b"\x1dV\x42\x00";
/// `GS V 65 n`: the same, cut off.
const CUT_FULL: &[u8] = b"\x1dV\x41\x00";
/// `ESC J n`: dots between the logo and what stands below it.
const LOGO_GAP: &[u8] = b"\x1bJ\x10";
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
    if profile.encoding.is_chinese() && profile.chinese == ChineseMode::Off {
        press.custom(HANZI_OFF);
        press.seam();
    }
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
        let row = cells.iter().map(|cell| (text::set(&cell.text, profile.encoding), cell.share, cell.align)).collect();
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
        match self.profile.encoding {
            Encoding::Gbk | Encoding::Gb18030 => self.custom(HANZI_ON),
            Encoding::Ascii | Encoding::Page(_) if self.profile.chinese != ChineseMode::None => self.custom(HANZI_OFF),
            Encoding::Ascii | Encoding::Page(_) => {}
        }
        if let Encoding::Page(_) = self.profile.encoding {
            self.custom(&[0x1b, b't', self.profile.page_number]);
        }
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
                self.lines(&lines, Align::Left, *size, *bold);
            }
            Block::Row(cells) => {
                let table =
                    self.tables.iter().find(|(shape, _)| *shape == shape_of(cells)).map(|(_, table)| table.clone());
                let cells: Vec<_> = cells.iter().map(|cell| (self.set(&cell.text), cell.share, cell.align)).collect();
                let table = table.expect("every row of the document is planned");
                self.plain_lines(&table.row(&cells, self.columns(Size::Normal)));
            }
            Block::Rule => {
                let rule = vec![Glyph::ascii(b'-'); self.columns(Size::Normal)];
                self.plain_lines(&[rule]);
            }
            Block::Feed(lines) => {
                if *lines > 0 {
                    self.printer.feeds(*lines).expect(IN_RANGE);
                }
            }
            Block::Qr(text) => self.qr(text),
            Block::Code128(text) => self.code128(text),
            Block::Ean(code) => self.ean(code),
            Block::Image(picture) => self.image(picture),
            Block::Logo => {
                let profile = self.profile;
                if let Some(logo) = &profile.logo {
                    self.image(logo);
                    self.custom(LOGO_GAP);
                }
            }
            Block::Cut => self.cut(),
        }
    }

    fn paragraph(&mut self, text: &str, align: Align, size: Size, bold: bool) {
        let columns = self.columns(size);
        let lines: Vec<Line> = text.split('\n').flat_map(|piece| layout::wrap(&self.set(piece), columns)).collect();
        self.lines(&lines, align, size, bold);
    }

    fn cut(&mut self) {
        match self.profile.cutter {
            Cutter::Partial => self.custom(CUT_PARTIAL),
            Cutter::Full => self.custom(CUT_FULL),
            Cutter::None => drop(self.printer.feeds(TEAR_LINES).expect(IN_RANGE)),
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
        let (wide, high) = times(size);
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

    fn plain_lines(&mut self, lines: &[Line]) {
        self.lines(lines, Align::Left, Size::Normal, false);
    }

    /// Lines of one look, those that the printer has the letters for as text, the others as dots.
    fn lines(&mut self, lines: &[Line], align: Align, size: Size, bold: bool) {
        let drawn: Vec<bool> = lines.iter().map(|line| self.is_drawn(line)).collect();
        let mut at = 0;
        for same in drawn.chunk_by(|one, next| one == next) {
            let run = &lines[at..at + same.len()];
            at += same.len();
            if same[0] {
                run.iter().for_each(|line| self.drawn_line(line, align, size, bold));
            } else {
                self.justified(align, |press| press.styled(size, bold, |press| press.set_lines(run)));
            }
        }
    }

    fn set_lines(&mut self, lines: &[Line]) {
        for line in lines {
            let mut bytes: Vec<u8> = line.iter().flat_map(|glyph| glyph.bytes().to_vec()).collect();
            bytes.push(b'\n');
            self.custom(&bytes);
            self.substituted += line.iter().filter(|glyph| glyph.missing).count() as u32;
        }
    }

    fn set(&self, text: &str) -> Vec<Glyph> {
        text::set(text, self.profile.encoding)
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

/// Times that letters of a size are wider and higher than normal ones.
fn times(size: Size) -> (u8, u8) {
    match size {
        Size::Normal => (1, 1),
        Size::Tall => (1, 2),
        Size::Large => (2, 2),
    }
}
