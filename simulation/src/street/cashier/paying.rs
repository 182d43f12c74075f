//! The end of a visit: cash, a code, a card, or a part by one and the rest in cash.

use std::time::Duration;

use super::*;
use crate::street::{Means, Paid};

/// How long whoever moves the money may take, questions after an unheard answer included.
const PAYMENT_PATIENCE: Duration = Duration::from_secs(90);
/// Power cuts and refusals in one payment; more do not happen to a shopper.
const TRIES_MAX: usize = 3;

/// How a try to pay ended.
enum Tried {
    Paid(Paid),
    /// The power was cut, and the basket stands there, paid with this so far.
    PowerCut(Paid),
    /// Whoever moves the money does not: the shopper pays in cash.
    Refused,
}

/// What became of a means of payment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// It paid, and the sale is complete.
    All,
    /// It paid its part.
    Part,
    Refused,
    PowerCut,
}

impl Cashier<'_> {
    /// Takes the money, or voids the sale; tells what was paid.
    pub(super) fn end(
        &mut self,
        model: &Model,
        payment: &Payment,
        around: &mut Around,
    ) -> Result<Option<Paid>, StreetError> {
        let (mut payment, mut before) = (payment.clone(), Paid::default());
        let mut quiet = |_: Moment| Ok(Incident::None);
        for no in 0..TRIES_MAX {
            if payment == Payment::None {
                self.ask(&Intent::VoidSale, "voiding a sale", is_empty)?;
                return Ok(None);
            }
            let happens: &mut Around = if no == 0 { around } else { &mut quiet };
            match self.pay(model, (&payment, before.clone()), happens)? {
                Tried::Paid(paid) => return Ok(Some(paid)),
                Tried::PowerCut(paid) if paid.others.is_empty() => {}
                // A part that has moved stays with the basket; the rest is cash.
                Tried::PowerCut(paid) => (payment, before) = (Payment::Exact, paid),
                Tried::Refused => payment = Payment::Exact,
            }
        }
        unreachable!("nothing happens around a second try");
    }

    fn pay(
        &mut self,
        model: &Model,
        (payment, before): (&Payment, Paid),
        around: &mut Around,
    ) -> Result<Tried, StreetError> {
        let total = model.total();
        let all_by = |means: &Means| Paid { cash: None, others: vec![(means.word(), total)] };
        let screen = self.go_to_payment()?;
        let Panel::Pay { due_cash, .. } = &screen.panel else {
            // It was paid while nobody was there to complete it.
            let Payment::By(means) = payment else { return Err(self.differs("the payment", "the change", "the due")) };
            self.shows("change", &screen, around)?;
            return Ok(Tried::Paid(all_by(means)));
        };
        let due = self.shop.settings.cash(total - before.sum());
        if amount_in(due_cash).map(i64::abs) != Some(due.abs()) {
            return Err(self.differs("what is due in cash", due_cash, &amount_text(due)));
        }
        let incident = self.shows("payment", &screen, around)?;
        thread::sleep(self.pace);
        let (means, part) = match payment {
            Payment::None | Payment::Exact => return self.pay_cash(model, (due, None, before), around),
            Payment::Notes(given) => return self.pay_cash(model, (due, Some(*given), before), around),
            Payment::By(means) => (means, None),
            Payment::Split(means, part) => (means, Some(*part)),
        };
        if incident == Incident::TerminalGone {
            self.terminal_rests()?;
        }
        let taken = self.take(means, part, around)?;
        match (taken, part) {
            (Taken::Refused, _) => Ok(Tried::Refused),
            (Taken::PowerCut, _) => {
                self.compare("the basket after a power cut in payment", model)?;
                Ok(Tried::PowerCut(before))
            }
            (Taken::All, None) => {
                self.hand_over_receipt()?;
                Ok(Tried::Paid(all_by(means)))
            }
            (Taken::Part, Some(part)) => {
                let rest = self.shop.settings.cash(total - part);
                let paid = Paid { cash: None, others: vec![(means.word(), part)] };
                self.pay_cash(model, (rest, None, paid), around)
            }
            (Taken::All | Taken::Part, _) => Err(self.differs("what a means has paid", "another part", "its own")),
        }
    }

    /// To the payment, with the supervisor's leave where it is needed. A sale that is paid already is complete by it.
    fn go_to_payment(&mut self) -> Result<Screen, StreetError> {
        let pays = |screen: &Screen| matches!(screen.panel, Panel::Pay { .. } | Panel::Change { .. });
        // The change of the sale before may still stand there.
        self.show_goods()?;
        let screen = self.ask(&Intent::Pay, "going to payment", |screen| pays(screen) || screen.approval.is_some())?;
        if screen.approval.is_none() {
            return Ok(screen);
        }
        // Goods back without a receipt need the supervisor, who comes and types her PIN.
        let approve = Intent::Approve { staff: SUPERVISOR.id.into(), pin: SUPERVISOR.pin.into() };
        self.ask(&approve, "a supervisor's leave", pays)
    }

    /// Cash for what is due, after what was paid in other ways.
    fn pay_cash(
        &mut self,
        model: &Model,
        (due, given, before): (i64, Option<i64>, Paid),
        around: &mut Around,
    ) -> Result<Tried, StreetError> {
        self.till.wish(&Intent::Cash { text: given.map(amount_text).unwrap_or_default() })?;
        let paid = Paid { cash: Some(due), ..before.clone() };
        if self.look(Moment::CashSent { visit: self.visit }, around)? == Incident::TillKilled {
            self.resume()?;
            if is_empty(&self.till.screen()) {
                return Ok(Tried::Paid(paid));
            }
            self.compare("the basket after a power cut in payment", model)?;
            return Ok(Tried::PowerCut(before));
        }
        let has_paid = |screen: &Screen| matches!(screen.panel, Panel::Change { .. });
        let (screen, _) = self.wait("paying", has_paid)?;
        if let (Panel::Change { change, .. }, Some(given)) = (&screen.panel, given)
            && amount_in(change) != Some(given - due)
        {
            return Err(self.differs("the change", change, &amount_text(given - due)));
        }
        self.shows("change", &screen, around)?;
        self.hand_over_receipt()?;
        Ok(Tried::Paid(paid))
    }

    /// Has a means pay all, or a part, and waits until it is known whether it did.
    fn take(&mut self, means: &Means, part: Option<i64>, around: &mut Around) -> Result<Taken, StreetError> {
        let (kind, reference) = match means {
            Means::WeChat(code) | Means::Alipay(code) => ("code", code.clone()),
            Means::Card => ("card", String::new()),
        };
        match part {
            // The reader reads the shopper's telephone as it reads goods.
            None if kind == "code" => self.scanner.scan(&reference)?,
            _ => {
                let amount = part.map(amount_text).unwrap_or_default();
                self.till.wish(&Intent::Tender { kind: kind.to_owned(), amount, reference })?;
            }
        }
        self.wait_for_the_money(around)
    }

    fn wait_for_the_money(&mut self, around: &mut Around) -> Result<Taken, StreetError> {
        let mut seen = String::new();
        loop {
            let (screen, _) = self.wait_for("the money to move", PAYMENT_PATIENCE, |screen| match &screen.panel {
                Panel::Payment { title, .. } => *title != seen,
                Panel::Pay { paid, message, busy, .. } => !busy && (!paid.is_empty() || !message.is_empty()),
                _ => true,
            })?;
            match &screen.panel {
                Panel::Payment { title, in_doubt, can_cancel, .. } => {
                    seen.clone_from(title);
                    let confirming = ["等待顾客确认", "The shopper confirms"].contains(&title.as_str());
                    let what = match (in_doubt, confirming) {
                        (true, _) => "in doubt",
                        (false, true) => "confirming",
                        (false, false) => "being paid",
                    };
                    match self.look(Moment::Shows { visit: self.visit, what, screen: &screen }, around)? {
                        Incident::GiveUp(_) if *can_cancel => self.till.wish(&Intent::CancelPayment)?,
                        Incident::TillKilled => {
                            self.resume()?;
                            let paid = is_empty(&self.till.screen());
                            return Ok(if paid { Taken::All } else { Taken::PowerCut });
                        }
                        _ => {}
                    }
                }
                Panel::Pay { message, .. } if !message.is_empty() => {
                    self.shows("declined", &screen, around)?;
                    return Ok(Taken::Refused);
                }
                Panel::Pay { .. } => return Ok(Taken::Part),
                Panel::Change { .. } => {
                    self.shows("change", &screen, around)?;
                    return Ok(Taken::All);
                }
                _ => return Err(self.differs("a payment", &format!("{:?}", screen.panel), "its end")),
            }
        }
    }

    /// The till says by itself that no card can be taken.
    fn terminal_rests(&mut self) -> Result<(), StreetError> {
        let rests = |screen: &Screen| match &screen.panel {
            Panel::Pay { tenders, .. } => tenders.iter().any(|key| key.kind == "card" && !key.enabled),
            _ => true,
        };
        self.wait("seeing that the card terminal has gone", rests).map(drop)
    }

    /// A shopper waits a moment for her receipt and goes without it when the printer needs a person.
    fn hand_over_receipt(&mut self) -> Result<(), StreetError> {
        let printed = |screen: &Screen| match &screen.panel {
            Panel::Change { printing, .. } => ["小票已打印", "receipt printed"].contains(&printing.as_str()),
            _ => true,
        };
        match self.till.wait("printing the receipt", RECEIPT_PATIENCE, printed) {
            Ok(_) | Err(TillError::Silent { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
