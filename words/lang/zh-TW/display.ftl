# 顧客螢幕上的文字，要短。
display-closed = 暫停收銀
display-being-paid = 付款中
display-amount = 金額
display-weighing = 秤重中
display-welcome = 歡迎光臨
display-total = 總計
display-return = 退貨
display-you-get-back = 應退金額
display-please-pay = 請付款
display-to-pay = 應付金額
display-paid-so-far = 已付 { $amount }
display-still-due = 尚需支付
display-thanks = 謝謝光臨
display-given-back = 退款
display-paid = 已付
display-taken = 實收 { $amount }
display-change = 找零
