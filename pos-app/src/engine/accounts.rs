//! Accounts that are spent from: points, stored value, gift cards, credit. A till spends within what head office has set
//! aside for it, less what is taken already, so that no account goes below nothing however long the network is away.

use domain::basket::Basket;
use domain::grant::{Account, AccountKind, Grant};
use domain::item::ItemKind;
use domain::money::Money;
use domain::payment::mask;
use domain::staff::Permission;
use domain::store::Store;
use domain::tender::{Offer, Tender, TenderKind};
use hal::PaymentCode;

use super::command::{Command, Need};
use super::tenders::typed;
use super::{Catalogue, Effect, Engine, Now, Trouble};
use crate::notation::Notation;

/// Seconds of silence after which head office counts as out of reach.
const SILENT_S_MAX: u64 = 30;

/// What may be spent of an account here and now.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Allowance {
    /// Under which quota.
    grant: Grant,
    /// What is left of it, in the account's units.
    units: i64,
}

impl Engine {
    /// Money or points of an account, within a quota.
    pub(super) fn account_offer(
        &self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        (kind, amount, number): (TenderKind, &str, &str),
    ) -> Result<Offer, Trouble> {
        let account = self.account_of(kind, number)?;
        let remaining = self.settlement(store).map_err(Trouble::Tender)?.remaining();
        if remaining <= Money::ZERO {
            return Err(Trouble::NothingToPay);
        }
        let most = remaining.min(self.payable_with(store, kind));
        if most <= Money::ZERO {
            return Err(Trouble::NotForMoney);
        }
        let allowance = self.allowance(now, catalogue, &account)?;
        let wished = typed(store, amount)?;
        match wished {
            Some(wished) if wished > remaining => return Err(Trouble::MoreThanDue(remaining)),
            Some(wished) if wished > most => return Err(Trouble::NotForMoney),
            _ => {}
        }
        let (paid, points) = match kind {
            TenderKind::Points => self.points_as_money(store, wished.unwrap_or(most), allowance.units)?,
            _ => (wished.unwrap_or_else(|| most.min(Money::minor(allowance.units))), 0),
        };
        if kind != TenderKind::Points && paid.units() > allowance.units {
            return Err(Trouble::NotCovered(Money::minor(allowance.units)));
        }
        let reference = (kind != TenderKind::Points).then(|| mask(&account.number));
        Ok(Offer { reference, points, grant: Some(allowance.grant.id), ..Offer::new(kind, paid) })
    }

    /// Whole lots of points that come to no more than an amount, and no more than the book's share of the sale.
    fn points_as_money(&self, store: &Store, most: Money, points: i64) -> Result<(Money, i64), Trouble> {
        let rules = self.pricing.book().and_then(|book| book.book().points).ok_or(Trouble::NotSetUp)?;
        if rules.money <= Money::ZERO {
            return Err(Trouble::NotSetUp);
        }
        let spent: i64 = self.taken().iter().map(|tender| tender.points).sum();
        let (all, _) = rules.most(self.priced(store).total, points + spent);
        let lots = (most.units() / rules.money.units()).min((all - spent).max(0) / i64::from(rules.points.max(1)));
        match lots {
            ..=0 => Err(Trouble::NotCovered(Money::ZERO)),
            lots => Ok((rules.money.scale(lots, 1), lots * i64::from(rules.points))),
        }
    }

    /// What of the sale a means may pay: money that the shop owes already buys no further money.
    fn payable_with(&self, store: &Store, kind: TenderKind) -> Money {
        let is_owed =
            |kind: TenderKind| matches!(kind, TenderKind::Points | TenderKind::GiftCard | TenderKind::StoredValue);
        let priced = self.priced(store);
        if !is_owed(kind) {
            return priced.total;
        }
        let lines = self.durable.open.iter().flat_map(Basket::active);
        let money = lines.filter(|line| matches!(line.terms.kind, ItemKind::GiftCard | ItemKind::TopUp));
        let owed: Money = money.filter_map(|line| priced.line(line.no)).map(|line| line.gross).sum();
        let spent: Money = self.taken().iter().filter(|tender| is_owed(tender.kind)).map(|tender| tender.amount).sum();
        priced.total - owed - spent
    }

