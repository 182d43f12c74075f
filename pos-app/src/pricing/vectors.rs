//! The vectors in `protocol/testdata/pricing` through the door of the command, and what the command says of bad input.

use std::path::Path;

use serde_json::{Value, json};

use super::price;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../protocol/testdata/pricing");

fn vectors() -> Vec<(String, Value)> {
    let files = std::fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path());
    let mut vectors: Vec<(String, Value)> = files
        .filter(|path| !path.to_string_lossy().ends_with(".rules.json"))
        .map(|path: std::path::PathBuf| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path.display().to_string(), serde_json::from_str(&text).unwrap())
        })
        .collect();
    vectors.sort_by(|left, right| left.0.cmp(&right.0));
    vectors
}

fn files(vector: &Value) -> [String; 3] {
    let items: Vec<&str> = vector["items"].as_array().unwrap().iter().map(|row| row.as_str().unwrap()).collect();
    [vector["rules"].to_string(), items.join("\n"), vector["basket"].to_string()]
}

/// What a vector expects, out of all that the command tells.
fn short(told: &Value) -> Value {
    let of_line = |line: &Value| {
        let shares = line["discounts"].as_array().unwrap();
        let shares: serde_json::Map<String, Value> =
            shares.iter().map(|share| (share["rule"].as_str().unwrap().to_owned(), share["amount"].clone())).collect();
        json!({ "list": line["list"], "discounts": shares, "tax": line["tax"], "total": line["total"] })
    };
    let lines: Vec<Value> = told["lines"].as_array().unwrap().iter().map(of_line).collect();
    json!({ "lines": lines, "totals": told["totals"] })
}

#[test]
fn every_vector_is_priced_as_it_says() {
    let vectors = vectors();
    assert!(vectors.len() >= 16, "{} vectors in {FOLDER}", vectors.len());
    for (name, vector) in vectors {
        let [rules, items, basket] = files(&vector);
        let told = price(rules.as_bytes(), items.as_bytes(), basket.as_bytes(), true)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(short(&told), vector["expected"], "{name}: {}", vector["about"]);
        assert_eq!(told["search"], "exact");
        let plain = price(rules.as_bytes(), items.as_bytes(), basket.as_bytes(), false).unwrap();
        assert_eq!((&plain["lines"], &plain["explain"]), (&told["lines"], &Value::Null));
    }
}

#[test]
fn every_line_and_rule_has_its_answer() {
    let text = std::fs::read_to_string(Path::new(FOLDER).join("coupons.json")).unwrap();
    let mut vector: Value = serde_json::from_str(&text).unwrap();
    vector["basket"]["coupons"] = json!([{ "code": "TEN-3", "spent": true }]);
    let [rules, items, basket] = files(&vector);
    let told = price(rules.as_bytes(), items.as_bytes(), basket.as_bytes(), true).unwrap();
    let answers = json!([
        { "rule": "code", "name": "code", "why_not": "no_coupon" },
        { "rule": "ten", "name": "ten", "why_not": "coupon_used" },
    ]);
    assert_eq!(told["explain"][0]["rules"], answers);
    assert_eq!(told["totals"]["discounts"], 0);
}

#[test]
fn bad_files_are_told_with_their_place() {
    let rules = json!({ "version": 1, "currency": "CNY", "rules": [] }).to_string();
    let items = "id,price,unit\npen,5.00,piece\nham,60.00,kg";
    let told = |rules: &str, items: &str, basket: Value| {
        let basket = basket.to_string();
        price(rules.as_bytes(), items.as_bytes(), basket.as_bytes(), false).map(drop).map_err(|error| error.to_string())
    };
    let basket = |lines: Value| json!({ "time": "2024-11-22T12:00:00+08:00", "lines": lines });
    assert_eq!(told(&rules, items, basket(json!([{ "item": "pen" }]))), Ok(()));
    let has = |told: Result<(), String>, words: &[&str]| {
        let told = told.unwrap_err();
        assert!(words.iter().all(|word| told.contains(word)), "{told:?} says {words:?}");
    };
    has(told("{}", items, basket(json!([]))), &["rules", "version"]);
    has(told(&rules, "id,price\npen,x", basket(json!([]))), &["items, line 2", "price"]);
    has(told(&rules, "id,price\npen,1\npen,2", basket(json!([]))), &["items, line 3", "twice"]);
    has(told(&rules, "id,colour\npen,red", basket(json!([]))), &["items, line 1", "colour"]);
    has(told(&rules, items, basket(json!([{ "item": "pen" }, { "item": "pan" }]))), &["line 2", "pan"]);
    has(told(&rules, items, basket(json!([{ "item": "pen", "quantity": 0.5 }]))), &["line 1", "quantity"]);
    has(told(&rules, items, basket(json!([{ "item": "ham", "quantity": "-1" }]))), &["line 1", "quantity"]);
    has(told(&rules, items, basket(json!([{ "item": "pen", "discount": {} }]))), &["line 1", "discount"]);
    has(told(&rules, items, json!({ "time": "noon", "lines": [] })), &["basket", "time"]);
    has(told(&rules, items, json!({ "time": "2024-11-22T12:00:00Z", "lines": [], "shop": 1 })), &["basket", "shop"]);
}
