//! Members: named at the till, enrolled at the till without asking anybody, and what colleagues should know of them.
//! Names and numbers are masked before they reach a basket, a screen, paper or a log; the full number of a new member
//! stands in her event alone.

use domain::event::Event;
use domain::grant::{Account, AccountKind};
use domain::member::{Enrolment, Member, masked_name, masked_phone};
use domain::staff::Permission;
use domain::store::Store;
use ui::screen::Keys;

use super::actions::Action;
use super::by_hand::{is_shown, short};
use super::command::{Command, Need};
use super::drafts::{Ask, Asked, Draft, Next, Step};
use super::grants::live_grant;
use super::selling::fault;
use super::{Catalogue, CatalogueFault, Effect, Engine, Now, Pending, Place, Said, Save, Trouble};
use crate::notation::Notation;
use crate::paper;

/// Sales that are shown as a member's last purchases.
const PURCHASES_MAX: usize = 10;
/// Digits of a telephone number where the store has set nothing.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 6..=15;
/// Characters of a card's or an account's number.
const NUMBER_CHARS_MAX: usize = 40;

impl Engine {
    /// A member by card, telephone number or code.
    pub(super) fn identify_member(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        code: &str,
        effects: &mut Vec<Effect>,
    ) {
        if !matches!(self.place, Place::Selling | Place::Paid(_) | Place::Paying { .. }) {
            return self.refuse(Trouble::NotHere);
        }
        let Some(store) = catalogue.store() else { return self.refuse(Trouble::NotReady) };
        let found = catalogue.member_by_code(code.trim());
        self.take_member(now, catalogue, store, found, effects);
    }

    /// A member by her id, as her own phone has told it.
    pub(super) fn member_of_phone(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        id: &str,
        effects: &mut Vec<Effect>,
    ) {
        if !matches!(self.place, Place::Selling | Place::Paid(_)) {
            return self.refuse(Trouble::NotHere);
        }
        self.take_member(now, catalogue, store, catalogue.member(id), effects);
    }

    fn take_member(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        found: Result<Option<Member>, CatalogueFault>,
        effects: &mut Vec<Effect>,
    ) {
        match found {
            Ok(Some(member)) => {
                if let Some(trouble) = self.bound_to_other(&member.id) {
                    return self.refuse(trouble);
                }
                if matches!(self.place, Place::Paid(_)) {
                    self.place = Place::Selling;
                }
                self.said = Said::Member(member.name.clone());
                let events = self.ask_grants_of_member(now, catalogue, store, &member);
                let saved = self.saved(catalogue);
                self.basket(now).member = Some(member);
                self.hear_taken(catalogue, saved);
                self.save_basket_with(now, events, effects);
            }
            Ok(None) => self.refuse(Trouble::UnknownMember),
            Err(error) => self.tell(fault(error), String::new()),
        }
    }

    /// Why the sale cannot be another member's, by her id, or a new one's: a top-up goes to her account, and what comes back takes her points and
    /// gives back to her account.
    fn bound_to_other(&self, member: &str) -> Option<Trouble> {
        if self.tops_up_other(member) {
            return Some(Trouble::TopUpOfOther);
        }
        let open = self.durable.open.as_ref()?;
        let named = open.member.as_ref().filter(|named| named.id != member)?;
        let comes_back = open.active().any(|line| line.facets.origin.is_some());
        comes_back.then(|| Trouble::OtherMember(named.name.clone()))
    }

    pub(super) fn next_enrol(
        &self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        draft: &Draft,
    ) -> Result<Next, Trouble> {
        if let Some(trouble) = self.bound_to_other("") {
            return Err(trouble);
        }
        let [phone, more @ ..] = &draft.answers[..] else {
            return Ok(Next::Step(Ask::new(Asked::Phone, Keys::Number)));
        };
        let phone = typed_phone(store, phone)?;
        if known(catalogue, &phone)? {
            return Err(Trouble::MemberExists);
        }
        match more {
            [] => Ok(Next::Step(Ask::new(Asked::Name, Keys::Text))),
            [name] => {
                short(name)?;
                Ok(Next::Step(Ask::code(Asked::Card)))
            }
            [name, card, ..] => {
                let card = card_number(card)?;
                if !card.is_empty() && known(catalogue, &card)? {
                    return Err(Trouble::CardTaken);
                }
                let card = (!card.is_empty()).then_some(card);
                let id = now.fresh.simple().to_string();
                Ok(Next::Do(Command::Enrol(Enrolment { id, name: short(name)?, phone, card })))
            }
        }
    }

    /// Enrolled, and named in the sale at once.
    pub(super) fn enrol(&mut self, now: Now, enrolment: Enrolment, effects: &mut Vec<Effect>) {
        let names = [masked_phone(&enrolment.phone), masked_name(&enrolment.name)];
        let names: Vec<String> = names.into_iter().filter(|name| !name.is_empty()).collect();
        let name = names.join(" ");
        let (points_known, level, note) = (0, String::new(), String::new());
        let member = Member { id: enrolment.id.clone(), name: name.clone(), points_known, level, note };
        self.change_member(now, member, Event::MemberEnrolled(enrolment), Said::Enrolled(name), effects);
    }

    pub(super) fn next_member_note(&self, draft: &Draft) -> Result<Next, Trouble> {
        let member = self.member_named()?;
        match draft.answers.first() {
            None => {
                let mut step = Ask::new(Asked::MemberNote, Keys::Text);
                if let Step::Ask(ask) = &mut step {
                    ask.value.clone_from(&member.note);
                }
                Ok(Next::Step(step))
            }
            Some(note) => Ok(Next::Do(Command::NoteMember { member: member.id.clone(), note: short(note)? })),
        }
    }

