//! A person's hand at a display: moves, touches and types through the window system, as the devices themselves would.

use std::collections::HashMap;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConnectionExt as _, InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT,
    MOTION_NOTIFY_EVENT, MapState, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

/// How long a finger stays down, and the pause between two keys: a quick person's.
const DOWN: Duration = Duration::from_millis(30);
/// Moves of one drag, and how long the finger then rests.
const DRAG_STEPS: u8 = 12;
const DRAG_RESTS: Duration = Duration::from_millis(250);
/// Far slower than a scanner that plays keyboard, which the window tells apart by its pace.
const BETWEEN_KEYS: Duration = Duration::from_millis(70);
/// How long the window may take to appear.
const WINDOW_PATIENCE: Duration = Duration::from_secs(30);

/// Keysyms that bear names.
const NAMED: [(&str, u32); 12] = [
    ("Enter", 0xff0d),
    ("Esc", 0xff1b),
    ("Backspace", 0xff08),
    ("Tab", 0xff09),
    ("Del", 0xffff),
    ("Up", 0xff52),
    ("Down", 0xff54),
    ("Left", 0xff51),
    ("Right", 0xff53),
    ("PageUp", 0xff55),
    ("PageDown", 0xff56),
    ("Space", 0x20),
];
const SHIFT: u32 = 0xffe1;
const CONTROL: u32 = 0xffe3;
const F1: u32 = 0xffbe;

/// The hand.
pub struct Hand {
    display: RustConnection,
    root: Window,
    /// Code and whether with Shift, by keysym.
    keys: HashMap<u32, (u8, bool)>,
    /// Touches so far.
    pub taps: u32,
    /// Keys pressed so far.
    pub strokes: u32,
}

impl Hand {
    /// A hand at a display.
    pub fn at(display: &str) -> Result<Hand> {
        let (connection, screen) =
            RustConnection::connect(Some(display)).with_context(|| format!("failed reaching the display {display}"))?;
        let root = connection.setup().roots[screen].root;
        let (low, high) = (connection.setup().min_keycode, connection.setup().max_keycode);
        let mapping = connection.get_keyboard_mapping(low, high - low + 1)?.reply()?;
        let mut keys = HashMap::new();
        for (code, symbols) in (low..=high).zip(mapping.keysyms.chunks(mapping.keysyms_per_keycode.into())) {
            for (level, symbol) in symbols.iter().take(2).enumerate().filter(|(_, symbol)| **symbol != 0) {
                keys.entry(*symbol).or_insert((code, level == 1));
            }
        }
        Ok(Hand { display: connection, root, keys, taps: 0, strokes: 0 })
    }

    /// Waits for the till's window and gives it the keyboard, as a window manager would.
    pub fn take_window(&self) -> Result<()> {
        let until = Instant::now() + WINDOW_PATIENCE;
        while Instant::now() < until {
            for window in self.display.query_tree(self.root)?.reply()?.children {
                let shown = self.display.get_window_attributes(window)?.reply();
                if shown.is_ok_and(|shown| shown.map_state == MapState::VIEWABLE && !shown.override_redirect) {
                    self.display.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME)?;
                    self.display.flush()?;
                    return Ok(());
                }
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("no window appeared within {WINDOW_PATIENCE:?}");
    }

    /// Touches a place, in pixels.
    pub fn tap(&mut self, x: f32, y: f32) -> Result<()> {
        self.taps += 1;
        self.moved(x, y)?;
        self.event(BUTTON_PRESS_EVENT, 1)?;
        thread::sleep(DOWN);
        self.event(BUTTON_RELEASE_EVENT, 1)
    }

    /// Drags from one place to another, slowly enough that nothing flies on; counts as a touch.
    pub fn drag(&mut self, from: (f32, f32), to: (f32, f32)) -> Result<()> {
        self.taps += 1;
        self.moved(from.0, from.1)?;
        self.event(BUTTON_PRESS_EVENT, 1)?;
        for step in 1..=DRAG_STEPS {
            thread::sleep(DOWN);
            let part = step as f32 / DRAG_STEPS as f32;
            self.moved(from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part)?;
        }
        thread::sleep(DRAG_RESTS);
        self.event(BUTTON_RELEASE_EVENT, 1)
    }

    /// Presses a key: `Enter`, `F4`, `Ctrl+P`, or a character.
    pub fn press(&mut self, name: &str) -> Result<()> {
        self.strokes += 1;
        let (held, key) = match name.rsplit_once('+').filter(|(held, key)| !held.is_empty() && !key.is_empty()) {
            Some((held, key)) => (held, key),
            None => ("", name),
        };
        let symbol = symbol(key).with_context(|| format!("no key is called {name}"))?;
        let (code, shift) = *self.keys.get(&symbol).with_context(|| format!("the keyboard has no {name}"))?;
        let mut down = Vec::new();
        if shift {
            down.push(self.code(SHIFT)?);
        }
        if held == "Ctrl" {
            down.push(self.code(CONTROL)?);
        }
        down.push(code);
        for code in &down {
            self.event(KEY_PRESS_EVENT, *code)?;
        }
        for code in down.iter().rev() {
            self.event(KEY_RELEASE_EVENT, *code)?;
        }
        thread::sleep(BETWEEN_KEYS);
        Ok(())
    }

    /// Types at a quick person's pace.
    pub fn type_text(&mut self, text: &str) -> Result<()> {
        text.chars().try_for_each(|character| self.press(character.encode_utf8(&mut [0; 4])))
    }

    fn code(&self, symbol: u32) -> Result<u8> {
        Ok(self.keys.get(&symbol).context("the keyboard has no such key")?.0)
    }

    fn moved(&self, x: f32, y: f32) -> Result<()> {
        self.display.xtest_fake_input(MOTION_NOTIFY_EVENT, 0, 0, self.root, x as i16, y as i16, 0)?;
        Ok(self.display.flush()?)
    }

    fn event(&self, kind: u8, detail: u8) -> Result<()> {
        self.display.xtest_fake_input(kind, detail, 0, self.root, 0, 0, 0)?;
        Ok(self.display.flush()?)
    }
}

fn symbol(name: &str) -> Option<u32> {
    let named = NAMED.iter().find(|(known, _)| *known == name).map(|(_, symbol)| *symbol);
    let function =
        || name.strip_prefix('F')?.parse().ok().filter(|no| (1..=12).contains(no)).map(|no: u32| F1 + no - 1);
    let mut characters = name.chars();
    let single = characters.next().filter(|first| first.is_ascii() && characters.next().is_none());
    named.or_else(function).or(single.map(u32::from))
}
