//! What a batch says of counts and documents, what becomes of it, and what the store's terminals are told. No IO.

use std::collections::{BTreeMap, BTreeSet};

use protocol::v1::{CountApproved, CountEntered, CountPlan, DeliveryNote, GoodsReceived, Record};
use uuid::Uuid;

use super::{Work, told};
use crate::ingest::{Assessed, Complaint, Intake};
use crate::store::RecordRow;

/// A count as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountRow {
    /// Its id.
    pub id: Uuid,
    /// The store.
    pub store: String,
    /// The plan (JSON of [`CountPlan`]); `None` while only entries of it have arrived.
    pub plan: Option<String>,
    /// When it was closed.
    pub closed_at_ms: Option<i64>,
    /// Why it was given up.
    pub reason: Option<String>,
    /// Short number of the terminal that approved it; zero for head office.
    pub approved_by: Option<i32>,
    /// Lines that were approved.
    pub approved_lines: i64,
    /// What they were worth, as far as those who approved them knew.
    pub approved_value: i64,
}

/// What a batch names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// Counts.
    pub counts: BTreeSet<Uuid>,
    /// Counts that are closed by it, so that everything told of them is wanted.
    pub closing: BTreeSet<Uuid>,
    /// Delivery notes.
    pub deliveries: BTreeSet<String>,
    /// Transfers that were sent.
    pub sent: BTreeSet<Uuid>,
    /// Stores whose scopes may change beside the batch's own.
    pub stores: BTreeSet<String>,
}

/// What a database knows of it.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Counts that are known.
    pub counts: BTreeMap<Uuid, CountRow>,
    /// Kinds and ids of living records of counts, see [`told_id`].
    pub told: BTreeMap<Uuid, Vec<(String, String)>>,
    /// Deliveries that are expected.
    pub deliveries: BTreeMap<String, DeliveryNote>,
    /// Transfers that have arrived already.
    pub arrived: BTreeSet<Uuid>,
}

/// Decides what becomes of a batch's work.
#[derive(Debug)]
pub struct StockDesk<'a> {
    intake: &'a Intake,
    loaded: Loaded,
    telling: BTreeMap<(String, &'static str, String), RecordRow>,
    /// Counts whose rows have changed.
    pub counts: BTreeSet<Uuid>,
    /// What needs a person.
    pub complaints: Vec<(u64, Complaint)>,
}

/// The id under which an entry batch or a pass is told: that of its count stands in front.
pub fn told_id(plan: Uuid, key: Uuid) -> String {
    format!("{plan}/{key}")
}

impl Wants {
    /// Of events that were posted.
    pub fn of<'a>(events: impl Iterator<Item = &'a Assessed>) -> Wants {
        let mut wants = Wants::default();
        for work in events.filter_map(|event| event.work.as_ref()) {
            match work {
                Work::Opened(plan) => drop(wants.counts.insert(plan.id)),
                Work::Counted(entered) => drop(wants.counts.insert(entered.plan)),
                Work::PassFinished(finished) => drop(wants.counts.insert(finished.plan)),
                Work::Approved(approved) => drop(wants.counts.insert(approved.plan)),
                Work::Closed(closed) => {
                    wants.counts.insert(closed.plan);
                    wants.closing.insert(closed.plan);
                }
                Work::Received(received) => drop(wants.deliveries.insert(received.note.clone())),
                Work::Sent(sent) => {
                    wants.sent.insert(sent.id);
                    wants.stores.insert(sent.to.clone());
                }
                Work::Arrived(_) => {}
            }
        }
        wants
    }
}

