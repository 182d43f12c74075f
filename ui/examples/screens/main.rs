//! Draws every screen: `cargo run -p ui --example screens -- [--out DIR] [--only WORD] [--sheets DIR] [--manual DIR]`.
//! `--out` gets each screen as a picture of its own, and what the window does by itself; `--only` keeps those whose name
//! has the word in it. `--sheets` gets the contact sheets of the principal sizes, `--manual` the manuals' pictures.

mod manual;
mod moments;
mod palette;
mod sheet;

use std::fs;
use std::path::{Path, PathBuf};

use ui::window::album::{Sheet, sheets};
use ui::window::{Picture, WindowError};

type Done = Result<(), Box<dyn std::error::Error>>;

/// What was asked for.
#[derive(Default)]
struct Wanted {
    out: Option<PathBuf>,
    only: Option<String>,
    sheets: Option<PathBuf>,
    manual: Option<PathBuf>,
}

fn main() -> Done {
    let wanted = Wanted::read(std::env::args().skip(1))?;
    for path in [&wanted.out, &wanted.sheets, &wanted.manual].into_iter().flatten() {
        fs::create_dir_all(path)?;
    }
    let mut count = 0;
    for sheet in sheets() {
        count += draw(&sheet, &wanted)?;
    }
    if let Some(folder) = &wanted.out {
        count += moments::write(folder, wanted.only.as_deref())?;
    }
    if let Some(folder) = &wanted.manual {
        count += manual::write(folder)?;
    }
    println!("{count} pictures drawn");
    Ok(())
}

impl Wanted {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Wanted, String> {
        let mut wanted = Wanted::default();
        while let Some(word) = arguments.next() {
            let value = arguments.next().ok_or(format!("{word} wants something behind it"))?;
            match word.as_str() {
                "--out" => wanted.out = Some(value.into()),
                "--only" => wanted.only = Some(value),
                "--sheets" => wanted.sheets = Some(value.into()),
                "--manual" => wanted.manual = Some(value.into()),
                other => return Err(format!("what is {other}?")),
            }
        }
        Ok(wanted)
    }
}

/// Draws the screens of one size, language and look, as far as somebody wants them. Answers how many.
fn draw(sheet: &Sheet, wanted: &Wanted) -> Result<usize, WindowError> {
    let folder = wanted.sheets.as_deref().filter(|_| sheet::is_contact_sheet(sheet));
    if wanted.out.is_none() && folder.is_none() {
        return Ok(0);
    }
    let (mut thumbs, mut count, mut fault) = (Vec::new(), 0, Ok(()));
    sheet.draw(|name, picture| {
        let file = format!("{}-{name}.png", sheet.name());
        if let Some(out) = wanted.out.as_deref().filter(|_| wanted.only.as_ref().is_none_or(|word| file.contains(word)))
        {
            count += 1;
            let written = picture.png().and_then(|png| save(out, &file, &png));
            if written.is_err() {
                fault = written;
            }
        }
        if folder.is_some() {
            thumbs.push(sheet::thumb(&picture));
        }
    })?;
    fault?;
    if let Some(folder) = folder {
        count += 1;
        save(folder, &format!("{}.png", sheet.name()), &palette::png(&sheet::contact_sheet(&thumbs))?)?;
    }
    Ok(count)
}

fn save(folder: &Path, name: &str, png: &[u8]) -> Result<(), WindowError> {
    fs::write(folder.join(name), png).map_err(|error| WindowError::Picture(format!("{name}: {error}")))
}

/// A picture without anything on it.
fn nothing() -> Picture {
    Picture { width: 1, height: 1, rgb: vec![0; 3] }
}
