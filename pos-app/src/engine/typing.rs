//! What people type, in their language's notation: a decimal comma is understood where the language writes one, and a
//! point everywhere.

use std::borrow::Cow;

use ui::Intent;

use super::Engine;

impl Engine {
    /// The intent with plain digits, where an amount or a quantity was typed.
    pub(super) fn in_plain_digits(&self, intent: Intent) -> Intent {
        let plain = |text: String| match self.words.typed(&text) {
            Cow::Owned(plain) => plain,
            Cow::Borrowed(_) => text,
        };
        match intent {
            Intent::Enter { text } => Intent::Enter { text: plain(text) },
            Intent::SetQuantity { text } => Intent::SetQuantity { text: plain(text) },
            Intent::Cash { text } => Intent::Cash { text: plain(text) },
            Intent::Answer { text } => Intent::Answer { text: plain(text) },
            Intent::ChooseQuantity { id, text } => Intent::ChooseQuantity { id, text: plain(text) },
            Intent::OpenShift { float } => Intent::OpenShift { float: plain(float) },
            Intent::CloseShift { counted } => Intent::CloseShift { counted: plain(counted) },
            Intent::Tender { kind, amount, reference } => Intent::Tender { kind, amount: plain(amount), reference },
            other => other,
        }
    }
}
