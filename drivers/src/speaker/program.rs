//! Programs that make sound: started with what they play on their standard input, watched, and ended when they go on for
//! too long or something newer is to be heard.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::config::ProgramSpeakerConfig;
use super::tune::{Tune, wav};

/// A tune is shorter than a second; a program that still plays it hangs.
const TUNE_MAX: Duration = Duration::from_secs(6);
/// No sentence of a checkout takes longer to say.
const SENTENCE_MAX: Duration = Duration::from_secs(30);
/// Letters of a sentence; all of them fit into a pipe at once.
const SENTENCE_CHARS_MAX: usize = 500;
/// Bytes of a program's complaint that are shown.
const COMPLAINT_BYTES_MAX: u64 = 300;

/// A loudspeaker that can be told what to play.
#[derive(Clone, Debug)]
pub struct Speaker {
    config: ProgramSpeakerConfig,
}

/// A program that is making sound. Dropping it silences it.
#[derive(Debug)]
pub(crate) struct Playing {
    child: Child,
    program: String,
    until: Instant,
}

impl Speaker {
    pub(super) fn new(config: ProgramSpeakerConfig) -> Speaker {
        Speaker { config }
    }

    /// What is missing on this machine, in words; nothing is started for it.
    pub(crate) fn missing(&self) -> (Option<String>, Option<String>) {
        (absent(&self.config.play), absent(&self.config.speak))
    }

    /// Begins a tune; nothing where none are played.
    pub(crate) fn play(&self, tune: Tune, now: Instant) -> Option<Result<Playing, String>> {
        let words = &self.config.play;
        (!words.is_empty()).then(|| start(words.clone(), &wav(tune, self.config.volume), now + TUNE_MAX))
    }

    /// Begins to read aloud; nothing where nothing is spoken.
    pub(crate) fn speak(&self, sentence: &str, language: &str, now: Instant) -> Option<Result<Playing, String>> {
        let (voice, volume) = (self.config.voice(language), self.config.volume.to_string());
        let words = self.config.speak.iter().map(|word| word.replace("{voice}", &voice).replace("{volume}", &volume));
        let words: Vec<String> = words.collect();
        let sentence: String = sentence.chars().take(SENTENCE_CHARS_MAX).collect();
        (!words.is_empty()).then(|| start(words, format!("{sentence}\n").as_bytes(), now + SENTENCE_MAX))
    }
}

impl Playing {
    /// Whether it has ended, and how; in words where it did not end well.
    pub(crate) fn ended(&mut self, now: Instant) -> Option<Result<(), String>> {
        let program = &self.program;
        match self.child.try_wait() {
            Ok(Some(status)) if status.success() => Some(Ok(())),
            Ok(Some(_)) => Some(Err(format!("`{program}` could not: {}", complaint(&mut self.child)))),
            Ok(None) if now >= self.until => Some(Err(format!("`{program}` does not end: try it by hand"))),
            Ok(None) => None,
            Err(error) => Some(Err(format!("`{program}` was lost: {error}"))),
        }
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        // One that has ended cannot be ended; the second call only clears it away.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(words: Vec<String>, input: &[u8], until: Instant) -> Result<Playing, String> {
    let mut words = words.into_iter();
    let program = words.next().unwrap_or_default();
    let started = Command::new(&program)
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => not_installed(&program),
            _ => format!("`{program}` cannot be started: {error}"),
        });
    let mut playing = Playing { child: started?, program, until };
    // It fits into the pipe: this waits for nobody. Who closes it early says why when it ends.
    if let Some(mut pipe) = playing.child.stdin.take() {
        let _ = pipe.write_all(input);
    }
    Ok(playing)
}

fn complaint(child: &mut Child) -> String {
    let mut words = Vec::new();
    if let Some(pipe) = child.stderr.take() {
        let _ = pipe.take(COMPLAINT_BYTES_MAX).read_to_end(&mut words);
    }
    let words = String::from_utf8_lossy(&words);
    match words.lines().map(str::trim).find(|line| !line.is_empty()) {
        Some(line) => line.to_owned(),
        None => "it does not say why".to_owned(),
    }
}

/// In words, when the program is nowhere.
fn absent(words: &[String]) -> Option<String> {
    let program = words.first()?;
    let there = if program.contains('/') {
        Path::new(program).is_file()
    } else {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    };
    (!there).then(|| not_installed(program))
}

fn not_installed(program: &str) -> String {
    let package = match program {
        "aplay" => "alsa-utils",
        "paplay" => "pulseaudio-utils",
        "pw-play" => "pipewire-bin",
        other => other,
    };
    format!("`{program}` is not on this machine: install it (Debian: apt install {package}), or name another program")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_speech_is_a_sound_file_where_the_program_is_there() {
        let speak = ["espeak-ng", "-v", "{voice}", "--stdin", "--stdout"].map(str::to_owned).to_vec();
        if let Some(words) = absent(&speak) {
            return println!("not tried: {words}");
        }
        for (language, sentence) in [("zh-CN", "请扫描第一件商品"), ("en", "Scan your first item")] {
            let config = ProgramSpeakerConfig::default();
            let spoken = Command::new("espeak-ng")
                .args(["-v", &config.voice(language), "--stdout", sentence])
                .output()
                .expect("a program that is there");
            assert!(spoken.status.success() && spoken.stdout.starts_with(b"RIFF") && spoken.stdout.len() > 10_000);
        }
    }
}
