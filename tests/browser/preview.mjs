// The live preview in a real browser: files of a copy of an example are edited, and the open page has to follow.
// node preview.mjs PROGRAM EXAMPLE
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, start } from './kit.mjs';

const [program, example] = process.argv.slice(2);
const place = mkdtempSync(join(tmpdir(), 'kpress-preview-'));
cpSync(example, join(place, 'w'), { recursive: true, filter: (path) => !/\.kpress|public$/.test(path) });
const file = (name) => join(place, 'w', name);
const read = (name) => readFileSync(file(name), 'utf8');
const write = (name, text) => writeFileSync(file(name), text);

let failed = 0;
function check(what, holds, note = '') {
  if (!holds) failed += 1;
  console.log(`${holds ? 'ok    ' : 'FAILED'} ${what}${note === '' ? '' : `  ${note}`}`);
}

// Starts the preview and waits for the address it prints.
const port = await freePort();
function serve() {
  const child = spawn(program, ['preview', file(''), '--port', String(port)]);
  child.log = '';
  child.stdout.resume();
  const address = new Promise((resolve, reject) => {
    child.stderr.on('data', (part) => {
      child.log += part;
      const found = /preview at (\S+)/.exec(child.log);
      if (found) resolve(found[1]);
    });
    child.on('exit', (code) => reject(new Error(`preview ended with ${code}: ${child.log}`)));
  });
  return { child, address };
}
const stop = (child) => new Promise((resolve) => { child.on('exit', resolve); child.kill('SIGINT'); });
const builds = (child) => (child.log.match(/pages changed|good pages stay/g) ?? []).length;
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

