//! The desk: what a batch touches as it stands, what it becomes, and what the tills are told.

use std::collections::{BTreeMap, BTreeSet};

use domain::grant::{Account, AccountKind};
use protocol::v1::{Member, Record, Sale};
use uuid::Uuid;

use super::{AccountLeg, AsideRow, Balance, Deed, GrantRow, HoldRow, ReturnedRow};
use crate::ingest::{Assessed, Complaint, Intake};
use crate::store::RecordRow;

/// What a database knows of what a batch touches.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Open grants of the terminal, those that the batch names, and those that paid the sales it names.
    pub grants: BTreeMap<Uuid, GrantRow>,
    /// Sales whose goods came back, with the store that sold them.
    pub sales: BTreeMap<Uuid, Sale>,
    /// Stores of those sales.
    pub sold_in: BTreeMap<Uuid, String>,
    /// Accounts that are there.
    pub accounts: BTreeMap<Account, Balance>,
    /// Baskets that are or were aside.
    pub asides: BTreeMap<Uuid, AsideRow>,
    /// Goods put by.
    pub holds: BTreeMap<Uuid, HoldRow>,
    /// What came back before of the lines that come back.
    pub returned: Vec<ReturnedRow>,
    /// Members by id, with the scope they are known in.
    pub members: BTreeMap<String, (String, Member)>,
    /// Who has a code.
    pub codes: BTreeMap<String, String>,
}

/// Decides what becomes of a batch's deeds.
#[derive(Debug)]
pub struct Desk<'a> {
    pub(super) intake: &'a Intake,
    pub(super) loaded: Loaded,
    pub(super) legs_of: BTreeMap<u64, i32>,
    pub(super) told_members: BTreeSet<String>,
    pub(super) telling: BTreeMap<(String, &'static str, String), RecordRow>,
    /// Accounts that have changed.
    pub accounts: BTreeSet<Account>,
    /// Rows of the account ledger.
    pub legs: Vec<AccountLeg>,
    /// Grants that are new or have changed.
    pub grants: BTreeSet<Uuid>,
    /// Baskets whose rows have changed.
    pub asides: BTreeSet<Uuid>,
    /// Goods put by whose rows have changed.
    pub holds: BTreeSet<Uuid>,
    /// What came back, with the new sum of this terminal.
    pub returned: Vec<ReturnedRow>,
    /// Codes and the members they belong to from here on.
    pub codes: BTreeMap<String, String>,
    /// What needs a person.
    pub complaints: Vec<(u64, Complaint)>,
}

impl<'a> Desk<'a> {
    /// A desk with what was loaded.
    pub fn new(intake: &'a Intake, loaded: Loaded) -> Desk<'a> {
        Desk {
            intake,
            loaded,
            legs_of: BTreeMap::new(),
            told_members: BTreeSet::new(),
            telling: BTreeMap::new(),
            accounts: BTreeSet::new(),
            legs: Vec::new(),
            grants: BTreeSet::new(),
            asides: BTreeSet::new(),
            holds: BTreeSet::new(),
            returned: Vec::new(),
            codes: BTreeMap::new(),
            complaints: Vec::new(),
        }
    }

    /// Does what an event asks; events in their order.
    pub fn take(&mut self, event: &Assessed) {
        for deed in &event.deeds {
            match deed {
                Deed::Move(moved) => self.move_units(event, moved),
                Deed::Asked { account, units } => self.ask(event, account, *units),
                Deed::ShiftClosed(shift) => self.release_shift(*shift),
                Deed::SetAside { basket, staff } => self.set_aside(event, basket, staff),
                Deed::Recalled(basket) => self.recall(event, *basket),
                Deed::Ended(basket) => self.end_aside(*basket),
                Deed::CameBack { sale, line, quantity } => self.came_back(event, (*sale, *line), *quantity),
                Deed::HoldPlaced(hold) => self.place_hold(hold),
                Deed::HoldEnded { hold, how } => self.end_hold(event, *hold, how),
                Deed::Enrolled(enrolled) => self.enrol(event, enrolled),
                Deed::Noted(noted) => self.note(event, noted),
                Deed::Arranged(items) => self.arrange(items),
            }
        }
        if event.is_read {
            self.release_past(event.at_ms);
        }
    }

    /// What the tills are told, by scope: the chain's first, then stores'.
    pub fn words(&mut self) -> BTreeMap<String, Vec<RecordRow>> {
        for member in std::mem::take(&mut self.told_members) {
            let account = Account { kind: AccountKind::Points, number: member.clone() };
            let Some((scope, record)) = self.loaded.members.get_mut(&member) else { continue };
            if let Some(balance) = self.loaded.accounts.get(&account) {
                record.points = balance.units;
            }
            let (scope, record) = (scope.clone(), Record::Member(record.clone()));
            self.tell(&scope, "member", member, false, &record);
        }
        let mut words = BTreeMap::<String, Vec<RecordRow>>::new();
        for ((scope, ..), row) in std::mem::take(&mut self.telling) {
            words.entry(scope).or_default().push(row);
        }
        words
    }

    /// An account as it is now.
    pub fn balance(&self, account: &Account) -> Balance {
        self.loaded.accounts.get(account).copied().unwrap_or_default()
    }

    /// A grant as it is now.
    pub fn grant(&self, id: Uuid) -> &GrantRow {
        &self.loaded.grants[&id]
    }

    /// A basket's row as it is now.
    pub fn aside(&self, id: Uuid) -> &AsideRow {
        &self.loaded.asides[&id]
    }

    /// A hold's row as it is now.
    pub fn hold(&self, id: Uuid) -> &HoldRow {
        &self.loaded.holds[&id]
    }

    pub(super) fn scope(&self) -> String {
        format!("store-{}", self.intake.store)
    }

    pub(super) fn tell(&mut self, scope: &str, kind: &'static str, id: String, gone: bool, record: &Record) {
        let body = serde_json::to_string(record).expect("a record is JSON");
        let row = RecordRow { kind, id: id.clone(), gone, body };
        self.telling.insert((scope.to_owned(), kind, id), row);
    }

    pub(super) fn complain(&mut self, event: &Assessed, kind: &'static str, detail: String) {
        self.complaints.push((event.seq, Complaint { kind, detail }));
    }
}
