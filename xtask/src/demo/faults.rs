//! What happens to devices and providers while shoppers pay: late, unknown and lost answers, refusals, pulled cables.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use jiff::SignedDuration;
use simulation::provider::{Fault, FaultKind, Mood, Payer, State};
use simulation::street::{Cashier, Means, Moment, Payment, Step, Visit};
use ui::Screen;
use ui::screen::Level;

use crate::store::Store;
use crate::store::counter::{Counter, Wallet};

/// How much later a late answer comes.
const LATE: SignedDuration = SignedDuration::from_millis(1200);
/// The same of one before which the till loses its power.
const LATER: SignedDuration = SignedDuration::from_secs(5);
/// How long a request may take to the provider.
const ARRIVES_WITHIN: Duration = Duration::from_secs(3);
/// How long a device may take to be used again after it was plugged in.
const BACK_WITHIN: Duration = Duration::from_secs(10);

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Late,
    Unknown,
    LineCut,
    Declined,
    NeverConfirms,
    PowerCut,
    TerminalUnplugged,
    DisplayPulled,
}

/// Where in the day each is tried first, in percent, and whose payment it needs.
const DAY: [(What, usize, Option<&str>); 8] = [
    (What::NeverConfirms, 8, Some("alipay")),
    (What::Late, 15, Some("wechat")),
    (What::Unknown, 25, Some("wechat")),
    (What::DisplayPulled, 38, None),
    (What::LineCut, 45, Some("alipay")),
    (What::TerminalUnplugged, 55, Some("card")),
    (What::PowerCut, 70, Some("wechat")),
    (What::Declined, 80, Some("wechat")),
];

struct Planned {
    visit: usize,
    what: What,
    /// How often the fault had been before.
    before: u64,
    /// Orders in the provider's books before.
    orders: usize,
}

/// What is to happen around the counter.
pub struct Faults {
    planned: Vec<Planned>,
}

impl Faults {
    /// Finds a visit for each, as far as the day has one; `taken` visits have a story of their own.
    pub fn plan(visits: &[Visit], mut taken: Vec<usize>) -> Faults {
        let mut planned = Vec::new();
        for (what, percent, means) in DAY {
            let fits = |no: &usize| !taken.contains(no) && is_plain(&visits[*no]) && pays_by(&visits[*no], means);
            let found = (visits.len() * percent / 100..visits.len()).find(fits);
            if let Some(visit) = found {
                taken.push(visit);
                planned.push(Planned { visit, what, before: 0, orders: 0 });
            }
        }
        Faults { planned }
    }

    /// Lets happen what is due; the till's power is not cut here, only asked to be.
    pub fn happen(&mut self, counter: &Counter, moment: Moment) -> Fate {
        let (Moment::Step { visit, .. } | Moment::CashSent { visit } | Moment::Shows { visit, .. }) = moment;
        let Some(planned) = self.planned.iter_mut().find(|planned| planned.visit == visit) else {
            return Fate::Nothing;
        };
        match (planned.what, moment) {
            (What::PowerCut, Moment::Shows { what: "being paid", .. }) => planned.once_the_money_moved(counter),
            (What::DisplayPulled, Moment::Step { lines: 1, .. }) => {
                counter.display.unplug();
                Fate::Nothing
            }
            (What::NeverConfirms, Moment::Shows { what: "confirming", .. }) => Fate::GiveUp,
            (_, Moment::Shows { what: "payment", .. }) => planned.before_payment(counter),
            _ => Fate::Nothing,
        }
    }

    /// After a visit: all is as before, and what happened is told, when it did.
    pub fn after(&mut self, store: &Store, cashier: &mut Cashier, visit: usize) -> Result<Option<String>> {
        let Some(at) = self.planned.iter().position(|planned| planned.visit == visit) else { return Ok(None) };
        let planned = self.planned.swap_remove(at);
        let words = planned.mend(&store.counter, cashier)?;
        Ok(words.map(|words| format!("visit {}: {words}", visit + 1)))
    }
}

/// What a moment brings.
pub enum Fate {
    /// Nothing that the cashier must know of.
    Nothing,
    /// The till is to lose its power.
    PowerCut,
    /// The card terminal has gone.
    TerminalGone,
    /// The shopper will not confirm.
    GiveUp,
}

impl Planned {
    fn before_payment(&mut self, counter: &Counter) -> Fate {
        if self.what == What::TerminalUnplugged {
            counter.terminal.set_unplugged(true);
            return Fate::TerminalGone;
        }
        let Some(wallet) = self.wallet(counter) else { return Fate::Nothing };
        let control = wallet.server.control();
        let mut provider = control.provider();
        (self.before, self.orders) = (self.times(&provider), provider.books().orders().count());
        match self.what {
            What::Late => provider.soon([Some(Fault::Late(LATE))]),
            What::PowerCut => provider.soon([Some(Fault::Late(LATER))]),
            What::Unknown => provider.soon([Some(Fault::SystemError)]),
            What::LineCut => provider.soon([Some(Fault::LostAnswer)]),
            What::Declined => provider.set_mood(Mood { payer: Payer::Declines, ..Mood::default() }),
            What::NeverConfirms => provider.set_mood(Mood { payer: Payer::Never, ..Mood::default() }),
            What::TerminalUnplugged | What::DisplayPulled => {}
        }
        Fate::Nothing
    }

