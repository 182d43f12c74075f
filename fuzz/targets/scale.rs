#![no_main]
//! `./x fuzz scale`

libfuzzer_sys::fuzz_target!(|data: &[u8]| guitai_fuzz::scale::read(data));
