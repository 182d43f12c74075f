# Selling: basket, payment key, sales that are aside.
sell-member = { $name } · { $points } points
sell-tax-included = incl. tax { $amount }
sell-tax-added = plus tax { $amount }
sell-count = { $pieces ->
    [one] { $pieces } item
   *[other] { $pieces } items
}
sell-saved = saved { $amount }
sell-pay = Pay { $amount }
sell-refund = Refund { $amount }
sell-scans-waiting = { $text } (scans waiting: { $count })
sell-card-of-till = Till { $till } · { $title }
sell-card-lines = { $count ->
    [one] { $count } line · { $names }
   *[other] { $count } lines · { $names }
}
sell-price-per-kilogram = { $price }/kg
sell-detail = { $quantity } × { $price }
sell-staff-price = Staff price
sell-paid-on-phone = Paid on the phone { $code }
sell-cancel = Cancel
sell-got-it = Got it
sell-not-ready = The till has no catalogue yet
sell-not-ready-help = Check that this till is enrolled and connected to head office; it starts by itself when the catalogue has arrived.
sell-open-shift = Count the float in the drawer and type the amount
sell-cashier = Cashier { $cashier }
