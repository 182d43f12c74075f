//! Quotas, goods put by, people who became members, approvals.

use domain::basket::Basket;
use domain::grant::{Account, AccountKind, Grant};
use domain::hold::Hold;
use domain::member::Enrolment;
use domain::staff::{Approval, ApprovedBy, Permission};
use domain::tender::Tender;

use super::tender::TENDERS_MAX;
use super::{BadWire, amount_of, bad, date, instant, list, text, text_option};
use crate::v1;

impl TryFrom<&v1::Grant> for Grant {
    type Error = BadWire;

    /// What was spent of it since is not taken off.
    fn try_from(grant: &v1::Grant) -> Result<Grant, BadWire> {
        Ok(Grant {
            id: grant.id,
            account: account_of(&grant.kind, &grant.number)?,
            units: units_of("grant.units", grant.units)?,
            balance: amount_of("grant.balance", grant.balance)?.units(),
            until: instant("grant.until_ms", grant.until_ms)?,
        })
    }
}

pub(super) fn account_of(kind: &str, number: &str) -> Result<Account, BadWire> {
    let kind = AccountKind::of(kind).ok_or_else(|| bad("account.kind", kind))?;
    Ok(Account { kind, number: text("account.number", number)? })
}

/// Units of an account that can be set aside.
pub(super) fn units_of(field: &'static str, units: i64) -> Result<i64, BadWire> {
    match units {
        0..=domain::money::AMOUNT_MAX => Ok(units),
        other => Err(bad(field, other)),
    }
}

impl From<&Hold> for v1::Hold {
    fn from(hold: &Hold) -> v1::Hold {
        v1::Hold {
            code: hold.code.clone(),
            basket: (&hold.basket).into(),
            total: hold.total.units(),
            paid: hold.paid.iter().map(Into::into).collect(),
            until: hold.until.map(|date| date.to_string()),
            shopper: hold.shopper.clone(),
        }
    }
}

impl TryFrom<&v1::Hold> for Hold {
    type Error = BadWire;

    fn try_from(hold: &v1::Hold) -> Result<Hold, BadWire> {
        Ok(Hold {
            code: text("hold.code", &hold.code)?,
            basket: Basket::try_from(&hold.basket)?,
            total: amount_of("hold.total", hold.total)?,
            paid: list("hold.paid", &hold.paid, TENDERS_MAX, Tender::try_from)?,
            until: hold.until.as_deref().map(|text| date("hold.until", text)).transpose()?,
            shopper: text("hold.shopper", &hold.shopper)?,
        })
    }
}

impl From<&Enrolment> for v1::MemberEnrolled {
    fn from(enrolment: &Enrolment) -> v1::MemberEnrolled {
        v1::MemberEnrolled {
            id: enrolment.id.clone(),
            name: enrolment.name.clone(),
            phone: enrolment.phone.clone(),
            card: enrolment.card.clone(),
        }
    }
}

impl TryFrom<&v1::MemberEnrolled> for Enrolment {
    type Error = BadWire;

    fn try_from(enrolled: &v1::MemberEnrolled) -> Result<Enrolment, BadWire> {
        Ok(Enrolment {
            id: text("member_enrolled.id", &enrolled.id)?,
            name: text("member_enrolled.name", &enrolled.name)?,
            phone: text("member_enrolled.phone", &enrolled.phone)?,
            card: text_option("member_enrolled.card", &enrolled.card)?,
        })
    }
}

impl From<&Approval> for v1::Approved {
    fn from(approval: &Approval) -> v1::Approved {
        let means = match approval.means {
            ApprovedBy::Pin => "pin",
            ApprovedBy::Card => "card",
            ApprovedBy::Telephone => "telephone",
            ApprovedBy::Till => "till",
        };
        v1::Approved {
            permission: approval.permission.word().to_owned(),
            size: approval.size,
            about: approval.about.clone(),
            by: approval.by.clone(),
            means: means.to_owned(),
        }
    }
}

impl TryFrom<&v1::Approved> for Approval {
    type Error = BadWire;

    fn try_from(approved: &v1::Approved) -> Result<Approval, BadWire> {
        let permission = Permission::of(&approved.permission);
        let means = match approved.means.as_str() {
            "pin" => ApprovedBy::Pin,
            "card" => ApprovedBy::Card,
            "telephone" => ApprovedBy::Telephone,
            "till" => ApprovedBy::Till,
            other => return Err(bad("approved.means", other)),
        };
        Ok(Approval {
            permission: permission.ok_or_else(|| bad("approved.permission", &approved.permission))?,
            size: approved.size,
            about: text("approved.about", &approved.about)?,
            by: text("approved.by", &approved.by)?,
            means,
        })
    }
}
