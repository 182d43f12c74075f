//! The thread of a loudspeaker.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use hal::{DeviceClass, Health};

use super::{Desk, EventSink, Station};
use crate::registry::{Driver, SpeakerConfig};
use crate::speaker::{Playing, Speaker, SpeakerOrder, Tune};

/// Tunes that may wait; more would tell of what is long over.
pub const TUNES_WAITING_MAX: usize = 4;
/// Pause between two looks whether something that sounds has ended.
const LOOK_AFTER: Duration = Duration::from_millis(15);

/// The way to a loudspeaker. Cloneable; nothing here blocks for longer than it takes to write an order down.
#[derive(Clone, Debug)]
pub struct SpeakerStation {
    orders: Arc<Mutex<Waiting>>,
    thread: Option<Thread>,
}

/// What is ordered and not yet heard.
#[derive(Debug, Default)]
struct Waiting {
    tunes: VecDeque<Tune>,
    /// The newest sentence with its language.
    sentence: Option<(String, String)>,
}

impl SpeakerStation {
    /// Orders something to be heard. Of the tunes that wait the oldest is forgotten when there are too many; a new
    /// sentence ends the one that is being read.
    pub fn hear(&self, order: &SpeakerOrder) {
        let mut waiting = waiting(&self.orders);
        if let Some(tune) = order.tune {
            if waiting.tunes.len() >= TUNES_WAITING_MAX {
                waiting.tunes.pop_front();
            }
            waiting.tunes.push_back(tune);
        }
        if !order.sentence.is_empty() {
            waiting.sentence = Some((order.sentence.clone(), order.language.clone()));
        }
        drop(waiting);
        self.thread.iter().for_each(Thread::unpark);
    }
}

impl Station {
    /// Runs a loudspeaker.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn speaker(config: &SpeakerConfig, sink: EventSink) -> std::io::Result<(Station, SpeakerStation)> {
        let orders: Arc<Mutex<Waiting>> = Arc::default();
        let (owned, taken) = (config.clone(), orders.clone());
        let station = Station::run(DeviceClass::Speaker, config.name(), sink, move |mut desk| {
            // Only names programs: it cannot fail.
            if let Ok(speaker) = owned.open(&desk.tally.clone()) {
                Player::new(speaker, taken).run(&mut desk);
            }
        })?;
        let thread = station.thread.as_ref().map(|thread| thread.thread().clone());
        Ok((station, SpeakerStation { orders, thread }))
    }
}

/// What sounds, and what is wrong.
struct Player {
    speaker: Speaker,
    orders: Arc<Mutex<Waiting>>,
    tune: Option<Playing>,
    sentence: Option<Playing>,
    no_tunes: Option<String>,
    no_speech: Option<String>,
}

impl Player {
    fn new(speaker: Speaker, orders: Arc<Mutex<Waiting>>) -> Player {
        let (no_tunes, no_speech) = speaker.missing();
        Player { speaker, orders, tune: None, sentence: None, no_tunes, no_speech }
    }

    fn run(mut self, desk: &mut Desk) {
        desk.tally.opened();
        while !desk.stopped() {
            self.end();
            self.begin(desk);
            self.tell_health(desk);
            if self.tune.is_some() || self.sentence.is_some() {
                thread::park_timeout(LOOK_AFTER);
            } else if waiting(&self.orders).is_empty() {
                // At rest until somebody orders something.
                thread::park();
            }
        }
    }

    /// What has ended is put away; how it ended says whether it works.
    fn end(&mut self) {
        let now = Instant::now();
        if let Some(how) = self.tune.as_mut().and_then(|tune| tune.ended(now)) {
            self.tune = None;
            self.no_tunes = how.err();
        }
        if let Some(how) = self.sentence.as_mut().and_then(|sentence| sentence.ended(now)) {
            self.sentence = None;
            self.no_speech = how.err();
        }
    }

    /// The next tune when none sounds; the newest sentence behind the tunes, and at once instead of an older one.
    fn begin(&mut self, desk: &Desk) {
        let now = Instant::now();
        let mut waiting = waiting(&self.orders);
        if waiting.sentence.is_some() {
            self.sentence = None;
        }
        if self.tune.is_none()
            && let Some(tune) = waiting.tunes.pop_front()
        {
            match self.speaker.play(tune, now) {
                Some(Ok(playing)) => {
                    desk.tally.done();
                    self.tune = Some(playing);
                }
                Some(Err(why)) => self.no_tunes = Some(why),
                None => {}
            }
        }
        if self.tune.is_some() || !waiting.tunes.is_empty() {
            return;
        }
        let Some((sentence, language)) = waiting.sentence.take() else { return };
        drop(waiting);
        match self.speaker.speak(&sentence, &language, now) {
            Some(Ok(playing)) => {
                desk.tally.done();
                self.sentence = Some(playing);
            }
            Some(Err(why)) => self.no_speech = Some(why),
            None => {}
        }
    }

    fn tell_health(&self, desk: &mut Desk) {
        let faults: Vec<&str> = [&self.no_tunes, &self.no_speech].into_iter().flatten().map(String::as_str).collect();
        desk.tell_health(if faults.is_empty() { Health::Ready } else { Health::Fault(faults.join("; ")) });
    }
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.tunes.is_empty() && self.sentence.is_none()
    }
}

