//! Real baskets from a file of sale lines: `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,..`, plain
//! or gzip.
//!
//! One item is made for each pair of stock code and unit price, since such files tell what was paid and not why. It
//! bears an in-store EAN-13 of its own; the first price of a stock code can be typed by the stock code too. Lines that
//! no shop could sell are counted by reason and left out.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use super::{Good, Label, Settings, Shop, ean13};

/// Lines that one invoice may have; what comes after is counted and left out.
pub const LINES_MAX: usize = 900;
/// Pieces that one line may have.
pub const PIECES_MAX: i64 = 9999;
/// Items that a file may bring.
pub const GOODS_MAX: usize = 200_000;
/// The largest unit price, in minor units.
const PRICE_MAX: i64 = 10_000_000;
/// Letters that a good's name may have.
const NAME_CHARS_MAX: usize = 200;

/// What a file held.
#[derive(Clone, Debug)]
pub struct Retail {
    /// A shop that sells the file's goods.
    pub shop: Shop,
    /// Invoices in the order of the file.
    pub invoices: Vec<Invoice>,
    /// Lines read, the header not counted.
    pub lines: u64,
    /// Lines left out, by reason.
    pub dirty: BTreeMap<&'static str, u64>,
}

/// What one shopper bought or brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoice {
    /// Its number in the file.
    pub no: String,
    /// When, as the file writes it, e.g. `2010-12-01 08:26:00`; empty where it has no column `InvoiceDate`.
    pub at: String,
    /// Who; empty where the file does not tell.
    pub customer: String,
    /// Place of the good and pieces; negative pieces come back.
    pub lines: Vec<(usize, i64)>,
}

/// Why a file could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum RetailError {
    /// The file is not there or cannot be read.
    #[error("failed reading the baskets")]
    Reading(#[from] io::Error),
    /// The first line names other columns.
    #[error("the baskets' first line must name the column {0}")]
    Columns(&'static str),
    /// No line is left.
    #[error("the baskets have no line that a shop could sell")]
    Empty,
}

/// Reads at most `invoices_max` invoices.
///
/// # Errors
/// When the file cannot be read, has other columns, or holds nothing to sell.
pub fn read(path: &Path, invoices_max: usize) -> Result<Retail, RetailError> {
    let mut file = BufReader::new(File::open(path)?);
    let is_gzip = io::BufRead::fill_buf(&mut file)?.starts_with(&[0x1f, 0x8b]);
    let text: Box<dyn Read> =
        if is_gzip { Box::new(flate2::bufread::MultiGzDecoder::new(file)) } else { Box::new(file) };
    read_lines(text, invoices_max)
}

fn read_lines(text: impl Read, invoices_max: usize) -> Result<Retail, RetailError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text);
    let columns = Columns::of(reader.byte_headers().map_err(io::Error::from)?)?;
    let mut stock = Stock::default();
    let mut retail = Retail { shop: shop(), invoices: Vec::new(), lines: 0, dirty: BTreeMap::new() };
    let mut record = csv::ByteRecord::new();
    let mut open: Option<Invoice> = None;
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) if error.is_io_error() => return Err(RetailError::Reading(error.into())),
            Err(_) => {
                retail.count("not a line of CSV");
                continue;
            }
        }
        let invoice = columns.invoice(&record);
        if open.as_ref().is_some_and(|open| open.no != invoice) {
            retail.close(open.take());
            if retail.invoices.len() >= invoices_max {
                break;
            }
        }
        retail.lines += 1;
        let line = columns.line(&record).and_then(|line| Ok((stock.place(&line)?, line.pieces)));
        let open = open.get_or_insert_with(|| Invoice {
            no: invoice,
            at: columns.optional(&record, columns.at),
            customer: columns.optional(&record, columns.customer),
            lines: Vec::new(),
        });
        match line {
            Ok(_) if open.lines.len() >= LINES_MAX => retail.count("more lines than a basket takes"),
            Ok(line) => open.lines.push(line),
            Err(reason) => retail.count(reason),
        }
    }
    if retail.invoices.len() < invoices_max {
        retail.close(open.take());
    }
    retail.shop.goods = stock.goods;
    if retail.invoices.is_empty() { Err(RetailError::Empty) } else { Ok(retail) }
}

impl Retail {
    fn count(&mut self, reason: &'static str) {
        *self.dirty.entry(reason).or_default() += 1;
    }

