//! The same provider behind HTTPS on loopback, on the real clock.
//!
//! Written on threads and sockets so that it can do what an honest server cannot: close a connection in the middle of a
//! body, or never answer.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use super::codec::{Place, Settings};
use super::{Answer, Merchant, Protocol, Provider, Request};

/// Connections at the same time; more are dropped.
const CONNECTIONS_MAX: usize = 64;
/// Bytes of a request's head and of its body.
const HEAD_BYTES_MAX: usize = 16 << 10;
const BODY_BYTES_MAX: usize = 256 << 10;
/// How long a connection may say nothing.
const IDLE: Duration = Duration::from_secs(30);
/// The longest that an answer is held back.
const LATE_MAX: Duration = Duration::from_secs(120);
/// Paths of APIv2 for which the merchant must show its certificate.
const NEEDS_CERTIFICATE: &str = "/secapi/";

/// A running provider. Ends with its owner.
pub struct Server {
    address: SocketAddr,
    protocol: Protocol,
    papers: Papers,
    merchant: Merchant,
    desk: Arc<Desk>,
}

/// What client and server show each other, as PEM.
struct Papers {
    authority: String,
    /// The merchant's certificate, and its key.
    identity: (String, String),
}

/// The way into a running provider.
#[derive(Clone)]
pub struct Control(Arc<Desk>);

struct Desk {
    provider: Mutex<Provider>,
    over: AtomicBool,
    open: AtomicUsize,
    tls: Arc<ServerConfig>,
}

impl Server {
    /// Opens a provider on a free port of loopback.
    ///
    /// # Errors
    /// When no port can be opened, or no certificate made.
    pub fn start(protocol: Protocol) -> io::Result<Server> {
        Server::start_at(protocol, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
    }

    /// Opens it where it is told to.
    ///
    /// # Errors
    /// When the address is taken, or no certificate can be made.
    pub fn start_at(protocol: Protocol, address: SocketAddr) -> io::Result<Server> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let (papers, tls) = papers().map_err(io::Error::other)?;
        let merchant = Merchant::default();
        let mut provider = Provider::new(protocol, &merchant);
        provider.set_base(&format!("https://{address}"));
        let desk = Arc::new(Desk {
            provider: Mutex::new(provider),
            over: AtomicBool::new(false),
            open: AtomicUsize::new(0),
            tls,
        });
        let of_thread = Arc::clone(&desk);
        thread::Builder::new().name("payment provider".into()).spawn(move || accept(&listener, &of_thread))?;
        Ok(Server { address, protocol, papers, merchant, desk })
    }

    /// Where it is, such as `https://127.0.0.1:40000`.
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// The certificate of the authority that vouches for it, as PEM.
    pub fn authority_pem(&self) -> &str {
        &self.papers.authority
    }

    /// Where it is, for the merchant's settings.
    pub fn place(&self) -> Place {
        let identity = Some(self.papers.identity.clone());
        Place { url: self.url(), authority: self.papers.authority.clone(), identity }
    }

    /// The merchant's settings for it; keys are written into this folder.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn settings(&self, folder: &Path) -> io::Result<Settings> {
        self.merchant.settings(self.protocol, &self.place(), folder)
    }

    /// The same as the table of a device file.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn toml(&self, folder: &Path) -> io::Result<String> {
        self.merchant.toml(self.protocol, &self.place(), folder)
    }

    /// The merchant that it knows.
    pub fn merchant(&self) -> &Merchant {
        &self.merchant
    }

    /// The way into it.
    pub fn control(&self) -> Control {
        Control(Arc::clone(&self.desk))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.desk.over.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for a connection, so that it sees the end.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_millis(200));
    }
}

impl Control {
    /// The provider itself, with time passed; requests wait meanwhile.
    pub fn provider(&self) -> MutexGuard<'_, Provider> {
        let mut provider = self.0.provider();
        provider.pass(Timestamp::now());
        provider
    }
}

