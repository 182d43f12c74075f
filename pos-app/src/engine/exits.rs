//! The way out of goods that were paid on the shopper's own phone: a code of head office's, believed by its signature alone.
//!
//! Its sale is written in one transaction, and that sale is what remembers that the code was used: there is no moment at
//! which it counts and is not sold, or could count twice. Until then nothing of it is stored, so that a power cut leaves the
//! code as good as it was.
//!
//! Paid stays paid. Where rules and catalogue of this till come to the amounts of the code, the sale is that of any till;
//! where they do not, each line bears what was paid for it, see [`domain::price::as_paid`].

use std::collections::BTreeMap;

use domain::aisle::{AisleError, ExitCode, ExitLine, HEAD_OFFICE};
use domain::barcode::Barcode;
use domain::basket::{Added, Basket, BasketError};
use domain::event::Event;
use domain::item::{Item, PriceList, Terms};
use domain::money::Money;
use domain::price::{CHANNEL_STORE, PriceContext, Priced, Promotions, as_paid, price, unit_price_of};
use domain::quantity::{Quantity, Unit};
use domain::sale::{Completion, Sale};
use domain::staff::{Approval, ApprovedBy, Permission};
use domain::store::Store;
use domain::tax::TaxRate;
use domain::tender::{Tender, TenderKind};
use jiff::Timestamp;
use jiff::civil::DateTime;
use words::{Languages, say};

use super::actions::Action;
use super::command::Command;
use super::drafts::{Ask, Asked, Draft, Entry, Next, Step};
use super::goods::asks_age;
use super::receipts::local_then;
use super::selling::fault;
use super::state::Face;
use super::{Catalogue, Effect, Engine, Now, Place, Trouble};

/// Stands on lines as the reason why they cost what was paid on the phone.
pub(crate) const PAID_ON_PHONE: &str = "phone_price";
/// Answer: somebody has looked at the goods.
const LOOKED: &str = "yes";

/// Why goods that were paid on a phone are not let out here. The code itself is repeated nowhere: whoever has it has the
/// goods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExitTrouble {
    /// The code does not hold.
    Code(AisleError),
    /// It was used here.
    Used {
        /// Number of that sale's receipt.
        receipt: String,
        /// When, by the clock on the wall.
        at: DateTime,
    },
    /// Goods of another sale are on the counter.
    GoodsHere,
    /// The till is in training.
    Training,
}

/// Goods that were paid on a phone and are about to leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// What was paid, and how.
    code: ExitCode,
    /// The goods.
    pub(crate) basket: Basket,
    /// Their price: what was paid.
    pub(crate) priced: Priced,
    /// Years that the shopper must have lived, and for which goods.
    pub(crate) age: Option<(u8, String)>,
    /// Goods that somebody must look at first: the catalogue does not know them, or they must not be sold like this.
    pub(crate) unsure: Vec<String>,
    /// Leave of whom the shopper's age was shown to, where that is to be written.
    seen: Option<Approval>,
}

impl Leaving {
    /// What was paid.
    pub(crate) fn paid(&self) -> Money {
        self.code.paid
    }

    /// Pieces, for people who count.
    pub(crate) fn pieces(&self) -> i64 {
        self.basket.lines().iter().map(domain::basket::Line::pieces).sum()
    }

    /// An attendant has looked at the shopper's age: it stands in the journal, too.
    pub(crate) fn age_is_seen_by_attendant(&mut self, staff: &str, means: ApprovedBy) {
        let Some((years, about)) = self.age.clone() else { return };
        let (permission, size) = (Permission::Sell, i64::from(years));
        self.seen = Some(Approval { permission, size, about, by: staff.to_owned(), means });
        self.age_is_seen(staff);
    }

    /// Somebody has looked at the shopper's age; nobody is asked again.
    fn age_is_seen(&mut self, staff: &str) {
        self.age = None;
        let aged: Vec<u32> =
            self.basket.lines().iter().filter(|line| line.terms.age_min.is_some()).map(|line| line.no).collect();
        for no in aged {
            let facets = self.basket.facets_mut(no).expect("a line of this basket");
            facets.age_checked_by = Some(staff.to_owned());
        }
    }
}

impl Engine {
    /// Reads what a phone shows at the way out, without network, and makes the sale of it that would be written.
    pub(crate) fn leaving(
        &self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        text: &str,
    ) -> Result<Leaving, Trouble> {
        let refused = |trouble| Err(Trouble::Exit(trouble));
        if self.training.is_some() {
            return refused(ExitTrouble::Training);
        }
        let verify = |message: &[u8], signature: &[u8]| catalogue.verify(HEAD_OFFICE, message, signature);
        let code = match ExitCode::read(text, &store.id, self.price_time(now), verify) {
            Ok(code) if code.currency == store.currency => code,
            Ok(_) => return refused(ExitTrouble::Code(AisleError::OtherStore)),
            Err(error) => return refused(ExitTrouble::Code(error)),
        };
        if let Some(past) = catalogue.sale_paid_before(&code.order_no).map_err(fault)? {
            let at = local_then(now, past.sale.completed_at);
            return refused(ExitTrouble::Used { receipt: past.sale.receipt, at });
        }
        let open = self.durable.open.as_ref();
        if open.is_some_and(|basket| !basket.is_empty() || !basket.about.taken.is_empty()) || self.weighing.is_some() {
            return refused(ExitTrouble::GoodsHere);
        }
        self.goods_of_exit(now, catalogue, store, code)
    }

