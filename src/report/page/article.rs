//! Articles: Markdown of the workspace and of the handbooks of packs, with figures where shortcodes stand.

use super::{PageKind, page, titled};
use crate::diag::Finding;
use crate::plan::{Article, Scope, handbook};
use crate::report::context::{Context, metric_path};
use crate::report::shortcode::of_texts;
use crate::report::{Block, Page, Text};

pub(super) struct Articles;

impl PageKind for Articles {
    fn name(&self) -> &'static str {
        "article"
    }

    fn tops(&self) -> &'static [&'static str] {
        &[]
    }

    fn pages(&self, context: &Context<'_>, found: &mut Vec<Finding>) -> Vec<Page> {
        let each = context.plan.articles.values().take_while(|_| !(context.stopped)());
        each.map(|article| of(context, article, found)).collect()
    }

    fn page(&self, context: &Context<'_>, path: &str, found: &mut Vec<Finding>) -> Option<Page> {
        Some(of(context, context.plan.articles.get(path)?, found))
    }
}

fn of(context: &Context<'_>, article: &Article, found: &mut Vec<Finding>) -> Page {
    let title = titled(&article.title, &article.id);
    let mut made = page(article.id.to_string(), Articles.name(), title, &above(context, article));
    let texts = article.body.iter().map(|(lang, (text, place))| (*lang, (&**text, place))).collect();
    made.blocks.push(Block::Prose(of_texts(context, &texts, &Scope::company(), found)));
    made.blocks.extend(figures(context, article));
    made
}

/// Home, and for a page of a handbook the page that opens it.
fn above(context: &Context<'_>, article: &Article) -> Vec<(&'static str, Text)> {
    let mut above = vec![("", Text::key("nav-home"))];
    let entry = context.plan.articles.get(handbook::ENTRY);
    if let Some(entry) =
        entry.filter(|entry| article.id.starts_with(handbook::PLACE) && entry.id != article.id)
    {
        above.push((handbook::ENTRY, titled(&entry.title, &entry.id)));
    }
    above
}

/// From what a metric means to what it is, where the workspace measures it.
fn figures(context: &Context<'_>, article: &Article) -> Option<Block> {
    let metric = context.plan.metrics.get(article.id.strip_prefix(handbook::PLACE)?)?;
    let about = Some(Text::key("handbook-figures"));
    Some(Block::Links(vec![(metric_path(&metric.id), context.metric_name(&metric.id), about)]))
}

/// The way from a metric to what the handbook says about it.
pub(super) fn about(context: &Context<'_>, metric: &str) -> Option<Block> {
    let article = context.plan.articles.get(format!("{}{metric}", handbook::PLACE).as_str())?;
    let title = titled(&article.title, &article.id);
    Some(Block::Links(vec![(article.id.to_string(), title, Some(Text::key("handbook-about")))]))
}
