//! Code 128 as bars (ISO/IEC 15417), from the data that `GS k` bears.

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
