//! The shopper's window beside the till's: shows a [`Shopper`], reports nothing. It draws only when something changed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use slint::platform::WindowEvent;
use slint::platform::software_renderer::MinimalSoftwareWindow;
use slint::{
    CloseRequestResponse, ComponentHandle, Image, ModelRc, PhysicalPosition, PhysicalSize, Rgb8Pixel, Timer, TimerMode,
    VecModel,
};

use super::generated::{self, Look, ShopperOff, ShopperRow, ShopperWindow, Theme, Words};
use super::view::pictures;
use super::{Backend, Picture, Window, WindowError, code, platform};
use crate::Shopper;
use crate::screen::Line;
use crate::shopper::ShopperStep;

/// Lines that are shown; more are far above the end, which is what is seen.
const LINES_MAX: usize = 60;
/// How long one of the shop's pictures stays.
const ADVERT_STAYS: Duration = Duration::from_secs(8);
/// Pictures that are shown in turn.
const ADVERTS_MAX: usize = 50;
/// How long a picture of the window may take.
const PICTURE_WAIT_MAX: Duration = Duration::from_secs(5);

/// Where the shopper's window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A window of that size in pixels.
    Sized(u32, u32),
    /// The whole of the display on which this pixel of the desktop is.
    WholeAt(i32, i32),
}

/// The shopper's window. Stays on the thread of the till's.
pub struct ShopperScreen {
    board: Rc<Board>,
    spot: Spot,
    mailbox: Mailbox,
}

type Mailbox = Arc<Mutex<Mail>>;

#[derive(Default)]
struct Mail {
    waiting: Option<Shopper>,
    /// The newest that was handed in: the same again is not.
    last: Option<Shopper>,
}

/// Reaches the shopper's window from any thread.
#[derive(Clone)]
pub struct ShopperHandle {
    window: slint::Weak<ShopperWindow>,
    mailbox: Mailbox,
}

impl ShopperScreen {
    /// Opens the shopper's window beside the till's, which it closes with.
    pub fn open(till: &Window, backend: Backend, spot: Spot) -> Result<ShopperScreen, WindowError> {
        let window = ShopperWindow::new().map_err(|error| WindowError::Open(error.to_string()))?;
        match (backend, spot) {
            (Backend::Headless { .. }, Spot::Sized(width, height)) => {
                window.window().set_size(PhysicalSize::new(width, height));
            }
            (Backend::Headless { width, height }, Spot::WholeAt(..)) => {
                window.window().set_size(PhysicalSize::new(width, height));
            }
            (Backend::Desktop, Spot::Sized(width, height)) => {
                window.window().set_size(slint::LogicalSize::new(width as f32, height as f32));
            }
            (Backend::Desktop, Spot::WholeAt(..)) => {}
        }
        // The loop runs until its last window is gone: the shopper's must not keep it, nor end before the till's.
        window.window().on_close_requested(|| CloseRequestResponse::KeepWindowShown);
        till.on_close(|| {
            let _ = slint::quit_event_loop();
        });
        let board = Board::new(window);
        let mailbox = Mailbox::default();
        let (reader, taken) = (Rc::downgrade(&board), mailbox.clone());
        board.window.global::<generated::Shopper>().on_mail(move || {
            let mail = taken.lock().unwrap_or_else(PoisonError::into_inner).waiting.take();
            if let (Some(shopper), Some(board)) = (mail, reader.upgrade()) {
                board.show(&shopper);
            }
        });
        Ok(ShopperScreen { board, spot, mailbox })
    }

    /// A handle for other threads.
    pub fn handle(&self) -> ShopperHandle {
        ShopperHandle { window: self.board.window.as_weak(), mailbox: self.mailbox.clone() }
    }

    /// Light, dark or high contrast.
    pub fn look(&self, look: Look) {
        self.board.window.global::<Theme>().set_look(look);
    }

    /// Makes the window seen. To be called before the till's window runs.
    pub fn show(&self) -> Result<(), WindowError> {
        self.board.window.show().map_err(|error| WindowError::Run(error.to_string()))?;
        if let Spot::WholeAt(x, y) = self.spot {
            self.board.window.window().set_position(PhysicalPosition::new(x, y));
            self.board.window.window().set_fullscreen(true);
        }
        Ok(())
    }
}

impl Drop for ShopperScreen {
    fn drop(&mut self) {
        let _ = self.board.window.hide();
    }
}

impl ShopperHandle {
    /// Shows a screen soon; the one that is shown already costs nothing. Of several that arrive before the window gets to
    /// it, only the last is shown.
    pub fn show(&self, shopper: Shopper) -> Result<(), WindowError> {
        let waits = {
            let mut mail = self.mailbox.lock().unwrap_or_else(PoisonError::into_inner);
            if mail.last.as_ref() == Some(&shopper) {
                return Ok(());
            }
            mail.last = Some(shopper.clone());
            mail.waiting.replace(shopper).is_some()
        };
        if waits {
            return Ok(());
        }
        let told = self.window.upgrade_in_event_loop(|window| window.global::<generated::Shopper>().invoke_mail());
        told.map_err(|_| {
            *self.mailbox.lock().unwrap_or_else(PoisonError::into_inner) = Mail::default();
            WindowError::Gone
        })
    }

