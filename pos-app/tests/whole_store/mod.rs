//! Whole-store runs of payments: days of a till with WeChat Pay (v3 and v2) and Alipay, through the real engine, the real
//! codecs with real signatures both ways, and simulated providers with strict books, in simulated time.
//!
//! Networks, providers, shoppers and the mains do anything wrong at any moment. When the trouble is over and time has gone
//! on, the provider's books, the till's events and the day's bill must say the same.

mod accounts;
mod cashier;
mod day;
mod report;
mod sockets;
mod wires;

use std::sync::Mutex;

use simulation::provider::Protocol;

use day::Day;
use report::Report;

/// Days of the runs in this order of protocols; more with the variable `GUITAI_STORIES`, which counts all of them.
const SHARES: [(&str, Protocol, u64); 3] =
    [("wechat-v2", Protocol::WeChatV2, 80), ("wechat-v3", Protocol::WeChatV3, 10), ("alipay", Protocol::Alipay, 10)];
const DAYS: u64 = 10_000;
/// Days over real sockets.
const SOCKET_DAYS: u64 = 36;
const SOCKET_DAYS_AT_ONCE: u64 = 9;

/// Days of a merchant that has this protocol first; so many of a hundred.
fn runs(at: usize, part: (u64, u64)) {
    let (name, protocol, percent) = SHARES[at];
    let all = number("GUITAI_STORIES", DAYS);
    let seed = number("GUITAI_SEED", 1);
    let days = all * percent / 100;
    let (from, to) = (days * part.0 / part.1, days * (part.0 + 1) / part.1);
    let mut report = Report::new(format!("{name}-{}", part.0 + 1));
    for day in from..to {
        let seed = seed.wrapping_mul(1_000_003).wrapping_add(day).wrapping_mul(8).wrapping_add(at as u64);
        live(name, protocol, seed, &mut report);
    }
    report.close(to - from);
}

/// One day.
fn live(name: &str, protocol: Protocol, seed: u64, report: &mut Report) {
    tried(name, seed, &mut Day::new(protocol, seed), report);
}

/// Lives a day; its story is told when something does not hold.
fn tried(name: &str, seed: u64, day: &mut Day, report: &mut Report) {
    let lived = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        day.live();
        day.settle();
        day.compare();
    }));
    if let Err(fault) = lived {
        eprintln!("a day with {name}, seed {seed} (alone: GUITAI_DAY={seed}):\n{}", day.story());
        std::panic::resume_unwind(fault);
    }
    report.add(day);
}

/// A number from the environment.
fn number(name: &str, usual: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")),
        Err(_) => usual,
    }
}

#[test]
fn shoppers_of_old_merchants_pay_once_whatever_happens() {
    runs(0, (0, 2));
}

#[test]
fn shoppers_of_old_merchants_pay_once_in_other_days() {
    runs(0, (1, 2));
}

#[test]
fn shoppers_with_wechat_pay_once_whatever_happens() {
    runs(1, (0, 1));
}

#[test]
fn shoppers_with_alipay_pay_once_whatever_happens() {
    runs(2, (0, 1));
}

/// Some days over real sockets, several at a time since they mostly wait. How long anything takes is nobody's business.
#[test]
fn days_over_real_sockets_end_with_books_that_agree() {
    let report = Mutex::new(Report::new("sockets".to_owned()));
    std::thread::scope(|threads| {
        for first in 1..=SOCKET_DAYS_AT_ONCE {
            let report = &report;
            threads.spawn(move || {
                for seed in (first..=SOCKET_DAYS).step_by(SOCKET_DAYS_AT_ONCE as usize) {
                    let (name, protocol, _) = SHARES[(seed % 3) as usize];
                    let mut day = Day::new(protocol, seed);
                    day.wires.over_sockets(seed);
                    let mut own = Report::new(String::new());
                    tried(name, seed, &mut day, &mut own);
                    report.lock().expect("no day has failed").join(own);
                }
            });
        }
    });
    report.into_inner().expect("no day has failed").close(SOCKET_DAYS);
}

/// One day again, told in words: `GUITAI_DAY=SEED`.
#[test]
fn one_day_is_told() {
    let Ok(seed) = std::env::var("GUITAI_DAY") else { return };
    let seed: u64 = seed.parse().expect("GUITAI_DAY is a seed");
    let (name, protocol, _) = SHARES[(seed % 8) as usize % SHARES.len()];
    let mut day = Day::new(protocol, seed);
    day.live();
    day.settle();
    println!("a day with {name}:\n{}", day.story());
    day.compare();
}
