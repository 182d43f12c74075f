//! The till's books beside the platform's, and beside what the street and the printer saw.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use protocol::v1::{Body, Event, Sale};
use serde::{Deserialize, Serialize};
use simulation::counter::{End, Paper};
use simulation::shop::{Shop, amount_text};

use super::Interrupt;
use super::day::Day;
use super::glass::Glass;
use super::payments::{self, Moved};
use crate::store::Store;

/// How long the last events may take to reach the platform.
const UPLOAD_PATIENCE: Duration = Duration::from_secs(90);

/// One figure, by who tells it.
#[derive(Debug, Serialize)]
pub struct Row {
    figure: String,
    till: Option<i64>,
    platform: Option<i64>,
    street: Option<i64>,
    /// Who moved the money: a payment provider or the card terminal.
    provider: Option<i64>,
    kind: Kind,
}

/// What a figure is, for its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Count,
    Money,
    Thousandths,
}

/// The day's books beside each other.
#[derive(Debug, Serialize)]
pub struct Reconciliation {
    day: String,
    agrees: bool,
    rows: Vec<Row>,
    incidents: Vec<String>,
    customer_display: Glass,
    journal: String,
    platform: serde_json::Value,
}

/// What the platform tells, as far as it is compared.
#[derive(Deserialize)]
struct Told {
    total: Figures,
    terminals: Vec<Terminal>,
    gaps: u64,
    forks: u64,
    duplicates: u64,
    exceptions: u64,
    unbalanced: BTreeMap<String, u64>,
    differences: Vec<serde_json::Value>,
    accounts: Vec<Account>,
    drifted: Vec<serde_json::Value>,
    agrees: bool,
}

#[derive(Deserialize)]
struct Account {
    kind: String,
    balance: i64,
    held: i64,
}

#[derive(Deserialize)]
struct Terminal {
    heads: BTreeMap<u32, u64>,
}

#[derive(Default, Deserialize)]
struct Figures {
    sales: u64,
    gross: i64,
    return_lines: u64,
    returns: i64,
    rounding: i64,
    tenders: BTreeMap<String, Tender>,
    taxes: BTreeMap<String, Tax>,
    points: i64,
    points_spent: i64,
    units: i64,
    items: BTreeMap<String, i64>,
    liabilities: i64,
}

#[derive(Clone, Copy, Default, Deserialize)]
struct Tender {
    count: u64,
    amount: i64,
}

#[derive(Clone, Copy, Default, Deserialize)]
struct Tax {
    net: i64,
    tax: i64,
}

/// What the till's journal says.
#[derive(Default)]
struct Books {
    day: String,
    figures: Figures,
    receipts: Vec<String>,
    heads: BTreeMap<u32, u64>,
    gaps: u64,
    duplicates: u64,
    voided_sales: u64,
    voided_lines: u64,
    suspended: u64,
    shifts_closed: u64,
    difference_in_drawer: i64,
    without_sale: u64,
    moved: Moved,
}

/// Waits until everything is up, then compares.
pub fn reconcile(store: &mut Store, shop: &Shop, day: &Day, interrupt: &Interrupt) -> Result<Reconciliation> {
    let books = Books::read(&store.events()?)?;
    let (told, raw) = wait_for_upload(store, &books, interrupt)?;
    let mut rows = money_rows(&books, &told, day, shop);
    rows.extend(order_rows(&books, &told, day));
    rows.extend(payments::rows(&books.moved, store, day)?);
    rows.extend(paper_rows(&books, day));
    let journal = store.verify_journal()?;
    let agrees = told.agrees && rows.iter().all(Row::agrees);
    let incidents = day.incidents.clone();
    let customer_display = day.glass.clone();
    Ok(Reconciliation { day: books.day, agrees, rows, incidents, customer_display, journal, platform: raw })
}

