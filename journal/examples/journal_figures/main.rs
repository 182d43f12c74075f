//! Measures the journal and the replica on this machine: `journal_figures [items] [sales] [sales of a year]`, or a year's
//! journal alone with `journal_figures year [sales of a year]`.
//!
//! Prints one line for each figure, and those that have a limit as JSON, too. Every commit is compared with a bare write and fdatasync of as many bytes, taken in
//! turn with it, so that both see the same disk.

mod year;

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use journal::{
    Commit, Journal, JournalReader, NewEvent, Opening, PrintJob, PrintState, Replica, ReplicaWriter, SCOPE_CHAIN, Save,
};
use protocol::v1;
use uuid::Uuid;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).peekable();
    let year_alone = arguments.next_if(|argument| argument == "year").is_some();
    if year_alone {
        let sales = arguments.next().map_or(Ok(500_000), |text| text.parse())?;
        let dir = std::env::temp_dir().join(format!("guitai-year-{}", std::process::id()));
        std::fs::create_dir_all(&dir)?;
        let measured = year::measure(&dir, sales);
        std::fs::remove_dir_all(&dir)?;
        return measured;
    }
    let items: u64 = arguments.next().map_or(Ok(1_000_000), |text| text.parse())?;
    let sales: u64 = arguments.next().map_or(Ok(2_000), |text| text.parse())?;
    let sales_of_a_year: u64 = arguments.next().map_or(Ok(500_000), |text| text.parse())?;
    let dir = std::env::temp_dir().join(format!("guitai-measure-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    commits(&dir, sales)?;
    baskets(&dir)?;
    catalogue(&dir, items)?;
    year::measure(&dir.join("year"), sales_of_a_year)?;
    std::fs::remove_dir_all(&dir)?;
    Ok(())
}

/// Chance that is the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    /// Small numbers more often than large ones, as with words.
    fn skewed(&mut self, limit: usize) -> usize {
        let one = self.below(limit) + 1;
        self.below(one)
    }
}

fn report(name: &str, mut millis: Vec<f64>) -> f64 {
    millis.sort_by(f64::total_cmp);
    let at = |share: f64| millis[((millis.len() - 1) as f64 * share) as usize];
    println!(
        "{name}: p50 {:.3} ms, p95 {:.3} ms, p99 {:.3} ms, max {:.3} ms ({})",
        at(0.5),
        at(0.95),
        at(0.99),
        at(1.0),
        millis.len()
    );
    at(0.5)
}

fn timed<T>(millis: &mut Vec<f64>, work: impl FnOnce() -> T) -> T {
    let begin = Instant::now();
    let done = work();
    millis.push(begin.elapsed().as_secs_f64() * 1e3);
    done
}

fn commits(dir: &Path, sales: u64) -> Result<(), Box<dyn std::error::Error>> {
    let (mut journal, _) = open(dir)?;
    let log = dir.join("journal.db-wal");
    let mut bare = std::fs::File::create(dir.join("bare"))?;
    let (mut of_sales, mut of_bare) = (Vec::new(), Vec::new());
    // A commit writes whole pages; the log tells how many bytes the first one took.
    let before = std::fs::metadata(&log)?.len();
    journal.commit(sale(1))?;
    let bytes = vec![7u8; (std::fs::metadata(&log)?.len() - before) as usize];
    println!("bytes of a sale's commit: {}", bytes.len());
    for receipt in 2..sales + 2 {
        timed(&mut of_sales, || journal.commit(sale(receipt)))?;
        timed(&mut of_bare, || bare.write_all(&bytes).and_then(|()| bare.sync_data()))?;
        if receipt % 100 == 0 {
            journal.idle()?;
        }
    }
    let sale = report("sale commit", of_sales);
    let bare = report("bare write+fdatasync of as many bytes", of_bare);
    println!("ratio at p50: {:.2}", sale / bare);
    let reader = JournalReader::open(dir)?.expect("a journal");
    let begin = Instant::now();
    let totals = reader.totals_of_day("2026-03-01")?;
    println!("totals of a day with {} sales: {:.1} ms", totals.sales, begin.elapsed().as_secs_f64() * 1e3);
    let begin = Instant::now();
    assert_eq!(reader.verify()?.fault, None);
    println!("verify: {:.1} ms", begin.elapsed().as_secs_f64() * 1e3);
    let begin = Instant::now();
    let unsent = reader.unsent(&[])?;
    println!("unsent {}: {:.2} ms", unsent.events, begin.elapsed().as_secs_f64() * 1e3);
    drop(journal);
    let begin = Instant::now();
    open(dir)?;
    println!("opening the journal: {:.1} ms", begin.elapsed().as_secs_f64() * 1e3);
    Ok(())
}

