//! How many stories are told, and from which seed.

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

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
