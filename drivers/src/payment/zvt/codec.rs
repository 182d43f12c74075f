//! Frames of the ZVT protocol on TCP: bytes in any pieces to frames, and back. Pure.
//!
//! A frame is class, instruction, length and data; a length of `FF` is followed by two bytes, low one first (ZVT transport and
//! application protocol PA00P016, "APDU").

/// Data of one frame at most, by its length's two bytes.
pub const DATA_BYTES_MAX: usize = 0xffff;

/// One frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// First byte of its control field.
    pub class: u8,
    /// Second byte of its control field.
    pub instruction: u8,
    /// Its data, at most [`DATA_BYTES_MAX`].
    pub data: Vec<u8>,
}

impl Frame {
    /// A frame; panics on more data than a frame holds, which nothing here ever sends.
    pub fn new(class: u8, instruction: u8, data: impl Into<Vec<u8>>) -> Frame {
        let data = data.into();
        assert!(data.len() <= DATA_BYTES_MAX, "a frame of {} bytes", data.len());
        Frame { class, instruction, data }
    }

    /// Its bytes on the wire.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![self.class, self.instruction];
        match u8::try_from(self.data.len()) {
            Ok(length) if length < 0xff => bytes.push(length),
            _ => {
                let length = self.data.len() as u16;
                bytes.push(0xff);
                bytes.extend(length.to_le_bytes());
            }
        }
        bytes.extend(&self.data);
        bytes
    }
}

/// Cuts bytes into frames. Holds at most one frame.
#[derive(Debug, Default)]
pub struct FrameReader {
    partial: Vec<u8>,
}

impl FrameReader {
    /// Takes bytes; gives the frames that they complete.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Frame> {
        let mut frames = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let wanted = self.wanted();
            let (now, later) = rest.split_at(wanted.min(rest.len()));
            self.partial.extend(now);
            rest = later;
            if self.wanted() == 0 {
                frames.push(self.finish());
            }
        }
        frames
    }

    /// Whether a frame has begun and not ended.
    pub fn is_open(&self) -> bool {
        !self.partial.is_empty()
    }

    /// Bytes that are missing before more can be told; 0 when the frame is whole.
    fn wanted(&self) -> usize {
        let Some(head) = self.head_bytes() else { return 1 };
        (head + self.data_bytes()).saturating_sub(self.partial.len())
    }

    /// Length of the head, once enough of it is there to know.
    fn head_bytes(&self) -> Option<usize> {
        match self.partial.as_slice() {
            [_, _, 0xff, _, _, ..] => Some(5),
            [_, _, 0xff, ..] => None,
            [_, _, _, ..] => Some(3),
            _ => None,
        }
    }

    fn data_bytes(&self) -> usize {
        match self.partial.as_slice() {
            [_, _, 0xff, low, high, ..] => usize::from(u16::from_le_bytes([*low, *high])),
            [_, _, length, ..] => usize::from(*length),
            _ => 0,
        }
    }

    fn finish(&mut self) -> Frame {
        let head = self.head_bytes().expect("a whole frame has a head");
        let whole = std::mem::take(&mut self.partial);
        Frame { class: whole[0], instruction: whole[1], data: whole[head..].to_vec() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_length_takes_one_byte_or_three() {
        let bytes = |data: usize| Frame::new(0x06, 0xd3, vec![7; data]).bytes();
        assert_eq!(Frame::new(0x80, 0, []).bytes(), [0x80, 0, 0]);
        assert_eq!(&bytes(0xfe)[..4], [0x06, 0xd3, 0xfe, 7]);
        assert_eq!(&bytes(0xff)[..6], [0x06, 0xd3, 0xff, 0xff, 0x00, 7]);
        assert_eq!(&bytes(0x0461)[..6], [0x06, 0xd3, 0xff, 0x61, 0x04, 7]);
    }

    proptest! {
        #[test]
        fn frames_come_back_from_any_pieces(
            lengths in proptest::collection::vec(0usize..700, 1..5),
            cuts in proptest::collection::vec(1usize..300, 1..20),
        ) {
            let frames: Vec<Frame> =
                lengths.iter().map(|length| Frame::new(4, 0x0f, vec![*length as u8; *length])).collect();
            let bytes: Vec<u8> = frames.iter().flat_map(Frame::bytes).collect();
            let mut reader = FrameReader::default();
            let (mut read, mut rest) = (Vec::new(), &bytes[..]);
            for cut in cuts.iter().cycle() {
                let (now, later) = rest.split_at((*cut).min(rest.len()));
                read.extend(reader.feed(now));
                rest = later;
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(read, frames);
            prop_assert!(!reader.is_open());
        }

        #[test]
        fn any_bytes_leave_the_reader_within_one_frame(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
            let mut reader = FrameReader::default();
            let frames = reader.feed(&bytes);
            prop_assert!(reader.partial.len() <= DATA_BYTES_MAX + 5);
            prop_assert!(frames.len() <= bytes.len() / 3);
        }
    }
}
