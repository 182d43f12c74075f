//! Measures the till on this machine, each figure with its reference from the same run.
//!
//! `measure --programs DIR --items N [--sales N] [--queued N] [--display NAME] [FIGURE...]`; prints one JSON object a line: name, value, unit,
//! reference, and the limit it must keep to. `DIR` holds release builds of `pos-app`, `sync-agent` and `platform`.

mod disk;
mod figure;
mod goods;
mod mind;
mod process;
mod queue;
mod window;

use std::path::PathBuf;
use std::process::Child;

use anyhow::Result;
use clap::Parser;

/// Measures the till.
#[derive(Parser)]
struct Arguments {
    /// Folder of the programs that are measured as processes.
    #[arg(long)]
    programs: PathBuf,
    /// Items in the replica.
    #[arg(long, default_value_t = 1_000_000)]
    items: u64,
    /// Sales of the day that is closed.
    #[arg(long, default_value_t = 5_000)]
    sales: u64,
    /// Sales that wait for the platform.
    #[arg(long, default_value_t = 10_000)]
    queued: u64,
    /// Display for `window`, e.g. `:99`.
    #[arg(long)]
    display: Option<String>,
    /// Which: mind, disk, process, queue, window; all but the last unless told.
    figures: Vec<String>,
}

/// A program that runs while it is measured, and ends with it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let folder = std::env::temp_dir().join(format!("guitai-till-measure-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let wanted = |name: &str| arguments.figures.is_empty() || arguments.figures.iter().any(|figure| figure == name);
    let measured = (|| {
        if wanted("disk") {
            disk::measure(&folder.join("disk"), arguments.sales)?;
        }
        if let Some(display) = &arguments.display {
            let state = folder.join("window");
            goods::write_replica(&state, arguments.items)?;
            window::measure(&state, &arguments.programs, display, arguments.items)?;
        }
        if wanted("mind") || wanted("process") {
            let state = folder.join("large");
            goods::write_replica(&state, arguments.items)?;
            if wanted("mind") {
                mind::measure(&state, arguments.items)?;
            }
            if wanted("process") {
                process::measure(&state, &arguments.programs, arguments.items)?;
            }
        }
        if wanted("queue") {
            queue::measure(&folder.join("queue"), &arguments.programs, arguments.queued)?;
        }
        Ok(())
    })();
    std::fs::remove_dir_all(&folder)?;
    measured
}
