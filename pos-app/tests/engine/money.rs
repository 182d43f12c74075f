//! Payment providers with faults, accounts that may be spent from, and what must hold of money whatever happens.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::Event;
use domain::grant::{Account, AccountKind, Grant};
use domain::money::Money;
use domain::payment::{Answer, Family, RefundAnswer, ReverseAnswer};
use domain::tender::{Tender, TenderKind};
use hal::{PaymentReply, PaymentSays};
use jiff::Timestamp;
use pos_app::engine::{Durable, Input, PaymentRequest, PortView, Save};
use uuid::Uuid;

use super::{Habit, Shop, World};

/// Seconds within which a provider that answers settles everything.
const SETTLED_WITHIN: u32 = 400;

/// What providers do wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    /// Everything is said twice.
    Twice,
    Declines,
    /// The shopper confirms, or does not.
    Waits,
    /// The money moves, and nothing is said.
    Silent,
    /// Nothing arrives.
    Lost,
    /// The money moves, and nobody knows.
    Unknown,
    /// Nothing is given back.
    Keeps,
}

pub(super) const FAULTS: [Fault; 8] = [
    Fault::None,
    Fault::Twice,
    Fault::Declines,
    Fault::Waits,
    Fault::Silent,
    Fault::Lost,
    Fault::Unknown,
    Fault::Keeps,
];

/// One payment as its provider knows it.
#[derive(Clone, Debug, Default)]
struct Booked {
    amount: Money,
    /// What the provider holds of the shopper's money.
    balance: Money,
    charges: u32,
    waits: bool,
    declined: bool,
    reversed: bool,
    /// It was paid after it was over.
    late: bool,
    /// It was not given back when it was asked for.
    kept: bool,
    refunds: BTreeMap<String, Money>,
}

/// The provider and its books.
pub(super) struct Provider {
    pub(super) fault: Fault,
    books: BTreeMap<String, Booked>,
    newest: Option<PaymentReply>,
    /// Payments that the till did not know and said so.
    pub(super) alarmed: BTreeSet<String>,
}

impl Provider {
    pub(super) fn new() -> Provider {
        Provider { fault: Fault::None, books: BTreeMap::new(), newest: None, alarmed: BTreeSet::new() }
    }

    pub(super) fn view() -> Input {
        Input::PaymentPort(PortView::Ready(vec![Family::WeChat, Family::Alipay, Family::UnionPay, Family::Terminal]))
    }

    /// What it is asked must stand on the disk already.
    pub(super) fn take(&mut self, request: &PaymentRequest, disk: &Durable) -> Vec<Input> {
        let order = request.order();
        let written = disk.payment.as_ref().expect("a payment was asked for and not written");
        assert_eq!(written.order_no, order.no, "another payment was written");
        if let PaymentRequest::Refund(_, refund) = request {
            let known = written.refund.as_ref().map(|refund| &refund.no);
            assert_eq!(known, Some(&refund.no), "a refund was asked for and not written");
            assert!(refund.amount <= order.amount, "more is refunded than was paid");
        }
        if let PaymentRequest::Send(_, code) = request {
            assert!(!self.books.contains_key(&order.no), "a payment was sent twice");
            assert_eq!(code.is_none(), order.family == Family::Terminal, "a code goes to its provider");
        }
        if self.fault == Fault::Lost {
            return Vec::new();
        }
        let says = match request {
            PaymentRequest::Send(order, _) => {
                self.send(&order.no, order.amount);
                PaymentSays::Payment(self.answer(&order.no))
            }
            PaymentRequest::Ask(order) => PaymentSays::Payment(self.answer(&order.no)),
            PaymentRequest::Reverse(order) => PaymentSays::Reversal(self.reverse(&order.no)),
            PaymentRequest::Refund(order, refund) => {
                let answer = self.refund(&order.no, &refund.no, refund.amount);
                PaymentSays::Refund { no: refund.no.clone(), answer }
            }
        };
        let reply = PaymentReply { order_no: order.no.clone(), says };
        self.newest = Some(reply.clone());
        match self.fault {
            Fault::Silent => Vec::new(),
            Fault::Twice => vec![Input::Payment(reply.clone()), Input::Payment(reply)],
            _ => vec![Input::Payment(reply)],
        }
    }

