//! Sample screens of promotions, actions, counts, payments, reasons and approvals, and the list of all of these.

use super::Shop;
use crate::Screen;
use crate::screen::{Action, Approval, Basket, Below, CountRow, PaidPart, Panel, Reason, Staff, TenderKey};

pub(super) fn samples(shop: &Shop) -> Vec<(&'static str, Screen)> {
    let over = |panel: Panel| shop.screen(shop.basket(6), panel);
    let mut training = shop.screen(shop.promoted(), shop.sell("", 24));
    training.bar.training = shop.say("培训模式 · 不记账，不收真钱", "Training · nothing here is a real sale").into();
    let mut actions = shop.screen(shop.promoted(), shop.sell("", 24));
    actions.actions = shop.actions();
    let mut approval = over(shop.sell("", 24));
    approval.approval = Some(shop.approval(""));
    let mut refused = over(shop.sell("", 24));
    refused.approval =
        Some(shop.approval(shop.say("PIN 错误，请等待 4 秒再试。", "Wrong PIN. Wait 4 seconds, then try again.")));
    let mut telephone = over(shop.sell("", 24));
    telephone.approval = Some(Approval { staff: Vec::new(), ..shop.approval("") });
    vec![
        ("promoted", shop.screen(shop.promoted(), shop.sell("", 24))),
        ("training", training),
        ("actions", actions),
        ("approval", approval),
        ("approval-wrong", refused),
        ("approval-telephone", telephone),
        ("ask-amount", over(shop.ask_amount(""))),
        (
            "ask-wrong",
            over(
                shop.ask_amount(shop.say("最低可改到 1.50，更低需要主管。", "1.50 is the least without a supervisor.")),
            ),
        ),
        ("ask-percent", over(shop.ask_percent())),
        ("ask-options", over(shop.ask_options())),
        ("ask-number", over(shop.ask_number())),
        ("ask-text", over(shop.ask_text())),
        ("ask-secret", over(shop.ask_secret())),
        ("ask-date", over(shop.ask_date())),
        ("choose-one", over(shop.choose_one())),
        ("choose-many", over(shop.choose_many())),
        ("choose-none", over(shop.choose_none())),
        ("count", shop.screen(shop.empty(), shop.count())),
        ("payment", over(shop.payment(false))),
        ("payment-in-doubt", over(shop.payment(true))),
        ("explain", over(shop.explain())),
        ("code", shop.screen(shop.empty(), shop.code("https://r.example/0190000000007000800000000000000f"))),
        ("code-long", shop.screen(shop.empty(), shop.code(&long_address()))),
        ("pay-tenders", over(shop.pay_split(5, 0, ""))),
        ("pay-split", over(shop.pay_split(10, 3, ""))),
        ("pay-refund", over(shop.pay_refund())),
        (
            "pay-split-wrong",
            over(shop.pay_split(8, 1, shop.say("这张礼品卡余额不足。", "There is not enough on this gift card."))),
        ),
    ]
}

impl Shop {
    /// A basket with discounts, hints and notes.
    fn promoted(&self) -> Basket {
        let below = |chinese: &str, english: &str, amount: &str| Below {
            text: self.say(chinese, english).into(),
            amount: amount.into(),
        };
        let mut basket = self.basket(5);
        basket.lines[1].below = vec![below("第二件半价", "Second at half price", "-1.75")];
        basket.lines[3].below = vec![
            below("会员价", "Member price", "-1.50"),
            below("批号 A20418 · 2027-03-01 到期", "Lot A20418 · best before 2027-03-01", ""),
        ];
        basket.lines[4].below = vec![below("手工折扣：包装破损", "Discount by hand: torn packing", "-0.79")];
        basket.hints = vec![
            self.say("再买 1 件伊利纯牛奶：第二件半价", "One more whole milk: the second at half price").into(),
            self.say("再买 11.55 元：满 70 减 10", "11.55 more: 10 off at 70").into(),
        ];
        basket.notes = vec![
            self.say("优惠券 满50减5 · 尾号 8832", "Coupon 5 off at 50 · ends 8832").into(),
            self.say("营业员 李娜", "Served by Na Li").into(),
        ];
        basket.saved = self.say("已省 9.04", "Saved 9.04").into();
        basket
    }

