//! Why something did not happen and what to do, in words a cashier understands.

use domain::barcode::{BarcodeError, Gs1Error};
use domain::basket::BasketError;
use domain::money::AmountError;
use domain::quantity::QuantityError;
use domain::store::Store;
use ui::screen::Level;

use crate::engine::{JournalRefusal, SaveTrouble, Trouble};

/// How loud it is: goods that would leave unpaid and writing that failed are faults, the rest asks.
pub(super) fn level(trouble: &Trouble) -> Level {
    match trouble {
        Trouble::NotSaved(_)
        | Trouble::NotKept(_)
        | Trouble::Catalogue(_)
        | Trouble::QueueFull
        | Trouble::ScansLeftOut(_)
        | Trouble::PaymentAlarm(_)
        | Trouble::UnknownPayment
        | Trouble::PaymentNotKept(_)
        | Trouble::DrawerForced
        | Trouble::CalledBack { .. }
        | Trouble::Expired { .. }
        | Trouble::JournalRenewed(_)
        | Trouble::JournalRefused(_) => Level::Fault,
        _ => Level::Warning,
    }
}

/// One sentence.
pub(super) fn words(trouble: &Trouble, store: Option<&Store>, english: bool) -> String {
    let (chinese, in_english) = both(trouble, store);
    if english { in_english } else { chinese }
}

