//! Tax: included in prices or added to them, several rates, a breakdown that sums exactly.
//!
//! A store rounds in one of two ways. Per total: tax is computed once for each rate on the sum of its lines and then
//! allocated to the lines. Per line: each line is rounded for itself and the rate is their sum. In both, lines that go
//! out and lines that come back are kept apart, so that a return of everything is the sale negated. A line that brings
//! shares stored by an earlier sale enters the sums with exactly those.
//!
//! Nothing is taxed in three ways that a breakdown keeps apart: a zero rate (taxed at 0 %), an exempt rate (outside
//! the tax), and an exempt sale (the buyer has a certificate, and the tax that the goods would carry is not owed).

use crate::money::Money;

/// Whether prices contain the tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaxMode {
    /// Prices contain it.
    Included,
    /// It is added to them.
    Added,
}

/// What is rounded to whole minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaxRounding {
    /// The tax of all lines of one rate; the lines get shares of it.
    PerTotal,
    /// The tax of each line; the rate is their sum.
    PerLine,
}

/// Where an exact half goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// Away from zero, as most tax offices ask.
    Up,
    /// To the even neighbour, so that halves cancel out in the long run.
    Even,
}

/// How a sale is taxed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaxRules {
    /// Whether prices contain the tax.
    pub mode: TaxMode,
    /// What is rounded.
    pub rounding: TaxRounding,
    /// Where halves go.
    pub half: Half,
    /// The buyer owes no tax on this sale and pays what the goods cost without it. Lines with stored shares keep them.
    pub exempt_sale: bool,
}

impl From<TaxMode> for TaxRules {
    /// Per total, halves away from zero, nobody exempt.
    fn from(mode: TaxMode) -> TaxRules {
        TaxRules { mode, rounding: TaxRounding::PerTotal, half: Half::Up, exempt_sale: false }
    }
}

/// A rate of tax.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TaxRate {
    /// Its id, e.g. `standard`.
    pub id: String,
    /// Basis points: 13 % is 1300.
    pub basis_points: u32,
    /// Outside the tax, which is not the same as taxed at nothing. Its basis points do not count.
    pub exempt: bool,
}

impl TaxRate {
    /// A rate that is taxed, if only at nothing.
    pub fn new(id: impl Into<String>, basis_points: u32) -> TaxRate {
        TaxRate { id: id.into(), basis_points, exempt: false }
    }

    /// A rate outside the tax.
    pub fn exempt(id: impl Into<String>) -> TaxRate {
        TaxRate { id: id.into(), basis_points: 0, exempt: true }
    }
}

/// What one rate comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxTotal {
    /// The rate. In an exempt sale the goods' own id, exempt.
    pub rate: TaxRate,
    /// Without tax.
    pub net: Money,
    /// Tax.
    pub tax: Money,
}

/// One line to be taxed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaxLine<'a> {
    /// At the shelf's price, after discounts; negative for goods that come back.
    pub amount: Money,
    /// Its rate.
    pub rate: &'a TaxRate,
    /// Shares stored by an earlier sale, negated: what the shopper gets for the line, and the tax in it. They are
    /// taken as they are and nothing is computed for this line.
    pub fixed: Option<TaxedLine>,
}

impl<'a> TaxLine<'a> {
    /// A line whose tax is to be computed.
    pub fn new(amount: Money, rate: &'a TaxRate) -> TaxLine<'a> {
        TaxLine { amount, rate, fixed: None }
    }

    /// A line that carries stored shares.
    pub fn stored(gross: Money, tax: Money, rate: &'a TaxRate) -> TaxLine<'a> {
        TaxLine { amount: gross, rate, fixed: Some(TaxedLine { gross, tax }) }
    }
}

/// What the shopper pays for one line, and the tax in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
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
}

impl TaxRules {
    /// Tax in, or on, an amount at the shelf's price, as if nobody were exempt.
    fn tax_of(&self, amount: Money, rate: &TaxRate) -> Money {
        let points = if rate.exempt { 0 } else { i64::from(rate.basis_points) };
        let denominator = match self.mode {
            TaxMode::Included => 10_000 + points,
            TaxMode::Added => 10_000,
        };
        match self.half {
            Half::Up => amount.scale(points, denominator),
            Half::Even => scale_half_even(amount, points, denominator),
        }
    }

