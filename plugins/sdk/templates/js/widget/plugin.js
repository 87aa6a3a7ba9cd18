// The largest rows as a table, with a sentence about what hangs on them.
import { decimalField, decimals, guard, integerParam, missingInput, textField, texts, unsupported } from './kpress.js';

const SCHEMA = '{"type":"object","properties":{"top":{"type":"integer","minimum":1,"maximum":100}},"additionalProperties":false}';

// -5n as `-0.05`.
function written(unscaled) {
  const size = unscaled < 0n ? -unscaled : unscaled;
  return `${unscaled < 0n ? '-' : ''}${size / 100n}.${String(size % 100n).padStart(2, '0')}`;
}

export const widget = guard({
  describe: () => [{
    id: 'largest',
    title: 'The largest',
    inputs: [{ name: 'rows', fields: [textField('name'), decimalField('value', 2, true)], maxRows: 20000 }],
    paramsSchema: SCHEMA,
    minHeightPx: 120,
  }],
  render(id, ctx, data) {
    if (id !== 'largest') throw unsupported(`there is no widget \`${id}\` here`);
    const top = integerParam(ctx, 'top', 3);
    const [rows] = data;
    if (!rows) throw missingInput('rows');
    const { values, present } = decimals(rows, 'value');
    const pairs = texts(rows, 'name')
      .map((name, row) => ({ name, value: present(row) ? values[row] : null }))
      .filter(({ name, value }) => name !== null && value !== null);
    pairs.sort((a, b) => (a.value !== b.value ? (a.value < b.value ? 1 : -1) : a.name < b.name ? -1 : 1));
    const sum = (list) => list.reduce((all, { value }) => all + value, 0n);
    const [all, shown] = [sum(pairs), pairs.slice(0, top)];
    const blocks = [{
      tag: 'table',
      val: {
        columns: [{ header: 'Name', align: 'left', format: undefined }, { header: 'Value', align: 'right', format: undefined }],
        rows: shown.map(({ name, value }) => [name, written(value)]),
        caption: undefined,
      },
    }];
    if (all > 0n) {
      const markdown = `The first ${shown.length} make up ${(sum(shown) * 100n) / all} % of all.`;
      blocks.push({ tag: 'callout', val: { tone: 'neutral', title: 'Concentration', markdown } });
    }
    return blocks;
  },
});
