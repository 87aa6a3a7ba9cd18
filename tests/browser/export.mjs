// Opens exported pages, one file each, from file://: nothing is loaded, the page has the width of its window, nothing is wider
// than that, and on paper nothing sticks out. Usage: node export.mjs FILE…
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { start } from './kit.mjs';

const files = process.argv.slice(2).map((path) => resolve(path));
const wrong = [];
const browser = await start();
for (const [width, media] of [[1280, 'screen'], [390, 'screen'], [996, 'print']]) {
  const page = await (await browser.newContext({ viewport: { width, height: 900 } })).newPage();
  let at = '';
  page.on('console', (message) => { if (message.type() === 'error') wrong.push(`${at}: console: ${message.text()}`); });
  page.on('request', (request) => {
    if (request.url() !== pathToFileURL(at).href && !request.url().startsWith('data:')) wrong.push(`${at}: request to ${request.url()}`);
  });
  await page.emulateMedia({ media });
  for (at of files) {
    await page.goto(pathToFileURL(at).href, { waitUntil: 'load' });
    const seen = await page.evaluate(() => ({
      main: document.querySelector('main').getBoundingClientRect().width,
      drawn: document.querySelectorAll('main svg, main table').length,
      wide: document.documentElement.scrollWidth,
      ways: document.querySelectorAll('main a[href]:not([href^="#"]):not([href*="://"]), script, link[rel=stylesheet]').length,
    }));
    if (seen.main < width - 80) wrong.push(`${at}: at ${width} px the page is ${seen.main} px wide`);
    if (seen.wide > width) wrong.push(`${at}: ${seen.wide} px wide in a window of ${width} px (${media})`);
    if (seen.drawn < 5) wrong.push(`${at}: only ${seen.drawn} charts and tables`);
    if (seen.ways > 0) wrong.push(`${at}: ${seen.ways} ways out of the file`);
  }
}
await browser.close();
for (const what of wrong) console.error(what);
console.log(`${files.length} exported files, ${wrong.length} wrong`);
process.exit(wrong.length ? 1 : 0);
