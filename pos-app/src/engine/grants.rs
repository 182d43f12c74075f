//! Asking head office to set something aside, before it is needed: when an account is named, long before money is taken.

use domain::event::Event;
use domain::grant::{Account, AccountKind, Grant};
use domain::member::Member;
use domain::store::Store;
use jiff::{SignedDuration, Timestamp};

use super::{Catalogue, Engine, Now};

/// Points that are asked for; more than most members spend at once.
const POINTS_ASKED: i64 = 10_000;
/// Money that is asked for, in major units of the currency.
const MONEY_ASKED: i64 = 1_000;
/// An account is asked for again after so many seconds, when nothing has come.
const ASKED_AGAIN_S: i64 = 60;
/// Accounts that are remembered as asked for.
const ASKED_MAX: usize = 32;

/// A live quota: something is left of it and its time has not come.
pub(super) fn live_grant(now: Now, catalogue: &dyn Catalogue, account: &Account) -> Option<Grant> {
    let grants = catalogue.grants(account).unwrap_or_default();
    grants.into_iter().find(|grant| grant.units > 0 && grant.until > now.at)
}

/// How much of an account is asked for.
pub(super) fn units_asked(store: &Store, kind: AccountKind) -> i64 {
    match kind {
        AccountKind::Points => POINTS_ASKED,
        AccountKind::Coupon => 1,
        AccountKind::StoredValue | AccountKind::GiftCard | AccountKind::Credit => {
            MONEY_ASKED * store.currency.units_per_major()
        }
    }
}

impl Engine {
    /// The event that asks head office for a quota of an account; none while a live one is there, or when it was asked
    /// for a moment ago.
    pub(super) fn ask_grant(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        account: Account,
    ) -> Option<Event> {
        let again = now.at.checked_sub(SignedDuration::from_secs(ASKED_AGAIN_S)).unwrap_or(Timestamp::MIN);
        self.grants_asked.retain(|(_, at)| *at > again && *at <= now.at);
        let asked = self.grants_asked.iter().any(|(known, _)| *known == account);
        if asked || live_grant(now, catalogue, &account).is_some() {
            return None;
        }
        if self.grants_asked.len() >= ASKED_MAX {
            self.grants_asked.remove(0);
        }
        self.grants_asked.push((account.clone(), now.at));
        Some(Event::GrantAsked { units: units_asked(store, account.kind), account })
    }

    /// What is asked for when a member is named: what she may want to pay with.
    pub(super) fn ask_grants_of_member(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        member: &Member,
    ) -> Vec<Event> {
        let kinds = [AccountKind::Points, AccountKind::StoredValue];
        let accounts = kinds.map(|kind| Account { kind, number: member.id.clone() });
        accounts.into_iter().filter_map(|account| self.ask_grant(now, catalogue, store, account)).collect()
    }
}
