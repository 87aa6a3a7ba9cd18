/* Targets and weights changed in the page: typed or dragged, seen at once, written only when asked to.
   While something is unsaved the page shows what it would be; nothing of that is on disk. */
(function () {
  "use strict";
  var kpress = window.kpressPreview, panel = null, entry = null, edits = {}, busy = false, again = false, notes = null;
  var may = false, choices = null, came = null, STATES = ["active", "paused", "disputed", "achieved", "dropped"];
  function make(name, className, text) {
    var element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined && text !== null) element.textContent = text;
    return element;
  }
  function word(name, values) { return kpress.word(name, values); }

  document.addEventListener("kpress:heard", function (event) {
    if (event.detail.kind === "hello" && event.detail.edit && !may) { may = true; decorate(document); opener(); }
    /* Somebody saved: what is not saved here is laid over the new state. */
    if (event.detail.kind === "done" && panel) reload();
  });
  document.addEventListener("kpress:fresh", function (event) { if (may) decorate(event.detail); });

  /* Which page an address is, below the language; null for what is no page of a target. */
  function pageOf(address) {
    var way = new URL(address, location.href), parts = /^\/[a-z]{2}\/(.*?)\/?(index\.html)?$/.exec(way.pathname);
    return way.origin === location.origin && parts ? decodeURIComponent(parts[1]) : null;
  }
  /* A pencil beside each target of a tree or card. */
  function decorate(part) {
    if (!part.querySelectorAll) return;
    Array.prototype.forEach.call(part.querySelectorAll("main .goal-row .nm > a, main .card a, li .goal-row .nm > a"), function (link) {
      var page = pageOf(link.href);
      if (!page || page.indexOf("targets/") !== 0 || link.nextSibling && link.nextSibling.className === "kpress-pencil") return;
      link.parentNode.insertBefore(pencil(page), link.nextSibling);
    });
  }
  function pencil(page) {
    var button = make("button", "kpress-pencil", "✎");
    button.type = "button";
    button.setAttribute("data-kpress-own", "");
    button.title = word("edit");
    button.setAttribute("aria-label", word("edit"));
    button.addEventListener("click", function (event) {
      event.preventDefault();
      event.stopPropagation();
      open({ page: page });
    });
    return button;
  }
  function opener() {
    var page = pageOf(location.href), head = document.querySelector("main .head");
    if (page === null || !head) return;
    if (page.indexOf("targets/") === 0) { head.appendChild(pencil(page)); return; }
    if (page.indexOf("calendar") === 0) open({ page: page });
    /* Alerts are read more often than their lines are moved: asked for, not opened. */
    if (page === "alerts") head.appendChild(pencil(page));
  }

  function open(asked) {
    kpress.post("fields", asked).then(function (answer) {
      if (answer.choices) {
        choices = answer;
        if (answer.choices[0]) open({ kind: answer.kind, id: answer.choices[0] });
        else if ((answer.packed || []).length) { came = document.activeElement; entry = null; edits = {}; draw(); }
        return;
      }
      if (choices && (choices.kind !== answer.kind || choices.choices.indexOf(answer.id) < 0)) choices = null;
      /* Where the keyboard goes back to. */
      if (!panel) came = document.activeElement;
      entry = answer;
      edits = {};
      draw();
      /* A calendar opens by itself: it takes the keyboard from nobody. */
      if (came && came !== document.body) first();
    }, complain);
  }
  /* After a save elsewhere: the same values as they are now, what was typed here stays. */
  function reload() {
    if (!entry) return;
    kpress.post("fields", { kind: entry.kind, id: entry.id }).then(function (answer) {
      /* Closed meanwhile. */
      if (!entry || !panel) return;
      var same = JSON.stringify([answer.fields, answer.more]) === JSON.stringify([entry.fields, entry.more]);
      var kept = edits, shown = notes;
      entry = answer;
      if (same) return;
      edits = {};
      draw();
      panel.replaceChild(shown, notes);
      notes = shown;
      Object.keys(kept).forEach(function (key) {
        var input = panel.querySelector("[data-path='" + CSS.escape(key) + "']");
        if (input && kept[key] !== input.value) { input.value = kept[key]; typed(key, kept[key]); }
      });
    }, complain);
  }

  /* A number as it is written: its digits, how they are grouped, and what stands behind them. */
  function number(text) {
    var parts = /^([-+]?)([\d_,]*\.?\d+)(.*)$/.exec(text.trim());
    if (!parts) return null;
    var digits = parts[2].replace(/[_,]/g, ""), decimals = (digits.split(".")[1] || "").length;
    return { value: Number(parts[1] + digits), decimals: decimals, group: /_/.test(parts[2]) ? "_" : /,/.test(parts[2]) ? "," : "", after: parts[3] };
  }
  function written(value, like) {
    var text = Math.abs(value).toFixed(like.decimals), halves = text.split(".");
    if (like.group) halves[0] = halves[0].replace(/\B(?=(\d{3})+$)/g, like.group);
    return (value < 0 ? "-" : "") + halves.join(".") + like.after;
  }
  function step(like) {
    var fine = Math.pow(10, -like.decimals), size = Math.abs(like.value);
    return size > 1000 ? Math.pow(10, Math.floor(Math.log10(size)) - 2) : fine;
  }

  function draw() {
    if (panel) panel.remove();
    panel = make("form", "kpress-panel");
    panel.setAttribute("data-kpress-own", "");
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-label", word("edit") + (entry ? ": " + entry.id : ""));
    panel.addEventListener("submit", function (event) { event.preventDefault(); save(); });
    panel.addEventListener("keydown", keys);
    var head = panel.appendChild(make("header"));
    if (choices && choices.choices.length > 1) head.appendChild(chooser()); else head.appendChild(make("h2", "", entry ? entry.id : word("packed")));
    var close = head.appendChild(make("button", "", word("close")));
    close.type = "button";
    close.addEventListener("click", dismiss);
    notes = make("div", "kpress-notes");
    notes.setAttribute("aria-live", "polite");
    if (entry) values();
    if (choices && (choices.packed || []).length) panel.appendChild(packed());
    panel.appendChild(notes);
    document.body.appendChild(panel);
  }
  function values() {
    var where = panel.appendChild(make("p", "kpress-file")), way = entry.file + ":" + entry.line;
    if (entry.open) where.appendChild(make("a", "", way)).href = entry.open; else where.textContent = way;
    if (entry.made_by) panel.appendChild(make("p", "kpress-hint", word("edit-made-by", { id: entry.made_by })));
    var list = panel.appendChild(make("div", "kpress-fields"));
    entry.fields.forEach(function (one) { list.appendChild(field(one.path.join("."), one.path, one.text)); });
    entry.more.forEach(function (key) { list.appendChild(field("+" + key, [key], "")); });
    var foot = panel.appendChild(make("footer"));
    var write = foot.appendChild(make("button", "kpress-save", word("edit-save")));
    write.type = "submit";
    write.disabled = true;
    [["edit-reset", reset], ["edit-undo", undo]].forEach(function (two) {
      var button = foot.appendChild(make("button", "", word(two[0])));
      button.type = "button";
      button.addEventListener("click", two[1]);
    });
    if (entry.kind === "target" && !entry.made_by) panel.appendChild(revision());
    panel.appendChild(sets());
  }

  /* What comes with a pack is no file of the workspace: a copy there takes its place, and is changed here from then on. */
  function packed() {
    var fold = make("details", "kpress-packed");
    fold.open = !entry;
    fold.appendChild(make("summary", "", word("packed") + " (" + choices.packed.length + ")"));
    fold.appendChild(make("p", "kpress-hint", word("packed-how")));
    choices.packed.forEach(function (one) {
      var item = fold.appendChild(make("details")), text = make("pre", "kpress-diff", one.text);
      item.appendChild(make("summary", "", one.id));
      item.appendChild(text);
      var copy = item.appendChild(make("button", "", word("packed-copy")));
      copy.type = "button";
      copy.addEventListener("click", function () {
        var done = function () { copy.textContent = word("packed-copied"); };
        navigator.clipboard.writeText(one.text).then(done, function () { window.getSelection().selectAllChildren(text); });
      });
    });
    return fold;
  }

  /* Escape takes back what was typed, and then closes; Enter in a field of its own does what the button beside it does. */
  function keys(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      if (document.querySelector(".kpress-board")) return;
      event.stopPropagation();
      if (Object.keys(edits).length) { reset(); first(); } else dismiss();
    }
    if (event.key === "Enter" && event.target.tagName === "INPUT") {
      var own = event.target.closest(".kpress-keep, .kpress-revise"), button = own && own.querySelector("button");
      if (button) { event.preventDefault(); button.click(); }
    }
  }
  function first() { var input = panel && panel.querySelector("[data-path]"); if (input) input.focus(); }
  document.addEventListener("keydown", function (event) {
    var board = document.querySelector(".kpress-board");
    if (event.key === "Escape" && board && !event.isComposing) board.remove();
  });

  /* Of several on one page: which. */
  function chooser() {
    var select = make("select");
    select.setAttribute("aria-label", word("edit"));
    choices.choices.forEach(function (id) {
      var option = select.appendChild(make("option", "", id));
      option.value = id;
      option.selected = id === entry.id;
    });
    select.addEventListener("change", function () { open({ kind: choices.kind, id: select.value }); });
    return select;
  }

  function field(key, path, text) {
    var row = make("label", "kpress-field"), like = number(text);
    row.appendChild(make("span", "", path.join(" · ")));
    var input;
    if (path[0] === "status" && path.length === 1) {
      input = make("select");
      (text ? STATES : [""].concat(STATES)).forEach(function (state) {
        var option = input.appendChild(make("option", "", state));
        option.value = state;
      });
    } else {
      input = make("input");
      input.type = "text";
      input.autocomplete = "off";
    }
    input.value = text;
    input.setAttribute("data-path", key);
    row.appendChild(input);
    if (like) {
      var drag = make("input", "kpress-drag");
      drag.type = "range";
      drag.min = String(Math.min(0, 2 * like.value));
      drag.max = String(like.value > 0 ? 2 * like.value : like.value < 0 ? 0 : 10);
      drag.step = String(step(like));
      drag.value = String(like.value);
      drag.setAttribute("aria-label", path.join(" "));
      /* Up and down move a number by one step, with Shift by ten. */
      input.addEventListener("keydown", function (event) {
        var ways = { ArrowUp: 1, ArrowDown: -1 }, way = ways[event.key], now = number(input.value);
        if (!way || !now || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        input.value = written(now.value + way * step(like) * (event.shiftKey ? 10 : 1), now);
        drag.value = String(number(input.value).value);
        typed(key, input.value);
      });
      drag.addEventListener("input", function () {
        input.value = written(Number(drag.value), like);
        typed(key, input.value);
      });
      input.addEventListener("input", function () { var now = number(input.value); if (now) drag.value = String(now.value); });
      row.appendChild(drag);
    }
    input.addEventListener("input", function () { typed(key, input.value); });
    return row;
  }

  function original(key) {
    var known = entry.fields.filter(function (one) { return one.path.join(".") === key; })[0];
    return known ? known.text : "";
  }
  function typed(key, text) {
    if (text.trim() === "" || text === original(key)) delete edits[key]; else edits[key] = text;
    panel.querySelector(".kpress-save").disabled = Object.keys(edits).length === 0;
    tryOut();
  }
  function list() {
    return Object.keys(edits).map(function (key) {
      if (key[0] === "+") return { kind: entry.kind, id: entry.id, key: key.slice(1), text: edits[key] };
      var path = entry.fields.filter(function (one) { return one.path.join(".") === key; })[0].path;
      return { kind: entry.kind, id: entry.id, path: path, text: edits[key] };
    });
  }

  /* What it does: one question at a time, the newest state asked next. */
  function tryOut() {
    if (busy) { again = true; return; }
    if (!Object.keys(edits).length) { notes.textContent = ""; kpress.refresh(); return; }
    busy = true;
    kpress.post("what-if", { edits: list(), page: location.pathname }).then(function (answer) {
      if (answer.html && Object.keys(edits).length) window.kpressMorph.to(answer.html);
      tell(answer);
    }, complain).then(function () {
      busy = false;
      if (again) { again = false; tryOut(); }
    });
  }

  function told(findings, into) {
    (findings || []).forEach(function (one) {
      kpress.explain(one, into.appendChild(make("div", one.level === "error" ? "kpress-bad" : "kpress-warn")));
    });
  }
  function tell(answer) {
    if (!notes) return;
    notes.textContent = "";
    if (answer.broken) notes.appendChild(make("p", "kpress-bad", word("edit-invalid")));
    told(answer.findings, notes);
    if ((answer.scores || []).length) notes.appendChild(scores(answer.scores));
    if (answer.diff) notes.appendChild(changes(answer.diff));
  }
  /* What people would score: nothing of it stands on the page of a target. */
  function scores(rows) {
    var table = make("table", "kpress-scores");
    table.appendChild(make("caption", "", word("board-scores")));
    rows.forEach(function (row) {
      var line = table.insertRow(), name = line.appendChild(make("th", "", row.name));
      name.scope = "row";
      line.insertCell().textContent = row.files;
      line.insertCell().textContent = "→";
      line.insertCell().textContent = row.set;
    });
    return table;
  }
  function changes(diff) {
    var box = make("pre", "kpress-diff");
    diff.replace(/\n$/, "").split("\n").forEach(function (line) {
      if (/^(---|\+\+\+)/.test(line)) return;
      var kind = line[0] === "+" ? "ins" : line[0] === "-" ? "del" : "span";
      box.appendChild(make(kind, "", line));
      box.appendChild(document.createTextNode("\n"));
    });
    return box;
  }
  function complain(error) {
    var no = error && error.told || {};
    if (!panel) { kpress.say(word("no-" + (no.no || "failed"))); return; }
    notes.textContent = "";
    notes.appendChild(make("p", "kpress-bad", word("no-" + (no.no || "failed"))));
    told(no.findings, notes);
  }

  /* Everything that was changed here becomes one change of the file, and is taken back as one. */
  function save() {
    var waiting = list();
    if (!waiting.length) return;
    kpress.post("edit", { edits: waiting }, { "If-Match": "\"" + entry.hash + "\"" }).then(function (answer) {
      edits = {};
      after(answer.diff);
    }, complain);
  }
  function after(diff) {
    panel.querySelector(".kpress-save").disabled = true;
    notes.textContent = "";
    notes.appendChild(make("p", "kpress-good", word("edit-saved")));
    notes.appendChild(changes(diff));
    var shown = notes;
    kpress.post("fields", { kind: entry.kind, id: entry.id }).then(function (answer) {
      if (!panel) return;
      entry = answer;
      draw();
      panel.replaceChild(shown, notes);
      notes = shown;
    }, complain);
  }
  function undo() {
    kpress.post("undo", {}).then(function (answer) { edits = {}; after(answer.diff); }, complain);
  }
  function reset() {
    edits = {};
    draw();
    kpress.refresh();
  }
  function dismiss() {
    var had = Object.keys(edits).length;
    panel.remove();
    panel = notes = entry = null;
    edits = {};
    if (had) kpress.refresh();
    if (came && came.isConnected) came.focus();
    came = null;
  }

  /* Sets of changes that are not written: kept by this browser, for this workspace. */
  function kept() {
    try { return JSON.parse(localStorage.getItem("kpress-sets-" + entry.workspace)) || {}; } catch (e) { return {}; }
  }
  function keep(all) {
    try { localStorage.setItem("kpress-sets-" + entry.workspace, JSON.stringify(all)); } catch (e) { complain(); }
  }
  function sets() {
    var fold = make("details", "kpress-sets"), all = kept(), names = Object.keys(all).sort();
    fold.appendChild(make("summary", "", word("sets") + (names.length ? " (" + names.length + ")" : "")));
    var row = fold.appendChild(make("p", "kpress-keep")), name = row.appendChild(make("input"));
    name.type = "text";
    name.name = "set-name";
    name.setAttribute("aria-label", word("set-name"));
    name.placeholder = word("set-name");
    var add = row.appendChild(make("button", "", word("set-keep")));
    add.type = "button";
    add.addEventListener("click", function () {
      var label = name.value.trim();
      if (!label || !Object.keys(edits).length) { name.focus(); return; }
      /* What another target got under this name stays; the same value is taken over. */
      var now = list(), mark = function (one) { return JSON.stringify([one.kind, one.id, one.path || one.key]); };
      var marks = now.map(mark);
      all[label] = (all[label] || []).filter(function (one) { return marks.indexOf(mark(one)) < 0; }).concat(now);
      keep(all);
      refold(fold);
    });
    names.forEach(function (label) {
      var line = fold.appendChild(make("p", "kpress-set"));
      line.appendChild(make("b", "", label));
      [["set-show", show], ["set-compare", compare], ["set-patch", patch]].forEach(function (two) {
        var button = line.appendChild(make("button", "", word(two[0])));
        button.type = "button";
        button.addEventListener("click", function () { two[1](label, all[label]); });
      });
      var remove = line.appendChild(make("button", "", "×"));
      remove.type = "button";
      remove.setAttribute("aria-label", word("set-remove") + ": " + label);
      remove.addEventListener("click", function () { delete all[label]; keep(all); refold(fold); });
    });
    return fold;
  }
  function refold(fold) {
    var next = sets();
    next.open = true;
    fold.parentNode.replaceChild(next, fold);
  }
  function show(label, changesOf) {
    kpress.post("what-if", { edits: changesOf, page: location.pathname }).then(function (answer) {
      if (answer.html) window.kpressMorph.to(answer.html);
      tell(answer);
    }, complain);
  }
  function compare(label, changesOf) {
    kpress.post("compare", { edits: changesOf, lang: document.documentElement.lang }).then(function (answer) { board(label, answer); }, complain);
  }
  function patch(label, changesOf) {
    kpress.post("compare", { edits: changesOf, lang: document.documentElement.lang }).then(function (answer) {
      var link = make("a");
      link.href = URL.createObjectURL(new Blob([answer.patch], { type: "text/x-patch" }));
      link.download = label.replace(/[^\p{L}\p{N}_.-]+/gu, "-") + ".patch";
      document.body.appendChild(link);
      link.click();
      link.remove();
    }, complain);
  }
  /* Each target that differs: as the files say, and as the set would have it. */
  function board(label, answer) {
    var old = document.querySelector(".kpress-board");
    if (old) old.remove();
    var box = make("section", "kpress-board");
    box.setAttribute("data-kpress-own", "");
    box.setAttribute("aria-label", label);
    var head = box.appendChild(make("header"));
    head.appendChild(make("h2", "", label));
    var close = head.appendChild(make("button", "", word("close")));
    close.type = "button";
    close.addEventListener("click", function () { box.remove(); });
    var roll = box.appendChild(make("div", "kpress-roll")), table = roll.appendChild(make("table"));
    var top = table.createTHead().insertRow(), columns = ["value", "attainment", "pace", "forecast", "standing"];
    ["target", "side"].concat(columns).forEach(function (name) { top.appendChild(make("th", "", name === "side" ? "" : word("board-" + name))).scope = "col"; });
    var body = table.createTBody();
    answer.rows.forEach(function (row) {
      [["files", word("board-files")], ["set", label]].forEach(function (side, at) {
        var line = body.insertRow();
        line.className = side[0];
        if (at === 0) {
          var name = line.insertCell(), link = name.appendChild(make("a", "", row.id));
          name.rowSpan = 2;
          name.className = "name";
          link.href = "/" + document.documentElement.lang + "/" + row.page.split("/").map(encodeURIComponent).join("/") + "/index.html";
        }
        line.insertCell().textContent = side[1];
        columns.forEach(function (column, cell) {
          var made = line.insertCell();
          made.textContent = row[side[0]][cell];
          if (row.files[cell] !== row.set[cell]) made.className = "differs";
        });
      });
    });
    if ((answer.scores || []).length) box.appendChild(scores(answer.scores));
    if (!answer.rows.length) box.appendChild(make("p", "", word("board-same")));
    told(answer.findings, box);
    document.body.appendChild(box);
    close.focus();
  }

  /* Another value from a day on; without a reason there is none. */
  function revision() {
    var fold = make("details", "kpress-revise"), value = make("input"), date = make("input"), reason = make("input");
    fold.appendChild(make("summary", "", word("revise")));
    [[value, "revise-value", ""], [date, "revise-date", entry.today || ""], [reason, "revise-reason", ""]].forEach(function (three) {
      var row = fold.appendChild(make("label", "kpress-field"));
      row.appendChild(make("span", "", word(three[1])));
      three[0].value = three[2];
      three[0].name = three[1];
      row.appendChild(three[0]);
    });
    var button = fold.appendChild(make("button", "", word("revise-save")));
    button.type = "button";
    button.addEventListener("click", function () {
      if (!reason.value.trim()) { reason.focus(); complain({ told: { no: "no-reason" } }); return; }
      var edit = { kind: entry.kind, id: entry.id, date: date.value, value: value.value, reason: reason.value };
      kpress.post("edit", { edit: edit }, { "If-Match": "\"" + entry.hash + "\"" }).then(function (answer) { after(answer.diff); }, complain);
    });
    return fold;
  }
})();
