//! `kpress plugin run` of a widget, on tables, and of rules, on the definitions of the workspace.

use super::place::Site;
use super::run::{Arguments, Subject, cost, day, kind, many, number, rows_of};
use crate::cli::Trouble;
use crate::diag::{Finding, printable};
use crate::measure::plugged::port::{Batch, Field};
use crate::measure::plugged::table::{Given, of_column};
use crate::plan::Id;
use crate::plan::failure::{Account, Failure};
use crate::plan::plugin::PluginKind;
use crate::plugin::failure::PLUGIN_INPUT_MISSING;
use crate::plugin::host::Host;
use crate::plugin::load::descriptor::{self, Input};
use crate::report::widget::Made;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;

/// What is tried.
pub(super) enum Trial<'a> {
    /// A widget, on the tables of the arguments.
    Widget(&'a Arguments, &'a Subject, &'a descriptor::Widget),
    /// Rules, on a workspace.
    Rules(&'a Arguments, &'a Subject),
}

/// What came of it.
pub(super) struct Told {
    /// What rules found.
    pub(super) found: Vec<Finding>,
    /// For people.
    pub(super) text: String,
    /// Rows that were handed over; rules get none.
    pub(super) rows: u64,
    /// What it used.
    pub(super) account: Account,
    value: Value,
}

impl Told {
    /// For programs.
    pub(super) fn value(&self) -> Value {
        let mut value = self.value.clone();
        value["cost"] = cost(&self.account);
        value
    }
}

/// The trial of a component that is no metric, or is asked to be something else; `None`: it is a metric.
pub(super) fn of<'a>(arguments: &'a Arguments, subject: &'a Subject) -> Option<Trial<'a>> {
    let described = &subject.loaded.descriptor;
    let named = subject.name.id.as_deref();
    let is_metric = match named {
        Some(id) => arguments.widget.is_none() && described.metrics.iter().any(|metric| metric.id == id),
        None => !described.metrics.is_empty(),
    };
    if is_metric {
        return None;
    }
    let widget = match named {
        Some(id) => described.widgets.iter().find(|widget| widget.id == id),
        None => described.widgets.first().filter(|_| described.widgets.len() == 1),
    };
    match widget {
        Some(widget) => Some(Trial::Widget(arguments, subject, widget)),
        None if described.widgets.is_empty() && subject.loaded.kinds.contains(&PluginKind::Rule) => {
            Some(Trial::Rules(arguments, subject))
        }
        // The words for what is not there are those of metrics.
        None => None,
    }
}

impl Trial<'_> {
    /// Runs it. An inner error is the plugin's.
    pub(super) fn run(
        &self,
        host: &Host<'_>,
        option: Option<&Path>,
    ) -> Result<Result<Told, Failure>, Trouble> {
        match self {
            Trial::Widget(arguments, subject, widget) => drawn(host, arguments, subject, widget),
            Trial::Rules(arguments, subject) => asked(host, arguments, subject, option),
        }
    }
}

fn drawn(
    host: &Host<'_>,
    arguments: &Arguments,
    subject: &Subject,
    widget: &descriptor::Widget,
) -> Result<Result<Told, Failure>, Trouble> {
    let mut tables: Vec<(u32, Vec<Given>)> = Vec::new();
    let mut given: Vec<(Option<&str>, &Path)> = arguments.inputs().collect();
    for input in &widget.inputs {
        let own = |(name, _): &(Option<&str>, &Path)| match name {
            Some(name) => *name == input.name,
            None => widget.inputs.len() == 1,
        };
        let file = given.iter().position(own).map(|at| given.remove(at).1);
        match table(input, file)? {
            Ok(table) => tables.push(table),
            Err(failure) => return Ok(Err(failure)),
        }
    }
    if let Some((_, stray)) = given.first() {
        let names: Vec<String> = widget.inputs.iter().map(|input| format!("`{}`", input.name)).collect();
        let told = format!("`{}` is for no table of `{}`", printable(&stray.to_string_lossy()), widget.id);
        return Err(Trouble::usage(told).hint(format!("it has {}: `--input NAME=FILE`", names.join(", "))));
    }
    let fields: Vec<Vec<Field>> =
        widget.inputs.iter().map(|input| input.fields.iter().map(field).collect()).collect();
    let batches: Vec<Batch<'_>> = tables
        .iter()
        .zip(&fields)
        .map(|((rows, columns), fields)| {
            let named = columns.iter().zip(fields).map(|(column, field)| column.buffers(&field.name));
            Batch { rows: *rows, columns: named.collect() }
        })
        .collect();
    let plugin = &*subject.name.plugin;
    let rows = tables.iter().map(|(rows, _)| u64::from(*rows)).sum();
    Ok(host.drawn(plugin, &widget.id, &subject.context, &batches).map(|(made, account)| {
        let mut text = format!(
            "{} of {plugin}: {} from {}\n",
            widget.id,
            many(made.len() as u64, "block"),
            many(rows, "row")
        );
        made.iter().for_each(|block| write_block(&mut text, block));
        let blocks: Vec<Value> = made.iter().map(block).collect();
        let value = json!({"plugin": plugin, "widget": widget.id, "sha256": &*subject.loaded.sha256, "rows": rows,
            "blocks": blocks});
        Told { found: Vec::new(), text, rows, account, value }
    }))
}

