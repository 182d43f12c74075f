//! How long devices take, and what they cost.
//!
//! `device_figures`: prints one JSON object a line: name, value, unit, and the limit it must keep to. Each figure has a module.

mod counter;
mod receipt;
mod scanning;

fn main() -> std::io::Result<()> {
    receipt::measure();
    scanning::measure()?;
    counter::measure()
}

/// A figure without a limit.
fn tell(name: &str, value: f64, unit: &str) {
    println!("{{\"name\":\"{name}\",\"value\":{value:.4},\"unit\":\"{unit}\"}}");
}

/// A figure that must not be larger than its limit.
fn tell_limited(name: &str, value: f64, unit: &str, at_most: f64) {
    println!("{{\"name\":\"{name}\",\"value\":{value:.4},\"unit\":\"{unit}\",\"at_most\":{at_most:.1}}}");
}

fn percentile(times: &mut [f64], percent: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times[(times.len() - 1) * percent / 100]
}
