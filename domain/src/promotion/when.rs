//! When, where and for whom a rule holds.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::{DateTime, Weekday};

use super::explain::WhyNot;
use crate::money::Money;

/// Minutes of a day.
pub const DAY_MINUTES: u16 = 24 * 60;

/// The conditions of a rule; what is empty or missing asks for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct When {
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Until just before this instant.
    pub until: Option<Timestamp>,
    /// On these days of the week of the store's clock. Hours that cross midnight belong to the day they begin on.
    pub weekdays: Vec<Weekday>,
    /// Within any of these hours of the store's clock.
    pub hours: Vec<Hours>,
    /// In these stores.
    pub stores: BTreeSet<String>,
    /// Through these channels, e.g. `store`, `web`.
    pub channels: BTreeSet<String>,
    /// For members alone.
    pub members: bool,
    /// For members of these levels alone.
    pub levels: BTreeSet<String>,
    /// With a coupon.
    pub coupon: Option<CouponNeed>,
    /// For staff sales alone.
    pub staff_only: bool,
}

/// Hours of a day, as minutes from midnight; `until` is no longer within. Crosses midnight when `until` is not after
/// `from`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// First minute.
    pub from: u16,
    /// First minute after; 1440 is midnight.
    pub until: u16,
}

/// What kind of coupon opens a rule.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct CouponNeed {
    /// These codes.
    pub codes: BTreeSet<String>,
    /// Codes that begin with these characters.
    pub series: Option<String>,
    /// What the goods of the rule must come to when its turn comes.
    pub spend_min: Option<Money>,
    /// Each coupon pays once: a rule on extras or on the basket applies as often as there are coupons.
    pub single_use: bool,
}

/// The circumstances of a sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// The instant.
    pub now: Timestamp,
    /// What the clock on the store's wall shows.
    pub local: DateTime,
    /// Id of the store.
    pub store: String,
    /// Channel, e.g. `store`.
    pub channel: String,
    /// The member's level, which may be empty; nothing when nobody is known.
    pub member_level: Option<String>,
    /// Whether it is a staff sale.
    pub staff: bool,
    /// Coupons that were presented.
    pub coupons: Vec<PresentedCoupon>,
    /// How often the member has had each rule before, by rule id.
    pub used: BTreeMap<String, u32>,
}

/// A coupon that was presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentedCoupon {
    /// Its code.
    pub code: String,
    /// Whether it was used up before.
    pub spent: bool,
}

impl Context {
    /// Nobody in particular in a store at a time.
    pub fn anyone(store: &str, channel: &str, now: Timestamp, local: DateTime) -> Context {
        Context {
            now,
            local,
            store: store.to_owned(),
            channel: channel.to_owned(),
            member_level: None,
            staff: false,
            coupons: Vec::new(),
            used: BTreeMap::new(),
        }
    }
}

impl When {
    /// Nothing when the conditions are met; otherwise the first that is not.
    pub fn unmet(&self, context: &Context) -> Option<WhyNot> {
        if let Some(from) = self.from.filter(|from| context.now < *from) {
            return Some(WhyNot::NotYetStarted { from });
        }
        if let Some(until) = self.until.filter(|until| *until <= context.now) {
            return Some(WhyNot::Ended { until });
        }
        if let Some(why) = self.unmet_by_clock(context.local) {
            return Some(why);
        }
        if !self.stores.is_empty() && !self.stores.contains(&context.store) {
            return Some(WhyNot::OtherStore);
        }
        if !self.channels.is_empty() && !self.channels.contains(&context.channel) {
            return Some(WhyNot::OtherChannel);
        }
        if self.staff_only && !context.staff {
            return Some(WhyNot::NotStaff);
        }
        match &context.member_level {
            None if self.members || !self.levels.is_empty() => return Some(WhyNot::NotMember),
            Some(level) if !self.levels.is_empty() && !self.levels.contains(level) => {
                return Some(WhyNot::MemberLevel);
            }
            _ => {}
        }
        self.coupon.as_ref().and_then(|need| need.unmet(&context.coupons))
    }

