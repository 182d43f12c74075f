//! Scales on serial lines: one file for each language that scales speak, and one driver that joins any of them to a wire.
//!
//! A language ([`Protocol`]) is pure: bytes in, what they say out ([`Told`]), and the bytes that ask and order. What is
//! sold is sold by a weight that stands still: where a scale does not say so itself, the same value must come several times
//! ([`Steady`]).

mod cas;
mod config;
mod dialog06;
mod driver;
mod equals;
mod figure;
mod frame;
mod line;
mod protocol;
mod rule;
mod steady;
mod toledo;
mod unit;

pub use cas::CasType6;
pub use config::{EqualsScaleConfig, FrameScaleConfig, Kind, SerialScaleConfig};
pub use dialog06::Dialog06;
pub use driver::SerialScale;
pub use equals::{Equals, EqualsRule};
pub use figure::Figure;
pub use frame::{CasStream, Framed};
pub use line::LineStream;
pub use protocol::{Order, Protocol, Told};
pub use rule::{Bytes, Check, CheckHow, Field, FrameRule, Mark};
pub use steady::Steady;
pub use toledo::Toledo8217;
pub use unit::Unit;
