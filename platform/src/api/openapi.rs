//! `GET /openapi.json`: what the API takes and gives, for people who write against it.
//!
//! The messages of the protocol know nothing of OpenAPI, so their shapes are described here; a test holds each
//! description to the message it describes.

mod phone;
mod stock;

use axum::Json;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem, PathsBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, SchemaType, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Required, ResponseBuilder,
    Schema,
};

/// Answers with the document.
pub async fn serve() -> Json<OpenApi> {
    Json(document())
}

/// Fields of a message: name, type, whether it must be there.
type Fields = &'static [(&'static str, Field, bool)];

#[derive(Clone, Copy)]
enum Field {
    Text,
    Number,
    Flag,
    Any,
    Of(&'static str),
    ListOf(&'static str),
    ListOfAny,
    Texts,
}
use Field::{Any, Flag, ListOf, ListOfAny, Number, Of, Text, Texts};

/// Name, place, words and type of what stands in an address.
type Parameter = (&'static str, ParameterIn, &'static str, Field);

const MESSAGES: &[(&str, Fields)] = &[
    (
        "Enrol",
        &[
            ("code", Text, true),
            ("public_key", Text, true),
            ("program", Text, true),
            ("protocol_min", Number, true),
            ("protocol_max", Number, true),
        ],
    ),
    (
        "Enrolled",
        &[
            ("terminal", Text, true),
            ("number", Number, true),
            ("store", Text, true),
            ("token", Text, true),
            ("platform_key", Text, true),
            ("protocol", Number, true),
        ],
    ),
    (
        "Hello",
        &[
            ("program", Text, true),
            ("protocol_min", Number, true),
            ("protocol_max", Number, true),
            ("epoch", Number, true),
            ("clock_ms", Number, true),
        ],
    ),
    (
        "Welcome",
        &[
            ("protocol", Number, true),
            ("clock_ms", Number, true),
            ("heads", ListOf("Head"), true),
            ("credit", Number, true),
        ],
    ),
    ("Head", &[("epoch", Number, true), ("seq", Number, true), ("hash", Text, true)]),
    (
        "Batch",
        &[
            ("terminal", Text, true),
            ("epoch", Number, true),
            ("first_seq", Number, true),
            ("prev_hash", Text, true),
            ("events", ListOfAny, true),
            ("signature", Text, true),
        ],
    ),
    (
        "Taken",
        &[
            ("head", Of("Head"), true),
            ("signature", Text, true),
            ("duplicates", Number, true),
            ("exceptions", Number, true),
            ("credit", Number, true),
        ],
    ),
    (
        "PaymentAsk",
        &[
            ("what", Text, true),
            ("order_no", Text, true),
            ("family", Text, true),
            ("amount", Number, true),
            ("currency", Text, true),
            ("at_ms", Number, true),
            ("code", Text, false),
            ("refund_no", Text, false),
            ("refund_amount", Number, false),
        ],
    ),
    ("PaymentAnswer", &[("order_no", Text, true), ("says", Any, true)]),
    (
        "SnapshotInfo",
        &[("no", Number, true), ("sha256", Text, true), ("bytes", Number, true), ("records", Number, true)],
    ),
    ("Change", &[("no", Number, true), ("record", Any, true)]),
    ("Changes", &[("changes", ListOf("Change"), true), ("next", Number, true), ("head", Number, true)]),
    (
        "Problem",
        &[
            ("type", Text, true),
            ("title", Text, true),
            ("status", Number, true),
            ("detail", Text, true),
            ("expected", Number, false),
        ],
    ),
];

/// The document.
pub fn document() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Guitai platform")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Between tills and their platform. Bodies may be compressed with zstd (Content-Encoding). \
             Money is in minor units, quantities in thousandths, instants in milliseconds since 1970.",
        ))
        .build();
    let mut components =
        ComponentsBuilder::new().security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    for (name, fields) in MESSAGES.iter().chain(stock::MESSAGES).chain(phone::MESSAGES) {
        components = components.schema(*name, message(fields));
    }
    components = components.schema("StockEvent", one_of(stock::EVENTS));
    components = components.schema("StockRecord", one_of(stock::RECORDS));
    OpenApiBuilder::new().info(info).paths(paths()).components(Some(components.build())).build()
}

