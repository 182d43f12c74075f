//! Bytes of a code to text. Codes seldom say their encoding; shops in China meet UTF-8, GBK and now and then Shift-JIS.

use encoding_rs::{GBK, SHIFT_JIS, WINDOWS_1252};

/// The text that these bytes most likely are; `None` for no bytes.
pub(crate) fn text_of(bytes: &[u8]) -> Option<String> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text).to_owned(),
        Err(_) => likeliest(bytes),
    };
    (!text.is_empty()).then_some(text)
}

fn likeliest(bytes: &[u8]) -> String {
    let gbk = GBK.decode_without_bom_handling_and_without_replacement(bytes);
    let shift_jis = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes);
    match (gbk, shift_jis) {
        (Some(_), Some(shift_jis)) if likeness_shift_jis(bytes) > likeness_gbk(bytes) => shift_jis.into_owned(),
        (Some(gbk), _) => gbk.into_owned(),
        (None, Some(shift_jis)) => shift_jis.into_owned(),
        (None, None) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// How much the bytes look like everyday Chinese in GBK: the first level of GB 2312 and full-width marks speak for it, the
/// rare characters of the extension against it.
fn likeness_gbk(bytes: &[u8]) -> i32 {
    let (mut likeness, mut at) = (0, 0);
    while at < bytes.len() {
        let step = match (bytes[at], bytes.get(at + 1)) {
            (0xa1 | 0xa3 | 0xb0..=0xd7, Some(0xa1..)) => 2,
            (0xd8..=0xf7, Some(0xa1..)) => 0,
            (0x80.., _) => -2,
            _ => {
                at += 1;
                continue;
            }
        };
        likeness += step;
        at += 2;
    }
    likeness
}

/// How much the bytes look like Japanese in Shift-JIS: kana and everyday ideographs speak for it, rare ones against it. Kana
/// of half width are the bytes of Chinese characters too, but voicing marks stand only behind those that can be voiced.
fn likeness_shift_jis(bytes: &[u8]) -> i32 {
    let (mut likeness, mut at) = (0, 0);
    while at < bytes.len() {
        let before = at.checked_sub(1).map_or(0, |before| bytes[before]);
        let (step, length) = match bytes[at] {
            0x81..=0x84 | 0x88..=0x98 => (2, 2),
            0x85..=0x9f | 0xe0.. => (-2, 2),
            0xde | 0xdf if matches!(before, 0xb3 | 0xb6..=0xc4 | 0xca..=0xce) => (5, 1),
            0xde | 0xdf => (-4, 1),
            0xa1..=0xdd => (1, 1),
            _ => (0, 1),
        };
        likeness += step;
        at += length;
    }
    likeness
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_guessed() {
        let check = |bytes: &[u8], expect: Option<&str>| assert_eq!(text_of(bytes).as_deref(), expect, "{bytes:x?}");
        check("优惠券 8 折".as_bytes(), Some("优惠券 8 折"));
        for text in ["优惠券", "微信支付 wxp://f2f", "收款码：张三", "满100减20"] {
            check(&GBK.encode(text).0, Some(text));
        }
        for text in ["*ﾃﾞｻﾞｲﾝQR*", "外側QRコード", "[内側QRコード]\r\nhttp://d-qr.net/ex/", "ひらがな", "日本のコード"]
        {
            check(&SHIFT_JIS.encode(text).0, Some(text));
        }
        check(b"caf\xe9", Some("café"));
        check(b"", None);
        check(b"\x00\x01", Some("\0\x01"));
        check(b"010690\x1d10A", Some("010690\x1d10A"));
    }
}
