//! The workspace as cargo tells it, and running its tools.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// What `cargo metadata` tells, as far as the rules ask.
#[derive(Debug, Deserialize)]
pub struct Metadata {
    /// All packages of the dependency graph, or only our own.
    pub packages: Vec<Package>,
    /// Where cargo builds.
    pub target_directory: PathBuf,
}

/// One package.
#[derive(Debug, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SPDX expression.
    pub license: Option<String>,
    /// What it names in its manifest.
    pub dependencies: Vec<Dependency>,
}

/// One line of a manifest.
#[derive(Debug, Deserialize)]
pub struct Dependency {
    /// The other's name.
    pub name: String,
    /// `dev`, `build` or nothing.
    pub kind: Option<String>,
    /// Set for our own.
    pub path: Option<PathBuf>,
}

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace").to_owned()
}

/// What cargo tells, with or without what others wrote.
pub fn metadata(with_others: bool) -> Result<Metadata> {
    let mut command = cargo();
    command.args(["metadata", "--format-version", "1"]);
    if with_others {
        command.args(["--filter-platform", "x86_64-unknown-linux-gnu"]);
    } else {
        command.arg("--no-deps");
    }
    let output = command.stderr(Stdio::inherit()).output().context("failed starting cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", output.status);
    }
    serde_json::from_slice(&output.stdout).context("failed reading cargo metadata")
}

/// Where cargo builds.
pub fn target_directory() -> Result<PathBuf> {
    Ok(metadata(false)?.target_directory)
}

/// Cargo, as this program was started by it, at the workspace's root.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Whether a subcommand of cargo is installed.
pub fn has_cargo(subcommand: &str) -> bool {
    let probe = cargo().args([subcommand, "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    probe.is_ok_and(|status| status.success())
}

/// Runs a command with our own input and output; an error when it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("failed starting {}", command.get_program().display()))?;
    if !status.success() {
        let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
        bail!(
            "{} {}: {status}",
            Path::new(command.get_program()).file_name().unwrap_or_default().display(),
            words.join(" ")
        );
    }
    Ok(())
}
