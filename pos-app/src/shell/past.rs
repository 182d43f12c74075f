//! What the till's own journal is asked: past sales, what came back of them, what was spent, who was enrolled, goods put by.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use domain::shift::ClosedShift;
use jiff::civil::Date;
use journal::{JournalError, JournalReader, StoredEvent};
use protocol::v1::{self, BadWire, ClosedAt};
use uuid::Uuid;

use crate::engine::{CatalogueFault, PastSale};

/// The journal of a state directory for looking up; empty until the till has made one.
pub(super) struct Past {
    dir: PathBuf,
    reader: OnceCell<JournalReader>,
}

impl Past {
    pub(super) fn of(dir: &Path) -> Past {
        Past { dir: dir.to_owned(), reader: OnceCell::new() }
    }

    /// Notices a journal that was replaced by another file.
    pub(super) fn refresh(&mut self) {
        if let Some(reader) = self.reader.get_mut()
            && let Err(error) = reader.changed()
        {
            tracing::warn!(%error, "failed looking at the journal");
        }
    }

    /// The sale of a receipt, without what came back of it.
    pub(super) fn sale(&self, receipt: &str) -> Result<Option<PastSale>, CatalogueFault> {
        let Some(reader) = self.reader()? else { return Ok(None) };
        reader.find_receipt(receipt).map_err(fault)?.map(|event| past_of(&event)).transpose()
    }

    /// A member's newest sales, without what came back of them.
    pub(super) fn purchases(&self, member: &str, limit: usize) -> Result<Vec<PastSale>, CatalogueFault> {
        let Some(reader) = self.reader()? else { return Ok(Vec::new()) };
        reader.last_purchases(member, limit).map_err(fault)?.iter().map(past_of).collect()
    }

    /// What came back here of a sale: thousandths by line.
    pub(super) fn returned(&self, sale: Uuid) -> Result<Vec<(u32, i64)>, CatalogueFault> {
        self.reader()?.map_or_else(|| Ok(Vec::new()), |reader| reader.returned(sale).map_err(fault))
    }

    /// Units spent here of a grant.
    pub(super) fn spent(&self, grant: Uuid) -> Result<i64, CatalogueFault> {
        self.reader()?.map_or(Ok(0), |reader| reader.spent(grant).map_err(fault))
    }

    /// Who became a member here with a number or card.
    pub(super) fn enrolled(&self, code: &str) -> Result<Option<v1::MemberEnrolled>, CatalogueFault> {
        self.reader()?.map_or(Ok(None), |reader| reader.enrolled(code).map_err(fault))
    }

    /// What was last noted of a member here, when head office has not heard of it.
    pub(super) fn noted(&self, member: &str, acknowledged: &[v1::Head]) -> Result<Option<String>, CatalogueFault> {
        let Some(reader) = self.reader()? else { return Ok(None) };
        let is_known = |epoch, seq| acknowledged.iter().any(|head| head.epoch == epoch && head.seq >= seq);
        let noted = reader.noted(member).map_err(fault)?;
        Ok(noted.filter(|(epoch, seq, _)| !is_known(*epoch, *seq)).map(|(_, _, note)| note))
    }

    /// Goods put by here under a code, and not ended here.
    pub(super) fn hold(&self, code: &str) -> Result<Option<v1::Hold>, CatalogueFault> {
        self.reader()?.map_or(Ok(None), |reader| reader.hold(code).map_err(fault))
    }

    /// Whether goods put by were collected or given up here.
    pub(super) fn hold_has_ended(&self, hold: Uuid) -> Result<bool, CatalogueFault> {
        self.reader()?.map_or(Ok(false), |reader| reader.hold_has_ended(hold).map_err(fault))
    }

    /// Whether a sale was taken up again here.
    pub(super) fn was_recalled(&self, basket: Uuid) -> Result<bool, CatalogueFault> {
        self.reader()?.map_or(Ok(false), |reader| reader.was_recalled(basket).map_err(fault))
    }

    /// The newest close.
    pub(super) fn last_z(&self) -> Result<Option<ClosedShift>, CatalogueFault> {
        let Some(reader) = self.reader()? else { return Ok(None) };
        match reader.last_close().map_err(fault)? {
            Some(event) => closed_of(&event).map_err(|error| CatalogueFault(format!("the newest close: {error}"))),
            None => Ok(None),
        }
    }

    fn reader(&self) -> Result<Option<&JournalReader>, CatalogueFault> {
        if self.reader.get().is_none()
            && let Some(reader) = JournalReader::open(&self.dir).map_err(fault)?
        {
            let _ = self.reader.set(reader);
        }
        Ok(self.reader.get())
    }
}

pub(super) fn fault(error: JournalError) -> CatalogueFault {
    CatalogueFault(error.to_string())
}

fn past_of(stored: &StoredEvent) -> Result<PastSale, CatalogueFault> {
    let told = |why: String| CatalogueFault(format!("event {} of epoch {}: {why}", stored.seq, stored.epoch));
    let event: v1::Event = serde_json::from_str(&stored.bytes).map_err(|error| told(error.to_string()))?;
    let sale = event.to_sale().ok_or_else(|| told("it is no sale".to_owned()))?;
    Ok(PastSale {
        sale: sale.map_err(|error| told(error.to_string()))?,
        business_date: v1::date("business_date", &event.business_date).map_err(|error| told(error.to_string()))?,
        staff: event.staff.unwrap_or_default(),
        returned: Vec::new(),
    })
}

fn closed_of(event: &v1::Event) -> Result<Option<ClosedShift>, BadWire> {
    let v1::Body::ShiftClosed(closed) = &event.body else { return Ok(None) };
    let business_date: Date = v1::date("business_date", &event.business_date)?;
    let at = v1::instant("at_ms", event.at_ms)?;
    closed.to_domain(ClosedAt { business_date, at }).map(Some)
}
