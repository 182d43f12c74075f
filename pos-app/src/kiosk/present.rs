//! What a shopper sees: one step, one sentence, and the keys that count there.

use hal::{DeviceClass, Weighing};
use ui::key::{Key, KeyKind};
use ui::kiosk::{Drawing, Kiosk as View, KioskStep};
use ui::screen::{Choice, Keys, Panel, Screen};
use words::say;

use super::attendant::Staffed;
use super::bagging::Agrees;
use super::calls::Why;
use super::{Kiosk, Message, Step, troubles};
use crate::engine::{Catalogue, DeviceView, Engine, Now, Place, can_cancel};
use crate::notation::Notation;
use domain::payment::{Family, PaymentState};
use domain::tender::TenderKind;

/// An empty view to begin with.
fn at(step: KioskStep, title: String, drawing: Drawing) -> View {
    View { step, title, drawing, ..View::default() }
}

fn key(id: &str, label: String, icon: &str, kind: KeyKind, stroke: &str) -> Key {
    Key {
        id: id.to_owned(),
        label,
        icon: icon.to_owned(),
        kind,
        enabled: true,
        key: stroke.to_owned(),
        ..Key::default()
    }
}

/// Whether a receipt would come out on paper.
pub(super) fn prints(engine: &Engine) -> bool {
    !matches!(engine.devices.view(DeviceClass::Printer), DeviceView::Absent | DeviceView::Trouble(_))
}

impl Kiosk {
    /// The screen of the shopper.
    pub(super) fn view(&self, engine: &Engine, catalogue: &dyn Catalogue, now: Now, screen: &Screen) -> View {
        let words = &engine.words;
        let view = self.step_view(engine, catalogue, now, screen);
        let message = match &self.message {
            None => String::new(),
            Some(Message::Key(key)) => words.say(key),
            Some(Message::Trouble(trouble)) => troubles::words(trouble, words),
            Some(Message::NotTaken(goods)) => say!(words, "kiosk-trouble-phone-goods", goods = goods),
            Some(Message::CouponFrom(missing)) => match catalogue.store() {
                Some(store) => say!(words, "kiosk-coupon-from", amount = words.money(store.currency, *missing)),
                None => String::new(),
            },
        };
        let serving = engine.signed_on.is_some() && engine.durable.shift.is_some();
        let called = match self.calls.why() {
            Some(Why::Left) | None => String::new(),
            Some(_) if self.calls.is_coming() => words.say("kiosk-coming"),
            Some(_) => words.say("kiosk-called"),
        };
        let languages = engine.setup.languages.all().map(|other| Key {
            ticked: other.tag() == words.tag(),
            ..key(other.tag(), other.say("language-name"), "", KeyKind::Plain, "")
        });
        View {
            message: if view.message.is_empty() { message } else { view.message.clone() },
            can_call: serving && self.staffed == Staffed::Nobody,
            called: if serving { called } else { String::new() },
            leaves_in_s: self.leaves_in(engine, now.at),
            accessible: self.kept.accessible,
            languages: languages.collect(),
            picture: self.settings.picture.clone(),
            pictures: self.pictures(engine),
            ..view
        }
    }

    fn pictures(&self, engine: &Engine) -> Vec<(u32, String)> {
        let lines = engine.basket_shown().into_iter().flat_map(|basket| basket.active());
        lines.filter_map(|line| Some((line.no, engine.pictures.get(&line.item)?.clone()))).collect()
    }

