// Every target needs somebody who answers for it.
import { guard } from './kpress.js';

// Users write `PLUGIN/needs-owner` below `rules:`.
const NAME = 'needs-owner';

export const rule = guard({
  describe: () => [{
    name: NAME,
    title: 'a target without an owner',
    defaultSeverity: 'warning',
    helpMarkdown: "A target that nobody owns is nobody's work. Write `owner:` beside it.",
  }],
  check(ctx, nodes) {
    const alone = nodes.filter((node) => node.kind === 'target' && !node.attrs.some(([name]) => name === 'owner'));
    return alone.map((node) => ({
      rule: NAME,
      level: 'warning',
      node: node.id,
      message: `the target \`${node.name}\` has no owner`,
      hint: 'write `owner: NAME` beside it',
      related: new Uint32Array(0),
      fix: undefined,
    }));
  },
});
