//! One catalogue: what it says, which gaps its sentences have, and what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use fluent_bundle::FluentResource;
use fluent_bundle::concurrent::FluentBundle;
use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};
use unic_langid::LanguageIdentifier;

use crate::{FALLBACK, WordsError};

pub(crate) type Bundle = FluentBundle<FluentResource>;

/// The text of one file.
pub(crate) struct Catalogue {
    /// Its language.
    pub tag: String,
    /// Where it stands, for people.
    pub file: String,
    /// What it says.
    pub text: String,
}

/// Something that a translator should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// So many sentences of a language are said in English.
    Lacks {
        /// Which language.
        tag: String,
        /// How many.
        count: usize,
        /// The first of them.
        first: String,
    },
    /// No language that is built in has this key: it is never said.
    NeverSaid {
        /// Where.
        file: String,
        /// The key.
        key: String,
    },
    /// The sentence has a gap that nothing fills: it is said in English.
    UnknownGap {
        /// Where.
        file: String,
        /// The key.
        key: String,
        /// The gap.
        gap: String,
    },
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Remark::Lacks { tag, count, first } => {
                write!(f, "{tag}: {count} sentences are said in English, the first is `{first}`")
            }
            Remark::NeverSaid { file, key } => write!(f, "{file}: nothing asks for `{key}`"),
            Remark::UnknownGap { file, key, gap } => {
                write!(f, "{file}: `{key}` has the gap `${gap}`, which nothing fills: it is said in English")
            }
        }
    }
}

impl Catalogue {
    /// The text, read as Fluent.
    pub(crate) fn resource(&self) -> Result<FluentResource, WordsError> {
        FluentResource::try_new(self.text.clone()).map_err(|(_, faults)| {
            let first = faults.first();
            // Where the sentence begins, rather than where it turns out to be none.
            let at = first.map_or(0, |fault| fault.slice.as_ref().map_or(fault.pos.start, |slice| slice.start));
            self.fault(at, first.map(ToString::to_string).unwrap_or_default())
        })
    }

    /// Keys and the gaps of each, in the order of the file.
    pub(crate) fn sentences(&self) -> Result<Vec<(String, BTreeSet<String>)>, WordsError> {
        let resource = self.resource()?;
        let of = |entry: &Entry<&str>| match entry {
            Entry::Message(message) => {
                let mut gaps = BTreeSet::new();
                message.value.iter().for_each(|pattern| of_pattern(pattern, &mut gaps));
                Some((message.id.name.to_owned(), gaps))
            }
            _ => None,
        };
        Ok(resource.entries().filter_map(of).collect())
    }

    fn fault(&self, at: usize, fault: String) -> WordsError {
        let line = self.text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
        WordsError::Fault { file: self.file.clone(), line, fault }
    }
}

/// An empty bundle of a language.
pub(crate) fn bundle(language: LanguageIdentifier) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // Marks of direction would be seen on receipts.
    bundle.set_use_isolating(false);
    bundle
}

/// That no two files of a language, and no two lines of a file, say the same key.
pub(crate) fn says_nothing_twice(catalogues: &[Catalogue]) -> Result<(), WordsError> {
    let mut known: BTreeSet<(&str, String)> = BTreeSet::new();
    for catalogue in catalogues {
        for (key, _) in catalogue.sentences()? {
            if !known.insert((&catalogue.tag, key.clone())) {
                let at = catalogue.text.rfind(&format!("\n{key} ")).map_or(0, |at| at + 1);
                return Err(catalogue.fault(at, format!("`{key}` is said twice")));
            }
        }
    }
    Ok(())
}

/// What is to be said about the languages of a folder.
pub(crate) fn remarks(own: &[Catalogue], dropped_in: &[Catalogue]) -> Result<Vec<Remark>, WordsError> {
    let english = sentences_of(own.iter().filter(|catalogue| catalogue.tag == FALLBACK))?;
    let mut remarks = Vec::new();
    for catalogue in dropped_in {
        let file = &catalogue.file;
        for (key, gaps) in catalogue.sentences()? {
            let Some(known) = english.get(&key) else {
                remarks.push(Remark::NeverSaid { file: file.clone(), key });
                continue;
            };
            let unknown = gaps.difference(known);
            remarks.extend(unknown.map(|gap| Remark::UnknownGap {
                file: file.clone(),
                key: key.clone(),
                gap: gap.clone(),
            }));
        }
    }
    let tags: BTreeSet<&str> = dropped_in.iter().map(|catalogue| &*catalogue.tag).collect();
    for tag in tags {
        let said = sentences_of(own.iter().chain(dropped_in).filter(|catalogue| catalogue.tag == tag))?;
        let mut lacking = english.keys().filter(|key| !said.contains_key(*key));
        if let Some(first) = lacking.next() {
            let count = 1 + lacking.count();
            remarks.push(Remark::Lacks { tag: tag.to_owned(), count, first: first.clone() });
        }
    }
    Ok(remarks)
}

/// Keys and gaps of some catalogues together.
pub(crate) fn sentences_of<'a>(
    catalogues: impl Iterator<Item = &'a Catalogue>,
) -> Result<BTreeMap<String, BTreeSet<String>>, WordsError> {
    let mut all = BTreeMap::new();
    for catalogue in catalogues {
        all.extend(catalogue.sentences()?);
    }
    Ok(all)
}

fn of_pattern(pattern: &Pattern<&str>, gaps: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { .. } => {}
            PatternElement::Placeable { expression } => of_expression(expression, gaps),
        }
    }
}

fn of_expression(expression: &Expression<&str>, gaps: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => of_inline(inline, gaps),
        Expression::Select { selector, variants } => {
            of_inline(selector, gaps);
            variants.iter().for_each(|variant| of_pattern(&variant.value, gaps));
        }
    }
}

fn of_inline(inline: &InlineExpression<&str>, gaps: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => drop(gaps.insert(id.name.to_owned())),
        InlineExpression::FunctionReference { arguments, .. } => of_call(arguments, gaps),
        InlineExpression::TermReference { arguments: Some(arguments), .. } => of_call(arguments, gaps),
        InlineExpression::Placeable { expression } => of_expression(expression, gaps),
        InlineExpression::StringLiteral { .. }
        | InlineExpression::NumberLiteral { .. }
        | InlineExpression::MessageReference { .. }
        | InlineExpression::TermReference { arguments: None, .. } => {}
    }
}

fn of_call(arguments: &CallArguments<&str>, gaps: &mut BTreeSet<String>) {
    arguments.positional.iter().for_each(|argument| of_inline(argument, gaps));
    arguments.named.iter().for_each(|argument| of_inline(&argument.value, gaps));
}
