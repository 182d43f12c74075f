//! What is begun at the desk: which count, which zone, which delivery, where to, why.

use domain::stock::What;
use domain::stock::count::{Count, Pass};
use domain::stock::plan::{CountKind, CountPlan, Filter, Zone};
use uuid::Uuid;
use words::say;

use super::booking::{Booking, BookingKind};
use super::counting::Counting;
use super::{At, Desk, Done, Here, Problem, StockDeed};

/// Seconds that goods may lie in a shopper's trolley before they are paid.
const TROLLEY_SECONDS: u32 = 0;

impl Desk {
    /// A key was pressed.
    pub(super) fn pressed(&mut self, here: &Here<'_>, key: &str) -> Result<Done, Problem> {
        match (key, self.at.clone()) {
            ("back", at) => self.back(at),
            ("lock", _) => Ok(Done::Lock),
            ("count", At::Menu) => self.go(At::Counts),
            ("receive", At::Menu) => self.begin_document(At::Notes),
            ("arrive", At::Menu) => self.begin_document(At::Arriving),
            ("send", At::Menu) => self.begin_document(At::ToStore),
            ("write_off", At::Menu) => self.begin_document(At::Reason),
            ("price", At::Menu) | ("search", At::Look(_) | At::Counting | At::Booking) => self.go(At::Search),
            ("blind", At::Counts) => {
                self.blind = !self.blind;
                Ok(Done::Moved)
            }
            ("full", At::Counts) => self.open_count(here, CountKind::Full, Vec::new(), Filter::default()),
            ("zone", At::Counts) => self.go(At::NewCountZone),
            ("category", At::Counts) => self.go(At::Categories),
            ("spot", At::Counts) => self.open_count(here, CountKind::Spot, Vec::new(), Filter::default()),
            ("other_zone", At::Zones(plan)) => self.go(At::ZoneName(Some(plan))),
            ("other_zone", At::NewCountZone) => self.go(At::ZoneName(None)),
            ("review", At::Zones(plan)) => self.review(here, plan),
            ("review", At::Counting) => {
                let plan = self.counting.as_ref().map(|counting| counting.count.plan.id);
                self.review(here, plan.ok_or(Problem::NotHere)?)
            }
            ("no_note", At::Notes) => self.go(At::Supplier(String::new())),
            ("none", At::Lot(what, quantity)) => self.lot_is_whole(here, what, quantity, Default::default()),
            ("none", At::Expiry(what, quantity, no)) => {
                self.lot_is_whole(here, what, quantity, domain::stock::Lot { no, expires: None })
            }
            ("times", At::Quantity) => self.go(At::Times),
            (key, At::Counting | At::Booking | At::Finish | At::BookingReview) => self.pressed_in_task(here, key),
            (key, At::Review(review)) => self.pressed_in_review(here, key, *review),
            (key, At::Look(item)) => self.pressed_at_item(here, key, &item),
            _ => Err(Problem::NotHere),
        }
    }

    /// A row was touched.
    pub(super) fn chosen(&mut self, here: &Here<'_>, id: &str) -> Result<Done, Problem> {
        match (self.at.clone(), id.split_once(':')) {
            (At::Menu, None) if id == "task" => self.go(self.at_task()),
            (At::Menu | At::Counts, Some(("count", plan))) => self.go(At::Zones(id_of(plan)?)),
            (At::Menu | At::Notes, Some(("note", number))) => {
                self.may_begin()?;
                self.note_named(here, number)
            }
            (At::Menu | At::Arriving, Some(("transfer", id))) => {
                self.may_begin()?;
                self.transfer_chosen(here, id_of(id)?)
            }
            (At::Zones(plan), Some(("zone", zone))) => self.zone_named(here, Some(plan), zone.to_owned()),
            (At::NewCountZone, Some(("zone", zone))) => self.zone_named(here, None, zone.to_owned()),
            (At::Categories, Some(("category", category))) => {
                let filter = Filter { categories: vec![category.to_owned()], items: Vec::new() };
                self.open_count(here, CountKind::Category, Vec::new(), filter)
            }
            (At::Reason, Some(("reason", reason))) => self.reason_named(here, reason.to_owned()),
            (At::Counting | At::Booking, Some((kind, what))) => self.card_chosen(here, kind, what),
            (At::Review(review), Some(("item", item))) => self.tick(*review, item),
            (At::Recount(review), Some(("zone", zone))) => self.recount(*review, zone),
            _ => Err(Problem::NotHere),
        }
    }

