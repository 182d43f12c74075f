//! The till's mind: pure, deterministic, without IO.
//!
//! [`Engine::handle`] takes one input at a time, with the time and one fresh id, looks things up in the catalogue it is
//! given, and answers with effects for the shell to perform in order. What must survive a power cut leaves as
//! [`Effect::Commit`]; what must not happen before it is written follows only on [`Input::Committed`].
//!
//! A scan is routed by where the till is, never only by its shape: it adds goods while selling, waits while a notice is
//! open or a sale is being written, begins the next sale while change is shown, and is refused aloud everywhere else.

mod accounts;
mod actions;
mod arranging;
mod bought;
mod by_hand;
mod cash_moves;
mod catalogue;
mod command;
mod coupons;
mod deposits;
mod devices;
mod drafts;
mod drawer;
mod effect;
mod exits;
mod features;
mod goods;
mod grants;
mod groups;
mod handover;
mod heard;
mod holds;
mod input;
mod kiosk;
mod lanes;
mod leave;
mod members;
mod money;
mod notes;
mod notices;
mod paying;
mod payments;
mod pricing;
mod printing;
mod questions;
mod reasons;
mod receipts;
mod refunding;
mod returns;
mod scale;
mod scanning;
mod selling;
mod shifts;
mod sign_on;
mod splitting;
mod state;
mod stock;
mod suspending;
mod tenders;
mod traced;
mod training;
mod typing;
mod weighing;
mod wishes;

pub use actions::{ACTIONS, Action, Group};
pub(crate) use cash_moves::denominations;
pub use catalogue::{Catalogue, CatalogueFault, PastSale, StaffMember, SuspendedElsewhere, SyncView};
pub use drafts::{Ask, Asked, Choose, Draft, Entry, Listed, Step};
pub use effect::{Effect, Save, Stamp};
pub(crate) use exits::PAID_ON_PHONE;
pub use exits::{ExitTrouble, Leaving};
pub use goods::Taking;
pub(crate) use groups::GROUP_KEY;
pub use input::{DeviceView, Input, JournalRefusal, Now, PortView, PrinterTrouble, SaveTrouble};
pub use kiosk::KioskWish;
pub use lanes::LaneNews;
pub use leave::Waiting;
pub use money::{MoneyWritten, Onward};
pub use payments::PaymentRequest;
pub(crate) use payments::{can_cancel, is_part_refund};
pub(crate) use pricing::Pricing;
pub(crate) use receipts::proof_text;
pub use scale::ScaleWish;
pub use state::{
    Durable, Face, Lockout, Notice, Paid, Pending, Place, PrintJob, PrintProgress, Said, Setup, Suspended, Trouble,
    Weighing,
};
pub use stock::StockCommand;
pub(crate) use stock::TELEPHONE;
pub use suspending::aside_code;
pub(crate) use tenders::{KEYS as TENDER_KEYS, REFUND_KEY};

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use domain::basket::Basket;
use domain::event::Event;
use domain::item::Item;
use domain::shift::business_date;
use domain::store::Store;
use jiff::Timestamp;
use ui::Intent;
use uuid::Uuid;
use words::Words;

/// Scans that wait while the till is busy or a notice is open. A cashier who scans more without looking is told.
pub const SCANS_QUEUED_MAX: usize = 32;
/// Goods shown as search results or favourites.
pub const RESULTS_MAX: usize = 24;
/// A till that waits for a supervisor does not lock by itself before, in seconds.
const LEAVE_WAIT_S: i64 = 600;
/// The till's clock may be set back by so much, in seconds, before it is said.
const CLOCK_BACK_MAX_S: i64 = 3600;

