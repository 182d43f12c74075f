# The shopper's screen.
shopper-welcome = Welcome
shopper-greeting = Welcome, { $member }
shopper-closed = This till is closed
shopper-closed-help = Please go to another till, thank you
shopper-count = { $pieces ->
    [one] { $pieces } item
   *[other] { $pieces } items
}
shopper-total = Total
shopper-saved = You save { $amount }
shopper-discount = Discount
shopper-weighing = On the scale: { $goods }
shopper-pay = Please pay
shopper-pay-help = Cash, your phone or a card
shopper-show-code = Please show your payment code
shopper-show-code-help = Hold your phone in front of the scanner
shopper-gift-card = Please show your gift card
shopper-card = Please use your card
shopper-card-help = Tap, insert or swipe it at the card terminal
shopper-confirm = Please confirm on your phone
shopper-confirm-help = Confirm the payment, or type your password
shopper-wait = Taking your payment
shopper-wait-help = One moment, please
shopper-reversing = Your payment is being taken back
shopper-reversing-help = Nothing is lost; please do not pay again
shopper-cancelled = The payment was cancelled
shopper-cancelled-help = Please do not confirm it any more
shopper-refunding = Your money is on its way back
shopper-refunding-help = It goes back the way it came; one moment, please
shopper-in-doubt = We are checking your payment
shopper-in-doubt-help = Please do not pay again; we tell you in a moment
shopper-to-pay = To pay
shopper-still-to-pay = Paid { $paid }, still to pay
shopper-amount = Amount
shopper-return = Goods come back
shopper-return-help = The money goes back the way it was paid
shopper-you-get = You get back
shopper-thanks = Thank you
shopper-thanks-help = Please take your receipt and your goods
shopper-change = Your change
shopper-paid = Paid
shopper-given-back = Given back
shopper-cash-back = Cash back
shopper-receipt = Your receipt
shopper-receipt-help = Scan it with your phone and keep it
shopper-invoice = Your invoice
shopper-invoice-help = Scan it with your phone and fill in who it is for
