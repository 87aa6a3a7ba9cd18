// The preview as an audience that sees a part, chosen in the page, and findings in the words of the page, in a real browser.
// node preview-audience.mjs PROGRAM [EXAMPLE] ; with SHOTS=DIR it leaves pictures of panel, overlay and mark there.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start } from './kit.mjs';

const [program] = process.argv.slice(2);
const shots = process.env.SHOTS;
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const place = mkdtempSync(join(tmpdir(), 'kpress-seen-'));
cpSync(join(root, 'content/packs/small/start'), place, { recursive: true });
for (const folder of ['alerts', 'calendar', 'scorecards']) mkdirSync(join(place, folder), { recursive: true });
for (const [name, goal] of [['2025.yaml', 'targets/2025.yaml'], ['shop.yaml', 'calendar/shop.yaml'], ['people.yaml', 'people.yaml'],
  ['stores.yaml', 'stores.yaml'], ['lead.yaml', 'scorecards/lead.yaml'], ['more.yaml', 'targets/more.yaml'], ['sheet.csv', 'targets/sheet.csv']]) {
  cpSync(join(root, 'tests/preview/targets', name), join(place, goal));
}
const site = readFileSync(join(place, 'kpress.yaml'), 'utf8').replace('currency: JPY', 'currency: JPY\n  calendar: shop');
writeFileSync(join(place, 'kpress.yaml'), `${site}
audiences:
  boss: {sees: all, name: {en: Management, zh: 管理层, ja: 経営}}
  main: {sees: {scopes: {store: [main]}}, name: {en: Main shop, zh: 本店店员, ja: 本店スタッフ}}
`);
const targets = join(place, 'targets/2025.yaml');

let failed = 0;
function check(what, holds, note = '') {
  if (!holds) failed += 1;
  console.log(`${holds ? 'ok    ' : 'FAILED'} ${what}${note === '' ? '' : `  ${note}`}`);
}
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

const child = spawn(program, ['preview', place, '--edit', '--port', '0', '--as-of', '2025-12-20']);
let log = '';
const address = await new Promise((resolve, reject) => {
  child.stderr.on('data', (part) => { log += part; const found = /preview at (\S+)/.exec(log); if (found) resolve(found[1]); });
  child.on('exit', (code) => reject(new Error(`preview ended with ${code}: ${log}`)));
});
const home = new URL(address).origin;
const browser = await start();
/* The same picture in both widths and both lights. */
async function shoot(page, name) {
  if (!shots) return;
  for (const width of [1280, 390]) for (const light of ['light', 'dark']) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: light });
    await pause(150);
    await page.screenshot({ path: join(shots, `${name}-${width}-${light}.png`) });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
}
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(String(error)));
  await page.goto(address);
  await page.waitForURL(/index\.html/);
  const alive = () => page.waitForSelector('.kpress-mark[data-kind=live]', { state: 'attached', timeout: 60000 });
  await alive();
  const status = (path) => page.evaluate((where) => fetch(where).then((answer) => answer.status), path);
  await page.goto(`${home}/zh/targets/main/index.html`);
  await alive();
  check('the author sees every shop', await status('/zh/targets/station/index.html') === 200);

  await page.click('.kpress-mark summary');
  await page.waitForSelector('.kpress-readers select');
  const names = await page.$$eval('.kpress-readers option', (all) => all.map((one) => one.textContent));
  check('the audiences are named in the language of the page', names.join() === '管理层,本店店员', names.join());
  await shoot(page, 'mark-zh');
  await page.selectOption('.kpress-readers select', 'main');
  await page.waitForFunction(() => document.querySelector('.kpress-mark summary').textContent.includes('本店店员'), null, { timeout: 60000 });
  await alive();
  check('the mark says as whom the page is shown', true);
  check('what it does not see is not there', await status('/zh/targets/station/index.html') === 404);
  check('what it sees is', await status('/zh/targets/main/index.html') === 200);
  const body = await page.evaluate(() => fetch('/zh/targets/main/index.html').then((answer) => answer.text()));
  check('nothing of the other shop stands on the page', !/station|5_?,?500_?,?000/i.test(body));

  // A target of it is changed; the one it does not see is not offered.
  await page.goto(`${home}/zh/targets/main/index.html`);
  await alive();
  await page.click('main .head .kpress-pencil');
  await page.waitForSelector('.kpress-panel [data-path="value"]', { timeout: 60000 });
  check('its owner is not offered', await page.$('.kpress-panel [data-path="+owner"]') === null);
  await page.fill('.kpress-panel [data-path="value"]', '9_900_000');
  await page.waitForSelector('.kpress-panel .kpress-diff ins', { timeout: 60000 });
  await shoot(page, 'part-panel-zh');
  await page.click('.kpress-panel header button');

  // Back to everything, and a mistake.
  await page.click('.kpress-mark summary');
  await page.waitForSelector('.kpress-readers select');
  await page.selectOption('.kpress-readers select', 'boss');
  await page.waitForFunction(() => !document.querySelector('.kpress-mark summary').textContent.includes('本店店员'), null, { timeout: 60000 });
  check('and back', await status('/zh/targets/station/index.html') === 200);
  const sound = readFileSync(targets, 'utf8');
  for (const lang of ['zh', 'ja', 'en']) {
    await page.goto(`${home}/${lang}/targets/year/index.html`);
    await alive();
    await page.click('main .head .kpress-pencil');
    await page.waitForSelector('.kpress-panel [data-path="value"]', { timeout: 60000 });
    await page.fill('.kpress-panel [data-path="value"]', '25_000_000');
    await page.waitForSelector('.kpress-notes .kpress-warn, .kpress-notes .kpress-bad', { timeout: 60000 });
    await shoot(page, `panel-${lang}`);
    const own = await page.$eval('.kpress-notes .kpress-message', (one) => one.textContent);
    const cjk = /[\u3040-\u30ff\u4e00-\u9fff]/.test(own);
    check(`a finding of the panel is told in ${lang}`, lang === 'en' ? !cjk : cjk, own);
    await page.click('.kpress-panel header button');
    writeFileSync(targets, sound.replace('metric: sales', 'metric: salse'));
    await page.waitForSelector('.kpress-overlay li', { timeout: 60000 });
    const first = await page.$eval('.kpress-overlay li .kpress-message', (one) => one.textContent);
    const told = /[\u3040-\u30ff\u4e00-\u9fff]/.test(first);
    check(`a mistake is told in ${lang}`, lang === 'en' ? !told : told, first);
    check(`with the message as it stands on the command line (${lang})`, (await page.$eval('.kpress-overlay li', (one) => one.textContent)).includes('`salse`'));
    await shoot(page, `overlay-${lang}`);
    writeFileSync(targets, sound);
    await page.waitForSelector('.kpress-overlay', { state: 'detached', timeout: 60000 });
  }
  check('no script failed', wrong.length === 0, wrong.join('; '));
} finally {
  await browser.close();
  child.kill();
  rmSync(place, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);
