//! Money to the shopper: a refund goes back to what paid, and a sale that is given up gives back what was taken.
//!
//! What goes through a provider goes first, one part after the other, each written before it is asked for and kept in the
//! basket when it is done; the sale is completed when nothing is left.

use domain::basket::{Basket, Line};
use domain::event::Event;
use domain::money::Money;
use domain::sale::Sale;
use domain::shift::{CashMovement, CashMovementKind};
use domain::store::Store;
use domain::tender::{EarlierReturn, PaidSale, Payout, Payouts, SettlementError, Tender, TenderKind, payouts};
use uuid::Uuid;

use super::payments::family_of;
use super::returns::fault;
use super::tenders::{of_settlement, returned_event, tender_book};
use super::{Catalogue, Effect, Engine, Now, Pending, Place, PortView, Save, Trouble};

/// What a refund gives back, and by which means.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct RefundPlan {
    /// In order, cash last and rounded.
    pub parts: Vec<RefundPart>,
    /// What the shopper is owed before rounding.
    pub due: Money,
}

/// One part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RefundPart {
    /// To which means, and how much; above nothing.
    pub payout: Payout,
    /// Under which quota it was spent.
    pub grant: Option<Uuid>,
}

impl RefundPlan {
    fn add_cash(&mut self, amount: Money) {
        match self.parts.iter_mut().find(|part| part.payout.kind == TenderKind::Cash) {
            Some(part) => part.payout.amount += amount,
            None if amount > Money::ZERO => {
                let payout = Payout { kind: TenderKind::Cash, reference: None, payment: None, amount, points: 0 };
                self.parts.push(RefundPart { payout, grant: None });
            }
            None => {}
        }
    }

    /// Cash in it.
    pub(crate) fn cash(&self) -> Money {
        let cash = self.parts.iter().filter(|part| part.payout.kind == TenderKind::Cash);
        cash.map(|part| part.payout.amount).sum()
    }

    /// Whether nothing but cash goes back.
    pub(crate) fn is_cash(&self) -> bool {
        self.parts.iter().all(|part| part.payout.kind == TenderKind::Cash)
    }
}

/// What a basket or a completed sale takes back.
struct Returned {
    /// What new goods cost, which is set off.
    new: Money,
    /// What came back without a receipt.
    free: Money,
    /// What came back with one, by sale: its id, its receipt, what is given for it.
    sales: Vec<(Uuid, String, Money)>,
}

impl Returned {
    fn of<'a>(lines: impl Iterator<Item = (&'a Line, Money)>) -> Returned {
        let mut returned = Returned { new: Money::ZERO, free: Money::ZERO, sales: Vec::new() };
        for (line, gross) in lines {
            match &line.facets.origin {
                None if line.quantity.is_return() => returned.free += -gross,
                None => returned.new += gross,
                Some(origin) => match returned.sales.iter_mut().find(|(sale, _, _)| *sale == origin.sale) {
                    Some((_, _, value)) => *value += -gross,
                    None => returned.sales.push((origin.sale, origin.receipt.clone(), -gross)),
                },
            }
        }
        returned
    }

    /// What of each is set off against new goods: of what came back without a receipt first, since that is paid in cash.
    fn set_off(&self) -> (Money, Vec<Money>) {
        let mut pool = self.new.max(Money::ZERO);
        let mut of = |value: Money| {
            let part = pool.min(value.max(Money::ZERO));
            pool -= part;
            part
        };
        let free = of(self.free);
        (free, self.sales.iter().map(|(_, _, value)| of(*value)).collect())
    }
}

