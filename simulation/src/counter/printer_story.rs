//! Stories of printers: whatever stops a receipt, it comes out whole, and a second one says that it is one.

use std::thread;
use std::time::Duration;

use domain::receipt::{Block, Document, Size};
use hal::{Health, Interruption, PrinterFault};

use super::story::{PAPER_32, PAPER_48, PATIENCE, Shop, receipt, write_picture};
use super::{End, Paper, PrinterModel, VirtualPrinter};

/// What stands above a second paper.
const MARK: &str = "      *** 重打 REPRINT ***\n";
/// A printer that takes its time, so that something can happen to it meanwhile.
const SLOW: PrinterModel = PrinterModel { line_time: Duration::from_millis(15), ..PrinterModel::MM58 };

fn wait_for_lines(printer: &VirtualPrinter, lines: usize) {
    while printer.hanging().lines.len() < lines {
        thread::sleep(Duration::from_millis(1));
    }
}

/// At least one whole receipt, at most one without a mark above it, and nothing that is neither.
fn check_papers(printer: &VirtualPrinter, of: &str) {
    let texts: Vec<String> = printer.papers().iter().map(Paper::text).collect();
    let marked = format!("{MARK}{PAPER_32}");
    let plain = texts.iter().filter(|text| *text == PAPER_32).count();
    let repeated = texts.iter().filter(|text| **text == marked).count();
    assert!(plain <= 1 && plain + repeated >= 1, "{of}: {plain} plain, {repeated} marked of {texts:#?}");
    let part = |text: &String| PAPER_32.starts_with(text.as_str()) || marked.starts_with(text.as_str());
    assert!(texts.iter().all(part), "{of}: {texts:#?}");
}

#[test]
fn a_cover_that_is_opened_in_the_middle_costs_no_receipt_and_doubles_none_silently() {
    for means in ["realtime = true\ncompletion = \"process-id\"", "", "status = \"poll\""] {
        let (shop, printer) = Shop::with_printer(SLOW, &format!("width_mm = 58\ncuts = true\n{means}"));
        shop.print("T01-123", &receipt());
        wait_for_lines(&printer, 5);
        printer.set_cover_open(true);
        assert_eq!(shop.until_interrupted(), (Interruption::CoverOpen, true), "with {means}");
        printer.set_cover_open(false);
        assert_eq!(shop.until_printed().0, "T01-123");
        check_papers(&printer, means);
        assert!(printer.papers().iter().any(|paper| paper.text().starts_with(MARK)), "with {means}");
    }
}

#[test]
fn a_printer_that_tells_what_is_on_paper_goes_on_where_it_stopped() {
    let config = "width_mm = 58\ncuts = true\ncompletion = \"process-id\"";
    let (shop, printer) = Shop::with_printer(SLOW, config);
    shop.print("cover", &receipt());
    wait_for_lines(&printer, 5);
    printer.set_cover_open(true);
    thread::sleep(Duration::from_millis(700));
    printer.set_cover_open(false);
    assert_eq!(shop.until_printed(), ("cover".to_owned(), true, 0));
    assert_eq!(printer.take_papers().iter().map(Paper::text).collect::<Vec<_>>(), [PAPER_32]);
    // A roll that ends: one half on each, and nothing twice.
    printer.paper_out_after(9);
    shop.print("paper", &receipt());
    wait_for_lines(&printer, 9);
    thread::sleep(Duration::from_millis(700));
    printer.load_paper();
    assert_eq!(shop.until_printed(), ("paper".to_owned(), true, 0));
    let halves = printer.take_papers();
    assert_eq!(halves.iter().map(|paper| paper.end).collect::<Vec<_>>(), [End::Torn, End::Partial]);
    assert_eq!(halves.iter().map(Paper::text).collect::<String>(), PAPER_32);
}

