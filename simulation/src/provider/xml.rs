//! The flat XML of APIv2: one element, whose children are texts.

use std::collections::BTreeMap;

/// Children of `<xml>` by name; `None` for anything that is not such a document.
pub(super) fn read(body: &[u8]) -> Option<BTreeMap<String, String>> {
    let text = std::str::from_utf8(body).ok()?.trim();
    let text = text.strip_prefix("<?xml").map_or(Some(text), |rest| rest.split_once("?>").map(|(_, rest)| rest))?;
    let mut rest = text.trim().strip_prefix("<xml>")?.strip_suffix("</xml>")?.trim_start();
    let mut fields = BTreeMap::new();
    while !rest.is_empty() {
        let (name, behind) = rest.strip_prefix('<')?.split_once('>')?;
        let end = format!("</{name}>");
        let (value, behind) = match behind.strip_prefix("<![CDATA[") {
            Some(data) => {
                let (value, behind) = data.split_once("]]>")?;
                (value.to_owned(), behind.strip_prefix(end.as_str())?)
            }
            None => {
                let (value, behind) = behind.split_once(end.as_str())?;
                if value.contains('<') {
                    return None;
                }
                (plain(value), behind)
            }
        };
        if fields.insert(name.to_owned(), value).is_some() {
            return None;
        }
        rest = behind.trim_start();
    }
    Some(fields)
}

fn plain(text: &str) -> String {
    let of = |text: &str, (escaped, plain): (&str, &str)| text.replace(escaped, plain);
    let escapes = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    escapes.into_iter().fold(text.to_owned(), |text, escape| of(&text, escape))
}

/// The document of some fields.
pub(super) fn write(fields: &BTreeMap<String, String>) -> Vec<u8> {
    let of = |(name, value): (&String, &String)| format!("<{name}><![CDATA[{value}]]></{name}>\n");
    let children: String = fields.iter().map(of).collect();
    format!("<xml>\n{children}</xml>").into_bytes()
}
