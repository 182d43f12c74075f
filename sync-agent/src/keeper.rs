//! The one thread that writes the replica.
//!
//! A snapshot of a large catalogue takes a minute to store. Uploads must not wait for it, so what they have to say
//! goes into a slot of which only the newest content counts; the thread stores it when it comes to it. After a crash in
//! between the platform tells again what it has.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use journal::{JournalError, ReplicaWriter};
use protocol::v1;
use tokio::sync::oneshot;

use crate::download::snapshot;
use crate::now_ms;

/// Orders that wait; each scope has one at a time, and one wakes the thread.
const ORDERS_MAX: usize = 8;
/// How stale the stored time of the last contact may be; each store of it costs a sync of the disk.
const CONTACT_EVERY: Duration = Duration::from_secs(5);

/// The part whose faults come before all others' to people; the others are scopes of the catalogue.
pub(crate) const UPLOAD: &str = "upload";

/// Gives orders to the thread that writes the replica.
#[derive(Clone)]
pub(crate) struct Keeper {
    orders: SyncSender<Order>,
    slot: Arc<Mutex<Slot>>,
}

/// The newest word of uploads and downloads.
#[derive(Default)]
struct Slot {
    heads: Option<Vec<v1::Head>>,
    last_ms: Option<i64>,
    /// What is in the way, by part.
    errors: BTreeMap<String, String>,
}

type Answer<T> = oneshot::Sender<Result<T, JournalError>>;

enum Order {
    /// There may be something in the slot.
    Look,
    Version(String, Answer<Option<u64>>),
    Apply(String, Box<v1::Changes>, Answer<()>),
    Replace(String, v1::SnapshotInfo, PathBuf, Answer<u64>),
}

impl Keeper {
    /// Starts the thread; it ends when the last keeper is dropped. What is given beside the keeper is an error as soon
    /// as the thread is gone: nothing is stored from then on.
    pub(crate) fn start(writer: ReplicaWriter, state: &Path) -> std::io::Result<(Keeper, oneshot::Receiver<()>)> {
        let (orders, received) = sync_channel(ORDERS_MAX);
        let slot = Arc::new(Mutex::new(Slot::default()));
        let (runs, gone) = oneshot::channel();
        let work = Work { writer: Some(writer), state: state.to_owned(), slot: slot.clone(), stored: None };
        std::thread::Builder::new().name("replica".to_owned()).spawn(move || {
            let _runs = runs;
            work.run(&received);
        })?;
        Ok((Keeper { orders, slot }, gone))
    }

    /// The platform has exactly these.
    pub(crate) fn acknowledged(&self, heads: Vec<v1::Head>) {
        self.slot().heads = Some(heads);
        self.wake();
    }

    /// How a part gets on: whether there was an answer, and what is in the way.
    pub(crate) fn contact(&self, part: &str, answered: bool, error: Option<String>) {
        let mut slot = self.slot();
        if answered {
            slot.last_ms = Some(now_ms());
        }
        if slot.errors.get(part) != error.as_ref() {
            match error {
                Some(error) => {
                    tracing::warn!(part, error, "not getting on");
                    slot.errors.insert(part.to_owned(), error);
                }
                None => {
                    tracing::info!(part, "getting on again");
                    slot.errors.remove(part);
                }
            }
        }
        drop(slot);
        self.wake();
    }

    pub(crate) async fn version(&self, scope: &str) -> Result<Option<u64>, JournalError> {
        let (answer, answered) = oneshot::channel();
        self.order(Order::Version(scope.to_owned(), answer)).await;
        received(answered.await)
    }

    pub(crate) async fn apply(&self, scope: &str, changes: v1::Changes) -> Result<(), JournalError> {
        let (answer, answered) = oneshot::channel();
        let order = Order::Apply(scope.to_owned(), Box::new(changes), answer);
        self.order(order).await;
        received(answered.await)
    }

