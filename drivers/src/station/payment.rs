//! The thread of a payment port: hands requests on, brings answers. It repeats nothing by itself: the till asks again for
//! what it does not hear.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use domain::payment::{Answer, Family};
use hal::{
    DeviceClass, DeviceError, PaymentCode, PaymentOrder, PaymentPort, PaymentReply, PaymentSays, RefundOrder, WAIT_MAX,
};

use super::{CommandError, Desk, DeviceEvent, EventSink, Station};
use crate::tally::Tally;

/// Requests that wait for a port; more are refused, and the till asks again.
pub const REQUESTS_WAITING_MAX: usize = 32;

/// What is asked of a payment port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentAsk {
    /// Hand a payment on, with the shopper's code where it has one.
    Send(PaymentOrder, Option<PaymentCode>),
    /// Say how it stands.
    Ask(PaymentOrder),
    /// Take it back, or close it.
    Reverse(PaymentOrder),
    /// Give it back, or a part of it.
    Refund(PaymentOrder, RefundOrder),
}

impl PaymentAsk {
    /// The payment that it is about.
    pub fn order(&self) -> &PaymentOrder {
        match self {
            PaymentAsk::Send(order, _)
            | PaymentAsk::Ask(order)
            | PaymentAsk::Reverse(order)
            | PaymentAsk::Refund(order, _) => order,
        }
    }

    /// The answer when it never left the till: no money can have moved by a payment that was not sent. Of everything else
    /// nothing is known, and nothing is said.
    pub fn not_sent(&self) -> Option<PaymentReply> {
        let PaymentAsk::Send(order, _) = self else { return None };
        let says = PaymentSays::Payment(Answer::Declined { why: String::new() });
        Some(PaymentReply { order_no: order.no.clone(), says })
    }
}

/// The way to a running payment port.
#[derive(Clone, Debug)]
pub struct PaymentStation {
    asks: SyncSender<PaymentAsk>,
    families: Arc<[Family]>,
}

impl PaymentStation {
    /// Hands a request on without waiting; what comes of it is told as [`DeviceEvent::Payment`].
    ///
    /// # Errors
    /// [`CommandError::Full`] or [`CommandError::Stopped`]; nothing was sent then.
    pub fn ask(&self, ask: PaymentAsk) -> Result<(), CommandError> {
        self.asks.try_send(ask).map_err(|error| match error {
            TrySendError::Full(_) => CommandError::Full,
            TrySendError::Disconnected(_) => CommandError::Stopped,
        })
    }

    /// Whose payments it moves.
    pub fn families(&self) -> &[Family] {
        &self.families
    }
}

impl Station {
    /// Runs a payment port, which `open` connects, for payments of these families.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn payment(
        name: &str,
        families: &[Family],
        open: impl Fn(&Arc<Tally>) -> Result<Box<dyn PaymentPort>, DeviceError> + Send + 'static,
        sink: EventSink,
    ) -> std::io::Result<(Station, PaymentStation)> {
        let (asks, asked) = sync_channel(REQUESTS_WAITING_MAX);
        let station = Station::run(DeviceClass::Payment, name, sink, move |mut desk| {
            desk.keep(open, |desk, port| serve(desk, port, &asked), |desk, wait| turn_away(desk, wait, &asked));
        })?;
        Ok((station, PaymentStation { asks, families: families.into() }))
    }
}

fn serve(desk: &mut Desk, port: &mut Box<dyn PaymentPort>, asked: &Receiver<PaymentAsk>) -> Result<(), DeviceError> {
    while !desk.stopped() {
        match asked.try_recv() {
            Ok(ask) => hand_on(desk, port, &ask)?,
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => listen(desk, port)?,
        }
    }
    Ok(())
}

/// Only a port that has gone is connected anew: after every other failure its answers may still come.
fn hand_on(desk: &mut Desk, port: &mut Box<dyn PaymentPort>, ask: &PaymentAsk) -> Result<(), DeviceError> {
    let handed_on = match ask {
        PaymentAsk::Send(order, code) => port.send(order, code.as_ref()),
        PaymentAsk::Ask(order) => port.ask(order),
        PaymentAsk::Reverse(order) => port.reverse(order),
        PaymentAsk::Refund(order, refund) => port.refund(order, refund),
    };
    let Err(error) = handed_on else { return Ok(()) };
    tracing::warn!(order = %ask.order().no, %error, "a payment request was not handed on");
    desk.tally.failed(&error);
    match error {
        DeviceError::Refused(_) => {
            tell_not_sent(desk, ask);
            Ok(())
        }
        DeviceError::Unplugged => Err(error),
        DeviceError::Opening { .. } | DeviceError::Wire { .. } => Ok(()),
    }
}

fn listen(desk: &mut Desk, port: &mut Box<dyn PaymentPort>) -> Result<(), DeviceError> {
    match port.next(WAIT_MAX) {
        Ok(None) => Ok(()),
        Ok(Some(reply)) => {
            desk.tally.done();
            desk.tell(DeviceEvent::Payment { device: desk.name.clone(), reply });
            Ok(())
        }
        Err(DeviceError::Unplugged) => Err(DeviceError::Unplugged),
        Err(error) => {
            tracing::warn!(%error, "failed listening to a payment port");
            desk.tally.failed(&error);
            // A port that fails at once must not keep a core busy.
            std::thread::park_timeout(WAIT_MAX);
            Ok(())
        }
    }
}

