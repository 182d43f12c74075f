//! How a loudspeaker is set up.

use std::collections::BTreeMap;
use std::sync::Arc;

use hal::DeviceError;
use serde::Deserialize;

use super::program::Speaker;
use crate::registry::{ConfigError, Driver, check_range, refuse};
use crate::tally::Tally;

/// Words of one program call.
const WORDS_MAX: usize = 16;
/// Bytes of one word, and of a voice's name.
const WORD_BYTES_MAX: usize = 256;
/// Voices that may be named.
const VOICES_MAX: usize = 32;

/// A loudspeaker behind two programs: one plays a sound file, one reads a sentence aloud; both get it on their standard
/// input.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramSpeakerConfig {
    /// What people call it.
    #[serde(default = "name")]
    pub name: String,
    /// The program that plays, with its words; empty for no tunes.
    #[serde(default = "play")]
    pub play: Vec<String>,
    /// The program that speaks, with its words; `{voice}` and `{volume}` stand for themselves. Empty for no speech.
    #[serde(default = "speak")]
    pub speak: Vec<String>,
    /// The program's name for the voice of a language, by the language's tag or its first part.
    #[serde(default)]
    pub voices: BTreeMap<String, String>,
    /// Of a hundred.
    #[serde(default = "volume")]
    pub volume: u8,
}

fn name() -> String {
    "speaker".to_owned()
}

fn play() -> Vec<String> {
    ["aplay", "-q", "-"].map(str::to_owned).to_vec()
}

fn speak() -> Vec<String> {
    ["espeak-ng", "-v", "{voice}", "-a", "{volume}", "--stdin"].map(str::to_owned).to_vec()
}

fn volume() -> u8 {
    80
}

impl Default for ProgramSpeakerConfig {
    fn default() -> ProgramSpeakerConfig {
        ProgramSpeakerConfig { name: name(), play: play(), speak: speak(), voices: BTreeMap::new(), volume: volume() }
    }
}

impl ProgramSpeakerConfig {
    /// The voice for a language: as named, else Mandarin for Chinese, else the language's own first part.
    pub fn voice(&self, language: &str) -> String {
        let stem = language.split('-').next().unwrap_or(language);
        let named = self.voices.get(language).or_else(|| self.voices.get(stem));
        named.cloned().unwrap_or_else(|| match stem {
            "zh" => "cmn".to_owned(),
            // Nothing else may get among the program's words.
            other if other.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !other.is_empty() => other.to_owned(),
            _ => "en".to_owned(),
        })
    }
}

impl Driver<Speaker> for ProgramSpeakerConfig {
    fn name(&self) -> &str {
        &self.name
    }

    fn claims(&self) -> Option<&str> {
        None
    }

    fn check(&self) -> Result<(), ConfigError> {
        check_range(&self.name, "volume", self.volume, 0..=100)?;
        for (key, words) in [("play", &self.play), ("speak", &self.speak)] {
            let right = |word: &String| word.len() <= WORD_BYTES_MAX;
            if words.len() > WORDS_MAX || !words.iter().all(right) || words.first().is_some_and(String::is_empty) {
                return refuse(&self.name, format!("{key} must be a program and at most {} words", WORDS_MAX - 1));
            }
        }
        if self.play.is_empty() && self.speak.is_empty() {
            return refuse(&self.name, "name a program under play or under speak");
        }
        let voices = self.voices.values();
        if self.voices.len() > VOICES_MAX
            || voices.clone().any(|voice| voice.is_empty() || voice.len() > WORD_BYTES_MAX)
        {
            return refuse(&self.name, format!("voices must be at most {VOICES_MAX}, each with a name"));
        }
        if voices.clone().any(|voice| voice.starts_with('-')) {
            return refuse(&self.name, "a voice must not begin with -");
        }
        Ok(())
    }

    fn open(&self, _: &Arc<Tally>) -> Result<Speaker, DeviceError> {
        Ok(Speaker::new(self.clone()))
    }
}
