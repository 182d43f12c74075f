//! Goods that come back with their receipt: what the sale stored, shared out, and never more than was bought.
//!
//! Of one line of a sale only one return is open at a time, on the counter or aside: so shares are taken in the order in
//! which returns are completed, and all of them together are the sale.

use domain::basket::{Basket, Facets, Line, Origin};
use domain::item::ItemKind;
use domain::member::Member;
use domain::money::Money;
use domain::quantity::{Quantity, Unit};
use domain::staff::Permission;
use domain::store::{ReasonFor, Store};
use jiff::civil::Date;

use super::actions::Action;
use super::bought::{Bought, BoughtLine, returned_of};
use super::by_hand::given;
use super::command::{Command, Need};
use super::drafts::{Ask, Asked, Choose, Draft, Entry, Listed, Next, Step};
pub(super) use super::selling::fault;
use super::{Catalogue, Effect, Engine, Now, Said, Trouble};
use crate::notation::Notation;

/// Tenders of other tills' sales that one basket keeps in mind.
const TENDERS_MAX: usize = 100;

/// Goods that come back together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeBack {
    /// The receipt's number or the text of its code.
    pub code: String,
    /// The receipt's number.
    pub receipt: String,
    /// What is given back for them.
    pub worth: Money,
    /// The day they were bought, when that is longer ago than the store takes goods back.
    pub late: Option<Date>,
    /// Lines and how much of each.
    pub lines: Vec<(u32, Quantity)>,
    /// Why.
    pub reason: String,
    /// Whether they are not sold again.
    pub damaged: bool,
}

impl Engine {
    pub(super) fn next_return(
        &self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        draft: &Draft,
    ) -> Result<Next, Trouble> {
        let [code, more @ ..] = &draft.answers[..] else {
            return Ok(Next::Step(Ask::code(Asked::Receipt)));
        };
        let bought = self.bought(catalogue, store, code)?;
        self.member_of_return(catalogue, &bought)?;
        match more {
            [] => self.list_of(store, &bought).map(Next::Step),
            [_] => {
                self.check_ticked(&bought, &draft.ticked)?;
                Ok(Next::Step(Ask::reason(store, ReasonFor::Return)))
            }
            [_, reason] => {
                given(reason)?;
                Ok(Next::Step(Ask::options(Asked::Condition, &["to_stock", "damaged"])))
            }
            [_, reason, condition, ..] => {
                let damaged = match condition.as_str() {
                    "to_stock" => false,
                    "damaged" => true,
                    _ => return Err(Trouble::ReasonMissing),
                };
                let lines = self.check_ticked(&bought, &draft.ticked)?;
                Ok(Next::Do(Command::TakeBack(TakeBack {
                    code: code.clone(),
                    receipt: bought.receipt.clone(),
                    worth: bought.worth(&lines),
                    late: self.is_late(now, store, bought.date).then_some(bought.date),
                    lines,
                    reason: given(reason)?,
                    damaged,
                })))
            }
        }
    }

    /// The receipt's lines, with how much of each can still come back.
    fn list_of(&self, store: &Store, bought: &Bought) -> Result<Step, Trouble> {
        let sold = bought.lines.iter().filter(|bought| !bought.line.quantity.is_return());
        let entries: Vec<Entry> = sold
            .map(|line| {
                let left = self.left(bought, line);
                Entry {
                    id: line.line.no.to_string(),
                    title: line.line.name_in(self.english).to_owned(),
                    detail: format!(
                        "{} × {}",
                        self.words.quantity(line.line.quantity),
                        self.words.amount(store.currency, line.line.unit_price)
                    ),
                    amount: self.words.amount(store.currency, line.gross),
                    quantity_max: left.as_ref().ok().copied(),
                    weighed: line.line.unit == Unit::Kilogram,
                    blocked: left.err(),
                }
            })
            .collect();
        if entries.iter().all(|entry| entry.blocked == Some(Trouble::AllCameBack)) {
            return Err(Trouble::AllCameBack);
        }
        Ok(Step::Choose(Choose { what: Listed::ReceiptLines, entries, many: true }))
    }

    /// How much of a line can come back.
    fn left(&self, bought: &Bought, line: &BoughtLine) -> Result<Quantity, Trouble> {
        if matches!(line.line.terms.kind, ItemKind::GiftCard | ItemKind::TopUp) {
            return Err(Trouble::MoneyOwed(line.line.name_in(self.english).to_owned()));
        }
        let aside = self.durable.suspended.iter().map(|aside| &aside.basket);
        let open = self.durable.open.iter().chain(aside).flat_map(Basket::active);
        let same = |origin: &Origin| origin.sale == bought.sale && origin.line == line.line.no;
        if open.filter_map(|line| line.facets.origin.as_ref()).any(same) {
            return Err(Trouble::ReturnOpen);
        }
        let left = line.sold().left(bought.returned(line.line.no));
        if left == Quantity::default() { Err(Trouble::AllCameBack) } else { Ok(left) }
    }

