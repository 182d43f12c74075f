//! `doctor test`: each device does what it is there for, once, when the person beside it agrees. No money moves.

use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use domain::money::{Currency, Money};
use domain::payment::{Answer, mask};
use drivers::indicator::{IndicatorOrder, Pattern};
use drivers::registry::Entry;
use drivers::speaker::{SpeakerOrder, Tune};
use drivers::station::{CommandError, DeviceEvent, PaymentAsk};
use hal::{AmountKind, DeviceClass, DisplayAmount, DisplayFace, Health, Light, PaymentOrder, PaymentSays, Weighing};
use jiff::Timestamp;

use super::bench::{Bench, DevicesOption};
use super::person::{AtTerminal, Person};
use super::sample;
use super::table::Table;

/// How long a person may take to scan, to weigh, to press.
const PERSON_MAX: Duration = Duration::from_secs(20);
/// How long devices have to connect before the first test.
const CONNECT_MAX: Duration = Duration::from_secs(3);
/// How long a provider may take.
const PROVIDER_MAX: Duration = Duration::from_secs(15);
/// How long a tune or a language's name may sound.
const HEARD: Duration = Duration::from_millis(1500);
/// How long a light is lit.
const LIT: Duration = Duration::from_millis(800);

/// What to test.
#[derive(Clone, Debug, clap::Args)]
pub struct TestOptions {
    #[command(flatten)]
    devices: DevicesOption,
    /// Only these, by name.
    only: Vec<String>,
    /// Agree to every test beforehand, and to every question.
    #[arg(long)]
    yes: bool,
}

/// How a test went.
enum Outcome {
    Well(String),
    Ill(String),
    Skipped,
}

