//! What happened, in lines that a shopkeeper can read.

use domain::receipt::{Block, Document};
use ui::Screen;
use ui::key::KeyKind;
use ui::kiosk::{Kiosk, KioskStep};
use ui::screen::{Choice, Line, PaidPart, Panel, Reason, TenderKey};

/// Columns of paper in a script.
const COLUMNS: usize = 42;

/// What changed between two screens.
pub(super) fn difference(before: &Screen, after: &Screen) -> Vec<String> {
    if let Some(kiosk) = &after.kiosk {
        return kiosk_difference(before, after, kiosk);
    }
    if let Some(stock) = &after.stock {
        return super::shelf::difference(before, after, stock);
    }
    let mut lines = Vec::new();
    // What was paid stays on the screen, but it is no longer the basket.
    let was_paid = matches!(before.panel, Panel::Change { .. });
    let is_paid = matches!(after.panel, Panel::Change { .. });
    for line in &after.basket.lines {
        if !is_paid && (was_paid || !before.basket.lines.contains(line)) {
            lines.push(basket_line(line));
            lines.extend(line.below.iter().map(|below| format!("  {}", join(&below.text, &below.amount))));
        }
    }
    let locked = matches!(after.panel, Panel::Locked { .. });
    if !before.basket.lines.is_empty() && after.basket.lines.is_empty() && !locked && !was_paid {
        lines.push("basket empty".into());
    }
    if after.basket.member != before.basket.member && !after.basket.member.is_empty() {
        lines.push(format!("member {}", after.basket.member));
    }
    let new_total = after.basket.total != before.basket.total || was_paid;
    if new_total && !is_paid && !after.basket.lines.is_empty() {
        lines.push(format!("total {}", after.basket.total));
    }
    if !is_paid {
        let new = |was: &[String], text: &&String| was_paid || !was.contains(text);
        let notes = after.basket.notes.iter().filter(|note| new(&before.basket.notes, note));
        lines.extend(notes.map(|note| format!("note {note}")));
        if after.basket.saved != before.basket.saved && !after.basket.lines.is_empty() {
            let saved = if after.basket.saved.is_empty() { "nothing saved" } else { &after.basket.saved };
            lines.push(saved.to_owned());
        }
        let hints = after.basket.hints.iter().filter(|hint| new(&before.basket.hints, hint));
        lines.extend(hints.map(|hint| format!("hint {hint}")));
    }
    let was_said = after.said != before.said && !after.said.is_empty();
    let line_said = after.basket.lines.iter().any(|line| after.said.starts_with(&line.name));
    let noticed = after.notice.as_ref().is_some_and(|notice| notice.text.starts_with(&after.said));
    if was_said && !line_said && !noticed {
        lines.push(format!("says {}", after.said));
    }
    match (&before.notice, &after.notice) {
        (old, Some(notice)) if old.as_ref() != Some(notice) => {
            let about = if notice.about.is_empty() { String::new() } else { format!(" [{}]", notice.about) };
            lines.push(format!("notice {}{about}", notice.text));
        }
        (Some(_), None) => lines.push("notice gone".into()),
        _ => {}
    }
    if after.approval != before.approval {
        let asked = after.approval.as_ref().map(|asked| told("leave", &asked.what, &asked.message));
        lines.push(asked.unwrap_or_else(|| "leave no longer waited for".into()));
    }
    if before.bar.training != after.bar.training {
        lines.push(join("band", &after.bar.training));
    }
    if before.panel != after.panel {
        lines.extend(panel(&before.panel, &after.panel));
    }
    if before.bar.devices != after.bar.devices {
        lines.push(format!("bar {}", after.bar.devices));
    }
    lines
}

