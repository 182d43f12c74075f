#![no_main]
//! `./x fuzz rule_book`

libfuzzer_sys::fuzz_target!(|data: &[u8]| guitai_fuzz::rule_book::read(data));
