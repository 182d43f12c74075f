//! What is said of stock: it has no addresses of its own, but rides in batches as bodies of events, and in changes as records.

use super::Field::{Flag, ListOf, Number, Of, Text, Texts};
use super::Fields;

/// Kinds of events' bodies, with their messages.
pub const EVENTS: &[(&str, &str)] = &[
    ("count_opened", "CountPlan"),
    ("count_entered", "CountEntered"),
    ("count_pass_finished", "CountPassFinished"),
    ("count_approved", "CountApproved"),
    ("count_closed", "CountClosed"),
    ("goods_received", "GoodsReceived"),
    ("transfer_sent", "TransferSent"),
    ("transfer_received", "TransferReceived"),
    ("written_off", "WrittenOff"),
];

/// Kinds of records of a store's scope, with their messages; the word that one is gone bears its id alone.
pub const RECORDS: &[(&str, &str)] = &[
    ("stock", "StockLevel"),
    ("stock_as_of", "StockAsOf"),
    ("count", "CountPlan"),
    ("counted", "CountEntered"),
    ("count_pass_finished", "CountPassFinished"),
    ("delivery", "DeliveryNote"),
    ("transfer", "TransferSent"),
];

/// Their messages.
pub const MESSAGES: &[(&str, Fields)] = &[
    (
        "CountPlan",
        &[
            ("id", Text, true),
            ("name", Text, false),
            ("kind", Text, true),
            ("zones", ListOf("Zone"), false),
            ("blind", Flag, false),
            ("categories", Texts, false),
            ("items", Texts, false),
            ("trolley_s", Number, false),
            ("by", Text, true),
            ("at_ms", Number, true),
        ],
    ),
    ("Zone", &[("name", Text, true), ("sells", Flag, true)]),
    (
        "CountPass",
        &[
            ("id", Text, true),
            ("zone", Text, false),
            ("round", Number, true),
            ("by", Text, true),
            ("terminal", Number, true),
            ("at_ms", Number, true),
        ],
    ),
    (
        "CountEntered",
        &[("plan", Text, true), ("pass", Of("CountPass"), true), ("entries", ListOf("CountEntry"), false)],
    ),
    (
        "CountEntry",
        &[
            ("id", Text, true),
            ("no", Number, true),
            ("item", Text, false),
            ("unknown", Text, false),
            ("note", Text, false),
            ("lot", Text, false),
            ("expires", Text, false),
            ("add", Number, false),
            ("set", Number, false),
            ("take_back", Text, false),
            ("at_ms", Number, true),
            ("by", Text, false),
            ("terminal", Number, false),
        ],
    ),
    ("CountPassFinished", &[("plan", Text, true), ("pass", Text, true), ("by", Text, true), ("at_ms", Number, true)]),
    (
        "CountApproved",
        &[
            ("plan", Text, true),
            ("by", Text, true),
            ("at_ms", Number, true),
            ("lines", ListOf("ApprovedLine"), true),
            ("unknown", ListOf("UnknownGoods"), false),
        ],
    ),
    (
        "ApprovedLine",
        &[
            ("item", Text, true),
            ("counted", Number, true),
            ("lots", ListOf("LotQuantity"), false),
            ("at_ms", Number, true),
            ("expected", Number, true),
            ("value", Number, false),
        ],
    ),
    ("LotQuantity", &[("lot", Text, false), ("expires", Text, false), ("quantity", Number, true)]),
    ("UnknownGoods", &[("code", Text, true), ("zone", Text, false), ("quantity", Number, true), ("note", Text, false)]),
    ("CountClosed", &[("plan", Text, true), ("by", Text, true), ("at_ms", Number, true), ("reason", Text, false)]),
    ("StockLine", &[("item", Text, true), ("lot", Text, false), ("expires", Text, false), ("quantity", Number, true)]),
    (
        "ArrivedLine",
        &[
            ("item", Text, false),
            ("unknown", Text, false),
            ("lot", Text, false),
            ("expires", Text, false),
            ("expected", Number, false),
            ("arrived", Number, false),
            ("damaged", Number, false),
        ],
    ),
    (
        "GoodsReceived",
        &[
            ("id", Text, true),
            ("note", Text, false),
            ("supplier", Text, true),
            ("lines", ListOf("ArrivedLine"), true),
            ("complete", Flag, true),
            ("by", Text, true),
            ("at_ms", Number, true),
        ],
    ),
    (
        "TransferSent",
        &[
            ("id", Text, true),
            ("number", Text, true),
            ("from", Text, true),
            ("to", Text, true),
            ("lines", ListOf("StockLine"), true),
            ("by", Text, true),
            ("at_ms", Number, true),
        ],
    ),
    (
        "TransferReceived",
        &[
            ("transfer", Text, true),
            ("from", Text, true),
            ("lines", ListOf("ArrivedLine"), true),
            ("by", Text, true),
            ("at_ms", Number, true),
        ],
    ),
    (
        "WrittenOff",
        &[
            ("id", Text, true),
            ("reason", Text, true),
            ("lines", ListOf("StockLine"), true),
            ("by", Text, true),
            ("at_ms", Number, true),
        ],
    ),
    (
        "DeliveryNote",
        &[("number", Text, true), ("supplier", Text, true), ("due", Text, false), ("lines", ListOf("StockLine"), true)],
    ),
    (
        "StockLevel",
        &[
            ("item", Text, true),
            ("quantity", Number, true),
            ("lots", ListOf("LotQuantity"), false),
            ("moves", ListOf("StockMove"), false),
        ],
    ),
    ("StockMove", &[("at_ms", Number, true), ("quantity", Number, true), ("sale", Flag, false)]),
    ("StockAsOf", &[("at_ms", Number, true), ("heads", ListOf("TerminalHead"), true)]),
    ("TerminalHead", &[("terminal", Text, true), ("epoch", Number, true), ("seq", Number, true), ("hash", Text, true)]),
];

