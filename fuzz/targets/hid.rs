#![no_main]
//! `./x fuzz hid`

libfuzzer_sys::fuzz_target!(|data: &[u8]| guitai_fuzz::hid::read(data));
