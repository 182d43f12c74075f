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
    Tab,
    BackTab,
    /// `F1` is 1.
    Function(u8),
    /// Something pressed together with Ctrl or Alt, or a function key with Shift.
    Chord(Held, Plain),
    /// Shift and whatever else is none of the till's business.
    Other,
}

/// What is held while another key goes down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) control: bool,
    pub(super) alt: bool,
    pub(super) shift: bool,
}

/// The key of a chord.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    Char(char),
    /// `F1` is 1.
    Function(u8),
}

impl Stroke {
    /// What a key event's text stands for while these are held.
    pub(super) fn with(held: Held, text: &str) -> Stroke {
        match Stroke::of(text) {
            Stroke::Char(character) if held.control || held.alt => {
                Stroke::Chord(held, Plain::Char(character.to_ascii_uppercase()))
            }
            Stroke::Function(number) if held != Held::default() => Stroke::Chord(held, Plain::Function(number)),
            plain => plain,
        }
    }

    /// What people call it: `F6`, `Del`, `*`, `Ctrl+P`. Letters and digits alone are typed and have no name here.
    pub(super) fn name(self) -> Option<String> {
        match self {
            Stroke::Function(number) => Some(format!("F{number}")),
            Stroke::Delete => Some("Del".into()),
            Stroke::PageUp => Some("PageUp".into()),
            Stroke::PageDown => Some("PageDown".into()),
            Stroke::Char(character) if character.is_alphanumeric() || matches!(character, '.' | ' ') => None,
            Stroke::Char(character) => Some(character.into()),
            Stroke::Chord(held, plain) => {
                let mut name = String::new();
                for (down, word) in [(held.control, "Ctrl+"), (held.alt, "Alt+"), (held.shift, "Shift+")] {
                    name.push_str(if down { word } else { "" });
                }
                match plain {
                    Plain::Char(character) => name.push(character),
                    Plain::Function(number) => name.push_str(&format!("F{number}")),
                }
                Some(name)
            }
            Stroke::Enter
            | Stroke::Escape
            | Stroke::Backspace
            | Stroke::Up
            | Stroke::Down
            | Stroke::Left
            | Stroke::Right
            | Stroke::Tab
            | Stroke::BackTab
            | Stroke::Other => None,
        }
    }

    fn of(text: &str) -> Stroke {
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
            "Ctrl" => Key::Control,
            "Alt" => Key::Alt,
            "Shift" => Key::Shift,
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

const NAMED: [(Key, Stroke); 12] = [
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
    (Key::Tab, Stroke::Tab),
    (Key::Backtab, Stroke::BackTab),
];
