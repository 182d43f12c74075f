//! Codes that a shopper's phone shows: what it has paid goes to the gate; here is the basket that it scanned in the aisle. Prices are this kiosk's own, and what it
//! took counts once, also after a power cut.

use std::collections::BTreeMap;

use domain::aisle::{BasketCode, ExitCode};
use domain::barcode::Barcode;
use domain::item::Item;
use domain::proof::ProofText;
use domain::quantity::Quantity;
use ui::Intent;
use ui::heard::Sound;

use super::attendant::card_of;
use super::kept::Handed;
use super::{Kiosk, Message, Step, Turn};
use crate::engine::{Engine, KioskWish, Place};

/// Goods that were not taken and are named; of more it is said that there are more.
const NAMED_MAX: usize = 3;

impl Kiosk {
    /// Whether a code was a phone's; then it is taken, or it is said why not.
    pub(super) fn is_phone_code(&mut self, turn: &mut Turn, data: &str) -> bool {
        if ExitCode::is_meant(data) {
            self.exit_shown(turn, data);
            return true;
        }
        if !BasketCode::is_meant(data) {
            return false;
        }
        let Some(store) = turn.catalogue.store() else { return true };
        let Some(key) = store.policy.aisle_key.as_ref() else {
            self.no(Message::Key("kiosk-trouble-at-till"));
            return true;
        };
        match BasketCode::read(data, key, &store.id, turn.now.at) {
            Ok(basket) => self.take_basket(turn, &basket),
            Err(error) => self.no(Message::Key(error.words())),
        }
        true
    }

    fn take_basket(&mut self, turn: &mut Turn, basket: &BasketCode) {
        if matches!(self.step, Step::Receipt | Step::Code | Step::Thanks) {
            self.goodbye(turn);
        }
        if matches!(turn.engine.place, Place::Paying { .. }) {
            turn.wish(Intent::Back);
        }
        let before = self.kept.handed.as_ref().filter(|before| before.session == basket.session);
        let is_older = before.is_some_and(|before| before.sequence >= basket.sequence);
        let before = before.map(|before| before.goods.clone()).unwrap_or_default();
        if is_older || !self.kept.first_time(&basket.once()) {
            return self.no(Message::Key("kiosk-trouble-phone-once"));
        }
        let mut goods: BTreeMap<String, i64> = BTreeMap::new();
        for line in &basket.lines {
            let sum = goods.entry(line.code.clone()).or_default();
            *sum = sum.saturating_add(line.quantity.in_thousandths());
        }
        let mut left = goods.clone();
        // In the order in which she took them; of what came before, what is more now.
        let more = basket.lines.iter().filter_map(|line| {
            let all = left.remove(&line.code)?;
            let more = all - before.get(&line.code).copied().unwrap_or(0);
            (more > 0).then(|| typed(&line.code, more))
        });
        self.kept.coming.extend(more);
        let is_less = before.iter().any(|(code, had)| goods.get(code).is_none_or(|has| has < had));
        self.kept.handed = Some(Handed { session: basket.session, sequence: basket.sequence, goods });
        self.kept.from_aisle = true;
        if let Some(member) = &basket.member {
            turn.kiosk(KioskWish::Member { id: member.clone() });
        }
        self.step = Step::Scan;
        self.message = is_less.then_some(Message::Key("kiosk-trouble-phone-less"));
        self.sound(Sound::Taken);
    }

    /// Goods of a phone's basket go into the one on the counter as they would by scanning, one by one: what asks for an
    /// age, or for a weight, holds the rest up.
    pub(super) fn take_from_phone(&mut self, turn: &mut Turn) {
        if self.gate.is_some() {
            return;
        }
        let mut not_taken = Vec::new();
        while !self.kept.coming.is_empty() {
            let engine = &turn.engine;
            let free = matches!(engine.place, Place::Selling | Place::Paid(_))
                && engine.notice.is_none()
                && engine.waiting.is_none()
                && engine.weighing.is_none()
                && !engine.is_writing();
            if !free {
                break;
            }
            let text = self.kept.coming.remove(0);
            let code = text.split_once('*').map_or(text.as_str(), |(_, code)| code).to_owned();
            let item = goods_of(turn, &code);
            let refused = item.is_some() && turn.wish(Intent::Enter { text }).is_some();
            let is_asked = turn.engine.asks_age().is_some() || turn.engine.weighing.is_some();
            if item.is_none() || refused && !is_asked {
                not_taken.push(item.map_or(code, |item| item.name_in(turn.engine.english).to_owned()));
            }
            self.read_notices(turn);
            self.refuse_drafts(turn);
            turn.engine.query.clear();
        }
        self.look_at_basket(turn);
        if !not_taken.is_empty() {
            let more = if not_taken.len() > NAMED_MAX { " …" } else { "" };
            not_taken.truncate(NAMED_MAX);
            let comma = turn.engine.words.say("common-comma");
            self.message = Some(Message::NotTaken(not_taken.join(&comma) + more));
            self.sound(Sound::Refused);
        }
    }
}

/// So many thousandths of a code as somebody would type it; a weight that nobody has seen is weighed here.
fn typed(code: &str, thousandths: i64) -> String {
    match (thousandths, thousandths % 1000) {
        (1000, _) => code.to_owned(),
        (_, 0) => format!("{}*{code}", Quantity::thousandths(thousandths).plain()),
        _ => code.to_owned(),
    }
}

/// The goods that a code is for, if it is for goods: a phone hands over no receipt, no card and no payment.
fn goods_of(turn: &Turn, code: &str) -> Option<Item> {
    let store = turn.catalogue.store()?;
    let barcode = Barcode::parse(code, &store.layouts).ok();
    let key = barcode.as_ref().map_or_else(|| code.to_owned(), Barcode::key);
    let other = ProofText::is_meant(code) || Engine::is_slip(code) || card_of(turn.catalogue, code).is_some();
    turn.catalogue.item_by_code(&key).ok().flatten().filter(|_| !other)
}
