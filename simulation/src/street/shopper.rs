//! What each shopper does, decided before the shop opens: the same seed is the same day.

use super::Model;
use crate::chance::Chance;
use crate::shop::retail::{Invoice, PIECES_MAX};
use crate::shop::{Label, Shop, price_label, weight_label};

/// Nobody pays less in two parts, in minor units.
const SPLIT_MIN: i64 = 1000;

/// One shopper's way through the till.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// What happens, in order, up to the payment.
    pub steps: Vec<Step>,
    /// How it ends.
    pub payment: Payment,
}

/// One thing that shopper and cashier do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Goods are drawn over the scanner.
    Scan {
        /// What the scanner reads.
        code: String,
        /// Place of the good in the shop.
        good: usize,
        /// Thousandths of the unit.
        thousandths: i64,
        /// What the goods cost, in minor units.
        amount: i64,
        /// Whether they come back.
        returned: bool,
    },
    /// The same good is touched among the favourites instead of scanned.
    Touch {
        /// Place of the good in the shop.
        good: usize,
        /// Price of a piece.
        amount: i64,
    },
    /// Goods by weight are touched, and the scale tells how much they are.
    Weigh {
        /// Place of the good in the shop.
        good: usize,
        /// What is put on the pan.
        grams: i64,
        /// What it costs, in minor units.
        amount: i64,
        /// Whether they roll on the pan for a while.
        rolls: bool,
    },
    /// The last line becomes so many pieces.
    Pieces(i64),
    /// The last line is not wanted.
    VoidLast,
    /// The shopper shows her card or tells her number.
    Member(String),
    /// A code that nobody knows is scanned; the cashier reads the notice and goes on.
    Unknown(String),
    /// The shopper forgot something: her goods are put aside while another one is served.
    Aside(Box<Visit>),
}

/// How a visit ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payment {
    /// Cash, to the coin.
    Exact,
    /// Cash, so much of it in minor units.
    Notes(i64),
    /// All of it without cash.
    By(Means),
    /// So much of it, in minor units, without cash; the rest in cash to the coin.
    Split(Means, i64),
    /// The shopper has no money; the whole sale is voided.
    None,
}

/// What pays without cash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Means {
    /// A payment code of WeChat Pay on a telephone.
    WeChat(String),
    /// One of Alipay.
    Alipay(String),
    /// A card on the terminal.
    Card,
}

impl Means {
    /// Who moves the money: `wechat`, `alipay` or `card`.
    pub fn word(&self) -> &'static str {
        match self {
            Means::WeChat(_) => "wechat",
            Means::Alipay(_) => "alipay",
            Means::Card => "card",
        }
    }
}

/// Shoppers of a neighbourhood shop who complete exactly `sales` sales.
pub fn shoppers(shop: &Shop, seed: u64, sales: usize) -> Vec<Visit> {
    let mut street = Street { shop, chance: Chance::new(seed), seen: Vec::new() };
    let mut visits = Vec::new();
    let mut left = sales;
    while left > 0 {
        let aside = left >= 2 && street.chance.percent(5);
        let visit = street.visit(aside);
        left -= visit.sales();
        visits.push(visit);
    }
    visits
}

/// Invoices of a file as visits: what comes back comes back, everything is paid to the coin.
pub fn from_invoices(shop: &Shop, invoices: &[Invoice]) -> Vec<Visit> {
    let steps = |invoice: &Invoice| {
        let mut steps = Vec::new();
        for (good, pieces) in together(&invoice.lines) {
            steps.push(scan_of(shop, good, None, pieces < 0));
            if pieces.abs() > 1 {
                steps.push(Step::Pieces(pieces.abs()));
            }
        }
        steps
    };
    let visit = |invoice| Visit { steps: steps(invoice), payment: Payment::Exact };
    // An exchange that comes to nothing has nothing to pay.
    invoices.iter().map(visit).filter(|visit| Model::of(visit).total() != 0).collect()
}

/// Lines of the same goods that follow each other become one, as on the counter, where the next piece of the same is
/// counted on its line. Pieces beyond what a line takes stay on the shelf.
fn together(lines: &[(usize, i64)]) -> Vec<(usize, i64)> {
    let mut together: Vec<(usize, i64)> = Vec::new();
    for (good, pieces) in lines {
        match together.last_mut() {
            Some((last, sum)) if last == good && (*sum < 0) == (*pieces < 0) => {
                *sum = (*sum + pieces).clamp(-PIECES_MAX, PIECES_MAX);
            }
            _ => together.push((*good, *pieces)),
        }
    }
    together
}

