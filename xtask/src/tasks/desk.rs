//! A person at a terminal: sees its screen as data, finds what it shows by name, and does all else by hand.

use std::cell::RefCell;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use simulation::counter::Paper;
use simulation::shop::{Good, Shop};
use simulation::street::Till;
use ui::screen::{Panel, Screen};
use ui::{Element, Intent};
use words::{Languages, Words};

use super::hand::Hand;
use crate::store::Station;

/// How long one answer may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How long a payment in doubt may take to settle.
const LONG_PATIENCE: Duration = Duration::from_secs(120);
/// How long a thing that happens at once may take.
const MOMENT: Duration = Duration::from_millis(700);
/// How long a person looks at a screen that has become another one before she touches it. Windows take no touch for a
/// moment after their step has changed, since it was meant for the step before.
const LOOKS: Duration = Duration::from_millis(600);
/// Questions that one wish leads to.
const QUESTIONS_MAX: usize = 6;
/// Drags until the end of a sheet is reached.
const DRAGS_MAX: usize = 6;
/// Room between what is touched and the row of keys, in pixels.
const ABOVE_KEYS: f32 = 20.0;
/// No drag ends above this.
const SHEET_TOP: f32 = 150.0;
/// Pause between two looks for a thing that moves into place.
const LOOK_EVERY: Duration = Duration::from_millis(40);

/// The person, and the terminal at which she is.
pub struct Desk<'a> {
    /// What the store sells.
    pub shop: &'a Shop,
    /// The devices within her reach.
    pub at: Station,
    /// The screen as data.
    pub till: Till,
    /// Her hand.
    pub hand: Hand,
    /// The words on the screen.
    pub words: Words,
    scans: u32,
    /// The step that she has seen last, and when something became another thing last.
    step: RefCell<(String, Instant)>,
}

