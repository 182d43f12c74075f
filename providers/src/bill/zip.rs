//! As much of ZIP as a bill needs (PKWARE APPNOTE 6.3): files that are stored or deflated, found by the central
//! directory, checked by their CRC, never larger than told.

use std::io::Read;

use flate2::Crc;
use flate2::read::DeflateDecoder;

use super::{BillError, wrong};

/// Files that are looked at.
const FILES_MAX: usize = 16;
/// Size of the end of the central directory without its comment.
const END_BYTES: usize = 22;

/// One packed file.
pub(super) struct File<'a> {
    packed: &'a [u8],
    deflated: bool,
    crc: u32,
    bytes: usize,
}

/// The files of an archive.
pub(super) fn files(archive: &[u8]) -> Result<Vec<File<'_>>, BillError> {
    parse(archive).ok_or(BillError::Format { line: 0, what: "it is no ZIP file" })
}

fn parse(archive: &[u8]) -> Option<Vec<File<'_>>> {
    let last = archive.len().checked_sub(END_BYTES)?;
    let first = last.saturating_sub(usize::from(u16::MAX));
    let end = (first..=last).rev().find(|at| archive[*at..].starts_with(b"PK\x05\x06"))?;
    let count = usize::from(u16_at(archive, end + 10)?);
    if count > FILES_MAX {
        return None;
    }
    let mut at = u32_at(archive, end + 16)?;
    let mut files = Vec::new();
    for _ in 0..count {
        let entry = archive.get(at..).filter(|entry| entry.starts_with(b"PK\x01\x02"))?;
        files.push(file(archive, entry)?);
        let variable: usize =
            [28, 30, 32].into_iter().map(|field| u16_at(entry, field).map(usize::from)).sum::<Option<usize>>()?;
        at = at.checked_add(46 + variable)?;
    }
    Some(files)
}

fn file<'a>(archive: &'a [u8], entry: &[u8]) -> Option<File<'a>> {
    let deflated = match u16_at(entry, 10)? {
        0 => false,
        8 => true,
        _ => return None,
    };
    let packed_bytes = u32_at(entry, 20)?;
    let local = archive.get(u32_at(entry, 42)?..).filter(|local| local.starts_with(b"PK\x03\x04"))?;
    let start = 30 + usize::from(u16_at(local, 26)?) + usize::from(u16_at(local, 28)?);
    let packed = local.get(start..start.checked_add(packed_bytes)?)?;
    let crc = u32_at(entry, 16)? as u32;
    Some(File { packed, deflated, crc, bytes: u32_at(entry, 24)? })
}

impl File<'_> {
    /// Its content, at most so many bytes.
    pub(super) fn unpack(&self, bytes_max: usize) -> Result<Vec<u8>, BillError> {
        if self.bytes > bytes_max {
            return wrong(0, "it is too long");
        }
        let mut content = Vec::new();
        let limit = self.bytes as u64 + 1;
        let read = match self.deflated {
            true => DeflateDecoder::new(self.packed).take(limit).read_to_end(&mut content),
            false => self.packed.take(limit).read_to_end(&mut content),
        };
        let mut crc = Crc::new();
        crc.update(&content);
        match read {
            Ok(bytes) if bytes == self.bytes && crc.sum() == self.crc => Ok(content),
            Ok(_) | Err(_) => wrong(0, "a file in it is damaged"),
        }
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes) as usize)
}