    fn goods_of_exit(
        &self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        code: ExitCode,
    ) -> Result<Leaving, Trouble> {
        let mut basket = Basket::new(now.fresh, code.priced_at);
        let (mut paid, mut unsure) = (BTreeMap::<u32, Money>::new(), Vec::new());
        for line in &code.lines {
            let no = self.put_paid(&mut basket, catalogue, store, line, code.priced_at, &mut unsure)?;
            *paid.entry(no).or_default() += line.gross;
        }
        let paid: Vec<Money> = paid.into_values().collect();
        if let Some(member) = &code.member {
            basket.member = catalogue.member(member).map_err(fault)?;
        }
        let by_rules = self.price_then(now, store, &basket, code.priced_at);
        let same = by_rules.lines.iter().map(|line| line.gross).eq(paid.iter().copied());
        let (mut basket, priced) = match same {
            true => (basket, by_rules),
            false => as_paid(&basket, store.tax_rules(), &paid, PAID_ON_PHONE)
                .ok_or(Trouble::Basket(BasketError::TooExpensive))?,
        };
        // Who has told here that she is a member gets her points, if not the price that she did not ask for.
        let told = || self.durable.open.as_ref().and_then(|basket| basket.member.clone());
        basket.member = basket.member.or_else(told);
        let aged = basket.lines().iter().filter_map(|line| Some((line.terms.age_min?, line)));
        let age = aged.max_by_key(|(years, _)| *years);
        let age = age.map(|(years, line)| (years, line.name_in(self.english).to_owned()));
        Ok(Leaving { code, basket, priced, age, unsure, seen: None })
    }

    /// Puts what was paid for into a basket, at the shelf's price of then; gives its line. Goods that are not known, or
    /// that should not leave like this, are named.
    fn put_paid(
        &self,
        basket: &mut Basket,
        catalogue: &dyn Catalogue,
        store: &Store,
        paid: &ExitLine,
        at: Timestamp,
        unsure: &mut Vec<String>,
    ) -> Result<u32, Trouble> {
        let parsed = Barcode::parse(&paid.code, &store.layouts).ok();
        let key = parsed.as_ref().map_or_else(|| paid.code.clone(), Barcode::key);
        let added = |label| Added { quantity: paid.quantity, label, code: Some(key.clone()), comes_back: false };
        let known = catalogue.item_by_code(&key).map_err(fault)?;
        if let Some(item) = &known {
            let label = parsed.as_ref().and_then(|code| code.embedded(store.currency).ok().flatten());
            let item = priced_item(item.clone(), paid, at);
            let recalled = item.terms.recalled_lots.iter().any(|lot| lot == "*");
            if recalled || item.terms.kind.is_liability() {
                unsure.push(item.name_in(self.english).to_owned());
            }
            if let Ok(no) = basket.add(&item, added(label), at) {
                return Ok(no);
            }
        }
        let item = unknown_goods(store, &key, paid);
        unsure.push(known.as_ref().unwrap_or(&item).name_in(self.english).to_owned());
        basket.add(&item, added(None), at).map_err(Trouble::Basket)
    }

    /// What a basket cost at an earlier instant, by the rules that this till has. As head office does, it grants none of
    /// which a member may have only so many.
    fn price_then(&self, now: Now, store: &Store, basket: &Basket, at: Timestamp) -> Priced {
        let limited = self.pricing.book().into_iter().flat_map(|book| &book.book().rules);
        let used: BTreeMap<String, u32> =
            limited.filter_map(|rule| Some((rule.id.clone(), rule.limit_per_member?))).collect();
        let minute = Timestamp::from_second(at.as_second().div_euclid(60) * 60).unwrap_or(at);
        let promotions = self.pricing.book().map(|book| Promotions {
            book,
            now: minute,
            local: local_then(now, minute),
            store: &store.id,
            channel: CHANNEL_STORE,
            used: &used,
        });
        price(basket, &PriceContext { tax: store.tax_rules(), promotions })
    }

