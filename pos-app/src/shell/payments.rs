//! The thread of the payment port: hands requests on, brings answers, reconnects. It repeats nothing by itself: the engine
//! asks again for what it does not hear.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::time::{Duration, Instant};

use domain::payment::Answer;
use hal::{DeviceError, PaymentPort, PaymentReply, PaymentSays, WAIT_MAX};

use super::Message;
use crate::engine::{Input, PaymentRequest, PortView};

/// Requests that wait for the port; more are dropped, and the engine asks again.
const REQUESTS_MAX: usize = 32;
/// Time between two tries to reach the provider.
const RECONNECT: Duration = Duration::from_secs(2);

/// Makes the port anew whenever it is spent.
pub type PortMaker = Box<dyn FnMut() -> Result<Box<dyn PaymentPort>, DeviceError> + Send>;

/// The way to the port's thread; nothing is on its other end when no provider is set up.
pub(super) struct Payments {
    requests: Option<SyncSender<PaymentRequest>>,
}

impl Payments {
    /// Starts the port's thread; it ends when this is dropped.
    pub(super) fn set_up(maker: Option<PortMaker>, sender: SyncSender<Message>) -> std::io::Result<Payments> {
        let Some(maker) = maker else {
            return Ok(Payments { requests: None });
        };
        let (requests, waiting) = sync_channel(REQUESTS_MAX);
        let work = move || Line { maker, port: None, sender, tried: None }.work(&waiting);
        std::thread::Builder::new().name("payments".into()).spawn(work)?;
        Ok(Payments { requests: Some(requests) })
    }

    /// Hands a request on without waiting.
    pub(super) fn ask(&self, request: PaymentRequest) {
        let order = request.order().no.clone();
        let handed_on = self.requests.as_ref().is_some_and(|requests| requests.try_send(request).is_ok());
        if !handed_on {
            tracing::warn!(%order, "a payment request was not handed on; it is asked about again");
        }
    }
}

/// The port's thread.
struct Line {
    maker: PortMaker,
    port: Option<Box<dyn PaymentPort>>,
    sender: SyncSender<Message>,
    tried: Option<Instant>,
}

impl Line {
    fn work(mut self, requests: &Receiver<PaymentRequest>) {
        loop {
            self.connect();
            let next = match self.port {
                Some(_) => requests.try_recv(),
                None => requests.recv_timeout(WAIT_MAX).map_err(|error| match error {
                    RecvTimeoutError::Timeout => TryRecvError::Empty,
                    RecvTimeoutError::Disconnected => TryRecvError::Disconnected,
                }),
            };
            let told = match next {
                Ok(request) => self.hand_on(&request),
                Err(TryRecvError::Empty) => self.listen(),
                Err(TryRecvError::Disconnected) => return,
            };
            if told.is_err() {
                return;
            }
        }
    }

    fn connect(&mut self) {
        let soon = self.tried.is_some_and(|tried| tried.elapsed() < RECONNECT);
        if self.port.is_some() || soon {
            return;
        }
        self.tried = Some(Instant::now());
        let view = match (self.maker)() {
            Ok(port) => {
                let families = port.capabilities().families.clone();
                tracing::info!(?families, "the payment provider is reached");
                self.port = Some(port);
                PortView::Ready(families)
            }
            Err(error) => {
                tracing::warn!(%error, "the payment provider is not reached");
                PortView::Away
            }
        };
        let _ = self.tell(Input::PaymentPort(view));
    }

    fn hand_on(&mut self, request: &PaymentRequest) -> Result<(), ()> {
        let order = request.order();
        let sends = matches!(request, PaymentRequest::Send(..));
        let Some(port) = &mut self.port else {
            return if sends { self.not_sent(&order.no) } else { Ok(()) };
        };
        let handed_on = match request {
            PaymentRequest::Send(order, code) => port.send(order, code.as_ref()),
            PaymentRequest::Ask(order) => port.ask(order),
            PaymentRequest::Reverse(order) => port.reverse(order),
            PaymentRequest::Refund(order, refund) => port.refund(order, refund),
        };
        match handed_on {
            Ok(()) => Ok(()),
            Err(error) => {
                tracing::warn!(order = %order.no, %error, "a payment request was not handed on");
                match error {
                    DeviceError::Refused(_) if sends => self.not_sent(&order.no),
                    DeviceError::Unplugged => self.lose(),
                    _ => Ok(()),
                }
            }
        }
    }

