//! The payment: what is due, by which means it can be paid, what is paid already, and how a payment through a provider
//! stands.

use domain::cash::suggest_change;
use domain::money::Money;
use domain::payment::{Payment, PaymentAlarm, PaymentState};
use domain::store::Store;
use domain::tender::{RoundingMode, Settlement, SettlementError, Tender, TenderKind, quick_amounts};
use hal::DeviceClass;
use protocol::v1::tender_word as tender_id;
use ui::screen::{PaidPart, Panel, TenderKey};
use words::{Words, say};

use super::devices::printer_trouble;
use super::trouble;
use crate::engine::{
    Catalogue, DeviceView, Engine, Now, Paid, PrintProgress, REFUND_KEY, TENDER_KEYS, Trouble, can_cancel,
    is_part_refund,
};
use crate::notation::Notation;
use crate::paper::tender_word;

/// Quick amounts offered for cash beside the exact one, which has a button of its own.
const QUICK_MAX: usize = 4;

pub(super) fn pay(
    engine: &Engine,
    catalogue: &dyn Catalogue,
    store: &Store,
    now: Now,
    message: Option<&Trouble>,
) -> Panel {
    let words = &engine.words;
    let total = engine.priced(store).total;
    let settlement = engine.settlement(store).ok();
    let due = settlement.as_ref().map_or(Money::ZERO, Settlement::remaining);
    let due_cash = due_in_cash(engine, catalogue, store, settlement.as_ref());
    let rounding =
        if due_cash.is_zero() && !due.is_zero() && total < Money::ZERO { Money::ZERO } else { due_cash - due };
    let refund = total < Money::ZERO;
    let quick =
        if refund { Vec::new() } else { quick_amounts(due_cash, store.currency.units_per_major(), QUICK_MAX + 1) };
    // Amounts of a refund are shown without their sign, and so the rounding is turned, too.
    let rounding_text = words.amount(store.currency, if refund { -rounding } else { rounding });
    let parts = engine.taken();
    Panel::Pay {
        due: words.money(store.currency, due.abs()),
        due_cash: words.money(store.currency, if due_cash.is_zero() && refund { due.abs() } else { due_cash.abs() }),
        rounding: match rounding.is_zero() {
            true => String::new(),
            false => rounding_said(store, &rounding_text, words),
        },
        quick: quick
            .into_iter()
            .filter(|amount| *amount != due_cash)
            .map(|amount| words.amount(store.currency, amount))
            .collect(),
        message: message.map(|why| trouble::words(why, Some(store), words)).unwrap_or_default(),
        refund,
        busy: engine.pending.is_some(),
        tenders: match refund {
            true => refund_keys(engine, catalogue, store),
            false => TENDER_KEYS.into_iter().map(|kind| key(engine, catalogue, store, now, kind)).collect(),
        },
        paid: (1..).zip(&parts).map(|(no, tender)| part(no, tender, store, words)).collect(),
    }
}

/// What cash rounding adds or takes off, as the store does it.
fn rounding_said(store: &Store, amount: &str, words: &Words) -> String {
    match store.cash_rounding.mode {
        RoundingMode::Nearest => say!(words, "pay-rounding-nearest", amount = amount),
        RoundingMode::Down => say!(words, "pay-rounding-down", amount = amount),
    }
}

/// What is due in cash; of a refund what of it goes back in cash.
fn due_in_cash(engine: &Engine, catalogue: &dyn Catalogue, store: &Store, settlement: Option<&Settlement>) -> Money {
    let Some(settlement) = settlement else { return Money::ZERO };
    if settlement.total() >= Money::ZERO {
        return settlement.remaining_in_cash();
    }
    match engine.refund_plan(catalogue, store) {
        Ok(plan) if plan.is_cash() => -plan.cash(),
        _ => settlement.remaining(),
    }
}

