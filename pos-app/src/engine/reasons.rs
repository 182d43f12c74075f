//! Reasons that a shop which has set none chooses from. Their words are the screen's.

use domain::store::ReasonFor;

/// Ids of the program's own reasons.
pub fn built_in(of: ReasonFor) -> &'static [&'static str] {
    match of {
        ReasonFor::Void => &["changed_mind", "wrong_item", "too_expensive"],
        ReasonFor::Price => &["wrong_label", "damaged_goods", "price_match", "goodwill"],
        ReasonFor::Return => &["unwanted", "faulty", "wrong_goods", "expired"],
        ReasonFor::Cash => &["change_from_bank", "bill", "other"],
        ReasonFor::Difference => &["wrong_change", "wrong_count", "unknown"],
        ReasonFor::Drawer => &["change", "check"],
        ReasonFor::WriteOff => &["expired", "broken", "stolen", "own_use"],
    }
}
