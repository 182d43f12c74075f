//! Where bars may be: places whose edges all run the same way.

use crate::scanner::camera::luma::Luma;

/// Pixels of a block's side.
const BLOCK: usize = 8;
/// Mean square of the slope within a block from which it is more than noise.
const SLOPE_MIN: f32 = 40.0;
/// How much of a block's edges must run one way, 0 to 1.
const ONE_WAY_MIN: f32 = 0.55;
/// Cosine of the doubled angle by which neighbours may differ: 20 degrees.
const SAME_WAY_MIN: f32 = 0.766;
/// Blocks of the smallest place looked at.
const BLOCKS_MIN: usize = 8;
/// Pixels of a slab that a high place is cut into.
const SLAB_HEIGHT: f32 = 40.0;
/// Slabs of a place at most.
const SLABS_MAX: usize = 6;

/// A place where bars may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stripe {
    /// Its middle.
    pub(crate) x: f32,
    /// Its middle.
    pub(crate) y: f32,
    /// The way across the bars, of length one.
    pub(crate) across: (f32, f32),
    /// From the middle to either end, across the bars, in pixels.
    pub(crate) half_length: f32,
    /// From the middle to either end, along the bars, in pixels.
    pub(crate) half_height: f32,
    /// How much edge there is.
    pub(crate) weight: f32,
}

impl Stripe {
    /// The same place in a picture that is `factor` times as large.
    fn enlarged(self, factor: f32) -> Stripe {
        Stripe {
            x: (self.x + 0.5) * factor - 0.5,
            y: (self.y + 0.5) * factor - 0.5,
            half_length: self.half_length * factor,
            half_height: self.half_height * factor,
            weight: self.weight * factor,
            ..self
        }
    }

    /// Whether a point lies in its middle part.
    fn holds(&self, x: f32, y: f32) -> bool {
        let (dx, dy) = (x - self.x, y - self.y);
        let along = (dx * self.across.0 + dy * self.across.1).abs();
        let aside = (dy * self.across.0 - dx * self.across.1).abs();
        along < self.half_length * 0.5 && aside < self.half_height * 0.7
    }
}

/// The most promising places first, at most `count_max`; looked for in the picture and in its half and quarter, where wide
/// bars are as near together as fine ones are here.
pub(crate) fn stripes(luma: &Luma, count_max: usize) -> Vec<Stripe> {
    let mut found = stripes_at(luma, 1.0);
    let half = luma.halved();
    found.extend(stripes_at(&half, 2.0));
    found.extend(stripes_at(&half.halved(), 4.0));
    found.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let mut kept: Vec<Stripe> = Vec::new();
    for stripe in found {
        let known = kept.iter().any(|known| {
            let turn = (known.across.0 * stripe.across.0 + known.across.1 * stripe.across.1).abs();
            known.holds(stripe.x, stripe.y)
                && turn > 0.995
                && stripe.half_length < known.half_length * 1.2
                && stripe.half_height * 2.5 > known.half_height
        });
        if !known && kept.len() < count_max {
            kept.push(stripe);
        }
    }
    kept
}

/// What one block holds: the way across its edges as a doubled angle, and their strength.
#[derive(Clone, Copy, Default)]
struct Block {
    xx: f32,
    yy: f32,
    xy: f32,
}

impl Block {
    fn strength(self) -> f32 {
        self.xx + self.yy
    }

    fn way(self) -> (f32, f32) {
        let (c, s) = (self.xx - self.yy, 2.0 * self.xy);
        let length = (c * c + s * s).sqrt().max(1e-6);
        (c / length, s / length)
    }

    fn one_way(self) -> f32 {
        let (c, s) = (self.xx - self.yy, 2.0 * self.xy);
        (c * c + s * s).sqrt() / self.strength().max(1e-6)
    }
}

fn stripes_at(luma: &Luma, factor: f32) -> Vec<Stripe> {
    let (columns, rows) = (luma.width() / BLOCK, luma.height() / BLOCK);
    if columns < 3 || rows < 1 {
        return Vec::new();
    }
    let blocks = blocks(luma, columns, rows);
    let barred: Vec<bool> = blocks
        .iter()
        .map(|block| block.strength() > SLOPE_MIN * (BLOCK * BLOCK) as f32 && block.one_way() > ONE_WAY_MIN)
        .collect();
    let mut seen = vec![false; blocks.len()];
    let mut found = Vec::new();
    for first in 0..blocks.len() {
        if barred[first] && !seen[first] {
            let group = group(first, columns, &blocks, &barred, &mut seen);
            if let Some(stripe) = stripe_of(&group, columns, &blocks) {
                let slabs = slabs(&stripe, &group, columns, &blocks);
                found.push(stripe.enlarged(factor));
                found.extend(slabs.into_iter().map(|slab| slab.enlarged(factor)));
            }
        }
    }
    found
}