    fn step_view(&self, engine: &Engine, catalogue: &dyn Catalogue, now: Now, screen: &Screen) -> View {
        let words = &engine.words;
        match &self.staffed {
            Staffed::Nobody => {}
            Staffed::Who => return self.who(engine, catalogue),
            Staffed::Pin { .. } => {
                let closed = engine.signed_on.is_none() || engine.durable.shift.is_none();
                return View {
                    help: if closed { words.say("kiosk-pin-opens") } else { String::new() },
                    pad: Keys::Secret,
                    keys: vec![self.back_key(engine)],
                    ..at(KioskStep::Attendant, words.say("kiosk-pin"), Drawing::None)
                };
            }
            Staffed::Here { .. } => return self.attendant(engine, catalogue),
        }
        if engine.signed_on.is_none() || engine.durable.shift.is_none() || catalogue.store().is_none() {
            let view = at(KioskStep::Closed, words.say("kiosk-closed"), Drawing::None);
            return View { help: words.say("kiosk-closed-help"), ..view };
        }
        if let Some(payment) = engine.durable.payment.as_ref().filter(|payment| payment.blocks_completion()) {
            return self.payment(engine, screen, payment);
        }
        if let Some(why) = self.calls.waits_for() {
            return self.wait(engine, why);
        }
        if engine.weighing.is_some() {
            return self.weigh(engine, catalogue, now);
        }
        if let Some(says) = self.bag_waits(now.at) {
            return self.bag(engine, says);
        }
        match self.step {
            Step::Attract => {
                let view = at(KioskStep::Attract, words.say("kiosk-attract"), Drawing::Scan);
                let start = key("start", words.say("kiosk-start"), "start", KeyKind::Main, "Enter");
                View { help: words.say("kiosk-attract-help"), keys: vec![start], ..view }
            }
            Step::Scan => self.scan(engine, screen),
            Step::Pick => self.pick_view(engine, screen),
            Step::OwnBag => {
                let view = at(KioskStep::Bag, words.say("kiosk-own-bag-title"), Drawing::Bag);
                let done = key("own-bag-done", words.say("kiosk-own-bag-done"), "check", KeyKind::Main, "Enter");
                View { keys: vec![done, self.back_key(engine)], ..view }
            }
            Step::Remove => self.remove_view(engine, screen),
            Step::Member => {
                let view = at(KioskStep::Ask, words.say("kiosk-member-title"), Drawing::Phone);
                View {
                    help: words.say("kiosk-member-help"),
                    pad: Keys::Number,
                    keys: vec![self.back_key(engine)],
                    ..view
                }
            }
            Step::Pay => self.pay(engine, catalogue, screen),
            Step::Receipt => self.receipt(engine, catalogue),
            Step::Code => {
                let view = at(KioskStep::Receipt, words.say("kiosk-receipt-code-title"), Drawing::Phone);
                let done = key("done", words.say("kiosk-done"), "check", KeyKind::Main, "Enter");
                View { code: self.receipt_code.clone().unwrap_or_default(), keys: vec![done], ..view }
            }
            Step::Thanks => {
                let view = at(KioskStep::Thanks, words.say("kiosk-thanks"), Drawing::Done);
                let done = key("done", words.say("kiosk-done"), "check", KeyKind::Main, "Enter");
                self.with_exit(
                    engine,
                    catalogue,
                    View { help: words.say("kiosk-thanks-help"), keys: vec![done], ..view },
                )
            }
        }
    }

    fn back_key(&self, engine: &Engine) -> Key {
        key("back", engine.words.say("kiosk-back"), "back", KeyKind::Quiet, "Esc")
    }

    /// Staff say who they are. Shoppers stand here, too: nobody is shown by name or number.
    fn who(&self, engine: &Engine, catalogue: &dyn Catalogue) -> View {
        let digits = catalogue.staff().iter().all(|who| who.id.bytes().all(|byte| byte.is_ascii_digit()));
        View {
            help: engine.words.say("kiosk-who-help"),
            pad: if digits { Keys::Number } else { Keys::Text },
            keys: vec![self.back_key(engine)],
            ..at(KioskStep::Attendant, engine.words.say("kiosk-who"), Drawing::None)
        }
    }

    fn scan(&self, engine: &Engine, screen: &Screen) -> View {
        let words = &engine.words;
        let open = engine.durable.open.as_ref();
        let has_goods = open.is_some_and(|basket| !basket.is_empty());
        let title = if has_goods { "kiosk-scan-next" } else { "kiosk-scan-first" };
        let mut keys = Vec::new();
        if has_goods {
            let label = say!(words, "kiosk-pay", amount = screen.basket.total.clone());
            keys.push(key("pay", label, "pay", KeyKind::Main, "F12"));
        }
        keys.push(key("pick", words.say("kiosk-pick"), "grid", KeyKind::Plain, "F2"));
        if open.is_none_or(|basket| basket.member.is_none()) {
            keys.push(key("member", words.say("kiosk-member"), "member", KeyKind::Plain, "F3"));
        }
        if self.bagging.is_there() && !self.kept.own_bag {
            keys.push(key("own-bag", words.say("kiosk-own-bag"), "bag", KeyKind::Plain, "F4"));
        }
        if has_goods {
            keys.push(key("remove", words.say("kiosk-remove"), "remove", KeyKind::Plain, "F5"));
            keys.push(key("give-up", words.say("kiosk-give-up"), "", KeyKind::Quiet, ""));
        } else {
            keys.push(self.back_key(engine));
        }
        View { help: words.say("kiosk-scan-help"), keys, ..at(KioskStep::Scan, words.say(title), Drawing::Scan) }
    }

