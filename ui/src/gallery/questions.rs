//! Sample questions and lists.

use super::Shop;
use crate::screen::{Choice, Keys, Panel};

/// Forty characters of Chinese, and the English that is as long.
const LONG: (&str, &str) = (
    "经典老北京风味手工现做芝麻酱糖烧饼家庭分享装礼盒限量版八枚入送礼佳品特惠组合装",
    "Grandmother's traditional hand-stretched wholegrain sourdough loaf, sliced, family size",
);

impl Shop {
    fn ask(&self, title: (&str, &str), help: (&str, &str), keys: Keys, value: &str, options: Vec<Choice>) -> Panel {
        Panel::Ask {
            title: self.say(title.0, title.1).into(),
            help: self.say(help.0, help.1).into(),
            keys,
            value: value.into(),
            options,
            message: String::new(),
        }
    }

    pub(super) fn ask_amount(&self, wrong: &str) -> Panel {
        let options = ["5 %", "10 %", "15 %", "20 %", "50 %"];
        let options = options.iter().map(|share| Choice {
            id: (*share).into(),
            title: (*share).into(),
            enabled: *share != "50 %",
            ..Choice::default()
        });
        let mut panel = self.ask(
            ("单品折扣：云南白药牙膏 120g", "Discount: herbal toothpaste 120 g"),
            ("输入新的单价，或点一个折扣。", "Type the new price, or touch a discount."),
            Keys::Amount,
            "29.90",
            options.collect(),
        );
        if let Panel::Ask { message, .. } = &mut panel {
            *message = wrong.into();
        }
        panel
    }

    pub(super) fn ask_percent(&self) -> Panel {
        self.ask(
            ("整单折扣", "Discount on everything"),
            ("输入减去的金额，或百分比如 10%", "Type an amount to take off, or a percentage like 10%"),
            Keys::AmountOrPercent,
            "",
            Vec::new(),
        )
    }

    pub(super) fn ask_options(&self) -> Panel {
        let reasons = [
            ("damaged", "包装破损", "Torn packing", "", ""),
            ("expiring", "临期", "Close to its date", "", ""),
            ("match", "比价", "Cheaper elsewhere", "需要照片", "a picture is needed"),
            ("display", "样品", "Was on display", "", ""),
            ("regular", "老顾客", "Regular shopper", "", ""),
            ("staff", "员工", "Staff", "每月限 200 元", "200 a month"),
            (
                "other",
                "其他原因，请在下一步写明具体情况和同意人",
                "Another reason, to be written down in the next step",
                "",
                "",
            ),
        ];
        let options = reasons.iter().map(|(id, chinese, english, more, in_english)| Choice {
            id: (*id).into(),
            title: self.say(chinese, english).into(),
            detail: self.say(more, in_english).into(),
            enabled: *id != "match",
            ..Choice::default()
        });
        self.ask(
            ("为什么改价？", "Why is the price changed?"),
            ("原因会记在流水里。", "The reason is kept with the sale."),
            Keys::None,
            "",
            options.collect(),
        )
    }

    pub(super) fn ask_number(&self) -> Panel {
        self.ask(
            ("储值卡号", "Number of the card"),
            ("刷卡、扫码，或输入卡面上的数字。", "Swipe it, scan it, or type the figures on it."),
            Keys::Number,
            "",
            Vec::new(),
        )
    }

    pub(super) fn ask_text(&self) -> Panel {
        let presets = [("不要袋子", "No bag"), ("加冰", "With ice"), ("分开装", "Pack apart")];
        let options = presets.iter().enumerate().map(|(row, (chinese, english))| Choice {
            id: format!("note-{row}"),
            title: self.say(chinese, english).into(),
            enabled: true,
            ..Choice::default()
        });
        self.ask(("备注", "Note"), ("会印在小票上。", "Is printed on the receipt."), Keys::Text, "", options.collect())
    }

    pub(super) fn ask_secret(&self) -> Panel {
        self.ask(
            ("储值卡密码", "PIN of the card"),
            ("请顾客自己输入。", "The shopper types it."),
            Keys::Secret,
            "",
            Vec::new(),
        )
    }