/// An open basket of 200 lines that grows by one: written line by line, and as one text.
fn baskets(dir: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let (mut journal, _) = open(dir)?;
    let mut basket = v1::Basket {
        id: Uuid::from_u128(1),
        started_at_ms: 0,
        lines: (1..=200).map(line).collect(),
        ..v1::Basket::default()
    };
    let (mut by_line, mut as_text) = (Vec::new(), Vec::new());
    for no in 201..=400 {
        basket.lines.remove(0);
        basket.lines.insert(0, line(1));
        basket.lines[199] = line(no);
        let open = Commit { events: vec![], saves: vec![Save::Open(Some(basket.clone()))] };
        timed(&mut by_line, || journal.commit(open))?;
        let text = Commit {
            events: vec![],
            saves: vec![Save::QueuePrint(PrintJob {
                id: 1,
                kind: "text".to_owned(),
                body: serde_json::to_string(&basket)?,
                state: PrintState::Waiting,
            })],
        };
        timed(&mut as_text, || journal.commit(text))?;
    }
    report("basket of 200 lines, one changed, by line", by_line);
    report("basket of 200 lines, one changed, as one text", as_text);
    Ok(())
}

fn catalogue(dir: &Path, items: u64) -> Result<(), Box<dyn std::error::Error>> {
    let mut writer = ReplicaWriter::open(dir, 0)?;
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let lines = (0..items).map(|no| {
        Ok::<_, std::convert::Infallible>(v1::Change {
            no: 1,
            record: v1::Record::Item(Box::new(item(no, &mut chance))),
        })
    });
    let begin = Instant::now();
    writer.replace(SCOPE_CHAIN, 1, lines)?;
    println!(
        "replica of {items} items: {:.1} s, {} MiB, resident at most {}",
        begin.elapsed().as_secs_f64(),
        std::fs::metadata(dir.join("replica.db"))?.len() >> 20,
        status("VmHWM:")
    );
    let begin = Instant::now();
    writer.apply(
        SCOPE_CHAIN,
        &(0..5000)
            .map(|no| v1::Change {
                no: no + 2,
                record: v1::Record::Item(Box::new(item(no * 7 % items, &mut Chance(no + 1)))),
            })
            .collect::<Vec<_>>(),
        5001,
    )?;
    println!("5000 changes: {:.0} ms", begin.elapsed().as_secs_f64() * 1e3);
    drop(writer);
    println!("resident before reading: {}", status("VmRSS:"));
    let begin = Instant::now();
    let replica = Replica::open(dir)?.expect("a replica");
    replica.item_by_code("06900000000000")?;
    println!("opening the replica with a first look-up: {:.1} ms", begin.elapsed().as_secs_f64() * 1e3);
    let mut millis = Vec::new();
    let mut chance = Chance(77);
    for _ in 0..20_000 {
        let key = format!("{:014}", 6_900_000_000_000 + chance.below(items as usize));
        let found = timed(&mut millis, || replica.item_by_code(&key))?;
        assert!(found.is_some());
    }
    report("item by code", millis);
    searches(&replica)?;
    println!("resident after reading: {}", status("VmRSS:"));
    Ok(())
}

fn searches(replica: &Replica) -> Result<(), Box<dyn std::error::Error>> {
    let mut chance = Chance(99);
    let mut sorts: Vec<(&str, Vec<String>)> = Vec::new();
    let letters: Vec<String> = ('a'..='z').map(String::from).collect();
    let digits = ('0'..='9').map(String::from).collect();
    sorts.push(("one letter", letters.clone()));
    sorts.push(("one digit", digits));
    sorts.push((
        "two letters apart",
        letters.iter().flat_map(|one| ["q", "x", "a"].map(|other| format!("{one} {other}"))).collect(),
    ));
    let mut names = |make: &mut dyn FnMut(&v1::Item, &mut Chance) -> String| -> Vec<String> {
        (0..400u64)
            .filter_map(|no| replica.item(&format!("item-{:07}", no * 2_477)).ok().flatten())
            .map(|item| make(&item, &mut chance))
            .collect()
    };
    sorts.push(("one hanzi", names(&mut |item, chance| part(&item.name, 1, chance))));
    sorts.push(("two hanzi", names(&mut |item, chance| part(&item.name, 2, chance))));
    sorts.push(("four hanzi", names(&mut |item, chance| part(&item.name, 4, chance))));
    sorts.push((
        "hanzi that do not meet",
        names(&mut |_, chance| {
            let mut hanzi = || hanzi(chance.skewed(1500));
            [hanzi(), hanzi(), hanzi()].iter().collect()
        }),
    ));
    sorts.push(("initials", names(&mut |item, chance| part(&item.initials, 2 + chance.below(4), chance))));
    sorts.push(("latin words", names(&mut |item, _| item.name_en.clone().unwrap_or_default())));
    sorts.push(("hanzi and size", names(&mut |item, chance| format!("{} 5", part(&item.name, 1, chance)))));
    sorts.push(("beginning of a code", names(&mut |item, chance| item.codes[0][1..4 + chance.below(8)].to_owned())));
    let mut all = Vec::new();
    for (sort, queries) in sorts {
        let mut millis = Vec::new();
        let mut hits = 0;
        let mut slowest = (0.0, String::new());
        for query in queries.iter().filter(|query| !query.is_empty()) {
            hits += timed(&mut millis, || replica.search(query, 30))?.len();
            if let Some(last) = millis.last()
                && *last > slowest.0
            {
                slowest = (*last, query.clone());
            }
        }
        println!("  {hits} hits, slowest {slowest:?}");
        all.extend_from_slice(&millis);
        report(&format!("search, {sort}"), millis);
    }
    report("search, all", all);
    Ok(())
}

