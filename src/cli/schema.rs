//! `kpress schema`: the JSON Schema of all files of a workspace, for editors.

use super::Trouble;
use super::terminal::Terminal;

/// Prints the schema.
pub(crate) fn run(terminal: &Terminal) -> Result<u8, Trouble> {
    let schema = crate::plan::yaml::schema::schema();
    let text = serde_json::to_string_pretty(&schema).expect("a JSON value can be printed");
    super::send(terminal, format!("{text}\n").as_bytes())
}
