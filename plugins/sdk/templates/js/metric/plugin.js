// How much hangs on a few: the sum of the largest values of a group, and how unequal the values are.
// `largest` answers in exact decimals, `index` in floats: 1 where one value is all, towards 0 where all are alike.
import { badData, decimalColumn, decimalField, decimals, floatColumn, groups, guard, integerParam, invalidParam, unsupported } from './kpress.js';

const METRICS = {
  largest: {
    title: 'Sum of the largest values',
    unit: 'JPY',
    schema: '{"type":"object","properties":{"top":{"type":"integer","minimum":1,"maximum":1000}},"additionalProperties":false}',
    begin(ctx, count) {
      const top = integerParam(ctx, 'top', 3);
      if (top < 1) throw invalidParam('top', 'must be at least 1');
      return { top, kept: Array.from({ length: count }, () => []) };
    },
    take(state, group, value) {
      // The largest values, the smallest of them first.
      const kept = state.kept[group];
      let at = kept.length;
      while (at > 0 && kept[at - 1] >= value) at--;
      kept.splice(at, 0, value);
      if (kept.length > state.top) kept.shift();
    },
    finish(state, scale) {
      const sums = state.kept.map((kept) => {
        // Nothing was recorded: no value, which is not zero.
        if (kept.length === 0) return null;
        const sum = kept.reduce((all, value) => all + value, 0n);
        if (BigInt.asIntN(64, sum) !== sum) throw badData('the sum is too large');
        return sum;
      });
      return decimalColumn('value', scale, sums);
    },
  },
  // The sum of the squared shares of each group (Herfindahl and Hirschman).
  index: {
    title: 'Concentration index',
    unit: 'ratio',
    schema: '{}',
    begin: (ctx, count) => ({ sums: new Float64Array(count), squares: new Float64Array(count) }),
    take(state, group, unscaled) {
      const value = Number(unscaled) / 100;
      state.sums[group] += value;
      state.squares[group] += value * value;
    },
    finish(state) {
      const index = (sum, group) => (sum === 0 ? null : state.squares[group] / (sum * sum));
      return floatColumn('value', Array.from(state.sums, index));
    },
  },
};
const SCALE = 2;

// One instance evaluates one metric; what it knows so far stays here.
let running;

export const metric = guard({
  describe: () =>
    Object.entries(METRICS).map(([id, own]) => ({
      id,
      title: own.title,
      unit: own.unit,
      inputs: [decimalField('value', SCALE, true)],
      paramsSchema: own.schema,
      mergeable: false,
    })),
  begin(id, ctx, count) {
    const own = METRICS[id];
    if (!own) throw unsupported(`there is no metric \`${id}\` here`);
    running = { own, state: own.begin(ctx, count) };
  },
  update(batch, groupIds) {
    const { values, present } = decimals(batch, 'value');
    const ids = groups(groupIds);
    const { own, state } = running;
    for (let row = 0; row < batch.rows; row++) {
      if (present(row)) own.take(state, ids[row], values[row]);
    }
  },
  exportState() { throw unsupported('this metric cannot be split'); },
  mergeState() { throw unsupported('this metric cannot be split'); },
  finish: () => running.own.finish(running.state, SCALE),
});