/// The key of a means of payment: what it could pay, or why not.
fn key(engine: &Engine, catalogue: &dyn Catalogue, store: &Store, now: Now, kind: TenderKind) -> TenderKey {
    let words = &engine.words;
    let (detail, enabled) = match engine.could_pay(now, catalogue, store, kind) {
        Ok(Some(amount)) => (words.amount(store.currency, amount), true),
        Ok(None) => (String::new(), true),
        Err(why) => (trouble::words(&why, Some(store), words), false),
    };
    TenderKey {
        kind: tender_id(kind).to_owned(),
        label: tender_word(kind, words),
        detail,
        key: stroke(kind).to_owned(),
        enabled,
    }
}

/// The keys of a refund: back to what paid, or cash when nothing but cash goes back.
fn refund_keys(engine: &Engine, catalogue: &dyn Catalogue, store: &Store) -> Vec<TenderKey> {
    let words = &engine.words;
    let plan = engine.refund_plan(catalogue, store);
    let detail = match &plan {
        Ok(plan) => {
            let parts = plan.parts.iter().map(|part| {
                let word = tender_word(part.payout.kind, words);
                format!("{word} {}", words.amount(store.currency, part.payout.amount))
            });
            parts.collect::<Vec<_>>().join(" · ")
        }
        Err(why) => trouble::words(why, Some(store), words),
    };
    let is_cash = plan.as_ref().is_ok_and(|plan| plan.is_cash());
    let back = TenderKey {
        kind: REFUND_KEY.to_owned(),
        label: words.say("pay-give-back"),
        detail: detail.clone(),
        key: "F2".to_owned(),
        enabled: plan.is_ok(),
    };
    let cash = TenderKey {
        kind: tender_id(TenderKind::Cash).to_owned(),
        label: tender_word(TenderKind::Cash, words),
        detail: if is_cash { detail } else { words.say("pay-goes-back") },
        key: String::new(),
        enabled: is_cash,
    };
    if is_cash { vec![cash] } else { vec![back, cash] }
}

/// The key that stands for a means; cash is what Enter takes.
fn stroke(kind: TenderKind) -> &'static str {
    match kind {
        TenderKind::Code => "F2",
        TenderKind::Card => "F3",
        TenderKind::StoredValue => "F4",
        TenderKind::GiftCard => "F5",
        TenderKind::Points => "F6",
        TenderKind::Coupon => "F7",
        TenderKind::Voucher => "F8",
        TenderKind::OnAccount => "F9",
        TenderKind::Cash | TenderKind::Deposit => "",
    }
}

fn part(no: u32, tender: &Tender, store: &Store, words: &Words) -> PaidPart {
    PaidPart {
        no,
        label: named(tender, words),
        amount: words.amount(store.currency, tender.amount),
        removable: tender.payment.is_none() && tender.kind != TenderKind::Deposit && tender.amount > Money::ZERO,
    }
}

/// A means with what tells it from another: `Gift card ****1234`, `Points 300`.
fn named(tender: &Tender, words: &Words) -> String {
    let word = tender_word(tender.kind, words);
    match &tender.reference {
        _ if tender.points != 0 => format!("{word} {}", tender.points),
        Some(reference) => format!("{word} {reference}"),
        None => word,
    }
}

/// What is paid already, below the basket.
pub(super) fn parts_paid(engine: &Engine, store: &Store) -> Vec<String> {
    let words = &engine.words;
    let of = |tender: &Tender| {
        let (name, amount) = (named(tender, words), words.amount(store.currency, tender.amount.abs()));
        match tender.amount < Money::ZERO {
            _ if tender.kind == TenderKind::Deposit => format!("{name} {amount}"),
            true => say!(words, "pay-part-given-back", name = name, amount = amount),
            false => say!(words, "pay-part-paid", name = name, amount = amount),
        }
    };
    engine.taken().iter().map(of).collect()
}

