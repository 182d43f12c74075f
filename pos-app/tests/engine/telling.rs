//! How many stories are told, from which seed, what was reached by them, and what they must never tell.

use domain::event::Event;
use domain::receipt::{Block, Document};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::counter::is_forced;

/// Stories that are told in one run; more with the variable `GUITAI_STORIES`.
pub(super) const STORIES: u32 = 5000;

/// Where the stories begin; the same in every run unless the variable `GUITAI_SEED` says otherwise.
pub(super) const SEED: u64 = 1;

/// A number from the environment.
pub(super) fn told(name: &str, usual: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")),
        Err(_) => usual,
    }
}

/// A runner for so many stories from a seed.
pub(super) fn runner(stories: u32, seed: u64) -> TestRunner {
    let config = Config { cases: stories, failure_persistence: None, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// What an event is, for counting what was reached.
pub(super) fn kind(event: &Event) -> &'static str {
    match event {
        Event::ShiftOpened(_) => "open",
        Event::SaleCompleted(sale) if sale.about.hold.is_some() => "collected",
        Event::SaleCompleted(sale) if sale.lines.iter().any(|line| line.line.facets.origin.is_some()) => "return",
        Event::SaleCompleted(_) => "sale",
        Event::SaleVoided { .. } => "void",
        Event::SaleSuspended(_) => "suspend",
        Event::SaleRecalled(_) => "recall",
        opened @ Event::DrawerOpened { .. } if is_forced(opened) => "forced",
        Event::DrawerOpened { .. } => "drawer",
        Event::Reprinted { .. } => "reprint",
        Event::LockedOut { .. } => "lock-out",
        Event::ShiftClosed(_) => "close",
        Event::SignedOn { .. } => "sign-on",
        Event::Approved(_) => "approved",
        Event::CashMoved(_) => "cash",
        Event::HandedOver(_) => "hand-over",
        Event::TrainingBegun => "training",
        Event::TrainingEnded => "trained",
        Event::MemberEnrolled(_) => "enrolled",
        Event::MemberNoted { .. } => "member-note",
        Event::FavouritesArranged { .. } => "arranged",
        Event::GrantAsked { .. } => "grant-asked",
        Event::HoldPlaced(_) => "hold",
        Event::HoldCancelled { .. } => "hold-cancelled",
        Event::TendersReturned { .. } => "tenders-returned",
        Event::CountOpened(_) => "count-opened",
        Event::CountEntered(_) => "count-entered",
        Event::CountPassFinished(_) => "count-pass-finished",
        Event::CountApproved(_) => "count-approved",
        Event::CountClosed(_) => "count-closed",
        Event::GoodsReceived(_) => "goods-received",
        Event::TransferSent(_) => "transfer-sent",
        Event::TransferReceived(_) => "transfer-received",
        Event::WrittenOff(_) => "written-off",
        Event::PaymentChanged(_) => "payment",
    }
}

/// What a cashier may not do alone stands beside a supervisor's leave in one transaction.
pub(super) fn check_leave(staff: Option<&str>, events: &[Event]) {
    let moves = events.iter().any(|event| matches!(event, Event::CashMoved(_)));
    let approved = events.iter().any(|event| matches!(event, Event::Approved(_)));
    assert!(!moves || staff != Some("08") || approved, "a cashier moved cash without leave");
}

/// Paper of a training says so and carries no code.
pub(super) fn check_is_worthless(document: &Document) {
    let says =
        |block: &Block| matches!(block, Block::Text { text, .. } if text.contains("TRAINING") || text.contains("培训"));
    assert!(document.blocks.iter().filter(|block| says(block)).count() >= 2, "paper of a training bears no mark");
    let code = |block: &Block| matches!(block, Block::Qr(_) | Block::Code128(_));
    assert!(!document.blocks.iter().any(code), "paper of a training carries a code");
}
