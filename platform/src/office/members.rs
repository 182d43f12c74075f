//! Members who were enrolled at a till, and what was noted of them.

use domain::member::{masked_name, masked_phone};
use protocol::v1::{Member, MemberEnrolled, MemberNoted};

use super::Desk;
use crate::ingest::Assessed;

/// Letters of a name, number or note.
const TEXT_CHARS_MAX: usize = 200;

/// The codes by which she is found: her number and her card.
pub(super) fn codes_of(enrolled: &MemberEnrolled) -> Vec<String> {
    let given = [Some(&enrolled.phone), enrolled.card.as_ref()].into_iter().flatten();
    given.map(|code| short(code)).filter(|code| !code.is_empty()).collect()
}

impl Desk<'_> {
    /// Who has a code keeps it; a person says whether the two are one.
    pub(super) fn enrol(&mut self, event: &Assessed, enrolled: &MemberEnrolled) {
        if self.loaded.members.contains_key(&enrolled.id) {
            return;
        }
        let mut codes = Vec::new();
        for code in codes_of(enrolled) {
            match self.loaded.codes.get(&code) {
                Some(other) if *other != enrolled.id => {
                    let says = format!(
                        "member {} has a number or card of member {other}, who keeps it; are they one?",
                        enrolled.id
                    );
                    self.complain(event, "merge", says);
                }
                _ => {
                    self.loaded.codes.insert(code.clone(), enrolled.id.clone());
                    self.codes.insert(code.clone(), enrolled.id.clone());
                    codes.push(code);
                }
            }
        }
        let member = Member {
            id: enrolled.id.clone(),
            name: masked_name(&enrolled.name),
            phone: masked_phone(&enrolled.phone),
            codes,
            ..Member::default()
        };
        self.loaded.members.insert(enrolled.id.clone(), ("chain".to_owned(), member));
        self.told_members.insert(enrolled.id.clone());
    }

    pub(super) fn note(&mut self, event: &Assessed, noted: &MemberNoted) {
        match self.loaded.members.get_mut(&noted.member) {
            Some((_, member)) => {
                member.note = short(&noted.note);
                self.told_members.insert(noted.member.clone());
            }
            None => self.complain(event, "unknown_member", "a note about a member who is not known".to_owned()),
        }
    }
}

fn short(text: &str) -> String {
    text.trim().chars().take(TEXT_CHARS_MAX).collect()
}
