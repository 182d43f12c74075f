//! Sample screens of each panel, in Chinese and English, with the lengths that break layouts: long names, 200 lines,
//! eight-digit totals, nothing at all. For pictures, tests and whoever draws a screen without a till.

mod goods;
mod kiosk;
mod questions;
mod shopper;
mod steps;
mod stock;
mod taiwan;

use crate::Screen;
use crate::heard::Heard;
use crate::key::Key;
use crate::screen::{Bar, Basket, Card, Item, Level, Line, Notice, Panel, Staff};
use goods::{GOODS, Goods};

pub use shopper::shopper_samples;

/// Each sample with its name, in the language of that tag: its data are Chinese where the tag begins with `zh`, else
/// English.
pub fn samples(language: &str) -> Vec<(&'static str, Screen)> {
    let shop = Shop { tag: language.into() };
    let sell = shop.sell("", 24);
    let mut returning = shop.screen(shop.basket(4), sell.clone());
    returning.basket.returning = true;
    returning.basket.lines[2].returned = true;
    returning.basket.lines[1].voided = true;
    let mut devices = shop.screen(shop.basket(5), sell.clone());
    devices.bar.devices = shop.say("打印机: 缺纸", "Printer: out of paper").into();
    devices.bar.devices_level = Level::Warning;
    devices.bar.sync = shop.say("未联网 · 12 笔待传", "Offline · 12 sales to send").into();
    devices.bar.sync_level = Level::Warning;
    devices.notice = Some(shop.notice(Level::Fault));
    let mut unknown = shop.screen(shop.basket(3), sell.clone());
    unknown.notice = Some(shop.notice(Level::Warning));
    let mut samples = vec![
        ("not-ready", shop.screen(Basket::default(), shop.not_ready())),
        ("locked", shop.screen(Basket::default(), shop.locked(""))),
        (
            "locked-wrong",
            shop.screen(
                Basket::default(),
                shop.locked(shop.say("PIN 错误，请等待 4 秒", "Wrong PIN. Wait 4 seconds.")),
            ),
        ),
        ("open-shift", shop.screen(Basket::default(), shop.open_shift())),
        ("empty", shop.screen(shop.empty(), shop.resting())),
        ("sell", shop.screen(shop.basket(6), sell.clone())),
        ("sell-plain", shop.screen(shop.basket(6), shop.plain())),
        ("empty-group", shop.screen(shop.basket(2), shop.bare())),
        ("results", shop.screen(shop.basket(3), shop.sell("nf", 5))),
        ("nothing-found", shop.screen(shop.basket(3), shop.sell("zzz", 0))),
        ("returning", returning),
        ("fault", devices),
        ("unknown", unknown),
        ("long", shop.screen(shop.long(), sell.clone())),
        ("pay", shop.screen(shop.basket(6), shop.pay("", false))),
        (
            "pay-wrong",
            shop.screen(
                shop.basket(6),
                shop.pay(shop.say("金额不够，还差 3.45", "Not enough: 3.45 still due."), false),
            ),
        ),
        ("saving", shop.screen(shop.basket(6), shop.pay("", true))),
        ("change", shop.screen(shop.basket(6), shop.change())),
        ("suspended", shop.screen(shop.empty(), shop.suspended(2))),
        ("suspended-many", shop.screen(shop.empty(), shop.suspended(9))),
        ("suspended-none", shop.screen(shop.empty(), shop.suspended(0))),
        ("x-report", shop.screen(shop.empty(), shop.report(false))),
        ("close", shop.screen(shop.empty(), shop.report(true))),
    ];
    samples.extend(steps::samples(&shop));
    samples
}

/// The same for the self-checkout: each step, as [`samples`] for its sizes.
pub fn kiosk_samples(language: &str) -> Vec<(&'static str, Screen)> {
    kiosk::samples(&Shop { tag: language.into() })
}

/// The same for the stock desk: each step, as [`samples`] for its sizes.
pub fn stock_samples(language: &str) -> Vec<(&'static str, Screen)> {
    stock::samples(&Shop { tag: language.into() })
}

/// A text of a sample in the language of that tag.
fn said<'a>(tag: &str, chinese: &'a str, english: &'a str) -> &'a str {
    match tag {
        "zh-TW" => taiwan::of(chinese),
        tag if tag.starts_with("zh") => chinese,
        _ => english,
    }
}

struct Shop {
    tag: String,
}

impl Shop {
    fn say<'a>(&self, chinese: &'a str, english: &'a str) -> &'a str {
        said(&self.tag, chinese, english)
    }

    fn screen(&self, basket: Basket, panel: Panel) -> Screen {
        let out = matches!(panel, Panel::NotReady { .. } | Panel::Locked { .. });
        Screen {
            language: self.tag.clone(),
            bar: Bar {
                store: self.say("柜台便利 · 1 号机", "Corner Shop · till 1").into(),
                cashier: if out { String::new() } else { self.say("收银员 王芳", "Cashier Fang Wang").into() },
                clock: "14:32".into(),
                sync: self.say("已同步", "Synced").into(),
                sync_level: Level::Good,
                devices: self.say("设备正常", "Devices ready").into(),
                devices_level: Level::Good,
                training: String::new(),
                languages: self.languages(),
                devices_help: String::new(),
            },
            said: basket.lines.last().map(|line| format!("{} {}", line.name, line.amount)).unwrap_or_default(),
            basket,
            panel,
            notice: None,
            actions: Vec::new(),
            approval: None,
            kiosk: None,
            stock: None,
            heard: Heard::default(),
            scans_answered: 0,
            version: 1,
        }
    }

