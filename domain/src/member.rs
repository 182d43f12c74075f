//! Members and the points they earn.

use crate::money::Money;

/// A member as a basket knows her. Names and numbers are masked before they come here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Her id.
    pub id: String,
    /// As shown, masked.
    pub name: String,
    /// Points when the replica was made.
    pub points_known: i64,
    /// Her level, as rules name it; empty for none.
    pub level: String,
    /// What colleagues should know, e.g. an allergy.
    pub note: String,
}

/// Someone who became a member at the till. Her full number goes to head office alone and is masked everywhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// Her id, given by the till.
    pub id: String,
    /// Name as told; may be empty.
    pub name: String,
    /// Telephone number, digits.
    pub phone: String,
    /// Number of the card she was given, if any.
    pub card: Option<String>,
}

/// A telephone number as screens and paper show it: the first three and the last four digits.
pub fn masked_phone(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().collect();
    match digits.len() {
        0..=4 => "*".repeat(digits.len()),
        len => {
            let head = if len >= 9 { 3 } else { 0 };
            let hidden = len - head - 4;
            let shown = |from: usize, to: usize| digits[from..to].iter().collect::<String>();
            format!("{}{}{}", shown(0, head), "*".repeat(hidden), shown(len - 4, len))
        }
    }
}

/// A name as screens and paper show it: its first character.
pub fn masked_name(name: &str) -> String {
    name.trim().chars().next().map(|first| format!("{first}*")).unwrap_or_default()
}

/// Points for an amount: one for each full `per` minor units, towards zero, so that a return takes back what the
/// same goods gave. A `per` of zero gives none.
pub fn points_earned(total: Money, per: Money) -> i64 {
    if per.units() <= 0 { 0 } else { total.units() / per.units() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_masked() {
        assert_eq!(masked_phone("13800006621"), "138****6621");
        assert_eq!((masked_phone("66216621"), masked_phone("1234")), ("****6621".into(), "****".into()));
        assert_eq!((masked_name("王小明"), masked_name("")), ("王*".into(), String::new()));
    }

    #[test]
    fn a_return_takes_back_what_the_sale_gave() {
        let points = |units| points_earned(Money::minor(units), Money::minor(100));
        assert_eq!((points(199), points(-199), points(99)), (1, -1, 0));
        assert_eq!(points_earned(Money::minor(199), Money::ZERO), 0);
    }
}
