//! Pictures in a row as binary PGM (`P5`), the plainest way to hand over grey pictures: what a program such as ffmpeg
//! sends that fetches the pictures of a camera in the network.

use super::luma::Luma;

/// Bytes of a header at most, comments included.
const HEADER_BYTES_MAX: usize = 256;
/// Pixels of a picture at most.
const FRAME_PIXELS_MAX: usize = 8_000_000;

/// Why bytes are no row of pictures.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PgmError {
    /// Something else is sent.
    #[error("the stream is no row of grey pictures (binary PGM, P5, 255 shades)")]
    Header,
    /// A picture is too large.
    #[error("a picture has {0} pixels, at most {FRAME_PIXELS_MAX} are taken")]
    Large(usize),
}

/// Cuts bytes into pictures. Holds one picture at most; after an error it is spent.
#[derive(Debug, Default)]
pub struct PgmCodec {
    bytes: Vec<u8>,
    /// Where the pixels begin and what size they have, once the header is there.
    header: Option<(usize, usize, usize)>,
}

impl PgmCodec {
    /// Takes bytes; gives the last picture that they complete, because an older one is of no use to a scanner.
    ///
    /// # Errors
    /// [`PgmError`] for what is no picture; nothing more can be read then.
    pub fn feed(&mut self, mut bytes: &[u8]) -> Result<Option<Luma>, PgmError> {
        let mut last = None;
        while !bytes.is_empty() {
            let room = match self.header {
                Some((begin, width, height)) => begin + width * height - self.bytes.len(),
                None => 1,
            };
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.bytes.extend_from_slice(now);
            bytes = later;
            if self.header.is_none() {
                self.header = header(&self.bytes)?;
            }
            if let Some((begin, width, height)) = self.header
                && self.bytes.len() == begin + width * height
            {
                last = Luma::new(width, height, self.bytes.split_off(begin));
                self.bytes.clear();
                self.header = None;
            }
        }
        Ok(last)
    }
}

/// A picture as PGM.
pub fn pgm(luma: &Luma) -> Vec<u8> {
    let mut bytes = format!("P5\n{} {}\n255\n", luma.width(), luma.height()).into_bytes();
    bytes.extend_from_slice(luma.pixels());
    bytes
}

/// Where the pixels begin, and what size they have; `None` while more of the header is to come.
fn header(bytes: &[u8]) -> Result<Option<(usize, usize, usize)>, PgmError> {
    if !b"P5".starts_with(&bytes[..bytes.len().min(2)]) || bytes.len() > HEADER_BYTES_MAX {
        return Err(PgmError::Header);
    }
    let mut numbers = Vec::new();
    let mut at = 2;
    while numbers.len() < 3 {
        // White space and comments before a number, then the number, then one white space.
        let Some(byte) = bytes.get(at) else { return Ok(None) };
        match byte {
            b'#' => match bytes[at..].iter().position(|byte| *byte == b'\n') {
                Some(length) => at += length + 1,
                None => return Ok(None),
            },
            byte if byte.is_ascii_whitespace() => at += 1,
            byte if byte.is_ascii_digit() => {
                let Some(length) = bytes[at..].iter().position(|byte| !byte.is_ascii_digit()) else { return Ok(None) };
                let digits = std::str::from_utf8(&bytes[at..at + length]).ok();
                numbers.push(digits.and_then(|digits| digits.parse::<usize>().ok()).ok_or(PgmError::Header)?);
                at += length;
            }
            _ => return Err(PgmError::Header),
        }
    }
    let (width, height) = (numbers[0], numbers[1]);
    if numbers[2] != 255 || width == 0 || height == 0 || !bytes[at].is_ascii_whitespace() {
        return Err(PgmError::Header);
    }
    match width.checked_mul(height) {
        Some(pixels) if pixels <= FRAME_PIXELS_MAX => Ok(Some((at + 1, width, height))),
        pixels => Err(PgmError::Large(pixels.unwrap_or(usize::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn pictures_are_cut_from_a_stream() {
        let mut codec = PgmCodec::default();
        assert_eq!(codec.feed(b"P5\n# a camera\n2 1\n255\n\x0a\x0bP5 1 1 255\n"), Ok(Luma::new(2, 1, vec![10, 11])));
        assert_eq!(codec.feed(b"\x07"), Ok(Luma::new(1, 1, vec![7])));
        let refused = |bytes: &[u8], error| assert_eq!(PgmCodec::default().feed(bytes), Err(error));
        refused(b"P6\n1 1\n255\n...", PgmError::Header);
        refused(b"P5\n1 1\n65535\n..", PgmError::Header);
        refused(b"P5\n0 1\n255\n", PgmError::Header);
        refused(b"P5\n4000 4000\n255\n", PgmError::Large(16_000_000));
        refused(&[b"P5 ".as_slice(), &[b' '; 300]].concat(), PgmError::Header);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn pieces_give_the_same_last_picture_as_the_whole(
            frames in proptest::collection::vec((1usize..5, 1usize..5, any::<u8>()), 1..4),
            cut in 0usize..100,
            rubbish in proptest::collection::vec(any::<u8>(), 0..30),
        ) {
            let lumas: Vec<Luma> =
                frames.iter().filter_map(|&(w, h, shade)| Luma::new(w, h, vec![shade; w * h])).collect();
            let bytes: Vec<u8> = lumas.iter().flat_map(pgm).collect();
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut codec = PgmCodec::default();
            let first = codec.feed(head).unwrap();
            let last = codec.feed(tail).unwrap().or(first);
            prop_assert_eq!(last.as_ref(), lumas.last());
            let mut codec = PgmCodec::default();
            let _ = codec.feed(&rubbish);
            prop_assert!(codec.bytes.len() <= HEADER_BYTES_MAX + FRAME_PIXELS_MAX);
        }
    }
}
