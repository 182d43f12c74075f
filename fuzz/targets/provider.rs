#![no_main]
//! `./x fuzz provider`

libfuzzer_sys::fuzz_target!(|data: &[u8]| guitai_fuzz::provider::read(data));
