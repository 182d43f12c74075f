//! What went wrong how often: a run in which something never happened has not shown that it does no harm.

use std::collections::BTreeMap;

use domain::event::Event;
use domain::payment::PaymentState;
use simulation::provider::FaultKind;

use super::day::Day;

/// What must have happened in every run, beside the faults of the network.
const MUST: [&str; 17] = [
    "shopper pays at once",
    "shopper confirms later",
    "shopper never confirms",
    "payment declined",
    "shopper confirms, reversed or not",
    "paid after it was reversed",
    "late payment found in the bill",
    "refund refused",
    "cashier gives a payment up",
    "request held up",
    "power cut",
    "power cut with a payment open",
    "power cut for longer than a day",
    "sale paid by code",
    "sale paid in parts",
    "refund to a code",
    "payment reversed",
];

/// Counts of one run.
pub(super) struct Report {
    name: String,
    counted: BTreeMap<&'static str, u64>,
}

impl Report {
    pub(super) fn new(name: String) -> Report {
        Report { name, counted: BTreeMap::new() }
    }

    /// What happened in a day.
    pub(super) fn add(&mut self, day: &Day) {
        let mut count = |what, times| *self.counted.entry(what).or_default() += times;
        for (what, times) in &day.wires.counted {
            count(what, *times);
        }
        for provider in day.wires.all() {
            for (kind, times) in provider.faults() {
                count(kind.words(), *times);
            }
            let orders = || provider.books().orders();
            count("payments charged", orders().filter(|booked| booked.charges > 0).count() as u64);
            count("paid after it was reversed", orders().filter(|booked| booked.paid_late).count() as u64);
            count("refund refused", orders().filter(|booked| booked.kept).count() as u64);
        }
        for event in &day.events {
            match event {
                Event::SaleCompleted(sale) => {
                    let code = |sign: i64| {
                        sale.tenders
                            .iter()
                            .any(|tender| tender.payment.is_some() && tender.amount.units().signum() == sign)
                    };
                    count("sale paid by code", u64::from(code(1)));
                    count("sale paid in parts", u64::from(code(1) && sale.tenders.len() > 1));
                    count("refund to a code", u64::from(code(-1)));
                }
                Event::PaymentChanged(payment)
                    if payment.state == PaymentState::Reversed && payment.sent_at.is_some() =>
                {
                    count("payment reversed", 1);
                }
                _ => {}
            }
        }
    }

    /// The counts of another one come to these.
    pub(super) fn join(&mut self, other: Report) {
        for (what, times) in other.counted {
            *self.counted.entry(what).or_default() += times;
        }
    }

    /// Prints the counts, and writes them where `GUITAI_REPORT` names a folder.
    pub(super) fn close(self, days: u64) {
        println!("{days} days of {}, no difference left", self.name);
        for (what, times) in &self.counted {
            println!("  {times:>8}  {what}");
        }
        if let Ok(folder) = std::env::var("GUITAI_REPORT") {
            let file = std::path::Path::new(&folder).join(format!("payments-{}.json", self.name));
            let json = serde_json::json!({ "run": self.name, "days": days, "differences": 0, "counted": self.counted });
            std::fs::create_dir_all(&folder).expect("the folder of reports can be made");
            std::fs::write(&file, format!("{json:#}\n")).expect("the report can be written");
        }
        if days < 500 {
            return;
        }
        for what in FaultKind::ALL.map(FaultKind::words).into_iter().chain(MUST) {
            let times = self.counted.get(what).copied().unwrap_or_default();
            assert!(times > 0, "{what} never happened in {days} days");
        }
    }
}
