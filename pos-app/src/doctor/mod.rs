//! The doctor: tools for who installs a till and who looks for a fault on it.

mod code;
mod decode;

use std::process::ExitCode;

use clap::Subcommand;

/// What to look at.
#[derive(Clone, Debug, Subcommand)]
pub enum DoctorTool {
    /// Read a code as the till does: what it is, and what it carries.
    Code(code::CodeOptions),
    /// Look for codes in folders of pictures, and compare what is found with the texts beside them.
    Decode(decode::DecodeOptions),
}

/// Does it.
///
/// # Errors
/// When a file cannot be used; the words say which and why.
pub fn run(tool: DoctorTool) -> anyhow::Result<ExitCode> {
    match tool {
        DoctorTool::Code(options) => code::run(&options),
        DoctorTool::Decode(options) => decode::run(&options),
    }
}
