//! Reconciliations and amounts as text for people.

use std::fmt::Write;

use super::reconcile::{Figures, Reconciliation};

/// Writes the table. Never fails: it writes into memory.
pub(super) fn reconciliation(day: &Reconciliation, digits: u32) -> String {
    let mut out = String::new();
    let store = day.store.as_deref().unwrap_or("all stores");
    line(&mut out, &format!("business date {}, {store}", day.day), "");
    figures(&mut out, &day.total, digits);
    for terminal in &day.terminals {
        let heads: Vec<String> = terminal.heads.iter().map(|(epoch, seq)| format!("{epoch}:{seq}")).collect();
        let name = format!("store {} till {} (epoch:events {})", terminal.store, terminal.number, heads.join(" "));
        line(&mut out, &name, "");
        line(&mut out, "  sales", &terminal.figures.sales.to_string());
        line(&mut out, "  gross", &money(terminal.figures.gross, digits));
    }
    for shift in &day.shifts {
        let id = shift.shift.map_or("no shift".to_owned(), |id| format!("shift {id}"));
        line(&mut out, &id, if shift.z.is_some() { "closed" } else { "open" });
        if let Some(z) = &shift.z {
            line(&mut out, &format!("  Z {} gross, till", z.z_no), &money(z.totals.gross, digits));
            line(&mut out, "  gross, ledger", &money(shift.ledger.gross, digits));
            line(&mut out, "  cash expected", &money(z.expected, digits));
            line(&mut out, "  cash counted", &money(z.counted, digits));
            line(&mut out, "  over or short", &money(z.counted - z.expected, digits));
        }
    }
    let unbalanced = day.unbalanced.money + day.unbalanced.points + day.unbalanced.stock;
    for (name, number) in [
        ("gaps", day.gaps),
        ("forks", day.forks),
        ("duplicates", day.duplicates),
        ("postings that do not sum to zero", unbalanced),
        ("exceptions for a person", day.exceptions),
        ("of them not posted", day.unposted),
    ] {
        line(&mut out, name, &number.to_string());
    }
    for sum in &day.accounts {
        let name = format!("accounts {} ({}, {} below nothing)", sum.kind, sum.accounts, sum.below);
        line(&mut out, &name, &format!("{} units, {} set aside", sum.balance, sum.held));
    }
    for drift in &day.drifted {
        let what = format!("DRIFTS: {} {}", drift.kind, drift.number);
        let told = format!("{} / {}, set aside {} / {}", drift.balance, drift.legs, drift.held, drift.granted);
        line(&mut out, &what, &told);
    }
    for difference in &day.differences {
        let what = format!("DIFFERS: {} of shift {}", difference.figure, difference.shift);
        line(&mut out, &what, &format!("till {}, ledger {}", difference.till, difference.ledger));
    }
    line(&mut out, "result", if day.agrees { "agrees" } else { "DOES NOT AGREE" });
    out
}

fn figures(out: &mut String, figures: &Figures, digits: u32) {
    line(out, "sales", &figures.sales.to_string());
    line(out, "gross", &money(figures.gross, digits));
    let returns = format!("{} ({} lines)", money(figures.returns, digits), figures.return_lines);
    line(out, "of it returns", &returns);
    line(out, "rounding", &money(figures.rounding, digits));
    for (kind, tender) in &figures.tenders {
        let sum = format!("{} ({} times)", money(tender.amount, digits), tender.count);
        line(out, &format!("tender {kind}"), &sum);
    }
    for (id, tax) in &figures.taxes {
        line(out, &format!("net {id}"), &money(tax.net, digits));
        line(out, &format!("tax {id}"), &money(tax.tax, digits));
    }
    for (name, amount) in [
        ("of it owed (cards, top-ups, deposits)", figures.liabilities),
        ("cash dropped", figures.dropped),
        ("cash paid in", figures.paid_in),
        ("cash paid out", figures.paid_out),
        ("cash for goods put by", figures.hold_cash),
    ] {
        if amount != 0 {
            line(out, name, &money(amount, digits));
        }
    }
    line(out, "points", &figures.points.to_string());
    if figures.points_spent != 0 {
        line(out, "points spent", &figures.points_spent.to_string());
    }
    line(out, "stock units", &money(figures.units, 3));
}

fn line(out: &mut String, name: &str, value: &str) {
    writeln!(out, "{name:<46} {value:>24}").expect("memory takes text");
}

/// An amount in minor units with its decimals.
fn money(amount: i64, digits: u32) -> String {
    let unit = 10_u64.pow(digits);
    let sign = if amount < 0 { "-" } else { "" };
    let (whole, part) = (amount.unsigned_abs() / unit, amount.unsigned_abs() % unit);
    match digits {
        0 => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{part:0width$}", width = digits as usize),
    }
}
