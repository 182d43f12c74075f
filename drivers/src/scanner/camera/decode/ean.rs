//! EAN read by shape: for blurred codes, whose bars no longer have edges to measure.
//!
//! A line across the code is laid on a grid of its 95 (or 67) modules by its guards. Each digit's seven modules are then
//! compared with the shape of each digit, blurred as the line is. What the lines say is added up; it counts only when the
//! digits that fit best pass their check digit by themselves, when half of the lines say the same as the other half, and
//! when no other digit fits nearly as well.

use std::sync::OnceLock;

use hal::{Scan, Symbology};

use super::Found;
use super::bars;
use super::profile::{Profile, lowest, means};
use super::stripes::Stripe;
use crate::scanner::camera::luma::Luma;

/// The widths of space, bar, space, bar of each digit in number set A (ISO/IEC 15420, table 1). Set B is set C mirrored.
const WIDTHS: [[u8; 4]; 10] = [
    [3, 2, 1, 1],
    [2, 2, 2, 1],
    [2, 1, 2, 2],
    [1, 4, 1, 1],
    [1, 1, 3, 2],
    [1, 2, 3, 1],
    [1, 1, 1, 4],
    [1, 3, 1, 2],
    [1, 2, 1, 3],
    [3, 1, 1, 2],
];
/// Which of the left six digits are in set B, by the first digit (table 3); the first of six is the highest bit.
const PARITIES: [u8; 10] =
    [0b00_0000, 0b00_1011, 0b00_1101, 0b00_1110, 0b01_0011, 0b01_1001, 0b01_1100, 0b01_0101, 0b01_0110, 0b01_1010];
/// Blur of a shape, as the standard deviation in modules.
const BLURS: [f32; 3] = [0.25, 0.5, 0.8];
/// Samples of a digit with half a module on either side.
const SAMPLES: usize = 32;
/// Modules that those samples span.
const SPAN: f32 = 8.0;
/// How far a digit may stand from its place, in modules.
const SHIFTS: [f32; 7] = [-0.6, -0.4, -0.2, 0.0, 0.2, 0.4, 0.6];
/// How well digits must fit on the mean: 1 is a perfect likeness.
const LIKENESS_MIN: f32 = 0.9;
/// How well digits must fit on the mean of a line, for the line to say anything.
const LINE_LIKENESS_MIN: f32 = 0.87;
/// How well each digit must fit.
const DIGIT_LIKENESS_MIN: f32 = 0.7;
/// How much better than any other each digit must fit.
const LEAD_MIN: f32 = 0.02;
/// Lines that must say something.
const LINES_MIN: usize = 4;
/// Share of the contrast nearby from which a turn is more than noise.
const TURN_SHARE: f32 = 0.05;
/// Shades from which a turn is more than noise.
const TURN_MIN: f32 = 1.2;
/// How well the digits next to a lone guard must fit for the rest to be looked at.
const OPENING_LIKENESS_MIN: f32 = 0.8;
/// Guards without their like tried on a line, at either end.
const LONE_GUARDS_MAX: usize = 4;
/// Pairs of guards tried on a line.
const PAIRS_MAX: usize = 12;

/// How well each digit fits at each place: sets A, then B on the left; set C at 0 to 9 on the right.
type Fit = Vec<[f32; 20]>;

/// The makes of code that are read by shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Make {
    Thirteen,
    Eight,
}

impl Make {
    fn digits(self) -> usize {
        match self {
            Make::Thirteen => 12,
            Make::Eight => 8,
        }
    }

    fn modules(self) -> f32 {
        (self.digits() * 7 + 11) as f32
    }

    /// The first module of a digit.
    fn place(self, digit: usize) -> f32 {
        let middle = if digit >= self.digits() / 2 { 5 } else { 0 };
        (3 + 7 * digit + middle) as f32
    }
}

