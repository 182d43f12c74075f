//! How documents are stored while they are on their way to paper.

use std::fmt::Write as _;

use domain::receipt::{Align, Block, Cell, Document, PICTURE_PIXELS_MAX, Picture, Size};
use serde::{Deserialize, Serialize};

/// A block; a picture is its width, and its greys as pairs of hexadecimal digits.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredBlock {
    Text { text: String, align: u8, size: u8, bold: bool },
    Pair { left: String, right: String, size: u8, bold: bool },
    Row(Vec<(String, u8, u8)>),
    Rule,
    Feed(u8),
    Qr(String),
    Code128(String),
    Ean(String),
    Image(u16, String),
    Logo,
    Cut,
}

/// A document as JSON.
pub(super) fn document_to_json(document: &Document) -> String {
    let blocks: Vec<StoredBlock> = document.blocks.iter().map(store).collect();
    serde_json::to_string(&blocks).expect("blocks have no map and no failing field")
}

/// The document of a JSON text; `None` when it is not one.
pub(super) fn document_of_json(text: &str) -> Option<Document> {
    let blocks: Vec<StoredBlock> = serde_json::from_str(text).ok()?;
    let mut document = Document::default();
    if blocks.len() > domain::receipt::BLOCKS_MAX {
        return None;
    }
    for block in blocks {
        document.push(restore(block)?);
    }
    Some(document)
}

fn store(block: &Block) -> StoredBlock {
    match block.clone() {
        Block::Text { text, align, size, bold } => {
            StoredBlock::Text { text, align: align_no(align), size: size_no(size), bold }
        }
        Block::Pair { left, right, size, bold } => StoredBlock::Pair { left, right, size: size_no(size), bold },
        Block::Row(cells) => {
            StoredBlock::Row(cells.into_iter().map(|cell| (cell.text, cell.share, align_no(cell.align))).collect())
        }
        Block::Rule => StoredBlock::Rule,
        Block::Feed(lines) => StoredBlock::Feed(lines),
        Block::Qr(data) => StoredBlock::Qr(data),
        Block::Code128(data) => StoredBlock::Code128(data),
        Block::Ean(code) => StoredBlock::Ean(code),
        Block::Image(picture) => StoredBlock::Image(picture.width() as u16, hex_of(picture.greys())),
        Block::Logo => StoredBlock::Logo,
        Block::Cut => StoredBlock::Cut,
    }
}

fn restore(block: StoredBlock) -> Option<Block> {
    Some(match block {
        StoredBlock::Text { text, align, size, bold } => {
            Block::Text { text, align: align_of(align)?, size: size_of(size)?, bold }
        }
        StoredBlock::Pair { left, right, size, bold } => Block::Pair { left, right, size: size_of(size)?, bold },
        StoredBlock::Row(cells) => {
            let cell = |(text, share, align)| Some(Cell { text, share, align: align_of(align)? });
            Block::Row(cells.into_iter().map(cell).collect::<Option<_>>()?)
        }
        StoredBlock::Rule => Block::Rule,
        StoredBlock::Feed(lines) => Block::Feed(lines),
        StoredBlock::Qr(data) => Block::Qr(data),
        StoredBlock::Code128(data) => Block::Code128(data),
        StoredBlock::Ean(code) => Block::Ean(code),
        StoredBlock::Image(width, greys) => Block::Image(Picture::new(width, of_hex(&greys)?)?),
        StoredBlock::Logo => Block::Logo,
        StoredBlock::Cut => Block::Cut,
    })
}

fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn of_hex(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    if hex.len() > 2 * PICTURE_PIXELS_MAX || !hex.len().is_multiple_of(2) {
        return None;
    }
    hex.as_bytes().chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

fn align_no(align: Align) -> u8 {
    match align {
        Align::Left => 0,
        Align::Center => 1,
        Align::Right => 2,
    }
}

fn align_of(no: u8) -> Option<Align> {
    [Align::Left, Align::Center, Align::Right].get(usize::from(no)).copied()
}

fn size_no(size: Size) -> u8 {
    match size {
        Size::Normal => 0,
        Size::Tall => 1,
        Size::Large => 2,
    }
}

fn size_of(no: u8) -> Option<Size> {
    [Size::Normal, Size::Tall, Size::Large].get(usize::from(no)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_block_comes_back_as_it_was() {
        let mut document = Document::default();
        document.center("店", Size::Large, true).pair("左", "右").strong_pair("a", "b", Size::Tall);
        let cell = Cell { text: "x".into(), share: 3, align: Align::Right };
        for block in [
            Block::Row(vec![cell]),
            Block::Rule,
            Block::Feed(2),
            Block::Qr("q".into()),
            Block::Code128("c".into()),
            Block::Ean("e".into()),
            Block::Image(Picture::new(2, vec![0, 255, 16, 7]).unwrap()),
            Block::Logo,
            Block::Cut,
        ] {
            document.push(block);
        }
        assert_eq!(document_of_json(&document_to_json(&document)), Some(document));
        assert_eq!(document_of_json("[{\"text\":1}]"), None);
        for greys in ["00", "0", "zz00", ""] {
            assert_eq!(document_of_json(&format!("[{{\"image\":[2,\"{greys}\"]}}]")), None);
        }
    }
}
