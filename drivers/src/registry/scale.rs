//! Drivers of scales.

use hal::Scale;

use super::drivers;
use crate::scale::{
    CasStream, CasType6, Dialog06, EqualsScaleConfig, FrameScaleConfig, LineStream, SerialScaleConfig, Toledo8217,
};

drivers! {
    /// Drivers of scales.
    ScaleConfig opens Box<dyn Scale> {
        /// Toledo 8217.
        "toledo-8217" => Toledo8217(SerialScaleConfig<Toledo8217>),
        /// CAS type 6, Pinnacle OS2 (passive), AP-1.
        "cas" => Cas(SerialScaleConfig<CasType6>),
        /// CAS, 22 bytes again and again.
        "cas-stream" => CasStream(SerialScaleConfig<CasStream>),
        /// Lines such as `ST,GS,+ 123.456  g` again and again.
        "stream" => Stream(SerialScaleConfig<LineStream>),
        /// Dialog 06.
        "dialog-06" => Dialog06(SerialScaleConfig<Dialog06>),
        /// `=` and digits again and again: Chinese indicators.
        "equals" => Equals(EqualsScaleConfig),
        /// Frames that the device file describes.
        "frame" => Frame(FrameScaleConfig),
    }
}
