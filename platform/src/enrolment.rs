//! One-time codes by which terminals become known.

use protocol::chain::Hash;
use ring::rand::{SecureRandom, SystemRandom};

use crate::clock::now_ms;
use crate::store::{Result, Store, StoreError};

/// How long a code holds.
pub const CODE_MS: i64 = 24 * 60 * 60 * 1000;
/// Letters that cannot be taken for each other, read aloud or typed: no I, L, O, U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of a code; five bits each.
const LETTERS_COUNT: usize = 10;

/// Makes a code for a store, e.g. `7KD2M-XQ4RT`. It holds for a day and for one terminal.
pub async fn new_code(store: &dyn Store, store_id: &str) -> Result<String> {
    let mut chance = [0; LETTERS_COUNT];
    SystemRandom::new().fill(&mut chance).map_err(|_| StoreError::Damaged {
        step: "making an enrolment code",
        what: "the system gave no randomness".to_owned(),
    })?;
    let letters: String = chance.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect();
    store.add_code(Hash::of(letters.as_bytes()).0, store_id, now_ms() + CODE_MS).await?;
    let (first, second) = letters.split_at(LETTERS_COUNT / 2);
    Ok(format!("{first}-{second}"))
}

/// A code as it was typed, made as it was meant: case, dashes and the letters that look like digits do not matter.
pub(crate) fn normal(code: &str) -> String {
    code.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            letter => letter,
        })
        .collect()
}
