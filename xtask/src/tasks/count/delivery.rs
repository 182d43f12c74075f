//! Goods that arrive, and what a handheld tells of one item.

use anyhow::{Context, Result, ensure};
use ui::stock::StockStep;

use super::super::floor::{Floor, OVER_HEAD_OFFICE};
use super::posting::{in_book, wait_for_book};
use super::{back_to_menu, count_pieces, desk_of, quantity_of, touch_row, wait_for};

/// Who brings goods.
const SUPPLIER: &str = "北方饮料";
const NUMBER: &str = "DN-2611";

pub fn price_and_label(floor: &mut Floor) -> Result<()> {
    let (one, _) = floor.two()?;
    back_to_menu(one)?;
    let good = one.goods(1).remove(0);
    one.scan(&good.code)?;
    let screen = wait_for(one, StockStep::Look)?;
    let card = desk_of(&screen).and_then(|stock| stock.counted.clone()).context("the goods")?;
    ensure!(card.name == good.name && card.quantity.contains("2.00"), "{} for {}", card.name, card.quantity);
    let before = one.at.printer.papers().len();
    one.touch("label")?;
    let label = one.papers_after(before)?;
    ensure!(label.iter().any(|paper| paper.text().contains(&good.name)), "the label names no goods");
    one.touch("back")?;
    wait_for(one, StockStep::Menu)?;
    Ok(())
}

pub fn take_in(floor: &mut Floor) -> Result<()> {
    let goods = floor.till.goods(5);
    let sheet = format!(
        "number,supplier,quantity,item\n{NUMBER},{SUPPLIER},24,{}\n{NUMBER},{SUPPLIER},12,{}\n",
        goods[3].id, goods[4].id
    );
    floor.import("deliveries", "deliveries.csv", &sheet, &["--store", floor.shop_id()])?;
    let before = (in_book(floor, &goods[3])?, in_book(floor, &goods[4])?);
    let (one, _) = floor.two()?;
    back_to_menu(one)?;
    let title = words::say!(one.words, "stock-delivery-of", supplier = SUPPLIER);
    one.wait_for(OVER_HEAD_OFFICE, "the announced delivery", |screen| super::row_of(screen, &title).is_some())?;
    touch_row(one, &title)?;
    wait_for(one, StockStep::Count)?;
    // A full tray by its number, the other one piece by piece; one is missing.
    count_pieces(one, &goods[3].code, 1)?;
    one.touch("quantity")?;
    wait_for(one, StockStep::Ask)?;
    one.touch_digits("23")?;
    one.touch("ok")?;
    one.wait("twenty-three", |screen| quantity_of(screen, &goods[3].name).is_some_and(|told| told.starts_with("23")))?;
    count_pieces(one, &goods[4].code, 12)?;
    let papers = one.at.printer.papers().len();
    one.touch("finish")?;
    let screen = wait_for(one, StockStep::Review)?;
    let short = desk_of(&screen).map(|stock| stock.rows.len());
    ensure!(short == Some(1), "one kind is short, {short:?} differ");
    one.touch("book")?;
    wait_for(one, StockStep::Menu)?;
    one.papers_after(papers)?;
    wait_for_book(floor, &goods[3], before.0 + 23)?;
    wait_for_book(floor, &goods[4], before.1 + 12)
}