    fn pick_view(&self, engine: &Engine, screen: &Screen) -> View {
        let view = at(KioskStep::Pick, engine.words.say("kiosk-pick-title"), Drawing::None);
        let keys = vec![self.back_key(engine)];
        match &screen.panel {
            Panel::Sell { items, groups, .. } => View { items: items.clone(), groups: groups.clone(), keys, ..view },
            _ => View { keys, ..view },
        }
    }

    fn remove_view(&self, engine: &Engine, screen: &Screen) -> View {
        let lines = engine.durable.open.iter().flat_map(domain::basket::Basket::active);
        let own: Vec<u32> = lines.filter(|line| line.facets.deposit_of.is_none()).map(|line| line.no).collect();
        let row = |line: &ui::screen::Line| Choice {
            id: line.no.to_string(),
            title: line.name.clone(),
            detail: line.detail.clone(),
            amount: line.amount.clone(),
            enabled: true,
            ..Choice::default()
        };
        let rows = screen.basket.lines.iter().filter(|line| own.contains(&line.no)).map(row).collect();
        let view = at(KioskStep::Ask, engine.words.say("kiosk-remove-title"), Drawing::None);
        View { help: engine.words.say("kiosk-remove-help"), rows, keys: vec![self.back_key(engine)], ..view }
    }

    fn weigh(&self, engine: &Engine, catalogue: &dyn Catalogue, now: Now) -> View {
        let words = &engine.words;
        let Some(weighing) = &engine.weighing else { return View::default() };
        let item = &weighing.goods.item;
        let title = say!(words, "kiosk-weigh", name = item.name_in(engine.english).to_owned());
        let price = catalogue.store().zip(item.prices.at(engine.price_time(now)));
        let price = price
            .map(|(store, price)| say!(words, "sell-price-per-kilogram", price = words.amount(store.currency, price)))
            .unwrap_or_default();
        let (help, amount) = match engine.scale.says {
            _ if engine.devices.view(DeviceClass::Scale) != DeviceView::Ready => ("kiosk-weigh-away", String::new()),
            None => ("kiosk-weigh-help", String::new()),
            Some(Weighing::Stable(weight)) if weight.net_grams() > 0 => {
                let grams = weight.net_grams();
                let shown = words.grams(grams);
                (if engine.is_taken_already(grams) { "kiosk-trouble-weighed" } else { "kiosk-weigh-help" }, shown)
            }
            Some(Weighing::Stable(_)) => ("kiosk-weigh-help", String::new()),
            Some(Weighing::Moving) => ("kiosk-weigh-moving", String::new()),
            Some(Weighing::Overload) => ("kiosk-weigh-overload", String::new()),
            Some(
                Weighing::BelowZero
                | Weighing::OutsideZero
                | Weighing::Unmoved
                | Weighing::Fault
                | Weighing::Unreadable,
            ) => ("kiosk-weigh-again", String::new()),
        };
        let keys = vec![key("back", words.say("kiosk-weigh-not"), "back", KeyKind::Quiet, "Esc")];
        let view = at(KioskStep::Weigh, title, Drawing::Scale);
        View { help: words.say(help), amount, amount_of: price, keys, ..view }
    }

    fn bag(&self, engine: &Engine, says: Agrees) -> View {
        let words = &engine.words;
        let title = match says {
            Agrees::Yes | Agrees::Moving => "kiosk-bag-moving",
            Agrees::PutIn => "kiosk-bag-put-in",
            Agrees::TakeOut => "kiosk-bag-take-out",
            Agrees::TooMuch => "kiosk-bag-too-much",
            Agrees::Gone => "kiosk-bag-gone",
        };
        let mut keys = Vec::new();
        if says == Agrees::TooMuch && self.bagging.may_be_bag() && !self.kept.own_bag {
            keys.push(key("bag-own", words.say("kiosk-own-bag"), "bag", KeyKind::Plain, "F4"));
        }
        if says != Agrees::Moving {
            let label = if says == Agrees::PutIn { "kiosk-bag-skip" } else { "kiosk-bag-right" };
            keys.push(key("bag-skip", words.say(label), "", KeyKind::Plain, "F6"));
        }
        keys.extend(self.pay_wished.then(|| self.back_key(engine)));
        let view = at(KioskStep::Bag, words.say(title), Drawing::Bag);
        View { help: words.say("kiosk-bag-help"), keys, ..view }
    }

