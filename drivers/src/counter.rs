//! All devices of a till.

use std::sync::Arc;

use domain::money::Money;
use domain::payment::Family;
use hal::{DisplayFace, PrintJob};

use crate::gpio::Bell;
use crate::indicator::IndicatorOrder;
use crate::registry::{DeviceConfig, DisplayConfig, DrawerConfig, Driver};
use crate::speaker::SpeakerOrder;
use crate::station::{
    BaggingStation, CommandError, DisplayStation, DrawerStation, EventSink, IndicatorStation, PaymentAsk,
    PaymentStation, PrinterStation, ScaleError, ScaleStation, SpeakerStation, Station,
};
use crate::tally::Tally;

/// The way to a drawer, by whatever opens it.
#[derive(Clone, Debug)]
enum DrawerDoor {
    Printer(PrinterStation),
    Pins(DrawerStation),
}

impl DrawerDoor {
    fn open(&self) -> Result<(), CommandError> {
        match self {
            DrawerDoor::Printer(printer) => printer.open_drawer(),
            DrawerDoor::Pins(drawer) => drawer.open_drawer(),
        }
    }
}

/// A till's running devices. Dropping it stops them.
#[derive(Debug, Default)]
pub struct Counter {
    stations: Vec<Station>,
    printers: Vec<(String, PrinterStation)>,
    /// With their names, in the order of the device file.
    drawers: Vec<(String, DrawerDoor)>,
    /// In the order of the device file.
    scales: Vec<ScaleStation>,
    displays: Vec<DisplayStation>,
    indicators: Vec<IndicatorStation>,
    baggings: Vec<BaggingStation>,
    speakers: Vec<SpeakerStation>,
    /// Payment ports with their names, in the order of the device file.
    payments: Vec<(String, PaymentStation)>,
}

