// Targets changed in the page, in a real browser: what is dragged is seen at once and written only when asked to, and then
// the file differs in that value alone. node preview-edit.mjs PROGRAM
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start } from './kit.mjs';

const [program] = process.argv.slice(2);
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const place = mkdtempSync(join(tmpdir(), 'kpress-edit-'));
cpSync(join(root, 'content/packs/small/start'), place, { recursive: true });
cpSync(join(root, 'tests/preview/targets/2025.yaml'), join(place, 'targets/2025.yaml'));
for (const folder of ['alerts', 'calendar', 'scorecards']) mkdirSync(join(place, folder), { recursive: true });
for (const [name, goal] of [['shop.yaml', 'calendar/shop.yaml'], ['people.yaml', 'people.yaml'], ['stores.yaml', 'stores.yaml'],
  ['lead.yaml', 'scorecards/lead.yaml'], ['alerts.yaml', 'alerts/shop.yaml'], ['more.yaml', 'targets/more.yaml'], ['sheet.csv', 'targets/sheet.csv']]) {
  cpSync(join(root, 'tests/preview/targets', name), join(place, goal));
}
// The quarter is not over: there is a pace and a forecast.
writeFileSync(join(place, 'kpress.yaml'), readFileSync(join(place, 'kpress.yaml'), 'utf8').replace('currency: JPY', 'currency: JPY\n  calendar: shop'));
const targets = join(place, 'targets/2025.yaml');
const text = () => readFileSync(targets, 'utf8');

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
const browser = await start();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(String(error)));
  await page.goto(address);
  await page.waitForURL(/index\.html/);
  await page.waitForSelector('.kpress-mark[data-kind=live]', { state: 'attached', timeout: 60000 });
  await page.goto(page.url().replace('index.html', 'targets/year/index.html'));
  await page.waitForSelector('main .kpress-pencil', { timeout: 60000 });
  const alive = () => page.waitForSelector('.kpress-mark[data-kind=live]', { state: 'attached', timeout: 60000 });
  const main = () => page.evaluate(() => document.querySelector('main').innerText);
  const was = await main();
  const before = text();
  await page.click('main .head .kpress-pencil');
  await page.waitForSelector('.kpress-panel [data-path="value"]');
  const fields = await page.$$eval('.kpress-panel [data-path]', (all) => all.map((one) => one.dataset.path));
  check('value, stretch and months are offered, and what can be added', ['value', 'stretch', 'phase.months.1', '+red', '+status'].every((one) => fields.includes(one)), fields.join(' '));

  // Dragging: the page follows, the file does not.
  const drag = async (path, share) => {
    const box = await (await page.$(`.kpress-field:has([data-path="${path}"]) .kpress-drag`)).boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    for (let step = 1; step <= 12; step += 1) await page.mouse.move(box.x + box.width * (0.5 + (share - 0.5) * step / 12), box.y + box.height / 2);
  };
  await page.evaluate(() => { window.stays = true; });
  await drag('value', 0.62);
  await page.waitForFunction((then) => document.querySelector('main').innerText !== then, was, { timeout: 30000 });
  const during = await main();
  check('while dragging the page follows and nothing is written', text() === before && await page.evaluate(() => window.stays === true));
  const left = /(not shared out|over|left)[^\n]*/i.exec(during)?.[0] ?? '';
  const pace = (shown) => shown.split('\n').filter((line) => /pace|forecast/i.test(line)).join('|');
  check('tree sums and pace change with it', left !== (/(not shared out|over|left)[^\n]*/i.exec(was)?.[0] ?? '') && during !== was && pace(during) !== '', left);
  await page.mouse.up();
  await pause(1500);
  const wish = await page.$eval('.kpress-panel [data-path="value"]', (input) => input.value);
  check('a dragged value is written as the one before was', /^\d{1,3}(_\d{3})+$/.test(wish), wish);

  // Written: that value and not a byte besides, shown as a difference.
  await page.click('.kpress-save');
  await page.waitForSelector('.kpress-good', { timeout: 30000 });
  check('the file differs in that value alone', text() === before.replace('value: 15_000_000 ', `value: ${wish} `));
  const diff = await page.$eval('.kpress-diff', (box) => box.textContent);
  check('the difference is shown', diff.includes('-    value: 15_000_000   # gross, as agreed') && diff.includes(`+    value: ${wish}   # gross, as agreed`));

  // Taken back.
  await page.click('.kpress-panel footer button:nth-child(3)');
  await page.waitForFunction(() => document.querySelector('.kpress-diff')?.textContent.includes('+    value: 15_000_000'), null, { timeout: 30000 });
  check('undone, the file is as it was', text() === before);

  // Somebody saves in the editor meanwhile: refused, nothing overwritten.
  await pause(1500);
  await page.fill('.kpress-panel [data-path="value"]', '15_500_000');
  const theirs = before.replace('gross, as agreed', 'gross, as agreed in May');
  await page.route('**/__kpress/fields', (route) => route.abort());
  writeFileSync(targets, theirs);
  const answered = () => page.waitForResponse((response) => response.url().endsWith('/__kpress/edit'), { timeout: 60000 });
  const [refused] = await Promise.all([answered(), page.click('.kpress-save')]);
  await page.waitForSelector('.kpress-notes .kpress-bad', { timeout: 30000 });
  check('a save of the editor is not overwritten', text() === theirs && refused.status() === 409, String(refused.status()));
  await page.unroute('**/__kpress/fields');
  writeFileSync(targets, before);
  await page.waitForTimeout(1500);
  await page.reload();
  await page.waitForSelector('main .head .kpress-pencil', { timeout: 60000 });
  await page.click('main .head .kpress-pencil');
  await page.waitForSelector('.kpress-panel .kpress-revise');

  // A value that the workspace would refuse is said before it is written.
  await page.fill('.kpress-panel [data-path="value"]', '22%');
  await page.waitForSelector('.kpress-notes .kpress-bad', { timeout: 30000 });
  const [unfit] = await Promise.all([answered(), page.click('.kpress-save')]);
  check('what the workspace would refuse is not written', text() === before && unfit.status() === 400, String(unfit.status()));
  await page.fill('.kpress-panel [data-path="value"]', '15_000_000');

  // A revision asks for its reason.
  await page.click('.kpress-revise summary');
  await page.fill('.kpress-panel [name="revise-value"]', '14_500_000');
  await page.fill('.kpress-panel [name="revise-date"]', '2025-12-01');
  await page.click('.kpress-revise button');
  await pause(800);
  check('without a reason there is no revision', text() === before);
  await page.fill('.kpress-panel [name="revise-reason"]', 'the "station" was closed: 改札');
  const [took] = await Promise.all([answered(), page.click('.kpress-revise button')]);
  check('a revision with a reason is taken', took.status() === 200, took.status() === 200 ? '' : await took.text());
  await page.waitForSelector('.kpress-good', { timeout: 30000 });
  const revised = text();
  check('a revision is added with its reason, the rest stays', revised.includes('revisions: [{date: 2025-12-01, value: 14_500_000, reason: "the \\"station\\" was closed: 改札"}]') && revised.split('\n').filter((line) => !before.split('\n').includes(line)).length === 1);

  // What-if: kept under a name, beside the files, and as a patch that Git takes.
  await pause(1500);
  const files = text();
  await page.fill('.kpress-panel [data-path="stretch"]', '17_000_000');
  await page.click('.kpress-sets summary');
  await page.fill('.kpress-panel [name="set-name"]', 'bold 大胆');
  await page.click('.kpress-keep button');
  await page.waitForSelector('.kpress-set');
  await page.fill('.kpress-panel [data-path="revisions.0.value"]', '12_000_000');
  await page.fill('.kpress-panel [name="set-name"]', 'bold 大胆');
  await page.click('.kpress-keep button');
  await page.click('.kpress-set button:nth-of-type(2)');
  await page.waitForSelector('.kpress-board tr.set', { timeout: 30000 });
  const board = await page.$eval('.kpress-board', (box) => box.innerText);
  check('a set of changes stands beside the files', board.includes('14,500,000') && board.includes('12,000,000') && text() === files, board.split('\n').slice(0, 2).join(' '));
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('.kpress-set button:nth-of-type(3)')]);
  const patch = readFileSync(await download.path(), 'utf8');
  const applied = spawnSync('git', ['apply', '-'], { cwd: place, input: patch, env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() } });
  check('it is saved as a patch that Git applies', applied.status === 0 && text() === files.replace('"16_000_000"', '"17_000_000"').replace('value: 14_500_000', 'value: 12_000_000'), String(applied.stderr));
  writeFileSync(targets, files);
  await pause(1500);
  await page.click('.kpress-board header button');

  // A child from the tree.
  await page.click('.kpress-panel header button');
  await page.goto(page.url().replace('targets/year', 'targets'));
  await page.waitForSelector('main .goal-row .kpress-pencil', { timeout: 60000 });
  check('targets in a tree have a pencil', (await page.$$('main .goal-row .kpress-pencil')).length > 1);

  // Several values at once are one change of the file: each is where it was or where it belongs, and one step takes all back.
  const year = page.url().replace(/targets\/.*/, 'targets/year/index.html');
  const open = async (address, pencil = 'main .head .kpress-pencil') => {
    await page.goto(address);
    await page.waitForSelector(pencil, { timeout: 60000 });
    await page.click(pencil);
    await page.waitForSelector('.kpress-panel [data-path]', { timeout: 30000 });
  };
  const save = async () => {
    const [written] = await Promise.all([answered(), page.click('.kpress-save')]);
    await page.waitForSelector('.kpress-good', { timeout: 30000 });
    return written.status() === 200;
  };
  const away = async () => { await pause(600); await page.click('.kpress-panel header button'); };
  // The revision left the parts too large; as it was, nothing is wrong.
  writeFileSync(targets, before);
  await page.waitForSelector('.kpress-overlay', { state: 'detached', timeout: 60000 });
  await open(year);
  const single = text();
  await page.fill('.kpress-panel [data-path="stretch"]', '16_800_000');
  await page.fill('.kpress-panel [data-path="phase.months.1"]', '1.3');
  await page.fill('.kpress-panel [data-path="+owner"]', 'mei');
  await page.selectOption('.kpress-panel [data-path="+status"]', 'disputed');
  const posts = [];
  const noted = (request) => { if (request.url().endsWith('/__kpress/edit')) posts.push(request.url()); };
  page.on('request', noted);
  const taken = await save();
  page.off('request', noted);
  const several = text();
  const news = several.split('\n').filter((line) => !single.split('\n').includes(line)).map((line) => line.trim());
  check('stretch, months, owner and status are written as one change', taken && posts.length === 1
    && ['stretch: "16_800_000"', 'months: [1.0, 1.3, 1.1]  # weights', 'owner: mei', 'status: disputed'].every((line) => news.includes(line)) && news.length === 4, news.join(' | '));
  await page.click('.kpress-panel footer button:nth-child(3)');
  await page.waitForFunction(() => document.querySelector('.kpress-diff')?.textContent.includes('-    owner: mei'), null, { timeout: 30000 });
  check('and taken back in one step', text() === single);
  await away();

  // From a card of a dashboard: the target that runs now.
  await open(page.url().replace(/targets\/.*/, 'dashboards/overview/index.html'), 'main .card .kpress-pencil');
  check('cards have a pencil', (await page.$eval('.kpress-panel h2', (head) => head.textContent)) !== '');
  await away();

  // A red line of a share.
  await open(page.url().replace(/dashboards\/.*/, 'targets/conversion-2025-12/index.html'));
  await page.fill('.kpress-panel [data-path="red"]', '3.8%');
  await save();
  check('a red line is written alone', text() === single.replace('red: 4.0%', 'red: 3.8%'));
  await page.click('.kpress-panel footer button:nth-child(3)');
  await page.waitForFunction(() => document.querySelector('.kpress-diff')?.textContent.includes('+  - {metric: conversion, period: 2025-12, value: 4.3%, red: 4.0%}'), null, { timeout: 30000 });
  await away();

  // The line of an alert, in the file of alerts.
  const lines = join(place, 'alerts/shop.yaml'), alerts = readFileSync(lines, 'utf8');
  await open(year.replace('targets/year', 'alerts'));
  await page.fill('.kpress-panel [data-path="when"]', '< 3.9%');
  await save();
  check('the line of an alert is written alone', readFileSync(lines, 'utf8') === alerts.replace('"< 3.5%"', '"< 3.9%"'), readFileSync(lines, 'utf8'));
  await away();

  // A target in a table: its cell, and no other byte.
  const sheet = join(place, 'targets/sheet.csv'), cells = readFileSync(sheet, 'utf8');
  await open(year.replace('year', 'sheet-12'));
  check('of a table file and line are named', (await page.$eval('.kpress-file', (box) => box.textContent)) === 'targets/sheet.csv:2');
  await page.fill('.kpress-panel [data-path="value"]', '1_250');
  await page.fill('.kpress-panel [data-path="owner"]', 'mei');
  await save();
  check('cells of a table are written alone', readFileSync(sheet, 'utf8') === cells.replace(' 1_200 ,1_000,,', ' 1_250 ,1_000,mei,'), readFileSync(sheet, 'utf8').split('\n')[1]);
  await away();

  // A target that a template makes: the template is what is changed, and what is said.
  const made = await page.evaluate(() => window.kpressPreview.post('fields', { page: 'targets/visits-2025-12-station' }));
  check('of a target made by a template the template is named with its line', made.made_by !== null && made.file === 'targets/more.yaml' && made.line === 3, JSON.stringify([made.made_by, made.file, made.line]));
  check('and the values that members have of their own may be changed', made.fields.some((one) => one.path.join('.') === 'overrides.station.value'), made.fields.map((one) => one.path.join('.')).join(' '));

  // A score follows while a target is dragged.
  const card = year.replace('targets/year', 'people/mei/scorecard/2025-11');
  await page.goto(card);
  await alive();
  const score = await page.evaluate(async (path) => {
    const shown = (html) => new DOMParser().parseFromString(html, 'text/html').querySelector('main').textContent.replace(/\s+/g, ' ');
    const asked = (text) => window.kpressPreview.post('what-if', { page: path, edits: [{ kind: 'target', id: 'main', path: ['value'], text }] });
    const [low, high] = [await asked('9_100_000'), await asked('10_000_000')];
    return [shown(document.documentElement.outerHTML), shown(low.html), shown(high.html)].map((text) => /Nov 2025 ([0-9.]+) /.exec(text)?.[1]);
  }, new URL(card).pathname);
  check('scores follow a target that is not written', new Set(score).size === 3 && !score.includes(undefined), score.join(' '));

  // The same beside the page of the target, by keyboard alone: arrows move the value, Enter in the name of a set writes
  // nothing, Escape takes back what was typed and then closes.
  await page.goto(year.replace('targets/year', 'targets/main'));
  await page.waitForSelector('main .head .kpress-pencil', { timeout: 60000 });
  await page.focus('main .head .kpress-pencil');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.kpress-panel [data-path="value"]', { timeout: 30000 });
  const focused = () => page.evaluate(() => document.activeElement.dataset.path ?? document.activeElement.className);
  await page.waitForFunction(() => document.activeElement.dataset.path !== undefined, null, { timeout: 30000 });
  await page.focus('.kpress-panel [data-path="value"]');
  const asWritten = await page.$eval('.kpress-panel [data-path="value"]', (input) => input.value);
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('Shift+ArrowUp');
  await page.waitForSelector('.kpress-scores td', { timeout: 30000 });
  const scores = await page.$eval('.kpress-scores', (table) => table.innerText);
  const moved = await page.$eval('.kpress-panel [data-path="value"]', (input) => input.value);
  check('scores are told beside the target that moves them', /2025/.test(scores) && /\d\.\d\s*→\s*\d+\.\d\s/.test(`${scores} `) && moved !== asWritten, `${moved}: ${scores.replace(/\s+/g, ' ')}`);
  await page.click('.kpress-sets summary');
  await page.fill('.kpress-panel [name="set-name"]', 'by key');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => [...document.querySelectorAll('.kpress-set b')].some((name) => name.textContent === 'by key'), null, { timeout: 30000 });
  check('Enter in the name of a set keeps it and writes nothing', text() === single);
  await page.focus('.kpress-panel [data-path="value"]');
  await page.keyboard.press('Escape');
  await page.waitForFunction((then) => document.querySelector('.kpress-panel [data-path="value"]')?.value === then, asWritten, { timeout: 30000 });
  check('Escape takes back what was typed', await page.$('.kpress-panel') !== null && await focused() === 'value', await focused());
  await page.keyboard.press('Escape');
  check('and then closes; the keyboard is where it was', await page.$('.kpress-panel') === null && await focused() === 'kpress-pencil', await focused());
  check('nothing of it was written', text() === single);

  // Another language: the same page in it, and it follows as well.
  await page.goto(year);
  await alive();
  const ja = await page.$eval('nav.languages a[href*="/ja/"]', (link) => link.href);
  await page.goto(ja);
  await alive();
  const there = await main();
  writeFileSync(targets, single.replace('months: [1.0, 1, 1.1]', 'months: [1.0, 1, 1.2]'));
  await page.waitForFunction((then) => document.querySelector('main').innerText !== then, there, { timeout: 30000 });
  check('another language is a link away and follows', (await page.evaluate(() => document.documentElement.lang)) === 'ja' && await page.$('main .head .kpress-pencil') !== null);
  writeFileSync(targets, single);

  // The weights of days.
  const calendar = join(place, 'calendar/shop.yaml');
  const days = readFileSync(calendar, 'utf8');
  const answer = await page.evaluate(async () => {
    const entry = await window.kpressPreview.post('fields', { kind: 'calendar', id: 'shop' });
    const edit = { kind: 'calendar', id: 'shop', path: ['days', 'sat'], text: '1.30' };
    return window.kpressPreview.post('edit', { edit }, { 'If-Match': `"${entry.hash}"` });
  });
  check('the weight of a day is written alone', readFileSync(calendar, 'utf8') === days.replace('sat: 1.20', 'sat: 1.30') && answer.diff.includes('sat: 1.30'));
  check('no error in the page', wrong.length === 0, wrong.join(' | '));
} finally {
  await browser.close();
  child.kill('SIGINT');
  rmSync(place, { recursive: true, force: true });
}
process.exit(failed > 0 ? 1 : 0);
