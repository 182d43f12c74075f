//! Code 128 (ISO/IEC 15417): values, check character, bars.

/// Widths of bar, space, bar, .. of the values 0..=105 and of the stop, a digit each, as the standard's table 1 has them.
const WIDTHS: [u32; 107] = [
    212222, 222122, 222221, 121223, 121322, 131222, 122213, 122312, 132212, 221213, 221312, 231212, 112232, 122132,
    122231, 113222, 123122, 123221, 223211, 221132, 221231, 213212, 223112, 312131, 311222, 321122, 321221, 312212,
    322112, 322211, 212123, 212321, 232121, 111323, 131123, 131321, 112313, 132113, 132311, 211313, 231113, 231311,
    112133, 112331, 132131, 113123, 113321, 133121, 313121, 211331, 231131, 213113, 213311, 213131, 311123, 311321,
    331121, 312113, 312311, 332111, 314111, 221411, 431111, 111224, 111422, 121124, 121421, 141122, 141221, 112214,
    112412, 122114, 122411, 142112, 142211, 241211, 221114, 413111, 241112, 134111, 111242, 121142, 121241, 114212,
    124112, 124211, 411212, 421112, 421211, 212141, 214121, 412121, 111143, 111341, 131141, 114113, 114311, 411113,
    411311, 113141, 114131, 311141, 411131, 211412, 211214, 211232, 2331112,
];
const START_B: u8 = 104;
const START_C: u8 = 105;
const STOP: u8 = 106;

/// The values of a text with its start, without check and stop: code set C for an even number of digits, four at least,
/// else code set B. `None` for what Code 128 does not have, and for nothing.
pub fn code128_values(text: &str) -> Option<Vec<u8>> {
    let digits = text.len() >= 4 && text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits {
        let pairs = text.as_bytes().chunks(2).map(|pair| (pair[0] - b'0') * 10 + pair[1] - b'0');
        Some([START_C].into_iter().chain(pairs).collect())
    } else if !text.is_empty() && text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        Some([START_B].into_iter().chain(text.bytes().map(|byte| byte - 0x20)).collect())
    } else {
        None
    }
}

/// The modules of a text from left to right, true for a bar, without quiet zones; `None` as [`code128_values`].
pub fn code128(text: &str) -> Option<Vec<bool>> {
    let mut values = code128_values(text)?;
    let sum: usize = values.iter().enumerate().map(|(at, value)| at.max(1) * usize::from(*value)).sum();
    values.extend([(sum % 103) as u8, STOP]);
    Some(values.into_iter().flat_map(modules).collect())
}

fn modules(value: u8) -> Vec<bool> {
    let widths = WIDTHS[usize::from(value)].to_string();
    let of = |(at, width): (usize, char)| std::iter::repeat_n(at % 2 == 0, width.to_digit(10).unwrap_or(0) as usize);
    widths.chars().enumerate().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_those_of_the_standard() {
        let mut seen = std::collections::HashSet::new();
        for value in 0..=105 {
            let modules = modules(value);
            let bars = modules.iter().filter(|bar| **bar).count();
            // Eleven modules, bars of an even sum, no two alike: a wrong digit in the table breaks one of these.
            assert_eq!((modules.len(), bars % 2), (11, 0), "value {value}");
            assert!(seen.insert(modules), "value {value}");
        }
        assert_eq!(code128_values("T1-{7"), Some(vec![104, 52, 17, 13, 91, 23]));
        assert_eq!(code128_values("1299"), Some(vec![105, 12, 99]));
        assert_eq!(
            (code128_values("129"), code128_values("水"), code128_values("")),
            (Some(vec![104, 17, 18, 25]), None, None)
        );
        // PJJ123C, the literature's example, has the check character 54 in code set A; set B starts one higher.
        let code = code128("PJJ123C").expect("a code");
        assert_eq!(code.len(), 11 * 9 + 13);
        assert_eq!(code[11 * 8..11 * 9], modules(55));
    }
}
