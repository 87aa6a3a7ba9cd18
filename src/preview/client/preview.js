/* The page follows the preview: fetches what changed, patches itself, and shows what ran and what is wrong.
   A classic script; it writes no HTML, only elements and text. */
(function () {
  "use strict";
  var OWN = "/__kpress/", words = {}, edition = 0, etag = null, status = null, box = null, hidden = false;
  var store = { get: function (area, name) { try { return window[area].getItem(name); } catch (e) { return null; } },
    set: function (area, name, value) { try { window[area].setItem(name, value); } catch (e) { /* for this page only */ } } };

  function make(name, className, text) {
    var element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined && text !== null) element.textContent = text;
    return element;
  }
  function word(name, values) {
    var text = words["preview-" + name] || "";
    Object.keys(values || {}).forEach(function (key) { text = text.split("[" + key + "]").join(values[key]); });
    return text;
  }

  /* Letting in: the token of the printed address, or the ticket that the server gave before it ended. */
  function post(name, what, more) {
    var headers = { "Content-Type": "application/json", "X-Kpress-Token": store.get("localStorage", "kpress-token") || "" };
    Object.keys(more || {}).forEach(function (key) { headers[key] = more[key]; });
    return fetch(OWN + name, { method: "POST", headers: headers, body: JSON.stringify(what) }).then(function (answer) {
      if (answer.ok) return answer.json();
      var error = new Error(String(answer.status));
      return answer.json().then(function (told) { error.told = told; }, function () { /* nothing is said */ }).then(function () { throw error; });
    });
  }
  function admitted(answer) { store.set("localStorage", "kpress-token", answer.token); }
  function enter() {
    var given = /^#kpress=([0-9a-f]{64})$/.exec(location.hash);
    if (!given) return Promise.resolve();
    history.replaceState(null, "", location.pathname + location.search);
    return post("token", { token: given[1] }).then(admitted).catch(function () { /* of another start */ });
  }
  function resume() {
    var ticket = store.get("sessionStorage", "kpress-ticket");
    if (!ticket) return Promise.reject(new Error("none"));
    store.set("sessionStorage", "kpress-ticket", "");
    return post("resume", { ticket: ticket }).then(admitted);
  }

  /* Following: one connection per page. A page that is left alone closes its own. */
  var leaving = false, pause = 250;
  window.addEventListener("pagehide", function () { leaving = true; });
  window.addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });
  function follow() {
    fetch(OWN + "events?page=" + location.pathname, { cache: "no-store" }).then(function (answer) {
      if (answer.status === 403) return denied();
      if (!answer.ok) throw new Error(String(answer.status));
      pause = 250;
      return read(answer.body.getReader()).then(function () { throw new Error("ended"); });
    }).catch(function () {
      if (leaving) return;
      say("lost", word("lost"));
      setTimeout(follow, pause);
      pause = Math.min(pause * 2, 2000);
    });
  }
  function denied() {
    return resume().then(follow, function () {
      say("lost", word("closed"));
      /* Another tab may be let in meanwhile; the cookie is theirs together. */
      setTimeout(follow, 2000);
    });
  }
  function read(reader) {
    var decoder = new TextDecoder(), text = "";
    function more() {
      return reader.read().then(function (part) {
        if (part.done) return;
        text += decoder.decode(part.value, { stream: true });
        var ends = text.split("\n\n");
        text = ends.pop();
        ends.forEach(function (one) { if (one.indexOf("data: ") === 0) heard(JSON.parse(one.slice(6))); });
        return more();
      });
    }
    return more();
  }

  function heard(message) {
    if (message.kind === "hello" && message.ticket) store.set("sessionStorage", "kpress-ticket", message.ticket);
    if (message.kind === "building") { say("building", word("building")); return; }
    if (message.kind === "made") { if (status) { status.made = message.made; status.all = message.all; } show(); return; }
    if (message.kind === "failed") { status = { findings: [], broken: true, text: message.text }; hidden = false; show(); return; }
    if (message.kind !== "done") { document.dispatchEvent(new CustomEvent("kpress:heard", { detail: message })); return; }
    if (message.broken && !(status && status.broken)) hidden = false;
    status = message;
    refresh().then(show);
    document.dispatchEvent(new CustomEvent("kpress:heard", { detail: message }));
  }

  /* The page as it is now, if it is another one. */
  function refresh(anew) {
    var wanted = status.edition, known = etag && !anew ? { "If-None-Match": etag } : {};
    return fetch(location.pathname, { cache: "no-store", headers: known }).then(function (answer) {
      edition = wanted;
      if (answer.status === 304) return;
      if (answer.status === 404) { status.gone = true; return; }
      etag = answer.headers.get("ETag");
      return answer.text().then(function (html) {
        if (!window.kpressMorph.to(html)) location.reload();
      });
    }).catch(function () { /* the next connection asks again */ });
  }

  /* The mark in the corner: alive, what ran, which pages. */
  var mark = null, kind = "", line = "";
  function say(what, text) { kind = what; line = text; draw(); }
  function show() {
    if (!status) return;
    say(status.broken ? "broken" : "live", status.broken ? word("broken") : word("live"));
    overlay();
  }
  function draw() {
    if (!mark) {
      mark = make("details", "kpress-mark");
      mark.setAttribute("data-kpress-own", "");
      mark.appendChild(make("summary"));
      mark.appendChild(make("div", "kpress-ran"));
      document.body.appendChild(mark);
    }
    mark.setAttribute("data-kind", kind);
    mark.setAttribute("data-edition", String(edition));
    mark.firstChild.textContent = line + (part() ? " · " + named(part()) : "");
    var ran = mark.lastChild;
    ran.textContent = "";
    if (!status || !status.stages) return;
    if ((status.audiences || []).length > 1) ran.appendChild(readers());
    ran.appendChild(make("h4", "", word("ran", { ms: status.ms })));
    var table = make("table");
    status.stages.forEach(function (stage) {
      var row = table.insertRow();
      row.insertCell().textContent = stage.name;
      row.insertCell().textContent = stage.ms + " ms";
      row.insertCell().textContent = stage.about;
    });
    ran.appendChild(table);
    ran.appendChild(make("h4", "", status.changes ? word("pages-changed", { n: status.changes, of: status.pages }) : word("none-changed")));
    var list = make("ul");
    (status.changed || []).forEach(function (path) {
      var item = list.appendChild(make("li")), link = item.appendChild(make("a", "", path || "/"));
      link.href = "/" + document.documentElement.lang + "/" + path.split("/").map(encodeURIComponent).join("/") + (path ? "/" : "") + "index.html";
    });
    ran.appendChild(list);
    if (status.made < status.all) ran.appendChild(make("p", "", word("pages-made", { n: status.made, of: status.all })));
    var warnings = (status.findings || []).length;
    if (warnings) {
      var again = make("button", "", word("findings", { n: warnings }));
      again.type = "button";
      again.addEventListener("click", function () { hidden = false; overlay(true); });
      ran.appendChild(again);
    }
  }

  /* Whom the pages are shown as: what others are told is told here as it would be published. */
  function named(one) { return one.name[document.documentElement.lang] || one.id; }
  function part() {
    return (status && status.audiences || []).filter(function (one) { return one.part && one.id === status.audience; })[0];
  }
  function readers() {
    var row = make("label", "kpress-readers"), select = make("select");
    row.appendChild(make("span", "", word("audience")));
    status.audiences.forEach(function (one) {
      var option = select.appendChild(make("option", "", named(one)));
      option.value = one.id;
      option.selected = one.id === status.audience;
    });
    select.addEventListener("change", function () {
      select.disabled = true;
      post("audience", { name: select.value }).catch(function () { say(kind, word("no-failed")); });
    });
    row.appendChild(select);
    return row;
  }

  /* What was found is told in English; elsewhere the rule and the way out come first, in the words of the page. */
  function explain(one, into) {
    var own = (one.said || {})[document.documentElement.lang], message = make("p", own ? "kpress-detail" : "kpress-message", one.message);
    message.lang = "en";
    if (own) into.appendChild(make("p", "kpress-message", own[0]));
    into.appendChild(message);
    if (own) into.appendChild(make("p", "kpress-hint", own[1]));
    if (one.hint) into.appendChild(make("p", own ? "kpress-detail" : "kpress-hint", one.hint)).lang = "en";
  }

  /* What is wrong, over the last good page. */
  function overlay(asked) {
    if (box) { box.remove(); box = null; }
    var wanted = status.broken || asked || status.gone;
    if (!wanted || hidden) return;
    box = make("section", "kpress-overlay");
    box.setAttribute("data-kpress-own", "");
    box.setAttribute("role", "alert");
    var head = box.appendChild(make("header"));
    head.appendChild(make("h2", "", status.gone ? word("gone") : status.text ? word("failed") : status.broken ? word("broken") : word("findings", { n: status.findings.length })));
    var close = head.appendChild(make("button", "", word("hide")));
    close.type = "button";
    close.addEventListener("click", function () { hidden = true; overlay(); });
    if (status.text) box.appendChild(make("p", "", status.text));
    if (status.gone) {
      var home = box.appendChild(make("a", "", word("home")));
      home.href = "/" + document.documentElement.lang + "/index.html";
    }
    var list = box.appendChild(make("ol"));
    (status.findings || []).filter(function (one) { return asked || one.level === "error"; }).forEach(function (one) {
      var item = list.appendChild(make("li", one.level));
      explain(one, item);
      var foot = item.appendChild(make("p", "kpress-place"));
      foot.appendChild(make("code", "", one.place));
      foot.appendChild(make("span", "", one.rule));
      if (one.open) {
        var link = foot.appendChild(make("a", "", word("open")));
        link.href = one.open;
      }
    });
    document.body.appendChild(box);
  }
  document.addEventListener("keydown", function (event) {
    /* What lies above it closes first. */
    if (event.key === "Escape" && box && !event.isComposing && !document.querySelector(".kpress-panel, .kpress-board")) { hidden = true; overlay(); }
  });

  window.kpressPreview = { post: post, word: word, explain: explain, refresh: function () { return refresh(true); }, say: function (text) { say(kind, text); } };
  fetch(OWN + "words?lang=" + document.documentElement.lang).then(function (answer) { return answer.json(); })
    .then(function (all) { words = all; }, function () { /* marks without words */ })
    .then(enter).then(follow);
})();
