# 剛刷的商品。
heard-not-yet = { $rule }：{ $why }
heard-more-pieces = 還差 { $pieces } 件
heard-more-spent = 還差 { $amount }
heard-for-members = 會員專屬
heard-with-coupon = 需要優惠券
