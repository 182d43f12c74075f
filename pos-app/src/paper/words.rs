//! Words on paper, in both languages.

use domain::tender::RoundingMode;

/// Words of one language.
pub(super) struct Words {
    pub receipt: &'static str,
    pub till: &'static str,
    pub cashier: &'static str,
    pub member: &'static str,
    pub total: &'static str,
    pub count: &'static str,
    pub rounding_nearest: &'static str,
    pub rounding_down: &'static str,
    pub due: &'static str,
    pub cash: &'static str,
    pub cash_out: &'static str,
    pub change: &'static str,
    pub tax: &'static str,
    pub net: &'static str,
    pub points: &'static str,
    pub points_of_shift: &'static str,
    pub returned: &'static str,
    pub copy: &'static str,
    pub copied_at: &'static str,
    pub x_title: &'static str,
    pub z_title: &'static str,
    pub business_date: &'static str,
    pub sales: &'static str,
    pub gross: &'static str,
    pub return_lines: &'static str,
    pub units: &'static str,
    pub voided_lines: &'static str,
    pub voided_sales: &'static str,
    pub no_sales: &'static str,
    pub reprints: &'static str,
    pub float: &'static str,
    pub expected: &'static str,
    pub counted: &'static str,
    pub difference: &'static str,
    pub printed_at: &'static str,
}

const CHINESE: Words = Words {
    receipt: "单号",
    till: "收银机",
    cashier: "收银员",
    member: "会员",
    total: "合计",
    count: "件数",
    rounding_nearest: "舍入",
    rounding_down: "抹零",
    due: "应收",
    cash: "现金",
    cash_out: "退现金",
    change: "找零",
    tax: "税额",
    net: "不含税",
    points: "本次积分",
    points_of_shift: "发放积分",
    returned: "退货",
    copy: "** 重印 **",
    copied_at: "重印时间",
    x_title: "X 报表（不清零）",
    z_title: "Z 报表",
    business_date: "营业日",
    sales: "销售笔数",
    gross: "销售合计",
    return_lines: "其中退货",
    units: "商品数量",
    voided_lines: "取消行数",
    voided_sales: "取消整单",
    no_sales: "非销售开箱",
    reprints: "重印次数",
    float: "备用金",
    expected: "应有现金",
    counted: "实点现金",
    difference: "长短款",
    printed_at: "打印时间",
};

const ENGLISH: Words = Words {
    receipt: "Receipt",
    till: "Till",
    cashier: "Cashier",
    member: "Member",
    total: "Total",
    count: "Items",
    rounding_nearest: "Rounding",
    rounding_down: "Rounding",
    due: "To pay",
    cash: "Cash",
    cash_out: "Cash refund",
    change: "Change",
    tax: "Tax",
    net: "Net",
    points: "Points earned",
    points_of_shift: "Points earned",
    returned: "RETURN",
    copy: "** COPY **",
    copied_at: "Copied",
    x_title: "X report (not reset)",
    z_title: "Z report",
    business_date: "Business date",
    sales: "Sales",
    gross: "Sales total",
    return_lines: "of it returns",
    units: "Goods",
    voided_lines: "Lines voided",
    voided_sales: "Sales voided",
    no_sales: "No-sale openings",
    reprints: "Copies printed",
    float: "Float",
    expected: "Cash expected",
    counted: "Cash counted",
    difference: "Over / short",
    printed_at: "Printed",
};

impl Words {
    /// The word for cash rounding as the store does it.
    pub(super) fn rounding(&self, mode: RoundingMode) -> &'static str {
        match mode {
            RoundingMode::Nearest => self.rounding_nearest,
            RoundingMode::Down => self.rounding_down,
        }
    }
}

/// The words of a language.
pub(super) fn words(english: bool) -> &'static Words {
    if english { &ENGLISH } else { &CHINESE }
}
