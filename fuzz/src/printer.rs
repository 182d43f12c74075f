//! A printer's way both: what it sends back, and documents of any words as its bytes.

use domain::receipt::{Align, Block, Cell, Document, Picture, Size};
use drivers::printer::escpos::{Profile, Reply, StatusReader, encode};
use hal::Mark;

/// Words of one document.
const WORDS_BYTES_MAX: usize = 200;

/// Reads bytes as what a printer sent, and as the words of a receipt.
pub fn read(data: &[u8]) {
    replies(data);
    receipt(data);
}

fn replies(data: &[u8]) {
    let asked = |data: &[u8]| {
        let mut reader = StatusReader::default();
        for byte in data.iter().take(12) {
            match byte % 4 {
                0 => reader.asking(1 + byte / 4 % 4),
                1 => reader.fencing(),
                2 => reader.identifying(65 + byte / 4 % 5),
                _ => reader.identifying(1 + byte / 4 % 3),
            }
        }
        reader
    };
    let (mut whole, mut single) = (asked(data), asked(data));
    let replies = whole.feed(data);
    let one_by_one: Vec<Reply> = data.iter().flat_map(|byte| single.feed(&[*byte])).collect();
    assert_eq!(replies, one_by_one, "in pieces it is read as in one");
    assert!(replies.len() <= data.len());
    for reply in replies {
        if let Reply::Identity { text, .. } = reply {
            assert!(text.len() <= 80 && text.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        }
    }
}

fn receipt(data: &[u8]) {
    let Some((&which, words)) = data.split_first() else { return };
    let names: Vec<&str> = Profile::names().collect();
    let profile = Profile::named(names[usize::from(which) % names.len()]).expect("a profile of the list");
    // Letters are drawn with the fonts of this machine, which are not what is tried here.
    let profile = Profile { draws_missing: false, ..profile };
    let words = String::from_utf8_lossy(&words[..words.len().min(WORDS_BYTES_MAX)]);
    let mut document = Document::default();
    for (at, line) in words.split('\n').enumerate() {
        let (left, right) = line.split_at(line.floor_char_boundary(line.len() / 2));
        document.push(block(at, line, left, right));
    }
    document.push(Block::Cut);
    let encoded = encode(&document, &Mark::Reprint(words.chars().take(20).collect()), &profile);
    assert!(encoded.seams.is_sorted() && encoded.seams.last() == Some(&encoded.bytes.len()));
    assert!(encoded.bytes.len() < 600_000, "{} bytes for {} of words", encoded.bytes.len(), words.len());
    let letters = words.chars().count() + 64;
    assert!(encoded.substituted as usize <= 4 * letters, "no more substitutes than letters");
}

fn block(at: usize, line: &str, left: &str, right: &str) -> Block {
    match at % 7 {
        0 => Block::Text { text: line.to_owned(), align: Align::Center, size: Size::Large, bold: true },
        1 => Block::Pair { left: left.to_owned(), right: right.to_owned(), size: Size::Tall, bold: false },
        2 | 3 => {
            let cell = |text: &str, share, align| Cell { text: text.to_owned(), share, align };
            Block::Row(vec![cell(left, line.len() as u8, Align::Left), cell(right, 1, Align::Right)])
        }
        4 => Block::Qr(line.to_owned()),
        5 => Block::Code128(line.to_owned()),
        _ => match Picture::new(1 + left.len() as u16, line.bytes().take((1 + left.len()) * 2).collect()) {
            Some(picture) => Block::Image(picture),
            None => Block::Rule,
        },
    }
}
