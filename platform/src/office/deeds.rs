//! What an event asks of head office beyond its postings.

use domain::grant::{Account, AccountKind};
use protocol::v1::{Basket, Body, Event, Hold, MemberEnrolled, MemberNoted, Origin, Sale, SaleLine, Tender};
use uuid::Uuid;

use crate::ingest::Complaint;

/// One thing that head office does because of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// An account goes up or down.
    Move(Move),
    /// Something is to be set aside for the terminal.
    Asked {
        /// Of which account.
        account: Account,
        /// How much.
        units: i64,
    },
    /// A shift was closed: what was set aside for it is free again.
    ShiftClosed(Uuid),
    /// A basket was put aside.
    SetAside {
        /// The basket.
        basket: Box<Basket>,
        /// By whom.
        staff: String,
    },
    /// It was taken up again.
    Recalled(Uuid),
    /// A basket ended, as a sale or void.
    Ended(Uuid),
    /// Goods came back with their receipt.
    CameBack {
        /// The sale.
        sale: Uuid,
        /// Line within it.
        line: u32,
        /// Thousandths of the unit, above zero.
        quantity: i64,
    },
    /// Goods were put by.
    HoldPlaced(Box<Hold>),
    /// Goods put by were collected or given up.
    HoldEnded {
        /// Which.
        hold: Uuid,
        /// `collected` or `cancelled`.
        how: &'static str,
    },
    /// Someone became a member.
    Enrolled(MemberEnrolled),
    /// What colleagues should know of a member.
    Noted(MemberNoted),
    /// The favourites of the store were arranged: item ids by their places.
    Arranged(Vec<String>),
}

/// An account goes up or down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Which account.
    pub whose: Whose,
    /// By how much, in its units.
    pub units: i64,
    /// `earned`, `taken_back`, `spent`, `refunded`, `activated`, `topped_up` or `used`.
    pub what: &'static str,
    /// The grant it was spent from.
    pub grant: Option<Uuid>,
}

/// How an event names an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// By its number.
    Account(Account),
    /// By the grant it was spent from; paper and events bear masked numbers of cards alone.
    Grant(Uuid),
    /// By the sale whose goods came back: the account of this kind that paid it.
    Sale(Uuid, AccountKind),
    /// Not at all.
    Unknown(AccountKind),
}

/// What an event asks of head office. Amounts are in range: the event was posted.
pub(crate) fn deeds(event: &Event, complaints: &mut Vec<Complaint>) -> Vec<Deed> {
    match &event.body {
        Body::SaleCompleted(sale) => of_sale(sale),
        Body::SaleVoided(voided) => vec![Deed::Ended(voided.basket.id)],
        Body::SaleSuspended(aside) => {
            let staff = event.staff.clone().unwrap_or_default();
            vec![Deed::SetAside { basket: Box::new(aside.basket.clone()), staff }]
        }
        Body::SaleRecalled(recalled) => vec![Deed::Recalled(recalled.basket)],
        Body::ShiftClosed(closed) => vec![Deed::ShiftClosed(closed.shift)],
        Body::GrantAsked(asked) => match AccountKind::of(&asked.kind) {
            Some(kind) => {
                vec![Deed::Asked { account: Account { kind, number: asked.number.clone() }, units: asked.units }]
            }
            None => {
                complaints.push(Complaint {
                    kind: "unknown_account",
                    detail: format!("there are no accounts of kind {:?}", asked.kind),
                });
                Vec::new()
            }
        },
        Body::HoldPlaced(hold) => {
            let member = hold.basket.member.as_ref().map(|member| member.id.as_str());
            let mut deeds: Vec<Deed> =
                hold.paid.iter().filter_map(|tender| of_tender(tender, member, None)).map(Deed::Move).collect();
            deeds.push(Deed::HoldPlaced(hold.clone()));
            deeds
        }
        Body::HoldCancelled(cancelled) => {
            let moves = cancelled.refunded.iter().filter_map(|tender| of_tender(tender, None, None)).map(Deed::Move);
            moves.chain([Deed::HoldEnded { hold: cancelled.hold, how: "cancelled" }]).collect()
        }
        Body::MemberEnrolled(enrolled) => vec![Deed::Enrolled(enrolled.clone())],
        Body::MemberNoted(noted) => vec![Deed::Noted(noted.clone())],
        Body::FavouritesArranged(arranged) => vec![Deed::Arranged(arranged.items.clone())],
        Body::EpochStarted(_)
        | Body::ShiftOpened(_)
        | Body::DrawerOpened(_)
        | Body::Reprinted(_)
        | Body::LockedOut(_)
        | Body::SignedOn(_)
        | Body::Approved(_)
        | Body::CashMoved(_)
        | Body::HandedOver(_)
        | Body::TrainingBegun(_)
        | Body::TrainingEnded(_)
        | Body::PaymentChanged(_)
        | Body::TendersReturned(_)
        | Body::CountOpened(_)
        | Body::CountEntered(_)
        | Body::CountPassFinished(_)
        | Body::CountApproved(_)
        | Body::CountClosed(_)
        | Body::GoodsReceived(_)
        | Body::TransferSent(_)
        | Body::TransferReceived(_)
        | Body::WrittenOff(_) => Vec::new(),
    }
}

