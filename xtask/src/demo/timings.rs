//! How fast it went.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::day::Day;
use crate::store::Places;
use crate::store::Store;

/// Prints the timings and keeps them as JSON.
pub fn tell(places: &Places, store: &Store, day: &Day) -> Result<()> {
    let (scan, sale) = (Spread::of(&day.scan_times), Spread::of(&day.sale_times));
    println!("  scan to screen   p50 {:.1} ms, p99 {:.1} ms over {} scans", scan.p50_ms, scan.p99_ms, scan.count);
    println!(
        "  sale             p50 {:.3} s, p99 {:.3} s over {} visits",
        sale.p50_ms / 1e3,
        sale.p99_ms / 1e3,
        sale.count
    );
    println!("  till             first start {:.2} s to selling", day.first_start.as_secs_f64());
    for time in &day.resume_times {
        println!("  after power cut  {:.2} s to selling", time.as_secs_f64());
    }
    println!("  day              {:.1} s\n", day.took.as_secs_f64());
    let Some(out) = &places.out else { return Ok(()) };
    let seconds = |times: &[Duration]| times.iter().map(Duration::as_secs_f64).collect::<Vec<_>>();
    let opening: serde_json::Map<String, Value> =
        store.opening.iter().map(|(part, time)| ((*part).to_owned(), json!(time.as_secs_f64()))).collect();
    let timings = json!({
        "scan_to_screen": scan.json(),
        "sale": sale.json(),
        "opening_s": opening,
        "first_start_s": day.first_start.as_secs_f64(),
        "after_power_cut_s": seconds(&day.resume_times),
        "day_s": day.took.as_secs_f64(),
    });
    std::fs::write(out.join("timings.json"), serde_json::to_vec_pretty(&timings)?)
        .context("failed writing timings.json")
}

struct Spread {
    count: usize,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
}

impl Spread {
    fn of(times: &[Duration]) -> Spread {
        let mut sorted = times.to_vec();
        sorted.sort();
        let at = |share: f64| {
            let place = (sorted.len() as f64 * share).ceil() as usize;
            sorted.get(place.saturating_sub(1)).map_or(0.0, |time| time.as_secs_f64() * 1e3)
        };
        Spread { count: sorted.len(), p50_ms: at(0.5), p99_ms: at(0.99), max_ms: at(1.0) }
    }

    fn json(&self) -> Value {
        json!({ "count": self.count, "p50_ms": self.p50_ms, "p99_ms": self.p99_ms, "max_ms": self.max_ms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_the_nearest_ranks() {
        let times: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
        let spread = Spread::of(&times);
        assert_eq!((spread.p50_ms, spread.p99_ms, spread.max_ms), (100.0, 198.0, 200.0));
        assert_eq!(Spread::of(&[]).p99_ms, 0.0);
    }
}
