//! Every screen as a picture, and the contact sheets of the documentation.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::workspace::{cargo, root, run as run_command};

/// What can be asked for.
#[derive(Args)]
pub struct Options {
    /// Write every screen in every size, language and look into this folder.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Take the screens as they are for the reference that the tests hold them to. Look at them first.
    #[arg(long)]
    accept: bool,
}

/// Draws them.
pub fn run(options: &Options) -> Result<()> {
    let mut command = cargo();
    command.args(["run", "--quiet", "-p", "ui", "--example", "screens", "--", "--sheets"]);
    command.arg(root().join("docs").join("screens"));
    if let Some(out) = &options.out {
        command.arg("--out").arg(std::path::absolute(out)?);
    }
    run_command(&mut command)?;
    if options.accept {
        let mut tests = cargo();
        tests.args(["test", "--quiet", "-p", "ui", "--test", "window", "--", "reference"]).env("UPDATE_EXPECT", "1");
        run_command(&mut tests)?;
    }
    Ok(())
}
