//! Cash counted blind, and the drawer given to the next cashier (交接班).
//!
//! Who counts is not told what should be there. When the count differs, the till says only that it does: the cashier
//! counts once more, a few times at the most, or gives a reason. The amounts are on the slip and on the Z report.

use domain::event::Event;
use domain::money::Money;
use domain::receipt::Document;
use domain::shift::{HandOver, Shift};
use domain::staff::Permission;
use domain::store::{ReasonFor, Store};
use ui::screen::Keys;

use super::by_hand::{given, typed_amount};
use super::command::{Command, Need};
use super::drafts::{Ask, Asked, Draft, Entry, Next, Step};
use super::{Catalogue, Effect, Engine, Now, Pending, Said, Save, Trouble};
use crate::paper;

/// A count that differs may be done again so often before only a reason is taken: the till must not tell, try by try,
/// what should be there.
const RECOUNTS_MAX: usize = 2;
/// Hand-overs within one shift.
const HAND_OVERS_MAX: usize = 100;
/// The answer that asks to count once more.
const COUNT_AGAIN: &str = "count_again";
/// The answer that names nobody.
const LATER: &str = "later";

/// A blind count, as far as it is answered.
pub(super) enum Blind<'a> {
    /// What comes next.
    Step(Step),
    /// Counted, with a reason when it differs, and the answers after it.
    Done { counted: Money, reason: String, rest: &'a [String] },
}

impl Engine {
    /// Reads a blind count from the answers to a draft: a sum, and when it differs a reason or another sum.
    pub(super) fn blind_count<'a>(&self, store: &Store, answers: &'a [String]) -> Result<Blind<'a>, Trouble> {
        let expected = self.durable.shift.as_ref().map(Shift::expected_cash).ok_or(Trouble::NoShift)?;
        let mut left = answers;
        for recounts in 0.. {
            let [sum, rest @ ..] = left else { return Ok(Blind::Step(Step::Count)) };
            let counted = typed_amount(store, sum)?;
            let again = recounts < RECOUNTS_MAX;
            match rest {
                _ if counted == expected => return Ok(Blind::Done { counted, reason: String::new(), rest }),
                [] => return Ok(Blind::Step(difference(store, again))),
                [answer, rest @ ..] if answer == COUNT_AGAIN && again => left = rest,
                [answer, ..] if answer == COUNT_AGAIN => return Err(Trouble::ReasonMissing),
                [reason, rest @ ..] => return Ok(Blind::Done { counted, reason: given(reason)?, rest }),
            }
        }
        unreachable!("each turn takes answers, and they end")
    }

    pub(super) fn hand_over_hindrance(&self) -> Option<Trouble> {
        let shift = self.durable.shift.as_ref()?;
        if self.money_in_flight() {
            return Some(Trouble::PaymentOpen);
        }
        (shift.hand_overs.len() >= HAND_OVERS_MAX).then_some(Trouble::TooManyHandOvers)
    }

    pub(super) fn next_hand_over(
        &self,
        catalogue: &dyn Catalogue,
        store: &Store,
        draft: &Draft,
    ) -> Result<Next, Trouble> {
        let (counted, reason, rest) = match self.blind_count(store, &draft.answers)? {
            Blind::Step(step) => return Ok(Next::Step(step)),
            Blind::Done { counted, reason, rest } => (counted, reason, rest),
        };
        let own = self.signed_on.as_ref().map(|staff| staff.id.clone());
        let others = catalogue.staff().into_iter().filter(|who| Some(&who.id) != own.as_ref());
        let others: Vec<Entry> = others.map(|who| Entry::named(&who.id, &format!("{} {}", who.id, who.name))).collect();
        let [next, ..] = rest else {
            let options = others.into_iter().chain([Entry::named(LATER, "")]).collect();
            let what = Asked::NextCashier;
            let ask = Ask { what, keys: Keys::None, value: String::new(), options, scans: false };
            return Ok(Next::Step(Step::Ask(ask)));
        };
        let to = match next.as_str() {
            LATER => None,
            next if others.iter().any(|who| who.id == next) => Some(next.to_owned()),
            _ => return Err(Trouble::UnknownStaff),
        };
        Ok(Next::Do(Command::HandOver { counted, reason, to }))
    }

    pub(super) fn needs_of_hand_over(&self) -> Vec<Need> {
        vec![Need::of(Permission::HandOver, 0, "")]
    }

    pub(super) fn hand_over(
        &mut self,
        now: Now,
        store: &Store,
        (counted, reason, to): (Money, String, Option<String>),
        effects: &mut Vec<Effect>,
    ) {
        // Leave may have come late, and a payment that was thought to be over may have spoken meanwhile.
        if let Some(trouble) = self.hand_over_hindrance() {
            return self.refuse(trouble);
        }
        let mut shift = self.durable.shift.clone().expect("a drawer is handed over in an open shift alone");
        let from = self.signed_on.as_ref().map(|staff| staff.id.clone()).unwrap_or_default();
        let handed = HandOver { from, to, at: now.at, expected: shift.expected_cash(), counted, reason };
        let document = paper::hand_over_slip(&handed, store, &self.issued(now));
        shift.hand_overs.push(handed.clone());
        let job = self.durable.next_job;
        let saves =
            vec![Save::Shift(Some(shift.clone())), Save::Print { job, receipt: false, document: document.clone() }];
        let stamp = self.stamp(now);
        let pending = Pending::HandedOver { shift, job, document };
        self.commit(stamp, vec![Event::HandedOver(handed)], saves, pending, effects);
    }

    /// The next cashier signs on herself; what is on the counter stays.
    pub(super) fn handed_over(
        &mut self,
        now: Now,
        shift: Shift,
        (job, document): (u64, Document),
        effects: &mut Vec<Effect>,
    ) {
        self.durable.shift = Some(shift);
        self.lock(now, effects);
        self.said = Said::HandedOver;
        self.print(job, document, false, effects);
    }
}

/// Why the count differs, or once more; the amounts are not told.
fn difference(store: &Store, again: bool) -> Step {
    let Step::Ask(mut ask) = Ask::reason(store, ReasonFor::Difference) else { unreachable!("a reason is a question") };
    if again {
        ask.options.insert(0, Entry::named(COUNT_AGAIN, ""));
    }
    Step::Ask(ask)
}
