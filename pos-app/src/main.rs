//! `pos-app`: the till.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand, ValueEnum};
use drivers::registry::DeviceConfig;
use pos_app::engine::Face;
use pos_app::shell::ShopperSpot;
use pos_app::{doctor, pricing, script, shell, tools};
use words::Languages;

/// The till of a Guitai store.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the till.
    Run {
        /// Directory of the journal and the replica, shared with the sync agent.
        #[arg(long)]
        state: PathBuf,
        /// File that names the devices on the counter (TOML).
        #[arg(long)]
        devices: Option<PathBuf>,
        /// Without a window.
        #[arg(long)]
        headless: bool,
        /// Unix socket through which the screen is seen and wishes are sent, as JSON lines.
        #[arg(long)]
        control: Option<PathBuf>,
        /// Size of the window, or of its pictures when headless.
        #[arg(long, default_value = "1280x800", value_parser = parse_size)]
        size: (u32, u32),
        /// Language to start in, e.g. zh-CN, zh-TW or en.
        #[arg(long, default_value = "zh-CN")]
        language: String,
        /// Folder of more languages, as TAG/*.ftl.
        #[arg(long)]
        languages: Option<PathBuf>,
        /// What the terminal is.
        #[arg(long, value_enum, default_value = "till")]
        face: FaceName,
        /// A second screen for the shopper: a window of this size, or `whole` for all of the display to the right of the
        /// till's.
        #[arg(long, num_args = 0..=1, default_missing_value = "1280x800", value_parser = parse_spot)]
        shopper: Option<ShopperSpot>,
    },
    /// Look at the devices, test them, and read codes as the till does.
    Doctor(doctor::Doctor),
    /// Look into the journal.
    Journal {
        #[command(subcommand)]
        tool: tools::JournalTool,
    },
    /// Price a basket by a rule book, as JSON; exit status 2 when a file cannot be used.
    Price(pricing::PriceFiles),
    /// Play a till script and print what happens.
    Script {
        /// Scripts to play.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Write what happens into the scripts instead of comparing.
        #[arg(long)]
        write: bool,
    },
}

/// What a terminal is.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FaceName {
    /// A cashier's till.
    Till,
    /// A self-checkout.
    Kiosk,
    /// A handheld for staff.
    Handheld,
}

impl From<FaceName> for Face {
    fn from(name: FaceName) -> Face {
        match name {
            FaceName::Till => Face::Till,
            FaceName::Kiosk => Face::Kiosk,
            FaceName::Handheld => Face::Handheld,
        }
    }
}

fn parse_spot(text: &str) -> Result<ShopperSpot, String> {
    match text {
        "whole" => Ok(ShopperSpot::Whole),
        size => parse_size(size).map(|(width, height)| ShopperSpot::Sized(width, height)),
    }
}

fn parse_size(text: &str) -> Result<(u32, u32), String> {
    let (width, height) = text.split_once('x').ok_or("a size is WIDTHxHEIGHT, such as 1280x800")?;
    let side = |text: &str| text.parse().ok().filter(|side| (320..=7680).contains(side));
    side(width).zip(side(height)).ok_or_else(|| "each side has 320 to 7680 pixels".to_owned())
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("pos-app: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.command {
        Command::Run { state, devices, headless, control, size, language, languages, face, shopper } => {
            let devices = match devices {
                Some(path) => {
                    let text = std::fs::read_to_string(&path)
                        .with_context(|| format!("failed reading the device file {}", path.display()))?;
                    DeviceConfig::from_toml(&text).with_context(|| format!("in the device file {}", path.display()))?
                }
                None => DeviceConfig::default(),
            };
            let languages = match languages {
                Some(folder) => Languages::with_folder(&folder)?,
                None => Languages::built_in(),
            };
            for remark in languages.remarks() {
                eprintln!("pos-app: {remark}");
            }
            let face = face.into();
            let options =
                shell::Options { state, devices, headless, control, size, language, languages, face, shopper };
            shell::run(options)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Doctor(doctor) => doctor::run(doctor),
        Command::Journal { tool } => tools::journal(tool),
        Command::Price(files) => Ok(pricing::price_files(&files)),
        Command::Script { files, write } => script::play_files(&files, write),
    }
}