fn blocks(luma: &Luma, columns: usize, rows: usize) -> Vec<Block> {
    let mut blocks = vec![Block::default(); columns * rows];
    for y in 1..(rows * BLOCK).min(luma.height() - 1) {
        let (above, here, below) = (luma.row(y - 1), luma.row(y), luma.row(y + 1));
        let line = &mut blocks[y / BLOCK * columns..][..columns];
        for (column, block) in line.iter_mut().enumerate() {
            let (mut xx, mut yy, mut xy) = (0_i32, 0_i32, 0_i32);
            let left = (column * BLOCK).max(1);
            for x in left..((column + 1) * BLOCK).min(luma.width() - 1) {
                let dx = i32::from(here[x + 1]) - i32::from(here[x - 1]);
                let dy = i32::from(below[x]) - i32::from(above[x]);
                xx += dx * dx;
                yy += dy * dy;
                xy += dx * dy;
            }
            block.xx += xx as f32;
            block.yy += yy as f32;
            block.xy += xy as f32;
        }
    }
    blocks
}

/// The blocks that hang together and run the same way as the first.
fn group(first: usize, columns: usize, blocks: &[Block], barred: &[bool], seen: &mut [bool]) -> Vec<usize> {
    let mut group = vec![first];
    seen[first] = true;
    let mut next = 0;
    let mut sum = blocks[first];
    while next < group.len() {
        let at = group[next];
        next += 1;
        let (column, row) = ((at % columns) as isize, (at / columns) as isize);
        let way = sum.way();
        for (dx, dy) in
            [(-1, 0), (1, 0), (0, -1), (0, 1), (-2, 0), (2, 0), (0, -2), (0, 2), (1, 1), (-1, -1), (1, -1), (-1, 1)]
        {
            let (x, y) = (column + dx, row + dy);
            if x < 0 || y < 0 || x >= columns as isize || y >= (blocks.len() / columns) as isize {
                continue;
            }
            let other = y as usize * columns + x as usize;
            let theirs = blocks[other].way();
            if barred[other] && !seen[other] && way.0 * theirs.0 + way.1 * theirs.1 > SAME_WAY_MIN {
                seen[other] = true;
                group.push(other);
                sum.xx += blocks[other].xx;
                sum.yy += blocks[other].yy;
                sum.xy += blocks[other].xy;
            }
        }
    }
    group
}

/// A high place cut along its length: two codes may stand above each other, and bars seen aslant run another way at each
/// height.
fn slabs(stripe: &Stripe, group: &[usize], columns: usize, blocks: &[Block]) -> Vec<Stripe> {
    let height = 2.0 * stripe.half_height;
    let count = ((height / SLAB_HEIGHT) as usize).min(SLABS_MAX);
    if count < 2 {
        return Vec::new();
    }
    let mut parts = vec![Vec::new(); count];
    for &at in group {
        let (x, y) = middle(at, columns);
        let aside = (y - stripe.y) * stripe.across.0 - (x - stripe.x) * stripe.across.1 + stripe.half_height;
        let part = (aside / height * count as f32).clamp(0.0, (count - 1) as f32);
        parts[part as usize].push(at);
    }
    parts.iter().filter_map(|part| stripe_of(part, columns, blocks)).collect()
}

/// The middle of a block.
fn middle(at: usize, columns: usize) -> (f32, f32) {
    let (x, y) = ((at % columns * BLOCK) as f32, (at / columns * BLOCK) as f32);
    (x + BLOCK as f32 / 2.0 - 0.5, y + BLOCK as f32 / 2.0 - 0.5)
}

fn stripe_of(group: &[usize], columns: usize, blocks: &[Block]) -> Option<Stripe> {
    if group.len() < BLOCKS_MIN {
        return None;
    }
    let sum = group.iter().fold(Block::default(), |sum, &at| Block {
        xx: sum.xx + blocks[at].xx,
        yy: sum.yy + blocks[at].yy,
        xy: sum.xy + blocks[at].xy,
    });
    let way = sum.way();
    let angle = way.1.atan2(way.0) / 2.0;
    let across = (angle.cos(), angle.sin());
    let (mut low, mut high) = ((f32::MAX, f32::MAX), (f32::MIN, f32::MIN));
    for &at in group {
        let (x, y) = middle(at, columns);
        let (along, aside) = (x * across.0 + y * across.1, y * across.0 - x * across.1);
        low = (low.0.min(along), low.1.min(aside));
        high = (high.0.max(along), high.1.max(aside));
    }
    let (along, aside) = ((low.0 + high.0) / 2.0, (low.1 + high.1) / 2.0);
    let half_block = BLOCK as f32 / 2.0;
    let stripe = Stripe {
        x: along * across.0 - aside * across.1,
        y: along * across.1 + aside * across.0,
        across,
        half_length: (high.0 - low.0) / 2.0 + half_block,
        half_height: (high.1 - low.1) / 2.0 + half_block,
        weight: sum.strength().sqrt() * (high.0 - low.0),
    };
    (stripe.half_length >= 2.0 * BLOCK as f32).then_some(stripe)
}
