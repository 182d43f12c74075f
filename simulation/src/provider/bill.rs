//! The day's bill as each provider writes it: WeChat's table with its grave accents, Alipay's archive of two tables in GBK.

use domain::money::Money;
use jiff::civil::Date;

use super::books::{Books, Entry, EntryKind};
use super::{Protocol, moment, zip};

/// Columns of WeChat's bill of all trades (交易账单, ALL).
const WECHAT_HEAD: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,\
     货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,\
     订单金额,申请退款金额,费率备注";
const WECHAT_SUM: &str = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";
/// Columns of Alipay's list of trades (业务明细).
const ALIPAY_HEAD: &str = "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,\
     订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,\
     商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注";

/// The bill of a day, as the file that is fetched.
pub(super) fn of(protocol: Protocol, books: &Books, day: Date) -> Vec<u8> {
    let entries = books.entries(day);
    match protocol {
        Protocol::WeChatV3 | Protocol::WeChatV2 => wechat(&entries).into_bytes(),
        Protocol::Alipay => alipay(&entries, day),
    }
}

/// Yuan with two digits.
pub(super) fn yuan(amount: Money) -> String {
    let units = amount.units();
    format!("{}{}.{:02}", if units < 0 { "-" } else { "" }, units.abs() / 100, units.abs() % 100)
}

fn wechat(entries: &[Entry]) -> String {
    let mut lines = vec![WECHAT_HEAD.to_owned()];
    lines.extend(entries.iter().map(wechat_line));
    let sum = |kinds: &[EntryKind]| -> Money {
        entries.iter().filter(|entry| kinds.contains(&entry.kind)).map(|entry| entry.amount).sum()
    };
    let (paid, back) = (sum(&[EntryKind::Paid]), sum(&[EntryKind::Reversed, EntryKind::Refunded]));
    lines.push(WECHAT_SUM.to_owned());
    let sums =
        [entries.len().to_string(), yuan(paid), yuan(back), "0.00".into(), "0.00000".into(), yuan(paid), yuan(back)];
    lines.push(graved(&sums));
    lines.join("\r\n") + "\r\n"
}

fn wechat_line(entry: &Entry) -> String {
    let state = match entry.kind {
        EntryKind::Paid => "SUCCESS",
        EntryKind::Reversed => "REVOKED",
        EntryKind::Refunded => "REFUND",
    };
    let nothing = Money::ZERO;
    let (paid, back) = if entry.kind == EntryKind::Paid { (entry.amount, nothing) } else { (nothing, entry.amount) };
    let (ours, theirs) = match (&entry.refund, entry.kind) {
        (Some((ours, theirs)), _) => (ours.clone(), theirs.clone()),
        (None, EntryKind::Reversed) => ("0".to_owned(), format!("5{}", entry.provider_no)),
        (None, _) => ("0".to_owned(), "0".to_owned()),
    };
    let (kind, done) = if entry.kind == EntryKind::Paid { ("", "") } else { ("ORIGINAL", "SUCCESS") };
    graved(&[
        moment::plain(entry.at),
        "wx0000000000000042".into(),
        "1900000042".into(),
        "0".into(),
        String::new(),
        entry.provider_no.clone(),
        entry.no.clone(),
        "o0000000000000000000000000042".into(),
        "MICROPAY".into(),
        state.into(),
        "OTHERS".into(),
        "CNY".into(),
        yuan(paid),
        "0.00".into(),
        theirs,
        ours,
        yuan(back),
        "0.00".into(),
        kind.into(),
        done.into(),
        "goods".into(),
        String::new(),
        "0.00000".into(),
        "0.60%".into(),
        yuan(paid),
        yuan(back),
        String::new(),
    ])
}

fn graved(cells: &[String]) -> String {
    cells.iter().map(|cell| format!("`{cell}")).collect::<Vec<_>>().join(",")
}

fn alipay(entries: &[Entry], day: Date) -> Vec<u8> {
    let next = day.tomorrow().unwrap_or(day);
    let dated = |day: Date| day.strftime("%Y年%m月%d日 00:00:00").to_string();
    let mut lines = vec![
        "#支付宝业务明细查询".to_owned(),
        "#账号：[20880000000000420156]".to_owned(),
        format!("#起始日期：[{}]   终止日期：[{}]", dated(day), dated(next)),
        "#-----------------------------------------业务明细列表----------------------------------------".to_owned(),
        ALIPAY_HEAD.to_owned(),
    ];
    lines.extend(entries.iter().map(alipay_line));
    let of = |paid: bool| {
        let of_kind = entries.iter().filter(|entry| (entry.kind == EntryKind::Paid) == paid);
        (of_kind.clone().count(), yuan(of_kind.map(|entry| entry.amount).sum()))
    };
    let ((sales, paid), (refunds, back)) = (of(true), of(false));
    lines.extend([
        "#-----------------------------------------业务明细列表结束------------------------------------".to_owned(),
        format!("#交易合计：{sales}笔，商家实收共{paid}元，商家优惠共0.00元"),
        format!("#退款合计：{refunds}笔，商家实收退款共-{back}元，商家优惠退款共0.00元"),
        format!("#导出时间：[{}]", dated(next)),
    ]);
    let gbk = |text: &str| encoding_rs::GBK.encode(text).0.into_owned();
    let name = |what: &str| gbk(&format!("20880000000000420156_{}_{what}.csv", day.strftime("%Y%m%d")));
    let sums =
        format!("#支付宝业务汇总查询\r\n门店编号,门店名称,交易订单总笔数,退款订单总笔数\r\n,,{sales},{refunds}\r\n");
    zip::of(&[(name("业务明细"), gbk(&(lines.join("\r\n") + "\r\n"))), (name("业务明细(汇总)"), gbk(&sums))])
}

fn alipay_line(entry: &Entry) -> String {
    let paid = entry.kind == EntryKind::Paid;
    let moved = if paid { yuan(entry.amount) } else { yuan(-entry.amount) };
    // A reversal has no number of the merchant's: it bears the order's.
    let refund = match (&entry.refund, paid) {
        (_, true) => String::new(),
        (Some((ours, _)), false) => ours.clone(),
        (None, false) => entry.no.clone(),
    };
    let kind = if paid { "交易" } else { "退款" };
    let at = moment::plain(entry.at);
    let (no, ours) = (&entry.provider_no, &entry.no);
    format!(
        "{no}\t,{ours}\t,{kind}\t,goods,{at},{at},\t,\t,\t,\t,**(156******89)\t,{moved},{moved},0.00,0.00,0.00,0.00,0.00,,\
         0.00\t,0.00,{refund}\t,0.00,0.00,"
    )
}
