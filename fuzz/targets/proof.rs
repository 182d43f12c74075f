#![no_main]
//! `./x fuzz proof`

libfuzzer_sys::fuzz_target!(|data: &[u8]| guitai_fuzz::proof::read(data));
