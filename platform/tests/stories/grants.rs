//! Whatever several terminals ask for, spend and close, online or days later: no account falls below nothing and nothing is
//! set aside twice.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::grant::{Account, AccountKind};
use platform::office::GRANT_MS;
use platform::store::{Store, Terminal};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use protocol::v1::*;
use uuid::Uuid;

use crate::office::{grants, opened};
use crate::till::{DAY, Till, line, plain, tender};

const TILLS: usize = 3;
const ACCOUNTS: usize = 2;
const OPENED: i64 = 1_000;

#[derive(Clone, Debug)]
enum Act {
    Ask { till: usize, account: usize, units: i64, online: bool },
    Spend { till: usize, account: usize, units: i64 },
    Load { till: usize, account: usize, units: i64 },
    Close { till: usize },
    Upload { till: usize },
    Hear { till: usize },
    Wait { till: usize },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let till = 0..TILLS;
    let of = || (0..TILLS, 0..ACCOUNTS, 1..900_i64);
    let act = prop_oneof![
        6 => (of(), any::<bool>()).prop_map(|((till, account, units), online)| Act::Ask { till, account, units, online }),
        10 => of().prop_map(|(till, account, units)| Act::Spend { till, account, units }),
        2 => of().prop_map(|(till, account, units)| Act::Load { till, account, units }),
        1 => till.clone().prop_map(|till| Act::Close { till }),
        4 => till.clone().prop_map(|till| Act::Upload { till }),
        4 => till.clone().prop_map(|till| Act::Hear { till }),
        1 => till.prop_map(|till| Act::Wait { till }),
    ];
    prop::collection::vec(act, 20..80)
}

/// A till as the promise has it: it spends what it was told, until its end, and forgets it at its close.
struct Spender {
    till: Till,
    terminal: Terminal,
    sent: u64,
    clock_ms: i64,
    known: Vec<Grant>,
    spent: std::collections::BTreeMap<Uuid, i64>,
    forgotten: BTreeSet<Uuid>,
}

impl Spender {
    fn event(&mut self, body: Body) {
        self.clock_ms += 1;
        self.till.event_at(self.clock_ms, body);
    }

    async fn upload(&mut self, store: &dyn Store) {
        if self.till.head() > self.sent {
            // From the beginning again now and then, as after a lost answer.
            let first = if self.sent.is_multiple_of(2) { self.sent + 1 } else { 1 };
            self.till.upload(store, &self.terminal, first, self.till.head()).await;
            self.sent = self.till.head();
        }
    }

    async fn hear(&mut self, store: &dyn Store, scope: &str) {
        let told = grants(store, scope, self.till.terminal).await;
        self.known = told.into_iter().filter(|grant| !self.forgotten.contains(&grant.id)).collect();
    }
}

