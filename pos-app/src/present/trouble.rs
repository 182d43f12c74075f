//! Why something did not happen and what to do, in words a cashier understands.

use domain::aisle::AisleError;
use domain::barcode::{BarcodeError, Gs1Error};
use domain::basket::BasketError;
use domain::money::AmountError;
use domain::quantity::QuantityError;
use domain::store::Store;
use ui::screen::Level;
use words::{Words, say};

use crate::engine::{ExitTrouble, JournalRefusal, SaveTrouble, Trouble};
use crate::notation::Notation;

/// How loud it is: goods that would leave unpaid and writing that failed are faults, the rest asks.
pub(super) fn level(trouble: &Trouble) -> Level {
    match trouble {
        Trouble::NotSaved(_)
        | Trouble::NotKept(_)
        | Trouble::Catalogue(_)
        | Trouble::QueueFull
        | Trouble::ScansLeftOut(_)
        | Trouble::PaymentAlarm(_)
        | Trouble::UnknownPayment
        | Trouble::PaymentNotKept(_)
        | Trouble::DrawerForced
        | Trouble::CalledBack { .. }
        | Trouble::Expired { .. }
        | Trouble::JournalRenewed(_)
        | Trouble::JournalRefused(_) => Level::Fault,
        _ => Level::Warning,
    }
}

