//! A ZIP archive of files that are not compressed (APPNOTE.TXT, 4.3), as bills come in.

use flate2::Crc;

/// The archive of files with their names as bytes, in their own encoding.
pub(super) fn of(files: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for (name, content) in files {
        let offset = archive.len() as u32;
        let about = about(name, content);
        archive.extend(b"PK\x03\x04");
        archive.extend(&about);
        archive.extend(name);
        archive.extend(content);
        // Made by version 2.0; no comment, first disk, no attributes.
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&about);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name);
    }
    let (offset, length, count) = (archive.len() as u32, directory.len() as u32, files.len() as u16);
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend(count.to_le_bytes());
    archive.extend(count.to_le_bytes());
    archive.extend(length.to_le_bytes());
    archive.extend(offset.to_le_bytes());
    archive.extend([0; 2]);
    archive
}

/// What both headers say of a file.
fn about(name: &[u8], content: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(content);
    let length = (content.len() as u32).to_le_bytes();
    let mut about = Vec::new();
    // Needs version 2.0; no flags; stored; no time; the first of January 1980.
    about.extend([20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0]);
    about.extend(crc.sum().to_le_bytes());
    about.extend(length);
    about.extend(length);
    about.extend((name.len() as u16).to_le_bytes());
    about.extend([0; 2]);
    about
}
