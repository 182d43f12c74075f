# 支付方式和账户。
tender-cash = 现金
tender-code = 付款码
tender-card = 银行卡
tender-stored-value = 储值
tender-gift-card = 礼品卡
tender-coupon = 优惠券
tender-voucher = 代金券
tender-points = 积分抵扣
tender-deposit = 已付定金
tender-on-account = 挂账
tender-change = 找零
tender-points-account = 积分
tender-balance = { $balance }（本机可用 { $here }）
tender-balance-asked = 已向总部查询，稍后再看
