//! A person at a terminal: sees its screen as data, finds what it shows by name, and does all else by hand.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use simulation::shop::{Good, Shop};
use simulation::street::Till;
use ui::screen::{Panel, Screen};
use ui::{Element, Intent};
use words::{Languages, Words};

use super::hand::Hand;
use crate::store::Store;

/// How long one answer may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How long a payment in doubt may take to settle.
const LONG_PATIENCE: Duration = Duration::from_secs(120);
/// How long a thing that happens at once may take.
const MOMENT: Duration = Duration::from_millis(700);
/// Questions that one wish leads to.
const QUESTIONS_MAX: usize = 6;
/// Pause between two looks for a thing that moves into place.
const LOOK_EVERY: Duration = Duration::from_millis(40);

/// The person, and what she sits at.
pub struct Desk<'a> {
    /// The store around her.
    pub store: Store,
    /// What it sells.
    pub shop: &'a Shop,
    /// The screen as data.
    pub till: Till,
    /// Her hand.
    pub hand: Hand,
    /// The words on the screen.
    pub words: Words,
    scans: u32,
}

impl<'a> Desk<'a> {
    /// Sits down at the till of an open store.
    pub fn sit(store: Store, shop: &'a Shop, display: &str) -> Result<Desk<'a>> {
        let till = Till::connect(&store.till.control, PATIENCE)?;
        let hand = Hand::at(display)?;
        hand.take_window()?;
        Ok(Desk { store, shop, till, hand, words: Languages::built_in().of("zh-CN"), scans: 0 })
    }

    /// Touches, keys and scans so far.
    pub fn counted(&self) -> (u32, u32, u32) {
        (self.hand.taps, self.hand.strokes, self.scans)
    }

    /// A picture of the window.
    pub fn picture(&mut self, path: &Path) -> Result<()> {
        Ok(self.till.picture(path, PATIENCE)?)
    }

    /// Waits until the screen is as wanted.
    pub fn wait(&self, waiting_for: &str, wanted: impl FnMut(&Screen) -> bool) -> Result<Screen> {
        Ok(self.till.wait(waiting_for, PATIENCE, wanted)?.0)
    }

    /// Touches the thing of that name, once it is there, stands still and can be touched.
    pub fn tap(&mut self, label: &str) -> Result<()> {
        self.tap_first(label, |element| element.label == label)
    }

    /// Touches the first thing that is as wanted; `name` is for messages.
    pub fn tap_first(&mut self, name: &str, wanted: impl Fn(&Element) -> bool) -> Result<()> {
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

    /// Touches the key of something that can be begun, by its id; opens the sheet when it stands there.
    pub fn begin(&mut self, id: &str) -> Result<()> {
        let screen = self.wait("the end of what was written", |screen| match &screen.panel {
            Panel::Pay { busy, .. } => !busy,
            _ => true,
        })?;
        let told = screen.actions.iter().find(|action| action.id == id).map(|action| action.label.clone());
        let label = told.unwrap_or_else(|| self.words.say(&format!("till-action-{id}")));
        let is_it = |element: &Element| element.label == label || element.label.starts_with(&format!("{label} "));
        let in_sight = |element: &Element| element.enabled && element.role != "text" && is_it(element);
        if !self.till.elements(PATIENCE)?.iter().any(in_sight) {
            let more = self.words.say("till-action-more");
            self.tap_first(&more, |element| element.role == "button" && element.label.starts_with(&more))?;
        }
        self.tap_first(&label, is_it)
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
                None => self.hand.press("Enter")?,
            }
            let version = screen.version;
            self.wait("what follows an answer", |screen| screen.version > version)?;
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

    /// Whether the screen comes to be as wanted within a moment.
    pub fn settles(&self, wanted: impl FnMut(&Screen) -> bool) -> bool {
        self.till.wait("a moment", MOMENT, wanted).is_ok()
    }

    /// As [`Desk::wait`], for what takes a provider's time.
    pub fn wait_long(&self, waiting_for: &str, wanted: impl FnMut(&Screen) -> bool) -> Result<Screen> {
        Ok(self.till.wait(waiting_for, LONG_PATIENCE, wanted)?.0)
    }

    /// Scans a code and waits for its answer.
    pub fn scan(&mut self, code: &str) -> Result<Screen> {
        self.scans += 1;
        let before = self.till.screen().scans_answered;
        ensure!(self.store.counter.scanner.scan(code), "the scanner is not plugged in");
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
            self.till.wish(&wish)?;
            let version = screen.version;
            let _ = self.till.wait("an answer", Duration::from_secs(2), |screen| screen.version > version);
        }
        let screen = self.till.screen();
        ensure!(
            matches!(screen.panel, Panel::Sell { .. } | Panel::Change { .. }),
            "the till does not come to rest after a task that failed"
        );
        Ok(())
    }
}
