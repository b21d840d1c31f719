//! Tables and lists of Markdown whose texts stay texts, whatever is in them.

/// A column.
#[derive(Clone)]
pub(super) struct Column {
    head: String,
    is_number: bool,
}

impl Column {
    pub(super) fn text(head: impl Into<String>) -> Self {
        Self { head: head.into(), is_number: false }
    }

    pub(super) fn number(head: impl Into<String>) -> Self {
        Self { head: head.into(), is_number: true }
    }
}

/// A table; columns that are empty in all rows are left out.
pub(super) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(columns: &[Column]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: impl Into<Vec<String>>) {
        self.rows.push(cells.into());
    }

    /// The lines of the table; none where there is no row.
    pub(super) fn written(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let cell = |row: &[String], index: usize| row.get(index).map(|text| plain(text)).unwrap_or_default();
        let is_said =
            |index: &usize| self.rows.iter().any(|row| row.get(*index).is_some_and(|text| !text.is_empty()));
        let shown: Vec<usize> = (0..self.columns.len()).filter(is_said).collect();
        let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        let of = |pick: fn(&Column) -> String| -> Vec<String> {
            shown.iter().filter_map(|index| self.columns.get(*index)).map(pick).collect()
        };
        let mut lines = vec![line(of(|column| plain(&column.head)))];
        lines.push(line(of(|column| if column.is_number { "---:" } else { "---" }.to_owned())));
        lines.extend(self.rows.iter().map(|row| line(shown.iter().map(|index| cell(row, *index)).collect())));
        lines.join("\n")
    }
}

/// An item for each text.
pub(super) fn list(texts: impl Iterator<Item = String>) -> String {
    texts.map(|text| format!("- {}", plain(&text))).collect::<Vec<_>>().join("\n")
}

/// An item for each address; one that could end before its end is a text.
pub(super) fn links<'a>(addresses: impl Iterator<Item = &'a str>) -> String {
    let is_whole =
        |address: &str| address.chars().all(|sign| sign.is_ascii_graphic() && !matches!(sign, '<' | '>'));
    let item = |address: &str| match is_whole(address) {
        true => format!("- <{address}>"),
        false => format!("- {}", plain(address)),
    };
    addresses.map(item).collect::<Vec<_>>().join("\n")
}

/// A text of one line in which nothing is markup.
pub(super) fn plain(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\n' | '\r' | '\t' => written.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '#' | '&' => {
                written.push('\\');
                written.push(sign);
            }
            sign if sign.is_control() => {}
            sign => written.push(sign),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_become_markup() {
        assert_eq!(plain("a|b <script>*x*\nc_d"), r"a\|b \<script\>\*x\* c\_d");
    }

    #[test]
    fn an_address_is_a_link_unless_it_could_be_more() {
        let addresses = ["https://a.example/b_c", "https://a.example/> <script>"];
        assert_eq!(
            links(addresses.into_iter()),
            "- <https://a.example/b_c>\n- https://a.example/\\> \\<script\\>"
        );
    }

    #[test]
    fn a_table_has_its_rows_and_no_empty_column() {
        let mut table = Table::new(&[Column::text("product"), Column::text("why"), Column::number("cost")]);
        assert_eq!(table.written(), "");
        table.row(["A|B".to_owned(), String::new(), "10.00".to_owned()]);
        table.row(["C".to_owned(), String::new(), "9.00".to_owned()]);
        assert_eq!(table.written(), "| product | cost |\n| --- | ---: |\n| A\\|B | 10.00 |\n| C | 9.00 |");
    }
}
