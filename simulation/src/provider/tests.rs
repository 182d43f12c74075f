use super::*;
use domain::money::Money;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + second).unwrap()
}

fn fen(units: i64) -> Money {
    Money::minor(units)
}

/// The books, through everything that shoppers, repeats and reversals do to one order.
#[test]
fn one_number_is_charged_once_and_gives_back_what_it_took() {
    let mut books = Books::new("4200");
    let code = "134567890123456789";
    let paid = |books: &Books, no: &str| books.order(no).map(|booked| (booked.state, booked.charges, booked.balance()));

    for _ in 0..3 {
        assert!(matches!(books.pay(at(0), ("A", code, fen(500)), &Payer::Pays, None), Outcome::Order(_)));
    }
    assert!(matches!(books.pay(at(1), ("A", "134567890123456780", fen(500)), &Payer::Pays, None), Outcome::NumberUsed));
    assert!(matches!(books.pay(at(1), ("A", code, fen(501)), &Payer::Pays, None), Outcome::NumberUsed));
    assert_eq!(paid(&books, "A"), Some((State::Paid, 1, fen(500))));
    for _ in 0..2 {
        assert!(matches!(books.refund(at(2), "A", ("AR1", fen(200)), false), Outcome::Refunded(..)));
    }
    assert!(matches!(books.refund(at(2), "A", ("AR1", fen(201)), false), Outcome::RefundRefused(_)));
    assert!(matches!(books.refund(at(2), "A", ("AR2", fen(301)), false), Outcome::RefundRefused(_)));
    assert!(matches!(books.refund(at(2), "A", ("AR2", fen(300)), true), Outcome::RefundRefused(_)));
    assert!(matches!(books.reverse(at(3), "A", (false, false)), Outcome::NotReversed(_)));
    assert_eq!(paid(&books, "A"), Some((State::Paid, 1, fen(300))));

    let later = Payer::ConfirmsAfter(SignedDuration::from_secs(20));
    books.pay(at(10), ("B", code, fen(100)), &later, None);
    books.pass(at(29));
    assert_eq!(paid(&books, "B"), Some((State::Confirming, 0, fen(0))));
    books.pass(at(30));
    assert_eq!(paid(&books, "B"), Some((State::Paid, 1, fen(100))));
    books.reverse(at(31), "B", (false, false));
    books.reverse(at(32), "B", (false, false));
    assert_eq!(paid(&books, "B"), Some((State::Closed, 1, fen(0))));

    books.pay(at(40), ("C", code, fen(100)), &later, None);
    books.reverse(at(50), "C", (false, false));
    books.pass(at(90));
    assert_eq!(paid(&books, "C"), Some((State::Closed, 0, fen(0))), "a reversed order is not paid any more");

    books.pay(at(40), ("D", code, fen(100)), &Payer::PaysAnyhowAfter(SignedDuration::from_secs(20)), None);
    books.reverse(at(50), "D", (false, false));
    books.pass(at(90));
    assert_eq!(paid(&books, "D"), Some((State::Paid, 1, fen(100))), "unless the provider errs");
    assert!(matches!(books.refund(at(91), "D", ("DR", fen(100)), false), Outcome::Refunded(..)));

    assert!(matches!(books.reverse(at(95), "E", (false, false)), Outcome::NotFound));
    assert!(matches!(books.reverse(at(95), "E", (true, false)), Outcome::Reversed(_)));
    books.pay(at(96), ("E", code, fen(100)), &Payer::Pays, None);
    assert_eq!(paid(&books, "E"), Some((State::Closed, 0, fen(0))), "a closed number is not paid");

    assert!(books.charged_twice().is_empty());
    assert_eq!(books.balance(), fen(300));
    let moved: Vec<i64> = books
        .entries(moment::day(at(0)))
        .iter()
        .map(|entry| if entry.kind == EntryKind::Paid { entry.amount.units() } else { -entry.amount.units() })
        .collect();
    assert_eq!(moved.iter().sum::<i64>(), 300, "the day's movements are what is held: {moved:?}");
}

