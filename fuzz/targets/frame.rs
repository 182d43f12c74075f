#![no_main]
//! `./x fuzz frame`

libfuzzer_sys::fuzz_target!(|data: &[u8]| guitai_fuzz::frame::read(data));
