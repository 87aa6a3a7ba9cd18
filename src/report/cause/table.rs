//! Tables of causes: parts with who can act, members with what each part did in them, items by price, volume and mix.
//! Every table adds up as it is shown, down and across.

use super::{level_head, level_words, member, metric_words, name, rounded};
use crate::assess::cause::{
    ByVolume, Cause, Columns, Drilled, Explained, PartOf, Presence, Row, VolumeEffects, steps,
};
use crate::plan::{Id, Metric, Words};
use crate::report::context::{Context, metric_path, person_path, store_path};
use crate::report::sentence;
use crate::report::{Arg, Cell, TableColumn, TableSpec, Text};
use crate::unit::{Lang, Quantity, Unit};

fn head(key: &'static str, numeric: bool) -> TableColumn {
    TableColumn { title: Text::key(key), numeric, link: None }
}

fn number(value: f64, unit: &Unit) -> Cell {
    Cell::Number(Quantity::Approximate(value), unit.clone())
}

/// Every part with both its figures, its effect, its share, and who can do what about it.
pub(in crate::report) fn table(
    context: &Context<'_>,
    id: &str,
    metric: &Metric,
    one: &Explained,
) -> Option<TableSpec> {
    let (causes, _) = one.causes.as_ref().ok().filter(|_| one.verdict.deserves_causes())?;
    let by = one.change();
    let effects: Vec<f64> = causes.iter().map(|cause| cause.effect).collect();
    let (whole, shown) = rounded(by, &effects, &metric.unit);
    let shares: Vec<f64> = effects.iter().map(|effect| effect / by).collect();
    let shares = (by.abs() > 0.01 * one.sides.0.abs()).then(|| steps(1.0, &shares, 0.01).1);
    let mut rows = Vec::new();
    for (at, cause) in causes.iter().enumerate() {
        let share = shares.as_ref().map(|shares| percent(shares[at]));
        rows.push(row(context, cause, shown[at], metric, share.unwrap_or(Cell::Empty), 0));
        nested(context, cause, shown[at], metric, 1, &mut rows);
    }
    let total = if shares.is_some() { percent(100) } else { Cell::Empty };
    rows.push(vec![
        Cell::Text(context.metric_name(&metric.id)),
        number(one.sides.0, &metric.unit),
        number(one.sides.1, &metric.unit),
        Cell::Gap(whole, metric.unit.clone()),
        total,
        Cell::Empty,
        Cell::Empty,
    ]);
    Some(TableSpec {
        id: id.to_owned(),
        title: Some(Text::key("causes-table")),
        columns: vec![
            head("causes-part", false),
            head("causes-was", true),
            head("causes-now", true),
            head("causes-effect", true),
            head("causes-share", true),
            head("card-owner", false),
            head("causes-lever", false),
        ],
        rows,
        total: true,
    })
}

fn percent(share: i64) -> Cell {
    Cell::Plain(Quantity::from(share), 0)
}

/// The parts of a part; they add up to it as it is shown.
fn nested(
    context: &Context<'_>,
    cause: &Cause,
    shown: Quantity,
    metric: &Metric,
    depth: usize,
    rows: &mut Vec<Vec<Cell>>,
) {
    let effects: Vec<f64> = cause.parts.iter().map(|part| part.effect).collect();
    let (_, parts) = rounded(shown.as_f64(), &effects, &metric.unit);
    for (part, shown) in cause.parts.iter().zip(parts) {
        rows.push(row(context, part, shown, metric, Cell::Empty, depth));
        nested(context, part, shown, metric, depth + 1, rows);
    }
}