const browser = await start();
let running = serve();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 600 } });
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('console', (line) => { if (/Content Security Policy/.test(line.text())) wrong.push(line.text()); });
  const address = await running.address;
  await page.goto(address);
  await page.waitForURL(/\/(en|ja|zh)\/index\.html/);
  const alive = () => page.waitForSelector('.kpress-mark[data-kind=live]', { timeout: 60000, state: 'attached' });
  await alive();
  check('the page follows, and the token is gone from the address', !page.url().includes('kpress='));

  // An edit of the title: patched in place, not loaded again, scroll and open details as they were.
  const title = /title: *(\{[^}]*\}|.*)/.exec(read('kpress.yaml'))[0];
  await page.evaluate(() => {
    window.stays = true;
    const details = document.createElement('details');
    details.id = 'mine';
    details.setAttribute('data-kpress-own', '');
    document.querySelectorAll('main details').forEach((one) => { one.open = true; });
    window.scrollTo(0, 180);
  });
  const before = await page.evaluate(() => [window.scrollY, document.querySelectorAll('main details[open]').length]);
  write('kpress.yaml', read('kpress.yaml').replace(title, 'title: Patched in place'));
  await page.waitForFunction(() => document.querySelector('.brand').textContent.includes('Patched in place'), null, { timeout: 60000 });
  const after = await page.evaluate(() => [window.scrollY, document.querySelectorAll('main details[open]').length]);
  check('an edit arrives without loading the page again', await page.evaluate(() => window.stays === true));
  check('scroll and open details stay', String(before) === String(after), `${before} → ${after}`);

  // On a page with charts and folds: what was opened stays open, a live chart stays live and as far zoomed as it was.
  await page.goto(page.url().replace('index.html', 'metrics/sales/index.html'));
  await alive();
  await page.evaluate(() => document.querySelectorAll('main details').forEach((one) => { one.open = true; }));
  await page.click('.plot .live:visible');
  await page.waitForSelector('.plot.is-live canvas', { timeout: 20000 });
  const zoomed = await page.evaluate(() => {
    window.stays = true;
    const chart = window.echarts.getInstanceByDom(document.querySelector('.plot.is-live .canvas'));
    chart.setOption({ dataZoom: [{ type: 'inside', start: 25, end: 75 }] });
    window.scrollTo(0, 120);
    document.querySelector('#q').focus();
    return [window.scrollY, document.querySelectorAll('main details[open]').length];
  });
  const rows = read('data/shop.csv').trimEnd().split('\n');
  write('data/shop.csv', `${rows.slice(0, -1).join('\n')}\n${rows.at(-1).replace(/\d+$/, '7')}\n`);
  await page.waitForFunction((was) => Number(document.querySelector('.kpress-mark').dataset.edition) > was, await page.evaluate(() => Number(document.querySelector('.kpress-mark').dataset.edition)), { timeout: 60000 });
  await pause(400);
  const still = await page.evaluate(() => {
    const chart = window.echarts.getInstanceByDom(document.querySelector('.plot.is-live .canvas'));
    return { place: [window.scrollY, document.querySelectorAll('main details[open]').length], zoom: chart.getOption().dataZoom.map((one) => [one.start, one.end]).join(),
      focus: document.activeElement.id, stays: window.stays === true };
  });
  check('open folds, scroll, focus and the zoom of a live chart stay', String(still.place) === String(zoomed) && zoomed[1] > 0 && still.zoom === '25,75' && still.focus === 'q' && still.stays, JSON.stringify(still));

  // A save by rename, as editors do it.
  write('kpress.yaml.tmp~', read('kpress.yaml').replace('Patched in place', 'Saved by rename'));
  renameSync(file('kpress.yaml.tmp~'), file('kpress.yaml'));
  await page.waitForFunction(() => document.querySelector('.brand').textContent.includes('Saved by rename'), null, { timeout: 60000 });
  check('a save by rename arrives', true);

  // A broken file: the last good page stays, the finding lies over it with a link to the place.
  const good = read('kpress.yaml');
  write('kpress.yaml', `${good}\nsurprise: <img src=x onerror=alert(1)>\n`);
  await page.waitForSelector('.kpress-overlay', { timeout: 60000 });
  const overlay = await page.evaluate(() => {
    const box = document.querySelector('.kpress-overlay');
    return { text: box.textContent, link: box.querySelector('a')?.getAttribute('href') ?? '', images: box.querySelectorAll('img').length,
      brand: document.querySelector('.brand').textContent };
  });
  check('a broken file lays its finding over the last good page', overlay.text.includes('kpress.yaml:') && overlay.brand.includes('Saved by rename'));
  check('the finding leads to its line in the editor, and is shown as text', /^vscode:\/\/file\/.*kpress\.yaml:\d+:\d+$/.test(overlay.link) && overlay.images === 0, overlay.link.slice(-24));
  write('kpress.yaml', good);
  await page.waitForSelector('.kpress-overlay', { state: 'detached', timeout: 60000 });
  check('once mended, it is gone', true);

  // Ten thousand events: one build.
  await pause(1500);
  const had = builds(running.child);
  for (let n = 0; n < 10000; n += 1) write('kpress.yaml', n === 9999 ? good.replace('Saved by rename', 'After the storm') : `${good}# ${n}\n`);
  await page.waitForFunction(() => document.querySelector('.brand').textContent.includes('After the storm'), null, { timeout: 120000 });
  await pause(1500);
  check('ten thousand events are one build', builds(running.child) - had === 1, `${builds(running.child) - had}`);

  // Two browsers, and another language.
  const other = await (await browser.newContext()).newPage();
  await other.goto(address);
  await other.waitForURL(/index\.html/);
  await other.waitForSelector('.kpress-mark[data-kind=live]', { timeout: 60000, state: 'attached' });
  const languages = await other.$$eval('nav.languages a', (links) => links.map((link) => link.href));
  if (languages.length > 0) {
    await other.goto(languages[0]);
    await other.waitForSelector('.kpress-mark[data-kind=live]', { timeout: 60000, state: 'attached' });
  }
  write('kpress.yaml', read('kpress.yaml').replace('After the storm', 'For everybody'));
  const everybody = (one) => one.waitForFunction(() => document.querySelector('.brand').textContent.includes('For everybody'), null, { timeout: 60000 });
  await Promise.all([everybody(page), everybody(other)]);
  check('two browsers and another language follow', true, `${languages.length + 1} languages`);

  // A restart: the open page finds back by itself, and the token of the start before counts no more.
  await page.evaluate(() => { window.stays = true; });
  await stop(running.child);
  await page.waitForSelector('.kpress-mark[data-kind=lost]', { state: 'attached', timeout: 20000 });
  running = serve();
  await running.address;
  await alive();
  write('kpress.yaml', read('kpress.yaml').replace('For everybody', 'After the restart'));
  await page.waitForFunction(() => document.querySelector('.brand').textContent.includes('After the restart'), null, { timeout: 60000 });
  check('after a restart the page follows again', await page.evaluate(() => window.stays === true));
  const replay = await fetch(`http://127.0.0.1:${port}/__kpress/token`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', Origin: `http://127.0.0.1:${port}` },
    body: JSON.stringify({ token: /kpress=(\w+)/.exec(address)[1] }),
  });
  check('the token of the start before is refused', replay.status === 403, `${replay.status}`);

  // A page of another origin learns nothing.
  const stranger = await (await browser.newContext()).newPage();
  await stranger.route('http://stranger.example/', (route) => route.fulfill({ contentType: 'text/html', body: '<p>hello' }));
  await stranger.goto('http://stranger.example/');
  const learnt = await stranger.evaluate(async (there) => {
    const tries = [fetch(there), fetch(`${there}__kpress/events`), fetch(`${there}__kpress/token`, { method: 'POST', body: '{}' })];
    return (await Promise.allSettled(tries)).map((one) => one.status).join(' ');
  }, `http://127.0.0.1:${port}/`);
  check('a page of another origin reads nothing', learnt === 'rejected rejected rejected', learnt);
  check('no error in the page', wrong.length === 0, wrong.join(' | '));
} finally {
  await browser.close();
  running.child.kill('SIGINT');
  rmSync(place, { recursive: true, force: true });
}
process.exit(failed > 0 ? 1 : 0);
