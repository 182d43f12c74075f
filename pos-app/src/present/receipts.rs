//! Words for what stands on the till's own paper, for members and for goods put by.

use domain::proof::ProofError;
use domain::refund::RefundError;

use crate::engine::Trouble;

/// Why something about receipts, members or goods put by did not happen, in Chinese and English.
pub(super) fn trouble(trouble: &Trouble) -> (String, String) {
    let of = |chinese: &str, english: &str| (chinese.to_owned(), english.to_owned());
    match trouble {
        Trouble::UnknownReceipt => {
            of("本机没有这张小票：请扫小票上的退货码", "This till knows no such receipt: scan the code on the receipt")
        }
        Trouble::BadReceiptCode(ProofError::Version(2..)) => {
            of("退货码是新版本的：请更新收银程序", "The receipt's code is of a newer till: update this one")
        }
        Trouble::BadReceiptCode(_) => of(
            "退货码读不完整：请再扫一次，或输入单号",
            "The receipt's code was read in part: scan it again, or type the number",
        ),
        Trouble::ForgedReceipt => of(
            "这不是本店的小票，或已被改动：不能凭它退货，请叫主管",
            "No till of this store has made this receipt as it is: nothing comes back with it, ask a supervisor",
        ),
        Trouble::FutureReceipt(date) => (
            format!("小票日期是 {date}，还没到：请核对收银机日期，或叫主管"),
            format!("The receipt is of {date}, which has not come: check the till's date, or ask a supervisor"),
        ),
        Trouble::ReceiptWithoutGoods => of(
            "小票太长，退货码里没有商品：请到原收银机退货",
            "The receipt is too long for its code to name the goods: take them back at the till that sold them",
        ),
        Trouble::AllCameBack => of("已全部退回", "All of it came back already"),
        Trouble::ReturnOpen => {
            of("正在退这一行：先完成，或取消后再选", "It is being taken back already: finish that, or void it first")
        }
        Trouble::Refund(why) => refund(*why),
        Trouble::MoneyOwed(name) => (
            format!("{name} 是储值，不能当商品退"),
            format!("{name} is money on an account and does not come back as goods"),
        ),
        Trouble::OtherMember(name) => (
            format!("小票属于会员 {name}：请分开退货"),
            format!("The receipt is member {name}'s: take it back in a sale of its own"),
        ),
        Trouble::NoLongerReturnable(name) => (
            format!("{name} 已在别处退过：请取消这一行"),
            format!("{name} came back at another till meanwhile: void the line"),
        ),
        Trouble::CollectThenReturn => of(
            "定金是刷卡或扫码付的：请先提货收款，再凭小票退货",
            "The payment down went through a card or telephone: collect the goods, then return them with the receipt",
        ),
        other => people(other),
    }
}

fn people(trouble: &Trouble) -> (String, String) {
    let of = |chinese: &str, english: &str| (chinese.to_owned(), english.to_owned());
    match trouble {
        Trouble::NoMember => of("请先识别会员", "Name the member first"),
        Trouble::MemberExists => of("这个号码已是会员", "There is a member with this number already"),
        Trouble::CardTaken => of("这张卡已有人使用", "This card belongs to somebody already"),
        Trouble::BadPhone(0) => of("请输入手机号", "Type a telephone number"),
        Trouble::BadPhone(digits) => {
            (format!("手机号应为 {digits} 位"), format!("A telephone number has {digits} digits here"))
        }
        Trouble::NothingBought => of("本机没有她的购买记录", "She has bought nothing at this till"),
        Trouble::NotSetUp => of("本店未启用", "The store has not set this up"),
        Trouble::UnknownHold => of(
            "没有这个提货码，或已提走：请核对单据",
            "Nothing waits under this code, or it was collected: check the slip",
        ),
        Trouble::HoldOpen => of("这批货已在柜台上或挂单中", "These goods are on the counter or aside already"),
        Trouble::HoldLate(until) => (
            format!("只寄存到 {until}：请核对货还在不在，价格和定金照旧"),
            format!("They were put by until {until}: see that the goods are there; prices and payment down hold"),
        ),
        Trouble::NotToHold => of(
            "退货、礼品卡、充值、用了一次性券的和已寄存的商品不能寄存",
            "What comes back, gift cards, top-ups, goods with a coupon for a single use and what was put by before cannot be put by",
        ),
        other => unreachable!("{other:?} has its words elsewhere"),
    }
}

fn refund(why: RefundError) -> (String, String) {
    match why {
        RefundError::NotPositive => ("请输入退货数量".to_owned(), "Type how much comes back".to_owned()),
        RefundError::TooFine => ("计件商品按整件退".to_owned(), "Pieces come back whole".to_owned()),
        RefundError::MoreThanLeft { left } => {
            (format!("最多还能退 {}", left.plain()), format!("Only {} can still come back", left.plain()))
        }
    }
}
