# 刚刚扫描的商品。
heard-not-yet = { $rule }：{ $why }
heard-more-pieces = 还差 { $pieces } 件
heard-more-spent = 还差 { $amount }
heard-for-members = 会员专享
heard-with-coupon = 需要优惠券
