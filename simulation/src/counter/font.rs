//! A printer's character generator: letters of the system's fonts, kept once drawn.

use std::collections::HashMap;

use drivers::printer::letters::{Dots, Letters};

/// Dots of a hanzi in font A.
pub(super) const HANZI_DOTS: usize = 24;

/// A printer's character generator.
pub(super) struct CharacterGenerator {
    letters: &'static Letters,
    drawn: HashMap<(char, usize, usize), Dots>,
}

impl CharacterGenerator {
    /// With the fonts of the system; without one with Chinese characters, papers have text and few letters in their
    /// picture.
    pub fn find() -> CharacterGenerator {
        CharacterGenerator { letters: Letters::of_system(), drawn: HashMap::new() }
    }

    pub fn has_letters(&self) -> bool {
        self.letters.has_hanzi()
    }

    /// The dots of a character in a cell of this size.
    pub fn dots(&mut self, character: char, width: usize, height: usize) -> &Dots {
        let letters = self.letters;
        self.drawn.entry((character, width, height)).or_insert_with(|| letters.draw(character, width, height))
    }
}
