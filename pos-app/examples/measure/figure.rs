//! One figure on a line.

use std::time::Instant;

use serde_json::json;

/// Times in milliseconds.
#[derive(Default)]
pub struct Times(Vec<f64>);

impl Times {
    /// Times one piece of work.
    pub fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let done = work();
        self.add(begun);
        done
    }

    /// Adds what has passed since then.
    pub fn add(&mut self, begun: Instant) {
        self.0.push(begun.elapsed().as_secs_f64() * 1e3);
    }

    /// The time below which so many of a hundred lie.
    pub fn percentile(&self, percent: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[(sorted.len() - 1) * percent / 100]
    }
}

/// Told only.
pub fn tell(name: &str, value: f64, unit: &str) {
    println!("{}", json!({ "name": name, "value": value, "unit": unit }));
}

/// No more than this.
pub fn at_most(name: &str, value: f64, unit: &str, limit: f64) {
    println!("{}", json!({ "name": name, "value": value, "unit": unit, "at_most": limit }));
}

/// At most so many times its reference.
pub fn times_reference(name: &str, value: f64, unit: &str, reference: f64, limit: f64) {
    println!(
        "{}",
        json!({ "name": name, "value": value, "unit": unit, "reference": reference, "times_reference": limit })
    );
}
