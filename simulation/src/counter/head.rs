//! The print head: commands that have to do with paper, carried out.

use std::collections::VecDeque;

use drivers::printer::escpos::Page;
use encoding_rs::GB18030;

use super::barcode::{Code128, code128, ean};
use super::command::Command;
use super::font::{CharacterGenerator, HANZI_DOTS};
use super::paper::{End, LENGTH_MAX, Paper};

/// Papers kept; older ones are dropped.
const PAPERS_MAX: usize = 1024;
/// Dots from one line to the next unless told otherwise.
const LINE_DOTS: usize = 30;
/// Dots between head and knife: what a cut feeds.
const KNIFE_DOTS: usize = 90;
/// Characters that one line holds before it is printed whatever comes.
const LINE_GLYPHS_MAX: usize = 512;

/// How characters are printed.
#[derive(Clone, Debug)]
struct Style {
    bold: bool,
    underline: bool,
    reverse: bool,
    font_b: bool,
    wide: usize,
    high: usize,
    justify: u8,
    line_dots: usize,
    char_dots: usize,
    margin_left: usize,
    area: usize,
    hanzi: bool,
    /// The number of the code page of `ESC t`.
    page: u8,
    bar_height: usize,
    bar_width: usize,
    bar_text: u8,
    qr_module: usize,
    qr_level: u8,
    qr_data: Vec<u8>,
}

/// A character on the line that is being set.
#[derive(Clone, Debug)]
struct Placed {
    character: char,
    x: usize,
    /// Dots that it takes, its size and the space after it included.
    advance: usize,
    cell: (usize, usize),
    wide: usize,
    high: usize,
    bold: bool,
    underline: bool,
    reverse: bool,
}

/// The head with the paper under it.
pub(super) struct Head {
    dots: usize,
    hanzi_at_start: bool,
    hanzi_four_bytes: bool,
    letters: CharacterGenerator,
    style: Style,
    line: Vec<Placed>,
    x: usize,
    paper: Paper,
    y: usize,
    /// Finished papers, the oldest first.
    pub papers: VecDeque<Paper>,
    /// Lines fed since the roll was put in.
    pub lines_fed: u64,
}

impl Head {
    pub fn new(dots: usize, hanzi_at_start: bool, hanzi_four_bytes: bool) -> Head {
        Head {
            dots,
            hanzi_at_start,
            hanzi_four_bytes,
            letters: CharacterGenerator::find(),
            style: Style::of(dots, hanzi_at_start),
            line: Vec::new(),
            x: 0,
            paper: Paper::new(dots),
            y: 0,
            papers: VecDeque::new(),
            lines_fed: 0,
        }
    }

    pub fn in_hanzi_mode(&self) -> bool {
        self.style.hanzi
    }

    pub fn has_letters(&self) -> bool {
        self.letters.has_letters()
    }

    /// What hangs out of the printer.
    pub fn hanging(&self) -> &Paper {
        &self.paper
    }

    /// As after switching on, or `ESC @`: settings and the unprinted line are gone, the paper stays.
    pub fn reset(&mut self) {
        self.style = Style::of(self.dots, self.hanzi_at_start);
        self.line.clear();
        self.x = 0;
    }

    /// Tears off what hangs out of the printer.
    pub fn tear(&mut self) {
        self.finish(End::Torn);
    }

    /// Carries out what concerns the paper; the rest is the printer's.
    pub fn obey(&mut self, command: Command) {
        match command {
            Command::Glyph(bytes, length) => self.glyph(&bytes[..usize::from(length)]),
            Command::Lf => self.line_feed(),
            Command::Tab => self.x = (self.x / 96 + 1) * 96,
            Command::Init => self.reset(),
            Command::FeedDots(dots) => self.feed(usize::from(dots)),
            Command::FeedLines(lines) => self.feed_lines(lines),
            Command::Cut { full, feed } => self.cut(full, feed),
            Command::Bars { system, data } => self.bars(system, &data),
            Command::QrPrint => self.qr(),
            Command::Raster { double, row_bytes, rows, data } => self.raster(double, row_bytes, rows, &data),
            Command::Columns { tall, double, data } => self.columns(tall, double, &data),
            Command::PositionAbsolute(dots) => self.x = usize::from(dots).min(self.dots),
            Command::PositionRelative(dots) => self.x = self.x.saturating_add_signed(dots.into()).min(self.dots),
            setting => self.style.set(setting, self.dots),
        }
        if self.y >= LENGTH_MAX {
            self.finish(End::Torn);
        }
    }

