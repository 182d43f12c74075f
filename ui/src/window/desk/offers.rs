//! What can be begun from here: what the window offers by itself and what the screen tells. The ones used most stand
//! in the row at the bottom, the others in a sheet, in groups.

use std::time::Duration;

use super::{Desk, Outcome};
use crate::Intent;
use crate::screen::Panel;
use crate::window::generated::{Kind, Over, Purpose};

/// Keys side by side at the bottom, and how many of them keep the size that fingers know.
pub(super) const BAR_KEYS: usize = 10;
const BAR_KEYS_LARGE: usize = 7;
/// Longer names of keys are those of two keys at once.
const KEY_CHARS_MAX: usize = 3;
/// More than this many nobody finds anything in.
const OFFERS_MAX: usize = 60;
/// Groups of the sheet in their order; others follow.
const GROUPS: [&str; 5] = ["line", "sale", "member", "cash", "till"];

/// An action with an intent of the window's own. One that the screen tells by the same id takes its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    Back,
    Suspend,
    Recall,
    Member,
    Return,
    Quantity,
    VoidLine,
    Explain,
    VoidSale,
    OpenDrawer,
    Reprint,
    XReport,
    Close,
    Lock,
    Print,
    More,
}

/// One thing that can be begun, as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::window) struct Offer {
    pub(in crate::window) id: String,
    /// Empty for the window's own, whose words the window knows.
    pub(in crate::window) label: String,
    pub(in crate::window) key: String,
    pub(in crate::window) group: String,
    pub(in crate::window) enabled: bool,
    pub(in crate::window) checked: bool,
    pub(in crate::window) loss: bool,
    pub(in crate::window) number: u32,
    pub(super) own: Option<Own>,
}

impl Own {
    /// Whether it stands at the bottom before anything that is told.
    fn leads(self, kind: Kind) -> bool {
        let all_day = matches!(
            self,
            Own::Back | Own::Suspend | Own::Recall | Own::Member | Own::Return | Own::Quantity | Own::VoidLine
        );
        all_day || kind != Kind::Sell
    }

    /// Those of a panel, the most used first.
    fn of(kind: Kind) -> &'static [Own] {
        match kind {
            Kind::Sell => &[
                Own::Suspend,
                Own::Recall,
                Own::Member,
                Own::Return,
                Own::Quantity,
                Own::VoidLine,
                Own::Explain,
                Own::VoidSale,
                Own::OpenDrawer,
                Own::Reprint,
                Own::XReport,
                Own::Close,
                Own::Lock,
            ],
            Kind::Pay => &[Own::Back, Own::OpenDrawer],
            Kind::Change => &[Own::Back, Own::Reprint, Own::OpenDrawer, Own::Lock],
            Kind::Report => &[Own::Back, Own::Print],
            Kind::OpenShift => &[Own::Lock, Own::OpenDrawer],
            Kind::Suspended | Kind::Ask | Kind::Choose | Kind::Count | Kind::Explain | Kind::Code | Kind::Approval => {
                &[Own::Back]
            }
            Kind::NotReady | Kind::Locked | Kind::Payment => &[],
        }
    }

    /// Id, key and group.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Own::Back => ("back", "Esc", "sale"),
            Own::Suspend => ("suspend", "F2", "sale"),
            Own::Recall => ("recall", "F3", "sale"),
            Own::Member => ("member", "F4", "member"),
            Own::Return => ("return", "F5", "sale"),
            Own::Quantity => ("quantity", "*", "line"),
            Own::VoidLine => ("void_line", "Del", "line"),
            Own::Explain => ("explain", "?", "line"),
            Own::VoidSale => ("void_sale", "F7", "sale"),
            Own::OpenDrawer => ("open_drawer", "F8", "cash"),
            Own::Reprint => ("reprint", "F9", "till"),
            Own::XReport => ("x_report", "F10", "till"),
            Own::Close => ("close", "F11", "till"),
            Own::Lock => ("lock", "F1", "till"),
            Own::Print => ("print", "F9", "till"),
            Own::More => ("more", "F6", "till"),
        }
    }
}

