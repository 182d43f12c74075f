//! A scanner that plays keyboard, told from a person's fingers by how fast its letters come. The same on every face.

use std::time::Duration;

/// Letters this fast one after the other come from a scanner.
const GAP_MAX: Duration = Duration::from_millis(50);
/// After such a pause something new is being typed.
const PAUSE: Duration = Duration::from_millis(250);
/// One of so many letters may come late, when the screen was busy drawing.
const LATE_ONE_IN: usize = 6;
/// Fewer fast letters than this may be a person.
pub(super) const CHARS_MIN: usize = 6;
/// Scanners may send two line ends; the second one must not press anything.
const TAIL: Duration = Duration::from_millis(120);

/// The letters since the last pause.
#[derive(Default)]
pub(super) struct Burst {
    chars: usize,
    /// How many of them came late for a scanner.
    late: usize,
    last: Option<Duration>,
    tail_until: Duration,
}

impl Burst {
    /// How long ago the last letter was typed; for ever where there is none.
    pub(super) fn gap(&self, now: Duration) -> Duration {
        self.last.map_or(Duration::MAX, |last| now.saturating_sub(last))
    }

    /// A letter was typed. Answers whether something new begins with it.
    pub(super) fn letter(&mut self, now: Duration) -> bool {
        let gap = self.gap(now);
        let begins = gap >= PAUSE;
        if begins {
            (self.chars, self.late) = (0, 0);
        } else if gap > GAP_MAX {
            self.late += 1;
        }
        self.chars += 1;
        self.last = Some(now);
        begins
    }

    /// Whether Enter is the second line end of a scan.
    pub(super) fn is_tail(&self, now: Duration) -> bool {
        now < self.tail_until
    }

    /// Whether Enter ends a scan.
    pub(super) fn is_scan(&self, now: Duration) -> bool {
        let is_fast = self.chars >= CHARS_MIN && self.late * LATE_ONE_IN <= self.chars;
        is_fast && self.gap(now) <= 2 * GAP_MAX
    }

    /// Takes the scan that Enter ended out of `text`; what a person typed before it stays there.
    pub(super) fn taken_from(&mut self, text: &mut String, now: Duration) -> String {
        let by_hand = text.chars().count().saturating_sub(self.chars);
        let at = text.char_indices().nth(by_hand).map_or(text.len(), |(at, _)| at);
        self.ends();
        self.tail_until = now + TAIL;
        text.split_off(at)
    }

    /// A person pressed Enter: what is typed next is new.
    pub(super) fn ends(&mut self) {
        self.last = None;
    }

    /// Lets only so much of `text` stand as a scanner has typed of a code that it is still typing.
    pub(super) fn keeps_of(&self, text: &mut String, now: Duration) {
        let under_way = if self.gap(now) <= GAP_MAX { self.chars } else { 0 };
        let dropped = text.chars().count().saturating_sub(under_way);
        text.drain(..text.char_indices().nth(dropped).map_or(text.len(), |(at, _)| at));
    }
}
