//! `doctor find`: what is connected, and the path under which it stays when it is unplugged and plugged in again.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use super::table::Table;

/// How long a person may take to plug something in.
const WAIT_MAX: Duration = Duration::from_secs(120);
/// Pause between two looks.
const LOOK_AFTER: Duration = Duration::from_millis(500);
/// Entries of one folder that are looked at.
const ENTRIES_MAX: usize = 256;
/// Vendor-defined and point-of-sale usages of a HID report descriptor: `05 8C` is the bar code scanner page.
const SCANNER_PAGE: [u8; 2] = [0x05, 0x8c];
/// USB's class of printers.
const USB_PRINTER_CLASS: &str = "07";

/// What to look for.
#[derive(Clone, Debug, clap::Args)]
pub struct FindOptions {
    /// Wait until something is plugged in, and tell that alone.
    #[arg(long)]
    new: bool,
    /// Look below this folder instead of `/`.
    #[arg(long, default_value = "/", hide = true)]
    root: PathBuf,
}

impl FindOptions {
    /// All of this machine.
    pub(super) fn everything() -> FindOptions {
        FindOptions { new: false, root: PathBuf::from("/") }
    }
}

/// One thing that is connected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    /// What it may be.
    pub kind: &'static str,
    /// What it calls itself.
    pub says: String,
    /// Lines for the device file: a whole table, or what belongs into one.
    pub lines: String,
}

pub(super) fn run(options: &FindOptions) -> anyhow::Result<ExitCode> {
    let found = if options.new { wait_for_new(&options.root) } else { look(&options.root) };
    if found.is_empty() {
        println!("nothing found that a till could use: check cables, and whether this user may read /dev");
        return Ok(ExitCode::FAILURE);
    }
    print!("{}", tell(&found));
    Ok(ExitCode::SUCCESS)
}

fn wait_for_new(root: &Path) -> Vec<Found> {
    let before: BTreeSet<Found> = look(root).into_iter().collect();
    println!("{} known already; plug the device in now ({} s)", before.len(), WAIT_MAX.as_secs());
    let until = Instant::now() + WAIT_MAX;
    while Instant::now() < until {
        std::thread::sleep(LOOK_AFTER);
        if look(root).iter().any(|found| !before.contains(found)) {
            // Its parts come one after the other: a device file first, its stable name a moment later.
            std::thread::sleep(2 * LOOK_AFTER);
            return look(root).into_iter().filter(|found| !before.contains(found)).collect();
        }
    }
    Vec::new()
}

/// Everything below a root that a till could use, in the order of the classes.
pub(super) fn look(root: &Path) -> Vec<Found> {
    let mut found = serial_ports(root);
    found.extend(line_printers(root));
    found.extend(usb_printers(root));
    found.extend(keyboards(root));
    found.extend(hid_scanners(root));
    found.extend(cameras(root));
    found.extend(plain(root, "dev", "gpiochip", "pins", |path| format!("chip = \"{path}\"")));
    found
}

fn tell(found: &[Found]) -> String {
    let mut table = Table::new(["what", "says it is", "for the device file"]);
    for Found { kind, says, lines } in found {
        let mut lines = lines.lines();
        table.row([*kind, says, lines.next().unwrap_or_default()]);
        lines.for_each(|line| table.row(["", "", line]));
    }
    table.text()
}

/// Serial ports by the name that udev keeps for them; those without one by their place in the machine.
fn serial_ports(root: &Path) -> Vec<Found> {
    let mut named: Vec<(PathBuf, String)> = Vec::new();
    for (folder, stays) in
        [("dev/serial/by-id", "stays with the device"), ("dev/serial/by-path", "stays with the socket")]
    {
        for entry in entries(&root.join(folder)) {
            let Ok(target) = fs::canonicalize(&entry) else { continue };
            if named.iter().all(|(known, _)| *known != target) {
                let says = format!("{} ({stays})", file_name(&entry));
                named.push((target, format!("{says}\n{}", shown(root, &entry))));
            }
        }
    }
    for entry in entries(&root.join("dev")) {
        let name = file_name(&entry);
        let usb = name.starts_with("ttyUSB") || name.starts_with("ttyACM");
        let known = fs::canonicalize(&entry).is_ok_and(|target| named.iter().any(|(known, _)| *known == target));
        if usb && !known {
            named.push((entry.clone(), format!("{name} (no stable name: add a udev rule)\n{}", shown(root, &entry))));
        }
    }
    let serial = |(_, told): (PathBuf, String)| {
        let (says, path) = told.split_once('\n').unwrap_or((&told, ""));
        Found { kind: "serial", says: says.to_owned(), lines: format!("path = \"{path}\"") }
    };
    named.into_iter().map(serial).collect()
}

fn line_printers(root: &Path) -> Vec<Found> {
    plain(root, "dev/usb", "lp", "printer", |path| {
        format!("[[printer]]\ndriver = \"escpos\"\nusb_lp = \"{path}\"\nwidth_mm = 80")
    })
}

