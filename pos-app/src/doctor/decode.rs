//! `doctor decode`: codes in pictures.

use std::path::PathBuf;
use std::process::ExitCode;

/// Which pictures.
#[derive(Clone, Debug, clap::Args)]
pub struct DecodeOptions {
    /// Folders of pictures, each with its text in a `.txt` beside it; a picture without one holds no code.
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// Also write the figures to this file, as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

pub(super) fn run(options: &DecodeOptions) -> anyhow::Result<ExitCode> {
    anyhow::bail!("{} folders are not read yet ({:?})", options.folders.len(), options.json)
}