    fn pay(&self, engine: &Engine, catalogue: &dyn Catalogue, screen: &Screen) -> View {
        let words = &engine.words;
        let serves = |kind: TenderKind| {
            let families = [Family::WeChat, Family::Alipay, Family::UnionPay, Family::Terminal];
            families.into_iter().any(|family| family.tender() == kind && engine.serves(family))
        };
        let (code, card) = (serves(TenderKind::Code), serves(TenderKind::Card));
        let title = match (code, card) {
            (true, true) => "kiosk-pay-both",
            (true, false) => "kiosk-pay-code",
            (false, true) => "kiosk-pay-card-only",
            (false, false) => "kiosk-pay-none",
        };
        let mut keys = Vec::new();
        if card {
            let kind = if code { KeyKind::Plain } else { KeyKind::Main };
            keys.push(key("pay-card", words.say("kiosk-pay-card"), "card", kind, "F2"));
        }
        keys.push(self.back_key(engine));
        let message = match &engine.place {
            Place::Paying { message: Some(trouble) } => troubles::words(trouble, words),
            _ => String::new(),
        };
        let due = catalogue.store().map(|store| words.money(store.currency, engine.priced(store).total));
        View {
            amount: due.unwrap_or_else(|| screen.basket.total.clone()),
            amount_of: words.say("kiosk-due"),
            message,
            keys,
            ..at(KioskStep::Pay, words.say(title), if code { Drawing::Phone } else { Drawing::Card })
        }
    }

    fn payment(&self, engine: &Engine, screen: &Screen, payment: &domain::payment::Payment) -> View {
        let words = &engine.words;
        let doubt = !matches!(payment.state, PaymentState::Created | PaymentState::Sent);
        let (title, help) = match (doubt, payment.family) {
            (true, _) => ("kiosk-payment-doubt", "kiosk-payment-doubt-help"),
            (false, Family::Terminal) => ("kiosk-payment-card", "kiosk-payment-help"),
            (false, _) => ("kiosk-payment-phone", "kiosk-payment-help"),
        };
        let cancel = can_cancel(payment)
            .then(|| key("cancel-payment", words.say("kiosk-payment-cancel"), "", KeyKind::Quiet, "Esc"));
        let drawing = match (doubt, payment.family) {
            (true, _) => Drawing::Attendant,
            (false, Family::Terminal) => Drawing::Card,
            (false, _) => Drawing::Phone,
        };
        let amount = match &screen.panel {
            Panel::Payment { amount, .. } => amount.clone(),
            _ => screen.basket.total.clone(),
        };
        View {
            help: words.say(help),
            amount,
            amount_of: words.say("kiosk-due"),
            keys: cancel.into_iter().collect(),
            ..at(KioskStep::Payment, words.say(title), drawing)
        }
    }

    /// What has just left, so that a person at the way out can compare it at a glance.
    fn with_exit(&self, engine: &Engine, catalogue: &dyn Catalogue, view: View) -> View {
        let Some((left, store)) = self.left_now.zip(catalogue.store()) else { return view };
        View {
            amount: engine.words.money(store.currency, left.paid),
            amount_of: say!(engine.words, "kiosk-exit-of", pieces = left.pieces),
            ..view
        }
    }

    fn receipt(&self, engine: &Engine, catalogue: &dyn Catalogue) -> View {
        let words = &engine.words;
        let mut keys = vec![key("receipt-none", words.say("kiosk-receipt-none"), "check", KeyKind::Main, "Enter")];
        if prints(engine) {
            keys.push(key("receipt-paper", words.say("kiosk-receipt-paper"), "print", KeyKind::Plain, "F2"));
        }
        if self.receipt_code.is_some() {
            keys.push(key("receipt-code", words.say("kiosk-receipt-code"), "qr", KeyKind::Plain, "F3"));
        }
        if self.left_now.is_some() {
            let view = at(KioskStep::Receipt, words.say("kiosk-exit-open"), Drawing::Done);
            return self.with_exit(engine, catalogue, View { help: words.say("kiosk-receipt"), keys, ..view });
        }
        View { keys, ..at(KioskStep::Receipt, words.say("kiosk-receipt"), Drawing::Receipt) }
    }

