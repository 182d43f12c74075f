//! Glyphs to lines of a width. Nothing is ever cut away: what does not fit goes on in the next line.

use domain::receipt::Align;

use super::text::Glyph;

pub(super) type Line = Vec<Glyph>;

/// Columns that glyphs take.
pub(super) fn width(line: &[Glyph]) -> usize {
    line.iter().map(|glyph| usize::from(glyph.columns)).sum()
}

/// Breaks a paragraph into lines of at most `columns` (at least 2): after a space, beside a hanzi, or within a word
/// that is longer than a line. An empty paragraph is one empty line.
pub(super) fn wrap(glyphs: &[Glyph], columns: usize) -> Vec<Line> {
    assert!(columns >= 2, "a column in which no hanzi fits");
    let mut lines = Vec::new();
    let mut line = Line::new();
    for &glyph in glyphs {
        if width(&line) + usize::from(glyph.columns) > columns {
            if glyph == Glyph::SPACE {
                lines.push(trimmed(std::mem::take(&mut line)));
                continue;
            }
            let rest = line.split_off(break_before(&line, glyph));
            lines.push(trimmed(std::mem::replace(&mut line, rest)));
        }
        // A space that a break has brought to a line's start would push the text out of its column.
        if !(line.is_empty() && glyph == Glyph::SPACE && !lines.is_empty()) {
            line.push(glyph);
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(trimmed(line));
    }
    lines
}

/// Where the line that `next` does not fit on is broken: an index in 1..=len.
fn break_before(line: &[Glyph], next: Glyph) -> usize {
    let after = |at: usize| line.get(at).copied().unwrap_or(next);
    let indent = line.iter().take_while(|glyph| **glyph == Glyph::SPACE).count();
    (indent + 1..=line.len())
        .rev()
        .find(|&at| line[at - 1] == Glyph::SPACE || line[at - 1].is_wide() || after(at).is_wide())
        .unwrap_or(line.len())
}

fn trimmed(mut line: Line) -> Line {
    while line.last() == Some(&Glyph::SPACE) {
        line.pop();
    }
    line
}

/// Fills a line with spaces to exactly `columns`.
pub(super) fn aligned(line: &[Glyph], columns: usize, align: Align) -> Line {
    let room = columns.saturating_sub(width(line));
    let before = match align {
        Align::Left => 0,
        Align::Center => room / 2,
        Align::Right => room,
    };
    let space = |count| std::iter::repeat_n(Glyph::SPACE, count);
    space(before).chain(line.iter().copied()).chain(space(room - before)).collect()
}

/// Left and right text on one line; the left wraps, the right stands on its last line or, where that is full, below it.
pub(super) fn pair(left: &[Glyph], right: &[Glyph], columns: usize) -> Vec<Line> {
    let mut lines = wrap(left, columns);
    let last = lines.last_mut().expect("wrap gives a line");
    let used = width(last) + usize::from(!last.is_empty());
    if used + width(right) <= columns {
        let room = columns - width(last);
        last.extend(aligned(right, room, Align::Right));
    } else {
        lines.extend(wrap(right, columns).iter().map(|line| aligned(line, columns, Align::Right)));
    }
    lines
}

/// A cell of a row: its text, its share of the width, where it stands.
pub(super) type Cell = (Vec<Glyph>, u8, Align);

/// How the rows of one table stand on the paper: the first cells each on lines of their own, the others side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    stacked: usize,
    widths: Vec<usize>,
}

/// Columns that a wrapping cell keeps when others need more than their share: two hanzi.
const WRAPPING_COLUMNS_MIN: usize = 4;

impl Table {
    /// Plans rows that have the same cells: the shares decide, but no amount is ever broken. Where one is wider than its
    /// cell, the cell grows in every row of the table, so that columns stay columns, and others shrink; where that is not
    /// enough, first cells stand on lines of their own. `rows` must not be empty.
    pub fn plan(rows: &[Vec<Cell>], columns: usize) -> Table {
        let cells = rows.iter().map(Vec::len).min().expect("a table of at least one row");
        let fit = |stacked| side_by_side(rows, stacked, columns).map(|widths| Table { stacked, widths });
        (0..cells).find_map(fit).unwrap_or(Table { stacked: cells, widths: Vec::new() })
    }