/// The till's mind. See the module's words.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(crate) setup: Setup,
    /// The language of screen and paper.
    pub(crate) words: Words,
    /// Whether goods are called by their English names.
    pub(crate) english: bool,
    pub(crate) durable: Durable,
    pub(crate) signed_on: Option<StaffMember>,
    pub(crate) place: Place,
    pub(crate) notice: Option<Notice>,
    /// Notices that a newer one covers; one of each kind at the most.
    pub(crate) notices_behind: Vec<Notice>,
    pub(crate) said: Said,
    pub(crate) selected: Option<u32>,
    pub(crate) returning: bool,
    pub(crate) weighing: Option<Weighing>,
    pub(crate) query: String,
    pub(crate) results: Vec<Item>,
    /// The query and group that `results` answer; `None` when they must be looked up anew.
    pub(crate) results_of: Option<(String, String)>,
    /// Files of the pictures of `results`, by item id.
    pub(crate) pictures: BTreeMap<String, String>,
    /// The store's categories.
    pub(crate) groups: Vec<String>,
    /// The category whose goods are shown; empty for the favourites.
    pub(crate) group: String,
    pub(crate) queued: VecDeque<String>,
    pub(crate) pending: Option<(u64, Pending)>,
    /// What waits for a supervisor's leave.
    pub(crate) waiting: Option<Waiting>,
    /// Goods without a receipt that a supervisor has allowed to come back: of which basket, and worth how much.
    pub(crate) returns_allowed: Option<(Uuid, i64)>,
    /// Who was signed on last.
    pub(crate) last_cashier: Option<String>,
    /// While in training: what must survive a power cut, untouched by what is done in training.
    pub(crate) training: Option<Box<training::Kept>>,
    /// Name of the next print job of a training.
    pub(crate) next_training_job: u64,
    /// The rule book and the minute that prices depend on.
    pub(crate) pricing: Pricing,
    /// Sales put aside here that head office has listed; one that is no longer listed was taken up elsewhere.
    pub(crate) told_aside: BTreeSet<Uuid>,
    /// Sales of other tills that were taken up here and that head office still lists.
    pub(crate) taken_up: BTreeSet<Uuid>,
    /// Approvals that go into the next transaction.
    pub(crate) approval_events: Vec<Event>,
    /// Accounts that head office was asked about a moment ago.
    pub(crate) grants_asked: Vec<(domain::grant::Account, Timestamp)>,
    /// Why the next goods come back without a receipt, where it was asked.
    pub(crate) return_reason: Option<String>,
    /// Whether the sale on the counter gets an electronic receipt in place of paper.
    pub(crate) paperless: bool,
    /// The shopper's code, from the scan until it is sent.
    pub(crate) payment_code: Option<hal::PaymentCode>,
    /// Payments that are over, in case their providers say more.
    pub(crate) payments_over: VecDeque<domain::payment::Payment>,
    /// Answers of providers that wait while something is written.
    pub(crate) payment_replies: VecDeque<hal::PaymentReply>,
    /// Ticks until a payment that could not be written is tried again.
    pub(crate) payment_rests: u32,
    /// Payments whose refund the provider has refused in this sale.
    pub(crate) refunds_refused: Vec<Uuid>,
    /// Why a sale is given up whose parts are on their way back.
    pub(crate) giving_up: Option<String>,
    /// The last touch on a means of payment.
    pub(crate) last_touch: Option<tenders::Touch>,
    /// How the payment providers stand.
    pub(crate) port: PortView,
    pub(crate) next_commit: u64,
    /// How the devices on the counter stand.
    pub(crate) devices: devices::Devices,
    /// The scale: what it says, and what of it is sold.
    pub(crate) scale: scale::OnScale,
    /// The drawer, as its switch tells.
    pub(crate) drawer: drawer::Watched,
    /// Whether other tills have sales aside that could be taken up; `None` until it is looked up.
    pub(crate) others_aside: Option<bool>,
    /// Grows with each refusal and each notice, which people should hear.
    pub(crate) beeps: u64,
    /// What is heard.
    pub(crate) heard: heard::Ear,
    /// The stock desk, while it is open.
    pub(crate) stock: Option<Box<crate::stock::Desk>>,
    /// Its transaction that is under way.
    pub(crate) keeping: Option<stock::Keeping>,
    /// Who signs on or gives leave at the stock desk.
    pub(crate) stock_who: Option<String>,
    pub(crate) printing: PrintProgress,
    pub(crate) scans_answered: u64,
    pub(crate) version: u64,
    pub(crate) idle_since: Timestamp,
    pub(crate) latest_seen: Timestamp,
    pub(crate) clock_is_back: bool,
    /// At a self-checkout: who answers for the shopper, while she does.
    pub(crate) attendant: Option<String>,
    /// At a self-checkout: who has just said who she is.
    pub(crate) identified: Option<String>,
    /// At a self-checkout: what pieces were worth that were taken off lines which still count.
    pub(crate) pieces_removed: domain::money::Money,
    /// At a self-checkout: the receipt that waits until the shopper has chosen.
    pub(crate) held_receipt: Option<u64>,
    /// Self-checkouts that have told how they stand.
    pub(crate) lanes: lanes::Lanes,
}