/// Reads the EAN at a place.
pub(crate) fn read_by_shape(luma: &Luma, stripe: &Stripe, lines: usize) -> Option<Found> {
    let mut sums: [Vec<Fit>; 4] = Default::default();
    for line in 0..lines {
        let aside = ((line as f32 + 0.5) / lines as f32 * 2.0 - 1.0) * 0.85;
        let profile = Profile::across(luma, stripe, aside);
        for (way, profile) in [profile.reversed(), profile].into_iter().enumerate() {
            for (make, kind) in [Make::Thirteen, Make::Eight].into_iter().enumerate() {
                sums[way * 2 + make].extend(fit_line(&profile, kind));
            }
        }
    }
    let told = sums.iter().enumerate().filter_map(|(at, fits)| {
        let make = if at % 2 == 0 { Make::Thirteen } else { Make::Eight };
        agreed(fits, make).map(|(likeness, digits)| (likeness, make, digits))
    });
    let (_, make, data) = told.max_by(|a, b| a.0.total_cmp(&b.0))?;
    let symbology = if make == Make::Thirteen { Symbology::Ean13 } else { Symbology::Ean8 };
    let scan = Scan { symbology: Some(symbology), data };
    Some(Found { scan, x: stripe.x, y: stripe.y, reach: stripe.half_length })
}

/// What all lines together say, when both halves of them say it too.
fn agreed(fits: &[Fit], make: Make) -> Option<(f32, String)> {
    if fits.len() < LINES_MIN {
        return None;
    }
    let all = best(&mean(fits.iter(), make), make)?;
    let even = best(&mean(fits.iter().step_by(2), make), make)?;
    let odd = best(&mean(fits.iter().skip(1).step_by(2), make), make)?;
    let same = even.digits == all.digits && odd.digits == all.digits;
    (all.sure && same && bars::checks(&all.digits)).then_some((all.likeness, all.digits))
}

fn mean<'a>(fits: impl Iterator<Item = &'a Fit>, make: Make) -> Fit {
    let mut sum = vec![[0.0; 20]; make.digits()];
    let mut count = 0.0_f32;
    for fit in fits {
        count += 1.0;
        for (sum, fit) in sum.iter_mut().zip(fit) {
            sum.iter_mut().zip(fit).for_each(|(sum, fit)| *sum += fit);
        }
    }
    sum.iter_mut().flatten().for_each(|sum| *sum /= count.max(1.0));
    sum
}

/// The digits that fit best.
struct Best {
    digits: String,
    /// Of the digits, on the mean.
    likeness: f32,
    /// Whether they fit well enough to be told, and better than any others.
    sure: bool,
}

fn best(fit: &Fit, make: Make) -> Option<Best> {
    let parities: &[u8] = if make == Make::Thirteen { &PARITIES } else { &[0] };
    let half = make.digits() / 2;
    let mut best: Option<(f32, usize, Vec<usize>)> = None;
    for (first, parity) in parities.iter().enumerate() {
        let set = |digit: usize| if digit < half && parity >> (half - 1 - digit) & 1 == 1 { 10 } else { 0 };
        let digits: Vec<usize> = (0..make.digits()).map(|digit| highest(&fit[digit][set(digit)..][..10])).collect();
        let total = digits.iter().enumerate().map(|(digit, &value)| fit[digit][set(digit) + value]).sum();
        if best.as_ref().is_none_or(|(known, _, _)| total > *known) {
            best = Some((total, first, digits));
        }
    }
    let (total, first, digits) = best?;
    let set = |digit: usize| if digit < half && parities[first] >> (half - 1 - digit) & 1 == 1 { 10 } else { 0 };
    let likeness = total / make.digits() as f32;
    let sure = likeness >= LIKENESS_MIN
        && digits.iter().enumerate().all(|(digit, &value)| {
            let ours = fit[digit][set(digit) + value];
            let options = if digit < half && make == Make::Thirteen { 20 } else { 10 };
            let others = (0..options).filter(|&other| other != set(digit) + value).map(|other| fit[digit][other]);
            ours >= DIGIT_LIKENESS_MIN && ours - others.fold(f32::MIN, f32::max) >= LEAD_MIN
        });
    let lead = (make == Make::Thirteen).then_some(first);
    let digits = lead.iter().chain(&digits).map(|&digit| char::from(b'0' + digit as u8)).collect();
    Some(Best { digits, likeness, sure })
}

