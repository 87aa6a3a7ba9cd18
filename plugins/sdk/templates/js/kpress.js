// Columns, errors and a guard for kpress plugins in JavaScript. Copied into a plugin by `kpress plugin new`; it needs no package.
// `console` goes to the log of the run; there is no clock and no random source: use the as-of date and the seed of the run.
import { log } from 'kpress:plugin/log@0.1.0';

const text = (values) => values.map((value) => (typeof value === 'string' ? value : String(value))).join(' ');
globalThis.console = {
  log: (...values) => log('info', text(values)),
  info: (...values) => log('info', text(values)),
  warn: (...values) => log('warning', text(values)),
  error: (...values) => log('error', text(values)),
};

// What a plugin throws to say why there is no result. Anything else that is thrown becomes `failed`.
export const invalidParam = (name, message) => ({ tag: 'invalid-params', val: [{ name, message }] });
export const missingInput = (name) => ({ tag: 'missing-input', val: name });
export const badData = (message) => ({ tag: 'bad-data', val: message });
export const unsupported = (message) => ({ tag: 'unsupported', val: message });
export const retryLater = (seconds) => ({ tag: 'retry-later', val: seconds });
export const failed = (message) => ({ tag: 'failed', val: message });

const TAGS = ['invalid-params', 'missing-input', 'bad-data', 'unsupported', 'capability-denied', 'retry-later', 'failed'];

// Wraps every function of an export: an error that nobody catches would end the run without a word.
export function guard(exports) {
  const wrapped = {};
  for (const [name, work] of Object.entries(exports)) {
    wrapped[name] = (...args) => {
      try {
        return work(...args);
      } catch (error) {
        if (error && TAGS.includes(error.tag)) throw error;
        const told = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        if (name === 'describe') { log('error', told); throw new Error(told); }
        throw failed(told);
      }
    };
  }
  return wrapped;
}

// The text of a parameter: a string as it is, anything else as JSON; `undefined` where it was not given.
export const param = (ctx, name) => ctx.params.find((own) => own.name === name)?.value;

// A whole number of the `config:`, or `otherwise`.
export function integerParam(ctx, name, otherwise) {
  const given = param(ctx, name);
  if (given === undefined) return otherwise;
  if (!/^-?\d+$/.test(given)) throw invalidParam(name, `\`${given}\` is not a whole number`);
  return Number(given);
}

const column = (batch, name) => {
  const found = batch.columns.find((own) => own.name === name);
  if (!found) throw missingInput(name);
  return found;
};

// A view of another type needs bytes that begin at a multiple of its width, and the host's may not.
const view = (Type, bytes) =>
  bytes.byteOffset % Type.BYTES_PER_ELEMENT === 0
    ? new Type(bytes.buffer, bytes.byteOffset, bytes.byteLength / Type.BYTES_PER_ELEMENT)
    : new Type(bytes.slice().buffer);

const present = (validity) =>
  validity.length === 0 ? () => true : (row) => ((validity[row >> 3] >> (row & 7)) & 1) === 1;

const typed = (batch, name, tag, Type) => {
  const found = column(batch, name);
  if (found.ty.tag !== tag) throw badData(`column \`${name}\` is ${found.ty.tag}, not ${tag}`);
  return { values: view(Type, found.values), present: present(found.validity), scale: found.ty.val };
};

// Columns in: `values` as they lie in memory, and `present(row)`, which is false where there is a null.
export const floats = (batch, name) => typed(batch, name, 'float64', Float64Array);
export const ints = (batch, name) => typed(batch, name, 'int64', BigInt64Array);
export const dates = (batch, name) => typed(batch, name, 'date32', Int32Array);
// Exact decimals, as BigInt in units of 10^-scale.
export const decimals = (batch, name) => typed(batch, name, 'decimal64', BigInt64Array);
export const groups = (bytes) => view(Uint32Array, bytes);

// Texts, plain or through a dictionary: an array of strings, null where there is none.
export function texts(batch, name) {
  const found = column(batch, name);
  const coded = found.ty.tag === 'dict-utf8';
  if (!coded && found.ty.tag !== 'utf8') throw badData(`column \`${name}\` is ${found.ty.tag}, not a text`);
  const offsets = view(Uint32Array, coded ? found.dict.offsets : found.offsets);
  const bytes = coded ? found.dict.bytes : found.values;
  const cut = (at) => utf8(bytes.subarray(offsets[at], offsets[at + 1]));
  const here = present(found.validity);
  const codes = coded ? view(Uint32Array, found.values) : undefined;
  const all = [];
  for (let row = 0; row < batch.rows; row++) all.push(here(row) ? cut(coded ? codes[row] : row) : null);
  return all;
}

function utf8(bytes) {
  let out = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at];
    const more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    let code = more === 0 ? first : first & (0x3f >> more);
    for (let next = 1; next <= more; next++) code = (code << 6) | (bytes[at + next] & 0x3f);
    out += String.fromCodePoint(code);
    at += more + 1;
  }
  return out;
}

function out(name, ty, values, Type, empty) {
  const cells = new Type(values.length);
  const validity = new Uint8Array((values.length + 7) >> 3);
  let whole = true;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === null || value === undefined) { whole = false; cells[row] = empty; continue; }
    cells[row] = value;
    validity[row >> 3] |= 1 << (row & 7);
  }
  const bytes = new Uint8Array(cells.buffer);
  return { name, ty, values: bytes, offsets: new Uint8Array(0), dict: undefined, validity: whole ? new Uint8Array(0) : validity };
}

// Columns out, from values with `null` where there is nothing to say.
export const floatColumn = (name, values) => out(name, { tag: 'float64' }, values, Float64Array, 0);
export const intColumn = (name, values) => out(name, { tag: 'int64' }, values, BigInt64Array, 0n);
export const decimalColumn = (name, scale, values) => out(name, { tag: 'decimal64', val: scale }, values, BigInt64Array, 0n);

// Columns that a plugin asks for.
export const floatField = (name, nullable = false) => ({ name, ty: { tag: 'float64' }, nullable, unit: undefined });
export const decimalField = (name, scale, nullable = false) => ({ name, ty: { tag: 'decimal64', val: scale }, nullable, unit: undefined });
export const textField = (name, nullable = false) => ({ name, ty: { tag: 'dict-utf8' }, nullable, unit: undefined });
export const dateField = (name, nullable = false) => ({ name, ty: { tag: 'date32' }, nullable, unit: undefined });
export const dateColumn = (name, values) => out(name, { tag: 'date32' }, values, Int32Array, 0);

// Texts that repeat: each distinct one is written once.
export function textColumn(name, values) {
  const known = new Map();
  const offsets = [0];
  const bytes = [];
  const codes = values.map((value) => {
    const word = value ?? '';
    if (!known.has(word)) {
      known.set(word, known.size);
      for (const byte of encode(word)) bytes.push(byte);
      offsets.push(bytes.length);
    }
    return value === null || value === undefined ? null : known.get(word);
  });
  const column = out(name, { tag: 'dict-utf8' }, codes, Uint32Array, 0);
  column.dict = { offsets: new Uint8Array(Uint32Array.from(offsets).buffer), bytes: Uint8Array.from(bytes) };
  return column;
}

export function encode(word) {
  const bytes = [];
  for (const letter of word) {
    const code = letter.codePointAt(0);
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
  }
  return Uint8Array.from(bytes);
}
export { utf8 as decode };
