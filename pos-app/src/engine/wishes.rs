//! Wishes that have a key of their own and that not everybody may have: whether they can be, why (where the shop asks
//! for reasons), and by whose leave.

use domain::basket::Line;
use domain::event::Event;
use domain::item::ItemKind;
use domain::money::Money;
use domain::staff::Permission;
use domain::store::{ReasonFor, Store};

use super::actions::Action;
use super::by_hand::given;
use super::command::{Command, Need};
use super::drafts::{Ask, Draft, Next};
use super::weighing::net;
use super::{Catalogue, Effect, Engine, Now, Pending, Place, Save, Trouble};
use crate::notation::Notation;

impl Engine {
    /// Void a line, void the sale, open the drawer: asked why where the shop lists reasons.
    pub(super) fn wish(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        action: Action,
        effects: &mut Vec<Effect>,
    ) {
        if let Some(trouble) = self.wish_hindrance(action) {
            return self.refuse(trouble);
        }
        if asks_why(store, action) {
            return self.begin(now, catalogue, store, action.id(), effects);
        }
        match self.wished(action, self.line_meant(), String::new()) {
            Ok(command) => self.ask_leave(now, catalogue, store, command, effects),
            Err(trouble) => self.refuse(trouble),
        }
    }

    /// Why such a wish cannot be here and now.
    pub(super) fn wish_hindrance(&self, action: Action) -> Option<Trouble> {
        if action == Action::OpenDrawer {
            return None;
        }
        if !matches!(self.place, Place::Selling) {
            return Some(Trouble::NotHere);
        }
        if self.notice.is_some() {
            return Some(Trouble::ReadNotice);
        }
        let nothing = match action {
            Action::VoidLine => self.line_meant().is_none(),
            _ => self.durable.open.is_none(),
        };
        nothing.then_some(Trouble::NoLine)
    }

    /// The reason for such a wish.
    pub(super) fn next_wish(&self, store: &Store, draft: &Draft) -> Result<Next, Trouble> {
        match &draft.answers[..] {
            [] if asks_why(store, draft.action) => Ok(Next::Step(Ask::reason(store, reason_for(draft.action)))),
            [] => Ok(Next::Do(self.wished(draft.action, draft.line, String::new())?)),
            [reason, ..] => Ok(Next::Do(self.wished(draft.action, draft.line, given(reason)?)?)),
        }
    }

    fn wished(&self, action: Action, line: Option<u32>, reason: String) -> Result<Command, Trouble> {
        match action {
            Action::VoidLine => Ok(Command::VoidLine { line: line.ok_or(Trouble::NoLine)?, reason }),
            Action::VoidSale => Ok(Command::VoidSale { reason }),
            Action::OpenDrawer => Ok(Command::OpenDrawer { reason }),
            _ => Err(Trouble::NotHere),
        }
    }

    /// The last receipt once more.
    pub(super) fn wish_copy(&mut self, now: Now, catalogue: &dyn Catalogue, store: &Store, effects: &mut Vec<Effect>) {
        if self.durable.last_receipt.is_none() {
            return self.refuse(Trouble::NoReceipt);
        }
        self.ask_leave(now, catalogue, store, Command::Reprint, effects);
    }

    /// The running totals.
    pub(super) fn wish_totals(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        effects: &mut Vec<Effect>,
    ) {
        match self.place {
            Place::Selling | Place::Paid(_) => self.ask_leave(now, catalogue, store, Command::ShowTotals, effects),
            _ => self.show_x(),
        }
    }

    /// Goods instead of their receipt: they come back without one. Where the shop asks why, that is asked first, and they
    /// are scanned once more; nobody asks why a bottle is empty.
    pub(super) fn goods_for_receipt(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        code: &str,
        effects: &mut Vec<Effect>,
    ) {
        self.place = Place::Selling;
        if self.is_deposit(catalogue, store, code) {
            self.returning = true;
            self.return_reason = None;
        }
        if !self.returning {
            self.wish_return(now, catalogue, store, effects);
        }
        if self.returning {
            self.add_code(now, catalogue, store, code, effects);
        }
    }

    /// To the payment; goods without a receipt come back by leave.
    pub(super) fn wish_to_pay(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        effects: &mut Vec<Effect>,
    ) {
        let something = self.durable.open.as_ref().is_some_and(|basket| !basket.is_empty());
        match self.place {
            Place::Selling if something && self.notice.is_none() => {
                self.ask_leave(now, catalogue, store, Command::Pay, effects);
            }
            // Elsewhere it says why not.
            _ => self.pay(now, catalogue, store, effects),
        }
    }

