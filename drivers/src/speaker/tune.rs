//! Tunes as sound files, made of whole numbers alone: the same bytes on every machine.

/// Samples a second: enough for the highest note, and small.
pub const SAMPLES_PER_SECOND: u32 = 16_000;
/// The loudest sample; a little below the largest, so that nothing clips on the way.
const PEAK: i64 = 26_000;
/// How long a note swells and fades: without it each one clicks.
const EDGE_MS: u32 = 6;
/// Bytes before the samples of a plain sound file.
const HEADER_BYTES: u32 = 44;

/// A tune, by what it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tune {
    /// A scan was taken: one short high note.
    Taken,
    /// A scan was taken and something was saved: two that rise.
    Saved,
    /// Not taken: two low long ones that fall.
    Refused,
    /// A person is needed: three, with pauses.
    Call,
    /// Paid: a chord, note by note.
    Paid,
}

impl Tune {
    /// All of them.
    pub const ALL: [Tune; 5] = [Tune::Taken, Tune::Saved, Tune::Refused, Tune::Call, Tune::Paid];

    /// Pitch in hertz and length in milliseconds, one after the other; 0 is silence.
    pub fn notes(self) -> &'static [(u32, u32)] {
        match self {
            Tune::Taken => &[(1_568, 70)],
            Tune::Saved => &[(1_568, 60), (0, 25), (2_093, 110)],
            Tune::Refused => &[(330, 170), (0, 60), (262, 260)],
            Tune::Call => &[(880, 150), (0, 130), (880, 150), (0, 130), (1_175, 280)],
            Tune::Paid => &[(1_047, 90), (1_319, 90), (1_568, 260)],
        }
    }
}

/// A tune as a sound file (RIFF WAVE: PCM, one channel, 16 bits), so loud of a hundred.
pub fn wav(tune: Tune, volume_percent: u8) -> Vec<u8> {
    let mut samples: Vec<i16> = Vec::new();
    for (pitch_hz, length_ms) in tune.notes() {
        note(&mut samples, *pitch_hz, *length_ms, volume_percent);
    }
    let bytes = u32::try_from(2 * samples.len()).unwrap_or(0);
    let mut file = Vec::with_capacity(samples.len() * 2 + HEADER_BYTES as usize);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(HEADER_BYTES - 8 + bytes).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&SAMPLES_PER_SECOND.to_le_bytes());
    file.extend_from_slice(&(SAMPLES_PER_SECOND * 2).to_le_bytes());
    file.extend_from_slice(&2_u16.to_le_bytes());
    file.extend_from_slice(&16_u16.to_le_bytes());
    file.extend_from_slice(b"data");
    file.extend_from_slice(&bytes.to_le_bytes());
    samples.iter().for_each(|sample| file.extend_from_slice(&sample.to_le_bytes()));
    file
}

fn note(samples: &mut Vec<i16>, pitch_hz: u32, length_ms: u32, volume_percent: u8) {
    let count = u64::from(SAMPLES_PER_SECOND) * u64::from(length_ms) / 1_000;
    let edge = u64::from(SAMPLES_PER_SECOND) * u64::from(EDGE_MS) / 1_000;
    for at in 0..count {
        // Of 65,536 parts of a turn.
        let turn = at * u64::from(pitch_hz) * 65_536 / u64::from(SAMPLES_PER_SECOND) % 65_536;
        let swell = edge.min(at).min(count - 1 - at);
        let loud = PEAK * i64::from(volume_percent.min(100)) / 100;
        let sample = sine(turn) * loud / 32_768 * i64::try_from(swell).unwrap_or(0) / i64::try_from(edge).unwrap_or(1);
        samples.push(i16::try_from(sample).unwrap_or(0));
    }
}

/// Of a turn in 65,536 parts, in 32,768 parts of one: Bhaskara's quotient, less than 0.2 % from the sine itself.
fn sine(turn: u64) -> i64 {
    let half = i64::try_from(turn % 32_768).unwrap_or(0);
    let product = half * (32_768 - half);
    let arch = 16 * product * 32_768 / (5 * 32_768 * 32_768 - 4 * product);
    if turn < 32_768 { arch } else { -arch }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    #[test]
    fn a_tune_is_a_right_sound_file() {
        let file = wav(Tune::Taken, 100);
        // 70 ms of 16,000 samples of two bytes: 2,240 bytes behind 44.
        let header: [u8; 44] = *b"RIFF\xe4\x08\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x80\x3e\x00\x00\x00\x7d\x00\x00\x02\x00\x10\x00data\xc0\x08\x00\x00";
        assert_eq!(file[..44], header);
        assert_eq!(file.len(), 44 + 2_240);
        let samples: Vec<i16> = file[44..].as_chunks::<2>().0.iter().map(|pair| i16::from_le_bytes(*pair)).collect();
        assert_eq!((samples[0], *samples.last().unwrap()), (0, 0), "it begins and ends in silence");
        assert_eq!(samples[96..104], [14_198, -994, -15_785, -24_812, -24_713, -15_527, -666, 14_466]);
        let peak = |volume| {
            wav(Tune::Taken, volume)[44..].as_chunks::<2>().0.iter().map(|pair| i16::from_le_bytes(*pair)).max()
        };
        assert!(peak(100) > Some(25_000) && peak(50) < Some(13_100) && peak(0) == Some(0));
        assert_eq!(wav(Tune::Paid, 200), wav(Tune::Paid, 100));
    }

    #[test]
    fn tunes_differ_in_pitch_and_in_rhythm() {
        for (index, one) in Tune::ALL.iter().enumerate() {
            let pitches = |tune: Tune| tune.notes().iter().map(|note| note.0).collect::<Vec<_>>();
            let rhythm = |tune: Tune| tune.notes().iter().map(|note| note.1).collect::<Vec<_>>();
            for other in &Tune::ALL[index + 1..] {
                assert!(pitches(*one) != pitches(*other) && rhythm(*one) != rhythm(*other), "{one:?} {other:?}");
            }
            assert!(wav(*one, 100).len() < 48_000, "{one:?} does not fit into a pipe at once");
        }
    }

    #[test]
    fn the_sine_is_one() {
        for turn in 0..65_536_u32 {
            let true_sine = (f64::from(turn) / 65_536.0 * TAU).sin();
            let made = sine(u64::from(turn)) as f64 / 32_768.0;
            assert!((true_sine - made).abs() < 0.002, "{turn}: {true_sine} {made}");
        }
    }
}
