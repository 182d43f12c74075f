//! Alipay's bill: a ZIP of two CSV files in GBK, one of lines (业务明细) and one of sums. Lines of `#` stand around them.

use encoding_rs::GBK;

use super::zip::{File, files};
use super::{BILL_BYTES_MAX, BILL_LINES_MAX, BillError, BillKind, BillLine, Columns, amount, instant, wrong};

/// The first column of the file of lines; the file of sums has others.
const FIRST: &str = "支付宝交易号";
/// The one column that may hold commas.
const FREE_TEXT: &str = "商品名称";

/// Places of the columns that matter.
struct Places {
    at: usize,
    provider_no: usize,
    order_no: usize,
    kind: usize,
    amount: usize,
    refund_no: usize,
}

/// Reads a bill of trades (`bill_type=trade`), packed.
///
/// # Errors
/// [`BillError::Format`], with the first line that is wrong.
pub fn read_alipay_bill(bytes: &[u8]) -> Result<Vec<BillLine>, BillError> {
    let mut left = BILL_BYTES_MAX;
    for file in files(bytes)? {
        let content = File::unpack(&file, left)?;
        left -= content.len();
        let (text, _, _) = GBK.decode(&content);
        if let Some(lines) = read_lines(&text)? {
            return Ok(lines);
        }
    }
    wrong(0, "there is no file of trades in it")
}

/// The lines of one file, when it is the file of lines.
fn read_lines(text: &str) -> Result<Option<Vec<BillLine>>, BillError> {
    let mut lines = text.lines().zip(1..).skip_while(|(line, _)| !line.trim_start().starts_with(FIRST));
    let Some((header, no)) = lines.next() else { return Ok(None) };
    let columns = Columns(header.split(',').map(str::trim).collect());
    let places = Places {
        at: columns.need(no, &["完成时间"])?,
        provider_no: columns.need(no, &[FIRST])?,
        order_no: columns.need(no, &["商户订单号"])?,
        kind: columns.need(no, &["业务类型"])?,
        amount: columns.need(no, &["订单金额（元）"])?,
        refund_no: columns.need(no, &["退款批次号/请求号"])?,
    };
    let free = columns.need(no, &[FREE_TEXT])?;
    let mut read = Vec::new();
    for (line, no) in lines {
        if line.starts_with('#') {
            return Ok(Some(read));
        }
        if read.len() == BILL_LINES_MAX {
            return wrong(no, "it has too many lines");
        }
        let values = values(line, free, columns.0.len());
        if values.len() != columns.0.len() {
            return wrong(no, "it has not as many values as columns");
        }
        read.push(places.line(no, &values)?);
    }
    wrong(0, "its end is missing")
}

/// Values of a line; commas too many belong to the free text.
fn values(line: &str, free: usize, columns: usize) -> Vec<&str> {
    let mut values: Vec<&str> = line.split(',').map(str::trim).collect();
    if let Some(extra) = values.len().checked_sub(columns) {
        values.drain(free + 1..free + 1 + extra);
    }
    values
}

impl Places {
    fn line(&self, no: usize, values: &[&str]) -> Result<BillLine, BillError> {
        // A cancelled payment stands there as a refund whose number is not ours.
        let (kind, refund_no) = match values[self.kind] {
            "交易" => (BillKind::Paid, None),
            "退款" => (BillKind::Refunded, Some(values[self.refund_no].to_owned())),
            _ => return wrong(no, "its kind of trade is not known"),
        };
        Ok(BillLine {
            order_no: values[self.order_no].to_owned(),
            provider_no: values[self.provider_no].to_owned(),
            refund_no,
            kind,
            amount: amount(no, values[self.amount])?,
            at: instant(no, values[self.at])?,
        })
    }
}