    /// The lines of one row. A space stands between two cells.
    pub fn row(&self, cells: &[Cell], columns: usize) -> Vec<Line> {
        let (stacked, beside) = cells.split_at(self.stacked);
        let alone = |(glyphs, _, align): &Cell| {
            let lines = wrap(glyphs, columns).into_iter().map(|line| trimmed(aligned(&line, columns, *align)));
            lines.collect::<Vec<Line>>()
        };
        let mut lines: Vec<Line> = stacked.iter().flat_map(alone).collect();
        let wrapped: Vec<Vec<Line>> =
            beside.iter().zip(&self.widths).map(|((glyphs, ..), width)| wrap(glyphs, *width)).collect();
        for y in 0..wrapped.iter().map(Vec::len).max().unwrap_or(0) {
            let mut line = Line::new();
            for (at, pieces) in wrapped.iter().enumerate() {
                let piece = pieces.get(y).map_or(&[][..], Vec::as_slice);
                line.extend((at > 0).then_some(Glyph::SPACE));
                line.extend(aligned(piece, self.widths[at], beside[at].2));
            }
            lines.push(trimmed(line));
        }
        lines
    }
}

/// Widths of the cells from `first` on, the space between two not counted; `None` where they do not fit side by side.
fn side_by_side(rows: &[Vec<Cell>], first: usize, columns: usize) -> Option<Vec<usize>> {
    let cells = &rows[0][first..];
    let mut widths = shares(cells.iter().map(|(_, share, _)| *share), columns);
    for width in widths.iter_mut().rev().skip(1) {
        *width = width.saturating_sub(1);
    }
    let needed = |at: usize| {
        let words = rows.iter().map(|row| longest_word(&row[first + at].0)).max().unwrap_or(0);
        match cells[at].2 {
            Align::Right => words.max(2),
            Align::Left | Align::Center => words.clamp(2, WRAPPING_COLUMNS_MIN),
        }
    };
    let needed: Vec<usize> = (0..cells.len()).map(needed).collect();
    let mut missing = 0;
    for (width, needed) in widths.iter_mut().zip(&needed) {
        missing += needed.saturating_sub(*width);
        *width = (*width).max(*needed);
    }
    while missing > 0 {
        let spare = |at: &usize| widths[*at] - needed[*at];
        let widest = (0..widths.len()).max_by_key(|at| (spare(at), std::cmp::Reverse(*at)))?;
        if spare(&widest) == 0 {
            return None;
        }
        widths[widest] -= 1;
        missing -= 1;
    }
    Some(widths)
}

/// Columns of the longest run that is broken only where a line is too short for it; a hanzi is a run by itself.
fn longest_word(glyphs: &[Glyph]) -> usize {
    let words = glyphs.split(|glyph| *glyph == Glyph::SPACE || glyph.is_wide()).map(width);
    let hanzi = glyphs.iter().any(|glyph| glyph.is_wide()).then_some(2);
    words.chain(hanzi).max().unwrap_or(0)
}