impl Desk {
    /// The row at the bottom.
    pub(in crate::window) fn bar(&self) -> Vec<Offer> {
        self.parted().0
    }

    /// The groups of the sheet, each with what stands in it.
    pub(in crate::window) fn sheet(&self) -> Vec<(String, Vec<Offer>)> {
        if self.more { self.groups() } else { Vec::new() }
    }

    fn groups(&self) -> Vec<(String, Vec<Offer>)> {
        let mut groups: Vec<(String, Vec<Offer>)> = GROUPS.map(|group| (group.to_owned(), Vec::new())).into();
        for offer in self.parted().1 {
            match groups.iter_mut().find(|(group, _)| *group == offer.group) {
                Some((_, offers)) => offers.push(offer),
                None => groups.push((offer.group.clone(), vec![offer])),
            }
        }
        groups.retain(|(_, offers)| !offers.is_empty());
        groups
    }

    /// Those of the sheet in the order they stand there.
    pub(super) fn sheet_offers(&self) -> Vec<Offer> {
        self.sheet().into_iter().flat_map(|(_, offers)| offers).collect()
    }

    /// What a key begins here, if anything.
    pub(super) fn begun_by(&self, key: &str) -> Option<String> {
        let (bar, sheet) = self.parted();
        let found = bar.into_iter().chain(sheet).find(|offer| offer.key.eq_ignore_ascii_case(key));
        found.map(|offer| offer.id)
    }

    /// A key of the row or the sheet, by touch or by its own key.
    pub(in crate::window) fn begin(&mut self, now: Duration, id: &str, by_key: bool) -> Outcome {
        let (bar, sheet) = self.parted();
        let Some(offer) = bar.into_iter().chain(sheet).find(|offer| offer.id == id) else { return Outcome::taken() };
        let rests = !by_key && now < self.rest_until && offer.own != Some(Own::More);
        if !offer.enabled || rests {
            return Outcome::taken();
        }
        if offer.own != Some(Own::VoidSale) {
            self.armed = false;
        }
        match offer.own {
            Some(own) => self.begin_own(own),
            // What is typed already is the answer to the question that would come.
            None if !self.entry.trim().is_empty() && id == "quantity" => self.ask(Purpose::Quantity),
            None if !self.entry.trim().is_empty() && id == "member" => self.ask(Purpose::Member),
            None => self.leave(Intent::Begin { action: offer.id }),
        }
    }

    fn begin_own(&mut self, own: Own) -> Outcome {
        match own {
            Own::Back => self.leave(Intent::Back),
            Own::Suspend => self.leave(Intent::Suspend),
            Own::Recall => self.leave(Intent::ShowSuspended),
            Own::Member => self.ask(Purpose::Member),
            Own::Return => Outcome::of(Intent::ToggleReturn),
            Own::Quantity => self.ask(Purpose::Quantity),
            Own::VoidLine => Outcome::of(Intent::VoidLine),
            Own::Explain => self.leave(Intent::Explain),
            Own::VoidSale => self.void_sale(),
            Own::OpenDrawer => Outcome::of(Intent::OpenDrawer),
            Own::Reprint => Outcome::of(Intent::Reprint),
            Own::XReport => self.leave(Intent::XReport),
            Own::Close => self.leave(Intent::ShowClose),
            Own::Lock => self.leave(Intent::Lock),
            Own::Print => Outcome::of(Intent::PrintReport),
            Own::More => {
                self.more = !self.more;
                self.over = Over::None;
                self.chosen = None;
                Outcome::taken()
            }
        }
    }

    /// Row and sheet.
    fn parted(&self) -> (Vec<Offer>, Vec<Offer>) {
        let offers = self.offers();
        let (mut bar, mut sheet) = (Vec::new(), Vec::new());
        let all_fit = offers.len() <= BAR_KEYS_LARGE.min(self.slots);
        for offer in offers {
            // Two keys at once are for those who know them by heart.
            let one_key = (1..=KEY_CHARS_MAX).contains(&offer.key.chars().count());
            let used_most = offer.own.is_none_or(|own| own.leads(self.kind)) && one_key;
            let fits = all_fit || (used_most && bar.len() + 1 < self.slots.min(BAR_KEYS));
            if fits { bar.push(offer) } else { sheet.push(offer) }
        }
        if !sheet.is_empty() {
            let (id, key, group) = Own::More.words();
            let taken = |key: &str| bar.iter().chain(&sheet).any(|offer| offer.key.eq_ignore_ascii_case(key));
            let key = if taken(key) { "+" } else { key };
            bar.push(Offer {
                id: id.into(),
                key: key.into(),
                group: group.into(),
                enabled: true,
                checked: self.more,
                own: Some(Own::More),
                ..Offer::default()
            });
        }
        (bar, sheet)
    }

