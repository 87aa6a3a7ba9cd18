// What a page must be. These functions run inside the page and return what is wrong with it, as sentences.

// Frame, names, tables, drawings, width.
export function judgePage() {
  const wrong = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const named = (e) => (e.textContent.trim() || e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.title || '').length > 0;
  const say = (list, what) => { if (list.length) wrong.push(`${list.length} ${what}, first ${list[0].outerHTML.slice(0, 90)}`); };
  if (!document.title) wrong.push('no title');
  if (!/^(zh|ja|en)/.test(document.documentElement.lang)) wrong.push('no language');
  for (const one of ['main', 'h1', 'body > header', 'nav']) if (!document.querySelector(one)) wrong.push(`no ${one}`);
  if (all('main').length > 1 || all('h1').length > 1) wrong.push('more than one main part or first heading');
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  if (wide > 1) wrong.push(`${wide}px wider than a screen of ${window.innerWidth}px`);
  say(all('a[href], button, summary').filter((e) => !named(e)), 'links or buttons without a name');
  say(all('input').filter((e) => !e.getAttribute('aria-label') && !e.labels.length), 'fields without a name');
  say(all('nav').filter((e) => !e.getAttribute('aria-label')), 'ways without a name');
  say(all('img').filter((e) => e.complete && e.naturalWidth === 0), 'images missing');
  say(all('img:not([alt])'), 'images without a text in their place');
  say(all('svg').filter((e) => e.getAttribute('aria-hidden') !== 'true' && !(e.getAttribute('role') === 'img' && named(e))
    && !e.closest('[aria-hidden=true]')), 'drawings neither named nor hidden');
  say(all('table').filter((e) => !e.caption && !e.closest('[aria-label], details, .prose')), 'tables without a name');
  say(all('table.data').filter((e) => !e.querySelector('thead th[scope=col]') || e.querySelector('tbody tr:not(:has(th[scope=row]))')), 'tables with rows or columns that have no head');
  const ids = all('[id]').map((e) => e.id);
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
  if (twice.length) wrong.push(`the id ${twice[0]} stands twice`);
  const levels = all('h1,h2,h3,h4').map((e) => Number(e.tagName[1]));
  const jump = levels.findIndex((level, place) => place > 0 && level > levels[place - 1] + 1);
  if (jump > 0 && levels[jump] > 3) wrong.push(`a heading of level ${levels[jump]} follows one of level ${levels[jump - 1]}`);
  if (/\b(undefined|NaN|null|\[object)\b/.test(document.querySelector('main')?.innerText ?? '')) wrong.push('shows a word of the machine');
  return wrong;
}

// Texts that stand out from their ground by less than 4.5 (WCAG 2.2, 1.4.3). Grounds with parts of transparency are mixed.
export function contrastOf() {
  const parse = (colour) => { const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number); return [r, g, b, a]; };
  const mix = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a), 1];
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, place) => sum + v * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (e) => {
    const layers = [];
    for (let at = e; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((under, over) => mix(over, under), [255, 255, 255, 1]);
  };
  const found = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || e.closest('script, style, .sr, .skip, [hidden]') || !e.getClientRects().length) continue;
    const style = getComputedStyle(e);
    const drawn = e.closest('svg');
    let opacity = 1;
    for (let at = e; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
    const ink = parse(drawn ? style.fill : style.color);
    const under = ground(drawn ? drawn.parentElement : e);
    const [a, b] = [light(mix([ink[0], ink[1], ink[2], ink[3] * opacity], under)), light(under)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.set(`${e.tagName}.${e.getAttribute('class') ?? ''}`, `"${node.data.trim().slice(0, 20)}" has a contrast of ${ratio.toFixed(2)}`);
  }
  return [...found].map(([where, what]) => `${where} ${what}`);
}
