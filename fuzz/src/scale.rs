//! What scales send, in every language, and descriptions of frames from a device file.

use drivers::registry::{DeviceConfig, ScaleConfig};
use drivers::scale::{
    CasStream, CasType6, Dialog06, Equals, EqualsRule, Framed, Kind, LineStream, Protocol, Told, Toledo8217, Unit,
};
use hal::Weighing;

/// More than ten digits of any unit weigh.
const MILLIGRAMS_MAX: i64 = 10_000_000_000_000_000;

/// Reads bytes as a line, and as a device file whose description of frames then reads them.
pub fn read(data: &[u8]) {
    let equals = |reversed| {
        let rule = EqualsRule { reversed, unit: Unit::Ounce, decimals: 3, stable_after: 5 };
        move || -> Box<dyn Protocol> { Box::new(Equals::new(rule.clone())) }
    };
    hear(data, || Box::new(Toledo8217::new(Unit::Pound)));
    hear(data, || Box::new(CasType6::new(Unit::Kilogram)));
    hear(data, || Box::new(CasStream::new(Unit::Kilogram)));
    hear(data, || Box::new(LineStream::new(Unit::Kilogram)));
    hear(data, || Box::new(Dialog06::new(Unit::Kilogram)));
    hear(data, equals(false));
    hear(data, equals(true));
    let Ok(config) = DeviceConfig::from_toml(&String::from_utf8_lossy(data)) else { return };
    for scale in config.scale {
        if let ScaleConfig::Frame(config) = scale {
            hear(data, || Box::new(Framed::new(*config.frame.clone())));
        }
    }
}

/// The same is told at once and byte by byte, and no weight is one that cannot be.
fn hear(data: &[u8], fresh: impl Fn() -> Box<dyn Protocol>) {
    let (mut whole, mut pieces) = (Vec::new(), Vec::new());
    let mut protocol = fresh();
    protocol.ask();
    protocol.feed(data, &mut whole);
    let mut protocol = fresh();
    protocol.ask();
    data.iter().for_each(|byte| protocol.feed(&[*byte], &mut pieces));
    assert_eq!(whole, pieces, "the pieces change what is told");
    assert!(whole.len() <= 2 * data.len());
    for told in whole {
        if let Told::Unmarked(weight) | Told::Weighing(Weighing::Stable(weight)) = told {
            assert!((0..MILLIGRAMS_MAX).contains(&weight.net_milligrams), "{weight:?}");
        }
    }
}