/// One sentence.
pub(super) fn words(trouble: &Trouble, store: Option<&Store>, words: &Words) -> String {
    match trouble {
        Trouble::NotReady => words.say("trouble-not-ready"),
        Trouble::Locked => words.say("trouble-locked"),
        Trouble::NoShift => words.say("trouble-no-shift"),
        Trouble::ShiftIsOpen => words.say("trouble-shift-is-open"),
        Trouble::UnknownCode => words.say("trouble-unknown-code"),
        Trouble::OddLength(digits) => say!(words, "trouble-odd-length", digits = *digits),
        Trouble::BadCode(why) => bad_code(why, words),
        Trouble::Unreadable(_) => words.say("trouble-unreadable"),
        Trouble::NoPrice(name) => say!(words, "trouble-no-price", name = name),
        Trouble::NeedsWeight(name) => {
            say!(words, "trouble-needs-weight", name = name)
        }
        Trouble::Basket(why) => basket(*why, words),
        Trouble::ScanWhilePaying => words.say("trouble-scan-while-paying"),
        Trouble::ScanElsewhere => words.say("trouble-scan-elsewhere"),
        Trouble::QueueFull => words.say("trouble-queue-full"),
        Trouble::ScansLeftOut(lost) => say!(words, "trouble-scans-left-out", lost = *lost),
        Trouble::Amount(why) => amount(*why, words),
        Trouble::Quantity(why) => quantity(*why, words),
        Trouble::NotEnough(missing) => {
            let missing = store.map(|store| words.money(store.currency, *missing)).unwrap_or_default();
            say!(words, "trouble-not-enough", missing = missing)
        }
        Trouble::TooMuch => words.say("trouble-too-much"),
        Trouble::NotExact => words.say("trouble-not-exact"),
        Trouble::NothingToPay => words.say("trouble-nothing-to-pay"),
        Trouble::NoLine => words.say("trouble-no-line"),
        Trouble::UnknownStaff => words.say("trouble-unknown-staff"),
        Trouble::WrongPin(0) => words.say("trouble-wrong-pin"),
        Trouble::WrongPin(wait) => say!(words, "trouble-wrong-pin-wait", seconds = *wait),
        Trouble::Wait(wait) => say!(words, "trouble-wait", seconds = *wait),
        Trouble::BasketOpen => words.say("trouble-basket-open"),
        Trouble::SuspendedLeft(left) => say!(words, "trouble-suspended-left", left = *left),
        Trouble::SuspendedFull => words.say("trouble-suspended-full"),
        Trouble::NotSuspended => words.say("trouble-not-suspended"),
        Trouble::NoReceipt => words.say("trouble-no-receipt"),
        Trouble::UnknownMember => words.say("trouble-unknown-member"),
        Trouble::NothingFound => words.say("trouble-nothing-found"),
        Trouble::Catalogue(_) => words.say("trouble-catalogue"),
        Trouble::NotSaved(why) => not_saved(*why, words),
        Trouble::NotKept(why) => not_kept(*why, words),
        Trouble::JournalRenewed(reason) => renewed(reason, words),
        Trouble::JournalRefused(why) => refusal(*why, words),
        Trouble::ReadNotice => words.say("trouble-read-notice"),
        Trouble::WaitsForLeave => words.say("trouble-waits-for-leave"),
        Trouble::TooManyWords => words.say("trouble-too-many-words"),
        Trouble::NothingWaits => words.say("trouble-nothing-waits"),
        Trouble::CallIsOver => words.say("trouble-call-is-over"),
        Trouble::MayNotApprove => words.say("trouble-may-not-approve"),
        Trouble::NoApprovalKey => words.say("trouble-no-approval-key"),
        Trouble::WrongCode => words.say("trouble-wrong-code"),
        Trouble::ReasonMissing => words.say("trouble-reason-missing"),
        Trouble::NothingOff => words.say("trouble-nothing-off"),
        Trouble::PriceIsFixed => words.say("trouble-price-is-fixed"),
        Trouble::MoreThanThereIs(most) => say!(words, "trouble-more-than-there-is", most = words.quantity(*most)),
        Trouble::NotInDrawer => words.say("trouble-not-in-drawer"),
        Trouble::PaymentOpen => words.say("trouble-payment-open"),
        Trouble::PartlyPaid => words.say("trouble-partly-paid"),
        Trouble::TooManyHandOvers => words.say("trouble-too-many-hand-overs"),
        Trouble::NoZ => words.say("trouble-no-z"),
        Trouble::UnknownReceipt
        | Trouble::BadReceiptCode(_)
        | Trouble::ForgedReceipt
        | Trouble::FutureReceipt(_)
        | Trouble::ReceiptWithoutGoods
        | Trouble::AllCameBack
        | Trouble::ReturnOpen
        | Trouble::Refund(_)
        | Trouble::MoneyOwed(_)
        | Trouble::OtherMember(_)
        | Trouble::NoLongerReturnable(_)
        | Trouble::NoMember
        | Trouble::MemberExists
        | Trouble::CardTaken
        | Trouble::BadPhone(_)
        | Trouble::NothingBought
        | Trouble::NotSetUp
        | Trouble::UnknownHold
        | Trouble::HoldOpen
        | Trouble::HoldLate(_)
        | Trouble::NotToHold
        | Trouble::CollectThenReturn => super::receipts::trouble(trouble, words),
        Trouble::NotDiscountable => words.say("trouble-not-discountable"),
        Trouble::NothingChosen => words.say("trouble-nothing-chosen"),
        Trouble::Stock(problem) => super::stock::problem_words(problem, words),
        Trouble::Exit(why) => exit(why, words),
        Trouble::GridFull(most) => say!(words, "trouble-grid-full", most = most),
        Trouble::TooYoung { .. }
        | Trouble::Expired { .. }
        | Trouble::CalledBack { .. }
        | Trouble::MoreThanAllowed { .. }
        | Trouble::NumberTwice(_)
        | Trouble::NotANumber
        | Trouble::NotADate
        | Trouble::MemberMissing
        | Trouble::TopUpOfOther
        | Trouble::NotWithoutReceipt(_)
        | Trouble::DepositMissing(_)
        | Trouble::WithItsGoods
        | Trouble::QuantityIsFixed
        | Trouble::TareTooMuch => super::goods::trouble(trouble, words),
        Trouble::UnknownCoupon
        | Trouble::CouponTwice
        | Trouble::TooManyCoupons
        | Trouble::NothingAside
        | Trouble::NothingWouldStay
        | Trouble::PartPaid
        | Trouble::MembersDiffer
        | Trouble::SalesDiffer
        | Trouble::RecalledElsewhere => super::goods::trouble_of_sale(trouble, words),
        Trouble::Tender(_)
        | Trouble::MoreThanDue(_)
        | Trouble::NotCovered(_)
        | Trouble::NotForMoney
        | Trouble::AsksHeadOffice { .. }
        | Trouble::NoPort
        | Trouble::PortAway
        | Trouble::NoPaymentCode
        | Trouble::Declined(_)
        | Trouble::PaymentGivenUp
        | Trouble::PaymentAlarm(_)
        | Trouble::UnknownPayment
        | Trouble::PaymentNotKept(_)
        | Trouble::RefundRefused(_)
        | Trouble::GoesBack
        | Trouble::MoreThanTaken => super::paying::trouble(trouble, store, words),
        Trouble::DrawerOpen => words.say("trouble-drawer-open"),
        Trouble::DrawerForced => words.say("trouble-drawer-forced"),
        Trouble::HelpWanted => words.say("trouble-help-wanted"),
        Trouble::WeighedAlready => words.say("trouble-weighed-already"),
        Trouble::ScaleRefused => words.say("trouble-scale-refused"),
        Trouble::DrawerStuck => words.say("trouble-drawer-stuck"),
        Trouble::NotHere => words.say("trouble-not-here"),
    }
}