#[test]
fn a_printer_that_is_off_for_a_moment_prints_again_what_it_lost() {
    for completion in ["process-id", "fence"] {
        let config = format!("width_mm = 58\ncuts = true\ncompletion = \"{completion}\"");
        let (shop, printer) = Shop::with_printer(SLOW, &config);
        shop.print("before", &receipt());
        assert_eq!(shop.until_printed(), ("before".to_owned(), true, 0));
        printer.take_papers();
        shop.print("lost", &receipt());
        wait_for_lines(&printer, 5);
        printer.set_power(false);
        thread::sleep(Duration::from_millis(1500));
        printer.set_power(true);
        assert_eq!(shop.until_interrupted(), (Interruption::NoAnswer, true), "with {completion}");
        assert_eq!(shop.until_printed(), ("lost".to_owned(), true, 0), "with {completion}");
        check_papers(&printer, completion);
    }
}

#[test]
fn a_printer_that_is_off_for_long_is_missed_and_found_again() {
    let (shop, printer) = Shop::with_printer(SLOW, "width_mm = 58\ncuts = true\ncompletion = \"process-id\"");
    shop.print("T01-123", &receipt());
    wait_for_lines(&printer, 3);
    printer.set_power(false);
    assert_eq!(shop.until_interrupted(), (Interruption::NoAnswer, true));
    thread::sleep(Duration::from_millis(500));
    printer.set_power(true);
    assert_eq!(shop.until_printed(), ("T01-123".to_owned(), true, 0));
    check_papers(&printer, "off");
}

#[test]
fn a_jammed_knife_is_told_and_the_receipt_comes_again_when_it_is_free() {
    let (shop, printer) = Shop::with_printer(SLOW, "width_mm = 58\ncuts = true\nrealtime = true");
    shop.print("T01-123", &receipt());
    wait_for_lines(&printer, 4);
    printer.set_cutter_jammed(true);
    assert_eq!(shop.until_interrupted(), (Interruption::Fault(PrinterFault::Cutter), true));
    printer.set_cutter_jammed(false);
    assert_eq!(shop.until_printed().0, "T01-123");
    check_papers(&printer, "jam");
}

#[test]
fn a_printer_that_falls_silent_prints_again_under_a_mark_when_it_speaks() {
    let (shop, printer) = Shop::with_printer(SLOW, "width_mm = 58\ncuts = true");
    shop.print("T01-123", &receipt());
    wait_for_lines(&printer, 2);
    printer.set_silent(true);
    assert_eq!(shop.until_interrupted(), (Interruption::NoAnswer, true));
    printer.set_silent(false);
    assert_eq!(shop.until_printed().0, "T01-123");
    assert!(printer.wait_for_papers(2, PATIENCE));
    let texts: Vec<String> = printer.papers().iter().map(Paper::text).collect();
    assert_eq!(texts, [PAPER_32.to_owned(), format!("{MARK}{PAPER_32}")]);
}

#[test]
fn noise_and_answers_in_pieces_confirm_nothing_and_lose_nothing() {
    // Bytes of a wire that is touched; half a status; half an echo, which eats the first byte of what comes after it.
    for (completion, noise) in [("process-id", b"\xff\xfe\x37\x22\x30\x80".as_slice()), ("fence", b"\xff\xfe\x18\x80")]
    {
        let config = format!("width_mm = 58\ncuts = true\ncompletion = \"{completion}\"");
        let (shop, printer) = Shop::with_printer_that_is(SLOW, &config, |printer| printer.set_halting(true));
        shop.until_health(|health| *health == Health::Ready);
        for number in 0..3 {
            let id = format!("job {number}");
            shop.print(&id, &receipt());
            wait_for_lines(&printer, 3);
            printer.say(noise);
            assert_eq!(shop.until_printed(), (id, true, 0), "with {completion}");
        }
        // An echo whose beginning the noise has eaten is one that never came: that receipt comes again, and says so.
        let texts: Vec<String> = printer.papers().iter().map(Paper::text).collect();
        let (plain, repeated): (Vec<&String>, Vec<&String>) = texts.iter().partition(|text| *text == PAPER_32);
        assert_eq!(plain.len(), 3, "with {completion}");
        assert!(repeated.iter().all(|text| text.starts_with(MARK)), "with {completion}: {repeated:#?}");
    }
}

