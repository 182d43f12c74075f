//! The store of a script: its settings, goods, members, in the words that stand before the first command.

use domain::barcode::Barcode;
use domain::money::Currency;
use domain::staff::{Permission, Role};
use protocol::v1;

use super::elsewhere::{Told, thousandths};
use crate::engine::Face;
use crate::kiosk::KioskSettings;

/// Words that furnish.
pub(super) const WORDS: [&str; 23] = [
    "currency",
    "tax",
    "tax-mode",
    "rounding",
    "points",
    "layout",
    "lock-after",
    "item",
    "member",
    "clock-at",
    "name",
    "day-starts",
    "staff",
    "may",
    "may-not",
    "reason",
    "approval-key",
    "drawer-max",
    "role",
    "policy",
    "face",
    "zone",
    "loss-bound",
];

/// What a script's store is made of.
pub(super) struct Furniture {
    pub store: v1::Store,
    pub items: Vec<v1::Item>,
    pub members: Vec<v1::Member>,
    /// Who may sign on, each with a PIN.
    pub staff: Vec<(v1::Staff, String)>,
    /// What head office and other tills have told before the story begins.
    pub told: Vec<Told>,
    /// Local time at which the story begins.
    pub begins: jiff::civil::DateTime,
    /// What the story's terminal is.
    pub face: Face,
    /// What the shop sets for a self-checkout.
    pub kiosk: KioskSettings,
}

impl Default for Furniture {
    fn default() -> Furniture {
        Furniture {
            store: v1::Store {
                id: "s1".into(),
                name: "Corner Shop".into(),
                currency: "CNY".into(),
                time_zone: "Asia/Shanghai".into(),
                tax_mode: "included".into(),
                taxes: vec![
                    v1::Tax { id: "standard".into(), rate_bp: 1300, exempt: false },
                    v1::Tax { id: "low".into(), rate_bp: 900, exempt: false },
                ],
                cash_rounding: v1::CashRounding { step: 1, mode: "nearest".into() },
                points_per: 100,
                day_starts_hour: 4,
                layouts: Vec::new(),
                receipt_header: Vec::new(),
                receipt_footer: Vec::new(),
                auto_lock_s: 0,
                policy: None,
            },
            items: Vec::new(),
            members: Vec::new(),
            told: Vec::new(),
            staff: vec![staff("07", "Lin", "cashier", "1234"), staff("01", "Chen", "supervisor", "9999")],
            begins: jiff::civil::date(2026, 3, 2).at(9, 0, 0, 0),
            face: Face::Till,
            kiosk: KioskSettings::default(),
        }
    }
}

