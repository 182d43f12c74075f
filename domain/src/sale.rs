//! A completed sale: goods, money and points have changed hands. It never changes again.

use jiff::Timestamp;
use uuid::Uuid;

use crate::basket::{About, Basket, Line};
use crate::member::{Member, points_earned};
use crate::money::{Currency, Money};
use crate::price::{DiscountShare, Priced};
use crate::tax::TaxTotal;
use crate::tender::Tender;

/// A completed sale. `total = sum of lines = sum of net and tax`; `sum of tenders = total + rounding`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sale {
    /// Its id, the basket's.
    pub id: Uuid,
    /// Number on the receipt.
    pub receipt: String,
    /// What it is in.
    pub currency: Currency,
    /// When the first line was added.
    pub started_at: Timestamp,
    /// When it was paid.
    pub completed_at: Timestamp,
    /// The member, and the points she earned by it.
    pub member: Option<(Member, i64)>,
    /// Lines that count.
    pub lines: Vec<SaleLine>,
    /// Lines that were voided before payment.
    pub voided: Vec<Line>,
    /// Tax by rate.
    pub taxes: Vec<TaxTotal>,
    /// What the goods cost, tax included.
    pub total: Money,
    /// Added by cash rounding.
    pub rounding: Money,
    /// How it was paid.
    pub tenders: Vec<Tender>,
    /// Change numbers of the chain's and the store's catalogue that the prices came from.
    pub catalogue: (u64, u64),
    /// Version of the rule book it was priced with; zero for none.
    pub rule_book: u64,
    /// Rules with a limit for each member that the member had in it, by id, and how often; see
    /// [`RuleUse::times`](crate::price::RuleUse::times). Goods that come back later do not give a use back.
    pub uses: Vec<(String, u32)>,
    /// What belongs to the whole sale: coupons, note, salesperson, exemption, goods collected.
    pub about: About,
}

/// One line of a sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaleLine {
    /// The basket's line.
    pub line: Line,
    /// What the line costs at the shelf's price.
    pub list: Money,
    /// What was taken off it, by rule or by hand.
    pub discounts: Vec<DiscountShare>,
    /// What the shopper pays for it, tax included.
    pub gross: Money,
    /// Tax in it.
    pub tax: Money,
}

/// What a sale is completed with, beside its basket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// Number on the receipt.
    pub receipt: String,
    /// What it is in.
    pub currency: Currency,
    /// When it was paid.
    pub completed_at: Timestamp,
    /// Money that earns one point.
    pub points_per: Money,
    /// Added by cash rounding.
    pub rounding: Money,
    /// How it was paid.
    pub tenders: Vec<Tender>,
    /// Change numbers of the catalogues.
    pub catalogue: (u64, u64),
    /// Version of the rule book.
    pub rule_book: u64,
}

impl Sale {
    /// Completes a basket that is fully paid. Panics when the sums do not agree: that is a fault of the program, and
    /// nothing has been written yet.
    pub fn complete(basket: Basket, priced: &Priced, completion: Completion) -> Sale {
        let paid: Money = completion.tenders.iter().map(|tender| tender.amount).sum();
        assert_eq!(paid, priced.total + completion.rounding, "what was paid is what is due");
        let (voided, active): (Vec<Line>, Vec<Line>) = basket.lines().iter().cloned().partition(|line| line.voided);
        assert_eq!(active.len(), priced.lines.len(), "every line is priced");
        // Money that the shop owes from now on earns nothing: what it is spent on will.
        // What comes back with its receipt takes back the points that it gave, not those that its money would give.
        let origins = active.iter().filter_map(|line| line.facets.origin.as_ref());
        let taken_back: i64 = origins.map(|origin| origin.points).sum();
        let earns = |line: &Line| !line.terms.kind.is_liability() && line.facets.origin.is_none();
        let earning = active.iter().zip(&priced.lines).filter(|(line, _)| earns(line));
        let earned_on: Money = earning.map(|(_, priced)| priced.gross).sum();
        let points = points_earned(earned_on, completion.points_per) - taken_back;
        let lines: Vec<SaleLine> = active
            .into_iter()
            .zip(&priced.lines)
            .map(|(line, priced)| SaleLine {
                line,
                list: priced.list,
                discounts: priced.discounts.clone(),
                gross: priced.gross,
                tax: priced.tax,
            })
            .collect();
        assert_eq!(lines.iter().map(|line| line.gross).sum::<Money>(), priced.total, "lines sum to the total");
        // A coupon that no rule took anything off for is not used up.
        let mut about = basket.about;
        let is_used = |code: &String| priced.uses.iter().any(|rule| rule.coupons.contains(code));
        about.coupons.iter_mut().filter(|coupon| !is_used(&coupon.code)).for_each(|coupon| coupon.grant = None);
        let limited = priced.uses.iter().filter(|used| basket.member.is_some() && used.is_limited_per_member);
        Sale {
            uses: limited.map(|used| (used.rule.clone(), used.times)).collect(),
            id: basket.id,
            receipt: completion.receipt,
            currency: completion.currency,
            started_at: basket.started_at,
            completed_at: completion.completed_at,
            member: basket.member.map(|member| (member, points)),
            lines,
            voided,
            taxes: priced.tax.rates.clone(),
            total: priced.total,
            rounding: completion.rounding,
            tenders: completion.tenders,
            catalogue: completion.catalogue,
            rule_book: completion.rule_book,
            about,
        }
    }

    /// What was handed back.
    pub fn change(&self) -> Money {
        self.tenders.iter().map(|tender| tender.change).sum()
    }
}
