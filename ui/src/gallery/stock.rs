//! Sample screens of the stock desk: each step, with the lengths that break layouts.

use super::Shop;
use super::goods::GOODS;
use crate::Screen;
use crate::key::{Key, KeyKind};
use crate::screen::{Item, Keys, Level, Notice, Panel};
use crate::stock::{Counted, Stock, StockRow, StockStep};

pub(super) fn samples(shop: &Shop) -> Vec<(&'static str, Screen)> {
    let mut samples = counting(shop);
    samples.extend(asking(shop));
    samples.extend(looking(shop));
    samples
}

fn say(shop: &Shop, chinese: &str, english: &str) -> String {
    shop.say(chinese, english).into()
}

fn key(id: &str, label: String, icon: &str, hint: &str, kind: KeyKind) -> Key {
    Key { id: id.into(), label, icon: icon.into(), kind, enabled: true, key: hint.into(), ..Key::default() }
}

fn plain(shop: &Shop, id: &str, chinese: &str, english: &str, hint: &str) -> Key {
    key(id, say(shop, chinese, english), id, hint, KeyKind::Plain)
}

fn back(shop: &Shop) -> Key {
    key("back", say(shop, "返回", "Back"), "back", "Esc", KeyKind::Quiet)
}

fn main(shop: &Shop, id: &str, chinese: &str, english: &str) -> Key {
    key(id, say(shop, chinese, english), "ok", "Enter", KeyKind::Main)
}

fn row(id: String, title: String, detail: String, amount: &str, level: Level) -> StockRow {
    StockRow { id, title, detail, amount: amount.into(), level, ticked: false, enabled: true }
}

fn screen(shop: &Shop, stock: Stock) -> Screen {
    let mut screen = shop.screen(shop.empty(), Panel::default());
    screen.stock = Some(Box::new(stock));
    screen
}

/// Goods that were counted, the newest first.
fn rows(shop: &Shop, count: usize) -> Vec<StockRow> {
    let of = |(no, goods): (usize, &super::goods::Goods)| {
        row(format!("item:{no}"), shop.name(goods), format!("69011685{no:05}"), "12", Level::Good)
    };
    let mut rows: Vec<StockRow> = GOODS.iter().cycle().take(count).enumerate().map(of).collect();
    if let Some(row) = rows.get_mut(1) {
        row.title = say(shop, "目录里没有的商品", "Not in the catalogue");
        row.level = Level::Warning;
    }
    rows
}

fn card(shop: &Shop) -> Counted {
    Counted {
        item: "item-1".into(),
        name: shop.name(&GOODS[0]),
        code: "6921168509256".into(),
        quantity: "24".into(),
        added: "+1".into(),
        details: vec![say(shop, "账面 26", "Book 26"), say(shop, "批号 L2031", "lot L2031")],
        picture: GOODS[0].picture(),
        ..Counted::default()
    }
}

fn count_keys(shop: &Shop) -> Vec<Key> {
    vec![
        plain(shop, "undo", "撤销", "Undo", "F4"),
        plain(shop, "quantity", "数量", "Quantity", "F2"),
        plain(shop, "search", "查找", "Search", "F6"),
        plain(shop, "lot", "批号", "Lot", "F3"),
        key("finish", say(shop, "完成", "Finish"), "done", "F10", KeyKind::Plain),
        back(shop),
    ]
}

fn count(shop: &Shop, rows: Vec<StockRow>, counted: Option<Counted>) -> Stock {
    Stock {
        step: StockStep::Count,
        title: say(shop, "盘点 · 饮料区", "Counting · Drinks"),
        help: say(shop, "扫描货架上的商品，一件一扫", "Scan each piece, or scan one and type how many"),
        progress: if rows.is_empty() {
            String::new()
        } else {
            say(shop, "38 种 · 126 件", "38 kinds · 126 in all")
        },
        counted,
        rows,
        keys: count_keys(shop),
        ..Stock::default()
    }
}

