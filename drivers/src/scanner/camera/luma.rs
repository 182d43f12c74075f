//! A picture in shades of grey, and what can be done to it before a decoder looks.

use super::pixels::PIXELS_MAX;

/// A picture in shades of grey; 0 is black.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Luma {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Luma {
    /// A picture from its rows, top first. `None` unless there are exactly `width * height` pixels, at least one and
    /// at most [`PIXELS_MAX`].
    pub fn new(width: usize, height: usize, pixels: Vec<u8>) -> Option<Luma> {
        let count = width.checked_mul(height)?;
        (count > 0 && count <= PIXELS_MAX && pixels.len() == count).then_some(Luma { width, height, pixels })
    }

    /// Pixels in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Row by row, top first.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// One row.
    pub fn row(&self, y: usize) -> &[u8] {
        &self.pixels[y * self.width..][..self.width]
    }

    /// The shade between pixels; the edge goes on for ever.
    pub(crate) fn at(&self, x: f32, y: f32) -> f32 {
        let x = x.clamp(0.0, (self.width - 1) as f32);
        let y = y.clamp(0.0, (self.height - 1) as f32);
        let (left, top) = (x as usize, y as usize);
        let (right, bottom) = ((left + 1).min(self.width - 1), (top + 1).min(self.height - 1));
        let (fx, fy) = (x - left as f32, y - top as f32);
        let shade = |x: usize, y: usize| f32::from(self.pixels[y * self.width + x]);
        let above = shade(left, top) * (1.0 - fx) + shade(right, top) * fx;
        let below = shade(left, bottom) * (1.0 - fx) + shade(right, bottom) * fx;
        above * (1.0 - fy) + below * fy
    }

    /// Half as wide and high, each pixel the mean of four; a picture of one row or column stays as it is.
    pub fn halved(&self) -> Luma {
        if self.width < 2 || self.height < 2 {
            return self.clone();
        }
        let (width, height) = (self.width / 2, self.height / 2);
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            let (above, below) = (self.row(2 * y), self.row(2 * y + 1));
            pixels.extend(
                above.chunks_exact(2).zip(below.chunks_exact(2)).map(|(a, b)| {
                    ((u16::from(a[0]) + u16::from(a[1]) + u16::from(b[0]) + u16::from(b[1]) + 2) / 4) as u8
                }),
            );
        }
        Luma { width, height, pixels }
    }

    /// Of another size, between pixels; for a smaller one, halve first. `None` beyond [`PIXELS_MAX`].
    pub fn resized(&self, width: usize, height: usize) -> Option<Luma> {
        if width == 0 || height == 0 || width.checked_mul(height)? > PIXELS_MAX {
            return None;
        }
        let (sx, sy) = (self.width as f32 / width as f32, self.height as f32 / height as f32);
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            let from_y = (y as f32 + 0.5) * sy - 0.5;
            pixels.extend((0..width).map(|x| self.at((x as f32 + 0.5) * sx - 0.5, from_y).round() as u8));
        }
        Luma::new(width, height, pixels)
    }

    /// Turned by an angle in radians about its middle, in a picture large enough; what was outside is the edge going on.
    pub fn turned(&self, angle: f32) -> Option<Luma> {
        let (sin, cos) = angle.sin_cos();
        let (w, h) = (self.width as f32, self.height as f32);
        let width = (w * cos.abs() + h * sin.abs()).ceil() as usize;
        let height = (w * sin.abs() + h * cos.abs()).ceil() as usize;
        if width.checked_mul(height)? > PIXELS_MAX {
            return None;
        }
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            let dy = y as f32 + 0.5 - height as f32 / 2.0;
            for x in 0..width {
                let dx = x as f32 + 0.5 - width as f32 / 2.0;
                let (from_x, from_y) = (dx * cos + dy * sin + w / 2.0 - 0.5, dy * cos - dx * sin + h / 2.0 - 0.5);
                pixels.push(self.at(from_x, from_y).round() as u8);
            }
        }
        Luma::new(width, height, pixels)
    }

    /// As it was held when it was taken, by the orientations 1 to 8 of EXIF.
    pub fn held(&self, orientation: u8) -> Luma {
        let (width, height) = match orientation {
            5..=8 => (self.height, self.width),
            _ => (self.width, self.height),
        };
        let (right, bottom) = (self.width - 1, self.height - 1);
        let from = |x: usize, y: usize| match orientation {
            2 => (right - x, y),
            3 => (right - x, bottom - y),
            4 => (x, bottom - y),
            5 => (y, x),
            6 => (y, bottom - x),
            7 => (right - y, bottom - x),
            8 => (right - y, x),
            _ => (x, y),
        };
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let pixels = places.map(|(x, y)| from(x, y)).map(|(x, y)| self.pixels[y * self.width + x]);
        Luma { width, height, pixels: pixels.collect() }
    }

    /// White for black.
    pub fn inverted(&self) -> Luma {
        Luma { pixels: self.pixels.iter().map(|shade| 255 - shade).collect(), ..*self }
    }

    /// Each pixel the mean of the square of `2 * radius + 1` pixels about it.
    pub fn blurred(&self, radius: usize) -> Luma {
        let sums = Sums::new(self);
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for y in 0..self.height {
            pixels.extend((0..self.width).map(|x| sums.mean(x, y, radius) as u8));
        }
        Luma { pixels, ..*self }
    }

    /// With its edges raised: each pixel moves away from the mean about it by twice its distance.
    pub fn sharpened(&self, radius: usize) -> Luma {
        let sums = Sums::new(self);
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for y in 0..self.height {
            pixels.extend(self.row(y).iter().enumerate().map(|(x, &shade)| {
                let shade = i32::from(shade);
                (shade + 2 * (shade - sums.mean(x, y, radius) as i32)).clamp(0, 255) as u8
            }));
        }
        Luma { pixels, ..*self }
    }
}