impl<'a> StockDesk<'a> {
    /// A desk with what was loaded.
    pub fn new(intake: &'a Intake, loaded: Loaded) -> StockDesk<'a> {
        StockDesk { intake, loaded, telling: BTreeMap::new(), counts: BTreeSet::new(), complaints: Vec::new() }
    }

    /// A count as it is now.
    pub fn count(&self, id: Uuid) -> &CountRow {
        &self.loaded.counts[&id]
    }

    /// Does what an event asks; events in their order.
    pub fn take(&mut self, event: &Assessed) {
        match &event.work {
            None => {}
            Some(Work::Opened(plan)) => self.open(event, plan),
            Some(Work::Counted(entered)) => self.enter(event, entered),
            Some(Work::PassFinished(finished)) => {
                let record = Record::CountPassFinished(finished.clone());
                self.tell_of_count(event, finished.plan, "count_pass", finished.pass, &record);
            }
            Some(Work::Approved(approved)) => self.approve(event, approved),
            Some(Work::Closed(closed)) => {
                let count = self.row(closed.plan);
                count.closed_at_ms = count.closed_at_ms.max(Some(closed.at_ms));
                count.reason = Some(closed.reason.clone());
                self.forget(closed.plan);
            }
            Some(Work::Received(received)) => self.receive(received),
            Some(Work::Sent(sent)) if self.loaded.arrived.contains(&sent.id) => {}
            Some(Work::Sent(sent)) => {
                let scope = format!("store-{}", sent.to);
                let record = Record::Transfer(Box::new(sent.clone()));
                self.tell(&scope, "transfer", sent.id.to_string(), false, &record);
            }
            Some(Work::Arrived(arrived)) => {
                let scope = self.scope();
                let record = Record::TransferGone(arrived.transfer);
                self.tell(&scope, "transfer", arrived.transfer.to_string(), true, &record);
                self.loaded.arrived.insert(arrived.transfer);
            }
        }
    }

    /// What the terminals are told, by scope.
    pub fn words(&mut self) -> BTreeMap<String, Vec<RecordRow>> {
        let mut words = BTreeMap::<String, Vec<RecordRow>>::new();
        for ((scope, ..), row) in std::mem::take(&mut self.telling) {
            words.entry(scope).or_default().push(row);
        }
        words
    }

    fn open(&mut self, event: &Assessed, plan: &CountPlan) {
        let count = self.row(plan.id);
        if count.plan.is_some() {
            return self.complain(event, "opened_twice", format!("count {} was opened before", plan.id));
        }
        count.plan = Some(serde_json::to_string(plan).expect("a plan is JSON"));
        if count.closed_at_ms.is_none() {
            let scope = self.scope();
            self.tell(&scope, "count", plan.id.to_string(), false, &Record::Count(Box::new(plan.clone())));
        }
    }

    fn enter(&mut self, event: &Assessed, entered: &CountEntered) {
        let record = Record::Counted(Box::new(entered.clone()));
        self.tell_of_count(event, entered.plan, "counted", entered.key(), &record);
    }

    /// What is counted after the close changes nothing, and is not lost: a person looks at it.
    fn tell_of_count(&mut self, event: &Assessed, plan: Uuid, kind: &'static str, key: Uuid, record: &Record) {
        if self.row(plan).closed_at_ms.is_some() {
            let says = format!("count {plan} was closed before this arrived; what was counted is in the event");
            return self.complain(event, "counted_late", says);
        }
        let (scope, id) = (self.scope(), told_id(plan, key));
        self.loaded.told.entry(plan).or_default().push((kind.to_owned(), id.clone()));
        self.tell(&scope, kind, id, false, record);
    }

    fn approve(&mut self, event: &Assessed, approved: &CountApproved) {
        let terminal = self.intake.terminal;
        let count = self.row(approved.plan);
        let other = count.approved_by.is_some_and(|other| other != terminal);
        count.approved_by.get_or_insert(terminal);
        count.approved_lines = count.approved_lines.saturating_add(approved.lines.len() as i64);
        let value = approved.lines.iter().map(|line| line.value).fold(0, i64::saturating_add);
        count.approved_value = count.approved_value.saturating_add(value);
        if other {
            let says =
                format!("count {} was approved by another terminal, too; the newest counting stands", approved.plan);
            self.complain(event, "approved_twice", says);
        }
    }

    /// A closed count is not told any more, nor what belongs to it.
    fn forget(&mut self, plan: Uuid) {
        let scope = self.scope();
        let told = self.loaded.told.remove(&plan).unwrap_or_default();
        for row in told::closed(plan, &told) {
            self.telling.insert((scope.clone(), row.kind, row.id.clone()), row);
        }
    }

    /// What was taken in is not expected any more; what is left of it is, unless the delivery is complete.
    fn receive(&mut self, received: &GoodsReceived) {
        let Some(note) = self.loaded.deliveries.get_mut(&received.note) else { return };
        for line in &received.lines {
            let mut rest = line.arrived.saturating_add(line.damaged);
            let same = note.lines.iter_mut().filter(|expected| Some(&expected.item) == line.item.as_ref());
            for expected in same {
                let taken = rest.min(expected.quantity);
                expected.quantity -= taken;
                rest -= taken;
            }
        }
        note.lines.retain(|line| line.quantity > 0);
        let (note, scope) = (note.clone(), self.scope());
        if received.complete || note.lines.is_empty() {
            self.loaded.deliveries.remove(&received.note);
            let record = Record::DeliveryGone(received.note.clone());
            return self.tell(&scope, "delivery", received.note.clone(), true, &record);
        }
        self.tell(&scope, "delivery", note.number.clone(), false, &Record::Delivery(Box::new(note)));
    }

    fn row(&mut self, id: Uuid) -> &mut CountRow {
        self.counts.insert(id);
        let store = &self.intake.store;
        self.loaded.counts.entry(id).or_insert_with(|| CountRow {
            id,
            store: store.clone(),
            plan: None,
            closed_at_ms: None,
            reason: None,
            approved_by: None,
            approved_lines: 0,
            approved_value: 0,
        })
    }

    fn scope(&self) -> String {
        format!("store-{}", self.intake.store)
    }

    fn tell(&mut self, scope: &str, kind: &'static str, id: String, gone: bool, record: &Record) {
        let body = serde_json::to_string(record).expect("a record is JSON");
        let row = RecordRow { kind, id: id.clone(), gone, body };
        self.telling.insert((scope.to_owned(), kind, id), row);
    }

    fn complain(&mut self, event: &Assessed, kind: &'static str, detail: String) {
        self.complaints.push((event.seq, Complaint { kind, detail }));
    }
}
