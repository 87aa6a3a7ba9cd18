//! Every target needs somebody who answers for it: a rule as `kpress plugin new` starts one, which the tests of the host run.

use kpress_plugin::rule::{Finding, Node, RuleInfo, Rules, Severity, attr, info};
use kpress_plugin::{Context, Error};

struct Own;

/// Users write `PLUGIN/needs-owner` below `rules:`.
const NAME: &str = "needs-owner";

impl Rules for Own {
    fn rules() -> Vec<RuleInfo> {
        let help = "A target that nobody owns is nobody's work. Write `owner:` beside it.";
        vec![info(NAME, "a target without an owner", Severity::Warning, help)]
    }

    fn check(_: &Context, nodes: &[Node]) -> Result<Vec<Finding>, Error> {
        let alone = nodes.iter().filter(|node| node.kind == "target" && attr(node, "owner").is_none());
        Ok(alone.map(found).collect())
    }
}

fn found(node: &Node) -> Finding {
    let message = format!("the target `{}` has no owner", node.name);
    Finding::new(NAME, Severity::Warning, node, &message).hint("write `owner: NAME` beside it")
}

kpress_plugin::export_rules!(Own);

#[cfg(test)]
mod tests {
    use super::*;

    fn node(id: u32, owner: Option<&str>) -> Node {
        let attrs = owner.map(|owner| ("owner".to_owned(), owner.to_owned())).into_iter().collect();
        let (kind, name) = ("target".to_owned(), format!("t{id}"));
        Node { id, parent: None, kind, name, text: None, attrs, refs: Vec::new() }
    }

    #[test]
    fn a_target_without_an_owner_is_found() {
        let nodes = [node(1, Some("li.na")), node(2, None)];
        let alone: Vec<u32> =
            nodes.iter().filter(|node| attr(node, "owner").is_none()).map(|node| found(node).into_inner().node).collect();
        assert_eq!(alone, [2]);
    }
}