/// What changed at a self-checkout: its basket, its step, and what it says.
fn kiosk_difference(before: &Screen, after: &Screen, now: &Kiosk) -> Vec<String> {
    let was = before.kiosk.as_deref().cloned().unwrap_or_default();
    let is_paid = matches!(now.step, KioskStep::Receipt | KioskStep::Thanks | KioskStep::Attract);
    let mut lines = Vec::new();
    if !is_paid {
        for line in after.basket.lines.iter().filter(|line| !before.basket.lines.contains(line)) {
            lines.push(basket_line(line));
            lines.extend(line.below.iter().map(|below| format!("  {}", join(&below.text, &below.amount))));
        }
        if after.basket.member != before.basket.member && !after.basket.member.is_empty() {
            lines.push(format!("member {}", after.basket.member));
        }
        if after.basket.total != before.basket.total && !after.basket.lines.is_empty() {
            lines.push(format!("total {}", after.basket.total));
        }
    }
    let step = format!("{:?}", now.step).to_lowercase();
    if (was.step, &was.title) != (now.step, &now.title) {
        lines.push(join(&format!("{step}: {}", now.title), &now.amount));
        lines.extend((!now.help.is_empty()).then(|| format!("  {}", now.help)));
    } else if was.amount != now.amount && !now.amount.is_empty() {
        lines.push(format!("{step}: {}", now.amount));
    }
    if was.message != now.message && !now.message.is_empty() {
        lines.push(format!("message {}", now.message));
    }
    if was.keys != now.keys && !now.keys.is_empty() {
        let keys = now.keys.iter().map(|key| match key.kind {
            KeyKind::Main => format!("[{}] {}", key.id, key.label),
            _ => format!("{} {}", key.id, key.label),
        });
        lines.push(format!("keys {}", keys.collect::<Vec<_>>().join(" | ")));
    }
    if was.rows != now.rows {
        lines.extend(now.rows.iter().map(choice));
    }
    if was.items != now.items {
        lines.extend(now.items.iter().map(|item| format!("found {}  {}", item.name, item.price)));
    }
    if was.code != now.code && !now.code.is_empty() {
        lines.push(format!("[QR {}]", now.code));
    }
    if was.called != now.called {
        lines.push(if now.called.is_empty() { "nobody is called".into() } else { format!("called: {}", now.called) });
    }
    if was.leaves_in_s.is_some() != now.leaves_in_s.is_some() {
        let asked = now.leaves_in_s.map(|left| format!("asks whether she is still there, {left} s"));
        lines.push(asked.unwrap_or_else(|| "asks no longer".into()));
    }
    if after.heard.count != before.heard.count && !after.heard.spoken.is_empty() {
        lines.push(format!("speaks {}", after.heard.spoken));
    }
    lines
}

fn basket_line(line: &Line) -> String {
    let mark = match (line.voided, line.returned) {
        (true, _) => "void ",
        (false, true) => "return ",
        (false, false) => "",
    };
    format!("line {} {mark}{}  {}  {}", line.no, line.name, line.detail, line.amount)
}

fn panel(before: &Panel, after: &Panel) -> Vec<String> {
    match after {
        Panel::NotReady { title, .. } => vec![format!("not ready: {title}")],
        Panel::Locked { message, .. } if message.is_empty() => vec!["locked".into()],
        Panel::Locked { .. } => Vec::new(),
        Panel::OpenShift { help, .. } => match before {
            Panel::OpenShift { .. } => Vec::new(),
            _ => vec![format!("asks {help}")],
        },
        Panel::Sell { query, groups, .. } if !query.is_empty() || groups.iter().skip(1).any(|group| group.ticked) => {
            goods(after)
        }
        Panel::Sell { .. } => Vec::new(),
        Panel::Pay { due, due_cash, rounding, quick, message, paid, .. } => {
            let was: &[PaidPart] = if let Panel::Pay { paid, .. } = before { paid } else { &[] };
            let new = paid.iter().filter(|part| !was.contains(part));
            let parts = new.map(|part| format!("paid {} {}  {}", part.no, part.label, part.amount));
            if !message.is_empty() {
                return parts.chain([format!("pay: {message}")]).collect();
            }
            let rounding = if rounding.is_empty() { String::new() } else { format!(", {rounding}: {due_cash}") };
            let quick = if quick.is_empty() { String::new() } else { format!("  (quick {})", quick.join(" ")) };
            parts.chain([format!("due {due}{rounding}{quick}")]).collect()
        }
        Panel::Change { change, what, detail, receipt, printing, .. } => {
            let what = if what.is_empty() { "change".to_owned() } else { what.to_lowercase() };
            let same = matches!(before, Panel::Change { receipt: old, .. } if old == receipt);
            match same {
                true => vec![format!("print {printing}")],
                false => vec![format!("{what} {change}  ({detail})  receipt {receipt}  {printing}")],
            }
        }
        Panel::Suspended { cards } => {
            cards.iter().map(|card| format!("aside {}  {}  {}", card.title, card.detail, card.total)).collect()
        }
        Panel::Report { title, message, .. } if message.is_empty() => vec![format!("report {title}")],
        Panel::Report { message, .. } => vec![format!("report: {message}")],
        Panel::Ask { title, help, options, message, .. } => {
            let titles: Vec<&str> = options.iter().map(|option| option.title.as_str()).collect();
            let mut lines = vec![told("ask", &join(title, help), message)];
            lines.extend((!titles.is_empty()).then(|| format!("options {}", titles.join(", "))));
            lines
        }
        Panel::Choose { title, choices, sum, message, .. } => {
            let mut lines = vec![told("choose", &join(title, sum), message)];
            lines.extend(choices.iter().map(choice));
            lines
        }
        Panel::Count { title, sum, message, .. } => vec![told("count", &join(title, sum), message)],
        Panel::Payment { title, tell, amount, doing, in_doubt, .. } => {
            let mark = if *in_doubt { "payment in doubt" } else { "payment" };
            vec![format!("{mark}: {amount}  {title}  {tell}  {doing}")]
        }
        Panel::Code { title, code, rows, .. } => {
            let rows = rows.iter().map(|(left, right)| columns(left, right));
            [format!("code {title}"), format!("[QR {code}]")].into_iter().chain(rows).collect()
        }
        Panel::Explain { title, rows } => {
            let mut lines = vec![format!("why {title}")];
            lines.extend(rows.iter().map(reason));
            lines
        }
    }
}

