//! Every word that people read or hear, by language: Fluent catalogues in `lang/TAG/*.ftl`, built in, and more of them
//! from a folder at run time; and how each language writes numbers, money and dates, which its catalogue tells, too.
//!
//! A key that a language lacks is said in English; one that nobody knows is shown between angle brackets, so that it is
//! seen. It must never know what the words are about: amounts come in as plain digits, names as they are.

mod catalogue;
mod languages;
mod notation;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, OnceLock};

pub use catalogue::Remark;
use fluent_bundle::FluentArgs;
pub use fluent_bundle::FluentValue as Value;
pub use languages::{FALLBACK, Languages, WordsError};

use catalogue::Bundle;
use notation::Marks;

/// The words of one language. Cheap to clone.
#[derive(Clone)]
pub struct Words(Arc<Tongue>);

struct Tongue {
    tag: String,
    own: Bundle,
    /// English, for what is missing; none in English itself.
    behind: Option<Words>,
    /// How it writes numbers, from the first time it is asked.
    marks: OnceLock<Marks>,
}

impl Words {
    fn new(tag: String, own: Bundle, behind: Option<Words>) -> Words {
        Words(Arc::new(Tongue { tag, own, behind, marks: OnceLock::new() }))
    }

    /// The language's tag, e.g. `zh-CN`.
    pub fn tag(&self) -> &str {
        &self.0.tag
    }

    /// Whether goods and people are called by their Chinese names.
    pub fn is_chinese(&self) -> bool {
        self.0.tag.starts_with("zh")
    }

    /// What is said for a key.
    pub fn say(&self, key: &str) -> String {
        self.fill(key, &[])
    }

    /// The same with what stands in its gaps, by name. Numbers choose the right plural.
    pub fn fill(&self, key: &str, gaps: &[(&str, Value<'_>)]) -> String {
        let mut arguments = FluentArgs::with_capacity(gaps.len());
        for (name, value) in gaps {
            arguments.set(*name, value.clone());
        }
        self.format(key, &arguments).unwrap_or_else(|| format!("⟨{key}⟩"))
    }

    /// Whether this language itself knows a key.
    pub fn knows(&self, key: &str) -> bool {
        self.0.own.has_message(key)
    }

    fn format(&self, key: &str, arguments: &FluentArgs<'_>) -> Option<String> {
        let behind = || self.0.behind.as_ref()?.format(key, arguments);
        let Some(pattern) = self.0.own.get_message(key).and_then(|message| message.value()) else {
            return behind();
        };
        let mut faults = Vec::new();
        let text = self.0.own.format_pattern(pattern, Some(arguments), &mut faults).into_owned();
        // A gap that nobody fills would be seen as its name: then rather the English sentence.
        if faults.is_empty() { Some(text) } else { behind().or(Some(text)) }
    }
}

/// Two are the same when they are of the same language.
impl PartialEq for Words {
    fn eq(&self, other: &Words) -> bool {
        self.0.tag == other.0.tag
    }
}

impl Eq for Words {}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({})", self.0.tag)
    }
}

impl Default for Words {
    fn default() -> Words {
        Languages::built_in().of(FALLBACK)
    }
}

/// Says a key with what stands in its gaps: `say!(words, "sell-pay", amount = total)`.
#[macro_export]
macro_rules! say {
    ($words:expr, $key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        $words.fill($key, &[$((stringify!($name), $crate::Value::from($value))),*])
    };
}
