//! The flat XML of WeChat v2: one element `xml` with fields in it. Nothing else of XML is understood: no attributes, no
//! nesting, no comments, no document types, hence no entities but the five that XML itself knows.

use std::collections::BTreeMap;

/// Fields that are read.
const FIELDS_MAX: usize = 200;
/// Characters of a field's name.
const NAME_LEN_MAX: usize = 64;

/// Fields by their names.
pub(super) type Fields = BTreeMap<String, String>;

/// Writes fields in the order of their names.
pub(super) fn write(fields: &Fields) -> String {
    let mut text = String::from("<xml>");
    for (name, value) in fields {
        text.push_str(&format!("<{name}>"));
        for character in value.chars() {
            match character {
                '&' => text.push_str("&amp;"),
                '<' => text.push_str("&lt;"),
                '>' => text.push_str("&gt;"),
                character => text.push(character),
            }
        }
        text.push_str(&format!("</{name}>"));
    }
    text.push_str("</xml>");
    text
}

/// Reads fields; `None` when it is anything else.
pub(super) fn read(bytes: &[u8]) -> Option<Fields> {
    let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim();
    let text = match text.strip_prefix("<?xml ") {
        Some(declaration) => declaration.split_once("?>")?.1.trim_start(),
        None => text,
    };
    let mut rest = text.strip_prefix("<xml>")?.strip_suffix("</xml>")?.trim();
    let mut fields = Fields::new();
    while !rest.is_empty() {
        if fields.len() == FIELDS_MAX {
            return None;
        }
        let (name, after) = rest.strip_prefix('<')?.split_once('>')?;
        let (name, value, after) = match name.strip_suffix('/') {
            Some(name) => (name, String::new(), after),
            None => {
                let (value, after) = value(after)?;
                (name, value, after.strip_prefix(name)?.strip_prefix('>')?)
            }
        };
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !plain || !(1..=NAME_LEN_MAX).contains(&name.len()) || fields.insert(name.to_owned(), value).is_some() {
            return None;
        }
        rest = after.trim_start();
    }
    Some(fields)
}

/// Text and CDATA up to the next `</`, and what follows it.
fn value(mut rest: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    loop {
        let (text, after) = rest.split_once('<')?;
        push_text(&mut value, text)?;
        if let Some(end) = after.strip_prefix('/') {
            return Some((value, end));
        }
        let (data, after) = after.strip_prefix("![CDATA[")?.split_once("]]>")?;
        value.push_str(data);
        rest = after;
    }
}

fn push_text(value: &mut String, text: &str) -> Option<()> {
    let mut parts = text.split('&');
    value.push_str(parts.next()?);
    for part in parts {
        let (entity, after) = part.split_once(';')?;
        value.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            number => match number.strip_prefix("#x") {
                Some(hex) => char::from_u32(u32::from_str_radix(hex, 16).ok()?)?,
                None => char::from_u32(number.strip_prefix('#')?.parse().ok()?)?,
            },
        });
        value.push_str(after);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn flat_fields_are_read_and_nothing_else() {
        let good = "<xml><a><![CDATA[SUCCESS]]></a>\n <b>1 &amp; 2&#65;</b><c></c><d/></xml>\n";
        let fields = read(good.as_bytes()).unwrap();
        let want = [("a", "SUCCESS"), ("b", "1 & 2A"), ("c", ""), ("d", "")];
        assert_eq!(fields, want.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        for bad in [
            "",
            "<xml>",
            "<xml><a>1</b></xml>",
            "<xml><a><b>1</b></a></xml>",
            "<xml><a x=\"1\">1</a></xml>",
            "<xml><a>1</a><a>2</a></xml>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><xml><a>&b;</a></xml>",
            "<xml><a>&b;</a></xml>",
            "<xml><!-- --><a>1</a></xml>",
            "<xml><a>1</a></xml><xml></xml>",
            "<xml><a><![CDATA[1]]</a></xml>",
        ] {
            assert_eq!(read(bad.as_bytes()), None, "{bad}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn what_is_written_is_read_and_no_bytes_are_too_much(
            fields in prop::collection::btree_map("[a-z_]{1,8}", "[ -~\u{4e00}-\u{4e10}]{0,12}", 0..8),
            bytes in prop::collection::vec(any::<u8>(), 0..64),
        ) {
            prop_assert_eq!(read(write(&fields).as_bytes()), Some(fields));
            let _ = read(&bytes);
            let _ = read(&[b"<xml><a>", bytes.as_slice(), b"</a></xml>"].concat());
        }
    }
}
