//! The same window without a window system: drawn into memory, touched and typed at by name. The demo takes its
//! pictures with it, tests hold the screens with it.
//!
//! Time stands still between calls and is moved on by them, so that the same calls give the same pixels.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use slint::platform::software_renderer::MinimalSoftwareWindow;
use slint::platform::{PointerEventButton, WindowEvent};
use slint::{ComponentHandle, LogicalPosition, Model, PhysicalSize, Rgb8Pixel};
use words::Languages;

use super::WindowError;
use super::counter::Counter;
use super::generated::{App, Look, Theme};
use super::platform;
use super::strokes::Stroke;
use crate::{Element, Intent, Screen};

/// Long enough for each movement on the screen to end and for a second touch to count.
const SETTLED: Duration = Duration::from_millis(500);
/// Parts in which time passes.
const STEPS: u32 = 5;
/// A person's fingers.
const TYPING_GAP: Duration = Duration::from_millis(150);
/// A scanner that plays keyboard.
const SCANNER_GAP: Duration = Duration::from_millis(2);

/// A window in memory. Stays on the thread that made it; a thread may have several, but not beside a
/// [`super::Window`].
pub struct Canvas {
    app: App,
    counter: Rc<Counter>,
    window: Rc<MinimalSoftwareWindow>,
    intents: Rc<RefCell<Vec<Intent>>>,
    buffer: RefCell<Vec<Rgb8Pixel>>,
    size: PhysicalSize,
}

/// Pixels, red green blue, row by row from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Three bytes each.
    pub rgb: Vec<u8>,
}

impl Canvas {
    /// An empty till of that size in pixels, e.g. 1280 by 800, with the words that are built in.
    pub fn new(width: u32, height: u32) -> Result<Canvas, WindowError> {
        Canvas::speaking(width, height, &Languages::built_in())
    }

    /// The same with words of one's own.
    pub fn speaking(width: u32, height: u32, languages: &Languages) -> Result<Canvas, WindowError> {
        platform::install_told().map_err(WindowError::Open)?;
        let app = App::new().map_err(|error| WindowError::Open(error.to_string()))?;
        app.show().map_err(|error| WindowError::Open(error.to_string()))?;
        let window = platform::newest().ok_or_else(|| WindowError::Open("no canvas was made".into()))?;
        let size = PhysicalSize::new(width, height);
        window.set_size(size);
        window.dispatch_event(WindowEvent::WindowActiveChanged(true));
        let intents: Rc<RefCell<Vec<Intent>>> = Rc::default();
        let heard = intents.clone();
        let counter = Counter::new(&app, languages.clone(), Rc::new(platform::told), move |intent| {
            heard.borrow_mut().push(intent);
        });
        counter.settle();
        let pixels = usize::try_from(u64::from(width) * u64::from(height)).unwrap_or(0);
        let buffer = RefCell::new(vec![Rgb8Pixel::default(); pixels]);
        Ok(Canvas { app, counter, window, intents, buffer, size })
    }

    /// Shows a screen and lets all movement end.
    pub fn show(&self, screen: &Screen) {
        self.show_only(screen);
        self.wait(SETTLED);
    }

    /// Shows a screen and lets no time pass: what a finger meets that is already on its way.
    pub fn show_only(&self, screen: &Screen) {
        self.counter.show(screen);
        self.wait(Duration::ZERO);
    }

    /// Light, dark or high contrast.
    pub fn look(&self, look: Look) {
        self.app.global::<Theme>().set_look(look);
    }

    /// The screen as it is.
    pub fn pixels(&self) -> Picture {
        self.draw();
        let buffer = self.buffer.borrow();
        let mut rgb = vec![0; 3 * buffer.len()];
        for (bytes, pixel) in rgb.as_chunks_mut::<3>().0.iter_mut().zip(buffer.iter()) {
            *bytes = [pixel.r, pixel.g, pixel.b];
        }
        Picture { width: self.size.width, height: self.size.height, rgb }
    }

    /// The screen as it is, as a PNG file.
    pub fn png(&self) -> Result<Vec<u8>, WindowError> {
        self.pixels().png()
    }

    /// Lets time pass.
    pub fn wait(&self, time: Duration) {
        // In steps, because what one step changes may start the next thing: a list that grew scrolls a moment later.
        platform::tell(Duration::ZERO);
        for _ in 0..STEPS {
            self.draw();
            platform::tell(time / STEPS);
        }
    }

    /// Touches the first enabled thing with this label at its middle. Answers what was wanted.
    pub fn click(&self, label: &str) -> Result<Vec<Intent>, WindowError> {
        let element = self
            .elements()
            .into_iter()
            .find(|element| element.label == label && element.enabled && element.role != "text")
            .ok_or_else(|| WindowError::NoElement(label.into()))?;
        let (x, y, width, height) = element.place;
        Ok(self.click_at(x + width / 2.0, y + height / 2.0))
    }

    /// Touches a place, in pixels from the upper left. Answers what was wanted.
    pub fn click_at(&self, x: f32, y: f32) -> Vec<Intent> {
        let position = LogicalPosition::new(x, y);
        let button = PointerEventButton::Left;
        self.window.dispatch_event(WindowEvent::PointerMoved { position });
        self.window.dispatch_event(WindowEvent::PointerPressed { position, button });
        self.wait(Duration::from_millis(60));
        self.window.dispatch_event(WindowEvent::PointerReleased { position, button });
        self.window.dispatch_event(WindowEvent::PointerExited);
        self.wait(Duration::from_millis(20));
        self.take()
    }

