//! Characters as dots, from a font of the system, as the character generator of a thermal printer has them.

use std::collections::HashMap;
use std::path::Path;

use ab_glyph::{Font, FontVec, PxScale, point};

/// Dots of a hanzi in font A.
pub(super) const HANZI_DOTS: usize = 24;

/// Known places of fonts with Chinese characters; the number is the face within the file, one with Latin letters of half
/// the width of a hanzi where there is one.
const PLACES: [(&str, u32); 7] = [
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 7),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 7),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 7),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 1),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 1),
    ("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", 0),
    ("/usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf", 0),
];

/// How dark a dot's area must be to be burnt.
const BURN: f32 = 0.42;

/// A character's dots, row by row.
#[derive(Debug)]
pub(super) struct Dots {
    pub width: usize,
    pub height: usize,
    pub burnt: Vec<bool>,
}

/// A printer's character generator.
pub(super) struct CharacterGenerator {
    face: Option<FontVec>,
    drawn: HashMap<(char, usize, usize), Dots>,
}

impl CharacterGenerator {
    /// With the first font found, or without one: then papers have text and no letters in their picture.
    pub fn find() -> CharacterGenerator {
        let own = std::env::var("GUITAI_FONT").ok();
        let own = own.iter().map(|path| (path.as_str(), 0));
        let face = own.chain(PLACES).find_map(|(path, index)| open(Path::new(path), index));
        if face.is_none() {
            tracing::warn!(
                "no font with Chinese characters found (install fonts-noto-cjk or fonts-wqy-microhei): papers are kept as text, their pictures stay without letters"
            );
        }
        CharacterGenerator { face, drawn: HashMap::new() }
    }

    pub fn has_letters(&self) -> bool {
        self.face.is_some()
    }

    /// The dots of a character in a cell of this size.
    pub fn dots(&mut self, character: char, width: usize, height: usize) -> &Dots {
        let face = self.face.as_ref();
        self.drawn.entry((character, width, height)).or_insert_with(|| match face {
            Some(face) => draw(face, character, width, height),
            None => Dots { width, height, burnt: vec![false; width * height] },
        })
    }
}

fn open(path: &Path, index: u32) -> Option<FontVec> {
    let bytes = std::fs::read(path).ok()?;
    let face = FontVec::try_from_vec_and_index(bytes, index).ok()?;
    (face.glyph_id('汉').0 != 0).then_some(face)
}

fn draw(face: &FontVec, character: char, width: usize, height: usize) -> Dots {
    let mut dots = Dots { width, height, burnt: vec![false; width * height] };
    let id = face.glyph_id(character);
    if id.0 == 0 {
        return frame(dots);
    }
    let units = face.units_per_em().unwrap_or(1000.0);
    let em = height as f32;
    let scale = em * face.height_unscaled() / units;
    let advance = face.h_advance_unscaled(id) / units * em;
    // Letters of a face that is not made for cells are pressed into theirs.
    let squeeze = (width as f32 / advance.max(1.0)).min(1.0);
    let left = (width as f32 - advance * squeeze) / 2.0;
    let baseline = (em * 0.865).round();
    let glyph = id.with_scale_and_position(PxScale { x: scale * squeeze, y: scale }, point(left, baseline));
    if let Some(outline) = face.outline_glyph(glyph) {
        let (x0, y0) = (outline.px_bounds().min.x as i32, outline.px_bounds().min.y as i32);
        outline.draw(|x, y, dark| {
            let (x, y) = (x0 + x as i32, y0 + y as i32);
            let inside = (0..width as i32).contains(&x) && (0..height as i32).contains(&y);
            if inside && dark > BURN {
                dots.burnt[y as usize * width + x as usize] = true;
            }
        });
    }
    dots
}

/// An empty box: the font lacks the character.
fn frame(mut dots: Dots) -> Dots {
    for y in 2..dots.height - 2 {
        for x in 1..dots.width - 1 {
            let edge = y == 2 || y == dots.height - 3 || x == 1 || x == dots.width - 2;
            dots.burnt[y * dots.width + x] = edge;
        }
    }
    dots
}
