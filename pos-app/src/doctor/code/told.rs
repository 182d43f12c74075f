//! What a code is, as text and as JSON.

use domain::barcode::{Layout, ValueKind};
use domain::payment::Family;
use serde_json::{Value, json};

use super::{Kind, Told};

impl Kind {
    fn id(self) -> &'static str {
        match self {
            Kind::Goods => "gtin",
            Kind::Label => "in_store",
            Kind::Gs1 => "gs1",
            Kind::Payment => "payment",
            Kind::Receipt => "receipt",
            Kind::Plain => "plain",
            Kind::NoCode => "none",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Kind::Goods => "number of goods (GTIN)",
            Kind::Label => "label made in a store",
            Kind::Gs1 => "GS1 data",
            Kind::Payment => "payment code",
            Kind::Receipt => "receipt of a till of this system",
            Kind::Plain => "plain code: a PLU, an item's, a member's, a card's",
            Kind::NoCode => "no code that a till takes",
        }
    }
}

impl Told {
    /// Lines of a word and what there is to say.
    pub(super) fn text(&self, layouts_of: &str) -> String {
        let mut lines = vec![("code", self.code.clone()), ("what", self.kind.words().to_owned())];
        lines.extend(self.symbology.map(|symbology| ("symbol", format!("{symbology:?}"))));
        let key = if self.kind == Kind::Receipt { "number" } else { "key" };
        lines.extend(self.key.iter().map(|text| (key, text.clone())));
        lines.extend(self.known.iter().map(|known| ("catalogue", known.clone())));
        lines.extend(self.check_digit.as_ref().map(|check| {
            let says = match check.found == check.expected {
                true => format!("{}, right", check.found),
                false => format!("{}, should be {}", check.found, check.expected),
            };
            ("check digit", says)
        }));
        if let Some((layout, digits)) = &self.layout {
            lines.push(("layout", format!("{} ({layouts_of})", spelled(layout))));
            lines.push(("digits", as_printed(layout, *digits)));
        }
        let price = if self.kind == Kind::Receipt { "total" } else { "price" };
        lines.extend(self.price.iter().map(|text| (price, text.clone())));
        lines.extend(self.weight.iter().map(|weight| ("weight", format!("{weight} kg"))));
        lines.extend(self.expires.map(|date| ("sell until", date.to_string())));
        if let Some(family) = self.payment {
            lines.push((
                "paying",
                format!("a payment code of {}: asked for its money when the till waits for it", name(family)),
            ));
            let selling = match self.kind {
                Kind::Payment => "looked up as goods and not found; it is shown masked",
                _ => "taken for what stands above: payment codes count only while the till waits for one",
            };
            lines.push(("selling", selling.to_owned()));
        }
        if let Some((wrong, mend)) = &self.wrong {
            lines.push(("wrong", wrong.clone()));
            lines.push(("mend", (*mend).to_owned()));
        }
        let mut text: String = lines.iter().map(|(word, says)| format!("{word:<13}{says}\n")).collect();
        if !self.elements.is_empty() {
            text.push('\n');
            let wide = self.elements.iter().map(|(ai, _)| ai.title().chars().count()).max().unwrap_or(0);
            for (ai, value) in &self.elements {
                text.push_str(&format!("{:<8}{:<wide$}  {value}\n", format!("({ai})"), ai.title()));
            }
        }
        text
    }

    pub(super) fn json(&self) -> Value {
        let elements: Vec<Value> = self
            .elements
            .iter()
            .map(|(ai, value)| json!({ "ai": ai.to_string(), "title": ai.title(), "value": value }))
            .collect();
        json!({
            "code": self.code,
            "kind": self.kind.id(),
            "symbology": self.symbology.map(|symbology| format!("{symbology:?}")),
            "key": self.key,
            "check_digit": self.check_digit.as_ref().map(|check| json!({ "found": check.found, "expected": check.expected })),
            "layout": self.layout.as_ref().map(|(layout, digits)| json!({
                "pattern": layout.pattern(),
                "value": kind(layout),
                "decimals": layout.decimals(),
                "digits": as_printed(layout, *digits),
            })),
            "price": self.price,
            "weight_kg": self.weight,
            "sell_until": self.expires.map(|date| date.to_string()),
            "elements": elements,
            "payment": self.payment.map(name),
            "catalogue": self.known,
            "wrong": self.wrong.as_ref().map(|(wrong, _)| wrong),
            "mend": self.wrong.as_ref().map(|(_, mend)| mend),
        })
    }
}

fn kind(layout: &Layout) -> &'static str {
    match layout.kind() {
        ValueKind::Price => "price",
        ValueKind::Weight => "weight",
    }
}

fn spelled(layout: &Layout) -> String {
    format!("{}:{}:{}", layout.pattern(), kind(layout), layout.decimals())
}

/// The value as the label carries it, with its point, before it is rounded to what a till counts in.
fn as_printed(layout: &Layout, digits: u64) -> String {
    let decimals = usize::from(layout.decimals());
    let digits = format!("{digits:0>wide$}", wide = decimals + 1);
    let (whole, rest) = digits.split_at(digits.len() - decimals);
    if rest.is_empty() { whole.to_owned() } else { format!("{whole}.{rest}") }
}

fn name(family: Family) -> &'static str {
    match family {
        Family::WeChat => "WeChat Pay",
        Family::Alipay => "Alipay",
        Family::UnionPay => "UnionPay",
        Family::Terminal => "a card terminal",
    }
}
