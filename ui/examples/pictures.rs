//! Writes a picture of each sample screen: `cargo run -p ui --example pictures OUT_DIR [NAME] [WIDTHxHEIGHT] [LANGUAGE]`.
//! `-` stands for all.

use std::path::{Path, PathBuf};
use std::time::Duration;

use ui::Screen;
use ui::screen::Panel;
use ui::window::{Canvas, Look, WindowError};

type Done = Result<(), Box<dyn std::error::Error>>;

const SIZES: [(u32, u32); 5] = [(1280, 800), (1024, 600), (1366, 768), (1920, 1080), (800, 1280)];
const LANGUAGES: [&str; 3] = ["zh-CN", "zh-TW", "en"];

fn main() -> Done {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("usage: pictures OUT_DIR [NAME] [WIDTHxHEIGHT] [LANGUAGE]")?);
    let mut wanted = || arguments.next().filter(|wanted| wanted != "-");
    let (name, size, language) = (wanted(), wanted(), wanted());
    std::fs::create_dir_all(&folder)?;
    for (width, height) in SIZES {
        if size.as_ref().is_some_and(|size| *size != format!("{width}x{height}")) {
            continue;
        }
        for tag in LANGUAGES.iter().filter(|tag| language.as_ref().is_none_or(|language| language == *tag)) {
            for (sample, screen) in ui::gallery::samples(tag) {
                if name.as_ref().is_none_or(|name| name == sample) {
                    Sheet { folder: &folder, width, height, tag }.sample(sample, &screen)?;
                }
            }
        }
    }
    widgets(&folder)
}

/// Where the pictures of one size and language go.
struct Sheet<'a> {
    folder: &'a Path,
    width: u32,
    height: u32,
    tag: &'a str,
}

impl Sheet<'_> {
    fn write(&self, canvas: &Canvas, what: &str) -> Done {
        let file = format!("{}x{}-{what}-{}.png", self.width, self.height, self.tag);
        Ok(std::fs::write(self.folder.join(file), canvas.png()?)?)
    }

    fn sample(&self, name: &str, screen: &Screen) -> Done {
        let canvas = Canvas::new(self.width, self.height)?;
        canvas.show(screen);
        self.write(&canvas, name)?;
        if name == "actions" {
            canvas.key("F6")?;
            canvas.key("Down")?;
            self.write(&canvas, "actions-sheet")?;
        }
        if name == "approval" {
            canvas.key("*")?;
            self.write(&canvas, "approval-code")?;
        }
        if ["payment-in-doubt", "choose-many", "training", "explain", "count", "code"].contains(&name) {
            for (look, word) in [(Look::Dark, "dark"), (Look::Contrast, "contrast")] {
                canvas.look(look);
                canvas.wait(Duration::from_millis(300));
                self.write(&canvas, &format!("{name}-{word}"))?;
            }
        }
        // Where there is room the digits are there already.
        if name == "pay-split" && canvas.click(&canvas.word("till-key-digits")).is_ok() {
            canvas.type_text("20");
            self.write(&canvas, "pay-split-pad")?;
        }
        if name == "fault" {
            canvas.key("Esc")?;
            let mut screen = screen.clone();
            screen.notice = None;
            canvas.show(&screen);
            self.write(&canvas, "devices-bar")?;
            canvas.click(&format!("{} · {}", screen.bar.devices, screen.bar.sync))?;
            self.write(&canvas, "devices")?;
        }
        if name == "promoted" {
            self.just_now(&canvas, screen)?;
        }
        if name == "sell" {
            self.handled(&canvas)?;
        }
        Ok(())
    }

    /// The line before the last one is there; then the last one comes.
    fn just_now(&self, canvas: &Canvas, screen: &Screen) -> Done {
        let mut before = screen.clone();
        before.basket.lines.pop();
        if let Panel::Sell { .. } = before.panel {
            canvas.show(&before);
            canvas.show(screen);
        }
        self.write(canvas, "just-now")
    }

    /// What the window does by itself while goods are sold.
    fn handled(&self, canvas: &Canvas) -> Done {
        let keys = |names: &[&str]| -> Result<(), WindowError> {
            names.iter().try_for_each(|name| canvas.key(name).map(drop))
        };
        keys(&["n", "f", "Down", "Down"])?;
        self.write(canvas, "sell-chosen")?;
        keys(&["Esc", "*", "1", "2"])?;
        self.write(canvas, "sell-quantity")?;
        keys(&["Esc", "Esc", "F7"])?;
        self.write(canvas, "sell-void")?;
        keys(&["Esc", "Esc", "Tab", "Tab", "Tab", "Tab"])?;
        self.write(canvas, "sell-tab")?;
        canvas.click(&canvas.word("till-key-letters"))?;
        self.write(canvas, "sell-letters")?;
        keys(&["Esc"])?;
        canvas.click(&canvas.word("till-language"))?;
        self.write(canvas, "languages")?;
        keys(&["Esc"])?;
        for (look, word) in [(Look::Dark, "sell-dark"), (Look::Contrast, "sell-contrast")] {
            canvas.look(look);
            canvas.wait(Duration::from_millis(300));
            self.write(canvas, word)?;
        }
        Ok(())
    }
}

/// Every widget in every state, in each look.
fn widgets(folder: &Path) -> Done {
    let canvas = Canvas::new(1280, 1500)?;
    canvas.gallery();
    for (look, word) in [(Look::Light, "light"), (Look::Dark, "dark"), (Look::Contrast, "contrast")] {
        canvas.look(look);
        canvas.wait(Duration::from_millis(300));
        std::fs::write(folder.join(format!("widgets-{word}.png")), canvas.png()?)?;
    }
    Ok(())
}
