//! The order in which a picture is looked at: cheap looks first, then those that earn most for their time.

use std::borrow::Cow;

use super::ean::read_by_shape;
use super::matrix::{Tone, read_matrix, read_qr_cheaply};
use super::profile::Cut;
use super::rows::read_stripe;
use super::stripes::{Stripe, stripes};
use super::{Codes, Found, tidied};
use crate::scanner::camera::luma::Luma;

/// Work that a still picture is worth. One unit is a thousand pixels looked at once by the cheapest decoder, about 3 µs on
/// a till; a picture of 640 x 480 may take about a third of a second at the very most.
pub const WORK_USUAL: u64 = 120_000;
/// Pixels from which a picture is first looked at in a smaller size.
const LARGE_PIXELS: usize = 1_600_000;
/// Width and height below which a picture is looked at enlarged.
const SMALL_SIDE: usize = 1000;
/// Places with bars that the first look goes to.
const PLACES_FIRST: usize = 6;
/// Places with bars that later looks go to.
const PLACES_LATER: usize = 10;
/// Share of the strongest place's weight from which another may hold a code too.
const PLACE_SHARE: f32 = 0.3;

/// Finds codes in pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoder {
    codes: Codes,
}

/// One more look at a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// Squares in black and white by this tone.
    Matrix(Tone),
    /// The same, half as large.
    Half(Tone),
    /// A third as large.
    Third(Tone),
    /// Twice as large.
    Twice(Tone),
    /// With blur of this radius.
    Blurred(usize, Tone),
    /// With edges raised within this radius.
    Sharpened(usize, Tone),
    /// White for black.
    Negative(Tone),
    /// Twice as large, with edges raised.
    TwiceSharpened(usize, Tone),
    /// By `rqrr`, with edges raised.
    QrSharpened(usize),
    /// Bars along more lines, with other cuts.
    Bars(&'static [Cut]),
    /// EAN by shape.
    Shapes,
    /// Bars of white on black.
    NegativeBars,
    /// As large as the picture came, when it was made smaller.
    Whole(Tone),
    /// Bars in the picture as large as it came.
    WholeBars,
}

/// All further looks, by what they earned for their time over photographs of several cameras.
const LADDER: &[Look] = &[
    Look::Matrix(Tone::Mean(20)),
    Look::Blurred(1, Tone::Near),
    Look::Third(Tone::Near),
    Look::Bars(&[Cut::Sharp]),
    Look::Shapes,
    Look::Sharpened(2, Tone::Near),
    Look::Negative(Tone::Near),
    Look::Matrix(Tone::Mean(60)),
    Look::Matrix(Tone::Mean(8)),
    Look::Sharpened(3, Tone::Mean(20)),
    Look::Half(Tone::Mean(12)),
    Look::Blurred(2, Tone::Mean(20)),
    Look::Whole(Tone::Near),
    Look::WholeBars,
    Look::Twice(Tone::Near),
    Look::Twice(Tone::Mean(24)),
    Look::TwiceSharpened(4, Tone::Mean(30)),
    Look::Bars(&[Cut::Sharper, Cut::Between]),
    Look::QrSharpened(2),
    Look::NegativeBars,
];

impl Decoder {
    /// One that looks for these codes.
    pub fn new(codes: Codes) -> Decoder {
        Decoder { codes }
    }

    /// The first look, as each frame of a camera gets it.
    pub fn glance(&self, luma: &Luma) -> Vec<Found> {
        let (small, factor) = reduced(luma);
        tidied(self.first_look(&small, factor))
    }

    /// All looks, until something is found or `work_max` units are spent ([`WORK_USUAL`]).
    pub fn study(&self, luma: &Luma, work_max: u64) -> Vec<Found> {
        let (small, factor) = reduced(luma);
        let mut found = self.first_look(&small, factor);
        let mut work = 0;
        for &look in LADDER {
            if !found.is_empty() {
                break;
            }
            let cost = self.cost(look, luma, &small);
            if work + cost <= work_max {
                work += cost;
                found = self.look(look, luma, &small, factor);
            }
        }
        tidied(found)
    }

    /// Whether a frame in which nothing was read may hold a code all the same: there are bars, or much contrast close by.
    pub fn is_promising(&self, luma: &Luma) -> bool {
        let (small, _) = reduced(luma);
        stripes(&small, 1).iter().any(|place| place.half_length > 40.0 && place.half_height > 12.0)
    }

    fn first_look(&self, luma: &Luma, factor: f32) -> Vec<Found> {
        let mut found = Vec::new();
        if self.codes.qr {
            found.extend(read_qr_cheaply(luma));
        }
        found.extend(read_matrix(luma, Tone::Near, self.codes));
        let half = read_matrix(&luma.halved(), Tone::Near, Codes { qr: self.codes.qr, ..Codes::NONE });
        found.extend(half.into_iter().map(|one| one.enlarged(2.0)));
        if self.codes.has_bars() {
            let near_square =
                |place: &Stripe| found.iter().any(|one| (one.x - place.x).hypot(one.y - place.y) < one.reach);
            let places: Vec<Stripe> =
                stripes(luma, PLACES_FIRST).into_iter().filter(|place| !near_square(place)).collect();
            let strongest = places.first().map_or(0.0, |place| place.weight);
            for (order, place) in places.iter().enumerate() {
                let read = read_stripe(luma, place, 7, &[Cut::Between], self.codes).or_else(|| {
                    let strong = self.codes.ean && order < 3 && place.weight >= strongest * PLACE_SHARE;
                    let open =
                        found.iter().all(|one: &Found| (one.x - place.x).hypot(one.y - place.y) > place.half_height);
                    if strong && open { read_by_shape(luma, place, 8) } else { None }
                });
                found.extend(read);
            }
        }
        found.into_iter().map(|one| one.enlarged(factor)).collect()
    }

