//! Pictures of the shop's goods. Nobody has photographed them: each is drawn as what its shelf holds, in colours of its
//! own, the same on every machine.

use super::Good;

/// Pixels on a side.
pub const SIDE: u32 = 192;
/// Looks in each direction within a pixel, for soft edges.
const LOOKS: u32 = 3;

type Colour = [u8; 3];

/// What goods of a shelf look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Bottle,
    Carton,
    Box,
    Bag,
    Fruit,
    Leaf,
    Bowl,
    Tub,
    Cone,
    Cut,
}

/// A picture of goods as a PNG file.
pub fn picture(good: &Good) -> Vec<u8> {
    let shape = shape_of(&good.category);
    let paints = paints(good);
    let mut pixels = Vec::with_capacity((3 * SIDE * SIDE) as usize);
    for at in 0..SIDE * SIDE {
        let mut sum = [0_u32; 3];
        for look in 0..LOOKS * LOOKS {
            let place = |pixel: u32, look: u32| f64::from(pixel * LOOKS + look) / f64::from(SIDE * LOOKS);
            let (x, y) = (place(at % SIDE, look % LOOKS), place(at / SIDE, look / LOOKS));
            let colour = paints[part(shape, x, y)];
            for (sum, shade) in sum.iter_mut().zip(colour) {
                *sum += u32::from(shade);
            }
        }
        pixels.extend(sum.map(|sum| u8::try_from(sum / (LOOKS * LOOKS)).unwrap_or(u8::MAX)));
    }
    encoded(&pixels)
}

fn encoded(pixels: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, SIDE, SIDE);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(pixels));
    written.expect("a picture fits into memory");
    file
}

fn shape_of(shelf: &str) -> Shape {
    match shelf {
        "饮用水" | "饮料" | "调味品" | "酒" | "洗护" | "清洁" => Shape::Bottle,
        "乳品" => Shape::Carton,
        "休闲零食" | "糖果巧克力" | "粮油" | "食盐" => Shape::Bag,
        "冰淇淋" => Shape::Cone,
        "方便食品" => Shape::Tub,
        "热食" => Shape::Bowl,
        "水果" => Shape::Fruit,
        "蔬菜" => Shape::Leaf,
        "熟食" | "鲜肉" => Shape::Cut,
        _ => Shape::Box,
    }
}

/// Ground, body, label, and what is darker: by the number of the goods, so that neighbours differ.
fn paints(good: &Good) -> [Colour; 4] {
    const BODIES: [Colour; 10] = [
        [217, 87, 64],
        [232, 163, 61],
        [122, 162, 71],
        [58, 140, 122],
        [70, 130, 180],
        [112, 104, 178],
        [178, 92, 140],
        [196, 120, 74],
        [94, 122, 138],
        [203, 74, 98],
    ];
    let number: usize = good.id.bytes().fold(0, |sum, byte| sum * 10 + usize::from(byte.wrapping_sub(b'0') % 10));
    let body = match shape_of(&good.category) {
        Shape::Leaf => [[86, 140, 66], [122, 162, 71], [66, 124, 84]][number % 3],
        Shape::Cut => [[196, 88, 84], [214, 130, 104], [176, 78, 70]][number % 3],
        _ => BODIES[number % BODIES.len()],
    };
    let mixed = |with: u8, parts: u16| {
        body.map(|shade| ((u16::from(shade) * (10 - parts) + u16::from(with) * parts) / 10) as u8)
    };
    [mixed(255, 9), body, mixed(255, 7), mixed(0, 3)]
}