fn highest(fit: &[f32]) -> usize {
    (0..fit.len()).max_by(|&a, &b| fit[a].total_cmp(&fit[b])).unwrap_or_default()
}

/// How the digits fit on one line, where its guards are.
fn fit_line(profile: &Profile, make: Make) -> Option<Fit> {
    let shades = means(&profile.shades, 1);
    let edges = edges(&shades);
    let (starts, ends) = (guards(&edges, true), guards(&edges, false));
    let mut best: Option<(f32, Fit)> = None;
    let mut consider = |digits: Vec<(f32, f32)>| {
        let (likeness, fit) = fit(&shades, &digits, make);
        if best.as_ref().is_none_or(|(known, _)| likeness > *known) {
            best = Some((likeness, fit));
        }
        likeness >= LINE_LIKENESS_MIN
    };
    let mut is_found = false;
    for (start, end) in pairs(&starts, &ends, make) {
        if let Some(grid) = Grid::new(&shades, start, end, make) {
            is_found |= consider(grid.digits(make));
        }
        is_found |= consider(walked(&edges, start, end, make));
    }
    for (guards, forward) in [(&starts, true), (&ends, false)] {
        for guard in guards.iter().filter(|_| !is_found).take(LONE_GUARDS_MAX) {
            let digits = walked_from(&edges, *guard, forward, make);
            let last = shades.len() as f32;
            if digits.iter().all(|(begin, end)| *begin >= 0.0 && *end <= last)
                && opens_well(&shades, &digits, forward, make)
            {
                consider(digits);
            }
        }
    }
    best.filter(|(likeness, _)| *likeness >= LINE_LIKENESS_MIN).map(|(_, fit)| fit)
}

/// Whether the two digits next to a guard look like digits: most of what looks like a guard is none.
fn opens_well(shades: &[f32], digits: &[(f32, f32)], forward: bool, make: Make) -> bool {
    let shapes = &shapes()[1];
    let (places, sets) = match (forward, make) {
        (true, Make::Thirteen) => ([0, 1], &shapes[..20]),
        (true, Make::Eight) => ([0, 1], &shapes[..10]),
        (false, _) => ([digits.len() - 1, digits.len() - 2], &shapes[20..]),
    };
    places.iter().all(|&place| {
        let (begin, end) = digits[place];
        let module = (end - begin) / 7.0;
        let seen = normal(|part| at(shades, begin - 0.5 * module + part * SPAN * module));
        let likeness = |shape: &Shape| seen.iter().zip(shape).map(|(a, b)| a * b).sum::<f32>();
        sets.iter().map(likeness).fold(-1.0, f32::max) >= OPENING_LIKENESS_MIN
    })
}

/// A change between light and dark: where, and whether to dark.
#[derive(Clone, Copy, Debug)]
struct Edge {
    at: f32,
    falls: bool,
}

/// The changes that are more than noise: from each turning point to the next, where a turn counts once the line has come
/// back by a share of the contrast nearby. Beside a window or a glare bars are faint; only what is near tells.
fn edges(shades: &[f32]) -> Vec<Edge> {
    let radius = (shades.len() / 20).max(8);
    let negative: Vec<f32> = shades.iter().map(|shade| -shade).collect();
    let (low, high) = (lowest(shades, radius), lowest(&negative, radius));
    let turns = turns(shades, |at| ((-high[at] - low[at]) * TURN_SHARE).max(TURN_MIN));
    turns
        .windows(2)
        .map(|pair| Edge { at: steepest(shades, pair[0], pair[1]), falls: shades[pair[0]] > shades[pair[1]] })
        .collect()
}

