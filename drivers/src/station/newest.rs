//! A place for one thing: the newest.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Keeps the newest of something, and whether it was taken: what came before it and was not taken is gone, so that nobody who
/// is slow ever lags behind.
#[derive(Debug)]
pub(super) struct Newest<T>(Mutex<(Option<T>, bool)>);

impl<T> Default for Newest<T> {
    fn default() -> Newest<T> {
        Newest(Mutex::new((None, false)))
    }
}

impl<T: Clone> Newest<T> {
    /// Puts one, instead of what was there.
    pub fn put(&self, one: T) {
        *self.inside() = (Some(one), true);
    }

    /// Takes the newest if it was not taken yet; a copy stays.
    pub fn take(&self) -> Option<T> {
        let mut inside = self.inside();
        if !std::mem::take(&mut inside.1) {
            return None;
        }
        inside.0.clone()
    }

    /// The newest counts as not taken: who took it has lost it.
    pub fn again(&self) {
        let mut inside = self.inside();
        inside.1 = inside.0.is_some();
    }

    fn inside(&self) -> MutexGuard<'_, (Option<T>, bool)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_is_there_and_it_can_be_had_again() {
        let slot = Newest::default();
        assert_eq!(slot.take(), None);
        slot.again();
        assert_eq!(slot.take(), None);
        slot.put(1);
        slot.put(2);
        assert_eq!((slot.take(), slot.take()), (Some(2), None));
        slot.again();
        assert_eq!((slot.take(), slot.take()), (Some(2), None));
    }
}