    fn listen(&mut self) -> Result<(), ()> {
        let Some(port) = &mut self.port else { return Ok(()) };
        match port.next(WAIT_MAX) {
            Ok(None) => Ok(()),
            Ok(Some(reply)) => self.tell(Input::Payment(reply)),
            Err(error) => {
                tracing::warn!(%error, "failed listening to the payment provider");
                match error {
                    DeviceError::Unplugged => self.lose(),
                    _ => Ok(()),
                }
            }
        }
    }

    /// It never left: no money can have moved.
    fn not_sent(&self, order_no: &str) -> Result<(), ()> {
        let says = PaymentSays::Payment(Answer::Declined { why: String::new() });
        self.tell(Input::Payment(PaymentReply { order_no: order_no.to_owned(), says }))
    }

    fn lose(&mut self) -> Result<(), ()> {
        self.port = None;
        self.tell(Input::PaymentPort(PortView::Away))
    }

    fn tell(&self, input: Input) -> Result<(), ()> {
        self.sender.send(Message::Input(input)).map_err(drop)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use domain::money::{Currency, Money};
    use domain::payment::{Family, RefundAnswer};
    use hal::{PaymentCapabilities, PaymentCode, PaymentOrder, RefundOrder};

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

        fn next(&mut self, _: Duration) -> Result<Option<PaymentReply>, DeviceError> {
            match self.replies.pop_front() {
                Some(reply) => Ok(Some(reply)),
                None if self.gone => Err(DeviceError::Unplugged),
                None => Ok(None),
            }
        }
    }

    #[test]
    fn requests_are_answered_and_a_lost_port_is_made_anew() {
        let (sender, told) = sync_channel(100);
        let mut left = 2;
        let maker: PortMaker = Box::new(move || {
            left -= 1;
            if left < 0 {
                return Err(DeviceError::Unplugged);
            }
            let families = vec![Family::WeChat];
            let capabilities = PaymentCapabilities { families, refunds_parts: true, requests_max: 1 };
            Ok(Box::new(Short { capabilities, replies: VecDeque::new(), gone: false }))
        });
        let payments = Payments::set_up(Some(maker), sender).unwrap();
        let next = || match told.recv().unwrap() {
            Message::Input(input) => input,
            Message::Stop => unreachable!("nobody stops it"),
        };
        let order = PaymentOrder {
            no: "W1".into(),
            family: Family::WeChat,
            amount: Money::minor(500),
            currency: Currency::of("CNY").unwrap(),
        };
        let answer = |says| Input::Payment(PaymentReply { order_no: "W1".into(), says });
        assert_eq!(next(), Input::PaymentPort(PortView::Ready(vec![Family::WeChat])));
        payments.ask(PaymentRequest::Send(order.clone(), None));
        assert_eq!(next(), answer(PaymentSays::Payment(Answer::Declined { why: String::new() })));
        payments.ask(PaymentRequest::Send(order.clone(), Some(PaymentCode::new("134567890123456789"))));
        assert_eq!(next(), answer(PaymentSays::Payment(Answer::Waiting)));
        payments.ask(PaymentRequest::Reverse(order.clone()));
        payments.ask(PaymentRequest::Ask(order.clone()));
        assert_eq!(next(), answer(PaymentSays::Payment(Answer::Paid { provider_no: "1".into() })));
        payments.ask(PaymentRequest::Refund(order, RefundOrder { no: "W1R".into(), amount: Money::minor(100) }));
        assert_eq!(next(), answer(PaymentSays::Refund { no: "W1R".into(), answer: RefundAnswer::Refunded }));
        assert_eq!(next(), Input::PaymentPort(PortView::Away));
        assert_eq!(next(), Input::PaymentPort(PortView::Ready(vec![Family::WeChat])));
    }
}
