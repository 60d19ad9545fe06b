//! Tables that fit the terminal and align Chinese text: a full-width character takes two columns.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// No column is made narrower than this, whatever the terminal.
const NARROWEST: usize = 6;
/// Between columns.
const GAP: &str = "  ";

/// Rows under headings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
    /// A column of ids, which are no use when shortened.
    kept: Option<usize>,
    /// From this column on, numbers stand at the right.
    right: Option<usize>,
}

impl Table {
    /// An empty table.
    pub(crate) fn new<T: ToString>(headings: impl IntoIterator<Item = T>) -> Self {
        Self {
            headings: headings
                .into_iter()
                .map(|heading| heading.to_string())
                .collect(),
            ..Self::default()
        }
    }

    /// The same with one column never shortened.
    pub(crate) fn keep(mut self, column: usize) -> Self {
        self.kept = Some(column);
        self
    }

    /// The same with all columns from this one on aligned to the right.
    pub(crate) fn right_from(mut self, column: usize) -> Self {
        self.right = Some(column);
        self
    }

    /// Adds a row; cells beyond the headings are dropped, missing ones are empty.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let mut cells: Vec<String> = cells.into_iter().map(|cell| one_line(&cell)).collect();
        cells.resize(self.headings.len(), String::new());
        self.rows.push(cells);
    }

    /// Whether there is no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The lines, at most `width` columns wide if there is a width and it leaves room at all.
    pub(crate) fn lines(&self, width: Option<usize>) -> Vec<String> {
        let all = || std::iter::once(&self.headings).chain(&self.rows);
        let mut widths: Vec<usize> = vec![0; self.headings.len()];
        for row in all() {
            for (widest, cell) in widths.iter_mut().zip(row) {
                *widest = (*widest).max(cell.width());
            }
        }
        if let Some(width) = width {
            narrow(&mut widths, width, self.kept);
        }
        all().map(|row| self.line(row, &widths)).collect()
    }

    fn line(&self, row: &[String], widths: &[usize]) -> String {
        let cells = row
            .iter()
            .zip(widths)
            .enumerate()
            .map(|(column, (cell, width))| {
                let cell = shorten(cell, *width);
                let pad = " ".repeat(width.saturating_sub(cell.width()));
                match self.right {
                    Some(first) if column >= first => format!("{pad}{cell}"),
                    _ => format!("{cell}{pad}"),
                }
            });
        cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
    }
}

/// Takes from the widest column until everything fits.
fn narrow(widths: &mut [usize], width: usize, kept: Option<usize>) {
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    let room = width.saturating_sub(gaps);
    while widths.iter().sum::<usize>() > room {
        let free = widths
            .iter_mut()
            .enumerate()
            .filter(|(column, _)| kept != Some(*column));
        let widest = free.map(|(_, width)| width).max();
        let Some(widest) = widest.filter(|widest| **widest > NARROWEST) else {
            return;
        };
        *widest -= 1;
    }
}

fn one_line(cell: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    cell.chars().map(plain).collect()
}

/// The text, or its beginning and `…`, in at most `width` columns.
pub(crate) fn shorten(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > width {
            break;
        }
        used += wide;
        out.push(c);
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn sample() -> Table {
        let mut table = Table::new(["阶段", "unit", "描述"]);
        table.row([
            "已派单".into(),
            "B-water".into(),
            "消防通道被占用,车辆无法通行".into(),
        ]);
        table.row(["已销号".into(), "街道".into(), "a\nb".into()]);
        table
    }

    #[test]
    fn chinese_and_latin_columns_stand_under_their_headings() {
        expect![[r#"
            阶段    unit     描述
            已派单  B-water  消防通道被占用,车辆无法通行
            已销号  街道     a b"#]]
        .assert_eq(&sample().lines(None).join("\n"));
    }

    #[test]
    fn long_cells_are_shortened_until_the_line_fits() {
        let lines = sample().lines(Some(30));
        assert!(lines.iter().all(|line| line.width() <= 30), "{lines:?}");
        assert!(lines[1].ends_with('…'), "{lines:?}");
        // Too narrow for anything: no column vanishes, nothing panics.
        assert!(sample().lines(Some(3))[1].contains("已派"));
    }

    #[test]
    fn an_id_is_never_shortened_and_numbers_stand_at_the_right() {
        let mut table = Table::new(["id", "描述", "n"]);
        table.row([
            "0123456789".into(),
            "消防通道被占用,车辆无法通行".into(),
            "7".into(),
        ]);
        table.row(["b".into(), "c".into(), "12".into()]);
        expect![[r#"
            id          描述       n
            0123456789  消防通…    7
            b           c         12"#]]
        .assert_eq(&table.keep(0).right_from(2).lines(Some(24)).join("\n"));
    }

    #[test]
    fn a_wide_character_is_not_cut_in_half() {
        assert_eq!(shorten("消防通道", 8), "消防通道");
        assert_eq!(shorten("消防通道", 7), "消防通…");
        assert_eq!(shorten("消防通道", 6), "消防…");
    }
}
