//! The shades along one line across bars, and where on it is dark.

use rxing::common::BitArray;

use super::stripes::Stripe;
use crate::scanner::camera::luma::Luma;

/// Samples of a line at most.
const SAMPLES_MAX: usize = 1600;
/// Samples of a line that are enough; a line of fewer pixels is sampled between them.
const SAMPLES_ENOUGH: f32 = 1000.0;

/// The shades along a line, evenly spaced.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    /// 0 is black.
    pub(crate) shades: Vec<f32>,
    /// Pixels from one to the next.
    pub(crate) step: f32,
}

/// How dark is told from light along a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Halfway between the darkest and the lightest nearby.
    Between,
    /// The mean nearby, after raising the edges that blur has flattened.
    Sharp,
    /// As [`Cut::Sharp`], nearer by and more so.
    Sharper,
}

impl Profile {
    /// The shades across a stripe, `aside` of its middle by that share of its half height, and beyond both ends; each the mean
    /// of three neighbours along the bars.
    pub(crate) fn across(luma: &Luma, stripe: &Stripe, aside: f32) -> Profile {
        let (ux, uy) = stripe.across;
        let offset = aside * stripe.half_height;
        let reach = stripe.half_length * 1.2 + 24.0;
        let (x, y) = (stripe.x - uy * offset, stripe.y + ux * offset);
        let (from, to) = clip(luma, (x, y), (ux, uy), reach);
        let length = (to - from).max(0.0);
        let step = (length / SAMPLES_ENOUGH).clamp(0.25, 1.0).max(length / SAMPLES_MAX as f32);
        let count = (length / step) as usize;
        let shades = (0..count).map(|sample| {
            let t = from + sample as f32 * step;
            let (x, y) = (x + ux * t, y + uy * t);
            (luma.at(x, y) * 2.0 + luma.at(x - uy, y + ux) + luma.at(x + uy, y - ux)) / 4.0
        });
        Profile { shades: shades.collect(), step }
    }

    /// The other way round.
    pub(crate) fn reversed(&self) -> Profile {
        Profile { shades: self.shades.iter().rev().copied().collect(), step: self.step }
    }

    /// What is dark.
    pub(crate) fn bits(&self, cut: Cut) -> BitArray {
        let count = self.shades.len();
        let (shades, threshold) = match cut {
            Cut::Between => (self.shades.clone(), between(&self.shades, (count / 12).max(6))),
            Cut::Sharp => self.raised(count / 90, 2.0, count / 16),
            Cut::Sharper => self.raised(count / 120, 5.0, count / 24),
        };
        let mut bits = BitArray::with_size(count);
        for (sample, (shade, threshold)) in shades.iter().zip(&threshold).enumerate() {
            if shade < threshold {
                bits.set(sample);
            }
        }
        bits
    }

    fn raised(&self, near: usize, by: f32, window: usize) -> (Vec<f32>, Vec<f32>) {
        let near = near.max(2);
        let smooth = means(&self.shades, near / 2);
        let wide = means(&smooth, near);
        let raised: Vec<f32> = smooth.iter().zip(&wide).map(|(shade, mean)| shade + by * (shade - mean)).collect();
        let mut threshold = between(&raised, window.max(6));
        let mean = means(&raised, window.max(6));
        threshold.iter_mut().zip(&mean).for_each(|(threshold, mean)| *threshold = (*threshold + *mean) / 2.0);
        (raised, threshold)
    }
}

/// How far a line may run either way within the picture.
fn clip(luma: &Luma, (x, y): (f32, f32), (ux, uy): (f32, f32), reach: f32) -> (f32, f32) {
    let (mut from, mut to) = (-reach, reach);
    for (at, way, size) in [(x, ux, luma.width()), (y, uy, luma.height())] {
        let last = (size - 1) as f32;
        if way.abs() < 1e-4 {
            if at < 0.0 || at > last {
                return (0.0, 0.0);
            }
            continue;
        }
        let (one, other) = ((0.0 - at) / way, (last - at) / way);
        from = from.max(one.min(other));
        to = to.min(one.max(other));
    }
    (from, to)
}

/// The mean of `2 * radius + 1` samples about each.
pub(crate) fn means(shades: &[f32], radius: usize) -> Vec<f32> {
    let mut sums = Vec::with_capacity(shades.len() + 1);
    sums.push(0.0_f64);
    for &shade in shades {
        sums.push(sums.last().copied().unwrap_or_default() + f64::from(shade));
    }
    (0..shades.len())
        .map(|at| {
            let (from, to) = (at.saturating_sub(radius), (at + radius + 1).min(shades.len()));
            ((sums[to] - sums[from]) / (to - from) as f64) as f32
        })
        .collect()
}

/// Halfway between the darkest and the lightest of `2 * radius + 1` samples about each. Where they hardly differ, nothing is
/// dark that is not darker than the whole line's middle.
fn between(shades: &[f32], radius: usize) -> Vec<f32> {
    let low = lowest(shades, radius);
    let negative: Vec<f32> = shades.iter().map(|shade| -shade).collect();
    let high = lowest(&negative, radius);
    let darkest = low.iter().copied().fold(f32::MAX, f32::min);
    let lightest = high.iter().copied().fold(f32::MAX, f32::min).abs();
    let contrast_min = (lightest - darkest) * 0.12;
    low.iter()
        .zip(&high)
        .map(
            |(low, high)| {
                if -high - low < contrast_min { low.min((lightest + darkest) / 2.0) } else { (low - high) / 2.0 }
            },
        )
        .collect()
}

/// The lowest of `2 * radius + 1` samples about each.
pub(crate) fn lowest(shades: &[f32], radius: usize) -> Vec<f32> {
    let mut queue: std::collections::VecDeque<usize> = std::collections::VecDeque::new();
    let mut lowest = Vec::with_capacity(shades.len());
    let mut next = 0;
    for at in 0..shades.len() {
        while next < shades.len() && next <= at + radius {
            while queue.back().is_some_and(|&back| shades[back] >= shades[next]) {
                queue.pop_back();
            }
            queue.push_back(next);
            next += 1;
        }
        while queue.front().is_some_and(|&front| front + radius < at) {
            queue.pop_front();
        }
        lowest.push(queue.front().map_or(shades[at], |&front| shades[front]));
    }
    lowest
}
