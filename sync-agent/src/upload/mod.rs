//! Uploading: the IO around [`plan`].

mod batch;
mod plan;

use std::path::PathBuf;
use std::time::Duration;

use journal::{Identity, JournalError, JournalReader};
use protocol::identity::SigningKey;
use protocol::v1::{self, ProblemKind};

use self::plan::{Plan, Span, Step};
use crate::backoff::{Backoff, chance};
use crate::enrol::greet;
use crate::keeper::{Keeper, UPLOAD};
use crate::link::{Link, LinkError};

/// How often the journal is asked for new events.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How long to wait when the platform takes nothing.
const HOLD: Duration = Duration::from_secs(1);
/// Rests after which the platform is greeted again although there is nothing to send.
const RESTS_MAX: u32 = 3000;
/// Gaps in a row after which the next one counts as a fault.
const GAPS_MAX: u32 = 3;

/// Carries events to the platform.
pub(crate) struct Uploader {
    pub(crate) state: PathBuf,
    pub(crate) identity: Identity,
    pub(crate) key: SigningKey,
    pub(crate) platform_key: String,
    pub(crate) link: Link,
    pub(crate) keeper: Keeper,
}

/// Why a step did not succeed.
#[derive(Debug, thiserror::Error)]
enum UploadError {
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Unsound(#[from] batch::Unsound),
    #[error("The platform's signature does not hold; it may be another platform. Call support.")]
    Unsigned,
    #[error("The journal belongs to another terminal than the one that is enrolled here. Call support.")]
    OtherTerminal,
}

impl Uploader {
    /// Never ends.
    pub(crate) async fn run(self) {
        let mut work = Work {
            uploader: self,
            plan: Plan::new(),
            reader: None,
            journal: Vec::new(),
            heads: Vec::new(),
            rests: 0,
            gaps: 0,
            trouble: None,
        };
        let mut backoff = Backoff::default();
        loop {
            match work.step().await {
                Ok(pause) => {
                    // A greeting alone mends nothing: what failed after the last one may fail again.
                    if work.trouble.is_none() {
                        backoff.reset();
                    }
                    if !pause.is_zero() {
                        tokio::time::sleep(pause).await;
                    }
                }
                Err(error) => {
                    let asked = work.on_error(&error);
                    tokio::time::sleep(backoff.wait(chance(), asked)).await;
                }
            }
        }
    }
}

struct Work {
    uploader: Uploader,
    plan: Plan,
    reader: Option<JournalReader>,
    /// The journal's epochs when it was last looked at.
    journal: Vec<Span>,
    /// What the platform has signed for or told.
    heads: Vec<v1::Head>,
    rests: u32,
    gaps: u32,
    /// What went wrong since events were taken last, or since there was nothing to send.
    trouble: Option<String>,
}

impl Work {
    /// Does one thing; gives the time to wait before the next.
    async fn step(&mut self) -> Result<Duration, UploadError> {
        self.look()?;
        match self.plan.next(&self.journal) {
            Step::Greet => self.greet().await,
            Step::Send { epoch, after_seq, events_max } => self.send(epoch, after_seq, events_max).await,
            Step::Hold => {
                self.plan.on_lost();
                Ok(HOLD)
            }
            Step::Rest => {
                if self.trouble.take().is_some() {
                    self.told();
                }
                self.rests += 1;
                if self.rests >= RESTS_MAX {
                    self.plan.on_lost();
                }
                Ok(LOOK_EVERY)
            }
        }
    }

    /// Reads the journal's epochs when it has changed.
    fn look(&mut self) -> Result<(), UploadError> {
        let changed = match &mut self.reader {
            Some(reader) => reader.changed()?,
            none => {
                *none = JournalReader::open(&self.uploader.state)?;
                none.is_some()
            }
        };
        let Some(reader) = self.reader.as_ref().filter(|_| changed) else {
            return Ok(());
        };
        let epochs = reader.epochs()?;
        if epochs.iter().any(|epoch| epoch.terminal != self.uploader.identity.terminal) {
            self.reader = None;
            return Err(UploadError::OtherTerminal);
        }
        self.journal = epochs
            .iter()
            .map(|epoch| Span { epoch: epoch.epoch, first_seq: epoch.first_seq, last_seq: epoch.head.seq })
            .collect();
        Ok(())
    }

