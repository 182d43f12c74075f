//! A receipt of forty lines, from document to bytes.

use std::hint::black_box;
use std::time::Instant;

use domain::receipt::{Align, Block, Cell, Document, Size};
use drivers::printer::escpos::{Drawn, Profile, encode};
use hal::Mark;

use crate::{percentile, tell, tell_limited};

const LINES: usize = 40;
const ROUNDS: usize = 2_000;
/// Drawing takes longer; fewer rounds tell as much.
const ROUNDS_DRAWN: usize = 200;
/// Longest time of a receipt that the printer draws by itself.
const P99_MAX_MS: f64 = 1.0;

/// Tells how long a receipt takes for a printer that has its letters and codes, and for one that has none of them.
pub fn measure() {
    let receipt = receipt();
    let own = Profile::named("generic-80-gbk").expect("a profile");
    let (p50, p99) = timed(&receipt, &own, ROUNDS);
    tell("receipt of 40 lines, document to bytes, p50", p50, "ms");
    tell_limited("receipt of 40 lines, document to bytes, p99", p99, "ms", P99_MAX_MS);
    let codes = Profile { qr: Drawn::Raster, barcode: Drawn::Raster, ..own };
    tell("receipt of 40 lines, codes drawn, p99", timed(&receipt, &codes, ROUNDS_DRAWN).1, "ms");
    let drawn = Profile::named("generic-80-raster").expect("a profile");
    tell("receipt of 40 lines, everything drawn, p99", timed(&receipt, &drawn, ROUNDS_DRAWN).1, "ms");
}

/// Milliseconds at the median and at the 99th percentile.
fn timed(receipt: &Document, profile: &Profile, rounds: usize) -> (f64, f64) {
    // The first one reads fonts.
    black_box(encode(receipt, &Mark::First, profile));
    let mut times: Vec<f64> = (0..rounds)
        .map(|_| {
            let begun = Instant::now();
            black_box(encode(black_box(receipt), &Mark::First, profile));
            begun.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    (percentile(&mut times, 50), percentile(&mut times, 99))
}

fn receipt() -> Document {
    let names = [
        "农夫山泉饮用天然水 550ml×24 瓶整箱装",
        "可口可乐 330ml",
        "Red apples 红富士苹果",
        "散装东北五常大米",
        "Sparkling water",
    ];
    let mut paper = Document::default();
    paper.center("柜台便利店（上海南京东路店）", Size::Large, true).center("电话 021-5555 0100", Size::Normal, false);
    paper.pair("单号 0301-000042", "收银机 3").push(Block::Rule);
    for line in 0..LINES {
        let cell = |text: String, share, align| Cell { text, share, align };
        paper.push(Block::Row(vec![
            cell(names[line % names.len()].to_owned(), 4, Align::Left),
            cell((1 + line % 3).to_string(), 2, Align::Right),
            cell(format!("{}.{:02}", 3 + line * 7, line), 2, Align::Right),
        ]));
    }
    paper.push(Block::Rule);
    paper.strong_pair("合计", "￥5680.20", Size::Large).pair("现金", "5700.00").pair("找零", "19.80");
    paper
        .push(Block::Code128("0301-000042".to_owned()))
        .push(Block::Qr("https://example.org/r/0301-000042".to_owned()));
    paper.center("谢谢惠顾", Size::Normal, false).push(Block::Cut);
    paper
}