fn both(trouble: &Trouble, store: Option<&Store>) -> (String, String) {
    let fixed = |chinese: &str, english: &str| (chinese.to_owned(), english.to_owned());
    match trouble {
        Trouble::NotReady => fixed("收银机还没有商品资料", "The till has no catalogue yet"),
        Trouble::Locked => {
            fixed("收银机已锁定，扫码未计入：请先登录", "The till is locked, the scan was not taken: sign on first")
        }
        Trouble::NoShift => {
            fixed("还没有开班，未计入：请先输入备用金", "No shift is open, nothing was taken: type the float first")
        }
        Trouble::ShiftIsOpen => fixed("已经开班", "A shift is open already"),
        Trouble::UnknownCode => {
            fixed("没有这个商品，未计入：请放在一边并询问主管", "Unknown item, not taken: put it aside and ask")
        }
        Trouble::OddLength(digits) => (
            format!("没有这个商品：读到 {digits} 位，商品条码是 8、12、13 或 14 位，请再扫一次"),
            format!("Unknown item: {digits} digits were read, goods have 8, 12, 13 or 14; scan again"),
        ),
        Trouble::BadCode(why) => bad_code(why),
        Trouble::Unreadable(_) => fixed("扫码枪读到的不是条码，请再扫一次", "The scanner read no code, scan again"),
        Trouble::NoPrice(name) => (format!("{name} 没有价格，未计入"), format!("{name} has no price, not taken")),
        Trouble::NeedsWeight(name) => {
            (format!("{name} 按重量销售：输入公斤数"), format!("{name} is sold by weight: type the kilograms"))
        }
        Trouble::Basket(why) => basket(*why),
        Trouble::ScanWhilePaying => fixed(
            "正在收款，扫码未计入：先完成收款或返回",
            "Taking payment, the scan was not taken: finish or go back first",
        ),
        Trouble::ScanElsewhere => fixed("扫码未计入：先返回销售", "The scan was not taken: go back to the sale first"),
        Trouble::QueueFull => fixed(
            "扫码太多，这一件未计入：请先处理提示，再扫这一件",
            "Too many scans wait, this one was not taken: read the notice first, then scan it again",
        ),
        Trouble::ScansLeftOut(lost) => (
            format!("切换培训模式时有 {lost} 个扫码在等待，均未计入：请重新扫描"),
            format!("{lost} scanned while the till changed to or from training, not taken: scan them again"),
        ),
        Trouble::Amount(why) => amount(*why),
        Trouble::Quantity(why) => quantity(*why),
        Trouble::NotEnough(missing) => {
            let missing = store.map(|store| store.currency.signed(*missing)).unwrap_or_default();
            (format!("还差 {missing}"), format!("{missing} still due"))
        }
        Trouble::TooMuch => fixed("金额远大于应收，请核对", "Far more than due, check the amount"),
        Trouble::NotExact => fixed("退款须按应退金额", "A refund is paid out exactly"),
        Trouble::NothingToPay => fixed("没有可收款的商品", "There is nothing to pay"),
        Trouble::NoLine => fixed("没有选中的商品", "There is no line"),
        Trouble::UnknownStaff => fixed("没有这个收银员", "Nobody with that number may sign on"),
        Trouble::WrongPin(0) => fixed("PIN 错误", "Wrong PIN"),
        Trouble::WrongPin(wait) => (format!("PIN 错误，{wait} 秒后再试"), format!("Wrong PIN, try again in {wait} s")),
        Trouble::Wait(wait) => (format!("请等待 {wait} 秒"), format!("Wait {wait} s")),
        Trouble::BasketOpen => {
            fixed("还有未结的商品：先收款、挂单或取消", "A sale is open: pay, suspend or void it first")
        }
        Trouble::SuspendedLeft(1) => {
            fixed("还有 1 张挂单：先取单收款或取消", "One suspended sale is left: recall and pay or void it first")
        }
        Trouble::SuspendedLeft(left) => (
            format!("还有 {left} 张挂单：先取单收款或取消"),
            format!("{left} suspended sales are left: recall and pay or void them first"),
        ),
        Trouble::SuspendedFull => fixed("挂单已满，请先取单", "No more sales can be put aside: recall one first"),
        Trouble::NotSuspended => fixed("这张挂单已不在", "That sale is no longer aside"),
        Trouble::NoReceipt => fixed("还没有可重印的小票", "There is no receipt to print again"),
        Trouble::UnknownMember => fixed("没有这个会员", "No such member"),
        Trouble::NothingFound => fixed("没有找到商品", "Nothing found"),
        Trouble::Catalogue(_) => fixed("商品资料读取失败，请联系支持", "The catalogue could not be read: call support"),
        Trouble::NotSaved(why) => not_saved(*why),
        Trouble::NotKept(why) => not_kept(*why),
        Trouble::JournalRenewed(reason) => renewed(reason),
        Trouble::JournalRefused(why) => refusal(*why),
        Trouble::ReadNotice => fixed("请先处理提示，再试一次", "Read the notice first, then try again"),
        Trouble::WaitsForLeave => fixed("正在等待主管授权", "Waiting for a supervisor"),
        Trouble::TooManyWords => fixed("文字太长，最多 200 字", "Too long: 200 characters are the most"),
        Trouble::NothingWaits => fixed("没有等待授权的操作", "Nothing waits for leave"),
        Trouble::MayNotApprove => fixed("此人不能授权这项操作", "This person may not approve it"),
        Trouble::NoApprovalKey => {
            fixed("本店未启用电话授权码", "Codes by telephone are not set up: ask a supervisor at the till")
        }
        Trouble::WrongCode => fixed("授权码不符：请重新报出号码", "The code does not fit: read out the number again"),
        Trouble::ReasonMissing => fixed("请选择或输入原因", "Choose or type a reason"),
        Trouble::NothingOff => fixed("折扣须大于零且不超过全额", "Take off more than nothing and no more than all"),
        Trouble::PriceIsFixed => {
            fixed("凭小票退回的商品按原价", "Goods that come back with their receipt are worth what they were")
        }
        Trouble::MoreThanThereIs(most) => (format!("最多 {}", most.plain()), format!("No more than {}", most.plain())),
        Trouble::NotInDrawer => {
            fixed("钱箱里应有的现金没有这么多，请核对金额", "The drawer should not hold so much: check the amount")
        }
        Trouble::PaymentOpen => {
            fixed("还有支付在进行中：先完成或取消", "A payment is under way: let it end or give it up first")
        }
        Trouble::PartlyPaid => {
            fixed("这一单已收了一部分：先收完或退回", "A part of the sale is paid: take the rest or give it back first")
        }
        Trouble::TooManyHandOvers => {
            fixed("本班交接次数已满：请交班后重新开班", "No more hand-overs in this shift: close it and open the next")
        }
        Trouble::NoZ => fixed("本机还没有 Z 报表", "This till has no Z report yet"),
        Trouble::UnknownReceipt
        | Trouble::BadReceiptCode(_)
        | Trouble::ForgedReceipt
        | Trouble::FutureReceipt(_)
        | Trouble::ReceiptWithoutGoods
        | Trouble::AllCameBack
        | Trouble::ReturnOpen
        | Trouble::Refund(_)
        | Trouble::MoneyOwed(_)
        | Trouble::OtherMember(_)
        | Trouble::NoLongerReturnable(_)
        | Trouble::NoMember
        | Trouble::MemberExists
        | Trouble::CardTaken
        | Trouble::BadPhone(_)
        | Trouble::NothingBought
        | Trouble::NotSetUp
        | Trouble::UnknownHold
        | Trouble::HoldOpen
        | Trouble::HoldLate(_)
        | Trouble::NotToHold
        | Trouble::CollectThenReturn => super::receipts::trouble(trouble),
        Trouble::NotDiscountable => fixed("这件商品不打折", "Nothing is taken off these goods"),
        Trouble::NothingChosen => fixed("请先勾选", "Tick something first"),
        Trouble::TooYoung { .. }
        | Trouble::Expired { .. }
        | Trouble::CalledBack { .. }
        | Trouble::MoreThanAllowed { .. }
        | Trouble::NumberTwice(_)
        | Trouble::NotANumber
        | Trouble::NotADate
        | Trouble::MemberMissing
        | Trouble::TopUpOfOther
        | Trouble::NotWithoutReceipt(_)
        | Trouble::DepositMissing(_)
        | Trouble::WithItsGoods
        | Trouble::QuantityIsFixed
        | Trouble::TareTooMuch => super::goods::trouble(trouble),
        Trouble::UnknownCoupon
        | Trouble::CouponTwice
        | Trouble::TooManyCoupons
        | Trouble::NothingAside
        | Trouble::NothingWouldStay
        | Trouble::PartPaid
        | Trouble::MembersDiffer
        | Trouble::SalesDiffer
        | Trouble::RecalledElsewhere => super::goods::trouble_of_sale(trouble),
        Trouble::Tender(_)
        | Trouble::MoreThanDue(_)
        | Trouble::NotCovered(_)
        | Trouble::NotForMoney
        | Trouble::AsksHeadOffice { .. }
        | Trouble::NoPort
        | Trouble::PortAway
        | Trouble::NoPaymentCode
        | Trouble::Declined(_)
        | Trouble::PaymentGivenUp
        | Trouble::PaymentAlarm(_)
        | Trouble::UnknownPayment
        | Trouble::PaymentNotKept(_)
        | Trouble::RefundRefused(_)
        | Trouble::GoesBack
        | Trouble::MoreThanTaken => super::paying::trouble(trouble, store),
        Trouble::DrawerOpen => fixed("钱箱开着：请关上", "The drawer stands open: close it"),
        Trouble::DrawerForced => fixed(
            "钱箱不是由收银机打开的，已记录：请关上并告知主管",
            "The drawer was opened without the till, which is written down: close it and tell a supervisor",
        ),
        Trouble::HelpWanted => fixed("有人需要帮助：请过去看看", "Somebody asks for help: go and see"),
        Trouble::WeighedAlready => {
            fixed("秤上的商品已经计入：请先取下", "What lies on the scale is in the sale already: take it off first")
        }
        Trouble::ScaleRefused => fixed(
            "秤不能从收银机置零或去皮：请清空秤盘后再试，或用秤上的键",
            "The scale does not do that from here: empty it and try again, or use its own keys",
        ),
        Trouble::DrawerStuck => fixed("钱箱没有打开：请用钥匙打开", "The drawer did not open: use its key"),
        Trouble::NotHere => fixed("现在不能这样做", "Not possible here"),
    }
}

