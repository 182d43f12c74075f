//! A camera at the counter, through the thread that the till has for it.

use std::thread;
use std::time::Duration;

use drivers::station::DeviceEvent;
use hal::{Health, Scan, Symbology};

use super::VirtualCamera;
use super::story::Shop;

const DEVICES: &str = "[[scanner]]\ndriver = \"camera\"\npath = \"{}/camera\"\ncodes = [\"qr\", \"ean\"]\nfps = 20";

/// The next code that is told, whatever else is.
fn next_scan(shop: &Shop) -> Scan {
    shop.until("a code", |event| match event {
        DeviceEvent::Scan { scan, .. } => Some(scan.clone()),
        _ => None,
    })
}

fn qr(text: &str) -> Scan {
    Scan { symbology: Some(Symbology::Qr), data: text.to_owned() }
}

#[test]
fn a_payment_code_is_told_once_while_it_is_shown() {
    let folder = Shop::folder();
    let camera = VirtualCamera::plug(folder.join("camera")).expect("a camera");
    let shop = Shop::open(folder, DEVICES);
    shop.until_health(|health| *health == Health::Ready);
    camera.show_qr("134567890123456789");
    assert_eq!(next_scan(&shop), qr("134567890123456789"));
    // It stays on the table for many pictures more: were it told again, that would come before the next code.
    let taken = camera.frames_taken();
    while camera.frames_taken() < taken + 12 {
        thread::sleep(Duration::from_millis(20));
    }
    camera.show_qr("https://qr.example/2");
    assert_eq!(next_scan(&shop), qr("https://qr.example/2"));
}

#[test]
fn a_camera_comes_back_after_each_way_of_going() {
    let folder = Shop::folder();
    let mut camera = VirtualCamera::plug(folder.join("camera")).expect("a camera");
    let shop = Shop::open(folder, DEVICES);
    shop.until_health(|health| *health == Health::Ready);
    camera.unplug();
    shop.until_health(|health| *health == Health::Unplugged);
    camera.replug().expect("a camera");
    shop.until_health(|health| *health == Health::Ready);
    camera.tear();
    shop.until_health(|health| *health == Health::Unplugged);
    shop.until_health(|health| *health == Health::Ready);
    camera.send_rubbish();
    shop.until_health(|health| matches!(health, Health::Fault(words) if words.contains("no row of grey pictures")));
    camera.show_qr("after all");
    assert_eq!(next_scan(&shop), qr("after all"));
}
