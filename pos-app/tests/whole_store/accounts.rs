//! What must be so when the trouble is over: nothing in doubt, nobody charged twice or for nothing, and three books that
//! agree: the provider's, the till's and the day's bill.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::Event;
use domain::money::Money;
use domain::payment::bill::{BillKind, BillLine, BookLine, Booked, Difference, compare};
use domain::payment::{Answer, Payment, PaymentState, RefundState};
use domain::tender::TenderKind;
use hal::{PaymentReply, PaymentSays};
use pos_app::engine::Input;
use simulation::provider::Protocol;

use super::day::Day;

/// Minutes within which a provider that works settles everything: the slowest repeat is a minute.
const SETTLED_WITHIN: u32 = 40;

impl Day {
    /// Of a hundred codes, how many are Alipay's.
    pub(super) fn alipay_share(&self) -> u64 {
        match (self.wires.wechat, self.is_of_alipay) {
            (_, true) => 90,
            (Protocol::WeChatV2, false) => 0,
            (_, false) => 10,
        }
    }

    /// The trouble is over, and time goes on.
    pub(super) fn settle(&mut self) {
        self.tell("-- from here on everything works".into());
        self.wires.leave_sockets();
        self.wires.weather = 0;
        self.wires.stubborn = false;
        self.cuts = 0;
        self.wait_until_settled();
        for _ in 0..12 {
            if self.engine.durable().open.is_none() && !self.payment_is_open() {
                break;
            }
            self.sign_on();
            self.finish_sale();
            self.wait_until_settled();
        }
        assert!(
            self.engine.durable().open.is_none(),
            "a sale cannot be ended: {:?} {:?}",
            self.engine.said(),
            self.engine.place()
        );
        // Shoppers who confirm whatever was said have done so by now.
        self.pass(600);
        self.tell_late_payments();
        assert_eq!(self.engine.durable().payment, self.disk.payment, "the engine knows what the disk holds");
    }

    fn wait_until_settled(&mut self) {
        for _ in 0..SETTLED_WITHIN {
            if !self.payment_is_open() && self.wires.is_idle() {
                return;
            }
            self.pass(60);
        }
        assert!(!self.payment_is_open(), "in doubt for ever: {:?}", self.disk.payment);
    }

    /// What the bill shows and the till has not is told to the till: it refunds what it still remembers, and says so.
    fn tell_late_payments(&mut self) {
        for _ in 0..8 {
            let theirs = self.whole_bill();
            let late: Vec<BillLine> = self.differences(&theirs).into_iter().filter_map(late_payment).collect();
            let unheard = late.into_iter().find(|line| !self.is_told(&line.order_no));
            let Some(line) = unheard else { return };
            self.tell(format!("   the bill shows {} of {}", line.order_no, line.amount.units()));
            self.wires.count("late payment found in the bill");
            let says = PaymentSays::Payment(Answer::Paid { provider_no: line.provider_no.clone() });
            self.hear(Input::Payment(PaymentReply { order_no: line.order_no.clone(), says }));
            self.wait_until_settled();
        }
    }

    /// Whether people know that an order is paid which should not be.
    fn is_told(&self, order_no: &str) -> bool {
        let paid = |why: &String| ["unknown", "LatePaid", "RefundRefused"].contains(&why.as_str());
        self.alarmed.get(order_no).is_some_and(|whys| whys.iter().any(paid))
    }

    /// Lines of all bills since the day began.
    fn whole_bill(&mut self) -> Vec<BillLine> {
        let mut lines = Vec::new();
        for protocol in [self.wires.wechat, Protocol::Alipay] {
            for day in self.wires.days_of(protocol) {
                lines.extend(self.wires.bill(protocol, day, self.now));
            }
        }
        lines
    }

    fn differences(&self, theirs: &[BillLine]) -> Vec<Difference> {
        compare(&book(&self.events), theirs)
    }

