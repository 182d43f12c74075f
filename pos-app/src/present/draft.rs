//! What a draft asks, as panels.

use domain::store::{ReasonFor, Store};
use ui::screen::{Choice, CountRow, Panel};

use super::actions::label;
use super::{either, trouble};
use crate::engine::{Action, Ask, Asked, Catalogue, Choose, Draft, Engine, Entry, Listed, Step, denominations};

pub(super) fn panel(engine: &Engine, catalogue: &dyn Catalogue, store: &Store, draft: &Draft) -> Panel {
    let english = engine.english;
    let title = match &draft.goods {
        Some(goods) => goods.item.name_in(english).to_owned(),
        None if draft.action == Action::PayWith => pays_with(draft, english),
        None => label(draft.action, english).to_owned(),
    };
    let message = draft.message.as_ref().map(|why| trouble::words(why, Some(store), english)).unwrap_or_default();
    match &draft.step {
        Step::Ask(ask) => {
            let help = if draft.wants_receipt() { receipt_or_goods(english) } else { help(ask.what, english) };
            question(ask, (title, help), message, english)
        }
        Step::Choose(list) => {
            let sum = sum(engine, catalogue, store, draft);
            choices(draft, list, (title, sum), message, engine, store)
        }
        Step::Count => count(draft, title, message, store, english),
        Step::Show(rows) => Panel::Report { title, rows: rows.clone(), asks_count: false, message },
        Step::Explain(line) => super::why::panel(engine, store, *line),
        Step::ShowCode(code, rows) => {
            let help = code_help(draft.action, english);
            Panel::Code { title, help, code: code.clone(), rows: rows.clone() }
        }
    }
}

/// What the shopper gets by scanning the code on the screen.
fn code_help(action: Action, english: bool) -> String {
    match action {
        Action::InvoiceRequest => either(
            english,
            "请顾客用手机扫码，填写开票信息",
            "The shopper scans it and fills in who the invoice is for",
        ),
        _ => either(english, "请顾客用手机扫码，保存小票", "The shopper scans it and keeps the receipt"),
    }
}

/// The means whose number is asked for.
fn pays_with(draft: &Draft, english: bool) -> String {
    let kind = draft.answers.first().and_then(|kind| protocol::v1::tender_kind(kind).ok());
    kind.map(|kind| crate::paper::tender_word(kind, english).to_owned()).unwrap_or_default()
}

fn question(ask: &Ask, (title, help): (String, String), message: String, english: bool) -> Panel {
    let option = |entry: &Entry| Choice {
        id: entry.id.clone(),
        title: if entry.title.is_empty() { word(&entry.id, english) } else { entry.title.clone() },
        detail: entry.detail.clone(),
        amount: entry.amount.clone(),
        enabled: entry.blocked.is_none(),
        ..Choice::default()
    };
    Panel::Ask {
        title,
        help,
        keys: ask.keys,
        value: ask.value.clone(),
        options: ask.options.iter().map(option).collect(),
        message,
    }
}

fn choices(
    draft: &Draft,
    list: &Choose,
    (title, sum): (String, String),
    message: String,
    engine: &Engine,
    store: &Store,
) -> Panel {
    let english = engine.english;
    let choice = |entry: &Entry| {
        let ticked = draft.ticked.iter().find(|(id, _)| *id == entry.id);
        let quantity = ticked.and_then(|(_, quantity)| *quantity).or(entry.quantity_max);
        let why = entry.blocked.as_ref().map(|why| trouble::words(why, Some(store), english));
        Choice {
            id: entry.id.clone(),
            title: if entry.title.is_empty() { word(&entry.id, english) } else { entry.title.clone() },
            detail: why.unwrap_or_else(|| entry.detail.clone()),
            amount: entry.amount.clone(),
            ticked: ticked.is_some(),
            enabled: entry.blocked.is_none(),
            quantity: quantity.map(|quantity| quantity.plain()).unwrap_or_default(),
        }
    };
    Panel::Choose {
        title,
        help: list_help(list.what, english),
        choices: list.entries.iter().map(choice).collect(),
        many: list.many,
        confirm: if list.many { either(english, "确定", "Take these") } else { String::new() },
        sum,
        message,
    }
}

