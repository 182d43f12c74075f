-- Payments on shoppers' phones, and the ways out that they opened.
CREATE TABLE phone_payment (
    order_no TEXT PRIMARY KEY,
    store TEXT NOT NULL,
    version INTEGER NOT NULL,
    open INTEGER NOT NULL,
    paid INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX phone_payment_open ON phone_payment (at_ms) WHERE open = 1;
CREATE INDEX phone_payment_at ON phone_payment (at_ms);

CREATE TABLE phone_exit (
    order_no TEXT PRIMARY KEY,
    sale TEXT NOT NULL,
    terminal INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL
) STRICT;
