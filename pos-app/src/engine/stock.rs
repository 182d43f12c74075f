//! The stock desk within the engine: scans and wishes go there while it is open; what it has written goes out at most one
//! transaction at a time, beside the till's own.

use domain::receipt::Document;
use domain::staff::Permission;
use domain::store::Store;
use ui::Intent;
use ui::heard::Sound;

use super::command::{Command, Need};
use super::{Catalogue, Effect, Engine, Face, Now, Pending, Said, Save, Trouble};
use crate::stock::{Desk, Done, Here, Problem, StockDeed, Written};

/// Who approves by telephone.
pub(crate) const TELEPHONE: &str = "telephone";

/// A transaction of the desk that is under way.
#[derive(Clone, Debug)]
pub(crate) struct Keeping {
    id: u64,
    /// What is in hand once it is written, when that is another.
    task: Option<Option<String>>,
    /// Comes out on paper then, under this name.
    paper: Option<(u64, Document)>,
}

/// A deed at the desk, with the leave that it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockCommand {
    /// What.
    pub deed: StockDeed,
    /// Its leave.
    pub need: Need,
}

impl Engine {
    /// Whether the stock desk is what people see.
    pub(crate) fn shows_stock(&self) -> bool {
        self.setup.face == Face::Handheld || (self.stock.is_some() && self.signed_on.is_some())
    }

    /// The stock desk, when it is open.
    pub fn stock_desk(&self) -> Option<&Desk> {
        self.stock.as_deref()
    }

    /// Only with nothing on the counter: a sale is finished or put aside first.
    pub(super) fn stock_hindrance(&self) -> Option<Trouble> {
        let open = self.durable.open.as_ref().is_some_and(|basket| !basket.is_empty());
        match (self.training.is_some() || self.setup.face == Face::Kiosk, open) {
            (true, _) => Some(Trouble::NotHere),
            (false, true) => Some(Trouble::BasketOpen),
            (false, false) => None,
        }
    }

    /// The till turns to the stock desk.
    pub(super) fn enter_stock() -> Command {
        let need = Need::of(Permission::Count, 0, "");
        Command::Stock(StockCommand { deed: StockDeed::Enter, need })
    }

    /// A code was read while the desk is open.
    pub(super) fn stock_scanned(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        data: &str,
        effects: &mut Vec<Effect>,
    ) {
        let done = self.at_desk(now, catalogue, store, |desk, here| desk.scanned(here, data));
        if matches!(done, Some(Ok(_))) {
            self.hear(Sound::Taken);
        }
        self.stock_done(now, catalogue, store, done, effects);
    }

    /// A wish while the stock desk is what people see. Whether it was one for the desk.
    pub(super) fn stock_wished(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        intent: &Intent,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let Some(store) = catalogue.store() else { return false };
        if matches!(intent, Intent::Press { key } if key == "language") {
            self.next_language();
            return true;
        }
        if matches!(
            intent,
            Intent::Lock | Intent::SignOn { .. } | Intent::Approve { .. } | Intent::ApproveByCode { .. }
        ) {
            if *intent == Intent::Lock {
                self.lock(now, effects);
            }
            return *intent == Intent::Lock;
        }
        if self.waiting.is_some() {
            self.stock_leave(now, catalogue, store, intent, effects);
            return true;
        }
        if self.signed_on.is_none() {
            self.stock_sign_on(now, catalogue, intent, effects);
            return true;
        }
        self.open_handheld(now, catalogue);
        let done = self.at_desk(now, catalogue, store, |desk, here| desk.wished(here, intent));
        self.stock_done(now, catalogue, store, done, effects);
        true
    }