    /// A picture of the window as PNG, as it is at that moment. Waits at most five seconds; never call it on the window's
    /// own thread.
    pub fn picture(&self) -> Result<Vec<u8>, WindowError> {
        let (send, receive) = sync_channel(1);
        let asked = self.window.upgrade_in_event_loop(move |window| {
            let taken = window.window().take_snapshot().map_err(|error| WindowError::Picture(error.to_string()));
            let _ = send.send(taken.map(Picture::from_snapshot));
        });
        asked.map_err(|_| WindowError::Gone)?;
        receive.recv_timeout(PICTURE_WAIT_MAX).map_err(|_| WindowError::Gone)??.png()
    }
}

/// The shopper's window in memory, for pictures and tests. Stays on the thread that made it.
pub struct ShopperCanvas {
    board: Rc<Board>,
    window: Rc<MinimalSoftwareWindow>,
    /// What was drawn: only what changed is drawn into it.
    buffer: RefCell<Vec<Rgb8Pixel>>,
    size: PhysicalSize,
}

impl ShopperCanvas {
    /// An empty one of that size in pixels.
    pub fn new(width: u32, height: u32) -> Result<ShopperCanvas, WindowError> {
        platform::install_told().map_err(WindowError::Open)?;
        let window = ShopperWindow::new().map_err(|error| WindowError::Open(error.to_string()))?;
        window.show().map_err(|error| WindowError::Open(error.to_string()))?;
        let canvas = platform::newest().ok_or_else(|| WindowError::Open("no canvas was made".into()))?;
        let size = PhysicalSize::new(width, height);
        canvas.set_size(size);
        canvas.dispatch_event(WindowEvent::WindowActiveChanged(true));
        let pixels = usize::try_from(u64::from(width) * u64::from(height)).unwrap_or(0);
        let buffer = RefCell::new(vec![Rgb8Pixel::default(); pixels]);
        Ok(ShopperCanvas { board: Board::new(window), window: canvas, buffer, size })
    }

    /// Shows a screen.
    pub fn show(&self, shopper: &Shopper) {
        self.board.show(shopper);
        self.wait(Duration::from_millis(500));
    }

    /// Light, dark or high contrast.
    pub fn look(&self, look: Look) {
        self.board.window.global::<Theme>().set_look(look);
    }

    /// Lets time pass.
    pub fn wait(&self, time: Duration) {
        platform::tell(Duration::ZERO);
        platform::tell(time);
    }

    /// Draws what changed since the last time; whether anything did.
    pub fn draw(&self) -> bool {
        let mut buffer = self.buffer.borrow_mut();
        let width = usize::try_from(self.size.width).unwrap_or(0);
        self.window.draw_if_needed(|renderer| {
            renderer.render(&mut buffer, width);
        })
    }

    /// The screen as it is.
    pub fn pixels(&self) -> Picture {
        self.draw();
        let rgb = self.buffer.borrow().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
        Picture { width: self.size.width, height: self.size.height, rgb }
    }

    /// The screen as it is, as a PNG file.
    pub fn png(&self) -> Result<Vec<u8>, WindowError> {
        self.pixels().png()
    }
}

impl Drop for ShopperCanvas {
    fn drop(&mut self) {
        let _ = self.board.window.hide();
    }
}

/// The window with what it shows.
struct Board {
    window: ShopperWindow,
    rows: Rc<VecModel<ShopperRow>>,
    lines: RefCell<Vec<Line>>,
    adverts: RefCell<Vec<String>>,
    at: Cell<usize>,
    turn: Timer,
}

impl Board {
    fn new(window: ShopperWindow) -> Rc<Board> {
        let rows = Rc::new(VecModel::default());
        let face = window.global::<generated::Shopper>();
        face.set_rows(ModelRc::from(rows.clone()));
        face.on_draw_code(|text, pixels| code::drawn(&text, usize::try_from(pixels).unwrap_or(0)));
        Rc::new(Board {
            window,
            rows,
            lines: RefCell::default(),
            adverts: RefCell::default(),
            at: Cell::new(0),
            turn: Timer::default(),
        })
    }