/// Why goods that were paid on a phone are not let out; at a self-checkout the shopper reads it, too.
pub(crate) fn exit(why: &ExitTrouble, words: &Words) -> String {
    match why {
        ExitTrouble::Code(error) => words.say(exit_code(*error)),
        ExitTrouble::Used { receipt, at } => {
            say!(words, "trouble-exit-used", time = words.minute(*at), receipt = receipt)
        }
        ExitTrouble::GoodsHere => words.say("trouble-exit-goods-here"),
        ExitTrouble::Training => words.say("trouble-exit-training"),
    }
}

/// The key of what a code that does not hold is told by.
fn exit_code(error: AisleError) -> &'static str {
    match error {
        AisleError::OtherStore => "trouble-exit-other-store",
        AisleError::Expired => "trouble-exit-expired",
        AisleError::Forged => "trouble-exit-forged",
        AisleError::Version(_) => "trouble-exit-version",
        AisleError::NotACode | AisleError::Length | AisleError::Value(_) | AisleError::NotCanonical => {
            "trouble-exit-unreadable"
        }
    }
}

fn not_saved(why: SaveTrouble, words: &Words) -> String {
    match why {
        SaveTrouble::DiskFull => words.say("trouble-not-saved-disk-full"),
        SaveTrouble::Fault => words.say("trouble-not-saved-fault"),
    }
}

/// It happened, and money may have been taken: only a power cut would undo what the screen shows.
fn not_kept(why: SaveTrouble, words: &Words) -> String {
    match why {
        SaveTrouble::DiskFull => words.say("trouble-not-kept-disk-full"),
        SaveTrouble::Fault => words.say("trouble-not-kept-fault"),
    }
}

fn renewed(reason: &str, words: &Words) -> String {
    match reason {
        "restored" => words.say("trouble-journal-restored"),
        _ => words.say("trouble-journal-damaged"),
    }
}

fn refusal(why: JournalRefusal, words: &Words) -> String {
    match why {
        JournalRefusal::InUse => words.say("trouble-journal-in-use"),
        JournalRefusal::Newer => words.say("trouble-journal-newer"),
        JournalRefusal::OtherTerminal => words.say("trouble-journal-other-terminal"),
        JournalRefusal::DiskFull => words.say("trouble-journal-disk-full"),
        JournalRefusal::BeingRead => words.say("trouble-journal-being-read"),
        JournalRefusal::Fault => words.say("trouble-journal-refused"),
    }
}

fn bad_code(why: &BarcodeError, words: &Words) -> String {
    match why {
        BarcodeError::Empty => words.say("trouble-code-empty"),
        BarcodeError::TooLong(_) => words.say("trouble-code-too-long"),
        BarcodeError::BadCharacter => words.say("trouble-code-bad-character"),
        BarcodeError::BadCheckDigit { .. } => words.say("trouble-code-bad-check-digit"),
        BarcodeError::BadLength => words.say("trouble-code-bad-length"),
        BarcodeError::BadPriceCheck => words.say("trouble-code-bad-price-check"),
        BarcodeError::Gs1(why) => gs1(why, words),
    }
}

fn gs1(why: &Gs1Error, words: &Words) -> String {
    match why {
        Gs1Error::Value { ai, .. } => say!(words, "trouble-gs1-value", ai = ai.to_string()),
        Gs1Error::NoGoods => words.say("trouble-gs1-no-goods"),
        Gs1Error::ForeignPrice(_) | Gs1Error::OddPrice(_) => words.say("trouble-gs1-price"),
        Gs1Error::UnknownAi(_) | Gs1Error::Repeated(_) | Gs1Error::TooMuch | Gs1Error::BadLink => {
            words.say("trouble-gs1-odd")
        }
    }
}

fn basket(why: BasketError, words: &Words) -> String {
    match why {
        BasketError::Full => words.say("trouble-basket-full"),
        BasketError::Quantity(why) => quantity(why, words),
        BasketError::TooExpensive => words.say("trouble-basket-too-expensive"),
        BasketError::NoSuchLine => words.say("trouble-basket-no-such-line"),
        BasketError::NoPrice => words.say("trouble-basket-no-price"),
        BasketError::Labelled => words.say("trouble-basket-labelled"),
    }
}

fn amount(why: AmountError, words: &Words) -> String {
    match why {
        AmountError::NotANumber => words.say("trouble-amount-not-a-number"),
        AmountError::TooFine => words.say("trouble-amount-too-fine"),
        AmountError::TooLarge => words.say("trouble-amount-too-large"),
    }
}

fn quantity(why: QuantityError, words: &Words) -> String {
    match why {
        QuantityError::NotANumber => words.say("trouble-quantity-not-a-number"),
        QuantityError::NotPositive => words.say("trouble-quantity-not-positive"),
        QuantityError::TooFine => words.say("trouble-quantity-too-fine"),
        QuantityError::TooMuch => words.say("trouble-quantity-too-much"),
    }
}
