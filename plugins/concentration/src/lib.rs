//! How much hangs on a few: the sum of the largest values of a group, and how unequal the values are.
//! `largest` answers in exact decimals, `index` in floats: 1 where one value is all, towards 0 where all are alike.

use kpress_plugin::metric::{Groups, Info, Metric};
use kpress_plugin::{Batch, Column, Context, Error, column, decimal_field};

/// The sum of the `top` largest values of each group.
struct Largest {
    top: usize,
    /// Per group, the largest values, the smallest of them first.
    kept: Vec<Vec<i64>>,
}

impl Metric for Largest {
    fn info() -> Info {
        Info::new("largest", "Sum of the largest values")
            .unit("JPY")
            .input(decimal_field("value", 2).nullable())
            .params(r#"{"type":"object","properties":{"top":{"type":"integer","minimum":1,"maximum":1000}},"additionalProperties":false}"#)
    }

    fn begin(context: &Context, groups: usize) -> Result<Self, Error> {
        let top = context.param_or("top", 3)?;
        Ok(Largest { top, kept: vec![Vec::new(); groups] })
    }

    fn update(&mut self, rows: Batch<'_>, groups: Groups<'_>) -> Result<(), Error> {
        for (value, group) in rows.decimals("value")?.iter().zip(groups.iter()) {
            let Some(value) = value else { continue };
            let kept = &mut self.kept[group];
            let at = kept.partition_point(|&own| own < value);
            kept.insert(at, value);
            if kept.len() > self.top {
                kept.remove(0);
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Column, Error> {
        let sums = self.kept.iter().map(|kept| match kept.as_slice() {
            // Nothing was recorded: no value, which is not zero.
            [] => Ok(None),
            values => values.iter().try_fold(0_i64, |sum, &value| sum.checked_add(value)).map(Some).ok_or(()),
        });
        let sums: Result<Vec<_>, ()> = sums.collect();
        Ok(column::decimals("value", 2, sums.map_err(|()| Error::bad_data("the sum is too large"))?))
    }
}

/// The sum of the squared shares of each group (Herfindahl and Hirschman).
struct Index {
    sums: Vec<(f64, f64)>,
}

impl Index {
    #[inline]
    fn add(&mut self, value: i64, group: usize) {
        #[expect(clippy::cast_precision_loss, reason = "an index of six digits, not an amount of money")]
        let value = value as f64 / 100.0;
        let (sum, squares) = &mut self.sums[group];
        *sum += value;
        *squares += value * value;
    }
}

impl Metric for Index {
    fn info() -> Info {
        Info::new("index", "Concentration index").unit("ratio").input(decimal_field("value", 2).nullable())
    }

    fn begin(_: &Context, groups: usize) -> Result<Self, Error> {
        Ok(Index { sums: vec![(0.0, 0.0); groups] })
    }

    fn update(&mut self, rows: Batch<'_>, groups: Groups<'_>) -> Result<(), Error> {
        let values = rows.decimals("value")?.unscaled();
        // Most batches have no gap, and need not be asked for one at each row.
        if values.all_present() {
            values.values().zip(groups.iter()).for_each(|(value, group)| self.add(value, group));
        } else {
            let known = values.iter().zip(groups.iter()).filter_map(|(value, group)| Some((value?, group)));
            known.for_each(|(value, group)| self.add(value, group));
        }
        Ok(())
    }

    fn finish(self) -> Result<Column, Error> {
        let indices = self.sums.iter().map(|&(sum, squares)| (sum != 0.0).then(|| squares / (sum * sum)));
        Ok(column::floats("value", indices))
    }
}

kpress_plugin::export_metrics!(Largest, Index);
