//! The search index of a language: a classic script that a page loads when the reader first types, so that it works
//! from a folder too. It holds titles and words of pages, never figures.

use super::json::for_html;
use super::strings::Strings;
use crate::report::{Block, Page, Report};
use crate::unit::Lang;
use serde_json::{Value, json};
use std::sync::Arc;

/// Words of a page that are kept beside its title, at most; more would make the index larger than the pages.
const WORDS: usize = 240;

/// `kpressSearch([[title, path, words], …])`; paths are those below the language.
pub(super) fn index(report: &Report, lang: Lang, strings: &Strings) -> String {
    let entry = |page: &Arc<Page>| json!([strings.say(&page.title), page.path, words(page, lang, strings)]);
    let entries: Vec<Value> = report.pages.iter().map(entry).collect();
    format!("kpressSearch({});\n", for_html(&Value::Array(entries)))
}

fn words(page: &Page, lang: Lang, strings: &Strings) -> String {
    let mut all: Vec<String> = page.crumbs.iter().map(|(_, text)| strings.say(text)).collect();
    for block in &page.blocks {
        match block {
            Block::Heading(text) => all.push(strings.say(text)),
            Block::Cards(cards) => all.extend(cards.iter().map(|card| strings.say(&card.title))),
            Block::Chart(chart) => all.push(strings.say(&chart.title)),
            Block::Prose(prose) => all.extend(prose.markdown.get(&lang).cloned()),
            Block::Callout { title, body, .. } => {
                all.push(strings.say(title));
                all.extend(body.markdown.get(&lang).cloned());
            }
            _ => {}
        }
    }
    let joined = all.join(" ");
    let readable = joined.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' });
    readable
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(WORDS)
        .collect()
}