/// A signature by a strange key, an old clock, a nonce for the second time and a changed body are turned away.
#[test]
fn requests_that_cannot_be_believed_are_turned_away() {
    let merchant = Merchant::default();
    let mut provider = Provider::new(Protocol::WeChatV3, &merchant);
    let target = "/v3/pay/transactions/out-trade-no/W1?mchid=1900000042";
    let ask = |key: &KeyPair, sent: i64, nonce: &str, target: &str, shown: &str| {
        let message = format!("GET\n{target}\n{sent}\n{nonce}\n\n");
        let (mchid, serial) = (&merchant.wechat.mchid, &merchant.wechat.serial);
        let authorization = format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"{mchid}\",serial_no=\"{serial}\",nonce_str=\"{nonce}\",\
             timestamp=\"{sent}\",signature=\"{}\"",
            key.sign(message.as_bytes())
        );
        let headers = vec![("authorization".into(), authorization), ("accept".into(), "application/json".into())];
        Request { method: "GET".into(), target: shown.into(), headers, body: Vec::new() }
    };
    let now = at(0).as_second();
    let (ours, other) = (keys::merchant_wechat(), keys::merchant_alipay());
    let mut status = |request: &Request| provider.serve(at(0), request)[0].1.status;
    assert_eq!(status(&ask(&ours, now, "n1", target, target)), 404, "it is believed, and there is no such order");
    assert_eq!(status(&ask(&ours, now, "n1", target, target)), 401, "the nonce was used");
    assert_eq!(status(&ask(&other, now, "n2", target, target)), 401, "a strange key");
    assert_eq!(status(&ask(&ours, now - 301, "n3", target, target)), 401, "an old request");
    assert_eq!(status(&ask(&ours, now, "n4", target, &target.replace("W1", "W2"))), 401, "another order");
    let turned_away: u64 = provider.complaints().counted.values().sum();
    assert_eq!(turned_away, 4, "{:?}", provider.complaints());

    let answer = provider.serve(at(0), &ask(&ours, now, "n5", target, target)).remove(0).1;
    let header =
        |name: &str| answer.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap();
    let body = String::from_utf8(answer.body.clone()).unwrap();
    let message = format!("{}\n{}\n{body}\n", header("wechatpay-timestamp"), header("wechatpay-nonce"));
    assert!(keys::platform_wechat().verifies(message.as_bytes(), &header("wechatpay-signature")));
}

/// The merchant's real codec before a simulated provider.
struct Counter {
    codec: Box<dyn codec::Codec>,
    provider: Provider,
    now: i64,
}

impl Counter {
    fn new(protocol: Protocol) -> Counter {
        let merchant = Merchant::default();
        Counter { codec: merchant.codec(protocol), provider: Provider::new(protocol, &merchant), now: 0 }
    }

    /// Asks once, a second later each time; the follow-up is put when there is one.
    fn ask(&mut self, ask: codec::Ask) -> hal::PaymentSays {
        self.now += 1;
        let moment = codec::Moment { at: at(self.now), nonce: self.now as u128 };
        let request = self.codec.request(&ask, moment).unwrap();
        let Some((_, answer)) = self.provider.serve(at(self.now), &Request::from(&request)).into_iter().next() else {
            return ask.nothing_known();
        };
        let response = answer.pieces();
        match self.codec.follow_up(&ask, &response, moment) {
            Some(next) => self.ask(next),
            None => self.codec.answer(&ask, &response, moment),
        }
    }

    fn bill(&mut self) -> Vec<domain::payment::bill::BillLine> {
        self.now += 1;
        let moment = |nonce| codec::Moment { at: at(self.now), nonce };
        let mut fetch = |request: &codec::HttpRequest| {
            self.provider.serve(at(self.now), &Request::from(request)).remove(0).1.response().unwrap()
        };
        let day = super::moment::day(at(0));
        let response = fetch(&self.codec.bill_request(day, moment(1 << 64)).unwrap());
        match self.codec.bill_found(day, &response, moment(2 << 64)).unwrap() {
            codec::BillFound::Empty => Vec::new(),
            codec::BillFound::Here(lines) => lines,
            codec::BillFound::Fetch(sealed) => self.codec.bill_lines(&sealed, &fetch(&sealed.request)).unwrap(),
        }
    }
}