    fn languages(&self) -> Vec<Key> {
        let named = [("zh-CN", "简体中文"), ("zh-TW", "繁體中文"), ("en", "English")];
        let key = |(tag, name): (&str, &str)| Key {
            id: tag.into(),
            label: name.into(),
            enabled: true,
            ticked: tag == self.tag,
            ..Key::default()
        };
        named.map(key).to_vec()
    }

    fn name(&self, goods: &Goods) -> String {
        self.say(goods.chinese, goods.english).into()
    }

    fn empty(&self) -> Basket {
        Basket { total: "¥ 0.00".into(), count: self.say("0 件", "0 items").into(), ..Basket::default() }
    }

    fn basket(&self, count: u32) -> Basket {
        let lines = (1..=count).zip(GOODS.iter().cycle()).map(|(no, goods)| Line {
            no,
            name: self.name(goods),
            detail: goods.detail.into(),
            amount: goods.amount.into(),
            voided: false,
            returned: false,
            below: Vec::new(),
        });
        Basket {
            lines: lines.collect(),
            selected: Some(count),
            member: self.say("138****6621 · 会员价", "138****6621 · member").into(),
            count: format!("{count} {}", self.say("件", "items")),
            saved: self.say("已省 1.75", "Saved 1.75").into(),
            tax: self.say("含税 5.12", "Incl. tax 5.12").into(),
            total: "¥ 58.45".into(),
            returning: false,
            ..Basket::default()
        }
    }

    fn long(&self) -> Basket {
        let mut basket = self.basket(200);
        basket.total = "¥ 12,345,678.90".into();
        basket.saved = self.say("已省 1,234,567.80", "Saved 1,234,567.80").into();
        basket.tax = self.say("含税 1,123,456.70", "Incl. tax 1,123,456.70").into();
        for line in basket.lines.iter_mut().skip(196) {
            line.name = self
                .say(
                    "经典老北京风味手工现做芝麻酱糖烧饼家庭分享装礼盒限量版八枚入送礼佳品特惠组合装",
                    "Grandmother's traditional hand-stretched wholegrain sourdough loaf, sliced, family size",
                )
                .into();
            line.detail = "99,999 × 12,345.67".into();
            line.amount = "12,345,678.90".into();
        }
        basket.lines[198].voided = true;
        basket
    }

    fn sell(&self, query: &str, count: usize) -> Panel {
        let items = GOODS.iter().cycle().take(count).enumerate().map(|(row, goods)| Item {
            id: format!("item-{row}"),
            name: self.name(goods),
            price: goods.price.into(),
            code: goods.code.into(),
            picture: goods.picture(),
        });
        Panel::Sell {
            query: query.into(),
            items: items.collect(),
            can_pay: true,
            pay: self.say("收款 ¥ 58.45", "Pay ¥ 58.45").into(),
            suspended: 2,
            groups: self.groups(),
        }
    }

    fn resting(&self) -> Panel {
        let mut panel = self.sell("", 24);
        if let Panel::Sell { can_pay, pay, suspended, .. } = &mut panel {
            (*can_pay, *suspended) = (false, 0);
            *pay = self.say("收款", "Pay").into();
        }
        panel
    }

    /// As a till without groups and pictures has it.
    fn plain(&self) -> Panel {
        let mut panel = self.sell("", 24);
        if let Panel::Sell { items, groups, .. } = &mut panel {
            groups.clear();
            items.iter_mut().for_each(|item| item.picture.clear());
        }
        panel
    }

    /// A group into which nothing was put yet.
    fn bare(&self) -> Panel {
        let mut panel = self.sell("", 0);
        if let Panel::Sell { groups, .. } = &mut panel {
            groups.iter_mut().enumerate().for_each(|(row, group)| group.ticked = row == 2);
        }
        panel
    }

    fn groups(&self) -> Vec<Key> {
        let rows = [
            ("favourites", "常用商品", "Favourites", "star"),
            ("drinks", "饮料", "Drinks", ""),
            ("fresh", "生鲜", "Fruit and vegetables", "leaf"),
            ("snacks", "零食", "Snacks", ""),
            ("breakfast", "早餐", "Breakfast", ""),
            ("household", "日用百货", "For the household", ""),
        ];
        let key = |(id, chinese, english, icon): (&str, &str, &str, &str)| Key {
            id: format!("group:{id}"),
            label: self.say(chinese, english).into(),
            icon: icon.into(),
            enabled: true,
            ticked: id == "favourites",
            ..Key::default()
        };
        rows.map(key).into()
    }

