//! How a camera was held, as its JPEG says.

/// The orientation of a JPEG's EXIF part, 1 to 8 (EXIF 2.32, tag 0x0112); 1, upright, where it says nothing.
pub fn exif_orientation(jpeg: &[u8]) -> u8 {
    exif(jpeg).and_then(orientation).filter(|orientation| (1..=8).contains(orientation)).unwrap_or(1)
}

/// The TIFF part behind `Exif` in the segments before the picture.
fn exif(jpeg: &[u8]) -> Option<&[u8]> {
    let mut rest = jpeg.strip_prefix(b"\xff\xd8")?;
    while let [0xff, marker, high, low, after @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low])).checked_sub(2)?;
        let segment = after.get(..length)?;
        match marker {
            0xe1 if segment.starts_with(b"Exif\0\0") => return segment.get(6..),
            0xda => return None,
            _ => rest = &after[length..],
        }
    }
    None
}

fn orientation(tiff: &[u8]) -> Option<u8> {
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes = [*tiff.get(at)?, *tiff.get(at + 1)?];
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |at: usize| {
        let (first, second) = (u32::from(short(at)?), u32::from(short(at.checked_add(2)?)?));
        Some(if little { second << 16 | first } else { first << 16 | second })
    };
    let directory = usize::try_from(long(4)?).ok()?.min(tiff.len());
    (0..usize::from(short(directory)?))
        .map(|entry| directory + 2 + 12 * entry)
        .find(|&at| short(at) == Some(0x0112))
        .and_then(|at| u8::try_from(short(at + 8)?).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_orientation_is_read_in_either_order_of_bytes() {
        let check = |tiff: &[u8], expect: u8| {
            let mut jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xe1".to_vec();
            jpeg.extend((tiff.len() as u16 + 8).to_be_bytes());
            jpeg.extend(b"Exif\0\0");
            jpeg.extend(tiff);
            assert_eq!(exif_orientation(&jpeg), expect);
        };
        check(b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0", 6);
        check(b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0", 8);
        check(b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x09\0\0", 1);
        check(b"MM\0*\xff\xff\xff\xff", 1);
        assert_eq!(exif_orientation(b"\xff\xd8\xff\xda\x00\x02"), 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn any_bytes_have_an_orientation(bytes in proptest::collection::vec(any::<u8>(), 0..60), is_exif: bool) {
            let mut jpeg = b"\xff\xd8\xff\xe1\x00\x30Exif\0\0II*\0".to_vec();
            if !is_exif {
                jpeg.truncate(4);
            }
            jpeg.extend(bytes);
            prop_assert!((1..=8).contains(&exif_orientation(&jpeg)));
        }
    }
}