fn waiting(orders: &Mutex<Waiting>) -> MutexGuard<'_, Waiting> {
    orders.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::DeviceConfig;
    use crate::speaker::wav;
    use crate::station::DeviceEvent;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;
    use std::sync::mpsc::{Receiver, sync_channel};

    /// No machine is so slow.
    const WAIT_MAX: Duration = Duration::from_secs(20);

    /// A folder with a program that writes down what it was called with and what it got, then goes on for a while.
    struct Bench {
        folder: PathBuf,
        station: Option<(Station, SpeakerStation)>,
        events: Receiver<DeviceEvent>,
    }

    impl Bench {
        fn new(name: &str, seconds: &str, play: &str) -> Bench {
            let folder = std::env::temp_dir().join(format!("guitai-speaker-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder).expect("a folder");
            let program = folder.join("record");
            let text = format!(
                "#!/bin/sh\nat={}\nnext=$(ls \"$at\" | grep -c heard)\ncat > \"$at/part\"\n[ $# -gt 0 ] && printf '%s ' \"$@\" > \"$at/words\"\nmv \"$at/part\" \"$at/heard$next\"\nexec sleep {seconds}\n",
                folder.display()
            );
            fs::write(&program, text).expect("a program");
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("leave to run it");
            let program = program.display();
            let play = if play.is_empty() { format!("{program}") } else { play.to_owned() };
            let text = format!(
                "[[speaker]]\ndriver = \"program\"\nplay = [\"{play}\"]\nspeak = [\"{program}\", \"-v\", \"{{voice}}\"]\nvolume = 50"
            );
            let config = DeviceConfig::from_toml(&text).expect("a right device file");
            let (sender, events) = sync_channel(16);
            let station = Station::speaker(&config.speaker[0], sender.into()).expect("a thread");
            Bench { folder, station: Some(station), events }
        }

        fn hear(&self, tune: Option<Tune>, sentence: &str, language: &str) {
            let order = SpeakerOrder { tune, sentence: sentence.into(), language: language.into() };
            self.station.as_ref().expect("it runs").1.hear(&order);
        }

        /// What was heard as the so-manieth, waiting until it was.
        fn heard(&self, number: usize) -> Vec<u8> {
            let file = self.folder.join(format!("heard{number}"));
            let until = Instant::now() + WAIT_MAX;
            while !file.exists() {
                assert!(Instant::now() < until, "never heard: {}", file.display());
                thread::sleep(Duration::from_millis(5));
            }
            fs::read(file).expect("what was heard")
        }

        fn words(&self) -> String {
            fs::read_to_string(self.folder.join("words")).expect("its words")
        }

        fn health(&self) -> Health {
            match self.events.recv_timeout(WAIT_MAX).expect("an event") {
                DeviceEvent::State { class: DeviceClass::Speaker, health, .. } => health,
                other => panic!("{other:?}"),
            }
        }
    }

    impl Drop for Bench {
        fn drop(&mut self) {
            self.station = None;
            let _ = fs::remove_dir_all(&self.folder);
        }
    }

    #[test]
    fn a_tune_is_played_and_then_the_sentence_is_read_by_the_voice_of_its_language() {
        let bench = Bench::new("both", "0", "");
        assert_eq!(bench.health(), Health::Ready);
        bench.hear(Some(Tune::Taken), "请扫描第一件商品", "zh-CN");
        assert_eq!(bench.heard(0), wav(Tune::Taken, 50));
        assert_eq!(bench.heard(1), "请扫描第一件商品\n".as_bytes());
        assert_eq!(bench.words(), "-v cmn ");
        bench.hear(None, "Thank you", "en-GB");
        assert_eq!((bench.heard(2), bench.words()), (b"Thank you\n".to_vec(), "-v en ".to_owned()));
    }

    #[test]
    fn a_newer_sentence_ends_the_older_one() {
        let bench = Bench::new("newest", "600", "true");
        bench.hear(None, "one", "en");
        assert_eq!(bench.heard(0), b"one\n");
        // The first would go on for ten minutes.
        bench.hear(None, "two", "en");
        assert_eq!(bench.heard(1), b"two\n");
    }

    #[test]
    fn of_many_tunes_the_newest_few_wait() {
        let bench = Bench::new("many", "0.2", "");
        bench.hear(Some(Tune::Taken), "", "");
        bench.heard(0);
        for _ in 0..20 {
            bench.hear(Some(Tune::Refused), "", "");
        }
        bench.hear(Some(Tune::Paid), "", "");
        let last = (1..).map(|number| bench.heard(number)).position(|heard| heard == wav(Tune::Paid, 50));
        assert!(last.is_some_and(|last| last < TUNES_WAITING_MAX + 1), "{last:?}");
    }

    #[test]
    fn a_missing_program_is_told_once_in_words_and_the_other_goes_on() {
        let bench = Bench::new("missing", "0", "/nowhere/aplay");
        let Health::Fault(words) = bench.health() else { panic!("it is not there") };
        assert!(words.contains("`/nowhere/aplay` is not on this machine"), "{words}");
        for _ in 0..3 {
            bench.hear(Some(Tune::Taken), "one", "en");
        }
        assert_eq!(bench.heard(0), b"one\n");
        assert!(bench.events.try_recv().is_err(), "it was told already");
    }

    #[test]
    fn a_program_that_fails_says_why_and_is_ready_when_it_does_no_more() {
        let bench = Bench::new("fails", "0", "false");
        assert_eq!(bench.health(), Health::Ready);
        bench.hear(Some(Tune::Call), "", "");
        assert_eq!(bench.health(), Health::Fault("`false` could not: it does not say why".to_owned()));
    }
}
