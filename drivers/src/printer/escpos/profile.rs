//! What differs between makes of ESC/POS printers, as data: `profiles.toml`, and what the device file says against it.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use domain::receipt::Picture;
use hal::{Completion, PrinterCapabilities};
use serde::Deserialize;

use super::pages::Page;

/// One make of printer, or how it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Width of its paper.
    pub width_mm: u8,
    /// Latin letters of font A on a line: 32 on 58 mm, 48 (or 42) on 80 mm.
    pub columns: u8,
    /// Dots on a line at 203 dpi: 384 on 58 mm, 576 (or 512) on 80 mm.
    pub dots: u16,
    /// Which letters it has.
    pub encoding: Encoding,
    /// The number of its code page in `ESC t n`, where its letters are those of one.
    pub page_number: u8,
    /// How its Chinese mode stands when it wakes up.
    pub chinese: ChineseMode,
    /// How it ends a receipt.
    pub cutter: Cutter,
    /// Who draws QR codes.
    pub qr: Drawn,
    /// Who draws bars.
    pub barcode: Drawn,
    /// Whether lines with letters that it lacks are drawn; otherwise something else stands for each.
    pub draws_missing: bool,
    /// Rows of one picture command, 8 to 256.
    pub band_rows: u16,
    /// How it tells its status.
    pub status: StatusMeans,
    /// How it tells that a job is on paper.
    pub completion: Completion,
    /// Whether it understands the real-time commands that clear its buffers and pulse the drawer (`DLE DC4`).
    pub realtime: bool,
    /// How long the pulse of a drawer on its socket is, and the rest after it.
    pub pulse: DrawerPin,
    /// The drawer's pin, when one hangs on it.
    pub drawer: Option<DrawerPin>,
    /// The shop's logo, no wider than the paper.
    pub logo: Option<Arc<Picture>>,
}

/// Which letters a printer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub enum Encoding {
    /// ASCII and the two-byte characters of GB18030, about those of GBK: what printers sold in China have.
    #[default]
    Gbk,
    /// Those of four bytes too.
    Gb18030,
    /// ASCII alone is trusted.
    Ascii,
    /// A code page of one byte a letter.
    Page(Page),
}

impl TryFrom<String> for Encoding {
    type Error = String;

    fn try_from(name: String) -> Result<Encoding, String> {
        match name.as_str() {
            "gbk" => Ok(Encoding::Gbk),
            "gb18030" => Ok(Encoding::Gb18030),
            "ascii" => Ok(Encoding::Ascii),
            name => Page::named(name).map(Encoding::Page).ok_or_else(|| {
                let pages = Page::ALL.map(Page::name).join(", ");
                format!("an encoding is one of gbk, gb18030, ascii, {pages}, not {name}")
            }),
        }
    }
}

impl Encoding {
    /// Whether it is set in Chinese mode.
    pub fn is_chinese(self) -> bool {
        matches!(self, Encoding::Gbk | Encoding::Gb18030)
    }
}

/// How a printer's Chinese mode stands when it is switched on or reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChineseMode {
    /// It has none, and must not be asked for it.
    None,
    /// Off, as Epson's command reference has it.
    #[default]
    Off,
    /// On.
    On,
}

/// What ends a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cutter {
    /// A hand at the tear bar.
    #[default]
    None,
    /// A knife that leaves a point.
    Partial,
    /// A knife that leaves none.
    Full,
}

/// Who turns a code into dots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drawn {
    /// The printer, on command.
    #[default]
    Command,
    /// The till.
    Raster,
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

/// How a printer tells that a job is on paper; see [`Completion`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CompletionConfig {
    /// By `GS ( H`.
    ProcessId,
    /// By `GS r`.
    #[default]
    Fence,
    /// Not at all.
    Sent,
}

impl From<CompletionConfig> for Completion {
    fn from(config: CompletionConfig) -> Completion {
        match config {
            CompletionConfig::ProcessId => Completion::ProcessId,
            CompletionConfig::Fence => Completion::Fence,
            CompletionConfig::Sent => Completion::Sent,
        }
    }
}

/// A profile as `profiles.toml` has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    width_mm: u8,
    columns: u8,
    dots: u16,
    encoding: Encoding,
    page: Option<u8>,
    #[serde(default)]
    chinese: ChineseMode,
    #[serde(default)]
    cutter: Cutter,
    #[serde(default)]
    qr: Drawn,
    #[serde(default)]
    barcode: Drawn,
    #[serde(default = "band_rows_usual")]
    band_rows: u16,
    #[serde(default)]
    status: StatusMeans,
    #[serde(default)]
    completion: CompletionConfig,
    #[serde(default)]
    realtime: bool,
    #[serde(default = "drawer_on_usual")]
    drawer_on_ms: u16,
    #[serde(default = "drawer_off_usual")]
    drawer_off_ms: u16,
}

fn band_rows_usual() -> u16 {
    256
}

fn drawer_on_usual() -> u16 {
    50
}

fn drawer_off_usual() -> u16 {
    500
}

/// All profiles by their names.
static PROFILES: LazyLock<BTreeMap<String, Entry>> =
    LazyLock::new(|| toml::from_str(include_str!("profiles.toml")).expect("a table of profiles that can be read"));

