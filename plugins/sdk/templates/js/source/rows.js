// Reads the answers of the server; apart from the plugin, so that `node --test` can run it.

// Digits behind the point of a rate.
export const SCALE = 6;

// `148.35` as 148350000n: exactly, or not at all.
export function decimalOf(text, scale) {
  const parts = /^(-?\d+)(?:\.(\d+))?$/.exec(text);
  if (!parts) return null;
  const digits = (parts[2] ?? '').replace(/0+$/, '');
  if (digits.length > scale) return null;
  return BigInt(parts[1] + digits.padEnd(scale, '0'));
}

// The rows of an answer, and whether there are more.
export function rowsOf(text) {
  const answer = JSON.parse(text);
  if (!Array.isArray(answer.rates)) throw new Error('the answer has no `rates`');
  const rows = answer.rates.map(({ day, currency, rate }) => {
    const value = decimalOf(String(rate), SCALE);
    if (!Number.isInteger(day) || typeof currency !== 'string' || value === null) {
      throw new Error('a rate lacks its day, currency or value');
    }
    return { day, currency, rate: value };
  });
  return { rows, more: answer.more === true };
}
