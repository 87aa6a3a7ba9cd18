//! Text on a page: Markdown whose shortcodes were resolved to parts.

use super::{Cell, ChartSpec};
use crate::diag::Place;
use crate::unit::Lang;
use std::collections::BTreeMap;

/// Markdown, with figures and charts put in at its shortcodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prose {
    /// Markdown by language; `\u{e000}N\u{e001}` stands for part N.
    pub markdown: BTreeMap<Lang, String>,
    /// Words for the languages that have no text of their own.
    pub fallback: Option<String>,
    /// Where the first line of each language's text stands: findings about links and raw HTML point there.
    pub places: BTreeMap<Lang, Place>,
    /// What the shortcodes became.
    pub parts: Vec<Part>,
    /// Before the anchors of its headings, where a page holds several texts.
    pub anchors: String,
}

/// What a shortcode became.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A figure in the running text.
    Figure(Cell),
    /// A chart between paragraphs.
    Chart(Box<ChartSpec>),
    /// A shortcode that could not be resolved; shown literally.
    Literal(String),
}
