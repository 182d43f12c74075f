//! What a card terminal sends: frames, and a dialog that takes them at any moment.

use domain::money::{Currency, Money};
use domain::payment::Family;
use drivers::payment::zvt::{Dialog, FrameReader, Message, Settings};
use hal::PaymentOrder;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Replies of one dialog at most: each frame ends at most one command.
const REPLIES_MAX: usize = 64;

/// Reads bytes as a terminal's, while a payment and its reversal are under way.
pub fn read(data: &[u8]) {
    let settings = Settings { password: [0; 3], currency: 156, zone: TimeZone::UTC };
    let now = Timestamp::UNIX_EPOCH;
    let mut dialog = Dialog::new(settings);
    let order = PaymentOrder {
        no: "T1".into(),
        family: Family::Terminal,
        amount: Money::minor(1295),
        currency: Currency::of("CNY").expect("a currency the shop knows"),
        at: now,
    };
    dialog.pay(&order).expect("room");
    dialog.reverse(&order).expect("room");
    dialog.ask(&order).expect("room");
    let mut reader = FrameReader::default();
    let frames = reader.feed(data);
    let bytes: Vec<u8> = frames.iter().flat_map(|frame| frame.bytes()).collect();
    assert!(bytes.len() <= data.len() + 2 * frames.len(), "a frame is what was read");
    for frame in frames.iter().take(REPLIES_MAX) {
        let _ = Message::read(frame);
        let _ = dialog.outgoing(now);
        if dialog.take(frame, now).is_err() {
            break;
        }
    }
    assert!(std::iter::from_fn(|| dialog.next_reply()).take(REPLIES_MAX + 1).count() <= REPLIES_MAX);
}