fn paths() -> PathsBuilder {
    let post = HttpMethod::Post;
    let get = HttpMethod::Get;
    let scope: Parameter = ("scope", ParameterIn::Path, "`chain` or `store-<store id>`", Text);
    let after: Parameter = ("after", ParameterIn::Query, "changes after this number; 0 when absent", Number);
    let limit: Parameter = ("limit", ParameterIn::Query, "at most so many, up to 5000", Number);
    let sha256: Parameter = ("sha256", ParameterIn::Path, "its address", Text);
    phone::paths(PathsBuilder::new())
        .path(
            "/v1/enrol",
            item(&post, "Enrol a terminal with a one-time code", &[], Some("Enrol"), Some("Enrolled"), false),
        )
        .path(
            "/v1/hello",
            item(&post, "Say hello; tells how far the platform is", &[], Some("Hello"), Some("Welcome"), true),
        )
        .path(
            "/v1/events",
            item(
                &post,
                "Upload events, oldest first, without a gap. Each has one body; those of stock are of StockEvent",
                &[],
                Some("Batch"),
                Some("Taken"),
                true,
            ),
        )
        .path(
            "/v1/payments",
            item(
                &post,
                "Ask a payment provider: pay, query, reverse or refund; nothing is remembered or repeated",
                &[],
                Some("PaymentAsk"),
                Some("PaymentAnswer"),
                true,
            ),
        )
        .path(
            "/v1/scopes/{scope}/changes",
            item(
                &get,
                "Changes of the catalogue; 410 when too far behind. Records of a store's stock are of StockRecord",
                &[scope.clone(), after, limit],
                None,
                Some("Changes"),
                true,
            ),
        )
        .path(
            "/v1/scopes/{scope}/snapshot",
            item(&get, "Describe a snapshot", &[scope], None, Some("SnapshotInfo"), true),
        )
        .path(
            "/v1/snapshots/{sha256}",
            item(
                &get,
                "Fetch a snapshot: zstd of one Change a line; Range is honoured",
                std::slice::from_ref(&sha256),
                None,
                None,
                true,
            ),
        )
        .path("/v1/pictures/{sha256}", item(&get, "Fetch a picture of goods: PNG", &[sha256], None, None, true))
        .path("/health", item(&get, "Whether the program runs", &[], None, None, false))
        .path("/ready", item(&get, "Whether the database answers", &[], None, None, false))
        .path("/metrics", item(&get, "Metrics for Prometheus", &[], None, None, false))
        .path("/openapi.json", item(&get, "This document", &[], None, None, false))
}

fn item(
    method: &HttpMethod,
    summary: &str,
    parameters: &[Parameter],
    takes: Option<&str>,
    gives: Option<&str>,
    with_token: bool,
) -> PathItem {
    let json = |name: &str| ContentBuilder::new().schema(Some(Ref::from_schema_name(name))).build();
    let mut answer = ResponseBuilder::new().description("Done");
    if let Some(gives) = gives {
        answer = answer.content("application/json", json(gives));
    }
    let problem = ResponseBuilder::new()
        .description("A fault, with words that say what to do")
        .content("application/problem+json", json("Problem"));
    let mut operation = OperationBuilder::new()
        .summary(Some(summary))
        .response("200", answer.build())
        .response("default", problem.build());
    for (name, place, words, kind) in parameters {
        let must = *place == ParameterIn::Path || matches!(kind, Text);
        let required = if must { Required::True } else { Required::False };
        operation = operation.parameter(
            ParameterBuilder::new()
                .name(*name)
                .parameter_in(place.clone())
                .required(required)
                .description(Some(*words))
                .schema(Some(schema(*kind))),
        );
    }
    if let Some(takes) = takes {
        let body = RequestBodyBuilder::new().required(Some(Required::True)).content("application/json", json(takes));
        operation = operation.request_body(Some(body.build()));
    }
    if with_token {
        operation = operation.security(SecurityRequirement::new("token", [] as [&str; 0]));
    }
    PathItem::new(method.clone(), operation)
}

fn message(fields: Fields) -> Schema {
    let mut object = ObjectBuilder::new();
    for (name, field, required) in fields {
        object = object.property(*name, schema(*field));
        if *required {
            object = object.required(*name);
        }
    }
    object.build().into()
}

