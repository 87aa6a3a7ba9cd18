//! Figures as the columns of a table that a plugin is given: days, words and numbers, each in the form it asks for.

use super::join::column;
use super::pack::{Packed, Unfit, pack};
use super::port::{Buffers, ColumnType, Field};
use crate::snapshot::Column;
use crate::time::Date;
use crate::unit::Quantity;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The cells of a column, before they have the plugin's form.
#[derive(Clone, Debug)]
pub enum Cells {
    /// First days of periods.
    Days(Vec<Date>),
    /// Names.
    Words(Vec<Arc<str>>),
    /// Figures; `None` where there is none.
    Figures(Vec<Option<Quantity>>),
}

/// A column in the plugin's form.
#[derive(Debug)]
pub struct Given {
    packed: Packed,
    ty: ColumnType,
}

impl Given {
    /// Borrowed, under the plugin's name for it.
    pub fn buffers<'a>(&'a self, name: &'a str) -> Buffers<'a> {
        self.packed.buffers(name, self.ty)
    }

    /// All bytes, for a digest.
    pub fn bytes(&self) -> impl Iterator<Item = &[u8]> {
        self.packed.bytes()
    }
}

/// Gives cells the form of a field. Nothing is rounded.
///
/// # Errors
/// What does not fit, as the end of a sentence about the input.
pub fn given(cells: Cells, field: &Field) -> Result<Given, String> {
    let column = match cells {
        Cells::Days(days) => Column::Date(days.into_iter().map(Some).collect()),
        Cells::Words(words) => texts(&words),
        Cells::Figures(figures) => column(figures, field.ty),
    };
    of_column(&column, field)
}

/// Gives a column of a table the form of a field. Nothing is rounded.
///
/// # Errors
/// What does not fit, as the end of a sentence about the input.
pub fn of_column(column: &Column, field: &Field) -> Result<Given, String> {
    let rows = u32::try_from(column_rows(column)).map_err(|_| "has too many rows".to_owned())?;
    let all: Vec<u32> = (0..rows).collect();
    let packed = pack(column, field.ty, field.nullable, &all).map_err(|unfit| match unfit {
        Unfit::Kind(kind) => format!("holds {kind}"),
        // Rows are numbered from 0 here and from 1 for people.
        Unfit::Cell(row, why) => format!("has a cell that {why}, in row {}", row + 1),
        Unfit::Missing(row) => format!("has no value in row {}", row + 1),
    })?;
    Ok(Given { packed, ty: field.ty })
}

fn column_rows(column: &Column) -> usize {
    match column {
        Column::Text { rows, .. } => rows.len(),
        Column::Number { rows, .. } => rows.len(),
        Column::Float(rows) => rows.len(),
        Column::Date(rows) => rows.len(),
        Column::Bool(rows) => rows.len(),
    }
}

fn texts(words: &[Arc<str>]) -> Column {
    let values: Vec<Arc<str>> = words.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect();
    let code = |word| values.binary_search(word).ok().and_then(|at| u32::try_from(at).ok());
    Column::Text { rows: words.iter().map(code).collect(), values: Arc::new(values) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(ty: ColumnType, nullable: bool) -> Field {
        Field { name: "v".into(), ty, nullable }
    }

    #[test]
    fn figures_words_and_days_take_the_form_asked_for() {
        let figures = Cells::Figures(vec![Some(Quantity::from(15)), None]);
        let packed = given(figures.clone(), &field(ColumnType::Decimal64(2), true)).expect("it fits");
        let buffers = packed.buffers("v");
        assert_eq!(
            (&buffers.values[..8], buffers.validity),
            (1_500_i64.to_le_bytes().as_slice(), &[1_u8][..])
        );
        let told = given(figures, &field(ColumnType::Decimal64(2), false)).map(|_| ());
        assert_eq!(told, Err("has no value in row 2".to_owned()));
        let words = Cells::Words(vec!["b".into(), "a".into(), "b".into()]);
        let packed = given(words, &field(ColumnType::Utf8, false)).expect("it fits");
        assert_eq!(packed.buffers("v").values, b"bab");
    }
}
