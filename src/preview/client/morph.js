/* Patches a page in place: what the server sends now is compared with what it sent before, and only where the two differ
   the live page is touched. So everything a reader or a script did to it stays: scroll, focus, open details, sorted tables,
   a chart and how far it is zoomed. */
(function () {
  "use strict";

  function own(node) { return node.nodeType === 1 && node.hasAttribute("data-kpress-own"); }
  function children(node) {
    return Array.prototype.filter.call(node.childNodes, function (child) { return !own(child); });
  }

  /* The live node of each node that the server sent. */
  var live = new WeakMap();
  function pair(sent, shown) {
    live.set(sent, shown);
    var a = children(sent), b = children(shown);
    for (var at = 0; at < a.length && at < b.length; at += 1) pair(a[at], b[at]);
  }

  /* What makes two elements the same thing in two states. */
  function key(node) {
    if (node.nodeType !== 1) return "#" + node.nodeType;
    var name = node.getAttribute("id") || node.getAttribute("data-target") || node.getAttribute("name") || "";
    if (!name && (node.tagName === "LI" || node.tagName === "TR" || node.tagName === "ARTICLE")) {
      var link = node.querySelector("a[href]");
      name = link ? link.getAttribute("href") : "";
    }
    return node.tagName + " " + name;
  }

  /* Pairs of equal keys in the order of both lists: the longest such row, ends first. */
  function matches(before, after) {
    var pairs = [], start = 0, endB = before.length, endA = after.length;
    while (start < endB && start < endA && before[start].isEqualNode(after[start])) {
      pairs.push([start, start]);
      start += 1;
    }
    var tail = [];
    while (endB > start && endA > start && before[endB - 1].isEqualNode(after[endA - 1])) {
      endB -= 1;
      endA -= 1;
      tail.unshift([endB, endA]);
    }
    var n = endB - start, m = endA - start, best = [], i, j;
    if (n * m > 250000) {
      for (i = 0; i < Math.min(n, m); i += 1) if (key(before[start + i]) === key(after[start + i])) pairs.push([start + i, start + i]);
      return pairs.concat(tail);
    }
    var keysB = before.slice(start, endB).map(key), keysA = after.slice(start, endA).map(key);
    for (i = n; i >= 0; i -= 1) {
      best[i] = [];
      for (j = m; j >= 0; j -= 1) {
        if (i === n || j === m) best[i][j] = 0;
        else if (keysB[i] === keysA[j]) best[i][j] = best[i + 1][j + 1] + 1;
        else best[i][j] = Math.max(best[i + 1][j], best[i][j + 1]);
      }
    }
    for (i = 0, j = 0; i < n && j < m;) {
      if (keysB[i] === keysA[j] && best[i][j] === best[i + 1][j + 1] + 1) { pairs.push([start + i, start + j]); i += 1; j += 1; }
      else if (best[i + 1][j] >= best[i][j + 1]) i += 1;
      else j += 1;
    }
    return pairs.concat(tail);
  }

  function attributes(before, after, shown) {
    Array.prototype.forEach.call(after.attributes, function (one) {
      if (before.getAttribute(one.name) !== one.value) shown.setAttribute(one.name, one.value);
    });
    Array.prototype.forEach.call(before.attributes, function (one) {
      if (!after.hasAttribute(one.name)) shown.removeAttribute(one.name);
    });
  }

  /* A head that scripts made sortable holds a button now: such a table is made anew. */
  function isWhole(before, after) {
    if (before.tagName !== "TABLE" || !before.hasAttribute("data-sort") || !before.tHead || !after.tHead) return false;
    return !before.tHead.isEqualNode(after.tHead);
  }

  function flash(node) {
    var element = node.nodeType === 1 ? node : node.parentElement;
    if (!element || !element.classList || element.closest("svg")) return;
    element.classList.add("kpress-changed");
    setTimeout(function () { element.classList.remove("kpress-changed"); }, 1200);
  }

  /* Brings the live page from one state to the next; tells what is new, so that scripts can serve it. */
  function patch(before, after, fresh) {
    if (before.isEqualNode(after)) { keep(before, after); return; }
    var shown = live.get(before);
    if (!shown) return;
    if (before.nodeType !== 1) {
      if (shown.data !== undefined) { shown.data = after.data; flash(shown); }
      live.set(after, shown);
      return;
    }
    live.set(after, shown);
    attributes(before, after, shown);
    var old = children(before), next = children(after), from = [], taken = {};
    matches(old, next).forEach(function (two) { from[two[1]] = two[0]; taken[two[0]] = true; });
    old.forEach(function (node, at) {
      var gone = live.get(node);
      if (!taken[at] && gone && gone.parentNode) gone.parentNode.removeChild(gone);
    });
    next.forEach(function (node, at) {
      if (from[at] !== undefined && !isWhole(old[from[at]], node)) { patch(old[from[at]], node, fresh); return; }
      var made = document.importNode(node, true);
      pair(node, made);
      var was = from[at] !== undefined && live.get(old[from[at]]);
      if (was && was.parentNode) { was.parentNode.replaceChild(made, was); fresh.push(made); return; }
      place(made, shown, next, from, old, at);
      fresh.push(made);
      flash(made);
    });
    if (shown.classList && shown.classList.contains("plot")) shown.dispatchEvent(new CustomEvent("kpress:redraw"));
  }

  /* Before the next node that was there already; scripts may have put others between. */
  function place(made, parent, next, from, old, at) {
    for (var later = at + 1; later < next.length; later += 1) {
      var there = from[later] !== undefined && live.get(old[from[later]]);
      if (there && there.parentNode === parent) { parent.insertBefore(made, there); return; }
    }
    var last = at > 0 && live.get(next[at - 1]);
    if (last && last.parentNode === parent) parent.insertBefore(made, last.nextSibling);
    else parent.appendChild(made);
  }

  /* Nothing changed here: the same live nodes stand for what was sent now. */
  function keep(before, after) {
    if (live.has(before)) live.set(after, live.get(before));
    var a = children(before), b = children(after);
    for (var at = 0; at < a.length; at += 1) keep(a[at], b[at]);
  }

  /* The head: title and styles follow; another script means another page. */
  function head(before, after) {
    var scripts = function (of) {
      return Array.prototype.map.call(of.querySelectorAll("script[src]:not([data-kpress-own])"), function (one) { return one.getAttribute("src"); }).join(" ");
    };
    if (scripts(before.head) !== scripts(after.head)) return false;
    document.title = after.title;
    var style = "link[rel=stylesheet]:not([data-kpress-own])";
    var was = document.head.querySelector(style), now = after.head.querySelector(style);
    if (was && now && was.getAttribute("href") !== now.getAttribute("href")) was.setAttribute("href", now.getAttribute("href"));
    var html = document.documentElement, charts = after.documentElement.getAttribute("data-charts");
    if (charts !== null) html.setAttribute("data-charts", charts);
    return true;
  }

  var sent = null;
  window.kpressMorph = {
    /* What was sent, before scripts change it: called once, while the page is as it came. */
    begin: function () {
      sent = document.implementation.createHTMLDocument("");
      sent.replaceChild(sent.importNode(document.documentElement, true), sent.documentElement);
      pair(sent.body, document.body);
    },
    /* Patches to another state of the same page; false if it has to be loaded. */
    to: function (html) {
      var next = new DOMParser().parseFromString(html, "text/html"), fresh = [];
      if (!sent || !next.body || !head(sent, next)) return false;
      patch(sent.body, next.body, fresh);
      sent = next;
      fresh.forEach(function (node) {
        if (node.nodeType === 1) document.dispatchEvent(new CustomEvent("kpress:fresh", { detail: node }));
      });
      return true;
    }
  };
  window.kpressMorph.begin();
})();
