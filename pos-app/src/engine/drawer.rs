//! The drawer, where a switch tells how it stands: opened without the till, or standing open for too long.

use domain::drawer::{DrawerInput, DrawerNotice, DrawerRules, DrawerWatch};
use domain::event::Event;
use jiff::Timestamp;

use super::actions::Action;
use super::{Catalogue, Effect, Engine, Now, Pending, Place, Save, SaveTrouble, Trouble};

/// Reason of an opening that nobody asked the till for.
pub(crate) const FORCED: &str = "forced";
/// Such openings that wait to be written; more are told, and no more are counted.
const FORCED_MAX: u32 = 100;
/// Ticks until openings that could not be written are tried again.
const REST_TICKS: u32 = 60;

/// The drawer as its switch tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Watched {
    watch: DrawerWatch,
    /// When it was told to open while it stood open: the pulse may come when it has just been shut.
    ordered_open_at: Option<Timestamp>,
    /// Whether it has drawn a warning and still stands open.
    pub too_long: bool,
    /// Openings without the till that are not written yet.
    forced: u32,
    /// Ticks until the next try to write them.
    rests: u32,
}

impl Default for Watched {
    fn default() -> Watched {
        Watched {
            watch: DrawerWatch::new(DrawerRules::default()),
            ordered_open_at: None,
            too_long: false,
            forced: 0,
            rests: 0,
        }
    }
}

impl Engine {
    pub(super) fn drawer_moved(&mut self, now: Now, open: bool) {
        self.watch_drawer(now, if open { DrawerInput::Open } else { DrawerInput::Shut });
    }

    pub(super) fn tick_drawer(&mut self, now: Now) {
        self.drawer.rests = self.drawer.rests.saturating_sub(1);
        self.watch_drawer(now, DrawerInput::Tick);
    }

    /// The drawer is told to open, so that its opening is no surprise.
    pub(super) fn expect_drawer(&mut self, now: Now, effects: &[Effect]) {
        if !effects.contains(&Effect::OpenDrawer) {
            return;
        }
        match self.drawer.watch.is_open() {
            Some(true) => self.drawer.ordered_open_at = Some(now.at),
            Some(false) | None => self.watch_drawer(now, DrawerInput::Ordered),
        }
    }

    fn watch_drawer(&mut self, now: Now, input: DrawerInput) {
        match self.drawer.watch.step(now.at, input) {
            None | Some(DrawerNotice::Opened { ordered: true }) => {}
            Some(DrawerNotice::Opened { ordered: false }) => {
                self.drawer.forced = (self.drawer.forced + 1).min(FORCED_MAX);
                self.tell(Trouble::DrawerForced, String::new());
            }
            Some(DrawerNotice::TooLong { .. }) => {
                self.drawer.too_long = true;
                if !self.counts_cash() {
                    self.tell(Trouble::DrawerOpen, String::new());
                }
            }
            Some(DrawerNotice::Shut { .. }) => {
                self.drawer.too_long = false;
                if let Some(at) = self.drawer.ordered_open_at.take() {
                    self.watch_drawer(Now { at, ..now }, DrawerInput::Ordered);
                }
                self.is_over(&Trouble::DrawerOpen);
            }
        }
    }

    /// Whether people have reason to stand before an open drawer for a while.
    fn counts_cash(&self) -> bool {
        let counts = match &self.place {
            Place::Closing { .. } => true,
            Place::Draft(draft) => matches!(
                draft.action,
                Action::OpenCount
                    | Action::CashDrop
                    | Action::PayIn
                    | Action::PayOut
                    | Action::HandOver
                    | Action::Close
            ),
            Place::Selling | Place::Paying { .. } | Place::Paid(_) | Place::Suspended | Place::XReport => false,
        };
        counts || (self.signed_on.is_some() && self.durable.shift.is_none())
    }

    /// Openings without the till are events, and counted like those without a sale. They wait while something else is
    /// being written, and while a training leaves no trace.
    pub(super) fn write_forced_openings(&mut self, now: Now, catalogue: &dyn Catalogue, effects: &mut Vec<Effect>) {
        let times = self.drawer.forced;
        let may = self.pending.is_none() && self.training.is_none() && self.drawer.rests == 0;
        if times == 0 || !may || catalogue.store().is_none() {
            return;
        }
        let mut shift = self.durable.shift.clone();
        if let Some(shift) = &mut shift {
            shift.totals.no_sales += u64::from(times);
        }
        let saves = shift.iter().map(|shift| Save::Shift(Some(shift.clone()))).collect();
        let events = (0..times).map(|_| Event::DrawerOpened { reason: FORCED.to_owned() }).collect();
        self.drawer.forced = 0;
        // Not by the common way: what a supervisor has allowed belongs to what it was allowed for.
        let id = self.next_commit;
        self.next_commit += 1;
        self.pending = Some((id, Pending::DrawerForced { shift, times }));
        effects.push(Effect::Commit { id, stamp: self.stamp(now), events, saves });
    }

    pub(super) fn forced_not_written(&mut self, times: u32, why: SaveTrouble) {
        self.drawer.forced = (self.drawer.forced + times).min(FORCED_MAX);
        self.drawer.rests = REST_TICKS;
        self.tell(Trouble::NotKept(why), String::new());
    }
}
