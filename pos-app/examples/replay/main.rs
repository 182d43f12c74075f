//! Real sales through the till: ten months of a shop's sale lines are rung up by the engine on a real journal, goods
//! that came back are matched to the receipts they were sold with, and each day's closed shift is held against the sum
//! of the file's lines of that day.
//!
//! `replay FILE [--json]`; the file has the columns `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID`,
//! plain or gzip. The exit status is 1 when a day differs.

mod sold;
mod till;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use jiff::civil::DateTime;
use simulation::shop::retail::{self, Invoice, Retail};

use sold::Sold;
use till::Till;

/// Replays a file of sale lines.
#[derive(Parser)]
struct Arguments {
    /// The file.
    file: PathBuf,
    /// Invoices at most.
    #[arg(long, default_value_t = usize::MAX)]
    invoices: usize,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

/// What came of it.
#[derive(Default)]
struct Tally {
    invoices: u64,
    lines: u64,
    pieces_sold: i64,
    pieces_back: i64,
    pieces_back_by_receipt: i64,
    /// Sum of the file's lines by day, in minor units.
    days_of_file: BTreeMap<String, i64>,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let mut retail = retail::read(&arguments.file, arguments.invoices)
        .with_context(|| format!("failed reading {}", arguments.file.display()))?;
    let invoices = std::mem::take(&mut retail.invoices);
    let begun = Instant::now();
    let mut till = Till::open(&retail.shop.goods)?;
    let mut tally = Tally::default();
    let mut sold = Sold::default();
    for invoice in &invoices {
        ring_up(&mut till, &retail, invoice, &mut sold, &mut tally)
            .with_context(|| format!("invoice {}", invoice.no))?;
    }
    till.close_day()?;
    let seconds = begun.elapsed().as_secs_f64();
    let days = till.days().clone();
    let differing: Vec<&String> = days_that_differ(&tally.days_of_file, &days);
    let verified = till.verify()?;
    if arguments.json {
        print_json(&retail, &tally, &days, &differing, seconds);
    } else {
        print_table(&retail, &tally, &days, &differing, seconds);
    }
    ensure!(verified, "the journal does not verify");
    Ok(if differing.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One invoice: what was bought, and what came back by the receipts it was bought with where they are known.
fn ring_up(till: &mut Till, retail: &Retail, invoice: &Invoice, sold: &mut Sold, tally: &mut Tally) -> Result<()> {
    let at: DateTime = invoice.at.replacen(' ', "T", 1).parse().with_context(|| format!("a time: {}", invoice.at))?;
    till.be_at(at)?;
    tally.invoices += 1;
    let goods = &retail.shop.goods;
    for (place, pieces) in &invoice.lines {
        tally.lines += 1;
        *tally.days_of_file.entry(at.date().to_string()).or_default() += goods[*place].price * pieces;
    }
    for (place, pieces) in invoice.lines.iter().filter(|(_, pieces)| *pieces > 0) {
        tally.pieces_sold += pieces;
        till.add(&goods[*place], *pieces)?;
    }
    let mut back = BTreeMap::<usize, i64>::new();
    for (place, pieces) in invoice.lines.iter().filter(|(_, pieces)| *pieces < 0) {
        *back.entry(*place).or_default() -= pieces;
    }
    let (by_receipt, without) = sold.take_back(&invoice.customer, &back);
    for (receipt, lines) in &by_receipt {
        till.take_back(receipt, lines)?;
        tally.pieces_back_by_receipt += lines.iter().map(|(_, pieces)| pieces).sum::<i64>();
    }
    for (place, pieces) in without {
        till.take_back_without_receipt(&goods[place], pieces)?;
    }
    tally.pieces_back += back.values().sum::<i64>();
    let sale = till.pay()?;
    for line in sale.lines.iter().filter(|line| !line.line.quantity.is_return()) {
        let place = till.place_of(&line.line.item);
        let pieces = line.line.quantity.in_thousandths() / 1000;
        sold.remember(&invoice.customer, place, &sale.receipt, line.line.no, pieces);
    }
    Ok(())
}

/// Days on which the file and the closed shifts do not say the same.
fn days_that_differ<'a>(file: &'a BTreeMap<String, i64>, till: &BTreeMap<String, i64>) -> Vec<&'a String> {
    file.iter().filter(|(day, sum)| till.get(*day) != Some(*sum)).map(|(day, _)| day).collect()
}

fn print_table(retail: &Retail, tally: &Tally, days: &BTreeMap<String, i64>, differing: &[&String], seconds: f64) {
    println!("lines of the file          {:>12}", retail.lines);
    for (reason, count) in &retail.dirty {
        println!("  left out: {reason:<34} {count:>6}");
    }
    println!("invoices rung up           {:>12}", tally.invoices);
    println!("lines rung up              {:>12}", tally.lines);
    println!("pieces sold                {:>12}", tally.pieces_sold);
    println!("pieces back                {:>12}", tally.pieces_back);
    println!("  by the receipt they were sold with {:>4}", tally.pieces_back_by_receipt);
    let total: i64 = days.values().sum();
    println!("total                      {:>9}.{:02}", total / 100, total.abs() % 100);
    println!("days                       {:>12}", days.len());
    println!("days that differ           {:>12}", differing.len());
    for day in differing {
        println!("  {day}: file {:?}, till {:?}", tally.days_of_file.get(*day), days.get(*day));
    }
    println!("seconds                    {seconds:>12.1}");
}

fn print_json(retail: &Retail, tally: &Tally, days: &BTreeMap<String, i64>, differing: &[&String], seconds: f64) {
    let value = serde_json::json!({
        "lines": retail.lines,
        "left_out": retail.dirty,
        "invoices": tally.invoices,
        "lines_rung_up": tally.lines,
        "pieces_sold": tally.pieces_sold,
        "pieces_back": tally.pieces_back,
        "pieces_back_by_receipt": tally.pieces_back_by_receipt,
        "total": days.values().sum::<i64>(),
        "days": days,
        "days_that_differ": differing,
        "seconds": seconds,
    });
    println!("{value:#}");
}