impl<'a> Desk<'a> {
    /// Sits down at a terminal by its control socket, before its window.
    pub fn sit(control: &Path, at: Station, shop: &'a Shop, display: &str) -> Result<Desk<'a>> {
        let till = Till::connect(control, PATIENCE)?;
        let hand = Hand::at(display)?;
        hand.take_window()?;
        let step = RefCell::new((String::new(), Instant::now()));
        Ok(Desk { shop, at, till, hand, words: Languages::built_in().of("zh-CN"), scans: 0, step })
    }

    /// Touches, keys and scans so far.
    pub fn counted(&self) -> (u32, u32, u32) {
        (self.hand.taps, self.hand.strokes, self.scans)
    }

    /// Goes on counting from there.
    pub fn counts_from(&mut self, (taps, strokes, scans): (u32, u32, u32)) {
        (self.hand.taps, self.hand.strokes, self.scans) = (taps, strokes, scans);
    }

    /// Wishes something without a hand, and waits a little for what comes of it.
    pub fn wish_and_wait(&mut self, wish: &Intent) -> Result<()> {
        let version = self.till.screen().version;
        self.till.wish(wish)?;
        let _ = self.till.wait("an answer", Duration::from_secs(2), |screen| screen.version > version);
        Ok(())
    }

    /// A picture of the window.
    pub fn picture(&mut self, path: &Path) -> Result<()> {
        Ok(self.till.picture(path, PATIENCE)?)
    }

    /// Waits until the screen is as wanted.
    pub fn wait(&self, waiting_for: &str, wanted: impl FnMut(&Screen) -> bool) -> Result<Screen> {
        self.wait_within(PATIENCE, waiting_for, wanted)
    }

    /// Touches the thing of that name, once it is there, stands still and can be touched.
    pub fn tap(&mut self, label: &str) -> Result<()> {
        self.tap_first(label, |element| element.label == label)
    }

    /// Touches the first thing that is as wanted; `name` is for messages.
    pub fn tap_first(&mut self, name: &str, wanted: impl Fn(&Element) -> bool) -> Result<()> {
        self.look()?;
        let until = Instant::now() + PATIENCE;
        let mut before: Option<Element> = None;
        loop {
            let elements = self.till.elements(PATIENCE)?;
            let found = elements.iter().find(|element| element.enabled && element.role != "text" && wanted(element));
            match found {
                // Seen twice at the same place: it does not move any more.
                Some(found) if before.as_ref() == Some(found) => {
                    let (x, y, width, height) = found.place;
                    return self.hand.tap(x + width / 2.0, y + height / 2.0);
                }
                found => before = found.cloned(),
            }
            if Instant::now() > until {
                let names: Vec<&str> = elements.iter().map(|element| element.label.as_str()).collect();
                bail!("nothing on the screen is called {name}; there is: {}", names.join(" | "));
            }
            thread::sleep(LOOK_EVERY);
        }
    }

    /// Presses a key of the keyboard, as [`Hand::press`] names them.
    pub fn press(&mut self, name: &str) -> Result<()> {
        self.look()?;
        self.hand.press(name)
    }

    /// Types at a quick person's pace.
    pub fn type_text(&mut self, text: &str) -> Result<()> {
        self.look()?;
        self.hand.type_text(text)
    }

    /// Time passes in which she does nothing.
    pub fn wait_a_moment(&self) {
        thread::sleep(LOOKS);
    }

    /// Looks at the screen before she does something, for a while when it has just become another one.
    fn look(&mut self) -> Result<()> {
        self.sees(&self.till.screen(), false);
        if self.step.borrow().1.elapsed() < LOOKS {
            // What the window shows is at least as new as the screen as data from here on.
            self.till.elements(PATIENCE)?;
            thread::sleep(LOOKS);
        }
        Ok(())
    }

    /// Notices that the step is another one, or that something came that was waited for.
    fn sees(&self, screen: &Screen, waited: bool) {
        let step = step_of(screen);
        let mut seen = self.step.borrow_mut();
        if waited || seen.0 != step {
            *seen = (step, Instant::now());
        }
    }

    fn wait_within(
        &self,
        patience: Duration,
        waiting_for: &str,
        wanted: impl FnMut(&Screen) -> bool,
    ) -> Result<Screen> {
        let before = self.till.screen();
        self.sees(&before, false);
        let (screen, _) = self.till.wait(waiting_for, patience, wanted)?;
        self.sees(&screen, screen.version != before.version);
        Ok(screen)
    }

    /// Touches a key of the self-checkout or of the stock desk by its id, once it can be touched.
    pub fn touch(&mut self, id: &str) -> Result<()> {
        let label = |screen: &Screen| {
            let keys = match (&screen.kiosk, &screen.stock) {
                (Some(kiosk), _) => &kiosk.keys,
                (None, Some(stock)) => &stock.keys,
                (None, None) => return None,
            };
            keys.iter().find(|key| key.id == id && key.enabled).map(|key| key.label.clone())
        };
        let screen = self.wait(&format!("the key {id}"), |screen| label(screen).is_some())?;
        let label = label(&screen).unwrap_or_default();
        self.tap_first(&label, |element| element.role == "button" && element.label == label)
    }

    /// Touches the digits of the keys on the screen.
    pub fn touch_digits(&mut self, digits: &str) -> Result<()> {
        digits.chars().try_for_each(|digit| self.tap(&digit.to_string()))
    }

    /// Touches the key of something that can be begun, by its id; opens the sheet when it stands there.
    pub fn begin(&mut self, id: &str) -> Result<()> {
        let screen = self.wait("the end of what was written", |screen| match &screen.panel {
            Panel::Pay { busy, .. } => !busy,
            _ => true,
        })?;
        let told = screen.actions.iter().find(|action| action.id == id).map(|action| action.label.clone());
        let label = told.unwrap_or_else(|| self.words.say(&format!("till-action-{id}")));
        let is_it = |element: &Element| element.label == label;
        let in_sight = |element: &Element| element.enabled && element.role != "text" && is_it(element);
        if !self.elements()?.iter().any(in_sight) {
            self.open_sheet()?;
            self.scroll_sheet_to(in_sight)?;
        }
        self.tap_first(&label, is_it)
    }

    /// Opens the sheet of everything that can be begun.
    fn open_sheet(&mut self) -> Result<()> {
        let (more, close) = (self.words.say("till-action-more"), self.words.say("till-key-close"));
        if self.shows(&close)? {
            return Ok(());
        }
        self.tap_first(&more, |element| element.role == "button" && element.label.starts_with(&more))?;
        self.shows_soon(&close)
    }

    /// Drags the sheet until what is looked for stands above the row of keys.
    fn scroll_sheet_to(&mut self, wanted: impl Fn(&Element) -> bool) -> Result<()> {
        let more = self.words.say("till-action-more");
        for _ in 0..DRAGS_MAX {
            let elements = self.elements()?;
            let Some(row) =
                elements.iter().find(|element| element.role == "button" && element.label.starts_with(&more))
            else {
                return Ok(());
            };
            let lowest = row.place.1 - ABOVE_KEYS;
            let found = elements.iter().find(|element| wanted(element)).map(|element| element.place);
            // What is out of sight is not told: by most of the sheet, then.
            let hidden = found.map_or(lowest, |(_, top, _, height)| top + height - lowest);
            if hidden <= 0.0 {
                return Ok(());
            }
            let (x, from) = (row.place.0, lowest - ABOVE_KEYS);
            self.hand.drag((x, from), (x, (from - hidden - ABOVE_KEYS).max(SHEET_TOP)))?;
        }
        Ok(())
    }

    /// Answers whatever is still asked: takes the first of the options, or confirms.
    pub fn answer_the_rest(&mut self) -> Result<()> {
        for _ in 0..QUESTIONS_MAX {
            let screen = self.till.screen();
            let options = match &screen.panel {
                Panel::Ask { options, .. } => options,
                Panel::Choose { choices, many: false, .. } => choices,
                _ => return Ok(()),
            };
            match options.iter().find(|option| option.enabled) {
                Some(option) => {
                    let title = option.title.clone();
                    self.tap_first(&title, |element| element.role != "text" && element.label.starts_with(&title))?;
                }
                None => self.press("Enter")?,
            }
            let asked = screen.panel;
            self.wait("what follows an answer", |screen| screen.panel != asked || screen.approval.is_some())?;
        }
        bail!("the till does not stop asking");
    }

    /// Chooses a language at the till's bar.
    pub fn choose_language(&mut self, tag: &str) -> Result<()> {
        let chooser = self.words.say("till-language");
        self.tap_first(&chooser, |element| element.label.contains(&chooser))?;
        let words = Languages::built_in().of(tag);
        let name = words.say("language-name");
        self.tap_first(&name, |element| element.role != "text" && element.label.contains(&name))?;
        self.words = words;
        Ok(())
    }

    /// As [`Desk::wait`], for as long as it may take.
    pub fn wait_for(
        &self,
        patience: Duration,
        waiting_for: &str,
        wanted: impl FnMut(&Screen) -> bool,
    ) -> Result<Screen> {
        self.wait_within(patience, waiting_for, wanted)
    }

    /// What her window shows.
    pub fn elements(&mut self) -> Result<Vec<Element>> {
        Ok(self.till.elements(PATIENCE)?)
    }

    /// Whether something of that name is on the screen.
    pub fn shows(&mut self, label: &str) -> Result<bool> {
        Ok(self.elements()?.iter().any(|element| element.label == label))
    }

    /// Waits until something of that name is on the screen.
    pub fn shows_soon(&mut self, label: &str) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        while !self.shows(label)? {
            ensure!(Instant::now() < until, "nothing on the screen is called {label}");
            thread::sleep(LOOK_EVERY);
        }
        Ok(())
    }