/// While the port is away nothing is sent, which is said at once: the shopper pays in another way.
fn turn_away(desk: &mut Desk, wait: Duration, asked: &Receiver<PaymentAsk>) {
    let until = Instant::now() + wait;
    while !desk.stopped() {
        let left = until.saturating_duration_since(Instant::now());
        match asked.recv_timeout(left.min(WAIT_MAX)) {
            Ok(ask) => tell_not_sent(desk, &ask),
            Err(_) if left.is_zero() => return,
            // Nobody can ask any more, and the thread is about to be stopped.
            Err(_) => std::thread::park_timeout(left.min(WAIT_MAX)),
        }
    }
}

fn tell_not_sent(desk: &Desk, ask: &PaymentAsk) {
    if let Some(reply) = ask.not_sent() {
        desk.tell(DeviceEvent::Payment { device: desk.name.clone(), reply });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Mutex;

    use domain::money::{Currency, Money};
    use domain::payment::RefundAnswer;
    use hal::{Health, PaymentCapabilities};

    use super::*;

    /// A provider that answers what it is asked, and is gone after a refund.
    struct Short {
        capabilities: PaymentCapabilities,
        replies: VecDeque<PaymentReply>,
        gone: bool,
    }

    impl Short {
        fn reply(&mut self, order: &PaymentOrder, says: PaymentSays) -> Result<(), DeviceError> {
            self.replies.push_back(PaymentReply { order_no: order.no.clone(), says });
            Ok(())
        }
    }

    impl PaymentPort for Short {
        fn capabilities(&self) -> &PaymentCapabilities {
            &self.capabilities
        }

        fn send(&mut self, order: &PaymentOrder, code: Option<&PaymentCode>) -> Result<(), DeviceError> {
            match code {
                None => Err(DeviceError::Refused("a code is needed")),
                Some(_) => self.reply(order, PaymentSays::Payment(Answer::Waiting)),
            }
        }

        fn ask(&mut self, order: &PaymentOrder) -> Result<(), DeviceError> {
            self.reply(order, PaymentSays::Payment(Answer::Paid { provider_no: "1".into() }))
        }

        fn reverse(&mut self, _: &PaymentOrder) -> Result<(), DeviceError> {
            Err(DeviceError::Refused("not this one"))
        }

        fn refund(&mut self, order: &PaymentOrder, refund: &RefundOrder) -> Result<(), DeviceError> {
            self.gone = true;
            let answer = RefundAnswer::Refunded;
            self.reply(order, PaymentSays::Refund { no: refund.no.clone(), answer })
        }

        fn next(&mut self, wait: Duration) -> Result<Option<PaymentReply>, DeviceError> {
            match self.replies.pop_front() {
                Some(reply) => Ok(Some(reply)),
                None if self.gone => Err(DeviceError::Unplugged),
                None => {
                    std::thread::sleep(wait / 20);
                    Ok(None)
                }
            }
        }
    }

    #[test]
    fn requests_are_answered_and_a_lost_port_is_made_anew() {
        let (sender, told) = sync_channel::<DeviceEvent>(100);
        // Reached, lost, away, reached.
        let tries = Mutex::new(VecDeque::from([true, false, true]));
        let open = move |_: &Arc<Tally>| {
            let reached = tries.lock().unwrap().pop_front().unwrap_or(true);
            let capabilities =
                PaymentCapabilities { families: vec![Family::WeChat], refunds_parts: true, requests_max: 1 };
            let port: Box<dyn PaymentPort> = Box::new(Short { capabilities, replies: VecDeque::new(), gone: false });
            if reached { Ok(port) } else { Err(DeviceError::Unplugged) }
        };
        let (station, way) = Station::payment("codes", &[Family::WeChat], open, EventSink::from(sender)).unwrap();
        let next = || match told.recv().unwrap() {
            DeviceEvent::State { class: DeviceClass::Payment, health, .. } => Err(health),
            DeviceEvent::Payment { reply, .. } => Ok(reply.says),
            other => panic!("{other:?} of a payment port"),
        };
        let order = PaymentOrder {
            no: "W1".into(),
            family: Family::WeChat,
            amount: Money::minor(500),
            currency: Currency::of("CNY").unwrap(),
            at: jiff::Timestamp::UNIX_EPOCH,
        };
        let declined = PaymentSays::Payment(Answer::Declined { why: String::new() });
        let code = Some(PaymentCode::new("134567890123456789"));
        assert_eq!(next(), Err(Health::Ready));
        way.ask(PaymentAsk::Send(order.clone(), None)).unwrap();
        assert_eq!(next(), Ok(declined.clone()));
        way.ask(PaymentAsk::Send(order.clone(), code.clone())).unwrap();
        assert_eq!(next(), Ok(PaymentSays::Payment(Answer::Waiting)));
        way.ask(PaymentAsk::Reverse(order.clone())).unwrap();
        way.ask(PaymentAsk::Ask(order.clone())).unwrap();
        assert_eq!(next(), Ok(PaymentSays::Payment(Answer::Paid { provider_no: "1".into() })));
        let refund = RefundOrder { no: "W1R".into(), amount: Money::minor(100) };
        way.ask(PaymentAsk::Refund(order.clone(), refund)).unwrap();
        assert_eq!(next(), Ok(PaymentSays::Refund { no: "W1R".into(), answer: RefundAnswer::Refunded }));
        assert_eq!(next(), Err(Health::Unplugged));
        // While it is away nothing is sent, and nothing is said about what was sent before.
        way.ask(PaymentAsk::Ask(order.clone())).unwrap();
        way.ask(PaymentAsk::Send(order, code)).unwrap();
        assert_eq!(next(), Ok(declined));
        assert_eq!(next(), Err(Health::Ready));
        let counted = station.tally().read();
        assert_eq!((counted.opens, counted.jobs), (2, 3));
    }
}
