//! Accounts, and what of them is set aside for a terminal.
//!
//! What is set aside never comes to more than the balance when it is set aside, and a spending takes both down together.
//! So an account falls below nothing only when a terminal spends what was not set aside for it: then a person is told.

use domain::grant::{Account, AccountKind};
use protocol::v1::{self, Record};
use uuid::Uuid;

use super::{AccountLeg, Desk, GRANT_MS, GrantRow, Move, Whose};
use crate::ingest::Assessed;
use crate::ledger::AMOUNT_MAX;

/// Letters of an account's number.
const NUMBER_CHARS_MAX: usize = 100;

impl Desk<'_> {
    pub(super) fn move_units(&mut self, event: &Assessed, moved: &Move) {
        let account = match self.account_of(&moved.whose) {
            Ok(account) => account,
            Err(kind) => {
                let says = format!("{} units of an account of kind {} that nothing names", moved.units, kind.word());
                return self.complain(event, "unknown_account", says);
            }
        };
        let units = moved.units.clamp(-AMOUNT_MAX, AMOUNT_MAX);
        // Taking back what goods gave needs no grant, and may come after it was spent.
        let is_reversal = matches!(moved.what, "taken_back" | "activated" | "topped_up");
        if units < 0 && !is_reversal {
            self.spend(event, &account, -units, moved.grant);
        }
        let balance = self.loaded.accounts.entry(account.clone()).or_default();
        balance.units = balance.units.saturating_add(units);
        if units < 0 && is_reversal && balance.units < balance.held && account.kind != AccountKind::Points {
            let says =
                format!("{} {} was spent and is taken back as well", account.kind.word(), hidden(&account.number));
            self.complain(event, "below_nothing", says);
        }
        if account.kind == AccountKind::Points {
            self.told_members.insert(account.number.clone());
        }
        let leg = self.legs_of.entry(event.seq).or_default();
        self.legs.push(AccountLeg { seq: event.seq, leg: *leg, account: account.clone(), what: moved.what, units });
        *leg += 1;
        self.accounts.insert(account);
    }

    /// Sets something aside for the terminal: at most what it asks for, and at most what is free.
    pub(super) fn ask(&mut self, event: &Assessed, account: &Account, units: i64) {
        if account.number.is_empty() || account.number.chars().count() > NUMBER_CHARS_MAX {
            let says = format!("an account of kind {} has no number that can be", account.kind.word());
            return self.complain(event, "unknown_account", says);
        }
        let terminal = self.intake.terminal;
        let known = self
            .loaded
            .grants
            .values()
            .find(|grant| grant.open && grant.terminal == terminal && grant.account == *account);
        let id = known.map_or_else(Uuid::now_v7, |grant| grant.id);
        let left = known.map_or(0, GrantRow::left);
        let balance = self.loaded.accounts.entry(account.clone()).or_default();
        let free = balance.units.saturating_sub(balance.held).max(0);
        let more = (units.clamp(0, AMOUNT_MAX) - left).clamp(0, free);
        balance.held += more;
        let until_ms = event.at_ms.clamp(0, i64::MAX - GRANT_MS) + GRANT_MS;
        let grant = self.loaded.grants.entry(id).or_insert_with(|| GrantRow {
            id,
            account: account.clone(),
            terminal,
            shift: None,
            units: 0,
            spent: 0,
            until_ms,
            open: true,
        });
        // What was spent beyond it was taken from the balance already.
        grant.units = grant.units.max(grant.spent) + more;
        grant.until_ms = grant.until_ms.max(until_ms);
        grant.shift = event.shift;
        self.grants.insert(id);
        self.accounts.insert(account.clone());
        self.tell_grant(id);
    }

    /// The shift that asked for it is closed: the terminal has told all that it spent.
    pub(super) fn release_shift(&mut self, shift: Uuid) {
        self.release(|grant| grant.shift.is_none_or(|asked_in| asked_in == shift));
    }

    /// The terminal's journal has come past its end.
    pub(super) fn release_past(&mut self, at_ms: i64) {
        self.release(|grant| at_ms > grant.until_ms);
    }

    fn release(&mut self, is_over: impl Fn(&GrantRow) -> bool) {
        let terminal = self.intake.terminal;
        let over = |grant: &&GrantRow| grant.open && grant.terminal == terminal && is_over(grant);
        let over: Vec<Uuid> = self.loaded.grants.values().filter(over).map(|grant| grant.id).collect();
        for id in over {
            let grant = self.loaded.grants.get_mut(&id).expect("it was just seen");
            let (left, account) = (grant.left(), grant.account.clone());
            grant.open = false;
            let balance = self.loaded.accounts.entry(account.clone()).or_default();
            balance.held -= left;
            self.grants.insert(id);
            self.accounts.insert(account);
            let scope = self.scope();
            self.tell(&scope, "grant", id.to_string(), true, &Record::GrantGone(id));
        }
    }

    /// Takes a spending off what was set aside for it; what was not is told to a person.
    fn spend(&mut self, event: &Assessed, account: &Account, units: i64, grant: Option<Uuid>) {
        let terminal = self.intake.terminal;
        let balance = self.loaded.accounts.get(account).copied().unwrap_or_default();
        let known = grant.and_then(|id| self.loaded.grants.get_mut(&id));
        let (allowed, trouble) = match known {
            None => (0, Some("without a grant that is known")),
            Some(grant) if grant.account != *account => (0, Some("from a grant of another account")),
            Some(grant) if grant.terminal != terminal => (0, Some("from a grant of another terminal")),
            Some(grant) => {
                let left = grant.left();
                let was_open = grant.open;
                grant.spent = grant.spent.saturating_add(units);
                self.grants.insert(grant.id);
                match (was_open, units > left) {
                    // It was free again, and nobody else has it.
                    (false, _) if balance.units.saturating_sub(balance.held) >= units => (0, None),
                    (false, _) => (0, Some("from a grant that was taken back")),
                    (true, true) => (left, Some("beyond its grant")),
                    (true, false) => (units, None),
                }
            }
        };
        self.loaded.accounts.entry(account.clone()).or_default().held -= allowed;
        if let Some(trouble) = trouble {
            let word = account.kind.word();
            let says = format!("{units} units of {word} {}: spent {trouble}", hidden(&account.number));
            self.complain(event, "over_grant", says);
        }
    }

    fn tell_grant(&mut self, id: Uuid) {
        let grant = &self.loaded.grants[&id];
        let record = Record::Grant(v1::Grant {
            id,
            terminal: self.intake.terminal_id,
            kind: grant.account.kind.word().to_owned(),
            number: grant.account.number.clone(),
            units: grant.units,
            balance: self.balance(&grant.account).units,
            until_ms: grant.until_ms,
        });
        let scope = self.scope();
        self.tell(&scope, "grant", id.to_string(), false, &record);
    }

    fn account_of(&self, whose: &Whose) -> Result<Account, AccountKind> {
        match whose {
            Whose::Account(account) => Ok(account.clone()),
            Whose::Grant(grant) => {
                let grant = self.loaded.grants.get(grant);
                grant.map(|grant| grant.account.clone()).ok_or(AccountKind::GiftCard)
            }
            Whose::Sale(sale, kind) => {
                let sale = self.loaded.sales.get(sale).ok_or(*kind)?;
                let paid = sale.tenders.iter().filter_map(|tender| self.loaded.grants.get(&tender.grant?));
                let mut paid = paid.map(|grant| &grant.account).filter(|account| account.kind == *kind);
                if let Some(account) = paid.next() {
                    return Ok(account.clone());
                }
                let of_member = !matches!(kind, AccountKind::GiftCard | AccountKind::Coupon);
                let member = sale.member.as_ref().filter(|_| of_member).ok_or(*kind)?;
                Ok(Account { kind: *kind, number: member.id.clone() })
            }
            Whose::Unknown(kind) => Err(*kind),
        }
    }
}

/// The end of a number, for people.
fn hidden(number: &str) -> String {
    let letters = number.chars().count();
    let shown = letters.min(4).min(letters / 2);
    format!("*{}", number.chars().skip(letters - shown).collect::<String>())
}
