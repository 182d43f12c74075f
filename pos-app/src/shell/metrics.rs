//! The devices as numbers: for the control socket as JSON, and for a node exporter's textfile collector as a file in the
//! exposition format of Prometheus, version 0.0.4.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hal::{DeviceClass, Health};

use super::shelf::{Seen, Shelf};

/// Name of the file in the till's directory.
pub(super) const FILE: &str = "devices.prom";
/// The file is written anew after so long, changed or not.
const WRITE_EVERY: Duration = Duration::from_secs(60);
/// And no sooner than so long after the last time: a cable with a loose contact must not wear the disk.
const WRITE_PAUSE: Duration = Duration::from_secs(2);

/// Starts the thread that writes the file at every change of a device's state, and about once a minute; it ends when the
/// shelf is closed.
pub(super) fn start(state: &Path, shelf: Shelf) -> std::io::Result<()> {
    let path = state.join(FILE);
    std::thread::Builder::new().name("metrics".into()).spawn(move || keep(&path, &shelf))?;
    Ok(())
}

fn keep(path: &Path, shelf: &Shelf) {
    let mut seen = 0;
    let mut failed = false;
    loop {
        match write(path, &text(&shelf.all())) {
            Ok(()) => failed = false,
            Err(error) => {
                if !std::mem::replace(&mut failed, true) {
                    tracing::warn!(%error, path = %path.display(), "failed writing the metrics");
                }
            }
        }
        // Changes of the meantime are in the next writing.
        std::thread::sleep(WRITE_PAUSE);
        match shelf.changed(seen, WRITE_EVERY - WRITE_PAUSE) {
            Some(changes) => seen = changes,
            None => return,
        }
    }
}

/// Whoever reads sees the old text or the new one, never a part.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let beside: PathBuf = path.with_extension("prom.new");
    let mut file = std::fs::File::create(&beside)?;
    file.write_all(text.as_bytes())?;
    drop(file);
    std::fs::rename(&beside, path)
}

/// The devices for the control socket.
pub(super) fn json(devices: &[Seen]) -> serde_json::Value {
    let of = |seen: &Seen| {
        serde_json::json!({
            "name": seen.name,
            "class": word(seen.class),
            "driver": seen.driver,
            "health": health(seen.health.as_ref()),
            "words": seen.health.as_ref().map(ToString::to_string).unwrap_or_default(),
            "tally": {
                "bytes_in": seen.tally.bytes_in,
                "bytes_out": seen.tally.bytes_out,
                "opens": seen.tally.opens,
                "errors": seen.tally.errors,
                "jobs": seen.tally.jobs,
            },
        })
    };
    devices.iter().map(of).collect()
}

fn health(health: Option<&Health>) -> &'static str {
    match health {
        None => "unknown",
        Some(Health::Ready) => "ready",
        Some(Health::Unplugged) => "unplugged",
        Some(Health::Fault(_)) => "fault",
    }
}

/// A class as data.
fn word(class: DeviceClass) -> &'static str {
    match class {
        DeviceClass::Scanner => "scanner",
        DeviceClass::Printer => "printer",
        DeviceClass::Drawer => "drawer",
        DeviceClass::Scale => "scale",
        DeviceClass::Display => "display",
        DeviceClass::Payment => "payment",
        DeviceClass::Indicator => "indicator",
        DeviceClass::Bagging => "bagging",
        DeviceClass::Speaker => "speaker",
    }
}

/// The devices for Prometheus.
fn text(devices: &[Seen]) -> String {
    let mut text = String::new();
    let up = |seen: &Seen| u64::from(seen.health == Some(Health::Ready));
    family(&mut text, devices, ("guitai_device_up", "gauge", "Whether the device can be used."), &[("", &up)]);
    let bytes = "Bytes that the device sent (in) and was sent (out).";
    family(
        &mut text,
        devices,
        ("guitai_device_bytes_total", "counter", bytes),
        &[(",direction=\"in\"", &|seen| seen.tally.bytes_in), (",direction=\"out\"", &|seen| seen.tally.bytes_out)],
    );
    let jobs = "What the device did: codes read, papers printed, drawers opened, weights told, payments moved.";
    family(&mut text, devices, ("guitai_device_jobs_total", "counter", jobs), &[("", &|seen| seen.tally.jobs)]);
    let opens = "Times that the device was connected.";
    family(&mut text, devices, ("guitai_device_opens_total", "counter", opens), &[("", &|seen| seen.tally.opens)]);
    let errors = "Times that connecting the device or talking with it failed, other than by its being away.";
    family(&mut text, devices, ("guitai_device_errors_total", "counter", errors), &[("", &|seen| seen.tally.errors)]);
    text
}