impl From<&Entry> for Profile {
    fn from(entry: &Entry) -> Profile {
        let usual_number = match entry.encoding {
            Encoding::Page(page) => page.usual_number(),
            Encoding::Gbk | Encoding::Gb18030 | Encoding::Ascii => 0,
        };
        let steps = |ms: u16| (ms / 2).clamp(1, 255) as u8;
        let on_2ms = steps(entry.drawer_on_ms);
        Profile {
            width_mm: entry.width_mm,
            columns: entry.columns,
            dots: entry.dots,
            encoding: entry.encoding,
            page_number: entry.page.unwrap_or(usual_number),
            chinese: entry.chinese,
            cutter: entry.cutter,
            qr: entry.qr,
            barcode: entry.barcode,
            draws_missing: true,
            band_rows: entry.band_rows.clamp(8, 256),
            status: entry.status,
            completion: entry.completion.into(),
            realtime: entry.realtime,
            pulse: DrawerPin { second: false, on_2ms, off_2ms: steps(entry.drawer_off_ms).max(on_2ms) },
            drawer: None,
            logo: None,
        }
    }
}

impl Profile {
    /// The profile of this name, if there is one.
    pub fn named(name: &str) -> Option<Profile> {
        PROFILES.get(name).map(Profile::from)
    }

    /// The usual printer for paper of 58 mm (32 columns, no knife) or of 80 mm (48 columns, a knife), with GBK.
    pub fn of_width(width_mm: u8) -> Profile {
        let name = if width_mm == 58 { "generic-58-gbk" } else { "generic-80-gbk" };
        Profile::named(name).expect("a profile for each usual width")
    }

    /// The names of all profiles.
    pub fn names() -> impl Iterator<Item = &'static str> {
        PROFILES.keys().map(String::as_str)
    }

    /// What the printer can do, for those who print.
    pub fn capabilities(&self) -> PrinterCapabilities {
        let tells_status = self.status != StatusMeans::None;
        PrinterCapabilities {
            columns: self.columns,
            dots: self.dots,
            cuts: self.cutter != Cutter::None,
            drives_drawer: self.drawer.is_some(),
            tells_status,
            // Who answers nothing confirms nothing either.
            completion: if tells_status { self.completion } else { Completion::Sent },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn every_profile_can_be() {
        assert!(Profile::names().count() >= 15);
        for name in Profile::names() {
            let profile = Profile::named(name).expect("a profile");
            assert!(matches!(profile.width_mm, 58 | 80), "{name}");
            assert!(u16::from(profile.columns) * 12 <= profile.dots, "{name}: letters are 12 dots wide");
            let chinese = profile.encoding.is_chinese();
            assert!(!chinese || profile.chinese != ChineseMode::None, "{name}: Chinese without Chinese mode");
        }
        assert_eq!(Profile::named("epson-tm-t88").map(|profile| profile.page_number), Some(19));
        assert_eq!(Profile::named("nobody's"), None);
    }

    /// Where public profiles of printers lie, seen from the project's root.
    const PUBLIC: &str = "../shared/data/escpos/printer-capabilities.json";

    #[test]
    fn named_printers_are_as_the_public_profiles_have_them() {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(PUBLIC);
        let Ok(text) = std::fs::read_to_string(&path) else {
            return println!("skipped: {} is not here", path.display());
        };
        let all: serde_json::Value = serde_json::from_str(&text).expect("a JSON file");
        let named = [
            ("epson-tm-t88", "TM-T88V"),
            ("epson-tm-t20", "TM-T20II"),
            ("epson-tm-m30", "TM-m30III"),
            ("epson-tm-t70-cn", "TM-T70II-CH"),
            ("citizen-ct-s651", "CT-S651"),
            ("zijiang-58", "POS-5890"),
            ("sunmi-v2", "Sunmi-V2"),
            ("bixolon-srp-s300", "SRP-S300"),
            ("rongta-rp326", "RP326"),
        ];
        for (name, theirs) in named {
            let profile = Profile::named(name).expect("a profile");
            let public = &all["profiles"][theirs];
            assert_eq!(public["fonts"]["0"]["columns"], profile.columns, "{name}");
            let pixels = public["media"]["width"]["pixels"].as_u64();
            assert!(pixels.is_none_or(|pixels| pixels == u64::from(profile.dots)), "{name}");
            let can = |feature: &str| public["features"][feature].as_bool().expect("a feature");
            match profile.cutter {
                Cutter::None => assert!(!can("paperFullCut") && !can("paperPartCut"), "{name}"),
                Cutter::Partial => assert!(can("paperPartCut"), "{name}"),
                Cutter::Full => assert!(can("paperFullCut"), "{name}"),
            }
            assert!(profile.qr == Drawn::Raster || can("qrCode"), "{name}");
            assert!(profile.barcode == Drawn::Raster || can("barcodeB"), "{name}");
            assert!(can("bitImageRaster") && can("pulseStandard"), "{name}");
            if let Encoding::Page(page) = profile.encoding {
                let theirs = public["codePages"][profile.page_number.to_string()].as_str().unwrap_or_default();
                let ours = page.name().to_uppercase().replace("WINDOWS-", "CP");
                // Of some printers they know no more than that the number is taken.
                assert!(theirs == ours || theirs == "Unknown", "{name}: {theirs} at {ours}'s number");
            }
        }
    }
}
