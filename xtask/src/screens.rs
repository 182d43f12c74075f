//! Every screen as a picture, the contact sheets of the documentation, and the pictures of the manuals.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::workspace::{cargo, root, run as run_command};

/// What can be asked for.
#[derive(Args)]
pub struct Options {
    /// Write every screen in every size, language and look into this folder.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Of these only the ones whose file's name has this word in it, e.g. `till-1280x800-en`.
    #[arg(long, requires = "out")]
    only: Option<String>,
    /// Take the screens as they are for the reference that the tests hold them to. Look at them first.
    #[arg(long)]
    accept: bool,
}

/// Draws them. The documentation's own are drawn each time, unless only some were asked for.
pub fn run(options: &Options) -> Result<()> {
    let docs = root().join("docs");
    let mut command = cargo();
    command.args(["run", "--quiet", "-p", "ui", "--example", "screens", "--"]);
    if let Some(out) = &options.out {
        command.arg("--out").arg(std::path::absolute(out)?);
    }
    match &options.only {
        Some(word) => drop(command.arg("--only").arg(word)),
        None => {
            command.arg("--sheets").arg(docs.join("screens"));
            command.arg("--manual").arg(docs.join("manual").join("pictures"));
        }
    }
    run_command(&mut command)?;
    if options.accept {
        let mut tests = cargo();
        tests.args(["test", "--quiet", "-p", "ui", "--test", "window", "--", "reference"]).env("UPDATE_EXPECT", "1");
        run_command(&mut tests)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The manuals of a language, each with its name: Chinese ones end in `.zh-CN.md`.
    fn manuals(ending: &str) -> Vec<(String, String)> {
        let folder = root().join("docs").join("manual");
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let Some(stem) = name.strip_suffix(ending).filter(|stem| !stem.contains('.')) else { continue };
            found.push((stem.to_owned(), fs::read_to_string(&path).unwrap()));
        }
        found.sort();
        found
    }

    /// What stands between two marks, on one line each.
    fn between<'a>(text: &'a str, begin: &str, end: &str) -> Vec<&'a str> {
        let parts = text.lines().flat_map(|line| line.split(begin).skip(1));
        parts.filter_map(|rest| rest.split_once(end).map(|(inside, _)| inside)).collect()
    }

    /// Everything that the program says in a language.
    fn said(tag: &str) -> String {
        let folder = root().join("words").join("lang").join(tag);
        let read = |entry: std::io::Result<fs::DirEntry>| fs::read_to_string(entry.unwrap().path()).unwrap();
        fs::read_dir(folder).unwrap().map(read).collect()
    }

    #[test]
    fn keys_that_manuals_name_are_on_the_screen() {
        for (ending, tag) in [(".md", "en"), (".zh-CN.md", "zh-CN")] {
            let said = said(tag);
            for (name, text) in manuals(ending) {
                let bold = text.lines().flat_map(|line| line.split("**").skip(1).step_by(2));
                let lost: Vec<&str> = bold.filter(|key| !said.contains(key.trim_end_matches(['.', '。']))).collect();
                assert!(lost.is_empty(), "no key is called so: {lost:?}, in {name}{ending}");
            }
        }
    }

    #[test]
    fn manuals_are_alike_in_both_languages_and_have_their_pictures() {
        let (english, chinese) = (manuals(".md"), manuals(".zh-CN.md"));
        assert!(!english.is_empty());
        let names = |manuals: &[(String, String)]| manuals.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&english), names(&chinese));
        let folder = root().join("docs").join("manual");
        for ((name, english), (_, chinese)) in english.iter().zip(&chinese) {
            let parts = |text: &str| text.lines().filter(|line| line.starts_with("##")).count();
            assert_eq!(parts(english), parts(chinese), "chapters of {name}");
            let pictures = between(english, "](pictures/", ")");
            let in_chinese: Vec<String> = pictures.iter().map(|file| file.replace(".png", ".zh-CN.png")).collect();
            assert_eq!(between(chinese, "](pictures/", ")"), in_chinese, "pictures of {name}");
            for file in pictures.iter().map(ToString::to_string).chain(in_chinese) {
                assert!(Path::new(&folder.join("pictures").join(&file)).exists(), "{file} of {name}");
            }
        }
    }
}
