//! Decoders of others trip over some pictures; such a picture holds nothing for them.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// What `decode` gives, or nothing when it panics. The panic is not printed: a camera sees such pictures many times a second.
pub(crate) fn contained<T: Default>(decode: impl FnOnce() -> T) -> T {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !CONTAINED.get() {
                before(info);
            }
        }));
    });
    let outer = CONTAINED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(decode));
    CONTAINED.set(outer);
    result.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_nothing() {
        assert_eq!(contained(|| 7), 7);
        assert_eq!(contained(|| -> u32 { panic!("a picture that is too much") }), 0);
        assert!(!CONTAINED.get());
    }
}
