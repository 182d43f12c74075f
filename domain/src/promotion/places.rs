//! From pieces back to the lines they lie on, and what people take off there.

use super::basket_rules::{OnBasket, TakenOff};
use super::cart::{Cart, CartLine, Class, HandDiscount, Standing};
use super::portion::Portion;
use super::settle::{By, SettledLine};
use crate::money::Money;

/// Pieces of a portion on one line.
struct Slot {
    line: usize,
    portion: usize,
    left: i64,
    floor: i64,
}

/// Lines of the cart with all that is taken off them. Portions fill the lines of their class one after the other; what a
/// rule on the basket took off a portion is shared by what its parts still cost above their floors.
pub(super) fn lines(cart: &Cart, classes: &[Class], portions: &[Portion], on_basket: &OnBasket) -> Vec<SettledLine> {
    let settled = |line: &CartLine| SettledLine { no: line.no, list: line.list().units(), shares: Vec::new() };
    let mut lines: Vec<SettledLine> = cart.lines.iter().map(settled).collect();
    let (mut slots, first_of) = slots(classes, portions, &mut lines);
    for TakenOff { rule, below_floor, shares } in &on_basket.taken {
        for (portion, amount) in shares {
            let of_portion = &mut slots[first_of[*portion]..first_of[*portion + 1]];
            let room = |slot: &Slot| if *below_floor { slot.left } else { (slot.left - slot.floor).max(0) };
            let shares = match of_portion {
                [_whole] => vec![Money::minor(*amount)],
                ref parts => Money::minor(*amount).allocate(&parts.iter().map(room).collect::<Vec<_>>()),
            };
            for (slot, share) in of_portion.iter_mut().zip(shares) {
                slot.left -= share.units();
                add_newest(&mut lines[slot.line], By::Rule(*rule), share.units());
            }
        }
    }
    by_hand(cart, classes, &mut lines);
    for (line, of_cart) in lines.iter_mut().zip(&cart.lines) {
        line.shares.retain(|(_, amount)| *amount > 0);
        assert!(line.left() >= 0, "line {} of {} is not sold below zero", line.no, of_cart.item);
    }
    lines
}

/// Lays portions out on the lines of their class and notes what was taken off each piece. Also returns where the slots of
/// each portion begin.
fn slots(classes: &[Class], portions: &[Portion], lines: &mut [SettledLine]) -> (Vec<Slot>, Vec<usize>) {
    let mut slots = Vec::with_capacity(portions.len());
    let mut first_of = Vec::with_capacity(portions.len() + 1);
    let mut class = usize::MAX;
    let (mut place, mut free) = (0, 0);
    for (at, portion) in portions.iter().enumerate() {
        first_of.push(slots.len());
        let places = &classes[portion.class].places;
        if class != portion.class {
            (class, place, free) = (portion.class, 0, places[0].1);
        }
        let mut rest = portion.count;
        while rest > 0 {
            if free == 0 {
                place += 1;
                free = places[place].1;
            }
            let pieces = rest.min(free);
            let line = places[place].0;
            for (rule, share) in &portion.shares {
                add(&mut lines[line], By::Rule(*rule), share * pieces);
            }
            let floor = pieces * classes[portion.class].floor;
            slots.push(Slot { line, portion: at, left: pieces * portion.price, floor });
            rest -= pieces;
            free -= pieces;
        }
    }
    first_of.push(slots.len());
    debug_assert!(slots.iter().all(|slot| first_of[slot.portion] < first_of[slot.portion + 1]));
    (slots, first_of)
}

fn add(line: &mut SettledLine, by: By, amount: i64) {
    match line.shares.iter_mut().find(|(before, _)| *before == by) {
        Some((_, sum)) => *sum += amount,
        None => line.shares.push((by, amount)),
    }
}

/// The same for one that comes after all others.
fn add_newest(line: &mut SettledLine, by: By, amount: i64) {
    match line.shares.last_mut() {
        Some((before, sum)) if *before == by => *sum += amount,
        _ => line.shares.push((by, amount)),
    }
}

/// What people take off: each line's own, then that of the whole, spread over classes and then over their lines by what
/// is left to pay. Floors bind people too; another price is for those who may go below.
fn by_hand(cart: &Cart, classes: &[Class], lines: &mut [SettledLine]) {
    for (at, line) in cart.lines.iter().enumerate() {
        if let Some(discount) = line.discount.filter(|_| line.standing != Standing::NotDiscountable) {
            let left = lines[at].left();
            let amount = amount_of(discount, left).min(room(cart, lines, at));
            add(&mut lines[at], By::HandOnLine, amount);
        }
    }
    let Some(discount) = cart.discount else { return };
    let open: Vec<&Class> =
        classes.iter().filter(|class| cart.lines[class.line].standing != Standing::NotDiscountable).collect();
    let left: Vec<i64> =
        open.iter().map(|class| class.places.iter().map(|(line, _)| lines[*line].left()).sum()).collect();
    let whole = amount_of(discount, left.iter().sum());
    for (class, share) in open.iter().zip(Money::minor(whole).allocate(&left)) {
        let rooms: Vec<i64> = class.places.iter().map(|(line, _)| room(cart, lines, *line)).collect();
        let share = share.units().min(rooms.iter().sum());
        for ((line, _), share) in class.places.iter().zip(Money::minor(share).allocate(&rooms)) {
            add(&mut lines[*line], By::HandOnBasket, share.units());
        }
    }
}

fn amount_of(discount: HandDiscount, left: i64) -> i64 {
    match discount {
        HandDiscount::Percent(off_bp) => Money::minor(left).scale(i64::from(off_bp.min(10_000)), 10_000).units(),
        HandDiscount::Amount(amount) => amount.units().clamp(0, left),
    }
}

/// What may still be taken off a line. A price that was set by hand has no floor of its own.
fn room(cart: &Cart, lines: &[SettledLine], at: usize) -> i64 {
    let line = &cart.lines[at];
    let floor = match (line.floor, line.standing) {
        (Some(floor), Standing::Open) => {
            let exact = i128::from(floor.units()) * i128::from(line.quantity.in_thousandths());
            ((exact + 999) / 1000).min(i128::from(crate::money::AMOUNT_MAX)) as i64
        }
        _ => 0,
    };
    (lines[at].left() - floor).max(0)
}
