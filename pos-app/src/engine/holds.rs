//! Goods put by for a shopper and collected later with a code: presale (预售) and layaway (分期取货).
//!
//! What is paid down is what was taken on the basket before it is put by, by any means. It is money the shop owes: the
//! sale happens at the collection, at the prices of the day the goods were put by, and takes the payment in.

use domain::basket::{About, Basket, Line};
use domain::event::Event;
use domain::hold::Hold;
use domain::item::ItemKind;
use domain::member::{Member, masked_name, masked_phone};
use domain::money::Money;
use domain::receipt::Document;
use domain::shift::Shift;
use domain::staff::Permission;
use domain::store::{ReasonFor, Store};
use domain::tender::{Tender, TenderKind};
use jiff::civil::Date;
use ui::screen::Keys;

use super::by_hand::{given, typed_amount};
use super::command::{Command, Need};
use super::drafts::{Ask, Asked, Draft, Next, Step};
use super::selling::fault;
use super::{Catalogue, Effect, Engine, Now, Pending, Said, Save, Trouble};
use crate::notation::Notation;
use crate::paper;

/// What a code for goods put by begins with.
const PREFIX: char = 'H';
/// Digits after the till's number.
const CODE_DIGITS: usize = 10;
/// Characters of a shopper's name or number.
const SHOPPER_CHARS_MAX: usize = 60;
/// Digits from which on what is typed is a telephone number.
const PHONE_DIGITS_MIN: usize = 6;

/// What happens when goods were put by, collected or given up: written, then done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldWritten {
    /// With the payment down counted.
    pub shift: Shift,
    /// Name of the slip's print job.
    pub job: u64,
    /// The slip.
    pub document: Document,
    /// What is said.
    pub said: Said,
    /// Whether the goods leave the counter with it.
    pub clears_counter: bool,
    /// Whether the drawer opens.
    pub drawer: bool,
}

/// Whether a code is that of goods put by: its letter, the till's number, ten digits.
pub(super) fn is_code(code: &str) -> bool {
    let digits = code.trim().strip_prefix(PREFIX).unwrap_or_default();
    digits.len() >= CODE_DIGITS + 2 && digits.len() <= CODE_DIGITS + 4 && digits.bytes().all(|b| b.is_ascii_digit())
}

impl Engine {
    /// A code that no other till gives out, and no other goods of this one by any likelihood.
    fn hold_code(&self, now: Now) -> String {
        let chance = now.fresh.as_u128() % 10_u128.pow(CODE_DIGITS as u32);
        format!("{PREFIX}{:02}{chance:0CODE_DIGITS$}", self.setup.number)
    }

    /// Why the basket cannot be put by.
    pub(super) fn hold_hindrance(&self) -> Option<Trouble> {
        let basket = self.durable.open.as_ref().filter(|basket| !basket.is_empty());
        let Some(basket) = basket else { return Some(Trouble::NoLine) };
        let fits = |line: &Line| !line.quantity.is_return() && !is_money(line);
        // A coupon for a single use counts as used with a sale alone: on goods put by it would be good again at once.
        let single_use = basket.about.coupons.iter().any(|coupon| coupon.grant.is_some() || self.coupon_waits(coupon));
        match basket.about.hold.is_none() && !single_use && basket.active().all(fits) {
            true => None,
            false => Some(Trouble::NotToHold),
        }
    }

    pub(super) fn next_place_hold(&self, now: Now, store: &Store, draft: &Draft) -> Result<Next, Trouble> {
        let basket = self.durable.open.as_ref().ok_or(Trouble::NoLine)?;
        let paid: Money = basket.about.taken.iter().map(|tender| tender.amount).sum();
        if paid > self.price_of(basket, store).total {
            return Err(Trouble::TooMuch);
        }
        match &draft.answers[..] {
            [] => {
                let mut step = Ask::new(Asked::Shopper, Keys::Text);
                if let (Step::Ask(ask), Some(member)) = (&mut step, &basket.member) {
                    ask.value.clone_from(&member.name);
                }
                Ok(Next::Step(step))
            }
            [shopper] => {
                masked(shopper, basket.member.as_ref())?;
                Ok(Next::Step(Ask::new(Asked::CollectUntil, Keys::Date)))
            }
            [_, until] if basket.about.taken.is_empty() => {
                self.typed_until(now, until)?;
                Ok(Next::Step(Ask::new(Asked::PaidDown, Keys::Amount)))
            }
            [shopper, until, down @ ..] => {
                let until = self.typed_until(now, until)?;
                let down = self.typed_down(store, down.first().map_or("", String::as_str))?;
                let code = self.hold_code(now);
                Ok(Next::Do(Command::PlaceHold {
                    code,
                    shopper: masked(shopper, basket.member.as_ref())?,
                    until,
                    down,
                }))
            }
        }
    }