impl Engine {
    /// An engine that goes on from what was stored.
    pub fn new(setup: Setup, durable: Durable, now: Now) -> Engine {
        let opened_at = durable.shift.as_ref().map(|shift| shift.opened_at);
        let latest_seen = opened_at.max(durable.sold_at).unwrap_or(Timestamp::MIN);
        Engine {
            english: !setup.words.is_chinese(),
            words: setup.words.clone(),
            setup,
            durable,
            signed_on: None,
            place: Place::Selling,
            notice: None,
            notices_behind: Vec::new(),
            said: Said::Nothing,
            selected: None,
            returning: false,
            weighing: None,
            query: String::new(),
            results: Vec::new(),
            results_of: None,
            pictures: BTreeMap::new(),
            groups: Vec::new(),
            group: String::new(),
            queued: VecDeque::new(),
            pending: None,
            waiting: None,
            returns_allowed: None,
            last_cashier: None,
            training: None,
            next_training_job: training::JOBS_FROM,
            pricing: Pricing::new(now),
            told_aside: BTreeSet::new(),
            taken_up: BTreeSet::new(),
            approval_events: Vec::new(),
            grants_asked: Vec::new(),
            return_reason: None,
            paperless: false,
            payment_code: None,
            payments_over: VecDeque::new(),
            payment_replies: VecDeque::new(),
            payment_rests: 0,
            refunds_refused: Vec::new(),
            giving_up: None,
            last_touch: None,
            port: PortView::Absent,
            next_commit: 1,
            devices: devices::Devices::default(),
            scale: scale::OnScale::default(),
            drawer: drawer::Watched::default(),
            others_aside: None,
            beeps: 0,
            heard: heard::Ear::default(),
            stock: None,
            keeping: None,
            stock_who: None,
            printing: PrintProgress::Idle,
            scans_answered: 0,
            version: 0,
            idle_since: now.at,
            latest_seen,
            clock_is_back: false,
            attendant: None,
            identified: None,
            pieces_removed: domain::money::Money::ZERO,
            held_receipt: None,
            lanes: lanes::Lanes::default(),
        }
    }

