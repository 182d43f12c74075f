#![no_main]
//! `./x fuzz barcode`

libfuzzer_sys::fuzz_target!(|data: &[u8]| guitai_fuzz::barcode::read(data));
