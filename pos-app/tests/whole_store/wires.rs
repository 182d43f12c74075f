//! What lies between a till and its providers: codecs that sign and verify, a network that loses, doubles and delays.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use domain::payment::Family;
use hal::{PaymentReply, PaymentSays};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use pos_app::engine::PaymentRequest;
use simulation::chance::Chance;
use simulation::provider::codec::{Ask, Codec, HttpRequest, HttpResponse, Moment};
use simulation::provider::{Fault, Merchant, Mood, Payer, Protocol, Provider, Request};

use super::sockets::Sockets;

/// The longest that a request is held up; the till believes that none is under way any more after 120 s.
const HELD_UP_S_MAX: i64 = 100;
/// How long a port waits for an answer before it may say that nothing is known.
const PORT_WAITS_S: i64 = 10;

/// Something on its way.
enum Way {
    /// To the provider.
    Up(HttpRequest),
    /// To the till.
    Down(HttpResponse),
    /// The port has waited in vain.
    Nothing,
    /// What a port over sockets has heard.
    Heard(PaymentReply),
}

struct Due {
    at: Timestamp,
    /// What it is about.
    ask: Ask,
    /// What the till wanted to know, when this is a second question for it.
    first: Option<Ask>,
    way: Way,
    /// In which life of the till it was sent: after a power cut nobody waits for an answer any more.
    life: u32,
}

/// Providers and the ways to them.
pub(super) struct Wires {
    pub(super) wechat: Protocol,
    providers: BTreeMap<Protocol, Provider>,
    due: Vec<Due>,
    pub(super) life: u32,
    /// Of a hundred requests, to how many something happens.
    pub(super) weather: u64,
    /// Refunds are refused for a while, and paid orders are not reversed.
    pub(super) stubborn: bool,
    pub(super) counted: BTreeMap<&'static str, u64>,
    pub(super) told: Vec<String>,
    /// Nonces of requests for bills so far.
    bills: u128,
    /// While requests go over sockets; the providers are behind them then.
    sockets: Option<Sockets>,
}

/// The merchant's side of a protocol; keys are read once.
fn codec(protocol: Protocol) -> &'static dyn Codec {
    static CODECS: OnceLock<BTreeMap<Protocol, Box<dyn Codec>>> = OnceLock::new();
    let all = || {
        let merchant = Merchant::default();
        let protocols = [Protocol::WeChatV3, Protocol::WeChatV2, Protocol::Alipay];
        protocols.into_iter().map(|protocol| (protocol, merchant.codec(protocol))).collect()
    };
    CODECS.get_or_init(all)[&protocol].as_ref()
}

impl Wires {
    pub(super) fn new(wechat: Protocol) -> Wires {
        let merchant = Merchant::default();
        let of = |protocol| (protocol, Provider::new(protocol, &merchant));
        Wires {
            wechat,
            providers: [of(wechat), of(Protocol::Alipay)].into(),
            due: Vec::new(),
            life: 0,
            weather: 0,
            stubborn: false,
            counted: BTreeMap::new(),
            told: Vec::new(),
            bills: 0,
            sockets: None,
        }
    }

    /// From here on requests go over sockets.
    pub(super) fn over_sockets(&mut self, seed: u64) {
        self.sockets = Some(Sockets::open([self.wechat, Protocol::Alipay], seed));
    }

    /// From here on they go over no sockets any more, to the same providers.
    pub(super) fn leave_sockets(&mut self) {
        if let Some(sockets) = self.sockets.take() {
            self.providers = sockets.close();
        }
    }

    /// The providers.
    pub(super) fn providers(&mut self) -> impl Iterator<Item = &mut Provider> {
        self.providers.values_mut()
    }

    /// The providers, to look at.
    pub(super) fn all(&self) -> impl Iterator<Item = &Provider> {
        self.providers.values()
    }

    /// Whether a provider has an order in its books.
    pub(super) fn knows(&self, no: &str) -> bool {
        self.all().any(|provider| provider.books().order(no).is_some())
    }

    /// Days on which a provider moved money.
    pub(super) fn days_of(&self, protocol: Protocol) -> BTreeSet<Date> {
        self.providers.get(&protocol).map(|provider| provider.books().days()).unwrap_or_default()
    }