    /// What is used all day, what the screen tells, and of the window's own the rest. A key stands for one thing:
    /// while goods are sold for what is told, elsewhere for what it has always meant there.
    fn offers(&self) -> Vec<Offer> {
        let mut told: Vec<Offer> = self.told();
        let own = Own::of(self.kind).iter().map(|own| self.own(*own));
        let mut own: Vec<Offer> = own.filter(|offer| told.iter().all(|told| told.id != offer.id)).collect();
        let (keeps, yields) = if self.kind == Kind::Sell { (&told, &mut own) } else { (&own, &mut told) };
        let keys: Vec<String> = keeps.iter().map(|offer| offer.key.to_ascii_uppercase()).collect();
        for offer in yields.iter_mut().filter(|offer| keys.contains(&offer.key.to_ascii_uppercase())) {
            offer.key.clear();
        }
        // A means of payment comes before both.
        for offer in own.iter_mut().chain(&mut told) {
            if self.tender_by(&offer.key).is_some() {
                offer.key.clear();
            }
        }
        let (first, rest) =
            own.into_iter().partition::<Vec<_>, _>(|offer| offer.own.is_some_and(|own| own.leads(self.kind)));
        first.into_iter().chain(told).chain(rest).take(OFFERS_MAX).collect()
    }

    fn told(&self) -> Vec<Offer> {
        // While something else is to be done first, only what helps there and then stands beside it.
        let (all, helpful) = match self.kind {
            Kind::Sell => (true, true),
            Kind::Change | Kind::Pay | Kind::Suspended | Kind::Report | Kind::OpenShift => (false, true),
            Kind::Ask | Kind::Choose | Kind::Count | Kind::Explain | Kind::Code => (false, true),
            Kind::NotReady | Kind::Locked | Kind::Payment | Kind::Approval => (false, false),
        };
        let wanted = self.screen.actions.iter().filter(|action| all || (helpful && action.enabled));
        let offers = wanted.take(OFFERS_MAX).map(|action| Offer {
            id: action.id.clone(),
            label: action.label.clone(),
            key: action.key.clone(),
            group: action.group.clone(),
            enabled: action.enabled,
            ..Offer::default()
        });
        offers.collect()
    }

    fn own(&self, own: Own) -> Offer {
        let (id, key, group) = own.words();
        let has_lines = !self.screen.basket.lines.is_empty();
        let busy = matches!(self.screen.panel, Panel::Pay { busy: true, .. });
        let number = match (&self.screen.panel, own) {
            (Panel::Sell { suspended, .. }, Own::Recall) => *suspended,
            _ => 0,
        };
        Offer {
            // After a sale the way back is the way on.
            id: if own == Own::Back && self.kind == Kind::Change { "next" } else { id }.into(),
            label: String::new(),
            key: key.into(),
            group: group.into(),
            enabled: match own {
                Own::Suspend | Own::Quantity | Own::VoidLine | Own::VoidSale | Own::Explain => has_lines,
                Own::Back | Own::OpenDrawer => !busy,
                _ => true,
            },
            checked: match own {
                Own::Member => self.purpose == Purpose::Member,
                Own::Quantity => self.purpose == Purpose::Quantity,
                Own::Return => self.screen.basket.returning,
                _ => false,
            },
            loss: own == Own::VoidSale && self.armed,
            number,
            own: Some(own),
        }
    }

    fn void_sale(&mut self) -> Outcome {
        if self.armed {
            return self.leave(Intent::VoidSale);
        }
        self.armed = true;
        self.more = true;
        Outcome::taken()
    }
}