/// Where the line turns back by more than `enough` at that place.
fn turns(shades: &[f32], enough: impl Fn(usize) -> f32) -> Vec<usize> {
    let (mut turns, mut lowest, mut highest) = (Vec::new(), 0, 0);
    let mut rises = None;
    for at in 1..shades.len() {
        if shades[at] < shades[lowest] {
            lowest = at;
        }
        if shades[at] > shades[highest] {
            highest = at;
        }
        let enough = enough(at);
        if rises != Some(false) && shades[highest] - shades[at] > enough {
            turns.push(highest);
            (rises, lowest) = (Some(false), at);
        } else if rises != Some(true) && shades[at] - shades[lowest] > enough {
            turns.push(lowest);
            (rises, highest) = (Some(true), at);
        }
    }
    match rises {
        Some(true) => turns.push(highest),
        Some(false) => turns.push(lowest),
        None => {}
    }
    turns
}

/// The middle of a change: the mean of its places, each with the square of the slope there.
fn steepest(shades: &[f32], from: usize, to: usize) -> f32 {
    let (mut weights, mut moment) = (1e-6, 0.0);
    for at in from..to {
        let slope = shades[at + 1] - shades[at];
        let weight = slope * slope;
        weights += weight;
        moment += weight * (at as f32 + 0.5);
    }
    moment / weights
}

/// A place where a code may begin or end.
#[derive(Clone, Copy, Debug)]
struct Guard {
    /// Its outer edge.
    at: f32,
    /// Width of a module there.
    module: f32,
    /// How uneven its three elements are.
    uneven: f32,
}

/// Where codes may begin (`forward`) or end: three narrow elements, and quiet outside of them.
fn guards(edges: &[Edge], forward: bool) -> Vec<Guard> {
    let guard = |first: usize| {
        let four = &edges[first..first + 4];
        let module = (four[3].at - four[0].at) / 3.0;
        let uneven = four.windows(2).map(|pair| ((pair[1].at - pair[0].at) / module - 1.0).abs()).fold(0.0, f32::max);
        let quiet = match forward {
            true => first.checked_sub(1).map_or(f32::MAX, |before| four[0].at - edges[before].at),
            false => edges.get(first + 4).map_or(f32::MAX, |after| after.at - four[3].at),
        };
        let at = if forward { four[0].at } else { four[3].at };
        (four[0].falls && module >= 1.0 && uneven < 0.6 && quiet > 2.5 * module).then_some(Guard { at, module, uneven })
    };
    (0..edges.len().saturating_sub(3)).filter_map(guard).collect()
}

/// Guards that may belong together, with a module width that fits their distance; the likeliest first.
fn pairs(starts: &[Guard], ends: &[Guard], make: Make) -> Vec<(f32, f32)> {
    let mut pairs = Vec::new();
    for start in starts {
        for end in ends {
            let module = (end.at - start.at) / make.modules();
            let (left, right) = (start.module / module, end.module / module);
            if module >= 1.2 && (0.6..1.6).contains(&left) && (0.6..1.6).contains(&right) {
                let off = (left - 1.0).abs() + (right - 1.0).abs() + start.uneven + end.uneven;
                pairs.push((off, start.at, end.at));
            }
        }
    }
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    pairs.into_iter().take(PAIRS_MAX).map(|(_, start, end)| (start, end)).collect()
}

/// Where each module lies on a line: a parabola through the two outer guards and the middle of the inner one, because codes
/// are seen aslant and on bottles.
struct Grid {
    start: f32,
    linear: f32,
    square: f32,
}

