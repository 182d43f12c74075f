//! The rule book's published schema and its parser say the same: on good samples, on bad ones, and on whatever a
//! mutation makes of them.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::rules::RuleBook;

const SCHEMA: &str = include_str!("../../../docs/schema/rule-book.v1.json");
const EVERY_KIND: &str = include_str!("../../testdata/pricing/every-kind.rules.json");

/// Read once; the properties ask for them ten thousand times.
static PARSED: LazyLock<(Value, Value)> =
    LazyLock::new(|| (serde_json::from_str(SCHEMA).unwrap(), serde_json::from_str(EVERY_KIND).unwrap()));

fn schema() -> &'static Value {
    &PARSED.0
}

fn every_kind() -> &'static Value {
    &PARSED.1
}

/// What a reader of the book is told, or nothing when it is fine.
fn told(book: &Value) -> Option<String> {
    let read = RuleBook::parse(book.to_string().as_bytes()).and_then(|book| book.compile());
    read.err().map(|error| error.to_string())
}

#[test]
fn every_kind_passes_and_comes_back_as_it_was() {
    let book = every_kind();
    assert_eq!(told(book), None);
    assert_eq!(Checker(schema()).check(book), Ok(()));
    let read = RuleBook::parse(EVERY_KIND.as_bytes()).unwrap();
    let again = serde_json::to_value(&read).unwrap();
    assert_eq!(Checker(schema()).check(&again), Ok(()));
    assert_eq!(RuleBook::of(again).unwrap(), read);
    let kinds: std::collections::BTreeSet<&str> =
        book["rules"].as_array().unwrap().iter().map(|rule| rule["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.len(), 15, "a rule of every kind");
}

#[test]
fn the_vectors_are_as_their_schemas_say() {
    let basket: Value = serde_json::from_str(include_str!("../../../docs/schema/basket.v1.json")).unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/pricing");
    let mut checked = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let vector: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        if vector.get("basket").is_some() {
            assert_eq!(Checker(schema()).check(&vector["rules"]), Ok(()), "{}", path.display());
            assert_eq!(Checker(&basket).check(&vector["basket"]), Ok(()), "{}", path.display());
            checked += 1;
        }
    }
    assert!(checked >= 16, "{checked} vectors");
}

#[test]
fn what_cannot_be_is_refused_by_both_and_named() {
    let goods = json!({ "items": ["1"] });
    let rule = |more: Value| {
        let mut rule = json!({ "id": "r-1", "name": "n", "kind": "percent_off", "goods": goods, "off_bp": 1000 });
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rule
    };
    let book = |rule: Value| json!({ "version": 1, "currency": "CNY", "rules": [rule] });
    assert_eq!(told(&book(rule(json!({})))), None);
    let steps = json!([{ "from": 10, "off": 5 }]);
    let bad = [
        (rule(json!({ "kind": "percent_of" })), "percent_of"),
        (rule(json!({ "of_bp": 1 })), "of_bp"),
        (rule(json!({ "off_bp": 10_001 })), "off_bp"),
        (rule(json!({ "off_bp": "10" })), "10"),
        (rule(json!({ "off_bp": null })), "off_bp"),
        (rule(json!({ "goods": {} })), "goods"),
        (rule(json!({ "goods": { "all": true, "items": ["1"] } })), "goods"),
        (rule(json!({ "goods": { "item": ["1"] } })), "item"),
        (rule(json!({ "name": "" })), "name"),
        (rule(json!({ "combine": "stack" })), "stack"),
        (rule(json!({ "limit_per_basket": 0 })), "limit_per_basket"),
        (rule(json!({ "when": { "weekdays": ["monday"] } })), "weekdays"),
        (rule(json!({ "when": { "hours": ["9:00-12:00"] } })), "hours"),
        (rule(json!({ "when": { "hours": ["09:00-12:60"] } })), "hours"),
        (rule(json!({ "when": { "coupon": {} } })), "coupon"),
        (rule(json!({ "when": { "day": 1 } })), "day"),
        (json!({ "id": "r-1", "name": "n", "kind": "mix_match", "goods": goods, "pieces": 0, "price": 1 }), "pieces"),
        (json!({ "id": "r-1", "name": "n", "kind": "special_price", "goods": goods, "price": -1 }), "price"),
        (json!({ "id": "r-1", "name": "n", "kind": "special_price", "goods": goods }), "price"),
        (json!({ "id": "r-1", "name": "n", "kind": "bundle", "goods": goods, "parts": [], "price": 1 }), "goods"),
        (
            json!({ "id": "r-1", "name": "n", "kind": "threshold", "goods": goods, "measure": "money", "steps": steps }),
            "money",
        ),
        (
            json!({ "id": "r-1", "name": "n", "kind": "gift", "goods": goods, "need": {}, "offered": goods, "pieces": 1 }),
            "need",
        ),
    ];
    for (rule, word) in bad {
        let book = book(rule);
        let told = told(&book).unwrap_or_else(|| panic!("{book} is read"));
        assert!(told.contains("r-1") && told.contains(word), "{told:?} names the rule and {word}");
        assert!(Checker(schema()).check(&book).is_err(), "{book} passes the schema");
    }
    let nameless = json!({ "version": 1, "currency": "XXX", "rules": [] });
    assert!(told(&nameless).unwrap().contains("currency"));
    assert!(Checker(schema()).check(&nameless).is_err());
}

#[test]
fn what_no_schema_can_say_is_told_by_the_parser() {
    let goods = json!({ "all": true });
    let book = |rule: Value| json!({ "version": 1, "currency": "CNY", "rules": [rule] });
    let steps = |first: i64, second: i64| json!([{ "from": first, "off": 5 }, { "from": second, "off": 6 }]);
    let threshold = |steps| json!({ "id": "r", "name": "n", "kind": "threshold", "goods": goods, "measure": "spend", "steps": steps });
    assert_eq!(told(&book(threshold(steps(10, 20)))), None);
    assert!(told(&book(threshold(steps(20, 10)))).unwrap().contains("steps"));
    assert!(told(&book(threshold(json!([{ "from": 10, "off": 11 }])))).unwrap().contains("more than the threshold"));
    let when = |when: Value| json!({ "id": "r", "name": "n", "kind": "percent_off", "goods": goods, "off_bp": 1, "when": when });
    let ended = json!({ "from": "2024-11-22T00:00:00+08:00", "until": "2024-11-22T00:00:00+09:00" });
    assert!(told(&book(when(ended))).unwrap().contains("when.until"));
    assert!(told(&book(when(json!({ "from": "2024-11-22" })))).unwrap().contains("when.from"));
    assert!(RuleBook::parse(&vec![b' '; super::RULE_BOOK_BYTES_MAX + 1]).unwrap_err().to_string().contains("bytes"));
}

/// Values that a mutation puts somewhere.
fn strange() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!({})),
        Just(json!([])),
        Just(json!("")),
        Just(json!(0)),
        Just(json!(i64::MIN)),
        Just(json!(u64::MAX)),
        Just(json!(1.5)),
        Just(json!(true)),
        Just(json!("24:00-00:00")),
        any::<i32>().prop_map(|number| json!(number)),
        (1_i64..2_000).prop_map(|number| json!(number)),
    ]
}

