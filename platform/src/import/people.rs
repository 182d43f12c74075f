//! Members (`id,name,phone[,codes,points,level,note]`) and staff (`id,name,role[,card]` and `pin` or `pin_phc`).

use std::path::Path;

use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use argon2::password_hash::phc::PasswordHash;
use csv::StringRecord;
use protocol::v1::{Member, Record, Staff};

use super::{Columns, ImportError, Imported, OnRejected, Seen, code, id, import, name};
use crate::store::{RecordRow, Store};

/// Digits of a PIN.
const PIN_DIGITS: std::ops::RangeInclusive<usize> = 4..=12;

/// Imports members into a scope. Names and numbers are masked before they go in; the whole phone number stays as a
/// code alone, so that she is found by it.
pub async fn members(
    store: &dyn Store,
    scope: &str,
    file: &Path,
    rejected: OnRejected,
) -> Result<Imported, ImportError> {
    import(store, scope, file, rejected, |columns| {
        columns.one_of(&["id"])?;
        columns.one_of(&["name"])?;
        columns.one_of(&["phone"])?;
        let (mut ids, mut codes) = (Seen::default(), Seen::default());
        Ok(move |columns: &Columns, row: &StringRecord, line: u64| {
            let member = member(columns, row)?;
            ids.note("id", std::slice::from_ref(&member.id), line)?;
            // The code may be a phone number, which is not for a log.
            codes
                .note("code", &member.codes, line)
                .map_err(|_| "duplicate: another line has the same phone number or card".to_owned())?;
            let id = member.id.clone();
            record("member", id, &Record::Member(member))
        })
    })
    .await
}

/// Imports staff into a scope. Roles are `cashier`, `supervisor` and those that are told, which a store's policy names. A
/// PIN in clear text is hashed (Argon2id) before it goes in.
pub async fn staff(
    store: &dyn Store,
    scope: &str,
    file: &Path,
    more_roles: &[String],
    rejected: OnRejected,
) -> Result<Imported, ImportError> {
    let mut roles: Vec<String> = domain::staff::Role::usual().into_iter().map(|role| role.id).collect();
    roles.extend_from_slice(more_roles);
    import(store, scope, file, rejected, move |columns| {
        columns.one_of(&["id"])?;
        columns.one_of(&["name"])?;
        columns.one_of(&["role"])?;
        columns.one_of(&["pin", "pin_phc"])?;
        let mut ids = Seen::default();
        Ok(move |columns: &Columns, row: &StringRecord, line: u64| {
            let staff = someone(columns, row, &roles)?;
            ids.note("id", std::slice::from_ref(&staff.id), line)?;
            let id = staff.id.clone();
            record("staff", id, &Record::Staff(staff))
        })
    })
    .await
}

fn member(columns: &Columns, row: &StringRecord) -> Result<Member, String> {
    let phone: String = columns.cell(row, "phone").chars().filter(|c| !" -()".contains(*c)).collect();
    let mut codes = Vec::new();
    for text in columns.cell(row, "codes").split('|').filter(|text| !text.trim().is_empty()) {
        codes.push(card(text)?);
    }
    if !phone.is_empty() && !phone.contains('*') {
        codes.push(card(phone.trim_start_matches('+'))?);
    }
    codes.dedup();
    let points = match columns.cell(row, "points") {
        "" => 0,
        text => text.parse().map_err(|_| format!("points {text:?} are no whole number"))?,
    };
    Ok(Member {
        id: id(columns.cell(row, "id"))?,
        name: masked_name(&name(columns.cell(row, "name"), "the name")?),
        phone: masked_phone(&phone),
        codes,
        points,
        level: match columns.cell(row, "level") {
            "" => String::new(),
            text => id(text).map_err(|reason| format!("level: {reason}"))?,
        },
        note: match columns.cell(row, "note") {
            "" => String::new(),
            text => name(text, "the note")?,
        },
    })
}