    async fn greet(&mut self) -> Result<Duration, UploadError> {
        let epoch = self.journal.last().map_or(0, |span| span.epoch);
        let welcome = greet(&self.uploader.link, epoch).await?;
        self.rests = 0;
        self.plan.on_welcome(&welcome);
        for head in &welcome.heads {
            let stored = match &self.reader {
                Some(reader) => reader.show(head.epoch, head.seq)?,
                None => None,
            };
            if stored.is_some_and(|stored| stored.hash != head.hash) {
                tracing::error!(epoch = head.epoch, seq = head.seq, "fork");
                self.plan.on_fork(head.epoch);
            }
        }
        self.heads = welcome.heads;
        self.told();
        Ok(Duration::ZERO)
    }

    async fn send(&mut self, epoch: u32, after_seq: u64, events_max: usize) -> Result<Duration, UploadError> {
        let Some(reader) = &mut self.reader else {
            return Ok(LOOK_EVERY);
        };
        let events = reader.events_after(epoch, after_seq, events_max, batch::EVENTS_BYTES_MAX)?;
        if events.is_empty() {
            self.reader = None;
            return Ok(LOOK_EVERY);
        }
        let Uploader { identity, key, .. } = &self.uploader;
        let (batch, head) = batch::sign(identity.terminal, key, events)?;
        match self.uploader.link.post::<v1::Taken>("/v1/events", &batch).await {
            Ok(taken) => self.taken(&taken, head),
            Err(error) => match error.kind() {
                Some(ProblemKind::Gap) => {
                    let LinkError::Refused { problem, .. } = &error else {
                        return Err(error.into());
                    };
                    tracing::warn!(epoch, after_seq, expected = problem.expected, "gap");
                    self.plan.on_gap(epoch, problem.expected);
                    self.gaps += 1;
                    match self.gaps <= GAPS_MAX {
                        true => Ok(Duration::ZERO),
                        false => Err(error.into()),
                    }
                }
                Some(ProblemKind::Fork) => {
                    tracing::error!(epoch, after_seq, "fork");
                    self.plan.on_fork(epoch);
                    self.told();
                    Ok(Duration::ZERO)
                }
                Some(ProblemKind::TooLarge) => {
                    self.plan.on_too_large();
                    Err(error.into())
                }
                _other => Err(error.into()),
            },
        }
    }

    fn taken(&mut self, taken: &v1::Taken, sent: v1::Head) -> Result<Duration, UploadError> {
        let Uploader { identity, platform_key, .. } = &self.uploader;
        if !batch::is_signed(identity.terminal, platform_key, taken) {
            return Err(UploadError::Unsigned);
        }
        if taken.head.epoch != sent.epoch || taken.head.seq < sent.seq {
            return Err(LinkError::Nonsense("it took less than was sent".to_owned()).into());
        }
        if !self.is_ours(taken.head, sent)? {
            tracing::error!(epoch = sent.epoch, seq = taken.head.seq, "fork");
            self.plan.on_fork(sent.epoch);
            self.told();
            return Ok(Duration::ZERO);
        }
        if taken.exceptions > 0 {
            tracing::warn!(exceptions = taken.exceptions, "events were taken that need a person");
        }
        self.plan.on_taken(taken);
        self.gaps = 0;
        self.trouble = None;
        self.heads.retain(|head| head.epoch != taken.head.epoch);
        self.heads.push(taken.head);
        self.heads.sort_by_key(|head| head.epoch);
        self.told();
        Ok(Duration::ZERO)
    }

    /// Whether the platform's chain is this journal's, as far as the journal goes.
    fn is_ours(&self, taken: v1::Head, sent: v1::Head) -> Result<bool, UploadError> {
        if taken.seq == sent.seq {
            return Ok(taken.hash == sent.hash);
        }
        let stored = match &self.reader {
            Some(reader) => reader.show(taken.epoch, taken.seq)?,
            None => None,
        };
        Ok(stored.is_none_or(|stored| stored.hash == taken.hash))
    }

    /// Tells what is acknowledged, and whether something cannot be sent.
    fn told(&self) {
        let keeper = &self.uploader.keeper;
        keeper.acknowledged(self.heads.clone());
        let complaint = self.plan.complaint(&self.journal);
        keeper.contact(UPLOAD, true, self.trouble.clone().or(complaint));
    }

    /// Gives the wait that the platform asked for.
    fn on_error(&mut self, error: &UploadError) -> Option<Duration> {
        self.plan.on_lost();
        let (answered, asked) = match error {
            UploadError::Link(error) => (error.answered(), error.retry_after()),
            UploadError::Journal(_) | UploadError::Unsound(_) => {
                self.reader = None;
                (false, None)
            }
            UploadError::Unsigned | UploadError::OtherTerminal => (true, None),
        };
        self.trouble = Some(error.to_string());
        self.uploader.keeper.contact(UPLOAD, answered, self.trouble.clone());
        asked
    }
}
