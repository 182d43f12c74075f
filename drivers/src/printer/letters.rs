//! Letters as dots, from the fonts of the system.

use std::path::Path;
use std::sync::OnceLock;

use ab_glyph::{Font, FontVec, PxScale, point};

/// Known places of fonts, the best first; the number is the face within the file, one with Latin letters of half the
/// width of a hanzi where there is one. The last ones have no hanzi, but scripts that those above lack.
const PLACES: [(&str, u32); 9] = [
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 7),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 7),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 7),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 1),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 1),
    ("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", 0),
    ("/usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf", 0),
    ("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 0),
    ("/usr/share/fonts/TTF/DejaVuSans.ttf", 0),
];
/// Variable that names a font of one's own, used before all others.
const OWN: &str = "GUITAI_FONT";
/// Largest font file; the usual ones have 20 MB.
const FONT_BYTES_MAX: u64 = 64 << 20;

/// How dark a dot's area must be to be burnt.
const BURN: f32 = 0.42;
/// Where letters stand in their cell, from above, as a share of its height.
const BASELINE: f32 = 0.865;

/// A letter's dots, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dots {
    /// Dots on a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Whether each is burnt.
    pub burnt: Vec<bool>,
}

/// Faces of the system, the first of which that has a letter draws it.
pub struct Letters {
    faces: Vec<FontVec>,
}

impl Letters {
    /// The system's, looked for once; without any font there are no letters.
    pub fn of_system() -> &'static Letters {
        static SYSTEM: OnceLock<Letters> = OnceLock::new();
        SYSTEM.get_or_init(|| {
            let own = std::env::var(OWN).ok();
            let mut faces: Vec<FontVec> = own.iter().filter_map(|path| open(Path::new(path), 0)).collect();
            // One with hanzi is enough of those: each is read into memory whole.
            for (path, index) in PLACES {
                let Some(face) = open_unless(path, index, faces.iter().any(has_hanzi)) else { continue };
                faces.push(face);
            }
            if !faces.iter().any(has_hanzi) {
                tracing::warn!("no font with Chinese characters found: install fonts-noto-cjk or fonts-wqy-microhei");
            }
            Letters { faces }
        })
    }

    /// Whether there is a font with Chinese characters.
    pub fn has_hanzi(&self) -> bool {
        self.faces.iter().any(has_hanzi)
    }

    /// Whether some face has this letter.
    pub fn has(&self, letter: char) -> bool {
        self.face_of(letter).is_some()
    }

    /// The letter in a cell of this size, of at least 4 by 8 dots; an empty frame when no face has it, and nothing at
    /// all when there is no font.
    pub fn draw(&self, letter: char, width: usize, height: usize) -> Dots {
        assert!(width >= 4 && height >= 8, "a cell without room for a letter");
        let empty = Dots { width, height, burnt: vec![false; width * height] };
        match self.face_of(letter) {
            Some(face) => draw(face, letter, empty),
            None if self.faces.is_empty() => empty,
            None => frame(empty),
        }
    }

    fn face_of(&self, letter: char) -> Option<&FontVec> {
        self.faces.iter().find(|face| face.glyph_id(letter).0 != 0)
    }
}

fn has_hanzi(face: &FontVec) -> bool {
    face.glyph_id('汉').0 != 0
}

fn open_unless(path: &str, index: u32, hanzi_there: bool) -> Option<FontVec> {
    let face = if hanzi_there && !path.contains("DejaVu") { None } else { open(Path::new(path), index) };
    face.filter(|face| hanzi_there || has_hanzi(face) || path.contains("DejaVu"))
}

fn open(path: &Path, index: u32) -> Option<FontVec> {
    let size = std::fs::metadata(path).ok()?.len();
    let bytes = (size <= FONT_BYTES_MAX).then(|| std::fs::read(path).ok())??;
    FontVec::try_from_vec_and_index(bytes, index).ok()
}

fn draw(face: &FontVec, letter: char, mut dots: Dots) -> Dots {
    let id = face.glyph_id(letter);
    let units = face.units_per_em().unwrap_or(1000.0);
    let em = dots.height as f32;
    let scale = em * face.height_unscaled() / units;
    // Letters of a face that is not made for cells are pressed into theirs.
    let advance = face.h_advance_unscaled(id) / units * em;
    let squeeze = (dots.width as f32 / advance.max(1.0)).min(1.0);
    let left = (dots.width as f32 - advance * squeeze) / 2.0;
    let glyph =
        id.with_scale_and_position(PxScale { x: scale * squeeze, y: scale }, point(left, (em * BASELINE).round()));
    let Some(outline) = face.outline_glyph(glyph) else { return dots };
    let (x0, y0) = (outline.px_bounds().min.x as i32, outline.px_bounds().min.y as i32);
    outline.draw(|x, y, dark| {
        let (x, y) = (x0 + x as i32, y0 + y as i32);
        let inside = (0..dots.width as i32).contains(&x) && (0..dots.height as i32).contains(&y);
        if inside && dark > BURN {
            dots.burnt[y as usize * dots.width + x as usize] = true;
        }
    });
    dots
}

/// An empty box: no font has the letter.
fn frame(mut dots: Dots) -> Dots {
    for y in 2..dots.height - 2 {
        for x in 1..dots.width - 1 {
            let edge = y == 2 || y == dots.height - 3 || x == 1 || x == dots.width - 2;
            dots.burnt[y * dots.width + x] = edge;
        }
    }
    dots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_fill_their_cells_and_no_more() {
        let letters = Letters::of_system();
        if !letters.has_hanzi() {
            return println!("skipped: no font with Chinese characters is installed");
        }
        let burnt = |letter, width, height| {
            let dots = letters.draw(letter, width, height);
            assert_eq!(dots.burnt.len(), width * height);
            dots.burnt.iter().filter(|dot| **dot).count()
        };
        assert!(burnt('一', 24, 24) < burnt('国', 24, 24), "more strokes are more dots");
        assert!(burnt('国', 48, 48) > 2 * burnt('国', 24, 24), "a larger cell has more of them");
        assert!(burnt('i', 12, 24) > 10 && burnt('W', 12, 24) > 30);
        assert_eq!(burnt(' ', 12, 24), 0);
        assert!(letters.has('国') && letters.has('ñ') && !letters.has('\u{10fffd}'));
        assert!(burnt('\u{10fffd}', 12, 24) > 40, "a frame for what nobody has");
    }
}
