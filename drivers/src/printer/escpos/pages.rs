//! Western code pages: one byte a letter, one column a byte.

use encoding_rs::Encoding;

/// A code page that a printer has in its memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The first PC's: what most printers wake up with.
    Cp437,
    /// Western Europe.
    Cp850,
    /// Central Europe.
    Cp852,
    /// Western Europe with the euro.
    Cp858,
    /// Cyrillic.
    Cp866,
    /// Central Europe, as Windows has it.
    Windows1250,
    /// Cyrillic, as Windows has it.
    Windows1251,
    /// Western Europe, as Windows has it.
    Windows1252,
}

/// Upper halves, from 80.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";
const CP852: &str = "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}";

impl Page {
    /// All of them.
    pub const ALL: [Page; 8] = {
        use Page::*;
        [Cp437, Cp850, Cp852, Cp858, Cp866, Windows1250, Windows1251, Windows1252]
    };

    /// Its number in `ESC t n` on Epson's printers, which most others follow.
    pub fn usual_number(self) -> u8 {
        match self {
            Page::Cp437 => 0,
            Page::Cp850 => 2,
            Page::Windows1252 => 16,
            Page::Cp866 => 17,
            Page::Cp852 => 18,
            Page::Cp858 => 19,
            Page::Windows1250 => 45,
            Page::Windows1251 => 46,
        }
    }

    /// What it is called in a device file.
    pub fn name(self) -> &'static str {
        match self {
            Page::Cp437 => "cp437",
            Page::Cp850 => "cp850",
            Page::Cp852 => "cp852",
            Page::Cp858 => "cp858",
            Page::Cp866 => "cp866",
            Page::Windows1250 => "windows-1250",
            Page::Windows1251 => "windows-1251",
            Page::Windows1252 => "windows-1252",
        }
    }

    /// The page of this name.
    pub fn named(name: &str) -> Option<Page> {
        Page::ALL.into_iter().find(|page| page.name() == name)
    }

    /// The page that has this number on Epson's printers.
    pub fn of_usual_number(number: u8) -> Option<Page> {
        Page::ALL.into_iter().find(|page| page.usual_number() == number)
    }

    /// A letter's byte; `None` for one that the page lacks, and for control characters.
    pub fn byte(self, letter: char) -> Option<u8> {
        match letter {
            ' '..='~' => Some(letter as u8),
            '\0'..='\u{9f}' => None,
            _ => (0x80..=0xff).find(|byte| self.letter(*byte) == Some(letter)),
        }
    }

    /// A byte's letter; `None` where the page has none.
    pub fn letter(self, byte: u8) -> Option<char> {
        if byte < 0x80 {
            return (b' '..=b'~').contains(&byte).then_some(byte.into());
        }
        let upper = |table: &str| table.chars().nth(usize::from(byte) - 0x80);
        match self {
            Page::Cp437 => upper(CP437),
            Page::Cp850 => upper(CP850),
            Page::Cp852 => upper(CP852),
            Page::Cp858 if byte == 0xd5 => Some('€'),
            Page::Cp858 => upper(CP850),
            Page::Cp866 => decoded(encoding_rs::IBM866, byte),
            Page::Windows1250 => decoded(encoding_rs::WINDOWS_1250, byte),
            Page::Windows1251 => decoded(encoding_rs::WINDOWS_1251, byte),
            Page::Windows1252 => decoded(encoding_rs::WINDOWS_1252, byte),
        }
    }
}

fn decoded(encoding: &'static Encoding, byte: u8) -> Option<char> {
    let letter = encoding.decode_without_bom_handling(&[byte]).0.chars().next();
    letter.filter(|letter| !letter.is_control() && *letter != '\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_the_bytes_of_their_page() {
        use Page::*;
        let check = |page: Page, text: &str, bytes: &[u8]| {
            let set: Vec<Option<u8>> = text.chars().map(|letter| page.byte(letter)).collect();
            let wanted: Vec<Option<u8>> = bytes.iter().map(|byte| (*byte != 0).then_some(*byte)).collect();
            assert_eq!(set, wanted, "{text} on {page:?}");
        };
        check(Cp437, "éÉ£¥€░█", &[0x82, 0x90, 0x9c, 0x9d, 0, 0xb0, 0xdb]);
        check(Cp850, "äöüßÀ€×", &[0x84, 0x94, 0x81, 0xe1, 0xb7, 0, 0x9e]);
        check(Cp858, "äöüßÀ€¥", &[0x84, 0x94, 0x81, 0xe1, 0xb7, 0xd5, 0xbe]);
        check(Cp852, "łńŻčĎ", &[0x88, 0xe4, 0xbd, 0x9f, 0xd2]);
        check(Cp866, "Привет", &[0x8f, 0xe0, 0xa8, 0xa2, 0xa5, 0xe2]);
        check(Windows1252, "é€’水", &[0xe9, 0x80, 0x92, 0]);
        check(Windows1251, "Ж№", &[0xc6, 0xb9]);
        check(Windows1250, "Łđ", &[0xa3, 0xf0]);
        check(Cp437, "a~\u{7f}\n\u{85}", &[b'a', b'~', 0, 0, 0]);
    }

    #[test]
    fn every_byte_of_every_page_comes_back() {
        for page in Page::ALL {
            assert_eq!(
                (Page::named(page.name()), Page::of_usual_number(page.usual_number())),
                (Some(page), Some(page))
            );
            for byte in 0x20..=0xff {
                if let Some(letter) = page.letter(byte) {
                    assert_eq!(page.byte(letter), Some(byte), "{letter:?} on {page:?}");
                }
            }
            assert!((0x80..=0xff).filter(|byte| page.letter(*byte).is_some()).count() > 120, "{page:?}");
        }
    }
}