    /// Replaces a scope by a file that was fetched and checked.
    pub(crate) async fn replace(
        &self,
        scope: &str,
        info: &v1::SnapshotInfo,
        file: PathBuf,
    ) -> Result<u64, JournalError> {
        let (answer, answered) = oneshot::channel();
        let order = Order::Replace(scope.to_owned(), info.clone(), file, answer);
        self.order(order).await;
        received(answered.await)
    }

    async fn order(&self, order: Order) {
        let orders = self.orders.clone();
        // Waiting for room would block the runtime. When the thread is gone the order is dropped, and its answer with it.
        let _ = tokio::task::spawn_blocking(move || orders.send(order)).await;
    }

    fn wake(&self) {
        match self.orders.try_send(Order::Look) {
            // A busy thread looks into the slot after each order anyway.
            Ok(()) | Err(TrySendError::Full(_)) => {}
            Err(TrySendError::Disconnected(_)) => tracing::error!("the replica's thread is gone"),
        }
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn received<T>(answer: Result<Result<T, JournalError>, oneshot::error::RecvError>) -> Result<T, JournalError> {
    answer.unwrap_or_else(|gone| Err(JournalError::Other { step: "writing the replica", cause: gone.into() }))
}

struct Work {
    /// `None` only while a damaged file is being replaced, and after that has failed.
    writer: Option<ReplicaWriter>,
    state: PathBuf,
    slot: Arc<Mutex<Slot>>,
    /// When which contact was stored.
    stored: Option<(Instant, Option<i64>, Option<String>)>,
}

impl Work {
    fn run(mut self, orders: &Receiver<Order>) {
        loop {
            match orders.recv_timeout(CONTACT_EVERY) {
                Ok(order) => self.obey(order),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if let Err(error) = self.store_slot() {
                tracing::error!(%error, "what is acknowledged could not be stored");
            }
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Look => {}
            Order::Version(scope, answer) => {
                let done = self.with(|writer| writer.version(&scope));
                let _ = answer.send(done);
            }
            Order::Apply(scope, changes, answer) => {
                let done = self.with(|writer| writer.apply(&scope, &changes.changes, changes.next));
                let _ = answer.send(done);
            }
            Order::Replace(scope, info, file, answer) => {
                let done = self.with(|writer| writer.replace(&scope, info.no, snapshot::lines(&file, &info)));
                let _ = answer.send(done);
            }
        }
    }

    fn with<T>(&mut self, act: impl FnOnce(&mut ReplicaWriter) -> Result<T, JournalError>) -> Result<T, JournalError> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => none.insert(ReplicaWriter::open(&self.state, now_ms())?),
        };
        let done = act(writer);
        if let Err(error) = &done {
            self.heal(error);
        }
        done
    }

    /// A damaged file is replaced; its catalogue is fetched anew.
    fn heal(&mut self, error: &JournalError) {
        if matches!(error, JournalError::Damaged { .. })
            && let Some(writer) = self.writer.take()
        {
            match writer.rebuild(&self.state, now_ms()) {
                Ok(writer) => self.writer = Some(writer),
                Err(error) => tracing::error!(%error, "the replica could not be made anew"),
            }
        }
    }

    fn store_slot(&mut self) -> Result<(), JournalError> {
        let (heads, last_ms, error) = {
            let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
            let of_upload = slot.errors.get(UPLOAD);
            let error = of_upload.or(slot.errors.values().next()).cloned();
            (slot.heads.take(), slot.last_ms, error)
        };
        if let Some(heads) = heads
            && let Err(error) = self.with(|writer| writer.acknowledge_only(&heads))
        {
            let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
            slot.heads.get_or_insert(heads);
            return Err(error);
        }
        let due = match &self.stored {
            None => true,
            Some((_, _, stored)) if *stored != error => true,
            Some((at, stored, _)) => *stored != last_ms && at.elapsed() >= CONTACT_EVERY,
        };
        if due {
            self.with(|writer| writer.contact(last_ms, error.as_deref()))?;
            self.stored = Some((Instant::now(), last_ms, error));
        }
        Ok(())
    }
}
