//! A program of ours while it runs: started with a log, watched, ended by its own id.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

/// Lines of a log that are shown when a program ends by itself.
const TAIL_LINES: usize = 20;
/// How long a program may take to end when asked.
const END_PATIENCE: Duration = Duration::from_secs(5);

/// A running program.
pub struct Part {
    name: &'static str,
    child: Child,
    log: PathBuf,
    ends_on: Signal,
}

impl Part {
    /// Starts a program whose output goes to the end of `log`.
    pub fn start(name: &'static str, command: &mut Command, log: &Path) -> Result<Part> {
        let file = File::options().create(true).append(true).open(log);
        let file = file.with_context(|| format!("failed opening {}", log.display()))?;
        let errors = file.try_clone().context("failed opening a log twice")?;
        let child = command.stdin(Stdio::null()).stdout(file).stderr(errors).spawn();
        let child = child.with_context(|| format!("failed starting {name}"))?;
        Ok(Part { name, child, log: log.to_owned(), ends_on: Signal::TERM })
    }

    /// The same, asked to end by another signal than `TERM`.
    pub fn ending_on(mut self, signal: Signal) -> Part {
        self.ends_on = signal;
        self
    }

    /// An error with the end of its log when it has ended by itself.
    pub fn check(&mut self) -> Result<()> {
        match self.child.try_wait().with_context(|| format!("failed asking after {}", self.name))? {
            None => Ok(()),
            Some(status) => bail!(
                "{} has ended by itself ({status}); the end of {}:\n{}",
                self.name,
                self.log.display(),
                tail(&self.log)
            ),
        }
    }

    /// The power is cut: no handler runs, nothing is flushed.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill().with_context(|| format!("failed killing {}", self.name))?;
        self.child.wait().with_context(|| format!("failed waiting for {}", self.name))?;
        Ok(())
    }

    /// Asks it to end and waits; kills it when it does not.
    pub fn end(&mut self) -> Option<ExitStatus> {
        if let Ok(Some(status)) = self.child.try_wait() {
            return Some(status);
        }
        let asked = Pid::from_raw(self.child.id() as i32).map(|id| kill_process(id, self.ends_on));
        let until = Instant::now() + END_PATIENCE;
        while asked.is_some_and(|asked| asked.is_ok()) && Instant::now() < until {
            match self.child.try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(10)),
                Ok(Some(status)) => return Some(status),
                Err(_) => break,
            }
        }
        let _ = self.child.kill();
        self.child.wait().ok()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.end();
    }
}

/// Runs a program to its end and gives what it printed.
pub fn output_of(command: &mut Command) -> Result<Vec<u8>> {
    let name = Path::new(command.get_program()).file_name().unwrap_or(OsStr::new("program")).display().to_string();
    let words: Vec<String> = command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("failed starting {name}"))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        let printed = String::from_utf8_lossy(&output.stdout);
        bail!("{name} {}: {}\n{}{}", words.join(" "), output.status, last_lines(&printed), last_lines(&errors));
    }
    Ok(output.stdout)
}

/// The last lines of a log.
pub fn tail(log: &Path) -> String {
    last_lines(&String::from_utf8_lossy(&fs::read(log).unwrap_or_default()))
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].iter().map(|line| format!("  {line}\n")).collect()
}