/// Printers on USB by vendor and product, which stay; a printer that a kernel driver serves is told as `lp` too.
fn usb_printers(root: &Path) -> Vec<Found> {
    let devices = root.join("sys/bus/usb/devices");
    let all = entries(&devices);
    let is_printer = |device: &Path| {
        let prefix = format!("{}:", file_name(device));
        let mut parts = all.iter().filter(|entry| file_name(entry).starts_with(&prefix));
        parts.any(|entry| read(entry, "bInterfaceClass").as_deref() == Some(USB_PRINTER_CLASS))
    };
    let printer = |device: &PathBuf| {
        let (vendor, product) = (read(device, "idVendor")?, read(device, "idProduct")?);
        let says = [read(device, "manufacturer"), read(device, "product")].into_iter().flatten().collect::<Vec<_>>();
        let lines = format!("[[printer]]\ndriver = \"escpos\"\nusb = \"{vendor}:{product}\"\nwidth_mm = 80");
        is_printer(device).then(|| Found { kind: "printer", says: says.join(" "), lines })
    };
    all.iter().filter_map(printer).collect()
}

/// Keyboards: a scanner that types is one.
fn keyboards(root: &Path) -> Vec<Found> {
    let all = entries(&root.join("dev/input/by-id"));
    let keyboard = |entry: &PathBuf| {
        let name = file_name(entry);
        let says = name.strip_suffix("-event-kbd")?.trim_start_matches("usb-").replace('_', " ");
        let lines = format!("[[scanner]]\ndriver = \"wedge\"\npath = \"{}\"", shown(root, entry));
        Some(Found { kind: "keyboard or scanner", says, lines })
    };
    all.iter().filter_map(keyboard).collect()
}

/// Scanners that speak HID POS, by vendor and product.
fn hid_scanners(root: &Path) -> Vec<Found> {
    let all = entries(&root.join("sys/class/hidraw"));
    let scanner = |entry: &PathBuf| {
        let descriptor = fs::read(entry.join("device/report_descriptor")).ok()?;
        let speaks = descriptor.windows(SCANNER_PAGE.len()).any(|bytes| bytes == SCANNER_PAGE);
        let uevent = read(entry, "device/uevent")?;
        let value = |key: &str| uevent.lines().find_map(|line| line.strip_prefix(key)).map(str::to_owned);
        // HID_ID=0003:00000C2E:00000B61
        let id = value("HID_ID=")?;
        let mut parts = id.split(':').skip(1).map(|part| part.trim_start_matches('0').to_lowercase());
        let (vendor, product) = (parts.next()?, parts.next()?);
        let lines = format!("[[scanner]]\ndriver = \"hid\"\nusb = \"{vendor:0>4}:{product:0>4}\"");
        speaks.then(|| Found { kind: "scanner", says: value("HID_NAME=").unwrap_or_default(), lines })
    };
    all.iter().filter_map(scanner).collect()
}

/// Cameras by the name that udev keeps for them, those without one by their number. A camera's device files behind its first
/// one give no pictures.
fn cameras(root: &Path) -> Vec<Found> {
    let lines = |path: &str| format!("[[scanner]]\ndriver = \"camera\"\npath = \"{path}\"");
    let links = entries(&root.join("dev/v4l/by-id"));
    let named = |entry: &PathBuf| {
        let name = file_name(entry);
        let says = name.strip_suffix("-video-index0")?.trim_start_matches("usb-").replace('_', " ");
        Some(Found { kind: "camera", says, lines: lines(&shown(root, entry)) })
    };
    let mut found: Vec<Found> = links.iter().filter_map(named).collect();
    let targets: BTreeSet<PathBuf> = links.iter().filter_map(|link| fs::canonicalize(link).ok()).collect();
    let is_named = |says: &str| fs::canonicalize(root.join("dev").join(says)).is_ok_and(|path| targets.contains(&path));
    found.extend(plain(root, "dev", "video", "camera", lines).into_iter().filter(|other| !is_named(&other.says)));
    found
}

fn plain(root: &Path, folder: &str, prefix: &str, kind: &'static str, lines: impl Fn(&str) -> String) -> Vec<Found> {
    let all = entries(&root.join(folder));
    let numbered = all.iter().filter(|entry| {
        let name = file_name(entry);
        name.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    });
    numbered.map(|entry| Found { kind, says: file_name(entry), lines: lines(&shown(root, entry)) }).collect()
}

/// What lies in a folder, in order; nothing when it is not there.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(listed) = fs::read_dir(folder) else { return Vec::new() };
    let mut entries: Vec<PathBuf> = listed.flatten().map(|entry| entry.path()).take(ENTRIES_MAX).collect();
    entries.sort();
    entries
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The path as it stands on the machine itself.
fn shown(root: &Path, path: &Path) -> String {
    Path::new("/").join(path.strip_prefix(root).unwrap_or(path)).display().to_string()
}

