//! Money in and out.

use anyhow::{Context, Result, ensure};
use simulation::provider::{Fault, Mood, Payer};
use ui::screen::{Panel, Screen};

use super::super::desk::Desk;
use super::go_to_payment;

/// What shoppers' telephones show; each pays once.
const ALIPAY_CODE: &str = "284650021200347801";
const DOUBTFUL_CODE: &str = "284650021200347802";
const IDLE_CODE: &str = "284650021200347803";

pub fn alipay(desk: &mut Desk) -> Result<()> {
    desk.ring_up(2)?;
    go_to_payment(desk)?;
    desk.at.scanner.scan(ALIPAY_CODE);
    desk.paid().map(drop)
}

pub fn card(desk: &mut Desk) -> Result<()> {
    desk.ring_up(1)?;
    go_to_payment(desk)?;
    touch_tender(desk, "card")?;
    desk.paid().map(drop)
}

pub fn split(desk: &mut Desk) -> Result<()> {
    desk.ring_up(4)?;
    go_to_payment(desk)?;
    desk.type_text("1")?;
    touch_tender(desk, "card")?;
    desk.wait("the part that is paid", |screen| matches!(&screen.panel, Panel::Pay { paid, .. } if !paid.is_empty()))?;
    desk.press("Enter")?;
    desk.paid().map(drop)
}

pub fn in_doubt(desk: &mut Desk) -> Result<()> {
    desk.ring_up(2)?;
    go_to_payment(desk)?;
    let control = desk.at.alipay.clone();
    control.provider().soon([Some(Fault::LostAnswer), Some(Fault::SystemError)]);
    desk.at.scanner.scan(DOUBTFUL_CODE);
    let screen = desk.wait("a payment that is asked about", |screen| matches!(screen.panel, Panel::Payment { .. }))?;
    let Panel::Payment { tell, .. } = &screen.panel else { anyhow::bail!("no payment") };
    ensure!(!tell.is_empty(), "nobody knows what to tell the shopper");
    desk.wait_long("the end of the doubt", |screen| matches!(screen.panel, Panel::Change { .. }))?;
    Ok(())
}

pub fn given_up(desk: &mut Desk) -> Result<()> {
    desk.ring_up(1)?;
    go_to_payment(desk)?;
    let control = desk.at.alipay.clone();
    control.provider().set_mood(Mood { payer: Payer::Never, ..Mood::default() });
    desk.at.scanner.scan(IDLE_CODE);
    let open = |screen: &Screen| matches!(screen.panel, Panel::Payment { can_cancel: true, .. });
    desk.wait("a payment that can be given up", open)?;
    desk.press("Esc")?;
    // It asks by the same key.
    let again = desk.words.say("till-give-up-again");
    desk.shows_soon(&again)?;
    desk.press("Esc")?;
    desk.wait_long("the payment given up", |screen| matches!(screen.panel, Panel::Pay { busy: false, .. }))?;
    control.provider().set_mood(Mood::default());
    desk.press("Enter")?;
    desk.paid().map(drop)
}

pub fn return_by_receipt(desk: &mut Desk) -> Result<()> {
    let Panel::Change { receipt, .. } = &desk.till.screen().panel else { anyhow::bail!("no receipt is shown") };
    let receipt = receipt.clone();
    desk.till.wish(&ui::Intent::Back)?;
    desk.wait("the till at rest", |screen| matches!(screen.panel, Panel::Sell { .. }))?;
    desk.at.scanner.scan(&receipt);
    let screen = desk.wait("what was bought", |screen| matches!(screen.panel, Panel::Choose { .. }))?;
    let Panel::Choose { choices, confirm, .. } = &screen.panel else { anyhow::bail!("nothing to choose") };
    let first = choices.first().context("goods were bought")?.title.clone();
    desk.tap_first(&first, |element| element.role != "text" && element.label.starts_with(&first))?;
    desk.wait(
        "a tick",
        |screen| matches!(&screen.panel, Panel::Choose { choices, .. } if choices.iter().any(|choice| choice.ticked)),
    )?;
    desk.tap_first(confirm, |element| element.role == "button" && element.label.starts_with(confirm.as_str()))?;
    desk.wait("the reason, or the goods", |screen| !matches!(screen.panel, Panel::Choose { many: true, .. }))?;
    desk.answer_the_rest()?;
    desk.wait("goods that come back", |screen| screen.basket.lines.iter().any(|line| line.returned))?;
    go_to_payment(desk)?;
    desk.press("Enter")?;
    desk.paid().map(drop)
}

pub fn reprint(desk: &mut Desk) -> Result<()> {
    let before = desk.at.printer.papers().len();
    desk.begin("reprint")?;
    desk.answer_the_rest()?;
    let until = std::time::Instant::now() + super::super::desk::PATIENCE;
    while desk.at.printer.papers().len() <= before {
        ensure!(std::time::Instant::now() < until, "no copy came out of the printer");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    Ok(())
}

pub fn open_drawer(desk: &mut Desk) -> Result<()> {
    desk.begin("open_drawer")?;
    desk.answer_the_rest()?;
    desk.wait("the till at rest", |screen| matches!(screen.panel, Panel::Sell { .. } | Panel::Change { .. }))?;
    Ok(())
}

fn touch_tender(desk: &mut Desk, kind: &str) -> Result<()> {
    let screen = desk.till.screen();
    let Panel::Pay { tenders, .. } = &screen.panel else { anyhow::bail!("the till does not take money") };
    let key = tenders.iter().find(|key| key.kind == kind).with_context(|| format!("{kind} is offered"))?;
    let label = key.label.clone();
    desk.tap_first(&label, |element| element.role == "button" && element.label.starts_with(&label))
}