fn not_saved(why: SaveTrouble) -> (String, String) {
    let (chinese, english) = match why {
        SaveTrouble::DiskFull => (
            "磁盘已满，这一步没有保存，也没有收款：请联系支持清理空间后再试",
            "The disk is full: this was not saved and no money was taken. Call support, then try again",
        ),
        SaveTrouble::Fault => (
            "没有保存成功，也没有收款：请再试一次，仍不行请联系支持",
            "This was not saved and no money was taken: try again, or call support",
        ),
    };
    (chinese.to_owned(), english.to_owned())
}

/// It happened, and money may have been taken: only a power cut would undo what the screen shows.
fn not_kept(why: SaveTrouble) -> (String, String) {
    let (chinese, english) = match why {
        SaveTrouble::DiskFull => (
            "磁盘已满，断电后屏幕上的内容会丢失：请联系支持清理空间",
            "The disk is full: what is on the screen would not survive a power cut. Call support",
        ),
        SaveTrouble::Fault => (
            "保存失败，断电后屏幕上的内容会丢失：请联系支持",
            "Saving failed: what is on the screen would not survive a power cut. Call support",
        ),
    };
    (chinese.to_owned(), english.to_owned())
}

fn renewed(reason: &str) -> (String, String) {
    let (chinese, english) = match reason {
        "restored" => (
            "本机数据是旧备份，已开始新的流水：请核对备用金并重新开班",
            "This till's data was an old copy; a new journal has begun: count the float and open a shift",
        ),
        _ => (
            "流水文件损坏，已另存并开始新的流水：销售可继续，请联系支持",
            "The journal was damaged; it was kept aside and a new one has begun: go on selling and call support",
        ),
    };
    (chinese.to_owned(), english.to_owned())
}

