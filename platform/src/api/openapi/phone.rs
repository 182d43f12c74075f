//! What shoppers' phones ask: nobody signs on, and what is said of a session is signed with its secret.

use utoipa::openapi::path::{HttpMethod, ParameterIn, PathsBuilder};

use super::Field::{Any, ListOfAny, Number, Text, Texts};
use super::{Fields, Parameter, item};

/// Its messages.
pub const MESSAGES: &[(&str, Fields)] = &[
    ("PhoneStore", &[("store", Text, true)]),
    (
        "PhoneSession",
        &[
            ("session", Text, true),
            ("until", Number, true),
            ("secret", Text, true),
            ("at", Number, true),
            ("name", Text, true),
            ("families", Texts, true),
        ],
    ),
    (
        "PhoneWho",
        &[
            ("store", Text, true),
            ("session", Text, true),
            ("until", Number, true),
            ("code", Text, true),
            ("tag", Text, true),
        ],
    ),
    ("PhoneMember", &[("id", Text, true), ("name", Text, true)]),
    ("PhonePay", &[("store", Text, true), ("basket", Text, true), ("family", Text, true)]),
    ("PhoneAsk", &[("order", Text, true), ("tag", Text, true)]),
    (
        "PhoneStands",
        &[
            ("order", Text, true),
            ("amount", Number, true),
            ("state", Text, true),
            ("url", Text, false),
            ("exit", Text, false),
            ("until", Number, false),
        ],
    ),
    (
        "PhoneCatalogue",
        &[
            ("at", Number, true),
            ("sign", Text, true),
            ("digits", Number, true),
            ("layouts", ListOfAny, true),
            ("items", ListOfAny, true),
        ],
    ),
    ("PhoneWords", &[("lang", Text, true), ("words", Any, true)]),
];

/// Its addresses.
pub fn paths(paths: PathsBuilder) -> PathsBuilder {
    let (get, post) = (HttpMethod::Get, HttpMethod::Post);
    let in_path: Parameter = ("store", ParameterIn::Path, "The store's id", Text);
    let store: Parameter = ("store", ParameterIn::Query, "The store's id", Text);
    let name: Parameter = ("name", ParameterIn::Path, "Its name", Text);
    let lang: Parameter =
        ("lang", ParameterIn::Query, "A language, as browsers name it; the nearest is answered", Text);
    let page = |summary: &str, parameters: &[Parameter]| item(&get, summary, parameters, None, None, false);
    let asks = |summary: &str, takes, gives| item(&post, summary, &[], Some(takes), gives, false);
    paths
        .path("/go/{store}", page("The page of a shopper's phone: HTML", &[in_path]))
        .path("/go/-/{name}", page("A file of the page", std::slice::from_ref(&name)))
        .path("/go/sw.js", page("What keeps the page for the aisle", &[]))
        .path(
            "/go/manifest.webmanifest",
            page("What puts the page among a phone's apps", std::slice::from_ref(&store)),
        )
        .path("/v1/phone/words", item(&get, "The page's words", &[lang], None, Some("PhoneWords"), false))
        .path(
            "/v1/phone/catalogue",
            item(
                &get,
                "Goods and list prices; each item is [codes, name, English name, price, flags, name of its picture], flags \
                 are 1 weighed, 2 for adults, 4 at the till only, 8 not paid on a phone. ETag and gzip are honoured",
                std::slice::from_ref(&store),
                None,
                Some("PhoneCatalogue"),
                false,
            ),
        )
        .path("/v1/phone/pictures/{name}", page("A thumbnail of goods: PNG, kept for ever", &[name, store]))
        .path("/v1/phone/session", asks("Begin a visit: a secret to sign with", "PhoneStore", Some("PhoneSession")))
        .path(
            "/v1/phone/member",
            asks(
                "Who has a card or telephone number; tag is the first 16 bytes of HMAC-SHA-256 with the session's secret \
                 over `guitai aisle member`, a line feed and the code, in hexadecimal digits",
                "PhoneWho",
                Some("PhoneMember"),
            ),
        )
        .path(
            "/v1/phone/pay",
            asks("Open the payment of a signed basket; of the same basket the same", "PhonePay", Some("PhoneStands")),
        )
        .path(
            "/v1/phone/pay/ask",
            asks(
                "How a payment stands; the tag is over `guitai aisle ask`, a line feed and the order",
                "PhoneAsk",
                Some("PhoneStands"),
            ),
        )
        .path("/v1/phone/pay/cancel", asks("Give a payment up", "PhoneAsk", Some("PhoneStands")))
        .path(
            "/v1/phone/told",
            item(&post, "A provider's notification: answered, not believed", &[], None, None, false),
        )
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::super::tests::{fits, takes};
    use crate::api::phone;
    use crate::phone::{Stands, words_of};

    #[test]
    fn every_description_is_its_message() {
        takes::<phone::OfStore>("PhoneStore");
        takes::<phone::WhoAmI>("PhoneWho");
        takes::<phone::Pay>("PhonePay");
        takes::<phone::About>("PhoneAsk");
        let text = String::new;
        let session = phone::Session {
            session: uuid::Uuid::nil(),
            until: 1,
            secret: text(),
            at: 1,
            name: text(),
            families: vec!["wechat"],
        };
        fits("PhoneSession", &to_value(session).unwrap());
        fits("PhoneMember", &to_value(phone::Known { id: text(), name: text() }).unwrap());
        let amount = 1;
        let bare = Stands { order: text(), amount, state: "doubt", url: None, exit: None, until: None };
        let whole = Stands { url: Some(text()), exit: Some(text()), until: Some(1), ..bare.clone() };
        for stands in [bare, whole] {
            fits("PhoneStands", &to_value(stands).unwrap());
        }
        fits("PhoneWords", &to_value(words_of(&words::Languages::built_in(), "en")).unwrap());
        fits("PhoneCatalogue", &json!({ "at": 1, "sign": "¥", "digits": 2, "layouts": [{}], "items": [{}] }));
    }
}
