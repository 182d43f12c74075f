//! A place for windows where there is no window system: pixels in memory, and either the real clock with an event
//! loop (for [`super::Window`]) or a clock that is told (for [`super::Canvas`]).

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{EventLoopProxy, Platform, WindowAdapter};
use slint::{EventLoopError, PlatformError};

thread_local! {
    /// Time told to this thread's canvases.
    static TOLD: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    /// The window made last, for the canvas that asked for it.
    static NEWEST: RefCell<Option<Rc<MinimalSoftwareWindow>>> = const { RefCell::new(None) };
    static TELLING: Cell<bool> = const { Cell::new(false) };
}

/// Time since the program's first question, by the real clock.
pub(super) fn now() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

/// The time that was told on this thread.
pub(super) fn told() -> Duration {
    TOLD.with(Cell::get)
}

/// Moves this thread's told time on, and with it animations and timers.
pub(super) fn tell(step: Duration) {
    TOLD.with(|told| told.set(told.get() + step));
    slint::platform::update_timers_and_animations();
}

/// Makes this thread a place for canvases. Says why when something else holds it.
pub(super) fn install_told() -> Result<(), String> {
    if TELLING.with(Cell::get) {
        return Ok(());
    }
    slint::platform::set_platform(Box::new(Still { clock: Clock::Told, queue: None }))
        .map_err(|error| format!("this thread has a window already: {error}"))?;
    TELLING.with(|telling| telling.set(true));
    Ok(())
}

/// Makes this thread a place for one window with an event loop but no display.
pub(super) fn install_with_loop() -> Result<(), String> {
    slint::platform::set_platform(Box::new(Still { clock: Clock::Real, queue: Some(Queue::default()) }))
        .map_err(|error| error.to_string())
}

/// The window behind the component that was just made.
pub(super) fn newest() -> Option<Rc<MinimalSoftwareWindow>> {
    NEWEST.with(|newest| newest.borrow_mut().take())
}

enum Clock {
    Real,
    Told,
}

struct Still {
    clock: Clock,
    queue: Option<Queue>,
}

impl Platform for Still {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
        NEWEST.with(|newest| newest.replace(Some(window.clone())));
        Ok(window)
    }

    fn duration_since_start(&self) -> Duration {
        match self.clock {
            Clock::Real => now(),
            Clock::Told => told(),
        }
    }

    fn run_event_loop(&self) -> Result<(), PlatformError> {
        let Some(queue) = &self.queue else { return Err(PlatformError::NoEventLoopProvider) };
        loop {
            slint::platform::update_timers_and_animations();
            let wait = slint::platform::duration_until_next_timer_update().unwrap_or(LOOP_NAP_MAX).min(LOOP_NAP_MAX);
            match queue.next(wait) {
                Some(Task::Run(task)) => task(),
                Some(Task::Quit) => {
                    queue.close();
                    return Ok(());
                }
                None => {}
            }
        }
    }

    fn new_event_loop_proxy(&self) -> Option<Box<dyn EventLoopProxy>> {
        self.queue.clone().map(|queue| Box::new(queue) as Box<dyn EventLoopProxy>)
    }
}

/// The loop looks up at least this often.
const LOOP_NAP_MAX: Duration = Duration::from_millis(250);
/// Tasks that may wait; screens coalesce before they come here, so that more is a fault.
const TASKS_MAX: usize = 1024;

enum Task {
    Run(Box<dyn FnOnce() + Send>),
    Quit,
}

#[derive(Clone, Default)]
struct Queue(Arc<(Mutex<Tasks>, Condvar)>);

#[derive(Default)]
struct Tasks {
    waiting: VecDeque<Task>,
    /// The loop has ended; whoever comes later must learn it.
    closed: bool,
}

impl Queue {
    fn next(&self, wait: Duration) -> Option<Task> {
        let tasks = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut tasks, _) = self
            .0
            .1
            .wait_timeout_while(tasks, wait, |tasks| tasks.waiting.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        tasks.waiting.pop_front()
    }

    fn close(&self) {
        let mut tasks = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.closed = true;
        tasks.waiting.clear();
    }

    fn push(&self, task: Task) -> Result<(), EventLoopError> {
        let mut tasks = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tasks.closed || tasks.waiting.len() >= TASKS_MAX {
            return Err(EventLoopError::EventLoopTerminated);
        }
        tasks.waiting.push_back(task);
        self.0.1.notify_one();
        Ok(())
    }
}

impl EventLoopProxy for Queue {
    fn quit_event_loop(&self) -> Result<(), EventLoopError> {
        self.push(Task::Quit)
    }

    fn invoke_from_event_loop(&self, event: Box<dyn FnOnce() + Send>) -> Result<(), EventLoopError> {
        self.push(Task::Run(event))
    }
}
