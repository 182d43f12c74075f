//! What the mind of a self-checkout wishes beside the intents of people: all of it is the machine's own doing, or an
//! attendant's who was recognised. On a till none of it happens.

use domain::basket::Basket;
use domain::event::Event;
use domain::money::Money;
use domain::quantity::Unit;
use domain::staff::{Approval, ApprovedBy, Permission, Role};
use domain::store::Store;

use super::command::Command;
use super::drafts::Step;
use super::exits::Leaving;
use super::goods::{OLD_ENOUGH, TOO_YOUNG};
use super::questions::Asked;
use super::state::Face;
use super::{Catalogue, Effect, Engine, Now, Paid, Place, PrintJob, PrintProgress, Said, Save, Trouble};

/// The role that says what a shopper may do at a self-checkout, where the store has one.
const ROLE: &str = "self_checkout";
/// Without one: goods that are taken off again, up to this together, in minor units.
const REMOVED_MAX: i64 = 3_000;
/// What a removed line bears as its reason.
const REMOVED: &str = "self-checkout";

/// Something that a self-checkout does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KioskWish {
    /// It goes on in service after a power cut, under whom it was put there.
    Serve {
        /// Staff id.
        staff: String,
    },
    /// A member of staff opens it with her card, where the shop lets a card do so.
    SignOn {
        /// Staff id.
        staff: String,
    },
    /// Somebody says who she is; see [`Engine::take_identified`].
    Identify {
        /// Staff id.
        staff: String,
        /// The secret; never logged.
        pin: String,
    },
    /// An attendant gives leave to what waits for it.
    Leave {
        /// Staff id.
        staff: String,
        /// How she said it.
        means: ApprovedBy,
    },
    /// An attendant has looked at the shopper's age.
    AgeSeen {
        /// Whether she is old enough.
        old_enough: bool,
        /// Staff id.
        staff: String,
        /// How she said it.
        means: ApprovedBy,
    },
    /// The shopper takes a piece, or what is weighed, off again.
    Remove {
        /// Line number.
        line: u32,
        /// What pieces were worth that she took off lines of this basket which still count.
        before: Money,
    },
    /// The member whom the shopper's phone has told.
    Member {
        /// Her id.
        id: String,
    },
    /// The shopper gives the sale up.
    GiveUp,
    /// Nobody is there any more: the sale is void, but never one with money in it.
    Abandon {
        /// Why, in the shop's words.
        reason: String,
    },
    /// Whether the receipt of the sale that was just paid comes out on paper.
    Receipt {
        /// On paper, or not at all.
        paper: bool,
    },
    /// Goods that were paid on a phone leave: all that is to be looked at is looked at.
    LetOut(Box<Leaving>),
    /// What the self-checkout must know after a power cut.
    Keep {
        /// In its own words.
        text: Option<String>,
    },
}

impl Engine {
    pub(super) fn kiosk_wishes(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        wish: KioskWish,
        effects: &mut Vec<Effect>,
    ) {
        if self.setup.face != Face::Kiosk {
            return self.refuse(Trouble::NotHere);
        }
        if let KioskWish::Keep { text } = wish {
            return self.keep(now, text, effects);
        }
        let Some(store) = catalogue.store().filter(|_| self.pending.is_none()) else { return };
        match wish {
            KioskWish::Serve { staff } => self.serve(now, catalogue, store, &staff, effects),
            KioskWish::SignOn { staff } => match catalogue.staff().into_iter().find(|who| who.id == staff) {
                Some(who) => self.signed_on_as(now, who, effects),
                None => self.refuse(Trouble::UnknownStaff),
            },
            KioskWish::Identify { staff, pin } => self.identify(now, catalogue, (&staff, &pin), effects),
            KioskWish::Leave { staff, means } => self.leave_by(now, catalogue, store, (staff, means), effects),
            KioskWish::AgeSeen { old_enough, staff, means } => {
                self.age_seen(now, catalogue, store, (old_enough, staff, means), effects);
            }
            KioskWish::Remove { line, before } => {
                self.pieces_removed = before;
                self.remove(now, catalogue, store, line, effects);
            }
            KioskWish::Member { id } => self.member_of_phone(now, catalogue, store, &id, effects),
            KioskWish::GiveUp => {
                let reason = REMOVED.to_owned();
                if self.at_counter() && self.durable.open.is_some() {
                    self.ask_leave(now, catalogue, store, Command::VoidSale { reason }, effects);
                }
            }
            KioskWish::Abandon { reason } => self.abandon(now, store, reason, effects),
            KioskWish::Receipt { paper } => self.release_receipt(now, paper, effects),
            KioskWish::LetOut(leaving) => self.let_out(now, catalogue, store, *leaving, effects),
            KioskWish::Keep { .. } => unreachable!("kept above"),
        }
    }

