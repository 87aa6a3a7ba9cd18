//! Findings as one SARIF 2.1.0 document, for hosts that show them beside the code. The same findings, the same bytes.

use super::{Finding, Level, Rule, printable};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The form, as it names itself.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// A document of all findings, ended by a line feed.
pub(super) fn sarif(found: &[Finding]) -> String {
    let rules: BTreeMap<&str, &Rule> = found.iter().map(|one| (one.rule.name, one.rule)).collect();
    let place = |name: &str| rules.keys().position(|known| *known == name);
    let results: Vec<Value> = found.iter().map(|one| result(one, place(one.rule.name))).collect();
    let whole = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "kpress",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.values().map(|one| rule(one)).collect::<Vec<_>>(),
            }},
            // Places count characters, not UTF-16 units.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{whole:#}\n")
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.name,
        "shortDescription": {"text": rule.about},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.example},
        "defaultConfiguration": {"level": level(rule.level)},
    })
}

fn result(finding: &Finding, rule: Option<usize>) -> Value {
    let hint = finding.hint.as_ref().map(|hint| format!("\n{hint}")).unwrap_or_default();
    let mut result = json!({
        "ruleId": finding.rule.name,
        "ruleIndex": rule,
        "level": level(finding.level),
        "message": {"text": format!("{}{hint}", printable(&finding.message))},
    });
    // A finding about no file belongs to the workspace: hosts want a place, and its head is the nearest one.
    let file = if finding.place.file.is_empty() { "kpress.yaml" } else { &*finding.place.file };
    let mut physical = json!({"artifactLocation": {"uri": address(file)}});
    if finding.place.line > 0 {
        let mut region = json!({"startLine": finding.place.line});
        if finding.place.column > 0 {
            region["startColumn"] = finding.place.column.into();
            region["endColumn"] = (finding.place.column + finding.place.width.max(1)).into();
        }
        physical["region"] = region;
    }
    result["locations"] = json!([{"physicalLocation": physical}]);
    result
}

/// A path as a relative reference (RFC 3986): what is no plain letter is escaped.
fn address(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let one = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Family, Place};

    static TWICE: Rule = Rule {
        name: "duplicate-key",
        level: Level::Error,
        family: Family::Config,
        about: "a key that stands twice",
        why: "one of the two would silently win",
        example: "unit: JPY",
    };

    #[test]
    fn a_document_names_rules_and_places() {
        let place = Place::at(&"metrics/売上.yaml".into(), 3, 5, 4);
        let found = [
            Finding::new(&TWICE, place, "`unit` stands twice").hint("remove one"),
            Finding::new(&TWICE, Place::default(), "again"),
        ];
        let text = sarif(&found);
        let told: Value = serde_json::from_str(&text).expect("JSON");
        let run = &told["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "duplicate-key");
        let first = &run["results"][0];
        assert_eq!(first["message"]["text"], "`unit` stands twice\nremove one");
        let physical = &first["locations"][0]["physicalLocation"];
        assert_eq!(physical["artifactLocation"]["uri"], "metrics/%E5%A3%B2%E4%B8%8A.yaml");
        assert_eq!(physical["region"], json!({"startLine": 3, "startColumn": 5, "endColumn": 9}));
        let second = &run["results"][1]["locations"][0]["physicalLocation"];
        assert_eq!(second["artifactLocation"]["uri"], "kpress.yaml");
        assert!(second.get("region").is_none());
        assert_eq!(text, sarif(&found));
    }
}