    pub(super) fn ask_date(&self) -> Panel {
        self.ask(
            ("出生日期", "Date of birth"),
            ("这件商品只卖给满 18 岁的人，请看证件。", "Sold from 18 on. Look at the identity card."),
            Keys::Date,
            "",
            Vec::new(),
        )
    }

    pub(super) fn choose_one(&self) -> Panel {
        let rows = [
            (
                "0101-000012 · 14:20",
                "0101-000012 · 14:20",
                "5 件 · 农夫山泉、伊利纯牛奶",
                "5 items · spring water, whole milk",
                "23.50",
            ),
            (
                "0101-000009 · 13:58",
                "0101-000009 · 13:58",
                "1 件 · 云南白药牙膏",
                "1 item · herbal toothpaste",
                "29.90",
            ),
            (LONG.0, LONG.1, "12 件", "12 items", "12,345,678.90"),
            ("0101-000002 · 08:11", "0101-000002 · 08:11", "已全部退货", "everything came back already", "7.90"),
        ];
        let choice =
            |(row, (chinese, english, more, in_english, amount)): (usize, &(&str, &str, &str, &str, &str))| Choice {
                id: format!("sale-{row}"),
                title: self.say(chinese, english).into(),
                detail: self.say(more, in_english).into(),
                amount: (*amount).into(),
                enabled: row != 3,
                ..Choice::default()
            };
        Panel::Choose {
            title: self.say("退哪一单？", "Which sale comes back?").into(),
            help: self.say("点一张小票，或扫小票上的码。", "Touch a receipt, or scan the code on it.").into(),
            choices: rows.iter().enumerate().map(choice).collect(),
            many: false,
            confirm: String::new(),
            sum: String::new(),
            message: String::new(),
        }
    }

    pub(super) fn choose_many(&self) -> Panel {
        let choice = |id: &str, title: &str, detail: &str, amount: &str, ticked: bool, quantity: &str| Choice {
            id: id.into(),
            title: title.into(),
            detail: detail.into(),
            amount: amount.into(),
            ticked,
            enabled: !quantity.is_empty(),
            quantity: quantity.into(),
        };
        let of = |sold: u32| self.say("共买 {} 件", "{} bought").replace("{}", &sold.to_string());
        let mut choices = vec![
            choice("line-1", self.say("农夫山泉 饮用天然水 550ml", "Spring water 550 ml"), &of(4), "4.00", true, "2"),
            choice("line-2", self.say(LONG.0, LONG.1), &of(99), "12,345,678.90", false, "1"),
            choice(
                "line-3",
                self.say("红富士苹果", "Fuji apples"),
                self.say("称重商品整份退", "weighed goods come back whole"),
                "5.40",
                true,
                "0.422 kg",
            ),
            choice(
                "line-4",
                self.say("茶叶蛋", "Tea egg"),
                self.say("熟食不退", "cooked food is not taken back"),
                "5.00",
                false,
                "",
            ),
            choice("line-5", self.say("云南白药牙膏 120g", "Herbal toothpaste 120 g"), &of(1), "25.90", false, "1"),
            choice("line-6", self.say("心相印抽纸 三包", "Paper tissues, 3 packs"), &of(2), "12.90", false, "1"),
        ];
        choices[3].enabled = false;
        Panel::Choose {
            title: self.say("退货：0101-000012", "Return: 0101-000012").into(),
            help: self.say("勾选退回的商品，改数量。", "Tick what comes back and how many.").into(),
            choices,
            many: true,
            confirm: self.say("退 ¥ 9.84", "Take back ¥ 9.84").into(),
            sum: "¥ 9.84".into(),
            message: String::new(),
        }
    }

    pub(super) fn choose_none(&self) -> Panel {
        Panel::Choose {
            title: self.say("换购", "Offers with this sale").into(),
            help: String::new(),
            choices: Vec::new(),
            many: true,
            confirm: self.say("不换购", "None of them").into(),
            sum: String::new(),
            message: self.say("换购的商品刚刚卖完了。", "The last of them has just been sold.").into(),
        }
    }
}
