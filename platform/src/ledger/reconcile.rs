//! The day's figures from the ledgers, beside what the tills' own Z reports say.

use std::collections::BTreeMap;

use protocol::v1::{Body, Event, ShiftClosed};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AccountSum, DayRows, Drift, table, tender};

/// A business date reconciled. Money in minor units, quantities in thousandths.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// The business date, `YYYY-MM-DD`.
    pub day: String,
    /// The store; `None` for all.
    pub store: Option<String>,
    /// All terminals together.
    pub total: Figures,
    /// Each terminal by itself, also those without a sale on the day.
    pub terminals: Vec<TerminalFigures>,
    /// Each shift by itself.
    pub shifts: Vec<ShiftFigures>,
    /// Events that are missing below a head, and epochs that wait for events that have not arrived.
    pub gaps: u64,
    /// Epochs that a fork stopped.
    pub forks: u64,
    /// Sales that came a second time and were not posted again.
    pub duplicates: u64,
    /// Events of the day that need a person.
    pub exceptions: u64,
    /// Those of them that could not be posted: what they say is missing in the ledgers until a person has settled it.
    pub unposted: u64,
    /// Postings of the day whose legs do not sum to zero.
    pub unbalanced: Unbalanced,
    /// Where a Z report and the ledgers disagree.
    pub differences: Vec<Difference>,
    /// Accounts at head office, of whatever day.
    #[serde(default)]
    pub accounts: Vec<AccountSum>,
    /// Accounts that are not what their legs and grants say, at most a hundred.
    #[serde(default)]
    pub drifted: Vec<Drift>,
    /// Whether nothing is missing, doubled, unbalanced, drifted or different. Other open exceptions do not count.
    pub agrees: bool,
}

/// Figures of a day, a terminal or a shift.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Completed sales.
    pub sales: u64,
    /// Their total, tax included.
    pub gross: i64,
    /// Return lines in them.
    pub return_lines: u64,
    /// Total of the return lines; zero or negative.
    pub returns: i64,
    /// Sum of cash rounding.
    pub rounding: i64,
    /// Each tender, by kind.
    pub tenders: BTreeMap<String, TenderFigures>,
    /// Each tax rate, by id.
    pub taxes: BTreeMap<String, TaxFigures>,
    /// Points earned, less those that returns took back.
    pub points: i64,
    /// Points spent as money, less those given back.
    #[serde(default)]
    pub points_spent: i64,
    /// Units sold less returned, over all lines.
    pub units: i64,
    /// Goods that left the shelf less those that came back, by item; of a bundle its components.
    pub items: BTreeMap<String, i64>,
    /// Sold gift cards, top-ups and deposits, contained in `gross`: money owed.
    #[serde(default)]
    pub liabilities: i64,
    /// Cash dropped to the safe.
    #[serde(default)]
    pub dropped: i64,
    /// Cash paid in.
    #[serde(default)]
    pub paid_in: i64,
    /// Cash paid out.
    #[serde(default)]
    pub paid_out: i64,
    /// Cash taken for, less given back for, goods put by.
    #[serde(default)]
    pub hold_cash: i64,
}

/// One tender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenderFigures {
    /// How often.
    pub count: u64,
    /// What stayed in the till.
    pub amount: i64,
}

/// One tax rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxFigures {
    /// Without tax.
    pub net: i64,
    /// Tax.
    pub tax: i64,
}

/// A terminal on the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalFigures {
    /// Its id.
    pub terminal: Uuid,
    /// Its store.
    pub store: String,
    /// Number within the store.
    pub number: u32,
    /// Newest event of each epoch, of whatever day.
    pub heads: BTreeMap<u32, u64>,
    /// Its figures.
    pub figures: Figures,
}

/// A shift on the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftFigures {
    /// The terminal.
    pub terminal: Uuid,
    /// The shift.
    pub shift: Option<Uuid>,
    /// Float at its opening; `None` when no opening has arrived.
    pub float: Option<i64>,
    /// The till's Z; `None` when it is open.
    pub z: Option<ShiftClosed>,
    /// Figures of the ledgers.
    pub ledger: Figures,
}

/// Postings that do not sum to zero, by ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unbalanced {
    /// Of the money ledger.
    pub money: u64,
    /// Of the points ledger.
    pub points: u64,
    /// Of the stock ledger.
    pub stock: u64,
}

/// A figure on which a Z report and the ledgers disagree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The shift.
    pub shift: Uuid,
    /// Which figure, e.g. `tender cash`.
    pub figure: String,
    /// What the till says.
    pub till: i64,
    /// What the ledgers say.
    pub ledger: i64,
}