    fn wait(&self, engine: &Engine, why: Why) -> View {
        let words = &engine.words;
        let help = match why {
            Why::Age => {
                let (years, name) = self.asked_age(engine).unwrap_or_default();
                say!(words, "kiosk-wait-age", name = name, years = i64::from(years))
            }
            Why::Leave => {
                let about = engine.waiting.as_ref().map(|waiting| waiting.about.clone()).unwrap_or_default();
                say!(words, "kiosk-wait-leave", about = about)
            }
            Why::Look if self.is_unsure() => words.say("kiosk-wait-exit"),
            Why::Look => words.say("kiosk-wait-look"),
            Why::Bag => words.say("kiosk-wait-bag"),
            Why::Payment | Why::Fault | Why::Help | Why::Left => String::new(),
        };
        let back = (matches!(why, Why::Age | Why::Leave) && self.gate.is_none())
            .then(|| key("back", words.say("kiosk-wait-without"), "back", KeyKind::Quiet, "Esc"));
        let view = at(KioskStep::Wait, words.say("kiosk-wait"), Drawing::Attendant);
        View { help, keys: back.into_iter().collect(), ..view }
    }

    fn attendant(&self, engine: &Engine, catalogue: &dyn Catalogue) -> View {
        let words = &engine.words;
        let done = key("attendant-done", words.say("kiosk-attendant-done"), "back", KeyKind::Quiet, "Esc");
        let view = |title: String| at(KioskStep::Attendant, title, Drawing::Attendant);
        match self.calls.why() {
            Some(Why::Age) => {
                let (years, name) = self.asked_age(engine).unwrap_or_default();
                let old = key("old-enough", words.say("kiosk-old-enough"), "check", KeyKind::Main, "Enter");
                let young = key("too-young", words.say("kiosk-too-young"), "", KeyKind::Loss, "Del");
                let title = say!(words, "kiosk-attendant-age", name = name, years = i64::from(years));
                return View { keys: vec![old, young, done], ..view(title) };
            }
            Some(Why::Look) => {
                let over = key("look-done", words.say("kiosk-look-done"), "check", KeyKind::Plain, "F6");
                let title = say!(words, "kiosk-look", pieces = i64::from(self.to_look()));
                let found = say!(words, "kiosk-look-found", missed = i64::from(self.look_missed));
                let (rows, unsure) = self.goods_at_gate(engine, catalogue);
                let help = if unsure.is_empty() { found } else { unsure };
                let mut keys = vec![over];
                if self.gate.is_some() {
                    keys.push(key("exit-keep", words.say("kiosk-exit-keep"), "", KeyKind::Loss, "Del"));
                }
                keys.push(done);
                return View { help, rows, keys, ..view(title) };
            }
            Some(Why::Bag) => {
                let ok = key("bag-ok", words.say("kiosk-bag-ok"), "check", KeyKind::Main, "Enter");
                return View { keys: vec![ok, done], ..view(words.say("kiosk-attendant-bag")) };
            }
            Some(Why::Leave | Why::Payment | Why::Fault | Why::Help | Why::Left) | None => {}
        }
        let goods = engine.durable.open.as_ref().is_some_and(|basket| !basket.is_empty());
        let mut keys = Vec::new();
        if goods && !engine.payment_blocks() {
            keys.push(key("to-till", words.say("kiosk-to-till"), "", KeyKind::Plain, "F2"));
            keys.push(key("void-sale", words.say("kiosk-void-sale"), "", KeyKind::Loss, "Del"));
        }
        if !goods {
            keys.push(key("reprint", words.say("kiosk-reprint"), "print", KeyKind::Plain, "F3"));
            keys.push(key("close-day", words.say("kiosk-close-day"), "", KeyKind::Loss, ""));
        }
        keys.push(done);
        View { keys, ..view(words.say("kiosk-attendant")) }
    }
}