impl Visit {
    /// Completed sales that come of it.
    pub fn sales(&self) -> usize {
        let own = usize::from(self.payment != Payment::None);
        own + self.steps.iter().map(|step| if let Step::Aside(other) = step { other.sales() } else { 0 }).sum::<usize>()
    }
}

struct Street<'a> {
    shop: &'a Shop,
    chance: Chance,
    /// Goods of this visit: each is scanned once, so that "the last line" means the same to till and street.
    seen: Vec<usize>,
}

impl Street<'_> {
    fn visit(&mut self, aside: bool) -> Visit {
        self.seen.clear();
        let goods = match self.chance.below(10) {
            0..=4 => self.chance.between(1, 3),
            5..=8 => self.chance.between(3, 8),
            _ => self.chance.between(8, 25),
        };
        let aside_after = aside.then(|| self.chance.between(1, goods));
        let mut steps = Vec::new();
        for no in 1..=goods {
            self.good(&mut steps);
            if aside_after == Some(no) {
                let seen = std::mem::take(&mut self.seen);
                steps.push(Step::Aside(Box::new(self.quick_visit())));
                self.seen = seen;
            }
        }
        if !self.shop.members.is_empty() && self.chance.percent(30) {
            let at = self.chance.below(steps.len() as u64 + 1) as usize;
            let by_phone = self.chance.percent(50);
            let member = self.chance.pick(&self.shop.members);
            // A quantity belongs to the line before it.
            let at = if matches!(steps.get(at), Some(Step::Pieces(_) | Step::VoidLast)) { steps.len() } else { at };
            steps.insert(at, Step::Member(if by_phone { member.phone.clone() } else { member.card.clone() }));
        }
        self.end(steps)
    }

    fn quick_visit(&mut self) -> Visit {
        let mut steps = Vec::new();
        self.good(&mut steps);
        self.end(steps)
    }

    /// One good, and what may happen with it.
    fn good(&mut self, steps: &mut Vec<Step>) {
        let place = self.unseen();
        let good = &self.shop.goods[place];
        if good.label == Label::Code && good.favourite.is_some() && self.chance.percent(50) {
            steps.push(Step::Touch { good: place, amount: good.price });
            return;
        }
        if good.label == Label::Weight && self.chance.percent(30) {
            let (grams, rolls) = (self.chance.between(80, 1800), self.chance.percent(25));
            steps.push(Step::Weigh { good: place, grams, amount: by_weight(good.price, grams), rolls });
            return;
        }
        let returned = self.chance.percent(3);
        steps.push(scan_of(self.shop, place, Some(&mut self.chance), returned));
        if good.label == Label::Code && !returned && self.chance.percent(18) {
            let pieces = self.chance.between(2, 6);
            steps.push(Step::Pieces(pieces));
        }
        if self.chance.percent(4) {
            steps.push(Step::VoidLast);
            let instead = self.unseen();
            steps.push(scan_of(self.shop, instead, Some(&mut self.chance), false));
        }
        if self.chance.percent(2) {
            let nobodys = crate::shop::ean13(200_000_000_000 + self.chance.below(99_999_999));
            steps.push(Step::Unknown(nobodys));
        }
    }

    fn unseen(&mut self) -> usize {
        loop {
            let place = self.chance.below(self.shop.goods.len() as u64) as usize;
            if !self.seen.contains(&place) {
                self.seen.push(place);
                return place;
            }
        }
    }

    fn end(&mut self, mut steps: Vec<Step>) -> Visit {
        // A basket whose cash comes to nothing is no story; one more good makes it one.
        while self.shop.settings.cash(Model::of_steps(&steps).total()) == 0 {
            let place = self.unseen();
            steps.push(scan_of(self.shop, place, Some(&mut self.chance), false));
        }
        let due = self.shop.settings.cash(Model::of_steps(&steps).total());
        let payment = match self.chance.below(100) {
            0..=1 => Payment::None,
            2..=31 if due > 0 => Payment::Notes(self.notes(due)),
            32..=51 if due > 0 => Payment::By(self.wechat()),
            52..=66 if due > 0 => Payment::By(self.alipay()),
            67..=78 if due > 0 => Payment::By(Means::Card),
            79..=85 if due >= SPLIT_MIN => {
                let means = match self.chance.below(3) {
                    0 => self.wechat(),
                    1 => self.alipay(),
                    _ => Means::Card,
                };
                Payment::Split(means, due / 200 * 100)
            }
            _ => Payment::Exact,
        };
        Visit { steps, payment }
    }

    /// 18 digits that begin with 10 to 15.
    fn wechat(&mut self) -> Means {
        let (head, tail) = (self.chance.between(10, 15), self.chance.below(10_000_000_000_000_000));
        Means::WeChat(format!("{head}{tail:016}"))
    }

    /// 16 to 24 digits that begin with 25 to 30; most have 18.
    fn alipay(&mut self) -> Means {
        let (head, tail) = (self.chance.between(25, 30), self.chance.below(10_000_000_000_000_000));
        Means::Alipay(format!("{head}{tail:016}"))
    }

    /// The next round sum in notes, as a purse gives it.
    fn notes(&mut self, due: i64) -> i64 {
        let note = *self.chance.pick(&[500, 1000, 2000, 5000, 10_000]);
        (due + note - 1) / note * note
    }
}

