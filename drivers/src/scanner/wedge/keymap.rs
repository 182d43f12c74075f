//! The keys of a US keyboard, whatever layout the till is set to: what scanners are set to when they leave the factory.
//! Codes are those of `linux/input-event-codes.h`.

pub(super) const TAB: u16 = 15;
pub(super) const ENTER: u16 = 28;
pub(super) const PAD_ENTER: u16 = 96;
pub(super) const LEFT_ALT: u16 = 56;

/// Runs of keys: the first one's code, what they type, and what they type with Shift.
const RUNS: [(u16, &[u8], &[u8]); 7] = [
    (2, b"1234567890-=", b"!@#$%^&*()_+"),
    (16, b"qwertyuiop[]", b"QWERTYUIOP{}"),
    (30, b"asdfghjkl;'`", b"ASDFGHJKL:\"~"),
    (43, b"\\zxcvbnm,./", b"|ZXCVBNM<>?"),
    (55, b"*", b"*"),
    (57, b" ", b" "),
    (71, b"789-456+1230.", b"789-456+1230."),
];
const PAD_SLASH: u16 = 98;

/// What a key types.
pub(super) fn typed(code: u16, shift: bool) -> Option<u8> {
    if code == PAD_SLASH {
        return Some(b'/');
    }
    RUNS.iter().find_map(|(first, plain, shifted)| {
        let at = usize::from(code.checked_sub(*first)?);
        if shift { shifted.get(at) } else { plain.get(at) }.copied()
    })
}

/// What a key types with Ctrl, where that is a control character: FNC1 is Ctrl and ].
pub(super) fn controlled(code: u16) -> Option<u8> {
    match typed(code, false)? {
        letter @ (b'a'..=b'z' | b'[' | b'\\' | b']') => Some(letter & 0x1f),
        b'6' => Some(0x1e),
        b'-' => Some(0x1f),
        _ => None,
    }
}

/// The digit of a key of the number pad.
pub(super) fn pad_digit(code: u16) -> Option<u8> {
    (71..=82).contains(&code).then(|| typed(code, false)).flatten().filter(u8::is_ascii_digit).map(|digit| digit - b'0')
}

/// Keys that are held while others are pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    LeftShift = 1,
    RightShift = 2,
    LeftCtrl = 4,
    RightCtrl = 8,
    LeftAlt = 16,
}

impl Held {
    pub fn of(code: u16) -> Option<Held> {
        match code {
            42 => Some(Held::LeftShift),
            54 => Some(Held::RightShift),
            29 => Some(Held::LeftCtrl),
            97 => Some(Held::RightCtrl),
            LEFT_ALT => Some(Held::LeftAlt),
            _ => None,
        }
    }
}

/// How a character is typed: its key, and whether Shift or Ctrl is held. None for what a US keyboard does not have.
pub(super) fn key_of(character: u8) -> Option<(u16, Option<Held>)> {
    let find = |types: &dyn Fn(u16) -> Option<u8>| (2..=57).find(|code| types(*code) == Some(character));
    let plain = find(&|code| typed(code, false)).map(|code| (code, None));
    let shifted = || find(&|code| typed(code, true)).map(|code| (code, Some(Held::LeftShift)));
    let control = || find(&controlled).map(|code| (code, Some(Held::LeftCtrl)));
    plain.or_else(shifted).or_else(control)
}
