//! What stands beside a terminal: devices at the other end of real wires, and the two providers.

use anyhow::{Context, Result};
use simulation::counter::{PrinterModel, ScaleTongue, VirtualPrinter, VirtualScale, VirtualScanner, VirtualTerminal};
use simulation::provider::Control;

use super::counter::{Counter, number_of};
use super::places::Places;

/// The devices within reach of a person at a terminal. Clones are the same devices.
#[derive(Clone)]
pub struct Station {
    /// Reads codes.
    pub scanner: VirtualScanner,
    /// Prints.
    pub printer: VirtualPrinter,
    /// Speaks CAS type 6.
    pub scale: VirtualScale,
    /// Speaks ZVT.
    pub terminal: VirtualTerminal,
    /// Takes the money of Alipay's shoppers.
    pub alipay: Control,
}

impl Station {
    /// Devices of a further terminal of that name, which takes money by the till's accounts.
    pub fn plug(places: &Places, name: &str, (till, currency): (&Counter, &str)) -> Result<Station> {
        let file = |device: &str| places.file(&format!("{name}-{device}"));
        Ok(Station {
            scanner: VirtualScanner::plug(file("scanner"), "\r\n").context("failed plugging a scanner in")?,
            printer: VirtualPrinter::plug(file("printer"), PrinterModel::MM80)
                .context("failed switching a printer on")?,
            scale: VirtualScale::plug(file("scale"), ScaleTongue::CasType6).context("failed switching a scale on")?,
            terminal: VirtualTerminal::plug([0; 3], number_of(currency))
                .context("failed switching a card terminal on")?,
            alipay: till.alipay.server.control(),
        })
    }

    /// The device file of a self-checkout: everything but a drawer, and the lane to the attendant's till.
    pub fn kiosk_file(&self, till: &Counter, lane: &str, loss_bound: u32) -> String {
        format!(
            "{}[[scale]]\ndriver = \"cas\"\npath = {:?}\n\n{}\n[kiosk]\nloss_bound = {loss_bound}\n\n[attend]\ntill = {lane:?}\n",
            self.handheld_file(),
            self.scale.path(),
            till.payment_tables(&self.terminal.address()),
        )
    }

    /// The device file of a handheld: a scanner, and a printer for labels and papers.
    pub fn handheld_file(&self) -> String {
        format!(
            "[[scanner]]\ndriver = \"serial\"\npath = {:?}\nbaud = 9600\n\n\
             [[printer]]\nname = \"receipt\"\ndriver = \"escpos\"\npath = {:?}\nbaud = 115200\nwidth_mm = 80\nrealtime = true\n\n",
            self.scanner.path(),
            self.printer.path(),
        )
    }
}