    /// What a shopper may do at this self-checkout, whoever has put it into service.
    pub(crate) fn may_at_kiosk(store: &Store, permission: Permission, size: i64) -> bool {
        match store.policy.roles.iter().find(|role| role.id == ROLE) {
            Some(role) => role.allows(permission, size),
            None => {
                let may = vec![(Permission::Sell, None), (Permission::VoidLine, Some(REMOVED_MAX))];
                Role { id: ROLE.to_owned(), may }.allows(permission, size)
            }
        }
    }

    /// What was taken off this basket already, lines and pieces: it counts together with what goes off next.
    pub(super) fn removed_before(&self) -> Money {
        if self.setup.face != Face::Kiosk {
            return Money::ZERO;
        }
        let lines = self.durable.open.iter().flat_map(Basket::lines);
        let whole: Money = lines.filter(|line| line.voided).map(|line| line.amount().abs()).sum();
        whole + self.pieces_removed
    }

    /// Who looked at the age of this sale's shopper.
    pub(super) fn age_seen_by(&self) -> Option<String> {
        if self.setup.face != Face::Kiosk {
            return None;
        }
        let lines = self.durable.open.iter().flat_map(Basket::lines);
        self.attendant.clone().or_else(|| lines.filter_map(|line| line.facets.age_checked_by.clone()).next_back())
    }

    /// Years that the goods on their way ask for, where that is what is being asked.
    pub(crate) fn asks_age(&self) -> Option<(u8, String)> {
        let draft = self.draft()?;
        let goods = draft.goods.as_deref()?;
        match &draft.step {
            Step::Ask(ask) => match ask.what {
                Asked::BirthDate(years) => Some((years, goods.item.name_in(self.english).to_owned())),
                _ => None,
            },
            _ => None,
        }
    }

    /// Who has just said who she is, once.
    pub(crate) fn take_identified(&mut self) -> Option<String> {
        self.identified.take()
    }

    /// The id of the goods of a code.
    pub(crate) fn goods_of_code(&self, catalogue: &dyn Catalogue, code: &str) -> Option<String> {
        self.item_of_code(catalogue, catalogue.store()?, code).map(|item| item.id)
    }

    /// Whether a code is that of a slip from a till: a sale that is aside, goods put by, a receipt.
    pub(crate) fn is_slip(code: &str) -> bool {
        super::suspending::is_aside_code(code)
            || super::holds::is_code(code.trim())
            || super::receipts::ReceiptNumber::parse(code).is_some()
    }

    /// Whether goods can be taken or taken off here and now.
    fn at_counter(&mut self) -> bool {
        let here = matches!(self.place, Place::Selling) && self.notice.is_none() && self.waiting.is_none();
        if !here {
            self.refuse(Trouble::NotHere);
        }
        here
    }

    fn serve(&mut self, now: Now, catalogue: &dyn Catalogue, store: &Store, staff: &str, effects: &mut Vec<Effect>) {
        let known = catalogue.staff().into_iter().find(|who| who.id == staff);
        let Some(who) = known.filter(|_| self.signed_on.is_none() && self.durable.shift.is_some()) else { return };
        self.last_cashier = Some(who.id.clone());
        self.record(now, vec![Event::SignedOn { staff: who.id.clone() }], effects);
        self.signed_on = Some(who);
        self.go_on_paying(now, catalogue, store, effects);
    }

    fn identify(&mut self, now: Now, catalogue: &dyn Catalogue, (staff, pin): (&str, &str), effects: &mut Vec<Effect>) {
        let Some(who) = catalogue.staff().into_iter().find(|who| who.id == staff) else {
            return self.refuse(Trouble::UnknownStaff);
        };
        match self.check_pin(now, &who, pin, effects) {
            Ok(()) => self.identified = Some(who.id),
            Err(trouble) => self.refuse(trouble),
        }
    }

