//! What the till's own journal is asked: past sales, what came back of them, what was spent, who was enrolled, goods put by.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use domain::sale::Sale;
use domain::shift::ClosedShift;
use jiff::civil::Date;
use journal::{JournalError, JournalReader, StoredEvent};
use protocol::v1::{self, BadWire, ClosedAt};
use uuid::Uuid;

use crate::engine::{CatalogueFault, PastSale};

/// Sales in which goods of one sale came back that are looked at.
const RETURNS_MAX: usize = 1_000;

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

    /// The sale that was let out here for a payment on a phone, without what came back of it.
    pub(super) fn sale_paid_before(&self, order: &str) -> Result<Option<PastSale>, CatalogueFault> {
        let Some(reader) = self.reader()? else { return Ok(None) };
        reader.sale_paid_before(order).map_err(fault)?.map(|event| past_of(&event)).transpose()
    }

    /// A member's newest sales, without what came back of them.
    pub(super) fn purchases(&self, member: &str, limit: usize) -> Result<Vec<PastSale>, CatalogueFault> {
        let Some(reader) = self.reader()? else { return Ok(Vec::new()) };
        reader.last_purchases(member, limit).map_err(fault)?.iter().map(past_of).collect()
    }

    /// How often a member had rules with a limit for each member here, by rule id.
    pub(super) fn rule_uses(&self, member: &str) -> Result<Vec<(String, u32)>, CatalogueFault> {
        self.reader()?.map_or_else(|| Ok(Vec::new()), |reader| reader.rule_uses(member).map_err(fault))
    }

    /// What came back here of a sale: thousandths by line.
    pub(super) fn returned(&self, sale: Uuid) -> Result<Vec<(u32, i64)>, CatalogueFault> {
        self.reader()?.map_or_else(|| Ok(Vec::new()), |reader| reader.returned(sale).map_err(fault))
    }

    /// Sales here in which goods of a sale came back, oldest first.
    pub(super) fn returns_of(&self, sale: Uuid) -> Result<Vec<Sale>, CatalogueFault> {
        let Some(reader) = self.reader()? else { return Ok(Vec::new()) };
        let newest_first = reader.returns(sale, RETURNS_MAX).map_err(fault)?;
        newest_first.iter().rev().map(|event| past_of(event).map(|past| past.sale)).collect()
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

    /// The favourites as they were arranged here, when head office has not heard of it.
    pub(super) fn arranged(&self, acknowledged: &[v1::Head]) -> Result<Option<Vec<String>>, CatalogueFault> {
        let Some(reader) = self.reader()? else { return Ok(None) };
        let is_known = |epoch, seq| acknowledged.iter().any(|head| head.epoch == epoch && head.seq >= seq);
        let arranged = reader.arranged().map_err(fault)?;
        Ok(arranged.filter(|(epoch, seq, _)| !is_known(*epoch, *seq)).map(|(_, _, items)| items))
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

    pub(super) fn reader(&self) -> Result<Option<&JournalReader>, CatalogueFault> {
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

#[cfg(test)]
mod tests {
    use domain::basket::{Basket, Facets, Origin};
    use domain::event::Event;
    use domain::grant::{Account, AccountKind};
    use domain::member::Enrolment;
    use domain::money::Money;
    use domain::quantity::Quantity;
    use domain::sale::Sale;
    use domain::tender::{Tender, TenderKind};
    use jiff::Timestamp;
    use journal::{Credentials, Identity, ReplicaWriter, SCOPE_CHAIN, scope_of_store};
    use protocol::identity::SigningKey;
    use uuid::Uuid;

    use super::*;
    use crate::engine::{Catalogue, Stamp};
    use crate::shell::{Ledger, ReplicaCatalogue, clock};

    const TERMINAL: Uuid = Uuid::from_u128(7);
    const ELSEWHERE: [Uuid; 2] = [Uuid::from_u128(21), Uuid::from_u128(22)];

    struct Directory(PathBuf);

    impl Drop for Directory {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn directory() -> Directory {
        Directory(std::env::temp_dir().join(format!("guitai-past-{}", std::process::id())))
    }

    /// The golden sale: two bottles by member M1, 4.00 in cash.
    fn sale(id: u128, receipt: &str) -> Sale {
        let text = include_str!("../../../protocol/testdata/v1/event-sale-completed.json");
        let event: v1::Event = serde_json::from_str(text).unwrap();
        Sale { id: Uuid::from_u128(id), receipt: receipt.to_owned(), ..event.to_sale().unwrap().unwrap() }
    }

    /// One bottle of a sale comes back.
    fn bottle_back(id: u128, of: &Sale) -> Sale {
        let mut back = sale(id, "0101-000009");
        let origin = Origin {
            sale: of.id,
            receipt: of.receipt.clone(),
            line: of.lines[0].line.no,
            gross: Money::minor(200),
            tax: Money::minor(23),
            points: 0,
        };
        back.member = None;
        back.lines[0].line.quantity = Quantity::pieces(-1);
        back.lines[0].line.facets = Facets { origin: Some(origin), ..Facets::default() };
        back
    }

    fn told(other: &SigningKey) -> Vec<v1::Record> {
        let aside = |id: Uuid, terminal| {
            let basket = (&Basket::new(id, Timestamp::UNIX_EPOCH)).into();
            v1::Record::Suspended(Box::new(v1::Suspended { basket, terminal, at_ms: 5, staff: "08".to_owned() }))
        };
        let hold = v1::Hold {
            code: "H1".to_owned(),
            basket: (&Basket::new(Uuid::from_u128(31), Timestamp::UNIX_EPOCH)).into(),
            total: 0,
            paid: Vec::new(),
            until: None,
            shopper: String::new(),
        };
        let grant = v1::Grant {
            id: Uuid::from_u128(41),
            terminal: TERMINAL,
            kind: "points".to_owned(),
            number: "M1".to_owned(),
            units: 500,
            balance: 620,
            until_ms: 1_900_000_000_000,
        };
        let returned = |terminal, quantity| v1::Returned { sale: Uuid::from_u128(1), line: 2, terminal, quantity };
        let changes = include_str!("../../../protocol/testdata/v1/changes.json");
        let changes: v1::Changes = serde_json::from_str(changes).unwrap();
        let store = changes.changes.into_iter().map(|change| change.record);
        let mut records: Vec<v1::Record> = store.filter(|record| matches!(record, v1::Record::Store(_))).collect();
        records.extend([
            aside(ELSEWHERE[0], 2),
            aside(ELSEWHERE[1], 2),
            v1::Record::Hold(Box::new(hold)),
            v1::Record::Grant(grant.clone()),
            v1::Record::Grant(v1::Grant { id: Uuid::from_u128(42), terminal: Uuid::from_u128(8), ..grant }),
            v1::Record::Returned(returned(2, 500)),
            v1::Record::Returned(returned(1, 200)),
            v1::Record::Terminal(v1::Terminal { id: Uuid::from_u128(8), number: 2, public_key: other.public_hex() }),
        ]);
        records
    }

    fn furnish(dir: &Path, other: &SigningKey) {
        let mut writer = ReplicaWriter::open(dir, 0).unwrap();
        let own = SigningKey::generate().unwrap();
        let identity = Identity { terminal: TERMINAL, number: 1, store: "s01".to_owned() };
        let credentials = Credentials {
            platform: String::new(),
            authority: String::new(),
            platform_key: String::new(),
            token: String::new(),
            private_key: own.pkcs8().to_vec(),
        };
        writer.set_identity(&identity, &credentials, &[]).unwrap();
        let change = |record| Ok::<_, std::convert::Infallible>(v1::Change { no: 1, record });
        writer.replace(SCOPE_CHAIN, 1, [] as [Result<v1::Change, String>; 0]).unwrap();
        writer.replace(&scope_of_store("s01"), 1, told(other).into_iter().map(change)).unwrap();
    }

    #[test]
    fn the_till_s_past_and_what_the_store_s_other_tills_did_are_one() {
        let dir = directory();
        let other = SigningKey::generate().unwrap();
        furnish(&dir.0, &other);
        let catalogue = ReplicaCatalogue::open(&dir.0);
        assert_eq!(catalogue.past_sale("0101-000001").unwrap(), None);
        let now = clock::at_in(Timestamp::from_second(1_795_000_000).unwrap(), &jiff::tz::TimeZone::UTC);
        let mut ledger =
            Ledger::open(&dir.0, &catalogue, now, &words::Languages::built_in().of("zh-CN")).unwrap().unwrap().ledger;
        let stamp = Stamp {
            at: now.at,
            business_date: jiff::civil::date(2026, 11, 21),
            shift: None,
            staff: Some("07".to_owned()),
        };

        let points = Account { kind: AccountKind::Points, number: "M1".to_owned() };
        assert_eq!(catalogue.grants(&points).unwrap()[0].units, 500);
        assert_eq!(catalogue.suspended_elsewhere().unwrap().len(), 2);
        assert!(catalogue.hold("H1").unwrap().is_some());
        assert_eq!(catalogue.last_z().unwrap(), None);

        let first = sale(1, "0101-000001");
        let mut second = sale(2, "0101-000002");
        let grant = Some(Uuid::from_u128(41));
        second.tenders = vec![Tender { points: 120, grant, ..Tender::exact(TenderKind::Points, Money::minor(24)) }];
        second.about.hold = Some(Uuid::from_u128(31));
        let back = bottle_back(3, &first);
        let enrolment =
            Enrolment {
                id: "t1".to_owned(), name: "王小明".to_owned(), phone: "13800006621".to_owned(), card: None
            };
        let noted = Event::MemberNoted { member: "t1".to_owned(), note: "花生过敏".to_owned() };
        let sold = |sale: &Sale| Event::SaleCompleted(Box::new(sale.clone()));
        let events = [
            sold(&first),
            sold(&second),
            sold(&back),
            Event::SaleRecalled(ELSEWHERE[0]),
            Event::MemberEnrolled(enrolment),
            noted,
        ];
        ledger.commit(&stamp, &events, Vec::new()).unwrap();

        let past = catalogue.past_sale("0101-000001").unwrap().unwrap();
        assert_eq!((past.sale.id, &*past.staff, past.business_date), (first.id, "07", stamp.business_date));
        // A bottle here and half a one at till 2; that head office knows of less here than the journal does not count.
        assert_eq!(past.returned, [(2, Quantity::thousandths(1500))]);
        let purchases = catalogue.last_purchases("M1", 9).unwrap();
        assert_eq!(
            purchases.iter().map(|past| &*past.sale.receipt).collect::<Vec<_>>(),
            ["0101-000002", "0101-000001"]
        );
        assert_eq!(catalogue.grants(&points).unwrap()[0].units, 380);
        assert_eq!(catalogue.hold("H1").unwrap(), None);
        let aside = catalogue.suspended_elsewhere().unwrap();
        assert_eq!(aside.iter().map(|aside| aside.suspended.basket.id).collect::<Vec<_>>(), [ELSEWHERE[1]]);
        let member = catalogue.member_by_code("13800006621").unwrap().unwrap();
        assert_eq!((&*member.name, &*member.note), ("138****6621 王*", "花生过敏"));

        let proof = catalogue.sign(b"proof").unwrap();
        assert!(catalogue.verify(1, b"proof", &proof) && !catalogue.verify(2, b"proof", &proof));
        assert!(catalogue.verify(2, b"proof", &other.sign(b"proof")) && !catalogue.verify(3, b"proof", &proof));
    }
}