    /// The till has shown that it asks; the request is on its way.
    fn once_the_money_moved(&self, counter: &Counter) -> Fate {
        let control = counter.wechat.server.control();
        let until = Instant::now() + ARRIVES_WITHIN;
        while Instant::now() < until {
            if control.provider().books().orders().count() > self.orders {
                return Fate::PowerCut;
            }
            thread::sleep(Duration::from_millis(2));
        }
        Fate::Nothing
    }

    fn wallet<'a>(&self, counter: &'a Counter) -> Option<&'a Wallet> {
        match self.what {
            What::Late | What::Unknown | What::PowerCut | What::Declined => Some(&counter.wechat),
            What::LineCut | What::NeverConfirms => Some(&counter.alipay),
            What::TerminalUnplugged | What::DisplayPulled => None,
        }
    }

    fn times(&self, provider: &simulation::provider::Provider) -> u64 {
        let kind = match self.what {
            What::Late => FaultKind::Late,
            What::Unknown => FaultKind::SystemError,
            What::LineCut => FaultKind::LostAnswer,
            _ => return 0,
        };
        provider.faults().get(&kind).copied().unwrap_or_default()
    }

    /// Mends it, and says what happened; nothing when it did not.
    fn mend(&self, counter: &Counter, cashier: &mut Cashier) -> Result<Option<String>> {
        let Some(wallet) = self.wallet(counter) else { return self.plug_in(counter, cashier).map(Some) };
        let control = wallet.server.control();
        let mut provider = control.provider();
        provider.set_mood(Mood::default());
        let happened = self.times(&provider) > self.before;
        // The order that came last is this visit's: one shopper pays after the other.
        let newest = provider.books().orders().max_by_key(|order| (order.created_at, &order.provider_no));
        let is_new = provider.books().orders().count() > self.orders;
        let Some(order) = newest.filter(|_| is_new) else { return Ok(None) };
        let once = order.charges == 1 && order.state == State::Paid;
        let free = order.charges == 0;
        let words = match self.what {
            What::Late if happened && once => "WeChat Pay answered late; charged once",
            What::Unknown if happened && once => {
                "WeChat Pay took the money and said that it did not know; the till asked and heard that it was paid"
            }
            What::LineCut if happened && once => {
                "the line to Alipay broke after the money had moved; the till asked and heard that it was paid"
            }
            What::PowerCut if once => {
                "power cut after WeChat Pay had taken the money and before it said so; the till asked after its start, \
                 charged once"
            }
            What::Declined if free => "WeChat Pay refused the payment; she paid in cash",
            What::NeverConfirms if free && order.state == State::Closed => {
                "she did not confirm on her telephone: given up, closed at Alipay without money; she paid in cash"
            }
            other => bail!(
                "{other:?} did not go as it must: {} charged {} times, {:?}",
                order.no,
                order.charges,
                order.state
            ),
        };
        Ok(Some(words.to_owned()))
    }

    /// Plugs a device in again and waits until the till uses it.
    fn plug_in(&self, counter: &Counter, cashier: &mut Cashier) -> Result<String> {
        let begun = Instant::now();
        if self.what == What::TerminalUnplugged {
            counter.terminal.set_unplugged(false);
            let well = |screen: &Screen| screen.bar.devices_level == Level::Good;
            cashier.till().wait("the card terminal being back", BACK_WITHIN, well)?;
            let seconds = begun.elapsed().as_secs_f64();
            return Ok(format!(
                "the card terminal was unplugged, she paid in cash; back {seconds:.1} s after replugging"
            ));
        }
        counter.display.replug().context("failed plugging the customer display in again")?;
        let shows = |display: &simulation::counter::VirtualDisplay| !display.lines()[1].trim().is_empty();
        if !counter.display.wait_until(BACK_WITHIN, shows) {
            bail!("the customer display stays dark {BACK_WITHIN:?} after it was plugged in again");
        }
        let seconds = begun.elapsed().as_secs_f64();
        Ok(format!("the customer display was pulled; the sale went on, and it showed again after {seconds:.1} s"))
    }
}

/// Nobody else is served in between, and something is sold.
fn is_plain(visit: &Visit) -> bool {
    visit.sales() == 1 && !visit.steps.iter().any(|step| matches!(step, Step::Aside(_)))
}

fn pays_by(visit: &Visit, means: Option<&str>) -> bool {
    match (&visit.payment, means) {
        (Payment::By(by), Some(means)) => Means::word(by) == means,
        (_, None) => visit.steps.len() >= 3,
        _ => false,
    }
}
