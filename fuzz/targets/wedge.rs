#![no_main]
//! `./x fuzz wedge`

libfuzzer_sys::fuzz_target!(|data: &[u8]| guitai_fuzz::wedge::read(data));