fn row(
    context: &Context<'_>,
    cause: &Cause,
    shown: Quantity,
    metric: &Metric,
    share: Cell,
    depth: usize,
) -> Vec<Cell> {
    let unit = match &cause.of {
        PartOf::Metric(id) => context.plan.metrics.get(id).map(|metric| &metric.unit),
        PartOf::Group(ids) => ids.first().and_then(|id| context.plan.metrics.get(id)).map(|one| &one.unit),
        PartOf::Rest => None,
    };
    let figure = |value: Option<f64>| match (value, unit) {
        (Some(value), Some(unit)) => number(value, unit),
        _ => Cell::Empty,
    };
    let words = name(context, &cause.of, &cause.lever);
    let words = match depth {
        0 => words,
        _ => Words::joined(&[Words::same(&format!("{}└ ", "\u{2003}".repeat(depth - 1))), words], ""),
    };
    let title = match &cause.of {
        PartOf::Metric(id) => Cell::Link(metric_path(id), Text::Words(words)),
        PartOf::Group(_) | PartOf::Rest => Cell::Text(Text::Words(words)),
    };
    let owner = cause.lever.owner.as_ref().filter(|_| cause.parts.is_empty());
    let owner = owner
        .map_or(Cell::Empty, |owner| Cell::Link(person_path(owner), Text::Words(context.person_name(owner))));
    let article = cause.lever.sop.as_ref().and_then(|sop| context.plan.articles.get(sop));
    let sop = article.map_or(Cell::Empty, |article| {
        Cell::Link(article.id.to_string(), Text::Words(article.title.clone()))
    });
    vec![
        title,
        figure(cause.sides.map(|sides| sides.0)),
        figure(cause.sides.map(|sides| sides.1)),
        Cell::Gap(shown, metric.unit.clone()),
        share,
        owner,
        sop,
    ]
}

/// The members of a level: figures, change, and what each part did in each of them.
pub(in crate::report) fn drill_table(
    context: &Context<'_>,
    id: &str,
    metric: &Metric,
    one: &Explained,
    drilled: &Drilled,
) -> TableSpec {
    let unit = &metric.unit;
    let width = drilled.rows.first().map_or(0, |row| row.cells.len());
    let effects: Vec<f64> = drilled
        .rows
        .iter()
        .map(|row| row.effect)
        .chain(drilled.rest.iter().map(|rest| rest.effect))
        .collect();
    let (whole, shown) = rounded(drilled.change(), &effects, unit);
    let gap = |value: Quantity| Cell::Gap(value, unit.clone());
    let cells = |effect: Quantity, cells: &[f64]| -> Vec<Cell> {
        let (_, shown) = rounded(effect.as_f64(), cells, unit);
        std::iter::once(gap(effect)).chain(shown.into_iter().map(gap)).collect()
    };
    let figure = |value: Option<f64>| value.map_or(Cell::Empty, |value| number(value, unit));
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (row, shown) in drilled.rows.iter().zip(&shown) {
        let start = [member_cell(context, drilled, row), figure(row.sides.0), figure(row.sides.1)];
        rows.push(start.into_iter().chain(cells(*shown, &row.cells)).collect());
    }
    if let (Some(rest), Some(shown)) = (&drilled.rest, shown.last()) {
        let count = Arg::Count(rest.members as u64);
        let title = Cell::Text(Text::Key("causes-rest", vec![("count", count)]));
        let start = [title, Cell::Empty, Cell::Empty];
        rows.push(start.into_iter().chain(cells(*shown, &rest.cells)).collect());
    }
    if let Some(shift) = &drilled.shift {
        let (_, shown) = rounded(0.0, shift, unit);
        let start = [Cell::Text(Text::key("causes-shift")), Cell::Empty, Cell::Empty, gap(Quantity::ZERO)];
        rows.push(start.into_iter().chain(shown.into_iter().map(gap)).collect());
    }
    let sums: Vec<f64> = (0..width)
        .map(|at| {
            let rows: f64 = drilled.rows.iter().map(|row| row.cells[at]).sum();
            let rest = drilled.rest.as_ref().map_or(0.0, |rest| rest.cells[at]);
            rows + rest + drilled.shift.as_ref().map_or(0.0, |shift| shift[at])
        })
        .collect();
    let mut total = vec![
        Cell::Text(Text::key("table-total")),
        figure(Some(drilled.sides.0)),
        figure(Some(drilled.sides.1)),
    ];
    total.extend(cells(whole, &sums));
    rows.push(total);
    let mut columns = vec![
        TableColumn { title: level_head(&drilled.by), numeric: false, link: None },
        head("causes-was", true),
        head("causes-now", true),
        head("causes-change", true),
    ];
    columns.extend(drill_heads(context, one, drilled));
    TableSpec { id: id.to_owned(), title: Some(by_title(context, drilled)), columns, rows, total: true }
}

