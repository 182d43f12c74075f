//! All tests of the till that go through its doors.

mod engine;
mod fuzzed;
mod process;
mod scripts;
