//! Goods into the basket and out of it.

use anyhow::{Context, Result, ensure};
use simulation::shop::{Label, SUPERVISOR, weight_label};
use ui::screen::{Panel, Screen};

use super::super::desk::Desk;
use super::{go_to_payment, is_empty, is_paying, pay_exactly};

/// What a shopper's telephone shows who pays by WeChat.
const WECHAT_CODE: &str = "134650021200347856";

/// Initials in pinyin: of tea, and of the first goods that are weighed.
const OOLONG: &str = "wlc";
const APPLES: &str = "hfs";

pub fn by_keyboard(desk: &mut Desk) -> Result<()> {
    let good = desk.goods(1).remove(0);
    desk.type_text(&good.code)?;
    desk.press("Enter")?;
    desk.wait("the goods", |screen| screen.basket.lines.len() == 1)?;
    desk.press("F12")?;
    desk.wait("payment", is_paying)?;
    desk.press("Enter")?;
    desk.paid().map(drop)
}

pub fn by_touch(desk: &mut Desk) -> Result<()> {
    // Change is shown until the next goods: back to the favourites first.
    desk.till.wish(&ui::Intent::Back)?;
    let screen = desk.wait("favourites", |screen| !items(screen).is_empty())?;
    let name = items(&screen).into_iter().find(|name| !name.contains("称重")).context("there are favourites")?;
    desk.tap_first(&name, |element| element.role == "button" && element.label.starts_with(&name))?;
    desk.wait("the goods", |screen| screen.basket.lines.len() == 1 || screen.notice.is_some())?;
    if desk.till.screen().notice.is_some() {
        // It is sold by weight, and wants the scale.
        desk.at.scale.put(500);
        desk.wait("its weight", |screen| screen.basket.lines.len() == 1)?;
        desk.at.scale.put(0);
    }
    pay_exactly(desk)
}

pub fn five_items_cash(desk: &mut Desk) -> Result<()> {
    desk.ring_up(5)?;
    pay_exactly(desk)
}

pub fn five_items_note(desk: &mut Desk) -> Result<()> {
    desk.ring_up(5)?;
    let screen = go_to_payment(desk)?;
    let Panel::Pay { quick, .. } = &screen.panel else { anyhow::bail!("the till does not take money") };
    let note = quick.last().context("there are notes to touch")?.clone();
    desk.tap_first(&note, |element| element.role == "button" && element.label == note)?;
    let screen = desk.paid()?;
    let Panel::Change { change, .. } = &screen.panel else { anyhow::bail!("no change") };
    ensure!(super::cents(change)? > 0, "no change is shown for a note of {note}");
    Ok(())
}

pub fn member_by_code(desk: &mut Desk) -> Result<()> {
    desk.ring_up(2)?;
    let member = desk.shop.members.first().context("the shop has members")?.card.clone();
    desk.scan(&member)?;
    desk.wait("the member beside the basket", |screen| !screen.basket.member.is_empty())?;
    go_to_payment(desk)?;
    desk.at.scanner.scan(WECHAT_CODE);
    desk.paid().map(drop)
}

pub fn suspend(desk: &mut Desk) -> Result<()> {
    desk.ring_up(3)?;
    desk.begin("suspend")?;
    desk.wait("an empty basket", is_empty)?;
    Ok(())
}

pub fn recall(desk: &mut Desk) -> Result<()> {
    desk.begin("recall")?;
    let is_aside = |screen: &Screen| matches!(screen.panel, Panel::Suspended { .. });
    let screen =
        desk.wait("what is aside, or the sale", |screen| is_aside(screen) || !screen.basket.lines.is_empty())?;
    if let Panel::Suspended { cards } = &screen.panel {
        let card = cards.first().context("a sale is aside")?;
        desk.tap_first(&card.title, |element| element.label.contains(&card.title))?;
    }
    desk.wait("the goods again", |screen| screen.basket.lines.len() == 3)?;
    Ok(())
}

pub fn void_line(desk: &mut Desk) -> Result<()> {
    desk.ring_up(3)?;
    let name = desk.till.screen().basket.lines[0].name.clone();
    desk.tap_first(&name, |element| element.role == "list-item" && element.label == name)?;
    desk.wait("the line selected", |screen| screen.basket.selected == Some(1))?;
    desk.begin("void_line")?;
    desk.wait("the line struck through", |screen| screen.basket.lines[0].voided)?;
    Ok(())
}

pub fn void_line_by_key(desk: &mut Desk) -> Result<()> {
    let before = desk.till.screen().basket.lines.iter().filter(|line| line.voided).count();
    desk.press("Down")?;
    desk.press("Del")?;
    desk.wait("another line struck through", |screen| {
        screen.basket.lines.iter().filter(|line| line.voided).count() > before
    })?;
    Ok(())
}

pub fn quantity_by_key(desk: &mut Desk) -> Result<()> {
    let good = desk.goods(5).remove(4);
    desk.scan(&good.code)?;
    desk.press("*")?;
    desk.type_text("3")?;
    desk.press("Enter")?;
    desk.wait("three of them", |screen| screen.basket.lines.iter().any(|line| line.detail.starts_with("3 ")))?;
    Ok(())
}

