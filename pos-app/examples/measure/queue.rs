//! A till that was long without a network: what it owes goes up while it goes on selling.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;

use super::Running;
use super::disk::Till;
use super::figure::{Times, at_most, tell, times_reference};
use super::goods::{code, staff, store};

const ITEMS: u64 = 2_000;
const PATIENCE: Duration = Duration::from_secs(60);
/// Pause between two shoppers while the queue goes up; a thousand times faster than a real street, so that there are
/// enough of them.
const PAUSE: Duration = Duration::from_millis(2);
/// Sales from which the quiet value is taken.
const QUIET_SALES: u64 = 300;

pub fn measure(folder: &Path, programs: &Path, queued: u64) -> Result<()> {
    let (state, office) = (folder.join("state"), folder.join("office"));
    std::fs::create_dir_all(&office)?;
    let database = format!("sqlite:{}", office.join("platform.db").display());
    furnish(&office, programs, &database)?;
    let (_platform, address) = open_platform(&office, programs, &database)?;
    let code =
        output(Command::new(programs.join("platform")).args(["enrol-code", "--store", "s01", "--db", &database]))?;
    let authority = office.join("data/authority.pem");
    let mut enrol = Command::new(programs.join("sync-agent"));
    enrol.args(["enrol", "--platform", &address, "--code", code.trim(), "--authority"]).arg(&authority);
    output(enrol.arg("--state").arg(&state))?;
    {
        let _agent = run_agent(&state, programs)?;
        wait("the catalogue", || {
            let catalogue = pos_app::shell::ReplicaCatalogue::open(&state);
            Ok(pos_app::engine::Catalogue::store(&catalogue).is_some()
                && pos_app::engine::Catalogue::versions(&catalogue).0 > 0)
        })?;
    }
    let mut till = Till::open(&state)?;
    for no in 0..queued {
        till.sell(no, ITEMS)?;
    }
    till.idle();
    till.commits = Times::default();
    for no in 0..QUIET_SALES {
        till.sell(no, ITEMS)?;
        std::thread::sleep(PAUSE);
    }
    let quiet = std::mem::take(&mut till.commits);
    let target = till.unsent_head().seq;
    let begun = Instant::now();
    let _agent = run_agent(&state, programs)?;
    let mut no = queued;
    loop {
        till.sell(no, ITEMS)?;
        no += 1;
        till.catalogue.refresh();
        if till.catalogue.acknowledged().iter().any(|head| head.seq >= target) {
            break;
        }
        ensure!(begun.elapsed() < PATIENCE, "the queue did not go up in {PATIENCE:?}");
        std::thread::sleep(PAUSE);
    }
    let seconds = begun.elapsed().as_secs_f64();
    at_most(&format!("{queued} queued sales to the platform while selling goes on"), seconds, "s", 10.0);
    let (busy, quiet) = (till.commits.percentile(99), quiet.percentile(99));
    times_reference("sale commit while they go up, p99", busy, "ms", quiet, 2.0);
    tell("sales made meanwhile", (no - queued) as f64, "sales");
    Ok(())
}

fn furnish(office: &Path, programs: &Path, database: &str) -> Result<()> {
    let settings = office.join("store.json");
    std::fs::write(&settings, serde_json::to_vec(&store())?)?;
    let mut items = String::from("code,name,price,unit,tax\n");
    for no in 0..ITEMS {
        items.push_str(&format!("{},商品 {no},{}.50,piece,standard\n", code(no), 1 + no % 90));
    }
    std::fs::write(office.join("items.csv"), items)?;
    let staff = staff()?;
    // A PHC string holds commas.
    let staff = format!("id,name,role,pin_phc\n{},{},{},\"{}\"\n", staff.id, staff.name, staff.role, staff.pin);
    std::fs::write(office.join("staff.csv"), staff)?;
    let platform = || {
        let mut command = Command::new(programs.join("platform"));
        command.current_dir(office);
        command
    };
    output(platform().args(["store", "set", "store.json", "--db", database]))?;
    output(platform().args(["import", "items", "items.csv", "--db", database]))?;
    output(platform().args(["import", "staff", "staff.csv", "--store", "s01", "--db", database]))?;
    Ok(())
}

fn open_platform(office: &Path, programs: &Path, database: &str) -> Result<(Running, String)> {
    let address = office.join("address");
    let mut command = Command::new(programs.join("platform"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--db", database, "--data"]).arg(office.join("data"));
    command.arg("--address-file").arg(&address).stdout(Stdio::null()).stderr(Stdio::null());
    let running = Running(command.spawn().context("failed starting the platform")?);
    wait("the platform", || {
        Ok(std::fs::read_to_string(&address).is_ok_and(|text| text.trim().starts_with("https://")))
    })?;
    Ok((running, std::fs::read_to_string(&address)?.trim().to_owned()))
}

fn run_agent(state: &Path, programs: &Path) -> Result<Running> {
    let mut command = Command::new(programs.join("sync-agent"));
    command.args(["run", "--state"]).arg(state).stdout(Stdio::null()).stderr(Stdio::null());
    Ok(Running(command.spawn().context("failed starting the sync agent")?))
}

fn wait(what: &str, mut there: impl FnMut() -> Result<bool>) -> Result<()> {
    let begun = Timestamp::now();
    while !there()? {
        ensure!(begun.duration_until(Timestamp::now()).unsigned_abs() < PATIENCE, "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("failed running {command:?}"))?;
    ensure!(output.status.success(), "{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}
