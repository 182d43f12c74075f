//! What the window does by itself, without the till: sheets that open, what is being typed, the card of what just
//! happened. And every widget in every state.

use std::path::Path;

use ui::screen::Panel;
use ui::window::{Canvas, Look, WindowError};
use ui::{Screen, gallery};

use super::{Done, save};

const SIZE: (u32, u32) = (1280, 800);
const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

/// What is done to a sample before its picture is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Nothing.
    AsItIs,
    /// The line before the last one is there; then the last one comes.
    JustNow,
    /// The sheet of everything else is open.
    More,
    /// The corner of the devices is open, and the notice read.
    Corner,
    /// The list of languages is open.
    Languages,
    /// These keys were pressed.
    Keys(&'static [&'static str]),
}

/// Each with its name and the sample that it begins at.
const MOMENTS: [(&str, &str, Moment); 9] = [
    ("just-now", "promoted", Moment::JustNow),
    ("more", "actions", Moment::More),
    ("corner", "fault", Moment::Corner),
    ("languages", "sell", Moment::Languages),
    ("chosen", "sell", Moment::Keys(&["n", "f", "Down", "Down"])),
    ("quantity", "sell", Moment::Keys(&["*", "1", "2"])),
    ("void", "sell", Moment::Keys(&["F7"])),
    ("tab", "sell", Moment::Keys(&["Tab", "Tab", "Tab", "Tab"])),
    ("approval-code", "approval", Moment::Keys(&["*"])),
];

impl Moment {
    /// Shows a sample and lets it come to this.
    pub fn bring(self, canvas: &Canvas, screen: &Screen) -> Result<(), WindowError> {
        match self {
            Moment::JustNow => {
                let mut before = screen.clone();
                before.basket.lines.pop();
                if let Panel::Sell { .. } = before.panel {
                    canvas.show(&before);
                }
                canvas.show_only(screen);
                // It goes by itself after some seconds.
                canvas.wait(std::time::Duration::from_millis(400));
            }
            Moment::AsItIs => canvas.show(screen),
            Moment::More => {
                canvas.show(screen);
                canvas.key("F6")?;
            }
            Moment::Corner => {
                let mut read = screen.clone();
                read.notice = None;
                canvas.show(&read);
                canvas.click(&format!("{} · {}", screen.bar.devices, screen.bar.sync))?;
            }
            Moment::Languages => {
                canvas.show(screen);
                canvas.click(&canvas.word("till-language"))?;
            }
            Moment::Keys(keys) => {
                canvas.show(screen);
                keys.iter().try_for_each(|name| canvas.key(name).map(drop))?;
            }
        }
        Ok(())
    }
}

/// Writes those whose name has the word in it. Answers how many.
pub fn write(folder: &Path, only: Option<&str>) -> Result<usize, Box<dyn std::error::Error>> {
    let mut count = 0;
    let mut save = |name: String, canvas: &Canvas| -> Done {
        if only.is_none_or(|word| name.contains(word)) {
            save(folder, &name, &canvas.png()?)?;
            count += 1;
        }
        Ok(())
    };
    for language in LANGUAGES {
        let samples = gallery::samples(language);
        for (name, sample, moment) in MOMENTS {
            let canvas = Canvas::new(SIZE.0, SIZE.1)?;
            let screen = samples.iter().find(|(known, _)| *known == sample).map(|(_, screen)| screen);
            moment.bring(&canvas, screen.ok_or(format!("there is no sample {sample}"))?)?;
            save(format!("moment-{name}-{language}.png"), &canvas)?;
        }
    }
    for (look, word) in [(Look::Light, "light"), (Look::Dark, "dark"), (Look::Contrast, "contrast")] {
        let canvas = Canvas::new(1280, 1500)?;
        canvas.gallery();
        canvas.look(look);
        canvas.wait(std::time::Duration::from_millis(300));
        save(format!("widgets-{word}.png"), &canvas)?;
    }
    Ok(count)
}