impl Grid {
    fn new(shades: &[f32], start: f32, end: f32, make: Make) -> Option<Grid> {
        let modules = make.modules();
        let module = (end - start) / modules;
        let middle_shape = shape(&[1; 7], 0, BLURS[1], 7.0);
        let expected = (start + end) / 2.0;
        let mut best = (0.4, None);
        for step in -14..=14 {
            let middle = expected + step as f32 * 0.25 * module;
            let likeness = likeness(&middle_shape, |part| at(shades, middle + (part - 0.5) * 7.0 * module))
                - 0.01 * (step as f32).abs();
            if likeness > best.0 {
                best = (likeness, Some(middle));
            }
        }
        let middle = best.1?;
        // start + linear * u + square * u^2 is `middle` at half of the modules, and `end` at all of them.
        let square = 2.0 * (start + end - 2.0 * middle) / (modules * modules);
        let linear = (end - start) / modules - square * modules;
        Some(Grid { start, linear, square })
    }

    fn at(&self, module: f32) -> f32 {
        self.start + self.linear * module + self.square * module * module
    }

    /// Where each digit begins and ends.
    fn digits(&self, make: Make) -> Vec<(f32, f32)> {
        (0..make.digits()).map(|digit| (self.at(make.place(digit)), self.at(make.place(digit) + 7.0))).collect()
    }
}

/// Where each digit begins and ends, walking inwards from both guards from edge to edge: between two digits there is one
/// always, to light on the left and to dark on the right. For codes on cans and bottles.
fn walked(edges: &[Edge], start: f32, end: f32, make: Make) -> Vec<(f32, f32)> {
    let half = make.digits() / 2;
    let module = (end - start) / make.modules();
    let mut digits = walk(edges, start, module, true, half, half);
    digits.extend(walk(edges, end, -module, false, half, half).into_iter().rev());
    digits
}

/// The same across the whole code from one guard: where the other one is torn, in glare, or not in the picture.
fn walked_from(edges: &[Edge], guard: Guard, forward: bool, make: Make) -> Vec<(f32, f32)> {
    let module = if forward { guard.module } else { -guard.module };
    let mut digits = walk(edges, guard.at, module, forward, make.digits(), make.digits() / 2);
    if !forward {
        digits.reverse();
    }
    digits
}

/// Where `count` digits begin and end, from a guard at `outer` onwards; `module` is negative for a walk to the left. After
/// `half` digits comes the middle guard.
fn walk(edges: &[Edge], outer: f32, module: f32, forward: bool, count: usize, half: usize) -> Vec<(f32, f32)> {
    let snapped = |expected: f32, module: f32, falls: bool| {
        let near = edges.iter().filter(|edge| edge.falls == falls && (edge.at - expected).abs() < 0.9 * module.abs());
        let nearest = near.min_by(|a, b| (a.at - expected).abs().total_cmp(&(b.at - expected).abs()));
        nearest.map_or(expected, |edge| edge.at)
    };
    // The guard ends as each digit of its half does.
    let mut place = snapped(outer + 3.0 * module, module, !forward);
    let mut module = (module + (place - outer) / 3.0) / 2.0;
    let mut digits = Vec::with_capacity(count);
    for digit in 0..count {
        if digit == half {
            place = snapped(place + 5.0 * module, module, forward);
        }
        let falls = if digit < half { !forward } else { forward };
        let next = snapped(place + 7.0 * module, module, falls);
        digits.push((place.min(next), place.max(next)));
        module = (module + (next - place) / 7.0) / 2.0;
        place = next;
    }
    digits
}

