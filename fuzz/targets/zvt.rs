#![no_main]
//! `./x fuzz zvt`

libfuzzer_sys::fuzz_target!(|data: &[u8]| guitai_fuzz::zvt::read(data));