    fn send(&mut self, no: &str, amount: Money) {
        let booked = self.books.entry(no.to_owned()).or_default();
        booked.amount = amount;
        match self.fault {
            Fault::Declines => booked.declined = true,
            Fault::Waits => booked.waits = true,
            _ => {
                booked.charges += 1;
                booked.balance += amount;
            }
        }
    }

    fn answer(&mut self, no: &str) -> Answer {
        let Some(booked) = self.books.get_mut(no) else { return Answer::NotFound };
        if booked.waits && self.fault == Fault::None {
            booked.waits = false;
            booked.charges += 1;
            booked.balance += booked.amount;
        }
        match () {
            () if self.fault == Fault::Unknown => Answer::Unknown,
            () if booked.reversed => Answer::Reversed,
            () if booked.declined => Answer::Declined { why: "no money".into() },
            () if booked.waits => Answer::Waiting,
            () => Answer::Paid { provider_no: no.to_owned() },
        }
    }

    fn reverse(&mut self, no: &str) -> ReverseAnswer {
        let unknown = self.fault == Fault::Unknown;
        match self.books.get_mut(no) {
            None => ReverseAnswer::NotFound,
            Some(_) if unknown => ReverseAnswer::Unknown,
            Some(booked) => {
                booked.reversed = true;
                booked.waits = false;
                booked.balance = Money::ZERO;
                ReverseAnswer::Reversed
            }
        }
    }

    fn refund(&mut self, no: &str, refund: &str, amount: Money) -> RefundAnswer {
        let (unknown, keeps) = (self.fault == Fault::Unknown, self.fault == Fault::Keeps);
        let booked = self.books.get_mut(no).expect("what is refunded was paid");
        if booked.refunds.contains_key(refund) {
            return RefundAnswer::Refunded;
        }
        match () {
            () if unknown => RefundAnswer::Unknown,
            // What came late goes back in any case; who keeps it must be told to by people.
            () if keeps && !booked.late => {
                booked.kept = true;
                RefundAnswer::Refused { why: "no".into() }
            }
            () => {
                assert!(amount <= booked.balance, "more is refunded than is there");
                booked.balance -= amount;
                booked.refunds.insert(refund.to_owned(), amount);
                RefundAnswer::Refunded
            }
        }
    }

    /// A payment that is over is paid after all, and the provider tells it.
    pub(super) fn pays_late(&mut self) -> Option<Input> {
        let over = |booked: &Booked| (booked.reversed || booked.declined) && booked.charges == 0;
        let (no, booked) = self.books.iter_mut().find(|(_, booked)| over(booked))?;
        booked.charges += 1;
        booked.balance += booked.amount;
        booked.late = true;
        Some(told(no))
    }

    /// What was paid late and is still here is told until somebody has heard it.
    pub(super) fn tells_again(&self) -> Vec<Input> {
        let open = self
            .books
            .iter()
            .filter(|(no, booked)| booked.late && booked.balance > Money::ZERO && !self.alarmed.contains(*no));
        open.map(|(no, _)| told(no)).collect()
    }

    /// The newest answer again.
    pub(super) fn echo(&self) -> Option<Input> {
        self.newest.clone().map(Input::Payment)
    }

    /// Nobody paid twice, and what providers hold is what sales and the open basket say.
    pub(super) fn check(&self, events: &[Event], disk: &Durable) {
        for (no, booked) in &self.books {
            assert!(booked.charges <= 1, "{no} was charged {} times", booked.charges);
            if self.alarmed.contains(no) {
                continue;
            }
            let of_order = |tender: &&Tender| tender.reference.as_ref() == Some(no);
            let open = disk.open.iter().flat_map(|basket| &basket.about.taken);
            let told: Money = events.iter().flat_map(tenders_of).chain(open).filter(of_order).map(|t| t.amount).sum();
            // What is kept was paid in cash, and people settle it.
            assert!(!booked.kept || booked.balance >= told, "{no}: less is there than was sold");
            assert!(booked.kept || booked.balance == told, "{no}: the provider holds {booked:?}, {told:?} were sold");
        }
    }
}

