#![no_main]
//! `./x fuzz aisle`

libfuzzer_sys::fuzz_target!(|data: &[u8]| guitai_fuzz::aisle::read(data));