/// What the ticked goods of a receipt come to.
fn sum(engine: &Engine, catalogue: &dyn Catalogue, store: &Store, draft: &Draft) -> String {
    let worth = engine.ticked_worth(catalogue, store, draft);
    worth.map(|worth| store.currency.signed(worth)).unwrap_or_default()
}

fn count(draft: &Draft, title: String, message: String, store: &Store, english: bool) -> Panel {
    let currency = store.currency;
    let row = |value: domain::money::Money| {
        let pieces = draft.pieces.iter().find(|(counted, _)| *counted == value).map(|(_, pieces)| *pieces);
        let amount = pieces.map(|pieces| domain::money::Money::minor(value.units() * i64::from(pieces)));
        CountRow {
            value: currency.plain(value),
            label: currency.signed(value),
            pieces: pieces.map(|pieces| pieces.to_string()).unwrap_or_default(),
            amount: amount.map(|amount| currency.plain(amount)).unwrap_or_default(),
        }
    };
    let sum = draft.pieces.iter().map(|(value, pieces)| value.units() * i64::from(*pieces)).sum();
    Panel::Count {
        title,
        help: either(
            english,
            "逐个面额输入张数；不显示应有金额",
            "Type how many of each; what should be there is not shown",
        ),
        rows: denominations(store).into_iter().map(row).collect(),
        sum: currency.signed(domain::money::Money::minor(sum)),
        confirm: either(english, "清点完毕", "Counted"),
        message,
    }
}

fn receipt_or_goods(english: bool) -> String {
    either(
        english,
        "扫描小票上的退货码，或输入单号；没有小票请扫描商品",
        "Scan the receipt's code, or type its number; without a receipt scan the goods",
    )
}

fn help(what: Asked, english: bool) -> String {
    let (chinese, in_english) = match what {
        Asked::Price => ("输入新的单价", "Type the new unit price"),
        Asked::OpenPrice => ("输入价格", "Type the price"),
        Asked::Off => ("输入减去的金额，或百分比如 10%", "Type an amount to take off, or a percentage like 10%"),
        Asked::Reason(ReasonFor::Difference) => (
            "与应有金额不符：重新清点，或选择原因",
            "It is not what should be there: count again, or choose the reason",
        ),
        Asked::Reason(_) => ("选择或输入原因", "Choose or type the reason"),
        Asked::Note => ("输入备注；留空则删除", "Type the note; empty removes it"),
        Asked::CashNote => ("输入备注，如袋号（可留空）", "Type a note, like the bag's number (may stay empty)"),
        Asked::NextCashier => ("选择接班人", "Choose who takes over"),
        Asked::Staff => ("选择员工", "Choose who"),
        Asked::Code => ("扫描或输入号码", "Scan or type the code"),
        Asked::Amount => ("输入金额", "Type the amount"),
        Asked::Phone => ("输入手机号", "Type the telephone number"),
        Asked::Name => ("输入姓名（可留空）", "Type the name (may stay empty)"),
        Asked::Card => ("扫描会员卡（可留空）", "Scan the card (may stay empty)"),
        Asked::Serial => ("扫描或输入序列号", "Scan or type the serial number"),
        Asked::Lot => ("输入批号", "Type the lot"),
        Asked::Date => ("输入日期，如 2026-03-02", "Type the date, like 2026-03-02"),
        Asked::Sure => ("确定吗？", "Are you sure?"),
        Asked::BirthDate(years) => return super::goods::birth_date(years, english),
        Asked::GiftCard => ("扫描或输入礼品卡号", "Scan or type the number of the gift card"),
        Asked::PaymentCode => ("扫描顾客的付款码", "Scan the shopper's payment code"),
        Asked::SlipNumber => ("扫描或输入券号", "Scan or type the slip's number"),
        Asked::Face => ("输入券面金额", "Type what it is worth"),
        Asked::Coupon => {
            ("扫描或输入优惠券；选已用的券可取消", "Scan or type the coupon; choosing one that is there removes it")
        }
        Asked::Certificate => {
            ("输入免税证明编号；留空则取消免税", "Type the certificate's number; empty ends the exemption")
        }
        Asked::Receipt => ("扫描小票上的退货码，或输入单号", "Scan the receipt's code, or type its number"),
        Asked::Condition => ("退回的商品还能再卖吗？", "Can what comes back be sold again?"),
        Asked::Shopper => ("输入取货人姓名或手机号", "Type the shopper's name or telephone number"),
        Asked::CollectUntil => {
            ("输入取货期限，如 2026-03-02；可留空", "Type until when, like 2026-03-02; may stay empty")
        }
        Asked::PaidDown => ("输入现金定金；可留空", "Type the cash that is paid down; may stay empty"),
        Asked::HoldCode => ("扫描或输入提货码", "Scan or type the code on the slip"),
        Asked::MemberNote => ("输入同事应知道的事；留空则删除", "Type what colleagues should know; empty removes it"),
        Asked::Account => ("扫描礼品卡或会员", "Scan the gift card, or the member"),
        Asked::Expiry => (
            "输入有效期，如 2026-03-02；可留空",
            "Type the date up to which it is good, like 2026-03-02; may stay empty",
        ),
    };
    either(english, chinese, in_english)
}