fn scan_of(shop: &Shop, place: usize, chance: Option<&mut Chance>, returned: bool) -> Step {
    let good = &shop.goods[place];
    let sign = if returned { -1 } else { 1 };
    let grams = chance.map_or(1000, |chance| match good.price {
        0..=3000 => chance.between(120, 2500),
        _ => chance.between(80, 600),
    });
    let by_weight = by_weight(good.price, grams);
    let (code, thousandths, amount) = match good.label {
        Label::Code => (good.code.clone(), 1000, good.price),
        Label::Weight => (weight_label(good.scale_number(), grams), grams, by_weight),
        Label::Price => (price_label(good.scale_number(), by_weight), grams, by_weight),
    };
    Step::Scan { code, good: place, thousandths: sign * thousandths, amount: sign * amount, returned }
}

/// What so many grams cost; half a minor unit and more counts as one.
fn by_weight(kilogram: i64, grams: i64) -> i64 {
    (kilogram * grams + 500) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::neighbourhood;

    #[test]
    fn a_seed_is_a_day_and_a_day_has_everything() {
        let shop = neighbourhood();
        let day = shoppers(&shop, 7, 400);
        assert_eq!(day, shoppers(&shop, 7, 400));
        assert_ne!(day, shoppers(&shop, 8, 400));
        assert_eq!(day.iter().map(Visit::sales).sum::<usize>(), 400);
        let has = |of: fn(&Step) -> bool| day.iter().any(|visit| visit.steps.iter().any(of));
        assert!(has(|step| matches!(step, Step::Scan { returned: true, .. })));
        assert!(has(|step| matches!(step, Step::Scan { code, .. } if code.starts_with("22"))));
        assert!(has(|step| matches!(step, Step::Scan { code, .. } if code.starts_with("21"))));
        assert!(has(|step| matches!(step, Step::Aside(_))));
        assert!(has(|step| matches!(step, Step::Unknown(_))));
        assert!(has(|step| matches!(step, Step::Member(_))));
        assert!(has(|step| matches!(step, Step::Touch { .. })));
        assert!(has(|step| matches!(step, Step::Weigh { rolls: true, .. })));
        assert!(has(|step| matches!(step, Step::Weigh { rolls: false, .. })));
        for means in ["wechat", "alipay", "card"] {
            let whole = |visit: &Visit| matches!(&visit.payment, Payment::By(by) if by.word() == means);
            let part = |visit: &Visit| matches!(&visit.payment, Payment::Split(by, _) if by.word() == means);
            assert!(day.iter().any(whole) && day.iter().any(part), "{means}");
        }
        assert!(day.iter().any(|visit| visit.payment == Payment::None));
        for visit in &day {
            let due = shop.settings.cash(Model::of(visit).total());
            assert!(due != 0);
            match &visit.payment {
                Payment::Notes(given) => assert!(*given >= due && due > 0),
                Payment::Split(_, part) => assert!((1..due).contains(part)),
                Payment::By(_) => assert!(due > 0),
                Payment::Exact | Payment::None => {}
            }
        }
    }

    #[test]
    fn invoices_are_rung_up_as_they_stand() {
        let mut shop = neighbourhood();
        shop.goods.truncate(2);
        let invoice = |lines: &[(usize, i64)]| Invoice {
            no: "1".into(),
            at: String::new(),
            customer: String::new(),
            lines: lines.to_vec(),
        };
        let visits = from_invoices(&shop, &[invoice(&[(0, 1), (0, 2), (1, -1)]), invoice(&[(0, 1), (0, -1)])]);
        assert_eq!(visits.len(), 1, "what comes to nothing is left out");
        assert_eq!(Model::of(&visits[0]).total(), 3 * shop.goods[0].price - shop.goods[1].price);
    }
}
