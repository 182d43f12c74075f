//! EAN-13 and EAN-8 (ISO/IEC 15420): the bars of goods.

/// Modules of the digits 0..=9 in number set A, seven bits each, a set bit for a bar; the standard's table 1. Set C is
/// their complement, set B is set C from right to left.
const SET_A: [u8; 10] = [0x0d, 0x19, 0x13, 0x3d, 0x23, 0x31, 0x2f, 0x3b, 0x37, 0x0b];
/// Which digits of the left half are of set B, by the first digit of an EAN-13, a bit each from the left; table 3.
const SET_B_BY_FIRST: [u8; 10] = [0x00, 0x0b, 0x0d, 0x0e, 0x13, 0x19, 0x1c, 0x15, 0x16, 0x1a];

/// The digits whose bars a code of goods has: 8, or 13 with the zero in front of a code of 12. `None` for anything else,
/// and where the last digit is not the check digit of the others.
pub fn ean_digits(code: &str) -> Option<String> {
    let code = match code.len() {
        8 | 13 => code.to_owned(),
        12 => format!("0{code}"),
        // The longest form of a code that fits one of the others.
        14 if code.starts_with("000000") => code[6..].to_owned(),
        14 if code.starts_with('0') => code[1..].to_owned(),
        _ => return None,
    };
    let digits: Vec<u32> = code.chars().map(|c| c.to_digit(10)).collect::<Option<_>>()?;
    // From the right, the check digit first: its weight is one, then three and one in turn.
    let sum: u32 = digits.iter().rev().enumerate().map(|(at, digit)| digit * if at % 2 == 0 { 1 } else { 3 }).sum();
    sum.is_multiple_of(10).then_some(code)
}

/// The modules of a code from left to right, true for a bar, without quiet zones; `None` as [`ean_digits`].
pub fn ean(code: &str) -> Option<Vec<bool>> {
    let digits: Vec<u8> = ean_digits(code)?.bytes().map(|digit| digit - b'0').collect();
    let (sets, body) = match digits.len() {
        13 => (SET_B_BY_FIRST[usize::from(digits[0])], &digits[1..]),
        _ => (0, &digits[..]),
    };
    let half = body.len() / 2;
    let mut modules = vec![true, false, true];
    for (at, digit) in body.iter().enumerate() {
        if at == half {
            modules.extend([false, true, false, true, false]);
        }
        let set_a = SET_A[usize::from(*digit)];
        let of_b = at < half && sets >> (half - 1 - at) & 1 == 1;
        modules.extend((0..7).map(|bit| match (at < half, of_b) {
            (true, false) => set_a >> (6 - bit) & 1 == 1,
            (true, true) => set_a >> bit & 1 == 0,
            (false, _) => set_a >> (6 - bit) & 1 == 0,
        }));
    }
    modules.extend([true, false, true]);
    Some(modules)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(code: &str) -> String {
        ean(code).expect("a code").into_iter().map(|bar| if bar { '1' } else { '0' }).collect()
    }

    #[test]
    fn bars_are_those_of_the_standard() {
        // The literature's examples.
        let left = "10100010110100111011001100100110111101001110101010";
        let right = "110011011011001000010101110010011101000100101";
        assert_eq!(drawn("5901234123457"), [left, right].concat());
        assert_eq!(drawn("96385074"), "1010001011010111101111010110111010101001110111001010001001011100101");
        assert_eq!(drawn("012345678905"), drawn("0012345678905"));
        assert_eq!((drawn("06901234567892"), drawn("00000096385074")), (drawn("6901234567892"), drawn("96385074")));
    }

    #[test]
    fn what_is_no_code_of_goods_has_no_bars() {
        for code in ["", "5901234123458", "T1", "590123412345", "水水水水水水水水", "16901234567892", "1001"] {
            assert_eq!(ean(code), None, "{code}");
        }
    }
}
