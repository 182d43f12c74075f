//! What a terminal lets people hear.

use serde::{Deserialize, Serialize};

/// The last sound and the last sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Heard {
    /// Which sound.
    pub sound: Sound,
    /// A sentence to be read aloud, or empty; for kiosks, and for people who do not see the screen.
    pub spoken: String,
    /// Language of the sentence, e.g. `zh-CN`.
    pub language: String,
    /// Grows each time that something is to be heard: the same sound twice is heard twice.
    pub count: u64,
}

/// A sound, by what it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Sound {
    /// Nothing.
    #[default]
    None,
    /// A scan was taken.
    Taken,
    /// A scan was taken, and something was saved by it.
    Saved,
    /// A wish or scan was not taken.
    Refused,
    /// A person is needed.
    Call,
    /// Paid.
    Paid,
}
