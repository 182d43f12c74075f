//! Codes of shoppers' phones: bytes and text.

use domain::aisle::{AisleError, AisleKey, BasketCode, ExitCode, SECRET_BYTES};
use jiff::Timestamp;

/// Reads bytes as a basket and as an exit, as the text of one, and as what such a text carries.
pub fn read(data: &[u8]) {
    let key = AisleKey::new(&[9; 32]).expect("32 bytes are a key");
    let now = Timestamp::from_second(1_782_000_000).expect("a time");
    if let Ok(basket) = BasketCode::decode(data) {
        assert_eq!(basket.encode().as_deref(), Ok(data), "there is one way to write a basket");
        // Signed by somebody else, it is nothing.
        let text = basket.write(&[0; SECRET_BYTES]).expect("what was read can be written");
        assert_eq!(BasketCode::read(&text, &key, &basket.store, now), Err(AisleError::Forged));
    }
    if let Ok(exit) = ExitCode::decode(data) {
        assert_eq!(exit.encode().as_deref(), Ok(data), "there is one way to write an exit");
        let text = exit.write(|_| [0; 64]).expect("what was read can be written");
        assert_eq!(ExitCode::read(&text, &exit.store, now, |_, _| false), Err(AisleError::Forged));
    }
    if let Ok(text) = std::str::from_utf8(data) {
        assert!(BasketCode::read(text, &key, "s1", now).is_err());
        assert!(ExitCode::read(text, "s1", now, |_, _| false).is_err());
    }
}