    /// One step back; what is in hand stays in hand.
    fn back(&mut self, at: At) -> Result<Done, Problem> {
        self.found.clear();
        let to = match at {
            At::Menu => return Ok(Done::Close),
            At::Quantity
            | At::Times
            | At::Note(_)
            | At::Weight(..)
            | At::Lot(..)
            | At::Expiry(..)
            | At::Finish
            | At::BookingReview => self.at_task(),
            At::Search => self.at_task(),
            At::Review(review) if self.counting.as_ref().is_some_and(|open| open.count.plan.id == review.plan()) => {
                At::Counting
            }
            At::Recount(review) => At::Review(review),
            At::Categories | At::Zones(_) | At::NewCountZone => At::Counts,
            At::ZoneName(Some(plan)) => At::Zones(plan),
            At::ZoneName(None) => At::NewCountZone,
            At::Supplier(_) => At::Notes,
            At::Labels(item) => At::Look(item),
            At::Counts
            | At::Counting
            | At::Booking
            | At::Review(_)
            | At::GiveUp(_)
            | At::Notes
            | At::Arriving
            | At::ToStore
            | At::Reason
            | At::Look(_) => At::Menu,
        };
        self.go(to)
    }

    pub(super) fn go(&mut self, to: At) -> Result<Done, Problem> {
        self.at = to;
        Ok(Done::Moved)
    }

    /// Counts that are not closed, as they were when the desk last looked: also of tens of thousands of entries.
    pub fn counts(&self) -> &[Count] {
        &self.counts
    }

    /// Looks at counts anew where they are shown and something has happened since.
    pub(crate) fn look_at_counts(&mut self, here: &Here<'_>) {
        let shown = matches!(self.at, At::Menu | At::Counts | At::Zones(_));
        if shown && std::mem::take(&mut self.looks) {
            self.counts = self.open_counts(here);
        }
    }

    /// Counts that are not closed; the one in hand with what is not written yet.
    pub fn open_counts(&self, here: &Here<'_>) -> Vec<Count> {
        let mut known = here.goods.stockroom().counts().unwrap_or_default();
        known.retain(|count| count.closed_at().is_none());
        if let Some(counting) = &self.counting {
            match known.iter_mut().find(|count| count.plan.id == counting.count.plan.id) {
                Some(count) => count.merge(&counting.count),
                None => known.push(counting.count.clone()),
            }
        }
        known
    }

    /// An open count.
    ///
    /// # Errors
    /// When it is closed.
    pub fn open_count_of(&self, here: &Here<'_>, plan: Uuid) -> Result<Count, Problem> {
        self.open_counts(here).into_iter().find(|count| count.plan.id == plan).ok_or(Problem::CountClosed)
    }

    /// A new count.
    fn open_count(
        &mut self,
        here: &Here<'_>,
        kind: CountKind,
        zones: Vec<Zone>,
        filter: Filter,
    ) -> Result<Done, Problem> {
        self.may_begin()?;
        let zones = match kind {
            CountKind::Full | CountKind::Category => {
                here.goods.stockroom().zones().map_err(|_| Problem::NotLookedUp)?
            }
            CountKind::Zone | CountKind::Spot => zones,
        };
        let about = match kind {
            CountKind::Zone => zones.first().map(|zone| zone.name.clone()).unwrap_or_default(),
            CountKind::Category => filter.categories.join(" "),
            CountKind::Full | CountKind::Spot => String::new(),
        };
        let kind_word = here.words.say(&format!("stock-kind-{}", kind.word()));
        let day = here.now.local.date().to_string();
        let name = match about.is_empty() {
            true => say!(here.words, "stock-plan-name", kind = kind_word, day = day),
            false => say!(here.words, "stock-plan-name-about", kind = kind_word, about = about, day = day),
        };
        let plan = CountPlan {
            id: here.now.fresh,
            name,
            kind,
            zones,
            blind: self.blind,
            filter,
            trolley_seconds: TROLLEY_SECONDS,
            opened_by: here.by.to_owned(),
            opened_at: here.now.at,
        };
        Ok(Done::Leave(StockDeed::OpenCount(Box::new(plan))))
    }

    /// A zone was named: a new count of it, or a pass through it in an open count.
    pub(super) fn zone_named(&mut self, here: &Here<'_>, plan: Option<Uuid>, zone: String) -> Result<Done, Problem> {
        let Some(plan) = plan else {
            let known = here.goods.stockroom().zones().map_err(|_| Problem::NotLookedUp)?;
            let known = known.into_iter().find(|known| known.name == zone);
            let zone = known.unwrap_or(Zone { name: zone, sells: true });
            return self.open_count(here, CountKind::Zone, vec![zone], Filter::default());
        };
        self.may_begin()?;
        Ok(Done::Leave(StockDeed::CountZone { plan, zone, round: 1, marked: Default::default() }))
    }

