//! Numbers, texts and ids as bytes.

use uuid::Uuid;

use super::ProofError;

/// Digits of an id that is written as a number.
const ID_DIGITS_MAX: usize = 18;
/// How an id is written: as text, as a number with its count of digits, or as the 16 bytes of a UUID.
const ID_TEXT: u64 = 0;
const ID_DIGITS: u64 = 1;
const ID_UUID: u64 = 2;

#[derive(Default)]
pub(crate) struct Writer {
    pub bytes: Vec<u8>,
}

impl Writer {
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// LEB128.
    pub fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.byte(number as u8 | 0x80);
            number >>= 7;
        }
        self.byte(number as u8);
    }

    /// Zigzag.
    pub fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63) as u64);
    }

    pub fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.raw(text.as_bytes());
    }

    /// An id in the shortest of three forms: catalogues have numbers, UUIDs, or words.
    pub fn id(&mut self, id: &str) {
        let digits = id.len() <= ID_DIGITS_MAX && id.bytes().all(|byte| byte.is_ascii_digit());
        if let (true, Ok(number)) = (digits, id.parse()) {
            self.number((id.len() as u64) << 2 | ID_DIGITS);
            return self.number(number);
        }
        if let Some(uuid) = plain_uuid(id) {
            self.number(ID_UUID);
            return self.raw(uuid.as_bytes());
        }
        self.number((id.len() as u64) << 2 | ID_TEXT);
        self.raw(id.as_bytes());
    }
}

/// The UUID of an id that is one in its usual spelling.
fn plain_uuid(id: &str) -> Option<Uuid> {
    Uuid::try_parse(id).ok().filter(|uuid| uuid.to_string() == id)
}

pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes }
    }

    pub fn end(&self) -> Result<(), ProofError> {
        if self.rest.is_empty() { Ok(()) } else { Err(ProofError::Length) }
    }

    pub fn byte(&mut self) -> Result<u8, ProofError> {
        Ok(self.raw(1)?[0])
    }

    pub fn raw(&mut self, count: usize) -> Result<&'a [u8], ProofError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(ProofError::Length)?;
        self.rest = rest;
        Ok(taken)
    }

    pub fn number(&mut self) -> Result<u64, ProofError> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit.
            if part << shift >> shift != part {
                return Err(ProofError::Value("number"));
            }
            number |= part << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(ProofError::Value("number"))
    }

    pub fn signed(&mut self) -> Result<i64, ProofError> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    pub fn count(&mut self, most: usize, what: &'static str) -> Result<usize, ProofError> {
        let count = usize::try_from(self.number()?).ok().filter(|count| *count <= most);
        count.ok_or(ProofError::Value(what))
    }

    pub fn text(&mut self, most: usize) -> Result<String, ProofError> {
        let length = self.count(most, "text")?;
        self.text_of(length)
    }

    fn text_of(&mut self, length: usize) -> Result<String, ProofError> {
        let text = std::str::from_utf8(self.raw(length)?).map_err(|_| ProofError::Value("text"))?;
        Ok(text.to_owned())
    }

    pub fn id(&mut self, most: usize) -> Result<String, ProofError> {
        let head = self.number()?;
        let length = usize::try_from(head >> 2).ok().filter(|length| *length <= most).ok_or(ProofError::Value("id"))?;
        match head & 3 {
            ID_TEXT => self.text_of(length),
            ID_DIGITS => Ok(format!("{:0length$}", self.number()?)),
            ID_UUID => Ok(Uuid::from_bytes(self.raw(16)?.try_into().expect("16 bytes")).to_string()),
            _ => Err(ProofError::Value("id")),
        }
    }
}
