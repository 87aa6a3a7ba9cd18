// What the browser scripts share: starting Chromium, finding the pages of a built site, doing a list of jobs at several hands.
import { chromium } from 'playwright-core';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

export function start(more = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', ...more],
  });
}

export function htmlFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return htmlFiles(path);
    return entry.name.endsWith('.html') ? [path] : [];
  }).sort();
}

// Takes the jobs from one list with as many hands as asked for; each hand is made once and serves until the list is empty.
export async function share(jobs, hands, makeHand, work) {
  const left = [...jobs];
  await Promise.all(Array.from({ length: hands }, async () => {
    const hand = await makeHand();
    for (let job = left.shift(); job !== undefined; job = left.shift()) await work(hand, job);
  }));
}

// A port that nobody listens at: a program that is started twice at one port needs to know it beforehand.
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => resolve(port)); });
  });
}