    /// Everything that must be so.
    pub(super) fn compare(&mut self) {
        check_sales(&self.events);
        let theirs = self.whole_bill();
        let left = self.left_for_people();
        let told = self.told_by_order();
        for provider in self.wires.all() {
            assert!(provider.complaints().counted.is_empty(), "{:?}", provider.complaints());
            assert!(provider.books().charged_twice().is_empty(), "{:?}", provider.books().charged_twice());
            for booked in provider.books().orders() {
                let ours = told.get(&booked.no).copied().unwrap_or_default();
                let left: Money = left.iter().filter(|left| left.order_no == booked.no).map(|left| left.amount).sum();
                let holds = booked.balance();
                assert_eq!(holds, ours + left, "{booked:?}; the till says {ours:?}, and {left:?} is for people");
            }
        }
        for (no, ours) in &told {
            assert!(self.wires.knows(no) || ours.is_zero(), "{no}: {ours:?} were sold and no provider knows it");
        }
        let differences = self.differences(&theirs).into_iter();
        let differences: Vec<Difference> = differences.filter(|difference| !is_left(difference, &left)).collect();
        assert!(differences.is_empty(), "the bill is not the book: {differences:#?}");
        let held: Money = self.wires.all().map(|provider| provider.books().balance()).sum();
        let bill: Money = theirs.iter().map(moved).sum();
        assert_eq!(bill, held, "the bills of all days are what is held");
        for left in left {
            self.wires.count(left.why);
        }
    }

    /// What people must settle, and have been told of: nothing else may be off.
    fn left_for_people(&self) -> Vec<Left> {
        let mut left = refused(&self.events);
        let booked = |no: &str| self.wires.all().find_map(|provider| provider.books().order(no));
        for left in &mut left {
            let given_back =
                |booked: &simulation::provider::Booked| booked.refunds.is_empty() && booked.balance().is_zero();
            if booked(&left.order_no).is_none_or(given_back) {
                // An old answer that came after the reversal said that it was paid.
                left.amount = Money::ZERO;
                left.why = "people were told of a refund that was not needed";
            }
        }
        let unknown = |no: &str| self.alarmed.get(no).is_some_and(|why| why.contains("unknown"));
        let refused_nos: BTreeSet<&str> = newest(&self.events)
            .into_iter()
            .filter_map(|payment| payment.refund.as_ref())
            .filter(|refund| refund.state == RefundState::Refused)
            .map(|refund| refund.no.as_str())
            .collect();
        for booked in self.wires.all().flat_map(|provider| provider.books().orders()) {
            let of = |why, amount| Left { order_no: booked.no.clone(), amount, why, refund: None };
            if booked.paid_late && unknown(&booked.no) {
                left.push(of("left for people: paid late, and told by the bill alone", booked.balance()));
            }
            for refund in booked.refunds.iter().filter(|refund| refused_nos.contains(refund.no.as_str())) {
                let why = "left for people: a refund was refused, and done by an earlier request";
                left.push(Left { refund: Some(refund.no.clone()), ..of(why, -refund.amount) });
            }
        }
        left
    }

    /// Money that providers moved, by order number, as the till's sales tell.
    fn told_by_order(&self) -> BTreeMap<String, Money> {
        let mut told: BTreeMap<String, Money> = BTreeMap::new();
        for event in &self.events {
            let Event::SaleCompleted(sale) = event else { continue };
            for tender in sale.tenders.iter().filter(|tender| tender.kind == TenderKind::Code) {
                let no = tender.reference.clone().expect("a payment has its number");
                *told.entry(no).or_default() += tender.amount;
            }
        }
        told
    }
}

/// A payment that the till has not, or has taken back.
fn late_payment(difference: Difference) -> Option<BillLine> {
    match difference {
        Difference::MissingHere(line) if line.kind == BillKind::Paid => Some(line),
        Difference::NotReversed { theirs, .. } => Some(theirs),
        _ => None,
    }
}

/// Money that is not where the till's book has it, and why.
struct Left {
    order_no: String,
    /// What the provider holds more than the sales say.
    amount: Money,
    why: &'static str,
    /// The refund that was done after all.
    refund: Option<String>,
}