#[cfg(test)]
mod tests {
    use protocol::v1;
    use serde_json::Value;

    use super::super::tests::{fits, holds};
    use super::*;

    #[test]
    fn every_description_is_its_message() {
        holds::<v1::CountPlan>("CountPlan");
        holds::<v1::Zone>("Zone");
        holds::<v1::CountPass>("CountPass");
        holds::<v1::CountEntered>("CountEntered");
        holds::<v1::CountEntry>("CountEntry");
        holds::<v1::CountPassFinished>("CountPassFinished");
        holds::<v1::CountApproved>("CountApproved");
        holds::<v1::ApprovedLine>("ApprovedLine");
        holds::<v1::LotQuantity>("LotQuantity");
        holds::<v1::UnknownGoods>("UnknownGoods");
        holds::<v1::CountClosed>("CountClosed");
        holds::<v1::StockLine>("StockLine");
        holds::<v1::ArrivedLine>("ArrivedLine");
        holds::<v1::GoodsReceived>("GoodsReceived");
        holds::<v1::TransferSent>("TransferSent");
        holds::<v1::TransferReceived>("TransferReceived");
        holds::<v1::WrittenOff>("WrittenOff");
        holds::<v1::DeliveryNote>("DeliveryNote");
        holds::<v1::StockLevel>("StockLevel");
        holds::<v1::StockMove>("StockMove");
        holds::<v1::StockAsOf>("StockAsOf");
        holds::<v1::TerminalHead>("TerminalHead");
        assert_eq!(MESSAGES.len(), 22);
    }

    /// What the protocol holds for all time is described.
    #[test]
    fn what_the_golden_files_say_fits() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../protocol/testdata/v1");
        let read = |name: &str| -> Value {
            serde_json::from_slice(&std::fs::read(format!("{folder}/{name}.json")).unwrap()).unwrap()
        };
        for (kind, _) in EVENTS {
            fits("StockEvent", &read(&format!("event-{}", kind.replace('_', "-")))["body"]);
        }
        let changes = read("changes-of-stock");
        let records: Vec<&Value> =
            changes["changes"].as_array().unwrap().iter().map(|change| &change["record"]).collect();
        let gone = |record: &Value| record.as_object().unwrap().keys().any(|kind| kind.ends_with("_gone"));
        let told: Vec<&&Value> = records.iter().filter(|record| !gone(record)).collect();
        told.iter().for_each(|record| fits("StockRecord", record));
        assert_eq!(told.len(), RECORDS.len());
    }
}
