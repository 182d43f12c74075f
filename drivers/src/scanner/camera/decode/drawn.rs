//! Codes drawn for tests, on a table, as a camera would see them.

use crate::scanner::camera::luma::Luma;

/// The left digits of an EAN in set A (ISO/IEC 15420, table 1), a bit a module.
const SET_A: [u8; 10] = [0x0d, 0x19, 0x13, 0x3d, 0x23, 0x31, 0x2f, 0x3b, 0x37, 0x0b];
/// Which left digits are in set B, by the first digit.
const PARITIES: [u8; 10] = [0x00, 0x0b, 0x0d, 0x0e, 0x13, 0x19, 0x1c, 0x15, 0x16, 0x1a];

/// The modules of an EAN-13; true is dark.
pub(super) fn ean13(digits: &str) -> Vec<bool> {
    let digits: Vec<usize> = digits.bytes().map(|digit| usize::from(digit - b'0')).collect();
    let parity = PARITIES[digits[0]];
    let mut modules = Vec::new();
    push(&mut modules, 0b101, 3);
    for (place, &digit) in digits[1..7].iter().enumerate() {
        let a = SET_A[digit];
        // Set C is A inverted, and B is C mirrored.
        let b = (!a & 0x7f).reverse_bits() >> 1;
        push(&mut modules, if parity >> (5 - place) & 1 == 1 { b } else { a }, 7);
    }
    push(&mut modules, 0b01010, 5);
    digits[7..].iter().for_each(|&digit| push(&mut modules, !SET_A[digit] & 0x7f, 7));
    push(&mut modules, 0b101, 3);
    modules
}

/// Widths of the Code 128 symbols that the tests need (ISO/IEC 15417, table 1): digits in set B, FNC1, start B and stop.
pub(super) fn code128_digits(digits: &str, is_gs1: bool) -> Vec<bool> {
    const DIGITS: [&str; 10] =
        ["123122", "123221", "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122"];
    const ALL: [&str; 103] = SYMBOLS;
    let mut values = vec![104];
    if is_gs1 {
        values.push(102);
    }
    values.extend(digits.bytes().map(|digit| usize::from(digit - b'0') + 16));
    let check: usize = values.iter().enumerate().map(|(place, value)| value * place.max(1)).sum::<usize>() % 103;
    let mut modules = Vec::new();
    let mut widths = |widths: &str| {
        for (element, width) in widths.bytes().enumerate() {
            modules.extend(std::iter::repeat_n(element % 2 == 0, usize::from(width - b'0')));
        }
    };
    for value in values {
        match value {
            104 => widths("211214"),
            16..=25 => widths(DIGITS[value - 16]),
            value => widths(ALL[value]),
        }
    }
    widths(ALL[check]);
    widths("2331112");
    modules
}

/// All data symbols, for the check character.
const SYMBOLS: [&str; 103] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", "221312",
    "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132", "221231", "213212",
    "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121",
    "111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331",
    "132131", "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131", "311123",
    "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111", "111224", "111422", "121124",
    "121421", "141122", "141221", "112214", "112412", "122114", "122411", "142112", "142211", "241211", "221114",
    "413111", "241112", "134111", "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112",
    "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131",
];

fn push(modules: &mut Vec<bool>, bits: u8, count: u32) {
    modules.extend((0..count).rev().map(|bit| bits >> bit & 1 == 1));
}

/// Bars on a table, each module that many pixels wide.
pub(super) fn bars(modules: &[bool], module: usize, height: usize) -> Luma {
    let (quiet, margin) = (12 * module, 40);
    let (width, tall) = (modules.len() * module + 2 * quiet + 2 * margin, height + 2 * margin);
    let shade = |at: usize| {
        let (x, y) = (at % width, at / width);
        if x < margin || x >= width - margin || y < margin / 2 || y >= tall - margin / 2 {
            return 150;
        }
        let within = (margin..margin + height).contains(&y);
        let element = x.checked_sub(margin + quiet).map(|x| x / module).filter(|_| within);
        if element.and_then(|element| modules.get(element)).is_some_and(|dark| *dark) { 30 } else { 225 }
    };
    Luma::new(width, tall, (0..width * tall).map(shade).collect()).expect("a picture")
}

/// A QR code on a table.
pub(super) fn qr(text: &[u8], module: usize) -> Luma {
    let code = qrcode::QrCode::new(text).expect("a code");
    let colors = code.to_colors();
    let (side, quiet) = (code.width(), 4 * module);
    let width = side * module + 2 * quiet;
    let shade = |at: usize| {
        let (x, y) = ((at % width).wrapping_sub(quiet) / module, (at / width).wrapping_sub(quiet) / module);
        if x < side && y < side && colors[y * side + x] == qrcode::Color::Dark { 30 } else { 225 }
    };
    Luma::new(width, width, (0..width * width).map(shade).collect()).expect("a picture")
}

/// Noise of that many shades either way, the same for the same seed.
pub(super) fn noisy(luma: &Luma, amount: i32, seed: u64) -> Luma {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as i32
    };
    let shades =
        luma.pixels().iter().map(|shade| (i32::from(*shade) + next() % (2 * amount + 1) - amount).clamp(0, 255) as u8);
    Luma::new(luma.width(), luma.height(), shades.collect()).expect("a picture")
}

/// Light that falls off from left to right to that share of itself.
pub(super) fn shaded(luma: &Luma, share: f32) -> Luma {
    let width = luma.width() as f32;
    let shades = luma.pixels().iter().enumerate().map(|(at, shade)| {
        let part = (at % luma.width()) as f32 / width;
        (f32::from(*shade) * (1.0 - part * (1.0 - share))) as u8
    });
    Luma::new(luma.width(), luma.height(), shades.collect()).expect("a picture")
}
