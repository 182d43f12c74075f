//! A receipt, report or label as a document that no device has touched yet.
//!
//! Drivers turn it into bytes for one printer (columns, code page, cutter); the screen and the e-receipt turn
//! the same document into text. Text is finished here: nothing below this module formats money.

/// Blocks of one document, at most [`BLOCKS_MAX`].
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Document {
    /// From top to bottom.
    pub blocks: Vec<Block>,
}

/// Blocks that one document may hold; a basket of the largest size fits several times.
pub const BLOCKS_MAX: usize = 4096;

/// Where a line of text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Align {
    /// At the left edge.
    #[default]
    Left,
    /// In the middle.
    Center,
    /// At the right edge.
    Right,
}

/// How large text is; a printer without the size prints `Normal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Size {
    /// One column a Latin letter, two a hanzi.
    #[default]
    Normal,
    /// Twice as high.
    Tall,
    /// Twice as high and wide: half as many columns.
    Large,
}

/// One piece of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph; wrapped at the printer's width, never cut.
    Text {
        /// The words.
        text: String,
        /// Where they stand.
        align: Align,
        /// How large.
        size: Size,
        /// Whether emphasised.
        bold: bool,
    },
    /// Two texts on one line, left and right; where both do not fit, the left wraps and the right stands on the
    /// last line.
    Pair {
        /// For example an item's name.
        left: String,
        /// For example its amount; must fit a line by itself.
        right: String,
        /// How large.
        size: Size,
        /// Whether emphasised.
        bold: bool,
    },
    /// A row of right-aligned cells after a left-aligned first one; widths are shares of the printer's columns.
    Row(Vec<Cell>),
    /// A line across the paper.
    Rule,
    /// Empty lines.
    Feed(u8),
    /// A QR code, centred.
    Qr(String),
    /// A Code 128 barcode, centred, with its text below.
    Code128(String),
    /// The code of goods: EAN-13 or EAN-8 bars, centred, with the digits below; Code 128 for what is no such code.
    Ean(String),
    /// A picture, centred; made smaller where it is wider than the paper, never larger.
    Image(Picture),
    /// Where the shop's logo stands, if the printer has been given one; nothing elsewhere.
    Logo,
    /// The end of this paper: feed to the knife and cut partially.
    Cut,
}

/// A picture in shades of grey, from the upper left row by row: 0 is black, 255 the white of the paper. One of 0 and 255
/// alone comes on paper dot by dot as it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: u16,
    greys: Vec<u8>,
}

/// Pixels that one picture may have; as wide as the widest paper, it is then longer than most receipts.
pub const PICTURE_PIXELS_MAX: usize = 256 * 1024;
/// Pixels on a row of a picture.
pub const PICTURE_WIDTH_MAX: u16 = 2048;

impl Picture {
    /// A picture of rows of `width` pixels. `None` when it has none, is wider than [`PICTURE_WIDTH_MAX`], has more than
    /// [`PICTURE_PIXELS_MAX`] of them or a row that is not whole.
    pub fn new(width: u16, greys: Vec<u8>) -> Option<Picture> {
        let sound = (1..=PICTURE_WIDTH_MAX).contains(&width)
            && (1..=PICTURE_PIXELS_MAX).contains(&greys.len())
            && greys.len().is_multiple_of(width.into());
        sound.then_some(Picture { width, greys })
    }

    /// Pixels on a row.
    pub fn width(&self) -> usize {
        self.width.into()
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.greys.len() / self.width()
    }

    /// All pixels, row by row.
    pub fn greys(&self) -> &[u8] {
        &self.greys
    }
}

impl std::fmt::Debug for Picture {
    /// Its size: the pixels tell nobody anything.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({}x{})", self.width(), self.height())
    }
}

/// One cell of a [`Block::Row`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The words; wrapped within the cell.
    pub text: String,
    /// Share of the width, relative to the other cells.
    pub share: u8,
    /// Where they stand in the cell.
    pub align: Align,
}

impl Document {
    /// Adds a plain paragraph.
    pub fn text(&mut self, text: impl Into<String>) -> &mut Self {
        self.push(Block::Text { text: text.into(), align: Align::Left, size: Size::Normal, bold: false })
    }

    /// Adds a centred paragraph.
    pub fn center(&mut self, text: impl Into<String>, size: Size, bold: bool) -> &mut Self {
        self.push(Block::Text { text: text.into(), align: Align::Center, size, bold })
    }

    /// Adds a line with a left and a right text.
    pub fn pair(&mut self, left: impl Into<String>, right: impl Into<String>) -> &mut Self {
        self.push(Block::Pair { left: left.into(), right: right.into(), size: Size::Normal, bold: false })
    }

    /// Adds an emphasised line with a left and a right text.
    pub fn strong_pair(&mut self, left: impl Into<String>, right: impl Into<String>, size: Size) -> &mut Self {
        self.push(Block::Pair { left: left.into(), right: right.into(), size, bold: true })
    }

    /// Adds any block. Panics past [`BLOCKS_MAX`]: documents are made by the program, not by its input.
    pub fn push(&mut self, block: Block) -> &mut Self {
        assert!(self.blocks.len() < BLOCKS_MAX, "a document of more than {BLOCKS_MAX} blocks");
        self.blocks.push(block);
        self
    }
}
