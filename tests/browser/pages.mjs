// Opens every page of a built site from file:// on a phone's screen and fails on a dialog, a console error, a policy violation,
// a request to anywhere else, a page wider than the screen, and what a reader with a screen reader or a keyboard would miss.
// Usage: node pages.mjs SITE
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { htmlFiles, share, start } from './kit.mjs';
import { contrastOf, judgePage } from './judge.mjs';

const site = resolve(process.argv[2]);
const began = Date.now();
const wrong = [];
const broken = new Set();
const name = (path) => path.slice(site.length + 1);
const complain = (path, what) => { wrong.push(`${name(path)}: ${what}`); broken.add(path); };

// A tab that says what goes wrong on the page it is at. It serves for many pages.
async function tab(context) {
  const page = await context.newPage();
  page.at = '';
  page.on('dialog', (dialog) => { complain(page.at, `dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('pageerror', (error) => complain(page.at, `script error: ${error.message}`));
  page.on('console', (message) => { if (message.type() === 'error') complain(page.at, `console: ${message.text()}`); });
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url())) complain(page.at, `request to ${request.url()}`);
  });
  return page;
}

async function open(page, path) {
  page.at = path;
  await page.goto(pathToFileURL(path).href, { waitUntil: 'load' });
}

const browser = await start();
// The page at the root leads on at once; its target is judged like every other page.
const all = htmlFiles(site).filter((path) => !/http-equiv="refresh"/i.test(readFileSync(path, 'utf8')));
if (all.length < 10) wrong.push(`only ${all.length} pages in ${site}`);

// One page of each kind in each language stands for its kind where looking is slow.
const kinds = new Map();
for (const path of all) {
  const [language, top = '', ...rest] = name(path).split('/');
  const key = `${language}/${top}/${top === 'dashboards' ? rest[0] : rest.length > 1}`;
  if (!kinds.has(key)) kinds.set(key, path);
}
const samples = [...kinds.values()];

const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 1 });
await share(all, 2, () => tab(phone), async (page, path) => {
  await open(page, path);
  for (const what of await page.evaluate(judgePage)) complain(path, what);
});

// Colours: every text of the samples against what lies behind it, in both schemes.
for (const colorScheme of ['light', 'dark']) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 900 }, colorScheme });
  await share(samples, 2, () => tab(context), async (page, path) => {
    await open(page, path);
    for (const what of await page.evaluate(contrastOf)) complain(path, `${colorScheme}: ${what}`);
  });
  await context.close();
}

// On paper nothing may stick out: A4 between its margins is 688 px wide.
const paper = await browser.newContext({ viewport: { width: 688, height: 970 } });
await share(samples, 2, () => tab(paper), async (page, path) => {
  await page.emulateMedia({ media: 'print' });
  await open(page, path);
  const wide = await page.evaluate(() => [...document.querySelectorAll('main *')]
    .filter((e) => !e.closest('.broad, .review, .sr, details:not([open])') && e.getBoundingClientRect().right > window.innerWidth + 2).map((e) => `${e.tagName}.${e.className}`));
  if (wide.length) complain(path, `on paper ${wide.length} parts stick out, first ${wide[0]}`);
});

// A deck lies on broad paper: A4 landscape between its margins is 1016 by 688 px. No chart is split, nothing is clipped, heads
// of tables come again, and the printed pages are broad.
const broad = await browser.newContext({ viewport: { width: 1016, height: 688 } });
const decks = all.filter((path) => readFileSync(path, 'utf8').includes('<body class="kind-deck">'));
await share(decks, 2, () => tab(broad), async (page, path) => {
  await page.emulateMedia({ media: 'print' });
  await open(page, path);
  for (const what of await page.evaluate(() => {
    const wrong = [];
    const name = (e) => e.id || e.tagName;
    for (const e of document.querySelectorAll('.review')) {
      const kept = e.getBoundingClientRect();
      const parts = [...e.querySelectorAll('.draw, table.box')].map((one) => one.getBoundingClientRect().bottom);
      const height = Math.max(kept.top, ...parts) - kept.top;
      if (height > 688) wrong.push(`${name(e)} is ${Math.round(height)}px high and would be split`);
      if (getComputedStyle(e).breakInside !== 'avoid') wrong.push(`${name(e)} may be split`);
    }
    const out = [...document.querySelectorAll('main *')].filter((e) => !e.closest('.sr, details:not([open])') && e.getBoundingClientRect().right > window.innerWidth + 2);
    if (out.length) wrong.push(`${out.length} parts stick out of broad paper, first ${name(out[0])}`);
    for (const e of document.querySelectorAll('.periods thead')) if (getComputedStyle(e).display !== 'table-header-group') wrong.push(`the head of ${name(e)} is not repeated`);
    return wrong;
  })) complain(path, what);
  const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
  const boxes = [...pdf.matchAll(/\/MediaBox ?\[([\d. ]+)\]/g)].map(([, box]) => box.trim().split(/\s+/).map(Number));
  if (!boxes.length || boxes.some(([, , width, height]) => width <= height)) complain(path, 'is not printed on broad paper');
});
await broad.close();

// Without scripts a page says the same, and offers no button that would do nothing.
const plain = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1366, height: 900 } });
await share(samples, 2, () => tab(plain), async (page, path) => {
  await open(page, path);
  if ((await page.locator('main').innerText()).length < 40) complain(path, 'says nothing without scripts');
  if (await page.locator('button:visible, input:visible').count()) complain(path, 'shows a control that is dead without scripts');
});

// Interactive charts appear only when asked for, from the keyboard, and go away again.
const laptop = await browser.newContext({ viewport: { width: 1366, height: 900 } });
const keys = await tab(laptop);
const charted = samples.filter((path) => /\/en\/(metrics|dashboards|compare)\//.test(`/${name(path)}`) && readFileSync(path, 'utf8').includes('data-chart-open'));
if (!charted.length) wrong.push('no sample page has a chart to open');
for (const path of charted) {
  await open(keys, path);
  if (await keys.locator('canvas').count()) complain(path, 'a chart is interactive before anyone asked');
  const button = keys.locator('[data-chart-open]:visible').first();
  if (!(await button.count())) { complain(path, 'no way to open a chart'); continue; }
  await button.focus();
  if (await button.evaluate((e) => getComputedStyle(e).outlineStyle === 'none')) complain(path, 'no outline round the focused button');
  await keys.keyboard.press('Enter');
  await keys.waitForSelector('canvas', { timeout: 8000 }).catch(() => complain(path, 'the interactive chart does not appear'));
  await keys.keyboard.press('Enter');
  if (await keys.locator('canvas').count()) complain(path, 'the interactive chart does not go away');
}

await browser.close();
// One kind of fault is often on many pages: each is told three times and counted.
const faults = new Map();
for (const line of wrong) {
  const kind = line.replace(/^[^ ]*: /, '').replace(/[\d.]+/g, '#').replace(/ [mst]-\S+/, ' …').slice(0, 60);
  faults.set(kind, [...(faults.get(kind) ?? []), line]);
}
for (const lines of faults.values()) {
  for (const line of lines.slice(0, 3)) console.log(`wrong: ${line}`);
  if (lines.length > 3) console.log(`       and ${lines.length - 3} more like it`);
}
console.log(`${all.length} pages in ${Math.round((Date.now() - began) / 1000)} s, ${samples.length} looked at closely: ${all.length - broken.size} passed, ${broken.size} failed`);
process.exit(wrong.length ? 1 : 0);
