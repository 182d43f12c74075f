use hal::Symbology;

use super::drawn::{bars, code128_digits, ean13, noisy, qr, shaded};
use super::*;
use crate::scanner::camera::luma::Luma;

const SEVEN: &str = "6901234567892";

/// What ours reads, as symbology and text.
fn read(luma: &Luma) -> Vec<(Symbology, String)> {
    let found = Decoder::new(Codes::USUAL).study(luma, WORK_USUAL);
    found.into_iter().filter_map(|found| Some((found.scan.symbology?, found.scan.data))).collect()
}

#[track_caller]
fn check(luma: &Luma, symbology: Symbology, text: &str) {
    assert_eq!(read(luma), [(symbology, text.to_owned())]);
}

#[test]
fn bars_are_read_at_any_angle_and_size() {
    let upright = bars(&ean13(SEVEN), 3, 90);
    for degrees in [0.0_f32, 7.0, 30.0, 45.0, 90.0, 143.0, 180.0, 200.0, 270.0, 315.0] {
        let turned = upright.turned(degrees.to_radians()).expect("a picture");
        check(&noisy(&turned, 6, 3), Symbology::Ean13, SEVEN);
    }
    for module in [2, 5, 8] {
        check(&bars(&ean13("4006381333931"), module, 40 * module), Symbology::Ean13, "4006381333931");
    }
    check(&bars(&code128_digits("12345678", false), 3, 80), Symbology::Code128, "12345678");
    check(&bars(&code128_digits("0106901234567892", true), 2, 80), Symbology::Gs1Code128, "0106901234567892");
}

#[test]
fn bars_are_read_in_bad_light_and_out_of_focus() {
    let upright = bars(&ean13(SEVEN), 3, 90);
    check(&shaded(&upright, 0.25), Symbology::Ean13, SEVEN);
    check(&upright.inverted(), Symbology::Ean13, SEVEN);
    // Blur as wide as a module, and more: no narrow bar has an edge left.
    for radius in [1, 2] {
        check(&noisy(&upright.blurred(radius), 2, 9), Symbology::Ean13, SEVEN);
        let turned = upright.turned(0.3).expect("a picture").blurred(radius);
        check(&noisy(&turned, 2, 9), Symbology::Ean13, SEVEN);
    }
    // A third of the contrast.
    let faint =
        Luma::new(upright.width(), upright.height(), upright.pixels().iter().map(|shade| 120 + shade / 3).collect());
    check(&noisy(&faint.expect("a picture"), 3, 5), Symbology::Ean13, SEVEN);
}

#[test]
fn squares_are_read_at_any_angle_size_and_light() {
    let text = "https://qr.example/pay?amount=12.50&id=8812";
    for (degrees, module) in [(0.0_f32, 4), (13.0, 4), (45.0, 5), (90.0, 3), (171.0, 6), (270.0, 10)] {
        let turned = qr(text.as_bytes(), module).turned(degrees.to_radians()).expect("a picture");
        check(&noisy(&turned, 10, 7), Symbology::Qr, text);
    }
    // A telephone at night: white on black.
    check(&qr(text.as_bytes(), 4).inverted(), Symbology::Qr, text);
    check(&shaded(&qr(text.as_bytes(), 4), 0.3), Symbology::Qr, text);
    let (gbk, _, _) = encoding_rs::GBK.encode("优惠券：满100减20");
    check(&qr(&gbk, 5), Symbology::Qr, "优惠券：满100减20");
}

/// The dots of a telephone's screen seen by the dots of a camera.
#[test]
fn a_payment_code_on_a_telephone_is_read_through_moire() {
    let code = qr(b"134567890123456789", 7);
    let width = code.width();
    let waves = code.pixels().iter().enumerate().map(|(at, shade)| {
        let (x, y) = ((at % width) as f32, (at / width) as f32);
        let wave = (x * 2.1).sin() * (y * 1.9).sin() * 45.0;
        (f32::from(*shade) * 0.7 + 70.0 + wave).clamp(0.0, 255.0) as u8
    });
    check(&Luma::new(width, width, waves.collect()).expect("a picture"), Symbology::Qr, "134567890123456789");
}

#[test]
fn two_codes_in_one_picture_are_both_read() {
    let (left, right) = (bars(&ean13(SEVEN), 2, 120), qr(b"two", 6));
    let (width, height) = (left.width() + right.width(), left.height().max(right.height()));
    let shade = |at: usize| {
        let (x, y) = (at % width, at / width);
        let (luma, x) = if x < left.width() { (&left, x) } else { (&right, x - left.width()) };
        if y < luma.height() { luma.row(y)[x] } else { 150 }
    };
    let both = Luma::new(width, height, (0..width * height).map(shade).collect()).expect("a picture");
    let mut read = read(&both);
    read.sort_by(|a, b| a.1.cmp(&b.1));
    assert_eq!(read, [(Symbology::Ean13, SEVEN.to_owned()), (Symbology::Qr, "two".to_owned())]);
}

/// A digit of the code is not what its check digit says: nothing may be read, neither by edges nor by shape.
#[test]
fn a_code_that_fails_its_check_digit_is_not_read() {
    let wrong = bars(&ean13("6901234567893"), 3, 90);
    assert_eq!(read(&wrong), []);
    assert_eq!(read(&wrong.blurred(1)), []);
}

#[test]
fn nothing_is_read_where_nothing_is() {
    for seed in 1..6 {
        let noise = noisy(&Luma::new(320, 240, vec![128; 320 * 240]).expect("a picture"), 128, seed * 7919);
        assert_eq!(read(&noise), []);
        assert_eq!(read(&noise.blurred(2)), []);
        // Random bars: as many edges as a code has, and none.
        let row = noise.row(1).to_vec();
        let stripes = (0..320 * 240).map(|at| if row[at % 320 / 3] > 128 { 220 } else { 40 }).collect();
        assert_eq!(read(&Luma::new(320, 240, stripes).expect("a picture")), []);
    }
    for (width, height) in [(1, 1), (1, 300), (300, 1), (9, 9), (24, 24)] {
        assert_eq!(read(&Luma::new(width, height, vec![7; width * height]).expect("a picture")), []);
    }
}

#[test]
fn work_has_a_limit() {
    let noise = noisy(&Luma::new(160, 120, vec![128; 160 * 120]).expect("a picture"), 128, 77);
    assert!(Decoder::new(Codes::USUAL).study(&noise, 0).is_empty());
    let none = Decoder::new(Codes::NONE);
    assert!(none.study(&qr(b"not asked for", 5), WORK_USUAL).is_empty());
}
