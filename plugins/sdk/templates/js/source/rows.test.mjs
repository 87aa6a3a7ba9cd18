import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decimalOf, rowsOf } from './rows.js';

test('an answer becomes rows', () => {
  const { rows, more } = rowsOf('{"rates": [{"day": 20000, "currency": "USD", "rate": "148.35"}], "more": true}');
  assert.deepEqual(rows, [{ day: 20000, currency: 'USD', rate: 148350000n }]);
  assert.equal(more, true);
  assert.throws(() => rowsOf('{"rates": [{"day": 20000}]}'), /lacks its day, currency or value/);
  assert.equal(decimalOf('0.1234567', 6), null);
  assert.equal(decimalOf('-0.5', 6), -500000n);
});
