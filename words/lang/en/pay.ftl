# The payment.
pay-due = Due { $amount } · { $means }
pay-cash-refund = Cash refund { $amount }
pay-refund = Refund { $amount } · { $means }
pay-rounding-nearest = rounding { $amount }
pay-rounding-down = rounding { $amount }
pay-reversing-again = { $tries ->
    [one] tried once, again in { $seconds } s
   *[other] tried { $tries } times, again in { $seconds } s
}
pay-asked-again = { $asks ->
    [one] asked once, again in { $seconds } s
   *[other] asked { $asks } times, again in { $seconds } s
}
pay-handed = { $kind ->
    [cash] cash { $amount }
    [code] payment code { $amount }
    [card] bank card { $amount }
    [stored_value] stored value { $amount }
    [gift_card] gift card { $amount }
    [coupon] coupon { $amount }
    [voucher] voucher { $amount }
    [points] points { $amount }
    [deposit] paid before { $amount }
   *[on_account] on account { $amount }
}
pay-give-back = Give back
pay-goes-back = goes back to what paid
pay-part-given-back = Given back: { $name } { $amount }
pay-part-paid = Paid: { $name } { $amount }
pay-refunding = Being given back
pay-refunding-tell = The money goes back the way it came; one moment
pay-confirming = The shopper confirms
pay-confirming-tell = Please confirm the payment on your telephone
pay-reversing = Being taken back
pay-reversing-tell = This payment is being taken back; nothing is lost
pay-cancelling = Being given up
pay-cancelling-tell = Please do not confirm any more
pay-taking = Taking the payment
pay-taking-tell = One moment, please
pay-on-terminal = Card on the terminal
pay-on-terminal-tell = Please use the card terminal
pay-unknown = The outcome is unknown
pay-unknown-tell = We are asking: please do not pay again
pay-reversing-in = in { $seconds } s
pay-asking-in = asking in { $seconds } s
pay-not-printed = not printed: no printer is set up
pay-printing = printing the receipt
pay-printed = receipt printed
pay-print-stopped = { $why }; it is printed again by itself
pay-cash-back = Cash back
pay-given-back = Given back
