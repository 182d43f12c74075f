# Means of payment and accounts.
tender-cash = Cash
tender-code = Payment code
tender-card = Bank card
tender-stored-value = Stored value
tender-gift-card = Gift card
tender-coupon = Coupon
tender-voucher = Voucher
tender-points = Points
tender-deposit = Paid before
tender-on-account = On account
tender-change = Change
tender-points-account = Points
tender-balance = { $balance } (to spend here { $here })
tender-balance-asked = head office was asked, look again soon
