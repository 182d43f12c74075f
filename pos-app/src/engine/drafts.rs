//! Something a person has begun and that needs answers before it can be done.
//!
//! A draft gathers answers one step at a time; what it comes to is a [`Command`](super::command::Command), which may
//! need a supervisor's leave and only then changes anything. Each feature's file says which step comes next, from the
//! answers so far: an answer that cannot be is taken back and the step is asked again, with the reason.

use domain::money::Money;
use domain::proof::ProofText;
use domain::quantity::Quantity;
use domain::store::Store;

use super::actions::Action;
use super::command::Command;
use super::goods::Taking;
pub use super::questions::{Ask, Asked, Choose, Entry, Listed, Step};
use super::{Catalogue, Effect, Engine, Now, Place, Said, Trouble};

/// Bytes of one answer; the code of a long receipt is the longest.
const ANSWER_BYTES_MAX: usize = 2_400;

/// Something begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What.
    pub action: Action,
    /// The line it is about, where it is about one.
    pub line: Option<u32>,
    /// Goods on their way into the basket, where it is about some.
    pub goods: Option<Box<Taking>>,
    /// Answers so far, as typed or chosen.
    pub answers: Vec<String>,
    /// What is ticked in the list that is open, with a quantity where one was set.
    pub ticked: Vec<(String, Option<Quantity>)>,
    /// What is counted so far, in the order of the denominations.
    pub pieces: Vec<(Money, u32)>,
    /// The step that is open.
    pub step: Step,
    /// Why the last answer was not taken.
    pub message: Option<Trouble>,
    /// Where the till goes back to.
    pub under: Box<Place>,
}

/// What comes after the answers so far.
pub(super) enum Next {
    /// Another step.
    Step(Step),
    /// All is known.
    Do(Command),
    /// It ends here, and that must be read.
    Refuse(Trouble),
}

impl Draft {
    /// Something to read, over the place where the till stays.
    pub(super) fn showing(action: Action, step: Step, under: Box<Place>) -> Draft {
        Draft {
            action,
            line: None,
            goods: None,
            answers: Vec::new(),
            ticked: Vec::new(),
            pieces: Vec::new(),
            step,
            message: None,
            under,
        }
    }

    /// Whether it only shows something after a sale, so that the next scan begins the next one.
    pub(super) fn gives_way(&self) -> bool {
        matches!(self.step, Step::ShowCode(..)) && matches!(*self.under, Place::Paid(_) | Place::Selling)
    }

    /// Whether it asks for the receipt of goods that come back.
    pub(crate) fn wants_receipt(&self) -> bool {
        self.action == Action::ReturnByReceipt && self.answers.is_empty()
    }

    /// What is being asked of it, where a scan is an answer.
    pub(super) fn takes_scans(&self) -> bool {
        matches!(&self.step, Step::Ask(ask) if ask.scans)
    }
}

impl Engine {
    /// The draft that is open.
    pub fn draft(&self) -> Option<&Draft> {
        match &self.place {
            Place::Draft(draft) => Some(draft),
            _ => None,
        }
    }

    pub(super) fn begin(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        id: &str,
        effects: &mut Vec<Effect>,
    ) {
        let Some(action) = Action::of(id) else {
            return self.refuse(Trouble::NotHere);
        };
        if let Some(wish) = self.scale_wish(action) {
            // Also while goods wait for their weight: that is when people stand at the scale.
            return self.tell_scale(wish, effects);
        }
        if self.notice.is_some() {
            return self.refuse(Trouble::ReadNotice);
        }
        let under = match &self.place {
            Place::Selling | Place::Paid(_) => Box::new(Place::Selling),
            // The drawer may be stuck or forgotten wherever the till is.
            Place::Paying { .. } | Place::Suspended | Place::XReport | Place::Closing { .. }
                if action == Action::OpenDrawer =>
            {
                Box::new(self.place.clone())
            }
            Place::Suspended | Place::XReport | Place::Paying { .. } | Place::Closing { .. } | Place::Draft(_) => {
                return self.refuse(Trouble::NotHere);
            }
        };
        if let Some(trouble) = self.hindrance(action) {
            return self.refuse(trouble);
        }
        let draft = Draft {
            action,
            line: self.line_meant(),
            goods: None,
            answers: Vec::new(),
            ticked: Vec::new(),
            pieces: Vec::new(),
            step: Step::Show(Vec::new()),
            message: None,
            under,
        };
        self.go_on(now, catalogue, store, draft, effects);
    }