impl Furniture {
    /// Takes a line when it furnishes; whether it did.
    pub(super) fn take(&mut self, words: &[String]) -> Result<bool, String> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if let Some(told) = Told::of(&words)? {
            self.told.push(told);
            return Ok(true);
        }
        let store = &mut self.store;
        match words[..] {
            ["name", name] => store.name = name.into(),
            ["face", "kiosk"] => self.face = Face::Kiosk,
            ["face", "handheld"] => self.face = Face::Handheld,
            ["zone", zone] => policy(store).zones.push(v1::Zone { name: zone.into(), sells: true }),
            ["zone", zone, "store-room"] => policy(store).zones.push(v1::Zone { name: zone.into(), sells: false }),
            ["opens-by-card"] => self.kiosk.opens_by_card = true,
            ["loss-bound", bound] => {
                self.kiosk.loss_bound = domain::money::Money::minor(amount(&store.currency, bound)?);
            }
            ["currency", code] => {
                Currency::of(code).ok_or_else(|| format!("{code} is no currency the till knows"))?;
                store.currency = code.into();
            }
            ["tax-mode", mode] => store.tax_mode = mode.into(),
            ["tax", id, percent] => {
                let rate_bp = hundredths(percent)?;
                store.taxes.retain(|tax| tax.id != id);
                store.taxes.push(v1::Tax { id: id.into(), rate_bp, exempt: false });
            }
            ["rounding", step, mode] => {
                store.cash_rounding = v1::CashRounding { step: amount(&store.currency, step)?, mode: mode.into() };
            }
            ["points", per] => store.points_per = amount(&store.currency, per)?,
            ["lock-after", seconds] => store.auto_lock_s = number(seconds)?,
            ["day-starts", hour] => store.day_starts_hour = number(hour)?,
            ["layout", pattern, value, decimals] => store.layouts.push(v1::Layout {
                pattern: pattern.into(),
                value: value.into(),
                decimals: number(decimals)?,
            }),
            ["clock-at", time] => {
                self.begins = time.parse().map_err(|_| format!("{time} is no time like 2026-03-02T09:00"))?
            }
            ["item", code, name, price, ref more @ ..] => {
                let item = item(store, code, name, price, more)?;
                self.items.push(item);
            }
            ["member", card, name, points, ref more @ ..] => {
                let member = member(card, name, points, more)?;
                self.members.push(member);
            }
            ["role", id, ref permissions @ ..] => {
                let currency = store.currency.clone();
                let may = permissions.iter().map(|word| permission(&currency, word)).collect::<Result<_, _>>()?;
                *may_of(store, id) = may;
            }
            ["policy", key, value] => set_policy(store, key, value)?,
            ["staff", id, name, role, ref more @ ..] => {
                let (mut who, mut pin) = staff(id, name, role, "1234");
                for pair in more.chunks(2) {
                    match pair {
                        ["pin", secret] => pin = (*secret).to_owned(),
                        ["card", card] => who.card = Some((*card).to_owned()),
                        other => return Err(format!("a member of staff knows no `{}`", other.join(" "))),
                    }
                }
                self.staff.retain(|(known, _)| known.id != id);
                self.staff.push((who, pin));
            }
            ["may", role, permission, ref limit @ ..] => {
                let limit = limit.first().map(|limit| number(limit)).transpose()?;
                let permission = v1::Permission { permission: permission_of(permission)?, limit };
                let may = may_of(store, role);
                may.retain(|known| known.permission != permission.permission);
                may.push(permission);
            }
            ["may-not", role, permission] => {
                let permission = permission_of(permission)?;
                may_of(store, role).retain(|known| known.permission != permission);
            }
            ["reason", about, text] => {
                let reason = v1::Reason { about: about.into(), text: text.into() };
                policy(store).reasons.push(reason);
            }
            ["approval-key", key] => policy(store).approval_key = key.into(),
            ["drawer-max", most] => {
                let most = amount(&store.currency, most)?;
                policy(store).drawer_cash_max = Some(most);
            }
            // A member at the till, not one of the store's.
            ["member", _] => return Ok(false),
            [word, ..] if WORDS.contains(&word) => return Err(format!("`{word}` is followed by other words")),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn staff(id: &str, name: &str, role: &str, pin: &str) -> (v1::Staff, String) {
    let who = v1::Staff { id: id.into(), name: name.into(), role: role.into(), pin: String::new(), card: None };
    (who, pin.to_owned())
}

fn policy(store: &mut v1::Store) -> &mut v1::Policy {
    store.policy.get_or_insert_default()
}

/// A permission with its limit, e.g. `discount<=10%`, `move_cash<=200`.
fn permission(currency: &str, word: &str) -> Result<v1::Permission, String> {
    let (word, limit) = match word.split_once("<=") {
        None => (word, None),
        Some((word, percent)) if percent.ends_with('%') => {
            (word, Some(i64::from(hundredths(percent.trim_end_matches('%'))?)))
        }
        Some((word, money)) => (word, Some(amount(currency, money)?)),
    };
    Ok(v1::Permission { permission: permission_of(word)?, limit })
}

/// One setting of the store's policy.
fn set_policy(store: &mut v1::Store, key: &str, value: &str) -> Result<(), String> {
    let policy = policy(store);
    match key {
        "return-days" => policy.return_days = Some(number(value)?),
        "staff-price" => policy.staff_price_bp = Some(hundredths(value.trim_end_matches('%'))?),
        "phone-digits" => policy.phone_digits = Some(number(value)?),
        "receipt-part" => policy.receipt_parts.push(value.into()),
        "legal-line" => policy.legal_lines.push(value.into()),
        "receipt-url" => policy.receipt_url = value.into(),
        "aisle-key" => policy.aisle_key = value.into(),
        "invoice-url" => policy.invoice_url = value.into(),
        "tax-rounding" => policy.tax_rounding = value.into(),
        "tax-half" => policy.tax_half = value.into(),
        "tender" => {
            policy.tenders.push(v1::tender_kind(value).map(v1::tender_word).map_err(|bad| bad.to_string())?.into())
        }
        other => return Err(format!("a policy knows no `{other}`")),
    }
    Ok(())
}

fn member(card: &str, name: &str, points: &str, more: &[&str]) -> Result<v1::Member, String> {
    let mut member = v1::Member {
        id: card.into(),
        name: name.into(),
        codes: vec![card.into()],
        points: number(points)?,
        ..v1::Member::default()
    };
    for pair in more.chunks(2) {
        match pair {
            ["level", level] => member.level = (*level).into(),
            ["note", note] => member.note = (*note).into(),
            ["phone", phone] => {
                member.phone = domain::member::masked_phone(phone);
                member.codes.push((*phone).into());
            }
            other => return Err(format!("a member knows no `{}`", other.join(" "))),
        }
    }
    Ok(member)
}

fn permission_of(word: &str) -> Result<String, String> {
    let known = Permission::of(word).map(|known| known.word().to_owned());
    known.ok_or_else(|| format!("there is no permission {word}"))
}

/// What a role may do; the usual roles are those of a shop that names none.
fn may_of<'a>(store: &'a mut v1::Store, role: &str) -> &'a mut Vec<v1::Permission> {
    let roles = &mut policy(store).roles;
    if roles.is_empty() {
        let usual = |(permission, limit): &(Permission, Option<i64>)| v1::Permission {
            permission: permission.word().to_owned(),
            limit: *limit,
        };
        roles.extend(
            Role::usual().iter().map(|of| v1::Role { id: of.id.clone(), may: of.may.iter().map(usual).collect() }),
        );
    }
    let at = roles.iter().position(|known| known.id == role).unwrap_or_else(|| {
        roles.push(v1::Role { id: role.to_owned(), may: Vec::new() });
        roles.len() - 1
    });
    &mut roles[at].may
}

