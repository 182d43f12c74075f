# 付款方式與帳戶。
tender-cash = 現金
tender-code = 付款條碼
tender-card = 信用卡
tender-stored-value = 儲值金
tender-gift-card = 禮物卡
tender-coupon = 折價券
tender-voucher = 禮券
tender-points = 點數折抵
tender-deposit = 已付訂金
tender-on-account = 簽帳
tender-change = 找零
tender-points-account = 點數
tender-balance = { $balance }（本機可用 { $here }）
tender-balance-asked = 已向總部查詢，請稍後再看