    fn glyph(&mut self, bytes: &[u8]) {
        let character = match bytes {
            [byte] if *byte < 0x80 => *byte as char,
            [byte] => Page::of_usual_number(self.style.page).and_then(|page| page.letter(*byte)).unwrap_or('?'),
            [first, _, _, _] if !self.hanzi_four_bytes => {
                // Such a printer takes them for bytes that are no character, and for the digits among them.
                for byte in &bytes[1..] {
                    self.place(if byte.is_ascii_digit() { *byte as char } else { ' ' });
                }
                return debug_assert!(*first >= 0x80);
            }
            bytes => GB18030.decode_without_bom_handling(bytes).0.chars().next().unwrap_or('\u{fffd}'),
        };
        self.place(character);
    }

    fn place(&mut self, character: char) {
        let style = &self.style;
        let narrow = character.is_ascii() || !style.hanzi;
        let cell = match (narrow, style.font_b) {
            (true, false) => (HANZI_DOTS / 2, HANZI_DOTS),
            (true, true) => (9, 17),
            (false, _) => (HANZI_DOTS, HANZI_DOTS),
        };
        let advance = (cell.0 + style.char_dots) * style.wide;
        if self.x + advance > style.area.max(advance) || self.line.len() >= LINE_GLYPHS_MAX {
            self.line_feed();
        }
        let style = &self.style;
        self.line.push(Placed {
            character,
            x: self.x,
            advance,
            cell,
            wide: style.wide,
            high: style.high,
            bold: style.bold,
            underline: style.underline,
            reverse: style.reverse,
        });
        self.x += advance;
    }

    fn line_feed(&mut self) {
        let line = std::mem::take(&mut self.line);
        let width = line.iter().map(|placed| placed.x + placed.advance).max().unwrap_or(0);
        let left = self.left(width);
        let tallest = line.iter().map(|placed| placed.cell.1 * placed.high).max().unwrap_or(0);
        for placed in &line {
            self.burn_glyph(placed, left, tallest);
        }
        self.write(text_of(&line, left));
        self.x = 0;
        self.feed(self.style.line_dots.max(tallest));
        self.lines_fed += 1;
    }

    fn feed_lines(&mut self, lines: u8) {
        if !self.line.is_empty() {
            self.line_feed();
        }
        for _ in 0..lines {
            self.line_feed();
        }
    }

    /// A paper that grows without end has its text bounded by its length.
    fn write(&mut self, line: String) {
        if self.paper.lines.len() < LENGTH_MAX {
            self.paper.lines.push(line);
        }
    }

    fn feed(&mut self, dots: usize) {
        self.y = (self.y + dots).min(LENGTH_MAX);
        self.paper.feed_to(self.y);
    }

    fn left(&self, width: usize) -> usize {
        let room = self.style.area.saturating_sub(width);
        let shift = match self.style.justify {
            1 => room / 2,
            2 => room,
            _ => 0,
        };
        self.style.margin_left + shift
    }

    fn burn_glyph(&mut self, placed: &Placed, left: usize, tallest: usize) {
        let (width, height) = placed.cell;
        let (x0, y0) = (left + placed.x, self.y + tallest - height * placed.high);
        let dots = self.letters.dots(placed.character, width, height);
        let lit = |x: usize, y: usize| {
            let (glyph_x, glyph_y) = (x / placed.wide, y / placed.high);
            let burnt = |at: usize| at < width && dots.burnt[glyph_y * dots.width + at];
            let struck_twice = placed.bold && x > 0 && burnt((x - 1) / placed.wide);
            burnt(glyph_x) || struck_twice
        };
        for y in 0..height * placed.high {
            for x in 0..placed.advance {
                let line_below = placed.underline && y + 2 >= height * placed.high;
                if (lit(x, y) || line_below) != placed.reverse {
                    self.paper.burn(x0 + x, y0 + y);
                }
            }
        }
    }

