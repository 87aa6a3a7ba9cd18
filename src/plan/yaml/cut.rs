//! Finds formulas that a comma cut in two: in `{value: coalesce(a, 0), unit: JPY}` YAML sees three entries.

use super::shape::{Kind, Shape};
use super::tree::{Content, Key, Node};
use crate::diag::{Family, Finding, Level, Place, Rule};

/// Rules raised here.
pub(super) static RULES: &[&Rule] = &[&FORMULA_CUT];

/// A comma inside an unquoted formula.
pub(super) static FORMULA_CUT: Rule = Rule {
    name: "formula-cut",
    level: Level::Error,
    family: Family::Config,
    about: "a formula with a comma, without quotes, inside `{ }`",
    why: "YAML ends the formula at the comma, and what is left may even compute something else",
    example: "{value: coalesce(a, 0), unit: JPY}\n{value: \"coalesce(a, 0)\", unit: JPY}",
};

/// The finding for a formula of a map that was cut; the hint holds the line as it should be.
pub(super) fn in_map(entries: &[(Key, Node)], shape: &Shape, source: &str) -> Option<Finding> {
    let formula = |key: &str| {
        let field = shape.fields.iter().find(|field| field.key == key);
        field.is_some_and(
            |field| matches!(field.kind, Kind::Of(form) if std::ptr::eq(form, &super::shape::FORMULA)),
        )
    };
    let (key, value) = entries.iter().find(|(key, value)| formula(&key.text) && is_open(value))?;
    let line = source.lines().nth(value.place.line.saturating_sub(1) as usize)?;
    Some(tell(&key.text, value.place.clone(), mended(line)))
}

/// The finding for a line that YAML cannot even read because of a cut formula.
pub(super) fn in_line(line: &str, place: &Place) -> Option<Finding> {
    let mended = mended(line)?;
    Some(tell(if line.contains("where:") { "where" } else { "value" }, place.clone(), Some(mended)))
}

fn tell(key: &str, place: Place, mended: Option<String>) -> Finding {
    let told = format!("the comma ends the formula of `{key}`");
    let hint = match mended {
        Some(line) => format!("put it in quotes: {}", line.trim()),
        None => "put the formula in quotes".to_owned(),
    };
    Finding::new(&FORMULA_CUT, place, told).hint(hint)
}

/// Whether a formula ends inside a bracket, unquoted.
fn is_open(value: &Node) -> bool {
    match &value.content {
        Content::Scalar { text, quoted: false } => text.matches('(').count() > text.matches(')').count(),
        _ => false,
    }
}

/// The line with quotes round a formula that holds a comma. `None` if there is none.
pub(super) fn mended(line: &str) -> Option<String> {
    ["value:", "where:"].iter().find_map(|key| {
        let mut from = line.find(key)? + key.len();
        from += line[from..].len() - line[from..].trim_start().len();
        let formula = &line[from..];
        // Outside of `{ }` a comma is a character like any other.
        if !line[..from].contains('{') || formula.starts_with(['"', '\'', '{', '[']) {
            return None;
        }
        let length = end_of_formula(formula);
        let (inside, rest) = formula.split_at(length);
        let inside = inside.trim_end();
        let quoted = format!("\"{}\"", inside.replace('\\', "\\\\").replace('"', "\\\""));
        inside.contains(',').then(|| format!("{}{quoted}{rest}", &line[..from]))
    })
}

/// Where a formula ends: at a comma or closing brace outside its own brackets and texts.
fn end_of_formula(text: &str) -> usize {
    let (mut depth, mut in_text) = (0_i32, false);
    for (at, c) in text.char_indices() {
        match c {
            '\'' => in_text = !in_text,
            _ if in_text => {}
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' | '}' if depth <= 0 => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::mended;

    fn check(line: &str, expected: Option<&str>) {
        assert_eq!(mended(line).as_deref(), expected);
    }

    #[test]
    fn the_formula_is_quoted_and_the_rest_of_the_line_kept() {
        check("x: {value: coalesce(a, 0), unit: JPY}", Some("x: {value: \"coalesce(a, 0)\", unit: JPY}"));
        check("x: {where: s in ('a, b', 'c')}", Some("x: {where: \"s in ('a, b', 'c')\"}"));
        check("x: {value: sum(a), unit: JPY}", None);
        check("x: {value: \"coalesce(a, 0)\"}", None);
        check("value: coalesce(a, 0)", None);
    }
}
