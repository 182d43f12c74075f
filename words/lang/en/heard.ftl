# What was just scanned.
heard-not-yet = { $rule }: { $why }
heard-more-pieces = { $pieces ->
    [one] { $pieces } more
   *[other] { $pieces } more
}
heard-more-spent = { $amount } more
heard-for-members = for members
heard-with-coupon = with a coupon
