//! What stands around a script's self-checkout: its bagging area, and the attendant's till at the other end of the lane;
//! and the other way round, the self-checkouts that a script's till looks after.

use hal::{DeviceClass, Weighing};
use protocol::lane::{Call, Goods, KioskTells, TillSays, Verdict};

use super::counter::stable;
use super::elsewhere::thousandths;
use super::furnish::number;
use crate::engine::{DeviceView, Input, LaneNews, PrinterTrouble};

/// It.
#[derive(Default)]
pub(super) struct Attended {
    /// Whether the bagging area was ever there.
    has_bagging: bool,
    /// Calls of self-checkouts so far: each has a number of its own.
    calls: u64,
    /// What the script's till has said to self-checkouts.
    said: Vec<TillSays>,
}

impl Attended {
    /// The script's till says something.
    pub(super) fn said(&mut self, says: TillSays) {
        self.said.push(says);
    }

    /// What it has said since it was last looked.
    pub(super) fn heard(&mut self) -> Vec<String> {
        let line = |says: TillSays| format!("lane says {:?} to call {} as {}", says.verdict, says.call, says.staff);
        self.said.drain(..).map(|says| line(says).to_lowercase()).collect()
    }

    /// Does what a line says; gives what the till or the self-checkout hears.
    pub(super) fn turn(&mut self, words: &[&str], tells: Option<&KioskTells>) -> Result<Vec<Input>, String> {
        let there = |there| Input::Device(DeviceClass::Bagging, if there { DeviceView::Ready } else { unplugged() });
        match words {
            ["bag", "unplugged"] => Ok(vec![there(false)]),
            ["bag", says] => {
                let weighing = match *says {
                    "moving" => Weighing::Moving,
                    "overload" => Weighing::Overload,
                    kilograms => stable(thousandths(kilograms)?, false),
                };
                let first = (!std::mem::replace(&mut self.has_bagging, true)).then(|| there(true));
                Ok(first.into_iter().chain([Input::Bagging(weighing)]).collect())
            }
            ["lane", "call", kiosk, why, about @ ..] => {
                self.calls += 1;
                Ok(vec![Input::Lane(LaneNews::Kiosk(calling(number(kiosk)?, (self.calls, why), about)?))])
            }
            ["lane", "gone", kiosk] => Ok(vec![Input::Lane(LaneNews::Gone(number(kiosk)?))]),
            ["lane", verdict, staff] => {
                let call = tells.and_then(|tells| tells.call.as_ref()).map_or(0, |call| call.no);
                Ok(vec![says(call, verdict, staff)?])
            }
            // An answer to a call that is over.
            ["lane", "late", verdict, staff] => {
                let call = tells.and_then(|tells| tells.call.as_ref()).map_or(1, |call| call.no);
                Ok(vec![says(call.saturating_sub(1), verdict, staff)?])
            }
            _ => Err(format!("`{}` is no command of a till script", words.join(" "))),
        }
    }
}

fn unplugged() -> DeviceView {
    DeviceView::Trouble(PrinterTrouble::Unplugged)
}

fn says(call: u64, verdict: &str, staff: &str) -> Result<Input, String> {
    let verdict = match verdict {
        "grants" => Verdict::Granted,
        "refuses" => Verdict::Refused,
        "comes" => Verdict::Coming,
        other => return Err(format!("an attendant grants, refuses or comes, not {other}")),
    };
    Ok(Input::Lane(LaneNews::Says(TillSays { call, verdict, staff: staff.to_owned() })))
}

/// A self-checkout that calls: `lane call NUMBER WHY [ABOUT] [PERMISSION SIZE]`.
fn calling(kiosk: u32, (no, why): (u64, &str), about: &[&str]) -> Result<KioskTells, String> {
    let (about, permission, size) = match about {
        [] => (String::new(), String::new(), 0),
        [about] => ((*about).to_owned(), String::new(), 0),
        [about, permission, size] => ((*about).to_owned(), (*permission).to_owned(), number(size)?),
        _ => return Err("a call is about something, and then names a permission and its size".into()),
    };
    let call =
        Call { no, why: why.to_owned(), about, permission, size, from_afar: !matches!(why, "rescan" | "payment") };
    let goods = vec![Goods { name: "Beer".into(), detail: "1 × 6.00".into(), amount: "6.00".into() }];
    Ok(KioskTells { kiosk, step: "wait".into(), total: "¥6.00".into(), goods, call: Some(call) })
}
