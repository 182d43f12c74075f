//! Opens the window with a sample screen and prints what is wanted: `cargo run -p ui --example show [NAME] [LANGUAGE]`.
//! The language button works; everything else only speaks.

use std::sync::mpsc::sync_channel;

use ui::Intent;
use ui::window::{Backend, Window};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_else(|| "sell".into());
    let language = arguments.next().unwrap_or_else(|| "zh-CN".into());
    if let Some(missing) = ui::window::missing_script() {
        eprintln!("{missing}");
    }
    let sample = move |language: &str| {
        let found = ui::gallery::samples(language).into_iter().find(|(other, _)| *other == name);
        found.map(|(_, screen)| screen).unwrap_or_default()
    };
    let (send, wishes) = sync_channel(64);
    let window = Window::open(Backend::Desktop, &words::Languages::built_in(), move |intent| {
        let _ = send.try_send(intent);
    })?;
    window.show(&sample(&language));
    let handle = window.handle();
    std::thread::spawn(move || {
        for intent in wishes {
            println!("{intent:?}");
            if let Intent::Language { tag } = intent
                && handle.show(sample(&tag)).is_err()
            {
                return;
            }
        }
    });
    window.run()?;
    Ok(())
}