    /// The goods leave: their sale is written, and with it that the code was used.
    pub(crate) fn let_out(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        leaving: Leaving,
        effects: &mut Vec<Effect>,
    ) {
        // Asked again: what was scanned a while ago may have left meanwhile, or goods may have come onto the counter.
        match catalogue.sale_paid_before(&leaving.code.order_no).map_err(fault) {
            Ok(None) => {}
            Ok(Some(past)) => {
                let at = local_then(now, past.sale.completed_at);
                return self.tell(Trouble::Exit(ExitTrouble::Used { receipt: past.sale.receipt, at }), String::new());
            }
            Err(trouble) => return self.tell(trouble, String::new()),
        }
        let open = self.durable.open.as_ref();
        if open.is_some_and(|basket| !basket.is_empty()) || self.training.is_some() || self.durable.shift.is_none() {
            return self.refuse(Trouble::NotHere);
        }
        let Leaving { code, basket, priced, seen, .. } = leaving;
        let tender = Tender { reference: Some(code.order_no), ..Tender::exact(TenderKind::Code, code.paid) };
        let completion = Completion {
            receipt: self.receipt_number(),
            currency: store.currency,
            completed_at: now.at,
            points_per: store.points_per,
            rounding: Money::ZERO,
            tenders: vec![tender],
            catalogue: catalogue.versions(),
            rule_book: priced.rule_book,
        };
        let sale = Sale::complete(basket.clone(), &priced, completion);
        self.place = Place::Selling;
        self.approval_events.extend(seen.map(Event::Approved));
        self.write_sale(now, catalogue, store, (basket, priced, sale, false), None, effects);
    }

    /// A cashier's till as the way out: what nobody needs to look at leaves at once.
    pub(super) fn exit_scanned(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        text: &str,
        effects: &mut Vec<Effect>,
    ) {
        if self.setup.face == Face::Kiosk {
            // Its own mind takes it, and looks first.
            return self.refuse(Trouble::NotHere);
        }
        if let Err(trouble) = self.leaving(now, catalogue, store, text) {
            // Goods must not leave with it, which a word in passing does not say.
            return self.tell(trouble, String::new());
        }
        let draft = Draft::showing(Action::LetOut, Step::Show(Vec::new()), Box::new(Place::Selling));
        self.go_on(now, catalogue, store, Draft { answers: vec![text.to_owned()], ..draft }, effects);
    }

    pub(super) fn next_let_out(
        &self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        draft: &Draft,
    ) -> Result<Next, Trouble> {
        let [text, answers @ ..] = &draft.answers[..] else { return Err(Trouble::NotHere) };
        let mut leaving = self.leaving(now, catalogue, store, text)?;
        let mut answers = answers.iter();
        if let Some((years, name)) = leaving.age.clone() {
            let Some(answer) = answers.next() else { return Ok(Next::Step(asks_age(years))) };
            if !self.is_old_enough(answer, years)? {
                return Ok(Next::Refuse(Trouble::TooYoung { name, years }));
            }
            leaving.age_is_seen(&self.signed_on.as_ref().map(|staff| staff.id.clone()).unwrap_or_default());
        }
        if !leaving.unsure.is_empty() {
            let Some(answer) = answers.next() else {
                let detail = leaving.unsure.join(", ");
                let mut ask = Ask::options(Asked::PaidGoods, &[LOOKED]);
                if let Step::Ask(ask) = &mut ask {
                    ask.options = vec![Entry { detail, ..Entry::named(LOOKED, "") }];
                }
                return Ok(Next::Step(ask));
            };
            if answer != LOOKED {
                return Err(Trouble::NotHere);
            }
        }
        Ok(Next::Do(Command::LetOut(Box::new(leaving))))
    }
}

/// The item at a price that it had then; goods without one cost what was paid for them.
fn priced_item(mut item: Item, paid: &ExitLine, at: Timestamp) -> Item {
    if item.prices.at(at).is_none() {
        item.prices = PriceList::new(vec![(Timestamp::MIN, unit_price_of(paid.gross, paid.quantity))]);
    }
    item
}

/// Goods that the catalogue here does not know, under their code, at what was paid. Nobody here knows their tax; the
/// highest of the store's is told, so that none is owed for them later.
fn unknown_goods(store: &Store, key: &str, paid: &ExitLine) -> Item {
    let named = |tag: &str| say!(Languages::built_in().of(tag), "sell-paid-on-phone", code = key.to_owned());
    let highest = store.taxes.iter().filter(|tax| !tax.exempt).max_by_key(|tax| tax.basis_points);
    let whole = paid.quantity.in_thousandths() % Quantity::ONE.in_thousandths() == 0;
    Item {
        id: key.to_owned(),
        name: named("zh-CN"),
        name_en: Some(named("en")),
        unit: if whole { Unit::Piece } else { Unit::Kilogram },
        tax: highest.or(store.taxes.first()).cloned().unwrap_or_else(|| TaxRate::exempt("none")),
        code: Some(key.to_owned()),
        prices: PriceList::new(vec![(Timestamp::MIN, unit_price_of(paid.gross, paid.quantity))]),
        terms: Terms::default(),
    }
}
