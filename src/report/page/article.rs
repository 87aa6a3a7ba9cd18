//! Articles: Markdown of the workspace, with figures where shortcodes stand.

use super::{PageKind, page, titled};
use crate::diag::Finding;
use crate::plan::Scope;
use crate::report::context::Context;
use crate::report::shortcode::of_texts;
use crate::report::{Block, Page, Text};

pub(super) struct Articles;

impl PageKind for Articles {
    fn name(&self) -> &'static str {
        "article"
    }

    fn pages(&self, context: &Context<'_>, found: &mut Vec<Finding>) -> Vec<Page> {
        let mut pages = Vec::new();
        for article in context.plan.articles.values() {
            let title = titled(&article.title, &article.id);
            let mut made = page(article.id.to_string(), self.name(), title, &[("", Text::key("nav-home"))]);
            let texts = article.body.iter().map(|(lang, (text, place))| (*lang, (&**text, place))).collect();
            made.blocks.push(Block::Prose(of_texts(context, &texts, &Scope::company(), found)));
            pages.push(made);
        }
        pages
    }
}
