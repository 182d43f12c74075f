//! `GET /go/...` and `/v1/phone/...`: what a shopper's phone asks. Nobody signs on; everything is counted.
//!
//! Who she is, is asked in a body, never in an address, and only an id and a masked name are answered: addresses and answers
//! are what browsers, proxies and logs keep.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use domain::aisle::{AisleError, BasketCode, SECRET_BYTES, session_secret};
use domain::payment::{Family, PaymentInput};
use jiff::{SignedDuration, Timestamp};
use protocol::v1::{ProblemKind, family_named, family_word};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Fault, Platform, body};
use crate::import;
use crate::phone::{
    self, Asset, Counter, CounterError, FAMILIES, Goods, Kept, KeptError, NotPriced, Phone, ShopError, Stands, Visits,
};

/// Bytes of what a phone posts: the longest basket is below two thousand.
const ASK_BYTES_MAX: usize = 8 << 10;
/// How long a session lasts: a visit to the largest shop.
const SESSION_FOR: SignedDuration = SignedDuration::from_hours(6);
/// Seconds after which a phone comes back that was turned away.
const RETRY_AFTER_S: u32 = 10;
/// What a tag about a payment is over begins with this, and what a tag about a member is over with that.
const TAG_CONTEXT: &str = "guitai aisle ask\n";
const MEMBER_CONTEXT: &str = "guitai aisle member\n";
/// Letters of a card's or a telephone's number.
const MEMBER_CODE_CHARS_MAX: usize = 64;
/// Nothing but what this platform serves; the camera for this page alone.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Which store's.
#[derive(Deserialize)]
pub struct OfStore {
    store: String,
}

/// Which language.
#[derive(Deserialize)]
pub struct InLanguage {
    lang: String,
}

/// A phone's visit.
#[derive(Serialize)]
pub(super) struct Session {
    /// Its id.
    pub session: Uuid,
    /// When it ends, in seconds.
    pub until: i64,
    /// What it signs with, in hexadecimal digits.
    pub secret: String,
    /// The time here, in seconds.
    pub at: i64,
    /// The store's name.
    pub name: String,
    /// Families of payments that are taken.
    pub families: Vec<&'static str>,
}

/// A member as her own phone is told of her.
#[derive(Serialize)]
pub(super) struct Known {
    /// Her id.
    pub id: String,
    /// Her name, or else her number, masked.
    pub name: String,
}

#[derive(Deserialize)]
pub(super) struct Pay {
    store: String,
    basket: String,
    family: String,
}

#[derive(Deserialize)]
pub(super) struct About {
    order: String,
    tag: String,
}

#[derive(Deserialize)]
pub(super) struct WhoAmI {
    store: String,
    session: Uuid,
    until: i64,
    code: String,
    tag: String,
}

/// Whose phone asks, by its address; counted before anything is done for it.
pub struct Caller(IpAddr);

impl FromRequestParts<Arc<Platform>> for Caller {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, platform: &Arc<Platform>) -> Result<Caller, Fault> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
        let peer = peer.ok_or_else(|| Fault::malformed("the request comes from no address"))?;
        let caller = Caller(phone::caller(&platform.proxies, peer, &parts.headers));
        platform.count(&caller.counted(), Visits::Any)?;
        Ok(caller)
    }
}

impl Caller {
    fn counted(&self) -> String {
        phone::counted_as(self.0)
    }
}

/// `GET /go/{store}`: the page.
pub async fn page(
    State(platform): State<Arc<Platform>>,
    _: Caller,
    headers: HeaderMap,
    Path(store): Path<String>,
) -> Result<Response, Fault> {
    platform.goods(&store).await?;
    Ok(packed_file(&headers, phone::page()))
}

/// `GET /go/-/{name}`: its files.
pub async fn asset(headers: HeaderMap, Path(name): Path<String>) -> Result<Response, Fault> {
    Ok(packed_file(&headers, phone::asset(&name).ok_or_else(Fault::not_found)?))
}

/// `GET /go/sw.js`: what keeps it for the aisle.
pub async fn worker() -> Response {
    file("text/javascript; charset=utf-8", phone::worker_script(), "no-cache")
}

