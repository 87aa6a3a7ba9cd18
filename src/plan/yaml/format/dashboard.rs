//! `dashboards/*.yaml`: pages made of blocks. A broken block costs only itself.

use super::{Item, Reader, block, deck, scope, words_or};
use crate::plan::yaml::File;
use crate::plan::yaml::shape::{self, Kind, Known, Shape, optional};
use crate::plan::yaml::tree::Node;
use crate::plan::{BlockSpec, Dashboard, Id, Partial};
use crate::time::Align;

/// `dashboards/*.yaml`.
pub static FILE: Shape = Shape {
    name: "a dashboard",
    about: "A page made of blocks.",
    fields: &[
        optional("title", Kind::Words, "Title; `{name}` stands for the member of `for_each`."),
        optional("for_each", Kind::Ref(Known::Level), "One page per member of this level."),
        optional("scope", Kind::Scope, "Scope of all blocks that name none."),
        optional("blocks", Kind::Entries(block::SHAPES), "What is on it, in order."),
        optional(
            "deck",
            Kind::Enum(&["week", "month", "quarter"]),
            "A review deck: its windows end with the last whole week, month or quarter. Absent: with the as-of date.",
        ),
        optional("number_from", Kind::Of(&shape::COUNT), "Number of the first block of a deck; 1 if absent."),
        optional("months", deck::MONTHS, "Which twelve months its charts and tables show."),
        optional("align", deck::ALIGN, "How last year is laid beside this one; as the site if absent."),
        optional(
            "compare_partial",
            deck::PARTIAL,
            "What a comparison does where days are missing on one side; as the site if absent.",
        ),
        optional(
            "order",
            Kind::Of(&shape::COUNT),
            "Its place in the navigation, the least first; those without one follow by name.",
        ),
    ],
};

/// A dashboard with its blocks, each an entry of its own.
pub struct Drafted {
    /// The page; `blocks` is filled when all names are known.
    pub page: Dashboard,
    /// Its blocks.
    pub blocks: Vec<Item<BlockSpec>>,
}

/// Reads a dashboard; `id` is the name of its file, `site` how the site compares.
pub fn read(reader: &mut Reader, file: &File, id: &Id, site: (Align, Partial)) -> Drafted {
    reader.file(file, &FILE);
    let root = &file.root;
    let mut blocks = Vec::new();
    for node in root.get("blocks").map(Node::items).unwrap_or_default() {
        if let Some(shape) = block::shape_of(reader, node) {
            blocks.extend(reader.item(file, node, shape, block::read));
        }
    }
    let page = Dashboard {
        id: id.clone(),
        title: words_or(root.get("title"), id),
        for_each: root.text_of("for_each").cloned(),
        scope: scope(root.get("scope")).unwrap_or_default(),
        review: deck::review(root, site),
        order: super::whole(root.get("order")),
        blocks: Vec::new(),
        place: crate::diag::Place::at(&file.path, 1, 1, 1),
    };
    Drafted { page, blocks }
}
