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
    fn a_return_takes_back_what_the_sale_gave() {
        let points = |units| points_earned(Money::minor(units), Money::minor(100));
        assert_eq!((points(199), points(-199), points(99)), (1, -1, 0));
        assert_eq!(points_earned(Money::minor(199), Money::ZERO), 0);
    }
}