    /// What came out of her printer after the first `before` papers, once something did.
    pub fn papers_after(&self, before: usize) -> Result<Vec<Paper>> {
        ensure!(self.at.printer.wait_for_papers(before + 1, PATIENCE), "no paper came out of the printer");
        Ok(self.at.printer.papers().split_off(before))
    }

    /// Whether the screen comes to be as wanted within a moment.
    pub fn settles(&self, wanted: impl FnMut(&Screen) -> bool) -> bool {
        self.till.wait("a moment", MOMENT, wanted).is_ok()
    }

    /// As [`Desk::wait`], for what takes a provider's time.
    pub fn wait_long(&self, waiting_for: &str, wanted: impl FnMut(&Screen) -> bool) -> Result<Screen> {
        self.wait_within(LONG_PATIENCE, waiting_for, wanted)
    }

    /// Scans a code and waits for its answer.
    pub fn scan(&mut self, code: &str) -> Result<Screen> {
        self.scans += 1;
        let before = self.till.screen().scans_answered;
        ensure!(self.at.scanner.scan(code), "the scanner is not plugged in");
        self.wait("the answer to a scan", |screen| screen.scans_answered > before)
    }

    /// Goods by the piece that need nothing but their code.
    pub fn goods(&self, count: usize) -> Vec<Good> {
        let plain = |good: &&Good| good.label == simulation::shop::Label::Code && good.typed_code.is_none();
        self.shop.goods.iter().filter(plain).take(count).cloned().collect()
    }