fn item(store: &v1::Store, code: &str, name: &str, price: &str, more: &[&str]) -> Result<v1::Item, String> {
    let mut item = v1::Item {
        id: code.into(),
        name: name.into(),
        name_en: None,
        initials: String::new(),
        unit: "piece".into(),
        tax: "standard".into(),
        category: String::new(),
        codes: vec![key_of(code)],
        prices: Vec::new(),
        favourite: None,
        terms: None,
    };
    if price != "-" {
        item.prices.push(v1::Price { from_ms: 0, price: amount(&store.currency, price)? });
    }
    let mut terms = v1::Terms::default();
    let mut more = more.iter();
    while let Some(word) = more.next() {
        let mut next = || more.next().copied().ok_or_else(|| format!("`{word}` is followed by a word"));
        match *word {
            "kg" => item.unit = "kg".into(),
            "tax" => item.tax = next()?.into(),
            "en" => item.name_en = Some(next()?.into()),
            "initials" => item.initials = next()?.into(),
            "favourite" => item.favourite = Some(number(next()?)?),
            "from" => {
                let (time, price) = (next()?, next()?);
                let at: jiff::Timestamp =
                    time.parse().map_err(|_| format!("{time} is no time like 2026-03-02T09:00Z"))?;
                let price = amount(&store.currency, price)?;
                item.prices.push(v1::Price { from_ms: at.as_millisecond(), price });
            }
            "category" => item.category = next()?.into(),
            "tag" => terms.tags.push(next()?.into()),
            "floor" => terms.price_floor = Some(amount(&store.currency, next()?)?),
            "cost" => terms.cost = Some(amount(&store.currency, next()?)?),
            "age" => terms.age_min = Some(number(next()?)?),
            "max" => terms.quantity_max = Some(thousandths(next()?)?),
            "tare" => terms.tare = Some(thousandths(next()?)?),
            "content" => terms.content = Some(next()?.into()),
            "weighs" => terms.weight = Some(thousandths(next()?)?),
            "open-price" => terms.open_price = true,
            "not-discountable" => terms.not_discountable = true,
            "serial" => terms.needs_serial = true,
            "lot" => terms.needs_lot = true,
            "service" => terms.kind = Some("service".into()),
            "gift-card" => terms.kind = Some("gift_card".into()),
            "top-up" => terms.kind = Some("top_up".into()),
            "is-deposit" => terms.kind = Some("deposit".into()),
            "deposit" => terms.deposit = Some(next()?.into()),
            "recalled" => terms.recalled_lots.push(next()?.into()),
            "part" => {
                let (part, quantity) = (next()?, next()?);
                terms.components.push(v1::Component { item: part.into(), quantity: thousandths(quantity)? });
            }
            other => return Err(format!("an item knows no `{other}`")),
        }
    }
    item.terms = (terms != v1::Terms::default()).then(|| Box::new(terms));
    Ok(item)
}

/// The catalogue's key of a code: GTINs of every length as 14 digits.
fn key_of(code: &str) -> String {
    Barcode::parse(code, &[]).map_or_else(|_| code.to_owned(), |barcode| barcode.key())
}

pub(super) fn amount(currency: &str, text: &str) -> Result<i64, String> {
    let currency = Currency::of(currency).ok_or("the store's currency is unknown")?;
    currency.parse(text).map(|amount| amount.units()).map_err(|error| format!("{text}: {error}"))
}

fn hundredths(text: &str) -> Result<u32, String> {
    let units = Currency::of("EUR")
        .expect("a currency of two digits")
        .parse(text)
        .map_err(|error| format!("{text}: {error}"))?;
    u32::try_from(units.units()).map_err(|_| format!("{text} is no rate"))
}

pub(super) fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{text} is not a number that fits here"))
}