fn field(field: &descriptor::Field) -> Field {
    Field { name: field.name.as_str().into(), ty: field.ty, nullable: field.nullable }
}

/// The rows of one input; without a file it has none.
fn table(input: &Input, file: Option<&Path>) -> Result<Result<(u32, Vec<Given>), Failure>, Trouble> {
    let kinds = input.fields.iter().map(|field| (Id::from(field.name.as_str()), kind(field.ty))).collect();
    let frame = file.map(|file| rows_of(file, &kinds)).transpose()?.map(|read| read.value);
    let frame = frame.unwrap_or_else(|| super::run::empty(input.fields.iter().map(|f| (&*f.name, f.ty))));
    let mut columns = Vec::new();
    for own in &input.fields {
        let given = match frame.columns.get(own.name.as_str()) {
            Some(column) => of_column(column, &field(own)),
            None => Err("is no column of the table".to_owned()),
        };
        match given {
            Ok(column) => columns.push(column),
            Err(why) => {
                let message = format!("the column `{}` of `{}` {why}", own.name, input.name);
                let hint =
                    "columns are to be called like those of the input: `kpress plugin check` lists them";
                return Ok(Err(Failure::new(&PLUGIN_INPUT_MISSING, message, hint)));
            }
        }
    }
    Ok(Ok((u32::try_from(frame.rows).unwrap_or(u32::MAX), columns)))
}

fn asked(
    host: &Host<'_>,
    arguments: &Arguments,
    subject: &Subject,
    option: Option<&Path>,
) -> Result<Result<Told, Failure>, Trouble> {
    if arguments.inputs().next().is_some() {
        return Err(Trouble::usage("rules take no `--input`: they look at the definitions of a workspace")
            .hint("run it in the workspace, or name that with `--workspace`"));
    }
    let plan = Site::open(option)?.plan;
    let plugin = &*subject.name.plugin;
    Ok(host.asked(&plan, plugin, day()).map(|(found, account)| {
        let nodes = crate::plan::rules::port::nodes(&plan).len() as u64;
        let rules: Vec<&str> =
            subject.loaded.descriptor.rules.iter().map(|rule| rule.name.as_str()).collect();
        let text = format!(
            "{} of {plugin}: {} in {} of the plan\n",
            rules.join(", "),
            many(found.len() as u64, "finding"),
            many(nodes, "piece")
        );
        let told: Vec<Value> = found
            .iter()
            .map(|one| json!({"message": one.message, "file": &*one.place.file, "line": one.place.line}))
            .collect();
        let value = json!({"plugin": plugin, "rules": rules, "sha256": &*subject.loaded.sha256, "nodes": nodes,
            "findings": told});
        Told { found, text, rows: 0, account, value }
    }))
}

/// A block as a few lines: what a page would show, without its looks.
fn write_block(out: &mut String, made: &Made) {
    let _ = match made {
        Made::Heading(text) => writeln!(out, "  heading {}", printable(text)),
        Made::Markdown(text) => text.lines().try_for_each(|line| writeln!(out, "  text {}", printable(line))),
        Made::Callout(tone, title, text) => {
            writeln!(out, "  {tone} {}: {}", printable(title), printable(text))
        }
        Made::Chart(alt, slots, series) => writeln!(out, "  chart {}", printable(alt)).and_then(|()| {
            series.iter().try_for_each(|one| {
                let value = |value: &Option<_>| value.map_or_else(|| "–".to_owned(), number);
                let cells: Vec<String> = slots
                    .iter()
                    .zip(&one.values)
                    .map(|(slot, cell)| format!("{slot} {}", value(cell)))
                    .collect();
                writeln!(out, "    {}: {}", printable(&one.name), printable(&cells.join(", ")))
            })
        }),
        Made::Table(heads, rows, caption) => {
            let heads: Vec<&str> = heads.iter().map(|(head, _)| head.as_str()).collect();
            let caption = caption.as_deref().map(|text| format!(" ({text})")).unwrap_or_default();
            writeln!(out, "  table {}{}", printable(&heads.join(" | ")), printable(&caption)).and_then(|()| {
                rows.iter().try_for_each(|row| writeln!(out, "    {}", printable(&row.join(" | "))))
            })
        }
    };
}

fn block(made: &Made) -> Value {
    match made {
        Made::Heading(text) => json!({"heading": text}),
        Made::Markdown(text) => json!({"markdown": text}),
        Made::Callout(tone, title, text) => json!({"callout": tone, "title": title, "markdown": text}),
        Made::Table(heads, rows, caption) => {
            let heads: Vec<&str> = heads.iter().map(|(head, _)| head.as_str()).collect();
            json!({"table": heads, "rows": rows, "caption": caption})
        }
        Made::Chart(alt, slots, series) => {
            let series: Vec<Value> = series
                .iter()
                .map(|one| {
                    let values: Vec<Option<String>> =
                        one.values.iter().map(|cell| cell.map(number)).collect();
                    json!({"name": one.name, "bars": one.bars, "values": values})
                })
                .collect();
            json!({"chart": alt, "slots": slots, "series": series})
        }
    }
}
