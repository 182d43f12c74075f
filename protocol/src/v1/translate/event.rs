//! Events, both ways.

use domain::basket::Basket;
use domain::event::Event;
use domain::shift::{Shift, Totals};
use domain::tender::Tender;

use super::quota::{account_of, units_of};
use super::sale::sale_of;
use super::shift::ClosedAt;
use super::tender::TENDERS_MAX;
use super::{BadWire, amount_of, date, instant, list, text};
use crate::v1;

/// The word for a drawer that was opened without anybody being asked why.
const NO_SALE: &str = "no_sale";

impl From<&Event> for v1::Body {
    fn from(event: &Event) -> v1::Body {
        match event {
            Event::ShiftOpened(shift) => {
                v1::Body::ShiftOpened(v1::ShiftOpened { shift: shift.id, float: shift.float.units() })
            }
            Event::SaleCompleted(sale) => v1::Body::SaleCompleted(Box::new((&**sale).into())),
            Event::SaleVoided { basket, reason } => {
                v1::Body::SaleVoided(v1::SaleVoided { basket: basket.into(), reason: reason.clone() })
            }
            Event::SaleSuspended(basket) => v1::Body::SaleSuspended(v1::SaleSuspended { basket: basket.into() }),
            Event::SaleRecalled(basket) => v1::Body::SaleRecalled(v1::SaleRecalled { basket: *basket }),
            Event::DrawerOpened { reason } => {
                let reason = if reason.is_empty() { NO_SALE } else { reason };
                v1::Body::DrawerOpened(v1::DrawerOpened { reason: reason.to_owned() })
            }
            Event::Reprinted { receipt } => v1::Body::Reprinted(v1::Reprinted { receipt: receipt.clone() }),
            Event::LockedOut { staff, tries } => {
                v1::Body::LockedOut(v1::LockedOut { staff: staff.clone(), tries: *tries })
            }
            Event::SignedOn { staff } => v1::Body::SignedOn(v1::SignedOn { staff: staff.clone() }),
            Event::Approved(approval) => v1::Body::Approved(approval.into()),
            Event::CashMoved(movement) => v1::Body::CashMoved(movement.into()),
            Event::HandedOver(over) => v1::Body::HandedOver(over.into()),
            Event::MemberEnrolled(enrolment) => v1::Body::MemberEnrolled(enrolment.into()),
            Event::MemberNoted { member, note } => {
                v1::Body::MemberNoted(v1::MemberNoted { member: member.clone(), note: note.clone() })
            }
            Event::FavouritesArranged { items } => {
                v1::Body::FavouritesArranged(v1::FavouritesArranged { items: items.clone() })
            }
            Event::GrantAsked { account, units } => v1::Body::GrantAsked(v1::GrantAsked {
                kind: account.kind.word().to_owned(),
                number: account.number.clone(),
                units: *units,
            }),
            Event::HoldPlaced(hold) => v1::Body::HoldPlaced(Box::new((&**hold).into())),
            Event::HoldCancelled { hold, refunded, reason } => v1::Body::HoldCancelled(v1::HoldCancelled {
                hold: *hold,
                refunded: refunded.iter().map(Into::into).collect(),
                reason: reason.clone(),
            }),
            Event::TrainingBegun => v1::Body::TrainingBegun(v1::TrainingBegun {}),
            Event::TrainingEnded => v1::Body::TrainingEnded(v1::TrainingEnded {}),
            Event::ShiftClosed(closed) => v1::Body::ShiftClosed((&**closed).into()),
            Event::PaymentChanged(payment) => v1::Body::PaymentChanged(Box::new((&**payment).into())),
            Event::TendersReturned { basket, tenders, amount } => v1::Body::TendersReturned(v1::TendersReturned {
                basket: *basket,
                tenders: tenders.iter().map(Into::into).collect(),
                amount: amount.units(),
            }),
            Event::CountOpened(told) => v1::Body::CountOpened(told.into()),
            Event::CountEntered(told) => v1::Body::CountEntered(told.into()),
            Event::CountPassFinished(told) => v1::Body::CountPassFinished(told.into()),
            Event::CountApproved(told) => v1::Body::CountApproved(told.into()),
            Event::CountClosed(told) => v1::Body::CountClosed(told.into()),
            Event::GoodsReceived(told) => v1::Body::GoodsReceived(told.into()),
            Event::TransferSent(told) => v1::Body::TransferSent(told.into()),
            Event::TransferReceived(told) => v1::Body::TransferReceived(told.into()),
            Event::WrittenOff(told) => v1::Body::WrittenOff(told.into()),
        }
    }
}