/// Which paint lies at a place, each from 0 to 1 from the upper left: 0 ground, 1 body, 2 label, 3 dark.
fn part(shape: Shape, x: f64, y: f64) -> usize {
    let within =
        |left: f64, top: f64, right: f64, bottom: f64| (left..right).contains(&x) && (top..bottom).contains(&y);
    let round = |cx: f64, cy: f64, rx: f64, ry: f64| ((x - cx) / rx).powi(2) + ((y - cy) / ry).powi(2) < 1.0;
    // A band whose half width changes evenly from one height to another.
    let narrows = |top: f64, bottom: f64, from: f64, to: f64| {
        (top..bottom).contains(&y) && (x - 0.5).abs() < from + (to - from) * (y - top) / (bottom - top)
    };
    let first = |layers: &[(bool, usize)]| layers.iter().find(|(here, _)| *here).map_or(0, |(_, paint)| *paint);
    match shape {
        Shape::Bottle => first(&[
            (within(0.43, 0.08, 0.57, 0.15), 3),
            (within(0.35, 0.48, 0.65, 0.70), 2),
            (within(0.45, 0.15, 0.55, 0.24) || narrows(0.24, 0.36, 0.05, 0.15), 1),
            (within(0.35, 0.36, 0.65, 0.90) || round(0.5, 0.90, 0.15, 0.03), 1),
        ]),
        Shape::Carton => first(&[
            (within(0.44, 0.12, 0.56, 0.17), 3),
            (within(0.32, 0.52, 0.68, 0.74), 2),
            (narrows(0.17, 0.34, 0.08, 0.18), 3),
            (within(0.32, 0.34, 0.68, 0.92), 1),
        ]),
        Shape::Box => first(&[
            (within(0.24, 0.42, 0.76, 0.62), 2),
            (within(0.18, 0.22, 0.82, 0.30), 3),
            (within(0.18, 0.30, 0.82, 0.84), 1),
        ]),
        Shape::Bag => first(&[
            (within(0.24, 0.12, 0.76, 0.18) || within(0.24, 0.86, 0.76, 0.92), 3),
            (round(0.5, 0.52, 0.18, 0.16), 2),
            (within(0.26, 0.18, 0.74, 0.86) || round(0.5, 0.52, 0.29, 0.38), 1),
        ]),
        Shape::Fruit => first(&[
            (within(0.485, 0.14, 0.515, 0.30), 3),
            (round(0.60, 0.20, 0.11, 0.05), 3),
            (round(0.38, 0.46, 0.06, 0.09), 2),
            (round(0.5, 0.58, 0.31, 0.31), 1),
        ]),
        Shape::Leaf => first(&[
            ((x - 0.5).abs() < 0.012 && (0.20..0.90).contains(&y), 2),
            (within(0.46, 0.70, 0.54, 0.92), 2),
            (round(0.5, 0.36, 0.17, 0.26) || round(0.34, 0.50, 0.16, 0.20) || round(0.66, 0.50, 0.16, 0.20), 1),
            (narrows(0.55, 0.80, 0.22, 0.05), 1),
        ]),
        Shape::Bowl => first(&[
            (round(0.5, 0.46, 0.30, 0.06), 2),
            (round(0.36, 0.28, 0.02, 0.09) || round(0.5, 0.24, 0.02, 0.09) || round(0.64, 0.28, 0.02, 0.09), 3),
            (y > 0.46 && round(0.5, 0.46, 0.34, 0.38), 1),
            (within(0.38, 0.82, 0.62, 0.88), 3),
        ]),
        Shape::Tub => first(&[
            (within(0.24, 0.22, 0.76, 0.29), 3),
            (narrows(0.44, 0.66, 0.19, 0.17), 2),
            (narrows(0.29, 0.86, 0.24, 0.16), 1),
        ]),
        Shape::Cone => first(&[
            (round(0.5, 0.32, 0.08, 0.06), 2),
            (round(0.5, 0.36, 0.21, 0.21), 1),
            (narrows(0.48, 0.92, 0.19, 0.01), 3),
        ]),
        Shape::Cut => first(&[
            (round(0.62, 0.44, 0.07, 0.05), 2),
            (round(0.44, 0.52, 0.24, 0.17), 1),
            (round(0.5, 0.52, 0.34, 0.26), 2),
            (round(0.5, 0.55, 0.37, 0.28), 3),
        ]),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_shelf_has_goods_that_can_be_seen_and_told_apart() {
        let shop = super::super::neighbourhood();
        let shelves: HashSet<&str> = shop.goods.iter().map(|good| good.category.as_str()).collect();
        assert_eq!(shelves.len(), 21);
        // Pictures of some goods of each shelf; drawing all of them says no more.
        let mut drawn = HashSet::new();
        for shelf in shelves {
            let goods = shop.goods.iter().filter(|good| good.category == shelf);
            let files: HashSet<Vec<u8>> = goods.take(3).map(picture).collect();
            assert_eq!(files.len(), 3, "{shelf}: neighbours differ");
            assert!(files.iter().all(|file| (500..40_000).contains(&file.len())), "{shelf}");
            drawn.extend(files);
        }
        assert!(drawn.len() >= 25, "{} pictures", drawn.len());
        let parts = |shape| (0..40_u32).map(move |at| part(shape, 0.5, f64::from(at) / 40.0)).collect::<HashSet<_>>();
        for shape in [Shape::Bottle, Shape::Carton, Shape::Box, Shape::Bag, Shape::Fruit, Shape::Cone] {
            assert!(parts(shape).len() >= 3, "{shape:?} is seen on its ground");
        }
    }
}
