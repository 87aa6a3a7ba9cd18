/* kpress: comfort for readers with JavaScript. Every page says all it has to say without this file.
   A classic script: it works from a folder, too. It writes no HTML, only elements and text. */
(function () {
  "use strict";
  var root = document.documentElement;

  /* Theme: at once, before the page is drawn. */
  var kept = null;
  try { kept = localStorage.getItem("kpress-theme"); } catch (e) { /* no storage: automatic */ }
  function wear(theme) {
    root.classList.remove("light", "dark");
    if (theme === "light" || theme === "dark") root.classList.add(theme);
  }
  wear(kept);

  function each(list, act) { Array.prototype.forEach.call(list, act); }
  function make(name, className, text) {
    var element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function themes() {
    var button = document.querySelector(".theme");
    if (!button) return;
    var order = ["auto", "light", "dark"];
    var now = order.indexOf(kept) > 0 ? kept : "auto";
    function show() { button.textContent = button.getAttribute("data-" + now); }
    button.hidden = false;
    show();
    button.addEventListener("click", function () {
      now = order[(order.indexOf(now) + 1) % order.length];
      wear(now);
      show();
      try { localStorage.setItem("kpress-theme", now); } catch (e) { /* kept for this page only */ }
      live.forEach(function (one) { one.redraw(); });
    });
  }

  /* Tables: a press on a head sorts; the total stays last; rows without a value stay behind. */
  function sortable(table) {
    var body = table.tBodies[0];
    var heads = table.tHead ? table.tHead.rows[0].cells : [];
    if (!body || body.rows.length < 3) return;
    var next = 0;
    each(heads, function (head) {
      var column = next;
      next += head.colSpan;
      /* A head that leads to a page keeps its link; the button stands beside it. */
      var link = head.querySelector("a"), name = head.textContent;
      var button = make("button", "", link ? "" : name);
      button.type = "button";
      button.title = table.getAttribute("data-sort") || "";
      if (link) button.setAttribute("aria-label", button.title + ": " + name);
      else head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") !== "descending";
        each(heads, function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        var rows = Array.prototype.slice.call(body.rows);
        var total = table.hasAttribute("data-total") ? rows.pop() : null;
        var keyed = rows.map(function (row, place) {
          var cell = row.cells[column];
          var value = cell && cell.hasAttribute("data-v") ? cell.getAttribute("data-v") : cell ? cell.textContent.trim() : "";
          return { row: row, place: place, value: value, number: /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : null };
        });
        keyed.sort(function (a, b) {
          if ((a.value === "") !== (b.value === "")) return a.value === "" ? 1 : -1;
          var order = a.number !== null && b.number !== null ? a.number - b.number : a.value.localeCompare(b.value, root.lang);
          return (down ? -order : order) || a.place - b.place;
        });
        keyed.forEach(function (one) { body.appendChild(one.row); });
        if (total) body.appendChild(total);
      });
    });
  }

  function load(address, then) {
    /* In the reader of encrypted pages what belongs to the version is opened, not fetched. */
    if (window.kpressReader && window.kpressReader.load(address, then)) return;
    var script = make("script");
    script.src = address;
    script.onload = then;
    document.head.appendChild(script);
  }

  /* Search: the index is a script of its own, loaded when the field is first used. */
  function searching(box) {
    var field = box.querySelector("input"), hits = box.querySelector(".hits"), pages = null, asked = false;
    box.hidden = false;
    window.kpressSearch = function (list) { pages = list; show(); };
    function ask() {
      if (!asked) { asked = true; load(box.getAttribute("data-search"), function () {}); }
    }
    function address(path) {
      return box.getAttribute("data-base") + path.split("/").map(encodeURIComponent).join("/") + (path ? "/" : "") + "index.html";
    }
    function show() {
      var words = field.value.toLowerCase().trim().split(/\s+/).filter(Boolean);
      hits.textContent = "";
      hits.hidden = !words.length || !pages;
      if (hits.hidden) return;
      var found = pages.map(function (page, place) {
        var title = page[0].toLowerCase(), rest = (page[1] + " " + page[2]).toLowerCase(), points = 0;
        var all = words.every(function (word) {
          var inTitle = title.indexOf(word);
          points += inTitle === 0 ? 3 : inTitle > 0 ? 2 : 1;
          return inTitle >= 0 || rest.indexOf(word) >= 0;
        });
        return { page: page, points: all ? points : 0, place: place };
      }).filter(function (one) { return one.points; });
      found.sort(function (a, b) { return b.points - a.points || a.place - b.place; });
      found.slice(0, 12).forEach(function (one) {
        var item = make("li"), link = make("a", "", one.page[0]);
        link.href = address(one.page[1]);
        link.appendChild(make("small", "", one.page[1] || "/"));
        item.appendChild(link);
        hits.appendChild(item);
      });
      if (!found.length) hits.appendChild(make("li", "none", box.getAttribute("data-none")));
    }
    field.addEventListener("focus", ask);
    field.addEventListener("input", function () { ask(); show(); });
    box.addEventListener("keydown", function (event) {
      var links = Array.prototype.slice.call(hits.querySelectorAll("a"));
      var at = links.indexOf(document.activeElement);
      if (event.key === "Escape") { field.value = ""; show(); field.focus(); }
      if (event.key === "Enter" && at < 0 && links[0]) links[0].click();
      if ((event.key === "ArrowDown" || event.key === "ArrowUp") && links.length) {
        event.preventDefault();
        var next = at + (event.key === "ArrowDown" ? 1 : -1);
        (next < 0 ? field : links[Math.min(next, links.length - 1)]).focus();
      }
    });
    document.addEventListener("click", function (event) { if (!box.contains(event.target)) hits.hidden = true; });
  }

  /* Figures in the language of the page. Formats have names; options bring no code. */
  function formatter(name, lang) {
    function number(digits, extra) {
      var options = { maximumFractionDigits: digits };
      for (var key in extra) if (Object.prototype.hasOwnProperty.call(extra, key)) options[key] = extra[key];
      return new Intl.NumberFormat(lang, options);
    }
    var full, short, after = "";
    if (/^[a-z]{3}$/.test(name)) {
      full = number(name === "jpy" || name === "krw" ? 0 : 2, { style: "currency", currency: name.toUpperCase() });
      short = number(1, { style: "currency", currency: name.toUpperCase(), notation: "compact" });
    } else if (name === "percent") {
      full = number(2, { style: "percent" });
      short = number(1, { style: "percent" });
    } else {
      full = number(name === "count" || name === "rank" ? 1 : 2, {});
      short = number(1, { notation: "compact" });
      after = { ratio: "×", stars: "★" }[name] || "";
    }
    function say(format) {
      return function (value) {
        value = Array.isArray(value) ? value[value.length - 1] : value;
        return value === null || value === undefined || isNaN(value) ? "–" : format.format(value) + after;
      };
    }
    return { full: say(full), short: say(short) };
  }

  /* Interactive charts: on demand, over the plain drawing, which stays in the page. */
  var live = [];
  function dress(about) {
    var style = getComputedStyle(root);
    function colour(name) { return style.getPropertyValue("--" + name).trim(); }
    var option = JSON.parse(JSON.stringify(about.option)), roles = about.series;
    var ink = colour("ink"), soft = colour("soft"), grid = colour("grid");
    var formats = roles.map(function (one) { return formatter(one.fmt, about.lang); });
    option.animation = false;
    option.textStyle = { fontFamily: getComputedStyle(document.body).fontFamily };
    option.color = roles.map(function (one) { return colour(/^s\d$/.test(one.role) ? "c" + one.role.slice(1) : one.role); });
    option.aria = { enabled: true };
    [].concat(option.legend || []).forEach(function (legend) { legend.textStyle = { color: soft }; });
    [].concat(option.tooltip || []).forEach(function (tip) {
      tip.renderMode = "richText";
      tip.backgroundColor = colour("paper");
      tip.borderColor = colour("line2");
      tip.textStyle = { color: ink };
    });
    [].concat(option.xAxis || [], option.yAxis || []).forEach(function (axis) {
      axis.axisLabel = { color: soft };
      axis.axisLine = { lineStyle: { color: colour("line2") } };
      axis.splitLine = { show: axis.type === "value", lineStyle: { color: grid } };
    });
    [].concat(option.xAxis || [], option.yAxis || []).filter(function (axis) { return axis.type === "value"; })
      .forEach(function (axis, place) {
        var at = 0;
        option.series.forEach(function (one, index) { if (one.yAxisIndex === place) at = index; });
        if (place === 0) at = 0;
        axis.axisLabel.formatter = formats[at] ? formats[at].short : String;
        if (place > 0) axis.splitLine.show = false;
      });
    var lying = [].concat(option.yAxis || [])[0] && [].concat(option.yAxis)[0].type === "category";
    var mixed = (option.series || []).some(function (one) { return one.type === "line" && /^s/.test(roles[option.series.indexOf(one)].role); });
    (option.series || []).forEach(function (series, index) {
      if (series.type === "bar") { series.barMaxWidth = lying ? 16 : 36; if (mixed) series.itemStyle = { opacity: 0.35 }; }
      if (series.type === "line" && !series.symbol) { series.symbol = "circle"; series.symbolSize = 6; }
      if (series.symbol === "rect") series.symbolSize = lying ? [3, 24] : [24, 3];
      series.tooltip = { valueFormatter: formats[index].full };
      series.data = (series.data || []).map(function (value, slot) {
        if (roles[index].open.indexOf(slot) < 0) return value;
        var hollow = { color: colour("paper"), borderColor: option.color[index], borderWidth: 2 };
        return { value: value, symbolSize: 8, itemStyle: hollow };
      });
    });
    return option;
  }

  function liven(figure) {
    var button = figure.querySelector(".live"), data = figure.querySelector("script[type='application/json']");
    var draw = figure.querySelector(".draw");
    if (!button || !data || figure.getAttribute("data-chart") === "sparkline") return;
    var plain = button.textContent, canvas = null, chart = null, about = JSON.parse(data.textContent);
    button.hidden = false;
    var one = { redraw: function () { if (chart) chart.setOption(dress(about), true); }, resize: function () { if (chart) chart.resize(); } };
    function start() {
      canvas = make("div", "canvas");
      draw.parentNode.insertBefore(canvas, draw);
      draw.hidden = true;
      figure.classList.add("is-live");
      chart = window.echarts.init(canvas, null, { renderer: "canvas" });
      one.redraw();
      live.push(one);
      button.textContent = button.getAttribute("data-back");
    }
    /* The preview brought other figures: how far a reader has zoomed in stays. */
    figure.addEventListener("kpress:redraw", function () {
      about = JSON.parse(data.textContent);
      if (!chart) return;
      var zoom = (chart.getOption().dataZoom || []).map(function (one) { return { start: one.start, end: one.end }; });
      chart.setOption(dress(about), true);
      if (zoom.length) chart.setOption({ dataZoom: zoom });
    });
    button.addEventListener("click", function () {
      if (chart) {
        chart.dispose();
        chart = null;
        live.splice(live.indexOf(one), 1);
        canvas.remove();
        draw.hidden = false;
        figure.classList.remove("is-live");
        button.textContent = plain;
      } else if (window.echarts) {
        start();
      } else if (!button.hasAttribute("aria-busy")) {
        /* Not disabled while it loads: whoever came by keyboard would lose the place. */
        button.setAttribute("aria-busy", "true");
        load(root.getAttribute("data-charts"), function () { button.removeAttribute("aria-busy"); start(); });
      }
    });
  }

  /* Trees of targets: an owner or a standing chosen hides what has neither, and opens the way to what has. */
  function filtering(choice) {
    var tree = choice.parentNode;
    choice.hidden = false;
    choice.addEventListener("change", function () {
      var wanted = {};
      each(choice.querySelectorAll("select"), function (field) { if (field.value) wanted[field.name] = field.value; });
      var names = Object.keys(wanted);
      each(tree.querySelectorAll("li[data-standing]"), function (node) {
        node.hidden = names.length > 0;
      });
      if (!names.length) return;
      each(tree.querySelectorAll("li[data-standing]"), function (node) {
        if (!names.every(function (name) { return node.getAttribute("data-" + name) === wanted[name]; })) return;
        for (var up = node; up && up !== tree; up = up.parentNode) {
          up.hidden = false;
          if (up !== node && up.tagName === "DETAILS") up.open = true;
        }
      });
    });
  }

  /* Versions: which one this is, and the same page in others. Without a server that answers, only which one it is. */
  function versions(bar) {
    var own = window.kpressVersion;
    if (!own) return;
    var root = bar.getAttribute("data-root"), page = bar.getAttribute("data-page"), web = root + "../../";
    function word(name) { return bar.getAttribute("data-" + name); }
    var name = make("span", "which", word("label") + " " + own.version + (own.period ? " · " + own.period : ""));
    bar.appendChild(name);
    bar.hidden = false;
    if (own.draft) { bar.classList.add("old"); bar.appendChild(make("strong", "", word("draft"))); }
    if (!window.fetch || location.protocol === "file:") return;
    function json(address) {
      return fetch(address, { cache: "no-cache" }).then(function (answer) {
        if (!answer.ok) throw new Error(address);
        return answer.json();
      });
    }
    function encoded(path) { return path.split("/").map(encodeURIComponent).join("/"); }
    /* The same page there with its anchor; else the nearest page above it; else the first page. */
    function go(version, then) {
      var there = web + "v/" + encoded(version) + "/";
      if (window.kpressReader) { then(window.kpressReader.address(there, page), true); return; }
      json(there + "manifest.json").then(function (manifest) {
        var files = manifest.files.map(function (file) { return file.p; }), at = page;
        while (files.indexOf(at) < 0 && /^[^/]+\/.+\/index\.html$/.test(at)) at = at.replace(/[^/]+\/index\.html$/, "index.html");
        if (files.indexOf(at) < 0) at = "index.html";
        then(there + encoded(at) + (at === page ? location.search + location.hash : ""), at === page);
      }).catch(function () { then(there + "index.html", false); });
    }
    json(web + "versions.json").then(function (list) {
      list = list.filter(function (one) { return one.status === "published" || one.version === own.version; });
      var current = list.filter(function (one) { return one.aliases.indexOf("latest") >= 0; })[0];
      if (current && current.version !== own.version && !own.draft) {
        bar.classList.add("old");
        bar.appendChild(make("strong", "", word("newer")));
        var link = make("a", "", word("go"));
        link.href = web + "index.html";
        go(current.version, function (address) { link.href = address; });
        bar.appendChild(link);
      }
      if (list.length < 2) return;
      var choice = make("select");
      choice.setAttribute("aria-label", word("other"));
      list.forEach(function (one) {
        var option = make("option", "", one.title + (one === current ? " ✓" : ""));
        option.value = one.version;
        option.selected = one.version === own.version;
        choice.appendChild(option);
      });
      choice.addEventListener("change", function () {
        go(choice.value, function (address, same) {
          if (same && window.kpressReader) { window.kpressReader.visit(address); return; }
          if (same) { location.href = address; return; }
          /* Said before the reader is taken elsewhere. */
          var note = bar.querySelector(".absent") || bar.appendChild(make("a", "absent", ""));
          note.textContent = word("absent") + " → " + choice.value;
          note.href = address;
          note.focus();
        });
      });
      name.textContent = word("label") + " ";
      name.appendChild(choice);
    }).catch(function () { /* no list: the name is enough */ });
  }

  /* What readers get on a part of a page: itself, and all in it. */
  function serve(part) {
    function all(selector, act) {
      if (part.matches && part.matches(selector)) act(part);
      each(part.querySelectorAll(selector), act);
    }
    all("[data-filter]", filtering);
    all("table[data-sort]", sortable);
    all(".plot", liven);
  }
  /* Parts that the preview puts in. */
  document.addEventListener("kpress:fresh", function (event) { serve(event.detail); });

  function ready() {
    themes();
    serve(document);
    var box = document.querySelector(".search");
    if (box) searching(box);
    var here = document.querySelector(".ways .here > a");
    if (here && here.scrollIntoView && window.innerWidth < 1024) here.parentNode.parentNode.parentNode.scrollLeft = here.offsetLeft - 24;
    window.addEventListener("resize", function () { live.forEach(function (one) { one.resize(); }); });
  }
  /* The script that says which version this is comes with the end of the page. */
  function bars() { each(document.querySelectorAll(".version"), versions); }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", bars);
  else bars();
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
