use proptest::prelude::*;

use super::*;

/// ¥1.00: what the shop bears on a basket.
fn bound() -> Money {
    Money::minor(100)
}

fn risk() -> impl Strategy<Value = Risk> {
    let known = prop::option::of((0_u32..40, 0_u32..4).prop_map(|(clean, missed)| Trust { clean, missed }));
    (0_i64..300_000, 0_u32..60, 0_u32..8, 0_u32..5, any::<(bool, bool)>(), known).prop_map(
        |(value, pieces, corrections, skips, (weighed, from_aisle), known)| Risk {
            value: Money::minor(value),
            pieces,
            corrections,
            skips,
            weighed,
            from_aisle,
            known,
        },
    )
}

/// What is lost on average, thousandths of a minor unit times 10^8, computed without cutting anything short.
fn left(risk: &Risk, plan: Plan) -> u128 {
    let whole = u128::from(WHOLE_BP);
    let found = if plan.pieces >= risk.pieces { whole } else { u128::from(found_bp(plan.pieces)) };
    u128::from(loss_unseen(risk)) * (whole * whole - u128::from(plan.chance_bp) * found)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn no_basket_loses_more_than_the_bound(risk in risk(), bound in 1_i64..2_000) {
        let plan = plan(&risk, Money::minor(bound));
        prop_assume!(risk.pieces > 0);
        prop_assert!(left(&risk, plan) <= bound as u128 * 1000 * 100_000_000);
        prop_assert!(plan.pieces <= risk.pieces && u64::from(plan.chance_bp) <= WHOLE_BP);
    }

    #[test]
    fn who_is_known_to_be_honest_is_kept_less(risk in risk(), clean in 0_u32..20) {
        let of = |clean| Risk { known: Some(Trust { clean, missed: 0 }), ..risk };
        prop_assert!(suspicion_bp(&of(clean + 1)) <= suspicion_bp(&of(clean)));
        let (stranger, hasty) = (Risk { known: None, ..risk }, Risk { corrections: risk.corrections + 1, ..risk });
        prop_assert!(suspicion_bp(&of(clean)) <= suspicion_bp(&stranger));
        prop_assert!(suspicion_bp(&hasty) >= suspicion_bp(&risk));
    }

    #[test]
    fn chance_decides_and_nothing_else(risk in risk(), chance in any::<u64>()) {
        let pieces = decide(&risk, bound(), chance);
        let plan = plan(&risk, bound());
        prop_assert_eq!(pieces, if chance % WHOLE_BP < u64::from(plan.chance_bp) { plan.pieces } else { 0 });
    }
}

/// A small generator of its own: the same stories at every run (xorshift64*, Marsaglia 2003 and Vigna 2016).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16) % sides
    }
}

/// What became of the baskets of one kind of shopper.
#[derive(Default)]
struct Told {
    baskets: u64,
    honest: u64,
    kept: u64,
    carried: u64,
    caught: u64,
    lost: u64,
}

/// One shopper: honest as likely as the model says, or with a quarter of the goods unscanned.
fn shop(dice: &mut Dice, risk: &Risk, told: &mut Told) {
    let steals = dice.roll(WHOLE_BP) < suspicion_bp(risk);
    let looked = decide(risk, bound(), dice.roll(WHOLE_BP));
    told.baskets += 1;
    if !steals {
        told.honest += 1;
        told.kept += u64::from(looked > 0);
        return;
    }
    let value = risk.value.units().unsigned_abs() * UNSCANNED_BP / WHOLE_BP;
    told.carried += value;
    let found = looked >= risk.pieces || (0..looked).any(|_| dice.roll(WHOLE_BP) < UNSCANNED_BP);
    if looked > 0 && found { told.caught += value } else { told.lost += value }
}

/// The table of `docs/self-checkout.md`: 60,000 baskets of each kind. Printed with `--nocapture`.
#[test]
fn a_simulated_year_stays_below_the_bound_and_lets_most_people_go() {
    let new = Risk { weighed: true, ..Risk::default() };
    let member = |clean, missed| Risk { known: Some(Trust { clean, missed }), ..new };
    let kinds = [
        ("new shopper, bagging scale", new),
        ("new shopper, no bagging scale", Risk { weighed: false, ..new }),
        ("three corrections, one skip", Risk { corrections: 3, skips: 1, ..new }),
        ("scanned in the aisle", Risk { from_aisle: true, weighed: false, ..new }),
        ("member, nothing known", member(0, 0)),
        ("member, 8 clean looks", member(8, 0)),
        ("member, one find", member(4, 1)),
    ];
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    println!("| kind | honest kept % | carried off ¥/1000 | caught ¥/1000 | lost ¥/basket |");
    for (name, kind) in kinds {
        let mut told = Told::default();
        for _ in 0..60_000 {
            // Most baskets are small: 2 to 24 goods of ¥2 to ¥30 each.
            let pieces = 2 + dice.roll(12) * dice.roll(3);
            let value: u64 = (0..pieces).map(|_| 200 + dice.roll(2_801)).sum();
            let risk = Risk { value: Money::minor(value as i64), pieces: pieces as u32, ..kind };
            shop(&mut dice, &risk, &mut told);
        }
        // In tenths of a percent, yuan for a thousand baskets, and hundredths of a yuan for one.
        let kept = 1000 * told.kept / told.honest;
        let of_a_thousand = |units: u64| units * 10 / told.baskets;
        let lost = told.lost / told.baskets;
        println!(
            "| {name} | {}.{} | {} | {} | {}.{:02} |",
            kept / 10,
            kept % 10,
            of_a_thousand(told.carried),
            of_a_thousand(told.caught),
            lost / 100,
            lost % 100,
        );
        // The bound holds on average, but for the chance of 60,000 baskets.
        assert!(told.lost <= told.baskets * 100 * 11 / 10, "{name} loses {lost} on a basket");
        assert!(told.carried > 0 && told.honest > 0);
    }
}
