//! Words of the window, by language.

use slint::{ComponentHandle, Global};
use words::{Languages, Value};

use super::generated::{App, Words};

/// Lets a window look its words up.
pub(super) fn connect(app: &App, languages: Languages) {
    app.global::<Words>().on_look(move |key, tag, value| {
        languages.of(&tag).fill(&key, &[("value", Value::from(value.as_str()))]).into()
    });
}

/// Speaks a language from here on.
pub(super) fn show(app: &App, language: &str) {
    let words: Words<'_> = Words::get(app);
    if words.get_tag() != language {
        words.set_tag(language.into());
    }
}
