//! A million goods from a file of head office into the platform.

use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use simulation::chance::Chance;
use simulation::shop::{amount_text, ean13};

use super::row::{Limit, Row};
use crate::part::output_of;

const MAKERS: [&str; 12] =
    ["云岭", "海湾", "金穗", "青禾", "老街", "北山", "Harbour", "Maple", "南风", "小满", "Orchard", "东篱"];
const KINDS: [&str; 16] = [
    "矿泉水",
    "纯牛奶",
    "酱油",
    "苏打饼干",
    "绿茶",
    "挂面",
    "Biscuits",
    "Noodles",
    "洗衣液",
    "牙膏",
    "巧克力",
    "花生油",
    "酸奶",
    "大米",
    "啤酒",
    "抽纸",
];

/// Imports them; the reference is a bare write and sync of the same file.
pub fn measure(programs: &Path, items: u64) -> Result<Row> {
    let folder = std::env::temp_dir().join(format!("guitai-import-{}", std::process::id()));
    fs::create_dir_all(&folder).with_context(|| format!("failed making {}", folder.display()))?;
    let measured = measure_in(&folder, programs, items);
    fs::remove_dir_all(&folder).context("failed removing what was imported")?;
    measured
}

fn measure_in(folder: &Path, programs: &Path, items: u64) -> Result<Row> {
    let sheet = folder.join("items.csv");
    write_sheet(&sheet, items).context("failed writing the goods")?;
    let reference = bare_write(&sheet, &folder.join("bare")).context("failed measuring a bare write")?;
    let begun = Instant::now();
    let mut import = Command::new(programs.join("platform"));
    import.args(["import", "items"]).arg(&sheet).arg("--db").arg(format!("sqlite:{}", folder.join("p.db").display()));
    let told = output_of(&mut import)?;
    let value = begun.elapsed().as_secs_f64();
    let told = String::from_utf8_lossy(&told);
    anyhow::ensure!(told.contains(&format!("{items} good")), "the platform did not take all goods: {}", told.trim());
    Ok(Row {
        name: format!("import of {items} items"),
        value,
        unit: "s".to_owned(),
        reference: Some(reference),
        limit: Limit::AtMost(60.0),
    })
}

fn write_sheet(path: &Path, items: u64) -> std::io::Result<()> {
    let mut chance = Chance::new(items);
    let mut sheet = BufWriter::new(File::create(path)?);
    writeln!(sheet, "code,name,price,unit,tax,category")?;
    for no in 0..items {
        let code = ean13(691_000_000_000 + no * 8191);
        let (maker, kind) = (chance.pick(&MAKERS), chance.pick(&KINDS));
        let price = amount_text(chance.between(50, 99_900));
        writeln!(sheet, "{code},{maker}{kind} {no},{price},piece,standard,{kind}")?;
    }
    sheet.flush()
}

fn bare_write(from: &Path, to: &Path) -> std::io::Result<f64> {
    let mut bytes = Vec::new();
    File::open(from)?.read_to_end(&mut bytes)?;
    let begun = Instant::now();
    let mut file = File::create(to)?;
    file.write_all(&bytes)?;
    file.sync_data()?;
    Ok(begun.elapsed().as_secs_f64())
}
