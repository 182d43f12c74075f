//! What events say of things that are looked up later: receipts' members, what came back, what was spent of a grant, who
//! became a member, goods put by, closes.
//!
//! Rows are derived from the events alone and stand in the same transaction. A program that knows nothing of them may have
//! written events in between; then they are derived when the journal is opened.

use std::collections::BTreeMap;

use protocol::v1;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use uuid::Uuid;

use crate::commit::{epoch_and_seq, place};
use crate::error::{During, JournalError};
use crate::state;

/// Events that one transaction derives rows for.
const EVENTS_AT_ONCE: usize = 20_000;

/// What is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject<'a> {
    /// Sales of a member, by her id.
    Bought(&'a str),
    /// How often a member had a rule that has a limit for each member: value is times.
    Used { member: &'a str, rule: &'a str },
    /// What came back of a sale: part is the line, value thousandths.
    Returned(Uuid),
    /// What was spent of a grant: value is units.
    Spent(Uuid),
    /// Who was enrolled with a number or card.
    Enrolled(&'a str),
    /// What was noted of a member.
    Noted(&'a str),
    /// Goods put by under a code.
    Held(&'a str),
    /// Goods put by that were collected or given up, by the hold's id.
    Ended(Uuid),
    /// A sale that was taken up again.
    Recalled(Uuid),
    /// Closes.
    Closed,
    /// Favourites that were arranged.
    Arranged,
    /// All that was written of a count.
    Count(Uuid),
    /// Counts that were opened, begun or closed here: value is 1 for closed.
    Counting,
    /// A document of stock that was written here: a transfer that was taken in, by its id.
    Document(Uuid),
    /// A delivery that was taken in here, by the number of its note.
    Delivery(&'a str),
    /// A sale whose money another machine had taken, by the number of that payment: value is the amount.
    PaidBefore(&'a str),
}

impl Subject<'_> {
    pub(crate) fn key(self) -> String {
        match self {
            Subject::Bought(member) => format!("bought/{member}"),
            Subject::Used { member, rule } => format!("{}{rule}", used_by(member)),
            Subject::Returned(sale) => format!("returned/{sale}"),
            Subject::Spent(grant) => format!("spent/{grant}"),
            Subject::Enrolled(code) => format!("enrolled/{code}"),
            Subject::Noted(member) => format!("noted/{member}"),
            Subject::Held(code) => format!("held/{code}"),
            Subject::Ended(hold) => format!("ended/{hold}"),
            Subject::Recalled(basket) => format!("recalled/{basket}"),
            Subject::Closed => "closed".to_owned(),
            Subject::Arranged => "arranged".to_owned(),
            Subject::Count(plan) => format!("count/{plan}"),
            Subject::Counting => "counting".to_owned(),
            Subject::Document(id) => format!("document/{id}"),
            Subject::Delivery(number) => format!("delivery/{number}"),
            Subject::PaidBefore(order) => format!("paid-before/{order}"),
        }
    }
}

/// The rows of one event: value by key and part.
type Mentions = BTreeMap<(String, u32), i64>;

/// What an event says.
pub(crate) fn mentions(event: &v1::Event) -> Mentions {
    let mut found = Mentions::new();
    let mut add = |subject: Subject<'_>, part: u32, value: i64| {
        *found.entry((subject.key(), part)).or_default() += value;
    };
    match &event.body {
        v1::Body::SaleCompleted(sale) => {
            if let Some(member) = &sale.member {
                add(Subject::Bought(&member.id), 0, sale.total);
                for used in &sale.uses {
                    add(Subject::Used { member: &member.id, rule: &used.rule }, 0, i64::from(used.times));
                }
            }
            for (origin, thousandths) in sale.lines.iter().filter_map(came_back) {
                add(Subject::Returned(origin.sale), origin.line, thousandths);
            }
            for (grant, units) in spendings(&sale.tenders) {
                add(Subject::Spent(grant), 0, units);
            }
            for (order, amount) in paid_before(&sale.tenders) {
                add(Subject::PaidBefore(order), 0, amount);
            }
            if let Some(about) = &sale.about {
                for grant in about.coupons.iter().filter_map(|coupon| coupon.grant) {
                    add(Subject::Spent(grant), 0, 1);
                }
                if let Some(hold) = about.hold {
                    add(Subject::Ended(hold), 0, 0);
                }
            }
        }
        v1::Body::HoldPlaced(hold) => {
            add(Subject::Held(&hold.code), 0, 0);
            for (grant, units) in spendings(&hold.paid) {
                add(Subject::Spent(grant), 0, units);
            }
        }
        v1::Body::HoldCancelled(cancelled) => add(Subject::Ended(cancelled.hold), 0, 0),
        v1::Body::MemberEnrolled(enrolled) => {
            for code in [Some(&enrolled.phone), enrolled.card.as_ref()].into_iter().flatten() {
                if !code.is_empty() {
                    add(Subject::Enrolled(code), 0, 0);
                }
            }
        }
        v1::Body::MemberNoted(noted) => add(Subject::Noted(&noted.member), 0, 0),
        v1::Body::FavouritesArranged(_) => add(Subject::Arranged, 0, 0),
        v1::Body::SaleRecalled(recalled) => add(Subject::Recalled(recalled.basket), 0, 0),
        v1::Body::ShiftClosed(_) => add(Subject::Closed, 0, 0),
        v1::Body::CountOpened(plan) => {
            add(Subject::Count(plan.id), 0, 0);
            add(Subject::Counting, 0, 0);
        }
        v1::Body::CountEntered(entered) => add(Subject::Count(entered.plan), 0, 0),
        v1::Body::CountPassFinished(finished) => add(Subject::Count(finished.plan), 0, 0),
        v1::Body::CountApproved(approved) => add(Subject::Count(approved.plan), 0, 0),
        v1::Body::CountClosed(closed) => {
            add(Subject::Count(closed.plan), 0, 0);
            add(Subject::Counting, 0, 1);
        }
        v1::Body::GoodsReceived(received) => add(Subject::Delivery(&received.note), 0, 0),
        v1::Body::TransferReceived(received) => add(Subject::Document(received.transfer), 0, 0),
        v1::Body::EpochStarted(_)
        | v1::Body::ShiftOpened(_)
        | v1::Body::SaleVoided(_)
        | v1::Body::SaleSuspended(_)
        | v1::Body::DrawerOpened(_)
        | v1::Body::Reprinted(_)
        | v1::Body::LockedOut(_)
        | v1::Body::SignedOn(_)
        | v1::Body::Approved(_)
        | v1::Body::CashMoved(_)
        | v1::Body::HandedOver(_)
        | v1::Body::GrantAsked(_)
        | v1::Body::TrainingBegun(_)
        | v1::Body::TrainingEnded(_)
        | v1::Body::PaymentChanged(_)
        | v1::Body::TendersReturned(_)
        | v1::Body::WrittenOff(_)
        | v1::Body::TransferSent(_) => {}
    }
    found
}

/// Stores the rows of an event; the same ones again change nothing.
pub(crate) fn store(connection: &Connection, event: &v1::Event, at: i64) -> Result<(), JournalError> {
    for ((key, part), value) in mentions(event) {
        connection
            .prepare_cached("INSERT OR REPLACE INTO mention (key, place, part, value) VALUES (?1, ?2, ?3, ?4)")
            .and_then(|mut statement| statement.execute(params![key, at, part, value]))
            .during("storing what an event mentions")?;
    }
    Ok(())
}

/// Derives the rows of events that were written without them.
pub(crate) fn catch_up(connection: &mut Connection) -> Result<(), JournalError> {
    const STEP: &str = "deriving what events mention";
    loop {
        let transaction = connection.transaction().during(STEP)?;
        let from = state::mentioned(&transaction)?;
        let Some((count, newest)) = derive(&transaction, from)? else {
            return Ok(());
        };
        state::set_mentioned(&transaction, newest)?;
        transaction.commit().during(STEP)?;
        tracing::info!(count, "derived what events mention");
    }
}

/// Events that were written without rows, counted up to a limit.
pub(crate) fn behind(connection: &Connection, limit: u64) -> Result<u64, JournalError> {
    let from = state::mentioned(connection)?;
    connection
        .query_row(
            "SELECT count(*) FROM (SELECT 1 FROM event WHERE place > ?1 LIMIT ?2)",
            params![from, limit.cast_signed()],
            |row| row.get::<_, i64>(0),
        )
        .during("counting events without mentions")
        .map(|count| count.unsigned_abs())
}

/// Derives some rows after a place; gives how many events there were, and the place of the newest of them.
fn derive(transaction: &Transaction<'_>, from: i64) -> Result<Option<(usize, i64)>, JournalError> {
    const STEP: &str = "deriving what events mention";
    let mut statement = transaction
        .prepare_cached("SELECT place, bytes FROM event WHERE place > ?1 ORDER BY place LIMIT ?2")
        .during(STEP)?;
    let mut rows = statement.query([from, EVENTS_AT_ONCE as i64]).during(STEP)?;
    let (mut count, mut newest) = (0, from);
    while let Some(row) = rows.next().during(STEP)? {
        newest = row.get(0).during(STEP)?;
        let bytes = row.get_ref(1).during(STEP)?.as_str().map_err(rusqlite::Error::from).during(STEP)?;
        match serde_json::from_str(bytes) {
            Ok(event) => store(transaction, &event, newest)?,
            // Written by a program that knows more kinds of events than this one; nothing of it is looked up here.
            Err(error) => tracing::warn!(place = ?epoch_and_seq(newest), %error, "an event is not understood"),
        }
        count += 1;
    }
    Ok((count > 0).then_some((count, newest)))
}

/// Sums of values by part.
pub(crate) fn sums(connection: &Connection, subject: Subject<'_>) -> Result<Vec<(u32, i64)>, JournalError> {
    const STEP: &str = "looking up what events mention";
    let mut statement = connection
        .prepare_cached("SELECT part, sum(value) FROM mention WHERE key = ?1 GROUP BY part ORDER BY part")
        .during(STEP)?;
    let rows = statement.query_map([subject.key()], |row| Ok((row.get(0)?, row.get(1)?))).during(STEP)?;
    rows.collect::<rusqlite::Result<_>>().during(STEP)
}

/// How often a member had rules, by rule id: at most so many, in the order of their ids.
pub(crate) fn rule_uses(
    connection: &Connection,
    member: &str,
    limit: usize,
) -> Result<Vec<(String, u32)>, JournalError> {
    const STEP: &str = "looking up a member's rules";
    let before = used_by(member);
    // Keys are compared byte by byte; the separator's successor ends those that begin alike.
    let after = format!("{}0", &before[..before.len() - 1]);
    let mut statement = connection
        .prepare_cached(
            "SELECT key, sum(value) FROM mention WHERE key >= ?1 AND key < ?2 GROUP BY key ORDER BY key LIMIT ?3",
        )
        .during(STEP)?;
    let rows = statement
        .query_map(params![before, after, limit as i64], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))
        .during(STEP)?;
    let of_row = |row: rusqlite::Result<(String, i64)>| {
        let (key, times) = row.during(STEP)?;
        Ok((key[before.len()..].to_owned(), u32::try_from(times.max(0)).unwrap_or(u32::MAX)))
    };
    rows.map(of_row).collect()
}

/// What the keys of a member's rules begin with. Her id's length stands before it, so that no id begins like another.
fn used_by(member: &str) -> String {
    format!("used/{}/{member}/", member.len())
}

/// Places of the newest events that mention something, the newest first.
pub(crate) fn newest(
    connection: &Connection,
    subject: Subject<'_>,
    limit: usize,
) -> Result<Vec<(u32, u64)>, JournalError> {
    const STEP: &str = "looking up what events mention";
    let mut statement = connection
        .prepare_cached("SELECT DISTINCT place FROM mention WHERE key = ?1 ORDER BY place DESC LIMIT ?2")
        .during(STEP)?;
    let rows = statement.query_map(params![subject.key(), limit as i64], |row| row.get(0)).during(STEP)?;
    let places = rows.collect::<rusqlite::Result<Vec<i64>>>().during(STEP)?;
    Ok(places.into_iter().map(epoch_and_seq).collect())
}

/// Places of events that mention something, after a place, the oldest first.
pub(crate) fn oldest_after(
    connection: &Connection,
    subject: Subject<'_>,
    after: i64,
    limit: usize,
) -> Result<Vec<i64>, JournalError> {
    const STEP: &str = "looking up what events mention";
    let mut statement = connection
        .prepare_cached("SELECT DISTINCT place FROM mention WHERE key = ?1 AND place > ?2 ORDER BY place LIMIT ?3")
        .during(STEP)?;
    let rows = statement.query_map(params![subject.key(), after, limit as i64], |row| row.get(0)).during(STEP)?;
    rows.collect::<rusqlite::Result<_>>().during(STEP)
}

/// Whether any event mentions it.
pub(crate) fn is_mentioned(connection: &Connection, subject: Subject<'_>) -> Result<bool, JournalError> {
    connection
        .prepare_cached("SELECT 1 FROM mention WHERE key = ?1 LIMIT 1")
        .and_then(|mut statement| statement.query_row([subject.key()], |_| Ok(())).optional())
        .during("looking up what events mention")
        .map(|found| found.is_some())
}

/// The place of an event as it is stored.
pub(crate) fn place_of(head: &v1::Head) -> i64 {
    place(head.epoch, head.seq)
}

/// The line of an earlier sale that a line comes back from, and how much.
fn came_back(line: &v1::SaleLine) -> Option<(&v1::Origin, i64)> {
    let origin = line.facets.as_ref()?.origin.as_ref()?;
    (line.quantity < 0).then(|| (origin, line.quantity.saturating_neg()))
}

/// What a shopper had paid before she came here, such as on her phone: by code, and by no payment of this terminal.
fn paid_before(tenders: &[v1::Tender]) -> impl Iterator<Item = (&str, i64)> {
    let before = |tender: &&v1::Tender| tender.kind == "code" && tender.amount > 0 && tender.payment.is_none();
    tenders.iter().filter(before).filter_map(|tender| Some((tender.reference.as_deref()?, tender.amount)))
}

/// What was spent of grants. What is given back goes to the account, whose next grant contains it.
fn spendings(tenders: &[v1::Tender]) -> impl Iterator<Item = (Uuid, i64)> {
    let units = |tender: &v1::Tender| match tender.kind.as_str() {
        "points" => tender.points,
        "coupon" => i64::from(tender.amount > 0),
        _money => tender.amount,
    };
    tenders
        .iter()
        .filter_map(move |tender| tender.grant.map(|grant| (grant, units(tender))))
        .filter(|(_, units)| *units > 0)
}