fn list_help(what: Listed, english: bool) -> String {
    let (chinese, in_english) = match what {
        Listed::Lines => ("勾选商品", "Tick the goods"),
        Listed::ReceiptLines => ("勾选退回的商品，可改数量", "Tick what comes back; the quantity can be changed"),
        Listed::Baskets => ("选择一个挂单", "Choose a sale that is aside"),
        Listed::Purchases => ("最近的购买", "What was bought last"),
        Listed::Holds => ("选择一个预订", "Choose what was put by"),
    };
    either(english, chinese, in_english)
}

/// The program's own reasons and answers; anything else is data and shown as it is.
pub(crate) fn word(id: &str, english: bool) -> String {
    let (chinese, in_english) = match id {
        "changed_mind" => ("顾客不要了", "Changed their mind"),
        "wrong_item" => ("商品错误", "Wrong item"),
        "too_expensive" => ("嫌贵", "Too expensive"),
        "wrong_label" => ("标价错误", "Wrong label"),
        "damaged_goods" => ("商品有损", "Damaged goods"),
        "price_match" => ("比价", "Price match"),
        "goodwill" => ("客诉补偿", "Goodwill"),
        "unwanted" => ("不想要了", "No longer wanted"),
        "faulty" => ("质量问题", "Faulty"),
        "wrong_goods" => ("买错", "Wrong goods"),
        "expired" => ("过期", "Expired"),
        "to_safe" => ("投入保险箱", "To the safe"),
        "change_from_bank" => ("备用零钱", "Change from the bank"),
        "bill" => ("付账单", "A bill"),
        "refund_refused" => ("支付通道拒绝退款", "Refund refused"),
        "other" => ("其他", "Other"),
        "wrong_change" => ("找错零", "Wrong change"),
        "wrong_count" => ("清点误差", "Wrong count"),
        "unknown" => ("原因不明", "Unknown"),
        "forced" => ("未经收银机打开", "Opened without the till"),
        "change" => ("换零钱", "Change money"),
        "check" => ("检查", "Check"),
        "count_again" => ("重新清点", "Count again"),
        "later" => ("稍后登录", "Signs on later"),
        "to_stock" => ("可再售", "Back to the shelf"),
        "damaged" => ("已损坏", "Damaged"),
        "yes" => ("是", "Yes"),
        "old_enough" => ("已看过，年龄符合", "Old enough, I have seen it"),
        "too_young" => ("未到年龄", "Too young"),
        "nobody" => ("不记名", "Nobody"),
        "no" => ("否", "No"),
        other => return other.to_owned(),
    };
    either(english, chinese, in_english)
}
