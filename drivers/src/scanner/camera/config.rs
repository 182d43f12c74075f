//! How a camera is set up.

use std::ops::RangeInclusive;
use std::os::unix::fs::FileTypeExt;
use std::sync::Arc;

use hal::{DeviceError, Scanner};
use serde::Deserialize;

use super::decode::Codes;
use super::driver::CameraScanner;
use super::socket::SocketFrames;
use super::source::FrameSource;
use super::v4l::{V4lCamera, V4lSettings};
use crate::registry::{ConfigError, Driver, check_path, check_range, refuse};
use crate::tally::Tally;

/// Pixels of a picture's side.
const SIDE: RangeInclusive<u32> = 160..=4096;
/// Looks in a second.
const FPS: RangeInclusive<u32> = 1..=30;

/// A kind of code, as the device file names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CodeKind {
    /// QR.
    Qr,
    /// EAN-13, EAN-8, UPC-A, UPC-E.
    Ean,
    /// Code 128 and GS1-128.
    Code128,
    /// Code 39 and Code 93.
    Code39,
    /// Interleaved 2 of 5.
    Itf,
    /// Codabar.
    Codabar,
    /// GS1 DataBar.
    Databar,
    /// Data Matrix.
    Datamatrix,
    /// PDF417.
    Pdf417,
    /// Aztec.
    Aztec,
}

/// A camera that reads codes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CameraConfig {
    /// What people call it.
    #[serde(default = "camera_name")]
    pub name: String,
    /// Device file such as `/dev/video0`, or a local socket on which a program sends pictures as PGM.
    pub path: String,
    /// Pixels in a row.
    #[serde(default = "width_usual")]
    pub width: u32,
    /// Rows.
    #[serde(default = "height_usual")]
    pub height: u32,
    /// Looks in a second while something moves.
    #[serde(default = "fps_usual")]
    pub fps: u32,
    /// The kinds of code that are looked for.
    #[serde(default = "codes_usual")]
    pub codes: Vec<CodeKind>,
}

impl CameraConfig {
    fn codes(&self) -> Codes {
        self.codes.iter().fold(Codes::NONE, |codes, kind| match kind {
            CodeKind::Qr => Codes { qr: true, ..codes },
            CodeKind::Ean => Codes { ean: true, ..codes },
            CodeKind::Code128 => Codes { code128: true, ..codes },
            CodeKind::Code39 => Codes { code39: true, ..codes },
            CodeKind::Itf => Codes { itf: true, ..codes },
            CodeKind::Codabar => Codes { codabar: true, ..codes },
            CodeKind::Databar => Codes { databar: true, ..codes },
            CodeKind::Datamatrix => Codes { datamatrix: true, ..codes },
            CodeKind::Pdf417 => Codes { pdf417: true, ..codes },
            CodeKind::Aztec => Codes { aztec: true, ..codes },
        })
    }

    fn source(&self, tally: &Arc<Tally>) -> Result<Box<dyn FrameSource>, DeviceError> {
        let about = std::fs::metadata(&self.path).map_err(|_| DeviceError::Unplugged)?;
        if about.file_type().is_socket() {
            return Ok(Box::new(SocketFrames::open(&self.path, tally)?));
        }
        if !about.file_type().is_char_device() {
            let cause = "it is neither a camera nor a socket".to_owned();
            return Err(DeviceError::Opening { path: self.path.clone(), cause });
        }
        let settings = V4lSettings { path: self.path.clone(), width: self.width, height: self.height, fps: self.fps };
        Ok(Box::new(V4lCamera::open(&settings, tally)?))
    }
}

impl Driver<Box<dyn Scanner>> for CameraConfig {
    fn name(&self) -> &str {
        &self.name
    }

    fn claims(&self) -> Option<&str> {
        Some(&self.path)
    }

    fn check(&self) -> Result<(), ConfigError> {
        check_path(&self.name, &self.path)?;
        check_range(&self.name, "width", self.width, SIDE)?;
        check_range(&self.name, "height", self.height, SIDE)?;
        check_range(&self.name, "fps", self.fps, FPS)?;
        if self.codes.is_empty() {
            return refuse(&self.name, "codes must name at least one kind, such as \"qr\" or \"ean\"");
        }
        Ok(())
    }

    fn open(&self, tally: &Arc<Tally>) -> Result<Box<dyn Scanner>, DeviceError> {
        Ok(Box::new(CameraScanner::new(self.source(tally)?, self.codes(), self.fps)))
    }
}

fn camera_name() -> String {
    "camera".to_owned()
}

fn width_usual() -> u32 {
    640
}

fn height_usual() -> u32 {
    480
}

fn fps_usual() -> u32 {
    10
}

fn codes_usual() -> Vec<CodeKind> {
    vec![CodeKind::Qr, CodeKind::Ean, CodeKind::Code128, CodeKind::Databar, CodeKind::Datamatrix]
}

#[cfg(test)]
mod tests {
    use crate::registry::DeviceConfig;

    #[test]
    fn wrong_settings_are_refused_in_words() {
        let check = |rest: &str, words: &str| {
            let text = format!("[[scanner]]\ndriver = \"camera\"\npath = \"/dev/video0\"\n{rest}");
            let refused = DeviceConfig::from_toml(&text).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(refused.contains(words), "{rest}: {refused}");
        };
        check("fps = 0", "1 to 30");
        check("width = 9", "160 to 4096");
        check("codes = []", "at least one kind");
        check("codes = [\"ocr\"]", "ocr");
        let right =
            "[[scanner]]\ndriver = \"camera\"\npath = \"/dev/video0\"\nheight = 720\ncodes = [\"qr\", \"databar\"]";
        assert_eq!(DeviceConfig::from_toml(right).map(|config| config.scanner.len()), Ok(1));
    }
}
