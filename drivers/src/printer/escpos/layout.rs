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

/// Cells side by side, each wrapped in its share of the width with a space between two; one below the other where a share
/// would be narrower than a hanzi.
pub(super) fn row(cells: &[(Vec<Glyph>, u8, Align)], columns: usize) -> Vec<Line> {
    let widths = shares(cells.iter().map(|(_, share, _)| *share), columns);
    let inner = |at: usize| widths[at] - usize::from(at + 1 < widths.len()).min(widths[at]);
    if (0..cells.len()).any(|at| inner(at) < 2) {
        return cells.iter().flat_map(|(glyphs, _, _)| wrap(glyphs, columns)).collect();
    }
    let wrapped: Vec<Vec<Line>> =
        cells.iter().enumerate().map(|(at, (glyphs, _, _))| wrap(glyphs, inner(at))).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    (0..height)
        .map(|y| {
            let mut line = Line::new();
            for (at, lines) in wrapped.iter().enumerate() {
                let piece = lines.get(y).map_or(&[][..], Vec::as_slice);
                line.extend(aligned(piece, inner(at), cells[at].2));
                line.extend(std::iter::repeat_n(Glyph::SPACE, widths[at] - inner(at)));
            }
            trimmed(line)
        })
        .collect()
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
    use super::super::profile::Hanzi;
    use super::super::text::Glyphs;
    use super::*;
    use encoding_rs::GB18030;
    use proptest::prelude::*;

    fn set(text: &str) -> Vec<Glyph> {
        Glyphs::set(text, Hanzi::TwoBytes).glyphs
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
        assert_eq!(read(&row(&cells, 8)).concat(), "可口可乐330mlx26.00");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_wide(left in "[a-z 汉字0-9]{0,60}", right in "[0-9.]{1,12}", columns in 2usize..50) {
            let ink = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            let lines = pair(&set(&left), &set(&right), columns);
            prop_assert!(lines.iter().all(|line| width(line) <= columns));
            prop_assert_eq!(ink(&read(&lines).concat()), ink(&left) + &right);
            let cells = [(set(&left), 3, Align::Left), (set(&right), 2, Align::Right)];
            prop_assert!(row(&cells, columns).iter().all(|line| width(line) <= columns));
            let mut there: Vec<char> = ink(&read(&row(&cells, columns)).concat()).chars().collect();
            let mut given: Vec<char> = (ink(&left) + &right).chars().collect();
            there.sort();
            given.sort();
            prop_assert_eq!(there, given);
        }
    }
}
