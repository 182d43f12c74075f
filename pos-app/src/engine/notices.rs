//! What is said and what waits until it has been read.

use super::{Engine, Notice, Said, Trouble, Weighing};

impl Engine {
    /// Says that something did not happen; nothing waits for an answer.
    pub(crate) fn refuse(&mut self, trouble: Trouble) {
        self.beeps += 1;
        self.hear_trouble(&trouble);
        self.said = Said::Refused(trouble);
    }

    /// Says that something did not happen and waits until it has been read: goods or money may be at stake. A notice
    /// that is open already comes back after the newer one has been read.
    pub(crate) fn tell(&mut self, trouble: Trouble, about: String) {
        // A question is no refusal.
        self.beeps += u64::from(!matches!(trouble, Trouble::NeedsWeight(_)));
        self.hear_trouble(&trouble);
        self.said = Said::Refused(trouble.clone());
        let kind = std::mem::discriminant(&trouble);
        self.notices_behind.extend(self.notice.replace(Notice { trouble, about }));
        self.notices_behind.retain(|notice| std::mem::discriminant(&notice.trouble) != kind);
    }

    /// The open notice has been read; without an answer, an item that waits for its weight is not sold.
    pub(crate) fn acknowledge(&mut self) {
        let read = self.notice.take();
        if read.is_some_and(|notice| matches!(notice.trouble, Trouble::NeedsWeight(_))) {
            self.weighing = None;
        }
        self.notice = self.notices_behind.pop();
    }

    /// What was told no longer is so, read or not.
    pub(super) fn is_over(&mut self, trouble: &Trouble) {
        self.notices_behind.retain(|notice| notice.trouble != *trouble);
        if self.notice.as_ref().is_some_and(|notice| notice.trouble == *trouble) {
            self.notice = self.notices_behind.pop();
        }
    }

    /// The weight is known, or the basket it was asked for is gone.
    pub(crate) fn weighed(&mut self) -> Option<Weighing> {
        let asks = |notice: &Notice| matches!(notice.trouble, Trouble::NeedsWeight(_));
        self.notices_behind.retain(|notice| !asks(notice));
        if self.notice.as_ref().is_some_and(asks) {
            self.notice = self.notices_behind.pop();
        }
        self.weighing.take()
    }
}