fn part(text: &str, length: usize, chance: &mut Chance) -> String {
    let chars: Vec<char> = text.chars().filter(|char| !char.is_ascii_digit()).collect();
    let start = chance.below(chars.len().saturating_sub(length).max(1));
    chars.iter().skip(start).take(length).collect()
}

fn hanzi(number: usize) -> char {
    char::from_u32(0x4e00 + number as u32 * 7).expect("within the block of hanzi")
}

fn item(no: u64, chance: &mut Chance) -> v1::Item {
    let length = 4 + chance.below(6);
    let mut name: String = (0..length).map(|_| hanzi(chance.skewed(1500))).collect();
    let initials: String = name.chars().map(|char| char::from(b'a' + (char as u32 % 26) as u8)).collect();
    let size = [100, 250, 330, 500, 550, 1000][chance.below(6)];
    name.push_str(&format!("{size}ml"));
    let mut word = || {
        let length = 3 + chance.below(6);
        (0..length).map(|_| char::from(b'a' + chance.skewed(26) as u8)).collect::<String>()
    };
    let name_en = no.is_multiple_of(3).then(|| format!("{} {}", word(), word()));
    v1::Item {
        id: format!("item-{no:07}"),
        name,
        name_en,
        initials,
        unit: "piece".to_owned(),
        tax: "standard".to_owned(),
        category: "drinks".to_owned(),
        codes: vec![format!("{:014}", 6_900_000_000_000 + no)],
        prices: vec![v1::Price { from_ms: 0, price: 350 }],
        favourite: (no < 24).then_some(no as u32),
        terms: None,
    }
}

fn line(no: u32) -> v1::BasketLine {
    v1::BasketLine {
        no,
        item: format!("item-{no:07}"),
        name: "农夫山泉饮用天然水".to_owned(),
        name_en: Some("Nongfu Spring".to_owned()),
        code: Some("06921168509256".to_owned()),
        unit: "piece".to_owned(),
        quantity: 1000,
        unit_price: 200,
        tax: "standard".to_owned(),
        tax_rate_bp: 1300,
        ..v1::BasketLine::default()
    }
}

/// A sale of five lines, paid in cash.
fn sale_of(receipt: u64) -> v1::Sale {
    let lines: Vec<v1::SaleLine> = (1..=5)
        .map(line)
        .map(|line| v1::SaleLine {
            no: line.no,
            item: line.item,
            name: line.name,
            code: line.code,
            unit: line.unit,
            quantity: line.quantity,
            unit_price: line.unit_price,
            gross: 200,
            tax: 23,
            tax_id: line.tax,
            ..v1::SaleLine::default()
        })
        .collect();
    v1::Sale {
        id: Uuid::from_u128(u128::from(receipt)),
        receipt: format!("S1-01-1-{receipt:06}"),
        currency: "CNY".to_owned(),
        started_at_ms: 0,
        member: None,
        lines,
        voided: vec![],
        taxes: vec![v1::TaxTotal { tax_id: "standard".to_owned(), rate_bp: 1300, net: 885, tax: 115, exempt: false }],
        total: 1000,
        rounding: 0,
        tenders: vec![v1::Tender {
            kind: "cash".to_owned(),
            amount: 1000,
            tendered: 2000,
            change: 1000,
            ..v1::Tender::default()
        }],
        catalogue_chain: 1,
        catalogue_store: 1,
        ..v1::Sale::default()
    }
}

fn sale(receipt: u64) -> Commit {
    let sale = sale_of(receipt);
    Commit {
        events: vec![NewEvent {
            at_ms: 1,
            business_date: "2026-03-01".to_owned(),
            shift: None,
            staff: Some("07".to_owned()),
            body: v1::Body::SaleCompleted(Box::new(sale)),
        }],
        saves: vec![Save::Open(None), Save::NextReceipt(receipt + 1)],
    }
}

fn open(dir: &Path) -> Result<(Journal, journal::Restored), journal::JournalError> {
    let opening = Opening {
        terminal: Uuid::from_u128(7),
        program: "measure",
        acknowledged: &[],
        now_ms: 0,
        business_date: "2026-03-01",
    };
    Journal::open(dir, &opening)
}

fn status(field: &str) -> String {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(field));
    line.unwrap_or("unknown").trim().to_owned()
}
