//! One Chinese receipt on paper of every usual width, read back from the bytes that go to the printer.

use domain::receipt::{Align, Block, Cell, Document, Size};
use encoding_rs::GB18030;
use expect_test::expect;
use hal::Mark;

use super::{Profile, encode};

/// Long names, mixed widths, amounts of eight digits.
fn receipt() -> Document {
    let mut paper = Document::default();
    paper.center("柜台便利店（上海南京东路店）", Size::Large, true);
    paper.center("电话 021-5555 0100", Size::Normal, false);
    paper.pair("单号 0301-000042", "收银机 3");
    paper.pair("2026-03-02 09:15", "收银员 欧阳娜娜");
    paper.push(Block::Rule);
    let row = |name: &str, count: &str, amount: &str| {
        let cell = |text: &str, share, align| Cell { text: text.to_owned(), share, align };
        Block::Row(vec![cell(name, 4, Align::Left), cell(count, 2, Align::Right), cell(amount, 2, Align::Right)])
    };
    paper.push(row("品名", "数量", "金额"));
    paper.push(row("农夫山泉饮用天然水 550ml×24 瓶整箱装", "2", "72.00"));
    paper.push(row("Steinway & Sons 三角钢琴 D-274", "1", "12345678.90"));
    paper.pair("  会员价", "-1000.00");
    paper.push(row("散装东北五常大米", "12.345kg", "98.76"));
    paper.push(row("退 可口可乐", "-1", "-3.00"));
    paper.push(Block::Rule);
    paper.pair("可口可乐330ml易拉罐装（第二件半价，限本店会员）", "3.00");
    paper.pair("件数", "16");
    paper.strong_pair("合计", "￥12345678.90", Size::Large);
    paper.pair("会员储值卡 ****0042", "12345000.00");
    paper.pair("税额 13%", "1420299.34 (不含税 10925379.56)");
    paper
}

/// What the paper shows: a bar at both edges, `2` before lines of double size.
fn show(document: &Document, columns: u8) -> String {
    let profile = Profile { columns, ..Profile::of_width(80) };
    let bytes = encode(document, &Mark::First, &profile).bytes;
    let (mut shown, mut line) = (String::new(), Vec::new());
    let (mut align, mut size) = (0, 0);
    let mut rest = &bytes[..];
    while let [first, after @ ..] = rest {
        rest = match (first, after) {
            (0x1b, [b'a', to, after @ ..]) => {
                align = *to;
                after
            }
            (0x1d, [b'!', to, after @ ..]) => {
                size = *to;
                after
            }
            (0x1b, [b'@' | b'2', after @ ..]) | (0x1c, [_, after @ ..]) => after,
            (0x1b | 0x1d, [_, _, after @ ..]) => after,
            (b'\n', after) => {
                let text = GB18030.decode_without_bom_handling(&line).0.into_owned();
                shown.push_str(&on_paper(&text, usize::from(columns), align, size));
                line.clear();
                after
            }
            (byte, after) => {
                line.push(*byte);
                after
            }
        };
    }
    shown
}

fn on_paper(text: &str, columns: usize, align: u8, size: u8) -> String {
    let large = size == 0x11;
    let columns = if large { columns / 2 } else { columns };
    let width: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    assert!(width <= columns, "{text:?} is wider than {columns}");
    let before = if align == 1 { (columns - width) / 2 } else { 0 };
    let blanks = |count| " ".repeat(count);
    format!("{}|{}{text}{}|\n", if large { '2' } else { ' ' }, blanks(before), blanks(columns - width - before))
}

#[test]
fn a_chinese_receipt_stands_straight_on_every_width() {
    let shown = [32, 42, 48].map(|columns| format!("{columns} columns\n{}", show(&receipt(), columns)));
    expect![[r#"
        32 columns
        2|柜台便利店（上海|
        2|  南京东路店）  |
         |       电话 021-5555 0100       |
         |单号 0301-000042        收银机 3|
         |2026-03-02 09:15 收银员 欧阳娜娜|
         |--------------------------------|
         |品名            数量        金额|
         |农夫山泉饮         2       72.00|
         |用天然水                        |
         |550ml×24                       |
         |瓶整箱装                        |
         |Steinway &         1 12345678.90|
         |Sons 三角钢                     |
         |琴 D-274                        |
         |  会员价                -1000.00|
         |散装东北五  12.345kg       98.76|
         |常大米                          |
         |退 可口可乐       -1       -3.00|
         |--------------------------------|
         |可口可乐330ml易拉罐装（第二件半 |
         |价，限本店会员）            3.00|
         |件数                          16|
        2|合计            |
        2|   ￥12345678.90|
         |会员储值卡 ****0042  12345000.00|
         |税额 13%                        |
         | 1420299.34 (不含税 10925379.56)|

        42 columns
        2|柜台便利店（上海南京 |
        2|      东路店）       |
         |            电话 021-5555 0100            |
         |单号 0301-000042                  收银机 3|
         |2026-03-02 09:15           收银员 欧阳娜娜|
         |------------------------------------------|
         |品名                      数量        金额|
         |农夫山泉饮用天然水           2       72.00|
         |550ml×24 瓶整箱装                        |
         |Steinway & Sons 三角         1 12345678.90|
         |钢琴 D-274                                |
         |  会员价                          -1000.00|
         |散装东北五常大米      12.345kg       98.76|
         |退 可口可乐                 -1       -3.00|
         |------------------------------------------|
         |可口可乐330ml易拉罐装（第二件半价，限本店 |
         |会员）                                3.00|
         |件数                                    16|
        2|合计    ￥12345678.90|
         |会员储值卡 ****0042            12345000.00|
         |税额 13%   1420299.34 (不含税 10925379.56)|

        48 columns
        2|柜台便利店（上海南京东路|
        2|          店）          |
         |               电话 021-5555 0100               |
         |单号 0301-000042                        收银机 3|
         |2026-03-02 09:15                 收银员 欧阳娜娜|
         |------------------------------------------------|
         |品名                           数量         金额|
         |农夫山泉饮用天然水                2        72.00|
         |550ml×24 瓶整箱装                              |
         |Steinway & Sons 三角钢            1  12345678.90|
         |琴 D-274                                        |
         |  会员价                                -1000.00|
         |散装东北五常大米           12.345kg        98.76|
         |退 可口可乐                      -1        -3.00|
         |------------------------------------------------|
         |可口可乐330ml易拉罐装（第二件半价，限本店会员） |
         |                                            3.00|
         |件数                                          16|
        2|合计       ￥12345678.90|
         |会员储值卡 ****0042                  12345000.00|
         |税额 13%         1420299.34 (不含税 10925379.56)|
    "#]]
    .assert_eq(&shown.join("\n"));
}
