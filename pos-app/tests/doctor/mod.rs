//! The doctor as an installer runs it, on devices at the other end of real wires.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use expect_test::{Expect, expect};
use simulation::counter::{PrinterModel, TerminalMood, VirtualPrinter, VirtualScanner, VirtualTerminal};

/// A counter with a printer, a drawer, a scanner and a card terminal.
struct Counter {
    folder: PathBuf,
    printer: VirtualPrinter,
    scanner: VirtualScanner,
    terminal: VirtualTerminal,
}

impl Counter {
    fn new(name: &str) -> Counter {
        let folder = std::env::temp_dir().join(format!("guitai-doctor-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let printer = VirtualPrinter::plug(folder.join("printer"), PrinterModel::MM80).unwrap();
        let scanner = VirtualScanner::plug(folder.join("scanner"), "\r\n").unwrap();
        let terminal = VirtualTerminal::plug([0; 3], 978).unwrap();
        let devices = format!(
            "[[scanner]]\ndriver = \"serial\"\npath = \"{0}/scanner\"\n\
             [[printer]]\ndriver = \"escpos\"\npath = \"{0}/printer\"\nwidth_mm = 80\n\
             [[drawer]]\ndriver = \"printer\"\nopen_when = \"high\"\n\
             [[payment]]\ndriver = \"zvt\"\naddress = \"{1}\"\ncurrency = \"EUR\"\n",
            folder.display(),
            terminal.address()
        );
        std::fs::write(folder.join("devices.toml"), devices).unwrap();
        Counter { folder, printer, scanner, terminal }
    }

    /// Runs the doctor with these answers, and compares what it prints and how it ends.
    fn check(&self, arguments: &[&str], answers: &str, well: bool, expect: &Expect) {
        let mut doctor = Command::new(env!("CARGO_BIN_EXE_pos-app"));
        doctor.arg("doctor").args(arguments).arg("--devices").arg(self.folder.join("devices.toml"));
        let mut doctor = doctor.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        doctor.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
        let output = doctor.wait_with_output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        expect.assert_eq(&plain(&said, &self.folder, &self.terminal.address()));
        assert_eq!(output.status.success(), well);
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Without what differs from run to run, and without the blanks that follow from it.
fn plain(said: &str, folder: &Path, address: &str) -> String {
    let said = said.replace(&folder.display().to_string(), "FOLDER").replace(address, "ADDRESS");
    said.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n").collect()
}

#[test]
fn what_is_wrong_is_told_with_the_mend() {
    let counter = Counter::new("look");
    counter.check(
        &[],
        "",
        true,
        &expect![[r#"
            device class driver at state says it is what to do
            + scanner scanner serial FOLDER/scanner ready -
            + printer printer escpos FOLDER/printer ready -
            + drawer cash drawer printer - ready, shut -
            + card terminal payment zvt ADDRESS ready firmware SIM 1.0 no. 52523535
            4 devices, all well
        "#]],
    );
    counter.printer.set_cover_open(true);
    counter.scanner.unplug();
    counter.terminal.set_mood(TerminalMood::Silent);
    counter.check(
        &[],
        "",
        false,
        &expect![[r#"
            device class driver at state says it is what to do
            ! scanner scanner serial FOLDER/scanner unplugged - check its cable and its power
            ! printer printer escpos FOLDER/printer the printer's cover is open - close it, the receipt is printed again
            + drawer cash drawer printer - ready, shut -
            ! card terminal payment zvt ADDRESS unplugged - check its cable and its power
            3 of 4 devices want something
        "#]],
    );
}

#[test]
fn each_device_is_tested_when_the_person_agrees() {
    let counter = Counter::new("test");
    // The scanner is not tested; the printer, the drawer and the terminal are.
    counter.check(&["test"], "n\ny\ny\ny\n", true, &expect![[r#"
        scanner (scanner): read a code with it? [y/N] printer (printer): print a sample page on it? [y/N] drawer (cash drawer): open it? [y/N] card terminal (payment): ask its provider about a payment that was never made (no money moves)? [y/N]
        device result
        - scanner not tested
        + printer printed, and the printer says so
        + drawer opened, and its switch says so
        + card terminal it knows this merchant, and says that there is no such payment
    "#]]);
    assert!(counter.printer.wait_for_papers(1, Duration::from_secs(10)));
    assert_eq!(counter.printer.drawer_kicks(), 1);
    assert_eq!(counter.terminal.held(), 0, "no money moves");
}

#[test]
fn of_two_drawers_the_one_that_is_asked_for_opens() {
    let counter = Counter::new("two");
    let second = VirtualPrinter::plug(counter.folder.join("second"), PrinterModel::MM80).unwrap();
    let file = counter.folder.join("devices.toml");
    let devices = format!(
        "{}[[printer]]\nname = \"bar\"\ndriver = \"escpos\"\npath = \"{}/second\"\nwidth_mm = 80\n\
         [[drawer]]\nname = \"bar drawer\"\ndriver = \"printer\"\nprinter = \"bar\"\n",
        std::fs::read_to_string(&file).unwrap(),
        counter.folder.display(),
    );
    std::fs::write(&file, devices).unwrap();
    counter.check(
        &["test", "bar drawer"],
        "y\ny\n",
        true,
        &expect![[r#"
        bar drawer (cash drawer): open it? [y/N] did it open? [y/N]
        device result
        + bar drawer opened; no switch tells it
    "#]],
    );
    assert_eq!((counter.printer.drawer_kicks(), second.drawer_kicks()), (0, 1));
}

#[test]
fn a_tool_without_its_device_says_so() {
    let counter = Counter::new("none");
    counter.check(
        &["bagging"],
        "",
        false,
        &expect![[r#"
        pos-app: the device file names no bagging scale
    "#]],
    );
    let chip = "[[bagging]]\ndriver = \"hx711\"\nclock = { chip = \"/dev/gpiochip-none\", line = 3 }\n\
                data = { chip = \"/dev/gpiochip-none\", line = 4 }\noffset = 0\ncounts_per_kilogram = 100000\n";
    std::fs::write(counter.folder.join("devices.toml"), chip).unwrap();
    counter.check(
        &["bagging"],
        "\n",
        false,
        &expect![[r#"
        empty the bagging area, then press Enter bagging: no reading came from it; check its power and its two lines: the device is unplugged
    "#]],
    );
}
