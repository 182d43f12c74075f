//! Means of payment, in any mix, until nothing is left to pay.
//!
//! What was taken stands in the basket and is stored with it, so that a power cut loses no part. What is left is never
//! kept: it is computed from the basket's price and from what was taken.

use domain::basket::Basket;
use domain::event::Event;
use domain::grant::{Account, AccountKind};
use domain::money::{AmountError, Money};
use domain::store::Store;
use domain::tender::{Offer, Settlement, SettlementError, Taken, Tender, TenderBook, TenderKind, TenderRules};
use hal::PaymentCode;
use jiff::Timestamp;
use protocol::v1::{tender_kind, tender_word};
use ui::screen::Keys;
use uuid::Uuid;

use super::accounts::is_reached;
use super::actions::Action;
use super::command::Command;
use super::drafts::{Ask, Asked, Draft, Next, Step};
use super::money::MoneyWritten;
use super::{Catalogue, Effect, Engine, Now, Place, Said, Trouble};

/// The same touch within so many milliseconds is one that bounced.
const BOUNCE_MS: i64 = 1_500;
/// Characters of a slip's number.
const NUMBER_CHARS_MAX: usize = 40;
/// The key that gives a refund back to what paid.
pub(crate) const REFUND_KEY: &str = "refund";

/// The means of payment that have a key of their own, in their order. A payment down comes with the goods it was paid for.
pub(crate) const KEYS: [TenderKind; 9] = [
    TenderKind::Cash,
    TenderKind::Code,
    TenderKind::Card,
    TenderKind::StoredValue,
    TenderKind::GiftCard,
    TenderKind::Points,
    TenderKind::Coupon,
    TenderKind::Voucher,
    TenderKind::OnAccount,
];

/// A touch on a means of payment, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Touch {
    /// The sale on the counter: the same touch on the next sale is another one.
    sale: Option<Uuid>,
    kind: String,
    amount: String,
    reference: PaymentCode,
    at: Timestamp,
}

impl Engine {
    /// What is paid already on the basket on the counter.
    pub(crate) fn taken(&self) -> Vec<Tender> {
        self.durable.open.as_ref().map(|basket| basket.about.taken.clone()).unwrap_or_default()
    }

    /// How far the sale on the counter is paid.
    pub(crate) fn settlement(&self, store: &Store) -> Result<Settlement, SettlementError> {
        self.settlement_with(store, self.taken())
    }

    pub(super) fn settlement_with(&self, store: &Store, taken: Vec<Tender>) -> Result<Settlement, SettlementError> {
        let taken = taken.into_iter().map(as_taken).collect();
        Settlement::restore(self.priced(store).total, store.cash_rounding, tender_book(store), taken)
    }

    /// A means of payment was touched, perhaps with an amount and a number.
    pub(super) fn touch_tender(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        (kind, amount, reference): (&str, &str, PaymentCode),
        effects: &mut Vec<Effect>,
    ) {
        if !matches!(self.place, Place::Paying { .. }) {
            return self.refuse(Trouble::NotHere);
        }
        if kind == REFUND_KEY {
            return self.pay_out(now, catalogue, store, effects);
        }
        let Ok(known) = tender_kind(kind) else {
            return self.refuse(Trouble::NotHere);
        };
        match known {
            TenderKind::Cash => self.cash(now, catalogue, store, (amount, true), effects),
            TenderKind::Deposit => self.refuse(Trouble::NotHere),
            TenderKind::OnAccount => self.wish_on_account(now, catalogue, store, amount, effects),
            _ if reference.secret().is_empty() && needs_number(known) => {
                self.ask_number(now, catalogue, store, (known, amount), effects);
            }
            _ => self.tender(now, catalogue, store, (known, amount, reference), effects),
        }
    }

    /// A scan while money is taken: a shopper's payment code or a gift card pays what is due; anything else is refused
    /// aloud, and goods above all: no barcode ever becomes an amount.
    pub(super) fn scanned_while_paying(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        data: &str,
        effects: &mut Vec<Effect>,
    ) {
        let code = PaymentCode::new(data);
        if self.is_goods(catalogue, store, data) || self.priced(store).total < Money::ZERO {
            return self.refuse(Trouble::ScanWhilePaying);
        }
        let card = Account { kind: AccountKind::GiftCard, number: code.secret().to_owned() };
        if catalogue.grants(&card).is_ok_and(|grants| !grants.is_empty()) {
            return self.tender(now, catalogue, store, (TenderKind::GiftCard, "", code), effects);
        }
        match domain::payment::classify_code(data) {
            Some(_) => self.tender(now, catalogue, store, (TenderKind::Code, "", code), effects),
            None => self.refuse(Trouble::ScanWhilePaying),
        }
    }