fn read(folder: &Path, name: &str) -> Option<String> {
    fs::read_to_string(folder.join(name)).ok().map(|text| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use drivers::registry::DeviceConfig;
    use expect_test::expect;

    /// A machine with one device of each kind, as the kernel and udev show them.
    fn machine() -> PathBuf {
        let name = std::thread::current().name().unwrap_or_default().replace(':', "-");
        let folder = std::env::temp_dir().join(format!("guitai-find-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let at = |path: &str| folder.join(path);
        let put = |path: &str, content: &[u8]| {
            let path = at(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, content).expect("a file");
        };
        for device in ["dev/ttyUSB0", "dev/ttyACM1", "dev/usb/lp0", "dev/gpiochip0", "dev/input/event3"] {
            put(device, b"");
        }
        ["dev/video0", "dev/video1", "dev/video2"].into_iter().for_each(|device| put(device, b""));
        for (link, target) in [
            ("dev/serial/by-id/usb-Honeywell_1450g-if00", "dev/ttyUSB0"),
            ("dev/serial/by-path/pci-0000:00:14.0-usb-0:1-port0", "dev/ttyUSB0"),
            ("dev/input/by-id/usb-NT_USB_Scanner-event-kbd", "dev/input/event3"),
            ("dev/v4l/by-id/usb-046d_HD_Webcam-video-index0", "dev/video1"),
            ("dev/v4l/by-id/usb-046d_HD_Webcam-video-index1", "dev/video2"),
        ] {
            let link = at(link);
            fs::create_dir_all(link.parent().expect("a parent")).expect("a folder");
            std::os::unix::fs::symlink(at(target), link).expect("a link");
        }
        put("sys/bus/usb/devices/1-2/idVendor", b"04b8\n");
        put("sys/bus/usb/devices/1-2/idProduct", b"0202\n");
        put("sys/bus/usb/devices/1-2/manufacturer", b"EPSON\n");
        put("sys/bus/usb/devices/1-2/product", b"TM-T88V\n");
        put("sys/bus/usb/devices/1-2:1.0/bInterfaceClass", b"07\n");
        put("sys/bus/usb/devices/1-3/idVendor", b"1d6b\n");
        put("sys/bus/usb/devices/1-3/idProduct", b"0002\n");
        put("sys/class/hidraw/hidraw0/device/report_descriptor", &[0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01]);
        put("sys/class/hidraw/hidraw0/device/uevent", b"HID_ID=0003:00000C2E:00000B61\nHID_NAME=Honeywell Imager\n");
        put("sys/class/hidraw/hidraw1/device/report_descriptor", &[0x05, 0x01, 0x09, 0x06]);
        put("sys/class/hidraw/hidraw1/device/uevent", b"HID_ID=0003:0000046D:0000C31C\nHID_NAME=Keyboard\n");
        folder
    }

    #[test]
    fn what_is_connected_is_told_with_the_path_that_stays() {
        let machine = machine();
        expect![[r#"
            what                 says it is                                        for the device file
            serial               usb-Honeywell_1450g-if00 (stays with the device)  path = "/dev/serial/by-id/usb-Honeywell_1450g-if00"
            serial               ttyACM1 (no stable name: add a udev rule)         path = "/dev/ttyACM1"
            printer              lp0                                               [[printer]]
                                                                                   driver = "escpos"
                                                                                   usb_lp = "/dev/usb/lp0"
                                                                                   width_mm = 80
            printer              EPSON TM-T88V                                     [[printer]]
                                                                                   driver = "escpos"
                                                                                   usb = "04b8:0202"
                                                                                   width_mm = 80
            keyboard or scanner  NT USB Scanner                                    [[scanner]]
                                                                                   driver = "wedge"
                                                                                   path = "/dev/input/by-id/usb-NT_USB_Scanner-event-kbd"
            scanner              Honeywell Imager                                  [[scanner]]
                                                                                   driver = "hid"
                                                                                   usb = "0c2e:0b61"
            camera               046d HD Webcam                                    [[scanner]]
                                                                                   driver = "camera"
                                                                                   path = "/dev/v4l/by-id/usb-046d_HD_Webcam-video-index0"
            camera               video0                                            [[scanner]]
                                                                                   driver = "camera"
                                                                                   path = "/dev/video0"
            pins                 gpiochip0                                         chip = "/dev/gpiochip0"
        "#]]
        .assert_eq(&tell(&look(&machine)));
        fs::remove_dir_all(machine).expect("the folder");
    }

    #[test]
    fn what_is_told_as_a_table_is_taken_as_one() {
        let machine = machine();
        let tables: Vec<Found> = look(&machine).into_iter().filter(|found| found.lines.starts_with("[[")).collect();
        assert!(tables.len() >= 5);
        for Found { lines, .. } in tables {
            DeviceConfig::from_toml(&lines).unwrap_or_else(|error| panic!("{error}\n{lines}"));
        }
        fs::remove_dir_all(machine).expect("the folder");
    }

    #[test]
    fn an_empty_machine_has_nothing() {
        assert_eq!(look(Path::new("/no such folder")), []);
    }
}