    /// Takes one input and says what is to be done about it, in this order.
    pub fn handle(&mut self, now: Now, catalogue: &dyn Catalogue, input: Input) -> Vec<Effect> {
        self.version += 1;
        self.watch_clock(now);
        self.look_at_rules(now, catalogue);
        self.look_at_member(catalogue);
        let mut effects = Vec::new();
        match input {
            Input::Scanned { data } => {
                self.idle_since = now.at;
                self.scanned(now, catalogue, data, &mut effects);
            }
            Input::Unreadable { why } => {
                self.scans_answered += 1;
                self.tell(Trouble::Unreadable(why), String::new());
            }
            Input::Intent(intent) => {
                self.idle_since = now.at;
                self.intent(now, catalogue, intent, &mut effects);
            }
            Input::Committed { id } if self.stock_kept(id, &mut effects) => {}
            Input::CommitFailed { id, why } if self.stock_not_kept(id, why) => {}
            Input::Committed { id } => self.committed(now, catalogue, id, &mut effects),
            Input::CommitFailed { id, why } => self.commit_failed(id, why),
            Input::Weighing(weighing) => self.scale_says(now, catalogue, weighing, &mut effects),
            Input::ScaleRefused => self.refuse(Trouble::ScaleRefused),
            Input::Started => {
                self.print_what_waits(&mut effects);
                self.take_up_payment(now, catalogue, &mut effects);
            }
            Input::Tick => {
                self.stock_tick();
                self.tick(now, catalogue, &mut effects);
                self.coupons_answered(now, catalogue, &mut effects);
            }
            Input::Device(class, view) => self.device_stands(class, view),
            Input::Printed { job } => self.printed(now, job, &mut effects),
            Input::PrintInterrupted { job, why } => self.print_interrupted(job, why),
            Input::CatalogueChanged => {
                self.results_of = None;
                self.others_aside = None;
                self.coupons_answered(now, catalogue, &mut effects);
                self.look_aside(now, catalogue, &mut effects);
                self.stock_told(now, catalogue);
            }
            Input::JournalRenewed { reason } => self.tell(Trouble::JournalRenewed(reason), String::new()),
            Input::DrawerRefused => self.refuse(Trouble::DrawerStuck),
            Input::Drawer { open } => self.drawer_moved(now, open),
            Input::Button { button } => self.button_pressed(&button),
            Input::PaymentPort(view) => self.port = view,
            Input::Payment(reply) => self.payment_replied(reply),
            Input::Kiosk(wish) => self.kiosk_wishes(now, catalogue, wish, &mut effects),
            Input::Lane(news) => self.lane_tells(news),
            // A self-checkout's own mind looks at it.
            Input::Bagging(_) => {}
            Input::JournalRefused { why } => self.tell(Trouble::JournalRefused(why), String::new()),
        }
        self.take_replies(now, catalogue, &mut effects);
        self.take_queued_scans(now, catalogue, &mut effects);
        self.look_up_results(catalogue);
        self.look_at_member(catalogue);
        self.look_at_others(catalogue);
        self.ask_scale(now, &mut effects);
        self.write_forced_openings(now, catalogue, &mut effects);
        self.keep_stock(now, catalogue, &mut effects);
        self.let_hear();
        let effects = if self.training.is_some() { self.without_trace(effects) } else { effects };
        self.expect_drawer(now, &effects);
        effects
    }

    /// The basket on the screen: the open one, or the one that was just paid.
    pub(crate) fn basket_shown(&self) -> Option<&Basket> {
        match &self.place {
            Place::Paid(paid) if self.durable.open.is_none() => Some(&paid.basket),
            _ => self.durable.open.as_ref(),
        }
    }

    /// What must survive a power cut, as the engine believes it is stored.
    pub fn durable(&self) -> &Durable {
        self.training.as_ref().map_or(&self.durable, |kept| &kept.durable)
    }

    /// Whether the till is in training.
    pub fn is_training(&self) -> bool {
        self.training.is_some()
    }

    /// Where the till is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// What waits to be acknowledged.
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    /// What was last said.
    pub fn said(&self) -> &Said {
        &self.said
    }

    fn intent(&mut self, now: Now, catalogue: &dyn Catalogue, intent: Intent, effects: &mut Vec<Effect>) {
        let intent = self.in_plain_digits(intent);
        if let Intent::Language { tag } = &intent {
            self.words = self.setup.languages.of(tag);
            self.english = !self.words.is_chinese();
            return;
        }
        if self.pending.is_some() {
            // The same wish again (a bouncing touch) or another one while a sale is written: neither happens.
            return;
        }
        if intent == Intent::Acknowledge {
            return self.acknowledge();
        }
        if self.shows_stock() && self.stock_wished(now, catalogue, &intent, effects) {
            return;
        }
        if self.waiting.is_some() && !matches!(intent, Intent::SignOn { .. } | Intent::Lock) {
            return self.while_waiting(now, catalogue, intent, effects);
        }
        let Some(store) = catalogue.store() else {
            return self.refuse(Trouble::NotReady);
        };
        if let Intent::SignOn { staff, pin } = &intent {
            self.sign_on(now, catalogue, staff, pin, effects);
            return self.go_on_paying(now, catalogue, store, effects);
        }
        if self.signed_on.is_none() {
            return self.refuse(Trouble::Locked);
        }
        if self.durable.shift.is_none() {
            return self.before_shift(now, catalogue, store, intent, effects);
        }
        self.working(now, catalogue, store, intent, effects);
    }

