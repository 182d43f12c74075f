//! `GET /openapi.json`: what the API takes and gives, for people who write against it.
//!
//! The messages of the protocol know nothing of OpenAPI, so their shapes are described here; a test holds each
//! description to the message it describes.

use axum::Json;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem, PathsBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};
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
    Any,
    Of(&'static str),
    ListOf(&'static str),
    ListOfAny,
}
use Field::{Any, ListOf, ListOfAny, Number, Of, Text};

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
    for (name, fields) in MESSAGES {
        components = components.schema(*name, message(fields));
    }
    OpenApiBuilder::new().info(info).paths(paths()).components(Some(components.build())).build()
}

fn paths() -> PathsBuilder {
    let post = HttpMethod::Post;
    let get = HttpMethod::Get;
    let scope = ("scope", ParameterIn::Path, "`chain` or `store-<store id>`");
    let after = ("after", ParameterIn::Query, "changes after this number; 0 when absent");
    let limit = ("limit", ParameterIn::Query, "at most so many, up to 5000");
    let sha256 = ("sha256", ParameterIn::Path, "its address");
    PathsBuilder::new()
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
            item(&post, "Upload events, oldest first, without a gap", &[], Some("Batch"), Some("Taken"), true),
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
                "Changes of the catalogue; 410 when too far behind",
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
    parameters: &[(&str, ParameterIn, &str)],
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
    for (name, place, words) in parameters {
        let required = if *place == ParameterIn::Path { Required::True } else { Required::False };
        let kind = if *place == ParameterIn::Path { Text } else { Number };
        operation = operation.parameter(
            ParameterBuilder::new()
                .name(*name)
                .parameter_in(place.clone())
                .required(required)
                .description(Some(*words))
                .schema(Some(schema(kind))),
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

fn schema(field: Field) -> RefOr<Schema> {
    let plain = |kind| ObjectBuilder::new().schema_type(SchemaType::new(kind)).build();
    match field {
        Text => Schema::from(plain(Type::String)).into(),
        Number => Schema::from(plain(Type::Integer)).into(),
        Any => Schema::from(plain(Type::Object)).into(),
        Of(name) => Ref::from_schema_name(name).into(),
        ListOf(name) => Schema::from(ArrayBuilder::new().items(Ref::from_schema_name(name)).build()).into(),
        ListOfAny => Schema::from(ArrayBuilder::new().items(plain(Type::Object)).build()).into(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use protocol::chain::Hash;
    use protocol::v1;
    use serde_json::{Value, json, to_value};

    use super::*;

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