/// Numbers of cards are keys when they are GTINs and stay as they are otherwise, e.g. phone numbers.
fn card(text: &str) -> Result<String, String> {
    let text = text.trim();
    match code::key(text, false) {
        Ok(key) => Ok(key),
        Err(code::BadCode::CheckDigit { .. } | code::BadCode::Length(..)) => Ok(text.to_owned()),
        Err(_) => Err("a card or phone number has characters that none has".into()),
    }
}

/// The codes under which a member may be known who typed or scanned this: a card's number, or a telephone number.
pub(crate) fn codes_of(typed: &str) -> Vec<String> {
    let digits: String = typed.chars().filter(|c| !" -()".contains(*c)).collect();
    let mut codes: Vec<String> = [typed, digits.trim_start_matches('+')].into_iter().flat_map(card).collect();
    codes.dedup();
    codes
}

fn someone(columns: &Columns, row: &StringRecord, roles: &[String]) -> Result<Staff, String> {
    let role = columns.cell(row, "role").to_lowercase();
    let role = id(&role).map_err(|reason| format!("role: {reason}"))?;
    if !roles.contains(&role) {
        return Err(format!("role {role:?} is none of {}", roles.join(", ")));
    }
    let number = match columns.cell(row, "card") {
        "" => None,
        text => Some(card(text)?),
    };
    Ok(Staff {
        id: id(columns.cell(row, "id"))?,
        name: name(columns.cell(row, "name"), "the name")?,
        role,
        pin: pin(columns.cell(row, "pin_phc"), columns.cell(row, "pin"))?,
        card: number,
    })
}

/// A PHC string; never repeats what it was given.
fn pin(phc: &str, pin: &str) -> Result<String, String> {
    if !phc.is_empty() {
        return match PasswordHash::new(phc) {
            Ok(hash) if hash.algorithm.as_str() == "argon2id" => Ok(phc.to_owned()),
            _ => Err("pin_phc is no Argon2id hash in PHC form".into()),
        };
    }
    if !PIN_DIGITS.contains(&pin.len()) || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("a PIN has 4 to 12 digits".into());
    }
    let hash = Argon2::default().hash_password(pin.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| "the PIN could not be hashed".into())
}

/// First letter and a star, unless it is masked already.
fn masked_name(name: &str) -> String {
    match name.chars().next() {
        Some(first) if !name.contains('*') => format!("{first}*"),
        _ => name.to_owned(),
    }
}

/// The first three and the last four digits, as far as there are enough, unless it is masked already.
fn masked_phone(phone: &str) -> String {
    if phone.contains('*') {
        return phone.to_owned();
    }
    let digits: Vec<char> = phone.chars().collect();
    match digits.len() {
        0..=4 => "*".repeat(digits.len()),
        5..=8 => format!("****{}", digits[digits.len() - 2..].iter().collect::<String>()),
        length => {
            let (first, last): (String, String) = (digits[..3].iter().collect(), digits[length - 4..].iter().collect());
            format!("{first}****{last}")
        }
    }
}

fn record(kind: &'static str, id: String, record: &Record) -> Result<RecordRow, String> {
    Ok(RecordRow { kind, id, gone: false, body: serde_json::to_string(record).map_err(|error| error.to_string())? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_a_member_is_masked() {
        assert_eq!(masked_name("王小明"), "王*");
        assert_eq!(masked_name("王*"), "王*");
        assert_eq!(masked_phone("13812346621"), "138****6621");
        assert_eq!(masked_phone("138****6621"), "138****6621");
        assert_eq!(masked_phone("123"), "***");
    }

    #[test]
    fn a_pin_is_kept_as_a_hash_that_fits_it() {
        use argon2::password_hash::PasswordVerifier;
        let phc = pin("", "1234").unwrap();
        let hash = PasswordHash::new(&phc).unwrap();
        assert!(Argon2::default().verify_password(b"1234", &hash).is_ok());
        assert!(Argon2::default().verify_password(b"1235", &hash).is_err());
        assert_eq!(pin(&phc, "").unwrap(), phc);
        for bad in ["", "123", "12a4", "1234567890123"] {
            assert!(pin("", bad).is_err());
        }
        assert!(pin("secret", "").is_err());
    }
}
