# 結帳。
pay-due = 應收 { $amount } · { $means }
pay-cash-refund = 退現金 { $amount }
pay-refund = 退款 { $amount } · { $means }
pay-rounding-nearest = 四捨五入 { $amount }
pay-rounding-down = 捨去零頭 { $amount }
pay-reversing-again = 已嘗試 { $tries } 次，{ $seconds } 秒後再試
pay-asked-again = 已查詢 { $asks } 次，{ $seconds } 秒後再查
pay-handed = { $kind ->
    [cash] 現金 { $amount }
    [code] 付款條碼 { $amount }
    [card] 信用卡 { $amount }
    [stored_value] 儲值金 { $amount }
    [gift_card] 禮物卡 { $amount }
    [coupon] 折價券 { $amount }
    [voucher] 禮券 { $amount }
    [points] 點數折抵 { $amount }
    [deposit] 已付訂金 { $amount }
   *[on_account] 簽帳 { $amount }
}
pay-give-back = 依原付款方式退回
pay-goes-back = 退回原付款方式
pay-part-given-back = 已退 { $name } { $amount }
pay-part-paid = 已收 { $name } { $amount }
pay-refunding = 退款中
pay-refunding-tell = 款項將循原付款方式退回，請稍候
pay-confirming = 等候顧客確認
pay-confirming-tell = 請在手機上確認付款
pay-reversing = 取消付款中
pay-reversing-tell = 這筆付款正在取消，已扣款項會退回
pay-cancelling = 取消中
pay-cancelling-tell = 請勿再確認付款
pay-taking = 收款中
pay-taking-tell = 請稍候
pay-on-terminal = 請於刷卡機刷卡
pay-on-terminal-tell = 請於刷卡機刷卡、插卡或感應
pay-unknown = 付款結果不明
pay-unknown-tell = 正在查詢，請勿再次付款
pay-reversing-in = { $seconds } 秒後取消付款
pay-asking-in = { $seconds } 秒後查詢
pay-not-printed = 尚未設定印表機，未列印
pay-printing = 正在列印收據
pay-printed = 收據已列印
pay-print-stopped = { $why }，恢復後自動補印
pay-cash-back = 退現金
pay-given-back = 已退款