    /// Intents of a signed-on cashier in an open shift.
    fn working(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        intent: Intent,
        effects: &mut Vec<Effect>,
    ) {
        let passes = matches!(intent, Intent::CancelPayment | Intent::Lock | Intent::SelectLine { .. });
        if self.payment_blocks() && !passes {
            return self.refuse(Trouble::PaymentOpen);
        }
        match intent {
            Intent::Enter { text } => self.enter(now, catalogue, store, &text, effects),
            Intent::Search { text } => self.search(catalogue, &text),
            Intent::PickItem { item } => self.pick(now, catalogue, store, &item, effects),
            Intent::SelectLine { line } => self.select(line),
            Intent::SetQuantity { text } => self.set_quantity(now, catalogue, store, &text, effects),
            Intent::VoidLine => self.wish(now, catalogue, store, Action::VoidLine, effects),
            Intent::VoidSale => self.wish(now, catalogue, store, Action::VoidSale, effects),
            Intent::ToggleReturn => self.wish_return(now, catalogue, store, effects),
            Intent::Member { text } => self.identify_member(now, catalogue, &text, effects),
            Intent::Suspend => self.suspend(now, store, effects),
            Intent::ShowSuspended => self.show_suspended(),
            Intent::Recall { id } => self.recall(now, catalogue, store, &id, effects),
            Intent::Pay => self.wish_to_pay(now, catalogue, store, effects),
            Intent::Back => self.back(),
            Intent::Cash { text } => self.cash(now, catalogue, store, (&text, false), effects),
            Intent::OpenDrawer => self.wish(now, catalogue, store, Action::OpenDrawer, effects),
            Intent::Reprint => self.wish_copy(now, catalogue, store, effects),
            Intent::Lock => self.lock(now, effects),
            Intent::XReport => self.wish_totals(now, catalogue, store, effects),
            Intent::ShowClose => self.show_close(),
            Intent::CloseShift { counted } => self.close_shift(now, catalogue, store, &counted, effects),
            Intent::PrintReport => self.print_report(now, store, effects),
            Intent::Begin { action } => self.begin(now, catalogue, store, &action, effects),
            Intent::Answer { text } => self.answer(now, catalogue, store, &text, effects),
            Intent::Choose { id } => self.choose(now, catalogue, store, &id, effects),
            Intent::ChooseQuantity { id, text } => self.choose_quantity(&id, &text),
            Intent::Confirm => self.confirm(now, catalogue, store, effects),
            Intent::Count { value, pieces } => self.count(store, &value, &pieces),
            Intent::Tender { kind, amount, reference } => {
                let reference = hal::PaymentCode::new(&reference);
                self.touch_tender(now, catalogue, store, (&kind, &amount, reference), effects);
            }
            Intent::RemoveTender { no } => self.remove_tender(now, store, no, effects),
            Intent::CancelPayment => self.cancel_payment(now, catalogue, effects),
            Intent::Explain => self.begin(now, catalogue, store, Action::Explain.id(), effects),
            Intent::Approve { .. } | Intent::ApproveByCode { .. } => self.refuse(Trouble::NotHere),
            Intent::OpenShift { .. } => self.refuse(Trouble::ShiftIsOpen),
            Intent::Press { key } => self.press(catalogue, &key, effects),
            Intent::SignOn { .. } | Intent::Language { .. } | Intent::Acknowledge => {
                unreachable!("handled before the till's state is asked")
            }
        }
    }

    /// While something waits for leave: leave is given, or the wish is given up. Everything else waits.
    fn while_waiting(&mut self, now: Now, catalogue: &dyn Catalogue, intent: Intent, effects: &mut Vec<Effect>) {
        let Some(store) = catalogue.store() else {
            return self.refuse(Trouble::NotReady);
        };
        match intent {
            Intent::Approve { staff, pin } => self.approve(now, catalogue, store, (&staff, &pin), effects),
            Intent::ApproveByCode { code } => self.approve_by_code(now, catalogue, store, &code, effects),
            Intent::Back => {
                self.give_up(now, effects);
                self.said = Said::Nothing;
            }
            // A scanner that plays keyboard reads cards, too.
            Intent::Enter { text } if self.approve_by_card(now, catalogue, store, &text, effects) => {}
            _ => self.refuse(Trouble::WaitsForLeave),
        }
    }