fn refusal(why: JournalRefusal) -> (String, String) {
    let (chinese, english) = match why {
        JournalRefusal::InUse => (
            "另一个收银程序正在使用本机数据：请关闭它，本程序会自动继续",
            "Another till program uses this till's data: close it, and this one goes on by itself",
        ),
        JournalRefusal::Newer => (
            "本机数据由更新版本的程序写入，不能销售：请更新收银程序",
            "A newer program has written this till's data, so nothing can be sold: update the till",
        ),
        JournalRefusal::OtherTerminal => (
            "本机数据属于另一台收银机，不能销售：请联系支持",
            "This till's data belongs to another till, so nothing can be sold: call support",
        ),
        JournalRefusal::DiskFull => (
            "磁盘已满，流水文件打不开，不能销售：请联系支持清理空间",
            "The disk is full, so the journal cannot be opened and nothing can be sold: call support",
        ),
        JournalRefusal::BeingRead => (
            "正在整理本机流水，更新后第一次启动需要一会儿：请稍等，好了会自动继续",
            "The till reads its journal, which takes a while after an update: wait, it goes on by itself",
        ),
        JournalRefusal::Fault => (
            "流水文件打不开，不能销售：请联系支持",
            "The journal cannot be opened, so nothing can be sold: call support",
        ),
    };
    (chinese.to_owned(), english.to_owned())
}

fn bad_code(why: &BarcodeError) -> (String, String) {
    let (chinese, english) = match why {
        BarcodeError::Empty => ("没有读到条码", "No code was read"),
        BarcodeError::TooLong(_) => ("读到的内容太长，不是条码", "Far too long for a code"),
        BarcodeError::BadCharacter => {
            ("条码里有无法识别的字符，请再扫一次", "The code has characters no code has, scan again")
        }
        BarcodeError::BadCheckDigit { .. } => {
            ("条码校验位不对，可能读错或输错，请再扫一次", "The check digit is wrong: misread or mistyped, scan again")
        }
        BarcodeError::BadLength => ("商品条码是 8、12、13 或 14 位", "A goods code has 8, 12, 13 or 14 digits"),
        BarcodeError::BadPriceCheck => {
            ("标签上的价格校验不对，请重新打标签", "The label's price check is wrong: weigh and label again")
        }
        BarcodeError::Gs1(why) => return gs1(why),
    };
    (chinese.to_owned(), english.to_owned())
}

fn gs1(why: &Gs1Error) -> (String, String) {
    match why {
        Gs1Error::Value { ai, .. } => (
            format!("二维码中 ({ai}) 的内容不对，请再扫一次，或扫商品的一维条码"),
            format!("({ai}) in the code is wrong: scan again, or scan the goods' other code"),
        ),
        Gs1Error::NoGoods => (
            "码里没有商品编码，可能是箱码或券码".to_owned(),
            "The code names no goods: it may be a pallet's or a coupon's".to_owned(),
        ),
        Gs1Error::ForeignPrice(_) | Gs1Error::OddPrice(_) => (
            "标签上的价格不能收款，请重新打标签".to_owned(),
            "The label's price cannot be paid here: weigh and label again".to_owned(),
        ),
        Gs1Error::UnknownAi(_) | Gs1Error::Repeated(_) | Gs1Error::TooMuch | Gs1Error::BadLink => (
            "二维码内容不合 GS1 规则，请扫商品的一维条码".to_owned(),
            "The code is not as GS1 writes it: scan the goods' other code".to_owned(),
        ),
    }
}

fn basket(why: BasketError) -> (String, String) {
    let (chinese, english) = match why {
        BasketError::Full => ("一单最多 999 行，请先收款", "999 lines are the most: take payment first"),
        BasketError::Quantity(why) => return quantity(why),
        BasketError::TooExpensive => ("金额超出上限，请核对数量", "More than the till takes, check the quantity"),
        BasketError::NoSuchLine => ("没有这一行", "There is no such line"),
        BasketError::NoPrice => ("没有价格", "No price"),
        BasketError::Labelled => {
            ("标签商品的数量不能改：取消后重新称重", "A labelled item's quantity is fixed: void it and weigh again")
        }
    };
    (chinese.to_owned(), english.to_owned())
}

fn amount(why: AmountError) -> (String, String) {
    let (chinese, english) = match why {
        AmountError::NotANumber => ("请输入金额，例如 12.50", "Type an amount, such as 12.50"),
        AmountError::TooFine => ("小数位太多", "Too many digits after the point"),
        AmountError::TooLarge => ("金额超出上限", "More than the till takes"),
    };
    (chinese.to_owned(), english.to_owned())
}

fn quantity(why: QuantityError) -> (String, String) {
    let (chinese, english) = match why {
        QuantityError::NotANumber => ("请输入数量", "Type a quantity"),
        QuantityError::NotPositive => {
            ("数量须大于零；退货请用退货键", "A quantity is more than zero; use Return for goods that come back")
        }
        QuantityError::TooFine => {
            ("数量太细：计件商品按整数，称重商品到克", "Whole pieces, or grams for weighed goods")
        }
        QuantityError::TooMuch => ("数量最多 9999", "9999 is the most"),
    };
    (chinese.to_owned(), english.to_owned())
}
