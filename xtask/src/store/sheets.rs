//! The shop as the files that its head office would hand to the platform.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use protocol::v1;
use simulation::shop::{Good, Label, STAFF, Shop, Staff, amount_text};

/// The key of codes by telephone and of the lane between till and self-checkouts, base64. Of no real shop.
const APPROVAL_KEY: &str = "b2YtYS1zaW11bGF0ZWQtc2hvcC1vbmx5";
/// Where goods lie, and whether shoppers take from there.
pub const ZONES: [(&str, bool); 2] = [("货架", true), ("后仓", false)];
/// Gift cards that can be paid with, a coupon that is used once.
const ACCOUNTS: &str = "kind,number,amount,units\n\
    gift_card,6000000000000017,100.00,\n\
    gift_card,6000000000000025,50.00,\n\
    coupon,ONCE5,,1\n";
/// The shop's rule book. Shoppers of the street count at shelf prices and present no coupon; a person at the till who
/// types `HALF`, `MANJIAN` or `ONCE5` as a coupon sees what it does.
const RULES: &str = r#"{
  "version": 1,
  "currency": "CNY",
  "rules": [
    {"id": "half", "name": "第二件半价", "name_en": "Second at half price", "goods": {"all": true},
     "when": {"coupon": {"codes": ["HALF"]}}, "kind": "nth_piece", "pays_bp": [10000, 5000], "each_item": true},
    {"id": "manjian", "name": "满50减5", "name_en": "5 off 50", "goods": {"all": true},
     "when": {"coupon": {"codes": ["MANJIAN"]}}, "kind": "threshold", "measure": "spend", "steps": [{"from": 5000, "off": 500}]},
    {"id": "once", "name": "满30减5", "name_en": "5 off 30, once", "goods": {"all": true},
     "when": {"coupon": {"codes": ["ONCE5"], "single_use": true}}, "kind": "threshold", "measure": "spend",
     "steps": [{"from": 3000, "off": 500}]},
    {"id": "gold", "name": "金卡会员九五折", "name_en": "Gold members 5 % off", "goods": {"all": true},
     "when": {"levels": ["gold"], "coupon": {"codes": ["GOLD"]}}, "kind": "percent_off", "off_bp": 500}
  ]
}
"#;

/// Files to import.
pub struct Sheets {
    /// Settings of the store, JSON.
    pub store: PathBuf,
    /// Goods, CSV.
    pub items: PathBuf,
    /// Members, CSV; nothing when the shop has none.
    pub members: Option<PathBuf>,
    /// Staff, CSV.
    pub staff: PathBuf,
    /// Gift cards and coupons, CSV; nothing when the shop has no members.
    pub accounts: Option<PathBuf>,
    /// The rule book, JSON; as above.
    pub rules: Option<PathBuf>,
}

impl Sheets {
    /// Writes them into a folder.
    pub fn write(shop: &Shop, folder: &Path) -> Result<Sheets> {
        let put = |name: &str, text: String| {
            let path = folder.join(name);
            fs::write(&path, text).with_context(|| format!("failed writing {}", path.display()))?;
            anyhow::Ok(path)
        };
        let known = !shop.members.is_empty();
        let members = (!shop.members.is_empty()).then(|| put("members.csv", members(shop))).transpose()?;
        Ok(Sheets {
            store: put("store.json", serde_json::to_string_pretty(&settings(shop))?)?,
            items: put("items.csv", items(&shop.goods))?,
            members,
            staff: put("staff.csv", staff())?,
            accounts: known.then(|| put("accounts.csv", ACCOUNTS.to_owned())).transpose()?,
            rules: known.then(|| put("rules.json", RULES.to_owned())).transpose()?,
        })
    }
}

fn items(goods: &[Good]) -> String {
    let mut sheet = String::from("id,code,name,name_en,price,unit,tax,category,favourite\n");
    for good in goods {
        let unit = if good.label == Label::Code { "piece" } else { "kg" };
        let typed = good.typed_code.as_ref().map_or(String::new(), |code| format!("|{code}"));
        let favourite = good.favourite.map_or(String::new(), |place| place.to_string());
        let cells = [
            cell(&good.id),
            format!("{}{typed}", good.code),
            cell(&good.name),
            cell(&good.name_en),
            amount_text(good.price),
            unit.to_owned(),
            good.tax.clone(),
            cell(&good.category),
            favourite,
        ];
        let _ = writeln!(sheet, "{}", cells.join(","));
    }
    sheet
}

fn members(shop: &Shop) -> String {
    let mut sheet = String::from("id,name,phone,codes,points,level\n");
    for (no, member) in shop.members.iter().enumerate() {
        let level = if no % 5 == 0 { "gold" } else { "" };
        let cells = [&member.id, &member.name, &member.phone, &member.card].map(String::as_str).join(",");
        let _ = writeln!(sheet, "{cells},{},{level}", member.points);
    }
    sheet
}

fn staff() -> String {
    let mut sheet = String::from("id,name,role,pin,card\n");
    for staff in STAFF {
        let _ = writeln!(sheet, "{},{},{},{},{}", staff.id, staff.name, staff.role, staff.pin, card_of(&staff));
    }
    sheet
}

/// What a member of staff's card says.
pub fn card_of(staff: &Staff) -> String {
    format!("STAFF-{}", staff.id)
}

/// A cell of CSV, quoted (RFC 4180).
fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn settings(shop: &Shop) -> v1::Store {
    let settings = &shop.settings;
    let chinese = settings.currency == "CNY";
    let footer = if chinese {
        ["谢谢惠顾,欢迎再来", "请保留小票"]
    } else {
        ["Thank you", "Please keep your receipt"]
    };
    let header = if chinese { "梧桐路 12 号 · 7:00-23:00" } else { "12 Plane Tree Road" };
    v1::Store {
        id: settings.id.to_owned(),
        name: settings.name.to_owned(),
        currency: settings.currency.to_owned(),
        time_zone: settings.time_zone.to_owned(),
        tax_mode: "included".to_owned(),
        taxes: settings.taxes.iter().map(tax).collect(),
        cash_rounding: v1::CashRounding { step: settings.rounding_step, mode: "down".to_owned() },
        points_per: settings.points_per,
        day_starts_hour: 4,
        layouts: settings.layouts.iter().map(layout).collect(),
        receipt_header: vec![header.to_owned()],
        receipt_footer: footer.map(str::to_owned).to_vec(),
        auto_lock_s: 0,
        policy: Some(Box::new(v1::Policy {
            approval_key: APPROVAL_KEY.to_owned(),
            zones: ZONES.map(|(name, sells)| v1::Zone { name: name.to_owned(), sells }).to_vec(),
            ..v1::Policy::default()
        })),
    }
}

fn tax((id, rate_bp): &(&str, u32)) -> v1::Tax {
    v1::Tax { id: (*id).to_owned(), rate_bp: *rate_bp, exempt: false }
}

fn layout((pattern, value, decimals): &(&str, &str, u8)) -> v1::Layout {
    v1::Layout { pattern: (*pattern).to_owned(), value: (*value).to_owned(), decimals: *decimals }
}