#[test]
fn a_job_that_is_given_twice_is_printed_once() {
    let (shop, printer) = Shop::with_printer_that_is(PrinterModel::MM58, "width_mm = 58\ncuts = true", |printer| {
        printer.set_cover_open(true);
    });
    (0..3).for_each(|_| shop.print("T01-123", &receipt()));
    shop.print("T01-124", &receipt());
    printer.set_cover_open(false);
    assert_eq!(shop.until_printed().0, "T01-123");
    assert_eq!(shop.until_printed().0, "T01-124");
    assert_eq!(printer.papers().len(), 2);
}

#[test]
fn whatever_mode_a_printer_wakes_up_in_its_letters_are_right() {
    let mut western = Document::default();
    western
        .center("Café Crème", Size::Large, true)
        .pair("Brötchen 3×", "4,50 €")
        .text("Grüße, à bientôt!")
        .push(Block::Cut);
    let expect = "      Café Crème\nBrötchen 3×               4,50 €\nGrüße, à bientôt!\n";
    for awake in [false, true] {
        let model = PrinterModel { hanzi_at_start: awake, ..PrinterModel::MM58 };
        let (shop, printer) =
            Shop::with_printer(model.clone(), "profile = \"generic-58-western\"\nencoding = \"cp858\"\ncuts = true");
        shop.print("western", &western);
        assert_eq!(shop.until_printed(), ("western".to_owned(), true, 0));
        write_picture("western", &printer.papers()[0]);
        assert_eq!(printer.papers()[0].text(), expect, "awake in Chinese mode: {awake}");
        let (shop, printer) = Shop::with_printer(model, "width_mm = 58\ncuts = true");
        shop.print("chinese", &receipt());
        assert_eq!(shop.until_printed(), ("chinese".to_owned(), true, 0));
        assert_eq!(printer.papers()[0].text(), PAPER_32, "awake in Chinese mode: {awake}");
    }
}

#[test]
fn a_printer_on_the_network_is_lost_and_found_as_one_on_a_cable() {
    let printer = VirtualPrinter::listen(SLOW).expect("a port");
    let address = printer.address().expect("an address");
    let config = format!("[[printer]]\ndriver = \"escpos\"\naddress = \"{address}\"\nwidth_mm = 58\ncuts = true");
    let shop = Shop::open(Shop::folder(), &config);
    shop.print("first", &receipt());
    assert_eq!(shop.until_printed(), ("first".to_owned(), true, 0));
    shop.print("second", &receipt());
    wait_for_lines(&printer, 5);
    printer.unplug();
    assert_eq!(shop.until_interrupted(), (Interruption::Unplugged, true));
    shop.until_health(|health| *health != Health::Ready);
    printer.replug().expect("the same port");
    shop.until_health(|health| *health == Health::Ready);
    assert_eq!(shop.until_printed().0, "second");
    let texts: Vec<String> = printer.papers().iter().map(Paper::text).collect();
    assert_eq!((&*texts[0], texts.last()), (PAPER_32, Some(&format!("{MARK}{PAPER_32}"))));
}

#[test]
fn a_printer_behind_the_kernels_usb_driver_is_lost_and_found_as_well() {
    // A pseudo-terminal stands for /dev/usb/lp0: the same calls, and an error when the other end has gone.
    let folder = Shop::folder();
    let printer = VirtualPrinter::plug(folder.join("lp0"), SLOW).expect("a printer");
    let config = "[[printer]]\ndriver = \"escpos\"\nusb_lp = \"{}/lp0\"\nwidth_mm = 58\ncuts = true";
    let shop = Shop::open(folder, config);
    shop.print("first", &receipt());
    assert_eq!(shop.until_printed(), ("first".to_owned(), true, 0));
    shop.print("second", &receipt());
    wait_for_lines(&printer, 5);
    printer.unplug();
    assert_eq!(shop.until_interrupted(), (Interruption::Unplugged, true));
    shop.until_health(|health| *health == Health::Unplugged);
    printer.replug().expect("a cable");
    assert_eq!(shop.until_printed().0, "second");
    assert_eq!(printer.papers().last().map(Paper::text), Some(format!("{MARK}{PAPER_32}")));
}