    pub(super) fn needs_to_pay(&self, store: &Store) -> Vec<Need> {
        let mut needs = vec![Need::of(Permission::Sell, 0, "")];
        needs.extend(self.amounts_off(store).into_iter().map(|(_, need)| need));
        let worth = self.worth_of_free_returns(store);
        let basket = self.durable.open.as_ref().map(|basket| basket.id);
        let allowed = self.returns_allowed.filter(|(of, _)| Some(*of) == basket).map_or(0, |(_, worth)| worth);
        if worth.units() > allowed {
            let about = self.words.amount(store.currency, worth);
            needs.push(Need::of(Permission::ReturnWithoutReceipt, worth.units(), about));
        }
        needs
    }

    /// What goods that come back without a receipt are worth; bottles and crates always come back without one.
    fn worth_of_free_returns(&self, store: &Store) -> Money {
        let Some(basket) = &self.durable.open else { return Money::ZERO };
        let free = |line: &&Line| {
            line.quantity.is_return() && line.facets.origin.is_none() && line.terms.kind != ItemKind::Deposit
        };
        if basket.active().find(free).is_none() {
            return Money::ZERO;
        }
        let priced = self.priced(store);
        let worth = basket.active().filter(free).filter_map(|line| priced.line(line.no));
        worth.map(|line| -line.gross).sum()
    }

    /// To the payment, with leave for what comes back remembered as long as the basket is on the counter.
    pub(super) fn pay_with_leave(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        by: Option<String>,
        effects: &mut Vec<Effect>,
    ) {
        if let Some(by) = by {
            self.approve_amounts_off(now, store, &by, effects);
        }
        let worth = self.worth_of_free_returns(store);
        self.returns_allowed = self.durable.open.as_ref().map(|basket| (basket.id, worth.units()));
        self.pay(now, catalogue, store, effects);
    }

    pub(super) fn needs_of_void_line(&self, store: &Store, no: u32) -> Vec<Need> {
        let priced = self.priced(store);
        let worth = priced.line(no).map_or(Money::ZERO, |line| line.gross.abs());
        let basket = self.durable.open.as_ref();
        let name = basket.and_then(|basket| basket.line(no)).map(|line| line.name_in(self.english).to_owned());
        let about = format!("{} {}", name.unwrap_or_default(), self.words.amount(store.currency, worth));
        vec![Need::of(Permission::VoidLine, (worth + self.removed_before()).units(), about)]
    }

    /// Fewer goods on a line are goods that are void: for what they are worth it takes the same leave.
    pub(super) fn needs_of_quantity(&self, store: &Store, no: u32, text: &str) -> Vec<Need> {
        let basket = self.durable.open.as_ref();
        let Some(line) = basket.and_then(|basket| basket.line(no)).filter(|line| !line.quantity.is_return()) else {
            return Vec::new();
        };
        let Ok((quantity, _)) = net(text, line.unit, line.facets.tare) else { return Vec::new() };
        let less = line.amount() - quantity.times(line.unit_price);
        if less <= Money::ZERO {
            return Vec::new();
        }
        let (name, was) = (line.name_in(self.english), self.words.quantity(line.quantity));
        let (is, less_worth) = (self.words.quantity(quantity), self.words.amount(store.currency, less));
        let about = format!("{name} {was} → {is} (-{less_worth})");
        vec![Need::of(Permission::VoidLine, (less + self.removed_before()).units(), about)]
    }

    pub(super) fn needs_of_void_sale(&self, store: &Store) -> Vec<Need> {
        let worth = self.priced(store).total.abs();
        let mut needs = vec![Need::of(Permission::VoidSale, worth.units(), self.words.amount(store.currency, worth))];
        let refused = self.refused_parts();
        if refused > Money::ZERO {
            let about = self.words.amount(store.currency, refused);
            needs.push(Need::of(Permission::MoveCash, refused.units(), about));
        }
        needs
    }

    /// The drawer without a sale; also before the shift, to count the float.
    pub(super) fn open_drawer(&mut self, now: Now, reason: String, effects: &mut Vec<Effect>) {
        let mut shift = self.durable.shift.clone();
        if let Some(shift) = &mut shift {
            shift.totals.no_sales += 1;
        }
        let saves = shift.iter().map(|shift| Save::Shift(Some(shift.clone()))).collect();
        let stamp = self.stamp(now);
        self.commit(stamp, vec![Event::DrawerOpened { reason }], saves, Pending::DrawerOpened { shift }, effects);
    }
}

fn reason_for(action: Action) -> ReasonFor {
    match action {
        Action::OpenDrawer => ReasonFor::Drawer,
        _ => ReasonFor::Void,
    }
}

/// Whether the shop asks why.
fn asks_why(store: &Store, action: Action) -> bool {
    store.policy.reasons.iter().any(|(of, _)| *of == reason_for(action))
}
