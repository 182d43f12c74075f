# What the till's own views say; everything about goods and money comes finished.

# The entry field.
till-wants-pin = PIN
till-wants-office-code = Code from head office
till-wants-supervisor-pin = Supervisor's PIN
till-wants-nothing-more = Count is complete
till-wants-pieces = How many { $value }
till-wants-date = Year, month, day
till-wants-float = Counted float
till-wants-amount = Amount
till-wants-cash-back = Cash given back
till-wants-cash = Cash received
till-wants-counted-cash = Counted cash
till-wants-next-item = Next item: scan or type
till-wants-quantity = How many
till-wants-member = Card, phone or code
till-wants-item = Name, code or initials
till-wants-answer = Type or scan
till-purpose-quantity = Quantity
till-purpose-member = Member

# Keys of the pads.
till-key-clear = Clear
till-key-backspace = Backspace
till-key-space = Space
till-key-letters = Letters
till-key-digits = Digits
till-key-others = Others
till-key-ok = OK
till-key-close = Close

# Before selling.
till-who = Who is at the till?
till-sign-on = Sign on
till-count-float = Count the float
till-open-shift = Open the shift

# The basket.
till-scan-first = Scan the first item
till-scan-first-help = Or touch it at the right, or type its name.
till-returned = Return
till-returning = The next item is taken back

# Goods to touch.
till-favourites = Favourites
till-found = Found for '{ $value }'
till-found-nothing = Nothing found for '{ $value }'
till-found-nothing-help = Try fewer letters, the initials, or the code under the bars.
till-no-goods = Nothing is in this group yet
till-no-goods-help = A manager puts goods here; until then scan or search.
till-set-quantity = Set quantity
till-find-member = Find member

# Paying.
till-to-give-back = To give back
till-still-to-pay = Still to pay
till-to-pay = To pay
till-take-back = Take back { $value }
till-saving = Saving…
till-give-back = Give back { $value }
till-exact-cash = Exact cash { $value }
till-cash = Cash { $value }
till-change = Change
till-change-pieces = Hand out

# A payment under way.
till-tell-shopper = Tell the shopper
till-do-not-pay-again = Do not take this money again.
till-give-up = Give up
till-give-up-again = Press again: the payment is reversed

# Sales put aside, lists, counts, reports, reasons, codes.
till-suspended = Sales put aside
till-suspended-help = Touch one to take it up again.
till-suspended-none = Nothing is put aside.
till-nothing-to-choose = There is nothing to choose from.
till-chosen = Chosen
till-one-less = One less
till-one-more = One more
till-counted-so-far = Counted so far
till-close-day = Close the day
till-why = Why this price
till-why-none = No rule names it: this is its price.
till-code = Code for the shopper's telephone
till-code-none = There is no code for this.

# Approval.
till-approval = A supervisor is needed
till-approve = Approve
till-by-telephone = By telephone
till-telephone = Telephone
till-read-out = Call head office and read this number out

# The corner of the devices, and the languages.
till-devices = Devices and connection
till-devices-label = Devices
till-connection-label = Head office
till-devices-help = Selling goes on. What waits is printed and sent by itself as soon as it can be.
till-devices-call = If it stays like this, look at the cable and the power of the device, then call the service.
till-devices-good = Everything works.
till-language = Language

# What the window offers by itself.
till-more = What else can be done
till-action-suspend = Suspend
till-action-recall = Recall
till-action-member = Member
till-action-return = Return
till-action-quantity = Quantity
till-action-void_line = Void line
till-action-explain = Why this price
till-action-void_sale = Void sale
till-action-again = Press again
till-action-open_drawer = Open drawer
till-action-reprint = Print last again
till-action-x_report = X report
till-action-close = Close day
till-action-lock = Lock
till-action-print = Print
till-action-back = Back
till-action-next = Next sale
till-action-more = More
till-group-line = This line
till-group-sale = This sale
till-group-member = Member
till-group-cash = Cash
till-group-till = Till
till-group-other = Other
