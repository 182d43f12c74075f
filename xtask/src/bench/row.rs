//! One figure and the table of all.

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// What a figure must keep to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
    /// At most so many times its reference.
    TimesReference(f64),
    /// At least so many times its reference.
    TimesReferenceAtLeast(f64),
    /// Told only.
    None,
}

/// One figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// What came of it.
    pub value: f64,
    /// In what.
    pub unit: String,
    /// The same unit, measured in the same run on something bare, when there is such a thing.
    pub reference: Option<f64>,
    /// What it must keep to.
    pub limit: Limit,
}

impl Row {
    /// As an example tells it: name, value, unit, perhaps a reference, and `at_most`, `at_least`, `times_reference` or
    /// `times_reference_at_least`.
    pub fn of(told: &Value) -> Result<Row> {
        let number = |key: &str| told[key].as_f64();
        let limits = [
            number("at_most").map(Limit::AtMost),
            number("at_least").map(Limit::AtLeast),
            number("times_reference").map(Limit::TimesReference),
            number("times_reference_at_least").map(Limit::TimesReferenceAtLeast),
        ];
        let text = |key: &str| told[key].as_str().map(str::to_owned);
        Ok(Row {
            name: text("name").context("a figure without a name")?,
            value: number("value").context("a figure without a value")?,
            unit: text("unit").unwrap_or_default(),
            reference: number("reference"),
            limit: limits.into_iter().flatten().next().unwrap_or(Limit::None),
        })
    }

    /// Whether it keeps to its limit; nothing when it has none.
    pub fn met(&self) -> Option<bool> {
        let against = |times: f64| self.reference.map(|reference| reference * times);
        match self.limit {
            Limit::AtMost(most) => Some(self.value <= most),
            Limit::AtLeast(least) => Some(self.value >= least),
            Limit::TimesReference(times) => against(times).map(|most| self.value <= most),
            Limit::TimesReferenceAtLeast(times) => against(times).map(|least| self.value >= least),
            Limit::None => None,
        }
    }

    /// As one row of JSON.
    pub fn json(&self) -> Value {
        json!({
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "reference": self.reference,
            "limit": self.limit_text(),
            "met": self.met(),
        })
    }

    fn limit_text(&self) -> Option<String> {
        match self.limit {
            Limit::AtMost(most) => Some(format!("<= {most}")),
            Limit::AtLeast(least) => Some(format!(">= {least}")),
            Limit::TimesReference(times) => Some(format!("<= {times}x")),
            Limit::TimesReferenceAtLeast(times) => Some(format!(">= {times}x")),
            Limit::None => None,
        }
    }
}

/// All figures below each other.
pub fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0).max(4);
    let head = format!("{:<width$}  {:>12} {:<9} {:>12} {:>10}  met\n", "name", "value", "unit", "reference", "limit");
    let rule = format!("{}\n", "-".repeat(head.len() - 1));
    let line = |row: &Row| {
        let reference = row.reference.map_or(String::new(), |value| format!("{value:.3}"));
        let met = match row.met() {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "",
        };
        let limit = row.limit_text().unwrap_or_default();
        format!("{:<width$}  {:>12.3} {:<9} {reference:>12} {limit:>10}  {met}\n", row.name, row.value, row.unit)
    };
    [head, rule].into_iter().chain(rows.iter().map(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_held_against_its_limit() {
        let row = |value, reference, limit| Row { name: "x".into(), value, unit: "ms".into(), reference, limit };
        assert_eq!(row(10.0, None, Limit::AtMost(10.0)).met(), Some(true));
        assert_eq!(row(10.1, None, Limit::AtMost(10.0)).met(), Some(false));
        assert_eq!(row(9.0, None, Limit::AtLeast(10.0)).met(), Some(false));
        assert_eq!(row(10.0, Some(4.0), Limit::TimesReference(2.5)).met(), Some(true));
        assert_eq!(row(10.1, Some(4.0), Limit::TimesReference(2.5)).met(), Some(false));
        assert_eq!(row(0.7, Some(4.0), Limit::TimesReferenceAtLeast(0.2)).met(), Some(false));
        assert_eq!(row(10.0, None, Limit::TimesReference(2.5)).met(), None);
        let told = json!({ "name": "x", "value": 9, "unit": "ms", "reference": 4, "times_reference": 2.5 });
        assert_eq!(Row::of(&told).unwrap(), row(9.0, Some(4.0), Limit::TimesReference(2.5)));
        assert_eq!(Row::of(&json!({ "name": "x", "value": 1 })).unwrap().limit, Limit::None);
        assert!(Row::of(&json!({ "name": "x" })).is_err());
        assert!(table(&[row(10.1, Some(4.0), Limit::TimesReference(2.5))]).contains("NO"));
    }
}
