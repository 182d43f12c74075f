//! How the devices stand, in words with the mend: one thing at a time, the most urgent first.

use hal::{DeviceClass, MILLIGRAMS_PER_GRAM, Weighing};
use ui::screen::Level;

use super::either;
use crate::engine::{DeviceView, Engine, PrinterTrouble};

/// The most urgent thing about time and devices, in words, and how many more there are.
pub(super) fn words(engine: &Engine) -> (String, Level) {
    let english = engine.english;
    let troubles = troubles(engine);
    let more = troubles.len().saturating_sub(1);
    match troubles.into_iter().next() {
        Some((words, level)) if more > 0 => {
            (words + &either(english, &format!("（另有 {more} 项）"), &format!(" (and {more} more)")), level)
        }
        Some(first) => first,
        None => at_rest(engine),
    }
}

/// Whether something about the devices wants a person.
pub(super) fn want_somebody(engine: &Engine) -> bool {
    !troubles(engine).is_empty()
}

/// Everything that wants a person, the most urgent first.
fn troubles(engine: &Engine) -> Vec<(String, Level)> {
    let english = engine.english;
    let mut troubles = Vec::new();
    let mut tell = |level, words: String| troubles.push((words, level));
    if engine.clock_is_back {
        let words = either(english, "时钟被调回，请核对日期时间", "clock was set back: check date and time");
        tell(Level::Fault, words);
    }
    for class in [DeviceClass::Printer, DeviceClass::Scanner, DeviceClass::Payment, DeviceClass::Scale] {
        if let DeviceView::Trouble(why) = engine.devices.view(class) {
            let level = match class {
                DeviceClass::Printer | DeviceClass::Scanner => Level::Fault,
                _ => Level::Warning,
            };
            tell(level, trouble(class, why, english));
        }
    }
    if engine.drawer.too_long {
        tell(Level::Warning, either(english, "钱箱开着：请关上", "drawer open: close it"));
    }
    if engine.devices.view(DeviceClass::Printer) == DeviceView::PaperLow {
        tell(Level::Warning, either(english, "打印纸将尽", "printer: paper low"));
    }
    for class in [DeviceClass::Drawer, DeviceClass::Display, DeviceClass::Indicator, DeviceClass::Bagging] {
        if let DeviceView::Trouble(why) = engine.devices.view(class) {
            tell(Level::Warning, trouble(class, why, english));
        }
    }
    troubles
}

/// Nothing wants a person: what is not set up, what has not reported yet, or that all is well.
fn at_rest(engine: &Engine) -> (String, Level) {
    let words = |chinese: &str, in_english: &str| either(engine.english, chinese, in_english);
    let printer = engine.devices.view(DeviceClass::Printer);
    let scanner = engine.devices.view(DeviceClass::Scanner);
    match (printer, scanner) {
        (DeviceView::Absent, _) => (words("未配置打印机", "no printer set up"), Level::Warning),
        (_, DeviceView::Absent) => (words("未配置扫码枪，可键入条码", "no scanner set up, type codes"), Level::Warning),
        (DeviceView::Unknown, _) | (_, DeviceView::Unknown) => {
            (words("正在连接设备", "connecting devices"), Level::Good)
        }
        _ => (words("设备正常", "devices ready"), Level::Good),
    }
}

/// What keeps a device from working, and what to do meanwhile.
fn trouble(class: DeviceClass, why: PrinterTrouble, english: bool) -> String {
    let away = why == PrinterTrouble::Unplugged;
    let (chinese, in_english) = match class {
        DeviceClass::Printer => return printer_trouble(why, english),
        DeviceClass::Scanner if away => ("扫码枪未连接：检查接线", "scanner not connected: check its cable"),
        DeviceClass::Scanner => ("扫码枪故障：可键入条码", "scanner fault: type codes"),
        DeviceClass::Payment => ("支付未连接：可收现金", "payment not reached: take cash"),
        DeviceClass::Scale if away => ("秤未连接：检查接线，可键入重量", "scale not connected: type weights"),
        DeviceClass::Scale => ("秤故障：可键入重量", "scale fault: type weights"),
        DeviceClass::Drawer => ("钱箱未连接：用钥匙打开", "drawer not connected: use its key"),
        DeviceClass::Display => ("顾客屏未连接：检查接线", "customer display not connected: check its cable"),
        DeviceClass::Indicator => ("指示灯未连接：检查接线", "lights not connected: check their cable"),
        DeviceClass::Bagging => ("装袋秤未连接：检查接线", "bagging scale not connected: check its cable"),
    };
    either(english, chinese, in_english)
}

