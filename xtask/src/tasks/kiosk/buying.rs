//! Shoppers who buy by themselves.

use anyhow::{Context, Result, ensure};
use simulation::shop::Label;
use ui::kiosk::KioskStep;

use super::super::floor::Floor;
use super::{counting, face, go_without_receipt, is_at, pay_by_code, scan_to, wait_for};

/// What telephones show; each pays once.
const FIRST_CODE: &str = "134650021200347861";
const MEMBERS_CODE: &str = "284650021200347862";
const CORRECTED_CODE: &str = "134650021200347863";
const ENGLISH_CODE: &str = "284650021200347865";
const PATIENT_CODE: &str = "134650021200347864";
/// Pages of groups that are looked through.
const PAGES_MAX: usize = 12;
/// The share of the screen's height above which nothing is touched in the accessible mode.
const HIGH: f32 = 0.33;
const SCREEN_HEIGHT: f32 = 1920.0;

pub fn first_purchase(floor: &mut Floor) -> Result<()> {
    let desk = &mut floor.kiosk()?.desk;
    let goods = desk.goods(2);
    desk.touch("start")?;
    wait_for(desk, KioskStep::Scan)?;
    scan_to(desk, &goods[0].code, 1)?;
    scan_to(desk, &goods[1].code, 2)?;
    pay_by_code(desk, FIRST_CODE)?;
    go_without_receipt(desk)
}

pub fn member(floor: &mut Floor) -> Result<()> {
    let desk = &mut floor.kiosk()?.desk;
    let goods = desk.goods(2);
    // Simply scanning begins, too.
    scan_to(desk, &goods[1].code, 1)?;
    let member = desk.shop.members.get(1).context("the shop has members")?.card.clone();
    desk.touch("member")?;
    wait_for(desk, KioskStep::Ask)?;
    desk.scan(&member)?;
    desk.wait("the member beside the basket", |screen| !screen.basket.member.is_empty())?;
    let before = desk.at.printer.papers().len();
    pay_by_code(desk, MEMBERS_CODE)?;
    desk.touch("receipt-paper")?;
    wait_for(desk, KioskStep::Thanks)?;
    desk.papers_after(before)?;
    desk.touch("done")?;
    wait_for(desk, KioskStep::Attract)?;
    Ok(())
}

pub fn weighed(floor: &mut Floor) -> Result<()> {
    let desk = &mut floor.kiosk()?.desk;
    desk.touch("start")?;
    wait_for(desk, KioskStep::Scan)?;
    desk.touch("pick")?;
    wait_for(desk, KioskStep::Pick)?;
    let fruit = desk.shop.goods.iter().find(|good| good.label == Label::Weight).context("goods by weight")?;
    let named =
        |screen: &ui::Screen| face(screen).is_some_and(|kiosk| kiosk.items.iter().any(|item| item.name == fruit.name));
    if !desk.settles(named) {
        // The groups stand in pages.
        let onward = desk.words.say("kiosk-view-groups");
        for _ in 0..PAGES_MAX {
            if desk.shows(&fruit.category)? {
                break;
            }
            desk.tap(&onward)?;
        }
        desk.tap(&fruit.category)?;
        desk.wait("the pictures of the group", named)?;
    }
    desk.tap(&fruit.name)?;
    wait_for(desk, KioskStep::Weigh)?;
    desk.at.scale.put(642);
    desk.wait("what it weighs and costs", |screen| {
        is_at(screen, KioskStep::Scan) && screen.basket.lines.iter().any(|line| line.detail.contains("0.642"))
    })?;
    desk.at.scale.put(0);
    desk.touch("pay")?;
    wait_for(desk, KioskStep::Pay)?;
    desk.touch("pay-card")?;
    wait_for(desk, KioskStep::Receipt)?;
    go_without_receipt(desk)
}

pub fn taken_off(floor: &mut Floor) -> Result<()> {
    let desk = &mut floor.kiosk()?.desk;
    let goods = desk.goods(2);
    scan_to(desk, &goods[0].code, 1)?;
    scan_to(desk, &goods[1].code, 2)?;
    desk.touch("remove")?;
    wait_for(desk, KioskStep::Ask)?;
    desk.tap_first(&goods[0].name, |element| element.role != "list-item" && element.label.starts_with(&goods[0].name))?;
    desk.wait("one thing less", |screen| is_at(screen, KioskStep::Scan) && counting(screen) == 1)?;
    pay_by_code(desk, CORRECTED_CODE)?;
    go_without_receipt(desk)
}

pub fn language(floor: &mut Floor) -> Result<()> {
    let desk = &mut floor.kiosk()?.desk;
    let english = words::Languages::built_in().of("en");
    desk.tap(&english.say("language-name"))?;
    desk.words = english;
    desk.wait("English", |screen| screen.language == "en")?;
    let good = desk.goods(1).remove(0);
    scan_to(desk, &good.code, 1)?;
    let screen = desk.wait("goods by their English name", |screen| {
        screen.basket.lines.iter().any(|line| line.name == good.name_en)
    })?;
    let asks = face(&screen).map(|kiosk| kiosk.title.clone()).unwrap_or_default();
    ensure!(asks == desk.words.say("kiosk-scan-next"), "the self-checkout says {asks}");
    pay_by_code(desk, ENGLISH_CODE)?;
    go_without_receipt(desk)?;
    // The language goes with the shopper.
    desk.wait("the shop's own language", |screen| screen.language == "zh-CN")?;
    desk.words = words::Languages::built_in().of("zh-CN");
    Ok(())
}

pub fn accessible(floor: &mut Floor) -> Result<()> {
    let desk = &mut floor.kiosk()?.desk;
    desk.tap(&desk.words.say("kiosk-view-accessible"))?;
    desk.wait("large letters", |screen| face(screen).is_some_and(|kiosk| kiosk.accessible))?;
    let good = desk.goods(1).remove(0);
    scan_to(desk, &good.code, 1)?;
    let elements = desk.elements()?;
    for element in elements.iter().filter(|element| element.enabled && element.role == "button") {
        let (_, top, _, _) = element.place;
        ensure!(top > SCREEN_HEIGHT * HIGH, "{} is touched too high: {top}", element.label);
    }
    pay_by_code(desk, PATIENT_CODE)?;
    go_without_receipt(desk)?;
    desk.wait("the next shopper's screen", |screen| face(screen).is_some_and(|kiosk| !kiosk.accessible))?;
    Ok(())
}
