//! Writes a picture of each sample screen: `cargo run -p ui --example pictures OUT_DIR [NAME]`.

use std::path::PathBuf;

use ui::window::{Canvas, Look, WindowError};

type Done = Result<(), Box<dyn std::error::Error>>;

fn main() -> Done {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("usage: pictures OUT_DIR [NAME]")?);
    let wanted = arguments.next();
    std::fs::create_dir_all(&folder)?;
    for (width, height) in [(1280, 800), (1024, 600), (1366, 768), (1920, 1080)] {
        for language in ["zh-CN", "en"] {
            for (name, screen) in ui::gallery::samples(language) {
                if wanted.as_ref().is_some_and(|wanted| wanted != name) {
                    continue;
                }
                let canvas = Canvas::new(width, height)?;
                canvas.show(&screen);
                let write = |what: &str| -> Done {
                    let file = format!("{width}x{height}-{what}-{language}.png");
                    Ok(std::fs::write(folder.join(file), canvas.png()?)?)
                };
                write(name)?;
                if name == "actions" {
                    canvas.key("F6")?;
                    canvas.key("Down")?;
                    write("actions-sheet")?;
                }
                if name == "approval" {
                    canvas.key("*")?;
                    write("approval-code")?;
                }
                if ["payment-in-doubt", "choose-many", "training", "explain", "count", "code"].contains(&name) {
                    for (look, word) in [(Look::Dark, "dark"), (Look::Contrast, "contrast")] {
                        canvas.look(look);
                        canvas.wait(std::time::Duration::from_millis(300));
                        write(&format!("{name}-{word}"))?;
                    }
                }
                // Where there is room the digits are there already.
                if name == "pay-split" && canvas.click(if language == "en" { "Digits" } else { "数字" }).is_ok() {
                    canvas.type_text("20");
                    write("pay-split-pad")?;
                }
                if name == "sell" {
                    handled(&canvas, &write)?;
                }
            }
        }
    }
    Ok(())
}

/// What the window does by itself while goods are sold.
fn handled(canvas: &Canvas, write: &dyn Fn(&str) -> Done) -> Done {
    let keys =
        |names: &[&str]| -> Result<(), WindowError> { names.iter().try_for_each(|name| canvas.key(name).map(drop)) };
    keys(&["n", "f", "Down", "Down"])?;
    write("sell-chosen")?;
    keys(&["Esc", "*", "1", "2"])?;
    write("sell-quantity")?;
    keys(&["Esc", "Esc", "F7"])?;
    write("sell-void")?;
    keys(&["Esc", "Esc", "Tab", "Tab", "Tab", "Tab"])?;
    write("sell-tab")?;
    let letters = if canvas.says("字母") { "字母" } else { "Letters" };
    canvas.click(letters)?;
    write("sell-letters")?;
    keys(&["Esc"])?;
    for (look, word) in [(Look::Dark, "sell-dark"), (Look::Contrast, "sell-contrast")] {
        canvas.look(look);
        canvas.wait(std::time::Duration::from_millis(300));
        write(word)?;
    }
    Ok(())
}