    /// Shares of the tax of lines of one rate that all go the same way.
    fn shares(&self, amounts: &[Money], rate: &TaxRate) -> Vec<Money> {
        match self.rounding {
            TaxRounding::PerLine => amounts.iter().map(|amount| self.tax_of(*amount, rate)).collect(),
            TaxRounding::PerTotal => {
                let weights: Vec<i64> = amounts.iter().map(|amount| amount.abs().units()).collect();
                self.tax_of(amounts.iter().copied().sum(), rate).allocate(&weights)
            }
        }
    }

    /// What is paid for an amount whose tax, were it owed, would be `tax`.
    fn taxed(&self, amount: Money, tax: Money) -> TaxedLine {
        match (self.mode, self.exempt_sale) {
            (TaxMode::Included, false) => TaxedLine { gross: amount, tax },
            (TaxMode::Added, false) => TaxedLine { gross: amount + tax, tax },
            (TaxMode::Included, true) => TaxedLine { gross: amount - tax, tax: Money::ZERO },
            (TaxMode::Added, true) => TaxedLine { gross: amount, tax: Money::ZERO },
        }
    }

    /// The rate under which computed lines are shown.
    fn shown(&self, rate: &TaxRate) -> TaxRate {
        if self.exempt_sale { TaxRate::exempt(&rate.id) } else { rate.clone() }
    }
}

/// Tax of lines.
pub fn breakdown(rules: &TaxRules, lines: &[TaxLine<'_>]) -> Breakdown {
    let mut rates: Vec<&TaxRate> = lines.iter().map(|line| line.rate).collect();
    rates.sort();
    rates.dedup();
    let mut taxed: Vec<TaxedLine> = lines.iter().map(|line| line.fixed.unwrap_or_default()).collect();
    let mut totals: Vec<TaxTotal> = Vec::new();
    for rate in rates {
        for comes_back in [false, true] {
            let of_group = |at: &usize| {
                let line = &lines[*at];
                line.rate == rate && line.fixed.is_none() && (line.amount < Money::ZERO) == comes_back
            };
            let group: Vec<usize> = (0..lines.len()).filter(of_group).collect();
            let amounts: Vec<Money> = group.iter().map(|at| lines[*at].amount).collect();
            for (at, share) in group.iter().zip(rules.shares(&amounts, rate)) {
                taxed[*at] = rules.taxed(lines[*at].amount, share);
            }
        }
        for (line, taxed) in lines.iter().zip(&taxed).filter(|(line, _)| line.rate == rate) {
            let shown = if line.fixed.is_some() { rate.clone() } else { rules.shown(rate) };
            add(&mut totals, shown, taxed);
        }
    }
    let gross: Money = taxed.iter().map(|line| line.gross).sum();
    assert_eq!(gross, totals.iter().map(|total| total.net + total.tax).sum(), "the breakdown sums to the whole");
    Breakdown { lines: taxed, rates: totals }
}

/// Counts a line under its rate; totals stay in the order of their rates.
fn add(totals: &mut Vec<TaxTotal>, rate: TaxRate, line: &TaxedLine) {
    let at = totals.binary_search_by(|total| total.rate.cmp(&rate)).unwrap_or_else(|at| {
        totals.insert(at, TaxTotal { rate, net: Money::ZERO, tax: Money::ZERO });
        at
    });
    totals[at].net += line.gross - line.tax;
    totals[at].tax += line.tax;
}

/// `amount * numerator / denominator`, halves to the even neighbour. Neither factor is negative.
fn scale_half_even(amount: Money, numerator: i64, denominator: i64) -> Money {
    let (dividend, divisor) = (i128::from(amount.units()) * i128::from(numerator), i128::from(denominator));
    let (below, rest) = (dividend.div_euclid(divisor), dividend.rem_euclid(divisor));
    let up = match (rest * 2).cmp(&divisor) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => below % 2 != 0,
        std::cmp::Ordering::Greater => true,
    };
    Money::minor(i64::try_from(below + i128::from(up)).expect("an amount within i64"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn included_and_added_tax_differ_as_they_should() {
        let (high, low) = (TaxRate::new("high", 1300), TaxRate::new("low", 900));
        let lines = [
            TaxLine::new(Money::minor(1130), &high),
            TaxLine::new(Money::minor(109), &low),
            TaxLine::new(Money::minor(-109), &low),
        ];
        let included = breakdown(&TaxMode::Included.into(), &lines);
        assert_eq!(included.lines.iter().map(|line| line.tax.units()).collect::<Vec<_>>(), [130, 9, -9]);
        assert_eq!(included.rates[0].net, Money::minor(1000));
        assert_eq!(included.rates[1].tax, Money::ZERO);
        let added = breakdown(&TaxMode::Added.into(), &lines);
        assert_eq!(added.lines[0].gross, Money::minor(1277));
    }

    #[test]
    fn nothing_is_taxed_in_three_ways() {
        let (taxed, zero, books) = (TaxRate::new("a", 1300), TaxRate::new("b", 0), TaxRate::exempt("c"));
        let line = |rate| TaxLine::new(Money::minor(1130), rate);
        let lines =
            [line(&taxed), line(&zero), line(&books), TaxLine::stored(Money::minor(-113), Money::minor(-13), &taxed)];
        let shown = |rules: &TaxRules| {
            let of = |total: &TaxTotal| {
                let rate = &total.rate;
                (rate.id.clone(), rate.basis_points, rate.exempt, total.net.units(), total.tax.units())
            };
            breakdown(rules, &lines).rates.iter().map(of).collect::<Vec<_>>()
        };
        let owed = TaxRules::from(TaxMode::Included);
        let (a, b, c) = ("a".to_owned(), "b".to_owned(), "c".to_owned());
        assert_eq!(
            shown(&owed),
            [(a.clone(), 1300, false, 900, 117), (b.clone(), 0, false, 1130, 0), (c.clone(), 0, true, 1130, 0)]
        );
        let certified = TaxRules { exempt_sale: true, ..owed };
        assert_eq!(
            shown(&certified),
            [(a.clone(), 0, true, 1000, 0), (a, 1300, false, -100, -13), (b, 0, true, 1130, 0), (c, 0, true, 1130, 0)]
        );
        let certified = breakdown(&TaxRules { mode: TaxMode::Added, ..certified }, &lines[..1]);
        assert_eq!(certified.lines, [TaxedLine { gross: Money::minor(1130), tax: Money::ZERO }]);
    }

    #[test]
    fn per_line_and_per_total_round_where_they_say() {
        let rate = TaxRate::new("r", 1000);
        let lines: Vec<TaxLine> = (0..4).map(|_| TaxLine::new(Money::minor(5), &rate)).collect();
        let tax = |rounding, half| {
            let rules = TaxRules { rounding, half, ..TaxMode::Added.into() };
            breakdown(&rules, &lines).rates[0].tax.units()
        };
        assert_eq!(tax(TaxRounding::PerTotal, Half::Up), 2);
        assert_eq!(tax(TaxRounding::PerLine, Half::Up), 4);
        assert_eq!(tax(TaxRounding::PerLine, Half::Even), 0);
    }

    type Given = (i64, usize, Option<(i64, i64)>);

    fn rates() -> [TaxRate; 4] {
        [TaxRate::new("a", 0), TaxRate::new("b", 900), TaxRate::new("c", 1300), TaxRate::exempt("d")]
    }

    fn given() -> impl Strategy<Value = Vec<Given>> {
        let fixed = prop::option::weighted(0.2, (-9_000_i64..9_000, -900_i64..900));
        prop::collection::vec((-100_000_i64..100_000, 0_usize..4, fixed), 0..30)
    }

    fn rules() -> impl Strategy<Value = TaxRules> {
        (any::<[bool; 4]>()).prop_map(|[included, total, up, exempt_sale]| TaxRules {
            mode: if included { TaxMode::Included } else { TaxMode::Added },
            rounding: if total { TaxRounding::PerTotal } else { TaxRounding::PerLine },
            half: if up { Half::Up } else { Half::Even },
            exempt_sale,
        })
    }

    fn tax(rules: &TaxRules, given: &[Given], sign: i64) -> Breakdown {
        let rates = rates();
        let line = |(amount, rate, fixed): &Given| TaxLine {
            amount: Money::minor(sign * amount),
            rate: &rates[*rate],
            fixed: fixed
                .map(|(gross, tax)| TaxedLine { gross: Money::minor(sign * gross), tax: Money::minor(sign * tax) }),
        };
        breakdown(rules, &given.iter().map(line).collect::<Vec<_>>())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn returning_everything_is_the_sale_negated(given in given(), rules in rules()) {
            let (sale, back) = (tax(&rules, &given, 1), tax(&rules, &given, -1));
            for (there, back) in sale.lines.iter().zip(&back.lines) {
                prop_assert_eq!((there.gross, there.tax), (-back.gross, -back.tax));
            }
            for (there, back) in sale.rates.iter().zip(&back.rates) {
                prop_assert_eq!((&there.rate, there.net, there.tax), (&back.rate, -back.net, -back.tax));
            }
        }

        #[test]
        fn each_rate_is_the_sum_of_its_lines_and_stored_shares_stay(given in given(), rules in rules()) {
            let (rates, result) = (rates(), tax(&rules, &given, 1));
            let shown = |(_, rate, fixed): &Given| match (fixed, rules.exempt_sale) {
                (None, true) => TaxRate::exempt(&rates[*rate].id),
                _ => rates[*rate].clone(),
            };
            for total in &result.rates {
                let of_rate = || given.iter().zip(&result.lines).filter(|(given, _)| shown(given) == total.rate);
                prop_assert_eq!(of_rate().map(|(_, line)| line.tax).sum::<Money>(), total.tax);
                prop_assert_eq!(of_rate().map(|(_, line)| line.gross).sum::<Money>(), total.net + total.tax);
                prop_assert!(!total.rate.exempt || of_rate().all(|(given, line)| given.2.is_some() || line.tax.is_zero()));
            }
            prop_assert!(result.rates.is_sorted_by(|one, next| one.rate < next.rate));
            for ((_, _, fixed), line) in given.iter().zip(&result.lines) {
                if let Some((gross, tax)) = fixed {
                    prop_assert_eq!((line.gross.units(), line.tax.units()), (*gross, *tax));
                }
            }
        }

        #[test]
        fn a_line_alone_is_taxed_the_same_per_line_as_in_company(given in given(), rules in rules()) {
            let rules = TaxRules { rounding: TaxRounding::PerLine, ..rules };
            let together = tax(&rules, &given, 1);
            for (given, line) in given.iter().zip(&together.lines) {
                prop_assert_eq!(tax(&rules, std::slice::from_ref(given), 1).lines[0], *line);
            }
        }

        #[test]
        fn tax_added_is_found_again_in_the_price_to_a_unit(
            amounts in prop::collection::vec(0_i64..1_000_000, 1..20), points in 0_u32..=10_000, rules in rules(),
        ) {
            let rate = TaxRate::new("r", points);
            let rules = |mode| TaxRules { mode, exempt_sale: false, ..rules };
            let lines: Vec<TaxLine> = amounts.iter().map(|units| TaxLine::new(Money::minor(*units), &rate)).collect();
            let added = breakdown(&rules(TaxMode::Added), &lines);
            let priced: Vec<TaxLine> = added.lines.iter().map(|line| TaxLine::new(line.gross, &rate)).collect();
            let included = breakdown(&rules(TaxMode::Included), &priced);
            let apart = (added.rates[0].tax - included.rates[0].tax).abs().units();
            let rounded = match rules(TaxMode::Added).rounding {
                TaxRounding::PerTotal => 1,
                TaxRounding::PerLine => lines.len() as i64,
            };
            prop_assert!(apart <= rounded, "{apart} apart");
        }

        #[test]
        fn half_even_is_the_nearest_and_halves_go_to_the_even_one(
            units in -1_000_000_000_i64..1_000_000_000, points in 0_i64..=10_000, denominator in 1_i64..=20_000,
        ) {
            let rounded = scale_half_even(Money::minor(units), points, denominator).units();
            let twice_off = 2 * (rounded * denominator - units * points);
            prop_assert!(twice_off.abs() <= denominator);
            prop_assert!(twice_off.abs() < denominator || rounded % 2 == 0);
            // Over a whole period of halves the errors of the even rule cancel out, whatever the start.
            let off = |at: i64| 2 * scale_half_even(Money::minor(2 * (units + at) + 1), 1, 2).units() - (2 * (units + at) + 1);
            prop_assert_eq!(off(0) + off(1), 0);
        }
    }
}