    /// When the next thing arrives.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.due.iter().map(|due| due.at).min()
    }

    pub(super) fn is_idle(&self) -> bool {
        self.due.is_empty()
    }

    pub(super) fn count(&mut self, what: &'static str) {
        *self.counted.entry(what).or_default() += 1;
    }

    fn protocol_of(&self, family: Family) -> Protocol {
        match family {
            Family::WeChat => self.wechat,
            Family::Alipay => Protocol::Alipay,
            Family::UnionPay | Family::Terminal => panic!("nobody pays with {family:?} here"),
        }
    }

    /// The port hands a request of the engine on. Nothing comes back at once.
    pub(super) fn send(&mut self, now: Timestamp, chance: &mut Chance, request: &PaymentRequest) {
        if self.sockets.is_some() {
            return self.send_over_sockets(now, chance, request);
        }
        let ask = match request.clone() {
            PaymentRequest::Send(order, Some(code)) => Ask::Pay(order, code),
            PaymentRequest::Send(order, None) => panic!("{} has no code", order.no),
            PaymentRequest::Ask(order) => Ask::Query(order),
            PaymentRequest::Reverse(order) => Ask::Reverse(order),
            PaymentRequest::Refund(order, refund) => Ask::Refund(order, refund),
        };
        self.put(now, chance, ask, None);
    }

    fn send_over_sockets(&mut self, now: Timestamp, chance: &mut Chance, request: &PaymentRequest) {
        let mood = self.mood(chance);
        let order = request.order().clone();
        self.told.push(format!("{now}   -> {}, provider: {:?}, {:?}", order.no, mood.fault, mood.payer));
        let sockets = self.sockets.as_ref().expect("requests go over sockets");
        let reply = sockets.ask(self.protocol_of(order.family), mood, request);
        let (at, ask, way) = (later(now, 1), Ask::Query(order), Way::Heard(reply));
        self.due.push(Due { at, ask, first: None, way, life: self.life });
    }

    fn put(&mut self, now: Timestamp, chance: &mut Chance, ask: Ask, first: Option<Ask>) {
        let moment = Moment { at: now, nonce: u128::from(chance.bits()) << 64 | u128::from(chance.bits()) };
        let protocol = self.protocol_of(ask.order().family);
        let request = codec(protocol).request(&ask, moment).expect("what a till asks can be asked");
        let after = match chance.percent(self.weather / 4) {
            true => {
                self.count("request held up");
                chance.between(5, HELD_UP_S_MAX)
            }
            false => 0,
        };
        self.told.push(format!("{now}   -> {request:?}, arriving after {after} s"));
        self.due.push(Due { at: later(now, after), ask, first, way: Way::Up(request), life: self.life });
    }

    /// What arrives by now, one thing: an answer for the till, or nothing that it hears of.
    pub(super) fn arrive(&mut self, now: Timestamp, chance: &mut Chance) -> Option<PaymentReply> {
        let at = (0..self.due.len()).filter(|at| self.due[*at].at <= now).min_by_key(|at| self.due[*at].at)?;
        let Due { ask, first, way, life, .. } = self.due.remove(at);
        let gone = life != self.life;
        let says = match way {
            Way::Up(request) => {
                self.serve(now, chance, (ask, first, life), &request);
                return None;
            }
            Way::Down(_) | Way::Nothing | Way::Heard(_) if gone => return None,
            Way::Down(response) => self.read(now, chance, &ask, first.as_ref(), &response)?,
            Way::Nothing => ask.nothing_known(),
            Way::Heard(reply) => reply.says,
        };
        let order_no = first.as_ref().unwrap_or(&ask).order().no.clone();
        self.told.push(format!("{now}   <- {order_no}: {says:?}"));
        Some(PaymentReply { order_no, says })
    }

    /// What an answer says; a refund that was only taken in is asked about once more.
    fn read(
        &mut self,
        now: Timestamp,
        chance: &mut Chance,
        ask: &Ask,
        first: Option<&Ask>,
        response: &HttpResponse,
    ) -> Option<PaymentSays> {
        let codec = codec(self.protocol_of(ask.order().family));
        let moment = Moment { at: now, nonce: 0 };
        if first.is_none()
            && let Some(more) = codec.follow_up(ask, response, moment)
        {
            self.put(now, chance, more, Some(ask.clone()));
            return None;
        }
        Some(codec.answer(ask, response, moment))
    }

    fn serve(&mut self, now: Timestamp, chance: &mut Chance, asked: (Ask, Option<Ask>, u32), request: &HttpRequest) {
        let (ask, first, life) = asked;
        let mood = self.mood(chance);
        let (fault, payer) = (mood.fault, mood.payer.clone());
        let pays = matches!(ask, Ask::Pay(..));
        if pays && fault != Some(Fault::LostBefore) {
            self.count(shopper(&payer));
        }
        let protocol = self.protocol_of(ask.order().family);
        let provider = self.providers.get_mut(&protocol).expect("it has a provider");
        provider.set_mood(mood);
        let served = provider.serve(now, &Request::from(request));
        let shopper = if pays { format!(", the shopper: {payer:?}") } else { String::new() };
        self.told.push(format!(
            "{now}      provider: {:?}{shopper}",
            fault.map_or("nothing wrong".into(), |fault| format!("{fault:?}"))
        ));
        let mut heard = false;
        for (after, answer) in served {
            // A client may notice that the body is too short, or take it for whole.
            let response = answer.response().or_else(|| chance.percent(50).then(|| answer.pieces()));
            if let Some(response) = response {
                heard = true;
                let at = now.checked_add(after).expect("a time");
                self.due.push(Due { at, ask: ask.clone(), first: first.clone(), way: Way::Down(response), life });
            }
        }
        if !heard && chance.percent(70) {
            self.due.push(Due { at: later(now, PORT_WAITS_S), ask, first, way: Way::Nothing, life });
        }
    }

    /// What the provider does with the next request.
    fn mood(&self, chance: &mut Chance) -> Mood {
        let fault = chance.percent(self.weather).then(|| fault(chance));
        let payer = match chance.below(100) {
            0..45 => Payer::Pays,
            45..62 => Payer::ConfirmsAfter(SignedDuration::from_secs(chance.between(2, 75))),
            62..72 => Payer::Never,
            72..88 => Payer::Declines,
            _ => Payer::PaysAnyhowAfter(SignedDuration::from_secs(chance.between(5, 400))),
        };
        Mood {
            fault,
            payer,
            closes_unknown: chance.percent(50),
            keeps: self.stubborn && chance.percent(30),
            cannot_reverse: self.stubborn && chance.percent(50),
        }
    }

    /// The day's bill of a provider, asked for, fetched and read as the merchant does.
    pub(super) fn bill(
        &mut self,
        protocol: Protocol,
        day: Date,
        now: Timestamp,
    ) -> Vec<domain::payment::bill::BillLine> {
        use simulation::provider::codec::BillFound;
        let codec = codec(protocol);
        let moment = |nonce| Moment { at: now, nonce: u128::from(now.as_second().unsigned_abs()) << 64 | nonce };
        let provider = self.providers.get_mut(&protocol).expect("it has a provider");
        provider.set_mood(Mood::default());
        let mut ask = |request: &HttpRequest| {
            let (_, answer) = provider.serve(now, &Request::from(request)).remove(0);
            answer.response().expect("nothing is cut off")
        };
        self.bills += 2;
        let request = codec.bill_request(day, moment(self.bills)).expect("a bill can be asked for");
        match codec.bill_found(day, &ask(&request), moment(self.bills + 1)).expect("there is a bill") {
            BillFound::Empty => Vec::new(),
            BillFound::Here(lines) => lines,
            BillFound::Fetch(sealed) => {
                codec.bill_lines(&sealed, &ask(&sealed.request)).expect("what lies there is the bill")
            }
        }
    }
}

fn shopper(payer: &Payer) -> &'static str {
    match payer {
        Payer::Pays => "shopper pays at once",
        Payer::ConfirmsAfter(_) => "shopper confirms later",
        Payer::Never => "shopper never confirms",
        Payer::Declines => "payment declined",
        Payer::PaysAnyhowAfter(_) => "shopper confirms, reversed or not",
    }
}

fn fault(chance: &mut Chance) -> Fault {
    let late = [1, 4, 9, 15, 40, 90, 200, 400];
    let status = [500, 502, 503, 504, 429];
    match chance.below(14) {
        0 | 1 => Fault::LostBefore,
        2 | 3 => Fault::LostAnswer,
        4 | 5 => Fault::Late(SignedDuration::from_secs(*chance.pick(&late))),
        6 => Fault::Twice,
        7 => Fault::WronglySigned,
        8 => Fault::Unsigned,
        9 => Fault::Status(*chance.pick(&status)),
        10 => Fault::Garbage,
        11 => Fault::Truncated,
        12 => *chance.pick(&[Fault::Html, Fault::OtherOrder]),
        _ => Fault::SystemError,
    }
}

pub(super) fn later(at: Timestamp, seconds: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(seconds)).expect("a time within a year")
}
