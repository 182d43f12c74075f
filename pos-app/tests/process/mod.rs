//! The till as a process, from the outside: its control socket, its files, signals.

use std::convert::Infallible;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use argon2::password_hash::PasswordHasher;
use journal::{Credentials, Identity, JournalReader, ReplicaWriter, SCOPE_CHAIN, scope_of_store};
use protocol::v1;
use simulation::street::Till;
use ui::Intent;
use ui::screen::Panel;

const PATIENCE: Duration = Duration::from_secs(30);

/// A running till in a directory of its own; both end with it.
pub(super) struct Running {
    /// Its directory.
    pub(super) dir: PathBuf,
    child: Option<Child>,
}

impl Running {
    pub(super) fn new(name: &str) -> Running {
        let dir = std::env::temp_dir().join(format!("guitai-process-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        Running { dir, child: None }
    }

    pub(super) fn start(&mut self) -> Till {
        self.start_with(None)
    }

    /// The same with devices.
    pub(super) fn start_with(&mut self, devices: Option<&str>) -> Till {
        let control = self.dir.join("till.sock");
        let _ = std::fs::remove_file(&control);
        let mut command = Command::new(env!("CARGO_BIN_EXE_pos-app"));
        command
            .args(["run", "--headless", "--language", "en", "--state"])
            .arg(&self.dir)
            .arg("--control")
            .arg(&control);
        if let Some(devices) = devices {
            let file = self.dir.join("devices.toml");
            std::fs::write(&file, devices).unwrap();
            command.arg("--devices").arg(&file);
        }
        self.child = Some(command.stdout(Stdio::null()).spawn().unwrap());
        Till::connect(&control, PATIENCE).unwrap()
    }

    /// The power goes.
    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

#[test]
fn a_till_without_a_catalogue_says_so_and_sells_when_it_has_come() {
    let mut running = Running::new("catalogue");
    let mut till = running.start();
    till.wait("the first screen", PATIENCE, |screen| matches!(screen.panel, Panel::NotReady { .. })).unwrap();
    till.wish(&Intent::Enter { text: "4006381333931".into() }).unwrap();
    till.wait("the refusal", PATIENCE, |screen| screen.said.contains("no catalogue")).unwrap();
    write_replica(&running.dir, vec![pen()]);
    sell(&mut till);
    assert_eq!(JournalReader::open(&running.dir).unwrap().unwrap().verify().unwrap().fault, None);
}

#[test]
fn a_damaged_journal_is_kept_aside_and_told_and_selling_goes_on() {
    let mut running = Running::new("damaged");
    write_replica(&running.dir, vec![pen()]);
    sell(&mut running.start());
    running.kill();
    let path = running.dir.join("journal.db");
    // With the log gone and the first pages overwritten nothing of the file is left to trust.
    let _ = std::fs::remove_file(running.dir.join("journal.db-wal"));
    let mut file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    file.write_all(&[0x5a; 20_000]).unwrap();
    drop(file);
    let mut till = running.start();
    let (screen, _) = till.wait("the notice", PATIENCE, |screen| screen.notice.is_some()).unwrap();
    assert!(screen.notice.unwrap().text.contains("journal was damaged"));
    till.wish(&Intent::Acknowledge).unwrap();
    sell(&mut till);
    let kept = std::fs::read_dir(&running.dir).unwrap().filter_map(Result::ok);
    let kept = kept.filter(|entry| entry.file_name().to_string_lossy().starts_with("journal-damaged-")).count();
    assert!(kept >= 1, "the damaged file is kept");
}

#[test]
fn a_second_program_takes_nothing_away_from_the_first() {
    let mut running = Running::new("second");
    write_replica(&running.dir, vec![pen()]);
    let mut first = running.start();
    sell(&mut first);
    let run = |control: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pos-app"));
        command.args(["run", "--headless", "--language", "en", "--state"]).arg(&running.dir);
        command.arg("--control").arg(running.dir.join(control)).stdout(Stdio::null());
        command
    };
    let mut second = Running { dir: running.dir.join("second"), child: Some(run("second.sock").spawn().unwrap()) };
    let mut other = Till::connect(&running.dir.join("second.sock"), PATIENCE).unwrap();
    let (screen, _) = other.wait("the refusal", PATIENCE, |screen| screen.notice.is_some()).unwrap();
    assert!(screen.notice.unwrap().text.contains("Another till program"));
    let same_socket = run("till.sock").output().unwrap();
    assert!(!same_socket.status.success());
    assert!(String::from_utf8_lossy(&same_socket.stderr).contains("control socket"));
    // The second goes on by itself once the first has ended.
    running.kill();
    other.wait("the take-over", PATIENCE, |screen| screen.notice.is_none()).unwrap();
    sell(&mut other);
    second.kill();
}

#[test]
fn the_control_socket_answers_rubbish_in_words() {
    use std::io::{BufRead, BufReader};
    let mut running = Running::new("control");
    let _till = running.start();
    let mut stream = std::os::unix::net::UnixStream::connect(running.dir.join("till.sock")).unwrap();
    stream.write_all(b"{\"intent\":{\"do\":\"sign_on\",\"pin\":\"123456\"}}\n").unwrap();
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    let answer = lines.take(20).find(|line| line.contains("error")).expect("an answer in words");
    assert!(answer.contains("not a request") && !answer.contains("123456"), "{answer}");
}

#[test]
fn the_devices_are_told_on_the_control_socket_and_in_a_file() {
    use std::io::{BufRead, BufReader};
    let mut running = Running::new("devices");
    let file = running.dir.join("devices.toml");
    let scale = "[[scale]]\ndriver = \"toledo-8217\"\npath = \"/nowhere/scale\"\n";
    std::fs::write(&file, scale).unwrap();
    let control = running.dir.join("till.sock");
    let mut command = Command::new(env!("CARGO_BIN_EXE_pos-app"));
    command.args(["run", "--headless", "--state"]).arg(&running.dir).arg("--devices").arg(&file);
    running.child = Some(command.arg("--control").arg(&control).stdout(Stdio::null()).spawn().unwrap());
    let _till = Till::connect(&control, PATIENCE).unwrap();
    let mut stream = std::os::unix::net::UnixStream::connect(&control).unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let told = loop {
        stream.write_all(b"{\"get\":\"devices\"}\n").unwrap();
        let answer = lines.find(|line| line.starts_with("{\"devices\"")).expect("an answer");
        if !answer.contains("unknown") {
            break answer;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    assert!(told.contains("\"class\":\"scale\"") && told.contains("\"health\":\"unplugged\""), "{told}");
    let prom = running.dir.join("devices.prom");
    let down = "guitai_device_up{device=\"scale\",class=\"scale\",driver=\"toledo-8217\"} 0";
    let until = std::time::Instant::now() + PATIENCE;
    while !std::fs::read_to_string(&prom).is_ok_and(|text| text.contains(down)) {
        assert!(std::time::Instant::now() < until, "no metrics in {}", prom.display());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

/// Pens at 1.99.
pub(super) fn pen() -> v1::Item {
    v1::Item {
        id: "pen".into(),
        name: "Pen".into(),
        unit: "piece".into(),
        tax: "standard".into(),
        codes: vec!["04006381333931".into()],
        prices: vec![v1::Price { from_ms: 0, price: 199 }],
        ..v1::Item::default()
    }
}

fn sell(till: &mut Till) {
    till.wait("the lock", PATIENCE, |screen| matches!(screen.panel, Panel::Locked { .. })).unwrap();
    till.wish(&Intent::SignOn { staff: "07".into(), pin: "1234".into() }).unwrap();
    let open = |screen: &ui::Screen| matches!(screen.panel, Panel::OpenShift { .. } | Panel::Sell { .. });
    if let Panel::OpenShift { .. } = till.wait("the sign-on", PATIENCE, open).unwrap().0.panel {
        till.wish(&Intent::OpenShift { float: "100".into() }).unwrap();
    }
    till.wait("the shift", PATIENCE, |screen| matches!(screen.panel, Panel::Sell { .. })).unwrap();
    till.wish(&Intent::Enter { text: "4006381333931".into() }).unwrap();
    till.wait("the line", PATIENCE, |screen| screen.basket.lines.len() == 1).unwrap();
    till.wish(&Intent::Pay).unwrap();
    till.wish(&Intent::Cash { text: "5".into() }).unwrap();
    let (screen, _) = till.wait("the change", PATIENCE, |screen| matches!(screen.panel, Panel::Change { .. })).unwrap();
    assert!(matches!(screen.panel, Panel::Change { change, .. } if change == "¥3.01"));
}

pub(super) fn write_replica(dir: &Path, goods: Vec<v1::Item>) {
    let params = argon2::Params::new(argon2::Params::MIN_M_COST, 1, 1, None).unwrap();
    let hasher = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let pin = hasher.hash_password(b"1234").unwrap().to_string();
    let mut writer = ReplicaWriter::open(dir, 0).unwrap();
    let identity = Identity { terminal: uuid::Uuid::from_u128(7), number: 1, store: "s1".into() };
    let credentials = Credentials {
        platform: String::new(),
        authority: String::new(),
        platform_key: String::new(),
        token: String::new(),
        private_key: Vec::new(),
    };
    writer.set_identity(&identity, &credentials, &[]).unwrap();
    let store = v1::Store {
        id: "s1".into(),
        name: "Shop".into(),
        currency: "CNY".into(),
        time_zone: "Asia/Shanghai".into(),
        tax_mode: "included".into(),
        taxes: vec![v1::Tax { id: "standard".into(), rate_bp: 1300, exempt: false }],
        cash_rounding: v1::CashRounding { step: 1, mode: "nearest".into() },
        points_per: 100,
        day_starts_hour: 4,
        layouts: Vec::new(),
        receipt_header: Vec::new(),
        receipt_footer: Vec::new(),
        auto_lock_s: 0,
        policy: None,
    };
    let change = |record| Ok::<_, Infallible>(v1::Change { no: 1, record });
    writer.replace(SCOPE_CHAIN, 1, goods.into_iter().map(|item| change(v1::Record::Item(Box::new(item))))).unwrap();
    let staff = v1::Staff { id: "07".into(), name: "Lin".into(), role: "cashier".into(), pin, card: None };
    let of_store = [v1::Record::Staff(staff), v1::Record::Store(Box::new(store))];
    writer.replace(&scope_of_store("s1"), 1, of_store.map(change)).unwrap();
}
