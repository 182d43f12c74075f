//! Frames that others recorded between real tills and terminals, and the same messages as an independent program reads and
//! writes them: those of the `zvt` crate.

use std::path::PathBuf;

use zvt::ZvtSerializer;
use zvt::packets;

use super::codec::{Frame, FrameReader};
use super::message::{self, Message};

/// The recordings, where cargo unpacked the crate. A crate that is taken from elsewhere has none.
fn recordings() -> Vec<(String, Vec<u8>)> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let Some(sources) = home.and_then(|home| std::fs::read_dir(home.join("registry").join("src")).ok()) else {
        return Vec::new();
    };
    let folders = sources.flatten().map(|source| source.path().join("zvt-0.1.0").join("data"));
    let Some(files) = folders.filter_map(|folder| std::fs::read_dir(folder).ok()).next() else { return Vec::new() };
    let read = |file: std::fs::DirEntry| {
        let bytes = std::fs::read(file.path()).ok()?;
        Some((file.file_name().to_string_lossy().into_owned(), bytes))
    };
    files.flatten().filter_map(read).collect()
}

#[test]
fn recorded_frames_are_cut_and_read_as_by_others() {
    let recordings = recordings();
    if recordings.is_empty() {
        return eprintln!("the recordings of the zvt crate are not on this machine");
    }
    let (mut statuses, mut versions) = (0, 0);
    for (name, bytes) in &recordings {
        let mut reader = FrameReader::default();
        let frames: Vec<Frame> = bytes.iter().flat_map(|byte| reader.feed(&[*byte])).collect();
        assert!(frames.len() == 1 && !reader.is_open(), "{name}: one whole frame");
        assert_eq!(frames[0].bytes(), *bytes, "{name}");
        match Message::read(&frames[0]) {
            Message::Status(ours) => {
                let (theirs, _) = packets::StatusInformation::zvt_deserialize(bytes).expect("a status");
                statuses += 1;
                assert_eq!(ours.amount.map(|amount| amount.units() as usize), theirs.amount, "{name}");
                assert_eq!(ours.result, theirs.result_code, "{name}");
                assert_eq!(ours.receipt.map(usize::from), theirs.receipt_no, "{name}");
                assert_eq!(ours.trace.map(|trace| trace as usize), theirs.trace_number, "{name}");
                assert_eq!(ours.terminal.map(|terminal| terminal as usize), theirs.terminal_id, "{name}");
                assert_eq!(ours.currency.map(usize::from), theirs.currency, "{name}");
                let time = ours.time.map(|(h, m, s)| usize::from(h) * 10_000 + usize::from(m) * 100 + usize::from(s));
                assert_eq!(time, theirs.time, "{name}");
                assert_eq!(ours.date.map(|(m, d)| usize::from(m) * 100 + usize::from(d)), theirs.date, "{name}");
            }
            Message::Completion(completion) => versions += usize::from(completion.version.is_some()),
            Message::Abort(reason) => assert_eq!(reason, bytes[3], "{name}"),
            Message::Ack | Message::Nack(_) | Message::Progress(_) | Message::Other => {}
        }
    }
    assert!(statuses >= 4 && versions >= 1, "{statuses} statuses and {versions} versions in the recordings");
}

#[test]
fn commands_are_what_others_send() {
    let registration = packets::Registration { password: 123_456, config_byte: 0x18, currency: Some(978), tlv: None };
    assert_eq!(message::registration([0x12, 0x34, 0x56], 978).bytes(), registration.zvt_serialize());
    assert_eq!(message::acknowledge().bytes(), packets::Ack {}.zvt_serialize());
}