    fn close(&mut self, invoice: Option<Invoice>) {
        self.invoices.extend(invoice.filter(|invoice| !invoice.lines.is_empty()));
    }
}

fn shop() -> Shop {
    let settings = Settings {
        id: "7",
        name: "Corner Gifts",
        currency: "GBP",
        time_zone: "Europe/London",
        rounding_step: 1,
        points_per: 0,
        taxes: &[("standard", 2000)],
        layouts: &[],
        float: 10_000,
    };
    Shop { settings, goods: Vec::new(), members: Vec::new() }
}

struct Columns {
    invoice: usize,
    stock_code: usize,
    description: usize,
    quantity: usize,
    price: usize,
    at: Option<usize>,
    customer: Option<usize>,
}

struct Line {
    stock_code: String,
    description: String,
    pieces: i64,
    price: i64,
}

impl Columns {
    fn of(header: &csv::ByteRecord) -> Result<Columns, RetailError> {
        let bare =
            |name: &[u8]| String::from_utf8_lossy(name).trim_start_matches('\u{feff}').trim().to_ascii_lowercase();
        let place = |name: &'static str| {
            header.iter().position(|column| bare(column) == name.to_ascii_lowercase()).ok_or(RetailError::Columns(name))
        };
        Ok(Columns {
            invoice: place("InvoiceNo")?,
            stock_code: place("StockCode")?,
            description: place("Description")?,
            quantity: place("Quantity")?,
            price: place("UnitPrice")?,
            at: place("InvoiceDate").ok(),
            customer: place("CustomerID").ok(),
        })
    }

    fn invoice(&self, record: &csv::ByteRecord) -> String {
        text(record, self.invoice)
    }

    fn optional(&self, record: &csv::ByteRecord, column: Option<usize>) -> String {
        column.map(|column| text(record, column)).unwrap_or_default()
    }

    fn columns_max(&self) -> usize {
        self.invoice.max(self.stock_code).max(self.description).max(self.quantity).max(self.price)
    }

    fn line(&self, record: &csv::ByteRecord) -> Result<Line, &'static str> {
        let stock_code = text(record, self.stock_code);
        let description = text(record, self.description);
        if record.len() <= self.columns_max() {
            return Err("too few columns");
        }
        if text(record, self.invoice).is_empty() {
            return Err("no invoice number");
        }
        if stock_code.is_empty() || stock_code.len() > 20 || !stock_code.bytes().all(is_of_a_code) {
            return Err("an odd stock code");
        }
        if description.is_empty() {
            return Err("no description");
        }
        if description.chars().any(char::is_control) || description.chars().count() > NAME_CHARS_MAX {
            return Err("a description that is no name");
        }
        let pieces: i64 = text(record, self.quantity).parse().map_err(|_| "a quantity that is no number")?;
        if pieces == 0 {
            return Err("a quantity of zero");
        }
        if pieces.unsigned_abs() > PIECES_MAX.unsigned_abs() {
            return Err("more pieces than a line takes");
        }
        let price = price(&text(record, self.price))?;
        Ok(Line { stock_code, description, pieces, price })
    }
}

fn is_of_a_code(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

fn text(record: &csv::ByteRecord, column: usize) -> String {
    String::from_utf8_lossy(record.get(column).unwrap_or_default()).trim().to_owned()
}

fn price(text: &str) -> Result<i64, &'static str> {
    if text.starts_with('-') {
        return Err("a negative price");
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = part.trim_end_matches('0');
    if !(whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit())) || whole.is_empty() || whole.len() > 9 {
        return Err("a price that is no number");
    }
    if part.len() > 2 {
        return Err("a price finer than the coin");
    }
    match format!("{whole}{part:0<2}").parse::<i64>() {
        Ok(0) => Err("a price of zero"),
        Ok(price) if price <= PRICE_MAX => Ok(price),
        _ => Err("a price over the limit"),
    }
}

/// A short number or a word of letters, digits and dashes; longer numbers would pass for GTINs.
fn can_be_typed(code: &str) -> bool {
    let is_word = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_word && (code.len() < 8 || !code.bytes().all(|byte| byte.is_ascii_digit()))
}

#[derive(Default)]
struct Stock {
    goods: Vec<Good>,
    places: HashMap<(String, i64), usize>,
    prices: HashMap<String, u32>,
}

