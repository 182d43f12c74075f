//! The shop as the files that its head office would hand to the platform.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use protocol::v1;
use simulation::shop::{Good, Label, STAFF, Shop, amount_text};

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
}

impl Sheets {
    /// Writes them into a folder.
    pub fn write(shop: &Shop, folder: &Path) -> Result<Sheets> {
        let put = |name: &str, text: String| {
            let path = folder.join(name);
            fs::write(&path, text).with_context(|| format!("failed writing {}", path.display()))?;
            anyhow::Ok(path)
        };
        let members = (!shop.members.is_empty()).then(|| put("members.csv", members(shop))).transpose()?;
        Ok(Sheets {
            store: put("store.json", serde_json::to_string_pretty(&settings(shop))?)?,
            items: put("items.csv", items(&shop.goods))?,
            members,
            staff: put("staff.csv", staff())?,
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
    let mut sheet = String::from("id,name,phone,codes,points\n");
    for member in &shop.members {
        let _ = writeln!(sheet, "{},{},{},{},{}", member.id, member.name, member.phone, member.card, member.points);
    }
    sheet
}

fn staff() -> String {
    let mut sheet = String::from("id,name,role,pin\n");
    for staff in STAFF {
        let _ = writeln!(sheet, "{},{},{},{}", staff.id, staff.name, staff.role, staff.pin);
    }
    sheet
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
        policy: None,
    }
}

fn tax((id, rate_bp): &(&str, u32)) -> v1::Tax {
    v1::Tax { id: (*id).to_owned(), rate_bp: *rate_bp, exempt: false }
}

fn layout((pattern, value, decimals): &(&str, &str, u8)) -> v1::Layout {
    v1::Layout { pattern: (*pattern).to_owned(), value: (*value).to_owned(), decimals: *decimals }
}
