//! What a shopper sees at a self-checkout, as plain data. Texts are finished: one sentence a step.
//!
//! The goods are those of [`crate::Screen::basket`]. What is touched comes back as [`crate::Intent::Press`] with the id of a
//! key, [`crate::Intent::PickItem`] with the id of goods, [`crate::Intent::Answer`] with what was typed, or
//! [`crate::Intent::Language`].

use serde::{Deserialize, Serialize};

use crate::key::Key;
use crate::screen::{Choice, Item, Keys};

/// Id of the key that calls the attendant; the view draws it, always at the same corner.
pub const CALL: &str = "call";
/// Id of the key that says `I am still here`, while [`Kiosk::leaves_in_s`] counts; the view draws it.
pub const STAY: &str = "stay";
/// Id of the key that gives the basket up, beside [`STAY`]; the view draws it.
pub const LEAVE: &str = "leave";
/// Id of the key that makes everything low and large, or ends that; the view draws it.
pub const ACCESSIBLE: &str = "accessible";
/// Id of the key for the shop's own people on the attract screen; the view draws it, small.
pub const STAFF: &str = "staff";

/// The self-checkout's face.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kiosk {
    /// What the shopper does now.
    pub step: KioskStep,
    /// One sentence: what to do now, e.g. `请扫描第一件商品`.
    pub title: String,
    /// One more, smaller, or empty.
    pub help: String,
    /// The large drawing of this step.
    pub drawing: Drawing,
    /// What can be touched now; at most one is [`crate::key::KeyKind::Main`].
    pub keys: Vec<Key>,
    /// Goods with pictures to touch.
    pub items: Vec<Item>,
    /// Groups of goods above them; the chosen one is ticked.
    pub groups: Vec<Key>,
    /// A large number with its sign or unit, or empty: what is due, what the scale says.
    pub amount: String,
    /// What it is, e.g. `应付` or `0.456 kg × 12.80`.
    pub amount_of: String,
    /// On-screen keys of a question; [`Keys::None`] where nothing is typed.
    pub pad: Keys,
    /// What the shopper scans with the phone, or empty; drawn as a QR code.
    pub code: String,
    /// Why the last try was not taken, in tolerant words, or empty.
    pub message: String,
    /// Lines of a list, e.g. what the attendant looks through; each can be touched as [`crate::Intent::Choose`].
    pub rows: Vec<Choice>,
    /// Whether the key that calls the attendant can be touched; it is always at the same corner.
    pub can_call: bool,
    /// What is said of a call: `店员马上就来`, or empty.
    pub called: String,
    /// Seconds until the basket is given up, when the shopper seems gone; the screen asks whether she is still there.
    pub leaves_in_s: Option<u32>,
    /// Whether everything is in the lower part, larger, and with more time.
    pub accessible: bool,
    /// Languages to choose from: tag and own name; the present one is ticked.
    pub languages: Vec<Key>,
    /// The picture of the attract screen and of advertisements: a file, or empty.
    pub picture: String,
    /// Pictures of the goods in the basket: number of the line and file. A line without one is drawn by its first letter.
    #[serde(default)]
    pub pictures: Vec<(u32, String)>,
}

/// Nothing is told, asked or touched.
impl Default for Kiosk {
    fn default() -> Kiosk {
        Kiosk {
            step: KioskStep::default(),
            title: String::new(),
            help: String::new(),
            drawing: Drawing::default(),
            keys: Vec::new(),
            items: Vec::new(),
            groups: Vec::new(),
            amount: String::new(),
            amount_of: String::new(),
            // A question has keys, everything else has none.
            pad: Keys::None,
            code: String::new(),
            message: String::new(),
            rows: Vec::new(),
            can_call: false,
            called: String::new(),
            leaves_in_s: None,
            accessible: false,
            languages: Vec::new(),
            picture: String::new(),
            pictures: Vec::new(),
        }
    }
}

/// What the shopper does; decides how the screen is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum KioskStep {
    /// The kiosk takes nobody: not signed on, no catalogue, a fault.
    #[default]
    Closed,
    /// Nobody is there.
    Attract,
    /// Goods are scanned; the basket is in view.
    Scan,
    /// Goods without a code are found by picture.
    Pick,
    /// Goods are weighed.
    Weigh,
    /// The bagging scale waits for something, with what in tolerant words.
    Bag,
    /// Something is typed or shown: member, coupon.
    Ask,
    /// How to pay; the basket is in view.
    Pay,
    /// A payment is under way, or its outcome is unknown.
    Payment,
    /// Which receipt.
    Receipt,
    /// Paid: thanks, what to take along.
    Thanks,
    /// The attendant is needed; the shopper waits.
    Wait,
    /// The attendant is here: what waits for leave, what she may do.
    Attendant,
}

/// The large drawing of a step; each has its meaning in words beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Drawing {
    /// None.
    #[default]
    None,
    /// Hold the code below the scanner.
    Scan,
    /// Put it into the bagging area.
    Bag,
    /// Lay it on the scale.
    Scale,
    /// Show the code on the phone.
    Phone,
    /// Use the card terminal.
    Card,
    /// The attendant comes.
    Attendant,
    /// Take the receipt.
    Receipt,
    /// Done.
    Done,
    /// Something is wrong.
    Fault,
}
