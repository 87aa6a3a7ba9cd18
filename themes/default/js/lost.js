/* kpress: the page for addresses that are not there. It looks for the page that was meant in the list of pages of the
   current version, and forwards to nothing that is not in that list. Pages under the name of an alias lead to the version it points to. */
(function () {
  "use strict";
  var alias = document.body.getAttribute("data-alias");
  if (alias) {
    var up = document.body.getAttribute("data-root"), page = document.body.getAttribute("data-page");
    if (!window.fetch) { location.replace(up + "index.html"); return; }
    json(up + "versions.json").then(function (versions) {
      var named = versions.filter(function (one) { return (one.aliases || []).indexOf(alias) >= 0; })[0];
      if (named) return named.version;
      return json(up + "current.json").then(function (current) { return current.version; });
    }).then(function (version) {
      location.replace(up + "v/" + encoded(version) + "/" + encoded(page) + location.search + location.hash);
    }).catch(function () { location.replace(up + "index.html"); });
    return;
  }
  var base = document.body.getAttribute("data-base");
  var list = document.getElementById("found");
  if (!base || !window.fetch) return;
  var path = location.pathname;
  if (path.indexOf(base) !== 0) return;
  try { path = decodeURIComponent(path.slice(base.length)); } catch (e) { return; }
  var asked = path.replace(/^(v\/[^/]+|latest)\//, "").replace(/(^|\/)index\.html$/, "").replace(/^\/+|\/+$/g, "");

  function json(address) {
    return fetch(address, { cache: "no-cache" }).then(function (answer) {
      if (!answer.ok) throw new Error(address);
      return answer.json();
    });
  }

  function encoded(file) { return file.split("/").map(encodeURIComponent).join("/"); }

  json(base + "current.json").then(function (current) {
    var root = base + "v/" + encoded(current.version) + "/";
    return json(root + "manifest.json").then(function (manifest) {
      var pages = manifest.files.map(function (file) { return file.p; })
        .filter(function (file) { return /(^|\/)index\.html$/.test(file); });
      var bare = pages.map(function (file) { return file.replace(/(^|\/)index\.html$/, ""); });
      var exact = bare.indexOf(asked);
      if (exact < 0) exact = bare.map(function (one) { return one.toLowerCase(); }).indexOf(asked.toLowerCase());
      if (exact >= 0) {
        location.replace(root + encoded(pages[exact]) + location.search + location.hash);
        return;
      }
      /* Pages that end alike, in any language; then the page above. */
      var tail = asked.split("/").pop();
      var near = bare.filter(function (one) { return tail && one.split("/").pop().toLowerCase() === tail.toLowerCase(); });
      var above = asked;
      while (!near.length && above.indexOf("/") > 0) {
        above = above.replace(/\/[^/]*$/, "");
        if (bare.indexOf(above) >= 0) near = [above];
      }
      near.slice(0, 6).forEach(function (one) {
        var item = document.createElement("li"), link = document.createElement("a");
        link.href = root + encoded(pages[bare.indexOf(one)]);
        link.textContent = one;
        item.appendChild(link);
        list.appendChild(item);
      });
      list.hidden = !near.length;
    });
  }).catch(function () { /* the links of the page are enough */ });
})();
