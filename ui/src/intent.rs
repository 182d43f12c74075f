//! What a person at the till wants, as plain data. Whether it may happen is the engine's decision.

use serde::{Deserialize, Serialize};

/// One wish of the person at the till.
///
/// Serialised as `{"do": "key", ...}` on the control socket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Intent {
    /// Text that was typed and entered where the till is: a code, a search, a PIN, an amount, a quantity.
    /// What it means depends on the state of the till, as with a scan.
    Enter {
        /// As typed.
        text: String,
    },
    /// The search text changed while typing; shows results without choosing.
    Search {
        /// As typed so far.
        text: String,
    },
    /// An item chosen from favourites or search results.
    PickItem {
        /// The item's id as told in the screen.
        item: String,
    },
    /// A line of the basket is selected (touch) or the selection moves.
    SelectLine {
        /// Line number as told in the screen.
        line: u32,
    },
    /// Change the quantity of the selected line (the last one when none is selected).
    SetQuantity {
        /// As typed, e.g. `3` or `0.45`.
        text: String,
    },
    /// Void the selected line.
    VoidLine,
    /// Void the whole sale.
    VoidSale,
    /// The next item is returned instead of sold; a second time takes it back.
    ToggleReturn,
    /// Identify a member by card, phone or code.
    Member {
        /// As typed.
        text: String,
    },
    /// Put the sale aside.
    Suspend,
    /// Show what was put aside.
    ShowSuspended,
    /// Take a suspended sale up again.
    Recall {
        /// Its id as told in the screen.
        id: String,
    },
    /// Go to payment.
    Pay,
    /// Leave the present step without doing it.
    Back,
    /// Pay an amount in cash.
    Cash {
        /// As typed; empty means the exact amount.
        text: String,
    },
    /// Open the drawer without a sale.
    OpenDrawer,
    /// Print the last receipt again, marked as a copy.
    Reprint,
    /// Lock the till.
    Lock,
    /// Sign on with a PIN.
    SignOn {
        /// Who, as told in the screen.
        staff: String,
        /// The secret; never logged.
        pin: String,
    },
    /// Open a shift with a counted float.
    OpenShift {
        /// As typed.
        float: String,
    },
    /// Show the running totals.
    XReport,
    /// Show the form that closes the day.
    ShowClose,
    /// Close the shift with the counted cash.
    CloseShift {
        /// As typed.
        counted: String,
    },
    /// Print the report on the screen.
    PrintReport,
    /// Show the till in another language, e.g. `zh-CN` or `en`.
    Language {
        /// Tag of the language.
        tag: String,
    },
    /// The person has read the notice.
    Acknowledge,
    /// Begin one of the screen's actions, by its id.
    Begin {
        /// See [`crate::screen::Action`].
        action: String,
    },
    /// Answer the question that is open: what was typed, or the id of one of its options.
    Answer {
        /// As typed.
        text: String,
    },
    /// Tick or untick an entry of the open list; in a list of one choice this takes it.
    Choose {
        /// Its id as told in the screen.
        id: String,
    },
    /// How many of a ticked entry, where the list asks for it.
    ChooseQuantity {
        /// Its id as told in the screen.
        id: String,
        /// As typed.
        text: String,
    },
    /// Take the list or the count as it stands.
    Confirm,
    /// So many pieces of one denomination are in the drawer.
    Count {
        /// Its value as told in the screen.
        value: String,
        /// As typed; empty for none.
        pieces: String,
    },
    /// Pay with one of the offered means, or a part with it.
    Tender {
        /// Its id as told in the screen, e.g. `cash`, `code`, `points`.
        kind: String,
        /// Amount as typed; empty for what is still due.
        amount: String,
        /// Code, card or voucher number, when the means needs one; a payment code is a secret and never logged.
        reference: String,
    },
    /// Take back a means of payment that is not final.
    RemoveTender {
        /// Its number as told in the screen.
        no: u32,
    },
    /// Give up a payment under way; it is asked about and reversed, never forgotten.
    CancelPayment,
    /// A supervisor approves with her PIN what the cashier may not do alone.
    Approve {
        /// Who, as told in the screen.
        staff: String,
        /// The secret; never logged.
        pin: String,
    },
    /// Head office approves by a code told by telephone.
    ApproveByCode {
        /// As typed.
        code: String,
    },
    /// Say why the selected line costs what it costs.
    Explain,
    /// A key of the self-checkout or of the stock desk.
    Press {
        /// Its id as told in the screen.
        key: String,
    },
}