/// Every question of the merchant's codecs, in every protocol, with every fault: a fault is never a success nor a refusal.
#[test]
fn codecs_and_providers_understand_each_other_and_faults_say_nothing() {
    use domain::payment::bill::BillKind;
    use domain::payment::{Answer as Says, Family, RefundAnswer, ReverseAnswer};
    use hal::{PaymentCode, PaymentOrder, PaymentSays, RefundOrder};

    for protocol in [Protocol::WeChatV3, Protocol::WeChatV2, Protocol::Alipay] {
        let (family, code) = match protocol {
            Protocol::Alipay => (Family::Alipay, PaymentCode::new("2812345678901234")),
            Protocol::WeChatV3 | Protocol::WeChatV2 => (Family::WeChat, PaymentCode::new("134567890123456789")),
        };
        let order = |no: &str, amount: i64| PaymentOrder {
            no: no.into(),
            family,
            amount: fen(amount),
            currency: domain::money::Currency::of("CNY").unwrap(),
            at: at(0),
        };
        let mut counter = Counter::new(protocol);
        let ask = |counter: &mut Counter, payer: Payer, asked: codec::Ask| {
            counter.provider.set_mood(Mood { payer, ..Mood::default() });
            counter.ask(asked)
        };
        let is_paid = |says: &PaymentSays| matches!(says, PaymentSays::Payment(Says::Paid { .. }));
        let pay = |order: &PaymentOrder| codec::Ask::Pay(order.clone(), code.clone());

        let paid = order("A1", 1_280);
        assert_eq!(
            ask(&mut counter, Payer::Pays, codec::Ask::Query(paid.clone())),
            PaymentSays::Payment(Says::NotFound)
        );
        assert!(is_paid(&ask(&mut counter, Payer::Pays, pay(&paid))), "{protocol:?}");
        assert!(is_paid(&ask(&mut counter, Payer::Pays, codec::Ask::Query(paid.clone()))));

        let waits = order("A2", 990);
        let soon = Payer::ConfirmsAfter(SignedDuration::from_secs(3));
        assert_eq!(ask(&mut counter, soon.clone(), pay(&waits)), PaymentSays::Payment(Says::Waiting));
        assert_eq!(
            ask(&mut counter, soon.clone(), codec::Ask::Query(waits.clone())),
            PaymentSays::Payment(Says::Waiting)
        );
        counter.now += 3;
        assert!(is_paid(&ask(&mut counter, soon, codec::Ask::Query(waits.clone()))));
        let reversed = PaymentSays::Reversal(ReverseAnswer::Reversed);
        assert_eq!(ask(&mut counter, Payer::Pays, codec::Ask::Reverse(waits.clone())), reversed);
        assert_eq!(ask(&mut counter, Payer::Pays, codec::Ask::Reverse(waits.clone())), reversed);
        assert_eq!(ask(&mut counter, Payer::Pays, codec::Ask::Query(waits)), PaymentSays::Payment(Says::Reversed));

        let declined = ask(&mut counter, Payer::Declines, pay(&order("A3", 500)));
        assert!(matches!(declined, PaymentSays::Payment(Says::Declined { .. })), "{declined:?}");
        let unknown = ask(&mut counter, Payer::Pays, codec::Ask::Reverse(order("A9", 500)));
        assert_eq!(unknown, PaymentSays::Reversal(ReverseAnswer::NotFound));

        let refund =
            |no: &str, amount| codec::Ask::Refund(paid.clone(), RefundOrder { no: no.into(), amount: fen(amount) });
        let refunded = |no: &str| PaymentSays::Refund { no: no.into(), answer: RefundAnswer::Refunded };
        for _ in 0..2 {
            // Some take a refund in first, and have done it when they are asked the next time.
            ask(&mut counter, Payer::Pays, refund("A1R", 280));
        }
        assert_eq!(ask(&mut counter, Payer::Pays, refund("A1R", 280)), refunded("A1R"), "{protocol:?}");
        let more = ask(&mut counter, Payer::Pays, refund("A1S", 1_001));
        assert!(
            matches!(more, PaymentSays::Refund { answer: RefundAnswer::Refused { .. }, .. }),
            "{protocol:?} {more:?}"
        );

        let faults = [
            Fault::LostBefore,
            Fault::LostAnswer,
            Fault::WronglySigned,
            Fault::Unsigned,
            Fault::Status(502),
            Fault::Garbage,
            Fault::Truncated,
            Fault::Html,
            Fault::SystemError,
            Fault::OtherOrder,
        ];
        for (fault, no) in faults.into_iter().zip(1..) {
            let order = order(&format!("B{no}"), 100 + no);
            counter.provider.soon([Some(fault), None, Some(fault)]);
            let first = ask(&mut counter, Payer::Pays, pay(&order));
            assert_eq!(first, PaymentSays::Payment(Says::Unknown), "{protocol:?} {fault:?}");
            let now = ask(&mut counter, Payer::Pays, codec::Ask::Query(order.clone()));
            assert_eq!(is_paid(&now), fault != Fault::LostBefore, "{protocol:?} {fault:?} {now:?}");
            let again = ask(&mut counter, Payer::Pays, codec::Ask::Query(order.clone()));
            assert_eq!(again, PaymentSays::Payment(Says::Unknown), "{protocol:?} {fault:?}");
        }
        assert!(counter.provider.complaints().counted.is_empty(), "{:?}", counter.provider.complaints());

        let lines = counter.bill();
        let sum = |kind| -> Money { lines.iter().filter(|line| line.kind == kind).map(|line| line.amount).sum() };
        let held = sum(BillKind::Paid) - sum(BillKind::Refunded) - sum(BillKind::Reversed);
        assert_eq!(held, counter.provider.books().balance(), "{protocol:?} {lines:?}");
        let numbered = |line: &&domain::payment::bill::BillLine| line.refund_no.as_deref() == Some("A1R");
        assert_eq!(lines.iter().filter(numbered).count(), 1, "{protocol:?} {lines:?}");
    }
}

