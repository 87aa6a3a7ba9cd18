//! Texts on their way into CSV files that people open in a spreadsheet: no cell may become a formula.

/// A text cell for CSV: guarded with `'` where a spreadsheet would see a formula, and quoted where CSV needs it.
/// Reading the file again restores the text. Numbers are written as they are, not through here.
pub fn csv_cell(text: &str) -> String {
    let risky =
        |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '＝' | '＋' | '－' | '＠');
    let bare = text.trim_start_matches([' ', '\u{a0}', '\u{3000}', '"']);
    let guarded = text.starts_with(risky) || bare.starts_with(risky) || text.starts_with('\'');
    let clean: String = text.chars().filter(|c| *c != '\0').collect();
    let cell = if guarded { format!("'{clean}") } else { clean };
    let needs_quotes = guarded
        || cell.contains(['"', ',', '\n', '\r', '\t'])
        || cell.starts_with(' ')
        || cell.ends_with(' ');
    if needs_quotes { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(csv_cell(text), expected);
    }

    #[test]
    fn no_cell_is_a_formula() {
        check("=1+1", "\"'=1+1\"");
        check("+1", "\"'+1\"");
        check("-1+2", "\"'-1+2\"");
        check("@SUM(A1)", "\"'@SUM(A1)\"");
        check("\tx", "\"'\tx\"");
        check("\rx", "\"'\rx\"");
        check("\nx", "\"'\nx\"");
        check("\0=1", "\"'=1\"");
        check("＝1", "\"'＝1\"");
        check("\"=1\"", "\"'\"\"=1\"\"\"");
        check("  =1", "\"'  =1\"");
    }

    #[test]
    fn plain_texts_stay_plain() {
        check("マグ", "マグ");
        check("a,b", "\"a,b\"");
        check("LED \"防水\"", "\"LED \"\"防水\"\"\"");
        check("", "");
    }
}