/// Columns by shares; what does not divide goes to the first, where the names are. They sum to `columns`.
fn shares(shares: impl Iterator<Item = u8> + Clone, columns: usize) -> Vec<usize> {
    let sum: usize = shares.clone().map(usize::from).sum::<usize>().max(1);
    let mut widths: Vec<usize> = shares.map(|share| usize::from(share) * columns / sum).collect();
    let used: usize = widths.iter().sum();
    if let Some(first) = widths.first_mut() {
        *first += columns - used;
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::super::profile::Encoding;
    use super::super::text;
    use super::*;
    use encoding_rs::GB18030;
    use proptest::prelude::*;

    fn set(words: &str) -> Vec<Glyph> {
        text::set(words, Encoding::Gbk)
    }

    fn row(cells: &[Cell], columns: usize) -> Vec<Line> {
        Table::plan(&[cells.to_vec()], columns).row(cells, columns)
    }

    fn read(lines: &[Line]) -> Vec<String> {
        lines
            .iter()
            .map(|line| {
                let bytes: Vec<u8> = line.iter().flat_map(|glyph| glyph.bytes().to_vec()).collect();
                GB18030.decode_without_bom_handling(&bytes).0.into_owned()
            })
            .collect()
    }

    #[test]
    fn long_names_wrap_and_amounts_stay_in_their_column() {
        let lines = pair(&set("农夫山泉饮用天然水"), &set("12.00"), 16);
        assert_eq!(read(&lines), ["农夫山泉饮用天然", "水         12.00"]);
        let lines = pair(&set("Sparkling water"), &set("1,234.50"), 20);
        assert_eq!(read(&lines), ["Sparkling water", "            1,234.50"]);
        assert_eq!(read(&pair(&[], &set("9.90"), 8)), ["    9.90"]);
        assert_eq!(read(&wrap(&set("one two  three 四五six"), 8)), ["one two", "three 四", "五six"]);
        assert_eq!(read(&wrap(&set("  incomprehensible"), 8)), ["  incomp", "rehensib", "le"]);
        let cells =
            [(set("可口可乐 330ml"), 3, Align::Left), (set("x2"), 1, Align::Right), (set("6.00"), 2, Align::Right)];
        assert_eq!(read(&row(&cells, 24)), ["可口可乐     x2     6.00", "330ml"]);
        assert_eq!(read(&row(&cells, 8)), ["可口可乐", "330ml", "x2  6.00"]);
        assert_eq!(read(&row(&cells, 5)), ["可口", "可乐", "330ml", "   x2", " 6.00"]);
    }

    #[test]
    fn a_wide_amount_makes_its_column_wide_in_every_row() {
        let row = |name: &str, count: &str, amount: &str| {
            vec![(set(name), 4, Align::Left), (set(count), 2, Align::Right), (set(amount), 2, Align::Right)]
        };
        let rows = [row("进口钢琴", "1", "12345678.00"), row("可口可乐易拉罐装", "999", "3.00")];
        let table = Table::plan(&rows, 32);
        let lines: Vec<Line> = rows.iter().flat_map(|row| table.row(row, 32)).collect();
        assert_eq!(read(&lines), ["进口钢琴           1 12345678.00", "可口可乐易拉     999        3.00", "罐装"]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_wide(left in "[a-z 汉字0-9]{0,60}", right in "[0-9.]{1,12}", columns in 2usize..50) {
            let ink = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            let lines = pair(&set(&left), &set(&right), columns);
            prop_assert!(lines.iter().all(|line| width(line) <= columns));
            prop_assert_eq!(ink(&read(&lines).concat()), ink(&left) + &right);
            let cells = vec![(set(&left), 3, Align::Left), (set(&right), 2, Align::Right)];
            prop_assert!(row(&cells, columns).iter().all(|line| width(line) <= columns));
            let mut there: Vec<char> = ink(&read(&row(&cells, columns)).concat()).chars().collect();
            let mut given: Vec<char> = (ink(&left) + &right).chars().collect();
            there.sort();
            given.sort();
            prop_assert_eq!(there, given);
        }

        #[test]
        fn amounts_stay_whole_and_in_one_column(
            names in prop::collection::vec("[a-z 汉字]{0,40}", 1..5),
            amounts in prop::collection::vec("-?[1-9][0-9]{0,7}\\.[0-9]{2}", 5),
            columns in prop::sample::select(vec![16_usize, 21, 24, 32, 42, 48]),
            shares in (1_u8..6, 1_u8..6, 1_u8..6),
        ) {
            let cells = |(name, amount): (&String, &String)| {
                vec![(set(name), shares.0, Align::Left), (set("x1"), shares.1, Align::Right), (set(amount), shares.2, Align::Right)]
            };
            let rows: Vec<Vec<Cell>> = names.iter().zip(&amounts).map(cells).collect();
            let table = Table::plan(&rows, columns);
            for (row, amount) in rows.iter().zip(&amounts) {
                let lines = read(&table.row(row, columns));
                prop_assert!(lines.iter().any(|line| line.ends_with(&**amount)), "{:?}", lines);
                let line = lines.iter().find(|line| line.ends_with(&**amount)).unwrap();
                let wide: usize = line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
                prop_assert_eq!(wide, columns, "{:?}", line);
            }
        }
    }
}
