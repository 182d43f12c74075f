//! What the engine knows, as the screen a person sees. Pure; texts are finished here and nowhere below.

mod actions;
mod basket;
mod below;
mod devices;
mod display;
mod draft;
mod goods;
mod lights;
mod money;
mod panel;
mod paying;
mod receipts;
mod trouble;
mod why;

pub use display::display;
pub(crate) use draft::word as reason_word;
pub use lights::{Lights, lights};

use domain::money::Money;
use domain::shift::CashMovementKind;
use domain::store::Store;
use domain::tender::TenderKind;
use ui::Screen;
use ui::heard::Heard;
use ui::screen::{Bar, Level, Notice};

use crate::engine::{Catalogue, Engine, Now, Said, SyncView, Trouble};

/// Seconds of silence after which head office counts as out of reach.
const SILENT_S_MAX: u64 = 30;

/// The whole screen.
pub fn screen(engine: &Engine, catalogue: &dyn Catalogue, now: Now) -> Screen {
    let store = catalogue.store();
    Screen {
        language: engine.words.tag().to_owned(),
        bar: bar(engine, catalogue, now),
        basket: store.map(|store| basket::basket(engine, store)).unwrap_or_default(),
        panel: panel::panel(engine, catalogue, now),
        actions: actions::actions(engine),
        approval: store
            .zip(engine.waiting.as_ref())
            .map(|(store, waiting)| actions::approval(engine, catalogue, store, waiting)),
        notice: notice(engine, store),
        said: said(engine, store),
        kiosk: None,
        stock: None,
        heard: Heard::default(),
        scans_answered: engine.scans_answered,
        version: engine.version,
    }
}

/// Chinese or English, whichever the till speaks.
fn either(english: bool, chinese: &str, in_english: &str) -> String {
    if english { in_english } else { chinese }.to_owned()
}

fn bar(engine: &Engine, catalogue: &dyn Catalogue, now: Now) -> Bar {
    let english = engine.english;
    let number = engine.setup.number;
    let store = match catalogue.store() {
        Some(store) if english => format!("{} · till {number}", store.name),
        Some(store) => format!("{} · {number} 号机", store.name),
        None => "Guitai 柜台".to_owned(),
    };
    let cashier = engine.signed_on.as_ref().map(|staff| format!("{} {}", staff.id, staff.name)).unwrap_or_default();
    let (sync, sync_level) = sync(&catalogue.sync(), english);
    let (devices, devices_level) = match devices::words(engine) {
        (_, Level::Good) if catalogue.store().is_some_and(|store| engine.wants_drop(store)) => {
            (either(english, "钱箱现金较多，请投库", "much cash in the drawer: drop some"), Level::Warning)
        }
        shown => shown,
    };
    Bar {
        store,
        cashier,
        clock: format!("{:02}:{:02}", now.local.hour(), now.local.minute()),
        sync,
        sync_level,
        devices,
        devices_level,
        training: match engine.training {
            Some(_) => {
                either(english, "培训模式：不计入营业，钱箱不开", "TRAINING: nothing counts, the drawer stays shut")
            }
            None => String::new(),
        },
    }
}

fn sync(sync: &SyncView, english: bool) -> (String, Level) {
    let unsent = sync.unsent;
    let silent = sync.silent_s.is_none_or(|seconds| seconds > SILENT_S_MAX);
    match (silent, unsent) {
        (false, 0) => (either(english, "已同步", "synced"), Level::Good),
        (false, some) => (either(english, &format!("正在上传 {some} 条"), &format!("sending {some}")), Level::Good),
        (true, 0) => (either(english, "总部未连接，可照常收款", "offline, keep selling"), Level::Warning),
        (true, some) => (
            either(
                english,
                &format!("离线，{some} 条待上传，可照常收款"),
                &format!("offline, {some} to send, keep selling"),
            ),
            Level::Warning,
        ),
    }
}

fn notice(engine: &Engine, store: Option<&Store>) -> Option<Notice> {
    let notice = engine.notice.as_ref()?;
    let button = match notice.trouble {
        Trouble::NeedsWeight(_) => either(engine.english, "取消", "Cancel"),
        _ => either(engine.english, "知道了", "Got it"),
    };
    let mut text = trouble_words(engine, store, &notice.trouble);
    if !engine.queued.is_empty() {
        let waiting = engine.queued.len();
        text.push_str(&either(
            engine.english,
            &format!("（还有 {waiting} 个扫码在等待）"),
            &format!(" (scans waiting: {waiting})"),
        ));
    }
    Some(Notice { level: trouble::level(&notice.trouble), text, button, about: notice.about.clone() })
}

