// Makes contact sheets of a built site, one per kind of page: rows are width and scheme, columns are languages.
// Usage: node sheets.mjs SITE OUT [KIND…]. Single shots and A4 files stand beside the sheets, for what is too small there.
import { mkdirSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { start, share } from './kit.mjs';

const [site, out] = process.argv.slice(2, 4).map((path) => resolve(path));
const wanted = process.argv.slice(4);
const LANGUAGES = ['zh', 'ja', 'en'];
const ROWS = [['phone', 390, 'light'], ['phone', 390, 'dark'], ['laptop', 1366, 'light'], ['laptop', 1366, 'dark'], ['print', 700, 'light']];
// Taller pages are cut on the sheet; the single shot has all of it.
const SHEET_HEIGHT = 3000;

// The first page of a folder stands for its kind; metrics are shown by what they are measured in.
function kinds() {
  const root = join(site, 'en');
  const folders = (path) => (existsSync(join(root, path)) ? readdirSync(join(root, path), { withFileTypes: true }) : [])
    .filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
  const list = [['home', '']];
  for (const name of folders('dashboards')) {
    const inner = folders(`dashboards/${name}`)[0];
    list.push([`dashboard-${name}`, `dashboards/${name}${inner ? `/${inner}` : ''}`]);
  }
  const metrics = folders('metrics');
  for (const name of ['gmv', 'acos', 'days_of_cover', 'rating']) if (metrics.includes(name)) list.push([`metric-${name}`, `metrics/${name}`]);
  for (const [folder, name] of [['stores', 'store'], ['targets', 'target'], ['people', 'person']]) {
    const first = folders(folder).find((one) => /^gmv-2025$/.test(one)) ?? folders(folder)[0];
    list.push([`${folder}-index`, folder]);
    if (first) list.push([name, `${folder}/${first}`]);
  }
  for (const folder of ['metrics', 'compare', 'data']) list.push([`${folder}-index`, folder]);
  for (const name of folders('handbook')) list.push([`article-${name}`, `handbook/${name}`]);
  return list.filter(([kind, path]) => existsSync(join(root, path, 'index.html')) && (!wanted.length || wanted.includes(kind)));
}

const browser = await start();
mkdirSync(out, { recursive: true });
const shots = kinds().flatMap(([kind, path]) => LANGUAGES.flatMap((language) => ROWS.map((row) => ({ kind, path, language, row }))));
const shotName = ({ kind, language, row: [size, , scheme] }) => `${kind}.${language}.${size}.${scheme}.png`;

await share(shots, 2, () => browser.newPage(), async (page, shot) => {
  const [size, width, scheme] = shot.row;
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ media: size === 'print' ? 'print' : 'screen', colorScheme: scheme });
  await page.goto(pathToFileURL(join(site, shot.language, shot.path, 'index.html')).href);
  await page.screenshot({ path: join(out, shotName(shot)), fullPage: true });
  if (size === 'print') await page.pdf({ path: join(out, `${shot.kind}.${shot.language}.pdf`), format: 'A4', preferCSSPageSize: true });
});

const sheet = await browser.newPage();
for (const kind of new Set(shots.map((shot) => shot.kind))) {
  for (const size of new Set(ROWS.map(([name]) => name))) {
    const rows = ROWS.filter((row) => row[0] === size).map((row) => LANGUAGES.map((language) => {
      const name = shotName({ kind, language, row });
      return `<figure><figcaption>${name}</figcaption><img src="${name}" width="${row[1]}"></figure>`;
    }).join('')).map((row) => `<div>${row}</div>`).join('');
    const file = join(out, `sheet.${kind}.${size}.html`);
    writeFileSync(file, `<!doctype html><meta charset="utf-8"><style>body{margin:16px;background:#888;font:14px sans-serif;width:max-content}
      div{display:flex;gap:16px;margin-bottom:16px}figure{margin:0;max-height:${SHEET_HEIGHT}px;overflow:hidden}img{display:block}</style>${rows}`);
    await sheet.setViewportSize({ width: 3 * (ROWS.find((row) => row[0] === size)[1] + 16) + 32, height: 900 });
    await sheet.goto(pathToFileURL(file).href);
    await sheet.screenshot({ path: file.replace(/html$/, 'png'), fullPage: true });
  }
}
await browser.close();
console.log(`${shots.length} shots in ${out}`);
