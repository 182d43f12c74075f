//! What a camera's owner thinks about what it sees: whether a look is worth its time, and whether a code is news. Pure;
//! time comes in.

use std::time::Duration;

use hal::{Scan, Symbology};

use super::decode::Found;
use super::luma::Luma;

/// Columns and rows of the small picture in which change is looked for.
const GRID: (usize, usize) = (32, 24);
/// Shades by which a spot must differ from before to have changed: more than a camera's noise on the mean of a spot.
const SPOT_CHANGE_MIN: u8 = 10;
/// Spots that must have changed.
const SPOTS_CHANGED_MIN: usize = 6;
/// How long a code must have been out of view to be news again.
const GONE_AFTER: Duration = Duration::from_millis(1000);
/// How long a first sight of a code waits for its second.
const VOTE_WITHIN: Duration = Duration::from_millis(1500);
/// Frames in which a code of bars must be seen; one that corrects its own errors needs one.
const BARS_VOTES: u8 = 2;
/// How long a still view is looked at before it is left alone.
const AWAKE_FOR: Duration = Duration::from_millis(1500);
/// Codes remembered at most.
const CODES_MAX: usize = 16;

/// A camera's memory.
#[derive(Debug, Default)]
pub struct Watch {
    /// What it saw when something last changed.
    spots: Vec<u8>,
    changed_at: Duration,
    /// Codes in view that were told, and when each was seen last.
    told: Vec<(Scan, Duration)>,
    /// Codes seen but not told yet: in how many frames, and when last.
    pending: Vec<(Scan, u8, Duration)>,
}

impl Watch {
    /// Takes a frame; gives whether it is worth looking for codes. A view that has not changed for a while is not, unless a
    /// code in it waits for its second sight.
    pub fn is_worth_a_look(&mut self, luma: &Luma, now: Duration) -> bool {
        let spots = spots(luma);
        let changed = spots.len() != self.spots.len()
            || spots.iter().zip(&self.spots).filter(|(a, b)| a.abs_diff(**b) >= SPOT_CHANGE_MIN).count()
                >= SPOTS_CHANGED_MIN;
        if changed {
            self.spots = spots;
            self.changed_at = now;
        }
        let awake = !self.is_resting(now);
        if !awake {
            // What does not change stays in view.
            self.told.iter_mut().for_each(|(_, seen)| *seen = now);
        }
        awake
    }

    /// Whether nothing has changed for so long that looking now and then is enough.
    pub fn is_resting(&self, now: Duration) -> bool {
        let waiting = self.pending.iter().any(|(_, _, seen)| now.saturating_sub(*seen) < VOTE_WITHIN);
        !waiting && now.saturating_sub(self.changed_at) >= AWAKE_FOR
    }

    /// Takes what was found in a frame; gives what is news. A code is news once, until it has been out of view for a second.
    pub fn news(&mut self, found: Vec<Found>, now: Duration) -> Vec<Scan> {
        self.told.retain(|(_, seen)| now.saturating_sub(*seen) < GONE_AFTER);
        self.pending.retain(|(_, _, seen)| now.saturating_sub(*seen) < VOTE_WITHIN);
        let mut news = Vec::new();
        for Found { scan, .. } in found.into_iter().take(CODES_MAX) {
            if let Some((_, seen)) = self.told.iter_mut().find(|(told, _)| *told == scan) {
                *seen = now;
                continue;
            }
            let votes = match self.pending.iter_mut().find(|(pending, _, _)| *pending == scan) {
                Some((_, votes, seen)) => {
                    *votes += 1;
                    *seen = now;
                    *votes
                }
                None => {
                    self.pending.push((scan.clone(), 1, now));
                    1
                }
            };
            if votes >= votes_needed(&scan) && self.told.len() < CODES_MAX {
                self.pending.retain(|(pending, _, _)| *pending != scan);
                self.told.push((scan.clone(), now));
                news.push(scan);
            }
        }
        self.pending.truncate(CODES_MAX);
        news
    }
}

