//! The page in a browser: scanned with the camera, gone on without a network, shown to a kiosk, paid.

use domain::aisle::{BasketCode, ExitCode};
use jiff::Timestamp;
use protocol::identity::verify;
use serde_json::{Value, json};

use super::browser::Browser;
use super::drawn::{Picture, film};
use super::{MEMBER_CARD, STORE, Shop, key};

/// Camera's picture.
const WIDTH: usize = 640;
const HEIGHT: usize = 480;

#[tokio::test(flavor = "multi_thread")]
async fn a_shopper_scans_loses_the_network_and_shows_her_basket() {
    let Some(program) = Browser::installed() else { return eprintln!("skipped: this machine has no Chromium") };
    let shop = Shop::open().await;
    let file = shop.folder.path().join("aisle.y4m");
    let code = |code, module, degrees| (Picture::of_code(code, WIDTH, HEIGHT, module, degrees), 12);
    let shelf = || (Picture::plain(WIDTH, HEIGHT, 120), 8);
    // A bottle, a pen held askew, mints upside down, tissues; then again.
    let scenes = [
        code("6901234567892", 3.0, 0.0),
        shelf(),
        code("4006381333931", 2.4, 14.0),
        shelf(),
        code("96385074", 3.2, 180.0),
        shelf(),
        code("036000291452", 2.6, 90.0),
        shelf(),
    ];
    film(&file, &scenes);
    let (url, folder) = (shop.running.url(), shop.folder.path().join("profile"));
    let platform_url = url.clone();
    let mut browser = tokio::task::block_in_place(|| {
        let mut browser = Browser::open(&program, &folder, &file);
        browser.go(&format!("{platform_url}/go/{STORE}"));
        browser.wait("document.querySelector('#start')?.checkVisibility() === true");
        assert_eq!(browser.say("document.querySelector('#store-name').textContent"), json!("街角便利店"));
        browser.look("1-begin");
        browser.touch("#start");
        for name in ["农夫山泉 550ml", "晨光中性笔", "薄荷糖", "抽纸"] {
            browser.wait(&format!("[...document.querySelectorAll('.name')].some(one => one.textContent === '{name}')"));
        }
        // The bottle and the mints have pictures, pen and tissues the first letter of their names.
        let pictures = "[...document.querySelectorAll('.tile img')].filter(one => one.naturalWidth > 0).length";
        browser.wait(&format!("{pictures} === 2"));
        browser.look("2-scanned");
        browser.dark(true);
        browser.look("2-scanned-dark");
        browser.dark(false);
        browser.wait("document.documentElement.dataset.kept === '1'");
        browser
    });
    // The network is gone, and the page is opened anew.
    shop.running.stop().await.unwrap();
    tokio::task::block_in_place(|| {
        browser.go(&format!("{url}/go/{STORE}"));
        browser.wait("document.querySelectorAll('#lines li').length === 4");
        browser.wait("[...document.querySelectorAll('.tile img')].filter(one => one.naturalWidth > 0).length === 2");
        browser.touch("#type");
        browser.say(
            "document.querySelector('#typed').value = '2212345610259'; document.querySelector('#typing').requestSubmit()",
        );
        browser.wait("document.querySelectorAll('#lines li').length === 5");
        browser.say(
            "document.querySelector('#typed').value = '6901234567893'; document.querySelector('#typing').requestSubmit()",
        );
        browser.wait("document.querySelector('#told').classList.contains('odd')");
        assert_eq!(browser.say("document.querySelectorAll('#lines li').length"), json!(5), "misread is not added");
        browser.look("3-offline");
        let tall = "document.documentElement.scrollWidth <= innerWidth";
        assert_eq!(browser.say(tall), json!(true), "nothing is cut at the side");
        let counts = "Object.fromEntries(JSON.parse(localStorage.getItem('go:12')).lines.map(line => [line.code, line.thousandths]))";
        let counted = browser.say(counts);
        browser.touch("#checkout");
        browser.look("4-how");
        browser.touch("#to-kiosk");
        browser.wait("document.querySelector('#qr').checkVisibility()");
        let read = browser.look("5-basket-code").qr_codes();
        assert_eq!(read.len(), 1, "a kiosk's camera reads the screen");
        let basket = BasketCode::read(&read[0], &key(), STORE, Timestamp::now()).unwrap();
        let lines = basket.lines.iter().map(|line| (line.code.clone(), json!(line.quantity.in_thousandths())));
        assert_eq!(Value::Object(lines.collect()), counted, "the kiosk takes over what was scanned");
        browser.dark(true);
        assert_eq!(browser.look("5-basket-code-dark").qr_codes(), read, "the code stands on white in the dark, too");
        // The same basket is the same code; a changed one is another.
        browser.touch("#code .back");
        browser.touch("#checkout");
        browser.touch("#to-kiosk");
        assert_eq!(browser.say("document.querySelector('#qr').dataset.text"), json!(read[0]));
        assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shopper_pays_on_her_phone_and_shows_the_way_out() {
    let Some(program) = Browser::installed() else { return eprintln!("skipped: this machine has no Chromium") };
    let shop = Shop::open().await;
    let file = shop.folder.path().join("aisle.y4m");
    // Held before the camera all the time, it is counted once.
    film(&file, &[(Picture::of_code("4006381333931", WIDTH, HEIGHT, 3.0, 0.0), 20)]);
    let (url, folder) = (shop.running.url(), shop.folder.path().join("profile"));
    let mut shown = tokio::task::block_in_place(|| {
        let mut browser = Browser::open(&program, &folder, &file);
        browser.go(&format!("{url}/go/{STORE}"));
        browser.touch("#start");
        browser.wait("document.querySelectorAll('#lines li').length === 1");
        let more = "[...document.querySelectorAll('.stepper button')].at(-1).click()";
        browser.say(more);
        browser.touch("#checkout");
        browser.touch("#alipay");
        browser.wait("document.querySelector('#pay-open').checkVisibility()");
        assert_eq!(browser.say("document.querySelector('#pay-open').textContent"), json!("付款 ¥3.98"));
        browser.look("6-pay");
        // The provider's page takes the money and sends her back.
        browser.touch("#pay-open");
        browser.wait("location.pathname === '/go/12' && document.querySelector('#code')?.checkVisibility() === true");
        let shown = browser.look("7-exit").qr_codes();
        browser.dark(true);
        browser.look("7-exit-dark");
        browser.say("document.querySelector('#language').value = 'en'; document.querySelector('#language').dispatchEvent(new Event('change'))");
        // A reload shows the same way out.
        browser.go(&format!("{url}/go/{STORE}"));
        browser.wait("document.querySelector('#code')?.checkVisibility() === true");
        assert_eq!(browser.look("8-exit-english").qr_codes(), shown);
        // What she has paid for is no basket any more: neither once the code has expired, nor when she is out.
        let kept = browser.say("localStorage.getItem('go:12')").as_str().unwrap().to_owned();
        assert_eq!(serde_json::from_str::<Value>(&kept).unwrap()["lines"], json!([]), "{kept}");
        browser.say("const kept = JSON.parse(localStorage.getItem('go:12')); kept.exit.until = 1; localStorage.setItem('go:12', JSON.stringify(kept))");
        browser.go(&format!("{url}/go/{STORE}"));
        browser.wait("document.querySelector('#empty')?.checkVisibility() === true");
        browser.say(&format!("localStorage.setItem('go:12', {})", json!(kept)));
        browser.go(&format!("{url}/go/{STORE}"));
        browser.wait("document.querySelector('#code')?.checkVisibility() === true");
        browser.say("window.confirm = () => true");
        browser.touch("#code-done");
        browser.wait("document.querySelector('#empty').checkVisibility()");
        browser.dark(false);
        browser.look("9-empty-english");
        assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
        shown
    });
    let platform_key = shop.platform_key().await;
    let check = |message: &[u8], signature: &[u8]| verify(&platform_key, message, signature);
    let exit = ExitCode::read(&shown.remove(0), STORE, Timestamp::now(), check).unwrap();
    assert_eq!((exit.paid.units(), exit.lines.len(), exit.lines[0].quantity.in_thousandths()), (398, 1, 2000));
    let booked = shop.alipay.control().provider().books().order(&exit.order_no).map(|booked| booked.charges);
    assert_eq!(booked, Some(1));
    shop.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_says_who_she_is_and_her_basket_says_so() {
    let Some(program) = Browser::installed() else { return eprintln!("skipped: this machine has no Chromium") };
    let shop = Shop::open().await;
    let file = shop.folder.path().join("aisle.y4m");
    // She holds her card before the camera.
    film(&file, &[(Picture::of_code(MEMBER_CARD, WIDTH, HEIGHT, 3.0, 4.0), 20)]);
    let (url, folder) = (shop.running.url(), shop.folder.path().join("profile"));
    let texts = tokio::task::block_in_place(|| {
        let mut browser = Browser::open(&program, &folder, &file);
        browser.go(&format!("{url}/go/{STORE}"));
        browser.touch("#member");
        let says = |browser: &mut Browser, text: &str| {
            browser.say(&format!(
                "document.querySelector('#named').value = '{text}'; document.querySelector('#naming').requestSubmit()"
            ));
        };
        // A slip of the finger is told, and she goes on.
        says(&mut browser, "13812346622");
        browser.wait("document.querySelector('#told').classList.contains('odd')");
        browser.look("10-member-unknown");
        browser.touch("#start");
        browser.wait("document.querySelector('#told').textContent === '您好，王*'");
        browser.look("11-member");
        let goods = "document.querySelector('#typed').value = '036000291452'; document.querySelector('#typing').requestSubmit()";
        browser.touch("#type");
        browser.say(goods);
        browser.touch("#typing-close");
        let code = |browser: &mut Browser, name: &str| {
            browser.touch("#checkout");
            browser.touch("#to-kiosk");
            browser.wait("document.querySelector('#qr').checkVisibility()");
            let read = browser.look(name).qr_codes().remove(0);
            browser.touch("#code .back");
            read
        };
        let with_her = code(&mut browser, "12-member-code");
        // It is not she: the number says who is. And nothing of a number or a card is on the phone.
        browser.touch("#member");
        browser.touch("#member-forget");
        browser.wait("document.querySelector('#member-words').textContent === '会员'");
        let without = code(&mut browser, "13-no-member-code");
        browser.touch("#member");
        says(&mut browser, "138 1234 6621");
        browser.wait("document.querySelector('#member').classList.contains('known')");
        let kept = browser
            .say("JSON.stringify(localStorage) + document.body.innerHTML + document.querySelector('#named').value");
        let kept = kept.as_str().unwrap().to_owned();
        assert!(kept.contains("m0001") && kept.contains("王*"));
        for secret in ["6621", MEMBER_CARD, "小明"] {
            assert!(!kept.contains(secret), "{secret} is kept: {kept}");
        }
        // A reload, and the language of a guest: she is still herself.
        browser.go(&format!("{url}/go/{STORE}"));
        browser.wait("document.querySelector('#member')?.checkVisibility() === true");
        browser.say("document.querySelector('#language').value = 'en'; document.querySelector('#language').dispatchEvent(new Event('change'))");
        browser.wait("document.querySelector('#typed').placeholder === 'Digits below the bars'");
        assert_eq!(browser.say("document.querySelector('#member-words').textContent"), json!("王*"));
        browser.look("14-member-english");
        assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
        [with_her, without]
    });
    let read = |text: &str| BasketCode::read(text, &key(), STORE, Timestamp::now()).unwrap();
    assert_eq!((read(&texts[0]).member.as_deref(), read(&texts[1]).member), (Some("m0001"), None));
    shop.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn inside_wechat_the_page_says_where_to_pay() {
    let Some(program) = Browser::installed() else { return eprintln!("skipped: this machine has no Chromium") };
    let shop = Shop::open().await;
    let file = shop.folder.path().join("aisle.y4m");
    film(&file, &[(Picture::plain(WIDTH, HEIGHT, 120), 2)]);
    let (url, folder) = (shop.running.url(), shop.folder.path().join("profile"));
    tokio::task::block_in_place(|| {
        let mut browser = Browser::open(&program, &folder, &file);
        browser.as_program("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Mobile MicroMessenger/8.0.50");
        browser.go(&format!("{url}/go/{STORE}"));
        // Before anything is scanned, in every language.
        browser.wait("document.querySelector('#inside')?.checkVisibility() === true");
        let said = [("zh-CN", "在浏览器打开"), ("zh-TW", "在瀏覽器開啟"), ("en", "Open in browser")];
        for (tag, text) in said {
            browser.say(&format!("document.querySelector('#language').value = '{tag}'; document.querySelector('#language').dispatchEvent(new Event('change'))"));
            browser.wait(&format!("document.querySelector('#inside').textContent.includes('{text}')"));
            browser.look(&format!("15-inside-wechat-{tag}"));
        }
        browser.touch("#type");
        browser.say("document.querySelector('#typed').value = '4006381333931'; document.querySelector('#typing').requestSubmit()");
        browser.touch("#checkout");
        browser.wait("document.querySelector('#wechat').disabled && document.querySelector('#alipay').disabled");
        browser.wait("document.querySelector('#inside').checkVisibility()");
        browser.look("16-inside-wechat-how");
        // The self-checkout takes the basket all the same; and elsewhere nothing is said.
        browser.touch("#to-kiosk");
        browser.wait("document.querySelector('#qr').checkVisibility()");
        browser.as_program("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36");
        browser.go(&format!("{url}/go/{STORE}"));
        browser.wait("document.querySelector('#checkout')?.checkVisibility() === true");
        assert_eq!(browser.say("document.querySelector('#inside').checkVisibility()"), json!(false));
        assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
    });
    shop.running.stop().await.unwrap();
}

/// What the page draws is what every reader of QR codes reads, and what its reader reads is what was drawn.
#[tokio::test(flavor = "multi_thread")]
async fn the_pages_own_codes_are_read_by_others_and_others_by_it() {
    let Some(program) = Browser::installed() else { return eprintln!("skipped: this machine has no Chromium") };
    let shop = Shop::open().await;
    let file = shop.folder.path().join("aisle.y4m");
    film(&file, &[(Picture::plain(WIDTH, HEIGHT, 120), 2)]);
    let (url, folder) = (shop.running.url(), shop.folder.path().join("profile"));
    tokio::task::block_in_place(|| {
        let mut browser = Browser::open(&program, &folder, &file);
        browser.go(&format!("{url}/go/{STORE}"));
        browser.wait("document.querySelector('#start')?.checkVisibility() === true");
        // Every version, in both modes, as full as it can be and nearly empty.
        let letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+-./:";
        let texts = (1..=97).flat_map(|no| {
            let text: String = letters.chars().cycle().skip(no).take(no * 15 - 4).collect();
            [text.clone(), text.to_lowercase().chars().take(no * 10).collect()]
        });
        let mut versions = std::collections::BTreeSet::new();
        for text in texts {
            let rows = browser.say(&format!(
                "import('/go/-/qr.js').then(qr => qr.draw('{text}').map(row => row.map(Number).join('')))"
            ));
            let rows: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row.as_str().unwrap()).collect();
            versions.insert((rows.len() - 17) / 4);
            assert_eq!(drawn(&rows).qr_codes(), [text]);
        }
        assert_eq!(versions.into_iter().collect::<Vec<_>>(), (1..=25).collect::<Vec<_>>());

        let mut read = 0;
        for (no, code) in
            ["6901234567892", "4006381333931", "5901234123457", "96385074", "036000291452"].iter().enumerate()
        {
            for (module, degrees) in [(2.0, 0.0), (1.6, 5.0), (3.0, 33.0), (2.4, 91.0), (2.2, 180.0), (2.8, -48.0)] {
                let picture = Picture::of_code(code, WIDTH, HEIGHT, module, degrees + no as f64);
                let told = told(&mut browser, &picture);
                assert!(told.is_null() || told == json!(code), "{code} was read as {told}");
                read += usize::from(!told.is_null());
            }
        }
        assert!(read >= 27, "{read} of 30 are read");
        for shade in [0, 120, 255] {
            assert_eq!(told(&mut browser, &Picture::plain(WIDTH, HEIGHT, shade)), Value::Null);
        }
        let noise = |at: usize| (at.wrapping_mul(2_654_435_761) >> 7) as u8;
        for no in 0..20 {
            let shades = (0..WIDTH * HEIGHT).map(|at| noise(at / (no + 1) + no * 7_919)).collect();
            let picture = Picture { width: WIDTH, height: HEIGHT, shades };
            assert_eq!(told(&mut browser, &picture), Value::Null, "nothing is read where nothing is written");
        }
        photographs(&mut browser);
    });
    shop.running.stop().await.unwrap();
}

/// What the page's reader says to a picture.
fn told(browser: &mut Browser, picture: &Picture) -> Value {
    let hex: String = picture.shades.iter().map(|shade| format!("{shade:02x}")).collect();
    browser.say(&format!(
        "import('/go/-/ean.js').then(ean => ean.readPicture(Uint8Array.from('{hex}'.match(/../g), pair => parseInt(pair, 16)), {}, {}))",
        picture.width, picture.height
    ))
}

/// Photographs of codes, each with its text beside it, where `GUITAI_CODES` names a folder with `ean13` and `no-code`.
fn photographs(browser: &mut Browser) {
    let Ok(folder) = std::env::var("GUITAI_CODES") else { return };
    let mut sums = (0, 0);
    for set in ["ean13/ean13-1", "ean13/ean13-2", "no-code"] {
        let Ok(files) = std::fs::read_dir(std::path::Path::new(&folder).join(set)) else { continue };
        for file in
            files.map(|file| file.unwrap().path()).filter(|file| file.extension().is_some_and(|end| end == "png"))
        {
            let picture = Picture::from_png(&std::fs::read(&file).unwrap());
            let told = told(browser, &picture);
            let text = std::fs::read_to_string(file.with_extension("txt")).unwrap_or_default();
            let right =
                told.as_str().is_some_and(|told| text.trim().trim_start_matches('0') == told.trim_start_matches('0'));
            assert!(told.is_null() || right, "{} was read as {told}", file.display());
            sums = (sums.0 + usize::from(right), sums.1 + usize::from(!text.is_empty()));
        }
    }
    eprintln!("photographs: {} of {} read, none wrong", sums.0, sums.1);
}

/// A code with its quiet zone, five pixels a module.
fn drawn(rows: &[&str]) -> Picture {
    let side = (rows.len() + 8) * 5;
    let mut picture = Picture::plain(side, side, 255);
    for (at, shade) in picture.shades.iter_mut().enumerate() {
        let (x, y) = ((at % side / 5).wrapping_sub(4), (at / side / 5).wrapping_sub(4));
        let dark = rows.get(y).and_then(|row| row.as_bytes().get(x)) == Some(&b'1');
        if dark {
            *shade = 0;
        }
    }
    picture
}
