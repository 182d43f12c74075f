//! Pinyin initials, by which a cashier finds goods.

use pinyin::ToPinyin;

/// Letters kept; nobody types more.
const LETTERS_MAX: usize = 40;

/// Initials of a name, lower case: each hanzi gives the first letter of its (most usual) pinyin, each Latin word its
/// first letter, each digit itself; everything else gives nothing. `农夫山泉 550ml` becomes `nfsq550m`.
pub fn initials(name: &str) -> String {
    let mut initials = String::new();
    let mut in_word = false;
    for letter in name.chars() {
        if initials.len() >= LETTERS_MAX {
            break;
        }
        if letter.is_ascii_alphabetic() {
            if !in_word {
                initials.push(letter.to_ascii_lowercase());
            }
            in_word = true;
            continue;
        }
        // An accented letter or an apostrophe is within a word, not between two.
        in_word = in_word && (letter == '\'' || letter == '\u{2019}' || is_latin(letter));
        if letter.is_ascii_digit() {
            initials.push(letter);
        } else if let Some(pinyin) = letter.to_pinyin() {
            // Some initials are written with a mark, e.g. of 欸 (ê).
            let first = pinyin.plain().chars().next().filter(char::is_ascii_alphabetic);
            initials.extend(first.map(|first| first.to_ascii_lowercase()));
        }
    }
    initials
}

fn is_latin(letter: char) -> bool {
    ('\u{c0}'..='\u{24f}').contains(&letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_what_a_cashier_would_type() {
        for (name, expect) in [
            ("农夫山泉 550ml", "nfsq550m"),
            ("可口可乐", "kkkl"),
            ("Coca-Cola Zero", "ccz"),
            ("Salade de carottes râpées", "sdcr"),
            ("7喜 (罐)", "7xg"),
            ("!!", ""),
        ] {
            assert_eq!(initials(name), expect, "{name}");
        }
        assert!(initials(&"山".repeat(500)).len() <= LETTERS_MAX);
    }
}