    /// What is ticked, each within what can come back.
    fn check_ticked(
        &self,
        bought: &Bought,
        ticked: &[(String, Option<Quantity>)],
    ) -> Result<Vec<(u32, Quantity)>, Trouble> {
        let mut lines = Vec::new();
        for (id, quantity) in ticked {
            let line = id.parse().ok().and_then(|no| bought.line(no)).ok_or(Trouble::NoLine)?;
            let left = self.left(bought, line)?;
            let quantity = quantity.unwrap_or(left);
            line.sold().share(bought.returned(line.line.no), quantity).map_err(Trouble::Refund)?;
            lines.push((line.line.no, quantity));
        }
        lines.sort_unstable();
        if lines.is_empty() { Err(Trouble::NothingChosen) } else { Ok(lines) }
    }

    /// What the ticked lines of a receipt come to; nothing while none is, or for another list.
    pub(crate) fn ticked_worth(&self, catalogue: &dyn Catalogue, store: &Store, draft: &Draft) -> Option<Money> {
        let [code] = &draft.answers[..] else { return None };
        if draft.action != Action::ReturnByReceipt || draft.ticked.is_empty() {
            return None;
        }
        let bought = self.bought(catalogue, store, code).ok()?;
        let lines = self.check_ticked(&bought, &draft.ticked).ok()?;
        Some(bought.worth(&lines))
    }

    /// A return needs leave by what is given back; a late one needs the leave of one without a receipt.
    pub(super) fn needs_of_return(&self, store: &Store, back: &TakeBack) -> Vec<Need> {
        let about = format!("{} {}", back.receipt, self.words.amount(store.currency, back.worth));
        let mut needs = vec![Need::of(Permission::Return, back.worth.units(), about.clone())];
        if let Some(bought) = back.late {
            let about = format!("{bought} {about}");
            needs.push(Need::of(Permission::ReturnWithoutReceipt, back.worth.units(), about));
        }
        needs
    }

    fn is_late(&self, now: Now, store: &Store, bought: Date) -> bool {
        let today = self.durable.shift.as_ref().map_or(now.local.date(), |shift| shift.business_date);
        let days = bought.until(today).map_or(0, |span| span.get_days());
        store.policy.return_days > 0 && i64::from(days) > i64::from(store.policy.return_days)
    }

    /// The goods are in the basket, worth what the sale stored for them.
    pub(super) fn take_back(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        back: TakeBack,
        effects: &mut Vec<Effect>,
    ) {
        let lines = self.bought(catalogue, store, &back.code).and_then(|bought| {
            let ticked: Vec<_> = back.lines.iter().map(|(no, quantity)| (no.to_string(), Some(*quantity))).collect();
            self.check_ticked(&bought, &ticked)?;
            let member = self.member_of_return(catalogue, &bought)?;
            Ok((returned_lines(&bought, &back)?, member, bought))
        });
        let (lines, member, bought) = match lines {
            Ok(found) => found,
            Err(trouble) => return self.refuse(trouble),
        };
        let mut basket = self.durable.open.clone().unwrap_or_else(|| Basket::new(now.fresh, now.at));
        note_tenders(&mut basket, &bought);
        let mut newest = 0;
        for line in lines {
            match basket.put(line) {
                Ok(no) => newest = no,
                Err(error) => return self.refuse(Trouble::Basket(error)),
            }
        }
        basket.member = basket.member.or(member);
        self.durable.open = Some(basket);
        self.returning = false;
        self.selected = None;
        self.said = Said::Added(newest);
        self.save_basket(now, effects);
    }

