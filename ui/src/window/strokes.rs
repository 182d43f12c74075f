//! Keys of the keyboard by the names people give them.

use slint::platform::Key;

/// One key that went down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stroke {
    /// Something that can be typed.
    Char(char),
    Enter,
    Escape,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    /// `F1` is 1.
    Function(u8),
    /// Tab, Shift and whatever else is none of the till's business.
    Other,
}

impl Stroke {
    /// What a key event's text stands for.
    pub(super) fn of(text: &str) -> Stroke {
        let mut chars = text.chars();
        let (Some(first), None) = (chars.next(), chars.next()) else { return Stroke::Other };
        for (key, stroke) in NAMED {
            if char::from(key) == first {
                return stroke;
            }
        }
        let functions = u32::from(char::from(Key::F1))..=u32::from(char::from(Key::F12));
        if functions.contains(&u32::from(first)) {
            let number = u32::from(first) - u32::from(char::from(Key::F1)) + 1;
            return Stroke::Function(u8::try_from(number).unwrap_or(0));
        }
        // Slint uses the private range for keys without a character.
        if first.is_control() || ('\u{e000}'..='\u{f8ff}').contains(&first) {
            return Stroke::Other;
        }
        Stroke::Char(first)
    }

    /// The text a window system would send for a key named `Enter`, `Esc`, `F2`, `Up`; a single character is itself.
    pub(super) fn text(name: &str) -> Option<String> {
        let key = match name {
            "Enter" => Key::Return,
            "Esc" => Key::Escape,
            "Backspace" => Key::Backspace,
            "Del" => Key::Delete,
            "Tab" => Key::Tab,
            "Space" => Key::Space,
            "Up" => Key::UpArrow,
            "Down" => Key::DownArrow,
            "Left" => Key::LeftArrow,
            "Right" => Key::RightArrow,
            "PageUp" => Key::PageUp,
            "PageDown" => Key::PageDown,
            other => {
                if let Some(number) = other.strip_prefix('F').and_then(|digits| digits.parse::<u32>().ok())
                    && (1..=12).contains(&number)
                {
                    return char::from_u32(u32::from(char::from(Key::F1)) + number - 1).map(String::from);
                }
                let mut chars = other.chars();
                let (Some(only), None) = (chars.next(), chars.next()) else { return None };
                return Some(only.into());
            }
        };
        Some(char::from(key).into())
    }
}

const NAMED: [(Key, Stroke); 10] = [
    (Key::Return, Stroke::Enter),
    (Key::Escape, Stroke::Escape),
    (Key::Backspace, Stroke::Backspace),
    (Key::Delete, Stroke::Delete),
    (Key::UpArrow, Stroke::Up),
    (Key::DownArrow, Stroke::Down),
    (Key::LeftArrow, Stroke::Left),
    (Key::RightArrow, Stroke::Right),
    (Key::PageUp, Stroke::PageUp),
    (Key::PageDown, Stroke::PageDown),
];
