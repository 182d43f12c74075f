-- What phones are told of a scope, by number: the newest of it tells whether something has changed. Queries say the same words.
CREATE INDEX record_for_phones ON record (scope, no) WHERE kind IN ('item', 'picture', 'rules', 'store');
