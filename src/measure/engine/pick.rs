//! One value of several per row: `case`, `coalesce`, `nullif`, `least`, `greatest`. All must be of one kind; numbers
//! are brought to one power of ten, texts to one list.

use super::decimal;
use super::eval::Unfit;
use super::value::{Cells, Exact, Units, Vals};
use std::sync::Arc;

/// In each row the value at the place that `choice` says; nothing where it says nothing.
pub(super) fn picked<'a>(
    exact: &Exact,
    values: &[Vals<'_>],
    rows: usize,
    choice: impl Fn(usize) -> Option<usize>,
) -> Result<Vals<'a>, Unfit> {
    let Some(model) = values.iter().find(|value| !matches!(value, Vals::Null)) else { return Ok(Vals::Null) };
    if let Some(odd) =
        values.iter().find(|value| !matches!(value, Vals::Null) && value.kind() != model.kind())
    {
        return Err(format!("{} and {} cannot stand for one another", model.kind(), odd.kind()));
    }
    let chosen = |row: usize| choice(row).map(|at| &values[at]);
    Ok(match model {
        Vals::Null => Vals::Null,
        Vals::Number(..) | Vals::Float(_) if values.iter().any(|value| matches!(value, Vals::Float(_))) => {
            Vals::Float(Cells::Own((0..rows).map(|row| chosen(row)?.float_at(row)).collect()))
        }
        Vals::Number(..) | Vals::Float(_) => {
            let scales =
                values.iter().map(|value| if let Vals::Number(scale, _) = value { *scale } else { 0 });
            let scale = scales.max().unwrap_or(0);
            let number = |row: usize| match chosen(row)? {
                Vals::Number(own, cells) => exact.scaled(cells.get(row)?, scale - own),
                _ => None,
            };
            Vals::Number(scale, Units::Own((0..rows).map(number).collect()))
        }
        Vals::Text(..) => pick_texts(values, rows, choice),
        Vals::Date(_) => Vals::Date(Cells::Own(
            (0..rows)
                .map(|row| if let Vals::Date(cells) = chosen(row)? { cells.get(row) } else { None })
                .collect(),
        )),
        Vals::Bool(_) => Vals::Bool(Cells::Own(
            (0..rows)
                .map(|row| if let Vals::Bool(cells) = chosen(row)? { cells.get(row) } else { None })
                .collect(),
        )),
    })
}

fn pick_texts<'a>(values: &[Vals<'_>], rows: usize, choice: impl Fn(usize) -> Option<usize>) -> Vals<'a> {
    let mut all: Vec<Arc<str>> = Vec::new();
    let mut offsets = Vec::new();
    for value in values {
        offsets.push(u32::try_from(all.len()).unwrap_or(u32::MAX));
        if let Vals::Text(texts, _) = value {
            all.extend(texts.iter().cloned());
        }
    }
    let code = |row: usize| {
        let at = choice(row)?;
        if let Vals::Text(_, cells) = &values[at] {
            cells.get(row).map(|code| code + offsets[at])
        } else {
            None
        }
    };
    Vals::Text(Arc::new(all), Cells::Own((0..rows).map(code).collect()))
}

/// The value of a row as text: numbers as plain decimals, dates as ISO.
pub(super) fn written(vals: &Vals<'_>, row: usize) -> Option<String> {
    match vals {
        Vals::Null => None,
        Vals::Number(scale, cells) => {
            decimal(cells.get(row)?, *scale).map(|number| number.normalize().to_string())
        }
        Vals::Float(cells) => cells.get(row).map(|value| value.to_string()),
        Vals::Text(..) => vals.text_at(row).map(str::to_owned),
        Vals::Date(cells) => cells.get(row).map(|day| day.to_string()),
        Vals::Bool(cells) => cells.get(row).map(|yes| yes.to_string()),
    }
}
