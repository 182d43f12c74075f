//! What a cashier and her shoppers do: goods, codes, cash, parts, second thoughts.

use domain::basket::Basket;
use domain::event::Event;
use domain::payment::PaymentState;
use domain::tender::{SettlementError, TenderKind};
use pos_app::engine::{Place, Said, Trouble};
use ui::Intent;

use super::day::Day;

const CUP: &str = "6901234567892";
const PEN: &str = "4006381333931";

impl Day {
    /// A little day: some shoppers, and whatever goes wrong.
    pub(super) fn live(&mut self) {
        self.sign_on();
        self.wish(Intent::OpenShift { float: "100".into() });
        self.wires.weather = *self.chance.pick(&[0, 10, 25, 50, 80]);
        self.cuts = *self.chance.pick(&[0, 3, 6, 12]);
        self.wires.stubborn = self.chance.percent(15);
        let turns = self.chance.between(14, 34);
        for _ in 0..turns {
            self.turn();
        }
    }

    /// One thing that happens at the counter.
    fn turn(&mut self) {
        if self.engine.notice().is_some() {
            return self.wish(Intent::Acknowledge);
        }
        if self.payment_is_open() {
            return self.wait_or_worry();
        }
        let basket = self.engine.durable().open.clone();
        let Some(basket) = basket.filter(|basket| !basket.is_empty() || !basket.about.taken.is_empty()) else {
            return self.next_shopper();
        };
        let returns = basket.active().any(|line| line.quantity.is_return());
        match self.engine.place() {
            Place::Paying { .. } if returns => {
                self.wish(tender("refund", "", ""));
                self.pass(20);
                self.wish(Intent::Cash { text: String::new() });
            }
            Place::Paying { .. } => self.pay_somehow(),
            Place::Draft(_) => self.wish(Intent::Back),
            Place::Selling | Place::Paid(_) | Place::Suspended | Place::XReport | Place::Closing { .. } => {
                match self.chance.below(100) {
                    0..8 => self.wish(Intent::VoidSale),
                    8..20 => self.scan(CUP),
                    _ => self.wish(Intent::Pay),
                }
            }
        }
    }

    fn next_shopper(&mut self) {
        let pause = self.chance.between(0, 30);
        self.pass(pause);
        if matches!(self.engine.place(), Place::Draft(_) | Place::Paying { .. }) {
            return self.wish(Intent::Back);
        }
        let receipt = self.paid_by_code().filter(|_| self.chance.percent(35));
        if let Some(receipt) = receipt {
            return self.bring_back(receipt);
        }
        for _ in 0..self.chance.between(1, 3) {
            let code = *self.chance.pick(&[CUP, PEN]);
            self.scan(code);
        }
    }

    /// A receipt of a sale that was paid by code and of which nothing came back.
    fn paid_by_code(&mut self) -> Option<String> {
        let by_code = |event: &Event| match event {
            Event::SaleCompleted(sale) if sale.tenders.iter().any(|tender| tender.kind == TenderKind::Code) => {
                Some(sale.receipt.clone())
            }
            _ => None,
        };
        let receipts: Vec<String> = self.events.iter().filter_map(by_code).collect();
        (!receipts.is_empty()).then(|| self.chance.pick(&receipts).clone())
    }

    fn bring_back(&mut self, receipt: String) {
        self.wish(Intent::Begin { action: "return".into() });
        self.wish(Intent::Answer { text: receipt });
        let line = *self.chance.pick(&["1", "1", "2"]);
        self.wish(Intent::Choose { id: line.into() });
        self.wish(Intent::Confirm);
        self.wish(Intent::Choose { id: "unwanted".into() });
        self.wish(Intent::Choose { id: "to_stock".into() });
        if self.chance.percent(20) {
            // She takes something else along.
            self.scan(CUP);
        }
        self.wish(Intent::Pay);
    }

    fn pay_somehow(&mut self) {
        match self.chance.below(100) {
            0..42 => {
                let code = self.code();
                self.scan(&code);
            }
            42..64 => {
                let (code, amount) = (self.code(), *self.chance.pick(&["1", "1.99", "2.50", "0.01"]));
                let wish = tender("code", amount, &code);
                self.wish(wish.clone());
                if self.chance.percent(20) {
                    // A touch that bounces.
                    self.wish(wish);
                }
            }
            64..76 => self.wish(Intent::Cash { text: String::new() }),
            76..84 => self.wish(tender("cash", "1", "")),
            84..90 => self.wish(Intent::RemoveTender { no: 1 }),
            90..96 => {
                self.wish(Intent::Back);
                self.wish(Intent::VoidSale);
            }
            _ => self.wish(Intent::Back),
        }
        if self.chance.percent(60) {
            let seconds = self.chance.between(0, 12);
            self.pass(seconds);
        }
    }

    fn wait_or_worry(&mut self) {
        let sent = self.engine.durable().payment.as_ref().is_some_and(|payment| payment.state == PaymentState::Sent);
        match self.chance.below(100) {
            0..12 => {
                if sent {
                    self.wires.count("cashier gives a payment up");
                }
                self.wish(Intent::CancelPayment);
            }
            12..17 => self.wish(Intent::Cash { text: String::new() }),
            17..22 => {
                let code = self.code();
                self.scan(&code);
            }
            22..26 => self.wish(Intent::VoidSale),
            _ => {
                let seconds = *self.chance.pick(&[1, 2, 5, 11, 20, 50]);
                self.pass(seconds);
            }
        }
    }

    /// A code on a shopper's telephone, new each time.
    fn code(&mut self) -> String {
        self.codes += 1;
        match self.chance.below(100) < self.alipay_share() {
            true => format!("28{:016}", self.codes),
            false => format!("13{:016}", self.codes),
        }
    }

    /// How things are left in the evening: the sale on the counter is paid in cash, or given up.
    pub(super) fn finish_sale(&mut self) {
        if self.engine.notice().is_some() {
            self.wish(Intent::Acknowledge);
        }
        if matches!(self.engine.place(), Place::Draft(_)) {
            self.wish(Intent::Back);
        }
        let Some(basket) = self.engine.durable().open.clone() else { return };
        let returns = basket.active().any(|line| line.quantity.is_return());
        if basket.is_empty() || (!returns && self.chance.percent(40)) {
            self.wish(Intent::Back);
            self.wish(Intent::VoidSale);
            return self.pass(30);
        }
        self.wish(Intent::Pay);
        if returns {
            self.wish(tender("refund", "", ""));
            self.pass(30);
        }
        self.wish(Intent::Cash { text: String::new() });
        self.pass(5);
        if *self.engine.said() == Said::Refused(Trouble::Tender(SettlementError::TakenIsMore)) {
            self.take_off_what_came_after(&basket);
        }
    }

    /// More has gone back to the shopper than is due since she took something else along: it is taken off again.
    fn take_off_what_came_after(&mut self, basket: &Basket) {
        let newest = basket.active().filter(|line| !line.quantity.is_return()).last();
        let Some(line) = newest.map(|line| line.no) else { return };
        self.wish(Intent::Back);
        self.wish(Intent::SelectLine { line });
        self.wish(Intent::VoidLine);
    }
}

fn tender(kind: &str, amount: &str, reference: &str) -> Intent {
    Intent::Tender { kind: kind.into(), amount: amount.into(), reference: reference.into() }
}