/// A logo of 300 by 100: a ramp of greys in a frame.
fn logo() -> Vec<u8> {
    let grey = |x: usize, y: usize| {
        let edge = !(4..296).contains(&x) || !(4..96).contains(&y);
        let disc = (x as i32 - 150).pow(2) + (y as i32 - 50).pow(2) < 40 * 40;
        if edge || disc { 0 } else { (x * 255 / 300) as u8 }
    };
    let pixels: Vec<u8> = (0..100).flat_map(|y| (0..300).map(move |x| grey(x, y))).collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 300, 100);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("a picture in memory");
    writer.write_image_data(&pixels).expect("a picture in memory");
    writer.finish().expect("a picture in memory");
    bytes
}

#[test]
fn a_receipt_has_the_shops_logo_above_it_and_one_without_logo_has_none() {
    let mut document = Document { blocks: vec![Block::Logo] };
    document.blocks.extend(receipt().blocks);
    let model = PrinterModel { dots: 576, ..PrinterModel::MM58 };
    let folder = Shop::folder();
    std::fs::write(folder.join("logo.png"), logo()).expect("a folder");
    let printer = VirtualPrinter::plug(folder.join("printer"), model.clone()).expect("a printer");
    let config = "[[printer]]\ndriver = \"escpos\"\npath = \"{}/printer\"\nwidth_mm = 80\nlogo = \"{}/logo.png\"";
    let shop = Shop::open(folder, config);
    shop.print("with", &document);
    assert_eq!(shop.until_printed(), ("with".to_owned(), true, 0));
    let paper = &printer.papers()[0];
    write_picture("logo", paper);
    let text = paper.text();
    let bands = text.lines().take_while(|line| line.starts_with("[IMAGE")).count();
    assert_eq!(text.lines().skip(bands).collect::<Vec<_>>(), PAPER_48.lines().collect::<Vec<_>>());
    assert!(bands >= 1 && paper.dot(138 + 150, 50) && !paper.dot(100, 50), "the disc is in the middle");
    let (shop, printer) = Shop::with_printer(model, "width_mm = 80\nlogo = \"/nowhere.png\"");
    shop.print("without", &document);
    assert_eq!(shop.until_printed(), ("without".to_owned(), true, 0));
    assert_eq!(printer.papers()[0].text(), PAPER_48);
}

#[test]
fn a_printer_without_letters_and_codes_gets_them_drawn() {
    let raster = "profile = \"generic-58-raster\"\ncuts = true";
    let (shop, printer) = Shop::with_printer(PrinterModel::MM58, raster);
    if !printer.has_letters() {
        return println!("skipped: no font with Chinese characters is installed");
    }
    shop.print("drawn", &receipt());
    assert_eq!(shop.until_printed(), ("drawn".to_owned(), true, 0));
    let (shop, by_itself) = Shop::with_printer(PrinterModel::MM58, "width_mm = 58\ncuts = true");
    shop.print("by itself", &receipt());
    assert_eq!(shop.until_printed(), ("by itself".to_owned(), true, 0));
    let (drawn, own) = (&printer.papers()[0], &by_itself.papers()[0]);
    write_picture("raster", drawn);
    // The printer's letters are those of the till here: lines of normal size are the same, dot for dot.
    let differing = |y: usize| (0..384).filter(|x| drawn.dot(*x, y) != own.dot(*x, y)).count();
    assert_eq!((60..360).map(differing).sum::<usize>(), 0);
    assert!(drawn.text().contains("[IMAGE") && drawn.text().contains("T01 #000123     2026-03-05 18:42"));
    assert!(drawn.length().abs_diff(own.length()) <= 16, "a drawn receipt is as long as a printed one");
}