/// Frames in which a code must be seen.
fn votes_needed(scan: &Scan) -> u8 {
    match scan.symbology {
        Some(
            Symbology::Qr
            | Symbology::Gs1Qr
            | Symbology::DataMatrix
            | Symbology::Gs1DataMatrix
            | Symbology::Aztec
            | Symbology::Pdf417,
        ) => 1,
        _ => BARS_VOTES,
    }
}

/// The mean shades of a few pixels each.
fn spots(luma: &Luma) -> Vec<u8> {
    let (columns, rows) = (GRID.0.min(luma.width()), GRID.1.min(luma.height()));
    let mut spots = Vec::with_capacity(columns * rows);
    for row in 0..rows {
        for column in 0..columns {
            let (mut sum, mut count) = (0_u32, 0);
            for dy in 0..4 {
                let line = luma.row((row * 4 + dy) * luma.height() / (rows * 4));
                for dx in 0..4 {
                    sum += u32::from(line[(column * 4 + dx) * luma.width() / (columns * 4)]);
                    count += 1;
                }
            }
            spots.push((sum / count) as u8);
        }
    }
    spots
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    fn found(symbology: Symbology, data: &str) -> Found {
        let scan = Scan { symbology: Some(symbology), data: data.to_owned() };
        Found { scan, x: 0.0, y: 0.0, reach: 1.0 }
    }

    fn texts(news: Vec<Scan>) -> Vec<String> {
        news.into_iter().map(|scan| scan.data).collect()
    }

    #[test]
    fn a_code_is_told_once_until_it_has_left_the_view() {
        let mut watch = Watch::default();
        let qr = || vec![found(Symbology::Qr, "pay")];
        assert_eq!(texts(watch.news(qr(), MS(0))), ["pay"]);
        for at in (100..3000).step_by(100) {
            assert!(watch.news(qr(), MS(at)).is_empty(), "told again at {at}");
        }
        assert!(watch.news(vec![], MS(3500)).is_empty());
        assert!(watch.news(qr(), MS(3800)).is_empty(), "it was away for 900 ms only");
        assert!(watch.news(vec![], MS(4800)).is_empty());
        assert_eq!(texts(watch.news(qr(), MS(4900))), ["pay"]);
    }

    #[test]
    fn a_code_of_bars_needs_two_frames_that_agree() {
        let mut watch = Watch::default();
        assert!(watch.news(vec![found(Symbology::Ean13, "6901234567892")], MS(0)).is_empty());
        assert!(!watch.is_resting(MS(1400)), "the second sight is waited for");
        assert!(watch.news(vec![found(Symbology::Ean13, "6901234567885")], MS(100)).is_empty());
        assert_eq!(texts(watch.news(vec![found(Symbology::Ean13, "6901234567892")], MS(200))), ["6901234567892"]);
        assert!(watch.news(vec![found(Symbology::Ean13, "6901234567885")], MS(1900)).is_empty(), "that was long ago");
    }

    #[test]
    fn a_view_that_does_not_change_is_left_alone() {
        let mut watch = Watch::default();
        let empty = Luma::new(320, 240, vec![90; 320 * 240]).expect("a table");
        let noisy = Luma::new(320, 240, (0..320 * 240).map(|at| 90 + (at * 7 % 5) as u8).collect()).expect("a table");
        let hand = Luma::new(320, 240, (0..320 * 240).map(|at| if at % 320 < 60 { 200 } else { 90 }).collect())
            .expect("a hand");
        assert!(watch.is_worth_a_look(&empty, MS(0)));
        assert!(watch.is_worth_a_look(&noisy, MS(1000)));
        assert!(!watch.is_worth_a_look(&empty, MS(2000)) && watch.is_resting(MS(2000)));
        assert!(watch.is_worth_a_look(&hand, MS(2400)));
        // A code that lies in a view at rest has not left it.
        assert_eq!(texts(watch.news(vec![found(Symbology::Qr, "pay")], MS(2500))), ["pay"]);
        assert!(!watch.is_worth_a_look(&hand, MS(9000)));
        assert!(watch.news(vec![found(Symbology::Qr, "pay")], MS(9100)).is_empty());
    }
}
