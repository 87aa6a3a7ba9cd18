//! The reference is made from the program's own tables, so it cannot say what the program does not do.
//! `UPDATE=1 cargo test generated` writes the files anew.

use kpress::build::rules;
use kpress::chart::CHART_KINDS;
use kpress::diag::Level;
use kpress::plan::yaml::format::{FILES, article};
use kpress::plan::yaml::schema::schema;
use kpress::plan::yaml::shape::{Field, Kind, Need, Shape};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Compares a committed file with what it should say, or writes it.
pub(crate) fn same(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        fs::write(&path, text).expect("the checkout can be written");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == text,
        "{name} is not what the program's tables say; `UPDATE=1 cargo test generated` writes it anew"
    );
}

#[test]
fn rules_page() {
    let mut out = String::from(
        "---\ntitle: Rules\n---\n\n\
         Everything kpress finds wrong has the name of a rule. `kpress explain RULE` says the same as this page; `rules:` in\n\
         `kpress.yaml` sets the level of a rule to `error`, `warning` or `note`, or switches it `off`. Refused paths, limits\n\
         and `unfit-value` stay errors. An error ends a command with the exit code shown.\n",
    );
    for rule in rules() {
        let grave = match rule.level {
            Level::Error => "Error",
            Level::Warning => "Warning",
            Level::Note => "Note",
        };
        let code = rule.family.exit_code();
        let (name, about, why) = (rule.name, rule.about, rule.why);
        let fence = if rule.example.contains("```") { "~~~~" } else { "```" };
        write!(
            out,
            "\n## {name}\n\n{grave}, exit code {code}: {about}.\n\nWhy: {why}.\n\n{fence}text\n{}\n{fence}\n",
            rule.example.trim_end()
        )
        .expect("text takes all");
    }
    same("content/guide/content/rules.en.md", &out);
}

#[test]
fn format_page() {
    let mut out = String::from(
        "---\ntitle: Format\n---\n\n\
         All files of a workspace are YAML in UTF-8, articles excepted. `docs/kpress.schema.json` says the same to editors.\n\
         Keys marked *later* are known, but this version does not act on them yet and says so.\n",
    );
    for file in FILES {
        let place = match file.name {
            "kpress" | "people" | "stores" | "diagnosis" => format!("{}.yaml", file.name),
            folder => format!("{folder}/*.yaml"),
        };
        write!(out, "\n## {place}\n\n{}\n", file.shape.about).expect("text takes all");
        section(&mut out, file.shape, "");
    }
    write!(out, "\n## content/**/*.md\n\n{}\n", article::FRONT.about).expect("text takes all");
    section(&mut out, &article::FRONT, "");
    same("content/guide/content/format.en.md", &out);
}

/// The table of a map's keys, then those of the maps in it.
fn section(out: &mut String, shape: &Shape, path: &str) {
    if shape.fields.is_empty() {
        return;
    }
    out.push_str("\n| key | takes | |\n|---|---|---|\n");
    for field in shape.fields {
        let need = match field.need {
            Need::Required => "Required. ",
            Need::Optional => "",
            Need::Later | Need::Guard => "*Later.* ",
        };
        let takes = takes(field.kind).replace('|', "\\|");
        let about = field.about.replace('|', "\\|");
        writeln!(out, "| `{}` | {takes} | {need}{about} |", field.key).expect("text takes all");
    }
    for field in shape.fields {
        below(out, field, path, field.kind, "");
    }
}

/// The maps a key takes, each with its own heading.
fn below(out: &mut String, field: &Field, path: &str, kind: Kind, step: &str) {
    let mut one = |shape: &Shape, step: &str, name: &str| {
        let path = format!("{path}{}{step}", field.key);
        write!(out, "\n### {path}{name}\n\n{}\n", shape.about).expect("text takes all");
        section(out, shape, &format!("{path}."));
    };
    match kind {
        Kind::Object(shape) => one(shape, step, ""),
        Kind::Items(shape) => one(shape, &format!("{step}.*"), ""),
        Kind::Entries([shape]) => one(shape, &format!("{step}[]"), ""),
        Kind::Entries(shapes) => {
            for shape in shapes {
                one(shape, &format!("{step}[]"), &format!(": {}", shape.name));
            }
        }
        Kind::List(inner) | Kind::Many(inner) => below(out, field, path, *inner, &format!("{step}[]")),
        Kind::Map(inner) => below(out, field, path, *inner, &format!("{step}.*")),
        Kind::OneOf(kinds) => {
            for kind in kinds {
                below(out, field, path, *kind, step);
            }
        }
        _ => {}
    }
}

/// What a key takes, in words.
fn takes(kind: Kind) -> String {
    match kind {
        Kind::Of(form) => format!("{} ({})", form.name, form.accepted),
        Kind::Amount => "an amount with its unit, such as `1,200,000 JPY` or `22%`".to_owned(),
        Kind::Enum(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Kind::Ref(known) => format!("the name of a {}", known.word()),
        Kind::Words => "a text, or one per language: `{en: …, ja: …, zh: …}`".to_owned(),
        Kind::Scope => "a scope, such as `{store: jp1}`".to_owned(),
        Kind::List(inner) => format!("a list; each: {}", takes(*inner)),
        Kind::Many(inner) => format!("one or a list; each: {}", takes(*inner)),
        Kind::Map(inner) => format!("a map with keys of your choice; each: {}", takes(*inner)),
        Kind::Object(_) => "a map".to_owned(),
        Kind::Items(shape) => format!("a map from names; each: {}", shape.name),
        Kind::Entries(shapes) => {
            format!("a list; each: {}", shapes.iter().map(|shape| shape.name).collect::<Vec<_>>().join(", "))
        }
        Kind::OneOf(kinds) => kinds.iter().map(|kind| takes(*kind)).collect::<Vec<_>>().join("; or "),
        Kind::Any => "anything".to_owned(),
    }
}

#[test]
fn charts_page() {
    let mut out = String::from(
        "---\ntitle: Charts\n---\n\nThe charts a page can hold. Behind each stands a table with the same figures.\n",
    );
    for kind in CHART_KINDS {
        write!(out, "\n## {}\n\n{}\n", kind.name(), kind.about()).expect("text takes all");
    }
    same("content/guide/content/charts.en.md", &out);
}

#[test]
fn schema_for_editors() {
    let text = serde_json::to_string_pretty(&schema()).expect("a schema is JSON");
    same("docs/kpress.schema.json", &(text + "\n"));
}
