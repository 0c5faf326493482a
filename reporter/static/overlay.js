// The link overlay: copies of the site's pages, with this period's numbers on their links.
// A copy is text of a stranger. It is put into a frame without scripts and of no origin, whose policy loads nothing but
// what stands in the text; the numbers are put in here, escaped. Copies come as scripts of ours (pages.js, c-….js,
// m-….js), since a page from the file system may load nothing else.
var proprocessorOverlay = (function () {
  "use strict";
  var STYLE = [
    ":where(a[data-pp]){color:#0000ee;text-decoration:underline}",
    "a[data-pp]{cursor:help!important}",
    "a[data-pp]:focus{outline:2px solid #0067a8!important;outline-offset:1px}",
    "pp-bars[pp][pp],pp-bars[pp][pp] *{all:initial!important;box-sizing:border-box!important;font:500 11px/15px system-ui,sans-serif!important;color:#1c2024!important;white-space:nowrap!important}",
    "pp-bars[pp][pp]{display:inline-grid!important;grid-template-columns:repeat(var(--pp-columns),auto)!important;justify-items:start!important;gap:2px!important;margin:1px 2px 1px 5px!important;vertical-align:middle!important}",
    "pp-bars[pp][pp] pp-bar{display:inline-block!important;position:relative!important;background:#ffffff!important;border:1px solid #b4bac1!important;border-radius:3px!important;padding:0 4px 3px 3px!important;min-width:44px!important}",
    "pp-bars[pp][pp] pp-fill{position:absolute!important;left:0!important;bottom:0!important;height:3px!important;width:calc(var(--pp-share) * 100%)!important;background:var(--pp-label)!important}",
    "pp-bars[pp][pp] pp-letter{display:inline-block!important;background:var(--pp-label)!important;color:var(--pp-ink)!important;border-radius:7px!important;min-width:14px!important;padding:0 3px!important;margin-right:3px!important;text-align:center!important;font-size:9px!important;line-height:13px!important}",
    "pp-bars[pp][pp] pp-bar[quiet],pp-bars[pp][pp] pp-bar[quiet] pp-text{color:#6b727b!important;min-width:0!important}",
    "pp-bars[pp][pp] pp-bar[quiet]{border-color:#dfe2e6!important;padding-bottom:0!important}",
    "pp-bars[pp][pp] pp-twin{display:inline-block!important;background:#1c2024!important;color:#ffffff!important;border-radius:3px!important;padding:0 4px!important}",
    "pp-bars[pp][pp] pp-tip{display:none!important}",
    "a[data-pp]:hover>pp-bars[pp][pp] pp-tip,a[data-pp]:focus>pp-bars[pp][pp] pp-tip{display:block!important;position:fixed!important;left:0!important;right:0!important;bottom:0!important;z-index:2147483647!important;background:#1c2024!important;padding:8px 12px!important;max-height:60%!important;overflow:auto!important}",
    "pp-bars[pp][pp] pp-line{display:block!important;color:#ffffff!important;font:400 13px/19px system-ui,sans-serif!important;white-space:normal!important;overflow-wrap:anywhere!important}"
  ].join("\n");
  var copies = {}, media = {}, waiting = {}, pages = [], numbers, views = {}, next = {}, shown = "";

  function $(id) { return document.getElementById(id); }
  function escaped(text) {
    return String(text).replace(/[&<>"']/g, function (one) { return "&#" + one.charCodeAt(0) + ";"; });
  }
  function count(value) { return value.toLocaleString("en-US"); }
  function percent(share) { return (100 * share).toFixed(1) + "\u00a0%"; }
  function counted(value, one, many) { return count(value) + " " + (value === 1 ? one : many); }
  function zeros() { return numbers.labels.map(function () { return 0; }); }
  function has(object, key) { return Object.prototype.hasOwnProperty.call(object, key); }

  function load(name, done) {
    // Each of our files once; who asks meanwhile waits for the same one.
    if (waiting[name]) { if (waiting[name] === true) done(); else waiting[name].push(done); return; }
    waiting[name] = [done];
    var script = document.createElement("script");
    script.src = "../overlay/" + name + ".js";
    script.onload = script.onerror = function () {
      var all = waiting[name];
      waiting[name] = true;
      all.forEach(function (one) { one(); });
    };
    document.head.appendChild(script);
  }

  function chosenLabels() {
    return Array.from(document.querySelectorAll("#overlay-choice input:checked")).map(function (one) { return +one.value; });
  }

  // What is known of a link: `values` by label, `shares` where there are some, `of` the page views that share is of.
  function facts(page, link) {
    var kind = link[0], name = link[1];
    if (kind === "page") {
      if (name === page || !has(views, page)) return null;
      var found = has(next[page], name) ? next[page][name] : null;
      return { values: found ? found[1] : zeros(), shares: found ? found[2] : zeros(), of: views[page] };
    }
    var known = kind === "exit" ? numbers.exits : numbers.files;
    return has(known, name) ? { values: known[name], shares: null, of: null } : null;
  }

  function label(index) {
    var one = numbers.labels[index];
    return { name: one.name, letter: one.letter, color: one.color || "#6b7280", ink: one.color ? one.ink : "#ffffff" };
  }

  function said(link, fact, index) {
    var clicks = fact.values[index];
    if (fact.shares) {
      return percent(fact.shares[index]) + ": " + counted(clicks, "click", "clicks") + " of " + counted(fact.of[index], "page view", "page views");
    }
    return link[0] === "exit" ? counted(clicks, "click", "clicks") + " on this address, from any page"
      : counted(clicks, "download", "downloads") + " of this file, from any page";
  }

  // Of few page views a percentage says less than the count.
  function short(fact, index) {
    return fact.of[index] < numbers.few ? count(fact.values[index]) + " of " + fact.of[index] : percent(fact.shares[index]);
  }

  function bar(link, fact, index, most, threshold) {
    var one = label(index), clicks = fact.values[index];
    var letter = one.letter ? "<pp-letter>" + escaped(one.letter) + "</pp-letter>" : "";
    var colors = "--pp-label:" + escaped(one.color) + ";--pp-ink:" + escaped(one.ink);
    if (!fact.shares) {
      return '<pp-bar style="' + colors + '">' + letter + "<pp-text>" + count(clicks) + (link[0] === "exit" ? " \u2197" : " \u2193") + "</pp-text></pp-bar>";
    }
    var share = fact.shares[index];
    if (!clicks || share < threshold) {
      var text = clicks ? "&lt;\u00a0" + (100 * threshold) + "\u00a0%" : "0";
      return '<pp-bar quiet style="' + colors + '">' + letter + "<pp-text>" + text + "</pp-text></pp-bar>";
    }
    return '<pp-bar style="' + colors + ";--pp-share:" + (share / most).toFixed(4) + '">' + letter + "<pp-text>" + short(fact, index) + "</pp-text><pp-fill></pp-fill></pp-bar>";
  }

  function bars(page, link, twins, labels, most, threshold) {
    var fact = facts(page, link);
    if (!fact || !labels.length) return "";
    var lines = ["<pp-line>" + escaped(link[1]) + "</pp-line>"].concat(labels.map(function (index) {
      var one = label(index);
      return "<pp-line>" + escaped((one.letter ? one.letter + " " : "") + one.name + ": " + said(link, fact, index)) + "</pp-line>";
    }));
    var twin = "";
    if (twins > 1) {
      twin = "<pp-twin>\u00d7" + twins + "</pp-twin>";
      var together = fact.shares ? percent(fact.shares[labels[0]]) : count(fact.values[labels[0]]);
      lines.push("<pp-line>" + twins + " links lead here; together " + escaped(together) + ".</pp-line>");
    }
    if (fact.shares) lines.push("<pp-line>Share: " + escaped(numbers.definition) + "</pp-line>");
    // Nobody of any label: one zero says it.
    var none = fact.shares && labels.every(function (index) { return !fact.values[index]; });
    var all = none ? "<pp-bar quiet><pp-text>0</pp-text></pp-bar>"
      : labels.map(function (index) { return bar(link, fact, index, most, threshold); }).join("");
    var columns = none || labels.length > 2 ? 2 : labels.length + (twin ? 1 : 0);
    return '<pp-bars pp style="--pp-columns:' + columns + '">' + all +
      twin + "<pp-tip>" + lines.join("") + "</pp-tip></pp-bars>";
  }

  function twinsOf(copy) {
    var found = {};
    copy.links.forEach(function (link) { var key = link[0] + " " + link[1]; found[key] = (found[key] || 0) + 1; });
    return found;
  }

  function document_of(page, copy) {
    var labels = chosenLabels(), threshold = +$("overlay-threshold").value, twins = twinsOf(copy), most = 0;
    copy.links.forEach(function (link) {
      var fact = facts(page, link);
      if (fact && fact.shares) labels.forEach(function (index) { most = Math.max(most, fact.shares[index]); });
    });
    return copy.html.map(function (part, at) {
      if (at % 2 === 0) return part;
      if (part[0] === "M") return media[part.slice(1)] || "data:,";
      if (part[0] === "S") return "<style>" + STYLE + "</style>";
      var link = copy.links[parseInt(part.slice(1), 16)];
      return bars(page, link, twins[link[0] + " " + link[1]], labels, most || 1, threshold);
    }).join("");
  }

  function cell(row, text, kind, head) {
    var one = document.createElement(head ? "th" : "td");
    if (head) one.scope = head;
    if (kind) one.className = kind;
    one.textContent = text;
    row.appendChild(one);
    return one;
  }

  function table(page, copy) {
    var labels = chosenLabels(), twins = twinsOf(copy), rows = {}, place = document.querySelector(".overlay-links");
    copy.links.forEach(function (link) { if (facts(page, link)) rows[link[0] + " " + link[1]] = link; });
    (has(next, page) ? Object.keys(next[page]) : []).forEach(function (other) { rows["page " + other] = rows["page " + other] || ["page", other]; });
    var list = Object.keys(rows).map(function (key) {
      var link = rows[key];
      return { link: link, fact: facts(page, link), links: twins[key] || 0 };
    }).filter(function (one) { return one.fact; });
    list.sort(function (one, other) {
      return !!other.fact.shares - !!one.fact.shares || other.fact.values[0] - one.fact.values[0] || (one.link[1] < other.link[1] ? -1 : 1);
    });
    place.tHead.textContent = place.tBodies[0].textContent = "";
    var head = place.tHead.insertRow();
    cell(head, "Leads to", "", "col");
    cell(head, "Links on the copy", "number", "col");
    labels.forEach(function (index) {
      var one = label(index), name = (one.letter ? one.letter + " " : "") + (numbers.labels.length > 1 ? one.name + ": " : "");
      cell(head, name + (name ? "clicks" : "Clicks"), "number", "col");
      cell(head, name + (name ? "share" : "Share"), "number", "col");
    });
    list.forEach(function (one) {
      var row = place.tBodies[0].insertRow(), first = cell(row, one.link[1], "", "row");
      if (one.link[0] === "page" && copyOf(one.link[1])) {
        first.textContent = "";
        var anchor = document.createElement("a");
        anchor.href = "#" + encodeURIComponent(one.link[1]);
        anchor.textContent = one.link[1];
        first.appendChild(anchor);
      }
      cell(row, one.links || "none", one.links ? "number" : "number off");
      labels.forEach(function (index) {
        cell(row, count(one.fact.values[index]), "number");
        cell(row, one.fact.shares ? percent(one.fact.shares[index]) : "\u2013", "number");
      });
    });
  }

  function copyOf(page) {
    return pages.filter(function (one) { return one.page === page && one.copy; })[0];
  }

  function tell(one) {
    var viewed = has(views, one.page) ? counted(views[one.page][0], "page view", "page views") + " in this period"
      : numbers.whole ? "no page views in this period" : "not among the most viewed pages of this period, of which alone the numbers are here";
    var lacks = one.missing ? "; " + counted(one.missing, "image, style or font of it is", "images, styles or fonts of it are") + " not here" : "";
    $("overlay-told").textContent = (one.title ? one.title + " \u00b7 " : "") + one.page + ": " + viewed + ". " +
      (one.copy ? "The copy of " + one.url + " is of " + one.fetched + lacks + "." : "");
    $("overlay-wrong").hidden = !one.error;
    $("overlay-wrong").textContent = !one.error ? "" : (one.copy ? "It could not be fetched again at " : "No copy is here: it could not be fetched at ") +
      one.tried + ": " + one.error.replace(/\.?$/, ".");
  }

  function show() {
    var wanted = "";
    try { wanted = decodeURIComponent(location.hash.slice(1)); } catch (error) { wanted = ""; }
    var one = pages.filter(function (each) { return each.page === wanted; })[0] || pages[0];
    $("overlay-page").value = one.page;
    shown = one.page;
    tell(one);
    $("overlay-copy").hidden = !one.copy;
    if (!one.copy) { draw(one, { html: [], links: [], media: [] }); return; }
    load("c-" + one.copy, function () {
      var copy = copies[one.copy];
      if (!copy) { $("overlay-wrong").hidden = false; $("overlay-wrong").textContent = "The copy cannot be read."; return; }
      var left = copy.media.length + 1;
      function ready() { left -= 1; if (!left) draw(one, copy); }
      copy.media.forEach(function (name) { load("m-" + name, ready); });
      ready();
    });
  }

  function draw(one, copy) {
    if (shown !== one.page) return; // another page was chosen meanwhile
    // A new frame each time: another text in the same one would be a step of its own for the browser's Back.
    var old = $("overlay-copy"), frame = old.cloneNode(false);
    frame.removeAttribute("srcdoc");
    if (one.copy) frame.srcdoc = document_of(one.page, copy);
    old.replaceWith(frame);
    frame.title = "Copy of the page " + one.page + ", each link with its share of clicks";
    table(one.page, copy);
    frame.setAttribute("data-drawn", one.page);
  }

  function begin() {
    numbers = JSON.parse($("overlay-numbers").textContent);
    numbers.pages.forEach(function (one) {
      views[one[0]] = one[1];
      next[one[0]] = {};
      one[2].forEach(function (other) { next[one[0]][other[0]] = other; });
    });
    if (!pages.length) return;
    function seen(one) { return has(views, one.page) ? views[one.page][0] : -1; }
    pages.sort(function (one, other) { return !!other.copy - !!one.copy || seen(other) - seen(one); });
    pages.forEach(function (one) {
      var option = document.createElement("option");
      option.value = one.page;
      option.textContent = one.page + (one.copy ? "" : " (no copy)");
      $("overlay-page").appendChild(option);
    });
    $("overlay-empty").hidden = true;
    $("overlay").hidden = false;
    $("overlay-page").addEventListener("change", function () { location.hash = encodeURIComponent(this.value); });
    $("overlay-choice").addEventListener("submit", function (event) { event.preventDefault(); });
    $("overlay-choice").addEventListener("change", function (event) { if (event.target.id !== "overlay-page") show(); });
    window.addEventListener("hashchange", show);
    show();
  }

  document.addEventListener("DOMContentLoaded", begin);
  return {
    pages: function (told) { pages = told; },
    copy: function (one) { copies[one.id] = one; },
    media: function (name, text) { media[name] = text; }
  };
})();