    /// Begins something with its first answer, which was scanned. When that cannot be, nothing stays open and it is said
    /// aloud.
    pub(super) fn begin_with(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        (action, answer): (Action, &str),
        effects: &mut Vec<Effect>,
    ) {
        self.begin(now, catalogue, store, action.id(), effects);
        if self.draft().is_none_or(|draft| draft.action != action) {
            return;
        }
        self.answer(now, catalogue, store, answer, effects);
        let refused = self.draft().filter(|draft| draft.action == action).and_then(|draft| draft.message.clone());
        if let Some(trouble) = refused {
            self.place = Place::Selling;
            let about = if ProofText::is_meant(answer) { String::new() } else { super::scanning::about(answer) };
            self.tell(trouble, about);
        }
    }

    pub(super) fn answer(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        text: &str,
        effects: &mut Vec<Effect>,
    ) {
        let Place::Draft(draft) = &self.place else {
            return self.refuse(Trouble::NotHere);
        };
        if !matches!(draft.step, Step::Ask(_) | Step::Count) {
            return self.refuse(Trouble::NotHere);
        }
        let text = text.trim();
        if draft.wants_receipt() && self.is_goods(catalogue, store, text) {
            return self.goods_for_receipt(now, catalogue, store, text, effects);
        }
        let mut draft = (**draft).clone();
        if text.len() > ANSWER_BYTES_MAX {
            draft.message = Some(Trouble::TooManyWords);
            self.place = Place::Draft(Box::new(draft));
            return self.refuse(Trouble::TooManyWords);
        }
        draft.answers.push(text.to_owned());
        self.go_on(now, catalogue, store, draft, effects);
    }

    pub(super) fn choose(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        id: &str,
        effects: &mut Vec<Effect>,
    ) {
        let Place::Draft(draft) = &mut self.place else {
            return self.refuse(Trouble::NotHere);
        };
        if matches!(draft.step, Step::Ask(_)) {
            return self.answer(now, catalogue, store, id, effects);
        }
        let Step::Choose(list) = &draft.step else {
            return self.refuse(Trouble::NotHere);
        };
        let Some(entry) = list.entries.iter().find(|entry| entry.id == id) else {
            return self.refuse(Trouble::NotHere);
        };
        if let Some(why) = entry.blocked.clone() {
            draft.message = Some(why.clone());
            return self.refuse(why);
        }
        draft.message = None;
        if list.many {
            match draft.ticked.iter().position(|(ticked, _)| ticked == id) {
                Some(at) => drop(draft.ticked.remove(at)),
                None => draft.ticked.push((id.to_owned(), entry.quantity_max)),
            }
            return;
        }
        let mut draft = (**draft).clone();
        draft.answers.push(id.to_owned());
        self.go_on(now, catalogue, store, draft, effects);
    }