fn wait_for_upload(store: &mut Store, books: &Books, interrupt: &Interrupt) -> Result<(Told, serde_json::Value)> {
    let until = Instant::now() + UPLOAD_PATIENCE;
    loop {
        interrupt.check()?;
        store.check()?;
        let raw: serde_json::Value =
            serde_json::from_slice(&store.figures(&books.day)?).context("failed reading the platform's figures")?;
        let told = Told::deserialize(&raw).context("the platform's figures are not as expected")?;
        if told.terminals.iter().any(|terminal| terminal.heads == books.heads) {
            return Ok((told, raw));
        }
        if Instant::now() > until {
            let heads: Vec<_> = told.terminals.iter().map(|terminal| &terminal.heads).collect();
            bail!("the platform holds {heads:?} and the till {:?}, {UPLOAD_PATIENCE:?} after the close", books.heads);
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn money_rows(books: &Books, told: &Told, day: &Day, shop: &Shop) -> Vec<Row> {
    let (till, platform, street) = (&books.figures, &told.total, day.count.as_ref());
    let mut rows = vec![
        Row::count("sales", till.sales, platform.sales, street.map(|street| street.sales)),
        Row::money("total", till.gross, platform.gross, street.map(|street| street.total)),
        Row::count("return lines", till.return_lines, platform.return_lines, street.map(|street| street.returns)),
        Row::money("returns", till.returns, platform.returns, None),
        Row::money("cash rounding", till.rounding, platform.rounding, street.map(|street| street.rounding)),
    ];
    for kind in both(&till.tenders, &platform.tenders) {
        let of = |figures: &Figures| figures.tenders.get(&kind).copied().unwrap_or_default();
        let street = street.and_then(|street| payments::of_street(street, &kind));
        rows.push(Row::money(&format!("tender {kind}"), of(till).amount, of(platform).amount, street));
        rows.push(Row::count(&format!("tender {kind}, times"), of(till).count, of(platform).count, None));
    }
    for rate in both(&till.taxes, &platform.taxes) {
        let of = |figures: &Figures| figures.taxes.get(&rate).copied().unwrap_or_default();
        let percent =
            shop.settings.taxes.iter().find(|(id, _)| *id == rate).map_or(0, |(_, basis_points)| basis_points / 100);
        rows.push(Row::money(&format!("tax {rate} {percent} %"), of(till).tax, of(platform).tax, None));
        rows.push(Row::money(&format!("net {rate}"), of(till).net, of(platform).net, None));
    }
    rows.push(Row::new("points", Kind::Count, Some(till.points), Some(platform.points), None));
    rows.push(Row::new("points spent", Kind::Count, Some(till.points_spent), Some(platform.points_spent), None));
    // What head office's accounts hold is what members came with and what the till says they got and spent.
    let came_with: i64 = shop.members.iter().map(|member| member.points).sum();
    let held = told.accounts.iter().filter(|account| account.kind == "points").map(|account| account.balance).sum();
    let balance = came_with + till.points - till.points_spent;
    rows.push(Row::new("points of all members", Kind::Count, Some(balance), Some(held), None));
    let set_aside: i64 = told.accounts.iter().map(|account| account.held).sum();
    rows.push(Row::new("set aside after the close", Kind::Count, Some(0), Some(set_aside), None));
    rows.push(Row::money("owed (cards, deposits)", till.liabilities, platform.liabilities, None));
    rows.push(Row::new("stock units", Kind::Thousandths, Some(till.units), Some(platform.units), None));
    let items_that_differ = both(&till.items, &platform.items)
        .into_iter()
        .filter(|item| till.items.get(item).unwrap_or(&0) != platform.items.get(item).unwrap_or(&0))
        .count();
    rows.push(Row::count("items sold", till.items.len() as u64, platform.items.len() as u64, None));
    rows.push(Row::zero("items that differ", items_that_differ as u64));
    rows
}

fn order_rows(books: &Books, told: &Told, day: &Day) -> Vec<Row> {
    let events = |heads: &BTreeMap<u32, u64>| heads.values().sum::<u64>();
    let held = told.terminals.iter().map(|terminal| events(&terminal.heads)).sum();
    let street = day.count.as_ref();
    let of_till = |figure, till: u64, street: Option<u64>| {
        Row::new(figure, Kind::Count, Some(till as i64), None, street.map(|street| street as i64))
    };
    vec![
        Row::count("events", events(&books.heads), held, None),
        Row::count("gaps", books.gaps, told.gaps, Some(0)),
        Row::count("duplicates", books.duplicates, told.duplicates, Some(0)),
        Row::zero("forks", told.forks),
        Row::zero("exceptions", told.exceptions),
        Row::zero("unbalanced postings", told.unbalanced.values().sum()),
        Row::zero("accounts that drift", told.drifted.len() as u64),
        Row::zero("differences to the Z report", told.differences.len() as u64),
        of_till("voided sales", books.voided_sales, street.map(|street| street.voided_sales)),
        of_till("voided lines", books.voided_lines, street.map(|street| street.voided_lines)),
        of_till("put aside and taken up", books.suspended, street.map(|street| street.suspended)),
        of_till("day closed", books.shifts_closed, Some(1)),
        Row::new("difference in the drawer", Kind::Money, Some(books.difference_in_drawer), None, Some(0)),
    ]
}

/// Every sale on paper, whole; the drawer opened for each.
fn paper_rows(books: &Books, day: &Day) -> Vec<Row> {
    let whole: Vec<String> = day.papers.iter().filter(|paper| paper.end != End::Torn).map(Paper::text).collect();
    let on_paper = |receipt: &&String| whole.iter().any(|text| text.contains(&***receipt));
    let printed = books.receipts.iter().filter(on_paper).count() as i64;
    let sales = books.receipts.len() as i64;
    vec![
        Row::new("receipts on whole paper", Kind::Count, Some(sales), None, Some(printed)),
        // A power cut between a sale's commit and its pulse costs one; it is never given twice.
        Row::new("drawer pulses", Kind::Count, None, None, Some(i64::from(day.drawer_kicks))),
        Row::new("papers", Kind::Count, None, None, Some(day.papers.len() as i64)),
        Row::zero("drawer without sale", books.without_sale),
        // Looked at when the till shows the change, unless the display was pulled.
        Row::new("sales ended on the display", Kind::Count, Some(day.glass.looked), None, Some(day.glass.shown)),
    ]
}

impl Books {
    fn read(export: &[u8]) -> Result<Books> {
        let mut books = Books::default();
        let mut ids = HashSet::new();
        for (no, line) in export.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).enumerate() {
            let event: Event =
                serde_json::from_slice(line).with_context(|| format!("failed reading event {}", no + 1))?;
            let head = books.heads.entry(event.epoch).or_default();
            books.gaps += event.seq.saturating_sub(*head + 1);
            *head = event.seq;
            match &event.body {
                Body::SaleCompleted(sale) => {
                    if books.day.is_empty() {
                        books.day.clone_from(&event.business_date);
                    }
                    books.duplicates += u64::from(!ids.insert(sale.id));
                    books.add(sale);
                }
                Body::SaleVoided(_) => books.voided_sales += 1,
                Body::SaleRecalled(_) => books.suspended += 1,
                Body::PaymentChanged(payment) => books.moved.change(payment),
                Body::DrawerOpened(_) => books.without_sale += 1,
                Body::ShiftClosed(closed) => {
                    books.shifts_closed += 1;
                    books.difference_in_drawer += closed.counted - closed.expected;
                }
                Body::EpochStarted(_)
                | Body::ShiftOpened(_)
                | Body::SaleSuspended(_)
                | Body::Reprinted(_)
                | Body::LockedOut(_)
                | Body::SignedOn(_)
                | Body::Approved(_)
                | Body::CashMoved(_)
                | Body::HandedOver(_)
                | Body::MemberEnrolled(_)
                | Body::MemberNoted(_)
                | Body::FavouritesArranged(_)
                | Body::GrantAsked(_)
                | Body::HoldPlaced(_)
                | Body::HoldCancelled(_)
                | Body::TrainingBegun(_)
                | Body::TrainingEnded(_)
                | Body::TendersReturned(_)
                | Body::CountOpened(_)
                | Body::CountEntered(_)
                | Body::CountPassFinished(_)
                | Body::CountApproved(_)
                | Body::CountClosed(_)
                | Body::GoodsReceived(_)
                | Body::TransferSent(_)
                | Body::TransferReceived(_)
                | Body::WrittenOff(_) => {}
            }
        }
        let unique: BTreeSet<&String> = books.receipts.iter().collect();
        books.duplicates += (books.receipts.len() - unique.len()) as u64;
        Ok(books)
    }

    fn add(&mut self, sale: &Sale) {
        let figures = &mut self.figures;
        figures.sales += 1;
        figures.gross += sale.total;
        figures.rounding += sale.rounding;
        figures.points += sale.member.as_ref().map_or(0, |member| member.points_earned);
        for line in &sale.lines {
            figures.units += line.quantity;
            // Only goods lie on a shelf.
            match line.kind.as_deref() {
                None => *figures.items.entry(line.item.clone()).or_default() += line.quantity,
                Some("gift_card" | "top_up" | "deposit") => figures.liabilities += line.gross,
                Some(_) => {}
            }
            if line.quantity < 0 {
                figures.return_lines += 1;
                figures.returns += line.gross;
            }
        }
        for tender in &sale.tenders {
            let sum = figures.tenders.entry(tender.kind.clone()).or_default();
            sum.count += 1;
            sum.amount += tender.amount;
            figures.points_spent += tender.points;
            self.moved.take(tender);
        }
        for tax in &sale.taxes {
            let sum = figures.taxes.entry(tax.tax_id.clone()).or_default();
            sum.net += tax.net;
            sum.tax += tax.tax;
        }
        self.voided_lines += sale.voided.len() as u64;
        self.receipts.push(sale.receipt.clone());
    }
}

fn both<T>(one: &BTreeMap<String, T>, other: &BTreeMap<String, T>) -> BTreeSet<String> {
    one.keys().chain(other.keys()).cloned().collect()
}

impl Row {
    fn new(figure: &str, kind: Kind, till: Option<i64>, platform: Option<i64>, street: Option<i64>) -> Row {
        Row { figure: figure.to_owned(), till, platform, street, provider: None, kind }
    }

    /// A figure that who moved the money tells, too.
    pub fn beside(figure: &str, kind: Kind, till: i64, street: Option<i64>, provider: i64) -> Row {
        Row { figure: figure.to_owned(), till: Some(till), platform: None, street, provider: Some(provider), kind }
    }

    fn count(figure: &str, till: u64, platform: u64, street: Option<u64>) -> Row {
        Row::new(figure, Kind::Count, Some(till as i64), Some(platform as i64), street.map(|street| street as i64))
    }

    fn money(figure: &str, till: i64, platform: i64, street: Option<i64>) -> Row {
        Row::new(figure, Kind::Money, Some(till), Some(platform), street)
    }

    /// A figure of the platform that must be nothing.
    fn zero(figure: &str, platform: u64) -> Row {
        Row::new(figure, Kind::Count, Some(0), Some(platform as i64), None)
    }

    /// Whether all who tell the figure tell the same.
    fn agrees(&self) -> bool {
        let told: Vec<i64> = [self.till, self.platform, self.street, self.provider].into_iter().flatten().collect();
        told.windows(2).all(|pair| pair[0] == pair[1])
    }

    fn text(&self, value: Option<i64>) -> String {
        match (value, self.kind) {
            (None, _) => String::new(),
            (Some(value), Kind::Count) => value.to_string(),
            (Some(value), Kind::Money) => amount_text(value),
            (Some(value), Kind::Thousandths) => {
                let sign = if value < 0 { "-" } else { "" };
                format!("{sign}{}.{:03}", value.abs() / 1000, value.abs() % 1000)
            }
        }
    }
}

impl Reconciliation {
    /// Whether the books agree.
    pub fn agrees(&self) -> bool {
        self.agrees
    }

    /// Figures on which they do not.
    pub fn differences(&self) -> Vec<String> {
        let rows = self.rows.iter().filter(|row| !row.agrees()).map(|row| row.figure.clone());
        let own = self.platform["agrees"].as_bool() == Some(false);
        rows.chain(own.then(|| "the platform's own check".to_owned())).collect()
    }

    /// As a table for people.
    pub fn table(&self) -> String {
        let mut table = String::from("\n");
        for incident in &self.incidents {
            table += &format!("  {incident}\n");
        }
        table += &format!("\n  business date {}; journal: {}\n\n", self.day, self.journal.replace('\n', "; "));
        let [till, platform, street, provider] = ["till", "platform", "street", "provider"];
        table += &format!("  {:<30} {till:>13} {platform:>13} {street:>13} {provider:>13}\n", "");
        table += &format!("  {}\n", "-".repeat(86));
        for row in &self.rows {
            let told = [row.till, row.platform, row.street, row.provider];
            let [till, platform, street, provider] = told.map(|value| row.text(value));
            let word = if row.agrees() { "" } else { "  DIFFERS" };
            let line = format!("  {:<30} {till:>13} {platform:>13} {street:>13} {provider:>13}", row.figure);
            table += &format!("{}{word}\n", line.trim_end());
        }
        table + &self.customer_display.text() + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_agrees_only_when_all_who_tell_it_do() {
        assert!(Row::count("sales", 3, 3, Some(3)).agrees());
        assert!(!Row::count("sales", 3, 3, Some(4)).agrees());
        assert!(!Row::money("total", -1, 1, None).agrees());
        assert!(!Row::zero("forks", 1).agrees());
        assert!(Row::new("papers", Kind::Count, None, None, Some(7)).agrees());
        assert!(Row::beside("paid", Kind::Money, 5, Some(5), 5).agrees());
        assert!(!Row::beside("paid", Kind::Money, 5, Some(5), 6).agrees());
    }

    #[test]
    fn a_journal_is_summed_and_its_holes_are_counted() {
        let event = |seq: u64, body: &str| {
            format!(
                r#"{{"v":1,"terminal":"00000000-0000-0000-0000-000000000007","epoch":1,"seq":{seq},"at_ms":0,"business_date":"2026-11-21","shift":null,"staff":null,"body":{body}}}"#
            )
        };
        let sale = r#"{"sale_completed":{"id":"00000000-0000-0000-0000-000000000001","receipt":"R1","currency":"CNY","started_at_ms":0,"member":{"id":"m","points_earned":3},"lines":[{"no":1,"item":"a","name":"A","code":null,"unit":"piece","quantity":2000,"unit_price":200,"gross":400,"tax":46,"tax_id":"s"},{"no":2,"item":"b","name":"B","code":null,"unit":"piece","quantity":-1000,"unit_price":50,"gross":-50,"tax":-6,"tax_id":"s"}],"voided":[],"taxes":[{"tax_id":"s","rate_bp":1300,"net":310,"tax":40}],"total":350,"rounding":0,"tenders":[{"kind":"cash","amount":350,"tendered":500,"change":150}],"catalogue_chain":1,"catalogue_store":1}}"#;
        let journal = [event(1, sale), event(4, sale)].join("\n");
        let books = Books::read(journal.as_bytes()).unwrap();
        assert_eq!((books.gaps, books.duplicates, books.heads[&1]), (2, 2, 4), "the same sale and receipt twice");
        assert_eq!((books.figures.sales, books.figures.gross, books.figures.units), (2, 700, 2000));
        assert_eq!((books.figures.return_lines, books.figures.returns, books.figures.points), (2, -100, 6));
        assert_eq!(books.figures.tenders["cash"].amount, 700);
    }
}