/// A payment under way: what the shopper is told, what the till does.
pub(super) fn payment(engine: &Engine, store: &Store, payment: &Payment, now: Now) -> Panel {
    let words = &engine.words;
    let (title, tell) = match payment.state {
        _ if is_part_refund(payment) => (words.say("pay-refunding"), words.say("pay-refunding-tell")),
        PaymentState::Sent if payment.confirming && payment.masked.is_some() && !payment.cancelled => {
            (words.say("pay-confirming"), words.say("pay-confirming-tell"))
        }
        PaymentState::Reversing => (words.say("pay-reversing"), words.say("pay-reversing-tell")),
        PaymentState::Sent | PaymentState::Created if payment.cancelled => {
            (words.say("pay-cancelling"), words.say("pay-cancelling-tell"))
        }
        PaymentState::Sent | PaymentState::Created => match payment.masked {
            Some(_) => (words.say("pay-taking"), words.say("pay-taking-tell")),
            None => (words.say("pay-on-terminal"), words.say("pay-on-terminal-tell")),
        },
        _ => (words.say("pay-unknown"), words.say("pay-unknown-tell")),
    };
    Panel::Payment {
        title,
        tell,
        amount: words.money(store.currency, payment.amount),
        doing: doing(payment, now, words),
        in_doubt: matches!(payment.state, PaymentState::InDoubt | PaymentState::Reversing) && !is_part_refund(payment),
        can_cancel: can_cancel(payment) && !is_part_refund(payment),
    }
}

/// What the till did and does next.
fn doing(payment: &Payment, now: Now, words: &Words) -> String {
    let tries = payment.refund.as_ref().map_or(payment.reversals, |refund| refund.tries);
    let next_s = payment.next_at.map_or(0, |at| (at.as_second() - now.at.as_second()).max(0));
    match (payment.state, payment.asks) {
        (PaymentState::Reversing, _) if tries > 0 => {
            say!(words, "pay-reversing-again", tries = tries, seconds = next_s)
        }
        (PaymentState::Reversing, _) => say!(words, "pay-reversing-in", seconds = next_s),
        (_, 0) => say!(words, "pay-asking-in", seconds = next_s),
        (_, asks) => say!(words, "pay-asked-again", asks = asks, seconds = next_s),
    }
}

pub(super) fn change(engine: &Engine, store: &Store, paid: &Paid) -> Panel {
    let words = &engine.words;
    let plain = |amount: Money| words.amount(store.currency, amount);
    let refund = paid.due < Money::ZERO;
    let due = plain(paid.due.abs());
    let handed = |tender: &Tender| if refund { -tender.amount } else { tender.tendered };
    let means =
        |tender: &Tender| say!(words, "pay-handed", kind = tender_id(tender.kind), amount = plain(handed(tender)));
    let moved = paid.tenders.iter().filter(|tender| paid.tenders.len() == 1 || !handed(tender).is_zero());
    let all = moved.map(means).collect::<Vec<_>>().join(" · ");
    let only_cash = paid.tenders.iter().all(|tender| tender.kind == TenderKind::Cash);
    let detail = match refund {
        false => say!(words, "pay-due", amount = due, means = all),
        true if only_cash => say!(words, "pay-cash-refund", amount = due),
        true => say!(words, "pay-refund", amount = due, means = all),
    };
    let printing = match engine.printing {
        PrintProgress::Idle => String::new(),
        _ if engine.devices.view(DeviceClass::Printer) == DeviceView::Absent => words.say("pay-not-printed"),
        PrintProgress::Printing(_) => words.say("pay-printing"),
        PrintProgress::Done(_) => words.say("pay-printed"),
        PrintProgress::Stopped(_, why) => {
            let why = printer_trouble(why, words);
            say!(words, "pay-print-stopped", why = why)
        }
    };
    let cash = cash_out(paid);
    let (what, shown) = match (refund, cash.is_zero()) {
        (false, _) => (String::new(), cash),
        (true, false) => (words.say("pay-cash-back"), cash),
        (true, true) => (words.say("pay-given-back"), paid.due.abs()),
    };
    Panel::Change {
        change: words.money(store.currency, shown),
        what,
        detail,
        receipt: paid.receipt.clone(),
        printing,
        pieces: pieces(store, cash, words),
    }
}

/// Cash for the shopper's hand: change, or the cash of a refund.
pub(super) fn cash_out(paid: &Paid) -> Money {
    let cash = paid.tenders.iter().filter(|tender| tender.kind == TenderKind::Cash && tender.amount < Money::ZERO);
    paid.change - cash.map(|tender| tender.amount).sum()
}