fn counting(shop: &Shop) -> Vec<(&'static str, Screen)> {
    let long = Counted {
        name: say(
            shop,
            "经典老北京风味手工现做芝麻酱糖烧饼家庭分享装礼盒限量版八枚入",
            "Grandmother's traditional hand-stretched wholegrain sourdough loaf",
        ),
        quantity: "12,345.678 kg".into(),
        added: "+0.456 kg".into(),
        details: vec![say(shop, "还没有保存", "Not saved yet")],
        level: Level::Warning,
        picture: String::new(),
        ..card(shop)
    };
    let mut unsaved = count(shop, rows(shop, 200), Some(long));
    unsaved.message =
        say(shop, "没有保存，3 条等着：磁盘满了或有故障", "Not saved, 3 waiting: the disk is full or faulty");
    unsaved.title = say(shop, "第 2 遍盘点 · 冷藏饮料与常温饮料区", "Count 2 · Beverages, chilled and ambient");
    unsaved.progress = say(shop, "1,238 种 · 12,126 件", "1,238 kinds · 12,126 in all");
    let mut noticed = count(shop, rows(shop, 9), Some(card(shop)));
    noticed.notice = Some(Notice {
        level: Level::Fault,
        text: say(shop, "打印机缺纸：换纸后自动补打", "The printer is out of paper: it goes on by itself"),
        button: say(shop, "知道了", "Got it"),
        about: String::new(),
    });
    vec![
        ("stock-count", screen(shop, count(shop, rows(shop, 9), Some(card(shop))))),
        ("stock-count-first", screen(shop, count(shop, Vec::new(), None))),
        ("stock-count-long", screen(shop, unsaved)),
        ("stock-notice", screen(shop, noticed)),
    ]
}

fn asking(shop: &Shop) -> Vec<(&'static str, Screen)> {
    let ask = |title: String, help: String, pad: Keys, value: &str| Stock {
        step: StockStep::Ask,
        title,
        help,
        pad,
        value: value.into(),
        keys: vec![back(shop), main(shop, "ok", "确定", "OK")],
        ..Stock::default()
    };
    let quantity = ask(say(shop, "一共几件？", "How many in all?"), shop.name(&GOODS[0]), Keys::Number, "24");
    let mut date = ask(say(shop, "到哪天为止？", "Best before"), shop.name(&GOODS[1]), Keys::Date, "");
    date.message = say(shop, "日期不对，例如 20270301", "This is no date. E.g. 20270301");
    date.keys.insert(0, Key { icon: String::new(), ..plain(shop, "none", "没有", "None", "F2") });
    let zone =
        ask(say(shop, "区域名称", "Name of the zone"), say(shop, "例如 A1 货架", "E.g. shelf A1"), Keys::Text, "");
    let pin = ask(say(shop, "王芳", "Fang Wang"), say(shop, "输入 PIN", "Type your PIN"), Keys::Secret, "");
    let zones = ["饮料区", "生鲜区", "仓库"].into_iter().zip(["Drinks", "Fresh", "Cellar"]).enumerate();
    let zones = zones.map(|(no, (chinese, english))| {
        let detail = say(shop, "还没有人盘", "nobody has counted here");
        row(format!("zone:{no}"), say(shop, chinese, english), detail, "", Level::Good)
    });
    let choose = Stock {
        step: StockStep::Choose,
        title: say(shop, "盘哪个区域？", "Which zone?"),
        help: say(shop, "有人在盘的区域，会一起盘", "Where somebody is counting you join in"),
        rows: zones.collect(),
        keys: vec![plain(shop, "zone", "其他区域", "Other zone", "F2"), back(shop)],
        ..Stock::default()
    };
    vec![
        ("stock-quantity", screen(shop, quantity)),
        ("stock-date", screen(shop, date)),
        ("stock-words", screen(shop, zone)),
        ("stock-pin", screen(shop, pin)),
        ("stock-zones", screen(shop, choose)),
    ]
}