/// Goods that can be touched, for `show goods`.
pub(super) fn goods(panel: &Panel) -> Vec<String> {
    match panel {
        Panel::Sell { items, .. } => items.iter().map(|item| format!("found {}  {}", item.name, item.price)).collect(),
        _ => Vec::new(),
    }
}

fn told(what: &str, title: &str, message: &str) -> String {
    if message.is_empty() { format!("{what} {title}") } else { format!("{what} {title}: {message}") }
}

fn join(left: &str, right: &str) -> String {
    if right.is_empty() { left.to_owned() } else { format!("{left}  {right}") }
}

fn choice(choice: &Choice) -> String {
    let mark = if choice.ticked { "[x]" } else { "[ ]" };
    let parts = [&choice.title, &choice.detail, &choice.quantity, &choice.amount];
    let words: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect();
    format!("{mark} {}", words.join("  "))
}

fn tender_key(key: &TenderKey) -> String {
    let rests = if key.enabled { "" } else { " (rests)" };
    let stroke = if key.key.is_empty() { "Enter" } else { &key.key };
    join(&format!("key {stroke} {}{rests}", key.label), &key.detail)
}

fn reason(reason: &Reason) -> String {
    let verdict = if reason.applied { "applied" } else { "not" };
    join(&format!("{verdict} {}  {}", reason.rule, reason.why), &reason.amount)
}

/// The whole screen, for `show screen`.
pub(super) fn screen(screen: &Screen) -> Vec<String> {
    let mut lines: Vec<String> = screen.basket.lines.iter().map(basket_line).collect();
    lines.push(format!("total {}  {}  {}", screen.basket.total, screen.basket.count, screen.basket.tax));
    match &screen.panel {
        Panel::Report { title, rows, .. } => {
            lines.push(format!("report {title}"));
            let row = |(left, right): &(String, String)| match left.is_empty() {
                true => "-".repeat(COLUMNS),
                false => columns(left, right),
            };
            lines.extend(rows.iter().map(row));
        }
        other => {
            lines.extend(panel(&Panel::default(), other));
            if let Panel::Pay { tenders, .. } = other {
                lines.extend(tenders.iter().map(tender_key));
            }
            if let Panel::Change { pieces, .. } = other
                && !pieces.is_empty()
            {
                lines.push(format!("hand out {pieces}"));
            }
        }
    }
    lines
}

/// The id of goods on the screen, by name.
pub(super) fn item_on_screen(screen: &Screen, name: &str) -> Option<String> {
    match &screen.panel {
        Panel::Sell { items, .. } => items.iter().find(|item| item.name == name).map(|item| item.id.clone()),
        _ => None,
    }
}

/// The id of an entry of the open list, by its title.
pub(super) fn choice_on_screen(screen: &Screen, title: &str) -> Option<String> {
    if let Some(stock) = &screen.stock {
        return super::shelf::row_on_screen(stock, title);
    }
    match &screen.panel {
        Panel::Choose { choices, .. } => {
            choices.iter().find(|choice| choice.title == title).map(|choice| choice.id.clone())
        }
        _ => None,
    }
}

/// A document as text; columns are those of a narrow printer, and a hanzi counts as one here.
pub(super) fn paper(document: &Document) -> Vec<String> {
    let of_block = |block: &Block| match block {
        Block::Text { text, .. } => text.clone(),
        Block::Pair { left, right, .. } => columns(left, right),
        Block::Row(cells) => cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join("  "),
        Block::Rule => "-".repeat(COLUMNS),
        Block::Feed(_) => String::new(),
        Block::Qr(data) if data.starts_with("GT1") => "[QR GT1…]".to_owned(),
        Block::Qr(data) => format!("[QR {data}]"),
        Block::Code128(data) => format!("[CODE128 {data}]"),
        Block::Ean(code) => format!("[EAN {code}]"),
        Block::Image(picture) => format!("[IMAGE {}x{}]", picture.width(), picture.height()),
        // Whether there is one is the printer's affair.
        Block::Logo => String::new(),
        Block::Cut => "[CUT]".to_owned(),
    };
    document.blocks.iter().filter(|block| **block != Block::Logo).map(of_block).collect()
}

fn columns(left: &str, right: &str) -> String {
    let gap = COLUMNS.saturating_sub(left.chars().count() + right.chars().count()).max(1);
    format!("{left}{}{right}", " ".repeat(gap))
}