impl Reconciliation {
    /// Makes it from a day's sums.
    pub fn of(day: &str, store: Option<&str>, rows: &DayRows) -> Reconciliation {
        let mut by_shift = figures(rows);
        let mut total = Figures::default();
        let mut terminals = terminals(rows);
        for ((terminal, _), figures) in &by_shift {
            total.add(figures);
            if let Some(terminal) = terminals.get_mut(terminal) {
                terminal.figures.add(figures);
            }
        }
        let ids = terminals.iter().map(|(no, terminal)| (*no, terminal.terminal)).collect();
        let shifts = shifts(rows, &mut by_shift, &ids);
        let differences: Vec<Difference> = shifts.iter().flat_map(differences).collect();
        let [money, points, stock] = rows.unbalanced;
        let unbalanced = Unbalanced { money, points, stock };
        let gaps = rows.heads.iter().map(|head| head.seq.abs_diff(head.held) + u64::from(head.waiting)).sum();
        let forks = rows.heads.iter().filter(|head| head.frozen).count() as u64;
        Reconciliation {
            day: day.to_owned(),
            store: store.map(str::to_owned),
            total,
            terminals: terminals.into_values().collect(),
            shifts,
            gaps,
            forks,
            duplicates: rows.duplicates,
            exceptions: rows.exceptions,
            unposted: rows.unposted,
            unbalanced,
            accounts: rows.accounts.clone(),
            drifted: rows.drifted.clone(),
            agrees: differences.is_empty()
                && rows.drifted.is_empty()
                && unbalanced == Unbalanced::default()
                && gaps + forks + rows.duplicates + rows.unposted == 0,
            differences,
        }
    }

    /// A table for people; money with `digits` decimals.
    pub fn table(&self, digits: u32) -> String {
        table::reconciliation(self, digits)
    }
}

impl Figures {
    fn add(&mut self, other: &Figures) {
        self.sales += other.sales;
        self.gross += other.gross;
        self.return_lines += other.return_lines;
        self.returns += other.returns;
        self.rounding += other.rounding;
        self.points += other.points;
        self.points_spent += other.points_spent;
        self.units += other.units;
        self.liabilities += other.liabilities;
        self.dropped += other.dropped;
        self.paid_in += other.paid_in;
        self.paid_out += other.paid_out;
        self.hold_cash += other.hold_cash;
        for (kind, tender) in &other.tenders {
            let sum = self.tenders.entry(kind.clone()).or_default();
            sum.count += tender.count;
            sum.amount += tender.amount;
        }
        for (id, tax) in &other.taxes {
            let sum = self.taxes.entry(id.clone()).or_default();
            sum.net += tax.net;
            sum.tax += tax.tax;
        }
        for (item, quantity) in &other.items {
            *self.items.entry(item.clone()).or_default() += quantity;
        }
    }

    fn post(&mut self, account: &str, count: u64, amount: i64) {
        if let Some(kind) = tender::kind_of(account) {
            self.tenders.insert(kind.to_owned(), TenderFigures { count, amount });
        } else if let Some(id) = account.strip_prefix("revenue:") {
            self.taxes.entry(id.to_owned()).or_default().net -= amount;
            self.gross -= amount;
        } else if let Some((_, id)) = account.strip_prefix("owed:").and_then(|owed| owed.split_once(":sold:")) {
            self.taxes.entry(id.to_owned()).or_default().net -= amount;
            self.gross -= amount;
            self.liabilities -= amount;
        } else if let Some(id) = account.strip_prefix("tax:") {
            self.taxes.entry(id.to_owned()).or_default().tax -= amount;
            self.gross -= amount;
        } else if account == "rounding" {
            self.rounding = -amount;
        }
    }

    fn shift_cash(&mut self, event: &str, account: &str, amount: i64) {
        match (event, account) {
            ("cash_moved", "safe") => self.dropped += amount,
            ("cash_moved", "paid_in") => self.paid_in -= amount,
            ("cash_moved", "paid_out") => self.paid_out += amount,
            ("hold_placed" | "hold_cancelled", "tender:cash") => self.hold_cash += amount,
            _ => {}
        }
    }

    /// What should lie in a drawer beside its float.
    fn cash(&self) -> i64 {
        let sales = self.tenders.get("cash").map_or(0, |tender| tender.amount);
        sales + self.paid_in - self.paid_out - self.dropped + self.hold_cash
    }
}

type ShiftKey = (i32, Option<Uuid>);

fn figures(rows: &DayRows) -> BTreeMap<ShiftKey, Figures> {
    let mut figures = BTreeMap::<ShiftKey, Figures>::new();
    for row in &rows.sales {
        let sum = figures.entry((row.terminal, row.shift)).or_default();
        sum.sales = row.sales;
        sum.return_lines = row.return_lines;
        sum.returns = row.returns;
        sum.units = row.units;
    }
    for row in &rows.moved {
        let sum = figures.entry((row.terminal, row.shift)).or_default();
        sum.shift_cash(&row.event, &row.account, row.amount);
    }
    for row in &rows.money {
        let sum = figures.entry((row.terminal, row.shift)).or_default();
        sum.post(&row.account, row.count, row.amount);
    }
    for row in &rows.points {
        let sum = figures.entry((row.terminal, row.shift)).or_default();
        match row.kind.as_str() {
            "spent" | "refunded" => sum.points_spent -= row.points,
            _ => sum.points += row.points,
        }
    }
    for row in &rows.stock {
        let sum = figures.entry((row.terminal, row.shift)).or_default();
        sum.items.insert(row.item.clone(), row.quantity);
    }
    figures
}

