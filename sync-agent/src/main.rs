//! The sync agent's commands.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes this machine a terminal of a store, with a one-time code from the platform.
    Enrol {
        /// The platform's address, e.g. https://127.0.0.1:8443.
        #[arg(long)]
        platform: String,
        /// Certificate of the authority that signs the platform's, PEM.
        #[arg(long)]
        authority: PathBuf,
        /// The till's state directory.
        #[arg(long)]
        state: PathBuf,
        /// The one-time code.
        #[arg(long)]
        code: String,
    },
    /// Carries events and catalogue until it is stopped.
    Run {
        /// The till's state directory.
        #[arg(long)]
        state: PathBuf,
        /// Another address of the platform than the one of the enrolment.
        #[arg(long)]
        platform: Option<String>,
    },
    /// Tells what is unsent and how the platform is reached.
    Status {
        /// The till's state directory.
        #[arg(long)]
        state: PathBuf,
        /// As one line of JSON.
        #[arg(long)]
        json: bool,
    },
}

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    sync_agent::install_tls();
    match act(Arguments::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn act(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Enrol { platform, authority, state, code } => {
            let identity = sync_agent::enrol(sync_agent::Enrolment {
                platform: &platform,
                authority: &authority,
                state: &state,
                code: &code,
            })
            .await?;
            println!("enrolled as terminal {} of store {} ({})", identity.number, identity.store, identity.terminal);
        }
        Command::Run { state, platform } => {
            sync_agent::start_log(&state)?;
            sync_agent::run(&state, platform.as_deref()).await?;
        }
        Command::Status { state, json } => {
            let status = sync_agent::status(&state)?;
            match json {
                true => println!("{}", serde_json::to_string(&status)?),
                false => println!("{status}"),
            }
        }
    }
    Ok(())
}