/// `GET /go/manifest.webmanifest?store=`: what puts it among a phone's apps.
pub async fn manifest(
    State(platform): State<Arc<Platform>>,
    _: Caller,
    Query(of): Query<OfStore>,
) -> Result<Response, Fault> {
    let goods = platform.goods(&of.store).await?;
    Ok(file("application/manifest+json", phone::manifest(&of.store, &goods.settings.name), "no-cache"))
}

/// `GET /v1/phone/words?lang=`: its words.
pub async fn words(_: Caller, headers: HeaderMap, Query(asked): Query<InLanguage>) -> Response {
    let words = phone::words_of(&words::Languages::built_in(), &asked.lang);
    let mut response = body::json(&headers, &words);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// `GET /v1/phone/catalogue?store=`: goods and prices.
pub async fn catalogue(
    State(platform): State<Arc<Platform>>,
    _: Caller,
    headers: HeaderMap,
    Query(of): Query<OfStore>,
) -> Result<Response, Fault> {
    let goods = platform.goods(&of.store).await?;
    // Weak: the same goods, packed or not, and whenever they were put together.
    let tag = format!("W/\"{}\"", goods.tag);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    let is_it = |known: &str| known.trim().trim_start_matches("W/") == &tag[2..];
    let known = known.is_some_and(|known| known.split(',').any(is_it));
    let unpacks = takes_gzip(&headers);
    let builder = Response::builder()
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CACHE_CONTROL, "no-cache")
        .header(header::VARY, "accept-encoding")
        .header(header::ETAG, tag);
    let response = match (known, unpacks) {
        (true, _) => builder.status(StatusCode::NOT_MODIFIED).body(Body::empty()),
        (false, true) => builder.header(header::CONTENT_ENCODING, "gzip").body(Body::from(goods.packed.clone())),
        (false, false) => builder.body(Body::from(goods.plain.clone())),
    };
    Ok(response.expect("headers are well-formed"))
}