impl Engine {
    /// To which means the refund on the counter goes: back to what paid, in the domain's order; goods without a receipt
    /// and what no means had paid in cash.
    pub(crate) fn refund_plan(&self, catalogue: &dyn Catalogue, store: &Store) -> Result<RefundPlan, Trouble> {
        let Some(basket) = &self.durable.open else { return Ok(RefundPlan::default()) };
        let priced = self.priced(store);
        let lines = basket.active().filter_map(|line| Some((line, priced.line(line.no)?.gross)));
        let returned = Returned::of(lines);
        let (free_off, offs) = returned.set_off();
        let mut plan = RefundPlan { parts: Vec::new(), due: -priced.total };
        let mut cash = returned.free - free_off;
        let (mut elsewhere, mut elsewhere_off) = (Money::ZERO, Money::ZERO);
        for ((sale, receipt, value), off) in returned.sales.iter().zip(offs) {
            let past = catalogue.past_sale(receipt).map_err(fault)?.filter(|past| past.sale.id == *sale);
            let Some(past) = past else {
                elsewhere += *value;
                elsewhere_off += off;
                continue;
            };
            let paid = paid_sale(catalogue, store, &past.sale)?;
            let given = payouts(&tender_book(store), store.cash_rounding, &paid, *value, off)
                .map_err(|_| Trouble::MoreThanTaken)?;
            cash += given.beyond;
            self.add_parts(&mut plan, store, given, &past.sale.tenders);
        }
        if elsewhere > Money::ZERO {
            let paid = sold_elsewhere(basket, elsewhere);
            let given = payouts(&tender_book(store), store.cash_rounding, &paid, elsewhere, elsewhere_off)
                .map_err(|_| Trouble::MoreThanTaken)?;
            cash += given.beyond;
            self.add_parts(&mut plan, store, given, &[]);
        }
        plan.add_cash(store.cash_rounding.apply(cash));
        self.without_what_is_done(&mut plan, basket);
        let (coins, rest): (Vec<_>, Vec<_>) =
            plan.parts.into_iter().partition(|part| part.payout.kind == TenderKind::Cash);
        Ok(RefundPlan { parts: rest.into_iter().chain(coins).collect(), due: plan.due })
    }

    /// What can be given back to what paid; the rest in cash, such as to the card of another till's sale, whose number
    /// stands on no paper.
    fn add_parts(&self, plan: &mut RefundPlan, store: &Store, given: Payouts, paid: &[Tender]) {
        let mut cash = Money::ZERO;
        for payout in given.list {
            let by_port = matches!(payout.kind, TenderKind::Code | TenderKind::Card);
            let to_member = matches!(payout.kind, TenderKind::Points | TenderKind::StoredValue | TenderKind::OnAccount);
            let member = self.durable.open.as_ref().is_some_and(|basket| basket.member.is_some());
            let reaches = match payout.kind {
                TenderKind::Cash | TenderKind::Deposit => false,
                _ if by_port => self.goes_through_port(&payout),
                _ if to_member => member,
                TenderKind::GiftCard => payout.reference.is_some(),
                // A new slip is issued.
                _ => true,
            };
            if !reaches || payout.kind == TenderKind::Points && payout.points == 0 {
                cash += payout.amount;
                continue;
            }
            let same = |tender: &&Tender| tender.kind == payout.kind && tender.reference == payout.reference;
            let grant = paid.iter().find(same).and_then(|tender| tender.grant);
            plan.parts.push(RefundPart { payout, grant });
        }
        plan.add_cash(store.cash_rounding.apply(cash));
    }

    /// Whether a provider can be asked to give it back. In training everything is pretended.
    fn goes_through_port(&self, payout: &Payout) -> bool {
        let refused = payout.payment.is_some_and(|payment| self.refunds_refused.contains(&payment));
        let family = payout.reference.as_deref().and_then(family_of);
        let known = payout.payment.is_some() && family.is_some() && !refused;
        known && (self.training.is_some() || self.port != PortView::Absent)
    }

    /// What a provider has given back already stands in the basket.
    fn without_what_is_done(&self, plan: &mut RefundPlan, basket: &Basket) {
        for done in basket.about.taken.iter().filter(|tender| tender.amount < Money::ZERO) {
            let same = |part: &RefundPart| part.payout.payment.is_some() && part.payout.payment == done.payment;
            let mut left = -done.amount;
            for part in plan.parts.iter_mut().filter(|part| same(part)) {
                let gone = left.min(part.payout.amount);
                part.payout.amount -= gone;
                left -= gone;
            }
            // More than would go there by now: the rest of it is less cash.
            if let Some(cash) = plan.parts.iter_mut().find(|part| part.payout.kind == TenderKind::Cash) {
                cash.payout.amount = (cash.payout.amount - left).max(Money::ZERO);
            }
            plan.parts.retain(|part| part.payout.amount > Money::ZERO);
        }
    }

    /// Pays a refund out: what goes through a provider first, then all the rest at once.
    pub(super) fn pay_out(&mut self, now: Now, catalogue: &dyn Catalogue, store: &Store, effects: &mut Vec<Effect>) {
        if !matches!(self.place, Place::Paying { .. }) {
            return self.refuse(Trouble::NotHere);
        }
        if let Err(trouble) = self.pay_out_next(now, catalogue, store, effects) {
            self.not_taken(trouble);
        }
    }