    pub(super) fn note_member(&mut self, now: Now, member: &str, note: String, effects: &mut Vec<Effect>) {
        let Some(named) = self.member_named().ok().filter(|named| named.id == member).cloned() else {
            return self.refuse(Trouble::NoMember);
        };
        let event = Event::MemberNoted { member: named.id.clone(), note: note.clone() };
        self.change_member(now, Member { note, ..named }, event, Said::MemberNoted, effects);
    }

    /// A member changed, or is new: written together with the basket that names her.
    fn change_member(&mut self, now: Now, member: Member, event: Event, said: Said, effects: &mut Vec<Effect>) {
        let mut basket = self.durable.open.clone().unwrap_or_else(|| domain::basket::Basket::new(now.fresh, now.at));
        basket.member = Some(member);
        let saves = vec![Save::Basket(Some(basket.clone()))];
        let stamp = self.stamp(now);
        self.commit(stamp, vec![event], saves, Pending::BasketChanged { basket: Box::new(basket), said }, effects);
    }

    pub(super) fn needs_of_members(&self) -> Vec<Need> {
        vec![Need::of(Permission::Members, 0, "")]
    }

    fn member_named(&self) -> Result<&Member, Trouble> {
        self.durable.open.as_ref().and_then(|basket| basket.member.as_ref()).ok_or(Trouble::NoMember)
    }

    /// Why nothing can be begun that is about the member.
    pub(super) fn member_hindrance(&self) -> Option<Trouble> {
        self.member_named().err()
    }

    /// What the member bought last at this till.
    pub(super) fn next_purchases(&self, catalogue: &dyn Catalogue, store: &Store) -> Result<Next, Trouble> {
        let member = self.member_named()?;
        let sales = catalogue.last_purchases(&member.id, PURCHASES_MAX).map_err(fault)?;
        if sales.is_empty() {
            return Err(Trouble::NothingBought);
        }
        let mut rows = Vec::new();
        for past in &sales {
            let sale = &past.sale;
            let date = self.words.date(past.business_date);
            rows.push((format!("{date}  {}", sale.receipt), self.words.amount(store.currency, sale.total)));
            for sold in &sale.lines {
                let quantity = self.words.quantity(sold.line.quantity);
                let name = format!("    {} × {quantity}", sold.line.name_in(self.english));
                rows.push((name, self.words.amount(store.currency, sold.gross)));
            }
        }
        Ok(Next::Step(Step::Show(rows)))
    }

    /// What an account holds: the member's, or that of a gift card.
    pub(super) fn next_balance(&self, catalogue: &dyn Catalogue, draft: &Draft) -> Result<Next, Trouble> {
        let named = self.member_named().ok();
        let number = match (draft.answers.first(), named) {
            (None, None) => return Ok(Next::Step(Ask::code(Asked::Account))),
            (None, Some(member)) => return Ok(Next::Do(Command::Balance(of_member(&member.id)))),
            (Some(number), _) => number.trim(),
        };
        if number.is_empty() || number.chars().count() > NUMBER_CHARS_MAX {
            return Err(Trouble::NotANumber);
        }
        let member = catalogue.member_by_code(number).map_err(fault)?;
        Ok(Next::Do(Command::Balance(match member {
            Some(member) => of_member(&member.id),
            None => vec![Account { kind: AccountKind::GiftCard, number: number.to_owned() }],
        })))
    }

    /// Shows what is known of some accounts, and asks head office for what is not.
    pub(super) fn show_balance(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        accounts: Vec<Account>,
        effects: &mut Vec<Effect>,
    ) {
        let mut rows = Vec::new();
        for account in &accounts {
            let number = paper::masked_number(&account.number);
            let left = match account.kind {
                AccountKind::GiftCard => format!("{} {number}", paper::account_word(account.kind, &self.words)),
                kind => paper::account_word(kind, &self.words),
            };
            let units = |units: i64| match account.kind.money(units) {
                Some(money) => self.words.money(store.currency, money),
                None => units.to_string(),
            };
            let right = match live_grant(now, catalogue, account) {
                Some(grant) => paper::balance_words(&units(grant.balance), &units(grant.units), &self.words),
                None => paper::balance_asked(&self.words),
            };
            rows.push((left, right));
        }
        let asked = accounts.into_iter().filter_map(|account| self.ask_grant(now, catalogue, store, account));
        let events: Vec<Event> = asked.collect();
        let draft = Draft::showing(Action::Balance, Step::Show(rows), Box::new(self.place.clone()));
        self.place = Place::Draft(Box::new(draft));
        self.said = Said::Nothing;
        if !events.is_empty() {
            self.write_events(now, events, effects);
        }
    }
}

fn of_member(member: &str) -> Vec<Account> {
    let kinds = [AccountKind::Points, AccountKind::StoredValue];
    kinds.into_iter().map(|kind| Account { kind, number: member.to_owned() }).collect()
}

/// A telephone number as typed: digits, as many as the store wants.
fn typed_phone(store: &Store, text: &str) -> Result<String, Trouble> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let fits = match store.policy.phone_digits {
        0 => PHONE_DIGITS.contains(&digits.len()),
        wanted => digits.len() == usize::from(wanted),
    };
    match fits && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Ok(digits),
        false => Err(Trouble::BadPhone(store.policy.phone_digits)),
    }
}

fn card_number(text: &str) -> Result<String, Trouble> {
    let card = text.trim();
    match card.chars().count() <= NUMBER_CHARS_MAX && card.chars().all(is_shown) {
        true => Ok(card.to_owned()),
        false => Err(Trouble::NotANumber),
    }
}

fn known(catalogue: &dyn Catalogue, key: &str) -> Result<bool, Trouble> {
    catalogue.member_by_code(key).map(|member| member.is_some()).map_err(fault)
}