type Reading<'a> = (&'a str, &'a dyn Fn(&Seen) -> u64);

/// One metric of all devices; `more` are labels beyond those that each has.
fn family(text: &mut String, devices: &[Seen], (name, kind, help): (&str, &str, &str), readings: &[Reading]) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    for seen in devices {
        let (device, class, driver) = (escaped(&seen.name), word(seen.class), seen.driver);
        for (more, reading) in readings {
            let value = reading(seen);
            let _ = writeln!(text, "{name}{{device=\"{device}\",class=\"{class}\",driver=\"{driver}\"{more}}} {value}");
        }
    }
}

/// A label's value as the exposition format writes it.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use drivers::tally::Tallied;

    use super::*;

    fn devices() -> Vec<Seen> {
        let seen = |name: &str, class, driver, health| Seen {
            name: name.into(),
            class,
            driver,
            health,
            tally: Tallied { bytes_in: 24, bytes_out: 1300, opens: 2, errors: 1, jobs: 3 },
        };
        vec![
            seen("receipt", DeviceClass::Printer, "escpos", Some(Health::Ready)),
            seen("the \"old\" one", DeviceClass::Scanner, "serial", Some(Health::Unplugged)),
        ]
    }

    #[test]
    fn the_devices_as_prometheus_reads_them() {
        expect_test::expect![[r##"
            # HELP guitai_device_up Whether the device can be used.
            # TYPE guitai_device_up gauge
            guitai_device_up{device="receipt",class="printer",driver="escpos"} 1
            guitai_device_up{device="the \"old\" one",class="scanner",driver="serial"} 0
            # HELP guitai_device_bytes_total Bytes that the device sent (in) and was sent (out).
            # TYPE guitai_device_bytes_total counter
            guitai_device_bytes_total{device="receipt",class="printer",driver="escpos",direction="in"} 24
            guitai_device_bytes_total{device="receipt",class="printer",driver="escpos",direction="out"} 1300
            guitai_device_bytes_total{device="the \"old\" one",class="scanner",driver="serial",direction="in"} 24
            guitai_device_bytes_total{device="the \"old\" one",class="scanner",driver="serial",direction="out"} 1300
            # HELP guitai_device_jobs_total What the device did: codes read, papers printed, drawers opened, weights told, payments moved.
            # TYPE guitai_device_jobs_total counter
            guitai_device_jobs_total{device="receipt",class="printer",driver="escpos"} 3
            guitai_device_jobs_total{device="the \"old\" one",class="scanner",driver="serial"} 3
            # HELP guitai_device_opens_total Times that the device was connected.
            # TYPE guitai_device_opens_total counter
            guitai_device_opens_total{device="receipt",class="printer",driver="escpos"} 2
            guitai_device_opens_total{device="the \"old\" one",class="scanner",driver="serial"} 2
            # HELP guitai_device_errors_total Times that connecting the device or talking with it failed, other than by its being away.
            # TYPE guitai_device_errors_total counter
            guitai_device_errors_total{device="receipt",class="printer",driver="escpos"} 1
            guitai_device_errors_total{device="the \"old\" one",class="scanner",driver="serial"} 1
        "##]]
        .assert_eq(&text(&devices()));
    }

    #[test]
    fn the_devices_as_the_control_socket_tells_them() {
        let told = json(&devices());
        assert_eq!(told[0]["class"], "printer");
        assert_eq!(told[0]["tally"]["bytes_out"], 1300);
        assert_eq!((told[1]["health"].as_str(), told[1]["tally"]["jobs"].as_u64()), (Some("unplugged"), Some(3)));
        assert!(told[1]["words"].as_str().is_some_and(|words| words.contains("cable")));
    }
}
