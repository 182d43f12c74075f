//! What each customer has bought and can still bring back.

use std::collections::{BTreeMap, HashMap};

/// Lines of one receipt and how many pieces of each.
pub type Lines = Vec<(u32, i64)>;

/// Pieces that can come back, by customer and goods, the oldest first.
#[derive(Default)]
pub struct Sold(HashMap<(String, usize), Vec<Line>>);

struct Line {
    receipt: String,
    no: u32,
    left: i64,
}

impl Sold {
    /// Keeps a sold line in mind. What nobody's name stands on cannot be matched later.
    pub fn remember(&mut self, customer: &str, place: usize, receipt: &str, no: u32, pieces: i64) {
        if customer.is_empty() {
            return;
        }
        let lines = self.0.entry((customer.to_owned(), place)).or_default();
        lines.push(Line { receipt: receipt.to_owned(), no, left: pieces });
    }

    /// Shares out pieces that come back: the newest purchase of the same goods at the same price first. Gives lines by
    /// receipt, and what no receipt is known for.
    pub fn take_back(
        &mut self,
        customer: &str,
        back: &BTreeMap<usize, i64>,
    ) -> (BTreeMap<String, Lines>, Vec<(usize, i64)>) {
        let mut by_receipt = BTreeMap::<String, Lines>::new();
        let mut without = Vec::new();
        for (place, pieces) in back {
            let mut open = *pieces;
            let known = self.0.get_mut(&(customer.to_owned(), *place));
            for line in known.into_iter().flatten().rev() {
                let taken = line.left.min(open);
                if taken > 0 {
                    line.left -= taken;
                    open -= taken;
                    by_receipt.entry(line.receipt.clone()).or_default().push((line.no, taken));
                }
            }
            if open > 0 {
                without.push((*place, open));
            }
        }
        (by_receipt, without)
    }
}
