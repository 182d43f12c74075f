//! A delivery, a transfer or a write-off while it is scanned.

use domain::quantity::Quantity;
use domain::stock::document::{ArrivedLine, Discrepancy};
use ui::key::{Key, KeyKind};
use ui::screen::Level;
use ui::stock::{Counted, Stock, StockRow, StockStep};
use words::say;

use super::{View, key, row};
use crate::stock::{Booking, BookingKind, ROWS_MAX};

impl View<'_> {
    pub(super) fn booking_title(&self, booking: &Booking) -> String {
        match &booking.kind {
            BookingKind::Delivery { supplier, .. } => say!(self.words, "stock-delivery-of", supplier = supplier),
            BookingKind::Arriving { from, .. } => say!(self.words, "stock-transfer-from", store = from),
            BookingKind::Sending { to } => say!(self.words, "stock-transfer-to", store = to),
            BookingKind::WriteOff { reason } => say!(self.words, "stock-write-off-for", reason = reason),
        }
    }

    pub(super) fn booking(&self) -> Stock {
        let Some(booking) = &self.desk.booking else { return Stock::default() };
        let kinds = booking.lines.iter().filter(|line| line.in_all() != Quantity::NONE).count();
        let all =
            booking.lines.iter().filter(|line| line.expected != Quantity::NONE || line.in_all() != Quantity::NONE);
        let progress = match (kinds, all.count()) {
            (0, 0) => String::new(),
            (kinds, all) if booking.is_announced() => say!(self.words, "stock-kinds-of", count = kinds, all = all),
            (kinds, _) => say!(self.words, "stock-kinds", count = kinds),
        };
        let mut keys = vec![self.key("undo", "undo", "F4"), self.key("quantity", "quantity", "F2")];
        keys[0].enabled = !booking.is_empty();
        if booking.arrives() {
            keys.push(Key { ticked: booking.damaged, ..self.key("damaged", "damaged", "F3") });
        }
        keys.extend([
            self.key("search", "search", "F6"),
            key(self.words, "finish", "done", "F10", KeyKind::Plain),
            self.back(),
        ]);
        Stock {
            step: StockStep::Count,
            title: self.booking_title(booking),
            help: self.shelf_help("stock-book-help"),
            progress,
            counted: booking.card.map(|at| self.booked(booking, at)),
            rows: self.booked_rows(booking),
            keys,
            ..Stock::default()
        }
    }

    fn booked(&self, booking: &Booking, at: usize) -> Counted {
        let line = &booking.lines[at];
        let mut details = self.line_details(booking, line);
        if booking.damaged {
            details.insert(0, self.say("stock-damaged-now"));
        }
        let odd = line.what.item().is_none() || booking.damaged;
        let shown = if booking.damaged { line.damaged } else { line.arrived };
        Counted {
            item: line.what.item().unwrap_or_default().to_owned(),
            name: self.name(&line.what),
            code: self.code(&line.what),
            quantity: self.measure(&line.what, shown),
            added: booking.added.map(|added| self.signed(added, self.unit(&line.what))).unwrap_or_default(),
            details,
            picture: self.picture(&line.what),
            level: if odd { Level::Warning } else { Level::Good },
        }
    }

    fn line_details(&self, booking: &Booking, line: &ArrivedLine) -> Vec<String> {
        let mut details = Vec::new();
        if booking.arrives() && line.expected != Quantity::NONE {
            details.push(say!(self.words, "stock-expected", quantity = self.measure(&line.what, line.expected)));
        }
        if line.damaged != Quantity::NONE {
            details.push(say!(self.words, "stock-damaged", quantity = self.measure(&line.what, line.damaged)));
        }
        details.extend(self.lot(&line.lot));
        details
    }

    /// What is still open stands first, what was scanned last before what was scanned before.
    fn booked_rows(&self, booking: &Booking) -> Vec<StockRow> {
        let mut lines: Vec<(usize, &ArrivedLine)> = booking.lines.iter().enumerate().collect();
        lines.retain(|(at, _)| Some(*at) != booking.card);
        let open = |line: &ArrivedLine| line.in_all() < line.expected;
        lines.sort_by_key(|(at, line)| (!open(line), std::cmp::Reverse(*at)));
        let row_of = |(_, line): (usize, &ArrivedLine)| {
            let code = Some(self.code(&line.what)).filter(|code| !code.is_empty());
            let details = code.into_iter().chain(self.line_details(booking, line)).collect::<Vec<_>>().join(" · ");
            let level = if line.what.item().is_none() { Level::Warning } else { Level::Good };
            let amount = self.measure(&line.what, line.in_all());
            StockRow { level, ..row(View::row_id(&line.what), self.name(&line.what), details, amount) }
        };
        lines.into_iter().take(ROWS_MAX).map(row_of).collect()
    }

    /// What is not as announced, before it is booked.
    pub(super) fn booking_review(&self) -> Stock {
        let Some(booking) = &self.desk.booking else { return Stock::default() };
        let mut rows = Vec::new();
        for line in &booking.lines {
            if !booking.is_announced() {
                if line.in_all() == Quantity::NONE {
                    continue;
                }
                let amount = self.measure(&line.what, line.in_all());
                let detail = self.line_details(booking, line).join(" · ");
                rows.push(row(View::row_id(&line.what), self.name(&line.what), detail, amount));
                continue;
            }
            for odd in line.discrepancies() {
                rows.push(self.odd_row(line, odd));
            }
        }
        for row in &mut rows {
            row.enabled = false;
        }
        let help = match (booking.is_announced(), rows.is_empty()) {
            (true, true) => self.say("stock-book-agrees"),
            (true, false) => self.say("stock-book-differs"),
            (false, _) => self.say("stock-book-sure"),
        };
        let drop = key(self.words, "drop", "give_up", "F8", KeyKind::Loss);
        Stock {
            step: StockStep::Review,
            title: self.booking_title(booking),
            help,
            rows,
            keys: vec![self.back(), drop, self.main("book")],
            ..Stock::default()
        }
    }

    fn odd_row(&self, line: &ArrivedLine, odd: Discrepancy) -> StockRow {
        let (word, quantity) = match odd {
            Discrepancy::Short(short) => ("short", -short),
            Discrepancy::Over(over) => ("over", over),
            Discrepancy::Unexpected(came) => ("unexpected", came),
            Discrepancy::Unknown(came) => ("unknown", came),
            Discrepancy::Damaged(damaged) => ("damaged", damaged),
        };
        let amount = match odd {
            Discrepancy::Damaged(_) => self.measure(&line.what, quantity),
            _ => self.signed(quantity, self.unit(&line.what)),
        };
        let detail = self.say(&format!("stock-odd-{word}"));
        StockRow { level: Level::Warning, ..row(View::row_id(&line.what), self.name(&line.what), detail, amount) }
    }
}