    fn show(self: &Rc<Self>, shopper: &Shopper) {
        self.window.global::<Words>().set_tag(shopper.language.as_str().into());
        let face = self.window.global::<generated::Shopper>();
        self.show_lines(&shopper.lines);
        face.set_newest(shopper.newest.and_then(|no| i32::try_from(no).ok()).unwrap_or(0));
        face.set_said(said(shopper).into());
        for (set, text) in [
            (generated::Shopper::set_store as fn(&_, _), &shopper.store),
            (generated::Shopper::set_title, &shopper.title),
            (generated::Shopper::set_help, &shopper.help),
            (generated::Shopper::set_icon, &shopper.icon),
            (generated::Shopper::set_count, &shopper.count),
            (generated::Shopper::set_total, &shopper.total),
            (generated::Shopper::set_total_of, &shopper.total_of),
            (generated::Shopper::set_saved, &shopper.saved),
            (generated::Shopper::set_member, &shopper.member),
            (generated::Shopper::set_amount, &shopper.amount),
            (generated::Shopper::set_amount_of, &shopper.amount_of),
        ] {
            set(&face, text.as_str().into());
        }
        let modules = code::modules(&shopper.code);
        face.set_code(modules.map_or("", |_| shopper.code.as_str()).into());
        face.set_code_modules(modules.and_then(|count| i32::try_from(count).ok()).unwrap_or(0));
        let picture = pictures::picture(&shopper.picture);
        face.set_pictured(picture.size().width > 0);
        face.set_picture(picture);
        let newest = shopper.lines.iter().find(|line| Some(line.no) == shopper.newest);
        let (initial, tint) = newest.map(|line| pictures::stand_in(&line.name)).unwrap_or_default();
        face.set_initial(initial);
        face.set_tint(tint);
        self.show_adverts(shopper);
        face.set_step(step(shopper.step));
    }

    /// Only rows that differ are made anew.
    fn show_lines(&self, lines: &[Line]) {
        let newest = &lines[lines.len().saturating_sub(LINES_MAX)..];
        let mut shown = self.lines.borrow_mut();
        while shown.len() > newest.len() {
            shown.pop();
            self.rows.remove(shown.len());
        }
        for (at, line) in newest.iter().enumerate() {
            match shown.get_mut(at) {
                Some(before) if before == line => {}
                Some(before) => {
                    before.clone_from(line);
                    slint::Model::set_row_data(&*self.rows, at, row(line));
                }
                None => {
                    shown.push(line.clone());
                    self.rows.push(row(line));
                }
            }
        }
    }

    /// The shop's pictures, one after the other while nobody is served.
    fn show_adverts(self: &Rc<Self>, shopper: &Shopper) {
        let pictures = match shopper.step {
            ShopperStep::Idle => &shopper.pictures[..shopper.pictures.len().min(ADVERTS_MAX)],
            _ => &[],
        };
        if *self.adverts.borrow() == pictures {
            return;
        }
        self.adverts.replace(pictures.to_vec());
        self.turn.stop();
        self.turn_advert();
        if pictures.len() > 1 {
            let board = Rc::downgrade(self);
            self.turn.start(TimerMode::Repeated, ADVERT_STAYS, move || {
                if let Some(board) = board.upgrade() {
                    board.turn_advert();
                }
            });
        }
    }

    /// The next one that can be drawn. One is in memory at a time.
    fn turn_advert(&self) {
        let adverts = self.adverts.borrow();
        let mut drawn = Image::default();
        for _ in 0..adverts.len() {
            let at = self.at.get() % adverts.len();
            self.at.set(at + 1);
            drawn = pictures::poster(&adverts[at]);
            if drawn.size().width > 0 {
                break;
            }
        }
        let face = self.window.global::<generated::Shopper>();
        face.set_advertised(drawn.size().width > 0);
        face.set_advert(drawn);
    }
}

/// What a screen reader says of the line that was just scanned.
fn said(shopper: &Shopper) -> String {
    let line = shopper.lines.iter().find(|line| Some(line.no) == shopper.newest);
    line.map(|line| format!("{} {}", line.name, line.amount)).unwrap_or_default()
}

fn row(line: &Line) -> ShopperRow {
    let off = line
        .below
        .iter()
        .map(|below| ShopperOff { text: below.text.as_str().into(), amount: below.amount.as_str().into() });
    ShopperRow {
        no: i32::try_from(line.no).unwrap_or(0),
        name: line.name.as_str().into(),
        detail: line.detail.as_str().into(),
        amount: line.amount.as_str().into(),
        returned: line.returned,
        off: ModelRc::new(VecModel::from(off.collect::<Vec<_>>())),
    }
}

fn step(step: ShopperStep) -> generated::ShopperStep {
    match step {
        ShopperStep::Idle => generated::ShopperStep::Idle,
        ShopperStep::Closed => generated::ShopperStep::Closed,
        ShopperStep::Goods => generated::ShopperStep::Goods,
        ShopperStep::Pay => generated::ShopperStep::Pay,
        ShopperStep::InDoubt => generated::ShopperStep::InDoubt,
        ShopperStep::Thanks => generated::ShopperStep::Thanks,
    }
}