    /// What follows from a scan or wish.
    fn stock_done(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        done: Option<Result<Done, Problem>>,
        effects: &mut Vec<Effect>,
    ) {
        let handheld = self.setup.face == Face::Handheld;
        let kept = self.stock.as_ref().is_none_or(|desk| desk.all_kept());
        match done {
            None => self.refuse(Trouble::NotHere),
            Some(Ok(Done::Moved)) => self.said = Said::Nothing,
            Some(Ok(Done::Taken)) => {
                self.said = Said::Nothing;
                self.hear(Sound::Taken);
            }
            Some(Ok(Done::Leave(deed))) => {
                let need = self.at_desk(now, catalogue, store, |desk, here| desk.need(here, &deed));
                let (permission, size, about) = need.unwrap_or((Permission::Count, 0, String::new()));
                self.stock_who = None;
                let command = StockCommand { deed, need: Need { permission, size, about } };
                self.ask_leave(now, catalogue, store, Command::Stock(command), effects);
            }
            Some(Ok(Done::Print(document))) => {
                let job = self.durable.next_job;
                let saves = vec![Save::Print { job, receipt: false, document: document.clone() }];
                let stamp = self.stamp(now);
                self.commit(stamp, Vec::new(), saves, Pending::PrintAlone { job, document }, effects);
            }
            Some(Ok(Done::Close)) if handheld => self.refuse(Trouble::NotHere),
            // What is not written yet would be lost with the desk.
            Some(Ok(Done::Close)) if !kept => self.stock_problem(Problem::NotKept),
            Some(Ok(Done::Close)) => {
                self.stock = None;
                self.said = Said::Nothing;
            }
            Some(Ok(Done::Lock)) => self.lock(now, effects),
            Some(Err(problem)) => self.stock_problem(problem),
        }
    }

    fn stock_problem(&mut self, problem: Problem) {
        if let Some(desk) = &mut self.stock {
            desk.message = Some(problem.clone());
        }
        self.refuse(Trouble::Stock(problem));
    }

    /// Leave was given, or is not needed.
    pub(super) fn stock_allowed(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        command: &StockCommand,
        by: Option<String>,
    ) {
        if command.deed == StockDeed::Enter {
            return self.open_stock(now, catalogue);
        }
        let by = by.or_else(|| self.signed_on.as_ref().map(|staff| staff.id.clone())).unwrap_or_default();
        let done = self.at_desk(now, catalogue, store, |desk, here| desk.perform(here, &command.deed, &by));
        match done {
            Some(Ok(())) => {
                let approvals = std::mem::take(&mut self.approval_events);
                if let Some(desk) = &mut self.stock {
                    desk.approved(approvals);
                }
            }
            Some(Err(problem)) => self.stock_problem(problem),
            None => self.refuse(Trouble::NotHere),
        }
    }

    /// Opens the desk where it was left.
    fn open_stock(&mut self, now: Now, catalogue: &dyn Catalogue) {
        let (Some(store), stored) = (catalogue.store(), self.durable.stock.clone()) else { return };
        let desk = self.stock_here(now, catalogue, store, |here| Desk::open(here, stored.as_deref()));
        self.stock = desk.map(Box::new);
        self.said = Said::Nothing;
    }

    /// A handheld shows the desk to whoever is signed on.
    fn open_handheld(&mut self, now: Now, catalogue: &dyn Catalogue) {
        if self.setup.face == Face::Handheld && self.signed_on.is_some() && self.stock.is_none() {
            self.open_stock(now, catalogue);
        }
    }

    /// After each input: the desk's next transaction, when none is under way.
    pub(super) fn keep_stock(&mut self, now: Now, catalogue: &dyn Catalogue, effects: &mut Vec<Effect>) {
        self.open_handheld(now, catalogue);
        if let Some(store) = catalogue.store() {
            self.at_desk(now, catalogue, store, |desk, here| {
                desk.taken_over(here);
                desk.look_at_counts(here);
            });
        }
        if self.keeping.is_some() || self.pending.is_some() {
            return;
        }
        let Some(write) = self.stock.as_mut().and_then(|desk| desk.next_write()) else { return };
        let id = self.next_commit;
        self.next_commit += 1;
        let mut saves: Vec<Save> = write.task.iter().map(|task| Save::Stock(task.clone())).collect();
        let paper = write.document.map(|document| (self.durable.next_job, document));
        if let Some((job, document)) = &paper {
            saves.push(Save::Print { job: *job, receipt: false, document: document.clone() });
        }
        self.keeping = Some(Keeping { id, task: write.task, paper });
        effects.push(Effect::Commit { id, stamp: self.stamp(now), events: write.events, saves });
    }

