//! What the shopper sees on the screen that is turned to her, as plain data.

use serde::{Deserialize, Serialize};

use crate::screen::Line;

/// The shopper's screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Shopper {
    /// Language of the texts, e.g. `zh-CN`.
    pub language: String,
    /// What she does or what is done for her.
    pub step: ShopperStep,
    /// The shop's name.
    pub store: String,
    /// One sentence, e.g. `欢迎，138****6621` or `请出示付款码`.
    pub title: String,
    /// One more, smaller, or empty.
    pub help: String,
    /// Name of the drawing beside the sentence, e.g. `mobile`, or empty.
    #[serde(default)]
    pub icon: String,
    /// Oldest first; voided lines are gone.
    pub lines: Vec<Line>,
    /// The line that was just scanned, by its number.
    pub newest: Option<u32>,
    /// File of the picture of that line's goods, or empty.
    #[serde(default)]
    pub picture: String,
    /// How many, e.g. `3 件`, or empty.
    #[serde(default)]
    pub count: String,
    /// What the total is, e.g. `合计`.
    #[serde(default)]
    pub total_of: String,
    /// The total with its currency sign, or empty.
    pub total: String,
    /// What was saved, or empty.
    pub saved: String,
    /// The member's masked name, or empty.
    pub member: String,
    /// A large number beside the total while or after paying, e.g. change; with what it is.
    pub amount: String,
    /// What the large number is, e.g. `找零`.
    pub amount_of: String,
    /// What she scans with her phone, or empty; drawn as a QR code.
    pub code: String,
    /// Pictures shown in turn while nobody is served: files.
    pub pictures: Vec<String>,
}

/// What the shopper's screen shows; decides how it is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum ShopperStep {
    /// Nobody is served: the shop's pictures.
    #[default]
    Idle,
    /// The till is closed.
    Closed,
    /// Goods are scanned.
    Goods,
    /// Paying: one instruction.
    Pay,
    /// A payment's outcome is not known.
    InDoubt,
    /// Paid: thanks, change, receipt.
    Thanks,
}
