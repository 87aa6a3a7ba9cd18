// Opens every page of a built site from file:// and fails on a dialog, a console error, a policy violation or a
// request to anywhere else. Then looks at sample pages at phone, laptop and print size, light and dark.
// Usage: node pages.mjs SITE [--sheets FOLDER]
import { chromium } from 'playwright-core';
import { readdirSync, readFileSync, mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const site = resolve(process.argv[2]);
const sheets = process.argv[3] === '--sheets' ? resolve(process.argv[4]) : null;

function htmlFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return htmlFiles(path);
    return entry.name.endsWith('.html') ? [path] : [];
  }).sort();
}

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
const wrong = [];
let passed = 0;

async function open(context, path) {
  const page = await context.newPage();
  const complain = (what) => wrong.push(`${path.slice(site.length + 1)}: ${what}`);
  page.on('dialog', (dialog) => { complain(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('pageerror', (error) => complain(`script error: ${error.message}`));
  page.on('console', (message) => { if (message.type() === 'error') complain(`console: ${message.text()}`); });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith('file:') && !url.startsWith('data:')) complain(`request to ${url}`);
  });
  await page.goto(pathToFileURL(path).href, { waitUntil: 'load' });
  return page;
}

// What every page must be: a title, a language, one main part, no text wider than the screen.
async function judge(page, path, width) {
  const found = await page.evaluate(() => ({
    title: document.title, lang: document.documentElement.lang, mains: document.querySelectorAll('main').length,
    redirect: !!document.querySelector('meta[http-equiv=refresh i]'),
    wide: document.documentElement.scrollWidth - window.innerWidth,
    unnamed: [...document.querySelectorAll('a[href],button')].filter((e) => !(e.textContent.trim() || e.getAttribute('aria-label'))).length,
    dead: [...document.querySelectorAll('img')].filter((e) => e.complete && e.naturalWidth === 0).length,
  }));
  const name = path.slice(site.length + 1);
  if (found.redirect) return;
  if (!found.title) wrong.push(`${name}: no title`);
  if (!found.lang) wrong.push(`${name}: no language`);
  if (found.mains !== 1) wrong.push(`${name}: ${found.mains} main parts`);
  if (found.wide > 1) wrong.push(`${name}: ${found.wide}px wider than a screen of ${width}px`);
  if (found.unnamed) wrong.push(`${name}: ${found.unnamed} links or buttons without a name`);
  if (found.dead) wrong.push(`${name}: ${found.dead} images missing`);
}

// The page at the root leads on at once; its target is judged like every other page.
const all = htmlFiles(site).filter((path) => !/http-equiv="refresh"/i.test(readFileSync(path, 'utf8')));
const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 1 });
for (const path of all) {
  const before = wrong.length;
  const page = await open(phone, path);
  await judge(page, path, 390);
  await page.close();
  if (wrong.length === before) passed += 1;
}

// Without scripts every page must say the same.
const plain = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1366, height: 900 } });
const home = all.find((path) => /\/(zh|ja|en)\/index\.html$/.test(path));
if (home) {
  const page = await open(plain, home);
  const text = await page.locator('main').innerText();
  if (text.length < 80) wrong.push('home without scripts says nothing');
  await page.close();
}

// Interactive charts appear only when asked for, and then do.
const laptop = await browser.newContext({ viewport: { width: 1366, height: 900 } });
const withChart = all.find((path) => /\/en\/metrics\/[^/]+\/index\.html$/.test(path)) ?? home;
if (withChart) {
  const page = await open(laptop, withChart);
  const button = page.locator('[data-chart-open]').first();
  if (await button.count()) {
    if (await page.locator('canvas').count()) wrong.push('a chart is interactive before anyone asked');
    await button.click();
    await page.waitForSelector('canvas, .chart-live svg', { timeout: 8000 }).catch(() => wrong.push(`${withChart}: the interactive chart does not appear`));
  } else {
    wrong.push(`${withChart}: no way to open a chart`);
  }
  await page.close();
}

if (sheets) {
  mkdirSync(sheets, { recursive: true });
  const sizes = [['phone', 390, 844], ['laptop', 1366, 900]];
  const kinds = ['', 'metrics', 'stores', 'targets', 'data', 'compare', 'people', 'handbook', 'dashboards'];
  for (const lang of ['zh', 'ja', 'en']) {
    const root = join(site, lang);
    const picks = new Map();
    for (const path of all.filter((p) => p.startsWith(root))) {
      const inner = path.slice(root.length + 1).replace(/index\.html$/, '').replace(/\/$/, '');
      const top = inner.split('/')[0];
      const key = inner === '' ? 'home' : inner.includes('/') ? `${top}-one` : inner;
      if (!picks.has(key)) picks.set(key, path);
    }
    for (const scheme of ['light', 'dark']) {
      for (const [size, width, height] of sizes) {
        const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
        for (const [key, path] of picks) {
          const page = await open(context, path);
          await page.screenshot({ path: join(sheets, `${key}.${lang}.${size}.${scheme}.png`), fullPage: true });
          await page.close();
        }
        await context.close();
      }
    }
    const context = await browser.newContext();
    for (const [key, path] of picks) {
      const page = await open(context, path);
      await page.pdf({ path: join(sheets, `${key}.${lang}.print.pdf`), format: 'A4' });
      await page.close();
    }
    await context.close();
  }
  console.log(`sheets: ${sheets}, kinds ${kinds.length}, ${readdirSync(sheets).length} files, ${statSync(sheets).size} bytes`);
}

await browser.close();
for (const line of wrong.slice(0, 50)) console.log(`wrong: ${line}`);
console.log(`${passed} passed, ${wrong.length} failed`);
process.exit(wrong.length ? 1 : 0);