impl v1::Event {
    /// What happened, in the shop's words; `None` for the beginning of an epoch, which is the journal's own.
    pub fn to_domain(&self) -> Result<Option<Event>, BadWire> {
        let event = match &self.body {
            v1::Body::EpochStarted(_) => return Ok(None),
            v1::Body::ShiftOpened(opened) => Event::ShiftOpened(self.shift_of(opened)?),
            v1::Body::SaleCompleted(sale) => Event::SaleCompleted(Box::new(sale_of(sale, self.at_ms)?)),
            v1::Body::SaleVoided(voided) => {
                Event::SaleVoided { basket: Basket::try_from(&voided.basket)?, reason: text("reason", &voided.reason)? }
            }
            v1::Body::SaleSuspended(suspended) => Event::SaleSuspended(Basket::try_from(&suspended.basket)?),
            v1::Body::SaleRecalled(recalled) => Event::SaleRecalled(recalled.basket),
            v1::Body::DrawerOpened(opened) => {
                let reason = if opened.reason == NO_SALE { "" } else { &opened.reason };
                Event::DrawerOpened { reason: text("reason", reason)? }
            }
            v1::Body::Reprinted(reprinted) => Event::Reprinted { receipt: text("receipt", &reprinted.receipt)? },
            v1::Body::LockedOut(locked) => {
                Event::LockedOut { staff: text("staff", &locked.staff)?, tries: locked.tries }
            }
            v1::Body::ShiftClosed(closed) => {
                let business_date = date("business_date", &self.business_date)?;
                let at = instant("at_ms", self.at_ms)?;
                Event::ShiftClosed(Box::new(closed.to_domain(ClosedAt { business_date, at })?))
            }
            v1::Body::SignedOn(signed) => Event::SignedOn { staff: text("staff", &signed.staff)? },
            v1::Body::Approved(approved) => Event::Approved(approved.try_into()?),
            v1::Body::CashMoved(moved) => Event::CashMoved(moved.try_into()?),
            v1::Body::HandedOver(over) => Event::HandedOver(over.try_into()?),
            v1::Body::MemberEnrolled(enrolled) => Event::MemberEnrolled(enrolled.try_into()?),
            v1::Body::MemberNoted(noted) => {
                Event::MemberNoted { member: text("member", &noted.member)?, note: text("note", &noted.note)? }
            }
            v1::Body::FavouritesArranged(arranged) => Event::FavouritesArranged {
                items: list("favourites_arranged.items", &arranged.items, v1::FAVOURITES_MAX, |item| {
                    text("favourites_arranged.items", item)
                })?,
            },
            v1::Body::GrantAsked(asked) => Event::GrantAsked {
                account: account_of(&asked.kind, &asked.number)?,
                units: units_of("grant_asked.units", asked.units)?,
            },
            v1::Body::HoldPlaced(hold) => Event::HoldPlaced(Box::new((&**hold).try_into()?)),
            v1::Body::HoldCancelled(cancelled) => Event::HoldCancelled {
                hold: cancelled.hold,
                refunded: list("refunded", &cancelled.refunded, TENDERS_MAX, Tender::try_from)?,
                reason: text("reason", &cancelled.reason)?,
            },
            v1::Body::TrainingBegun(_) => Event::TrainingBegun,
            v1::Body::TrainingEnded(_) => Event::TrainingEnded,
            v1::Body::PaymentChanged(payment) => Event::PaymentChanged(Box::new((&**payment).try_into()?)),
            v1::Body::TendersReturned(returned) => Event::TendersReturned {
                basket: returned.basket,
                tenders: list("tenders", &returned.tenders, TENDERS_MAX, Tender::try_from)?,
                amount: amount_of("amount", returned.amount)?,
            },
            v1::Body::CountOpened(told) => Event::CountOpened(told.try_into()?),
            v1::Body::CountEntered(told) => Event::CountEntered(told.try_into()?),
            v1::Body::CountPassFinished(told) => Event::CountPassFinished(told.try_into()?),
            v1::Body::CountApproved(told) => Event::CountApproved(told.try_into()?),
            v1::Body::CountClosed(told) => Event::CountClosed(told.try_into()?),
            v1::Body::GoodsReceived(told) => Event::GoodsReceived(told.try_into()?),
            v1::Body::TransferSent(told) => Event::TransferSent(told.try_into()?),
            v1::Body::TransferReceived(told) => Event::TransferReceived(told.try_into()?),
            v1::Body::WrittenOff(told) => Event::WrittenOff(told.try_into()?),
        };
        Ok(Some(event))
    }

    /// A shift as it begins.
    fn shift_of(&self, opened: &v1::ShiftOpened) -> Result<Shift, BadWire> {
        Ok(Shift {
            id: opened.shift,
            business_date: date("business_date", &self.business_date)?,
            opened_at: instant("at_ms", self.at_ms)?,
            opened_by: text("staff", self.staff.as_deref().unwrap_or_default())?,
            float: amount_of("float", opened.float)?,
            totals: Totals::default(),
            cashiers: Vec::new(),
            hand_overs: Vec::new(),
        })
    }
}
