#![no_main]
//! `./x fuzz display`

libfuzzer_sys::fuzz_target!(|data: &[u8]| guitai_fuzz::display::read(data));
