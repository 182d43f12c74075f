//! Every command, byte by byte.

use domain::receipt::Picture;
use proptest::prelude::*;

use super::super::profile::Drawn;
use super::*;

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
    let p = &Profile::of_width(80);
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
    check(&Profile::of_width(58), Block::Cut, b"\x1bd\x04");
    check(&Profile::of_width(58), Block::Rule, &[[b'-'; 32].as_slice(), b"\n"].concat());
    let cells = [("水", 2, Align::Left), ("1", 1, Align::Right), ("2.00", 1, Align::Right)]
        .map(|(text, share, align)| Cell { text: text.to_owned(), share, align });
    check(&Profile::of_width(58), Block::Row(cells.to_vec()), b"\xcb\xae                    1     2.00\n");
}

#[test]
fn codes_are_these_bytes() {
    let p = &Profile::of_width(80);
    let qr = b"\x1bJ\x18\x1ba\x01\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x06\x1d(k\x03\x001E1\x1d(k\x07\x001P01234\x1d(k\x03\x001Q0\x1ba\x00\x1bJ\x18";
    check(p, Block::Qr("1234".to_owned()), qr);
    let b = b"\x1ba\x01\x1dh\x40\x1dw\x03\x1dH\x02\x1dkI\x08{BT1-{{7\x1ba\x00";
    check(p, Block::Code128("T1-{7".to_owned()), b);
    let c = b"\x1ba\x01\x1dh\x40\x1dw\x03\x1dH\x02\x1dkI\x04{C\x0c\x63\x1ba\x00";
    check(p, Block::Code128("1299".to_owned()), c);
    check(p, Block::Code128("水".to_owned()), b"\x1ba\x01\xcb\xae\n\x1ba\x00");
    let ean = b"\x1ba\x01\x1dh\x40\x1dw\x03\x1dH\x02\x1dkC\x0d6901234567892\x1ba\x00";
    check(p, Block::Ean("06901234567892".to_owned()), ean);
    let short = b"\x1ba\x01\x1dh\x40\x1dw\x03\x1dH\x02\x1dkD\x0896385074\x1ba\x00";
    check(&Profile::of_width(58), Block::Ean("96385074".to_owned()), short);
    check(p, Block::Ean("1299".to_owned()), c);
    let long = "x".repeat(3000);
    let encoded = encode(&Document { blocks: vec![Block::Qr(long)] }, &Mark::First, p);
    assert_eq!(encoded.substituted, 1);
    assert_eq!(encoded.bytes.iter().filter(|byte| **byte == b'x').count(), 3000);
}

#[test]
fn a_repetition_is_a_paper_of_its_own_under_its_mark() {
    let one = Document { blocks: vec![text("x", Align::Left, Size::Normal, false)] };
    let encoded = encode(&one, &Mark::Reprint(String::new()), &Profile::of_width(80));
    assert_eq!(
        encoded.bytes,
        b"\x1b@\x1da\x0f\x1c&\x1dVB\x00\x1ba\x01\x1bE\x01*** \xd6\xd8\xb4\xf2 REPRINT ***\n\x1bE\x00\x1ba\x00x\n\x1c."
    );
    let encoded = encode(&one, &Mark::Reprint("COPY".to_owned()), &Profile::of_width(58));
    assert!(encoded.bytes.starts_with(b"\x1b@\x1da\x0f\x1c&\x1bd\x04\x1ba\x01\x1bE\x01COPY\n"));
}

/// All bytes of one line of text.
fn line(profile: &Profile, words: &str) -> Vec<u8> {
    let mut document = Document::default();
    document.text(words);
    encode(&document, &Mark::First, profile).bytes
}

#[test]
fn each_kind_of_printer_is_woken_in_its_own_way() {
    let silent = Profile { status: StatusMeans::None, ..Profile::of_width(80) };
    let expect = b"\x1b@\x1c&\xca\xbe\xc0\xfd\xce\xc4\xb1\xbe\xb4\xf2\xd3\xa1\xbb\xfa!\n\x1c.";
    assert_eq!(line(&silent, "示例文本打印机!"), expect);
    let four = Profile { encoding: Encoding::Gb18030, chinese: ChineseMode::On, ..silent.clone() };
    assert_eq!(line(&four, "￥㐂"), b"\x1b@\x1c&\xa3\xa4\x81\x39\xef\x31\n");
    let western = |name: &str| Profile { status: StatusMeans::None, ..Profile::named(name).expect("a profile") };
    assert_eq!(line(&western("generic-80-western"), "café 5 €"), b"\x1b@\x1c.\x1bt\x13caf\x82 5 \xd5\n");
    assert_eq!(line(&western("epson-tm-t88"), "café"), b"\x1b@\x1bt\x13caf\x82\n");
    assert_eq!(line(&western("generic-58-western"), "\u{a5}9"), b"\x1b@\x1c.\x1bt\x00\x9d9\n");
    assert_eq!(line(&western("generic-58-raster"), "Tea 9"), b"\x1b@\x1c.Tea 9\n");
    let plain = Profile { draws_missing: false, ..western("generic-58-raster") };
    assert_eq!(line(&plain, "茶 é9"), b"\x1b@\x1c.?? ?9\n");
    check(&Profile { cutter: Cutter::Full, ..Profile::of_width(80) }, Block::Cut, b"\x1dVA\x00");
}

fn picture(width: u16, greys: Vec<u8>) -> Block {
    Block::Image(Picture::new(width, greys).expect("a picture"))
}

