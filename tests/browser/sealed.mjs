// Encrypted trees as a reader has them: publishes a small shop twice into a folder, serves that folder with kpress's own headers,
// and opens it in Chromium. Hostile cases 71, 73 and 74; links, languages, search, tables, charts, downloads, versions, locking;
// and not one violation of the content policy.
// Usage: node sealed.mjs KPRESS EXAMPLE [FOLDER FOR PICTURES]
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { start } from './kit.mjs';

const [kpress, example, pictures] = process.argv.slice(2).map((path) => resolve(path));
const home = mkdtempSync(join(tmpdir(), 'kpress-sealed-'));
const [site, host] = [join(home, 'site'), join(home, 'host')];
const wrong = [];
let count = 0;
const ok = (holds, what) => { count += 1; if (!holds) { wrong.push(what); console.log(`wrong: ${what}`); } };

// ── A server that sends what kpress's `.htaccess` says. ──
let headers = [];
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json' };
const asked = [];
const server = createServer((request, answer) => {
  const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
  asked.push(path);
  for (const [name, value] of headers) answer.setHeader(name, value);
  try {
    const place = path.endsWith('/') ? `${path}index.html` : path;
    const bytes = readFileSync(join(host, place));
    answer.setHeader('Content-Type', types[extname(place)] ?? 'application/octet-stream');
    answer.end(bytes);
  } catch { answer.statusCode = 404; answer.end('no'); }
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const { port } = server.address();

// ── Two versions, for two readers; the second reader is taken off before the second version. ──
cpSync(example, site, { recursive: true });
mkdirSync(host);
writeFileSync(join(site, 'kpress.yaml'), `${readFileSync(join(site, 'kpress.yaml'), 'utf8')}
publish:
  shelf: {to: {folder: "${host}"}, url: "http://127.0.0.1:${port}", protect: {encrypt: {iterations: 600000}}}
`);
mkdirSync(join(site, 'dashboards'));
mkdirSync(join(site, 'metrics'));
writeFileSync(join(site, 'metrics/shop.yaml'), `metrics:
  sales: {source: shop, value: sum(sales), unit: JPY, better: higher, level: core}
  orders: {source: shop, value: sum(orders), better: higher, level: core}
`);
writeFileSync(join(site, 'dashboards/weekly.yaml'), 'title: Canary weekly\ndeck: week\nblocks: [{block: six-twelve, title: Sales, series: [{metric: sales}]}]\n');
// kpress looks at the host as a visitor after each deploy, so this process must be free to answer.
const run = async (...words) => (await promisify(execFile)(kpress, ['-C', site, ...words], { encoding: 'utf8' })).stdout;
const shown = await run('passwords', 'add', 'li.na', 'ceo', '--group', 'all');
const [ours, theirs] = ['ceo', 'li.na'].map((name) => shown.split('\n').find((line) => line.startsWith(`${name}\t`)).split('\t')[2]);
await run('publish', '--as', 'one');
await run('passwords', 'remove', 'li.na');
await run('publish', '--as', 'two');
ok(asked.some((path) => path === '/all/v/two/manifest.json') && !asked.some((path) => path.includes('+enc')), 'nobody looked at the host after the deploy');
const before = readdirSync(host, { recursive: true }).length;
ok((await run('publish', '--deploy-only', '--json')).includes('"came": []'), 'a second deploy sends a version again');
ok(readdirSync(host, { recursive: true }).length === before, 'a second deploy leaves something new');

// ── Nothing of it in the open. ──
const web = join(host, 'all');
const files = readdirSync(web, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
for (const file of files.filter((one) => !one.includes('/a/'))) {
  const text = readFileSync(file, 'latin1');
  for (const canary of ['small shop', '一家小店', 'ちいさな店', 'Canary', 'sales', '<table', 'li.na', 'weekly']) ok(!text.includes(Buffer.from(canary).toString('latin1')), `${file} says ${canary}`);
}
ok(files.filter((one) => one.endsWith('.bin')).length > 40, 'there are few encrypted files');

headers = [...readFileSync(join(web, '.htaccess'), 'utf8').matchAll(/Header always set (\S+) "(.*)"/g)].map(([, name, value]) => [name, value]);
ok(headers.some(([name]) => name === 'Content-Security-Policy'), 'no policy in .htaccess');
const root = `http://127.0.0.1:${port}/all/`;
const at = (version, rest = '') => `${root}v/${version}/index.html${rest}`;

const browser = await start([`--host-resolver-rules=MAP kpi.example 127.0.0.1`]);
let violations = 0;
async function reader(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.on('pageerror', (error) => ok(false, `script error: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) { violations += 1; console.log(`violation: ${message.text()}`); }
  });
  return page;
}
async function enter(page, passphrase, keep = false) {
  await page.fill('#passphrase', passphrase);
  if (keep) await page.check('.keep input');
  await page.click('.go');
}
const heading = (page) => page.locator('main h1').first().innerText();
const opened = (page) => page.waitForSelector('.lock-bar', { timeout: 15000 });
async function refused(page, passphrase, what) {
  await enter(page, passphrase);
  await page.waitForFunction(() => document.querySelector('.told')?.textContent, null, { timeout: 15000 }).catch(() => ok(false, `${what}: nothing is said`));
  const said = await page.locator('.told').innerText();
  ok(/^This cannot be opened\. The passphrase is wrong, or files were changed or are missing\.$/.test(said), `${what}: says ${said}`);
  ok((await page.locator('.lock-bar, table').count()) === 0, `${what}: something is shown`);
}
const shoot = async (page, name) => { if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) }); };

// ── Reading. ──
{
  const page = await reader();
  await page.goto(root);
  await page.waitForSelector('#passphrase');
  ok(page.url() === at('two'), `the root leads to ${page.url()}`);
  ok(!(await page.content()).includes('small shop'), 'the gate says whose it is');
  await enter(page, ours);
  await opened(page);
  ok((await page.title()).includes('One small shop') || (await page.title()).includes('一家小店'), `title ${await page.title()}`);
  await page.goto(at('two', '#/en/index.html'));
  ok(await page.locator('.lock-bar').count() === 1, 'an address typed in the bar closes the page');
  await page.waitForFunction(() => document.documentElement.lang === 'en');
  ok((await page.locator('aside.version').innerText()).includes('Version'), 'no version is told');
  await page.locator('nav.ways a').nth(1).click();
  await page.waitForFunction(() => !/#\/en\/index\.html/.test(location.hash));
  const second = page.url();
  ok(/#\/en\/.+\/index\.html$/.test(second), `a link leads to ${second}`);
  await page.goBack();
  await page.waitForFunction(() => /#\/en\/index\.html/.test(location.hash));
  await page.locator('nav.languages a[lang=ja]').click();
  await page.waitForFunction(() => document.documentElement.lang === 'ja');
  ok(/#\/ja\/index\.html/.test(page.url()), `the language leads to ${page.url()}`);
  await page.locator('nav.languages a[lang=en]').click();
  await page.waitForFunction(() => document.documentElement.lang === 'en');
  // Search: its index is a file of the version.
  await page.fill('#q', 'canary');
  await page.waitForSelector('.hits a');
  await page.locator('.hits a').first().click();
  await page.waitForFunction(() => /weekly/.test(location.hash));
  await page.waitForFunction(() => /Canary weekly/.test(document.querySelector('main h1')?.textContent ?? ''));
  // A download is decrypted, too.
  const csv = page.locator('a[href$=".csv"]').first();
  ok(await csv.count() === 1, 'the deck offers no figures');
  const [saved] = await Promise.all([page.waitForEvent('download'), csv.click()]);
  const told = readFileSync(await saved.path(), 'utf8');
  ok(saved.suggestedFilename() === 'figures.csv' && told.split('\n').length > 3 && /sales/i.test(told), `the download says ${told.slice(0, 60)}`);
  // Charts and tables.
  await page.goto(at('two', '#/en/metrics/sales/index.html'));
  await page.waitForFunction(() => /metrics\/sales/.test(location.hash) && document.querySelector('[data-chart-open]'));
  await page.locator('[data-chart-open]:visible').first().click();
  await page.waitForSelector('canvas', { timeout: 8000 }).catch(() => ok(false, 'no interactive chart'));
  const table = page.locator('table[data-sort] thead button').first();
  if (await table.count()) { await table.click(); ok(await page.locator('th[aria-sort]').count() > 0, 'a table does not sort'); }
  ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'a page is wider than the screen');
  await shoot(page, 'page-1280-light');
  // The same page in the other version, without asking again: the passphrase is the same.
  await page.locator('aside.version select').selectOption('one');
  await page.waitForFunction(() => /\/v\/one\//.test(location.href) && /Version/.test(document.querySelector('aside.version')?.textContent ?? ''));
  await page.waitForFunction(() => window.kpressVersion?.version === 'one');
  ok(/v\/one\/index\.html#\/en\/metrics\/sales\/index\.html$/.test(page.url()), `the version leads to ${page.url()}`);
  // It is said once the list of versions has come.
  await page.waitForSelector('aside.version.old', { timeout: 8000 }).catch(() => ok(false, 'an old version does not say that a newer one is there'));
  ok(!asked.some((path) => /sales|weekly|metrics/.test(path)), 'the server was told the name of a page');
  // An anchor, a page that is not there, and printing.
  await page.goto(at('one', '#/en/no/such/index.html'));
  await page.waitForFunction(() => /#\/en\/index\.html$/.test(location.hash)).catch(() => ok(false, 'a lost address is not helped'));
  await page.emulateMedia({ media: 'print' });
  ok(!(await page.locator('.lock-bar').isVisible()), 'the lock is printed');
  await page.emulateMedia({ media: 'screen' });
  // Locked, nothing is left.
  await page.locator('.lock').click();
  await page.waitForSelector('#passphrase');
  ok((await page.locator('table').count()) === 0, 'locked, a table is left');
  await page.context().close();
}

// ── Remembering: off, unless asked for. ──
{
  const page = await reader();
  await page.goto(at('two'));
  await enter(page, ours);
  await opened(page);
  await page.reload();
  await page.waitForSelector('#passphrase').catch(() => ok(false, 'it remembers without being asked'));
  await enter(page, ours, true);
  await opened(page);
  await page.reload();
  await opened(page).catch(() => ok(false, 'it does not remember when asked'));
  const stored = await page.evaluate(() => new Promise((done) => {
    const asking = indexedDB.open('kpress-reader', 1);
    asking.onsuccess = () => { const all = asking.result.transaction('keys').objectStore('keys').getAll(); all.onsuccess = () => done({ one: all.result.map((one) => [one.key.extractable, one.until - Date.now()]), local: JSON.stringify(localStorage) }); };
  }));
  ok(stored.one.length === 1 && stored.one[0][0] === false && stored.one[0][1] <= 12 * 3600000, `stored ${JSON.stringify(stored)}`);
  ok(!/key|pass/i.test(stored.local), `local storage holds ${stored.local}`);
  await page.locator('.lock').click();
  await page.waitForSelector('#passphrase');
  await page.reload();
  await page.waitForSelector('#passphrase').catch(() => ok(false, 'locked, it still remembers'));
  await page.context().close();
}

// ── Case 71: one message for all of it. ──
const folder = (version) => join(web, 'v', version);
const kept = join(home, 'kept');
cpSync(folder('two'), kept, { recursive: true });
const bins = readdirSync(join(kept, 'e')).map((name) => join(folder('two'), 'e', name));
const alter = (change) => { const path = join(folder('two'), 'header.json'); const header = JSON.parse(readFileSync(path, 'utf8')); change(header); writeFileSync(path, JSON.stringify(header)); };
const bent = (hexes) => (hexes[0] === '0' ? '1' : '0') + hexes.slice(1);
const damages = {
  'a wrong passphrase': null,
  'a flipped bit in every file': () => bins.forEach((path) => { const bytes = readFileSync(path); bytes[bytes.length - 1] ^= 1; writeFileSync(path, bytes); }),
  'swapped pages': () => { const names = [...bins, bins[0]]; const all = bins.map((path) => readFileSync(path)); bins.forEach((_, i) => writeFileSync(names[i + 1], all[i])); },
  'an older version under the name of a newer': () => { rmSync(folder('two'), { recursive: true }); cpSync(folder('one'), folder('two'), { recursive: true }); },
  'older files under a newer header': () => { rmSync(join(folder('two'), 'e'), { recursive: true }); cpSync(join(folder('one'), 'e'), join(folder('two'), 'e'), { recursive: true }); },
  'iterations=1': () => alter((header) => { Object.values(header.slots).forEach((slot) => { slot.iterations = 1; }); }),
  'a changed slot': () => alter((header) => { Object.values(header.slots).forEach((slot) => { slot.key = bent(slot.key); }); }),
  'another audience': () => alter((header) => { header.audience = 'company'; }),
  'a header of nonsense': () => writeFileSync(join(folder('two'), 'header.json'), '{"slots": null'),
  'no header': () => rmSync(join(folder('two'), 'header.json')),
  'no files': () => renameSync(join(folder('two'), 'e'), join(folder('two'), 'gone')),
};
for (const [what, damage] of Object.entries(damages)) {
  damage?.();
  const page = await reader();
  await page.goto(at('two'));
  await refused(page, damage ? ours : `${ours.slice(0, -1)}${ours.endsWith('a') ? 'e' : 'a'}`, what);
  await page.context().close();
  rmSync(folder('two'), { recursive: true });
  cpSync(kept, folder('two'), { recursive: true });
}

// ── Case 73: who was taken off opens what was published before, and nothing later. ──
{
  const page = await reader();
  await page.goto(at('two'));
  await refused(page, theirs, 'who was taken off, in the new version');
  await page.goto(at('one'));
  await enter(page, theirs);
  await opened(page).catch(() => ok(false, 'who was taken off cannot read the old version any more'));
  await page.context().close();
}

// ── Case 74: without WebCrypto the page says why. ──
{
  const page = await reader();
  await page.goto(`http://kpi.example:${port}/all/v/two/index.html`);
  ok((await page.locator('.gate').innerText()).includes('https://') && (await page.locator('input').count()) === 0, 'over http:// nothing is explained');
  await page.goto(pathToFileURL(join(folder('two'), 'index.html')).href);
  ok((await page.locator('.gate').innerText()).includes('folder'), 'from a folder nothing is explained');
  await page.context().close();
  const plain = await reader({ javaScriptEnabled: false });
  await plain.goto(at('two'));
  ok((await plain.locator('main').innerText()).includes('JavaScript'), 'without scripts nothing is explained');
  await plain.context().close();
}

// ── In every language, on a phone and a screen, light and dark: nothing wider than the screen. ──
for (const [locale, lang] of [['zh-CN', 'zh'], ['ja-JP', 'ja'], ['en-GB', 'en']]) {
  for (const colorScheme of ['light', 'dark']) {
    for (const [width, height] of [[390, 844], [1280, 800]]) {
      const page = await reader({ locale, colorScheme, viewport: { width, height } });
      await page.goto(at('two'));
      await page.waitForSelector('#passphrase');
      ok(await page.evaluate(() => document.documentElement.lang) === lang, `${locale}: the gate speaks another language`);
      ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${locale} ${width}: the gate is wider than the screen`);
      await shoot(page, `gate-${lang}-${width}-${colorScheme}`);
      if (lang !== 'en' || colorScheme === 'dark') {
        await enter(page, ours);
        await opened(page);
        ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${locale} ${width}: the page is wider than the screen`);
        await shoot(page, `page-${lang}-${width}-${colorScheme}`);
      }
      await page.context().close();
    }
  }
}

ok(violations === 0, `${violations} violations of the content policy`);
await browser.close();
server.close();
rmSync(home, { recursive: true });
console.log(`encrypted pages: ${count - wrong.length} of ${count} hold, ${violations} violations of the content policy`);
process.exit(wrong.length ? 1 : 0);
