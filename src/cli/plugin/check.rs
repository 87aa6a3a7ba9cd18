//! `kpress plugin check`: what a component is, what it says of itself and asks for, and the lines that grant it.

use super::place::with_loader;
use crate::cli::Trouble;
use crate::cli::stop::Stop;
use crate::cli::terminal::{Terminal, print};
use crate::diag::{Finding, Format, Place, exit_code, printable};
use crate::inputs::{Disk, Memory, ProjectPath};
use crate::plan::failure::{bytes as amount, grouped};
use crate::plan::plugin::PluginKind;
use crate::plugin::approval::short;
use crate::plugin::load::descriptor::{Descriptor, Field, type_name};
use crate::plugin::load::{Loaded, store};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The component, a `.wasm` file
    file: PathBuf,
    /// How it is told
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// For people
    Text,
    /// One JSON object
    Json,
}

/// Looks into a component.
pub(super) fn run(arguments: &Arguments, terminal: &Terminal, stop: &Stop) -> Result<u8, Trouble> {
    let file = &arguments.file;
    let shown = printable(&file.to_string_lossy());
    let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let own = file
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(|| Trouble::usage(format!("`{shown}` is no file")))?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let disk = Disk::open(folder)
        .map_err(|error| Trouble::usage(format!("cannot open the folder of `{shown}`: {error}")))?;
    let path = ProjectPath::parse(own).map_err(|why| Trouble::usage(format!("`{shown}`: {}", why.0)))?;
    let mut found: Vec<Finding> = Vec::new();
    let place = Place::file(shown.as_str());
    let loaded = with_loader(terminal, stop, |loader| {
        let mut notes = Vec::new();
        let loaded = store::read(&name, path.as_str(), &disk).and_then(|stored| {
            let loaded = loader.load(&name, &stored, &mut notes)?;
            // Counted anew where the code was kept.
            let outline = loader.outline(&name, &stored)?;
            Ok((loaded, outline))
        });
        found.extend(notes.iter().map(|note| note.finding(place.clone())));
        Ok(loaded.map_err(|why| found.push(why.finding(place.clone()))).ok())
    })?;
    let nowhere = Memory::default();
    match arguments.format {
        Form::Text => {
            terminal.findings(&found, &nowhere);
            if let Some((loaded, outline)) = &loaded {
                let text = text(&shown, &name, loaded, &outline.shape);
                crate::cli::send(terminal, text.as_bytes())?;
            }
        }
        Form::Json => {
            let text = match &loaded {
                Some((loaded, outline)) => format!("{}\n", value(loaded, &outline.shape)),
                None => print(&found, Format::Json, false, &nowhere),
            };
            crate::cli::send(terminal, text.as_bytes())?;
        }
    }
    Ok(exit_code(&found))
}

fn value(loaded: &Loaded, shape: &crate::plugin::load::scan::Shape) -> serde_json::Value {
    json!({
        "name": &*loaded.name,
        "sha256": &*loaded.sha256,
        "size": loaded.size,
        "exports": loaded.exports,
        "imports": loaded.imports,
        "describe": loaded.descriptor.value(),
        "describe_sha256": loaded.descriptor.sha256(),
        "grant": loaded.descriptor.wishes().block(),
        "code_bytes": shape.code_bytes,
        "functions": shape.functions,
        "core_modules": shape.modules,
        "cost": {"fuel": loaded.described.fuel, "peak_memory": loaded.described.peak_memory},
    })
}

fn text(shown: &str, name: &str, loaded: &Loaded, shape: &crate::plugin::load::scan::Shape) -> String {
    let mut out = format!("{shown}: {}, sha256 {}\n", amount(loaded.size), short(&loaded.sha256));
    let mut list = |what: &str, names: &[String]| {
        let _ = writeln!(
            out,
            "  {what:<9}{}",
            if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
        );
    };
    list("exports", &loaded.exports);
    list("imports", &loaded.imports);
    let _ = writeln!(
        out,
        "  code     {} in {} of {}",
        amount(shape.code_bytes),
        many(shape.functions, "function"),
        many(shape.modules, "core module")
    );
    let cost = &loaded.described;
    let _ = writeln!(
        out,
        "  describe {} fuel of {}, peak memory {}",
        grouped(cost.fuel),
        grouped(cost.fuel_allowed),
        amount(cost.peak_memory)
    );
    for line in &cost.log {
        let _ = writeln!(out, "  log      {}", printable(line));
    }
    parts(&mut out, &loaded.descriptor);
    let block = loaded.descriptor.wishes().block();
    let file = format!("plugins/{}.wasm", printable(name));
    if block.is_empty() {
        let _ = write!(
            out,
            "it asks for nothing outside itself; in kpress.yaml:\n\nplugins:\n  {name}: {{file: {file}}}\n"
        );
    } else {
        let _ = write!(
            out,
            "the least that grants what it asks for, in kpress.yaml:\n\nplugins:\n  {name}:\n    file: {file}\n"
        );
        block.lines().for_each(|line| {
            let _ = writeln!(out, "    {line}");
        });
    }
    out
}

fn many(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{} {what}s", grouped(count)) }
}

/// What it describes, a line for each part.
fn parts(out: &mut String, told: &Descriptor) {
    let mut part = |kind: PluginKind, id: &str, title: &str, more: &[String]| {
        let _ = writeln!(out, "{} {id}: {}", kind.name(), printable(title));
        for line in more {
            let _ = writeln!(out, "  {line}");
        }
    };
    for metric in &told.metrics {
        let mut more = vec![format!("unit {}", if metric.unit.is_empty() { "none" } else { &metric.unit })];
        more.extend(metric.inputs.iter().map(|field| format!("input {}", column(field))));
        more.extend(config(&metric.params_schema));
        if metric.mergeable {
            more.push("rows may be split and merged".to_owned());
        }
        part(PluginKind::Metric, &metric.id, &metric.title, &more);
    }
    for source in &told.sources {
        let mut more: Vec<String> = source
            .tables
            .iter()
            .map(|table| {
                let columns = many(table.fields.len() as u64, "column");
                format!("table {}: {columns}, key {}", table.name, table.primary_key.join(", "))
            })
            .collect();
        more.extend(config(&source.params_schema));
        part(PluginKind::Source, &source.id, &source.title, &more);
    }
    for widget in &told.widgets {
        let input = |input: &crate::plugin::load::descriptor::Input| {
            let columns: Vec<String> = input.fields.iter().map(column).collect();
            format!(
                "input {}, at most {} rows: {}",
                input.name,
                grouped(u64::from(input.max_rows)),
                columns.join("; ")
            )
        };
        let mut more: Vec<String> = widget.inputs.iter().map(input).collect();
        more.extend(config(&widget.params_schema));
        part(PluginKind::Widget, &widget.id, &widget.title, &more);
    }
    for rule in &told.rules {
        part(PluginKind::Rule, &rule.name, &rule.title, &[format!("level {}", rule.severity.name())]);
    }
}

/// `value: decimal64(2), may be missing`
fn column(field: &Field) -> String {
    let missing = if field.nullable { ", may be missing" } else { "" };
    let unit = field.unit.as_deref().map(|unit| format!(", in {unit}")).unwrap_or_default();
    format!("{}: {}{unit}{missing}", field.name, type_name(field.ty))
}

fn config(schema: &str) -> Option<String> {
    (!schema.is_empty()).then(|| format!("config {schema}"))
}