pub(super) fn run(options: &TestOptions) -> anyhow::Result<ExitCode> {
    let config = options.devices.read()?;
    let entries = config.devices();
    if let Some(unknown) = options.only.iter().find(|name| entries.iter().all(|entry| entry.name != **name)) {
        anyhow::bail!("the device file names no {unknown:?}");
    }
    let mut bench = Bench::start(&config)?;
    bench.listen(CONNECT_MAX, |bench| bench.told.len() >= bench.counter.stations().len());
    let mut person = AtTerminal { yes: options.yes };
    let mut table = Table::new(["", "device", "result"]);
    let mut ill = 0;
    for entry in entries {
        if !options.only.is_empty() && !options.only.iter().any(|name| name == entry.name) {
            continue;
        }
        let (mark, words) = match test(&mut bench, &entry, &mut person) {
            Outcome::Well(words) => ("+", words),
            Outcome::Ill(words) => {
                ill += 1;
                ("!", words)
            }
            Outcome::Skipped => ("-", "not tested".to_owned()),
        };
        table.row([mark, entry.name, &words]);
    }
    print!("\n{}", table.text());
    Ok(if ill == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn test(bench: &mut Bench, entry: &Entry<'_>, person: &mut dyn Person) -> Outcome {
    let question = match entry.class {
        DeviceClass::Scanner => "read a code with it",
        DeviceClass::Printer => "print a sample page on it",
        DeviceClass::Drawer => "open it",
        DeviceClass::Scale | DeviceClass::Bagging => "weigh something with it",
        DeviceClass::Display => "show something on it",
        DeviceClass::Payment => "ask its provider about a payment that was never made (no money moves)",
        DeviceClass::Indicator => "switch its lights and its beeper",
        DeviceClass::Speaker => "play its tunes and speak",
    };
    if !person.agrees(&format!("{} ({}): {question}?", entry.name, entry.class)) {
        return Outcome::Skipped;
    }
    match entry.class {
        DeviceClass::Scanner => scanner(bench, entry.name),
        DeviceClass::Printer => match sample::print(bench, entry.name) {
            (true, words) => Outcome::Well(words),
            (false, words) => Outcome::Ill(words),
        },
        DeviceClass::Drawer => drawer(bench, entry.name, person),
        DeviceClass::Scale | DeviceClass::Bagging => scale(bench, entry.name),
        DeviceClass::Display => display(bench, person),
        DeviceClass::Payment => payment(bench, entry.name),
        DeviceClass::Indicator => indicator(bench, entry.name, person),
        DeviceClass::Speaker => speaker(bench, entry.name, person),
    }
}

fn scanner(bench: &mut Bench, name: &str) -> Outcome {
    println!("scan any code within {} s", PERSON_MAX.as_secs());
    let read = bench.until(PERSON_MAX, |event| match event {
        DeviceEvent::Scan { device, scan } if &**device == name => {
            let kind =
                scan.symbology.map_or("the scanner does not say which kind".to_owned(), |kind| format!("{kind:?}"));
            // It may be a shopper's payment code.
            let shown =
                if domain::payment::classify_code(&scan.data).is_some() { mask(&scan.data) } else { scan.data.clone() };
            Some(Outcome::Well(format!("read {shown} ({kind})")))
        }
        DeviceEvent::Unreadable { device, why } if &**device == name => Some(Outcome::Ill(why.to_string())),
        _ => None,
    });
    read.unwrap_or_else(|| Outcome::Ill("nothing came: check its cable, its mode and its speed".to_owned()))
}

fn drawer(bench: &mut Bench, name: &str, person: &mut dyn Person) -> Outcome {
    if let Err(error) = bench.counter.open_drawer_named(name) {
        return Outcome::Ill(error.to_string());
    }
    let told = bench.until(CONNECT_MAX, |event| match event {
        DeviceEvent::Drawer { device, open: true } if &**device == name => Some(Ok(())),
        DeviceEvent::DrawerRefused { device, why } if &**device == name => Some(Err(why.to_string())),
        _ => None,
    });
    match told {
        Some(Ok(())) => Outcome::Well("opened, and its switch says so".to_owned()),
        Some(Err(why)) => Outcome::Ill(why),
        None if person.agrees("did it open?") => Outcome::Well("opened; no switch tells it".to_owned()),
        None => Outcome::Ill("it did not open: check its plug, its lock, and its pin in the device file".to_owned()),
    }
}

fn scale(bench: &mut Bench, name: &str) -> Outcome {
    bench.counter.want_weight(true);
    println!("put something on it within {} s", PERSON_MAX.as_secs());
    let weighed = bench.until(PERSON_MAX, |event| match event {
        DeviceEvent::Weighing { device, weighing: Weighing::Stable(weight), .. }
            if &**device == name && weight.net_milligrams > 0 =>
        {
            Some(Weighing::Stable(*weight).to_string())
        }
        _ => None,
    });
    bench.counter.want_weight(false);
    match (weighed, bench.of(name).weighing) {
        (Some(words), _) => Outcome::Well(words),
        (None, Some(last)) => Outcome::Ill(format!("no weight stood still; it last said: {last}")),
        (None, None) => Outcome::Ill("it said nothing: check its cable, its protocol and its speed".to_owned()),
    }
}

fn display(bench: &mut Bench, person: &mut dyn Person) -> Outcome {
    let amount = DisplayAmount { kind: AmountKind::Total, digits: "12.50".to_owned() };
    bench.counter.show(&DisplayFace { upper: "Guitai".to_owned(), lower: "TOTAL".to_owned(), amount: Some(amount) });
    if person.agrees("does it show 12.50?") {
        Outcome::Well("shows 12.50".to_owned())
    } else {
        Outcome::Ill("it does not show it: check its cable, its driver and its speed".to_owned())
    }
}

/// Asks about a payment that nobody made. A provider that knows the merchant says that there is none.
fn payment(bench: &mut Bench, name: &str) -> Outcome {
    let families =
        bench.counter.payment_ports().find(|(port, _)| *port == name).and_then(|(_, of)| of.first().copied());
    let (Some(family), Some(currency)) = (families, Currency::of("CNY")) else {
        return Outcome::Ill("it moves no payments".to_owned());
    };
    let at = Timestamp::now();
    let no = format!("DOCTOR{}", at.as_millisecond());
    let order = PaymentOrder { no: no.clone(), family, amount: Money::minor(1), currency, at };
    if let Err(error) = bench.counter.pay(PaymentAsk::Ask(order)) {
        return Outcome::Ill(match error {
            CommandError::Stopped | CommandError::Absent => "it is not running: look at `pos-app doctor`".to_owned(),
            CommandError::Full => error.to_string(),
        });
    }
    let answer = bench.until(PROVIDER_MAX, |event| match event {
        DeviceEvent::Payment { reply, .. } if reply.order_no == no => Some(reply.says.clone()),
        _ => None,
    });
    match answer {
        Some(PaymentSays::Payment(Answer::NotFound)) => {
            Outcome::Well("it knows this merchant, and says that there is no such payment".to_owned())
        }
        Some(PaymentSays::Payment(Answer::Unknown)) => {
            Outcome::Ill("its answer could not be trusted, or it refused: check keys, numbers and the clock".to_owned())
        }
        Some(other) => Outcome::Ill(format!("it says {other:?} of a payment that was never made")),
        None => Outcome::Ill("no answer: check the network and its address".to_owned()),
    }
}

fn indicator(bench: &mut Bench, name: &str, person: &mut dyn Person) -> Outcome {
    for light in [Light::Green, Light::Yellow, Light::Red] {
        let lamp = |pattern| IndicatorOrder::Lamp { light, pattern };
        if let Err(error) = bench.counter.indicate(lamp(Pattern::On)) {
            return Outcome::Ill(error.to_string());
        }
        thread::sleep(LIT);
        let _ = bench.counter.indicate(lamp(Pattern::Off));
    }
    let _ = bench.counter.indicate(IndicatorOrder::Beep { times: 1 });
    if !person.agrees("did each light shine, and did it beep once?") {
        return Outcome::Ill("check its wiring and the lines in the device file".to_owned());
    }
    println!("press a button within {} s, if it has one", PERSON_MAX.as_secs());
    let pressed = bench.until(PERSON_MAX, |event| match event {
        DeviceEvent::Button { device, moved } if &**device == name && moved.down => Some(moved.button.clone()),
        _ => None,
    });
    Outcome::Well(pressed.map_or("lights and beeper".to_owned(), |button| format!("lights, beeper, button {button:?}")))
}

/// Each tune, then each language says its own name.
fn speaker(bench: &mut Bench, name: &str, person: &mut dyn Person) -> Outcome {
    let words = words::Languages::built_in();
    let names = words.all().map(|words| SpeakerOrder {
        sentence: words.say("language-name"),
        language: words.tag().to_owned(),
        ..SpeakerOrder::default()
    });
    let tunes = Tune::ALL.map(|tune| SpeakerOrder { tune: Some(tune), ..SpeakerOrder::default() });
    for order in tunes.into_iter().chain(names) {
        bench.counter.hear(&order);
        bench.listen(HEARD, |bench| matches!(bench.of(name).health, Some(Health::Fault(_))));
        if let Some(Health::Fault(why)) = bench.of(name).health {
            return Outcome::Ill(why);
        }
    }
    if person.agrees("did you hear five tunes, and each language?") {
        Outcome::Well("plays and speaks".to_owned())
    } else {
        Outcome::Ill("check its cable, its volume, and the programs in the device file".to_owned())
    }
}
