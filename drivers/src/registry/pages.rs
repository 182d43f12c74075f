//! The installers' pages (`docs/devices`) say what the device file takes.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::*;

fn page(name: &str) -> String {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/devices")).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands between the fences of one language.
fn fenced<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let open = format!("```{language}\n");
    page.split(&open).skip(1).map(|rest| rest.split("```").next().unwrap_or(rest)).collect()
}

#[test]
fn every_example_is_a_right_device_file() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/devices");
    let mut examples = 0;
    for entry in std::fs::read_dir(folder).expect("the pages") {
        let name = entry.expect("a page").file_name().into_string().expect("a name");
        for example in fenced(&page(&name), "toml") {
            let config = DeviceConfig::from_toml(example).unwrap_or_else(|error| panic!("{name}: {error}\n{example}"));
            assert!(!config.devices().is_empty(), "{name}: an example without a device\n{example}");
            examples += 1;
        }
    }
    assert!(examples >= 12, "only {examples} examples were found");
}

/// The keys that a table takes, as the refusal of a wrong one lists them.
fn keys(table: &str) -> BTreeSet<String> {
    let error = DeviceConfig::from_toml(&format!("{table}\nno_such_key = 1")).expect_err(table).to_string();
    let listed = error.split("expected ").nth(1).unwrap_or_else(|| panic!("{table}: {error}"));
    let keys: BTreeSet<String> = listed.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    assert!(!keys.is_empty(), "{error}");
    keys
}

#[test]
fn every_driver_and_every_key_stands_on_its_page() {
    let check = |name: &str, what: &str, table: &str| {
        let page = page(name);
        let absent: Vec<String> = keys(table).into_iter().filter(|key| !page.contains(&format!("`{key}"))).collect();
        assert!(absent.is_empty(), "{name} says nothing of {absent:?} of {what}");
        assert!(page.contains(&format!("`{what}`")) || page.contains(&format!("\"{what}\"")), "{name}: no {what}");
    };
    let classes: [(&str, &[&str]); 8] = [
        ("scanner", ScannerConfig::DRIVERS),
        ("printer", PrinterConfig::DRIVERS),
        ("drawer", &["printer", "gpio"]),
        ("scale", ScaleConfig::DRIVERS),
        ("display", DisplayConfig::DRIVERS),
        ("indicator", IndicatorConfig::DRIVERS),
        ("bagging", BaggingConfig::DRIVERS),
        ("speaker", SpeakerConfig::DRIVERS),
    ];
    for (class, drivers) in classes {
        for driver in drivers {
            let name = match (class, *driver) {
                ("scanner", "camera") => "cameras.md".to_owned(),
                ("bagging", _) => "bagging.md".to_owned(),
                _ => format!("{class}s.md"),
            };
            check(&name, driver, &format!("[[{class}]]\ndriver = \"{driver}\""));
        }
    }
    check("scales.md", "frame", "[[scale]]\ndriver = \"frame\"\npath = \"x\"\n[scale.frame]");
    check("drawers.md", "gpio", "[[drawer]]\ndriver = \"gpio\"\n[drawer.coil]");
    let printers = page("printers.md");
    let absent: Vec<&str> =
        crate::printer::escpos::Profile::names().filter(|name| !printers.contains(&format!("`{name}`"))).collect();
    assert!(absent.is_empty(), "printers.md does not name the profiles {absent:?}");
}