/// The sums of all rectangles from the upper left corner: the mean of any square costs four look-ups.
pub(crate) struct Sums {
    width: usize,
    height: usize,
    sums: Vec<u32>,
}

impl Sums {
    pub(crate) fn new(luma: &Luma) -> Sums {
        let (width, height) = (luma.width, luma.height);
        let stride = width + 1;
        let mut sums = vec![0_u32; stride * (height + 1)];
        for y in 0..height {
            let mut run = 0_u32;
            for (x, &shade) in luma.row(y).iter().enumerate() {
                run += u32::from(shade);
                sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1].wrapping_add(run);
            }
        }
        Sums { width, height, sums }
    }

    /// The mean about a pixel, of as much of the square as lies within the picture.
    pub(crate) fn mean(&self, x: usize, y: usize, radius: usize) -> u32 {
        let (left, top) = (x.saturating_sub(radius), y.saturating_sub(radius));
        let (right, bottom) = ((x + radius + 1).min(self.width), (y + radius + 1).min(self.height));
        let stride = self.width + 1;
        let at = |x: usize, y: usize| self.sums[y * stride + x];
        let sum =
            at(right, bottom).wrapping_sub(at(left, bottom)).wrapping_sub(at(right, top)).wrapping_add(at(left, top));
        sum / ((right - left) * (bottom - top)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_turned_as_it_was_held() {
        // a b
        // c d
        // e f
        let luma = Luma::new(2, 3, b"abcdef".to_vec()).expect("a picture");
        let check = |orientation, width, expect: &[u8]| {
            let held = luma.held(orientation);
            assert_eq!((held.width(), held.pixels()), (width, expect), "{orientation}");
        };
        check(1, 2, b"abcdef");
        check(2, 2, b"badcfe");
        check(3, 2, b"fedcba");
        check(4, 2, b"efcdab");
        check(5, 3, b"acebdf");
        check(6, 3, b"ecafdb");
        check(7, 3, b"fdbeca");
        check(8, 3, b"bdface");
    }

    #[test]
    fn sizes_change_and_edges_rise() {
        let luma = Luma::new(4, 2, vec![0, 0, 100, 100, 0, 0, 100, 100]).expect("a picture");
        assert_eq!(luma.halved().pixels(), [0, 100]);
        assert_eq!(luma.resized(2, 1).map(|small| small.pixels().to_vec()), Some(vec![0, 100]));
        assert_eq!(luma.inverted().pixels()[..4], [255, 255, 155, 155]);
        assert_eq!(luma.blurred(1).pixels()[..4], [0, 33, 66, 100]);
        assert_eq!(luma.sharpened(1).pixels()[..4], [0, 0, 168, 100]);
        assert_eq!(luma.turned(0.0), Some(luma.clone()));
        assert_eq!(Luma::new(2, 2, vec![0; 3]), None);
        assert_eq!(Luma::new(0, 2, vec![]), None);
    }
}