/// Whose members, of what; and how far their shares moved, where that can be said.
fn by_title(context: &Context<'_>, drilled: &Drilled) -> Text {
    let mut holes = vec![
        ("level", Arg::Words(level_words(&drilled.by))),
        ("name", Arg::Words(metric_words(context, &drilled.of))),
    ];
    let Some(moved) = drilled.surprise.filter(|moved| *moved >= 0.001) else {
        return Text::Key("causes-by", holes);
    };
    holes.push(("moved", Arg::Number(Quantity::Approximate(moved), 3)));
    Text::Key("causes-by-moved", holes)
}

/// The name of a member, with the word for one that came or went.
fn member_cell(context: &Context<'_>, drilled: &Drilled, row: &Row) -> Cell {
    let name = member(context, &drilled.by, &row.member);
    let mark = |lang| match (row.presence, lang) {
        (Presence::New, Lang::Zh) => "（新）",
        (Presence::New, Lang::Ja) => "（新規）",
        (Presence::New, Lang::En) => " (new)",
        (Presence::Lost, Lang::Zh) => "（已退出）",
        (Presence::Lost, Lang::Ja) => "（終了）",
        (Presence::Lost, Lang::En) => " (gone)",
        (Presence::Both, _) => "",
    };
    let name = Text::Words(sentence::in_each(|lang| format!("{}{}", name.in_lang(lang), mark(lang))));
    if &*drilled.by == "store" { Cell::Link(store_path(&row.member), name) } else { Cell::Text(name) }
}

fn drill_heads(context: &Context<'_>, one: &Explained, drilled: &Drilled) -> Vec<TableColumn> {
    match &drilled.columns {
        Columns::Change => Vec::new(),
        Columns::RateAndMix => vec![head("causes-rate", true), head("causes-mix", true)],
        Columns::Parts(parts) => {
            let causes: &[Cause] = one.causes.as_ref().map_or(&[], |(causes, _)| causes);
            let title = |id: &Id| {
                let cause = causes.iter().find(|cause| matches!(&cause.of, PartOf::Metric(of) if of == id));
                let words = match cause {
                    Some(cause) => name(context, &cause.of, &cause.lever),
                    None => metric_words(context, id),
                };
                TableColumn { title: Text::Words(words), numeric: true, link: Some(metric_path(id)) }
            };
            parts.iter().map(title).collect()
        }
    }
}

/// Price, volume and mix, item by item, in columns that add up both ways.
pub(in crate::report) fn volume_table(
    id: &str,
    metric: &Metric,
    one: &Explained,
    volume: &ByVolume,
) -> TableSpec {
    let unit = &metric.unit;
    let gap = |value: Quantity| Cell::Gap(value, unit.clone());
    let parts = |one: &VolumeEffects| [one.volume, one.mix_raw, one.price, one.new, one.lost];
    let cells = |effects: &VolumeEffects| -> Vec<Cell> {
        let (sum, shown) = rounded(effects.of_item(), &parts(effects), unit);
        std::iter::once(gap(sum)).chain(shown.into_iter().map(gap)).collect()
    };
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (member, (was, now), effects) in &volume.rows {
        let start = [Cell::Text(Text::Words(Words::same(member))), number(*was, unit), number(*now, unit)];
        rows.push(start.into_iter().chain(cells(effects)).collect());
    }
    if let Some((count, effects)) = &volume.rest {
        let title = Cell::Text(Text::Key("causes-rest", vec![("count", Arg::Count(*count as u64))]));
        rows.push([title, Cell::Empty, Cell::Empty].into_iter().chain(cells(effects)).collect());
    }
    let start = [Cell::Text(Text::key("table-total")), number(one.sides.0, unit), number(one.sides.1, unit)];
    rows.push(start.into_iter().chain(cells(&volume.whole)).collect());
    let columns = vec![
        TableColumn { title: level_head(&volume.by), numeric: false, link: None },
        head("causes-was", true),
        head("causes-now", true),
        head("causes-change", true),
        head("causes-volume", true),
        head("causes-mix", true),
        head("causes-price", true),
        head("causes-new", true),
        head("causes-lost", true),
    ];
    TableSpec { id: id.to_owned(), title: Some(Text::key("causes-volume-table")), columns, rows, total: true }
}