    /// Cash that is paid down when nothing was taken before; empty for none.
    fn typed_down(&self, store: &Store, text: &str) -> Result<Money, Trouble> {
        if text.trim().is_empty() {
            return Ok(Money::ZERO);
        }
        let down = typed_amount(store, text)?;
        if down > self.priced(store).total { Err(Trouble::TooMuch) } else { Ok(down) }
    }

    fn typed_until(&self, now: Now, text: &str) -> Result<Option<Date>, Trouble> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let until: Date = text.trim().parse().map_err(|_| Trouble::NotADate)?;
        let today = self.durable.shift.as_ref().map_or(now.local.date(), |shift| shift.business_date);
        if until < today { Err(Trouble::NotADate) } else { Ok(Some(until)) }
    }

    pub(super) fn needs_of_holds(&self) -> Vec<Need> {
        vec![Need::of(Permission::Holds, 0, "")]
    }

    /// Money that goes back without goods needs the leave of a return, by how much it is.
    pub(super) fn needs_of_cancelling(&self, store: &Store, code: &str, refund: Money) -> Vec<Need> {
        let mut needs = self.needs_of_holds();
        if !refund.is_zero() {
            needs.push(Need::of(
                Permission::Return,
                refund.units(),
                format!("{code} {}", self.words.amount(store.currency, refund)),
            ));
        }
        needs
    }

    /// The goods leave the counter, the shopper leaves with a slip.
    pub(super) fn place_hold(
        &mut self,
        now: Now,
        store: &Store,
        (code, shopper, until, down): (String, String, Option<Date>, Money),
        effects: &mut Vec<Effect>,
    ) {
        if let Some(trouble) = self.hold_hindrance() {
            return self.refuse(trouble);
        }
        let basket = self.durable.open.clone().expect("what can be put by is on the counter");
        let Some((kept, total)) = self.frozen(&basket, store) else {
            return self.refuse(Trouble::NotToHold);
        };
        let mut paid = basket.about.taken;
        if !down.is_zero() {
            paid.push(Tender::exact(TenderKind::Cash, down));
        }
        let hold = Hold { code, basket: kept, total, paid, until, shopper };
        let document = paper::hold_slip(&hold, store, &self.issued(now));
        // The drawer was open already for what was taken before.
        let drawer = !down.is_zero();
        let written = HoldWritten { drawer, ..self.hold_written(document, Said::HoldPlaced, true, &hold.paid) };
        let saves = vec![Save::Basket(None)];
        self.write_hold(now, vec![Event::HoldPlaced(Box::new(hold))], saves, written, effects);
    }

    /// The basket with its prices made fast, and what it costs. What rules and people took off is in the prices from then
    /// on, so that neither a new rule book nor a new price list changes what was agreed.
    fn frozen(&self, basket: &Basket, store: &Store) -> Option<(Basket, Money)> {
        let priced = self.price_of(basket, store);
        let fast = |line: &Line| {
            let mut line = line.clone();
            let amount = priced.line(line.no).map(|priced| store.tax_mode.shelf_amount(priced.gross, priced.tax))?;
            line.terms.not_discountable = true;
            if amount > Money::ZERO {
                line.label_amount = Some(amount);
            } else {
                line.unit_price = Money::ZERO;
                line.label_amount = None;
            }
            line.facets.discount = None;
            Some(line)
        };
        let lines = basket.active().map(fast).collect::<Option<Vec<_>>>()?;
        let about = About { discount: None, staff_sale: None, taken: Vec::new(), ..basket.about.clone() };
        let kept = Basket::restore(basket.id, basket.started_at, basket.member.clone(), about, lines)?;
        // Only what costs the same when it comes back is agreed.
        (self.price_of(&kept, store).total == priced.total).then_some((kept, priced.total))
    }

    pub(super) fn next_collect(&self, catalogue: &dyn Catalogue, draft: &Draft) -> Result<Next, Trouble> {
        let Some(code) = draft.answers.first() else {
            return Ok(Next::Step(Ask::code(Asked::HoldCode)));
        };
        let hold = self.hold_of(catalogue, code)?;
        Ok(Next::Do(Command::CollectHold { code: hold.code }))
    }

    /// Goods put by that wait for their shopper and are on no counter of this till.
    fn hold_of(&self, catalogue: &dyn Catalogue, code: &str) -> Result<Hold, Trouble> {
        let hold = catalogue.hold(code.trim()).map_err(fault)?.ok_or(Trouble::UnknownHold)?;
        let aside = self.durable.suspended.iter().map(|aside| &aside.basket);
        let mut here = self.durable.open.iter().chain(aside);
        match here.any(|basket| basket.about.hold == Some(hold.basket.id)) {
            true => Err(Trouble::HoldOpen),
            false => Ok(hold),
        }
    }

    /// The goods are on the counter, with what is paid already.
    pub(super) fn collect_hold(&mut self, now: Now, catalogue: &dyn Catalogue, code: &str, effects: &mut Vec<Effect>) {
        if self.durable.open.as_ref().is_some_and(|basket| !basket.is_empty()) {
            return self.refuse(Trouble::BasketOpen);
        }
        if !self.taken().is_empty() {
            return self.refuse(Trouble::PartPaid);
        }
        let hold = match self.hold_of(catalogue, code) {
            Ok(hold) => hold,
            Err(trouble) => return self.refuse(trouble),
        };
        let down = hold.paid_down();
        let deposit = Tender { reference: Some(hold.code), ..Tender::exact(TenderKind::Deposit, down) };
        let taken = if down.is_zero() { Vec::new() } else { vec![deposit] };
        let about = About { hold: Some(hold.basket.id), taken, ..hold.basket.about.clone() };
        let lines = hold.basket.lines().to_vec();
        let told = self.durable.open.as_ref().and_then(|open| open.member.clone());
        let member = hold.basket.member.clone().or(told);
        let Some(basket) = Basket::restore(now.fresh, now.at, member, about, lines) else {
            return self.refuse(Trouble::UnknownHold);
        };
        let mut shift = self.durable.shift.clone().expect("goods are collected in an open shift alone");
        let events = self.void_emptied(&mut shift);
        let saves = vec![Save::Basket(Some(basket.clone())), Save::Shift(Some(shift.clone()))];
        let stamp = self.stamp(now);
        let pending = Pending::Recalled { basket, shift };
        self.commit(stamp, events, saves, pending, effects);
        // What is paid down is hers however late she comes; that the goods are still there is for people to see.
        let today = self.durable.shift.as_ref().map(|shift| shift.business_date);
        if let Some(until) = hold.until.filter(|until| today.is_some_and(|today| *until < today)) {
            self.tell(Trouble::HoldLate(until), String::new());
        }
    }

    pub(super) fn next_cancel_hold(
        &self,
        catalogue: &dyn Catalogue,
        store: &Store,
        draft: &Draft,
    ) -> Result<Next, Trouble> {
        let [code, more @ ..] = &draft.answers[..] else {
            return Ok(Next::Step(Ask::code(Asked::HoldCode)));
        };
        let hold = self.hold_of(catalogue, code)?;
        if hold.paid.iter().any(|tender| tender.payment.is_some()) {
            return Err(Trouble::CollectThenReturn);
        }
        match more {
            [] => Ok(Next::Step(Ask::reason(store, ReasonFor::Return))),
            [reason, ..] => {
                let refund = hold.paid_down();
                Ok(Next::Do(Command::CancelHold { code: hold.code, refund, reason: given(reason)? }))
            }
        }
    }

    /// The goods go back to the shelf, the payment down back to the shopper by the means she used.
    pub(super) fn cancel_hold(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        (code, reason): (&str, String),
        effects: &mut Vec<Effect>,
    ) {
        let hold = match self.hold_of(catalogue, code) {
            Ok(hold) => hold,
            Err(trouble) => return self.refuse(trouble),
        };
        let refunded: Vec<Tender> = hold.paid.iter().map(given_back).collect();
        let document = paper::hold_cancelled_slip(&hold, &refunded, store, &self.issued(now));
        let written = self.hold_written(document, Said::HoldCancelled, false, &refunded);
        let event = Event::HoldCancelled { hold: hold.basket.id, refunded, reason };
        self.write_hold(now, vec![event], Vec::new(), written, effects);
    }

    fn hold_written(&self, document: Document, said: Said, clears_counter: bool, tenders: &[Tender]) -> HoldWritten {
        let mut shift = self.durable.shift.clone().expect("goods are put by in an open shift alone");
        let cash = tenders.iter().filter(|tender| tender.kind == TenderKind::Cash);
        let cash: Money = cash.map(|tender| tender.amount).sum();
        shift.totals.hold_cash += cash;
        HoldWritten { shift, job: self.durable.next_job, document, said, clears_counter, drawer: !cash.is_zero() }
    }

    fn write_hold(
        &mut self,
        now: Now,
        events: Vec<Event>,
        mut saves: Vec<Save>,
        written: HoldWritten,
        effects: &mut Vec<Effect>,
    ) {
        let (job, document) = (written.job, written.document.clone());
        saves.push(Save::Shift(Some(written.shift.clone())));
        saves.push(Save::Print { job, receipt: false, document });
        let stamp = self.stamp(now);
        self.commit(stamp, events, saves, Pending::Hold(Box::new(written)), effects);
    }

    pub(super) fn hold_is_written(&mut self, written: HoldWritten, effects: &mut Vec<Effect>) {
        self.durable.shift = Some(written.shift);
        if written.clears_counter {
            self.durable.open = None;
            self.leave_basket(written.said);
        } else {
            self.said = written.said;
        }
        self.print(written.job, written.document, false, effects);
        if written.drawer {
            effects.push(Effect::OpenDrawer);
        }
    }
}

