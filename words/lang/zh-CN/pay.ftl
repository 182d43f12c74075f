# 收款。
pay-due = 应收 { $amount } · { $means }
pay-cash-refund = 退现金 { $amount }
pay-refund = 退款 { $amount } · { $means }
pay-rounding-nearest = 舍入 { $amount }
pay-rounding-down = 抹零 { $amount }
pay-reversing-again = 已尝试 { $tries } 次，{ $seconds } 秒后再试
pay-asked-again = 已查询 { $asks } 次，{ $seconds } 秒后再查
pay-handed = { $kind ->
    [cash] 现金 { $amount }
    [code] 付款码 { $amount }
    [card] 银行卡 { $amount }
    [stored_value] 储值 { $amount }
    [gift_card] 礼品卡 { $amount }
    [coupon] 优惠券 { $amount }
    [voucher] 代金券 { $amount }
    [points] 积分抵扣 { $amount }
    [deposit] 已付定金 { $amount }
   *[on_account] 挂账 { $amount }
}
pay-give-back = 按原支付方式退回
pay-goes-back = 退回原支付方式
pay-part-given-back = 已退 { $name } { $amount }
pay-part-paid = 已收 { $name } { $amount }
pay-refunding = 正在退款
pay-refunding-tell = 款项原路退回，请稍候
pay-confirming = 等待顾客确认
pay-confirming-tell = 请在手机上确认付款
pay-reversing = 正在撤销支付
pay-reversing-tell = 本次支付正在撤销，已扣款会退回
pay-cancelling = 正在取消
pay-cancelling-tell = 请勿再确认付款
pay-taking = 正在收款
pay-taking-tell = 请稍候
pay-on-terminal = 请在终端刷卡
pay-on-terminal-tell = 请在终端刷卡或插卡
pay-unknown = 支付结果未知
pay-unknown-tell = 正在查询，请勿再次付款
pay-reversing-in = { $seconds } 秒后撤销
pay-asking-in = { $seconds } 秒后查询
pay-not-printed = 未配置打印机，没有打印
pay-printing = 正在打印小票
pay-printed = 小票已打印
pay-print-stopped = { $why }，恢复后自动重打
pay-cash-back = 退现金
pay-given-back = 已退款
