//! Looking into the journal from the command line. Nothing here writes to it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use journal::JournalReader;

/// What to do with the journal.
#[derive(Clone, Debug, Subcommand)]
pub enum JournalTool {
    /// Check every event's place in the chain; exit status 1 when it does not hold.
    Verify {
        /// Directory of the journal.
        #[arg(long)]
        state: PathBuf,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print one event.
    Show {
        /// Its number.
        seq: u64,
        /// Its epoch; the newest unless told.
        #[arg(long)]
        epoch: Option<u32>,
        /// Directory of the journal.
        #[arg(long)]
        state: PathBuf,
    },
    /// Print all events as lines of JSON, oldest first, in the bytes that were committed.
    Export {
        /// Directory of the journal.
        #[arg(long)]
        state: PathBuf,
    },
}

/// Does it.
pub fn journal(tool: JournalTool) -> anyhow::Result<ExitCode> {
    match tool {
        JournalTool::Verify { state, json } => verify(&state, json),
        JournalTool::Show { seq, epoch, state } => show(&state, epoch, seq),
        JournalTool::Export { state } => {
            let mut out = std::io::BufWriter::new(std::io::stdout().lock());
            open(&state)?.export(&mut out)?;
            out.flush()?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn open(state: &Path) -> anyhow::Result<JournalReader> {
    JournalReader::open(state)?
        .with_context(|| format!("there is no journal in {}: has the till been started?", state.display()))
}

fn show(state: &Path, epoch: Option<u32>, seq: u64) -> anyhow::Result<ExitCode> {
    let reader = open(state)?;
    let newest = reader.heads()?.last().map_or(1, |head| head.epoch);
    let epoch = epoch.unwrap_or(newest);
    let event = reader.show(epoch, seq)?.with_context(|| format!("epoch {epoch} has no event {seq}"))?;
    let value: serde_json::Value = serde_json::from_str(&event.bytes)?;
    println!("{}", serde_json::to_string_pretty(&value)?);
    println!("hash {}", event.hash);
    Ok(ExitCode::SUCCESS)
}

fn verify(state: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let verified = open(state)?.verify()?;
    let fault = verified.fault.as_ref();
    if json {
        let epochs: Vec<_> = verified
            .epochs
            .iter()
            .map(
                |epoch| serde_json::json!({ "reason": epoch.reason, "first_seq": epoch.first_seq, "head": epoch.head }),
            )
            .collect();
        let fault =
            fault.map(|fault| serde_json::json!({ "epoch": fault.epoch, "seq": fault.seq, "what": fault.what }));
        println!("{}", serde_json::json!({ "events": verified.events, "epochs": epochs, "fault": fault }));
    } else {
        for epoch in &verified.epochs {
            let (no, reason, head) = (epoch.epoch, &epoch.reason, epoch.head);
            println!("epoch {no} ({reason}): events {} to {}, head {}", epoch.first_seq, head.seq, head.hash);
        }
        match fault {
            None => println!("{} events, the chain holds", verified.events),
            Some(fault) => println!("epoch {} event {}: {}", fault.epoch, fault.seq, fault.what),
        }
    }
    Ok(if fault.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
