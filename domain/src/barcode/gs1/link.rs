//! GS1 Digital Link addresses: the goods and their qualifiers in the path, everything else in the query.

use super::table::Format;
use super::{Element, Gs1Error, push, unknown};

/// What may follow the goods in the path: variant, lot, serial number, or what a third party controls.
const QUALIFIERS: [&str; 4] = ["22", "10", "21", "235"];

/// An address that names goods.
pub(super) struct Link<'a> {
    /// From the number of the goods on.
    path: &'a str,
    query: &'a str,
}

impl<'a> Link<'a> {
    /// The link in a text: an address of the web with `/01/` and a number in the length of a GTIN in its path.
    pub fn find(text: &'a str) -> Option<Link<'a>> {
        let (scheme, rest) = text.split_once("://")?;
        if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
            return None;
        }
        let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let names_goods = |path: &&str| {
            let number = path.split('/').next().unwrap_or_default();
            matches!(number.len(), 8 | 12..=14) && number.bytes().all(|byte| byte.is_ascii_digit())
        };
        // The domain's own path comes first, so the last that fits is meant.
        let goods = path.rmatch_indices("/01/").map(|(at, key)| &path[at + key.len()..]).find(names_goods)?;
        Some(Link { path: goods, query })
    }

    /// Its AIs. Words in the query that are no AI belong to the domain and are passed over.
    pub fn elements(&self) -> Result<Vec<Element>, Gs1Error> {
        let mut elements = Vec::new();
        let mut path = self.path.trim_end_matches('/').split('/');
        let gtin = format!("{:0>14}", path.next().unwrap_or_default());
        push_named(&mut elements, "01", gtin)?;
        while let Some(name) = path.next() {
            let value = path.next().filter(|_| QUALIFIERS.contains(&name)).ok_or(Gs1Error::BadLink)?;
            push_named(&mut elements, name, unescaped(value)?)?;
        }
        for word in self.query.split(['&', ';']) {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            if Format::of(name).is_some() {
                push_named(&mut elements, name, unescaped(value)?)?;
            }
        }
        Ok(elements)
    }
}

fn push_named(elements: &mut Vec<Element>, name: &str, value: String) -> Result<(), Gs1Error> {
    let (ai, format) = Format::of(name).ok_or_else(|| unknown(name))?;
    push(elements, ai, format, value)
}

/// Takes `%2F` and the like back (RFC 3986, section 2.1).
fn unescaped(value: &str) -> Result<String, Gs1Error> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16)).ok_or(Gs1Error::BadLink);
        let (high, low) = (digit()?, digit()?);
        bytes.push((high * 16 + low) as u8);
    }
    String::from_utf8(bytes).map_err(|_| Gs1Error::BadLink)
}
