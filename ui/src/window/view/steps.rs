//! Questions, lists, counts, payments, reasons and approvals as the window's properties and models.

use std::rc::Rc;

use slint::{ModelRc, SharedString, VecModel};

use super::{View, count, initial, text, update};
use crate::Screen;
use crate::screen::{Choice, Keys as Asked, Panel};
use crate::window::code;
use crate::window::desk::{Offer, stepped};
use crate::window::generated::{
    ActionRow, ChoiceRow, CountLine, GroupRow, Keys, PartRow, ReasonRow, ReportRow, StaffRow, TenderRow, Till,
};

/// The models behind their lists.
#[derive(Default)]
pub(super) struct Models {
    choices: Rc<VecModel<ChoiceRow>>,
    counts: Rc<VecModel<CountLine>>,
    tenders: Rc<VecModel<TenderRow>>,
    parts: Rc<VecModel<PartRow>>,
    reasons: Rc<VecModel<ReasonRow>>,
    code_rows: Rc<VecModel<ReportRow>>,
    approvers: Rc<VecModel<StaffRow>>,
    bar: Rc<VecModel<ActionRow>>,
    sheet: Rc<VecModel<ActionRow>>,
    groups: Rc<VecModel<GroupRow>>,
}

impl Models {
    pub(super) fn connect(&self, till: &Till<'_>) {
        till.set_choices(ModelRc::from(self.choices.clone()));
        till.set_count_rows(ModelRc::from(self.counts.clone()));
        till.set_tenders(ModelRc::from(self.tenders.clone()));
        till.set_parts(ModelRc::from(self.parts.clone()));
        till.set_reasons(ModelRc::from(self.reasons.clone()));
        till.on_draw_code(|code, pixels| code::drawn(&code, usize::try_from(pixels).unwrap_or(0)));
        till.set_code_rows(ModelRc::from(self.code_rows.clone()));
        till.set_approvers(ModelRc::from(self.approvers.clone()));
        till.set_bar(ModelRc::from(self.bar.clone()));
        till.set_sheet(ModelRc::from(self.sheet.clone()));
        till.set_groups(ModelRc::from(self.groups.clone()));
    }

    pub(super) fn show(&self, till: &Till<'_>, screen: &Screen) {
        if let Some(approval) = &screen.approval {
            let people = approval.staff.iter();
            let people = people.map(|person| StaffRow { name: text(&person.name), initial: initial(&person.name) });
            update(&self.approvers, people.collect());
            till.set_approve_what(text(&approval.what));
            till.set_approve_message(text(&approval.message));
            till.set_challenge(spaced(&approval.challenge));
        }
        match &screen.panel {
            Panel::Pay { tenders, paid, .. } => {
                let keys = tenders.iter().map(|tender| TenderRow {
                    label: text(&tender.label),
                    detail: text(&tender.detail),
                    key: text(&tender.key),
                    icon: icon_of(&tender.kind).into(),
                    enabled: tender.enabled,
                });
                update(&self.tenders, keys.collect());
                let parts = paid.iter().map(|part| PartRow {
                    label: text(&part.label),
                    amount: text(&part.amount),
                    removable: part.removable,
                });
                update(&self.parts, parts.collect());
            }
            Panel::Ask { title, help, keys, value: _, options, message } => {
                heads(till, title, help, message);
                update(&self.choices, options.iter().map(choice).collect());
                till.set_asks(match keys {
                    Asked::None => Keys::None,
                    Asked::Text => Keys::Letters,
                    Asked::Amount | Asked::AmountOrPercent | Asked::Number | Asked::Secret | Asked::Date => {
                        Keys::Digits
                    }
                });
                till.set_percent(*keys == Asked::AmountOrPercent);
            }
            Panel::Choose { title, help, choices, many, confirm, sum, message } => {
                heads(till, title, help, message);
                update(&self.choices, choices.iter().map(choice).collect());
                till.set_many(*many);
                till.set_tall(choices.iter().any(|choice| !choice.quantity.is_empty()));
                till.set_confirm(text(confirm));
                till.set_sum(text(sum));
            }
            Panel::Count { title, help, rows, sum, confirm, message } => {
                heads(till, title, help, message);
                let rows = rows.iter().map(|row| CountLine {
                    label: text(&row.label),
                    pieces: text(&row.pieces),
                    amount: text(&row.amount),
                });
                update(&self.counts, rows.collect());
                till.set_sum(text(sum));
                till.set_confirm(text(confirm));
            }
            Panel::Payment { title, tell, amount, doing, in_doubt, can_cancel } => {
                till.set_title(text(title));
                till.set_tell(text(tell));
                till.set_amount(text(amount));
                till.set_doing(text(doing));
                till.set_in_doubt(*in_doubt);
                till.set_can_cancel(*can_cancel);
            }
            Panel::Code { title, help, code, rows } => {
                heads(till, title, help, "");
                let modules = code::modules(code);
                till.set_code_modules(modules.map_or(0, count));
                till.set_code(if modules.is_some() { code.as_str().into() } else { SharedString::default() });
                till.set_code_text(code::shortened(code).as_str().into());
                let rows = rows.iter().map(|(left, right)| ReportRow { left: text(left), right: text(right) });
                update(&self.code_rows, rows.collect());
            }
            Panel::Explain { title, rows } => {
                till.set_title(text(title));
                let rows = rows.iter().map(|row| ReasonRow {
                    rule: text(&row.rule),
                    why: text(&row.why),
                    amount: text(&row.amount),
                    applied: row.applied,
                });
                update(&self.reasons, rows.collect());
            }
            Panel::NotReady { .. }
            | Panel::Locked { .. }
            | Panel::OpenShift { .. }
            | Panel::Sell { .. }
            | Panel::Change { .. }
            | Panel::Suspended { .. }
            | Panel::Report { .. } => {}
        }
    }
}