    /// A transaction is written. Whether it was the desk's.
    pub(super) fn stock_kept(&mut self, id: u64, effects: &mut Vec<Effect>) -> bool {
        let Some(keeping) = self.keeping.take_if(|keeping| keeping.id == id) else { return false };
        if let Some(task) = keeping.task {
            self.durable.stock = task;
        }
        if self.stock.as_mut().map(|desk| desk.written()) == Some(Written::Booked) {
            self.said = Said::StockBooked;
            self.hear(Sound::Saved);
        }
        if let Some((job, document)) = keeping.paper {
            self.print(job, document, false, effects);
        }
        true
    }

    /// A transaction was not written. Whether it was the desk's: it says so, and tries again.
    pub(super) fn stock_not_kept(&mut self, id: u64, why: super::SaveTrouble) -> bool {
        if self.keeping.take_if(|keeping| keeping.id == id).is_none() {
            return false;
        }
        if let Some(desk) = &mut self.stock {
            desk.not_written(why);
        }
        self.refuse(Trouble::NotKept(why));
        true
    }

    /// What could not be written is tried again.
    pub(super) fn stock_tick(&mut self) {
        if let Some(desk) = &mut self.stock {
            desk.try_again();
        }
    }

    /// Head office has told what others counted.
    pub(super) fn stock_told(&mut self, now: Now, catalogue: &dyn Catalogue) {
        if let Some(store) = catalogue.store() {
            self.at_desk(now, catalogue, store, |desk, here| desk.others_counted(here));
        }
    }

    /// Signing on at a handheld: who, then her PIN.
    fn stock_sign_on(&mut self, now: Now, catalogue: &dyn Catalogue, intent: &Intent, effects: &mut Vec<Effect>) {
        match (intent, self.stock_who.clone()) {
            (Intent::Choose { id }, _) => self.stock_who = Some(id.clone()),
            (Intent::Press { key }, _) if key == "back" => self.stock_who = None,
            (Intent::Answer { text }, Some(staff)) => {
                self.sign_on(now, catalogue, &staff, text, effects);
                if self.signed_on.is_some() {
                    self.stock_who = None;
                    self.open_handheld(now, catalogue);
                }
            }
            _ => self.refuse(Trouble::Locked),
        }
    }

    /// Leave at the desk: who gives it, then her PIN, or the code that she tells by telephone.
    fn stock_leave(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        intent: &Intent,
        effects: &mut Vec<Effect>,
    ) {
        match (intent, self.stock_who.clone()) {
            (Intent::Choose { id }, _) => self.stock_who = Some(id.clone()),
            (Intent::Press { key }, Some(_)) if key == "back" => self.stock_who = None,
            (Intent::Press { key }, None) if key == "back" => self.give_up(now, effects),
            (Intent::Answer { text }, Some(who)) if who == TELEPHONE => {
                self.approve_by_code(now, catalogue, store, text, effects);
            }
            (Intent::Answer { text }, Some(who)) => self.approve(now, catalogue, store, (&who, text), effects),
            (Intent::Enter { text }, _) if self.approve_by_card(now, catalogue, store, text, effects) => {}
            _ => self.refuse(Trouble::WaitsForLeave),
        }
        if self.waiting.is_none() {
            self.stock_who = None;
        }
    }

    fn next_language(&mut self) {
        let all: Vec<_> = self.setup.languages.all().cloned().collect();
        let at = all.iter().position(|words| *words == self.words).unwrap_or(0);
        if let Some(next) = all.get((at + 1) % all.len().max(1)) {
            self.words = next.clone();
            self.english = !self.words.is_chinese();
        }
    }

    /// Does something at the desk, when it is open and somebody is there.
    fn at_desk<R>(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        work: impl FnOnce(&mut Desk, &Here<'_>) -> R,
    ) -> Option<R> {
        let mut desk = self.stock.take()?;
        let done = self.stock_here(now, catalogue, store, |here| work(&mut desk, here));
        self.stock = Some(desk);
        done
    }

    /// Where and when, and who; nothing while nobody is signed on.
    pub(crate) fn stock_here<R>(
        &self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        work: impl FnOnce(&Here<'_>) -> R,
    ) -> Option<R> {
        let who = self.signed_on.as_ref()?;
        Some(work(&Here {
            now,
            terminal: self.setup.number,
            by: &who.id,
            sees_all: self.may(store, Permission::ApproveCount, 0),
            store,
            goods: catalogue,
            words: &self.words,
            english: self.english,
        }))
    }
}
