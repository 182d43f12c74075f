//! `doctor code`: what a code is.

use std::process::ExitCode;

/// Which code.
#[derive(Clone, Debug, clap::Args)]
pub struct CodeOptions {
    /// The code, as a scanner gives it.
    code: String,
}

pub(super) fn run(options: &CodeOptions) -> anyhow::Result<ExitCode> {
    anyhow::bail!("the code {} is not read yet", options.code)
}