    /// Money is taken once for each touch. Two things keep a bouncing touch from paying twice
    /// (opensourcepos#3081): while a transaction is being written nothing is taken at all, and the same touch within
    /// [`BOUNCE_MS`] after one that was taken for the same sale is that one. A touch that closed the sale finds the till elsewhere.
    pub(super) fn has_bounced(&mut self, now: Now, kind: &str, amount: &str, reference: &PaymentCode) -> bool {
        let touch = Touch {
            sale: self.durable.open.as_ref().map(|basket| basket.id),
            kind: kind.to_owned(),
            amount: amount.trim().to_owned(),
            reference: reference.clone(),
            at: now.at,
        };
        let same = |last: &Touch| {
            let after_ms = now.at.duration_since(last.at).as_millis();
            (0..i128::from(BOUNCE_MS)).contains(&after_ms) && Touch { at: now.at, ..last.clone() } == touch
        };
        if self.last_touch.as_ref().is_some_and(same) {
            return true;
        }
        self.last_touch = Some(touch);
        false
    }

    /// Takes a means of payment, or begins it where a provider is asked.
    pub(super) fn tender(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        (kind, amount, reference): (TenderKind, &str, PaymentCode),
        effects: &mut Vec<Effect>,
    ) {
        if !matches!(self.place, Place::Paying { .. }) {
            return self.refuse(Trouble::NotHere);
        }
        if self.has_bounced(now, tender_word(kind), amount, &reference) {
            return;
        }
        let taken = match kind {
            TenderKind::Code | TenderKind::Card if self.training.is_some() => {
                self.practise_payment(now, catalogue, store, (kind, amount, &reference), effects)
            }
            TenderKind::Code | TenderKind::Card => self.charge(now, store, (kind, amount, &reference), effects),
            TenderKind::Coupon | TenderKind::Voucher => self
                .slip(store, kind, amount, reference.secret())
                .and_then(|offer| self.take(now, catalogue, store, offer, effects)),
            TenderKind::StoredValue | TenderKind::GiftCard | TenderKind::Points | TenderKind::OnAccount => {
                match self.account_offer(now, catalogue, store, (kind, amount, reference.secret())) {
                    Ok(offer) => self.take(now, catalogue, store, offer, effects),
                    Err(Trouble::AsksHeadOffice { .. }) => {
                        let account = self.account_of(kind, reference.secret()).expect("an account was asked for");
                        let events = self.ask_grant(now, catalogue, store, account);
                        if let Some(event) = events {
                            self.write_events(now, vec![event], effects);
                        }
                        Err(Trouble::AsksHeadOffice { reached: is_reached(catalogue) })
                    }
                    Err(trouble) => Err(trouble),
                }
            }
            TenderKind::Cash | TenderKind::Deposit => Err(Trouble::NotHere),
        };
        if let Err(trouble) = taken {
            self.last_touch = None;
            self.not_taken(trouble);
        }
    }