    pub(super) fn choose_quantity(&mut self, id: &str, text: &str) {
        let Place::Draft(draft) = &mut self.place else {
            return self.refuse(Trouble::NotHere);
        };
        let Step::Choose(list) = &draft.step else {
            return self.refuse(Trouble::NotHere);
        };
        let max = list.entries.iter().find(|entry| entry.id == id && entry.blocked.is_none());
        let Some((max, weighed)) = max.and_then(|entry| Some((entry.quantity_max?, entry.weighed))) else {
            return self.refuse(Trouble::NotHere);
        };
        let unit = if weighed { domain::quantity::Unit::Kilogram } else { domain::quantity::Unit::Piece };
        let trouble = match Quantity::parse(text, unit) {
            Ok(quantity) if quantity <= max => {
                draft.ticked.retain(|(ticked, _)| ticked != id);
                draft.ticked.push((id.to_owned(), Some(quantity)));
                draft.message = None;
                return;
            }
            Ok(_) => Trouble::MoreThanThereIs(max),
            Err(error) => Trouble::Quantity(error),
        };
        draft.message = Some(trouble.clone());
        self.refuse(trouble);
    }

    pub(super) fn count(&mut self, store: &Store, value: &str, pieces: &str) {
        let Place::Draft(draft) = &mut self.place else {
            return self.refuse(Trouble::NotHere);
        };
        if draft.step != Step::Count {
            return self.refuse(Trouble::NotHere);
        }
        let known = store.currency.parse(value).ok();
        let known = known.filter(|value| super::cash_moves::denominations(store).contains(value));
        let pieces = if pieces.trim().is_empty() { Ok(0) } else { pieces.trim().parse::<u32>() };
        match (known, pieces) {
            (Some(value), Ok(pieces)) if pieces <= super::cash_moves::PIECES_MAX => {
                draft.message = None;
                draft.pieces.retain(|(counted, _)| *counted != value);
                if pieces > 0 {
                    draft.pieces.push((value, pieces));
                    draft.pieces.sort_by_key(|(value, _)| std::cmp::Reverse(*value));
                }
            }
            _ => {
                let trouble = Trouble::Quantity(domain::quantity::QuantityError::NotANumber);
                draft.message = Some(trouble.clone());
                self.refuse(trouble);
            }
        }
    }

    pub(super) fn confirm(&mut self, now: Now, catalogue: &dyn Catalogue, store: &Store, effects: &mut Vec<Effect>) {
        let Place::Draft(draft) = &self.place else {
            return self.refuse(Trouble::NotHere);
        };
        let answer = match &draft.step {
            Step::Choose(list) if list.many && draft.ticked.is_empty() => {
                return self.refuse(Trouble::NothingChosen);
            }
            Step::Choose(list) if list.many => String::new(),
            Step::Count => {
                let sum: Money = draft.pieces.iter().map(|(value, pieces)| times(*value, *pieces)).sum();
                store.currency.plain(sum)
            }
            Step::Show(_) | Step::ShowCode(..) | Step::Explain(_) => return self.back(),
            Step::Choose(_) | Step::Ask(_) => return self.refuse(Trouble::NotHere),
        };
        let mut draft = (**draft).clone();
        draft.answers.push(answer);
        self.go_on(now, catalogue, store, draft, effects);
    }

    /// Asks the feature what comes next: another step, or all is known and it is done.
    pub(super) fn go_on(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        mut draft: Draft,
        effects: &mut Vec<Effect>,
    ) {
        match self.next(now, catalogue, store, &draft) {
            Ok(Next::Step(step)) => {
                draft.step = step;
                draft.message = None;
                self.said = Said::Nothing;
                self.place = Place::Draft(Box::new(draft));
            }
            Ok(Next::Do(command)) => {
                self.place = *draft.under;
                self.ask_leave(now, catalogue, store, command, effects);
            }
            Ok(Next::Refuse(trouble)) => {
                self.place = *draft.under;
                self.tell(trouble, String::new());
            }
            Err(trouble) if draft.answers.is_empty() => {
                self.place = *draft.under;
                self.refuse(trouble);
            }
            Err(trouble) => {
                draft.answers.pop();
                draft.message = Some(trouble.clone());
                self.place = Place::Draft(Box::new(draft));
                self.refuse(trouble);
            }
        }
    }
}

/// So many pieces of a value.
pub(super) fn times(value: Money, pieces: u32) -> Money {
    Money::minor(value.units() * i64::from(pieces))
}