/// `POST /v1/phone/session`: a secret with which a phone signs its baskets.
pub async fn session(
    State(platform): State<Arc<Platform>>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Fault> {
    let of: OfStore = body::read_json(&headers, body, ASK_BYTES_MAX).await?;
    let goods = platform.goods(&of.store).await?;
    platform.count(&caller.counted(), Visits::Session)?;
    phone::tell_key(&*platform.store, &of.store, &platform.key).await?;
    let mut random = [0; 16];
    SystemRandom::new().fill(&mut random).map_err(|_| Fault::busy(RETRY_AFTER_S))?;
    let session = uuid::Builder::from_random_bytes(random).into_uuid();
    let now = Timestamp::now();
    let until = Timestamp::from_second((now + SESSION_FOR).as_second()).unwrap_or(now);
    let secret = session_secret(&goods.key, &of.store, session, until);
    let moved = |family: &Family| platform.accounts.of(*family).is_some();
    let yuan = goods.settings.currency.code() == "CNY";
    let families = FAMILIES.into_iter().filter(|family| yuan && moved(family)).map(family_word).collect();
    let told = Session {
        session,
        until: until.as_second(),
        secret: protocol::chain::to_hex(&secret),
        at: now.as_second(),
        name: goods.settings.name.clone(),
        families,
    };
    Ok(private(body::json(&headers, &told)))
}

/// `GET /v1/phone/pictures/{name}?store=`: a thumbnail of goods. What a name says never changes, so it may be kept for ever.
pub async fn picture(
    State(platform): State<Arc<Platform>>,
    _: Caller,
    Path(name): Path<String>,
    Query(of): Query<OfStore>,
) -> Result<Response, Fault> {
    let goods = platform.goods(&of.store).await?;
    let sha256 = goods.picture(&name).ok_or_else(Fault::not_found)?;
    let thumb = platform.thumbs.of(&*platform.store, sha256).await?.ok_or_else(Fault::not_found)?;
    Ok(file("image/png", thumb, "public, max-age=31536000, immutable"))
}

/// `POST /v1/phone/member`: who has a card or a telephone number. Told to sessions alone, and to each so often.
pub async fn member(
    State(platform): State<Arc<Platform>>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Fault> {
    let asked: WhoAmI = body::read_json(&headers, body, ASK_BYTES_MAX).await?;
    let goods = platform.goods(&asked.store).await?;
    let until = Timestamp::from_second(asked.until).map_err(|_| Fault::not_found())?;
    let secret = session_secret(&goods.key, &asked.store, asked.session, until);
    if Timestamp::now() >= until || tag(&secret, MEMBER_CONTEXT, &asked.code) != asked.tag {
        return Err(Fault::not_found());
    }
    platform.count(&asked.session.to_string(), Visits::MemberOfSession)?;
    platform.count(&caller.counted(), Visits::Member)?;
    platform.count(&asked.store, Visits::MemberOfStore)?;
    if asked.code.chars().count() <= MEMBER_CODE_CHARS_MAX {
        for code in import::codes_of(&asked.code) {
            if let Some(known) = platform.store.member_by_code(&asked.store, &code).await? {
                let name = if known.name.is_empty() { known.phone } else { known.name };
                return Ok(private(body::json(&headers, &Known { id: known.id, name })));
            }
        }
    }
    Err(Fault::not_found())
}

/// `POST /v1/phone/pay`: opens the payment of a signed basket; of the same basket the same payment.
pub async fn pay(
    State(platform): State<Arc<Platform>>,
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Fault> {
    let asked: Pay = body::read_json(&headers, body, ASK_BYTES_MAX).await?;
    let goods = platform.goods(&asked.store).await?;
    let now = Timestamp::now();
    let basket = BasketCode::read(&asked.basket, &goods.key, &asked.store, now).map_err(not_a_basket)?;
    platform.count(&basket.session.to_string(), Visits::PaymentOfSession)?;
    platform.count(&caller.counted(), Visits::Payment)?;
    let family = family_named(&asked.family).filter(|family| FAMILIES.contains(family));
    let family = family.filter(|family| platform.accounts.of(*family).is_some());
    let family = family.ok_or_else(|| Fault::malformed("payments of that kind are not taken on a phone here"))?;
    let order_no = Kept::order_no(&basket);
    let stands = match platform.store.phone_payment(&order_no).await? {
        Some(_) => platform.counter().stands(&order_no).await,
        None => {
            let member = match &basket.member {
                Some(id) => platform.store.member(&asked.store, id).await?,
                None => None,
            };
            let priced = goods.price(&basket.lines, member.as_ref(), now).map_err(not_priced)?;
            let kept = Kept::new(&basket, &priced, goods.settings.currency, family, now);
            let phone = Phone { ip: caller.0.to_string(), origin: origin(&uri, &headers)? };
            // By itself, so that a phone that hangs up does not break it off half-way.
            let platform = platform.clone();
            let begun = tokio::spawn(async move { platform.counter().begin(kept, &phone).await });
            begun.await.map_err(|_| Fault::new(ProblemKind::Internal, "the platform failed opening the payment"))?
        }
    };
    Ok(private(body::json(&headers, &stands.map_err(fault)?)))
}

/// `POST /v1/phone/pay/ask`: how a payment stands.
pub async fn ask(
    State(platform): State<Arc<Platform>>,
    _: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Fault> {
    let about: About = body::read_json(&headers, body, ASK_BYTES_MAX).await?;
    let stands = platform.own(&about).await?;
    Ok(private(body::json(&headers, &stands)))
}

/// `POST /v1/phone/pay/cancel`: the shopper gives a payment up; it is closed, or taken back.
pub async fn cancel(
    State(platform): State<Arc<Platform>>,
    _: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Fault> {
    let about: About = body::read_json(&headers, body, ASK_BYTES_MAX).await?;
    platform.own(&about).await?;
    // What is paid by then opens the way out, and the answer says so; who wants it back asks a person.
    let order = about.order.clone();
    let of_task = platform.clone();
    let done = tokio::spawn(async move { of_task.counter().go_on(&order, PaymentInput::CancelWished, None).await });
    let stands = done.await.map_err(|_| Fault::busy(RETRY_AFTER_S))?.map_err(fault)?;
    Ok(private(body::json(&headers, &stands)))
}

/// `POST /v1/phone/told`: a provider tells that something was paid. It is believed when it is asked.
pub async fn told() -> StatusCode {
    StatusCode::NO_CONTENT
}

impl Platform {
    /// What drives payments on phones.
    pub(crate) fn counter(&self) -> Counter<'_> {
        Counter { store: &*self.store, accounts: &self.accounts, key: &self.key, turns: &self.turns }
    }

    async fn goods(&self, store: &str) -> Result<Arc<Goods>, Fault> {
        if store.is_empty() || store.len() > 64 {
            return Err(Fault::not_found());
        }
        self.shops.of(&*self.store, store, Timestamp::now()).await.map_err(|error| match error {
            ShopError::Closed(_) => Fault::not_found(),
            ShopError::Store(error) => error.into(),
            ShopError::Settings(_) | ShopError::Book(_) => {
                tracing::error!(%error, store, "a store has no goods for phones");
                Fault::new(
                    ProblemKind::Internal,
                    "the store's settings cannot be used; the cause is in the platform's log",
                )
            }
        })
    }

    fn count(&self, who: &str, visit: Visits) -> Result<(), Fault> {
        let mut counts = self.visits.lock().unwrap_or_else(|held| held.into_inner());
        if counts.may(who, visit, Instant::now()) { Ok(()) } else { Err(Fault::busy(RETRY_AFTER_S)) }
    }

    /// How a payment stands, for the phone that began it.
    async fn own(&self, about: &About) -> Result<Stands, Fault> {
        let row = self.store.phone_payment(&about.order).await?.ok_or_else(Fault::not_found)?;
        let (kept, payment) = Kept::of(&row).map_err(|error| fault(error.into()))?;
        let goods = self.goods(&row.store).await?;
        let secret = session_secret(&goods.key, &kept.store, kept.session, kept.session_until());
        if tag(&secret, TAG_CONTEXT, &about.order) != about.tag {
            return Err(Fault::not_found());
        }
        self.count(&kept.session.to_string(), Visits::Standing)?;
        Ok(kept.stands(&payment))
    }
}

/// What a session signs a question with. Guessing it byte by byte would take as many questions as are counted in years.
fn tag(secret: &[u8; SECRET_BYTES], context: &str, about: &str) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), format!("{context}{about}").as_bytes());
    protocol::chain::to_hex(&tag.as_ref()[..16])
}

/// This platform as the phone reaches it.
fn origin(uri: &Uri, headers: &HeaderMap) -> Result<String, Fault> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = uri.authority().map(|authority| authority.as_str()).or(host).unwrap_or_default();
    let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    if host.is_empty() || host.len() > 255 || !plain {
        return Err(Fault::malformed("the request names no host"));
    }
    Ok(format!("https://{host}"))
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let codings = headers.get(header::ACCEPT_ENCODING).and_then(|codings| codings.to_str().ok());
    codings.is_some_and(|codings| codings.split(',').any(|coding| coding.trim().starts_with("gzip")))
}