    /// Leave by somebody who was recognised: her own permission counts.
    fn leave_by(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        (staff, means): (String, ApprovedBy),
        effects: &mut Vec<Effect>,
    ) {
        let Some(waiting) = self.waiting.clone() else {
            return self.refuse(Trouble::NothingWaits);
        };
        let known = catalogue.staff().into_iter().find(|who| who.id == staff);
        match known.filter(|who| super::leave::may_approve(store, &who.role, &waiting)) {
            Some(who) => self.approved(now, catalogue, store, who.id, means, effects),
            None => self.not_approved(Trouble::MayNotApprove),
        }
    }

    /// The answer is hers, and stands with her name on the line and in the journal.
    fn age_seen(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        (old_enough, staff, means): (bool, String, ApprovedBy),
        effects: &mut Vec<Effect>,
    ) {
        let known = catalogue.staff().iter().any(|who| who.id == staff);
        let Some((years, about)) = self.asks_age().filter(|_| known) else {
            return self.refuse(Trouble::NotHere);
        };
        if old_enough {
            let approval =
                Approval { permission: Permission::Sell, size: i64::from(years), about, by: staff.clone(), means };
            self.approval_events.push(Event::Approved(approval));
        }
        self.attendant = Some(staff);
        let answer = if old_enough { OLD_ENOUGH } else { TOO_YOUNG };
        self.answer(now, catalogue, store, answer, effects);
        self.attendant = None;
        self.write_approvals(now, effects);
    }

    fn remove(&mut self, now: Now, catalogue: &dyn Catalogue, store: &Store, no: u32, effects: &mut Vec<Effect>) {
        if !self.at_counter() {
            return;
        }
        let Some(line) = self.durable.open.as_ref().and_then(|basket| basket.line(no)) else {
            return self.refuse(Trouble::NoLine);
        };
        if line.facets.deposit_of.is_some() {
            return self.refuse(Trouble::WithItsGoods);
        }
        let several = line.unit == Unit::Piece && line.label_amount.is_none() && line.pieces() > 1;
        let command = match several {
            true => Command::SetQuantity { line: no, quantity: (line.pieces() - 1).to_string() },
            false => Command::VoidLine { line: no, reason: REMOVED.to_owned() },
        };
        self.ask_leave(now, catalogue, store, command, effects);
    }

    /// Nobody is there any more. Money that is on its way keeps the sale.
    fn abandon(&mut self, now: Now, store: &Store, reason: String, effects: &mut Vec<Effect>) {
        if self.money_in_flight() || self.durable.shift.is_none() {
            return self.refuse(Trouble::PaymentOpen);
        }
        self.give_up(now, effects);
        while self.notice.is_some() {
            self.acknowledge();
        }
        self.weighed();
        self.queued.clear();
        self.place = Place::Selling;
        match self.durable.open.is_some() {
            true => self.void_sale(now, store, reason, effects),
            false => self.leave_basket(Said::Nothing),
        }
    }

    /// The receipt that was held until the shopper chose.
    fn release_receipt(&mut self, now: Now, paper: bool, effects: &mut Vec<Effect>) {
        let Some(job) = self.held_receipt.take() else { return };
        let Some(held) = self.durable.jobs.iter().find(|waiting| waiting.job == job).cloned() else { return };
        if paper {
            return self.print(job, held.document, false, effects);
        }
        self.durable.jobs.retain(|waiting| waiting.job != job);
        let id = self.next_commit;
        self.next_commit += 1;
        let saves = vec![Save::Printed(job)];
        effects.push(Effect::Commit { id, stamp: self.stamp(now), events: Vec::new(), saves });
    }

    /// The receipt waits until the shopper has said which she wants. It is stored: after a power cut it comes out.
    pub(super) fn hold_receipt(&mut self, paid: &Paid) {
        self.durable.next_job = self.durable.next_job.max(paid.job + 1);
        self.durable.jobs.push(PrintJob { job: paid.job, document: paid.document.clone() });
        self.printing = PrintProgress::Idle;
        self.held_receipt = Some(paid.job);
    }

    fn keep(&mut self, now: Now, text: Option<String>, effects: &mut Vec<Effect>) {
        if self.durable.kiosk == text {
            return;
        }
        self.durable.kiosk.clone_from(&text);
        let id = self.next_commit;
        self.next_commit += 1;
        effects.push(Effect::Commit { id, stamp: self.stamp(now), events: Vec::new(), saves: vec![Save::Kiosk(text)] });
    }

    /// Whether a sale is being written.
    pub(crate) fn is_writing(&self) -> bool {
        self.pending.is_some()
    }
}