    /// The basket as its sale is completed: what comes back is still with the shopper, and single-use coupons of sales that
    /// came back whole are good again.
    pub(super) fn with_returns_settled(
        &self,
        catalogue: &dyn Catalogue,
        mut basket: Basket,
    ) -> Result<Basket, Trouble> {
        let origin = |line: &Line| line.facets.origin.clone().map(|origin| (origin, line.clone()));
        let back: Vec<(Origin, Line)> = basket.active().filter_map(origin).collect();
        let mut receipts: Vec<&str> = back.iter().map(|(origin, _)| origin.receipt.as_str()).collect();
        receipts.sort_unstable();
        receipts.dedup();
        basket.about.coupons_back.clear();
        for receipt in receipts {
            let Some(past) = catalogue.past_sale(receipt).map_err(fault)? else { continue };
            let here = |no: u32| {
                let same = back.iter().find(|(origin, _)| origin.sale == past.sale.id && origin.line == no);
                same.map_or(Quantity::default(), |(_, line)| -line.quantity)
            };
            let mut whole = true;
            for sold in past.sale.lines.iter().map(|sold| &sold.line).filter(|line| !line.quantity.is_return()) {
                let before = returned_of(&past.returned, sold.no);
                let after = before + here(sold.no);
                if after > sold.quantity && here(sold.no) > Quantity::default() {
                    return Err(Trouble::NoLongerReturnable(sold.name_in(self.english).to_owned()));
                }
                whole &= after >= sold.quantity;
            }
            if whole {
                let single_use = past.sale.about.coupons.iter().filter(|coupon| coupon.grant.is_some()).cloned();
                basket.about.coupons_back.extend(single_use);
            }
        }
        Ok(basket)
    }

    /// Why goods come back without a receipt.
    pub(super) fn next_return_bare(&self, store: &Store, draft: &Draft) -> Result<Next, Trouble> {
        match draft.answers.first() {
            None => Ok(Next::Step(Ask::reason(store, ReasonFor::Return))),
            Some(reason) => Ok(Next::Do(Command::TakeBackNext { reason: given(reason)? })),
        }
    }

    /// The next goods come back; where the shop lists reasons, one is asked first.
    pub(super) fn wish_return(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        effects: &mut Vec<Effect>,
    ) {
        let asks = store.policy.reasons.iter().any(|(of, _)| *of == ReasonFor::Return);
        if asks && !self.returning {
            return self.begin(now, catalogue, store, Action::ReturnWithoutReceipt.id(), effects);
        }
        self.return_reason = None;
        self.toggle_return();
    }

    pub(super) fn take_back_next(&mut self, reason: String) {
        self.returning = true;
        self.return_reason = Some(reason);
        self.said = Said::Returning(true);
    }

    /// Whose points are taken back. Goods of one member never come back in a sale to another.
    fn member_of_return(&self, catalogue: &dyn Catalogue, bought: &Bought) -> Result<Option<Member>, Trouble> {
        let named = self.durable.open.as_ref().and_then(|basket| basket.member.as_ref());
        match (named, &bought.member) {
            (Some(named), Some(member)) if named.id != member.id => Err(Trouble::OtherMember(member.name.clone())),
            (None, Some(member)) => {
                let known = catalogue.member_by_code(&member.id).map_err(fault)?;
                Ok(Some(known.filter(|known| known.id == member.id).unwrap_or_else(|| member.clone())))
            }
            (Some(_), _) | (None, None) => Ok(None),
        }
    }
}

/// Lines of the basket for what comes back.
fn returned_lines(bought: &Bought, back: &TakeBack) -> Result<Vec<Line>, Trouble> {
    let of = |(no, quantity): &(u32, Quantity)| {
        let sold = bought.line(*no).ok_or(Trouble::NoLine)?;
        let share = sold.sold().share(bought.returned(*no), *quantity).map_err(Trouble::Refund)?;
        let origin = Origin {
            sale: bought.sale,
            receipt: bought.receipt.clone(),
            line: *no,
            gross: share.gross,
            tax: share.tax,
            points: sold.points_of(bought.returned(*no), *quantity),
        };
        let was = &sold.line.facets;
        let facets = Facets {
            serial: was.serial.clone(),
            lot: was.lot.clone(),
            expires: was.expires,
            origin: Some(origin),
            reason: Some(back.reason.clone()),
            damaged: back.damaged,
            ..Facets::default()
        };
        Ok(Line { quantity: -*quantity, label_amount: None, facets, voided: false, ..sold.line.clone() })
    };
    back.lines.iter().map(of).collect()
}

/// Keeps how another till's sale was paid, so that the refund can go there: this till's journal does not tell.
fn note_tenders(basket: &mut Basket, bought: &Bought) {
    let origins = basket.active().filter_map(|line| line.facets.origin.as_ref());
    let sales: Vec<_> = origins.map(|origin| origin.sale).collect();
    if sales.is_empty() {
        // What was noted for lines that were voided since is not theirs.
        basket.about.refund_to.clear();
    }
    let known = sales.contains(&bought.sale);
    if bought.elsewhere && !known {
        let paid = bought.tenders.iter().filter(|tender| tender.amount > Money::ZERO).cloned();
        basket.about.refund_to.extend(paid);
        basket.about.refund_to.truncate(TENDERS_MAX);
    }
}
