//! What the shoppers read on the customer display.

use std::time::Duration;

use serde::Serialize;
use simulation::counter::VirtualDisplay;
use simulation::shop::{amount_in, amount_text};
use ui::Screen;
use ui::screen::Panel;

use crate::store::counter::Counter;

/// How long the display may be behind the till's screen.
const BEHIND_MAX: Duration = Duration::from_secs(2);
/// What stands before the amount of a sale that gives no change, as the till's street reads it: Chinese and English.
const NO_CHANGE: [&str; 2] = ["已付", "Paid"];
/// What a closed till shows.
const CLOSED: [&str; 2] = ["暂停收款", "Closed"];

/// What was seen on it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Glass {
    /// Sales whose end was looked for.
    pub looked: i64,
    /// Sales whose change, or thanks, stood on it.
    pub shown: i64,
    /// The first sale's end that was not shown as the till had it.
    pub strange: Option<[String; 2]>,
    /// Its two lines after the last sale.
    pub last_sale: [String; 2],
    /// Its two lines while the day was closed.
    pub resting: [String; 2],
    /// Its two lines at the end.
    pub at_the_end: [String; 2],
    /// Bytes that were no command it knows.
    pub puzzles: u64,
}

impl Glass {
    /// A sale has ended on the till's screen.
    pub fn look(&mut self, counter: &Counter, screen: &Screen) {
        let Panel::Change { change, .. } = &screen.panel else { return };
        let display = &counter.display;
        if !counter.has_display() {
            return;
        }
        self.looked += 1;
        let change = amount_in(change).unwrap_or(0).abs();
        let is_it = |display: &VirtualDisplay| {
            let [_, lower] = display.lines();
            match change {
                0 => NO_CHANGE.iter().any(|word| lower.contains(word)),
                change => lower.trim_end().ends_with(&format!(" {}", amount_text(change))),
            }
        };
        if display.wait_until(BEHIND_MAX, is_it) {
            self.shown += 1;
        } else if self.strange.is_none() {
            self.strange = Some(display.lines());
        }
        self.last_sale = display.lines();
    }

    /// Nobody is served any more.
    pub fn rest(&mut self, display: &VirtualDisplay) {
        self.resting = display.lines();
    }

    /// The day is closed.
    pub fn end(&mut self, display: &VirtualDisplay) {
        let is_closed = |display: &VirtualDisplay| CLOSED.iter().any(|word| display.lines()[1].contains(word));
        display.wait_until(BEHIND_MAX, is_closed);
        (self.at_the_end, self.puzzles) = (display.lines(), display.puzzles());
    }

    /// The three faces in words, for people.
    pub fn text(&self) -> String {
        let faces =
            [("last sale", &self.last_sale), ("before the close", &self.resting), ("at the end", &self.at_the_end)];
        let face =
            |(when, [upper, lower]): &(&str, &[String; 2])| format!("  {when:<30} |{upper}|\n  {:<30} |{lower}|\n", "");
        format!("\n  customer display\n{}", faces.iter().map(face).collect::<String>())
    }
}
