//! All tests of the till that go through its doors.

mod engine;
mod process;
mod scripts;