    /// All that a till tells.
    fn actions(&self) -> Vec<Action> {
        let rows = [
            ("return", "退货", "Return", "F5", "sale", true),
            ("discount_line", "单品折扣", "Line discount", "F10", "line", true),
            ("change_price", "改价", "Change price", "F11", "line", true),
            ("line_note", "单品备注", "Note on line", "", "line", true),
            ("line_salesperson", "单品导购", "Salesperson of line", "", "line", true),
            ("line_trace", "序列号/批号", "Serial or lot", "", "line", false),
            ("discount_basket", "整单折扣", "Discount on everything", "Ctrl+D", "sale", true),
            ("coupon", "优惠券", "Coupon", "", "sale", true),
            ("note", "整单备注", "Note on sale", "", "sale", true),
            ("salesperson", "导购", "Salesperson", "", "sale", true),
            ("split", "拆单", "Split", "", "sale", true),
            ("merge", "并单", "Merge", "", "sale", false),
            ("staff_sale", "员工价", "Staff price", "", "sale", true),
            ("tax_exempt", "免税", "Tax exempt", "", "sale", true),
            ("place_hold", "预订/寄存", "Put by", "", "sale", true),
            ("collect_hold", "提货", "Collect", "", "sale", true),
            ("cancel_hold", "取消预订", "Cancel put-by", "", "sale", true),
            ("return_without_receipt", "无小票退货", "Return without receipt", "", "sale", true),
            ("enrol", "新会员", "New member", "Ctrl+M", "member", true),
            ("member_note", "会员备注", "Note on member", "", "member", false),
            ("last_purchases", "最近购买", "Last purchases", "", "member", false),
            ("balance", "余额查询", "Balance", "", "member", true),
            ("cash_drop", "投库", "Cash drop", "", "cash", true),
            ("pay_in", "存入现金", "Pay in", "", "cash", true),
            ("pay_out", "支出现金", "Pay out", "", "cash", true),
            ("hand_over", "交接", "Hand over", "", "cash", true),
            ("close", "日结", "Close day", "", "cash", false),
            ("z_again", "重打 Z 报表", "Z report again", "", "till", true),
            ("reprint_receipt", "补打小票", "Reprint a receipt", "", "till", true),
            ("gift_receipt", "礼品小票", "Gift receipt", "", "till", false),
            ("electronic_receipt", "电子小票", "Electronic receipt", "", "till", true),
            ("invoice_request", "开发票", "Invoice", "", "till", true),
            ("training", "培训模式", "Training", "", "till", true),
        ];
        let action = |(id, chinese, english, key, group, enabled): (&str, &str, &str, &str, &str, bool)| Action {
            id: id.into(),
            label: self.say(chinese, english).into(),
            key: key.into(),
            group: group.into(),
            enabled,
        };
        rows.map(action).into()
    }

    fn approval(&self, message: &str) -> Approval {
        let people = [
            ("陈静", "Jing Chen"),
            ("欧阳建国", "Maximiliane von Hohenstein"),
            ("刘洋", "Yang Liu"),
            ("赵敏", "Min Zhao"),
        ];
        let staff = |(row, (chinese, english)): (usize, &(&str, &str))| Staff {
            id: format!("lead-{row}"),
            name: self.say(chinese, english).into(),
        };
        Approval {
            what: self
                .say("改价：农夫山泉 饮用天然水 550ml 2.00 → 1.50", "Change price: spring water 550 ml 2.00 → 1.50")
                .into(),
            staff: people.iter().enumerate().map(staff).collect(),
            challenge: "48210937".into(),
            message: message.into(),
        }
    }

    fn count(&self) -> Panel {
        let rows = [
            ("100", "12", "1,200.00"),
            ("50", "3", "150.00"),
            ("20", "10", "200.00"),
            ("10", "", ""),
            ("5", "", ""),
            ("1", "", ""),
            ("0.50", "", ""),
            ("0.10", "", ""),
        ];
        let row = |(value, pieces, amount): (&str, &str, &str)| CountRow {
            value: value.into(),
            label: format!("¥ {value}"),
            pieces: pieces.into(),
            amount: amount.into(),
        };
        Panel::Count {
            title: self.say("交班点钞", "Count the drawer").into(),
            help: self
                .say("每种面额有几张？不看系统应有多少。", "How many of each? What should be there is not shown.")
                .into(),
            rows: rows.map(row).into(),
            sum: "¥ 12,345,678.90".into(),
            confirm: self.say("点完了", "This is all").into(),
            message: String::new(),
        }
    }

    fn payment(&self, in_doubt: bool) -> Panel {
        let (title, tell, doing) = if in_doubt {
            (
                self.say("支付结果未知", "We do not know whether it was paid"),
                self.say(
                    "请先不要再付。我们正在向支付机构核实，钱不会丢。",
                    "Please do not pay again. We are asking the bank; no money is lost.",
                ),
                self.say("已查询 3 次，4 秒后再查", "Asked 3 times, again in 4 seconds"),
            )
        } else {
            (
                self.say("等待顾客输入密码", "Waiting for the shopper's PIN"),
                self.say("请在手机上输入支付密码。", "Please type your PIN on your telephone."),
                self.say("微信支付 · 已等待 6 秒", "WeChat Pay · 6 seconds so far"),
            )
        };
        Panel::Payment {
            title: title.into(),
            tell: tell.into(),
            amount: if in_doubt { "¥ 12,345,678.90" } else { "¥ 58.45" }.into(),
            doing: doing.into(),
            in_doubt,
            can_cancel: true,
        }
    }

