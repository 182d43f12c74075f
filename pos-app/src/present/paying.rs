//! The payment: what is due, by which means it can be paid, what is paid already, and how a payment through a provider
//! stands.

use domain::cash::suggest_change;
use domain::money::Money;
use domain::payment::{Payment, PaymentAlarm, PaymentState};
use domain::store::Store;
use domain::tender::{Settlement, SettlementError, Tender, TenderKind, quick_amounts};
use hal::DeviceClass;
use protocol::v1::tender_word as tender_id;
use ui::screen::{PaidPart, Panel, TenderKey};

use super::devices::printer_trouble;
use super::{either, trouble};
use crate::engine::{
    Catalogue, DeviceView, Engine, Now, Paid, PrintProgress, REFUND_KEY, TENDER_KEYS, Trouble, can_cancel,
    is_part_refund,
};
use crate::paper::{rounding_word, tender_word};

/// Quick amounts offered for cash beside the exact one, which has a button of its own.
const QUICK_MAX: usize = 4;

pub(super) fn pay(
    engine: &Engine,
    catalogue: &dyn Catalogue,
    store: &Store,
    now: Now,
    message: Option<&Trouble>,
) -> Panel {
    let english = engine.english;
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
    let rounding_text = store.currency.plain(if refund { -rounding } else { rounding });
    let parts = engine.taken();
    Panel::Pay {
        due: store.currency.signed(due.abs()),
        due_cash: store.currency.signed(if due_cash.is_zero() && refund { due.abs() } else { due_cash.abs() }),
        rounding: match rounding.is_zero() {
            true => String::new(),
            false => format!("{} {rounding_text}", rounding_word(store, english).to_lowercase()),
        },
        quick: quick
            .into_iter()
            .filter(|amount| *amount != due_cash)
            .map(|amount| store.currency.plain(amount))
            .collect(),
        message: message.map(|why| trouble::words(why, Some(store), english)).unwrap_or_default(),
        refund,
        busy: engine.pending.is_some(),
        tenders: match refund {
            true => refund_keys(engine, catalogue, store),
            false => TENDER_KEYS.into_iter().map(|kind| key(engine, catalogue, store, now, kind)).collect(),
        },
        paid: (1..).zip(&parts).map(|(no, tender)| part(no, tender, store, english)).collect(),
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
    let english = engine.english;
    let (detail, enabled) = match engine.could_pay(now, catalogue, store, kind) {
        Ok(Some(amount)) => (store.currency.plain(amount), true),
        Ok(None) => (String::new(), true),
        Err(why) => (trouble::words(&why, Some(store), english), false),
    };
    TenderKey {
        kind: tender_id(kind).to_owned(),
        label: tender_word(kind, english).to_owned(),
        detail,
        key: stroke(kind).to_owned(),
        enabled,
    }
}

/// The keys of a refund: back to what paid, or cash when nothing but cash goes back.
fn refund_keys(engine: &Engine, catalogue: &dyn Catalogue, store: &Store) -> Vec<TenderKey> {
    let english = engine.english;
    let plan = engine.refund_plan(catalogue, store);
    let detail = match &plan {
        Ok(plan) => {
            let parts = plan.parts.iter().map(|part| {
                let word = tender_word(part.payout.kind, english);
                format!("{word} {}", store.currency.plain(part.payout.amount))
            });
            parts.collect::<Vec<_>>().join(" · ")
        }
        Err(why) => trouble::words(why, Some(store), english),
    };
    let is_cash = plan.as_ref().is_ok_and(|plan| plan.is_cash());
    let back = TenderKey {
        kind: REFUND_KEY.to_owned(),
        label: either(english, "按原支付方式退回", "Give back"),
        detail: detail.clone(),
        key: "F2".to_owned(),
        enabled: plan.is_ok(),
    };
    let cash = TenderKey {
        kind: tender_id(TenderKind::Cash).to_owned(),
        label: tender_word(TenderKind::Cash, english).to_owned(),
        detail: if is_cash { detail } else { either(english, "退回原支付方式", "goes back to what paid") },
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

fn part(no: u32, tender: &Tender, store: &Store, english: bool) -> PaidPart {
    PaidPart {
        no,
        label: named(tender, english),
        amount: store.currency.plain(tender.amount),
        removable: tender.payment.is_none() && tender.kind != TenderKind::Deposit && tender.amount > Money::ZERO,
    }
}

/// A means with what tells it from another: `Gift card ****1234`, `Points 300`.
fn named(tender: &Tender, english: bool) -> String {
    let word = tender_word(tender.kind, english);
    match &tender.reference {
        _ if tender.points != 0 => format!("{word} {}", tender.points),
        Some(reference) => format!("{word} {reference}"),
        None => word.to_owned(),
    }
}

/// What is paid already, below the basket.
pub(super) fn parts_paid(engine: &Engine, store: &Store) -> Vec<String> {
    let english = engine.english;
    let of = |tender: &Tender| {
        let (name, amount) = (named(tender, english), store.currency.plain(tender.amount.abs()));
        match tender.amount < Money::ZERO {
            _ if tender.kind == TenderKind::Deposit => format!("{name} {amount}"),
            true => either(english, &format!("已退 {name} {amount}"), &format!("Given back: {name} {amount}")),
            false => either(english, &format!("已收 {name} {amount}"), &format!("Paid: {name} {amount}")),
        }
    };
    engine.taken().iter().map(of).collect()
}

/// A payment under way: what the shopper is told, what the till does.
pub(super) fn payment(engine: &Engine, store: &Store, payment: &Payment, now: Now) -> Panel {
    let english = engine.english;
    let words = |chinese: &str, in_english: &str| either(english, chinese, in_english);
    let (title, tell) = match payment.state {
        _ if is_part_refund(payment) => (
            words("正在退款", "Being given back"),
            words("款项原路退回，请稍候", "The money goes back the way it came; one moment"),
        ),
        PaymentState::Sent if payment.confirming && payment.masked.is_some() && !payment.cancelled => (
            words("等待顾客确认", "The shopper confirms"),
            words("请在手机上确认付款", "Please confirm the payment on your telephone"),
        ),
        PaymentState::Reversing => (
            words("正在撤销支付", "Being taken back"),
            words("本次支付正在撤销，已扣款会退回", "This payment is being taken back; nothing is lost"),
        ),
        PaymentState::Sent | PaymentState::Created if payment.cancelled => {
            (words("正在取消", "Being given up"), words("请勿再确认付款", "Please do not confirm any more"))
        }
        PaymentState::Sent | PaymentState::Created => match payment.masked {
            Some(_) => (words("正在收款", "Taking the payment"), words("请稍候", "One moment, please")),
            None => (
                words("请在终端刷卡", "Card on the terminal"),
                words("请在终端刷卡或插卡", "Please use the card terminal"),
            ),
        },
        _ => (
            words("支付结果未知", "The outcome is unknown"),
            words("正在查询，请勿再次付款", "We are asking: please do not pay again"),
        ),
    };
    Panel::Payment {
        title,
        tell,
        amount: store.currency.signed(payment.amount),
        doing: doing(payment, now, english),
        in_doubt: matches!(payment.state, PaymentState::InDoubt | PaymentState::Reversing) && !is_part_refund(payment),
        can_cancel: can_cancel(payment) && !is_part_refund(payment),
    }
}

/// What the till did and does next.
fn doing(payment: &Payment, now: Now, english: bool) -> String {
    let tries = payment.refund.as_ref().map_or(payment.reversals, |refund| refund.tries);
    let next_s = payment.next_at.map_or(0, |at| (at.as_second() - now.at.as_second()).max(0));
    match (payment.state, payment.asks) {
        (PaymentState::Reversing, _) if tries > 0 => either(
            english,
            &format!("已尝试 {tries} 次，{next_s} 秒后再试"),
            &format!("tried {}, again in {next_s} s", times(tries)),
        ),
        (PaymentState::Reversing, _) => either(english, &format!("{next_s} 秒后撤销"), &format!("in {next_s} s")),
        (_, 0) => either(english, &format!("{next_s} 秒后查询"), &format!("asking in {next_s} s")),
        (_, asks) => either(
            english,
            &format!("已查询 {asks} 次，{next_s} 秒后再查"),
            &format!("asked {}, again in {next_s} s", times(asks)),
        ),
    }
}

fn times(count: u32) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

pub(super) fn change(engine: &Engine, store: &Store, paid: &Paid) -> Panel {
    let english = engine.english;
    let plain = |amount: Money| store.currency.plain(amount);
    let refund = paid.due < Money::ZERO;
    let due = plain(paid.due.abs());
    let handed = |tender: &Tender| if refund { -tender.amount } else { tender.tendered };
    let means = |tender: &Tender| {
        let word = tender_word(tender.kind, english);
        format!("{} {}", if english { word.to_lowercase() } else { word.to_owned() }, plain(handed(tender)))
    };
    let moved = paid.tenders.iter().filter(|tender| paid.tenders.len() == 1 || !handed(tender).is_zero());
    let all = moved.map(means).collect::<Vec<_>>().join(" · ");
    let only_cash = paid.tenders.iter().all(|tender| tender.kind == TenderKind::Cash);
    let detail = match (refund, english) {
        (false, false) => format!("应收 {due} · {all}"),
        (false, true) => format!("Due {due} · {all}"),
        (true, false) if only_cash => format!("退现金 {due}"),
        (true, true) if only_cash => format!("Cash refund {due}"),
        (true, false) => format!("退款 {due} · {all}"),
        (true, true) => format!("Refund {due} · {all}"),
    };
    let printing = match engine.printing {
        PrintProgress::Idle => String::new(),
        _ if engine.devices.view(DeviceClass::Printer) == DeviceView::Absent => {
            either(english, "未配置打印机，没有打印", "not printed: no printer is set up")
        }
        PrintProgress::Printing(_) => either(english, "正在打印小票", "printing the receipt"),
        PrintProgress::Done(_) => either(english, "小票已打印", "receipt printed"),
        PrintProgress::Stopped(_, why) => {
            let why = printer_trouble(why, english);
            either(english, &format!("{why}，恢复后自动重打"), &format!("{why}; it is printed again by itself"))
        }
    };
    let cash = cash_out(paid);
    let (what, shown) = match (refund, cash.is_zero()) {
        (false, _) => (String::new(), cash),
        (true, false) => (either(english, "退现金", "Cash back"), cash),
        (true, true) => (either(english, "已退款", "Given back"), paid.due.abs()),
    };
    Panel::Change {
        change: store.currency.signed(shown),
        what,
        detail,
        receipt: paid.receipt.clone(),
        printing,
        pieces: pieces(store, cash),
    }
}

/// Cash for the shopper's hand: change, or the cash of a refund.
pub(super) fn cash_out(paid: &Paid) -> Money {
    let cash = paid.tenders.iter().filter(|tender| tender.kind == TenderKind::Cash && tender.amount < Money::ZERO);
    paid.change - cash.map(|tender| tender.amount).sum()
}

/// Notes and coins that make up an amount: `5 + 2 × 1`.
fn pieces(store: &Store, amount: Money) -> String {
    let suggested = suggest_change(store.currency, amount, None);
    let of = |(value, count): &(Money, u32)| match count {
        1 => store.currency.plain(*value),
        count => format!("{count} × {}", store.currency.plain(*value)),
    };
    suggested.list.iter().map(of).collect::<Vec<_>>().join(" + ")
}

/// Why money was not taken, or not given back.
pub(super) fn trouble(why: &Trouble, store: Option<&Store>) -> (String, String) {
    let fixed = |chinese: &str, english: &str| (chinese.to_owned(), english.to_owned());
    let plain = |amount: &Money| store.map(|store| store.currency.plain(*amount)).unwrap_or_default();
    match why {
        Trouble::Tender(error) => of_settlement(*error),
        Trouble::MoreThanDue(most) => {
            (format!("最多收 {}，不找零", plain(most)), format!("At most {}: no change is given on it", plain(most)))
        }
        Trouble::NotCovered(Money::ZERO) => fixed("余额不够", "There is not enough on it"),
        Trouble::NotCovered(left) => (format!("可用 {}", plain(left)), format!("Only {} can be used", plain(left))),
        Trouble::NotForMoney => fixed("礼品卡和充值不能这样付", "Gift cards and top-ups are not paid with this"),
        Trouble::AsksHeadOffice { reached: true } => {
            fixed("正在询问总部，请稍候再试", "Asking head office: try again in a moment")
        }
        Trouble::AsksHeadOffice { reached: false } => {
            fixed("总部未连接，暂不能用", "Head office is not reached: not possible now")
        }
        Trouble::NoPort => fixed("未接入支付通道", "No payment provider is set up"),
        Trouble::PortAway => {
            fixed("支付通道未连接：请稍后再试", "The payment provider is not reached: try again later")
        }
        Trouble::NoPaymentCode => fixed("这不是付款码", "This is no payment code"),
        Trouble::Declined(said) if said.is_empty() => {
            fixed("支付未成功：请换一种方式", "The payment was declined: use another means")
        }
        Trouble::Declined(said) => (format!("支付未成功：{said}"), format!("The payment was declined: {said}")),
        Trouble::PaymentGivenUp => fixed("支付已取消，没有收款", "The payment was given up: no money was taken"),
        Trouble::UnknownPayment => fixed(
            "收到一笔本机不认识的付款，请联系主管核对",
            "Money came for a payment unknown here: call a supervisor",
        ),
        Trouble::PaymentNotKept(_) => fixed(
            "支付结果没有保存成功，稍后自动再试：请勿再次收款",
            "The payment's outcome could not be saved, it is tried again: do not charge again",
        ),
        Trouble::RefundRefused(said) => (
            format!("支付通道拒绝退款（{said}）：可退现金"),
            format!("The provider refuses the refund ({said}): give cash"),
        ),
        Trouble::GoesBack => fixed("按原支付方式退回", "It goes back to what paid, not in cash"),
        Trouble::MoreThanTaken => fixed("超过原来收的金额，不能退", "More than was paid: nothing is given back"),
        Trouble::PaymentAlarm(alarm) => alarm_words(*alarm),
        _ => fixed("现在不能这样做", "Not possible here"),
    }
}

fn alarm_words(alarm: PaymentAlarm) -> (String, String) {
    let (chinese, english) = match alarm {
        PaymentAlarm::LatePaid => {
            ("取消后才到账的付款，正在自动退回", "A payment arrived after it was given up: it goes back by itself")
        }
        PaymentAlarm::ReversalSlow => (
            "撤销或退款还没有结果，仍在继续：请告知主管",
            "Giving money back takes long and goes on: tell a supervisor",
        ),
        PaymentAlarm::RefundRefused => (
            "支付通道拒绝退款：请主管与顾客处理",
            "The provider refuses the refund: a supervisor settles it with the shopper",
        ),
        PaymentAlarm::ReversedAfterPaid => {
            ("已收的付款被撤销：请主管核对", "A payment that was taken has been reversed: a supervisor must look")
        }
        PaymentAlarm::PaidAndUnknown => (
            "已收的付款在支付通道查不到：请主管核对",
            "The provider no longer knows a payment that was taken: a supervisor must look",
        ),
    };
    (chinese.to_owned(), english.to_owned())
}

fn of_settlement(error: SettlementError) -> (String, String) {
    let (chinese, english) = match error {
        SettlementError::NotAccepted(_) => ("本店不收这种方式", "Not taken in this store"),
        SettlementError::AlreadyTaken => {
            ("这张卡或账户已经用了：先取消那一笔", "It is used in this sale already: take that part back first")
        }
        SettlementError::Full => ("付款方式已满", "No more means of payment in one sale"),
        SettlementError::Final => {
            ("这一笔已经到账，取消整单才能退回", "The money has moved: it goes back when the sale is void")
        }
        SettlementError::TakenIsMore => (
            "已收的多于应收：先退回一笔，或取消整单",
            "More is paid than the sale costs: take a part back, or void the sale",
        ),
        SettlementError::NothingDue
        | SettlementError::NothingOffered
        | SettlementError::WrongWay
        | SettlementError::MoreThanDue { .. }
        | SettlementError::TooMuch
        | SettlementError::NoReference(_)
        | SettlementError::NoPayment(_)
        | SettlementError::NoPoints
        | SettlementError::NoSuchTender => ("现在不能这样做", "Not possible here"),
    };
    (chinese.to_owned(), english.to_owned())
}