    /// The account that a means is spent from.
    pub(super) fn account_of(&self, kind: TenderKind, number: &str) -> Result<Account, Trouble> {
        let member = || {
            let member = self.durable.open.as_ref().and_then(|basket| basket.member.as_ref());
            member.map(|member| member.id.clone()).ok_or(Trouble::NoMember)
        };
        Ok(match kind {
            TenderKind::Points => Account { kind: AccountKind::Points, number: member()? },
            TenderKind::StoredValue => Account { kind: AccountKind::StoredValue, number: member()? },
            TenderKind::OnAccount => Account { kind: AccountKind::Credit, number: member()? },
            TenderKind::GiftCard if number.is_empty() => return Err(Trouble::NotANumber),
            TenderKind::GiftCard => Account { kind: AccountKind::GiftCard, number: number.trim().to_owned() },
            TenderKind::Cash
            | TenderKind::Code
            | TenderKind::Card
            | TenderKind::Coupon
            | TenderKind::Voucher
            | TenderKind::Deposit => return Err(Trouble::NotHere),
        })
    }

    /// What is left of an account's live quota, less what is taken of it on the counter and aside. Without a quota head
    /// office is to be asked.
    fn allowance(&self, now: Now, catalogue: &dyn Catalogue, account: &Account) -> Result<Allowance, Trouble> {
        let grants = catalogue.grants(account).unwrap_or_default();
        let aside = self.durable.suspended.iter().map(|aside| &aside.basket);
        let here: Vec<&Tender> = self.durable.open.iter().chain(aside).flat_map(|basket| &basket.about.taken).collect();
        let left = |grant: Grant| {
            let same = here.iter().filter(|tender| tender.grant == Some(grant.id));
            let spent: i64 = same.map(|tender| units_of(tender)).sum();
            Allowance { units: grant.units - spent, grant }
        };
        let live: Vec<Grant> = grants.into_iter().filter(|grant| grant.until > now.at).collect();
        if live.is_empty() {
            return Err(Trouble::AsksHeadOffice { reached: true });
        }
        live.into_iter().map(left).find(|allowance| allowance.units > 0).ok_or(Trouble::NotCovered(Money::ZERO))
    }

    pub(super) fn is_asked(&self, kind: TenderKind) -> bool {
        let account = self.account_of(kind, "").ok();
        account.is_some_and(|account| self.grants_asked.iter().any(|(known, _)| *known == account))
    }

    /// On account needs leave by its amount.
    pub(super) fn wish_on_account(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        amount: &str,
        effects: &mut Vec<Effect>,
    ) {
        match self.account_offer(now, catalogue, store, (TenderKind::OnAccount, amount, "")) {
            Ok(offer) => self.ask_leave(now, catalogue, store, Command::OnAccount { amount: offer.amount }, effects),
            // Asked for like any other account.
            Err(_) => {
                self.tender(now, catalogue, store, (TenderKind::OnAccount, amount, PaymentCode::new("")), effects)
            }
        }
    }

    pub(super) fn needs_on_account(&self, store: &Store, amount: Money) -> Vec<Need> {
        vec![Need::of(Permission::OnAccount, amount.units(), self.words.amount(store.currency, amount))]
    }
}

/// What a tender spends of its account.
fn units_of(tender: &Tender) -> i64 {
    if tender.kind == TenderKind::Points { tender.points } else { tender.amount.units() }
}

pub(super) fn is_reached(catalogue: &dyn Catalogue) -> bool {
    catalogue.sync().silent_s.is_some_and(|seconds| seconds <= SILENT_S_MAX)
}