/// Money that the shop owes is never put by.
fn is_money(line: &Line) -> bool {
    matches!(line.terms.kind, ItemKind::GiftCard | ItemKind::TopUp)
}

/// A payment down, given back the way it came.
fn given_back(paid: &Tender) -> Tender {
    let amount = -paid.amount;
    Tender {
        reference: paid.reference.clone(),
        payment: paid.payment,
        points: -paid.points,
        grant: paid.grant,
        ..Tender::exact(paid.kind, amount)
    }
}

/// Who collects, as screen and paper show her.
fn masked(shopper: &str, member: Option<&Member>) -> Result<String, Trouble> {
    let shopper = shopper.trim();
    let digits = shopper.chars().filter(char::is_ascii_digit).count();
    match () {
        () if shopper.chars().count() > SHOPPER_CHARS_MAX => Err(Trouble::NotANumber),
        // A member's name comes masked.
        () if member.is_some_and(|member| member.name == shopper) => Ok(shopper.to_owned()),
        () if digits >= PHONE_DIGITS_MIN => {
            let digits: String = shopper.chars().filter(char::is_ascii_digit).collect();
            Ok(masked_phone(&digits))
        }
        () => Ok(masked_name(shopper)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn no_slip_shows_a_whole_number_or_name(before in "[王a *0-9-]{0,8}", phone in "[0-9]{6,15}", after in "[李b *-]{0,8}") {
            let shown = masked(&format!("{before}{phone}{after}"), None).unwrap();
            prop_assert!(!shown.contains(&phone), "{shown}");
            let name = masked(&format!("王{after}"), None).unwrap();
            prop_assert_eq!(name, "王*");
        }
    }
}
