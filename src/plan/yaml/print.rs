//! A tree as YAML again: what it says, not how it was laid out. Read again it is the same tree, places aside.

use super::tree::{Content, Node};
use std::fmt::Write;

/// The text of a node, in block style, ending with a line break.
pub fn print(node: &Node) -> String {
    let mut out = String::new();
    block(&mut out, node, 0);
    out
}

/// Prints a node that begins a line of its own.
fn block(out: &mut String, node: &Node, depth: usize) {
    let indent = "  ".repeat(depth);
    match &node.content {
        Content::Map(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                let _ = write!(out, "{indent}{}:", quoted(&key.text));
                below(out, value, depth);
            }
        }
        Content::Seq(items) if !items.is_empty() => {
            for item in items {
                let _ = write!(out, "{indent}-");
                below(out, item, depth);
            }
        }
        _ => {
            let _ = writeln!(out, "{indent}{}", scalar(node));
        }
    }
}

/// Prints what stands behind a key or a dash.
fn below(out: &mut String, node: &Node, depth: usize) {
    match &node.content {
        Content::Map(entries) if !entries.is_empty() => {
            out.push('\n');
            block(out, node, depth + 1);
        }
        Content::Seq(items) if !items.is_empty() => {
            out.push('\n');
            block(out, node, depth + 1);
        }
        _ => {
            let _ = writeln!(out, " {}", scalar(node));
        }
    }
}

fn scalar(node: &Node) -> String {
    match &node.content {
        Content::Null => "~".to_owned(),
        Content::Map(_) => "{}".to_owned(),
        Content::Seq(_) => "[]".to_owned(),
        // What was plain stays plain: quotes would make a text of a number.
        Content::Scalar { text, quoted: false } if !text.contains('\n') && !text.is_empty() => {
            text.to_string()
        }
        Content::Scalar { text, .. } => quoted(text),
    }
}

/// A text in double quotes; JSON escapes are YAML escapes.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::yaml;

    fn same(one: &Node, other: &Node) -> bool {
        match (&one.content, &other.content) {
            (Content::Map(a), Content::Map(b)) => {
                let entry = |(a, b): (&(_, Node), &(_, Node))| same(&a.1, &b.1);
                let keys = a.iter().map(|(key, _)| &key.text).eq(b.iter().map(|(key, _)| &key.text));
                keys && a.iter().zip(b).all(entry)
            }
            (Content::Seq(a), Content::Seq(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
            }
            (a, b) => a == b,
        }
    }

    #[test]
    fn what_is_printed_reads_as_the_same_tree() {
        let text = "a: {value: \"sum(x, 1)\", red: 22%, n: 1_000, of: [1, {b: no}], empty: {}, none: ~}\nb: |\n  two\n  lines\nc:\n- - 1\n  - \"2\"\n- x: '# y'\n\"k: v\": 2026-01-01\n";
        let parse = |text: &str| yaml::parse(&"a.yaml".into(), text, &mut Vec::new()).expect("it is YAML");
        let tree = parse(text);
        let printed = print(&tree);
        assert!(same(&tree, &parse(&printed)), "{printed}");
    }
}
