//! `doctor sample`: a page that shows what a printer can do and whether it is set up right.

use std::process::ExitCode;
use std::time::Duration;

use domain::receipt::{Align, Block, Cell, Document, Size};
use drivers::registry::Driver;
use drivers::station::DeviceEvent;
use hal::{JobId, Mark, PrintJob};

use super::bench::{Bench, DevicesOption};

/// How long a page may take.
const PRINT_MAX: Duration = Duration::from_secs(30);

/// Which printer.
#[derive(Clone, Debug, clap::Args)]
pub struct SampleOptions {
    #[command(flatten)]
    devices: DevicesOption,
    /// Its name; the first when not said.
    #[arg(long)]
    printer: Option<String>,
}

pub(super) fn run(options: &SampleOptions) -> anyhow::Result<ExitCode> {
    let config = options.devices.read()?;
    let first = config.printer.first().map(|printer| printer.name().to_owned());
    let Some(name) = options.printer.clone().or(first) else {
        anyhow::bail!("the device file names no printer");
    };
    let mut bench = Bench::start(&config)?;
    let (well, words) = print(&mut bench, &name);
    println!("{name}: {words}");
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints the page; whether it came out, and words.
pub(super) fn print(bench: &mut Bench, name: &str) -> (bool, String) {
    let Some(printer) = bench.counter.printer(name) else {
        return (false, "no such printer in the device file".to_owned());
    };
    let job = PrintJob { id: JobId("sample".into()), document: page(name), mark: Mark::First };
    if let Err(error) = printer.print(job) {
        return (false, error.to_string());
    }
    let of_this = |device: &str| device == name;
    let outcome = bench.until(PRINT_MAX, |event| match event {
        DeviceEvent::Printed { device, confirmed, substituted, .. } if of_this(device) => {
            let how = if *confirmed {
                "printed, and the printer says so"
            } else {
                "sent; this printer does not say when it is printed"
            };
            let lacks = match substituted {
                0 => String::new(),
                count => format!("; {count} characters or codes it does not have"),
            };
            Some((true, format!("{how}{lacks}")))
        }
        DeviceEvent::PrintInterrupted { device, why, .. } if of_this(device) => Some((false, why.to_string())),
        _ => None,
    });
    outcome.unwrap_or_else(|| (false, "no page came: look at the printer, then at `pos-app doctor`".to_owned()))
}

/// The page. Each part says what should be seen.
pub(super) fn page(name: &str) -> Document {
    let mut page = Document::default();
    page.push(Block::Logo);
    page.center("柜台 Guitai", Size::Large, true);
    page.center(format!("sample page · 打印样张 · {name}"), Size::Normal, false);
    page.push(Block::Rule);
    page.text("Both edges must be straight: 左右须对齐");
    page.pair("left 左", "right 右");
    let row = |name: &str, count: &str, amount: &str| {
        let cell = |text: &str, share, align| Cell { text: text.to_owned(), share, align };
        Block::Row(vec![cell(name, 4, Align::Left), cell(count, 2, Align::Right), cell(amount, 2, Align::Right)])
    };
    page.push(row("品名 item", "数量", "金额"));
    page.push(row("可口可乐 Coke 330ml", "2", "6.00"));
    page.push(row("散装东北五常大米", "1.250kg", "12345.60"));
    page.strong_pair("合计 total", "￥12351.60", Size::Large);
    page.push(Block::Rule);
    page.text("Money signs 货币: \u{a5} ￥ € £ $");
    page.text("Rare 生僻字: 㐂 喆 堃 犇 龘 ñ ü ß");
    page.push(Block::Text { text: "tall 高".into(), align: Align::Left, size: Size::Tall, bold: false });
    page.push(Block::Text { text: "bold 粗".into(), align: Align::Left, size: Size::Normal, bold: true });
    page.center("in the middle 居中", Size::Normal, false);
    page.push(Block::Text { text: "at the right 靠右".into(), align: Align::Right, size: Size::Normal, bold: false });
    page.text("Scan both: 扫一扫");
    page.push(Block::Qr("https://example.com/guitai/sample?柜台".into()));
    page.push(Block::Code128("GUITAI-0301".into()));
    page.text("The knife must cut below this line, and the drawer must stay shut.");
    page.push(Block::Cut);
    page
}