/// Whether people were told of a difference.
fn is_left(difference: &Difference, left: &[Left]) -> bool {
    let (line, refund) = match difference {
        Difference::NotReversed { theirs, .. } => (theirs, None),
        Difference::MissingHere(line) => (line, line.refund_no.as_ref()),
        Difference::MissingThere(_)
        | Difference::Amount { .. }
        | Difference::TwiceThere(_)
        | Difference::TwiceHere(_) => return false,
    };
    left.iter().any(|left| left.order_no == line.order_no && left.refund.as_ref() == refund)
}

fn moved(line: &BillLine) -> Money {
    match line.kind {
        BillKind::Paid => line.amount,
        BillKind::Refunded | BillKind::Reversed => -line.amount,
    }
}

/// The newest state of every payment and of every part refund, from the events alone.
fn newest(events: &[Event]) -> Vec<&Payment> {
    let mut newest: BTreeMap<(&str, Option<&str>), &Payment> = BTreeMap::new();
    for event in events {
        let Event::PaymentChanged(payment) = event else { continue };
        let part =
            payment.sent_at.is_none().then(|| payment.refund.as_ref().map(|refund| refund.no.as_str())).flatten();
        newest.insert((&payment.order_no, part), payment);
    }
    newest.into_values().collect()
}

/// The till's book.
fn book(events: &[Event]) -> Vec<BookLine> {
    let mut book = Vec::new();
    for payment in newest(events) {
        let line = |booked| BookLine { order_no: payment.order_no.clone(), booked, amount: payment.amount };
        let refund = payment.refund.as_ref();
        let refunded = refund.filter(|refund| refund.state == RefundState::Done);
        let part = payment.sent_at.is_none() && refund.is_some();
        match payment.state {
            PaymentState::Paid => book.push(line(Booked::Paid)),
            // It was paid, since a refund gave it back.
            PaymentState::Reversed | PaymentState::Declined if refunded.is_some() && !part => {
                book.push(line(Booked::Paid))
            }
            PaymentState::Reversed if !part => book.push(line(Booked::Reversed)),
            PaymentState::Reversed | PaymentState::Declined => {}
            state => panic!("{} is {state:?} in the evening", payment.order_no),
        }
        book.extend(refunded.map(|refund| line(Booked::Refunded { no: refund.no.clone() })));
    }
    book
}

/// What providers refuse to give back and no sale counts on.
fn refused(events: &[Event]) -> Vec<Left> {
    let of = |order_no: &str, amount, why| Left { order_no: order_no.to_owned(), amount, why, refund: None };
    let whole = newest(events).into_iter().filter(|payment| {
        let refused = payment.refund.as_ref().is_some_and(|refund| refund.state == RefundState::Refused);
        payment.sent_at.is_some() && refused
    });
    let whole =
        whole.map(|payment| of(&payment.order_no, payment.amount, "left for people: a payment's refund was refused"));
    // A sale that was given up paid in cash what the provider kept.
    let in_cash = events.iter().filter_map(|event| match event {
        Event::CashMoved(movement) if movement.reason == "refund_refused" => {
            Some(of(&movement.note, movement.amount, "paid out in cash: a part's refund was refused"))
        }
        _ => None,
    });
    whole.chain(in_cash).collect()
}

/// No sale is completed unpaid, and none takes more than its total.
fn check_sales(events: &[Event]) {
    let mut numbers = BTreeSet::new();
    for event in events {
        let Event::SaleCompleted(sale) = event else { continue };
        let paid: Money = sale.tenders.iter().map(|tender| tender.amount).sum();
        assert_eq!(paid, sale.total + sale.rounding, "a sale was completed unpaid, or paid twice");
        for tender in
            sale.tenders.iter().filter(|tender| tender.kind == TenderKind::Code && tender.amount > Money::ZERO)
        {
            assert!(numbers.insert(tender.reference.clone()), "one payment pays two sales: {tender:?}");
        }
    }
}
