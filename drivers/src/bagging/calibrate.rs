//! Learning what a load cell's counts mean, from the empty area and a known weight.

use super::{COUNTS_MAX, COUNTS_MIN};

/// Counts by which a known weight must move the cell, so that one count more or less is no matter.
const MOVED_MIN: i64 = 1_000;

/// Why a cell could not be calibrated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Uncalibrated {
    /// One of the readings is beyond the range.
    #[error("a reading is beyond the range: check the cell's wires, and take a smaller weight")]
    BeyondRange,
    /// The weight has hardly moved the cell.
    #[error(
        "the weight hardly moves the cell: check the cell's wires and that the plate rests on it alone, or take a larger weight"
    )]
    Unmoved,
}

/// The `offset` and the `counts_per_kilogram` of the device file, from the counts of the empty area and those under a known
/// weight in grams.
///
/// # Errors
/// [`Uncalibrated`].
///
/// ```
/// use drivers::bagging::{Uncalibrated, calibrate};
/// assert_eq!(calibrate(-8_123, 412_557, 2_000), Ok((-8_123, 210_340)));
/// assert_eq!(calibrate(-8_123, -8_100, 2_000), Err(Uncalibrated::Unmoved));
/// ```
pub fn calibrate(empty: i32, loaded: i32, grams: u32) -> Result<(i32, i32), Uncalibrated> {
    let within = COUNTS_MIN + 1..COUNTS_MAX;
    if !within.contains(&empty) || !within.contains(&loaded) {
        return Err(Uncalibrated::BeyondRange);
    }
    let moved = i64::from(loaded) - i64::from(empty);
    if grams == 0 || moved.abs() < MOVED_MIN {
        return Err(Uncalibrated::Unmoved);
    }
    match i32::try_from(moved * 1_000 / i64::from(grams)) {
        Ok(0) => Err(Uncalibrated::Unmoved),
        Ok(per_kilogram) => Ok((empty, per_kilogram)),
        Err(_) => Err(Uncalibrated::BeyondRange),
    }
}
