//! Why a terminal ended a command, in words (PA00P015, "Error-Messages").

/// What was to be taken back is taken back already.
pub(super) const ALREADY_REVERSED: u8 = 0xb4;

/// The reason in words; unknown ones by their kind alone.
pub fn words(reason: u8) -> &'static str {
    match reason {
        0x01..=0x63 => "the card was refused by its bank",
        0x64 | 0x72 | 0x73 => "the card could not be read",
        0x65 => "the card's data is missing",
        0x66 => "the terminal could not process the card",
        0x67 | 0x68 | 0xa5 | 0xc5 | 0xd2 => "this kind of card is not taken for this",
        0x6a | 0xb1 | 0xb2 => "the terminal's memory is full: do its end of day",
        0x6b => "this is switched off on the terminal",
        0x6c => "stopped at the terminal",
        0x6e | 0x76 | 0x7a => "the card is locked or unknown",
        0x6f | 0xc6 | 0xcb => "the terminal has another currency",
        0x71 => "the card has not enough money",
        0x78 | 0x79 => "the card has expired or is not valid yet",
        0x7d | 0x9b | 0xa1 | 0xa3 => "the terminal could not reach its host",
        0x83 => "the terminal cannot do this",
        0x9a => "the terminal did not understand the till",
        0x9c | 0xa0 => "the terminal is not ready: look at its display",
        0x85 | 0x89 | 0xbf | 0xc0..=0xc2 => "the terminal wants service: look at its display",
        ALREADY_REVERSED => "already taken back",
        0xb5 => "it cannot be taken back",
        0xc3 | 0xc8 | 0xc9 => "the amount is too small or too large for this card",
        0xcc => "the terminal is out of paper",
        0xdc => "a card is in the terminal: take it out",
        _ => "the terminal refused",
    }
}
