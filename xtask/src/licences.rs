//! Licences of everything that is linked, against what may be joined with GPL-3.0-only.

use anyhow::{Result, bail};

use crate::workspace::{Package, metadata};

/// Licences whose works may become part of a work under GPL-3.0-only, after the Free Software Foundation's list.
const ALLOWED: [&str; 19] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "GPL-3.0-only",
    "GPL-3.0-or-later",
    "ISC",
    "LGPL-2.1-or-later",
    "LGPL-3.0-or-later",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Fails when a package's licence does not fit.
pub fn check() -> Result<()> {
    let packages = metadata(true)?.packages;
    let misfits: Vec<String> = packages.iter().filter_map(misfit).collect();
    if misfits.is_empty() {
        println!("licences: {} packages fit GPL-3.0-only", packages.len());
        return Ok(());
    }
    bail!("these packages' licences do not fit GPL-3.0-only:\n  {}", misfits.join("\n  "));
}

fn misfit(package: &Package) -> Option<String> {
    let licence = package.license.as_deref().unwrap_or_default();
    (!fits(licence)).then(|| format!("{} {}: {licence:?}", package.name, package.version))
}

/// Whether an SPDX expression offers a way that fits. `AND` binds closer than `OR`; a slash is an old `OR`.
fn fits(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = expression.split_whitespace().collect();
    let mut reader = Reader { words: &words, at: 0 };
    let result = reader.any();
    result == Some(true) && reader.at == words.len()
}

struct Reader<'a> {
    words: &'a [&'a str],
    at: usize,
}

impl Reader<'_> {
    fn take(&mut self, word: &str) -> bool {
        let taken = self.words.get(self.at).is_some_and(|next| next.eq_ignore_ascii_case(word));
        self.at += usize::from(taken);
        taken
    }

    fn any(&mut self) -> Option<bool> {
        let mut result = self.all()?;
        while self.take("OR") {
            result |= self.all()?;
        }
        Some(result)
    }

    fn all(&mut self) -> Option<bool> {
        let mut result = self.one()?;
        while self.take("AND") {
            result &= self.one()?;
        }
        Some(result)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let result = self.any()?;
            return self.take(")").then_some(result);
        }
        let mut licence = (*self.words.get(self.at)?).to_owned();
        self.at += 1;
        if self.take("WITH") {
            licence = format!("{licence} WITH {}", self.words.get(self.at)?);
            self.at += 1;
        }
        Some(ALLOWED.contains(&&*licence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_as_spdx_means_them() {
        for good in [
            "MIT",
            "MIT OR Apache-2.0",
            "MIT/Apache-2.0",
            "GPL-3.0-only OR LicenseRef-Slint-Royalty-free-2.0 OR LicenseRef-Slint-Software-3.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
            "Proprietary AND MIT OR ISC",
        ] {
            assert!(fits(good), "{good}");
        }
        for bad in [
            "",
            "GPL-2.0-only",
            "MIT AND Proprietary",
            "(MIT",
            "MIT OR",
            "Apache-2.0 WITH Other",
            "MIT MIT",
            "ISC AND (Proprietary OR SSPL-1.0)",
        ] {
            assert!(!fits(bad), "{bad}");
        }
    }
}
