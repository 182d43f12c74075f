#![no_main]
//! `./x fuzz printer`

libfuzzer_sys::fuzz_target!(|data: &[u8]| guitai_fuzz::printer::read(data));