    fn committed(&mut self, now: Now, catalogue: &dyn Catalogue, id: u64, effects: &mut Vec<Effect>) {
        let Some((_, pending)) = self.pending.take_if(|(waiting, _)| *waiting == id) else {
            return;
        };
        match pending {
            Pending::Sale(paid) => self.sale_is_written(*paid, effects),
            Pending::SaleVoided { shift } => {
                self.durable.shift = Some(shift);
                self.durable.open = None;
                self.leave_basket(Said::SaleVoided);
                self.scale.forget();
            }
            Pending::GivenUp { shift, drawer } => {
                self.durable.shift = Some(shift);
                self.durable.open = None;
                self.refunds_refused.clear();
                self.leave_basket(Said::SaleVoided);
                self.scale.forget();
                effects.extend(drawer.then_some(Effect::OpenDrawer));
            }
            Pending::Money(written) => self.money_is_written(now, catalogue, *written, effects),
            Pending::Suspended { aside, left, slip } => self.put_aside(aside, left, slip, effects),
            Pending::Merged { basket, from } => self.merge_is_written(basket, from),
            Pending::Recalled { basket, shift } => self.recalled(basket, shift),
            Pending::ShiftOpened(shift) => {
                self.latest_seen = now.at;
                self.clock_is_back = false;
                self.durable.shift = Some(shift);
                self.place = Place::Selling;
                self.said = Said::ShiftOpened;
            }
            Pending::ShiftClosed { z_no, job, document } => {
                self.durable.open = None;
                self.durable.shift = None;
                self.durable.next_z = z_no + 1;
                self.place = Place::Selling;
                self.said = Said::ShiftClosed { z_no };
                self.print(job, document, false, effects);
            }
            Pending::DrawerOpened { shift } => {
                self.durable.shift = shift;
                self.said = Said::DrawerOpened;
                effects.push(Effect::OpenDrawer);
            }
            Pending::DrawerForced { shift, .. } => self.durable.shift = shift,
            Pending::CashMoved { shift, job, document } => self.cash_moved(shift, (job, document), effects),
            Pending::HandedOver { shift, job, document } => self.handed_over(now, shift, (job, document), effects),
            Pending::TrainingBegun => self.training_begun(now),
            Pending::Arranged => self.arranged(),
            Pending::BasketChanged { basket, said } => {
                self.durable.open = Some(*basket);
                self.place = Place::Selling;
                self.said = said;
            }
            Pending::Hold(written) => self.hold_is_written(*written, effects),
            Pending::PrintAlone { job, document } => {
                self.said = Said::Printing;
                self.print(job, document, false, effects);
            }
            Pending::Print { shift, job, document } => {
                self.durable.shift = Some(shift);
                self.print(job, document, false, effects);
            }
        }
    }

    /// Nothing was written: the till stays where it was and says why. No paper, no drawer, no change.
    /// What nobody waits for (the basket, paper that came out) goes on in memory, which is said, too.
    fn commit_failed(&mut self, id: u64, why: SaveTrouble) {
        let Some((_, failed)) = self.pending.take_if(|(waiting, _)| *waiting == id) else {
            return self.tell(Trouble::NotKept(why), String::new());
        };
        match failed {
            Pending::Money(written) => return self.money_not_written(&written, why),
            Pending::Sale(paid) if paid.payment.is_some() => {
                return self.tell(Trouble::PaymentNotKept(why), String::new());
            }
            Pending::DrawerForced { times, .. } => return self.forced_not_written(times, why),
            _ => {}
        }
        let trouble = Trouble::NotSaved(why);
        match &mut self.place {
            Place::Paying { message } | Place::Closing { message } => *message = Some(trouble.clone()),
            Place::Selling | Place::Paid(_) | Place::Suspended | Place::XReport | Place::Draft(_) => {}
        }
        self.tell(trouble, String::new());
    }

