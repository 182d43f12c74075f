//! WeChat's bill: UTF-8, a header, values that each begin with a backtick, and two lines of sums at the end.

use super::{BILL_LINES_MAX, BillError, BillKind, BillLine, Columns, amount, instant, wrong};

/// First letters of the header of the sums (总交易单数).
const SUMS: &str = "总交易单数";

/// Places of the columns that matter.
struct Places {
    at: usize,
    provider_no: usize,
    order_no: usize,
    state: usize,
    amount: usize,
    refund_no: usize,
    refunded: usize,
    refund_state: Option<usize>,
}

/// Reads a bill of all trades (`bill_type=ALL`).
///
/// # Errors
/// [`BillError::Format`], with the first line that is wrong.
pub fn read_wechat_bill(bytes: &[u8]) -> Result<Vec<BillLine>, BillError> {
    let Ok(text) = std::str::from_utf8(bytes) else { return wrong(0, "it is not UTF-8") };
    let mut lines = text.trim_start_matches('\u{feff}').lines().zip(1..);
    let Some((header, _)) = lines.next() else { return wrong(1, "it is empty") };
    let columns = Columns(header.split(',').map(|name| name.trim().trim_start_matches('`')).collect());
    let places = Places {
        at: columns.need(1, &["交易时间"])?,
        provider_no: columns.need(1, &["微信订单号"])?,
        order_no: columns.need(1, &["商户订单号"])?,
        state: columns.need(1, &["交易状态"])?,
        amount: columns.need(1, &["订单金额", "总金额"])?,
        refund_no: columns.need(1, &["商户退款单号"])?,
        refunded: columns.need(1, &["申请退款金额", "退款金额"])?,
        refund_state: columns.find(&["退款状态"]),
    };
    let mut read = Vec::new();
    for (line, no) in lines {
        if line.starts_with(SUMS) {
            return Ok(read);
        }
        if read.len() == BILL_LINES_MAX {
            return wrong(no, "it has too many lines");
        }
        let values = values(line);
        if values.len() != columns.0.len() {
            return wrong(no, "it has not as many values as columns");
        }
        read.extend(places.line(no, &values)?);
    }
    wrong(0, "its end is missing")
}

/// A value may hold commas, but no comma and backtick.
fn values(line: &str) -> Vec<&str> {
    line.strip_prefix('`').unwrap_or(line).split(",`").map(str::trim).collect()
}

impl Places {
    fn line(&self, no: usize, values: &[&str]) -> Result<Option<BillLine>, BillError> {
        let kind = match values[self.state] {
            "SUCCESS" => BillKind::Paid,
            "REFUND" => BillKind::Refunded,
            "REVOKED" => BillKind::Reversed,
            _ => return wrong(no, "its kind of trade is not known"),
        };
        // A refund that failed moved nothing.
        if kind == BillKind::Refunded && self.refund_state.is_some_and(|at| values[at] == "FAIL") {
            return Ok(None);
        }
        let given_back = amount(no, values[self.refunded])?;
        let whole = amount(no, values[self.amount])?;
        let amount = match kind {
            BillKind::Paid => whole,
            BillKind::Refunded => given_back,
            BillKind::Reversed if given_back.is_zero() => whole,
            BillKind::Reversed => given_back,
        };
        let refund_no = match kind {
            BillKind::Refunded => Some(values[self.refund_no].to_owned()),
            BillKind::Paid | BillKind::Reversed => None,
        };
        Ok(Some(BillLine {
            order_no: values[self.order_no].to_owned(),
            provider_no: values[self.provider_no].to_owned(),
            refund_no,
            kind,
            amount,
            at: instant(no, values[self.at])?,
        }))
    }
}