impl View {
    /// The row at the bottom and the sheet.
    pub(in crate::window) fn offers(
        &self,
        till: &Till<'_>,
        bar: &[Offer],
        sheet: &[(String, Vec<Offer>)],
        columns: usize,
    ) {
        update(&self.steps.bar, bar.iter().map(action).collect());
        let (mut groups, mut actions) = (Vec::new(), Vec::new());
        let mut rows_above = 0;
        for (titles, (group, offers)) in sheet.iter().enumerate() {
            groups.push(GroupRow { group: text(group), titles: count(titles), rows: count(rows_above) });
            actions.extend(offers.iter().enumerate().map(|(index, offer)| ActionRow {
                titles: count(titles + 1),
                row: count(rows_above + index / columns),
                column: count(index % columns),
                ..action(offer)
            }));
            rows_above += offers.len().div_ceil(columns);
        }
        till.set_sheet_columns(count(columns));
        till.set_sheet_rows(count(rows_above));
        update(&self.steps.groups, groups);
        update(&self.steps.sheet, actions);
    }
}

/// The drawing of a means of payment.
fn icon_of(tender: &str) -> &'static str {
    match tender {
        "cash" => "cash",
        "code" => "qr",
        "card" | "stored" => "card",
        "gift" => "gift",
        "points" => "star",
        "coupon" | "voucher" => "coupon",
        "deposit" => "coins",
        "account" => "note",
        "original" => "return",
        _ => "coins",
    }
}

fn heads(till: &Till<'_>, title: &str, help: &str, message: &str) {
    till.set_title(text(title));
    till.set_help(text(help));
    till.set_message(text(message));
}

fn choice(choice: &Choice) -> ChoiceRow {
    ChoiceRow {
        title: text(&choice.title),
        detail: text(&choice.detail),
        amount: text(&choice.amount),
        ticked: choice.ticked,
        enabled: choice.enabled,
        quantity: text(&choice.quantity),
        can_step: choice.enabled && stepped(&choice.quantity, 1).is_some(),
    }
}

fn action(offer: &Offer) -> ActionRow {
    ActionRow {
        id: text(&offer.id),
        label: text(&offer.label),
        key: text(&offer.key),
        enabled: offer.enabled,
        checked: offer.checked,
        loss: offer.loss,
        number: i32::try_from(offer.number).unwrap_or(i32::MAX),
        titles: 0,
        row: 0,
        column: 0,
    }
}

/// Digits in fours, as they are read out.
fn spaced(challenge: &str) -> SharedString {
    if !challenge.chars().all(|character| character.is_ascii_digit()) {
        return text(challenge);
    }
    let mut words = String::new();
    for (index, digit) in challenge.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            words.push(' ');
        }
        words.push(digit);
    }
    text(&words)
}
