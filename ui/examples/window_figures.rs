//! How fast screens are drawn in software, on one thread and without a window system: one JSON object a line.

use std::time::{Duration, Instant};

use ui::screen::{Panel, Screen};
use ui::window::{Canvas, WindowError};

/// Lines of the basket that is pulled.
const LINES: usize = 200;
/// Frames of a pull.
const FRAMES: u32 = 120;

fn main() -> Result<(), WindowError> {
    let (_, mut screen) = sample("sell");
    let lines = screen.basket.lines.clone();
    let canvas = Canvas::new(1280, 800)?;
    screen.basket.lines.clear();
    canvas.show(&screen);
    let mut times = Vec::new();
    for no in 1..=LINES {
        let mut line = lines[(no - 1) % lines.len()].clone();
        line.no = no as u32;
        screen.basket.selected = Some(line.no);
        screen.basket.lines.push(line);
        screen.version += 1;
        let begun = Instant::now();
        canvas.show_only(&screen);
        times.push(begun.elapsed());
        canvas.wait(Duration::from_millis(100));
    }
    times.sort();
    let p99 = times[(times.len() - 1) * 99 / 100].as_secs_f64() * 1e3;
    tell("a scanned line to its drawn frame, 200 lines one after the other, p99", p99, "ms", "at_most", 50.0);
    let begun = Instant::now();
    for frame in 0..FRAMES {
        let up = (frame / 30) % 2 == 0;
        canvas.turn_wheel(360.0, 400.0, if up { 60.0 } else { -60.0 });
    }
    let rate = f64::from(FRAMES) / begun.elapsed().as_secs_f64();
    tell("frames while a basket of 200 lines is scrolled", rate, "frames/s", "at_least", 30.0);
    let begun = Instant::now();
    let first = Canvas::new(1280, 800)?;
    first.show_only(&sample("locked").1);
    drop(first.pixels());
    tell("a new window to its first picture", begun.elapsed().as_secs_f64() * 1e3, "ms", "at_most", 1000.0);
    Ok(())
}

fn sample(name: &str) -> (&'static str, Screen) {
    let found = ui::gallery::samples("zh-CN").into_iter().find(|(known, _)| *known == name);
    let found = found.unwrap_or_else(|| panic!("the gallery has no {name}"));
    assert!(!matches!(found.1.panel, Panel::NotReady { .. }), "{name} is a screen that people use");
    found
}

fn tell(name: &str, value: f64, unit: &str, limit: &str, bound: f64) {
    println!("{{\"name\": {name:?}, \"value\": {value:.3}, \"unit\": {unit:?}, {limit:?}: {bound}}}");
}
