//! Leave: what not everybody may do waits for a supervisor, who gives it on the spot (PIN or card) or, from head office,
//! by a one-time code told by telephone. The sale goes on where it was. Every approval is an event, written together
//! with what it allowed.

use domain::event::Event;
use domain::staff::{Approval, ApprovedBy, Permission, Role};
use domain::store::Store;

use super::command::{Command, Need};
use super::{Catalogue, Effect, Engine, Now, Said, Trouble};

/// What waits for leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What is done once it is given.
    pub command: Command,
    /// What is needed.
    pub permission: Permission,
    /// Its size in the permission's measure.
    pub size: i64,
    /// What it is about: names and amounts, no words of the program.
    pub about: String,
    /// The number that is read out on the telephone.
    pub challenge: String,
    /// Why the last try was not taken.
    pub message: Option<Trouble>,
    /// Codes tried that were wrong.
    pub wrong_codes: u32,
    /// Leave that was given already, where the command needs more than one.
    pub given: Vec<Need>,
}

/// Wrong codes after which a new number must be asked for.
const WRONG_CODES_MAX: u32 = 3;

impl Engine {
    /// What waits for leave.
    pub fn waiting(&self) -> Option<&Waiting> {
        self.waiting.as_ref()
    }

    /// The role of a member of staff; who has an unknown one may do nothing but what a cashier may.
    pub(crate) fn role_of<'a>(store: &'a Store, role: &str) -> Option<&'a Role> {
        let roles = &store.policy.roles;
        roles.iter().find(|known| known.id == role).or_else(|| roles.iter().find(|known| known.id == "cashier"))
    }

    /// Whether who is signed on may do something of a size.
    pub(crate) fn may(&self, store: &Store, permission: Permission, size: i64) -> bool {
        if self.setup.face == super::Face::Kiosk {
            return self.signed_on.is_some() && Engine::may_at_kiosk(store, permission, size);
        }
        let role = self.signed_on.as_ref().and_then(|staff| Engine::role_of(store, &staff.role));
        role.is_some_and(|role| role.allows(permission, size))
    }

    /// Who is signed on, when she may approve what others may not.
    pub(super) fn supervisor_here(&self, store: &Store) -> Option<String> {
        let may = self.may(store, Permission::Approve, 0);
        self.signed_on.as_ref().filter(|_| may).map(|staff| staff.id.clone())
    }

    /// Does a command, or waits for leave.
    pub(super) fn ask_leave(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        command: Command,
        effects: &mut Vec<Effect>,
    ) {
        self.ask_further(now, catalogue, store, (command, Vec::new(), None), effects);
    }

    /// The first leave that is lacking is waited for; when none is, it is done.
    fn ask_further(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        (command, given, by): (Command, Vec<Need>, Option<String>),
        effects: &mut Vec<Effect>,
    ) {
        let needed = self.needs(store, &command);
        let lacking = |need: &Need| !given.contains(need) && !self.may(store, need.permission, need.size);
        let Some(need) = needed.into_iter().find(lacking) else {
            return self.perform(now, catalogue, store, command, by, effects);
        };
        self.said = Said::Nothing;
        self.hear(ui::heard::Sound::Call);
        self.waiting = Some(Waiting {
            command,
            permission: need.permission,
            size: need.size,
            about: need.about,
            challenge: challenge(now),
            message: None,
            wrong_codes: 0,
            given,
        });
    }

    /// The wish is given up; nothing of it happened but what was approved.
    pub(super) fn give_up(&mut self, now: Now, effects: &mut Vec<Effect>) {
        self.waiting = None;
        self.write_approvals(now, effects);
    }

    /// A supervisor at the till, with her PIN.
    pub(super) fn approve(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        (staff, pin): (&str, &str),
        effects: &mut Vec<Effect>,
    ) {
        let Some(waiting) = self.waiting.clone() else {
            return self.refuse(Trouble::NotHere);
        };
        let known = catalogue.staff().into_iter().find(|known| known.id == staff);
        let Some(who) = known.filter(|who| may_approve(store, &who.role, &waiting)) else {
            return self.not_approved(Trouble::MayNotApprove);
        };
        match self.check_pin(now, &who, pin, effects) {
            Ok(()) => self.approved(now, catalogue, store, who.id, ApprovedBy::Pin, effects),
            Err(trouble) => self.not_approved(trouble),
        }
    }

    /// A supervisor at the till, with her card. Whether the scan was one.
    pub(super) fn approve_by_card(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        card: &str,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let Some(waiting) = self.waiting.clone() else { return false };
        let holder = catalogue.staff().into_iter().find(|who| who.card.as_deref() == Some(card.trim()));
        match holder {
            None => false,
            Some(who) if may_approve(store, &who.role, &waiting) => {
                self.approved(now, catalogue, store, who.id, ApprovedBy::Card, effects);
                true
            }
            Some(_) => {
                self.not_approved(Trouble::MayNotApprove);
                true
            }
        }
    }

    /// Head office, by a code told by telephone.
    pub(super) fn approve_by_code(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        code: &str,
        effects: &mut Vec<Effect>,
    ) {
        let Some(waiting) = self.waiting.clone() else {
            return self.refuse(Trouble::NotHere);
        };
        if store.policy.approval_key.is_empty() {
            return self.not_approved(Trouble::NoApprovalKey);
        }
        let asked = protocol::approval::Asked {
            store: &store.id,
            till: self.setup.number,
            challenge: &waiting.challenge,
            permission: waiting.permission.word(),
            size: waiting.size,
        };
        if protocol::approval::is_code(&store.policy.approval_key, &asked, code) {
            return self.approved(now, catalogue, store, waiting.challenge, ApprovedBy::Telephone, effects);
        }
        let wrong = waiting.wrong_codes + 1;
        if let Some(waiting) = &mut self.waiting {
            waiting.wrong_codes = wrong;
            if wrong >= WRONG_CODES_MAX {
                // Guessing begins anew with another number.
                waiting.wrong_codes = 0;
                waiting.challenge = challenge(now);
            }
        }
        self.not_approved(Trouble::WrongCode);
    }

    pub(super) fn approved(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        by: String,
        means: ApprovedBy,
        effects: &mut Vec<Effect>,
    ) {
        let waiting = self.waiting.take().expect("something waits for leave");
        let Waiting { command, permission, size, about, mut given, .. } = waiting;
        given.push(Need { permission, size, about: about.clone() });
        self.approval_events.push(Event::Approved(Approval { permission, size, about, by: by.clone(), means }));
        self.ask_further(now, catalogue, store, (command, given, Some(by)), effects);
        if self.waiting.is_none() {
            self.write_approvals(now, effects);
        }
    }

    /// What was approved and did not lead to a transaction of its own (a refusal further on) is written all the same.
    pub(super) fn write_approvals(&mut self, now: Now, effects: &mut Vec<Effect>) {
        if self.approval_events.is_empty() {
            return;
        }
        let events = std::mem::take(&mut self.approval_events);
        self.record(now, events, effects);
    }

    /// Writes events that nothing waits for.
    pub(super) fn record(&mut self, now: Now, events: Vec<Event>, effects: &mut Vec<Effect>) {
        let id = self.next_commit;
        self.next_commit += 1;
        effects.push(Effect::Commit { id, stamp: self.stamp(now), events, saves: Vec::new() });
    }

    pub(super) fn not_approved(&mut self, trouble: Trouble) {
        if let Some(waiting) = &mut self.waiting {
            waiting.message = Some(trouble.clone());
        }
        self.refuse(trouble);
    }
}

/// The number that is read out on the telephone.
fn challenge(now: Now) -> String {
    format!("{:06}", now.fresh.as_u128() % 1_000_000)
}

pub(super) fn may_approve(store: &Store, role: &str, waiting: &Waiting) -> bool {
    let role = Engine::role_of(store, role);
    role.is_some_and(|role| role.allows(Permission::Approve, 0) && role.allows(waiting.permission, waiting.size))
}