    fn unmet_by_clock(&self, local: DateTime) -> Option<WhyNot> {
        let minute = local.hour() as u16 * 60 + local.minute() as u16;
        let day_fits = |day: Weekday| self.weekdays.is_empty() || self.weekdays.contains(&day);
        let today = local.weekday();
        if self.hours.is_empty() {
            return (!day_fits(today)).then_some(WhyNot::WrongDay);
        }
        let mut within = false;
        for hours in &self.hours {
            // After midnight, hours that began the day before are still that day's.
            let day = match hours.holds(minute) {
                None => continue,
                Some(Began::Today) => today,
                Some(Began::Yesterday) => today.previous(),
            };
            if day_fits(day) {
                return None;
            }
            within = true;
        }
        let wrong_day = within || !day_fits(today);
        Some(if wrong_day { WhyNot::WrongDay } else { WhyNot::WrongHour })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Began {
    Today,
    Yesterday,
}

impl Hours {
    fn holds(&self, minute: u16) -> Option<Began> {
        let crosses = self.until <= self.from;
        if minute >= self.from && (crosses || minute < self.until) {
            Some(Began::Today)
        } else if crosses && minute < self.until {
            Some(Began::Yesterday)
        } else {
            None
        }
    }
}

impl CouponNeed {
    /// Whether a code opens the rule.
    pub fn fits(&self, code: &str) -> bool {
        self.codes.contains(code) || self.series.as_ref().is_some_and(|series| code.starts_with(series.as_str()))
    }

    /// Coupons that open the rule, by code.
    pub fn fitting<'a>(&'a self, coupons: &'a [PresentedCoupon]) -> impl Iterator<Item = &'a str> {
        let codes: BTreeSet<&str> = coupons.iter().filter(|coupon| !coupon.spent).map(|coupon| &*coupon.code).collect();
        codes.into_iter().filter(|code| self.fits(code))
    }

    fn unmet(&self, coupons: &[PresentedCoupon]) -> Option<WhyNot> {
        if self.fitting(coupons).next().is_some() {
            return None;
        }
        let spent = coupons.iter().any(|coupon| self.fits(&coupon.code));
        Some(if spent { WhyNot::CouponUsed } else { WhyNot::NoCoupon })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::price::CHANNEL_STORE;
    use jiff::civil::date;

    fn at(day: i8, hour: i8, minute: i8) -> Context {
        // 2024-11-22 is a Friday.
        let local = date(2024, 11, day).at(hour, minute, 0, 0);
        Context::anyone("s01", CHANNEL_STORE, Timestamp::UNIX_EPOCH, local)
    }

    #[test]
    fn hours_that_cross_midnight_belong_to_the_day_they_begin_on() {
        let late = Hours { from: 22 * 60, until: 2 * 60 };
        let friday_night = When { weekdays: vec![Weekday::Friday], hours: vec![late], ..When::default() };
        assert_eq!(friday_night.unmet(&at(22, 21, 59)), Some(WhyNot::WrongHour));
        assert_eq!(friday_night.unmet(&at(22, 22, 0)), None);
        assert_eq!(friday_night.unmet(&at(23, 1, 59)), None);
        assert_eq!(friday_night.unmet(&at(23, 2, 0)), Some(WhyNot::WrongDay));
        assert_eq!(friday_night.unmet(&at(22, 1, 0)), Some(WhyNot::WrongDay));
        let whole_day = When { hours: vec![Hours { from: 0, until: DAY_MINUTES }], ..When::default() };
        assert_eq!(whole_day.unmet(&at(22, 23, 59)), None);
    }

    #[test]
    fn each_condition_is_told_by_name() {
        let set = |word: &str| BTreeSet::from([word.to_owned()]);
        let now = at(22, 12, 0);
        let later = Timestamp::from_second(60).unwrap();
        let unmet = |when: When| when.unmet(&now);
        assert_eq!(unmet(When { from: Some(later), ..When::default() }), Some(WhyNot::NotYetStarted { from: later }));
        let ended = When { until: Some(Timestamp::UNIX_EPOCH), ..When::default() };
        assert_eq!(unmet(ended), Some(WhyNot::Ended { until: Timestamp::UNIX_EPOCH }));
        assert_eq!(unmet(When { stores: set("s02"), ..When::default() }), Some(WhyNot::OtherStore));
        assert_eq!(unmet(When { channels: set("web"), ..When::default() }), Some(WhyNot::OtherChannel));
        assert_eq!(unmet(When { staff_only: true, ..When::default() }), Some(WhyNot::NotStaff));
        assert_eq!(unmet(When { members: true, ..When::default() }), Some(WhyNot::NotMember));
        assert_eq!(unmet(When { levels: set("gold"), ..When::default() }), Some(WhyNot::NotMember));
        let silver = Context { member_level: Some("silver".into()), ..now.clone() };
        assert_eq!(When { levels: set("gold"), ..When::default() }.unmet(&silver), Some(WhyNot::MemberLevel));
        assert_eq!(When { levels: set("silver"), ..When::default() }.unmet(&silver), None);
    }

    #[test]
    fn coupons_open_by_code_or_series_and_only_while_they_are_good() {
        let need = CouponNeed { series: Some("NOV-".into()), ..CouponNeed::default() };
        let when = When { coupon: Some(need), ..When::default() };
        let with = |code: &str, spent| {
            let coupons = vec![PresentedCoupon { code: code.into(), spent }];
            when.unmet(&Context { coupons, ..at(22, 12, 0) })
        };
        assert_eq!(with("NOV-0017", false), None);
        assert_eq!(with("NOV-0017", true), Some(WhyNot::CouponUsed));
        assert_eq!(with("DEC-0017", false), Some(WhyNot::NoCoupon));
    }
}
