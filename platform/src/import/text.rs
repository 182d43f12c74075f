//! A file's bytes as text.

use std::path::Path;

use encoding_rs::GB18030;

use super::{FILE_BYTES_MAX, ImportError};

/// Reads a file as UTF-8, or else as GB18030 with a note that says so.
pub(super) fn read(file: &Path) -> Result<(String, Option<String>), ImportError> {
    let io = |source| ImportError::File { file: file.display().to_string(), source };
    if std::fs::metadata(file).map_err(io)?.len() > FILE_BYTES_MAX {
        return Err(ImportError::TooLarge);
    }
    decode(std::fs::read(file).map_err(io)?)
}

fn decode(bytes: Vec<u8>) -> Result<(String, Option<String>), ImportError> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(ImportError::Encoding("the file is UTF-16; save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\")"));
    }
    if bytes.contains(&0) {
        return Err(ImportError::Encoding(
            "the file has zero bytes: it is not a CSV file, or is UTF-16; save it as \"CSV UTF-8\"",
        ));
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => {
            let text = match text.strip_prefix('\u{feff}') {
                Some(rest) => rest.to_owned(),
                None => text,
            };
            return Ok((text, None));
        }
        Err(error) => error.into_bytes(),
    };
    let text = GB18030.decode_without_bom_handling_and_without_replacement(&bytes).ok_or(ImportError::Encoding(
        "the file is neither UTF-8 nor GB18030; save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\")",
    ))?;
    let note = "the file is not UTF-8; it was read as GB18030, check that the names are right";
    Ok((text.into_owned(), Some(note.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_as_what_they_are() {
        let text = "code,name\n1,农夫山泉\n";
        assert_eq!(decode(text.into()).unwrap(), (text.to_owned(), None));
        assert_eq!(decode(format!("\u{feff}{text}").into()).unwrap().0, text);
        let (read, note) = decode(GB18030.encode(text).0.into_owned()).unwrap();
        assert_eq!(read, text);
        assert!(note.unwrap().contains("GB18030"));
        assert!(decode(vec![0xff, 0xfe, b'c', 0]).is_err());
        assert!(decode(vec![b'c', 0xff, b'\n']).is_err());
    }
}
