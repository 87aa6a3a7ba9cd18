//! A workspace without definitions: which columns of its tables may be added up is seen from the data and from their names.
//! What must not be added (rates, prices, ranks, stocks) is left to a definition by a person: no figure beats a wrong one.

use crate::plan::{self, Id, Plan, TableRef};
use crate::snapshot::{Column, Snapshot};

/// Words in a column's name that say its cells are no amounts to be added up.
const NOT_ADDED: &[&str] = &[
    "rate",
    "ratio",
    "percent",
    "pct",
    "%",
    "price",
    "avg",
    "average",
    "mean",
    "median",
    "rank",
    "rating",
    "score",
    "stock",
    "inventory",
    "balance",
    "cumulative",
    "id",
    "year",
    "month",
    "week",
    "day",
    "acos",
    "roas",
    "ctr",
    "cvr",
    "cpc",
    "率",
    "单价",
    "单位成本",
    "均",
    "単価",
    "順位",
    "排名",
    "评分",
    "評価",
    "库存",
    "在庫",
    "残高",
    "余额",
    "累計",
    "累计",
];

/// Completes a plan in which nothing is defined; any other is left as it is.
pub(super) fn complete(plan: &mut Plan, snapshot: &Snapshot) {
    if !plan.guess_metrics {
        return;
    }
    let mut columns: Vec<(Id, Id, Id)> = Vec::new();
    for source in plan.sources.values() {
        for spec in source.tables.iter().filter(|spec| spec.date.is_some()) {
            let reference = TableRef { source: source.id.clone(), table: spec.name.clone() };
            let Some(table) = snapshot.tables.get(&reference) else { continue };
            let added = table.frame.columns.iter().filter(|(name, column)| can_be_added(name, column));
            columns.extend(added.map(|(name, _)| (source.id.clone(), spec.name.clone(), name.clone())));
        }
    }
    plan::guess::metrics(plan, &columns);
}

fn can_be_added(name: &str, column: &Column) -> bool {
    matches!(column, Column::Number { .. } | Column::Float(_)) && !says(name, NOT_ADDED)
}

/// Whether one of the words stands in the name: Latin words as a whole, others anywhere.
fn says(name: &str, words: &[&str]) -> bool {
    let name = name.to_lowercase();
    let parts: Vec<&str> = name.split(|c: char| !c.is_alphanumeric() && c != '%').collect();
    words.iter().any(|word| if word.is_ascii() { parts.contains(word) } else { name.contains(word) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_stocks_are_not_added_up() {
        for name in ["conversion_rate", "Unit price", "在庫数", "転換率", "avg_order"] {
            assert!(says(name, NOT_ADDED), "{name}");
        }
        for name in ["sales", "orders", "visits", "売上", "paid", "separate"] {
            assert!(!says(name, NOT_ADDED), "{name}");
        }
    }
}
