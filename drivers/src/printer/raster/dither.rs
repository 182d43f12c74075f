//! Greys to dots, after R. W. Floyd and L. Steinberg, "An Adaptive Algorithm for Spatial Greyscale" (1976).

use domain::receipt::Picture;

use super::Bitmap;

/// Greys below this are burnt when nothing is carried over.
const THRESHOLD: i32 = 128;

/// A picture as dots. Each dot's error goes on to those that follow, in lines that run to and fro so that no worms grow
/// in even greys. A picture of black and white alone comes out as it is.
pub fn dithered(picture: &Picture) -> Bitmap {
    let (width, height) = (picture.width(), picture.height());
    let mut dots = Bitmap::new(width, height);
    // Errors in sixteenths; a place more at both ends, so that an edge needs no special case.
    let (mut this_row, mut next_row) = (vec![0_i32; width + 2], vec![0_i32; width + 2]);
    for (y, row) in picture.greys().chunks(width).enumerate() {
        let to_the_right = y % 2 == 0;
        for step in 0..width {
            let x = if to_the_right { step } else { width - 1 - step };
            let wanted = i32::from(row[x]) + this_row[x + 1].div_euclid(16);
            let burnt = wanted < THRESHOLD;
            if burnt {
                dots.burn(x, y);
            }
            let error = wanted - if burnt { 0 } else { 255 };
            let (ahead, behind) = if to_the_right { (x + 2, x) } else { (x, x + 2) };
            this_row[ahead] += error * 7;
            next_row[behind] += error * 3;
            next_row[x + 1] += error * 5;
            next_row[ahead] += error;
        }
        this_row.fill(0);
        std::mem::swap(&mut this_row, &mut next_row);
    }
    dots
}

/// A picture made smaller until it is at most `width` wide; never larger. Its height follows.
pub fn fitted(picture: &Picture, width: usize) -> Picture {
    if picture.width() <= width || width == 0 {
        return picture.clone();
    }
    let (width, _, greys) = mean(picture.greys(), picture.width(), width);
    Picture::new(width as u16, greys).expect("no more pixels than before")
}

/// Greys in rows of `from_width` made into rows of `width`, at most as wide, each new pixel the mean of those that it
/// covers: width, height and pixels.
pub(super) fn mean(greys: &[u8], from_width: usize, width: usize) -> (usize, usize, Vec<u8>) {
    assert!(width >= 1 && width <= from_width, "a picture is never made larger");
    let from_height = greys.len() / from_width;
    let height = (from_height * width).div_ceil(from_width);
    let mut smaller = Vec::with_capacity(width * height);
    for y in 0..height {
        let (y0, y1) = (y * from_height / height, ((y + 1) * from_height).div_ceil(height));
        for x in 0..width {
            let (x0, x1) = (x * from_width / width, ((x + 1) * from_width).div_ceil(width));
            let rows = (y0..y1).flat_map(|row| &greys[row * from_width + x0..row * from_width + x1]);
            let sum: usize = rows.map(|grey| usize::from(*grey)).sum();
            smaller.push((sum / ((y1 - y0) * (x1 - x0))) as u8);
        }
    }
    (width, height, smaller)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn burnt(dots: &Bitmap) -> usize {
        let all = (0..dots.height()).flat_map(|y| (0..dots.width()).map(move |x| (x, y)));
        all.filter(|(x, y)| dots.dot(*x, *y)).count()
    }

    #[test]
    fn a_ramp_grows_dark_evenly_and_black_and_white_stay_sharp() {
        let grey = |grey: u8| dithered(&Picture::new(64, vec![grey; 64 * 64]).expect("a picture"));
        let shares: Vec<usize> = [0, 64, 128, 191, 255].map(|value| burnt(&grey(value)) * 100 / (64 * 64)).to_vec();
        assert_eq!(shares, [100, 75, 50, 24, 0]);
        let sharp: Vec<u8> = (0..32 * 4).map(|at| if at % 7 < 3 { 0 } else { 255 }).collect();
        let dots = dithered(&Picture::new(32, sharp.clone()).expect("a picture"));
        assert!(sharp.iter().enumerate().all(|(at, grey)| dots.dot(at % 32, at / 32) == (*grey == 0)));
        let half = fitted(&Picture::new(4, vec![0, 100, 255, 255, 100, 0, 255, 255]).expect("a picture"), 2);
        assert_eq!((half.width(), half.greys()), (2, &[50, 255][..]));
    }

    proptest! {
        #[test]
        fn a_picture_keeps_its_darkness(width in 8_u16..60, height in 8_usize..40, seed in any::<u64>()) {
            let mut state = seed;
            let mut next = || { state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1); (state >> 56) as u8 };
            let greys: Vec<u8> = (0..usize::from(width) * height).map(|_| next()).collect();
            let dark: usize = greys.iter().map(|grey| usize::from(255 - grey)).sum::<usize>() / 255;
            let picture = Picture::new(width, greys).expect("a picture");
            let dots = burnt(&dithered(&picture));
            // What flows over the edges is at most about one dot for each of them.
            let edge = 2 * (usize::from(width) + height);
            prop_assert!(dots.abs_diff(dark) <= edge, "{dots} dots for a darkness of {dark}");
            for to in [1, 7, 33, 100] {
                let smaller = fitted(&picture, to);
                prop_assert_eq!(smaller.width(), to.min(usize::from(width)));
            }
        }
    }
}
