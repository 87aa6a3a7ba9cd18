/* kpress: the reader of encrypted pages (kpress-enc/1). It asks for a passphrase, opens files with WebCrypto and shows them
   in this document, under the content policy of every page: nothing that is opened is run, and no HTML is written, only
   elements of a parsed page moved here. Addresses of pages stand behind the `#`, which no server is told. */
(function () {
  "use strict";
  var FORMAT = "kpress-enc/1", LEAST = 600000, MOST = 100000000, HOURS = 12;
  var root = document.documentElement;
  var words = JSON.parse(document.getElementById("gate-words").textContent);
  var kept = null;
  try { kept = localStorage.getItem("kpress-theme"); } catch (e) { /* no storage: automatic */ }
  if (kept === "light" || kept === "dark") root.classList.add(kept);

  /* ── Words and elements ── */
  function make(name, className, text) {
    var element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }
  function choose() {
    var asked = /^#\/([a-z]{2})\//.exec(location.hash);
    var wanted = (asked ? [asked[1]] : []).concat(navigator.languages || [navigator.language || ""]);
    for (var i = 0; i < wanted.length; i++) {
      var code = wanted[i].slice(0, 2).toLowerCase();
      if (Object.prototype.hasOwnProperty.call(words, code)) return code;
    }
    return Object.keys(words).sort()[0];
  }
  var lang = choose();
  function say(key) { return words[lang][key]; }

  /* ── Bytes ── */
  var utf8 = new TextEncoder();
  function joined(parts) {
    var all = parts.map(function (part) { return typeof part === "string" ? utf8.encode(part) : part; });
    var out = new Uint8Array(all.reduce(function (sum, part) { return sum + 4 + part.length; }, 0)), at = 0;
    all.forEach(function (part) {
      new DataView(out.buffer).setUint32(at, part.length);
      out.set(part, at + 4);
      at += 4 + part.length;
    });
    return out;
  }
  function bytes(hex, length) {
    if (typeof hex !== "string" || hex.length !== length * 2 || !/^[0-9a-f]*$/.test(hex)) throw new Error("form");
    return Uint8Array.from({ length: length }, function (_, i) { return parseInt(hex.slice(2 * i, 2 * i + 2), 16); });
  }
  function hex(buffer) {
    return Array.prototype.map.call(new Uint8Array(buffer), function (byte) { return (byte + 256).toString(16).slice(1); }).join("");
  }
  function fetched(address) {
    return fetch(address, { cache: "no-cache", credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.arrayBuffer();
    });
  }

  /* ── A version, opened ── */
  var base = new URL("./", location.href).href.split("#")[0];   /* the folder of the version that is shown */
  var reader = null;                                            /* slot, salt, rounds and key of whoever reads */
  var open = null;                                              /* keys of the version, and what it is bound to */
  var pages = null;

  function own(map, key) { return Object.prototype.hasOwnProperty.call(map, key) ? map[key] : undefined; }

  /* The slot of a header, checked; fewer rounds than allowed are refused before anything is computed. */
  async function header(folder, number) {
    var told = JSON.parse(new TextDecoder().decode(await fetched(folder + "header.json")));
    var version = decodeURIComponent(folder.replace(/\/$/, "").split("/").pop());
    if (told.format !== FORMAT || told.version !== version || typeof told.site !== "string" || typeof told.audience !== "string") throw new Error("header");
    var slot = own(told.slots, number);
    if (!slot || !Number.isInteger(slot.iterations) || slot.iterations < LEAST || slot.iterations > MOST) throw new Error("slot");
    return {
      bound: [told.site, told.audience, told.version], slot: number, iterations: slot.iterations, saltText: slot.salt,
      salt: bytes(slot.salt, 16), nonce: bytes(slot.nonce, 12), key: bytes(slot.key, 48)
    };
  }
  async function keyOf(passphrase, head) {
    var material = await crypto.subtle.importKey("raw", utf8.encode(passphrase), "PBKDF2", false, ["deriveKey"]);
    var how = { name: "PBKDF2", hash: "SHA-256", salt: head.salt, iterations: head.iterations };
    return crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
  }
  /* The key of the version, split as the builder did. */
  async function unlock(head, key) {
    var how = { name: "AES-GCM", iv: head.nonce, additionalData: joined(head.bound.concat(head.slot)) };
    var version = await crypto.subtle.decrypt(how, key, head.key);
    var material = await crypto.subtle.importKey("raw", version, "HKDF", false, ["deriveKey", "deriveBits"]);
    new Uint8Array(version).fill(0);
    function part(what) { return { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: joined([FORMAT, what]) }; }
    var names = await crypto.subtle.deriveKey(part("names"), material, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
    var bits = await crypto.subtle.deriveBits(part("files"), material, 256);
    var files = await crypto.subtle.importKey("raw", bits, "HKDF", false, ["deriveKey"]);
    new Uint8Array(bits).fill(0);
    return { bound: head.bound, names: names, files: files };
  }
  async function file(path) {
    var name = hex(await crypto.subtle.sign("HMAC", open.names, joined([path]))).slice(0, 32);
    var stored = new Uint8Array(await fetched(base + "e/" + name + ".bin"));
    if (new TextDecoder().decode(stored.subarray(0, 4)) !== "kpe1") throw new Error("file");
    var how = { name: "HKDF", hash: "SHA-256", salt: stored.slice(4, 36), info: joined([FORMAT, path]) };
    var key = await crypto.subtle.deriveKey(how, open.files, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
    var bound = joined([FORMAT].concat(open.bound, path));
    var plain = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(12), additionalData: bound }, key, stored.slice(36)));
    var length = Number(new DataView(plain.buffer).getBigUint64(0));
    if (length > plain.length - 8) throw new Error("length");
    return plain.subarray(8, 8 + length);
  }
  async function text(path) { return new TextDecoder().decode(await file(path)); }

  /* ── Remembering: off unless asked for. The key cannot be read out of the browser, and is gone after twelve hours. ── */
  function store(mode, act) {
    return new Promise(function (resolve, reject) {
      var asked = indexedDB.open("kpress-reader", 1);
      asked.onupgradeneeded = function () { asked.result.createObjectStore("keys"); };
      asked.onerror = function () { reject(asked.error); };
      asked.onsuccess = function () {
        var done = act(asked.result.transaction("keys", mode).objectStore("keys"));
        done.onsuccess = function () { asked.result.close(); resolve(done.result); };
        done.onerror = function () { asked.result.close(); reject(done.error); };
      };
    });
  }
  function whose() { return base.replace(/v\/[^/]+\/$/, ""); }
  async function recall() {
    try {
      var one = await store("readonly", function (keys) { return keys.get(whose()); });
      if (one && one.until > Date.now() && one.until < Date.now() + HOURS * 3600000 + 60000) return one;
      if (one) await forget();
    } catch (e) { /* no storage: nothing is remembered */ }
    return null;
  }
  function remember() {
    return store("readwrite", function (keys) {
      return keys.put({ key: reader.key, slot: reader.slot, salt: reader.salt, iterations: reader.iterations, until: Date.now() + HOURS * 3600000 }, whose());
    }).catch(function () { /* kept for this page only */ });
  }
  function forget() { return store("readwrite", function (keys) { return keys.delete(whose()); }).catch(function () { /* nothing was kept */ }); }

  /* ── Addresses: `#/zh/metrics/gmv/index.html?query#anchor` ── */
  function route() {
    var told = location.hash.replace(/^#\/?/, ""), cut = told.indexOf("#");
    var anchor = cut < 0 ? "" : told.slice(cut + 1), rest = cut < 0 ? told : told.slice(0, cut);
    var ask = rest.indexOf("?"), path = ask < 0 ? rest : rest.slice(0, ask);
    try { path = path.split("/").map(decodeURIComponent).join("/"); } catch (e) { path = ""; }
    if (path === "" || /\/$/.test(path)) path += "index.html";
    return { path: path, query: ask < 0 ? "" : rest.slice(ask), anchor: anchor };
  }
  function encoded(path) { return path.split("/").map(encodeURIComponent).join("/"); }
  function address(path, query, anchor) { return "#/" + encoded(path) + (query || "") + (anchor ? "#" + anchor : ""); }
  /* Where a link of a page leads: into this version, or elsewhere. */
  function aim(href, from) {
    if (href.charAt(0) === "#") return { inner: from.path, query: from.query, anchor: href.slice(1) };
    var to;
    try { to = new URL(href, base + encoded(from.path)); } catch (e) { return null; }
    if (to.href.indexOf(base) !== 0) return { outer: to.href, page: /^https?:$/.test(to.protocol) };
    var path = to.pathname.slice(new URL(base).pathname.length);
    try { path = path.split("/").map(decodeURIComponent).join("/"); } catch (e) { return null; }
    if (path === "" || /\/$/.test(path)) path += "index.html";
    return { inner: path, query: to.search, anchor: to.hash.slice(1) };
  }
  function isPage(path) { return /\.html$/.test(path); }

  /* ── Showing a page ── */
  var shown = null, turn = 0;
  function each(part, selector, act) { Array.prototype.forEach.call(part.querySelectorAll(selector), act); }

  function mend(part, from) {
    each(part, "a[href], area[href]", function (link) {
      var to = aim(link.getAttribute("href"), from);
      if (!to) return;
      if (to.outer) link.setAttribute("href", to.outer);
      else link.setAttribute("href", address(to.inner, to.query, to.anchor));
    });
    each(part, "img[src]", function (picture) {
      var to = aim(picture.getAttribute("src"), from);
      if (!to || to.outer) { if (to) picture.setAttribute("src", to.outer); return; }
      picture.removeAttribute("src");
      file(to.inner).then(function (content) { return inline(to.inner, content); })
        .then(function (data) { picture.setAttribute("src", data); }).catch(function () { /* its text stands for it */ });
    });
    /* What the scripts of pages are told: seen from the folder of the version, where this document is. */
    ["data-search", "data-base", "data-root", "data-charts"].forEach(function (name) {
      each(part, "[" + name + "]", function (element) { element.setAttribute(name, flat(element.getAttribute(name), from)); });
    });
  }
  function flat(value, from) {
    var to = new URL(value, base + encoded(from.path)).href;
    return to.indexOf(base) === 0 ? "./" + to.slice(base.length) : to;
  }
  var TYPES = { csv: "text/csv", json: "application/json", xml: "application/atom+xml", html: "text/html", txt: "text/plain",
    svg: "image/svg+xml", png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", webp: "image/webp", gif: "image/gif" };
  function typed(path, content) {
    return new Blob([content], { type: own(TYPES, path.split(".").pop()) || "application/octet-stream" });
  }
  /* The policy takes pictures from `data:`. */
  function inline(path, content) {
    return new Promise(function (resolve, reject) {
      var reading = new FileReader();
      reading.onload = function () { resolve(reading.result); };
      reading.onerror = function () { reject(reading.error); };
      reading.readAsDataURL(typed(path, content));
    });
  }
  async function download(path) {
    var link = make("a"), place = URL.createObjectURL(typed(path, await file(path)));
    link.href = place;
    link.download = path.split("/").pop();
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(place); }, 60000);
  }
  /* Scripts of a version hold data only: a name is set, or a function of the page is called. They are read, not run. */
  function take(source) {
    var set = /^window\.(kpress[A-Za-z]*)\s*=\s*([\s\S]*?);?\s*$/.exec(source);
    if (set) { window[set[1]] = JSON.parse(set[2]); return; }
    var call = /^(kpress[A-Za-z]*)\(([\s\S]*)\);?\s*$/.exec(source);
    if (call && typeof window[call[1]] === "function") window[call[1]](JSON.parse(call[2]));
  }
  async function list() {
    if (!pages) pages = JSON.parse(await text("manifest.json")).files.map(function (one) { return one.p; });
    return pages;
  }
  /* A page that this version has not: the nearest one above it. */
  async function nearest(path) {
    var all = await list();
    while (all.indexOf(path) < 0 && /^[^/]+\/.+\/index\.html$/.test(path)) path = path.replace(/[^/]+\/index\.html$/, "index.html");
    return all.indexOf(path) < 0 ? "index.html" : path;
  }
  function jump(anchor) {
    var there = anchor && (document.getElementById(anchor) || document.getElementById(decode(anchor)));
    if (!there) { if (!anchor) window.scrollTo(0, 0); return; }
    for (var up = there; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    there.scrollIntoView();
    if (there.id === "main") { there.tabIndex = -1; there.focus({ preventScroll: true }); }
  }
  function decode(value) { try { return decodeURIComponent(value); } catch (e) { return value; } }

  async function show() {
    var mine = ++turn, to = route();
    if (shown && shown.base === base && shown.path === to.path && shown.query === to.query) { jump(to.anchor); return; }
    if (!isPage(to.path)) { await download(to.path); if (shown) history.replaceState(null, "", address(shown.path, shown.query, "")); return; }
    var source;
    try { source = await text(to.path); } catch (e) {
      var there = await nearest(to.path);
      if (there === to.path) throw e;
      history.replaceState(null, "", address(there, "", ""));
      return show();
    }
    var page = new DOMParser().parseFromString(source, "text/html");
    var onward = page.querySelector("meta[http-equiv='refresh']");
    if (onward) {
      var goal = aim(onward.getAttribute("content").replace(/^[^=]*=\s*/, ""), to);
      /* The page at the root leads to the first language; a reader who chose another gets that. */
      if (goal && to.path === "index.html" && (await list()).indexOf(lang + "/index.html") >= 0) goal.inner = lang + "/index.html";
      if (goal && goal.inner) { history.replaceState(null, "", address(goal.inner, goal.query, goal.anchor)); return show(); }
    }
    var scripts = [];
    for (var script of Array.from(page.querySelectorAll("script[src]"))) {
      var from = aim(script.getAttribute("src"), to);
      if (from && from.inner) take(await text(from.inner));
      else if (from && from.outer.indexOf(whose() + "a/") === 0) scripts.push(from.outer);
      script.remove();
    }
    if (mine !== turn) return;
    await place(page, to);
    shown = { base: base, path: to.path, query: to.query };
    scripts.forEach(function (address) {
      var run = make("script");
      run.src = address;
      run.async = false;
      document.head.appendChild(run);
      run.onload = function () { run.remove(); };
    });
    jump(to.anchor);
  }
  /* The elements of the parsed page become those of this document. */
  async function place(page, to) {
    var there = Array.from(document.querySelectorAll("link[rel='stylesheet']")).map(function (link) { return link.href; });
    var waiting = [];
    each(page.head, "link[rel='stylesheet']", function (link) {
      var from = aim(link.getAttribute("href"), to);
      if (!from || !from.outer || there.indexOf(from.outer) >= 0) return;
      var style = make("link");
      style.rel = "stylesheet";
      waiting.push(new Promise(function (resolve) { style.onload = style.onerror = resolve; }));
      style.href = from.outer;
      document.head.appendChild(style);
    });
    await Promise.all(waiting);
    mend(page, to);
    root.lang = page.documentElement.lang;
    lang = own(words, root.lang) ? root.lang : lang;
    root.setAttribute("data-charts", page.documentElement.getAttribute("data-charts") || "");
    document.title = page.title;
    var body = document.adoptNode(page.body);
    root.replaceChild(body, document.body);
    body.appendChild(lockBar());
  }
  function lockBar() {
    var bar = make("div", "lock-bar"), button = make("button", "lock", say("lock"));
    button.type = "button";
    bar.lang = lang;
    button.addEventListener("click", lock);
    bar.appendChild(make("span", "", say("state")));
    bar.appendChild(button);
    return bar;
  }
  async function lock() {
    await forget();
    /* A new document: nothing that was opened stays in memory. */
    reader = open = null;
    history.replaceState(null, "", location.pathname);
    location.reload();
  }

  /* ── For the scripts of pages ── */
  window.kpressReader = {
    /* A script of the version: true, and `then` is called when it is read. */
    load: function (where, then) {
      var to = new URL(where, base).href;
      if (to.indexOf(base) !== 0) return false;
      text(decode(new URL(to).pathname.slice(new URL(base).pathname.length))).then(function (source) { take(source); then(); }).catch(failed);
      return true;
    },
    /* The same page in another version. */
    address: function (folder, page) { return new URL(folder, base).href + "index.html#/" + encoded(page); },
    visit: visit
  };
  function visit(where) {
    var to = new URL(where, base), folder = new URL("./", to.href.split("#")[0]).href;
    if (folder.indexOf(whose() + "v/") !== 0) { location.href = to.href; return; }
    history.pushState(null, "", to.href);
    arrive().catch(failed);
  }
  /* The address names another version than the one that is open. */
  async function arrive() {
    var folder = new URL("./", location.href.split("#")[0]).href;
    if (folder !== base) {
      base = folder;
      open = pages = null;
    }
    if (!open && !(await again())) { gate(""); return; }
    await show();
  }
  /* Whoever has opened one version has the key of every other with a slot of the same passphrase. */
  async function again() {
    var known = reader || (await recall());
    if (!known) return false;
    try {
      var head = await header(base, known.slot);
      if (head.saltText !== known.salt || head.iterations !== known.iterations) return false;
      open = await unlock(head, known.key);
      reader = known;
      return true;
    } catch (e) { return false; }
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href]");
    if (!link || !shown || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    var href = link.getAttribute("href");
    if (href.indexOf("#/") === 0) {
      var path = decode(href.slice(2).split(/[?#]/)[0]);
      if (!isPage(path)) { event.preventDefault(); download(path).catch(failed); }
      return;
    }
    var to = new URL(href, location.href.split("#")[0]);
    if (to.href.indexOf(base) === 0) {
      /* One that a script of the page made. */
      var at = aim(href, { path: "index.html", query: "" });
      event.preventDefault();
      if (at && at.inner) location.hash = address(at.inner, at.query, at.anchor);
    } else if (to.href.indexOf(whose() + "v/") === 0) {
      event.preventDefault();
      visit(to.href);
    }
  });
  window.addEventListener("popstate", function () { if (reader) arrive().catch(failed); });

  /* ── The gate ── */
  function failed() { gate(say("wrong")); }
  function explain(title, body) {
    var main = frame(title);
    main.appendChild(make("p", "", body));
  }
  function frame(title) {
    var body = make("body", "kind-gate"), main = make("main", "gate");
    root.lang = lang;
    document.title = say("title");
    main.id = "main";
    if (Object.keys(words).length > 1) {
      var choice = make("nav", "languages");
      choice.setAttribute("aria-label", say("language"));
      Object.keys(words).sort().forEach(function (code) {
        var button = make("button", code === lang ? "here" : "", words[code].name);
        button.type = "button";
        button.lang = code;
        if (code === lang) button.setAttribute("aria-current", "true");
        button.addEventListener("click", function () { lang = code; begin(); });
        choice.appendChild(button);
      });
      main.appendChild(choice);
    }
    main.appendChild(make("h1", "", title));
    body.appendChild(main);
    root.replaceChild(body, document.body);
    shown = null;
    return main;
  }
  function gate(message) {
    var main = frame(say("title"));
    main.appendChild(make("p", "", say("about")));
    var form = make("form"), label = make("label", "", say("passphrase")), field = make("input"), see = make("button", "see", say("show"));
    var keep = make("input"), keepLabel = make("label", "keep"), go = make("button", "go", say("open")), told = make("p", "told", message);
    field.type = "password";
    field.id = label.htmlFor = "passphrase";
    field.autocomplete = "off";
    field.spellcheck = false;
    field.setAttribute("autocapitalize", "none");
    field.setAttribute("aria-describedby", "told");
    see.type = "button";
    see.setAttribute("aria-pressed", "false");
    keep.type = "checkbox";
    keepLabel.appendChild(keep);
    keepLabel.appendChild(document.createTextNode(" " + say("remember")));
    go.type = "submit";
    told.id = "told";
    told.setAttribute("role", "alert");
    see.addEventListener("click", function () {
      var hidden = field.type === "password";
      field.type = hidden ? "text" : "password";
      see.setAttribute("aria-pressed", String(hidden));
      see.textContent = say(hidden ? "hide" : "show");
      field.focus();
    });
    var row = make("div", "row");
    [field, see].forEach(function (one) { row.appendChild(one); });
    [label, row, keepLabel, go, told].forEach(function (one) { form.appendChild(one); });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (go.getAttribute("aria-busy") === "true" || !field.value.trim()) { field.focus(); return; }
      go.setAttribute("aria-busy", "true");
      go.textContent = say("opening");
      told.textContent = "";
      enter(field.value.trim(), keep.checked).then(function () { field.value = ""; }, function () {
        go.removeAttribute("aria-busy");
        go.textContent = say("open");
        told.textContent = say("wrong");
        field.select();
      });
    });
    main.appendChild(form);
    main.appendChild(make("p", "small", say("note")));
    field.focus();
  }
  async function enter(passphrase, keep) {
    var slot = /^(\d{1,9})-/.exec(passphrase);
    if (!slot) throw new Error("passphrase");
    var head = await header(base, slot[1]);
    var key = await keyOf(passphrase, head);
    open = await unlock(head, key);
    pages = null;
    reader = { key: key, slot: head.slot, salt: head.saltText, iterations: head.iterations };
    if (keep) await remember();
    await show();
  }
  function begin() {
    if (location.protocol === "file:") explain(say("title"), say("from-file"));
    else if (!window.isSecureContext || !window.crypto || !crypto.subtle) explain(say("title"), say("no-crypto"));
    else gate("");
  }
  if (location.protocol === "file:" || !window.isSecureContext || !window.crypto || !crypto.subtle) begin();
  else arrive().catch(failed);
})();
