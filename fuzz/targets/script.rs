#![no_main]
//! `./x fuzz script`

libfuzzer_sys::fuzz_target!(|data: &[u8]| guitai_fuzz::script::read(data));
