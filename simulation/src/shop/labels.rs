//! Codes and labels of goods, made without the product's own code reader, so that each checks the other.

/// Thirteen digits: twelve given ones and their check digit (GS1 General Specifications, section 7.9.1).
pub fn ean13(body: u64) -> String {
    assert!(body < 1_000_000_000_000, "twelve digits before the check digit");
    let digits = format!("{body:012}");
    let sum: u32 = digits.bytes().enumerate().map(|(at, digit)| u32::from(digit - b'0') * [1, 3][at % 2]).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// A label of the layout `22IIIIIVVVVVC`: five digits of item, five of grams.
pub fn weight_label(item: u32, grams: i64) -> String {
    label(22, item, grams)
}

/// A label of the layout `21IIIIIVVVVVC`: five digits of item, five of minor units.
pub fn price_label(item: u32, minor: i64) -> String {
    label(21, item, minor)
}

fn label(prefix: u64, item: u32, value: i64) -> String {
    assert!(item < 100_000 && (0..100_000).contains(&value), "item {item} and value {value} have five digits");
    ean13((prefix * 100_000 + u64::from(item)) * 100_000 + value as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_codes() {
        assert_eq!(ean13(400_638_133_393), "4006381333931");
        assert_eq!(ean13(221_234_500_000), "2212345000005");
        assert_eq!(weight_label(12_345, 456), "2212345004560");
        assert_eq!(price_label(12_345, 0), ean13(211_234_500_000));
    }
}
