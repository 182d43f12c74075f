-- Payments on shoppers' phones, and the ways out that they opened.
CREATE TABLE phone_payment (
    order_no TEXT PRIMARY KEY,
    store TEXT NOT NULL,
    version BIGINT NOT NULL,
    open BOOLEAN NOT NULL,
    paid BOOLEAN NOT NULL,
    amount BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX phone_payment_open ON phone_payment (at_ms) WHERE open;
CREATE INDEX phone_payment_at ON phone_payment (at_ms);

CREATE TABLE phone_exit (
    order_no TEXT PRIMARY KEY,
    sale UUID NOT NULL,
    terminal INTEGER NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL
);
