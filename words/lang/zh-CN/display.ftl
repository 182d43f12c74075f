# 顾客屏上的文字，要短。
display-closed = 暂停收款
display-being-paid = 正在支付
display-amount = 金额
display-weighing = 正在称重
display-welcome = 欢迎光临
display-total = 合计
display-return = 退货
display-you-get-back = 应退
display-please-pay = 请付款
display-to-pay = 应付
display-paid-so-far = 已付 { $amount }
display-still-due = 还需付
display-thanks = 谢谢
display-given-back = 退款
display-paid = 已付
display-taken = 收款 { $amount }
display-change = 找零
