//! What a demo leaves for people to look at.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use simulation::counter::{End, Paper};

use super::day::Day;
use super::reconcile::Reconciliation;
use crate::store::Places;

/// Papers that are drawn, beside those with a story of their own.
const DRAWN: usize = 20;

/// Writes receipts, the Z report and the reconciliation into the folder of `--out`.
pub fn keep(places: &Places, day: &Day, reconciliation: &Reconciliation) -> Result<()> {
    let Some(out) = &places.out else { return Ok(()) };
    let json = serde_json::to_vec_pretty(reconciliation).context("failed writing the reconciliation as JSON")?;
    write(&out.join("reconciliation.json"), &json)?;
    write(&out.join("reconciliation.txt"), reconciliation.table().as_bytes())?;
    for (no, paper) in day.papers.iter().enumerate() {
        let name = format!("receipts/{:05}{}", no + 1, if paper.end == End::Torn { "-torn" } else { "" });
        write(&out.join(format!("{name}.txt")), paper.text().as_bytes())?;
        if no < DRAWN || has_story(&day.papers, no) {
            write(&out.join(format!("{name}.png")), &paper.png())?;
        }
    }
    if let Some(z) = day.papers.last() {
        write(&out.join("z-report.txt"), z.text().as_bytes())?;
        write(&out.join("z-report.png"), &z.png())?;
    }
    Ok(())
}

/// Torn papers, what was printed after them, and the last.
fn has_story(papers: &[Paper], no: usize) -> bool {
    let torn = |no: usize| papers[no].end == End::Torn;
    torn(no) || (no > 0 && torn(no - 1)) || no + 1 == papers.len()
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("failed writing {}", path.display()))
}
