//! What a terminal lets people hear: each thing once, on every loudspeaker of the device file.

use drivers::counter::Counter;
use drivers::speaker::{SpeakerOrder, Tune};
use ui::heard::{Heard, Sound};

/// What was heard last.
#[derive(Default)]
pub(super) struct Voice {
    count: u64,
}

impl Voice {
    /// Lets it be heard when it is new; nothing here waits for a device.
    pub(super) fn hear(&mut self, counter: &Counter, heard: &Heard) {
        if let Some(order) = self.order(heard).filter(|_| counter.has_speaker()) {
            counter.hear(&order);
        }
    }

    fn order(&mut self, heard: &Heard) -> Option<SpeakerOrder> {
        if std::mem::replace(&mut self.count, heard.count) == heard.count {
            return None;
        }
        let order =
            SpeakerOrder { tune: tune(heard.sound), sentence: heard.spoken.clone(), language: heard.language.clone() };
        (order.tune.is_some() || !order.sentence.is_empty()).then_some(order)
    }
}

fn tune(sound: Sound) -> Option<Tune> {
    match sound {
        Sound::None => None,
        Sound::Taken => Some(Tune::Taken),
        Sound::Saved => Some(Tune::Saved),
        Sound::Refused => Some(Tune::Refused),
        Sound::Call => Some(Tune::Call),
        Sound::Paid => Some(Tune::Paid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_is_heard_once() {
        let mut voice = Voice::default();
        let heard = |sound, spoken: &str, count| Heard { sound, spoken: spoken.into(), language: "en".into(), count };
        assert_eq!(voice.order(&heard(Sound::None, "", 0)), None, "nothing was to be heard yet");
        let taken = voice.order(&heard(Sound::Taken, "", 1)).expect("a tune");
        assert_eq!((taken.tune, taken.sentence.as_str()), (Some(Tune::Taken), ""));
        assert_eq!(voice.order(&heard(Sound::Taken, "", 1)), None, "the screen changed, and nothing else");
        assert!(voice.order(&heard(Sound::Taken, "", 2)).is_some(), "the same once more");
        let spoken = voice.order(&heard(Sound::None, "Thank you", 3)).expect("a sentence");
        assert_eq!((spoken.tune, spoken.sentence.as_str(), spoken.language.as_str()), (None, "Thank you", "en"));
        assert_eq!(voice.order(&heard(Sound::None, "", 4)), None);
    }
}