fn of_sale(sale: &Sale) -> Vec<Deed> {
    let mut deeds = Vec::new();
    let member = sale.member.as_ref().map(|member| member.id.as_str());
    let mut origins = sale.lines.iter().filter_map(origin).peekable();
    let from = origins.peek().map(|(origin, _)| origin.sale);
    deeds.extend(origins.map(|(origin, quantity)| Deed::CameBack { sale: origin.sale, line: origin.line, quantity }));
    if let Some(member) = sale.member.as_ref().filter(|member| member.points_earned != 0) {
        let what = if member.points_earned > 0 { "earned" } else { "taken_back" };
        let whose = Whose::Account(Account { kind: AccountKind::Points, number: member.id.clone() });
        deeds.push(Deed::Move(Move { whose, units: member.points_earned, what, grant: None }));
    }
    deeds.extend(sale.lines.iter().filter_map(of_line).map(Deed::Move));
    deeds.extend(sale.tenders.iter().filter_map(|tender| of_tender(tender, member, from)).map(Deed::Move));
    if let Some(about) = &sale.about {
        let coupon = |code: &str| Whose::Account(Account { kind: AccountKind::Coupon, number: code.to_owned() });
        for coupon_used in about.coupons.iter().filter(|coupon| coupon.grant.is_some()) {
            let (whose, grant) = (coupon(&coupon_used.code), coupon_used.grant);
            deeds.push(Deed::Move(Move { whose, units: -1, what: "used", grant }));
        }
        for back in &about.coupons_back {
            deeds.push(Deed::Move(Move { whose: coupon(&back.code), units: 1, what: "refunded", grant: None }));
        }
        deeds.extend(about.hold.map(|hold| Deed::HoldEnded { hold, how: "collected" }));
    }
    deeds
}

fn origin(line: &SaleLine) -> Option<(&Origin, i64)> {
    let origin = line.facets.as_ref()?.origin.as_ref()?;
    (line.quantity < 0).then(|| (origin, line.quantity.saturating_neg()))
}

/// A card that is activated, an account that is topped up.
fn of_line(line: &SaleLine) -> Option<Move> {
    let (kind, what) = match line.kind.as_deref()? {
        "gift_card" => (AccountKind::GiftCard, "activated"),
        "top_up" => (AccountKind::StoredValue, "topped_up"),
        _ => return None,
    };
    let number = line.facets.as_ref().and_then(|facets| facets.account.clone());
    let whose = number.map_or(Whose::Unknown(kind), |number| Whose::Account(Account { kind, number }));
    Some(Move { whose, units: line.gross, what, grant: None })
}

/// What a tender spends, or gives back.
fn of_tender(tender: &Tender, member: Option<&str>, from: Option<Uuid>) -> Option<Move> {
    let (kind, units) = match tender.kind.as_str() {
        "points" => (AccountKind::Points, tender.points),
        "stored_value" => (AccountKind::StoredValue, tender.amount),
        "gift_card" => (AccountKind::GiftCard, tender.amount),
        "on_account" => (AccountKind::Credit, tender.amount),
        "coupon" if tender.grant.is_some() => (AccountKind::Coupon, tender.amount.signum()),
        _ => return None,
    };
    if units == 0 {
        return None;
    }
    let of_member = !matches!(kind, AccountKind::GiftCard | AccountKind::Coupon);
    let whose = match (tender.grant, member, from) {
        (Some(grant), _, _) => Whose::Grant(grant),
        (None, Some(member), _) if of_member => Whose::Account(Account { kind, number: member.to_owned() }),
        (None, _, Some(sale)) => Whose::Sale(sale, kind),
        (None, _, None) => Whose::Unknown(kind),
    };
    let what = if units > 0 { "spent" } else { "refunded" };
    Some(Move { whose, units: units.checked_neg()?, what, grant: tender.grant })
}
