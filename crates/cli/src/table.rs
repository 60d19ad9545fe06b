//! Tables that fit the terminal: columns give way by a declared rank, then cells are cut, or folded
//! where nothing may be lost. Widths are those that people see: a Chinese character takes two.

use crate::failure::Failure;
use crate::words::{Word, say, told};
use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, Row, TableStyle, Width,
};
use gridwhistle::domain::text::{Language, Text};

/// Between columns.
const GAP: u16 = 2;
/// A column that says nothing else is not made narrower than this.
const LEAST: u16 = 8;

/// One column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    heading: String,
    /// What `--columns` takes, beside the headings.
    code: String,
    /// Columns of the highest rank give way first; those of rank 0 never do.
    rank: u8,
    least: u16,
    right: bool,
}

impl Column {
    /// A column that gives way before those of a lower rank.
    pub(crate) fn rank(mut self, rank: u8) -> Self {
        self.rank = rank;
        self
    }

    /// The same, not made narrower than this as long as another column can give way.
    pub(crate) fn least(mut self, least: u16) -> Self {
        self.least = least;
        self
    }

    /// The same, never cut as long as another column can give way: for what is typed again.
    pub(crate) fn whole(self) -> Self {
        self.least(u16::MAX)
    }

    /// The same with its cells at the right: for numbers.
    pub(crate) fn right(mut self) -> Self {
        self.right = true;
        self
    }

    fn is_called(&self, name: &str) -> bool {
        let name = name.trim();
        self.code == name || self.heading == name
    }
}

impl From<Word> for Column {
    fn from(word: Word) -> Self {
        let code = word.get(Language::En).replace([' ', '/'], "-");
        Self {
            heading: word.to_string(),
            code,
            rank: 0,
            least: LEAST,
            right: false,
        }
    }
}

impl From<Text> for Column {
    fn from(label: Text) -> Self {
        let code = label.en.replace([' ', '/', ','], "-");
        Self {
            code,
            ..Self::from(say(&label))
        }
    }
}

impl From<String> for Column {
    fn from(heading: String) -> Self {
        Self {
            code: heading.clone(),
            heading,
            rank: 0,
            least: LEAST,
            right: false,
        }
    }
}

/// How a reader wants tables.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fit {
    /// As wide as this; none: as wide as it takes.
    pub(crate) width: Option<u16>,
    /// These columns alone, in this order.
    pub(crate) columns: Vec<String>,
}

/// Rows under headings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
    headless: bool,
    folds: bool,
}

impl Table {
    /// An empty table.
    pub(crate) fn new<C: Into<Column>>(columns: impl IntoIterator<Item = C>) -> Self {
        Self {
            columns: columns.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    /// Names and what stands behind them, without headings; nothing is cut.
    pub(crate) fn pairs() -> Self {
        let column = || Column::from(String::new());
        let mut table = Self::new([column(), column()]).fold();
        table.headless = true;
        table
    }

    /// The same with long cells folded into lines instead of cut.
    pub(crate) fn fold(mut self) -> Self {
        self.folds = true;
        self
    }

    /// Adds a row; cells beyond the columns are dropped, missing ones are empty.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let mut cells: Vec<String> = cells.into_iter().map(|cell| one_line(&cell)).collect();
        cells.resize(self.columns.len(), String::new());
        self.rows.push(cells);
    }

    /// Whether there is no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The lines for a reader who may choose columns.
    ///
    /// # Errors
    /// When a column is asked for that is not there.
    pub(crate) fn lines(&self, fit: &Fit) -> Result<Vec<String>, Failure> {
        if fit.columns.is_empty() {
            return Ok(self.fitted(fit.width));
        }
        Ok(lines_of(&self.grid(&self.asked(&fit.columns)?, fit.width)))
    }

    /// The lines, and under them which columns gave way and how to see them.
    pub(crate) fn fitted(&self, width: Option<u16>) -> Vec<String> {
        let dropped = width.map_or_else(Vec::new, |width| self.dropped(width));
        let shown: Vec<usize> = (0..self.columns.len())
            .filter(|column| !dropped.contains(column))
            .collect();
        let mut lines = lines_of(&self.grid(&shown, width));
        if !dropped.is_empty() {
            let names: Vec<&str> = dropped
                .iter()
                .map(|column| self.columns[*column].heading.as_str())
                .collect();
            let note = told(Word::ColumnsDropped, &[&names.join(" ")]);
            lines.extend(folded(&note, width));
        }
        lines
    }

    fn asked(&self, names: &[String]) -> Result<Vec<usize>, Failure> {
        let place = |name: &String| {
            let found = self.columns.iter().position(|one| one.is_called(name));
            found.ok_or_else(|| {
                let known: Vec<&str> = self.columns.iter().map(|one| one.code.as_str()).collect();
                let message = told(Word::ColumnUnknown, &[name, &known.join(", ")]);
                Failure::usage("column_unknown", message)
            })
        };
        names.iter().map(place).collect()
    }

    /// The columns that must give way so that the others keep their least width.
    fn dropped(&self, width: u16) -> Vec<usize> {
        let mut kept: Vec<usize> = (0..self.columns.len()).collect();
        let widths = self.grid(&kept, None).column_max_content_widths();
        let least = |column: &usize| widths[*column].min(self.columns[*column].least) + GAP;
        let mut dropped = Vec::new();
        while kept.iter().map(least).sum::<u16>() > width + GAP {
            let rank = |column: &usize| self.columns[*column].rank;
            let may = kept.iter().copied().filter(|column| rank(column) > 0);
            let Some(first) = may.max_by_key(rank) else {
                break;
            };
            kept.retain(|column| *column != first);
            dropped.push(first);
        }
        dropped.sort_unstable();
        dropped
    }

    fn grid(&self, shown: &[usize], width: Option<u16>) -> comfy_table::Table {
        let mut grid = comfy_table::Table::new();
        grid.load_style(TableStyle::new());
        grid.set_truncation_indicator("…");
        let pick = |cells: &[String]| {
            let mut row = Row::from(shown.iter().map(|column| Cell::new(&cells[*column])));
            if !self.folds {
                row.max_height(1);
            }
            row
        };
        if !self.headless {
            let headings: Vec<String> =
                self.columns.iter().map(|one| one.heading.clone()).collect();
            grid.set_header(pick(&headings));
        }
        for row in &self.rows {
            grid.add_row(pick(row));
        }
        if let Some(width) = width {
            grid.set_content_arrangement(ContentArrangement::Dynamic);
            // The gap after the last column is trimmed.
            grid.set_width(width + GAP);
        }
        let widths = grid.column_max_content_widths();
        for (place, column) in grid.column_iter_mut().enumerate() {
            let own = &self.columns[shown[place]];
            column.set_padding((0, GAP));
            if own.right {
                column.set_cell_alignment(CellAlignment::Right);
            }
            let least = widths[place].min(own.least) + GAP;
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least)));
        }
        grid
    }
}

