//! The project's rules as code: demo, test, bench, fuzz, ci, edges, tidy, licences. Called by `./x`.
//!
//! It knows the other programs only as a person does: it starts them, talks to their doors and reads what they print.

mod bench;
mod ci;
mod demo;
mod edges;
mod fuzz;
mod licences;
mod part;
mod postgres;
mod replay;
mod screens;
mod store;
mod tasks;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "x", about = "One door to the project: open a store, test, measure.", disable_help_subcommand = true)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Open a store with platform, agent, till, scanner, printer and a street of shoppers, and reconcile its day.
    Demo(demo::Options),
    /// Run every test, those on PostgreSQL included.
    Test(test::Options),
    /// Measure, each figure beside its reference of the same run.
    Bench(bench::Options),
    /// Throw random bytes at the parsers: each target in turn, or one.
    Fuzz(fuzz::Options),
    /// Ring up a file of real sale lines on the till and hold every day against the file.
    Replay(replay::Options),
    /// Draw every screen, and the contact sheets of the documentation.
    Screens(screens::Options),
    /// Do at the real window what people do at the counter, and count touches, keys and seconds.
    Tasks(tasks::Options),
    /// What must hold before a change goes in.
    Ci,
    /// Check who knows whom.
    Edges,
    /// Check rules of taste that a machine can hold.
    Tidy,
    /// Check the licences of everything that is linked.
    Licences,
}

fn main() -> ExitCode {
    let result = match Line::parse().command {
        Command::Demo(options) => demo::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Replay(options) => replay::run(&options),
        Command::Screens(options) => screens::run(&options),
        Command::Tasks(options) => tasks::run(&options),
        Command::Ci => ci::run_all(),
        Command::Edges => edges::check(),
        Command::Tidy => tidy::check(),
        Command::Licences => licences::check(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("x: {error:#}");
            ExitCode::FAILURE
        }
    }
}
