//! A self-checkout and the attendant's till over real sockets: calls, answers, a forger, a line that is cut.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use pos_app::engine::LaneNews;
use pos_app::shell::lane::{Ears, Lane};
use protocol::lane::{Call, Hello, KioskTells, LANE, Session, Side, TillSays, Verdict, lane_key};

/// How long anything may take.
const WITHIN: Duration = Duration::from_secs(20);

fn ears() -> (Ears, Receiver<LaneNews>) {
    let (sender, news) = channel();
    let sender = Mutex::new(sender);
    let ears = Arc::new(move |news| {
        let _ = sender.lock().unwrap().send(news);
    });
    (ears, news)
}

fn wait_for(news: &Receiver<LaneNews>, wanted: impl Fn(&LaneNews) -> bool) -> LaneNews {
    let until = Instant::now() + WITHIN;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let told = news.recv_timeout(left).expect("it is told in time");
        if wanted(&told) {
            return told;
        }
    }
}

fn tells(call: u64) -> KioskTells {
    let open = Call { no: call, why: "age".into(), about: "18 · Beer".into(), from_afar: true, ..Call::default() };
    KioskTells { kiosk: 7, step: "wait".into(), call: (call > 0).then_some(open), ..KioskTells::default() }
}

fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

#[test]
fn an_attendant_hears_a_call_and_answers_it_and_a_cut_line_comes_back() {
    let key = lane_key(b"the store's approval key", "s1");
    let address = free_address();
    let (till_ears, till_news) = ears();
    let till = Lane::listen(&address, till_ears).unwrap();
    till.is(key.clone(), 1);
    let (kiosk_ears, kiosk_news) = ears();
    let kiosk = Lane::dial(&address, kiosk_ears).unwrap();
    kiosk.is(key.clone(), 7);
    kiosk.tell(tells(1));
    assert_eq!(wait_for(&till_news, |_| true), LaneNews::Kiosk(tells(1)));
    wait_for(&kiosk_news, |news| *news == LaneNews::Reached(true));
    let says = TillSays { call: 1, verdict: Verdict::Granted, staff: "02".into() };
    till.say(7, says.clone());
    assert_eq!(wait_for(&kiosk_news, |news| matches!(news, LaneNews::Says(_))), LaneNews::Says(says));
    kiosk.tell(tells(0));
    wait_for(&till_news, |news| *news == LaneNews::Kiosk(tells(0)));
    // The kiosk is switched off, and another one with its number comes.
    drop(kiosk);
    wait_for(&till_news, |news| *news == LaneNews::Gone(7));
    let (kiosk_ears, kiosk_news) = ears();
    let kiosk = Lane::dial(&address, kiosk_ears).unwrap();
    kiosk.is(key.clone(), 7);
    kiosk.tell(tells(4));
    wait_for(&till_news, |news| *news == LaneNews::Kiosk(tells(4)));
    // The till is switched off; the kiosk says that it stands alone, and finds it again.
    drop(till);
    wait_for(&kiosk_news, |news| *news == LaneNews::Reached(false));
    let (till_ears, till_news) = ears();
    let till = Lane::listen(&address, till_ears).unwrap();
    till.is(key, 1);
    wait_for(&till_news, |news| *news == LaneNews::Kiosk(tells(4)));
}

#[test]
fn who_has_not_the_key_is_not_heard() {
    let address = free_address();
    let (till_ears, till_news) = ears();
    let till = Lane::listen(&address, till_ears).unwrap();
    till.is(lane_key(b"right", "s1"), 1);
    let connect = || {
        let until = Instant::now() + WITHIN;
        loop {
            match TcpStream::connect(&address) {
                Ok(stream) => return stream,
                Err(error) => assert!(Instant::now() < until, "{error}"),
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    let hello = Hello { lane: LANE.into(), nonce: "a".repeat(protocol::lane::NONCE_CHARS), till: 7 };
    for wrong in ["with the wrong key", "too long", "noise"] {
        let mut stream = connect();
        stream.set_read_timeout(Some(WITHIN)).unwrap();
        writeln!(stream, "{}", serde_json::to_string(&hello).unwrap()).unwrap();
        let mut answer = BufReader::new(stream.try_clone().unwrap());
        let mut line = String::new();
        answer.read_line(&mut line).unwrap();
        let theirs: Hello = serde_json::from_str(&line).unwrap();
        let forged = lane_key(b"wrong", "s1").unwrap();
        let mut session = Session::new(&forged, Side::Kiosk, &hello, &theirs).unwrap();
        let told = match wrong {
            "too long" => "x".repeat(protocol::lane::LINE_BYTES_MAX + 1),
            "noise" => "{}\n".to_owned(),
            _ => session.seal(&tells(1)),
        };
        let _ = stream.write_all(told.as_bytes());
        // The till hangs up.
        line.clear();
        assert!(matches!(answer.read_line(&mut line), Ok(0) | Err(_)), "{wrong}: {line}");
    }
    assert!(till_news.try_recv().is_err(), "nothing of it was believed");
}