    fn explain(&self) -> Panel {
        let rows = [
            (
                "第二件半价",
                "Second at half price",
                "买了 2 件，第二件按半价。",
                "Two were bought, the second one at half price.",
                "-1.75",
                true,
            ),
            (
                "会员价",
                "Member price",
                "会员 138****6621 是银卡。",
                "Member 138****6621 has the silver card.",
                "-0.20",
                true,
            ),
            ("满 70 减 10", "10 off at 70", "还差 11.55 元。", "11.55 short of 70.", "", false),
            (
                "早餐组合",
                "Breakfast deal",
                "只在 6:00 到 10:00 有效，现在是 14:32。",
                "From 6:00 to 10:00 only; it is 14:32.",
                "",
                false,
            ),
            (
                "员工折扣",
                "Staff discount",
                "和“第二件半价”不能同享，取对顾客更优惠的一个。",
                "Excludes 'second at half price'; the better one for the shopper was taken.",
                "",
                false,
            ),
        ];
        let reason =
            |(rule, in_english, why, why_english, amount, applied): (&str, &str, &str, &str, &str, bool)| Reason {
                rule: self.say(rule, in_english).into(),
                why: self.say(why, why_english).into(),
                amount: amount.into(),
                applied,
            };
        Panel::Explain {
            title: self.say("伊利纯牛奶 250ml", "Whole milk 250 ml").into(),
            rows: rows.map(reason).into(),
        }
    }

    fn code(&self, address: &str) -> Panel {
        let rows = [("0101-000012", "0101-000012", "¥ 58.45"), ("找零", "Change", "¥ 12,345,678.90")];
        let row =
            |(chinese, english, right): (&str, &str, &str)| (self.say(chinese, english).to_owned(), right.to_owned());
        Panel::Code {
            title: self.say("电子小票", "Electronic receipt").into(),
            help: self.say("请顾客用手机扫码，保存小票", "The shopper scans it and keeps the receipt").into(),
            code: address.into(),
            rows: rows.map(row).into(),
        }
    }

    /// Money goes back where it came from; cash cannot be used.
    fn pay_refund(&self) -> Panel {
        let back = TenderKey {
            kind: "original".into(),
            label: self.say("按原支付方式退回", "As it was paid").into(),
            detail: self.say("代金券 2.00", "voucher 2.00").into(),
            key: "F2".into(),
            enabled: true,
        };
        let cash = TenderKey {
            kind: "cash".into(),
            label: self.say("现金", "Cash").into(),
            detail: self.say("退回原支付方式", "goes back as it was paid").into(),
            key: String::new(),
            enabled: false,
        };
        Panel::Pay {
            due: "¥ 2.00".into(),
            due_cash: "¥ 2.00".into(),
            rounding: String::new(),
            quick: Vec::new(),
            message: String::new(),
            refund: true,
            busy: false,
            tenders: vec![back, cash],
            paid: Vec::new(),
        }
    }

    fn pay_split(&self, tenders: usize, parts: usize, wrong: &str) -> Panel {
        let means = [
            ("cash", "现金", "Cash", "", "", "", true),
            ("code", "付款码", "Payment code", "微信 支付宝 云闪付", "WeChat, Alipay", "F2", true),
            ("card", "银行卡", "Bank card", "终端已连接", "terminal ready", "F3", true),
            ("stored", "储值卡", "Stored value", "余额 120.00", "120.00 on it", "F4", true),
            ("gift", "礼品卡", "Gift card", "", "", "F5", true),
            ("points", "积分抵现", "Points", "最多抵 12.30", "up to 12.30", "F6", true),
            ("coupon", "优惠券", "Coupon", "", "", "F7", true),
            ("voucher", "代金券", "Voucher", "", "", "", true),
            ("deposit", "定金", "Deposit", "没有定金", "none paid", "", false),
            ("account", "挂账", "On account", "仅企业客户", "firms only", "", false),
        ];
        let key =
            |(kind, chinese, english, more, in_english, key, enabled): (&str, &str, &str, &str, &str, &str, bool)| {
                TenderKey {
                    kind: kind.into(),
                    label: self.say(chinese, english).into(),
                    detail: self.say(more, in_english).into(),
                    key: key.into(),
                    enabled,
                }
            };
        let paid = [
            ("礼品卡 ****1234", "Gift card ****1234", "20.00", true),
            ("积分 1,230", "Points 1,230", "12.30", true),
            ("付款码 尾号 0021", "Payment code, ends 0021", "12,345,678.90", false),
        ];
        let part = |(no, (chinese, english, amount, removable)): (u32, (&str, &str, &str, bool))| PaidPart {
            no,
            label: self.say(chinese, english).into(),
            amount: amount.into(),
            removable,
        };
        Panel::Pay {
            due: "¥ 58.45".into(),
            due_cash: "¥ 58.40".into(),
            rounding: self.say("现金抹零 0.05", "cash is rounded down by 0.05").into(),
            quick: ["59", "60", "100", "200"].map(String::from).to_vec(),
            message: wrong.into(),
            refund: false,
            busy: false,
            tenders: means.into_iter().take(tenders).map(key).collect(),
            paid: (1..).zip(paid).take(parts).map(part).collect(),
        }
    }
}

/// Three hundred characters, as addresses with a signature are.
fn long_address() -> String {
    const LENGTH: usize = 300;
    let begin = "https://invoice.example/open?sale=0190000000007000800000000000000f&sign=";
    let sign: String = "3f9aC1e07bD24586xQ".chars().cycle().take(LENGTH - begin.len()).collect();
    format!("{begin}{sign}")
}