    fn cut(&mut self, full: bool, feed: u8) {
        if !self.line.is_empty() {
            self.line_feed();
        }
        self.feed(KNIFE_DOTS / 2 + usize::from(feed));
        self.finish(if full { End::Full } else { End::Partial });
    }

    fn finish(&mut self, end: End) {
        let mut paper = std::mem::replace(&mut self.paper, Paper::new(self.dots));
        self.y = 0;
        if paper.is_blank() {
            return;
        }
        while paper.lines.last().is_some_and(String::is_empty) {
            paper.lines.pop();
        }
        paper.end = end;
        if self.papers.len() == PAPERS_MAX {
            self.papers.pop_front();
        }
        self.papers.push_back(paper);
    }

    fn bars(&mut self, system: u8, data: &[u8]) {
        let readable: String =
            data.iter().map(|byte| if byte.is_ascii_graphic() { *byte as char } else { '.' }).collect();
        let of_goods = ean(system, data).map(|(modules, text)| ("EAN", modules, text));
        let of_shop = || (system == 73).then(|| code128(data)).flatten();
        let read = of_goods.or_else(|| of_shop().map(|Code128 { modules, text }| ("CODE128", modules, text)));
        let Some((kind, modules, text)) = read else {
            return self.write(format!("[BARCODE {system} {readable}]"));
        };
        let (module, height) = (self.style.bar_width, self.style.bar_height);
        let width = modules.len() * module;
        if width > self.style.area {
            // A real printer prints nothing when the bars do not fit.
            return self.write(format!("[{kind} TOO WIDE {text}]"));
        }
        let left = self.left(width);
        self.write(format!("[{kind} {text}]"));
        for (at, _) in modules.iter().enumerate().filter(|(_, bar)| **bar) {
            for x in at * module..(at + 1) * module {
                (0..height).for_each(|y| self.paper.burn(left + x, self.y + y));
            }
        }
        self.feed(height + 4);
        if self.style.bar_text == 2 {
            self.caption(&text);
        }
        self.lines_fed += 1;
    }

    /// Plain letters below bars, in the middle of them.
    fn caption(&mut self, text: &str) {
        let cell = (HANZI_DOTS / 2, HANZI_DOTS);
        let left = self.left(text.len() * cell.0);
        for (at, character) in text.chars().enumerate() {
            let x = at * cell.0;
            let plain = Placed {
                character,
                x,
                advance: cell.0,
                cell,
                wide: 1,
                high: 1,
                bold: false,
                underline: false,
                reverse: false,
            };
            self.burn_glyph(&plain, left, cell.1);
        }
        self.feed(LINE_DOTS);
    }

    fn qr(&mut self) {
        let data = self.style.qr_data.clone();
        let text = String::from_utf8_lossy(&data).into_owned();
        let level = match self.style.qr_level {
            49 => qrcode::EcLevel::M,
            50 => qrcode::EcLevel::Q,
            51 => qrcode::EcLevel::H,
            _ => qrcode::EcLevel::L,
        };
        let module = self.style.qr_module;
        let code = qrcode::QrCode::with_error_correction_level(&data, level).ok();
        let Some(code) = code.filter(|code| code.width() * module <= self.style.area) else {
            return self.write(format!("[QR TOO WIDE {text}]"));
        };
        let width = code.width() * module;
        let left = self.left(width);
        self.write(format!("[QR {text}]"));
        let colors = code.to_colors();
        for (at, _) in colors.iter().enumerate().filter(|(_, color)| **color == qrcode::Color::Dark) {
            let (x0, y0) = (left + at % code.width() * module, self.y + at / code.width() * module);
            for dot in 0..module * module {
                self.paper.burn(x0 + dot % module, y0 + dot / module);
            }
        }
        self.feed(width + 8);
        self.lines_fed += 1;
    }

