"""Every target needs somebody who answers for it."""

import wit_world.exports
from wit_world.exports.rule import Finding, RuleInfo
from wit_world.imports.types import Severity

import kpress

# Users write `PLUGIN/needs-owner` below `rules:`.
NAME = "needs-owner"


class Rule(wit_world.exports.Rule):
    def describe(self):
        help = "A target that nobody owns is nobody's work. Write `owner:` beside it."
        return [RuleInfo(NAME, "a target without an owner", Severity.WARNING, help)]

    @kpress.guard
    def check(self, ctx, nodes):
        alone = [node for node in nodes if node.kind == "target" and all(name != "owner" for name, _ in node.attrs)]
        return [
            Finding(
                NAME,
                Severity.WARNING,
                node.id,
                f"the target `{node.name}` has no owner",
                "write `owner: NAME` beside it",
                [],
                None,
            )
            for node in alone
        ]