    /// Joins who is counting there already, or begins a pass.
    pub(super) fn count_zone(
        &mut self,
        here: &Here<'_>,
        count: Count,
        zone: String,
        round: u8,
        marked: std::collections::BTreeSet<What>,
    ) {
        let open = count.passes().find(|state| {
            state.pass.zone == zone && state.pass.round == round && count.finished_at(state.pass.id).is_none()
        });
        let pass = open.map(|state| state.pass.clone()).unwrap_or_else(|| Pass {
            id: here.now.fresh,
            zone,
            round,
            by: here.by.to_owned(),
            terminal: here.terminal,
            begun_at: here.now.at,
        });
        let counting = Counting::at(count, pass, marked);
        self.meet_all(here, counting.order.iter().chain(&counting.marked));
        (self.counting, self.booking, self.times) = (Some(counting), None, None);
        self.weigh_all();
        self.outbox.task_changed();
        self.at = At::Counting;
    }

    /// A document in hand is finished or given up first; a pass is left as it is, since all of it is written.
    pub(super) fn may_begin(&self) -> Result<(), Problem> {
        let open = self.booking.as_ref().is_some_and(|booking| !booking.is_empty());
        let unkept = self.counting.as_ref().is_some_and(|counting| !counting.unkept().is_empty());
        match (open, unkept) {
            (true, _) => Err(Problem::FinishFirst),
            (false, true) => Err(Problem::NotKept),
            (false, false) => Ok(()),
        }
    }

    fn begin_document(&mut self, at: At) -> Result<Done, Problem> {
        self.may_begin()?;
        self.go(at)
    }

    pub(super) fn begin_booking(&mut self, here: &Here<'_>, booking: Booking) -> Result<Done, Problem> {
        self.meet_all(here, booking.lines.iter().map(|line| &line.what));
        (self.counting, self.times) = (None, None);
        self.booking = Some(booking);
        self.outbox.task_changed();
        self.go(At::Booking)
    }

    /// A delivery by the number of its note; of one that nobody announced the supplier is asked.
    pub(super) fn note_named(&mut self, here: &Here<'_>, number: &str) -> Result<Done, Problem> {
        let number = super::goods::typed_words(number)?;
        let notes = here.goods.stockroom().notes().map_err(|_| Problem::NotLookedUp)?;
        match notes.iter().find(|note| note.number == number) {
            Some(note) => self.begin_booking(here, Booking::of_note(here.now.fresh, note)),
            None => self.go(At::Supplier(number)),
        }
    }

    pub(super) fn supplier_named(&mut self, here: &Here<'_>, note: String, supplier: String) -> Result<Done, Problem> {
        let kind = BookingKind::Delivery { note, supplier };
        self.begin_booking(here, Booking::begin(here.now.fresh, kind, Vec::new()))
    }

    /// A transfer by the code on its paper.
    pub(super) fn transfer_named(&mut self, here: &Here<'_>, number: &str) -> Result<Done, Problem> {
        let arriving = here.goods.stockroom().arriving().map_err(|_| Problem::NotLookedUp)?;
        let sent = arriving.iter().find(|sent| sent.number == number.trim()).ok_or(Problem::Unknown)?;
        self.begin_booking(here, Booking::of_transfer(here.now.fresh, sent))
    }

    fn transfer_chosen(&mut self, here: &Here<'_>, id: Uuid) -> Result<Done, Problem> {
        let arriving = here.goods.stockroom().arriving().map_err(|_| Problem::NotLookedUp)?;
        let sent = arriving.iter().find(|sent| sent.id == id).ok_or(Problem::Unknown)?;
        self.begin_booking(here, Booking::of_transfer(here.now.fresh, sent))
    }

    pub(super) fn store_named(&mut self, here: &Here<'_>, to: String) -> Result<Done, Problem> {
        if to == here.store.id {
            return Err(Problem::OwnStore);
        }
        self.begin_booking(here, Booking::begin(here.now.fresh, BookingKind::Sending { to }, Vec::new()))
    }

    pub(super) fn reason_named(&mut self, here: &Here<'_>, reason: String) -> Result<Done, Problem> {
        self.begin_booking(here, Booking::begin(here.now.fresh, BookingKind::WriteOff { reason }, Vec::new()))
    }
}

fn id_of(text: &str) -> Result<Uuid, Problem> {
    text.parse().map_err(|_| Problem::NotHere)
}