    fn not_ready(&self) -> Panel {
        Panel::NotReady {
            title: self.say("正在准备商品资料", "The goods are not here yet").into(),
            help: self
                .say(
                    "还没有收到总部的商品。请检查网线，收到后会自动开始。",
                    "Nothing has arrived from head office. Check the network cable; the till starts by itself.",
                )
                .into(),
        }
    }

    fn locked(&self, message: &str) -> Panel {
        let names = [
            ("王芳", "Fang Wang"),
            ("李娜", "Na Li"),
            ("张伟", "Wei Zhang"),
            ("刘洋", "Yang Liu"),
            ("陈静", "Jing Chen"),
            ("欧阳建国", "Maximiliane von Hohenstein"),
        ];
        let person = |(row, (chinese, english)): (usize, &(&str, &str))| Staff {
            id: format!("staff-{row}"),
            name: self.say(chinese, english).into(),
        };
        let staff = names.iter().enumerate().map(person);
        Panel::Locked { staff: staff.collect(), message: message.into() }
    }

    fn open_shift(&self) -> Panel {
        Panel::OpenShift {
            help: self
                .say(
                    "数一数钱箱里的现金，输入总额，然后开班。",
                    "Count the cash in the drawer, type the sum, then open the shift.",
                )
                .into(),
            message: String::new(),
        }
    }

    fn pay(&self, message: &str, busy: bool) -> Panel {
        Panel::Pay {
            due: "¥ 58.45".into(),
            due_cash: "¥ 58.40".into(),
            rounding: self.say("抹零 0.05", "Rounded down by 0.05").into(),
            quick: ["59", "60", "100", "200"].map(String::from).to_vec(),
            message: message.into(),
            refund: false,
            busy,
            tenders: Vec::new(),
            paid: Vec::new(),
        }
    }

    fn change(&self) -> Panel {
        Panel::Change {
            change: "¥ 41.60".into(),
            what: String::new(),
            detail: self.say("应收 58.40 · 现金 100.00", "Due 58.40 · cash 100.00").into(),
            receipt: self.say("小票 1-00000423", "Receipt 1-00000423").into(),
            printing: self
                .say("缺纸，换纸后自动补打", "Out of paper: prints by itself after the change of roll")
                .into(),
            pieces: "20.00 × 2 + 1.00 + 0.50 + 0.10".into(),
        }
    }

    fn suspended(&self, count: usize) -> Panel {
        let card = |id: &str, title: &str, detail: &str, total: &str| Card {
            id: id.into(),
            title: title.into(),
            detail: detail.into(),
            total: total.into(),
        };
        let five =
            self.say("5 件 · 农夫山泉、伊利纯牛奶、卫龙大面筋", "5 items · spring water, whole milk, rice crackers");
        let cards = vec![
            card("aside-1", self.say("14:20 · 王芳", "14:20 · Fang Wang"), five, "¥ 23.50"),
            card(
                "aside-2",
                self.say("14:27 · 李娜", "14:27 · Na Li"),
                self.say("1 件 · 云南白药牙膏", "1 item · herbal toothpaste"),
                "¥ 25.90",
            ),
        ];
        let cards = cards.into_iter().cycle().enumerate().take(count);
        let numbered = |(row, card): (usize, Card)| Card { id: format!("aside-{}", row + 1), ..card };
        Panel::Suspended { cards: cards.map(numbered).collect() }
    }

    fn report(&self, asks_count: bool) -> Panel {
        let rows = [
            ("开始", "Opened", "08:01"),
            ("备用金", "Float", "300.00"),
            ("", "", ""),
            ("销售笔数", "Sales", "423"),
            ("销售金额", "Sold", "12,846.30"),
            ("退货", "Returned", "- 58.20"),
            ("优惠", "Discounts", "- 132.50"),
            ("抹零", "Rounding", "- 3.45"),
            ("", "", ""),
            ("现金", "Cash", "12,652.15"),
            ("税 13%", "Tax 13 %", "1,204.11"),
            ("税 9%", "Tax 9 %", "208.73"),
            ("", "", ""),
            ("钱箱应有", "Expected in the drawer", "12,952.15"),
            ("开钱箱次数", "Drawer opened", "431"),
        ];
        let rows =
            rows.iter().map(|(chinese, english, right)| (self.say(chinese, english).to_owned(), (*right).to_owned()));
        Panel::Report {
            title: if asks_count {
                self.say("日结", "Close of day")
            } else {
                self.say("X 报表（不清零）", "X report (running totals)")
            }
            .into(),
            rows: rows.collect(),
            asks_count,
            message: String::new(),
        }
    }

    fn notice(&self, level: Level) -> Notice {
        match level {
            Level::Fault => Notice {
                level,
                text: self
                    .say(
                        "打印机缺纸。请换纸，小票会自动补打；可以继续收银。",
                        "The printer is out of paper. Change the roll, receipts follow by themselves; selling goes on.",
                    )
                    .into(),
                button: self.say("知道了", "Understood").into(),
                about: String::new(),
            },
            Level::Warning | Level::Good => Notice {
                level,
                text: self.say("没有这个条码的商品，没有加入。", "This code is not known. Nothing was added.").into(),
                button: self.say("知道了", "Understood").into(),
                about: "6901234567892".into(),
            },
        }
    }
}