impl World {
    /// Once the provider answers and time passes, nothing stays in doubt, and the books agree.
    pub(super) fn settle(&mut self) {
        self.disk_full = false;
        self.provider.fault = Fault::None;
        if self.engine.is_training() {
            self.restart();
        }
        for _ in 0..SETTLED_WITHIN {
            let open = self.engine.durable().payment.as_ref().is_some_and(|payment| !payment.is_settled());
            let late = self.provider.tells_again();
            if !open && late.is_empty() {
                break;
            }
            for input in late.into_iter().chain([Input::Tick]) {
                self.run(input, usize::MAX);
            }
        }
        let payment = &self.engine.durable().payment;
        assert!(payment.as_ref().is_none_or(|payment| payment.is_settled()), "in doubt for ever: {payment:?}");
        self.check();
        self.provider.check(&self.events, &self.disk);
    }
}

fn told(no: &str) -> Input {
    let says = PaymentSays::Payment(Answer::Paid { provider_no: no.to_owned() });
    Input::Payment(PaymentReply { order_no: no.to_owned(), says })
}

/// Means of payment by which money came or went for good.
fn tenders_of(event: &Event) -> &[Tender] {
    match event {
        Event::SaleCompleted(sale) => &sale.tenders,
        Event::HoldPlaced(hold) => &hold.paid,
        _ => &[],
    }
}

/// What every sale and every quota holds to.
pub(super) fn check(events: &[Event], grants: &[Grant]) {
    for event in events {
        let Event::SaleCompleted(sale) = event else { continue };
        let paid: Money = sale.tenders.iter().map(|tender| tender.amount).sum();
        assert_eq!(paid, sale.total + sale.rounding, "a sale was completed unpaid");
        for tender in &sale.tenders {
            let kept = tender.tendered - tender.change - tender.forfeited;
            assert_eq!(tender.amount, kept, "what was handed over is kept, handed back or lost");
            let moves = matches!(tender.kind, TenderKind::Code | TenderKind::Card);
            assert_eq!(moves, tender.payment.is_some(), "a provider's money has a payment");
        }
    }
    for grant in grants {
        let of_grant = events.iter().flat_map(tenders_of).filter(|tender| tender.grant == Some(grant.id));
        let spent: i64 = of_grant.map(|tender| units(tender).max(0)).sum();
        assert!(spent <= grant.units, "{:?}: {spent} of {} were spent", grant.account, grant.units);
    }
}

/// What was spent of a quota so far.
pub(super) fn spent(events: &[Event], grant: Uuid) -> i64 {
    let of_grant = events.iter().flat_map(tenders_of).filter(|tender| tender.grant == Some(grant));
    of_grant.map(|tender| units(tender).max(0)).sum()
}

fn units(tender: &Tender) -> i64 {
    match tender.kind {
        TenderKind::Points => tender.points,
        TenderKind::Coupon => i64::from(tender.amount > Money::ZERO),
        _ => tender.amount.units(),
    }
}

/// Whether a transaction moves cash between the drawer and a basket that is not sold yet.
pub(super) fn moves_cash(disk: &Durable, saves: &[Save], events: &[Event]) -> bool {
    let cash = |tenders: &[Tender]| -> Money {
        tenders.iter().filter(|tender| tender.kind == TenderKind::Cash).map(|tender| tender.amount).sum()
    };
    let before = disk.open.as_ref().map_or(Money::ZERO, |basket| cash(&basket.about.taken));
    let parts =
        saves.iter().any(|save| matches!(save, Save::Basket(Some(basket)) if cash(&basket.about.taken) != before));
    parts || events.iter().any(|event| matches!(event, Event::TendersReturned { .. }))
}

/// What this till may spend.
pub(super) fn grants() -> Vec<Grant> {
    let of = |id: u128, kind, number: &str, units| Grant {
        id: Uuid::from_u128(1 << 90 | id),
        account: Account { kind, number: number.into() },
        units,
        balance: units,
        until: Timestamp::MAX,
    };
    vec![
        of(1, AccountKind::GiftCard, CARD, 1_200),
        of(2, AccountKind::Points, "M1", 700),
        of(3, AccountKind::StoredValue, "M1", 900),
        of(4, AccountKind::Credit, "M1", 800),
    ]
}

/// A gift card.
const CARD: &str = "6011000000000012";
/// Payment codes of two providers.
const WECHAT: &str = "134567890123456789";
const ALIPAY: &str = "2812345678901234";

