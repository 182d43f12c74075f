use super::*;
use hal::Symbology;

fn scan(data: &str) -> Scan {
    Scan { symbology: Some(Symbology::Ean13), data: data.to_owned() }
}

#[test]
fn what_was_read_is_judged_by_the_text_beside_it() {
    let check = |text: Option<&str>, read: &[&str], expect: Count| {
        let scans: Vec<Scan> = read.iter().map(|data| scan(data)).collect();
        assert_eq!(judge(text, &scans), expect, "{text:?} {read:?}");
    };
    check(Some("6901234567892\n"), &["6901234567892"], Count::Found);
    check(Some("6901234567892"), &["2201234567890", "6901234567892"], Count::Found);
    check(Some("6901234567892"), &["2201234567890"], Count::Wrong);
    check(Some("6901234567892"), &[], Count::Missed);
    check(Some("012345678905"), &["0012345678905"], Count::Found);
    check(Some("04252614"), &["0042100005264"], Count::Found);
    check(Some("90012345678908"), &["0190012345678908"], Count::Found);
    check(Some("one\r\ntwo"), &["one\ntwo "], Count::Found);
    check(None, &[], Count::Clean);
    check(None, &["6901234567892"], Count::Wrong);
}

/// Pictures of two folders: a QR code, an empty table, a text that is wrong, and files that are no pictures.
#[test]
fn folders_of_pictures_become_a_table() {
    let folder = std::env::temp_dir().join(format!("guitai-decode-{}", std::process::id()));
    let inner = folder.join("inner");
    fs::create_dir_all(&inner).unwrap();
    write_png(&folder.join("code.png"), &qr("优惠券 8 折"));
    fs::write(folder.join("code.txt"), "优惠券 8 折\n").unwrap();
    write_png(&folder.join("table.png"), &Luma::new(320, 240, vec![180; 320 * 240]).unwrap());
    write_png(&inner.join("other.png"), &qr("one"));
    fs::write(inner.join("other.txt"), "two").unwrap();
    fs::write(inner.join("notes.md"), "no picture").unwrap();
    fs::write(inner.join("torn.png"), b"\x89PNG\r\n\x1a\n").unwrap();
    let json = folder.join("figures.json");
    run(&DecodeOptions { folders: vec![folder.clone()], json: Some(json.clone()) }).unwrap();
    let figures: serde_json::Value = serde_json::from_str(&fs::read_to_string(&json).unwrap()).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    let (outer, inner) = (&figures["folders"][0], &figures["folders"][1]);
    assert_eq!((&outer["pictures"], &outer["with_text"]), (&2.into(), &1.into()));
    assert_eq!((&outer["ours"]["found"], &outer["ours"]["wrong"]), (&1.into(), &0.into()));
    assert_eq!((&outer["rqrr"]["found"], &outer["rxing"]["found"]), (&1.into(), &1.into()));
    assert_eq!((&inner["ours"]["found"], &inner["ours"]["wrong"]), (&0.into(), &1.into()));
    assert_eq!(inner["ours"]["wrong_pictures"][0], "other.png: [\"one\"]");
    assert_eq!(inner["skipped"][0], "notes.md");
    assert!(inner["unread"][0].as_str().unwrap().starts_with("torn.png: failed reading the PNG"));
    assert_eq!(figures["total"]["pictures"], 3);
}

fn qr(text: &str) -> Luma {
    let code = qrcode::QrCode::new(text).unwrap();
    let (side, module, quiet) = (code.width(), 6, 24);
    let colors = code.to_colors();
    let width = side * module + 2 * quiet;
    let shade = |at: usize| {
        let (x, y) = ((at % width).wrapping_sub(quiet) / module, (at / width).wrapping_sub(quiet) / module);
        if x < side && y < side && colors[y * side + x] == qrcode::Color::Dark { 20 } else { 240 }
    };
    Luma::new(width, width, (0..width * width).map(shade).collect()).unwrap()
}

fn write_png(path: &Path, luma: &Luma) {
    let file = fs::File::create(path).unwrap();
    let mut encoder = png::Encoder::new(file, luma.width() as u32, luma.height() as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(luma.pixels()).unwrap();
}
