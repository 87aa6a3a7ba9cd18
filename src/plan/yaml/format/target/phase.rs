//! How a target is spread over its period: months, calendar of days, values of parts, a path towards the value.

use super::value::{About, weight};
use crate::diag::Finding;
use crate::plan::rules::promise::{OUTSIDE_PERIOD, WEIGHTS_AND_MONTHS};
use crate::plan::yaml::check::UNFIT_VALUE;
use crate::plan::yaml::format::Reader;
use crate::plan::yaml::tree::{Content, Key, Node};
use crate::plan::{Curve, Glide, Months, Phase, Rounding};
use crate::time::{Grain, Period, parse_period};
use crate::unit::Decimal;

/// Reads `phase:`; a word alone is the calendar of its days.
pub(super) fn phase(reader: &mut Reader, node: Option<&Node>, about: About<'_>) -> Option<Phase> {
    let Some(node) = node else { return Some(Phase::default()) };
    if let Some(calendar) = node.text() {
        return Some(Phase { days: Some(calendar.clone()), ..Phase::default() });
    }
    let months = months(reader, node, about)?;
    let explicit = match node.get("explicit") {
        Some(explicit) => in_order(parts(reader, explicit.entries(), about)?),
        None => Vec::new(),
    };
    Some(Phase {
        months,
        days: node.text_of("days").cloned(),
        rounding: match node.text_of("rounding").map(|word| &**word) {
            Some("cumulative") => Rounding::Cumulative,
            _ => Rounding::LargestRemainder,
        },
        explicit,
        end_of_period: node.get("at").is_some(),
    })
}

fn months(reader: &mut Reader, node: &Node, about: About<'_>) -> Option<Months> {
    let by_month = node.text_of("anchor").map(|word| &**word == "month");
    let months = reader.calendar.periods(Grain::Month, about.period.start, about.period.end);
    let Some(written) = node.get("months") else {
        return Some(match by_month {
            Some(true) => Months::Weights(vec![Decimal::ONE; months.len()]),
            _ => Months::None,
        });
    };
    if by_month == Some(false) {
        let told = "`anchor: year` goes straight to days, and `months` says something else";
        let finding = Finding::new(&UNFIT_VALUE, written.place.clone(), told);
        reader.found.push(finding.hint("keep one of the two"));
        return None;
    }
    match &written.content {
        Content::Map(entries) if entries.is_empty() => Some(Months::None),
        Content::Map(entries) => {
            let parts = parts(reader, entries, about)?;
            let odd = entries.iter().zip(&parts).find(|(_, (part, _))| part.grain != Some(Grain::Month));
            if let Some(((key, _), _)) = odd {
                let told = format!("`{}` is no month", key.text);
                let finding = Finding::new(&UNFIT_VALUE, key.place.clone(), told);
                reader.found.push(finding.hint("amounts stand by months: `2025-04: 11_000_000`"));
                return None;
            }
            Some(Months::Amounts(in_order(parts)))
        }
        _ => weights(reader, written, months.len()),
    }
}

fn weights(reader: &mut Reader, node: &Node, months: usize) -> Option<Months> {
    let weights: Vec<Decimal> =
        node.items().iter().map(|item| weight(reader, item)).collect::<Option<_>>()?;
    let told = if weights.len() == months {
        let nothing = weights.iter().all(Decimal::is_zero);
        nothing.then(|| "the weights of the months add up to nothing".to_owned())
    } else {
        Some(format!("{} weights for the {months} months of the target", weights.len()))
    };
    match told {
        None => Some(Months::Weights(weights)),
        Some(told) => {
            let finding = Finding::new(&WEIGHTS_AND_MONTHS, node.place.clone(), told);
            let hint =
                "write one weight for each month the period touches, or amounts: `{2025-04: 11_000_000}`";
            reader.found.push(finding.hint(hint));
            None
        }
    }
}

/// Values of parts of the period; each inside it, no two with a day in common.
fn parts(reader: &mut Reader, entries: &[(Key, Node)], about: About<'_>) -> Option<Vec<(Period, Decimal)>> {
    let mut parts: Vec<(Period, Decimal)> = Vec::new();
    for (key, node) in entries {
        let period = part(reader, key, about.period)?;
        let meets = |(other, _): &&(Period, Decimal)| other.start <= period.end && period.start <= other.end;
        if let Some((other, _)) = parts.iter().find(meets) {
            let told = format!("`{}` and {} have days in common", key.text, reader.calendar.id(*other));
            let finding = Finding::new(&UNFIT_VALUE, key.place.clone(), told);
            reader.found.push(finding.hint("a day belongs to one part"));
            return None;
        }
        parts.push((period, about.amount(reader, node)?));
    }
    Some(parts)
}

fn part(reader: &mut Reader, key: &Key, whole: Period) -> Option<Period> {
    let Some(period) = parse_period(&key.text, &reader.calendar) else {
        let told = format!("`{}` is not a period", key.text);
        let finding = Finding::new(&UNFIT_VALUE, key.place.clone(), told);
        reader.found.push(finding.hint("write `2025-04`, `2025-W14`, `2025-Q4` or `2025-04-01..2025-04-20`"));
        return None;
    };
    if period.start < whole.start || period.end > whole.end {
        let told = format!("`{}` does not lie in the period of the target", key.text);
        let finding = Finding::new(&OUTSIDE_PERIOD, key.place.clone(), told);
        reader.found.push(finding.hint(format!("it goes from {} to {}", whole.start, whole.end)));
        return None;
    }
    Some(period)
}

fn in_order(mut parts: Vec<(Period, Decimal)>) -> Vec<(Period, Decimal)> {
    parts.sort_by_key(|(period, _)| period.start);
    parts
}

/// Reads `glide:`. `Some(None)` if there is none.
pub(super) fn glide(reader: &mut Reader, node: Option<&Node>, about: About<'_>) -> Option<Option<Glide>> {
    let Some(node) = node else { return Some(None) };
    let curve = match node.text_of("curve").map(|word| &**word) {
        Some("steps") => Curve::Steps,
        _ => Curve::Linear,
    };
    Some(Some(Glide { from: about.amount(reader, node.get("from")?)?, curve }))
}
