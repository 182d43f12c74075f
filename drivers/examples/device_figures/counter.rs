//! A whole counter: every class of device on real wires, through the till's own threads. What it costs at rest, and how soon a
//! device is back after it was pulled.

use std::fs;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use drivers::counter::Counter;
use drivers::registry::DeviceConfig;
use drivers::station::{DeviceEvent, EventSink};
use hal::{Health, Link};
use simulation::counter::{
    DisplayModel, PrinterModel, ScaleTongue, VirtualCamera, VirtualDisplay, VirtualPrinter, VirtualScale,
    VirtualScanner, VirtualTerminal,
};
use simulation::provider::{Protocol, Server};

/// How long the devices come to rest before they are measured, and for how long they are.
const SETTLE: Duration = Duration::from_secs(5);
const REST: Duration = Duration::from_secs(30);
/// Pulls of each device.
const PULLS: u32 = 6;
/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(20);

struct Shop {
    folder: PathBuf,
    scanner: VirtualScanner,
    printer: VirtualPrinter,
    scale: VirtualScale,
    display: VirtualDisplay,
    _camera: VirtualCamera,
    _terminal: VirtualTerminal,
    _provider: Server,
    events: Receiver<DeviceEvent>,
    counter: Counter,
}

impl Shop {
    fn open() -> std::io::Result<Shop> {
        let folder = std::env::temp_dir().join(format!("guitai-counter-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let at = |name: &str| folder.join(name);
        let scanner = VirtualScanner::plug(at("scanner"), "\r")?;
        let printer = VirtualPrinter::plug(at("printer"), PrinterModel::MM80)?;
        let scale = VirtualScale::plug(at("scale"), ScaleTongue::CasType6)?;
        let display = VirtualDisplay::plug(at("display"), DisplayModel::Letters { columns: 20, hanzi: false })?;
        let camera = VirtualCamera::plug(at("camera"))?;
        let terminal = VirtualTerminal::plug([0; 3], 156)?;
        let provider = Server::start(Protocol::WeChatV3)?;
        let config = format!(
            "[[scanner]]\ndriver = \"serial\"\npath = \"{0}/scanner\"\n\
             [[scanner]]\nname = \"camera\"\ndriver = \"camera\"\npath = \"{0}/camera\"\n\
             [[printer]]\ndriver = \"escpos\"\npath = \"{0}/printer\"\nwidth_mm = 80\n\
             [[drawer]]\ndriver = \"printer\"\nopen_when = \"high\"\n\
             [[scale]]\ndriver = \"cas\"\npath = \"{0}/scale\"\n\
             [[display]]\ndriver = \"cd5220\"\npath = \"{0}/display\"\n\
             [[payment]]\ndriver = \"zvt\"\naddress = \"{1}\"\ntime_zone = \"UTC\"\n\
             [[payment]]\n{2}\n",
            folder.display(),
            terminal.address(),
            provider.toml(&folder)?,
        );
        let config = DeviceConfig::from_toml(&config).map_err(std::io::Error::other)?;
        let (sender, events) = sync_channel(64);
        let counter = Counter::set_up(&config, &EventSink::from(sender))?;
        Ok(Shop {
            folder,
            scanner,
            printer,
            scale,
            display,
            _camera: camera,
            _terminal: terminal,
            _provider: provider,
            events,
            counter,
        })
    }

    fn drain(&self, wait: Duration) {
        let until = Instant::now() + wait;
        while self.events.recv_timeout(until.saturating_duration_since(Instant::now())).is_ok() {}
    }

    /// Waits for an event; how long it took.
    fn until(&self, what: impl Fn(&DeviceEvent) -> bool) -> std::io::Result<Duration> {
        let begun = Instant::now();
        loop {
            let left = PATIENCE.saturating_sub(begun.elapsed());
            match self.events.recv_timeout(left) {
                Ok(event) if what(&event) => return Ok(begun.elapsed()),
                Ok(_) => {}
                Err(_) => return Err(std::io::Error::other("waited in vain for a device")),
            }
        }
    }

    fn pull(&self, device: &str, number: u32, unplug: impl Fn(), replug: impl Fn()) -> std::io::Result<Duration> {
        unplug();
        self.until(|event| is_state(event, device, &Health::Unplugged))?;
        // At another moment between two tries each time.
        std::thread::sleep(Duration::from_millis(u64::from(number) * 97));
        replug();
        if device != "printer" {
            return self.until(|event| is_state(event, device, &Health::Ready));
        }
        self.until(|event| matches!(event, DeviceEvent::PrinterStatus { status, .. } if status.link == Link::Online))
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn is_state(event: &DeviceEvent, name: &str, wanted: &Health) -> bool {
    matches!(event, DeviceEvent::State { device, health, .. } if &**device == name && health == wanted)
}

/// Measures and tells.
///
/// # Errors
/// When a device cannot be made, or does not come back.
pub fn measure() -> std::io::Result<()> {
    let shop = Shop::open()?;
    shop.drain(SETTLE);
    let (before, begun) = (device_threads_ns()?, Instant::now());
    shop.drain(REST);
    let share = (device_threads_ns()? - before) as f64 / begun.elapsed().as_nanos() as f64;
    let threads = shop.counter.stations().len();
    crate::tell_limited(&format!("{threads} device threads at rest, of one core"), share * 100.0, "%", 0.5);
    let mut worst = Duration::ZERO;
    for number in 0..PULLS {
        let pulls = [
            shop.pull("scanner", number, || shop.scanner.unplug(), || shop.scanner.replug().expect("a cable"))?,
            shop.pull("printer", number, || shop.printer.unplug(), || shop.printer.replug().expect("a cable"))?,
            shop.pull("scale", number, || shop.scale.unplug(), || shop.scale.replug().expect("a cable"))?,
            shop.pull("display", number, || shop.display.unplug(), || shop.display.replug().expect("a cable"))?,
        ];
        worst = pulls.into_iter().chain([worst]).max().unwrap_or(worst);
    }
    let name = format!("a device back after replugging, worst of {}", 4 * PULLS);
    crate::tell_limited(&name, worst.as_secs_f64() * 1e3, "ms", 2000.0);
    Ok(())
}

/// Processor time of all threads of devices so far, in nanoseconds.
fn device_threads_ns() -> std::io::Result<u64> {
    let mut sum = 0;
    for task in fs::read_dir("/proc/self/task")? {
        let task = task?.path();
        let name = fs::read_to_string(task.join("comm")).unwrap_or_default();
        let spent = fs::read_to_string(task.join("schedstat")).unwrap_or_default();
        if name.starts_with("device ") {
            sum += spent.split(' ').next().and_then(|spent| spent.parse::<u64>().ok()).unwrap_or(0);
        }
    }
    Ok(sum)
}
