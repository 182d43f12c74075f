//! The till as a process: start, memory, and the way of a scan from the wire to the screen.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use simulation::counter::VirtualScanner;
use simulation::street::Till;
use ui::Intent;
use ui::screen::Panel;

use super::Running;
use super::figure::{Times, at_most, tell};
use super::goods::{PIN, STAFF, code};

/// How long one answer may take.
pub const PATIENCE: Duration = Duration::from_secs(20);
const STARTS: usize = 7;
const SCANS: u64 = 2_000;
/// Lines after which the basket is void, as a shopper's is paid.
const LINES: u64 = 40;

pub fn measure(state: &Path, programs: &Path, items: u64) -> Result<()> {
    let scanner = VirtualScanner::plug(state.join("scanner"), "\r\n")?;
    let devices = state.join("devices.toml");
    let path = scanner.path();
    std::fs::write(
        &devices,
        format!("[[scanner]]\ndriver = \"serial\"\npath = {:?}\nsuffix = \"\\r\\n\"\n", path.display()),
    )?;
    let control = state.join("till.sock");
    let start = || -> Result<Running> {
        let mut command = Command::new(programs.join("pos-app"));
        command
            .args(["run", "--headless", "--state"])
            .arg(state)
            .arg("--devices")
            .arg(&devices)
            .arg("--control")
            .arg(&control);
        let child =
            command.stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().context("failed starting pos-app")?;
        Ok(Running(child))
    };
    let mut starts = Times::default();
    for _ in 0..STARTS {
        let _ = std::fs::remove_file(&control);
        let begun = Instant::now();
        let running = start()?;
        let till = Till::connect(&control, PATIENCE)?;
        till.wait("the till to be ready", PATIENCE, |screen| {
            matches!(screen.panel, Panel::Locked { .. }) && screen.bar.devices != "正在连接设备"
        })?;
        starts.add(begun);
        drop(running);
    }
    at_most(&format!("start to ready for the first scan, {items} items, worst"), starts.percentile(100), "ms", 1000.0);
    let _ = std::fs::remove_file(&control);
    let running = start()?;
    let mut till = Till::connect(&control, PATIENCE)?;
    sign_on(&mut till)?;
    let mut times = Times::default();
    for no in 0..SCANS {
        let data = code((no * 104_729) % items);
        let before = till.screen().scans_answered;
        let begun = Instant::now();
        anyhow::ensure!(scanner.scan(&data), "the scanner is unplugged");
        let (screen, _) = till.wait("the scan", PATIENCE, |screen| screen.scans_answered > before)?;
        times.add(begun);
        anyhow::ensure!(screen.notice.is_none(), "the scan was not taken: {:?}", screen.notice);
        if no % LINES == LINES - 1 {
            till.wish(&Intent::VoidSale)?;
            till.wait("an empty basket", PATIENCE, |screen| screen.basket.lines.is_empty())?;
        }
    }
    let name = format!("last scanner byte to the line on the Screen, {items} items, p99");
    at_most(&name, times.percentile(99), "ms", 10.0);
    tell("the same, p50", times.percentile(50), "ms");
    at_most("resident memory then, headless", resident_mib(running.0.id())?, "MiB", 150.0);
    Ok(())
}

/// Resident memory of a process.
pub fn resident_mib(id: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no resident memory is told")?;
    let kib: f64 = resident.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1024.0)
}

/// Share of one core that a process takes while it is watched.
pub fn idle_share(id: u32, watched: Duration) -> Result<f64> {
    let (before, begun) = (processor_time(id)?, Instant::now());
    std::thread::sleep(watched);
    Ok((processor_time(id)? - before).as_secs_f64() / begun.elapsed().as_secs_f64())
}

/// All that it ran on processors so far; the scheduler counts it in nanoseconds, for each thread.
fn processor_time(id: u32) -> Result<Duration> {
    let mut nanoseconds = 0;
    for thread in std::fs::read_dir(format!("/proc/{id}/task"))? {
        let told = std::fs::read_to_string(thread?.path().join("schedstat"))?;
        let ran: u64 = told.split_whitespace().next().context("no time is told")?.parse()?;
        nanoseconds += ran;
    }
    Ok(Duration::from_nanos(nanoseconds))
}

/// Signs on and opens the shift.
pub fn sign_on(till: &mut Till) -> Result<()> {
    till.wait("the lock", PATIENCE, |screen| matches!(screen.panel, Panel::Locked { .. }))?;
    till.wish(&Intent::SignOn { staff: STAFF.into(), pin: PIN.into() })?;
    let (screen, _) = till
        .wait("the sign-on", PATIENCE, |screen| matches!(screen.panel, Panel::OpenShift { .. } | Panel::Sell { .. }))?;
    if matches!(screen.panel, Panel::OpenShift { .. }) {
        till.wish(&Intent::OpenShift { float: "100".into() })?;
    }
    till.wait("the shift", PATIENCE, |screen| matches!(screen.panel, Panel::Sell { .. }))?;
    Ok(())
}
