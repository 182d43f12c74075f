//! Self-checkouts that an attendant looks after from her till: how they stand, what they call for, and what she says. What
//! she grants is hers: the self-checkout looks at her permission once more and writes it under her name.

use std::collections::BTreeMap;

use domain::staff::Permission;
use protocol::lane::{Call, KioskTells, TillSays, Verdict};
use words::say;

use super::actions::Action;
use super::command::{Command, Need};
use super::drafts::{Asked, Choose, Draft, Entry, Listed, Next, Step};
use super::questions::Ask;
use super::{Effect, Engine, Said, Trouble};

/// Self-checkouts that one till looks after.
pub const KIOSKS_MAX: usize = 16;
/// Goods of a basket that are told in the list.
const GOODS_TOLD: usize = 3;

/// Word from the other end of a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaneNews {
    /// A self-checkout tells how it stands.
    Kiosk(KioskTells),
    /// A self-checkout, by its number, is out of reach.
    Gone(u32),
    /// The attendant's till says something to this self-checkout.
    Says(TillSays),
    /// Whether this self-checkout reaches the attendant's till.
    Reached(bool),
}

/// The self-checkouts of this till, as they last told.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Lanes(BTreeMap<u32, KioskTells>);

impl Lanes {
    /// Whether there is any.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that call, by their numbers.
    pub(crate) fn calling(&self) -> impl Iterator<Item = (&KioskTells, &Call)> {
        self.0.values().filter_map(|tells| Some((tells, tells.call.as_ref()?)))
    }
}

impl Engine {
    /// A self-checkout has told something. A new call is heard, and stands in the quiet bar; it stops nothing.
    pub(super) fn lane_tells(&mut self, news: LaneNews) {
        match news {
            LaneNews::Kiosk(tells) => {
                let known = self.lanes.0.get(&tells.kiosk);
                if known.is_none() && self.lanes.0.len() >= KIOSKS_MAX {
                    return;
                }
                let called = known.and_then(|known| known.call.as_ref()).map(|call| call.no);
                self.beeps += u64::from(tells.call.as_ref().is_some_and(|call| Some(call.no) != called));
                self.lanes.0.insert(tells.kiosk, tells);
            }
            LaneNews::Gone(kiosk) => drop(self.lanes.0.remove(&kiosk)),
            LaneNews::Says(_) | LaneNews::Reached(_) => {}
        }
    }

    pub(crate) fn lanes_hindrance(&self) -> Option<Trouble> {
        self.lanes.is_empty().then_some(Trouble::NotSetUp)
    }

    /// Which self-checkout, then what to say to its call.
    pub(super) fn next_lanes(&self, draft: &Draft) -> Result<Next, Trouble> {
        let [kiosk, more @ ..] = &draft.answers[..] else {
            let entries = self.lanes.0.values().map(|tells| self.lane_entry(tells)).collect();
            return Ok(Next::Step(Step::Choose(Choose { what: Listed::Lanes, entries, many: false })));
        };
        let kiosk: u32 = kiosk.parse().map_err(|_| Trouble::NotHere)?;
        let [verdict] = more else {
            let tells = self.lanes.0.get(&kiosk).ok_or(Trouble::NotHere)?;
            let goods =
                tells.goods.iter().map(|goods| (format!("{}  {}", goods.name, goods.detail), goods.amount.clone()));
            return Ok(Next::Step(match &tells.call {
                Some(call) => self.verdicts(tells, call),
                None => Step::Show(goods.collect()),
            }));
        };
        // What she has read is what she answers, and nothing that has come in its place meanwhile.
        let call = match &draft.step {
            Step::Ask(Ask { what: Asked::LaneVerdict(call), .. }) if self.is_open(kiosk, call) => call,
            _ => return Ok(Next::Refuse(Trouble::CallIsOver)),
        };
        let verdict = match verdict.as_str() {
            "granted" if call.from_afar => Verdict::Granted,
            "refused" => Verdict::Refused,
            "coming" => Verdict::Coming,
            _ => return Err(Trouble::NotHere),
        };
        let about = format!("{kiosk} · {}", call.about);
        let wants_leave = verdict == Verdict::Granted && !call.permission.is_empty();
        let leave = wants_leave.then_some(about);
        Ok(Next::Do(Command::AnswerLane { kiosk, call: call.clone(), verdict, leave }))
    }

    /// Leave that a self-checkout asks for is a supervisor's to give.
    pub(super) fn needs_of_lanes(leave: Option<&String>) -> Vec<Need> {
        leave.map(|about| Need::of(Permission::Approve, 0, about.clone())).into_iter().collect()
    }

    pub(super) fn answer_lane(
        &mut self,
        (kiosk, call, verdict): (u32, &Call, Verdict),
        by: Option<String>,
        effects: &mut Vec<Effect>,
    ) {
        if !self.is_open(kiosk, call) {
            return self.refuse(Trouble::CallIsOver);
        }
        let staff = by.or_else(|| self.signed_on.as_ref().map(|staff| staff.id.clone())).unwrap_or_default();
        self.said = Said::Nothing;
        effects.push(Effect::Lane(kiosk, TillSays { call: call.no, verdict, staff }));
    }

    /// Whether a self-checkout still calls for this, as it last told. Numbers begin anew when it starts.
    fn is_open(&self, kiosk: u32, call: &Call) -> bool {
        self.lanes.0.get(&kiosk).is_some_and(|tells| tells.call.as_ref() == Some(call))
    }

    fn lane_entry(&self, tells: &KioskTells) -> Entry {
        let why = tells.call.as_ref().map(|call| self.call_words(call));
        let goods: Vec<&str> = tells.goods.iter().take(GOODS_TOLD).map(|goods| goods.name.as_str()).collect();
        let detail = why.unwrap_or_else(|| self.words.say(&format!("kiosk-at-{}", tells.step.replace('_', "-"))));
        let more = if goods.is_empty() { String::new() } else { format!(" · {}", goods.join(", ")) };
        Entry {
            id: tells.kiosk.to_string(),
            title: say!(self.words, "kiosk-lane", no = i64::from(tells.kiosk)),
            detail: format!("{detail}{more}"),
            amount: tells.total.clone(),
            ..Entry::default()
        }
    }

    fn verdicts(&self, tells: &KioskTells, call: &Call) -> Step {
        let detail =
            format!("{} · {}", say!(self.words, "kiosk-lane", no = i64::from(tells.kiosk)), self.call_words(call));
        let entry = |id: &str, key: &str| Entry {
            id: id.to_owned(),
            title: self.words.say(key),
            detail: detail.clone(),
            ..Entry::default()
        };
        let granted = call.from_afar.then(|| entry("granted", "kiosk-lane-granted"));
        let rest = [entry("coming", "kiosk-lane-coming"), entry("refused", "kiosk-lane-refused")];
        let entries = granted.into_iter().chain(rest).collect();
        Step::Ask(Ask {
            what: Asked::LaneVerdict(Box::new(call.clone())),
            keys: ui::screen::Keys::None,
            value: String::new(),
            options: entries,
            scans: false,
        })
    }

    /// Why a self-checkout calls, in words.
    pub(crate) fn call_words(&self, call: &Call) -> String {
        let why = self.words.say(&format!("kiosk-call-{}", call.why));
        if call.about.is_empty() { why } else { format!("{why} · {}", call.about) }
    }

    /// Whether an action is about self-checkouts, which most tills do not look after.
    pub(crate) fn is_lane_action(action: Action) -> bool {
        action == Action::SelfCheckouts
    }
}