impl Desk {
    fn provider(&self) -> MutexGuard<'_, Provider> {
        self.provider.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A new authority with a server's certificate and a merchant's.
fn papers() -> Result<(Papers, Arc<ServerConfig>), Box<dyn std::error::Error + Send + Sync>> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Simulated payment provider");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let key = KeyPair::generate()?;
    let authority = params.self_signed(&key)?;
    let issuer = Issuer::new(params, key);
    let issued = |names: &[&str], usage| -> Result<_, rcgen::Error> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut own = CertificateParams::new(names)?;
        own.distinguished_name.push(DnType::CommonName, "Simulated payments");
        own.extended_key_usages = vec![usage];
        own.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        Ok((own.signed_by(&key, &issuer)?, key))
    };
    let (server, server_key) = issued(&["127.0.0.1", "localhost"], ExtendedKeyUsagePurpose::ServerAuth)?;
    let (merchant, merchant_key) = issued(&[], ExtendedKeyUsagePurpose::ClientAuth)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone())?;
    let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .allow_unauthenticated()
        .build()?;
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(clients)
        .with_single_cert(
            vec![server.der().clone()],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(server_key.serialize_der())),
        )?;
    let papers = Papers { authority: authority.pem(), identity: (merchant.pem(), merchant_key.serialize_pem()) };
    Ok((papers, Arc::new(config)))
}

fn accept(listener: &TcpListener, desk: &Arc<Desk>) {
    for stream in listener.incoming() {
        if desk.over.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        if desk.open.fetch_add(1, Ordering::SeqCst) >= CONNECTIONS_MAX {
            desk.open.fetch_sub(1, Ordering::SeqCst);
            continue;
        }
        let of_thread = Arc::clone(desk);
        let work = move || {
            // Whoever is at the other end hears that the connection is gone, and nothing else.
            let _ = talk(stream, &of_thread);
            of_thread.open.fetch_sub(1, Ordering::SeqCst);
        };
        if thread::Builder::new().name("payment request".into()).spawn(work).is_err() {
            desk.open.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

fn talk(stream: TcpStream, desk: &Desk) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(IDLE))?;
    stream.set_write_timeout(Some(IDLE))?;
    let tls = ServerConnection::new(Arc::clone(&desk.tls)).map_err(io::Error::other)?;
    let mut line = BufReader::new(StreamOwned::new(tls, stream));
    while let Some(request) = read(&mut line)? {
        if desk.over.load(Ordering::SeqCst) {
            return Ok(());
        }
        let shown = line.get_ref().conn.peer_certificates().is_some();
        if request.path().starts_with(NEEDS_CERTIFICATE) && !shown {
            // As the real one: the connection is refused before anything is read.
            return Ok(());
        }
        let served = desk.provider().serve(Timestamp::now(), &request);
        let Some((after, answer)) = served.into_iter().next() else { return Ok(()) };
        thread::sleep(after.unsigned_abs().min(LATE_MAX));
        write(line.get_mut(), &answer)?;
        if answer.cut {
            return Ok(());
        }
    }
    Ok(())
}

/// The next request on a connection; nothing when its end was reached.
fn read(line: &mut impl BufRead) -> io::Result<Option<Request>> {
    let odd = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let mut lines = Vec::new();
    let mut bytes = 0;
    loop {
        let mut text = Vec::new();
        let read = line.by_ref().take(HEAD_BYTES_MAX as u64).read_until(b'\n', &mut text)?;
        bytes += read;
        if read == 0 && lines.is_empty() {
            return Ok(None);
        }
        if read == 0 || bytes > HEAD_BYTES_MAX {
            return Err(odd("a head without end"));
        }
        let text = String::from_utf8(text).map_err(|_| odd("a head that is no text"))?;
        match text.trim_end() {
            "" => break,
            text => lines.push(text.to_owned()),
        }
    }
    let mut words = lines[0].split(' ');
    let (method, target) = words.next().zip(words.next()).ok_or_else(|| odd("no request"))?;
    let field =
        |line: &String| line.split_once(':').map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    let headers: Vec<(String, String)> = lines[1..].iter().filter_map(field).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize =
        length.map_or(Ok(0), |(_, length)| length.parse()).map_err(|_| odd("a length that is no number"))?;
    if length > BODY_BYTES_MAX || headers.iter().any(|(name, _)| name == "transfer-encoding") {
        return Err(odd("a body that is too long, or in pieces"));
    }
    let mut body = vec![0; length];
    line.read_exact(&mut body)?;
    Ok(Some(Request { method: method.to_owned(), target: target.to_owned(), headers, body }))
}

fn write(out: &mut impl Write, answer: &Answer) -> io::Result<()> {
    // What is cut off was meant to be longer.
    let length = if answer.cut { answer.body.len() * 2 + 1 } else { answer.body.len() };
    let mut head = format!("HTTP/1.1 {} Answer\r\ncontent-length: {length}\r\n", answer.status);
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    out.write_all(head.as_bytes())?;
    out.write_all(&answer.body)?;
    out.flush()
}