    /// Rings so many goods up.
    pub fn ring_up(&mut self, count: usize) -> Result<Screen> {
        for good in self.goods(count) {
            self.scan(&good.code)?;
        }
        self.wait("the goods in the basket", |screen| screen.basket.lines.len() >= count)
    }

    /// The sale is over, and its change or thanks are on the screen.
    pub fn paid(&self) -> Result<Screen> {
        self.wait("the end of the sale", |screen| matches!(screen.panel, Panel::Change { .. }))
    }

    /// Brings the till back to an empty basket by whatever way, for the next task; counts as nobody's work.
    pub fn come_to_rest(&mut self) -> Result<()> {
        if self.shows(&self.words.say("till-key-close"))? {
            self.hand.press("Esc")?;
        }
        for _ in 0..8 {
            let screen = self.till.screen();
            let rests = matches!(screen.panel, Panel::Sell { .. } | Panel::Change { .. });
            if rests && screen.notice.is_none() && screen.approval.is_none() && screen.basket.lines.is_empty() {
                return Ok(());
            }
            let wish = match (&screen.notice, &screen.panel) {
                (Some(_), _) => Intent::Acknowledge,
                (None, Panel::Payment { can_cancel: true, .. }) => Intent::CancelPayment,
                (None, Panel::Sell { .. }) if !screen.basket.lines.is_empty() => Intent::VoidSale,
                _ => Intent::Back,
            };
            self.wish_and_wait(&wish)?;
        }
        let screen = self.till.screen();
        ensure!(
            matches!(screen.panel, Panel::Sell { .. } | Panel::Change { .. }),
            "the till does not come to rest after a task that failed"
        );
        Ok(())
    }
}

/// What tells one step of a screen from another: the panel, or the step of another face, with its title.
fn step_of(screen: &Screen) -> String {
    match (&screen.kiosk, &screen.stock) {
        (Some(kiosk), _) => format!("{:?} {} {:?}", kiosk.step, kiosk.title, kiosk.leaves_in_s.is_some()),
        (None, Some(stock)) => format!("{:?} {}", stock.step, stock.title),
        (None, None) => {
            let asked = match &screen.panel {
                Panel::Ask { title, help, .. } | Panel::Choose { title, help, .. } => format!("{title} {help}"),
                _ => String::new(),
            };
            format!("{:?} {asked} {:?}", std::mem::discriminant(&screen.panel), screen.approval.is_some())
        }
    }
}
