//! What monitoring sees, in Prometheus' text format.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::store::TerminalState;

/// Bounds of the histogram, in seconds.
const INGEST_SECONDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// The same of questions to payment providers, which may take long.
const PAYMENT_SECONDS: [f64; 8] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// All metrics.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// Events taken.
    pub events: Counter,
    /// Events that were held already.
    pub duplicates: Counter,
    /// Batches acknowledged.
    pub batches: Counter,
    /// Events taken that need a person.
    pub exceptions: Counter,
    /// Batches before which events were missing.
    pub gaps: Counter,
    /// Batches of a forked history.
    pub forks: Counter,
    /// Seconds from a batch's arrival to its commit.
    pub ingest_seconds: Histogram,
    payments: Family<PaymentLabel, Counter>,
    payment_seconds: Histogram,
    terminals: Gauge,
    contact: Family<TerminalLabel, Gauge>,
    frozen: Gauge,
    waiting: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PaymentLabel {
    family: &'static str,
    what: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TerminalLabel {
    store: String,
    number: u32,
}

impl Metrics {
    /// All at zero.
    pub fn new() -> Metrics {
        let mut metrics = Metrics {
            registry: Registry::with_prefix("guitai"),
            events: Counter::default(),
            duplicates: Counter::default(),
            batches: Counter::default(),
            exceptions: Counter::default(),
            gaps: Counter::default(),
            forks: Counter::default(),
            ingest_seconds: Histogram::new(INGEST_SECONDS),
            payments: Family::default(),
            payment_seconds: Histogram::new(PAYMENT_SECONDS),
            terminals: Gauge::default(),
            contact: Family::default(),
            frozen: Gauge::default(),
            waiting: Gauge::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("events", "Events taken", metrics.events.clone());
        registry.register("duplicates", "Events that were held already", metrics.duplicates.clone());
        registry.register("batches", "Batches acknowledged", metrics.batches.clone());
        registry.register("exceptions", "Events taken that need a person", metrics.exceptions.clone());
        registry.register("gaps", "Batches before which events were missing", metrics.gaps.clone());
        registry.register("forks", "Batches of a forked history", metrics.forks.clone());
        registry.register_with_unit(
            "ingest",
            "From a batch's arrival to its commit",
            Unit::Seconds,
            metrics.ingest_seconds.clone(),
        );
        registry.register("payments", "Questions of tills to payment providers", metrics.payments.clone());
        registry.register_with_unit(
            "payment",
            "From a till's question to a payment provider to the answer",
            Unit::Seconds,
            metrics.payment_seconds.clone(),
        );
        registry.register("terminals", "Terminals enrolled", metrics.terminals.clone());
        registry.register("epochs_frozen", "Epochs stopped by a fork", metrics.frozen.clone());
        registry.register("epochs_waiting", "Epochs that wait for missing events", metrics.waiting.clone());
        registry.register(
            "terminal_contact_timestamp_seconds",
            "When a terminal was last heard of",
            metrics.contact.clone(),
        );
        metrics
    }

    /// A till has asked a payment provider.
    pub fn asked(&self, family: &'static str, what: &'static str, outcome: &'static str, took: Duration) {
        self.payments.get_or_create(&PaymentLabel { family, what, outcome }).inc();
        self.payment_seconds.observe(took.as_secs_f64());
    }

    /// All of them as text; the terminals as they are at this time.
    pub fn text(&self, terminals: &[TerminalState]) -> String {
        self.terminals.set(terminals.len() as i64);
        let epochs = || terminals.iter().flat_map(|terminal| &terminal.epochs);
        self.frozen.set(epochs().filter(|epoch| epoch.frozen).count() as i64);
        self.waiting.set(epochs().filter(|epoch| epoch.gap_at_ms.is_some()).count() as i64);
        for terminal in terminals {
            let label = TerminalLabel { store: terminal.store.clone(), number: terminal.number };
            self.contact.get_or_create(&label).set(terminal.contact_at_ms / 1000);
        }
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("memory takes text");
        text
    }
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics::new()
    }
}
