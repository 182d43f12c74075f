//! Words about goods and about sales that are split, merged and taken up again.

use crate::engine::{Said, Trouble};

use super::either;

/// Why goods are not taken, or not so.
pub(super) fn trouble(trouble: &Trouble) -> (String, String) {
    let fixed = |chinese: &str, english: &str| (chinese.to_owned(), english.to_owned());
    match trouble {
        Trouble::TooYoung { name, years } => (
            format!("顾客未满 {years} 岁，不能购买 {name}：请收回商品"),
            format!("The shopper is younger than {years}: {name} is not sold, keep it"),
        ),
        Trouble::Expired { name, on } => (
            format!("{name} 已过期（{on}），不能销售：请下架"),
            format!("{name} is past its date ({on}): do not sell it, take it off the shelf"),
        ),
        Trouble::CalledBack { name, lot } if lot.is_empty() => (
            format!("{name} 已被召回，不能销售：请全部下架"),
            format!("{name} was called back: do not sell it, take all of it off the shelf"),
        ),
        Trouble::CalledBack { name, lot } => (
            format!("{name} 批号 {lot} 已被召回，不能销售：请下架"),
            format!("{name} of lot {lot} was called back: do not sell it, take it off the shelf"),
        ),
        Trouble::MoreThanAllowed { name, max } => (
            format!("{name} 每单限购 {}，未计入", max.plain()),
            format!("No more than {} of {name} in one sale, not taken", max.plain()),
        ),
        Trouble::NumberTwice(number) => {
            (format!("号码 {number} 已在本单中"), format!("Number {number} is in this sale already"))
        }
        Trouble::NotANumber => fixed("号码为 1 到 40 个字母或数字", "A number has 1 to 40 letters or digits"),
        Trouble::NotADate => fixed("请输入日期，如 2026-03-02", "Type a date, like 2026-03-02"),
        Trouble::MemberMissing => fixed("储值须先识别会员", "Whose account? Identify the member first"),
        Trouble::TopUpOfOther => fixed(
            "本单正在为另一会员储值，不能更换会员",
            "This sale tops up another member's account: void that line first",
        ),
        Trouble::NotWithoutReceipt(name) => {
            (format!("{name} 须凭小票退回"), format!("{name} comes back with its receipt alone"))
        }
        Trouble::DepositMissing(name) => (
            format!("{name} 的押金没有价格，未计入：请联系主管"),
            format!("The deposit of {name} has no price, not taken: ask a supervisor"),
        ),
        Trouble::WithItsGoods => fixed("押金随商品变化：请改商品", "A deposit goes with its goods: change those"),
        Trouble::QuantityIsFixed => {
            fixed("这一行的数量固定：取消后重新录入", "The quantity of this line is fixed: void it and take it again")
        }
        Trouble::TareTooMuch => {
            fixed("皮重不小于总重，请重新称重", "The packaging weighs as much as all of it: weigh again")
        }
        _ => unreachable!("a trouble of other features has its words there"),
    }
}

/// Why a sale is not changed so.
pub(super) fn trouble_of_sale(trouble: &Trouble) -> (String, String) {
    let (chinese, english) = match trouble {
        Trouble::UnknownCoupon => ("没有规则认识这张券", "No rule knows this coupon"),
        Trouble::CouponTwice => ("这张券已使用在本单或挂单中", "This coupon is on this sale or on one that is aside"),
        Trouble::TooManyCoupons => ("一单最多 20 张券", "A sale takes 20 coupons"),
        Trouble::NothingAside => ("没有挂单", "No sale is aside"),
        Trouble::NothingWouldStay => {
            ("至少留下一件商品；全部放一边请用挂单", "Something must stay; to put all of it aside, suspend")
        }
        Trouble::PartPaid => {
            ("已收部分款项：先完成收款或退回", "Something is paid already: finish the payment or give it back first")
        }
        Trouble::MembersDiffer => ("两单属于不同会员，不能合并", "The two sales are of two members: they stay apart"),
        Trouble::SalesDiffer => (
            "两单的整单折扣、员工价或免税不同：先改成一致",
            "The two sales differ in a discount on the whole, staff price or tax exemption: make them alike first",
        ),
        Trouble::RecalledElsewhere => {
            ("挂单已在另一台收银机取走", "A sale put aside here was taken up at another till")
        }
        _ => unreachable!("a trouble of other features has its words there"),
    };
    (chinese.to_owned(), english.to_owned())
}

/// What happened to the whole sale.
pub(super) fn said(said: &Said, english: bool) -> String {
    match said {
        Said::Coupon { code, waits: true } => either(
            english,
            &format!("券 {code}：正在向总部核对，核对后自动生效"),
            &format!("Coupon {code}: head office is asked, it counts by itself when the answer has come"),
        ),
        Said::Coupon { code, waits: false } => {
            either(english, &format!("券 {code} 已使用"), &format!("Coupon {code} counts"))
        }
        Said::Split => either(english, "已拆单，另一单已挂起", "Split: the other sale is aside"),
        Said::Merged => either(english, "已并单", "The two sales are one"),
        _ => String::new(),
    }
}

/// How the age is asked for.
pub(super) fn birth_date(years: u8, english: bool) -> String {
    either(
        english,
        &format!("须年满 {years} 岁：输入证件上的出生日期，或确认已看过（不保存日期）"),
        &format!(
            "{years} years are asked for: type the birth date of the document, or say that you have seen it (not kept)"
        ),
    )
}
