//! The same days over real sockets: the till's payment threads, the drivers' ports, HTTPS, and providers behind it on the
//! real clock. The till's own clock still jumps from one due moment to the next.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use drivers::counter::Counter;
use drivers::registry::DeviceConfig;
use drivers::station::{DeviceEvent, EventSink, PaymentAsk};
use hal::{Health, PaymentReply};
use jiff::SignedDuration;
use pos_app::engine::PaymentRequest;
use simulation::provider::{Fault, Merchant, Mood, Payer, Protocol, Provider, Server};

/// How long a port may need to answer: two requests, each with its own limit.
const ANSWERED_WITHIN: Duration = Duration::from_secs(30);
const EVENTS_MAX: usize = 256;

/// Servers, and the till's devices that talk to them.
pub(super) struct Sockets {
    servers: BTreeMap<Protocol, Server>,
    counter: Counter,
    events: Receiver<DeviceEvent>,
}

impl Sockets {
    pub(super) fn open(protocols: [Protocol; 2], seed: u64) -> Sockets {
        let folder = std::env::temp_dir().join(format!("guitai-store-{}-{seed}", std::process::id()));
        let mut file = String::new();
        let mut servers = BTreeMap::new();
        for protocol in protocols {
            let server = Server::start(protocol).expect("a free port");
            let table = server.toml(&folder.join(format!("{protocol:?}"))).expect("keys can be written");
            file.push_str(&format!("[[payment]]\n{table}\n"));
            servers.insert(protocol, server);
        }
        let config = DeviceConfig::from_toml(&file).expect("a sound device file");
        let (sender, events) = sync_channel(EVENTS_MAX);
        let counter = Counter::set_up(&config, &EventSink::from(sender)).expect("threads");
        let sockets = Sockets { servers, counter, events };
        for _ in protocols {
            sockets.wait(|event| matches!(event, DeviceEvent::State { health: Health::Ready, .. }).then_some(()));
        }
        // The ports have read their keys.
        let _ = std::fs::remove_dir_all(folder);
        sockets
    }

    /// Puts a question through the till's own threads, and waits for what is heard. The provider's mood counts from
    /// this question on.
    pub(super) fn ask(&self, protocol: Protocol, mood: Mood, request: &PaymentRequest) -> PaymentReply {
        let ask = match request.clone() {
            PaymentRequest::Send(order, code) => PaymentAsk::Send(order, code),
            PaymentRequest::Ask(order) => PaymentAsk::Ask(order),
            PaymentRequest::Reverse(order) => PaymentAsk::Reverse(order),
            PaymentRequest::Refund(order, refund) => PaymentAsk::Refund(order, refund),
        };
        let no = ask.order().no.clone();
        self.servers[&protocol].control().provider().set_mood(in_real_time(mood));
        self.counter.pay(ask).expect("the port takes it");
        self.wait(|event| match event {
            DeviceEvent::Payment { reply, .. } if reply.order_no == no => Some(reply),
            _ => None,
        })
    }

    fn wait<T>(&self, wanted: impl Fn(DeviceEvent) -> Option<T>) -> T {
        let until = Instant::now() + ANSWERED_WITHIN;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let event = self.events.recv_timeout(left).expect("a port answers, whatever happens");
            if let Some(found) = wanted(event) {
                return found;
            }
        }
    }

    /// Ends it, and hands the providers with their books out, at their official addresses.
    pub(super) fn close(self) -> BTreeMap<Protocol, Provider> {
        drop(self.counter);
        let out = |(protocol, server): (Protocol, Server)| {
            let empty = Provider::new(protocol, &Merchant::default());
            let mut provider = std::mem::replace(&mut *server.control().provider(), empty);
            provider.set_base(match protocol {
                Protocol::Alipay => "https://dwbillcenter.alipay.com",
                Protocol::WeChatV3 | Protocol::WeChatV2 => "https://api.mch.weixin.qq.com",
            });
            (protocol, provider)
        };
        self.servers.into_iter().map(out).collect()
    }
}

/// The same mood where a second is a long time.
fn in_real_time(mut mood: Mood) -> Mood {
    let short = |long: SignedDuration| SignedDuration::from_millis(long.as_secs().clamp(0, 400));
    mood.fault = mood.fault.map(|fault| match fault {
        Fault::Late(by) => Fault::Late(short(by)),
        other => other,
    });
    mood.payer = match mood.payer {
        Payer::ConfirmsAfter(after) => Payer::ConfirmsAfter(short(after)),
        Payer::PaysAnyhowAfter(after) => Payer::PaysAnyhowAfter(short(after)),
        other => other,
    };
    mood
}
