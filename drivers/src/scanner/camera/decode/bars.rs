//! What codes of bars carry: check digits, and element strings.

/// Whether the last digit is the check digit of the others (GS1 General Specifications, clause 7.9).
pub(crate) fn checks(digits: &str) -> bool {
    let mut sum = 0_u32;
    for (place, byte) in digits.bytes().rev().enumerate() {
        if !byte.is_ascii_digit() {
            return false;
        }
        sum += u32::from(byte - b'0') * if place % 2 == 1 { 3 } else { 1 };
    }
    !digits.is_empty() && sum.is_multiple_of(10)
}

/// The 13 digits of a UPC-E of 8 (ISO/IEC 15420, clause 4.3.3): the zeros that it leaves out come back. `None` when it is none.
pub fn expanded(upc_e: &str) -> Option<String> {
    if upc_e.len() != 8 || !upc_e.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (system, six, check) = (&upc_e[..1], &upc_e[1..7], &upc_e[7..]);
    let (five, last) = six.split_at(5);
    let middle = match last {
        "0" | "1" | "2" => format!("{}{last}0000{}", &five[..2], &five[2..]),
        "3" => format!("{}00000{}", &five[..3], &five[3..]),
        "4" => format!("{}00000{}", &five[..4], &five[4..]),
        _ => format!("{five}0000{last}"),
    };
    Some(format!("0{system}{middle}{check}"))
}

/// An element string from its readable form, `(01)04012345678901(10)A`: FNC1 (1D) follows each element whose length is not
/// told by its first two digits, but for the last. `None` for text that is no such form.
pub(crate) fn element_string(readable: &str) -> Option<String> {
    let mut elements = Vec::new();
    let mut rest = readable.strip_prefix('(')?;
    loop {
        let (identifier, after) = rest.split_once(')')?;
        if !(2..=4).contains(&identifier.len()) || !identifier.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        // A parenthesis within the data is one that no identifier follows.
        let end = after.match_indices('(').map(|(at, _)| at).find(|&at| {
            after[at + 1..].split_once(')').is_some_and(|(next, _)| {
                (2..=4).contains(&next.len()) && next.bytes().all(|byte| byte.is_ascii_digit())
            })
        });
        let data = &after[..end.unwrap_or(after.len())];
        elements.push((identifier, data));
        match end {
            Some(at) => rest = &after[at + 1..],
            None => break,
        }
    }
    let mut text = String::new();
    for (number, (identifier, data)) in elements.iter().enumerate() {
        text.push_str(identifier);
        text.push_str(data);
        if number + 1 < elements.len() && !has_set_length(identifier) {
            text.push('\u{1d}');
        }
    }
    Some(text)
}

/// Identifiers whose elements have a length of their own (GS1 General Specifications, figure 7.8.5-2).
fn has_set_length(identifier: &str) -> bool {
    matches!(
        identifier.get(..2),
        Some("00" | "01" | "02" | "03" | "04" | "11" | "12" | "13" | "14" | "15" | "16" | "17" | "18" | "19" | "20")
            | Some("31" | "32" | "33" | "34" | "35" | "36" | "41")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readable_elements_become_an_element_string() {
        let check = |readable: &str, expect: Option<&str>| assert_eq!(element_string(readable).as_deref(), expect);
        check("(01)90012345678908(3103)001750", Some("01900123456789083103001750"));
        check("(10)A(1)B(21)7", Some("10A(1)B\u{1d}217"));
        check("(10)A", Some("10A"));
        check("10A", None);
        check("(1)A", None);
    }

    #[test]
    fn a_short_code_gets_its_zeros_back() {
        let check = |short: &str, long: &str| {
            assert_eq!(expanded(short).as_deref(), Some(long));
            assert!(checks(long), "{long}");
        };
        check("01234565", "0012345000065");
        check("04252614", "0042100005264");
        check("01234531", "0012300000451");
        check("01234543", "0012340000053");
        assert_eq!(expanded("1234565"), None);
    }

    #[test]
    fn a_check_digit_is_checked() {
        assert!(checks("6901234567892") && checks("96385074") && checks("012345678905"));
        assert!(!checks("6901234567893") && !checks("") && !checks("69012345678 2"));
    }
}