/// All places of a document, as pointers.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(field, value)| places(value, &format!("{at}/{field}"), found))
        }
        Value::Array(values) => {
            values.iter().enumerate().for_each(|(index, value)| places(value, &format!("{at}/{index}"), found));
        }
        _ => {}
    }
}

/// One rule of the sample in a book of its own, so that a mutation hits something.
fn one_rule(at: usize) -> Value {
    let book = every_kind();
    let rules = book["rules"].as_array().unwrap();
    let rule = &rules[at % rules.len()];
    json!({ "version": 1, "currency": "CNY", "points": book["points"], "margin_floor_bp": 500, "rules": [rule] })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn a_book_that_is_read_passes_the_schema_and_none_stops_the_program(
        rule in 0_usize..100,
        changes in prop::collection::vec((any::<prop::sample::Index>(), strange(), 0_u8..3), 1..3),
    ) {
        let mut book = one_rule(rule);
        for (place, value, how) in changes {
            let mut all = Vec::new();
            places(&book, "", &mut all);
            let place = all[place.index(all.len())].clone();
            match (how, place.rsplit_once('/')) {
                (0, Some((parent, field))) => match book.pointer_mut(parent) {
                    Some(Value::Object(fields)) => drop(fields.remove(field)),
                    Some(Value::Array(values)) => drop(values.pop()),
                    _ => {}
                },
                (1, _) => if let Some(Value::Object(fields)) = book.pointer_mut(&place) {
                    fields.insert("repeating".into(), value);
                },
                _ => if let Some(at) = book.pointer_mut(&place) {
                    *at = value;
                },
            }
        }
        if told(&book).is_none() {
            prop_assert_eq!(Checker(schema()).check(&book), Ok(()));
        }
    }

    #[test]
    fn bytes_that_are_no_book_are_told(mut bytes in prop::collection::vec(any::<u8>(), 0..40), at in any::<prop::sample::Index>()) {
        let _ = RuleBook::parse(&bytes);
        let mut book = EVERY_KIND.as_bytes().to_vec();
        let at = at.index(book.len());
        let until = book.len().min(at + bytes.len() / 2);
        book.splice(at..until, bytes.drain(..));
        if let Ok(book) = RuleBook::parse(&book) {
            let _ = book.compile();
        }
    }
}

/// Checks a document against the part of JSON Schema that the published schema uses. A keyword that it does not know is a
/// fault of this test.
struct Checker<'a>(&'a Value);