    /// The squares that a look goes to. Data Matrix, Aztec and PDF417 take several times as long as QR, and gain less by being
    /// looked at again.
    fn squares_of(&self, look: Look) -> Codes {
        let all = matches!(
            look,
            Look::Matrix(Tone::Mean(20)) | Look::Half(_) | Look::Third(_) | Look::Sharpened(2, _) | Look::Whole(_)
        );
        if all { self.codes } else { Codes { qr: self.codes.qr, ..Codes::NONE } }
    }

    fn look(&self, look: Look, whole: &Luma, luma: &Luma, factor: f32) -> Vec<Found> {
        let codes = self.squares_of(look);
        let squares = |luma: Cow<'_, Luma>, tone, factor: f32| -> Vec<Found> {
            read_matrix(&luma, tone, codes).into_iter().map(|one| one.enlarged(factor)).collect()
        };
        let resized = |width, height| luma.resized(width, height).map(Cow::Owned);
        let twice = || resized(luma.width() * 2, luma.height() * 2);
        match look {
            Look::Matrix(tone) => squares(Cow::Borrowed(luma), tone, factor),
            Look::Half(tone) => squares(Cow::Owned(luma.halved()), tone, factor * 2.0),
            Look::Third(tone) => {
                let third = resized(luma.width() / 3, luma.height() / 3);
                third.map(|third| squares(third, tone, factor * 3.0)).unwrap_or_default()
            }
            Look::Twice(tone) => twice().map(|twice| squares(twice, tone, factor / 2.0)).unwrap_or_default(),
            Look::Blurred(radius, tone) => squares(Cow::Owned(luma.blurred(radius)), tone, factor),
            Look::Sharpened(radius, tone) => squares(Cow::Owned(luma.sharpened(radius)), tone, factor),
            Look::Negative(tone) => squares(Cow::Owned(luma.inverted()), tone, factor),
            Look::TwiceSharpened(radius, tone) => {
                let sharp = twice().map(|twice| Cow::Owned(twice.sharpened(radius)));
                sharp.map(|sharp| squares(sharp, tone, factor / 2.0)).unwrap_or_default()
            }
            Look::QrSharpened(radius) => {
                let found = read_qr_cheaply(&luma.sharpened(radius));
                found.into_iter().map(|one| one.enlarged(factor)).collect()
            }
            Look::Bars(cuts) => self.bars(luma, cuts, factor),
            Look::NegativeBars => self.bars(&luma.inverted(), &[Cut::Between], factor),
            Look::Shapes => {
                let places = stripes(luma, PLACES_LATER);
                let found = places.iter().filter_map(|place| read_by_shape(luma, place, 10));
                found.map(|one| one.enlarged(factor)).collect()
            }
            Look::Whole(tone) => squares(Cow::Borrowed(whole), tone, 1.0),
            Look::WholeBars => self.bars(whole, &[Cut::Between], 1.0),
        }
    }

    fn bars(&self, luma: &Luma, cuts: &[Cut], factor: f32) -> Vec<Found> {
        let places = stripes(luma, PLACES_LATER);
        let found = places.iter().filter_map(|place| read_stripe(luma, place, 9, cuts, self.codes));
        found.map(|one| one.enlarged(factor)).collect()
    }

    /// Work that a look takes; more than any budget where it makes no sense.
    fn cost(&self, look: Look, whole: &Luma, luma: &Luma) -> u64 {
        let thousands = (luma.pixels().len() / 1000 + 1) as u64;
        let is_reduced = whole.pixels().len() > luma.pixels().len();
        let is_small = luma.width().max(luma.height()) <= SMALL_SIDE;
        match look {
            Look::Matrix(_) | Look::Half(_) | Look::Third(_) | Look::Negative(_) => thousands * 8,
            Look::Blurred(..) | Look::Sharpened(..) => thousands * 10,
            Look::Twice(_) | Look::TwiceSharpened(..) if !is_small => u64::MAX / 2,
            Look::Twice(_) => thousands * 40,
            Look::TwiceSharpened(..) => thousands * 50,
            Look::QrSharpened(_) if !self.codes.qr => u64::MAX / 2,
            Look::QrSharpened(_) => thousands * 14,
            Look::Bars(_) | Look::NegativeBars | Look::WholeBars if !self.codes.has_bars() => u64::MAX / 2,
            Look::Bars(cuts) => thousands * 12 * cuts.len() as u64,
            Look::NegativeBars => thousands * 12,
            Look::Shapes if !self.codes.ean => u64::MAX / 2,
            Look::Shapes => thousands * 35,
            Look::Whole(_) | Look::WholeBars if !is_reduced => u64::MAX / 2,
            Look::Whole(_) => whole.pixels().len() as u64 / 1000 * 8,
            Look::WholeBars => whole.pixels().len() as u64 / 1000 * 4,
        }
    }
}

/// A large picture made smaller, and by how much.
fn reduced(luma: &Luma) -> (Cow<'_, Luma>, f32) {
    let (mut small, mut factor) = (Cow::Borrowed(luma), 1.0);
    while small.pixels().len() > LARGE_PIXELS {
        small = Cow::Owned(small.halved());
        factor *= 2.0;
    }
    (small, factor)
}
