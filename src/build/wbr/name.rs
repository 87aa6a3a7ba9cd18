//! Names of the other dialect as ids and as names in formulas.

use super::Ids;
use std::collections::BTreeSet;

/// Lower case, everything but letters and digits of ASCII as one `_`.
pub(super) fn id(name: &str) -> String {
    let mut made = String::new();
    let mut gap = false;
    for c in name.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            if gap {
                made.push('_');
            }
            made.push(c);
            gap = false;
        } else {
            gap = true;
        }
    }
    if gap {
        made.push('_');
    }
    made
}

/// Ids of names in their order; an empty one is numbered, one that begins with a digit gets a letter, equal ones a number.
pub(super) fn ids<'n>(names: impl Iterator<Item = &'n str>) -> Ids {
    let mut ids = Ids::new();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for (place, name) in names.enumerate() {
        let plain = match id(name) {
            made if made.chars().all(|c| c == '_') => format!("metric_{}", place + 1),
            made if made.starts_with(|c: char| c.is_ascii_digit()) => format!("m_{made}"),
            made => made,
        };
        let own = fresh(&plain, &taken);
        taken.insert(own.clone());
        ids.entry(name.to_owned()).or_insert(own);
    }
    ids
}

/// A name that is not taken: with `_2`, `_3` … behind it where it is.
pub(super) fn fresh(name: &str, taken: &BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.to_owned())
        .chain(numbered)
        .find(|made| !taken.contains(made))
        .expect("there are more numbers than names")
}

/// A text as YAML and JSON read it.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_ids() {
        let names =
            ["PageViews", "Defects/Million", "Orders Target", "404s", "売上", "Page Views", "page_views"];
        let ids = ids(names.into_iter());
        let found: Vec<&str> = names.iter().map(|name| ids[*name].as_str()).collect();
        assert_eq!(
            found,
            [
                "pageviews",
                "defects_million",
                "orders_target",
                "m_404s",
                "metric_5",
                "page_views",
                "page_views_2"
            ]
        );
    }
}
