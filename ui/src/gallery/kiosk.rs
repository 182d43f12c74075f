//! Sample screens of the self-checkout: each step, with the lengths that break layouts.

use super::Shop;
use super::goods::GOODS;
use crate::Screen;
use crate::key::{Key, KeyKind};
use crate::kiosk::{Drawing, Kiosk, KioskStep};
use crate::screen::{Choice, Item, Keys, Panel};

/// Goods that a shopper looks for.
const PICKED: usize = 42;

pub(super) fn samples(shop: &Shop) -> Vec<(&'static str, Screen)> {
    let mut samples = shopping(shop);
    samples.extend(paying(shop));
    samples.extend(helped(shop));
    samples
}

/// One sentence in the sample's language.
fn say(shop: &Shop, chinese: &str, english: &str) -> String {
    shop.say(chinese, english).into()
}

fn key(id: &str, label: String, icon: &str, kind: KeyKind) -> Key {
    Key { id: id.into(), label, icon: icon.into(), kind, enabled: true, ..Key::default() }
}

fn at(step: KioskStep, title: String, drawing: Drawing) -> Kiosk {
    Kiosk { step, title, drawing, pad: Keys::None, can_call: true, ..Kiosk::default() }
}

fn screen(shop: &Shop, lines: u32, kiosk: Kiosk) -> Screen {
    let basket = if lines == 0 { shop.empty() } else { shop.basket(lines) };
    let mut screen = shop.screen(basket, Panel::default());
    let pictures = (1..).zip(GOODS.iter().cycle()).take(screen.basket.lines.len());
    let pictures = pictures.map(|(no, goods)| (no, goods.picture())).filter(|(_, file)| !file.is_empty());
    screen.kiosk = Some(Box::new(Kiosk { languages: shop.languages(), pictures: pictures.collect(), ..kiosk }));
    screen
}

fn back(shop: &Shop) -> Key {
    Key { key: "Esc".into(), ..key("back", say(shop, "返回", "Back"), "back", KeyKind::Quiet) }
}

fn attract(shop: &Shop) -> Kiosk {
    Kiosk {
        help: say(shop, "支持付款码和银行卡", "Pay by phone or by card"),
        keys: vec![key("start", say(shop, "开始", "Start"), "start", KeyKind::Main)],
        ..at(KioskStep::Attract, say(shop, "触摸屏幕或直接扫码开始", "Touch or scan to begin"), Drawing::Scan)
    }
}

fn scanning(shop: &Shop, goods: bool) -> Kiosk {
    let mut keys = vec![
        key("pick", say(shop, "没有条码", "No bar code"), "grid", KeyKind::Plain),
        key("member", say(shop, "会员", "Member"), "member", KeyKind::Plain),
        key("own-bag", say(shop, "自备袋", "Own bag"), "bag", KeyKind::Plain),
    ];
    if goods {
        keys.push(key("pay", say(shop, "去付款 ¥ 58.45", "Pay ¥ 58.45"), "pay", KeyKind::Main));
        keys.push(key("remove", say(shop, "取消商品", "Take off"), "remove", KeyKind::Plain));
        keys.push(key("give-up", say(shop, "不买了", "Give up"), "", KeyKind::Quiet));
    } else {
        keys.push(back(shop));
    }
    let title = match goods {
        true => say(shop, "请继续扫描", "Scan the next item"),
        false => say(shop, "请扫描第一件商品", "Scan your first item"),
    };
    let help = if goods {
        String::new()
    } else {
        say(shop, "把条码对准下方扫描窗", "Hold the bar code over the glass")
    };
    Kiosk { help, keys, ..at(KioskStep::Scan, title, Drawing::Scan) }
}

fn picking(shop: &Shop) -> Kiosk {
    let items = GOODS.iter().cycle().take(PICKED).enumerate().map(|(row, goods)| Item {
        id: format!("item-{row}"),
        name: shop.name(goods),
        price: goods.price.into(),
        code: goods.code.into(),
        picture: goods.picture(),
    });
    let groups = [
        ("水果", "Fruit"),
        ("蔬菜", "Vegetables"),
        ("面包糕点", "Bread and cake"),
        ("熟食", "Warm food"),
        ("饮料", "Drinks"),
        ("其他", "Others"),
    ];
    let groups = groups.iter().enumerate().map(|(row, (chinese, english))| Key {
        ticked: row == 0,
        ..key(&format!("group-{row}"), say(shop, chinese, english), "", KeyKind::Plain)
    });
    Kiosk {
        items: items.collect(),
        groups: groups.collect(),
        keys: vec![back(shop)],
        ..at(KioskStep::Pick, say(shop, "请选择商品", "What is it?"), Drawing::None)
    }
}

