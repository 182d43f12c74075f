//! All tests of the till that go through its doors.

mod doctor;
mod engine;
mod fuzzed;
mod lane;
mod languages;
mod process;
mod scripts;
mod unplug;
mod whole_store;
