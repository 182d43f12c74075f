//! Settings that concern people, returns, approvals and paper.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::aisle::AisleKey;
use domain::money::Money;
use domain::staff::{Permission, Role};
use domain::stock::ZONES_MAX;
use domain::stock::plan::Zone;
use domain::store::{Policy, ReasonFor};
use domain::tax::{Half, TaxRounding};

use super::tender::{tender_kind, tender_word};
use super::{BadWire, bad, list, price_in, text};
use crate::v1;

/// Roles of a store.
const ROLES_MAX: usize = 100;
/// Permissions named by one role.
const PERMISSIONS_MAX: usize = 100;
/// Reasons to choose from.
const REASONS_MAX: usize = 200;
/// Lines the law wants, and parts of a receipt.
const LINES_MAX: usize = 40;
/// Means of payment.
const TENDERS_MAX: usize = 40;
/// Bytes of the key of telephone codes.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 16..=64;
/// Basis points of the whole.
const WHOLE_BP: u32 = 10_000;

const REASONS: [(ReasonFor, &str); 7] = [
    (ReasonFor::Void, "void"),
    (ReasonFor::Price, "price"),
    (ReasonFor::Return, "return"),
    (ReasonFor::Cash, "cash"),
    (ReasonFor::Difference, "difference"),
    (ReasonFor::Drawer, "drawer"),
    (ReasonFor::WriteOff, "write_off"),
];

impl TryFrom<&v1::Policy> for Policy {
    type Error = BadWire;

    fn try_from(policy: &v1::Policy) -> Result<Policy, BadWire> {
        let usual = Policy::default();
        let roles = list("policy.roles", &policy.roles, ROLES_MAX, role_of)?;
        let staff_price_bp = policy.staff_price_bp.unwrap_or(usual.staff_price_bp);
        if staff_price_bp > WHOLE_BP {
            return Err(bad("policy.staff_price_bp", staff_price_bp));
        }
        let drawer_cash_max = policy.drawer_cash_max.map(|units| price_in("policy.drawer_cash_max", units));
        Ok(Policy {
            roles: if roles.is_empty() { usual.roles } else { roles },
            reasons: list("policy.reasons", &policy.reasons, REASONS_MAX, reason_of)?,
            approval_key: key_of("policy.approval_key", &policy.approval_key)?,
            aisle_key: AisleKey::new(&key_of("policy.aisle_key", &policy.aisle_key)?),
            return_days: policy.return_days.unwrap_or(usual.return_days),
            staff_price_bp,
            drawer_cash_max: drawer_cash_max.transpose()?.unwrap_or(usual.drawer_cash_max),
            phone_digits: policy.phone_digits.unwrap_or(usual.phone_digits),
            receipt_parts: list("policy.receipt_parts", &policy.receipt_parts, LINES_MAX, |part| {
                text("policy.receipt_parts", part)
            })?,
            legal_lines: list("policy.legal_lines", &policy.legal_lines, LINES_MAX, |line| {
                text("policy.legal_lines", line)
            })?,
            receipt_url: text("policy.receipt_url", &policy.receipt_url)?,
            invoice_url: text("policy.invoice_url", &policy.invoice_url)?,
            tenders: list("policy.tenders", &policy.tenders, TENDERS_MAX, |word| tender_kind(word))?,
            tax_rounding: match policy.tax_rounding.as_str() {
                "" | "total" => TaxRounding::PerTotal,
                "line" => TaxRounding::PerLine,
                other => return Err(bad("policy.tax_rounding", other)),
            },
            tax_half: match policy.tax_half.as_str() {
                "" | "up" => Half::Up,
                "even" => Half::Even,
                other => return Err(bad("policy.tax_half", other)),
            },
            zones: list("policy.zones", &policy.zones, ZONES_MAX, Zone::try_from)?,
        })
    }
}

impl From<&Policy> for v1::Policy {
    fn from(policy: &Policy) -> v1::Policy {
        let usual = Policy::default();
        let roles = if policy.roles == usual.roles { &[] } else { &policy.roles[..] };
        let reason = |(about, text): &(ReasonFor, String)| v1::Reason {
            about: reason_word(*about).to_owned(),
            text: text.clone(),
        };
        v1::Policy {
            roles: roles.iter().map(role_to_wire).collect(),
            reasons: policy.reasons.iter().map(reason).collect(),
            approval_key: STANDARD.encode(&policy.approval_key),
            aisle_key: policy.aisle_key.as_ref().map(|key| STANDARD.encode(key.secret())).unwrap_or_default(),
            return_days: (policy.return_days != usual.return_days).then_some(policy.return_days),
            staff_price_bp: (policy.staff_price_bp != usual.staff_price_bp).then_some(policy.staff_price_bp),
            drawer_cash_max: (policy.drawer_cash_max != Money::ZERO).then(|| policy.drawer_cash_max.units()),
            phone_digits: (policy.phone_digits != usual.phone_digits).then_some(policy.phone_digits),
            receipt_parts: policy.receipt_parts.clone(),
            legal_lines: policy.legal_lines.clone(),
            receipt_url: policy.receipt_url.clone(),
            invoice_url: policy.invoice_url.clone(),
            tenders: policy.tenders.iter().map(|kind| tender_word(*kind).to_owned()).collect(),
            tax_rounding: match policy.tax_rounding {
                TaxRounding::PerTotal => String::new(),
                TaxRounding::PerLine => "line".to_owned(),
            },
            tax_half: match policy.tax_half {
                Half::Up => String::new(),
                Half::Even => "even".to_owned(),
            },
            zones: policy.zones.iter().map(Into::into).collect(),
        }
    }
}

fn role_of(role: &v1::Role) -> Result<Role, BadWire> {
    let may = |entry: &v1::Permission| {
        let permission = Permission::of(&entry.permission);
        Ok((permission.ok_or_else(|| bad("policy.roles.permission", &entry.permission))?, entry.limit))
    };
    Ok(Role { id: text("policy.roles.id", &role.id)?, may: list("policy.roles.may", &role.may, PERMISSIONS_MAX, may)? })
}

fn role_to_wire(role: &Role) -> v1::Role {
    let permission = |(permission, limit): &(Permission, Option<i64>)| v1::Permission {
        permission: permission.word().to_owned(),
        limit: *limit,
    };
    v1::Role { id: role.id.clone(), may: role.may.iter().map(permission).collect() }
}

fn reason_of(reason: &v1::Reason) -> Result<(ReasonFor, String), BadWire> {
    let known = REASONS.iter().find(|(_, word)| *word == reason.about);
    let (about, _) = known.ok_or_else(|| bad("policy.reasons.about", &reason.about))?;
    Ok((*about, text("policy.reasons.text", &reason.text)?))
}

fn reason_word(about: ReasonFor) -> &'static str {
    REASONS.iter().find(|(known, _)| *known == about).map(|(_, word)| *word).expect("every reason has a word")
}

/// The value is a secret and never told.
fn key_of(what: &'static str, base64: &str) -> Result<Vec<u8>, BadWire> {
    if base64.is_empty() {
        return Ok(Vec::new());
    }
    let key = STANDARD.decode(base64).map_err(|_| bad(what, "anything but base64"))?;
    match KEY_BYTES.contains(&key.len()) {
        true => Ok(key),
        false => Err(bad(what, format!("{} bytes", key.len()))),
    }
}