fn said(engine: &Engine, store: Option<&Store>) -> String {
    let english = engine.english;
    let words = |chinese: String, in_english: String| if english { in_english } else { chinese };
    match &engine.said {
        Said::Nothing => String::new(),
        Said::Added(no) | Said::Changed(no) => {
            store.and_then(|store| line_said(engine, store, *no)).unwrap_or_default()
        }
        Said::Voided(name) => words(format!("已取消 {name}"), format!("Voided: {name}")),
        Said::Refused(trouble) => trouble_words(engine, store, trouble),
        Said::Queued(count) => words(format!("已记下扫码，{count} 个等待"), format!("Scan kept, {count} waiting")),
        Said::Returning(true) => words("退货：请扫描退回的商品".into(), "Return: scan what comes back".into()),
        Said::Returning(false) => words("已取消退货".into(), "Return cancelled".into()),
        Said::SaleVoided => words("整单已取消".into(), "Sale voided".into()),
        Said::Suspended => words("已挂单".into(), "Sale put aside".into()),
        Said::Recalled => words("已取单".into(), "Sale recalled".into()),
        Said::PartTaken(kind, amount) => part_moved(*kind, *amount, (store, english), ("已收", "Paid:")),
        Said::PartReturned(kind, amount) => part_moved(*kind, *amount, (store, english), ("已退回", "Handed back:")),
        Said::Paid => words("收款完成".into(), "Paid".into()),
        Said::Member(name) => words(format!("会员 {name}"), format!("Member {name}")),
        Said::ShiftOpened => words("已开班".into(), "Shift opened".into()),
        Said::ShiftClosed { z_no } => words(format!("已交班，Z 报表 {z_no}"), format!("Shift closed, Z report {z_no}")),
        Said::DrawerOpened if engine.is_training() => {
            words("培训：钱箱不开".into(), "Training: the drawer stays shut".into())
        }
        Said::DrawerOpened => words("钱箱已打开".into(), "Drawer opened".into()),
        Said::ScaleZero => words("秤正在置零".into(), "The scale finds its zero".into()),
        Said::ScaleTare(true) => words("秤上的包装正在去皮".into(), "What lies on the scale is packaging".into()),
        Said::ScaleTare(false) => words("秤不再去皮".into(), "The scale takes no packaging off".into()),
        Said::CashMoved(kind, amount) => cash_moved(*kind, *amount, store, english),
        Said::HandedOver => words("已交接：请接班人登录".into(), "Handed over: the next cashier signs on".into()),
        Said::Training(true) => words("已进入培训模式".into(), "Training has begun".into()),
        Said::Training(false) => words("已退出培训模式".into(), "Training has ended".into()),
        Said::Printing => words("正在打印".into(), "Printing".into()),
        Said::WithoutPaper(true) => words("本单用电子小票，不打印".into(), "Electronic receipt, no paper".into()),
        Said::WithoutPaper(false) => words("本单打印小票".into(), "The receipt is printed".into()),
        Said::Enrolled(name) => words(format!("新会员 {name}"), format!("New member {name}")),
        Said::MemberNoted => words("会员备注已保存".into(), "Note on the member kept".into()),
        Said::HoldPlaced => words("已寄存，请把提货单交给顾客".into(), "Put by: give the slip to the shopper".into()),
        Said::HoldCancelled => words("预订已取消".into(), "Put-by cancelled".into()),
        Said::Coupon { .. } | Said::Split | Said::Merged => goods::said(&engine.said, english),
        Said::BasketChanged => words("已更新整单".into(), "The sale was changed".into()),
        Said::Found(count) => words(format!("找到 {count} 个商品"), format!("{count} found")),
    }
}

/// Why something did not happen; goods that wait for their weight are told what the scale says.
fn trouble_words(engine: &Engine, store: Option<&Store>, trouble: &Trouble) -> String {
    match trouble {
        Trouble::NeedsWeight(name) => devices::asks_weight(engine, name),
        other => trouble::words(other, store, engine.english),
    }
}

fn part_moved(
    kind: TenderKind,
    amount: Money,
    (store, english): (Option<&Store>, bool),
    (chinese, in_english): (&str, &str),
) -> String {
    let amount = store.map(|store| store.currency.signed(amount)).unwrap_or_default();
    format!("{} {} {amount}", if english { in_english } else { chinese }, crate::paper::tender_word(kind, english))
}

fn cash_moved(kind: CashMovementKind, amount: Money, store: Option<&Store>, english: bool) -> String {
    let amount = store.map(|store| store.currency.signed(amount)).unwrap_or_default();
    match kind {
        CashMovementKind::Drop => either(english, &format!("已投库 {amount}"), &format!("To the safe: {amount}")),
        CashMovementKind::PayIn => either(english, &format!("已存入 {amount}"), &format!("Paid in: {amount}")),
        CashMovementKind::PayOut => either(english, &format!("已支出 {amount}"), &format!("Paid out: {amount}")),
    }
}

fn line_said(engine: &Engine, store: &Store, no: u32) -> Option<String> {
    let basket = engine.durable.open.as_ref()?;
    let line = basket.line(no)?;
    let priced = engine.priced(store);
    let priced = priced.line(no)?;
    let amount = store.tax_mode.shelf_amount(priced.gross, priced.tax);
    Some(format!("{}  {}", line.name_in(engine.english), store.currency.signed(amount)))
}