/// Payments on the shopper's own phone: opened, looked at, paid, closed; what is paid is not closed, and nobody is charged twice.
#[test]
fn a_payment_on_a_phone_is_opened_paid_once_and_closed_in_time() {
    use domain::payment::{Answer as Says, Family, ReverseAnswer};
    use hal::{PaymentOrder, PaymentSays};
    use providers::{Opened, Opening};

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (protocol, family) in [(Protocol::WeChatV3, Family::WeChat), (Protocol::Alipay, Family::Alipay)] {
        let server = Server::start(protocol).unwrap();
        let folder = std::env::temp_dir().join(format!("guitai-open-{protocol:?}-{}", std::process::id()));
        let account = server.settings(&folder).unwrap().open().unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let order = |no: &str| PaymentOrder {
            no: no.into(),
            family,
            amount: fen(1_280),
            currency: domain::money::Currency::of("CNY").unwrap(),
            at: Timestamp::now(),
        };
        let opening = |no: &str| Opening {
            order: order(no),
            closes_at: Timestamp::now() + SignedDuration::from_mins(5),
            shopper_ip: "203.0.113.7".into(),
            back: "https://shop.example/go/s1?from=pay".into(),
            notify: "https://shop.example/v1/phone/told".into(),
        };
        let open = |no: &str| match runtime.block_on(account.open(&opening(no))).unwrap() {
            Opened::Page(url) => url,
            other => panic!("{protocol:?} {other:?}"),
        };
        let control = server.control();
        let visit = |url: &str| {
            let target = url.strip_prefix(&server.url()).unwrap().to_owned();
            let request = Request { method: "GET".into(), target, headers: Vec::new(), body: Vec::new() };
            let answer = control.provider().serve(Timestamp::now(), &request).remove(0).1;
            assert_eq!((answer.status, answer.headers[0].1.as_str()), (302, "https://shop.example/go/s1?from=pay"));
        };
        let query = |no: &str| match runtime.block_on(account.ask(codec::Ask::Query(order(no)))).unwrap().says {
            PaymentSays::Payment(answer) => answer,
            other => panic!("{other:?}"),
        };
        let close = |no: &str| runtime.block_on(account.close(&order(no))).unwrap();

        let url = open("P1");
        assert!(matches!(query("P1"), Says::Waiting | Says::NotFound), "nobody has looked at it: {protocol:?}");
        visit(&url);
        visit(&url);
        assert!(matches!(query("P1"), Says::Paid { .. }), "{protocol:?}");
        assert!(matches!(close("P1"), ReverseAnswer::StillPaid { .. }), "what is paid is not closed: {protocol:?}");
        assert_eq!(control.provider().books().order("P1").unwrap().charges, 1);

        control.provider().set_mood(Mood { payer: Payer::Never, ..Mood::default() });
        let url = open("P2");
        visit(&url);
        assert_eq!(query("P2"), Says::Waiting);
        assert_eq!(close("P2"), ReverseAnswer::Reversed, "{protocol:?}");
        assert_eq!(close("P2"), ReverseAnswer::Reversed, "closed it stays: {protocol:?}");
        control.provider().set_mood(Mood::default());
        visit(&url);
        assert_eq!(query("P2"), Says::Reversed, "a closed order takes no money: {protocol:?}");
        assert_eq!(close("P9"), ReverseAnswer::NotFound, "{protocol:?}");

        let faults = [Fault::WronglySigned, Fault::Unsigned, Fault::Status(502), Fault::Garbage, Fault::LostAnswer];
        for (no, fault) in faults.into_iter().enumerate() {
            control.provider().soon([Some(fault)]);
            assert_eq!(close("P2"), ReverseAnswer::Unknown, "{protocol:?} {fault:?}");
            if protocol == Protocol::WeChatV3 {
                control.provider().soon([Some(fault)]);
                let opened = runtime.block_on(account.open(&opening(&format!("F{no}")))).unwrap();
                assert_eq!(opened, Opened::Unknown, "{fault:?}");
            }
        }
        let provider = control.provider();
        assert!(provider.books().charged_twice().is_empty() && provider.complaints().counted.is_empty());
        assert_eq!(provider.books().balance(), fen(1_280), "{protocol:?}");
    }
}

