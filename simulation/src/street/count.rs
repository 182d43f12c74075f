//! What the street counts by itself.

use std::collections::BTreeMap;

use super::{Step, Visit};

/// A basket as the street sees it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Model {
    /// Lines that count: thousandths of the unit and amount.
    pub lines: Vec<(i64, i64)>,
    /// Lines that were voided.
    pub voided: usize,
    /// Whether a member was named.
    pub member: bool,
}

impl Model {
    /// A visit's basket just before payment.
    pub fn of(visit: &Visit) -> Model {
        Model::of_steps(&visit.steps)
    }

    /// The basket after some steps.
    pub fn of_steps(steps: &[Step]) -> Model {
        let mut model = Model::default();
        for step in steps {
            model.apply(step);
        }
        model
    }

    /// One step more.
    pub fn apply(&mut self, step: &Step) {
        match step {
            Step::Scan { thousandths, amount, .. } => self.lines.push((*thousandths, *amount)),
            Step::Touch { amount, .. } => self.lines.push((1000, *amount)),
            Step::Weigh { grams, amount, .. } => self.lines.push((*grams, *amount)),
            Step::Pieces(pieces) => {
                let (thousandths, amount) = self.lines.last_mut().expect("a quantity follows its goods");
                assert_eq!(thousandths.abs(), 1000, "pieces are given once");
                (*thousandths, *amount) = (*thousandths * pieces, *amount * pieces);
            }
            Step::VoidLast => {
                self.lines.pop().expect("a void follows its goods");
                self.voided += 1;
            }
            Step::Member(_) => self.member = true,
            Step::Unknown(_) | Step::Aside(_) => {}
        }
    }

    /// What the goods cost.
    pub fn total(&self) -> i64 {
        self.lines.iter().map(|(_, amount)| amount).sum()
    }
}

/// What one sale was paid with, in minor units.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Paid {
    /// Cash that stayed in the drawer; nothing when no cash was used.
    pub cash: Option<i64>,
    /// Who moved the rest, and how much of it: see [`super::Means::word`].
    pub others: Vec<(&'static str, i64)>,
}

impl Paid {
    /// All of it.
    pub fn sum(&self) -> i64 {
        self.cash.unwrap_or(0) + self.others.iter().map(|(_, amount)| amount).sum::<i64>()
    }
}

/// How often something was paid, and how much in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Serialize)]
pub struct Sum {
    /// How often.
    pub times: u64,
    /// How much, in minor units.
    pub amount: i64,
}

/// Sums of the day as the street counted them.
#[derive(Clone, Debug, PartialEq, Eq, Default, serde::Serialize)]
pub struct Count {
    /// Completed sales.
    pub sales: u64,
    /// What the goods of these cost.
    pub total: i64,
    /// Added by cash rounding.
    pub rounding: i64,
    /// Cash that stayed in the drawer.
    pub cash: i64,
    /// What was paid without cash, by who moved it.
    pub others: BTreeMap<&'static str, Sum>,
    /// Lines whose weight the scale told.
    pub weighed: u64,
    /// Thousandths of units that left the shop, less those that came back.
    pub units: i64,
    /// Sales with a member.
    pub members: u64,
    /// Lines that came back.
    pub returns: u64,
    /// Lines voided in completed sales.
    pub voided_lines: u64,
    /// Sales voided.
    pub voided_sales: u64,
    /// Sales put aside and taken up again.
    pub suspended: u64,
}

impl Count {
    /// A visit that has ended; nothing was paid when its sale was voided.
    pub fn add(&mut self, model: &Model, paid: Option<&Paid>) {
        let Some(paid) = paid else {
            self.voided_sales += 1;
            return;
        };
        self.sales += 1;
        self.total += model.total();
        self.rounding += paid.sum() - model.total();
        self.cash += paid.cash.unwrap_or(0);
        for (means, amount) in &paid.others {
            let sum = self.others.entry(means).or_default();
            (sum.times, sum.amount) = (sum.times + 1, sum.amount + amount);
        }
        self.units += model.lines.iter().map(|(thousandths, _)| thousandths).sum::<i64>();
        self.members += u64::from(model.member);
        self.returns += model.lines.iter().filter(|(thousandths, _)| *thousandths < 0).count() as u64;
        self.voided_lines += model.voided as u64;
    }
}
