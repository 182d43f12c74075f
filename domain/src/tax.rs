//! Tax: included in prices or added to them, several rates, a breakdown that sums exactly.
//!
//! Tax is computed once for each rate on the sum of its lines, half away from zero, and then allocated to the lines.
//! Lines that go out and lines that come back are summed apart, so that a return of everything is the sale negated.

use crate::money::Money;

/// Whether prices contain the tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaxMode {
    /// Prices contain it.
    Included,
    /// It is added to them.
    Added,
}

/// A rate of tax.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TaxRate {
    /// Its id, e.g. `standard`.
    pub id: String,
    /// Basis points: 13 % is 1300.
    pub basis_points: u32,
}

/// What one rate comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxTotal {
    /// The rate.
    pub rate: TaxRate,
    /// Without tax.
    pub net: Money,
    /// Tax.
    pub tax: Money,
}

/// What the shopper pays for one line, and the tax in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaxedLine {
    /// Tax included.
    pub gross: Money,
    /// Tax alone.
    pub tax: Money,
}

/// Tax of a basket.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Breakdown {
    /// For each line, in the order given.
    pub lines: Vec<TaxedLine>,
    /// For each rate that occurs, by id.
    pub rates: Vec<TaxTotal>,
}

impl TaxMode {
    /// A line's amount at the shelf's price, as screens and receipts show it beside that price.
    pub fn shelf_amount(self, gross: Money, tax: Money) -> Money {
        match self {
            TaxMode::Included => gross,
            TaxMode::Added => gross - tax,
        }
    }

    fn tax_of(self, amount: Money, rate: &TaxRate) -> Money {
        let points = i64::from(rate.basis_points);
        match self {
            TaxMode::Included => amount.scale(points, 10_000 + points),
            TaxMode::Added => amount.scale(points, 10_000),
        }
    }
}

/// Tax of lines, each an amount at the shelf's price and its rate.
pub fn breakdown(mode: TaxMode, lines: &[(Money, &TaxRate)]) -> Breakdown {
    let mut rates: Vec<&TaxRate> = lines.iter().map(|(_, rate)| *rate).collect();
    rates.sort();
    rates.dedup();
    let mut result =
        Breakdown { lines: vec![TaxedLine { gross: Money::ZERO, tax: Money::ZERO }; lines.len()], rates: Vec::new() };
    for rate in rates {
        let mut total = TaxTotal { rate: rate.clone(), net: Money::ZERO, tax: Money::ZERO };
        for comes_back in [false, true] {
            let of_group = |at: &usize| lines[*at].1 == rate && (lines[*at].0 < Money::ZERO) == comes_back;
            let group: Vec<usize> = (0..lines.len()).filter(of_group).collect();
            let amount: Money = group.iter().map(|at| lines[*at].0).sum();
            let tax = mode.tax_of(amount, rate);
            let weights: Vec<i64> = group.iter().map(|at| lines[*at].0.abs().units()).collect();
            for (at, share) in group.iter().zip(tax.allocate(&weights)) {
                let gross = match mode {
                    TaxMode::Included => lines[*at].0,
                    TaxMode::Added => lines[*at].0 + share,
                };
                result.lines[*at] = TaxedLine { gross, tax: share };
            }
            total.tax += tax;
            total.net += match mode {
                TaxMode::Included => amount - tax,
                TaxMode::Added => amount,
            };
        }
        result.rates.push(total);
    }
    let gross: Money = result.lines.iter().map(|line| line.gross).sum();
    assert_eq!(gross, result.rates.iter().map(|rate| rate.net + rate.tax).sum(), "the breakdown sums to the whole");
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rate(basis_points: u32) -> TaxRate {
        TaxRate { id: format!("r{basis_points}"), basis_points }
    }

    #[test]
    fn included_and_added_tax_differ_as_they_should() {
        let (high, low) = (rate(1300), rate(900));
        let lines = [(Money::minor(1130), &high), (Money::minor(109), &low), (Money::minor(-109), &low)];
        let included = breakdown(TaxMode::Included, &lines);
        assert_eq!(included.lines.iter().map(|line| line.tax.units()).collect::<Vec<_>>(), [130, 9, -9]);
        assert_eq!(included.rates[0].net, Money::minor(1000));
        assert_eq!(included.rates[1].tax, Money::ZERO);
        let added = breakdown(TaxMode::Added, &lines);
        assert_eq!(added.lines[0].gross, Money::minor(1277));
    }

    proptest! {
        #[test]
        fn returning_everything_is_the_sale_negated(
            amounts in prop::collection::vec((-100_000_i64..100_000, 0_u32..3), 0..30),
            included in any::<bool>(),
        ) {
            let mode = if included { TaxMode::Included } else { TaxMode::Added };
            let rates = [rate(0), rate(900), rate(1300)];
            let with_sign = |sign: i64| {
                let line = |(amount, at): &(i64, u32)| (Money::minor(sign * amount), &rates[*at as usize]);
                breakdown(mode, &amounts.iter().map(line).collect::<Vec<_>>())
            };
            let (sale, back) = (with_sign(1), with_sign(-1));
            for (there, back) in sale.lines.iter().zip(&back.lines) {
                prop_assert_eq!(there.gross, -back.gross);
                prop_assert_eq!(there.tax, -back.tax);
            }
            for total in &sale.rates {
                let of_lines: Money = sale.lines.iter().zip(&amounts)
                    .filter(|(_, (_, at))| rates[*at as usize] == total.rate)
                    .map(|(line, _)| line.tax).sum();
                prop_assert_eq!(of_lines, total.tax);
            }
        }
    }
}