fn packed_file(headers: &HeaderMap, asset: &'static Asset) -> Response {
    let packs = takes_gzip(headers);
    let mut response = match packs {
        true => file(asset.kind, asset.packed.clone(), "no-cache"),
        false => file(asset.kind, asset.plain, "no-cache"),
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if packs {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn file(kind: &'static str, text: impl Into<Body>, caching: &'static str) -> Response {
    let mut response = Response::new(text.into());
    for (name, value) in [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, caching),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    let camera = HeaderValue::from_static("camera=(self), microphone=(), geolocation=()");
    response.headers_mut().insert("permissions-policy", camera);
    response
}

/// Secrets and payments are kept by no cache.
fn private(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.into_response()
}

fn not_a_basket(error: AisleError) -> Fault {
    Fault::malformed(format!("the basket is not taken: {error}"))
}

fn not_priced(error: NotPriced) -> Fault {
    Fault::malformed(format!("the basket is not paid here: {error}"))
}

fn fault(error: CounterError) -> Fault {
    match error {
        CounterError::Store(error) => error.into(),
        CounterError::None => Fault::not_found(),
        CounterError::Busy => Fault::busy(RETRY_AFTER_S),
        CounterError::Kept(KeptError::Exit(error)) => {
            Fault::malformed(format!("the basket is too full to be paid on a phone: {error}"))
        }
        CounterError::Kept(_) | CounterError::NoAccount => {
            tracing::error!(%error, "a payment on a phone does not go on");
            Fault::new(ProblemKind::Internal, "the payment cannot go on; the cause is in the platform's log")
        }
    }
}