pub fn quantity_by_touch(desk: &mut Desk) -> Result<()> {
    desk.begin("quantity")?;
    desk.tap("2")?;
    let done = desk.words.say("till-set-quantity");
    desk.tap_first(&done, |element| element.label.starts_with(&done))?;
    desk.wait("two of them", |screen| screen.basket.lines.iter().any(|line| line.detail.starts_with("2 ")))?;
    pay_exactly(desk)
}

pub fn by_initials(desk: &mut Desk) -> Result<()> {
    // Change is shown until the next goods.
    desk.press("Esc")?;
    desk.wait("favourites", |screen| !items(screen).is_empty())?;
    desk.type_text(OOLONG)?;
    let screen = desk.wait("results", |screen| match &screen.panel {
        Panel::Sell { query, items, .. } => query == OOLONG && !items.is_empty(),
        _ => false,
    })?;
    let name = items(&screen).first().context("something is found")?.clone();
    desk.press("Enter")?;
    desk.wait(&name, |screen| screen.basket.lines.iter().any(|line| line.name == name))?;
    ensure!(desk.till.screen().basket.lines.len() == 1, "more than one line came");
    pay_exactly(desk)
}

pub fn weigh(desk: &mut Desk) -> Result<()> {
    let good = desk.shop.goods.iter().find(|good| good.label == Label::Weight).context("goods by weight")?.clone();
    desk.press("Esc")?;
    desk.wait("favourites", |screen| !items(screen).is_empty())?;
    desk.type_text(APPLES)?;
    desk.wait("the apples found", |screen| items(screen).first() == Some(&good.name))?;
    desk.press("Enter")?;
    desk.wait("the till asks for the weight", |screen| screen.notice.is_some())?;
    desk.at.scale.put(456);
    desk.wait("the line", |screen| screen.basket.lines.iter().any(|line| line.detail.contains("0.456")))?;
    desk.at.scale.put(0);
    pay_exactly(desk)
}

pub fn label(desk: &mut Desk) -> Result<()> {
    let good = desk.shop.goods.iter().find(|good| good.label == Label::Weight).context("goods by weight")?.clone();
    let number = good.code.get(2..7).and_then(|digits| digits.parse().ok()).context("a number on the label")?;
    desk.scan(&weight_label(number, 250))?;
    desk.wait("the line", |screen| screen.basket.lines.iter().any(|line| line.detail.contains("0.25")))?;
    Ok(())
}

pub fn explain(desk: &mut Desk) -> Result<()> {
    desk.begin("explain")?;
    desk.wait("the answer", |screen| matches!(screen.panel, Panel::Explain { .. }))?;
    desk.press("Esc")?;
    desk.wait("the till at rest", |screen| matches!(screen.panel, Panel::Sell { .. }))?;
    Ok(())
}

pub fn coupon(desk: &mut Desk) -> Result<()> {
    desk.ring_up(2)?;
    desk.begin("coupon")?;
    desk.wait("the question for the coupon", |screen| matches!(screen.panel, Panel::Ask { .. }))?;
    desk.type_text("HALF")?;
    desk.press("Enter")?;
    desk.wait("the coupon beside the basket", |screen| !screen.basket.notes.is_empty())?;
    Ok(())
}

pub fn discount_with_leave(desk: &mut Desk) -> Result<()> {
    desk.begin("discount_line")?;
    desk.wait("the question how much", |screen| matches!(screen.panel, Panel::Ask { .. }))?;
    desk.type_text("10%")?;
    desk.press("Enter")?;
    desk.wait("the reasons", |screen| match &screen.panel {
        Panel::Ask { options, .. } => !options.is_empty(),
        _ => screen.approval.is_some(),
    })?;
    desk.answer_the_rest()?;
    let has_leave = |screen: &Screen| screen.approval.is_some() || matches!(screen.panel, Panel::Sell { .. });
    if desk.wait("leave, or the discount", has_leave)?.approval.is_some() {
        desk.type_text(SUPERVISOR.pin)?;
        desk.press("Enter")?;
    }
    desk.wait("the discount below its line", |screen| {
        screen.approval.is_none() && screen.basket.lines.iter().any(|line| !line.below.is_empty())
    })?;
    Ok(())
}

pub fn void_sale(desk: &mut Desk) -> Result<()> {
    desk.begin("void_sale")?;
    // It asks by the same key.
    let again = desk.words.say("till-action-again");
    desk.tap_first(&again, |element| element.role == "button" && element.label == again)?;
    desk.answer_the_rest()?;
    desk.wait("an empty basket", is_empty)?;
    Ok(())
}

pub fn language(desk: &mut Desk) -> Result<()> {
    let before = desk.till.screen().language.clone();
    desk.choose_language("en")?;
    desk.wait("English", |screen| screen.language == "en")?;
    desk.choose_language(&before)?;
    desk.wait("Chinese", |screen| screen.language == before)?;
    Ok(())
}

fn items(screen: &Screen) -> Vec<String> {
    match &screen.panel {
        Panel::Sell { items, .. } => items.iter().map(|item| item.name.clone()).collect(),
        _ => Vec::new(),
    }
}
