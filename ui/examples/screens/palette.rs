//! Small files: a picture with a table of its colours. Screens have few of them, so that nobody sees a difference, and a
//! file is a third of what it would be.

use std::collections::BTreeMap;

use ui::window::{Picture, WindowError};

/// Colours of a table.
const COLOURS: usize = 64;

type Colour = [u8; 3];

/// As a PNG file.
pub fn png(picture: &Picture) -> Result<Vec<u8>, WindowError> {
    let mut seen: BTreeMap<Colour, u64> = BTreeMap::new();
    for pixel in picture.rgb.as_chunks::<3>().0 {
        *seen.entry(*pixel).or_default() += 1;
    }
    let boxes = boxes(seen.into_iter().collect());
    let mut table = Vec::new();
    let mut place: BTreeMap<Colour, u8> = BTreeMap::new();
    for (number, colours) in boxes.iter().enumerate() {
        table.extend(mean(colours));
        place.extend(colours.iter().map(|(colour, _)| (*colour, number as u8)));
    }
    let pixels: Vec<u8> = picture.rgb.as_chunks::<3>().0.iter().map(|pixel| place[pixel]).collect();
    let fault = |error: png::EncodingError| WindowError::Picture(error.to_string());
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, picture.width, picture.height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(table);
    encoder.set_compression(png::Compression::High);
    // Neighbouring numbers of a table are no neighbouring colours.
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header().map_err(fault)?;
    writer.write_image_data(&pixels).map_err(fault)?;
    writer.finish().map_err(fault)?;
    Ok(file)
}

/// Colours that become one, by median cut: the box with the most to lose is cut in two.
fn boxes(all: Vec<(Colour, u64)>) -> Vec<Vec<(Colour, u64)>> {
    let mut boxes = vec![all];
    while boxes.len() < COLOURS {
        let widest = boxes.iter().enumerate().max_by_key(|(number, colours)| (loss(colours).0, usize::MAX - number));
        let Some((number, (lost, part))) = widest.map(|(number, colours)| (number, loss(colours))) else { break };
        if lost == 0 {
            break;
        }
        let mut colours = boxes.swap_remove(number);
        colours.sort_by_key(|(colour, _)| (colour[part], *colour));
        let at = middle(&colours, part);
        let rest = colours.split_off(at);
        boxes.extend([colours, rest]);
    }
    boxes
}

/// How far the colours of a box lie apart, weighted by how many pixels have them, and in which part the most.
fn loss(colours: &[(Colour, u64)]) -> (u64, usize) {
    let pixels: u64 = colours.iter().map(|(_, count)| *count).sum();
    let spread = |part: usize| {
        let values = || colours.iter().map(|(colour, _)| u64::from(colour[part]));
        values().max().unwrap_or(0) - values().min().unwrap_or(0)
    };
    let part = (0..3).max_by_key(|part| spread(*part)).unwrap_or(0);
    let spread = spread(part);
    // The square, so that a few strong colours are not lost in a wide ground.
    (spread * spread * spread * pixels.isqrt(), part)
}

/// Where the values of that part stand on both sides of their middle; never at an end.
fn middle(colours: &[(Colour, u64)], part: usize) -> usize {
    let (first, last) = (colours[0].0[part], colours[colours.len() - 1].0[part]);
    let middle = first + (last - first) / 2;
    colours.partition_point(|(colour, _)| colour[part] <= middle).clamp(1, colours.len() - 1)
}

fn mean(colours: &[(Colour, u64)]) -> Colour {
    let pixels: u64 = colours.iter().map(|(_, count)| *count).sum();
    [0, 1, 2].map(|part| {
        let sum: u64 = colours.iter().map(|(colour, count)| u64::from(colour[part]) * count).sum();
        ((sum + pixels / 2) / pixels.max(1)) as u8
    })
}