fn looking(shop: &Shop) -> Vec<(&'static str, Screen)> {
    let menu = Stock {
        step: StockStep::Menu,
        title: say(shop, "库存", "Stock"),
        help: say(shop, "扫描商品，看价格和库存", "Scan an item to see its price and stock"),
        rows: vec![
            row(
                "task".into(),
                say(shop, "盘点 · 饮料区", "Counting · Drinks"),
                say(shop, "接着做", "Go on with it"),
                "",
                Level::Good,
            ),
            row(
                "note:1".into(),
                say(shop, "到货 · 华润配送", "Delivery · North Trade"),
                "D-2041 · 38".into(),
                "",
                Level::Good,
            ),
        ],
        keys: vec![
            plain(shop, "count", "盘点", "Count", "F1"),
            plain(shop, "receive", "收货", "Receive", "F2"),
            plain(shop, "send", "调出", "Send", "F3"),
            plain(shop, "receive", "调入", "Take in", "F4"),
            plain(shop, "write_off", "报损", "Write off", "F5"),
            plain(shop, "price", "查价与标签", "Price, labels", "F6"),
            plain(shop, "language", "语言", "Language", "F8"),
            plain(shop, "lock", "锁定", "Lock", "F9"),
        ],
        ..Stock::default()
    };
    let differs = |no: usize, amount: &str, level: Level, ticked: bool| StockRow {
        ticked,
        ..row(
            format!("item:{no}"),
            shop.name(&GOODS[no % GOODS.len()]),
            say(shop, "账面 12，盘得 9 · −10.50", "book 12, counted 9 · −10.50"),
            amount,
            level,
        )
    };
    let review = Stock {
        step: StockStep::Review,
        title: say(shop, "差异 · 区域盘点 饮料区", "Differences · Zone count Drinks"),
        help: say(shop, "勾选要再盘的；没勾就盘有疑问的", "Tick what is to be counted again"),
        progress: say(shop, "12 种有差异 · −86.50", "12 kinds differ · −86.50"),
        rows: (0..12)
            .map(|no| match no % 3 {
                0 => differs(no, "−3", Level::Warning, true),
                1 => differs(no, "+2", Level::Good, false),
                _ => differs(no, "−12,345.678 kg", Level::Good, false),
            })
            .collect(),
        keys: vec![
            key("recount", say(shop, "再盘", "Recount"), "again", "F4", KeyKind::Plain),
            key("give_up", say(shop, "作废", "Give up"), "give_up", "F8", KeyKind::Loss),
            back(shop),
            main(shop, "approve", "审核入账", "Approve"),
        ],
        ..Stock::default()
    };
    let look = Stock {
        step: StockStep::Look,
        title: say(shop, "查价", "Price and stock"),
        counted: Some(Counted {
            quantity: "¥ 2.00".into(),
            added: String::new(),
            details: vec![say(shop, "库存 24", "24 in stock")],
            ..card(shop)
        }),
        rows: vec![
            row("move:1".into(), say(shop, "出库", "Went"), "2026-11-22 14:20".into(), "−2", Level::Good),
            row("move:2".into(), say(shop, "入库", "Came"), "2026-11-20 09:12".into(), "+48", Level::Good),
        ],
        keys: vec![
            plain(shop, "label", "打印标签", "Print label", "F2"),
            plain(shop, "quantity", "多张标签", "Labels", "F3"),
            plain(shop, "print", "打印价格", "Print price", "F4"),
            plain(shop, "search", "查找", "Search", "F6"),
            back(shop),
        ],
        ..Stock::default()
    };
    let found = GOODS.iter().take(5).enumerate().map(|(no, goods)| Item {
        id: format!("item-{no}"),
        name: shop.name(goods),
        price: goods.amount.into(),
        code: format!("69011685{no:05}"),
        picture: goods.picture(),
    });
    let search = Stock {
        step: StockStep::Look,
        title: say(shop, "查价", "Price and stock"),
        help: say(shop, "扫描，或输入名称、拼音首字母、条码", "Scan, or type a name or code"),
        items: found.collect(),
        pad: Keys::Text,
        keys: vec![back(shop), main(shop, "ok", "确定", "OK")],
        ..Stock::default()
    };
    vec![
        ("stock-menu", screen(shop, menu)),
        ("stock-review", screen(shop, review)),
        ("stock-look", screen(shop, look)),
        ("stock-search", screen(shop, search)),
    ]
}
