//! What differs between makes of ESC/POS printers, as data.

use hal::{Completion, PrinterCapabilities};
use serde::Deserialize;

/// One make of printer, or how it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Latin letters of font A on a line: 32 on 58 mm, 48 (or 42) on 80 mm.
    pub columns: u8,
    /// Dots on a line at 203 dpi: 384 on 58 mm, 576 (or 512) on 80 mm.
    pub dots: u16,
    /// Which Chinese characters it has.
    pub hanzi: Hanzi,
    /// How it tells its status.
    pub status: StatusMeans,
    /// How it tells that a job is on paper.
    pub completion: Completion,
    /// Whether it has a knife.
    pub cuts: bool,
    /// Whether it understands the real-time commands that clear its buffers and pulse the drawer (`DLE DC4`).
    pub realtime: bool,
    /// The drawer's pin, when one hangs on it.
    pub drawer: Option<DrawerPin>,
}

/// Which Chinese characters a printer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
pub enum Hanzi {
    /// The two-byte characters of GB18030, about those of GBK: what printers sold in China have.
    #[default]
    #[serde(rename = "gbk")]
    TwoBytes,
    /// Those of four bytes too.
    #[serde(rename = "gb18030")]
    FourBytes,
}

/// How a printer tells its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatusMeans {
    /// By itself, whenever it changes (automatic status back), beside being asked.
    #[default]
    Asb,
    /// When asked.
    Poll,
    /// Never: a wire in one direction, or a printer without the feature.
    None,
}

/// The pulse for a drawer on the printer's socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DrawerPin {
    /// False for connector pin 2, true for pin 5.
    pub second: bool,
    /// Time under current, in steps of 2 ms.
    pub on_2ms: u8,
    /// Time without, in steps of 2 ms; at least `on_2ms`.
    pub off_2ms: u8,
}

impl Default for DrawerPin {
    /// 50 ms, then 500 ms of rest: enough for common locks, short enough for their coils.
    fn default() -> Self {
        DrawerPin { second: false, on_2ms: 25, off_2ms: 250 }
    }
}

impl Profile {
    /// The usual printer for paper of 58 mm: 32 columns, no knife.
    pub const MM58: Profile = Profile {
        columns: 32,
        dots: 384,
        hanzi: Hanzi::TwoBytes,
        status: StatusMeans::Asb,
        completion: Completion::Fence,
        cuts: false,
        realtime: false,
        drawer: None,
    };

    /// The usual printer for paper of 80 mm: 48 columns, a knife.
    pub const MM80: Profile = Profile { columns: 48, dots: 576, cuts: true, ..Profile::MM58 };

    /// What the printer can do, for those who print.
    pub fn capabilities(&self) -> PrinterCapabilities {
        let tells_status = self.status != StatusMeans::None;
        PrinterCapabilities {
            columns: self.columns,
            dots: self.dots,
            cuts: self.cuts,
            drives_drawer: self.drawer.is_some(),
            tells_status,
            // Who answers nothing confirms nothing either.
            completion: if tells_status { self.completion } else { Completion::Sent },
        }
    }
}