/// Plays, looking at the balances after each act; answers how often something was spent.
async fn play(store: &dyn Store, case: u32, acts: &[Act]) -> usize {
    let scope = format!("store-g{case}");
    let mut accounts = Vec::<(Account, i64)>::new();
    for (at, kind) in [AccountKind::StoredValue, AccountKind::GiftCard].into_iter().enumerate() {
        accounts.push((opened(store, kind, &format!("{case}-{at}"), OPENED).await, OPENED));
    }
    let mut tills = Vec::new();
    for _ in 0..TILLS {
        let (till, terminal) = Till::enrolled(store, &format!("g{case}")).await;
        let clock_ms = 1_000_000_000_000;
        let (known, spent, forgotten) = Default::default();
        tills.push(Spender { till, terminal, sent: 0, clock_ms, known, spent, forgotten });
    }
    let mut spendings = 0;
    for act in acts {
        match *act {
            Act::Ask { till, account, units, online } => {
                let (kind, number) = (accounts[account].0.kind.word().into(), accounts[account].0.number.clone());
                tills[till].event(Body::GrantAsked(GrantAsked { kind, number, units }));
                if online {
                    tills[till].upload(store).await;
                    tills[till].hear(store, &scope).await;
                }
            }
            Act::Spend { till, account, units } => {
                let (of, balance) = &mut accounts[account];
                let spender = &mut tills[till];
                let now = spender.clock_ms + 1;
                let spent = &mut spender.spent;
                let live = spender.known.iter().filter(|grant| grant.number == of.number && grant.until_ms >= now);
                let mut live = live.map(|grant| (grant.id, grant.units - spent.get(&grant.id).copied().unwrap_or(0)));
                if let Some((grant, left)) = live.find(|(_, left)| *left > 0) {
                    let units = units.min(left);
                    *spent.entry(grant).or_default() += units;
                    *balance -= units;
                    spendings += 1;
                    let paid = Tender { grant: Some(grant), ..tender(of.kind.word(), units) };
                    let sale = plain(line("tea", units, None), paid);
                    spender.event(Body::SaleCompleted(Box::new(sale)));
                }
            }
            Act::Load { till, account, units } => {
                let (of, balance) = &mut accounts[account];
                *balance += units;
                let kind = if of.kind == AccountKind::GiftCard { "gift_card" } else { "top_up" };
                let mut line = line("load", units, Some(kind));
                line.facets = Some(Box::new(Facets { account: Some(of.number.clone()), ..Facets::default() }));
                tills[till].event(Body::SaleCompleted(Box::new(plain(line, tender("cash", units)))));
            }
            Act::Close { till } => {
                let spender = &mut tills[till];
                let shift = spender.till.shift;
                let closed = ShiftClosed { shift, ..ShiftClosed::default() };
                spender.event(Body::ShiftClosed(closed));
                spender.till.shift = Uuid::now_v7();
                spender.upload(store).await;
                spender.hear(store, &scope).await;
                assert!(spender.known.is_empty(), "all of its grants are taken back");
            }
            Act::Upload { till } => tills[till].upload(store).await,
            Act::Hear { till } => tills[till].hear(store, &scope).await,
            Act::Wait { till } => tills[till].clock_ms += GRANT_MS * 2 / 3,
        }
        for (of, _) in &accounts {
            let now = store.balance(of).await.unwrap().unwrap();
            assert!(now.units >= now.held && now.held >= 0, "{of:?}: {now:?}");
        }
    }
    for spender in &mut tills {
        spender.event(Body::ShiftClosed(ShiftClosed { shift: spender.till.shift, ..ShiftClosed::default() }));
        spender.upload(store).await;
    }
    for (of, expect) in &accounts {
        let now = store.balance(of).await.unwrap().unwrap();
        assert_eq!((now.units, now.held), (*expect, 0), "{of:?}");
        assert!(now.units >= 0);
    }
    spendings
}

async fn settled(store: &dyn Store) {
    let day = store.day(DAY, None).await.unwrap();
    assert!(day.drifted.is_empty(), "{:?}", day.drifted);
    let complaints = store.exceptions(false, 500).await.unwrap();
    assert!(complaints.iter().all(|row| row.kind == "unknown_item"), "{complaints:?}");
}

fn check(store: Arc<dyn Store>, cases: u32) {
    let runtime = tokio::runtime::Handle::current();
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let (case, spendings) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    runner
        .run(&acts(), |acts| {
            case.set(case.get() + 1);
            spendings.set(spendings.get() + runtime.block_on(play(&*store, case.get(), &acts)));
            Ok(())
        })
        .unwrap();
    assert!(spendings.get() >= cases as usize * 2, "{} spendings show nothing", spendings.get());
    runtime.block_on(settled(&*store));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_set_aside_twice_sqlite() {
    let held = crate::database::sqlite().await.unwrap();
    let store = held.store.clone();
    tokio::task::spawn_blocking(move || check(store, 60)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_set_aside_twice_postgres() {
    if let Some(held) = crate::database::postgres().await {
        let store = held.store.clone();
        tokio::task::spawn_blocking(move || check(store, 60)).await.unwrap();
    }
}