#[test]
fn pictures_go_in_bands_of_so_many_rows_as_the_printer_takes() {
    // A picture as wide as the paper has no room to be moved in.
    let narrow = Profile { dots: 8, ..Profile::of_width(58) };
    check(&Profile { dots: 1, ..narrow.clone() }, picture(1, vec![0]), b"\x1dv0\x00\x01\x00\x01\x00\x80");
    let rows =
        [b"\x1dv0\x00\x01\x00\x08\x00".as_slice(), &[0xff; 8], b"\x1dv0\x00\x01\x00\x02\x00", &[0xff; 2]].concat();
    check(&Profile { band_rows: 8, ..narrow.clone() }, picture(8, vec![0; 80]), &rows);
    let tall = encode(&Document { blocks: vec![picture(8, vec![0; 8 * 700])] }, &Mark::First, &narrow);
    let heads: Vec<u16> = (0..tall.bytes.len() - 8)
        .filter(|at| tall.bytes[*at..].starts_with(b"\x1dv0"))
        .map(|at| u16::from_le_bytes([tall.bytes[at + 6], tall.bytes[at + 7]]))
        .collect();
    assert_eq!(heads, [256, 256, 188]);
    // In the middle of the line, white before it; a band is a seam.
    let middle = [b"\x1dv0\x00\x19\x00\x01\x00".as_slice(), &[0; 23], b"\x0f\xf0"].concat();
    check(&Profile::of_width(58), picture(8, vec![0; 8]), &middle);
}

#[test]
fn a_logo_stands_where_the_receipt_has_it_and_only_if_there_is_one() {
    let logo = Picture::new(384, vec![0; 384]).expect("a picture");
    let with = Profile { logo: Some(logo.into()), ..Profile::of_width(58) };
    let expect = [b"\x1dv0\x00\x30\x00\x01\x00".as_slice(), &[0xff; 48], b"\x1bJ\x10"].concat();
    check(&with, Block::Logo, &expect);
    check(&Profile::of_width(58), Block::Logo, b"");
}

#[test]
fn codes_are_drawn_for_printers_that_do_not_draw_them() {
    let raster = Profile { qr: Drawn::Raster, barcode: Drawn::Raster, ..Profile::of_width(58) };
    let body = |block: Block| {
        let bytes = encode(&Document { blocks: vec![block] }, &Mark::First, &raster).bytes;
        bytes[HEAD.len()..bytes.len() - HANZI_OFF.len()].to_vec()
    };
    let qr = body(Block::Qr("1234".to_owned()));
    // Version 1: 21 modules of 6 dots, 126 of 384 in the middle; a quiet zone of 4 modules above and below.
    assert!(qr.starts_with(b"\x1bJ\x18\x1dv0\x00\x20\x00\x7e\x00") && qr.ends_with(b"\x1bJ\x18"), "{qr:x?}");
    assert_eq!(qr.len(), 3 + 8 + 32 * 126 + 3);
    // The corner's eye: seven dark modules, a light one.
    assert_eq!(qr[11 + 16..11 + 22], [0x7f, 0xff, 0xff, 0xff, 0xff, 0xe0]);
    let bars = body(Block::Code128("T1".to_owned()));
    assert!(bars.ends_with(b"\x1bJ\x04\x1ba\x01T1\n\x1ba\x00"), "{bars:x?}");
    assert_eq!(bars.iter().filter(|byte| **byte == 0x76).count(), 1, "one band of 64 rows");
    let ean = body(Block::Ean("6901234567892".to_owned()));
    assert!(ean.ends_with(b"\x1bJ\x04\x1ba\x016901234567892\n\x1ba\x00"), "{ean:x?}");
}

#[test]
fn a_line_with_a_letter_that_the_printer_lacks_is_drawn_whole_where_a_font_has_it() {
    let mut document = Document::default();
    document.text("abc").text("㐂 3.00").pair("茶", "\u{10fffd}");
    let profile = Profile::of_width(58);
    let encoded = encode(&document, &Mark::First, &profile);
    if !crate::printer::letters::Letters::of_system().has('㐂') {
        assert_eq!(encoded.substituted, 2);
        return println!("skipped: no font with rare hanzi is installed");
    }
    let body = encoded.bytes.strip_prefix(HEAD).expect("a head");
    // Nobody has a letter for the private sign: that line goes as text with a substitute.
    assert!(body.starts_with(b"abc\n\x1dv0\x00") && encoded.substituted == 1, "{body:x?}");
    assert!(body.ends_with(b"\x1bJ\x06\xb2\xe8                            \xa1\xfe\n\x1c."), "{body:x?}");
    assert_eq!(u16::from_le_bytes([body[10], body[11]]), 24, "as high as a line");
    let plain = encode(&document, &Mark::First, &Profile { draws_missing: false, ..profile });
    assert_eq!(plain.substituted, 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]
    #[test]
    fn no_text_becomes_a_command(words in "\\PC{0,30}|[\\x00-\\x1f\\x7f]{0,8}", right in "\\PC{0,8}", western in any::<bool>()) {
        let mut document = Document::default();
        document.text(words).pair(right, "1.00");
        let name = if western { "epson-tm-t88" } else { "generic-58-gbk" };
        let profile = Profile { draws_missing: false, ..Profile::named(name).expect("a profile") };
        let encoded = encode(&document, &Mark::First, &profile);
        let head: &[u8] = if western { b"\x1b@\x1da\x0f\x1bt\x13" } else { HEAD };
        let body = encoded.bytes.strip_prefix(head).expect("a head");
        let body = body.strip_suffix(HANZI_OFF).unwrap_or(body);
        prop_assert!(body.iter().all(|byte| *byte == b'\n' || *byte >= b' '), "{:x?}", body);
        prop_assert!(encoded.seams.is_sorted());
    }
}