impl Counter {
    /// Runs each device of a checked configuration in a thread of its own. Devices that are not there are no error:
    /// they are told as events and come when they come.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn set_up(config: &DeviceConfig, sink: &EventSink) -> std::io::Result<Counter> {
        let mut counter = Counter::default();
        for scanner in &config.scanner {
            counter.stations.push(Station::scanner(scanner, sink.clone())?);
        }
        for printer in &config.printer {
            let (station, way) = Station::printer(printer, config.drawer_on(printer), sink.clone())?;
            counter.stations.push(station);
            counter.printers.push((printer.name().to_owned(), way));
        }
        for drawer in &config.drawer {
            match drawer {
                DrawerConfig::Printer(drawer) => {
                    let owner = config.printer_of(drawer).and_then(|printer| counter.printer(printer.name())).cloned();
                    counter.drawers.extend(owner.map(|printer| (drawer.name.clone(), DrawerDoor::Printer(printer))));
                }
                DrawerConfig::Gpio(drawer) => {
                    let owned = drawer.clone();
                    let open = move |_: &Arc<Tally>, bell: &Bell| owned.open_with(bell);
                    let (station, way) = Station::drawer(&drawer.name, open, sink.clone())?;
                    counter.stations.push(station);
                    counter.drawers.push((drawer.name.clone(), DrawerDoor::Pins(way)));
                }
            }
        }
        counter.set_up_scales(config, sink)?;
        counter.set_up_payments(config, sink)?;
        counter.set_up_kiosk(config, sink)?;
        Ok(counter)
    }

    /// What tells weights and what shows sums.
    fn set_up_scales(&mut self, config: &DeviceConfig, sink: &EventSink) -> std::io::Result<()> {
        for scale in &config.scale {
            let (station, way) = Station::scale(scale, sink.clone())?;
            self.stations.push(station);
            self.scales.push(way);
        }
        for display in &config.display {
            let way = match display.printer().map(|printer| self.printer(printer).cloned()) {
                Some(owner) => owner.map(|printer| DisplayStation::through(printer, display)),
                None => Some(self.set_up_display(display, sink)?),
            };
            self.displays.extend(way);
        }
        Ok(())
    }

    fn set_up_display(&mut self, display: &DisplayConfig, sink: &EventSink) -> std::io::Result<DisplayStation> {
        let (station, way) = Station::display(display, sink.clone())?;
        self.stations.push(station);
        Ok(way)
    }

    fn set_up_payments(&mut self, config: &DeviceConfig, sink: &EventSink) -> std::io::Result<()> {
        for payment in &config.payment {
            let owned = payment.clone();
            let open = move |tally: &Arc<Tally>| owned.open(tally);
            let (station, way) = Station::payment(payment.name(), payment.families(), open, sink.clone())?;
            self.stations.push(station);
            self.payments.push((payment.name().to_owned(), way));
        }
        Ok(())
    }

    /// What stands on a kiosk beside what stands on every counter.
    fn set_up_kiosk(&mut self, config: &DeviceConfig, sink: &EventSink) -> std::io::Result<()> {
        for indicator in &config.indicator {
            let owned = indicator.clone();
            let open = move |_: &Arc<Tally>, bell: &Bell| owned.open_with(bell);
            let (station, way) = Station::indicator(indicator.name(), open, sink.clone())?;
            self.stations.push(station);
            self.indicators.push(way);
        }
        for bagging in &config.bagging {
            let (owned, noise) = (bagging.clone(), bagging.calibration().noise_milligrams());
            let open = move |tally: &Arc<Tally>| owned.open(tally);
            let (station, way) = Station::bagging(bagging.name(), noise, open, sink.clone())?;
            self.stations.push(station);
            self.baggings.push(way);
        }
        for speaker in &config.speaker {
            let (station, way) = Station::speaker(speaker, sink.clone())?;
            self.stations.push(station);
            self.speakers.push(way);
        }
        Ok(())
    }

    /// Queues a job on the receipt printer: the first of the device file.
    ///
    /// # Errors
    /// [`CommandError`]; the job is not queued then.
    pub fn print(&self, job: PrintJob) -> Result<(), CommandError> {
        let (_, printer) = self.printers.first().ok_or(CommandError::Absent)?;
        printer.print(job)
    }

    /// Opens the till's drawer: the first of the device file.
    ///
    /// # Errors
    /// [`CommandError`]; nothing happens then.
    pub fn open_drawer(&self) -> Result<(), CommandError> {
        let (_, door) = self.drawers.first().ok_or(CommandError::Absent)?;
        door.open()
    }

    /// Opens a drawer by its name.
    ///
    /// # Errors
    /// As [`Counter::open_drawer`].
    pub fn open_drawer_named(&self, name: &str) -> Result<(), CommandError> {
        let named = self.drawers.iter().find(|(known, _)| known == name);
        let (_, door) = named.ok_or(CommandError::Absent)?;
        door.open()
    }

    /// Whether the till's drawer stands open, as last told; `None` when nothing tells.
    pub fn drawer_open(&self) -> Option<bool> {
        match &self.drawers.first()?.1 {
            DrawerDoor::Printer(printer) => printer.drawer_open(),
            DrawerDoor::Pins(drawer) => drawer.drawer_open(),
        }
    }

    /// Says whether somebody waits for a weight: the scales are then looked at more often, and what they say is told anew.
    pub fn want_weight(&self, wanted: bool) {
        self.scales.iter().for_each(|scale| scale.want_weight(wanted));
    }

    /// Sets the till's empty scale, the first of the device file, to zero. What it refuses itself comes as an event.
    ///
    /// # Errors
    /// [`ScaleError`]; nothing happens then.
    pub fn scale_zero(&self) -> Result<(), ScaleError> {
        self.scales.first().ok_or(ScaleError::Absent)?.zero()
    }

    /// Takes what lies on the till's scale for packaging, or forgets it (`false`).
    ///
    /// # Errors
    /// [`ScaleError`]; nothing happens then.
    pub fn scale_tare(&self, take: bool) -> Result<(), ScaleError> {
        self.scales.first().ok_or(ScaleError::Absent)?.tare(take)
    }

    /// Tells the till's scale what a kilogram costs, for scales that show prices themselves.
    ///
    /// # Errors
    /// [`ScaleError`]; nothing happens then.
    pub fn scale_price(&self, price_per_kilogram: Option<Money>) -> Result<(), ScaleError> {
        self.scales.first().ok_or(ScaleError::Absent)?.set_price(price_per_kilogram)
    }

    /// Shows this to the shopper on every display there is: the newest face alone, as soon as each can.
    pub fn show(&self, face: &DisplayFace) {
        self.displays.iter().for_each(|display| display.show(face));
    }

    /// Whether there is a display for the shopper.
    pub fn has_display(&self) -> bool {
        !self.displays.is_empty()
    }

    /// Orders lights or the beeper of all that there are; the newest order for each wins.
    ///
    /// # Errors
    /// [`CommandError`] of the first that did not take it.
    pub fn indicate(&self, order: IndicatorOrder) -> Result<(), CommandError> {
        if self.indicators.is_empty() {
            return Err(CommandError::Absent);
        }
        self.indicators.iter().map(|way| way.order(order)).fold(Ok(()), Result::and)
    }

    /// Lets people hear something, on every loudspeaker there is.
    pub fn hear(&self, order: &SpeakerOrder) {
        self.speakers.iter().for_each(|speaker| speaker.hear(order));
    }

    /// Whether there is a loudspeaker.
    pub fn has_speaker(&self) -> bool {
        !self.speakers.is_empty()
    }

    /// Takes what lies in the bagging area for nothing, as soon as it stands still.
    ///
    /// # Errors
    /// [`CommandError`]; nothing happens then.
    pub fn zero_bagging(&self) -> Result<(), CommandError> {
        self.baggings.first().ok_or(CommandError::Absent)?.zero()
    }

    /// Hands a payment request to the port that moves payments of its family: the first of the device file that does,
    /// whether it can be reached or not, so that whoever was asked for money is asked about it, too.
    ///
    /// # Errors
    /// [`CommandError`]; nothing was sent then.
    pub fn pay(&self, ask: PaymentAsk) -> Result<(), CommandError> {
        let family = ask.order().family;
        let port = self.payments.iter().find(|(_, port)| port.families().contains(&family));
        let (_, port) = port.ok_or(CommandError::Absent)?;
        port.ask(ask)
    }

    /// The payment ports by their names, with whose payments they move.
    pub fn payment_ports(&self) -> impl Iterator<Item = (&str, &[Family])> {
        self.payments.iter().map(|(name, port)| (name.as_str(), port.families()))
    }

    /// The threads of its devices: what each is called, what it is, what it has done.
    pub fn stations(&self) -> &[Station] {
        &self.stations
    }

    /// A printer by its name.
    pub fn printer(&self, name: &str) -> Option<&PrinterStation> {
        self.printers.iter().find(|(known, _)| known == name).map(|(_, printer)| printer)
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        // All at once: one after the other would take as long as all their waits together.
        self.stations.iter().for_each(Station::ask_to_stop);
    }
}
