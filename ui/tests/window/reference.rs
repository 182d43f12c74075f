//! Every screen looks as it did when somebody looked at it: the lightness of its blocks is held against
//! `ui/tests/reference/`. `./x screens --accept` takes the screens as they are; `GUITAI_SHOTS=DIR` keeps them to look at.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use ui::window::album::{Sheet, blocks, sheets};

/// Blocks across and down: of a till of 1280x800 each is 32x32 pixels.
const BLOCKS: (u32, u32) = (40, 25);
/// A block may be so much lighter or darker, of 255: other machines have other versions of the fonts.
const SHADE_MAX: u8 = 10;
/// So many of a screen's blocks may differ by more.
const STRANGE_MAX: usize = 4;

#[test]
fn the_till_looks_as_it_did_in_its_principal_size() {
    hold(|sheet| sheet.face == "till" && sheet.size == (1280, 800));
}

#[test]
fn the_till_looks_as_it_did_in_other_sizes() {
    hold(|sheet| sheet.face == "till" && sheet.size != (1280, 800));
}

#[test]
fn the_self_checkout_looks_as_it_did() {
    hold(|sheet| sheet.face == "kiosk");
}

#[test]
fn the_stock_desk_looks_as_it_did() {
    hold(|sheet| sheet.face == "stock");
}

#[test]
fn the_shoppers_screen_looks_as_it_did() {
    hold(|sheet| sheet.face == "shopper");
}

fn hold(wanted: impl Fn(&Sheet) -> bool) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests").join("reference");
    let accepts = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut strange = Vec::new();
    let mut held = 0;
    for sheet in sheets().into_iter().filter(|sheet| sheet.is_held && wanted(sheet)) {
        let path = folder.join(format!("{}.txt", sheet.name()));
        let before = fs::read_to_string(&path).unwrap_or_default();
        let mut now = String::new();
        sheet
            .draw(|name, picture| {
                held += 1;
                super::shopper::save(&format!("{}-{name}", sheet.name()), &picture);
                let shades = blocks(&picture, BLOCKS);
                let hex = shades.iter().fold(String::new(), |mut hex, shade| {
                    let _ = write!(hex, "{shade:02x}");
                    hex
                });
                let known = before.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
                match known.map(|known| differences(known, &shades)) {
                    Some(count) if count <= STRANGE_MAX => {}
                    Some(count) => strange.push(format!("{} {name}: {count} blocks differ", sheet.name())),
                    None => strange.push(format!("{} {name}: nobody has looked at it", sheet.name())),
                }
                let _ = writeln!(now, "{name} {hex}");
            })
            .expect("a canvas");
        let gone = before
            .lines()
            .filter_map(|line| line.split(' ').next())
            .find(|name| !now.lines().any(|line| line.split(' ').next() == Some(name)));
        if let Some(name) = gone {
            strange.push(format!("{} {name}: it is gone", sheet.name()));
        }
        if accepts {
            fs::create_dir_all(&folder).and_then(|()| fs::write(&path, now)).expect("the reference can be written");
        }
    }
    assert!(held > 0, "there is nothing to look at");
    assert!(
        accepts || strange.is_empty(),
        "look at these (./x screens --out DIR), then take them (./x screens --accept):\n{}",
        strange.join("\n")
    );
}

/// Blocks that are much lighter or darker than they were.
fn differences(known: &str, shades: &[u8]) -> usize {
    let before = known.as_bytes().as_chunks::<2>().0.iter().map(|pair| {
        let text = std::str::from_utf8(pair).unwrap_or_default();
        u8::from_str_radix(text, 16).unwrap_or_default()
    });
    let before: Vec<u8> = before.collect();
    if before.len() != shades.len() {
        return shades.len();
    }
    before.iter().zip(shades).filter(|(before, now)| before.abs_diff(**now) > SHADE_MAX).count()
}
