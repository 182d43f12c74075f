//! What pricing one cart may cost. It is counted in looks, at goods or at ways to take them, and never in time: so the
//! same cart comes to the same price on every machine, and no book makes a till wait.

/// Looks of the search among exclusive rules and groups, for one cart.
pub const SEARCH_LOOKS_MAX: usize = 1_500_000;
/// Looks of rules at goods, for one cart: each rule at each kind of goods that it names.
pub const RULE_LOOKS_MAX: usize = 1_000_000;

/// Looks that are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Work(usize);

impl Work {
    pub fn new(looks: usize) -> Work {
        Work(looks)
    }

    /// Looks that are left.
    pub fn left(self) -> usize {
        self.0
    }

    /// Takes looks; false, and nothing is left, when there are not so many.
    pub fn spend(&mut self, looks: usize) -> bool {
        let left = self.0.checked_sub(looks);
        self.0 = left.unwrap_or(0);
        left.is_some()
    }

    /// Sets a part of what is left apart: one of so many equal shares. What it does not need goes back by
    /// [`Work::give_back`].
    pub fn share(&mut self, of: usize) -> Work {
        let share = self.0 / of.max(1);
        self.0 -= share;
        Work(share)
    }

    pub fn give_back(&mut self, rest: Work) {
        self.0 += rest.0;
    }
}