/// Notes and coins that make up an amount: `5 + 2 × 1`.
fn pieces(store: &Store, amount: Money, words: &Words) -> String {
    let suggested = suggest_change(store.currency, amount, None);
    let of = |(value, count): &(Money, u32)| match count {
        1 => words.amount(store.currency, *value),
        count => format!("{count} × {}", words.amount(store.currency, *value)),
    };
    suggested.list.iter().map(of).collect::<Vec<_>>().join(" + ")
}

/// Why money was not taken, or not given back.
pub(super) fn trouble(why: &Trouble, store: Option<&Store>, words: &Words) -> String {
    let plain = |amount: &Money| store.map(|store| words.amount(store.currency, *amount)).unwrap_or_default();
    match why {
        Trouble::Tender(error) => of_settlement(*error, words),
        Trouble::MoreThanDue(most) => {
            say!(words, "trouble-more-than-due", amount = plain(most))
        }
        Trouble::NotCovered(Money::ZERO) => words.say("trouble-not-covered-at-all"),
        Trouble::NotCovered(left) => say!(words, "trouble-not-covered", amount = plain(left)),
        Trouble::NotForMoney => words.say("trouble-not-for-money"),
        Trouble::AsksHeadOffice { reached: true } => words.say("trouble-asks-head-office"),
        Trouble::AsksHeadOffice { reached: false } => words.say("trouble-head-office-away"),
        Trouble::NoPort => words.say("trouble-no-port"),
        Trouble::PortAway => words.say("trouble-port-away"),
        Trouble::NoPaymentCode => words.say("trouble-no-payment-code"),
        Trouble::Declined(said) if said.is_empty() => words.say("trouble-declined"),
        Trouble::Declined(said) => say!(words, "trouble-declined-saying", said = said),
        Trouble::PaymentGivenUp => words.say("trouble-payment-given-up"),
        Trouble::UnknownPayment => words.say("trouble-unknown-payment"),
        Trouble::PaymentNotKept(_) => words.say("trouble-payment-not-kept"),
        Trouble::RefundRefused(said) => say!(words, "trouble-refund-refused", said = said),
        Trouble::GoesBack => words.say("trouble-goes-back"),
        Trouble::MoreThanTaken => words.say("trouble-more-than-taken"),
        Trouble::PaymentAlarm(alarm) => alarm_words(*alarm, words),
        _ => words.say("trouble-not-here"),
    }
}

fn alarm_words(alarm: PaymentAlarm, words: &Words) -> String {
    match alarm {
        PaymentAlarm::LatePaid => words.say("trouble-alarm-late-paid"),
        PaymentAlarm::ReversalSlow => words.say("trouble-alarm-reversal-slow"),
        PaymentAlarm::RefundRefused => words.say("trouble-alarm-refund-refused"),
        PaymentAlarm::ReversedAfterPaid => words.say("trouble-alarm-reversed-after-paid"),
        PaymentAlarm::PaidAndUnknown => words.say("trouble-alarm-paid-and-unknown"),
    }
}

fn of_settlement(error: SettlementError, words: &Words) -> String {
    match error {
        SettlementError::NotAccepted(_) => words.say("trouble-tender-not-accepted"),
        SettlementError::AlreadyTaken => words.say("trouble-tender-already-taken"),
        SettlementError::Full => words.say("trouble-tender-full"),
        SettlementError::Final => words.say("trouble-tender-final"),
        SettlementError::TakenIsMore => words.say("trouble-tender-taken-is-more"),
        SettlementError::NothingDue
        | SettlementError::NothingOffered
        | SettlementError::WrongWay
        | SettlementError::MoreThanDue { .. }
        | SettlementError::TooMuch
        | SettlementError::NoReference(_)
        | SettlementError::NoPayment(_)
        | SettlementError::NoPoints
        | SettlementError::NoSuchTender => words.say("trouble-not-here"),
    }
}
