//! The doctor: tools for who installs a till and who looks for a fault on it.

mod bagging;
mod bench;
mod code;
mod decode;
mod drawer;
mod find;
mod look;
mod person;
mod sample;
mod table;
mod trial;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

/// What to do; without a tool the devices of a device file are looked at, and without a file what is connected is found.
#[derive(Clone, Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Doctor {
    #[command(subcommand)]
    tool: Option<DoctorTool>,
    /// File that names the devices on the counter (TOML); the till's own.
    #[arg(long)]
    devices: Option<PathBuf>,
    /// Directory of the till, for devices that are reached through head office.
    #[arg(long, requires = "devices")]
    state: Option<PathBuf>,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

/// What to look at.
#[derive(Clone, Debug, Subcommand)]
pub enum DoctorTool {
    /// Test each device, asking before each test. No money moves.
    Test(trial::TestOptions),
    /// Print a page that shows what a printer can do.
    Sample(sample::SampleOptions),
    /// Learn which level of the drawer's switch means open.
    Drawer(drawer::DrawerOptions),
    /// Learn what the counts of a bagging area's scale mean, with a known weight.
    Bagging(bagging::BaggingOptions),
    /// Read a code as the till does: what it is, and what it carries.
    Code(code::CodeOptions),
    /// Find what is connected, and the path under which it stays.
    Find(find::FindOptions),
    /// Look for codes in folders of pictures, and compare what is found with the texts beside them.
    Decode(decode::DecodeOptions),
}

/// Does it.
///
/// # Errors
/// When a file cannot be used; the words say which and why.
pub fn run(doctor: Doctor) -> anyhow::Result<ExitCode> {
    let tool = match (doctor.tool, doctor.devices) {
        (Some(tool), _) => tool,
        (None, Some(devices)) => return look::run(&bench::config(&devices, doctor.state.as_deref())?, doctor.json),
        (None, None) => {
            println!("no device file told (--devices FILE); this is what is connected:\n");
            DoctorTool::Find(find::FindOptions::everything())
        }
    };
    match tool {
        DoctorTool::Test(options) => trial::run(&options),
        DoctorTool::Sample(options) => sample::run(&options),
        DoctorTool::Drawer(options) => drawer::run(&options),
        DoctorTool::Bagging(options) => bagging::run(&options),
        DoctorTool::Code(options) => code::run(&options),
        DoctorTool::Find(options) => find::run(&options),
        DoctorTool::Decode(options) => decode::run(&options),
    }
}
