//! Code 128 (ISO/IEC 15417) and EAN (ISO/IEC 15420) as bars, from the data that `GS k` bears.

/// Widths of bar, space, bar, .. for the values 0..=105, then the stop.
const PATTERNS: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", "221312",
    "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132", "221231", "213212",
    "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121",
    "111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331",
    "132131", "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131", "311123",
    "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111", "111224", "111422", "121124",
    "121421", "141122", "141221", "112214", "112412", "122114", "122411", "142112", "142211", "241211", "221114",
    "413111", "241112", "134111", "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112",
    "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
];

/// A code to draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Code128 {
    /// Modules from left to right, true for a bar.
    pub modules: Vec<bool>,
    /// What stands below the bars.
    pub text: String,
}

/// Reads `{A`, `{B` or `{C` and what follows; `None` where a printer would refuse.
pub(super) fn code128(data: &[u8]) -> Option<Code128> {
    let (mut set, mut rest) = match data {
        [b'{', set @ b'A'..=b'C', rest @ ..] => (*set, rest),
        _ => return None,
    };
    let mut values = vec![103 + u32::from(set - b'A')];
    let mut text = String::new();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (set, byte) {
            (_, b'{') => {
                let (&code, after) = rest.split_first()?;
                rest = after;
                match code {
                    b'{' if set != b'C' => {
                        values.push(value(set, b'{')?);
                        text.push('{');
                    }
                    b'A'..=b'C' if code != set => {
                        values.push([101, 100, 99][usize::from(code - b'A')]);
                        set = code;
                    }
                    b'1' => values.push(102),
                    _ => return None,
                }
            }
            (b'C', pair) => {
                values.push(u32::from(pair));
                text += &format!("{pair:02}");
            }
            (_, byte) => {
                values.push(value(set, byte)?);
                text.push(if byte < 0x20 { ' ' } else { byte as char });
            }
        }
        if values.last().is_some_and(|value| *value > 106) {
            return None;
        }
    }
    let sum: u32 = values.iter().enumerate().map(|(at, value)| value * at.max(1) as u32).sum();
    values.extend([sum % 103, 106]);
    Some(Code128 { modules: values.iter().flat_map(|value| modules(*value)).collect(), text })
}

/// Widths of space, bar, space, bar of the digits in number set A of EAN; set B is the same backwards.
const EAN_DIGITS: [&str; 10] = ["3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112"];
/// Sets of the left digits, by the first digit of EAN-13.
const EAN_SETS: [&str; 10] =
    ["AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB", "ABBAAB", "ABBBAA", "ABABAB", "ABABBA", "ABBABA"];

/// The modules of an EAN: `GS k 67` bears 12 or 13 digits, `GS k 68` 7 or 8; a check digit that is missing is added.
/// `None` where a printer would refuse.
pub(super) fn ean(system: u8, data: &[u8]) -> Option<(Vec<bool>, String)> {
    let length = match system {
        67 => 13,
        68 => 8,
        _ => return None,
    };
    let mut digits: Vec<usize> = data
        .iter()
        .map(|byte| byte.checked_sub(b'0').filter(|digit| *digit < 10).map(usize::from))
        .collect::<Option<_>>()?;
    if digits.len() == length - 1 {
        let sum: usize =
            digits.iter().rev().zip([3, 1].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
        digits.push((10 - sum % 10) % 10);
    }
    if digits.len() != length {
        return None;
    }
    let text = digits.iter().map(usize::to_string).collect();
    let (sets, body) = if length == 13 { (EAN_SETS[digits[0]], &digits[1..]) } else { ("AAAA", &digits[..]) };
    let (left, right) = body.split_at(body.len() / 2);
    let mut widths = "111".to_owned();
    for (digit, set) in left.iter().zip(sets.chars()) {
        let of_a = EAN_DIGITS[*digit];
        widths += &if set == 'A' { of_a.to_owned() } else { of_a.chars().rev().collect::<String>() };
    }
    widths += "11111";
    right.iter().for_each(|digit| widths += EAN_DIGITS[*digit]);
    widths += "111";
    let of = |(at, width): (usize, u8)| std::iter::repeat_n(at % 2 == 0, usize::from(width - b'0'));
    Some((widths.bytes().enumerate().flat_map(of).collect(), text))
}

fn value(set: u8, byte: u8) -> Option<u32> {
    match (set, byte) {
        (b'A', 0..0x20) => Some(u32::from(byte) + 64),
        (b'A', 0x20..0x60) | (b'B', 0x20..0x80) => Some(u32::from(byte) - 32),
        _ => None,
    }
}

fn modules(value: u32) -> impl Iterator<Item = bool> {
    let widths = PATTERNS[value as usize].bytes().enumerate();
    widths.flat_map(|(at, width)| std::iter::repeat_n(at % 2 == 0, usize::from(width - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goods_bear_the_bars_of_the_standard() {
        let drawn = |system, data: &[u8]| {
            let (modules, text) = ean(system, data)?;
            Some((modules.into_iter().map(|bar| if bar { '1' } else { '0' }).collect::<String>(), text))
        };
        // The literature's examples; a printer adds the check digit itself.
        let long = "10100010110100111011001100100110111101001110101010110011011011001000010101110010011101000100101";
        let short = "1010001011010111101111010110111010101001110111001010001001011100101";
        assert_eq!(drawn(67, b"5901234123457"), Some((long.into(), "5901234123457".into())));
        assert_eq!(drawn(67, b"590123412345"), Some((long.into(), "5901234123457".into())));
        assert_eq!(drawn(68, b"9638507"), Some((short.into(), "96385074".into())));
        assert_eq!((ean(67, b"12"), ean(67, b"59012341234x7"), ean(73, b"96385074")), (None, None, None));
    }

    #[test]
    fn patterns_are_those_of_the_standard() {
        // Eleven modules, bars of an even sum, no two alike: a wrong digit in the table breaks one of these.
        let mut seen = std::collections::HashSet::new();
        for pattern in &PATTERNS[..106] {
            let widths: Vec<u32> = pattern.bytes().map(|byte| u32::from(byte - b'0')).collect();
            assert_eq!((widths.len(), widths.iter().sum::<u32>()), (6, 11), "{pattern}");
            assert_eq!(widths.iter().step_by(2).sum::<u32>() % 2, 0, "{pattern}");
            assert!(seen.insert(pattern), "{pattern}");
        }
        let code = code128(b"{BPJJ123C").expect("a code");
        // The check character of the example in the standard's literature, PJJ123C in set A, is 54; set B starts one higher.
        assert_eq!(code.modules.len(), 11 * 9 + 13);
        let check: Vec<bool> = modules(55).collect();
        assert_eq!(code.modules[11 * 8..11 * 9], check[..]);
        assert_eq!(code128(b"{C\x0c\x63").expect("a code").text, "1299");
        assert_eq!(code128(b"T1"), None);
    }
}