impl Checker<'_> {
    fn check(&self, value: &Value) -> Result<(), String> {
        self.by(self.0, value, "")
    }

    fn by(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        let schema = schema.as_object().expect("a schema is an object");
        for (keyword, says) in schema {
            let holds = match keyword.as_str() {
                "$schema" | "title" | "description" | "default" | "$defs" => Ok(true),
                "$ref" => {
                    let target = says.as_str().and_then(|to| self.0.pointer(to.strip_prefix('#')?));
                    self.by(target.expect("a reference leads somewhere"), value, at).map(|()| true)
                }
                "oneOf" | "anyOf" => {
                    let passed = says.as_array().unwrap().iter().filter(|schema| self.by(schema, value, at).is_ok());
                    let passed = passed.count();
                    Ok(if keyword == "oneOf" { passed == 1 } else { passed > 0 })
                }
                "properties" => self.properties(says, value, at).map(|()| true),
                "additionalProperties" => self.others(schema, says, value, at),
                "items" => match value.as_array() {
                    Some(items) => items
                        .iter()
                        .enumerate()
                        .try_for_each(|(index, item)| self.by(says, item, &format!("{at}/{index}")))
                        .map(|()| true),
                    None => Ok(true),
                },
                "propertyNames" => match value.as_object() {
                    Some(fields) => fields.keys().try_for_each(|name| self.by(says, &json!(name), at)).map(|()| true),
                    None => Ok(true),
                },
                _ => Ok(by_itself(keyword, says, value)),
            };
            if !holds? {
                return Err(format!("{at}: {keyword}"));
            }
        }
        Ok(())
    }

    fn properties(&self, says: &Value, value: &Value, at: &str) -> Result<(), String> {
        let Some(fields) = value.as_object() else { return Ok(()) };
        for (field, schema) in says.as_object().unwrap() {
            if let Some(value) = fields.get(field) {
                self.by(schema, value, &format!("{at}/{field}"))?;
            }
        }
        Ok(())
    }

    fn others(
        &self,
        schema: &serde_json::Map<String, Value>,
        says: &Value,
        value: &Value,
        at: &str,
    ) -> Result<bool, String> {
        let Some(fields) = value.as_object() else { return Ok(true) };
        let known = schema.get("properties").and_then(Value::as_object);
        for (field, value) in fields.iter().filter(|(field, _)| known.is_none_or(|known| !known.contains_key(*field))) {
            match says {
                Value::Bool(false) => return Err(format!("{at}: {field} is unknown")),
                says => self.by(says, value, &format!("{at}/{field}"))?,
            }
        }
        Ok(true)
    }
}

/// Keywords that need nothing but themselves; each holds for values of other types.
fn by_itself(keyword: &str, says: &Value, value: &Value) -> bool {
    let number = || says.as_i64().expect("a bound is a whole number");
    let whole = value.as_i64().map(i128::from).or(value.as_u64().map(i128::from));
    let length = |text: &str| text.chars().count() as i64;
    match keyword {
        "type" => match says {
            Value::Array(types) => types.iter().any(|says| by_itself("type", says, value)),
            says => is_of_type(says.as_str().unwrap(), value),
        },
        "const" => value == says,
        "enum" => says.as_array().unwrap().contains(value),
        "minimum" => whole.is_none_or(|whole| whole >= i128::from(number())),
        "maximum" => whole.is_none_or(|whole| whole <= i128::from(number())),
        "minLength" => value.as_str().is_none_or(|text| length(text) >= number()),
        "maxLength" => value.as_str().is_none_or(|text| length(text) <= number()),
        "minItems" => value.as_array().is_none_or(|items| items.len() as i64 >= number()),
        "maxItems" => value.as_array().is_none_or(|items| items.len() as i64 <= number()),
        "minProperties" => value.as_object().is_none_or(|fields| fields.len() as i64 >= number()),
        "maxProperties" => value.as_object().is_none_or(|fields| fields.len() as i64 <= number()),
        "required" => value.as_object().is_none_or(|fields| {
            says.as_array().unwrap().iter().all(|name| fields.contains_key(name.as_str().unwrap()))
        }),
        "pattern" => value.as_str().is_none_or(is_span),
        other => panic!("the test does not know the keyword {other}"),
    }
}

fn is_of_type(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("the test does not know the type {other}"),
    }
}

/// The one pattern of the schema: spans of hours.
fn is_span(text: &str) -> bool {
    let minutes = |text: &str| {
        let (hour, minute) = text.split_once(':')?;
        let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        let fits = digits(hour) && digits(minute) && minute < "60";
        fits.then(|| hour.parse::<u32>().unwrap() * 60 + minute.parse::<u32>().unwrap())
    };
    let span = text.split_once('-').and_then(|(from, until)| minutes(from).zip(minutes(until)));
    span.is_some_and(|(from, until)| from < 24 * 60 && until <= 24 * 60)
}
