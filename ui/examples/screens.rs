//! Draws every screen: `cargo run -p ui --example screens -- [--out DIR] [--sheets DIR]`. `--out` gets each screen as a
//! picture of its own, `--sheets` the contact sheets of the principal sizes.

use std::fs;
use std::path::{Path, PathBuf};

use ui::window::album::{Sheet, sheets};
use ui::window::{Picture, WindowError};

type Done = Result<(), Box<dyn std::error::Error>>;

/// Pictures side by side on a contact sheet, by whether they stand upright.
const ACROSS: (usize, usize) = (6, 9);
/// Width of one picture there.
const THUMB: (u32, u32) = (300, 180);
/// Between two pictures, in pixels.
const GAP: usize = 12;
const GROUND: u8 = 0xb8;

fn main() -> Done {
    let (mut out, mut folder) = (None, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(word) = arguments.next() {
        let path = arguments.next().map(PathBuf::from).ok_or("a folder is missing")?;
        match word.as_str() {
            "--out" => out = Some(path),
            "--sheets" => folder = Some(path),
            other => return Err(format!("what is {other}?").into()),
        }
    }
    for path in [&out, &folder].into_iter().flatten() {
        fs::create_dir_all(path)?;
    }
    let mut count = 0;
    for sheet in sheets() {
        let is_shown = folder.is_some() && is_contact_sheet(&sheet);
        if out.is_none() && !is_shown {
            continue;
        }
        let mut thumbs = Vec::new();
        let mut fault: Result<(), WindowError> = Ok(());
        sheet.draw(|name, picture| {
            count += 1;
            let written = write(out.as_deref(), &format!("{}-{name}.png", sheet.name()), &picture);
            if let Err(error) = written {
                fault = Err(error);
            }
            if is_shown {
                thumbs.push(small(&picture, if picture.width < picture.height { THUMB.1 } else { THUMB.0 }));
            }
        })?;
        fault?;
        if let (Some(folder), true) = (&folder, is_shown) {
            write(Some(folder), &format!("{}.png", sheet.name()), &contact_sheet(&thumbs))?;
        }
    }
    println!("{count} screens drawn");
    Ok(())
}

/// Light Chinese and dark English, in the principal size.
fn is_contact_sheet(sheet: &Sheet) -> bool {
    let shown = [("zh-CN", "light"), ("en", "dark")];
    let principal =
        matches!((sheet.face, sheet.size), ("till", (1280, 800)) | ("kiosk", (1080, 1920)) | ("stock", (720, 1280)));
    principal && shown.contains(&(sheet.language, sheet.look))
}

fn write(folder: Option<&Path>, name: &str, picture: &Picture) -> Result<(), WindowError> {
    let Some(folder) = folder else { return Ok(()) };
    fs::write(folder.join(name), picture.png()?).map_err(|error| WindowError::Picture(error.to_string()))
}

/// The picture so many pixels wide, each the mean of those that it stands for.
fn small(picture: &Picture, width: u32) -> Picture {
    let height = picture.height * width / picture.width;
    let mut rgb = Vec::with_capacity((3 * width * height) as usize);
    let span =
        |at: u32, parts: u32, whole: u32| at * whole / parts..((at + 1) * whole / parts).max(at * whole / parts + 1);
    for y in 0..height {
        let rows = span(y, height, picture.height);
        for x in 0..width {
            let columns = span(x, width, picture.width);
            for part in 0..3 {
                let pixels = rows.clone().flat_map(|row| columns.clone().map(move |column| (row, column)));
                let bytes = pixels
                    .map(|(row, column)| u32::from(picture.rgb[(3 * (row * picture.width + column) + part) as usize]));
                let count = (rows.len() * columns.len()) as u32;
                rgb.push((bytes.sum::<u32>() / count) as u8);
            }
        }
    }
    Picture { width, height, rgb }
}

fn contact_sheet(thumbs: &[Picture]) -> Picture {
    let Some(first) = thumbs.first() else { return Picture { width: 1, height: 1, rgb: vec![GROUND; 3] } };
    let across = if first.width < first.height { ACROSS.1 } else { ACROSS.0 }.min(thumbs.len());
    let down = thumbs.len().div_ceil(across);
    let (step_x, step_y) = (first.width as usize + GAP, first.height as usize + GAP);
    let (width, height) = (across * step_x + GAP, down * step_y + GAP);
    let mut rgb = vec![GROUND; 3 * width * height];
    for (place, thumb) in thumbs.iter().enumerate() {
        let (left, top) = (GAP + place % across * step_x, GAP + place / across * step_y);
        for (row, line) in thumb.rgb.chunks(3 * thumb.width as usize).enumerate() {
            let at = 3 * ((top + row) * width + left);
            rgb[at..at + line.len()].copy_from_slice(line);
        }
    }
    Picture { width: width as u32, height: height as u32, rgb }
}