/// What keeps the printer from printing, and the mend.
pub(super) fn printer_trouble(why: PrinterTrouble, english: bool) -> String {
    match why {
        PrinterTrouble::PaperOut => either(english, "打印机缺纸：请换纸", "printer out of paper: put in a roll"),
        PrinterTrouble::CoverOpen => either(english, "打印机盖未关：请合上", "printer cover open: close it"),
        PrinterTrouble::Unplugged => {
            either(english, "打印机未连接：检查电源和接线", "printer not connected: check power and cable")
        }
        PrinterTrouble::Fault => either(english, "打印机故障：请重启打印机", "printer fault: switch it off and on"),
    }
}

/// Goods wait for their weight: what to do, and what the scale says.
pub(super) fn asks_weight(engine: &Engine, name: &str) -> String {
    let english = engine.english;
    let (chinese, in_english) = match (engine.devices.view(DeviceClass::Scale), engine.scale.says) {
        (DeviceView::Absent, _) => ("输入公斤数".to_owned(), "type the kilograms".to_owned()),
        (DeviceView::Trouble(_), None) => {
            ("秤没有回应，输入公斤数".to_owned(), "the scale does not answer, type the kilograms".to_owned())
        }
        (_, says) => on_scale(engine, says),
    };
    either(english, &format!("{name} 按重量销售：{chinese}"), &format!("{name} is sold by weight: {in_english}"))
}

fn on_scale(engine: &Engine, says: Option<Weighing>) -> (String, String) {
    let fixed = |chinese: &str, english: &str| (chinese.to_owned(), english.to_owned());
    match says {
        None => fixed("请放到秤上", "put it on the scale"),
        Some(Weighing::Stable(weight)) if weight.net_milligrams < MILLIGRAMS_PER_GRAM / 2 => {
            fixed("请放到秤上（0.000 kg）", "put it on the scale (0.000 kg)")
        }
        Some(Weighing::Stable(weight)) => {
            let shown = kilograms(weight.net_grams());
            match engine.is_taken_already(weight.net_grams()) {
                true => (
                    format!("秤上的 {shown} 已经计入，请先取下"),
                    format!("{shown} on the scale is in the sale already, take it off first"),
                ),
                false => (format!("秤上 {shown}"), format!("{shown} on the scale")),
            }
        }
        Some(Weighing::Moving) => fixed("秤未稳定，请稍等", "the scale moves, wait until it stands still"),
        Some(Weighing::Overload) => fixed("超过秤的量程，请取下一些", "too much lies on the scale, take some off"),
        Some(Weighing::BelowZero) if engine.scale.tared => fixed(
            "秤上没有已去皮的包装，请放回包装，或按“秤去皮”取消",
            "the packaging that it takes off is not on the scale, put it back or touch Scale: packaging",
        ),
        Some(Weighing::BelowZero) => {
            fixed("秤显示负数，请清空秤盘并置零", "the scale shows less than nothing, empty it and set it to zero")
        }
        Some(Weighing::OutsideZero) => fixed(
            "秤没有归零，请清空秤盘后重启秤",
            "the scale did not find its zero, empty it and switch it off and on",
        ),
        Some(Weighing::Unmoved) => fixed("请拿起商品再放下", "lift the goods and put them down again"),
        Some(Weighing::Fault | Weighing::Unreadable) => {
            fixed("秤故障，输入公斤数", "the scale reports a fault, type the kilograms")
        }
    }
}

/// A weight as people read it.
pub(super) fn kilograms(grams: i64) -> String {
    format!("{}.{:03} kg", grams / 1000, grams % 1000)
}
