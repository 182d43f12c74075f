//! Where a store keeps its things while it is open.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folders of one open store. What is only needed while it runs goes with it.
pub struct Places {
    /// Databases, sockets, devices and logs of the running store.
    pub store: PathBuf,
    /// What is kept.
    pub out: Option<PathBuf>,
    /// Set when the day went as it should; otherwise the logs are kept.
    pub went_well: bool,
}

impl Places {
    /// Makes them; `out` may exist, and files of an earlier demo in it are replaced.
    pub fn make(out: Option<&Path>) -> Result<Places> {
        let out = out.map(|out| std::path::absolute(out).context("failed finding the folder of --out")).transpose()?;
        if let Some(out) = &out {
            for folder in ["receipts", "screens", "logs"] {
                let folder = out.join(folder);
                if folder.exists() {
                    fs::remove_dir_all(&folder).with_context(|| format!("failed emptying {}", folder.display()))?;
                }
                make_folder(&folder)?;
            }
        }
        // Last, so that nothing stays behind when a folder cannot be had.
        let store = std::env::temp_dir().join(format!("guitai-store-{}", std::process::id()));
        make_folder(&store)?;
        Ok(Places { store, out, went_well: false })
    }

    /// A file of the running store.
    pub fn file(&self, name: &str) -> PathBuf {
        self.store.join(name)
    }

    /// Where a picture of the screen goes, when pictures are kept.
    pub fn screen(&self, name: &str) -> Option<PathBuf> {
        self.out.as_ref().map(|out| out.join("screens").join(name))
    }
}

impl Drop for Places {
    fn drop(&mut self) {
        // The logs are worth keeping; databases are not.
        let logs = match (&self.out, self.went_well) {
            (Some(out), _) => Some(out.join("logs")),
            (None, false) => Some(std::env::temp_dir().join("guitai-store-logs")),
            (None, true) => None,
        };
        if let Some(logs) = &logs {
            for folder in [self.store.clone(), self.store.join("state").join("log")] {
                let _ = keep_logs(&folder, logs);
            }
        }
        if let (Some(logs), false) = (&logs, self.went_well) {
            eprintln!("x: the logs of the store are in {}", logs.display());
        }
        let _ = fs::remove_dir_all(&self.store);
    }
}

fn make_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("failed making {}", folder.display()))
}

fn keep_logs(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)?.flatten() {
        let path = entry.path();
        let is_empty = fs::metadata(&path).is_ok_and(|about| about.len() == 0);
        if path.extension().is_some_and(|extension| extension == "log") && !is_empty {
            fs::copy(&path, to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
