# What the shopper reads on a line display. Short.
display-closed = Closed
display-being-paid = Being paid
display-amount = Amount
display-weighing = Weighing
display-welcome = Welcome
display-total = Total
display-return = Return
display-you-get-back = You get back
display-please-pay = Please pay
display-to-pay = Total
display-paid-so-far = Paid { $amount }
display-still-due = Still due
display-thanks = Thank you
display-given-back = Given back
display-paid = Paid
display-taken = Paid { $amount }
display-change = Change