/// How well each digit fits at its place, with the blur that fits best on the whole, and the mean likeness of the best ones.
fn fit(shades: &[f32], digits: &[(f32, f32)], make: Make) -> (f32, Fit) {
    let half = make.digits() / 2;
    let mut best = (f32::MIN, Vec::new());
    for shapes in shapes() {
        let mut fit = vec![[-1.0_f32; 20]; make.digits()];
        for (digit, fit) in fit.iter_mut().enumerate() {
            let sets = match (digit < half, make) {
                (true, Make::Thirteen) => &shapes[..20],
                (true, Make::Eight) => &shapes[..10],
                (false, _) => &shapes[20..],
            };
            let (begin, end) = digits[digit];
            let module = (end - begin) / 7.0;
            for shift in SHIFTS {
                let from = begin + (shift - 0.5) * module;
                let seen = normal(|part| at(shades, from + part * SPAN * module));
                for (fit, shape) in fit.iter_mut().zip(sets) {
                    let likeness: f32 = seen.iter().zip(shape).map(|(a, b)| a * b).sum();
                    *fit = fit.max(likeness - 0.02 * shift.abs());
                }
            }
        }
        let likeness = fit.iter().map(|fit| fit.iter().copied().fold(-1.0, f32::max)).sum::<f32>();
        let likeness = likeness / make.digits() as f32;
        if likeness > best.0 {
            best = (likeness, fit);
        }
    }
    best
}

fn at(shades: &[f32], place: f32) -> f32 {
    let place = place.clamp(0.0, (shades.len() - 1) as f32);
    let left = place as usize;
    let right = (left + 1).min(shades.len() - 1);
    shades[left] + (shades[right] - shades[left]) * (place - left as f32)
}

type Shape = [f32; SAMPLES];

/// Samples about their mean, of length one.
fn normal(sample: impl Fn(f32) -> f32) -> Shape {
    let mut shape: Shape = std::array::from_fn(|at| sample((at as f32 + 0.5) / SAMPLES as f32));
    let mean = shape.iter().sum::<f32>() / SAMPLES as f32;
    shape.iter_mut().for_each(|value| *value -= mean);
    let length = shape.iter().map(|value| value * value).sum::<f32>().sqrt().max(1e-3);
    shape.iter_mut().for_each(|value| *value /= length);
    shape
}

fn likeness(shape: &Shape, sample: impl Fn(f32) -> f32) -> f32 {
    normal(sample).iter().zip(shape).map(|(a, b)| a * b).sum()
}

/// For each blur: the digits of sets A, B and C.
fn shapes() -> &'static [Vec<Shape>; 3] {
    static SHAPES: OnceLock<[Vec<Shape>; 3]> = OnceLock::new();
    SHAPES.get_or_init(|| {
        BLURS.map(|blur| {
            let mirrored = |widths: &[u8; 4]| [widths[3], widths[2], widths[1], widths[0]];
            // Before the left digits comes a bar and after them a space; the right ones the other way round.
            let a = WIDTHS.iter().map(|widths| shape(&framed(*widths), 0, blur, SPAN));
            let b = WIDTHS.iter().map(|widths| shape(&framed(mirrored(widths)), 0, blur, SPAN));
            let c = WIDTHS.iter().map(|widths| shape(&framed(*widths), 1, blur, SPAN));
            a.chain(b).chain(c).collect()
        })
    })
}

/// A digit's elements with what must stand beside them.
fn framed([one, two, three, four]: [u8; 4]) -> [u8; 6] {
    [1, one, two, three, four, 1]
}

/// The shape of elements, of which the first is dark (0) or light (1), as seen over their middle `span` modules; the outer
/// two go on beyond.
fn shape(widths: &[u8], first: u8, blur: f32, span: f32) -> Shape {
    let total: f32 = widths.iter().map(|&width| f32::from(width)).sum();
    normal(|part| {
        let place = total / 2.0 + (part - 0.5) * span;
        let mut shade = f32::from(first);
        let mut edge = 0.0;
        let mut sign = if first == 1 { -1.0 } else { 1.0 };
        for &width in &widths[..widths.len() - 1] {
            edge += f32::from(width);
            shade += sign * step((place - edge) / blur);
            sign = -sign;
        }
        shade
    })
}

/// The normal distribution up to `z`, nearly.
fn step(z: f32) -> f32 {
    1.0 / (1.0 + (-1.702 * z).exp())
}
