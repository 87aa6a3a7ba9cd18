// Exchange rates, page by page: `GET /v1/rates?page=0` answers `{"rates": [{"day", "currency", "rate"}], "more": true}`.
// Change the origin, the path and `rows.js` to what your server says.
import { fetch } from 'kpress:plugin/http@0.1.0';
import { badData, dateColumn, dateField, decimalColumn, decimalField, decode, encode, failed, guard, retryLater, textColumn, textField } from './kpress.js';
import { SCALE, rowsOf } from './rows.js';

function ask(page, since, until) {
  const query = [['page', String(page)], ['until', String(until)]];
  if (since !== undefined) query.push(['since', String(since)]);
  let answer;
  try {
    answer = fetch({
      grant: 'api',
      method: 'get',
      target: { tag: 'path', val: '/v1/rates' },
      query,
      // The host fills the secret in as the request leaves; a plugin never sees it.
      headers: [{ name: 'authorization', value: { tag: 'secret', val: 'token' } }],
      body: { tag: 'empty' },
      captures: [],
      timeoutMs: 30000,
      maxBytes: 1 << 24,
      store: undefined,
    });
  } catch (error) {
    const why = error.payload ?? error;
    throw failed(`the request failed: ${why.tag} ${why.val ?? ''}`.trim());
  }
  if (answer.status === 429) {
    const wait = answer.headers.find(([name]) => name.toLowerCase() === 'retry-after');
    throw retryLater(wait ? Number.parseInt(wait[1], 10) || 60 : 60);
  }
  if (answer.status !== 200) throw failed(`the server answered ${answer.status}`);
  return decode(answer.body);
}

export const source = guard({
  describe: () => [{
    id: 'rates',
    title: 'Exchange rates',
    tables: [{ name: 'rates', fields: [dateField('day'), textField('currency'), decimalField('rate', SCALE)], primaryKey: ['day', 'currency'] }],
    paramsSchema: '{}',
    hosts: [{ grant: 'api', origin: 'https://api.example.com', methods: ['GET'], paths: ['/v1/rates'], reason: 'the rates of each day' }],
    secrets: [{ name: 'token', usedOn: ['api'], captured: false, reason: 'the server wants to know who asks' }],
    folders: [],
  }],
  nextPage(id, ctx, since, until, cursor) {
    // All that is known between two pages is the cursor: here the number of the page.
    const page = cursor === undefined ? 0 : Number.parseInt(decode(cursor), 10);
    let found;
    try {
      found = rowsOf(ask(page, since, until));
    } catch (error) {
      if (error instanceof Error) throw badData(error.message);
      throw error;
    }
    const { rows, more } = found;
    const columns = [
      dateColumn('day', rows.map((row) => row.day)),
      textColumn('currency', rows.map((row) => row.currency)),
      decimalColumn('rate', SCALE, rows.map((row) => row.rate)),
    ];
    return {
      batches: [{ table: 'rates', data: { rows: rows.length, columns } }],
      cursor: more ? encode(String(page + 1)) : undefined,
      done: !more,
      rowsDropped: 0n,
    };
  },
});
