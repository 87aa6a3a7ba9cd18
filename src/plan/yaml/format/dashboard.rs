//! `dashboards/*.yaml`: pages made of blocks. A broken block costs only itself.

use super::{Item, Reader, block, scope, words_or};
use crate::plan::yaml::File;
use crate::plan::yaml::shape::{Kind, Known, Shape, later, optional};
use crate::plan::yaml::tree::Node;
use crate::plan::{BlockSpec, Dashboard, Id};

/// `dashboards/*.yaml`.
pub static FILE: Shape = Shape {
    name: "a dashboard",
    about: "A page made of blocks.",
    fields: &[
        optional("title", Kind::Words, "Title; `{name}` stands for the member of `for_each`."),
        optional("for_each", Kind::Ref(Known::Level), "One page per member of this level."),
        optional("scope", Kind::Scope, "Scope of all blocks that name none."),
        optional("blocks", Kind::Entries(block::SHAPES), "What is on it, in order."),
        later("deck", "A review deck: week, month or quarter."),
        later("number_from", "Number of the first block of a deck."),
        later("order", "Its place in the navigation."),
        later("align", "How last year is laid beside this one."),
    ],
};

/// A dashboard with its blocks, each an entry of its own.
pub struct Drafted {
    /// The page; `blocks` is filled when all names are known.
    pub page: Dashboard,
    /// Its blocks.
    pub blocks: Vec<Item<BlockSpec>>,
}

/// Reads a dashboard; `id` is the name of its file.
pub fn read(reader: &mut Reader, file: &File, id: &Id) -> Drafted {
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
        blocks: Vec::new(),
        place: crate::diag::Place::at(&file.path, 1, 1, 1),
    };
    Drafted { page, blocks }
}
