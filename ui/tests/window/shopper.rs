//! The shopper's window through its canvas: every sample in every size and look, still while nothing changes, the shop's
//! pictures in turn.

use std::collections::HashSet;
use std::time::Duration;

use ui::Shopper;
use ui::gallery::shopper_samples;
use ui::shopper::ShopperStep;
use ui::window::{Look, Picture, ShopperCanvas};

const SIZES: [(u32, u32); 5] = [(800, 480), (1024, 600), (1280, 800), (1920, 1080), (1080, 1920)];

/// Colours beside the one that most of a picture has.
fn colours(picture: &Picture) -> usize {
    picture.rgb.chunks(3).step_by(7).collect::<HashSet<_>>().len()
}

#[test]
fn every_sample_of_the_shoppers_screen_is_drawn() {
    for (width, height) in SIZES {
        let canvas = ShopperCanvas::new(width, height).expect("a canvas");
        let looks = if width == 1280 { &[Look::Light, Look::Dark, Look::Contrast][..] } else { &[Look::Light] };
        for look in looks {
            canvas.look(*look);
            for (name, shopper) in shopper_samples("zh-CN") {
                canvas.show(&shopper);
                let picture = canvas.pixels();
                let place = format!("{name} {width}x{height} {look:?}");
                assert!(colours(&picture) > 20, "{place} is nearly blank: {} colours", colours(&picture));
                save(&place, &picture);
            }
        }
    }
}

#[test]
fn the_shoppers_screen_rests_while_nothing_changes() {
    let canvas = ShopperCanvas::new(1280, 800).expect("a canvas");
    let samples = shopper_samples("en");
    for (name, shopper) in &samples {
        canvas.show(shopper);
        canvas.pixels();
        canvas.show(shopper);
        canvas.wait(Duration::from_secs(60));
        assert!(!canvas.draw(), "{name} is drawn again though nothing changed");
    }
}

#[test]
fn the_shops_pictures_are_shown_in_turn_and_give_way_to_goods() {
    let folder = std::env::temp_dir().join(format!("guitai-adverts-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str, shade: u8| {
        let picture = Picture { width: 64, height: 40, rgb: [shade, 0, 255 - shade].repeat(64 * 40) };
        let path = folder.join(name);
        std::fs::write(&path, picture.png().unwrap()).unwrap();
        path.to_string_lossy().into_owned()
    };
    let pictures = vec![file("a.png", 250), file("b.png", 10), folder.join("gone.png").to_string_lossy().into_owned()];
    let idle = Shopper { step: ShopperStep::Idle, title: "Welcome".into(), pictures, ..Shopper::default() };
    let canvas = ShopperCanvas::new(800, 480).expect("a canvas");
    let middle = |canvas: &ShopperCanvas| {
        let picture = canvas.pixels();
        let at = 3 * (100 * 800 + 400);
        picture.rgb[at]
    };
    canvas.show(&idle);
    assert!(middle(&canvas) > 200, "the first");
    canvas.wait(Duration::from_secs(9));
    assert!(middle(&canvas) < 60, "the second");
    canvas.wait(Duration::from_secs(8));
    assert!(middle(&canvas) > 200, "the one that is gone is passed over");
    let (_, goods) = shopper_samples("en").remove(3);
    canvas.show(&goods);
    canvas.pixels();
    canvas.wait(Duration::from_secs(60));
    assert!(!canvas.draw(), "no picture turns behind the goods");
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Keeps a picture where somebody wants to look at it.
pub(super) fn save(place: &str, picture: &Picture) {
    if let Some(folder) = std::env::var_os("GUITAI_SHOTS") {
        let file = std::path::Path::new(&folder).join(format!("{}.png", place.replace(' ', "-")));
        std::fs::write(file, picture.png().expect("a PNG file")).expect("a file");
    }
}
