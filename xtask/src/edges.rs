//! Who may know whom.

use anyhow::{Result, bail};

use crate::workspace::{Dependency, Package, metadata};

/// Each crate and those it may name in its manifest.
const ALLOWED: [(&str, &[&str]); 12] = [
    ("domain", &[]),
    ("words", &[]),
    ("pictures", &[]),
    ("ui", &["words", "pictures"]),
    ("hal", &["domain"]),
    ("providers", &["domain", "hal", "protocol"]),
    ("drivers", &["domain", "hal", "providers"]),
    ("protocol", &["domain"]),
    ("journal", &["domain", "protocol"]),
    ("pos-app", &["domain", "hal", "drivers", "journal", "protocol", "ui", "words"]),
    ("sync-agent", &["journal", "protocol"]),
    ("platform", &["domain", "hal", "protocol", "providers", "words", "pictures"]),
];

/// May know everything; nobody but tests and each other may know them.
const AROUND: [&str; 2] = ["simulation", "xtask"];

/// Fails when a crate names another that it may not know.
pub fn check() -> Result<()> {
    let forbidden = forbidden(&metadata(false)?.packages);
    if forbidden.is_empty() {
        println!("edges: every crate knows only those it may know");
        return Ok(());
    }
    bail!("these crates know others that they may not know:\n  {}", forbidden.join("\n  "));
}

fn forbidden(packages: &[Package]) -> Vec<String> {
    let mut forbidden = Vec::new();
    for package in packages {
        let allowed = ALLOWED.iter().find(|(name, _)| *name == package.name).map(|(_, allowed)| *allowed);
        if allowed.is_none() && !AROUND.contains(&&*package.name) {
            forbidden.push(format!("{} is no crate of the house: add it to the list of edges", package.name));
        }
        for dependency in package.dependencies.iter().filter(|dependency| dependency.path.is_some()) {
            if !may_know(package, allowed, dependency) {
                let kind = dependency.kind.as_deref().unwrap_or("normal");
                forbidden.push(format!("{} -> {} ({kind})", package.name, dependency.name));
            }
        }
    }
    forbidden
}

fn may_know(package: &Package, allowed: Option<&[&str]>, dependency: &Dependency) -> bool {
    let name = &*dependency.name;
    match (&*package.name, allowed) {
        ("xtask", _) => true,
        ("simulation", _) => name != "xtask",
        // A crate's tests may use the simulation, and itself with other features.
        (own, Some(allowed)) => {
            let in_tests = dependency.kind.as_deref() == Some("dev") && (name == "simulation" || name == own);
            in_tests || allowed.contains(&name)
        }
        (_, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        let dependency = |(name, kind): &(&str, Option<&str>)| Dependency {
            name: (*name).into(),
            kind: kind.map(Into::into),
            path: Some(name.into()),
        };
        Package {
            name: name.into(),
            version: String::new(),
            license: None,
            dependencies: dependencies.iter().map(dependency).collect(),
        }
    }

    #[test]
    fn only_the_edges_of_the_house_pass() {
        let good = [
            package("hal", &[("domain", None)]),
            package("pos-app", &[("journal", None), ("simulation", Some("dev"))]),
            package("simulation", &[("drivers", None), ("ui", None)]),
        ];
        assert_eq!(forbidden(&good), [""; 0]);
        let bad = [
            package("domain", &[("protocol", None)]),
            package("pos-app", &[("sync-agent", Some("dev")), ("simulation", None)]),
            package("platform", &[("journal", None)]),
            package("helper", &[]),
        ];
        assert_eq!(forbidden(&bad).len(), 5);
    }
}