fn terminals(rows: &DayRows) -> BTreeMap<i32, TerminalFigures> {
    let mut terminals = BTreeMap::new();
    for head in &rows.heads {
        let terminal = terminals.entry(head.terminal).or_insert_with(|| TerminalFigures {
            terminal: head.id,
            store: head.store.clone(),
            number: head.number,
            heads: BTreeMap::new(),
            figures: Figures::default(),
        });
        if head.epoch > 0 {
            terminal.heads.insert(head.epoch, head.seq);
        }
    }
    terminals
}

fn shifts(rows: &DayRows, by_shift: &mut BTreeMap<ShiftKey, Figures>, ids: &BTreeMap<i32, Uuid>) -> Vec<ShiftFigures> {
    let mut told = BTreeMap::<ShiftKey, (Option<i64>, Option<ShiftClosed>)>::new();
    for row in &rows.shifts {
        // Only events that could be read bear these kinds.
        let Ok(event) = serde_json::from_slice::<Event>(&row.bytes) else {
            continue;
        };
        match event.body {
            Body::ShiftOpened(opened) => {
                told.entry((row.terminal, Some(opened.shift))).or_default().0 = Some(opened.float);
            }
            Body::ShiftClosed(closed) => {
                let key = (row.terminal, Some(closed.shift));
                told.entry(key).or_default().1 = Some(closed);
            }
            _ => {}
        }
    }
    for key in by_shift.keys() {
        told.entry(*key).or_default();
    }
    told.into_iter()
        .map(|((terminal, shift), (float, z))| ShiftFigures {
            terminal: ids.get(&terminal).copied().unwrap_or_default(),
            shift,
            float,
            z,
            ledger: by_shift.remove(&(terminal, shift)).unwrap_or_default(),
        })
        .collect()
}

fn differences(shift: &ShiftFigures) -> Vec<Difference> {
    let (Some(z), Some(id)) = (&shift.z, shift.shift) else {
        return Vec::new();
    };
    let (till, ledger) = (&z.totals, &shift.ledger);
    let mut pairs = vec![
        ("sales".to_owned(), till.sales as i64, ledger.sales as i64),
        ("gross".to_owned(), till.gross, ledger.gross),
        ("return lines".to_owned(), till.return_lines as i64, ledger.return_lines as i64),
        ("returns".to_owned(), till.returns, ledger.returns),
        ("rounding".to_owned(), till.rounding, ledger.rounding),
        ("points".to_owned(), till.points, ledger.points),
        ("points spent".to_owned(), till.points_spent, ledger.points_spent),
        ("units".to_owned(), till.units, ledger.units),
        ("liabilities".to_owned(), till.liabilities, ledger.liabilities),
        ("dropped".to_owned(), till.dropped, ledger.dropped),
        ("paid in".to_owned(), till.paid_in, ledger.paid_in),
        ("paid out".to_owned(), till.paid_out, ledger.paid_out),
        ("cash for goods put by".to_owned(), till.hold_cash, ledger.hold_cash),
    ];
    let mut tenders = BTreeMap::<&str, (TenderFigures, TenderFigures)>::new();
    for tender in &till.tenders {
        let sum = &mut tenders.entry(&tender.kind).or_default().0;
        sum.count += tender.count;
        sum.amount += tender.amount;
    }
    for (kind, tender) in &ledger.tenders {
        tenders.entry(kind).or_default().1 = *tender;
    }
    for (kind, (till, ledger)) in tenders {
        pairs.push((format!("tender {kind} count"), till.count as i64, ledger.count as i64));
        pairs.push((format!("tender {kind}"), till.amount, ledger.amount));
    }
    let mut taxes = BTreeMap::<&str, (TaxFigures, TaxFigures)>::new();
    for tax in &till.taxes {
        let sum = &mut taxes.entry(&tax.tax_id).or_default().0;
        sum.net += tax.net;
        sum.tax += tax.tax;
    }
    for (id, tax) in &ledger.taxes {
        taxes.entry(id).or_default().1 = *tax;
    }
    for (id, (till, ledger)) in taxes {
        pairs.push((format!("net {id}"), till.net, ledger.net));
        pairs.push((format!("tax {id}"), till.tax, ledger.tax));
    }
    if let Some(float) = shift.float {
        pairs.push(("expected cash".to_owned(), z.expected, float + ledger.cash()));
    }
    pairs
        .into_iter()
        .filter(|(_, till, ledger)| till != ledger)
        .map(|(figure, till, ledger)| Difference { shift: id, figure, till, ledger })
        .collect()
}
