//! `doctor decode`: codes in folders of pictures, compared with the texts beside them.

mod picture;
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use drivers::scanner::camera::Luma;
use drivers::scanner::camera::decode::{Codes, Decoder, WORK_USUAL, read_by_rqrr, read_by_rxing};
use hal::Scan;

use picture::PictureError;
use table::{Count, FolderReport, Trial};

/// Folders within folders at most.
const DEPTH_MAX: usize = 16;
/// Pixels of the size at which times are compared.
const PIXELS_COMPARED: f32 = 640.0 * 480.0;

/// Which pictures.
#[derive(Clone, Debug, clap::Args)]
pub struct DecodeOptions {
    /// Folders of pictures (PNG, JPEG), each with its text in a `.txt` beside it; a picture without one holds no code.
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// Also write the figures to this file, as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

pub(super) fn run(options: &DecodeOptions) -> anyhow::Result<ExitCode> {
    let mut folders = Vec::new();
    for folder in &options.folders {
        let known = fs::metadata(folder).with_context(|| format!("failed looking into {}", folder.display()))?;
        anyhow::ensure!(known.is_dir(), "{} is not a folder", folder.display());
        collect(folder, 0, &mut folders)?;
    }
    let mut reports = Vec::new();
    for (folder, pictures) in &folders {
        reports.push(look_at(folder, pictures));
    }
    print!("{}", table::text(&reports));
    if let Some(path) = &options.json {
        let json = serde_json::to_string_pretty(&table::json(&reports))?;
        fs::write(path, json + "\n").with_context(|| format!("failed writing {}", path.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A folder and all folders in it that hold files other than texts, by name.
fn collect(folder: &Path, depth: usize, into: &mut Vec<(PathBuf, Vec<PathBuf>)>) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("failed looking into {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    let (inner, files): (Vec<PathBuf>, Vec<PathBuf>) = paths.into_iter().partition(|path| path.is_dir());
    let is_text = |path: &PathBuf| path.extension().is_some_and(|kind| kind == "txt" || kind == "bin");
    let pictures: Vec<PathBuf> = files.into_iter().filter(|path| !is_text(path)).collect();
    if !pictures.is_empty() {
        into.push((folder.to_owned(), pictures));
    }
    for folder in inner.iter().filter(|_| depth < DEPTH_MAX) {
        collect(folder, depth + 1, into)?;
    }
    Ok(())
}

fn look_at(folder: &Path, pictures: &[PathBuf]) -> FolderReport {
    let mut report = FolderReport::new(folder);
    let decoder = Decoder::new(Codes::USUAL);
    for path in pictures {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let luma = match picture::read(path) {
            Ok(luma) => luma,
            Err(PictureError::Kind) => {
                report.skipped.push(name);
                continue;
            }
            Err(error) => {
                report.unread.push(format!("{name}: {error}"));
                continue;
            }
        };
        let text = text_beside(path);
        let ours = |luma: &Luma| -> Vec<Scan> {
            decoder.study(luma, WORK_USUAL).into_iter().map(|found| found.scan).collect()
        };
        report.pictures += 1;
        report.with_text += usize::from(text.is_some());
        try_one(&mut report.rqrr, &name, text.as_deref(), &luma, read_by_rqrr);
        try_one(&mut report.rxing, &name, text.as_deref(), &luma, read_by_rxing);
        try_one(&mut report.ours, &name, text.as_deref(), &luma, ours);
        let scaled = to_compared_size(&luma);
        let begun = Instant::now();
        ours(&scaled);
        report.compared_ms.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    report
}

fn try_one(trial: &mut Trial, name: &str, text: Option<&str>, luma: &Luma, decode: impl Fn(&Luma) -> Vec<Scan>) {
    let begun = Instant::now();
    let scans = decode(luma);
    trial.times_ms.push(begun.elapsed().as_secs_f64() * 1000.0);
    let count = judge(text, &scans);
    trial.count(count);
    if count == Count::Wrong {
        let read: Vec<&str> = scans.iter().map(|scan| scan.data.as_str()).collect();
        trial.wrong_names.push(format!("{name}: {read:?}"));
    } else if count == Count::Missed {
        trial.missed_names.push(name.to_owned());
    }
    if count == Count::Found {
        trial.besides += scans.len() - 1;
    }
}

/// Found when the text is among the codes that were read; wrong when something else was, or anything where there is none.
fn judge(text: Option<&str>, scans: &[Scan]) -> Count {
    match text {
        None if scans.is_empty() => Count::Clean,
        None => Count::Wrong,
        Some(_) if scans.is_empty() => Count::Missed,
        Some(text) if scans.iter().any(|scan| says(scan, text)) => Count::Found,
        Some(_) => Count::Wrong,
    }
}

/// Whether a code says a text, whatever white space ends either. Texts of UPC and DataBar are often written without what a
/// scanner gives before them: the zero that makes a UPC-A an EAN-13, and the `01` of an element string.
fn says(scan: &Scan, text: &str) -> bool {
    let (data, text) = (plain(&scan.data), plain(text));
    data == text
        || data.strip_prefix('0') == Some(&text) && text.len() == 12
        || data.strip_prefix("01") == Some(&text) && text.len() == 14
        || drivers::scanner::camera::decode::expanded(&text).is_some_and(|long| long == data)
}

fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_owned()
}

/// The text beside a picture, in UTF-8 or as bytes of Latin letters.
fn text_beside(path: &Path) -> Option<String> {
    let bytes = fs::read(path.with_extension("txt")).or_else(|_| fs::read(path.with_extension("bin"))).ok()?;
    Some(match String::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(error) => error.as_bytes().iter().map(|byte| char::from(*byte)).collect(),
    })
}

/// The picture with as many pixels as 640 x 480 has, in its own shape.
fn to_compared_size(luma: &Luma) -> Luma {
    let factor = (PIXELS_COMPARED / luma.pixels().len() as f32).sqrt();
    let side = |side: usize| ((side as f32 * factor).round() as usize).max(1);
    luma.resized(side(luma.width()), side(luma.height())).unwrap_or_else(|| luma.clone())
}

#[cfg(test)]
mod tests;