fn shopping(shop: &Shop) -> Vec<(&'static str, Screen)> {
    let wrong = say(
        shop,
        "没有这个条码的商品，请再扫一次，或点“没有条码”。",
        "This code is not known. Try again, or touch “No bar code”.",
    );
    let mut long = screen(shop, 6, scanning(shop, true));
    long.basket = shop.long();
    long.basket.lines[198].voided = false;
    let weigh = Kiosk {
        amount: "0.456 kg".into(),
        amount_of: "12.80/kg".into(),
        keys: vec![back(shop)],
        ..at(KioskStep::Weigh, say(shop, "请把红富士苹果放到秤上", "Lay the Fuji apples on the scale"), Drawing::Scale)
    };
    let bag = Kiosk {
        help: say(shop, "装袋区还在等：农夫山泉 550ml", "The bagging area waits for: Spring water 550 ml"),
        keys: vec![key("bag-skip", say(shop, "不装袋", "I do not bag it"), "", KeyKind::Plain)],
        ..at(KioskStep::Bag, say(shop, "请把商品放入装袋区", "Please put it into the bag"), Drawing::Bag)
    };
    let ask = |pad, title| Kiosk {
        help: say(shop, "也可以把会员码对准扫描窗", "Or show your member code to the scanner"),
        pad,
        keys: vec![back(shop)],
        ..at(KioskStep::Ask, title, Drawing::Phone)
    };
    vec![
        ("kiosk-attract", screen(shop, 0, attract(shop))),
        ("kiosk-attract-low", screen(shop, 0, Kiosk { accessible: true, ..attract(shop) })),
        ("kiosk-first", screen(shop, 0, scanning(shop, false))),
        ("kiosk-scan", screen(shop, 6, scanning(shop, true))),
        ("kiosk-scan-low", screen(shop, 6, Kiosk { accessible: true, ..scanning(shop, true) })),
        ("kiosk-long", long),
        ("kiosk-unknown", screen(shop, 3, Kiosk { message: wrong, ..scanning(shop, true) })),
        ("kiosk-leaving", screen(shop, 3, Kiosk { leaves_in_s: Some(12), ..scanning(shop, true) })),
        ("kiosk-pick", screen(shop, 3, picking(shop))),
        ("kiosk-pick-low", screen(shop, 3, Kiosk { accessible: true, ..picking(shop) })),
        ("kiosk-weigh", screen(shop, 3, weigh)),
        ("kiosk-bag", screen(shop, 3, bag)),
        ("kiosk-member", screen(shop, 3, ask(Keys::Number, say(shop, "请输入手机号", "Type your phone number")))),
        ("kiosk-coupon", screen(shop, 3, ask(Keys::Text, say(shop, "请输入券码", "Type the coupon's code")))),
        (
            "kiosk-coupon-low",
            screen(
                shop,
                3,
                Kiosk { accessible: true, ..ask(Keys::Text, say(shop, "请输入券码", "Type the coupon's code")) },
            ),
        ),
    ]
}