    fn pay_out_next(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Trouble> {
        if self.priced(store).total >= Money::ZERO {
            return Err(Trouble::NotHere);
        }
        let settlement = self.settlement(store).map_err(Trouble::Tender)?;
        let plan = self.refund_plan(catalogue, store)?;
        // Nothing is given back for goods that came back elsewhere meanwhile.
        let basket = self.durable.open.clone().ok_or(Trouble::NothingToPay)?;
        self.with_returns_settled(catalogue, basket)?;
        let by_port = |part: &&RefundPart| matches!(part.payout.kind, TenderKind::Code | TenderKind::Card);
        if let Some(part) = plan.parts.iter().find(by_port).filter(|_| self.training.is_none()) {
            let payout = &part.payout;
            let (payment, order_no) = payout.payment.zip(payout.reference.clone()).ok_or(Trouble::NoPort)?;
            if !family_of(&order_no).is_some_and(|family| self.serves(family)) {
                return Err(Trouble::PortAway);
            }
            return self.give_back(now, (payment, order_no, payout.amount), effects);
        }
        let before = settlement.taken().len();
        let settled = self.settled_refund(store, &plan)?;
        self.complete(now, catalogue, store, (settled, before), None, effects)
    }

    fn settled_refund(&self, store: &Store, plan: &RefundPlan) -> Result<domain::tender::Settled, Trouble> {
        let mut settlement = self.settlement(store).map_err(Trouble::Tender)?;
        let before = settlement.taken().len();
        let list: Vec<Payout> = plan.parts.iter().map(|part| part.payout.clone()).collect();
        let due = -settlement.remaining();
        let paid: Money = list.iter().map(|payout| payout.amount).sum();
        // Each way of coming back rounds its cash at the most once.
        if (due - paid).abs() > store.cash_rounding.step.scale(list.len() as i64 + 4, 1) {
            return Err(Trouble::MoreThanTaken);
        }
        if due > Money::ZERO || !list.is_empty() {
            settlement.pay_out(&Payouts { due, list, beyond: Money::ZERO }).map_err(of_settlement)?;
        }
        let mut settled = settlement.settled().ok_or(Trouble::Tender(SettlementError::TakenIsMore))?;
        let receipt = self.receipt_number();
        for (at, tender) in settled.tenders.iter_mut().skip(before).enumerate() {
            tender.grant = plan.parts.get(at).and_then(|part| part.grant);
            if matches!(tender.kind, TenderKind::Voucher | TenderKind::Coupon) {
                tender.reference = Some(format!("{receipt}-{}", at + 1));
            }
        }
        Ok(settled)
    }

    /// What a provider has taken for the sale on the counter and refuses to give back.
    pub(super) fn refused_parts(&self) -> Money {
        let refused = |tender: &&Tender| tender.payment.is_some_and(|id| self.refunds_refused.contains(&id));
        let taken = self.durable.open.iter().flat_map(|basket| &basket.about.taken);
        taken.filter(refused).map(|tender| tender.amount).sum()
    }

    /// The sale is given up with parts of it paid: they go back first.
    pub(super) fn give_up_paid(&mut self, now: Now, store: &Store, reason: String, effects: &mut Vec<Effect>) {
        if self.payment_is_open() {
            return self.refuse(Trouble::PaymentOpen);
        }
        self.forget_practised_payments();
        self.giving_up = Some(reason);
        self.give_up_further(now, store, effects);
    }

    pub(super) fn give_up_further(&mut self, now: Now, store: &Store, effects: &mut Vec<Effect>) {
        let Some(reason) = self.giving_up.clone() else { return };
        let Some(mut basket) = self.durable.open.clone() else { return };
        let refused = |payment: Uuid| self.refunds_refused.contains(&payment);
        let moved = |tender: &&Tender| tender.amount > Money::ZERO && tender.payment.is_some_and(|id| !refused(id));
        if let Some(part) = basket.about.taken.iter().find(moved) {
            let (payment, order_no) = (part.payment.expect("it was looked for"), part.reference.clone());
            let order_no = order_no.unwrap_or_default();
            let reachable = family_of(&order_no).is_some_and(|family| self.serves(family));
            let begun = match reachable {
                true => self.give_back(now, (payment, order_no, part.amount), effects),
                false => Err(Trouble::PortAway),
            };
            if let Err(trouble) = begun {
                self.giving_up = None;
                self.refuse(trouble);
            }
            return;
        }
        self.giving_up = None;
        if basket.about.taken.iter().any(|tender| tender.amount < Money::ZERO) {
            // Money has gone to the shopper for goods that came back: only the refund itself can follow.
            return self.refuse(Trouble::PartPaid);
        }
        // What was paid down stays with the goods that were put by.
        let taken = std::mem::take(&mut basket.about.taken);
        let back: Vec<Tender> = taken.into_iter().filter(|tender| tender.kind != TenderKind::Deposit).collect();
        // What a provider refuses to give back is paid out in cash.
        let (refused, back): (Vec<Tender>, Vec<Tender>) = back.into_iter().partition(|tender| tender.payment.is_some());
        let drawer = !refused.is_empty() || back.iter().any(|tender| tender_book(store).of(tender.kind).opens_drawer);
        let mut shift = self.durable.shift.clone().expect("a sale is on the counter in an open shift alone");
        shift.totals.voided_sales += 1;
        let mut events = Vec::new();
        if !back.is_empty() {
            events.push(returned_event(&basket, &back));
        }
        for tender in refused {
            let note = tender.reference.unwrap_or_default();
            let kind = CashMovementKind::PayOut;
            let movement = CashMovement { kind, amount: tender.amount, reason: "refund_refused".to_owned(), note };
            shift.totals.add_movement(&movement);
            events.push(Event::CashMoved(movement));
        }
        events.push(Event::SaleVoided { basket, reason });
        let saves = vec![Save::Basket(None), Save::Shift(Some(shift.clone()))];
        let stamp = self.stamp(now);
        self.commit(stamp, events, saves, Pending::GivenUp { shift, drawer }, effects);
    }
}

/// A sale of this till, with what was given back of it since. What each return paid out is computed as it was then, so
/// that rounding to coins carries over from one to the next.
fn paid_sale(catalogue: &dyn Catalogue, store: &Store, sale: &Sale) -> Result<PaidSale, Trouble> {
    let goods = sale.lines.iter().filter(|sold| !sold.line.quantity.is_return());
    let mut paid = PaidSale {
        goods: goods.map(|sold| sold.gross).sum(),
        rounding: sale.rounding,
        tenders: sale.tenders.clone(),
        earlier: Vec::new(),
    };
    let own = catalogue.returns_of(sale.id).map_err(fault)?;
    let mut here = Money::ZERO;
    let mut returns = Vec::new();
    for back in &own {
        let returned = Returned::of(back.lines.iter().map(|sold| (&sold.line, sold.gross)));
        let (_, offs) = returned.set_off();
        let of_sale = returned.sales.iter().zip(offs).find(|((id, _, _), _)| *id == sale.id);
        if let Some(((_, _, value), off)) = of_sale {
            here += *value;
            returns.push((*value, off));
        }
    }
    let elsewhere = worth_of_returned(catalogue, sale)? - here;
    if elsewhere > Money::ZERO {
        // How other tills gave it back is not known here: it counts as gone from what goes back first.
        paid.earlier.push(gone(elsewhere));
    }
    let book = tender_book(store);
    for (value, off) in returns {
        let given = payouts(&book, store.cash_rounding, &paid, value, off);
        paid.earlier.push(given.map_or_else(
            |_| gone(value),
            |given| EarlierReturn {
                value,
                set_off: off,
                beyond: given.beyond,
                tenders: given.list.iter().map(Tender::from).collect(),
            },
        ));
    }
    Ok(paid)
}

/// What all that came back of a sale had cost.
fn worth_of_returned(catalogue: &dyn Catalogue, sale: &Sale) -> Result<Money, Trouble> {
    let returned = catalogue.returned(sale.id).map_err(fault)?;
    let of = |(no, quantity): &(u32, domain::quantity::Quantity)| {
        let sold = sale.lines.iter().find(|sold| sold.line.no == *no)?;
        let whole = sold.line.quantity.in_thousandths();
        let back = quantity.in_thousandths().clamp(0, whole.max(0));
        Some(domain::refund::cumulative(sold.gross, whole.max(0), 0, back))
    };
    Ok(returned.iter().filter_map(of).sum())
}

fn gone(value: Money) -> EarlierReturn {
    EarlierReturn { value, set_off: value, ..EarlierReturn::default() }
}

/// Sales of other tills, as far as their receipts tell how they were paid.
fn sold_elsewhere(basket: &Basket, value: Money) -> PaidSale {
    let tenders: Vec<Tender> = basket.about.refund_to.clone();
    let paid: Money = tenders.iter().map(|tender| tender.amount).sum();
    PaidSale { goods: paid.max(value), rounding: Money::ZERO, tenders, earlier: Vec::new() }
}
