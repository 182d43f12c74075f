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
    /// The end of this paper: feed to the knife and cut partially.
    Cut,
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