const CODE: &[Habit] = &[Habit::Back, Habit::Ok, Habit::Scan, Habit::Pay, Habit::Code(WECHAT)];
const CARD_PAYS: &[Habit] = &[Habit::Back, Habit::Ok, Habit::Scan, Habit::Pay, Habit::Tender("card", "")];
const SPLIT: &[Habit] = &[
    Habit::Back,
    Habit::Ok,
    Habit::Scan,
    Habit::Pay,
    Habit::Tender("cash", "1"),
    Habit::Tender("code", "2"),
    Habit::Answer(ALIPAY),
    Habit::Code(CARD),
    Habit::Cash,
];
const PART: &[Habit] =
    &[Habit::Back, Habit::Ok, Habit::Scan, Habit::Pay, Habit::Tender("code", "3"), Habit::Answer(WECHAT), Habit::Back];
const GIVE_UP: &[Habit] = &[Habit::Ok, Habit::Back, Habit::Ok, Habit::VoidSale];
const CANCEL: &[Habit] = &[Habit::CancelPayment, Habit::Wait(30)];
const MEMBER: &[Habit] = &[
    Habit::Back,
    Habit::Ok,
    Habit::Scan,
    Habit::Member,
    Habit::Pay,
    Habit::Tender("points", ""),
    Habit::Tender("stored_value", "1"),
    Habit::Tender("voucher", ""),
    Habit::Answer("V1"),
    Habit::Answer("20"),
];
const REFUND: &[Habit] = &[
    Habit::Back,
    Habit::Ok,
    Habit::VoidSale,
    Habit::Code("0101-000001"),
    Habit::Choose("1"),
    Habit::Confirm,
    Habit::Choose("unwanted"),
    Habit::Choose("to_stock"),
    Habit::Pay,
    Habit::Tender("refund", ""),
    Habit::Wait(3),
    Habit::Exact,
];
const ACCOUNT: &[Habit] = &[
    Habit::Back,
    Habit::Ok,
    Habit::VoidSale,
    Habit::Scan,
    Habit::Member,
    Habit::Pay,
    Habit::Tender("on_account", ""),
    Habit::Approve,
    Habit::Exact,
];
const STORED: &[Habit] =
    &[Habit::Back, Habit::Ok, Habit::Scan, Habit::Member, Habit::Pay, Habit::Tender("stored_value", "4"), Habit::Exact];
const REMOVE: &[Habit] = &[Habit::Pay, Habit::Remove(1), Habit::Remove(2)];

/// What people do at the payment.
pub(super) const HABITS: [&[Habit]; 16] = [
    CODE, CODE, CODE, CARD_PAYS, SPLIT, SPLIT, PART, PART, GIVE_UP, CANCEL, MEMBER, ACCOUNT, STORED, REFUND, REFUND,
    REMOVE,
];

/// What stories must reach.
pub(super) const REACHED: [&str; 9] = [
    "paid by code",
    "paid by card",
    "paid by gift card",
    "paid with points",
    "paid with stored value",
    "paid on account",
    "paid with a voucher",
    "split",
    "refunded by provider",
];

/// What an event reaches of it.
pub(super) fn reached(event: &Event) -> Vec<&'static str> {
    let Event::SaleCompleted(sale) = event else { return Vec::new() };
    let of = |tender: &Tender| match tender.kind {
        TenderKind::Code | TenderKind::Card if tender.amount < Money::ZERO => Some("refunded by provider"),
        _ if tender.amount <= Money::ZERO => None,
        TenderKind::Code => Some("paid by code"),
        TenderKind::Card => Some("paid by card"),
        TenderKind::GiftCard => Some("paid by gift card"),
        TenderKind::Points => Some("paid with points"),
        TenderKind::StoredValue => Some("paid with stored value"),
        TenderKind::OnAccount => Some("paid on account"),
        TenderKind::Voucher => Some("paid with a voucher"),
        TenderKind::Cash | TenderKind::Coupon | TenderKind::Deposit => None,
    };
    let split = (sale.tenders.len() > 1).then_some("split");
    sale.tenders.iter().filter_map(of).chain(split).collect()
}

/// The shop with points that are worth money.
pub(super) fn with_points(shop: &mut Shop) {
    let book = shop.rules.as_ref().expect("the shop has rules").book().clone();
    let points = domain::promotion::PointsMoney { points: 100, money: Money::minor(100), share_max_bp: 8_000 };
    let book = domain::promotion::RuleBook { points: Some(points), ..book };
    let compiled = domain::promotion::CompiledBook::new(book).expect("a sound book");
    shop.rules = Some(std::sync::Arc::new(compiled));
    shop.grants = grants();
}
