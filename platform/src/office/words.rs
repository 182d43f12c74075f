//! Sales put aside, goods put by and goods that came back: what the other tills of a store are told.

use protocol::v1::{self, Basket, Hold, Record};
use uuid::Uuid;

use super::{AsideRow, Desk, HoldRow, ReturnedRow};
use crate::ingest::Assessed;

impl Desk<'_> {
    pub(super) fn set_aside(&mut self, event: &Assessed, basket: &Basket, staff: &str) {
        self.loaded.asides.insert(basket.id, AsideRow { basket: basket.id, taken_by: None });
        self.asides.insert(basket.id);
        let record = Record::Suspended(Box::new(v1::Suspended {
            basket: basket.clone(),
            terminal: self.intake.number,
            at_ms: event.at_ms,
            staff: staff.to_owned(),
        }));
        let scope = self.scope();
        self.tell(&scope, "suspended", basket.id.to_string(), false, &record);
    }

    pub(super) fn recall(&mut self, event: &Assessed, basket: Uuid) {
        let terminal = self.intake.terminal;
        let taken_by = self.loaded.asides.get(&basket).and_then(|aside| aside.taken_by);
        if taken_by.is_some_and(|other| other != terminal) {
            let says = format!("basket {basket} was taken up again by another terminal before");
            return self.complain(event, "recalled_twice", says);
        }
        self.end_aside(basket);
    }

    /// It is no longer aside, whatever became of it.
    pub(super) fn end_aside(&mut self, basket: Uuid) {
        let terminal = self.intake.terminal;
        let Some(aside) = self.loaded.asides.get_mut(&basket).filter(|aside| aside.taken_by.is_none()) else { return };
        aside.taken_by = Some(terminal);
        self.asides.insert(basket);
        let scope = self.scope();
        self.tell(&scope, "suspended", basket.to_string(), true, &Record::SuspendedGone(basket));
    }

    pub(super) fn place_hold(&mut self, hold: &Hold) {
        let id = hold.basket.id;
        let (terminal, store) = (self.intake.terminal, self.intake.store.clone());
        self.loaded.holds.insert(id, HoldRow { id, terminal, store, ended: None });
        self.holds.insert(id);
        let scope = self.scope();
        self.tell(&scope, "hold", id.to_string(), false, &Record::Hold(Box::new(hold.clone())));
    }

    pub(super) fn end_hold(&mut self, event: &Assessed, hold: Uuid, how: &'static str) {
        let Some(row) = self.loaded.holds.get_mut(&hold) else {
            return self.complain(event, "unknown_hold", format!("goods put by as {hold} are not known; now {how}"));
        };
        if let Some(before) = &row.ended {
            let says = format!("goods put by as {hold} were {before} before; now {how}");
            return self.complain(event, "ended_twice", says);
        }
        row.ended = Some(how.to_owned());
        let scope = format!("store-{}", row.store);
        self.holds.insert(hold);
        self.tell(&scope, "hold", hold.to_string(), true, &Record::HoldGone(hold));
    }

    /// The newest arrangement that arrives is that of all tills of the store.
    pub(super) fn arrange(&mut self, items: &[String]) {
        let items = items.iter().take(v1::FAVOURITES_MAX).cloned().collect();
        let scope = self.scope();
        self.tell(&scope, "favourites", String::new(), false, &Record::Favourites(v1::Favourites { items }));
    }

    pub(super) fn came_back(&mut self, event: &Assessed, (sale, line): (Uuid, u32), quantity: i64) {
        let terminal = self.intake.terminal;
        let same = |row: &&mut ReturnedRow| (row.sale, row.line, row.terminal) == (sale, line, terminal);
        let sum = match self.loaded.returned.iter_mut().find(same) {
            Some(row) => {
                row.quantity = row.quantity.saturating_add(quantity);
                *row
            }
            None => {
                let row = ReturnedRow { sale, line, terminal, quantity };
                self.loaded.returned.push(row);
                row
            }
        };
        self.returned.retain(|row| (row.sale, row.line) != (sale, line));
        self.returned.push(sum);
        let record =
            Record::Returned(v1::Returned { sale, line, terminal: self.intake.number, quantity: sum.quantity });
        let id = format!("{sale}/{line}/{}", self.intake.terminal_id);
        // Also where it was sold: there it may be brought back once more.
        let sold_in = self.loaded.sold_in.get(&sale).map(|store| format!("store-{store}"));
        let own = self.scope();
        for scope in sold_in.into_iter().chain([own]) {
            self.tell(&scope, "returned", id.clone(), false, &record);
        }
        let of_line = self.loaded.returned.iter().filter(|row| (row.sale, row.line) == (sale, line));
        let all: i64 = of_line.map(|row| row.quantity).fold(0, i64::saturating_add);
        let Some(sold) = self.loaded.sales.get(&sale) else {
            let says = format!("goods came back of sale {sale}, which has not arrived");
            return self.complain(event, "unknown_sale", says);
        };
        let sold = sold.lines.iter().find(|sold| sold.no == line).map_or(0, |line| line.quantity);
        if all > sold {
            let says = format!("{all} thousandths of line {line} of sale {sale} came back; {sold} were sold");
            self.complain(event, "returned_too_often", says);
        }
    }
}
