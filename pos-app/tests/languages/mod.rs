//! A short sale in a language that is dropped in, with its own notation, on screen and on paper.

use std::fs;

use domain::receipt::Block;
use pos_app::engine::{Durable, Effect, Engine, Input, Setup};
use pos_app::present;
use ui::screen::Panel;
use ui::{Intent, Screen};
use words::Languages;

use crate::engine::shop::{PIN, Shop, clock};

/// Goods sold by weight.
const PEARS: &str = "1001";
/// What a shop in Germany might drop in first.
const GERMAN: &str = "\
language-name = Deutsch
language-sample = äöüß
notation-decimal = ,
notation-group = .
notation-money = { $number } { $sign }
notation-money-minus = -{ $number } { $sign }
notation-date = { $day }.{ $month }.{ $year }
sell-pay = { $amount } kassieren
sell-count = { $pieces ->
    [one] { $pieces } Artikel
   *[other] { $pieces } Artikel
}
receipt-total = Summe
tender-change = Rückgeld
trouble-locked = Die Kasse ist gesperrt: bitte anmelden
";

/// A till that writes as soon as it is asked.
struct Till {
    engine: Engine,
    shop: Shop,
    step: u64,
    printed: Vec<Block>,
}

impl Till {
    fn in_german() -> Till {
        let folder = std::env::temp_dir().join(format!("guitai-german-{}", std::process::id()));
        fs::create_dir_all(folder.join("de")).unwrap();
        fs::write(folder.join("de/kasse.ftl"), GERMAN).unwrap();
        let languages = Languages::with_folder(&folder);
        fs::remove_dir_all(&folder).unwrap();
        let setup = Setup { languages: languages.unwrap(), ..Setup::till(1) };
        let durable = Durable { next_receipt: 1, next_z: 1, next_job: 1, ..Durable::default() };
        let engine = Engine::new(setup, durable, clock(0));
        Till { engine, shop: Shop::new(), step: 0, printed: Vec::new() }
    }

    fn take(&mut self, input: Input) {
        self.step += 1;
        for effect in self.engine.handle(clock(self.step), &self.shop, input) {
            match effect {
                Effect::Commit { id, .. } => self.take(Input::Committed { id }),
                Effect::Print { document, .. } => self.printed = document.blocks,
                _ => {}
            }
        }
    }

    fn wish(&mut self, intent: Intent) -> Screen {
        self.take(Input::Intent(intent));
        present::screen(&self.engine, &self.shop, clock(self.step))
    }

    fn scan(&mut self, code: &str) -> Screen {
        self.take(Input::Scanned { data: code.to_owned() });
        present::screen(&self.engine, &self.shop, clock(self.step))
    }

    /// The pairs on the newest paper.
    fn paper(&self) -> Vec<(String, String)> {
        let pair = |block: &Block| match block {
            Block::Pair { left, right, .. } => Some((left.clone(), right.clone())),
            _ => None,
        };
        self.printed.iter().filter_map(pair).collect()
    }
}

#[test]
fn a_sale_in_a_language_that_was_dropped_in() {
    let mut till = Till::in_german();
    let screen = till.wish(Intent::Language { tag: "de".into() });
    let offered: Vec<(&str, &str, bool)> =
        screen.bar.languages.iter().map(|key| (&*key.id, &*key.label, key.ticked)).collect();
    assert_eq!(
        offered,
        [("de", "Deutsch", true), ("en", "English", false), ("zh-CN", "简体中文", false), ("zh-TW", "繁體中文", false)]
    );
    let locked = till.scan(PEARS);
    assert_eq!(locked.said, "Die Kasse ist gesperrt: bitte anmelden");
    till.wish(Intent::SignOn { staff: "07".into(), pin: PIN.into() });
    till.wish(Intent::OpenShift { float: "1.500,00".into() });
    till.scan(PEARS);
    let screen = till.wish(Intent::Enter { text: "0,977".into() });
    let Panel::Sell { pay, .. } = &screen.panel else { panic!("{:?}", screen.panel) };
    let line = &screen.basket.lines[0];
    assert_eq!((&*screen.basket.total, &**pay), ("12,51 ¥", "12,51 ¥ kassieren"));
    assert_eq!((&*line.detail, &*line.amount), ("0,977 kg × 12,80", "12,51"));
    let screen = till.wish(Intent::Pay);
    let Panel::Pay { due_cash, .. } = &screen.panel else { panic!("{:?}", screen.panel) };
    assert_eq!(due_cash, "12,50 ¥");
    let screen = till.wish(Intent::Cash { text: "20,5".into() });
    let Panel::Change { change, .. } = &screen.panel else { panic!("{:?}", screen.panel) };
    assert_eq!(change, "8,00 ¥");
    let paper = till.paper();
    let has = |left: &str, right: &str| paper.iter().any(|pair| (&*pair.0, &*pair.1) == (left, right));
    assert!(has("Summe", "12,51 ¥") && has("To pay", "12,50") && has("Rückgeld", "8,00"), "{paper:?}");
    assert!(paper.iter().any(|(left, _)| left.starts_with("25.02.2026 ")), "{paper:?}");
}