impl Stock {
    fn place(&mut self, line: &Line) -> Result<usize, &'static str> {
        if let Some(place) = self.places.get(&(line.stock_code.clone(), line.price)) {
            return Ok(*place);
        }
        let place = self.goods.len();
        if place >= GOODS_MAX {
            return Err("more items than the shop takes");
        }
        let prices = self.prices.entry(line.stock_code.clone()).or_default();
        *prices += 1;
        let id = if *prices == 1 { line.stock_code.clone() } else { format!("{}.{prices}", line.stock_code) };
        self.goods.push(Good {
            id,
            name: line.description.clone(),
            name_en: line.description.clone(),
            category: String::new(),
            tax: "standard".to_owned(),
            label: Label::Code,
            code: ean13(290_000_000_000 + place as u64),
            typed_code: (*prices == 1 && can_be_typed(&line.stock_code)).then(|| line.stock_code.clone()),
            price: line.price,
            favourite: (place < 12).then_some(place as u32 + 1),
        });
        self.places.insert((line.stock_code.clone(), line.price), place);
        Ok(place)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const FILE: &str = "\u{feff}InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n\
        1,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,UK\n\
        1,71053,LANTERN,2,2010-12-01 08:26:00,3.39,17850.0,UK\n\
        1,71053,,2,2010-12-01 08:26:00,3.39,,UK\n\
        1,71053,LANTERN,0,2010-12-01 08:26:00,3.39,,UK\n\
        1,71053,LANTERN,many,2010-12-01 08:26:00,3.39,,UK\n\
        1,71053,LANTERN,1,2010-12-01 08:26:00,0.0,,UK\n\
        1,71053,LANTERN,1,2010-12-01 08:26:00,-11062.06,,UK\n\
        1,71053,LANTERN,1,2010-12-01 08:26:00,0.001,,UK\n\
        1,71053,LANTERN,80995,2010-12-01 08:26:00,1,,UK\n\
        1,7 1,LANTERN,1,2010-12-01 08:26:00,1,,UK\n\
        1,short\n\
        1,71053,\"LAN\nTERN\",1,2010-12-01 08:26:00,1,,UK\n\
        C2,85123A,HOLDER,-1,2010-12-01 08:26:00,2.5500,17850.0,UK\n\
        3,71053,LANTERN,1,2010-12-01 08:26:00,4,17850.0,UK\n";

    #[test]
    fn invoices_are_kept_and_dirt_is_counted_by_reason() {
        let retail = read_lines(FILE.as_bytes(), 10).unwrap();
        let lines: Vec<_> = retail.invoices.iter().map(|invoice| (&*invoice.no, invoice.lines.clone())).collect();
        assert_eq!(lines, [("1", vec![(0, 6), (1, 2)]), ("C2", vec![(0, -1)]), ("3", vec![(2, 1)])]);
        assert_eq!((&*retail.invoices[0].at, &*retail.invoices[0].customer), ("2010-12-01 08:26:00", "17850.0"));
        let goods: Vec<_> = retail.shop.goods.iter().map(|good| (&*good.id, good.price)).collect();
        assert_eq!(goods, [("85123A", 255), ("71053", 339), ("71053.2", 400)]);
        assert_eq!(retail.lines, 14);
        assert_eq!(retail.dirty.values().sum::<u64>(), 10, "{:?}", retail.dirty);
        assert_eq!(retail.dirty.len(), 10, "each line of dirt has its own reason: {:?}", retail.dirty);
    }

    #[test]
    fn a_limit_of_invoices_ends_the_reading_and_gzip_is_the_same() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(FILE.as_bytes()).unwrap();
        let path = std::env::temp_dir().join(format!("guitai-baskets-{}.csv.gz", std::process::id()));
        std::fs::write(&path, gzip.finish().unwrap()).unwrap();
        let retail = read(&path, 2);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(retail.unwrap().invoices, read_lines(FILE.as_bytes(), 2).unwrap().invoices);
    }

    #[test]
    fn other_columns_are_named() {
        let error = read_lines(&b"InvoiceNo,StockCode,Quantity\n"[..], 10).unwrap_err();
        assert_eq!(error.to_string(), "the baskets' first line must name the column Description");
        assert!(matches!(read_lines(FILE.lines().next().unwrap().as_bytes(), 1), Err(RetailError::Empty)));
    }
}
