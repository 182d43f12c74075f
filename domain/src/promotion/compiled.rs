//! A rule book that was checked and indexed by what its rules name.

use std::collections::HashMap;

use super::check::{BookError, check, error};
use super::goods::{Goods, Named, within};
use super::rule::{Rule, RuleBook, RuleKind, Stage};

/// A rule book ready for pricing. Rules lie in the order of their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompiledBook {
    book: RuleBook,
    stages: Vec<Stage>,
    by_item: HashMap<String, Vec<Mention>>,
    by_category: HashMap<String, Vec<Mention>>,
    by_tag: HashMap<String, Vec<Mention>>,
    by_all: Vec<Mention>,
}

/// A rule, and which of its selections names something.
pub(super) type Mention = (u32, u8);

impl CompiledBook {
    /// Checks and indexes a book.
    pub fn new(mut book: RuleBook) -> Result<CompiledBook, BookError> {
        check(&book)?;
        book.rules.sort_by(|left, right| left.id.cmp(&right.id));
        if let Some(pair) = book.rules.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(error(&pair[0].id, "id", "is borne by two rules"));
        }
        let stages = book.rules.iter().map(|rule| rule.kind.stage()).collect();
        let (by_item, by_category, by_tag) = (HashMap::new(), HashMap::new(), HashMap::new());
        let mut compiled = CompiledBook { book, stages, by_item, by_category, by_tag, by_all: Vec::new() };
        compiled.index();
        Ok(compiled)
    }

    /// The book; rules by id.
    pub fn book(&self) -> &RuleBook {
        &self.book
    }

    /// A rule by its place.
    pub fn rule(&self, at: u32) -> &Rule {
        &self.book.rules[at as usize]
    }

    /// A rule by its id.
    pub fn find(&self, id: &str) -> Option<&Rule> {
        let at = self.book.rules.binary_search_by(|rule| rule.id.as_str().cmp(id)).ok()?;
        self.book.rules.get(at)
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.book.rules.len()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.book.rules.is_empty()
    }

    pub(super) fn stage(&self, at: u32) -> Stage {
        self.stages[at as usize]
    }

    /// How many selections of goods a rule is made of.
    pub(super) fn selections_of(&self, at: u32) -> usize {
        match &self.rule(at).kind {
            RuleKind::Bundle { parts, .. } => parts.len(),
            RuleKind::BuyGet { other: Some(_), .. } | RuleKind::AddOn(_) | RuleKind::Gift(_) => 2,
            _ => 1,
        }
    }

    /// Calls with every rule and selection that names goods and does not leave them out, each once or more.
    pub(super) fn mentions(&self, item: &str, category: &str, tags: &[String], mut call: impl FnMut(Mention)) {
        let listed = [self.by_item.get(item)].into_iter();
        let listed = listed.chain(within(category).map(|category| self.by_category.get(category)));
        let listed = listed.chain(tags.iter().map(|tag| self.by_tag.get(tag)));
        for (rule, part) in listed.flatten().flatten().chain(&self.by_all) {
            let goods = self.selection(*rule, *part);
            if goods.except.is_empty() || goods.names(item, category, tags) == Named::Yes {
                call((*rule, *part));
            }
        }
    }

    fn selection(&self, rule: u32, part: u8) -> &Goods {
        let rule = self.rule(rule);
        match &rule.kind {
            RuleKind::Bundle { parts, .. } => &parts[part as usize].goods,
            RuleKind::BuyGet { other: Some(other), .. } if part == 1 => other,
            RuleKind::AddOn(extra) | RuleKind::Gift(extra) if part == 1 => &extra.goods,
            _ => &rule.goods,
        }
    }

    fn index(&mut self) {
        for (at, rule) in self.book.rules.iter().enumerate() {
            for (part, goods) in rule.selections().into_iter().enumerate() {
                let mention = (at as u32, part as u8);
                if goods.all {
                    self.by_all.push(mention);
                    continue;
                }
                for item in &goods.named.items {
                    self.by_item.entry(item.clone()).or_default().push(mention);
                }
                for category in &goods.named.categories {
                    self.by_category.entry(category.clone()).or_default().push(mention);
                }
                for tag in &goods.named.tags {
                    self.by_tag.entry(tag.clone()).or_default().push(mention);
                }
            }
        }
    }
}