    fn raster(&mut self, double: u8, row_bytes: usize, rows: usize, data: &[u8]) {
        let (wide, high) = (1 + usize::from(double & 1), 1 + usize::from(double >> 1 & 1));
        let left = self.left((row_bytes * 8 * wide).min(self.style.area));
        self.write(format!("[IMAGE {}x{rows}]", row_bytes * 8));
        for y in 0..(rows * high).min(LENGTH_MAX) {
            for x in 0..(row_bytes * 8 * wide).min(self.dots) {
                let (column, row) = (x / wide, y / high);
                if data[row * row_bytes + column / 8] >> (7 - column % 8) & 1 != 0 {
                    self.paper.burn(left + x, self.y + y);
                }
            }
        }
        self.feed(rows * high);
    }

    fn columns(&mut self, tall: bool, double: bool, data: &[u8]) {
        let (bytes, wide, high) = (if tall { 3 } else { 1 }, 1 + usize::from(double), if tall { 1 } else { 3 });
        for (column, dots) in data.chunks(bytes).enumerate() {
            for y in 0..24 {
                let row = y / high;
                if dots[row / 8] >> (7 - row % 8) & 1 != 0 {
                    (0..wide).for_each(|x| self.paper.burn(self.x + column * wide + x, self.y + y));
                }
            }
        }
        self.x = (self.x + data.len() / bytes * wide).min(self.dots);
    }
}

impl Style {
    fn of(dots: usize, hanzi: bool) -> Style {
        Style {
            bold: false,
            underline: false,
            reverse: false,
            font_b: false,
            wide: 1,
            high: 1,
            justify: 0,
            line_dots: LINE_DOTS,
            char_dots: 0,
            margin_left: 0,
            area: dots,
            hanzi,
            page: 0,
            bar_height: 162,
            bar_width: 3,
            bar_text: 0,
            qr_module: 3,
            qr_level: 48,
            qr_data: Vec::new(),
        }
    }

    fn set(&mut self, setting: Command, dots: usize) {
        match setting {
            Command::PrintMode(mode) => {
                self.font_b = mode & 0x01 != 0;
                self.bold = mode & 0x08 != 0;
                self.high = 1 + usize::from(mode >> 4 & 1);
                self.wide = 1 + usize::from(mode >> 5 & 1);
                self.underline = mode & 0x80 != 0;
            }
            Command::Size(size) => {
                self.wide = 1 + usize::from(size >> 4 & 7);
                self.high = 1 + usize::from(size & 7);
            }
            Command::Bold(on) => self.bold = on,
            Command::Underline(on) => self.underline = on,
            Command::Reverse(on) => self.reverse = on,
            Command::FontB(on) => self.font_b = on,
            Command::Justify(side) => self.justify = side,
            Command::Hanzi(on) => self.hanzi = on,
            Command::CodePage(number) => self.page = number,
            Command::LineSpacing(dots) => self.line_dots = dots.map_or(LINE_DOTS, usize::from),
            Command::CharSpacing(dots) => self.char_dots = dots.into(),
            Command::MarginLeft(margin) => self.margin_left = usize::from(margin).min(dots),
            Command::AreaWidth(area) => self.area = usize::from(area).clamp(HANZI_DOTS, dots),
            Command::BarHeight(height) => self.bar_height = usize::from(height).max(1),
            Command::BarWidth(width) => self.bar_width = usize::from(width).clamp(1, 6),
            Command::BarText(place) => self.bar_text = place,
            Command::QrModule(module) => self.qr_module = usize::from(module).clamp(1, 16),
            Command::QrLevel(level) => self.qr_level = level,
            Command::QrStore(data) => self.qr_data = data,
            // Everything else is carried out by the head or by the printer.
            _ => {}
        }
    }
}

/// A line as text: gaps that were made with positions, not with spaces, become spaces.
fn text_of(line: &[Placed], left: usize) -> String {
    let mut text = String::new();
    let mut at = 0;
    for placed in line {
        let x = left + placed.x;
        text.extend(std::iter::repeat_n(' ', x.saturating_sub(at) / (HANZI_DOTS / 2)));
        text.push(placed.character);
        at = x + placed.advance;
    }
    text.trim_end().to_owned()
}
