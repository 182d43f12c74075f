//! The beginning and the end of a shift, and what lies between two sales.

use anyhow::{Context, Result, ensure};
use simulation::shop::{STAFF, SUPERVISOR};
use ui::screen::Panel;

use super::super::desk::Desk;

pub fn sign_on(desk: &mut Desk) -> Result<()> {
    let staff = SUPERVISOR;
    desk.wait("a till that asks who is there", |screen| matches!(screen.panel, Panel::Locked { .. }))?;
    desk.tap_first(staff.name, |element| element.label.contains(staff.name))?;
    for digit in staff.pin.chars() {
        desk.tap(&digit.to_string())?;
    }
    let done = desk.words.say("till-sign-on");
    desk.tap_first(&done, |element| element.label.starts_with(&done))?;
    desk.wait("a till that asks for its float", |screen| matches!(screen.panel, Panel::OpenShift { .. }))?;
    Ok(())
}

pub fn open(desk: &mut Desk) -> Result<()> {
    desk.type_text("500")?;
    desk.press("Enter")?;
    desk.wait("an open till", |screen| matches!(screen.panel, Panel::Sell { .. }))?;
    Ok(())
}

pub fn cash_drop(desk: &mut Desk) -> Result<()> {
    desk.begin("cash_drop")?;
    desk.wait("the question how much", |screen| matches!(screen.panel, Panel::Ask { .. }))?;
    desk.type_text("100")?;
    let asked = desk.till.screen().panel;
    desk.press("Enter")?;
    desk.wait("what follows the amount", |screen| screen.panel != asked)?;
    desk.answer_the_rest()?;
    desk.wait("the till at rest", |screen| matches!(screen.panel, Panel::Sell { .. }))?;
    Ok(())
}

pub fn totals(desk: &mut Desk) -> Result<()> {
    desk.begin("x_report")?;
    let screen = desk.wait("the totals", |screen| matches!(screen.panel, Panel::Report { .. }))?;
    let Panel::Report { rows, .. } = &screen.panel else { anyhow::bail!("no report") };
    ensure!(rows.len() > 5, "the report has {} lines", rows.len());
    desk.press("Esc")?;
    desk.wait("the till at rest", |screen| matches!(screen.panel, Panel::Sell { .. }))?;
    Ok(())
}

pub fn lock(desk: &mut Desk) -> Result<()> {
    desk.begin("lock")?;
    desk.wait("a locked till", |screen| matches!(screen.panel, Panel::Locked { .. }))?;
    let place = STAFF.iter().position(|staff| staff.id == SUPERVISOR.id).context("she works here")?;
    for _ in 0..place {
        desk.press("Down")?;
    }
    desk.type_text(SUPERVISOR.pin)?;
    desk.press("Enter")?;
    desk.wait("the till again", |screen| !matches!(screen.panel, Panel::Locked { .. }))?;
    Ok(())
}

pub fn training(desk: &mut Desk) -> Result<()> {
    desk.begin("training")?;
    desk.wait("training", |screen| !screen.bar.training.is_empty())?;
    desk.ring_up(1)?;
    super::pay_exactly(desk)?;
    desk.begin("training")?;
    desk.wait("the end of training", |screen| screen.bar.training.is_empty())?;
    Ok(())
}

pub fn close(desk: &mut Desk) -> Result<()> {
    desk.begin("close")?;
    let screen = desk.wait("the count", |screen| matches!(screen.panel, Panel::Count { .. }))?;
    let Panel::Count { confirm, .. } = &screen.panel else { anyhow::bail!("nothing is counted") };
    // Four notes of 100, by keyboard: the largest row is the first.
    desk.type_text("4")?;
    desk.press("Enter")?;
    desk.wait("a running sum", |screen| match &screen.panel {
        Panel::Count { rows, .. } => rows.iter().any(|row| !row.amount.is_empty()),
        _ => false,
    })?;
    desk.tap_first(confirm, |element| element.label.starts_with(confirm.as_str()))?;
    let screen =
        desk.wait("the reason of a difference, or the report", |screen| !matches!(screen.panel, Panel::Count { .. }))?;
    if let Panel::Ask { options, .. } = &screen.panel {
        // The first of them is to count again.
        let reason = options.last().context("reasons of a difference")?.title.clone();
        desk.tap_first(&reason, |element| element.role != "text" && element.label.starts_with(&reason))?;
    }
    desk.wait("a closed shift", |screen| {
        matches!(screen.panel, Panel::OpenShift { .. } | Panel::Locked { .. } | Panel::Report { .. })
    })?;
    Ok(())
}