fn paying(shop: &Shop) -> Vec<(&'static str, Screen)> {
    let due = |kiosk: Kiosk| Kiosk { amount: "¥ 58.45".into(), amount_of: say(shop, "应付", "To pay"), ..kiosk };
    let method = |id: &str, chinese, english, icon| key(id, say(shop, chinese, english), icon, KeyKind::Plain);
    let pay = due(Kiosk {
        keys: vec![
            Key {
                detail: say(shop, "微信、支付宝", "WeChat Pay, Alipay"),
                ..method("pay-code", "付款码", "Payment code", "qr")
            },
            method("pay-card", "银行卡", "Card", "card"),
            method("pay-gift", "礼品卡", "Gift card", "gift"),
            key("coupon", say(shop, "优惠券", "Coupon"), "coupon", KeyKind::Quiet),
            back(shop),
        ],
        ..at(KioskStep::Pay, say(shop, "请选择付款方式", "How do you pay?"), Drawing::None)
    });
    let payment = due(Kiosk {
        keys: vec![key("cancel-payment", say(shop, "取消付款", "Do not pay"), "", KeyKind::Quiet)],
        ..at(
            KioskStep::Payment,
            say(shop, "请把付款码对准扫描窗", "Hold your payment code over the glass"),
            Drawing::Phone,
        )
    });
    let doubt = due(Kiosk {
        help: say(
            shop,
            "请稍等，不要再次付款，店员马上就来。",
            "Please wait and do not pay again. Somebody is on the way to you.",
        ),
        called: say(shop, "店员马上就来", "Somebody is coming"),
        can_call: false,
        ..at(
            KioskStep::Payment,
            say(shop, "正在确认是否已付款", "We are asking whether you have paid"),
            Drawing::Attendant,
        )
    });
    let receipt = Kiosk {
        keys: vec![
            key("receipt-none", say(shop, "不需要", "None"), "check", KeyKind::Main),
            key("receipt-paper", say(shop, "打印小票", "On paper"), "print", KeyKind::Plain),
            key("receipt-code", say(shop, "手机小票", "On the phone"), "qr", KeyKind::Plain),
        ],
        ..at(KioskStep::Receipt, say(shop, "需要小票吗？", "A receipt?"), Drawing::Receipt)
    };
    let code = Kiosk {
        code: "https://shop.example/r/1-00000423?t=9f31c2a7b0".into(),
        keys: vec![key("done", say(shop, "完成", "Done"), "check", KeyKind::Main)],
        ..at(KioskStep::Receipt, say(shop, "请用手机扫码", "Scan this with your phone"), Drawing::Phone)
    };
    let thanks = Kiosk {
        help: say(shop, "请带好您的商品", "Take your goods along"),
        keys: vec![key("done", say(shop, "完成", "Done"), "check", KeyKind::Main)],
        ..at(KioskStep::Thanks, say(shop, "谢谢光临！", "Thank you!"), Drawing::Done)
    };
    vec![
        ("kiosk-pay", screen(shop, 6, pay.clone())),
        ("kiosk-pay-low", screen(shop, 6, Kiosk { accessible: true, ..pay })),
        ("kiosk-payment", screen(shop, 6, payment.clone())),
        // Whoever decides that would be wrong; the window holds against it.
        ("kiosk-payment-leaving", screen(shop, 6, Kiosk { leaves_in_s: Some(5), ..payment })),
        ("kiosk-doubt", screen(shop, 6, doubt)),
        ("kiosk-receipt", screen(shop, 0, receipt)),
        ("kiosk-receipt-code", screen(shop, 0, code)),
        ("kiosk-thanks", screen(shop, 0, thanks)),
    ]
}

fn helped(shop: &Shop) -> Vec<(&'static str, Screen)> {
    let wait = Kiosk {
        help: say(shop, "需要核对年龄：青梅酒", "Your age has to be looked at for: Plum wine"),
        called: say(shop, "店员马上就来", "Somebody is coming"),
        can_call: false,
        keys: vec![key("back", say(shop, "不买这件", "Go on without it"), "back", KeyKind::Quiet)],
        ..at(KioskStep::Wait, say(shop, "店员马上就来", "Somebody is coming to you"), Drawing::Attendant)
    };
    let rows = GOODS.iter().take(9).enumerate().map(|(row, goods)| Choice {
        id: format!("row-{row}"),
        title: shop.name(goods),
        detail: goods.detail.into(),
        amount: goods.amount.into(),
        ticked: row < 2,
        enabled: true,
        quantity: String::new(),
    });
    let look = Kiosk {
        help: say(shop, "李娜 · 随机抽查", "Li Na · by chance"),
        rows: rows.collect(),
        can_call: false,
        keys: vec![
            key("look-done", say(shop, "没有问题", "All is right"), "check", KeyKind::Main),
            key("look-wrong", say(shop, "有出入", "Not right"), "close", KeyKind::Loss),
            back(shop),
        ],
        ..at(KioskStep::Attendant, say(shop, "请抽查三件商品", "Look through three items"), Drawing::Attendant)
    };
    let pin = Kiosk {
        pad: Keys::Secret,
        can_call: false,
        keys: vec![back(shop)],
        ..at(KioskStep::Attendant, say(shop, "李娜，请输入密码", "Li Na, type your PIN"), Drawing::None)
    };
    let closed = Kiosk {
        help: say(shop, "请使用其他自助收银机。", "Please use another one."),
        can_call: false,
        ..at(KioskStep::Closed, say(shop, "此机暂停使用", "This checkout is closed"), Drawing::None)
    };
    vec![
        ("kiosk-wait", screen(shop, 4, wait)),
        ("kiosk-look", screen(shop, 6, look)),
        ("kiosk-pin", screen(shop, 0, pin)),
        ("kiosk-closed", screen(shop, 0, closed)),
    ]
}