/// The same behind HTTPS, with the merchant's client: what was done, and what a broken connection says.
#[test]
fn a_provider_behind_https_keeps_the_same_books() {
    use domain::payment::{Answer as Says, Family, ReverseAnswer};
    use hal::{PaymentCode, PaymentOrder, PaymentSays};

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for protocol in [Protocol::WeChatV3, Protocol::WeChatV2, Protocol::Alipay] {
        let server = Server::start(protocol).unwrap();
        let folder = std::env::temp_dir().join(format!("guitai-https-{protocol:?}-{}", std::process::id()));
        let account = server.settings(&folder).unwrap().open().unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let (family, code) = match protocol {
            Protocol::Alipay => (Family::Alipay, PaymentCode::new("2812345678901234")),
            Protocol::WeChatV3 | Protocol::WeChatV2 => (Family::WeChat, PaymentCode::new("134567890123456789")),
        };
        let order = |no: &str| PaymentOrder {
            no: no.into(),
            family,
            amount: fen(1_280),
            currency: domain::money::Currency::of("CNY").unwrap(),
            at: Timestamp::now(),
        };
        let ask = |asked| runtime.block_on(account.ask(asked)).unwrap().says;
        let paid = |says: &PaymentSays| matches!(says, PaymentSays::Payment(Says::Paid { .. }));
        let control = server.control();
        assert!(paid(&ask(codec::Ask::Pay(order("A1"), code.clone()))), "{protocol:?}");
        for (fault, no) in [Fault::LostAnswer, Fault::Truncated, Fault::Status(502), Fault::Html].into_iter().zip(2..) {
            let order = order(&format!("A{no}"));
            control.provider().soon([Some(fault)]);
            let says = ask(codec::Ask::Pay(order.clone(), code.clone()));
            assert_eq!(says, PaymentSays::Payment(Says::Unknown), "{protocol:?} {fault:?}");
            assert!(paid(&ask(codec::Ask::Query(order.clone()))), "{protocol:?} {fault:?}");
        }
        // The merchant's certificate goes with it where it is asked for.
        assert_eq!(
            ask(codec::Ask::Reverse(order("A2"))),
            PaymentSays::Reversal(ReverseAnswer::Reversed),
            "{protocol:?}"
        );
        let bill = runtime.block_on(account.bill(super::moment::day(Timestamp::now()))).unwrap();
        let provider = control.provider();
        assert_eq!(provider.books().balance(), fen(4 * 1_280));
        assert!(bill.len() >= 6, "{bill:?}");
        assert!(provider.complaints().counted.is_empty(), "{:?}", provider.complaints());
    }
}
