//! A terminal of the store: its folder, its agent, its program.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Programs;
use crate::part::{Part, output_of};

/// Where a terminal shows its screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Glass {
    /// Nowhere; pictures can be taken.
    None,
    /// In a window, on the display of that name or on the one that is there.
    Window(Option<String>),
}

/// What a terminal is.
#[derive(Clone, Debug)]
pub struct Model {
    /// Its name among the terminals of the store; part of paths.
    pub name: &'static str,
    /// `till`, `kiosk` or `handheld`.
    pub face: &'static str,
    /// Width and height of its screen in pixels.
    pub size: (u32, u32),
    /// Where it shows its screen.
    pub glass: Glass,
}

/// One terminal.
pub struct Terminal {
    // Ended in this order.
    program: Option<Part>,
    agent: Option<Part>,
    /// Where it listens for its street.
    pub control: PathBuf,
    /// Its folder.
    pub state: PathBuf,
    model: Model,
    logs: PathBuf,
    programs: Programs,
}

impl Terminal {
    /// A terminal with an empty folder, switched off.
    pub(super) fn new(model: Model, folder: PathBuf, programs: Programs) -> Result<Terminal> {
        let state = match model.name {
            "till" => folder.join("state"),
            name => folder.join(format!("state-{name}")),
        };
        fs::create_dir_all(&state).context("failed making a terminal's folder")?;
        let control = folder.join(format!("{}.sock", model.name));
        Ok(Terminal { program: None, agent: None, control, state, model, logs: folder, programs })
    }

    /// Makes it one of a store's terminals.
    pub(super) fn enrol(&self, platform: &str, code: &str, authority: &std::path::Path) -> Result<()> {
        let mut command = self.programs.command("sync-agent");
        command.arg("enrol").arg("--state").arg(&self.state).args(["--platform", platform, "--code", code]);
        output_of(command.arg("--authority").arg(authority)).map(drop)
    }

    /// Names the devices beside it.
    pub fn set_devices(&self, devices: &str) -> Result<()> {
        fs::write(self.state.join("devices.toml"), devices).context("failed writing a terminal's devices")
    }

    /// Starts its program, or starts it again.
    pub fn start(&mut self) -> Result<()> {
        let Model { name, face, size: (width, height), glass } = &self.model;
        let mut command = self.programs.command("pos-app");
        command.arg("run").arg("--state").arg(&self.state).arg("--devices").arg(self.state.join("devices.toml"));
        command.arg("--control").arg(&self.control).args(["--language", "zh-CN", "--face", face]);
        command.arg("--size").arg(format!("{width}x{height}"));
        match glass {
            Glass::None => drop(command.arg("--headless")),
            Glass::Window(None) => {}
            Glass::Window(Some(display)) => drop(command.env("DISPLAY", display).env_remove("WAYLAND_DISPLAY")),
        }
        let log = if *name == "till" { "pos-app.log".to_owned() } else { format!("pos-app-{name}.log") };
        self.program = Some(Part::start("pos-app", &mut command, &self.logs.join(log))?);
        Ok(())
    }

    /// Starts its agent, or starts it again.
    pub fn start_agent(&mut self) -> Result<()> {
        let mut command = self.programs.command("sync-agent");
        command.arg("run").arg("--state").arg(&self.state);
        let log = match self.model.name {
            "till" => "sync-agent.log".to_owned(),
            name => format!("sync-agent-{name}.log"),
        };
        self.agent = Some(Part::start("sync-agent", &mut command, &self.logs.join(log))?);
        Ok(())
    }

    /// Cuts its power.
    pub fn kill(&mut self) -> Result<()> {
        self.program.as_mut().context("the terminal is off")?.kill()
    }

    /// Cuts its agent's power.
    pub fn kill_agent(&mut self) -> Result<()> {
        self.agent.as_mut().context("there is no agent")?.kill()
    }

    /// An error when a part has ended by itself.
    pub(super) fn check(&mut self) -> Result<()> {
        [&mut self.program, &mut self.agent].into_iter().flatten().try_for_each(Part::check)
    }
}
