//! A shop with as many goods as wanted, and sales of them.

use std::convert::Infallible;
use std::path::Path;

use anyhow::Result;
use argon2::password_hash::PasswordHasher;
use domain::barcode::Gtin;
use jiff::Timestamp;
use journal::{Credentials, Identity, ReplicaWriter, SCOPE_CHAIN, scope_of_store};
use protocol::v1;
use uuid::Uuid;

pub const PIN: &str = "1234";
pub const STAFF: &str = "07";
const HEADS: [&str; 8] = ["农夫", "伊利", "金龙鱼", "海天", "Golden", "Farm", "蒙牛", "百事"];
const KINDS: [&str; 8] = ["山泉", "纯牛奶", "调和油", "酱油", "Biscuits", "Noodles", "酸奶", "可乐"];
const INITIALS: [&str; 16] =
    ["nf", "yl", "jly", "ht", "g", "f", "mn", "bs", "sq", "cnn", "thy", "jy", "b", "n", "sn", "kl"];

/// The code of an item, as a scanner reads it.
pub fn code(no: u64) -> String {
    Gtin::with_check_digit(690_000_000_000 + no).key()[1..].to_owned()
}

fn item(no: u64) -> v1::Item {
    let (head, kind) = (no as usize % 8, (no / 8) as usize % 8);
    v1::Item {
        id: no.to_string(),
        name: format!("{}{} {}ml", HEADS[head], KINDS[kind], no),
        name_en: None,
        initials: format!("{}{}", INITIALS[head], INITIALS[kind + 8]),
        unit: "piece".into(),
        tax: "standard".into(),
        category: "goods".into(),
        codes: vec![Gtin::with_check_digit(690_000_000_000 + no).key()],
        prices: vec![v1::Price { from_ms: 0, price: 100 + (no % 900) as i64 }],
        favourite: (no < 24).then_some(no as u32 + 1),
        terms: None,
    }
}

/// The store's settings.
pub fn store() -> v1::Store {
    v1::Store {
        id: "s01".into(),
        name: "柜台便利".into(),
        currency: "CNY".into(),
        time_zone: "Asia/Shanghai".into(),
        tax_mode: "included".into(),
        taxes: vec![v1::Tax { id: "standard".into(), rate_bp: 1300, exempt: false }],
        cash_rounding: v1::CashRounding { step: 10, mode: "down".into() },
        points_per: 100,
        day_starts_hour: 4,
        layouts: Vec::new(),
        receipt_header: vec!["欢迎光临".into()],
        receipt_footer: vec!["谢谢惠顾".into()],
        auto_lock_s: 0,
        policy: None,
    }
}

/// Who may sign on.
pub fn staff() -> Result<v1::Staff> {
    let pin = argon2::Argon2::default().hash_password(PIN.as_bytes()).map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(v1::Staff { id: STAFF.into(), name: "林".into(), role: "cashier".into(), pin: pin.to_string(), card: None })
}

/// A replica of so many items, as the agent would have made it.
pub fn write_replica(dir: &Path, items: u64) -> Result<()> {
    let mut writer = ReplicaWriter::open(dir, Timestamp::now().as_millisecond())?;
    let identity = Identity { terminal: Uuid::from_u128(7), number: 1, store: "s01".into() };
    let credentials = Credentials {
        platform: String::new(),
        authority: String::new(),
        platform_key: String::new(),
        token: String::new(),
        private_key: Vec::new(),
    };
    writer.set_identity(&identity, &credentials, &[])?;
    let change = |record| Ok::<_, Infallible>(v1::Change { no: 1, record });
    writer.replace(SCOPE_CHAIN, 1, (0..items).map(|no| change(v1::Record::Item(Box::new(item(no))))))?;
    let of_store = [v1::Record::Staff(staff()?), v1::Record::Store(Box::new(store()))];
    writer.replace(&scope_of_store("s01"), 1, of_store.map(change))?;
    Ok(())
}
