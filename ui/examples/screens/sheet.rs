//! Several pictures on one: contact sheets, and steps side by side.

use ui::window::Picture;
use ui::window::album::Sheet;

/// Pictures side by side on a contact sheet: lying, standing.
const ACROSS: (usize, usize) = (6, 9);
/// Width of one picture there, in pixels: lying, standing.
const THUMB: (u32, u32) = (300, 180);
/// Between two pictures, in pixels.
const GAP: usize = 12;
const GROUND: u8 = 0xb8;

/// Whether it is one of those in the documentation: light Chinese and dark English, in the principal size.
pub fn is_contact_sheet(sheet: &Sheet) -> bool {
    let shown = [("zh-CN", "light"), ("en", "dark")];
    let principal = match sheet.face {
        "kiosk" => (1080, 1920),
        "stock" => (720, 1280),
        _ => (1280, 800),
    };
    sheet.size == principal && shown.contains(&(sheet.language, sheet.look))
}

/// As it stands on a contact sheet.
pub fn thumb(picture: &Picture) -> Picture {
    small(picture, if picture.width < picture.height { THUMB.1 } else { THUMB.0 })
}

/// All of them, row by row.
pub fn contact_sheet(thumbs: &[Picture]) -> Picture {
    let Some(first) = thumbs.first() else { return super::nothing() };
    side_by_side(thumbs, if first.width < first.height { ACROSS.1 } else { ACROSS.0 })
}

/// Pictures of one size, so many in a row, on grey ground.
pub fn side_by_side(pictures: &[Picture], across: usize) -> Picture {
    let Some(first) = pictures.first() else { return super::nothing() };
    let across = across.min(pictures.len());
    let down = pictures.len().div_ceil(across);
    let (step_x, step_y) = (first.width as usize + GAP, first.height as usize + GAP);
    let (width, height) = (across * step_x + GAP, down * step_y + GAP);
    let mut rgb = vec![GROUND; 3 * width * height];
    for (place, picture) in pictures.iter().enumerate() {
        let (left, top) = (GAP + place % across * step_x, GAP + place / across * step_y);
        for (row, line) in picture.rgb.chunks(3 * picture.width as usize).enumerate() {
            let at = 3 * ((top + row) * width + left);
            rgb[at..at + line.len()].copy_from_slice(line);
        }
    }
    Picture { width: width as u32, height: height as u32, rgb }
}

/// The picture so many pixels wide, each the mean of those that it stands for.
pub fn small(picture: &Picture, width: u32) -> Picture {
    let height = picture.height * width / picture.width;
    let mut rgb = Vec::with_capacity((3 * width * height) as usize);
    let span =
        |at: u32, parts: u32, whole: u32| at * whole / parts..((at + 1) * whole / parts).max(at * whole / parts + 1);
    for y in 0..height {
        let rows = span(y, height, picture.height);
        for x in 0..width {
            let columns = span(x, width, picture.width);
            let count = (rows.len() * columns.len()) as u32;
            for part in 0..3 {
                let pixels = rows.clone().flat_map(|row| columns.clone().map(move |column| (row, column)));
                let bytes = pixels
                    .map(|(row, column)| u32::from(picture.rgb[(3 * (row * picture.width + column) + part) as usize]));
                rgb.push((bytes.sum::<u32>() / count) as u8);
            }
        }
    }
    Picture { width, height, rgb }
}