    /// Takes an offer: the sale is complete with it, or a part is paid.
    pub(super) fn take(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        offer: Offer,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Trouble> {
        let mut settlement = self.settlement(store).map_err(Trouble::Tender)?;
        let before = settlement.taken().len();
        settlement.take(offer).map_err(of_settlement)?;
        if let Some(settled) = settlement.settled() {
            return self.complete(now, catalogue, store, (settled, before), None, effects);
        }
        let mut basket = self.durable.open.clone().ok_or(Trouble::NothingToPay)?;
        basket.about.taken = settlement.taken().iter().map(|taken| taken.tender.clone()).collect();
        let newest = basket.about.taken.last().expect("one was taken");
        let drawer = tender_book(store).of(newest.kind).opens_drawer;
        let said = Said::PartTaken(newest.kind, newest.amount);
        let written = MoneyWritten { basket: Some(basket), drawer, said, ..self.money_as_it_is() };
        self.write_money(now, Vec::new(), written, effects);
        Ok(())
    }

    /// Takes a part back that is not final. The others are as if it had never been there.
    pub(super) fn remove_tender(&mut self, now: Now, store: &Store, no: u32, effects: &mut Vec<Effect>) {
        if !matches!(self.place, Place::Paying { .. }) {
            return self.refuse(Trouble::NotHere);
        }
        let at = (no as usize).wrapping_sub(1);
        let removed = match self.without(store, at) {
            Ok(removed) => removed,
            Err(trouble) => return self.not_taken(trouble),
        };
        let (taken, tender) = removed;
        let Some(mut basket) = self.durable.open.clone() else { return self.refuse(Trouble::NothingToPay) };
        basket.about.taken = taken;
        let event = returned_event(&basket, std::slice::from_ref(&tender));
        let drawer = tender_book(store).of(tender.kind).opens_drawer;
        self.last_touch = None;
        let said = Said::PartReturned(tender.kind, tender.amount);
        let message = self.settlement_with(store, basket.about.taken.clone()).err().map(Trouble::Tender);
        let written = MoneyWritten { basket: Some(basket), drawer, said, message, ..self.money_as_it_is() };
        self.write_money(now, vec![event], written, effects);
    }

    /// What stays, and what is removed. More than the total may have been taken when goods went off since; then the rest
    /// is not taken anew.
    fn without(&self, store: &Store, at: usize) -> Result<(Vec<Tender>, Tender), Trouble> {
        let mut taken = self.taken();
        let known = taken.get(at).cloned().ok_or(Trouble::NotHere)?;
        if as_taken(known.clone()).is_final || known.amount < Money::ZERO {
            return Err(Trouble::Tender(SettlementError::Final));
        }
        match self.settlement(store) {
            Ok(mut settlement) => {
                let removed = settlement.remove(at).map_err(Trouble::Tender)?;
                Ok((settlement.taken().iter().map(|taken| taken.tender.clone()).collect(), removed))
            }
            Err(_) => {
                let removed = taken.remove(at);
                Ok((taken, removed))
            }
        }
    }

    /// A slip worth an amount: its number pays once in a sale.
    fn slip(&self, store: &Store, kind: TenderKind, amount: &str, number: &str) -> Result<Offer, Trouble> {
        let number = number.trim();
        if number.is_empty() || number.chars().count() > NUMBER_CHARS_MAX {
            return Err(Trouble::NotANumber);
        }
        let same = |tender: &Tender| tender.kind == kind && tender.reference.as_deref() == Some(number);
        if self.taken().iter().any(same) {
            return Err(Trouble::NumberTwice(number.to_owned()));
        }
        let face = typed(store, amount)?.ok_or(Trouble::Amount(AmountError::NotANumber))?;
        Ok(Offer { reference: Some(number.to_owned()), ..Offer::new(kind, face) })
    }

    /// What a means could pay now, for its key; `None` where that is only known when a number is given.
    pub(crate) fn could_pay(
        &self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        kind: TenderKind,
    ) -> Result<Option<Money>, Trouble> {
        let settlement = self.settlement(store).map_err(Trouble::Tender)?;
        if !tender_book(store).of(kind).accepted {
            return Err(Trouble::Tender(SettlementError::NotAccepted(kind)));
        }
        match kind {
            TenderKind::Cash => Ok(Some(settlement.remaining_in_cash())),
            TenderKind::Code | TenderKind::Card => self.charge_hindrance(kind).map_or(Ok(None), Err),
            TenderKind::GiftCard | TenderKind::Coupon | TenderKind::Voucher => Ok(None),
            TenderKind::StoredValue | TenderKind::Points | TenderKind::OnAccount => {
                match self.account_offer(now, catalogue, store, (kind, "", "")) {
                    Ok(offer) => Ok(Some(offer.amount)),
                    Err(Trouble::AsksHeadOffice { .. }) if self.is_asked(kind) => {
                        Err(Trouble::AsksHeadOffice { reached: is_reached(catalogue) })
                    }
                    // Touching the key asks.
                    Err(Trouble::AsksHeadOffice { .. }) => Ok(None),
                    Err(trouble) => Err(trouble),
                }
            }
            TenderKind::Deposit => Err(Trouble::NotHere),
        }
    }

    /// The number of a card or slip is asked for, or the shopper's code.
    fn ask_number(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        (kind, amount): (TenderKind, &str),
        effects: &mut Vec<Effect>,
    ) {
        let hindrance = self.could_pay(now, catalogue, store, kind).err();
        if let Some(trouble) = hindrance {
            return self.not_taken(trouble);
        }
        let answers = vec![tender_word(kind).to_owned(), amount.trim().to_owned()];
        let step = Step::Show(Vec::new());
        let draft = Draft { answers, ..Draft::showing(Action::PayWith, step, Box::new(self.place.clone())) };
        self.go_on(now, catalogue, store, draft, effects);
    }

    pub(super) fn next_pay_with(&self, draft: &Draft) -> Result<Next, Trouble> {
        let [kind, amount, more @ ..] = &draft.answers[..] else { return Err(Trouble::NotHere) };
        let kind = tender_kind(kind).map_err(|_| Trouble::NotHere)?;
        let has_face = matches!(kind, TenderKind::Coupon | TenderKind::Voucher);
        let command = |amount: &str, number: &str| {
            let reference = PaymentCode::new(number);
            Ok(Next::Do(Command::Tender { kind, amount: amount.to_owned(), reference }))
        };
        match more {
            [] if kind == TenderKind::Code => Ok(Next::Step(Ask::code(Asked::PaymentCode))),
            [] if has_face => Ok(Next::Step(Ask::code(Asked::SlipNumber))),
            [] => Ok(Next::Step(Ask::code(Asked::GiftCard))),
            [number, ..] if number.is_empty() => Err(Trouble::NotANumber),
            [code] if kind == TenderKind::Code && domain::payment::classify_code(code).is_none() => {
                Err(Trouble::NoPaymentCode)
            }
            [_] if has_face && amount.is_empty() => Ok(Next::Step(Ask::new(Asked::Face, Keys::Amount))),
            [number] => command(amount, number),
            [number, face, ..] => command(face, number),
        }
    }
}

/// What a store takes, and how.
pub(crate) fn tender_book(store: &Store) -> TenderBook {
    let listed = &store.policy.tenders;
    TenderKind::ALL.into_iter().filter(|kind| !listed.is_empty() && !listed.contains(kind)).fold(
        TenderBook::default(),
        |book, kind| {
            // What was paid before is paid.
            let rules = TenderRules { accepted: kind == TenderKind::Deposit, ..kind.rules() };
            book.with(kind, rules).expect("not taking a kind adds up")
        },
    )
}

/// A part as the settlement knows it: money that a provider has moved, or that was paid when the goods were put by, is not
/// simply taken away again.
fn as_taken(tender: Tender) -> Taken {
    let is_final = tender.payment.is_some() || tender.kind == TenderKind::Deposit;
    Taken { rounding: Money::ZERO, is_final, tender }
}

fn needs_number(kind: TenderKind) -> bool {
    matches!(kind, TenderKind::Code | TenderKind::GiftCard | TenderKind::Coupon | TenderKind::Voucher)
}

/// An amount above nothing, as typed; `None` for what is still due.
pub(super) fn typed(store: &Store, text: &str) -> Result<Option<Money>, Trouble> {
    match text.trim() {
        "" => Ok(None),
        text => match store.currency.parse(text) {
            Ok(amount) if amount > Money::ZERO => Ok(Some(amount)),
            Ok(_) => Err(Trouble::Amount(AmountError::NotANumber)),
            Err(error) => Err(Trouble::Amount(error)),
        },
    }
}

/// Why an offer is not taken, in the words of the till.
pub(super) fn of_settlement(error: SettlementError) -> Trouble {
    match error {
        SettlementError::NothingDue => Trouble::NothingToPay,
        SettlementError::NothingOffered | SettlementError::WrongWay => Trouble::Amount(AmountError::NotANumber),
        SettlementError::MoreThanDue { most, .. } => Trouble::MoreThanDue(most),
        SettlementError::TooMuch => Trouble::TooMuch,
        other => Trouble::Tender(other),
    }
}

/// What was paid and is handed back.
pub(super) fn returned_event(basket: &Basket, paid: &[Tender]) -> Event {
    let tenders: Vec<Tender> = paid.iter().map(handed_back).collect();
    let amount = tenders.iter().map(|tender| tender.amount).sum();
    Event::TendersReturned { basket: basket.id, tenders, amount }
}

fn handed_back(paid: &Tender) -> Tender {
    Tender {
        reference: paid.reference.clone(),
        payment: paid.payment,
        points: -paid.points,
        grant: paid.grant,
        ..Tender::exact(paid.kind, -paid.amount)
    }
}
