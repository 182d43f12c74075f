//! Sample screens of the shopper's window, in each language that is built in, with the lengths that break layouts.

use crate::Shopper;
use crate::screen::{Below, Line};
use crate::shopper::ShopperStep;

use super::goods::{GOODS, Goods};

/// Each sample with its name; `language` is `zh-CN`, `zh-TW` or `en`.
pub fn shopper_samples(language: &str) -> Vec<(&'static str, Shopper)> {
    let talk = Talk { language: language.to_owned() };
    let goods = talk.goods(6);
    let pay = Shopper {
        step: ShopperStep::Pay,
        title: talk.say("请付款", "Please pay"),
        help: talk.say("现金、手机付款码、银行卡均可", "Cash, your phone or a card"),
        icon: "cash".into(),
        amount: "¥62.89".into(),
        amount_of: talk.say("应付", "To pay"),
        newest: None,
        ..goods.clone()
    };
    let code = Shopper {
        title: talk.say("请出示付款码", "Please show your payment code"),
        help: talk.say("打开微信或支付宝，把付款码对准扫码器", "Hold your phone in front of the scanner"),
        icon: "mobile".into(),
        ..pay.clone()
    };
    let in_doubt = Shopper {
        step: ShopperStep::InDoubt,
        title: talk.say("正在确认付款结果", "We are checking your payment"),
        help: talk.say("请不要再次付款，我们马上告诉您", "Please do not pay again; we tell you in a moment"),
        amount_of: talk.say("金额", "Amount"),
        ..pay.clone()
    };
    let thanks = Shopper {
        step: ShopperStep::Thanks,
        title: talk.say("谢谢惠顾", "Thank you"),
        help: talk.say("请拿好小票和商品", "Please take your receipt and your goods"),
        amount: "¥37.11".into(),
        amount_of: talk.say("找零", "Your change"),
        ..goods.clone()
    };
    let receipt = Shopper {
        help: talk.say("用手机扫码，保存小票", "Scan it with your phone and keep it"),
        code: "https://receipts.example/r/0101-000012?k=Zm9yIGEgdGVsZXBob25l".into(),
        ..thanks.clone()
    };
    let large = Shopper { amount: "¥123,456.78".into(), total: "¥123,456.78".into(), ..pay.clone() };
    vec![
        ("closed", talk.closed()),
        ("idle", talk.idle()),
        ("first", talk.first()),
        ("goods", goods),
        ("pictured", talk.pictured()),
        ("long", talk.long()),
        ("pay", pay),
        ("pay-code", code),
        ("pay-large", large),
        ("in-doubt", in_doubt),
        ("thanks", thanks),
        ("receipt", receipt),
    ]
}

struct Talk {
    language: String,
}

impl Talk {
    fn say(&self, chinese: &str, english: &str) -> String {
        super::said(&self.language, chinese, english).to_owned()
    }

    fn of_store(&self) -> Shopper {
        Shopper {
            language: self.language.clone(), store: self.say("柜台便利", "Corner Shop"), ..Shopper::default()
        }
    }

    fn closed(&self) -> Shopper {
        Shopper {
            step: ShopperStep::Closed,
            title: self.say("暂停收款", "This till is closed"),
            help: self.say("请到其他收银台，谢谢", "Please go to another till, thank you"),
            ..self.of_store()
        }
    }

    fn idle(&self) -> Shopper {
        Shopper { title: self.say("欢迎光临", "Welcome"), ..self.of_store() }
    }

    fn line(&self, no: usize, goods: &Goods) -> Line {
        let below = match no {
            2 => vec![Below { text: self.say("第二件半价", "Second at half price"), amount: "-1.75".into() }],
            _ => Vec::new(),
        };
        Line {
            no: u32::try_from(no).unwrap_or(0),
            name: self.say(goods.chinese, goods.english),
            detail: goods.detail.into(),
            amount: goods.amount.into(),
            below,
            ..Line::default()
        }
    }

    fn goods(&self, count: usize) -> Shopper {
        let lines: Vec<Line> =
            (1..).zip(GOODS.iter().cycle()).take(count).map(|(no, goods)| self.line(no, goods)).collect();
        Shopper {
            step: ShopperStep::Goods,
            title: self.say("欢迎，138****6621 王*", "Welcome, 138****6621 W*"),
            newest: lines.last().map(|line| line.no),
            lines,
            count: self.say("{} 件", "{} items").replace("{}", &count.to_string()),
            total_of: self.say("合计", "Total"),
            total: "¥62.89".into(),
            saved: self.say("已省 ¥1.75", "You save ¥1.75"),
            member: "138****6621 王*".into(),
            ..self.of_store()
        }
    }

    fn first(&self) -> Shopper {
        let total = "¥4.00".into();
        Shopper { total, saved: String::new(), count: self.say("2 件", "2 items"), ..self.goods(1) }
    }

    fn pictured(&self) -> Shopper {
        let total = "¥32.99".into();
        Shopper { total, picture: GOODS[4].picture(), ..self.goods(5) }
    }

    /// 200 lines, names that no line holds, a total of eight digits.
    fn long(&self) -> Shopper {
        let mut shown = self.goods(200);
        for line in shown.lines.iter_mut().rev().step_by(2) {
            line.name = self.say(
                "乐事薯片 原味 75g 特惠家庭装超值大包装加量不加价限时特供买一送一",
                "Sonnenblumenkernvollkornbrotbackmischung, family size, limited offer",
            );
        }
        shown.total = "¥999,999.99".into();
        shown.title =
            self.say("欢迎，138****6621 欧阳**（钻石卡会员）", "Welcome, 138****6621 Bartholomew-Fitzgerald (diamond)");
        shown
    }
}