    fn tick(&mut self, now: Now, catalogue: &dyn Catalogue, effects: &mut Vec<Effect>) {
        self.tick_payment(now, catalogue, effects);
        self.tick_drawer(now);
        let Some(store) = catalogue.store() else { return };
        // A clock that was set back must not keep the till open for as long.
        self.idle_since = self.idle_since.min(now.at);
        let idle_s = now.at.as_second() - self.idle_since.as_second();
        // Money that is being taken or counted is not interrupted.
        let may_lock = self.signed_on.is_some() && self.pending.is_none() && !self.handles_money();
        let idle_s_max = match self.waiting {
            // Whoever was called needs time to come, or to tell a code.
            Some(_) => i64::from(store.auto_lock_seconds).max(LEAVE_WAIT_S),
            None => i64::from(store.auto_lock_seconds),
        };
        // A self-checkout in service has nobody who could sign on again.
        let may_lock = may_lock && self.setup.face != Face::Kiosk;
        if store.auto_lock_seconds > 0 && idle_s >= idle_s_max && may_lock {
            self.lock(now, effects);
        }
    }

    /// A clock that was set back is said, and prices stay those of the latest time seen in this shift.
    fn watch_clock(&mut self, now: Now) {
        self.clock_is_back = now.at.as_second() + CLOCK_BACK_MAX_S < self.latest_seen.as_second();
        self.latest_seen = self.latest_seen.max(now.at);
    }

    /// The instant whose prices hold.
    pub(crate) fn price_time(&self, now: Now) -> Timestamp {
        if self.clock_is_back { self.latest_seen } else { now.at }
    }

    pub(crate) fn stamp(&self, now: Now) -> Stamp {
        let shift = self.durable.shift.as_ref();
        Stamp {
            at: now.at,
            business_date: shift.map_or_else(|| business_date(now.local, 0), |shift| shift.business_date),
            shift: shift.map(|shift| shift.id),
            staff: self.signed_on.as_ref().map(|staff| staff.id.clone()),
        }
    }

    /// Asks for one transaction; `pending` happens when it is written.
    pub(crate) fn commit(
        &mut self,
        stamp: Stamp,
        events: Vec<Event>,
        saves: Vec<Save>,
        pending: Pending,
        effects: &mut Vec<Effect>,
    ) {
        assert!(self.pending.is_none(), "one transaction of weight at a time");
        let id = self.next_commit;
        self.next_commit += 1;
        self.pending = Some((id, pending));
        let events = self.with_approvals(events);
        effects.push(Effect::Commit { id, stamp, events, saves });
    }

    /// Stores the open basket; nothing waits for it, and the next one stores it whole again.
    pub(crate) fn save_basket(&mut self, now: Now, effects: &mut Vec<Effect>) {
        self.save_basket_with(now, Vec::new(), effects);
    }

    /// Stores the open basket together with events that nothing waits for.
    pub(crate) fn save_basket_with(&mut self, now: Now, events: Vec<Event>, effects: &mut Vec<Effect>) {
        let id = self.next_commit;
        self.next_commit += 1;
        let saves = vec![Save::Basket(self.durable.open.clone())];
        let events = self.with_approvals(events);
        effects.push(Effect::Commit { id, stamp: self.stamp(now), events, saves });
    }

    /// Writes events that nothing waits for.
    pub(crate) fn write_events(&mut self, now: Now, events: Vec<Event>, effects: &mut Vec<Effect>) {
        let id = self.next_commit;
        self.next_commit += 1;
        let events = self.with_approvals(events);
        effects.push(Effect::Commit { id, stamp: self.stamp(now), events, saves: Vec::new() });
    }

    /// Events of a transaction, what was approved for it before them.
    fn with_approvals(&mut self, events: Vec<Event>) -> Vec<Event> {
        let mut all = std::mem::take(&mut self.approval_events);
        all.extend(events);
        all
    }

    pub(crate) fn basket(&mut self, now: Now) -> &mut Basket {
        self.durable.open.get_or_insert_with(|| Basket::new(now.fresh, now.at))
    }

    /// The basket is gone, by whatever way: nothing of it stays selected, typed or half done.
    pub(crate) fn leave_basket(&mut self, said: Said) {
        self.place = Place::Selling;
        self.said = said;
        self.selected = None;
        self.returning = false;
        self.paperless = false;
        self.weighed();
        self.query.clear();
        self.group.clear();
    }
}
