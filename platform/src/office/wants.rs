//! What a batch touches, so that a database loads it at once.

use std::collections::BTreeSet;

use domain::grant::{Account, AccountKind};
use uuid::Uuid;

use super::{Deed, GrantRow, Loaded, Whose};
use crate::ingest::Assessed;

/// Ids and numbers that a batch names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// Accounts, to be locked.
    pub accounts: BTreeSet<Account>,
    /// Grants by which something was spent.
    pub grants: BTreeSet<Uuid>,
    /// Sales whose goods came back.
    pub sales: BTreeSet<Uuid>,
    /// Lines of them.
    pub came_back: BTreeSet<(Uuid, u32)>,
    /// Baskets that were put aside, taken up again or voided.
    pub baskets: BTreeSet<Uuid>,
    /// Goods put by.
    pub holds: BTreeSet<Uuid>,
    /// Members whose records may change.
    pub members: BTreeSet<String>,
    /// Codes that new members bring.
    pub codes: BTreeSet<String>,
    /// Whether the favourites were arranged.
    pub arranges: bool,
    closed: BTreeSet<Uuid>,
    newest_ms: Option<i64>,
}

impl Wants {
    /// Of events that were posted.
    pub fn of<'a>(events: impl Iterator<Item = &'a Assessed>) -> Wants {
        let mut wants = Wants::default();
        for event in events {
            if event.is_read {
                wants.newest_ms = wants.newest_ms.max(Some(event.at_ms));
            }
            event.deeds.iter().for_each(|deed| wants.add(deed));
        }
        wants
    }

    /// Whether head office has anything to do beside grants whose time is over.
    pub fn is_empty(&self) -> bool {
        *self == Wants { newest_ms: self.newest_ms, ..Wants::default() }
    }

    /// Whether this batch takes a grant back.
    pub fn releases(&self, grant: &GrantRow) -> bool {
        let is_over = self.newest_ms.is_some_and(|newest| newest > grant.until_ms);
        grant.open
            && (is_over || grant.shift.is_none_or(|shift| self.closed.contains(&shift)) && !self.closed.is_empty())
    }

    /// Adds the accounts that only grants and earlier sales name. To be called when these are loaded, before accounts are.
    pub fn add_named(&mut self, loaded: &Loaded) {
        for grant in loaded.grants.values() {
            if self.grants.contains(&grant.id) || self.releases(grant) {
                self.accounts.insert(grant.account.clone());
            }
        }
        for sale in loaded.sales.values() {
            let grants = sale.tenders.iter().filter_map(|tender| tender.grant);
            self.accounts.extend(grants.filter_map(|grant| Some(loaded.grants.get(&grant)?.account.clone())));
            if let Some(member) = &sale.member {
                let kinds = [AccountKind::Points, AccountKind::StoredValue, AccountKind::Credit];
                self.accounts.extend(kinds.map(|kind| Account { kind, number: member.id.clone() }));
            }
        }
        let points = self.accounts.iter().filter(|account| account.kind == AccountKind::Points);
        self.members.extend(points.map(|account| account.number.clone()));
    }

    fn add(&mut self, deed: &Deed) {
        match deed {
            Deed::Move(moved) => {
                self.grants.extend(moved.grant);
                match &moved.whose {
                    Whose::Account(account) => drop(self.accounts.insert(account.clone())),
                    Whose::Grant(grant) => drop(self.grants.insert(*grant)),
                    Whose::Sale(sale, _) => drop(self.sales.insert(*sale)),
                    Whose::Unknown(_) => {}
                }
            }
            Deed::Asked { account, .. } => drop(self.accounts.insert(account.clone())),
            Deed::ShiftClosed(shift) => drop(self.closed.insert(*shift)),
            Deed::SetAside { basket, .. } => drop(self.baskets.insert(basket.id)),
            Deed::Recalled(basket) | Deed::Ended(basket) => drop(self.baskets.insert(*basket)),
            Deed::CameBack { sale, line, .. } => {
                self.sales.insert(*sale);
                self.came_back.insert((*sale, *line));
            }
            Deed::HoldPlaced(hold) => drop(self.holds.insert(hold.basket.id)),
            Deed::HoldEnded { hold, .. } => drop(self.holds.insert(*hold)),
            Deed::Enrolled(enrolled) => {
                self.members.insert(enrolled.id.clone());
                self.codes.extend(super::members::codes_of(enrolled));
            }
            Deed::Noted(noted) => drop(self.members.insert(noted.member.clone())),
            Deed::Arranged(_) => self.arranges = true,
        }
    }
}
