//! What goes wrong between a till and its provider.

use jiff::SignedDuration;

use super::Served;
use super::call::Answer;

/// One thing that goes wrong with a request or its answer. Unless it says otherwise the provider has done what it was
/// asked: the money moves, and only the answer suffers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The request never arrives.
    LostBefore,
    /// The answer never arrives.
    LostAnswer,
    /// The answer arrives so much later.
    Late(SignedDuration),
    /// The request arrives twice, and both answers do.
    Twice,
    /// The answer bears a signature that is not the provider's.
    WronglySigned,
    /// The answer bears no signature.
    Unsigned,
    /// A gateway answers in the provider's place with this status: 500, 502, 503, 504 or 429.
    Status(u16),
    /// The answer is noise.
    Garbage,
    /// The answer ends in the middle.
    Truncated,
    /// A page for people, as captive portals and gateways send.
    Html,
    /// The provider says that it does not know (SYSTEM_ERROR).
    SystemError,
    /// The answer is about another order, rightly signed.
    OtherOrder,
}

/// Kinds of faults, for counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each is named after its fault")]
pub enum FaultKind {
    LostBefore,
    LostAnswer,
    Late,
    Twice,
    WronglySigned,
    Unsigned,
    Status,
    Garbage,
    Truncated,
    Html,
    SystemError,
    OtherOrder,
}

impl FaultKind {
    /// All of them.
    pub const ALL: [FaultKind; 12] = [
        FaultKind::LostBefore,
        FaultKind::LostAnswer,
        FaultKind::Late,
        FaultKind::Twice,
        FaultKind::WronglySigned,
        FaultKind::Unsigned,
        FaultKind::Status,
        FaultKind::Garbage,
        FaultKind::Truncated,
        FaultKind::Html,
        FaultKind::SystemError,
        FaultKind::OtherOrder,
    ];

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            FaultKind::LostBefore => "request lost",
            FaultKind::LostAnswer => "answer lost",
            FaultKind::Late => "answered late",
            FaultKind::Twice => "arrived and answered twice",
            FaultKind::WronglySigned => "wrongly signed",
            FaultKind::Unsigned => "not signed",
            FaultKind::Status => "a gateway's 5xx or 429",
            FaultKind::Garbage => "garbage",
            FaultKind::Truncated => "cut off in the middle",
            FaultKind::Html => "a page of HTML",
            FaultKind::SystemError => "system error",
            FaultKind::OtherOrder => "about another order",
        }
    }
}

impl Fault {
    /// Its kind.
    pub fn kind(self) -> FaultKind {
        match self {
            Fault::LostBefore => FaultKind::LostBefore,
            Fault::LostAnswer => FaultKind::LostAnswer,
            Fault::Late(_) => FaultKind::Late,
            Fault::Twice => FaultKind::Twice,
            Fault::WronglySigned => FaultKind::WronglySigned,
            Fault::Unsigned => FaultKind::Unsigned,
            Fault::Status(_) => FaultKind::Status,
            Fault::Garbage => FaultKind::Garbage,
            Fault::Truncated => FaultKind::Truncated,
            Fault::Html => FaultKind::Html,
            Fault::SystemError => FaultKind::SystemError,
            Fault::OtherOrder => FaultKind::OtherOrder,
        }
    }

    /// By its name, as typed: `lost-before`, `lost-answer`, `late SECONDS`, `twice`, `wrongly-signed`, `unsigned`,
    /// `status NUMBER`, `garbage`, `truncated`, `html`, `system-error`, `other-order`.
    pub fn named(words: &[&str]) -> Option<Fault> {
        Some(match words {
            ["lost-before"] => Fault::LostBefore,
            ["lost-answer"] => Fault::LostAnswer,
            ["late", seconds] => Fault::Late(SignedDuration::from_secs(seconds.parse().ok()?)),
            ["twice"] => Fault::Twice,
            ["wrongly-signed"] => Fault::WronglySigned,
            ["unsigned"] => Fault::Unsigned,
            ["status", number] => Fault::Status(number.parse().ok()?),
            ["garbage"] => Fault::Garbage,
            ["truncated"] => Fault::Truncated,
            ["html"] => Fault::Html,
            ["system-error"] => Fault::SystemError,
            ["other-order"] => Fault::OtherOrder,
            _ => return None,
        })
    }

    /// What is heard when the provider's own answer is not.
    pub(super) fn without_answer(self) -> Served {
        let plain = |status: u16, kind: &str, body: &[u8]| {
            let headers = vec![("content-type".to_owned(), kind.to_owned())];
            vec![(SignedDuration::ZERO, Answer { status, headers, body: body.to_vec(), cut: false })]
        };
        match self {
            Fault::Status(status) => {
                plain(status, "text/plain", b"upstream connect error or disconnect/reset before headers")
            }
            Fault::Garbage => plain(200, "application/octet-stream", &[0xff, 0x00, 0xfe, b'{', 0x80, b'<', 0xc3, 0x28]),
            Fault::Html => plain(200, "text/html", b"<html><body><h1>Log in to this network</h1></body></html>"),
            _ => Vec::new(),
        }
    }

    /// What becomes of the provider's answer.
    pub(super) fn spoil(self, mut answer: Answer) -> Served {
        match self {
            Fault::Late(by) => return vec![(by, answer)],
            Fault::Twice => {
                let again = (SignedDuration::from_secs(1), answer.clone());
                return vec![(SignedDuration::ZERO, answer), again];
            }
            Fault::WronglySigned => answer.forge(),
            Fault::Unsigned => answer.strip(),
            Fault::Truncated => {
                let half = answer.body.len() / 2;
                answer.body.truncate(half);
                answer.cut = true;
            }
            Fault::LostBefore
            | Fault::LostAnswer
            | Fault::Status(_)
            | Fault::Garbage
            | Fault::Html
            | Fault::SystemError
            | Fault::OtherOrder => {}
        }
        vec![(SignedDuration::ZERO, answer)]
    }
}