/// A text in lines of at most `width` columns.
pub(crate) fn folded(text: &str, width: Option<u16>) -> Vec<String> {
    let mut table = Table::new([Column::from(String::new())]).fold();
    table.headless = true;
    table.row([text.to_owned()]);
    lines_of(&table.grid(&[0], width))
}

fn lines_of(grid: &comfy_table::Table) -> Vec<String> {
    grid.lines()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

/// The text without what a terminal would obey: what people wrote may hold it.
pub(crate) fn harmless(text: &str) -> String {
    let plain = |c: char| if c.is_control() && c != '\n' { ' ' } else { c };
    text.chars().map(plain).collect()
}

fn one_line(cell: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    cell.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use unicode_width::UnicodeWidthStr;

    fn column(heading: &str) -> Column {
        Column::from(heading.to_owned())
    }

    fn sample() -> Table {
        let columns = [
            column("阶段"),
            column("unit").rank(2),
            column("n").rank(1).right(),
            column("描述").least(12),
        ];
        let mut table = Table::new(columns);
        let row = ["已派单", "B-water", "7", "消防通道被占用，车辆无法通行"];
        table.row(row.map(str::to_owned));
        table.row(["已销号", "街道", "120", "a\nb"].map(str::to_owned));
        table
    }

    fn fit(width: u16) -> Fit {
        Fit {
            width: Some(width),
            columns: Vec::new(),
        }
    }

    #[test]
    fn chinese_and_latin_columns_stand_under_their_headings_and_numbers_at_the_right() {
        expect![[r#"
            阶段    unit       n  描述
            已派单  B-water    7  消防通道被占用，车辆无法通行
            已销号  街道     120  a b"#]]
        .assert_eq(&sample().lines(&Fit::default()).unwrap().join("\n"));
    }

    #[test]
    fn cells_are_cut_before_columns_give_way_and_those_by_their_rank() {
        let told = |width| sample().lines(&fit(width)).unwrap().join("\n");
        expect![[r#"
            阶段    unit       n  描述
            已派单  B-water    7  消防通道被占…
            已销号  街道     120  a b"#]]
        .assert_eq(&told(36));
        expect![[r#"
            阶段      n  描述
            已派单    7  消防通道被占用…
            已销号  120  a b
            未显示的列：unit；加 --wide
            全部显示，或用 --columns
            选择"#]]
        .assert_eq(&told(28));
        for width in 3..80 {
            let lines = sample().lines(&fit(width)).unwrap();
            let widest = lines.iter().map(|line| line.width()).max().unwrap_or(0);
            assert!(widest <= usize::from(width).max(20), "{width}: {lines:#?}");
        }
    }

    #[test]
    fn what_is_typed_again_is_whole_and_others_give_way_to_it() {
        let columns = [column("code").whole(), column("name").rank(1).least(4)];
        let mut table = Table::new(columns);
        table.row(["social_security.wage_arrears", "wages"].map(str::to_owned));
        for width in 30..60 {
            let told = table.lines(&fit(width)).unwrap().join("\n");
            assert!(
                told.contains("social_security.wage_arrears"),
                "{width}: {told}"
            );
        }
    }

    #[test]
    fn asked_columns_stand_in_the_asked_order_and_an_unknown_one_is_named() {
        let asked = |names: &[&str]| {
            let columns = names.iter().map(|name| (*name).to_owned()).collect();
            sample().lines(&Fit {
                width: Some(60),
                columns,
            })
        };
        expect![[r#"
              n  阶段
              7  已派单
            120  已销号"#]]
        .assert_eq(&asked(&["n", "阶段"]).unwrap().join("\n"));
        let refused = asked(&["n", "colour"]).unwrap_err().text(false).unwrap();
        assert!(
            refused.contains("colour") && refused.contains("unit"),
            "{refused}"
        );
    }

    #[test]
    fn pairs_fold_and_lose_nothing() {
        let mut table = Table::pairs();
        table.row(["描述".to_owned(), "消防通道被占用，车辆无法通行".to_owned()]);
        expect![[r#"
            描述  消防通道被占
                  用，车辆无法
                  通行"#]]
        .assert_eq(&table.lines(&fit(18)).unwrap().join("\n"));
    }
}
