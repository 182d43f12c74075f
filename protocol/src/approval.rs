//! One-time codes by which head office approves over the telephone what a cashier may not do alone.
//!
//! The till shows a number; the cashier reads it out; head office enters it with what is to be approved and reads back a
//! code. The code is HMAC-SHA-256 (RFC 2104) over all of it, cut to eight digits as RFC 4226 (section 5.3) cuts, so that it
//! fits this till, this number, this permission and this size alone, and needs no network.

use ring::hmac;

/// What is to be approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked<'a> {
    /// The store's id.
    pub store: &'a str,
    /// The till's number within the store.
    pub till: u32,
    /// The number that was read out.
    pub challenge: &'a str,
    /// Word of the permission.
    pub permission: &'a str,
    /// Its size in the permission's measure.
    pub size: i64,
}

/// Digits of a code.
const DIGITS: u32 = 8;

/// The code that head office reads back.
pub fn code(key: &[u8], asked: &Asked) -> String {
    let Asked { store, till, challenge, permission, size } = asked;
    let message = format!("guitai approval 1\n{store}\n{till}\n{challenge}\n{permission}\n{size}");
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message.as_bytes());
    let bytes = tag.as_ref();
    let at = usize::from(bytes[bytes.len() - 1] & 0x0f);
    let word = u32::from_be_bytes([bytes[at] & 0x7f, bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    format!("{:08}", word % 10_u32.pow(DIGITS))
}

/// Whether a code that was typed approves; blanks between its digits do not matter.
pub fn is_code(key: &[u8], asked: &Asked, typed: &str) -> bool {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    typed == code(key, asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: Asked = Asked { store: "s1", till: 3, challenge: "483920", permission: "discount", size: 2000 };

    #[test]
    fn a_code_fits_what_was_asked_and_nothing_else() {
        let key = [7_u8; 32];
        let told = code(&key, &ASKED);
        assert_eq!(told.len(), 8);
        assert!(is_code(&key, &ASKED, &format!("{} {}", &told[..4], &told[4..])));
        for other in [
            Asked { store: "s2", ..ASKED },
            Asked { till: 4, ..ASKED },
            Asked { challenge: "483921", ..ASKED },
            Asked { permission: "return", ..ASKED },
            Asked { size: 2001, ..ASKED },
        ] {
            assert!(!is_code(&key, &other, &told), "{other:?}");
        }
        assert!(!is_code(&[8; 32], &ASKED, &told));
    }
}
