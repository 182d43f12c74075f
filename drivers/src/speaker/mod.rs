//! What a terminal lets people hear: tunes made here, and sentences read aloud by a program for speech.
//!
//! Both go through programs that the device file names, because every machine has its own way to its loudspeaker. A tune
//! tells apart by pitch and by rhythm, so that it is known in a loud shop and by whoever hears one half of the scale.

mod config;
mod program;
mod tune;

pub use config::ProgramSpeakerConfig;
pub(crate) use program::Playing;
pub use program::Speaker;
pub use tune::{SAMPLES_PER_SECOND, Tune, wav};

/// Something to be heard.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SpeakerOrder {
    /// A tune first, or none.
    pub tune: Option<Tune>,
    /// Then a sentence, or empty. The newest one ends an older one that is still being read.
    pub sentence: String,
    /// Language of the sentence, e.g. `zh-CN`.
    pub language: String,
}
