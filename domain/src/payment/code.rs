//! Payment codes (付款码): whose they are, by prefix and length, and how much of them may be shown.
//!
//! A code is a credential. It goes from the scanner to the provider and nowhere else: what is stored, shown or logged
//! is its mask.

use super::Family;

/// Codes of one provider family: any of the prefixes, a length, and what the rest is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodePattern {
    /// Whose.
    pub family: Family,
    /// How they begin.
    pub prefixes: Vec<String>,
    /// Fewest characters in all.
    pub length_min: usize,
    /// Most characters in all.
    pub length_max: usize,
    /// Digits alone; letters and digits otherwise. The prefix is checked as it is.
    pub digits_only: bool,
}

/// Patterns in the order in which they are tried: configuration, since providers open new ranges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeTable(pub Vec<CodePattern>);

impl Default for CodeTable {
    /// The ranges that the providers publish: WeChat 10-15 with 18 digits, Alipay 25-30 with 16 to 24 digits and its
    /// face codes, UnionPay 62 with 19 digits.
    fn default() -> CodeTable {
        let of = |family, prefixes: &[&str], (length_min, length_max), digits_only| CodePattern {
            family,
            prefixes: prefixes.iter().map(|prefix| (*prefix).to_owned()).collect(),
            length_min,
            length_max,
            digits_only,
        };
        CodeTable(vec![
            of(Family::WeChat, &["10", "11", "12", "13", "14", "15"], (18, 18), true),
            of(Family::Alipay, &["25", "26", "27", "28", "29", "30"], (16, 24), true),
            of(Family::Alipay, &["fp"], (18, 64), false),
            of(Family::UnionPay, &["62"], (19, 19), true),
        ])
    }
}

impl CodePattern {
    fn fits(&self, code: &str) -> bool {
        let prefix = self.prefixes.iter().find(|prefix| code.starts_with(prefix.as_str()));
        let part = |byte: u8| if self.digits_only { byte.is_ascii_digit() } else { byte.is_ascii_alphanumeric() };
        let in_length = (self.length_min..=self.length_max).contains(&code.len());
        in_length && prefix.is_some_and(|prefix| code.bytes().skip(prefix.len()).all(part))
    }
}

impl CodeTable {
    /// Whose code it is, or `None` when it is no payment code.
    pub fn classify(&self, text: &str) -> Option<Family> {
        let text = text.trim();
        self.0.iter().find(|pattern| pattern.fits(text)).map(|pattern| pattern.family)
    }
}

/// Whose code it is by the ranges that the providers publish.
pub fn classify_code(text: &str) -> Option<Family> {
    CodeTable::default().classify(text)
}

/// The first and the last four characters; of a short text only the last four, of a very short one nothing. The mask
/// does not tell the length.
pub fn mask(text: &str) -> String {
    let characters: Vec<char> = text.trim().chars().collect();
    let of = |part: &[char]| part.iter().collect::<String>();
    match characters.len() {
        0..8 => "****".to_owned(),
        8..16 => format!("****{}", of(&characters[characters.len() - 4..])),
        _ => format!("{}****{}", of(&characters[..4]), of(&characters[characters.len() - 4..])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codes_are_told_by_prefix_and_length() {
        let cases = [
            ("134567890123456789", Some(Family::WeChat)),
            ("164567890123456789", None),
            ("13456789012345678", None),
            ("2812345678901234", Some(Family::Alipay)),
            ("301234567890123456789012", Some(Family::Alipay)),
            ("3012345678901234567890123", None),
            ("311234567890123456", None),
            ("fp0123456789abcdef0123", Some(Family::Alipay)),
            ("6212345678901234567", Some(Family::UnionPay)),
            ("62123456789012345678", None),
            ("6901234567892", None),
            ("13456789012345678x", None),
            (" 134567890123456789\r\n", Some(Family::WeChat)),
            ("", None),
        ];
        for (code, family) in cases {
            assert_eq!(classify_code(code), family, "{code}");
        }
    }

    #[test]
    fn a_store_may_name_a_range_of_its_own() {
        let mut table = CodeTable::default();
        table.0[0].prefixes.push("16".into());
        assert_eq!(table.classify("164567890123456789"), Some(Family::WeChat));
    }

    #[test]
    fn a_mask_shows_no_more_than_four_and_four() {
        assert_eq!(mask("134567890123456789"), "1345****6789");
        assert_eq!(
            (mask("123456789012"), mask("1234567"), mask("")),
            ("****9012".into(), "****".into(), "****".into())
        );
        assert_eq!(mask("收银员收银员收银员收银员"), "****员收银员");
    }

    proptest! {
        #[test]
        fn a_mask_is_no_payment_code_and_no_text_makes_it_panic(code in "\\PC{0,40}") {
            let _ = classify_code(&code);
            prop_assert_eq!(classify_code(&mask(&code)), None);
            prop_assert!(mask(&code).chars().count() <= 12);
        }
    }
}