/// Exactly one key, the kind.
fn one_of(kinds: &[(&str, &str)]) -> Schema {
    let one = |(kind, name): &(&str, &str)| {
        ObjectBuilder::new().property(*kind, Ref::from_schema_name(*name)).required(*kind).build()
    };
    let one_of = kinds.iter().fold(OneOfBuilder::new(), |all, kind| all.item(one(kind)));
    one_of.build().into()
}

fn schema(field: Field) -> RefOr<Schema> {
    let plain = |kind| ObjectBuilder::new().schema_type(SchemaType::new(kind)).build();
    match field {
        Text => Schema::from(plain(Type::String)).into(),
        Number => Schema::from(plain(Type::Integer)).into(),
        Flag => Schema::from(plain(Type::Boolean)).into(),
        Any => Schema::from(plain(Type::Object)).into(),
        Of(name) => Ref::from_schema_name(name).into(),
        ListOf(name) => Schema::from(ArrayBuilder::new().items(Ref::from_schema_name(name)).build()).into(),
        ListOfAny => Schema::from(ArrayBuilder::new().items(plain(Type::Object)).build()).into(),
        Texts => Schema::from(ArrayBuilder::new().items(plain(Type::String)).build()).into(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use protocol::chain::Hash;
    use protocol::v1;
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use serde_json::{Map, Value, json, to_value};

    use super::*;

    /// Fields by name of a message.
    fn described(name: &str) -> Fields {
        let all = MESSAGES.iter().chain(stock::MESSAGES).chain(phone::MESSAGES);
        all.into_iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("{name} is described")).1
    }

    /// A message as it is described, with what need not be there or without it.
    fn sample(name: &str, whole: bool) -> Map<String, Value> {
        let fields = described(name).iter().filter(|(.., required)| whole || *required);
        let value = |(name, field): (&str, Field)| match field {
            Text if name == "hash" => json!("1".repeat(64)),
            Text => json!("01990000-0000-7000-8000-000000000001"),
            Number => json!(1),
            Flag => json!(true),
            Any => json!({}),
            Of(name) => Value::Object(sample(name, whole)),
            ListOf(name) => json!([sample(name, whole)]),
            ListOfAny => json!([{}]),
            Texts => json!(["x"]),
        };
        fields.map(|(name, field, _)| ((*name).to_owned(), value((name, *field)))).collect()
    }

    /// The message takes what is described, whole and bare, and nothing less.
    pub fn takes<T: DeserializeOwned>(name: &str) -> T {
        let read = |sample: Map<String, Value>| serde_json::from_value::<T>(Value::Object(sample));
        read(sample(name, false)).unwrap_or_else(|error| panic!("{name}, bare: {error}"));
        for (field, _, required) in described(name) {
            let mut less = sample(name, true);
            less.remove(*field);
            assert_eq!(read(less).is_err(), *required, "{name} without {field}");
        }
        read(sample(name, true)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The same of one that is given, too: it has no other fields.
    pub fn holds<T: DeserializeOwned + Serialize>(name: &str) {
        assert_eq!(to_value(takes::<T>(name)).unwrap(), Value::Object(sample(name, true)), "{name}");
    }

    /// A message is what the document says of it.
    pub fn fits(name: &str, message: &Value) {
        let document = to_value(document()).unwrap();
        let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
        check(&document, &schema, message).unwrap_or_else(|why| panic!("{name}: {why}: {message}"));
    }

    fn check(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
        if let Some(reference) = schema["$ref"].as_str() {
            return check(document, &document.pointer(&reference[1..]).ok_or(reference)?.clone(), value);
        }
        if let Some(kinds) = schema["oneOf"].as_array() {
            let fitting = kinds.iter().filter(|kind| check(document, kind, value).is_ok()).count();
            return if fitting == 1 { Ok(()) } else { Err(format!("{fitting} kinds fit")) };
        }
        match (schema["type"].as_str(), value) {
            (Some("string"), Value::String(_))
            | (Some("integer"), Value::Number(_))
            | (Some("boolean"), Value::Bool(_)) => Ok(()),
            (Some("array"), Value::Array(items)) => {
                items.iter().try_for_each(|item| check(document, &schema["items"], item))
            }
            (Some("object"), Value::Object(fields)) => {
                let Some(known) = schema["properties"].as_object() else { return Ok(()) };
                for required in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                    fields.get(required).ok_or(format!("{required} is missing"))?;
                }
                fields.iter().try_for_each(|(name, value)| {
                    let schema = known.get(name).ok_or(format!("{name} is not described"))?;
                    check(document, schema, value).map_err(|why| format!("{name}: {why}"))
                })
            }
            (kind, _) => Err(format!("it is no {kind:?}")),
        }
    }

    /// Every address that is served is described, and no other.
    #[test]
    fn every_address_is_described() {
        let routes = include_str!("mod.rs").split(".route(\"").skip(1);
        let served: BTreeSet<String> = routes.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect();
        let document = to_value(document()).unwrap();
        let described: BTreeSet<String> = document["paths"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(described, served);
    }

    #[test]
    fn every_description_has_the_fields_of_its_message() {
        let hash = Hash::of(b"x");
        let head = v1::Head { epoch: 1, seq: 1, hash };
        let terminal = uuid::Uuid::nil();
        let text = String::new;
        let messages: Vec<(&str, Value)> = vec![
            (
                "Enrol",
                to_value(v1::Enrol {
                    code: text(),
                    public_key: text(),
                    program: text(),
                    protocol_min: 1,
                    protocol_max: 1,
                })
                .unwrap(),
            ),
            (
                "Enrolled",
                to_value(v1::Enrolled {
                    terminal,
                    number: 1,
                    store: text(),
                    token: text(),
                    platform_key: text(),
                    protocol: 1,
                })
                .unwrap(),
            ),
            (
                "Hello",
                to_value(v1::Hello { program: text(), protocol_min: 1, protocol_max: 1, epoch: 1, clock_ms: 1 })
                    .unwrap(),
            ),
            ("Welcome", to_value(v1::Welcome { protocol: 1, clock_ms: 1, heads: vec![], credit: 1 }).unwrap()),
            ("Head", to_value(head).unwrap()),
            (
                "Batch",
                to_value(v1::Batch {
                    terminal,
                    epoch: 1,
                    first_seq: 1,
                    prev_hash: hash,
                    events: vec![],
                    signature: text(),
                })
                .unwrap(),
            ),
            (
                "Taken",
                to_value(v1::Taken { head, signature: text(), duplicates: 0, exceptions: 0, credit: 1 }).unwrap(),
            ),
            (
                "PaymentAsk",
                to_value(v1::PaymentAsk {
                    what: v1::PaymentWhat::Pay,
                    order_no: text(),
                    family: text(),
                    amount: 1,
                    currency: text(),
                    at_ms: 1,
                    code: Some(text()),
                    refund_no: Some(text()),
                    refund_amount: Some(1),
                })
                .unwrap(),
            ),
            (
                "PaymentAnswer",
                to_value(v1::PaymentAnswer {
                    order_no: text(),
                    says: v1::PaymentSaid::Payment(v1::PaymentStands::Paid { provider_no: text() }),
                })
                .unwrap(),
            ),
            ("SnapshotInfo", to_value(v1::SnapshotInfo { no: 1, sha256: hash, bytes: 1, records: 1 }).unwrap()),
            ("Change", to_value(v1::Change { no: 1, record: v1::Record::ItemGone(text()) }).unwrap()),
            ("Changes", to_value(v1::Changes { changes: vec![], next: 1, head: 1 }).unwrap()),
            (
                "Problem",
                to_value(v1::Problem { kind: text(), title: text(), status: 400, detail: text(), expected: Some(1) })
                    .unwrap(),
            ),
        ];
        let document = to_value(document()).unwrap();
        for (name, message) in &messages {
            let described = &document["components"]["schemas"][name]["properties"];
            let names = |value: &Value| -> BTreeSet<String> { value.as_object().unwrap().keys().cloned().collect() };
            assert_eq!(names(described), names(message), "{name}");
            for (field, value) in message.as_object().unwrap() {
                let kind = described[field].get("type").cloned().unwrap_or(json!("ref"));
                let expect = match value {
                    Value::String(_) => json!("string"),
                    Value::Number(_) => json!("integer"),
                    Value::Array(_) => json!("array"),
                    _ => kind.clone(),
                };
                assert_eq!(kind, expect, "{name}.{field}");
            }
        }
        assert_eq!(messages.len(), MESSAGES.len());
    }
}