    /// Turns the wheel at a place by so many pixels, and draws what comes of it.
    pub fn turn_wheel(&self, x: f32, y: f32, by: f32) {
        let position = LogicalPosition::new(x, y);
        self.window.dispatch_event(WindowEvent::PointerScrolled { position, delta_x: 0.0, delta_y: by });
        platform::tell(Duration::from_millis(16));
        self.draw();
    }

    /// Presses one key: `Enter`, `Esc`, `Del`, `Tab`, `Up`, `F2`, or a single character; `Ctrl+P` and the like together.
    pub fn key(&self, name: &str) -> Result<Vec<Intent>, WindowError> {
        self.stroke(name)?;
        self.wait(TYPING_GAP);
        Ok(self.take())
    }

    /// Types at a person's speed, without Enter.
    pub fn type_text(&self, text: &str) -> Vec<Intent> {
        for character in text.chars() {
            // A single character always has a key.
            let _ = self.stroke(character.encode_utf8(&mut [0; 4]));
            self.wait(TYPING_GAP);
        }
        self.take()
    }

    /// Types as a scanner that plays keyboard does: fast, with Enter at the end.
    pub fn wedge(&self, code: &str) -> Vec<Intent> {
        for character in code.chars() {
            let _ = self.stroke(character.encode_utf8(&mut [0; 4]));
            self.wait(SCANNER_GAP);
        }
        let _ = self.stroke("Enter");
        self.wait(SCANNER_GAP);
        self.take()
    }

    /// Everything on the screen that bears a name, in reading order of the tree.
    pub fn elements(&self) -> Vec<Element> {
        super::elements::of(&self.app)
    }

    /// Whether a text or a label with exactly this wording is on the screen.
    pub fn says(&self, words: &str) -> bool {
        self.elements().iter().any(|element| element.label == words)
    }

    /// Every widget in every state instead of a screen.
    pub fn gallery(&self) {
        self.app.global::<super::generated::Till>().set_gallery(true);
        self.wait(SETTLED);
    }

    /// What the window says for a key in the language that is shown.
    pub fn word(&self, key: &str) -> String {
        self.app.global::<super::generated::Words>().invoke_say(key.into()).into()
    }

    /// Each ink with the ground it stands on, in the present look: name, ink and ground as red, green, blue.
    pub fn inks(&self) -> Vec<(String, [u8; 3], [u8; 3])> {
        let parts = |colour: slint::Color| [colour.red(), colour.green(), colour.blue()];
        let pairs = self.app.global::<Theme>().get_pairs();
        pairs.iter().map(|pair| (pair.name.to_string(), parts(pair.ink), parts(pair.ground))).collect()
    }

    /// Whether a key that means nothing arrives at the window: something has the keyboard.
    pub fn hears_keys(&self) -> bool {
        let before = self.counter.strokes();
        let text: slint::SharedString = slint::platform::Key::Shift.into();
        self.window.dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
        self.window.dispatch_event(WindowEvent::KeyReleased { text });
        self.counter.strokes() > before
    }

    /// What the person typed so far.
    pub fn entry(&self) -> String {
        self.app.global::<super::generated::Till>().get_entry().into()
    }

    /// Draws what changed. Lists make their rows only when they are drawn.
    fn draw(&self) {
        self.window.draw_if_needed(|renderer| {
            renderer.render(&mut self.buffer.borrow_mut(), self.size.width as usize);
        });
    }

    fn stroke(&self, name: &str) -> Result<(), WindowError> {
        let held = name.rsplit_once('+').filter(|(held, key)| !held.is_empty() && !key.is_empty());
        let names = held.map_or_else(|| vec![name], |(held, key)| held.split('+').chain([key]).collect());
        let mut down: Vec<slint::SharedString> = Vec::new();
        for part in names {
            let text = Stroke::text(part).ok_or_else(|| WindowError::NoElement(name.into()))?;
            self.window.dispatch_event(WindowEvent::KeyPressed { text: text.as_str().into() });
            down.push(text.into());
        }
        for text in down.into_iter().rev() {
            self.window.dispatch_event(WindowEvent::KeyReleased { text });
        }
        Ok(())
    }

    fn take(&self) -> Vec<Intent> {
        std::mem::take(&mut *self.intents.borrow_mut())
    }
}

impl Drop for Canvas {
    fn drop(&mut self) {
        // The window holds itself while it is shown.
        let _ = self.app.hide();
    }
}

impl Picture {
    /// As a PNG file.
    pub fn png(&self) -> Result<Vec<u8>, WindowError> {
        let fault = |error: png::EncodingError| WindowError::Picture(error.to_string());
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        // Screens are flat; the quickest way already makes them small.
        encoder.set_compression(png::Compression::Fastest);
        let mut writer = encoder.write_header().map_err(fault)?;
        writer.write_image_data(&self.rgb).map_err(fault)?;
        writer.finish().map_err(fault)?;
        Ok(file)
    }

    pub(super) fn from_snapshot(taken: slint::SharedPixelBuffer<slint::Rgba8Pixel>) -> Picture {
        let rgb = taken.as_slice().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
        Picture { width: taken.width(), height: taken.height(), rgb }
    }
}
