// What a page does beyond being read: charts, labels switched on and off, tables sorted, filtered and turned over,
// definitions of columns. Pages say everything without it. Names that visitors wrote are only ever put in as text.
(function () {
  "use strict";
  var PAGE_ROWS = 100, FILTER_FROM = 12;
  var main = document.getElementById("main");

  function make(name, attributes, text) {
    var element = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) { element.setAttribute(key, attributes[key]); });
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function all(selector, root) { return Array.from((root || document).querySelectorAll(selector)); }

  function grouped(number) { return String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ","); }

  // ---- What stays as long as the browser's session ----
  var KEY = "proprocessor " + (main && main.dataset.dataset || "");

  function remembered() {
    try { return JSON.parse(sessionStorage.getItem(KEY)) || []; } catch (error) { return []; }
  }

  function remember(hidden) {
    try { sessionStorage.setItem(KEY, JSON.stringify(hidden)); } catch (error) { /* a browser without: until the next page */ }
  }

  // ---- A small box beside what one points at or has reached by keyboard ----
  var box = document.getElementById("main").appendChild(make("div", { id: "tip", role: "tooltip", hidden: "" }));
  var leaving, placed; // again, where what it stands beside was moved

  // `place` gives the rectangle that it stands beside.
  function showTip(content, place) {
    clearTimeout(leaving);
    box.replaceChildren(content);
    box.hidden = false;
    placed = place;
    placeTip(place());
  }

  function placeTip(rect) {
    var wide = document.documentElement.clientWidth, size = box.getBoundingClientRect();
    var left = Math.max(8, Math.min(rect.left + rect.width / 2 - size.width / 2, wide - size.width - 8));
    var top = rect.top - size.height - 8;
    box.style.left = left + window.scrollX + "px";
    box.style.top = (top < 8 ? rect.bottom + 8 : top) + window.scrollY + "px";
  }

  function hideTip(later) {
    clearTimeout(leaving);
    if (later) leaving = setTimeout(function () { box.hidden = true; }, 150); else box.hidden = true;
  }

  box.addEventListener("mouseenter", function () { clearTimeout(leaving); });
  box.addEventListener("mouseleave", function () { hideTip(true); });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") hideTip(); });
  // Who comes by Tab to a head that was out of sight scrolls the table with it: what was asked for stays.
  document.addEventListener("scroll", function (event) {
    if (!box.hidden && event.target !== document) placeTip(placed());
  }, { capture: true, passive: true });

  function explain(element, term) {
    var meaning = document.getElementById("term-" + term);
    if (!meaning) return;
    element.setAttribute("aria-describedby", meaning.id);
    function show() { showTip(document.createTextNode(meaning.textContent), function () { return element.getBoundingClientRect(); }); }
    element.addEventListener("mouseenter", show);
    element.addEventListener("focus", show);
    element.addEventListener("click", show);
    element.addEventListener("mouseleave", function () { hideTip(true); });
    element.addEventListener("blur", function () { hideTip(); });
  }

  all("dt .term, tbody .term").forEach(function (term) {
    var button = make("button", { type: "button", "class": "term" }, term.textContent);
    term.replaceWith(button);
    explain(button, term.dataset.term);
  });

  // ---- Tables ----
  function valueOf(cell) {
    if (cell.dataset.v !== undefined) return isNaN(cell.dataset.v) ? cell.dataset.v : +cell.dataset.v;
    var text = cell.textContent.trim();
    var seconds = /^−?(?:(\d+) h )?(?:(\d+) min(?: |$))?(?:([\d.]+) s)?$/.exec(text);
    if (seconds && text) return (text[0] === "−" ? -1 : 1) * ((+seconds[1] || 0) * 3600 + (+seconds[2] || 0) * 60 + (+seconds[3] || 0));
    if (text === "< 0.001") return 0;
    var plain = text.replace("−", "-").replace(/^\+/, ""), number = parseFloat(plain.replace(/,/g, ""));
    return /^-?[\d,.]+( %| \S{1,3})?$/.test(plain) && !isNaN(number) ? number : text === "–" ? -Infinity : text.toLowerCase();
  }

  function compare(a, b) {
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    return a < b ? -1 : a > b ? 1 : 0;
  }

  // The rows that are in the page: each knows its cells.
  function rowsOfPage(table) {
    var keys = +table.dataset.keys;
    return Array.from(table.tBodies[0].rows).map(function (row) {
      return {
        element: function () { return row; },
        value: function (column) { return valueOf(row.cells[column]); },
        names: Array.from(row.cells).slice(0, keys).map(function (cell) { return cell.textContent; }).join("\n").toLowerCase()
      };
    });
  }

  // All rows, as the script beside the page tells them: made into elements only when they are seen.
  function rowsOfScript(table, columns) {
    var keys = +table.dataset.keys, urls = all("thead [data-term]", table).slice(0, keys).map(function (head) { return head.dataset.term === "url"; });
    return columns[0].c.map(function (_, at) {
      var made;
      return {
        element: function () { return made || (made = rowOf(columns, at, keys, urls)); },
        value: function (column) { return columns[column].c[at]; },
        names: columns.slice(0, keys).map(function (one) { return one.t[one.c[at]]; }).join("\n").toLowerCase()
      };
    });
  }

  function rowOf(columns, at, keys, urls) {
    var row = make("tr");
    columns.forEach(function (column, number) {
      var code = column.c[at], text = column.t[code];
      var cell = row.appendChild(number === 0 ? make("th", { scope: "row" }) : make("td", number < keys ? { "class": "text" } : {}));
      if (number < keys && urls[number] && /^https?:\/\//.test(text)) {
        cell = cell.appendChild(make("a", { href: text, rel: "noopener noreferrer nofollow" }));
      }
      if (number < keys) breakable(cell, text); else cell.textContent = text;
      if (column.s && column.s[code] > 0) cell.style.setProperty("--s", column.s[code] / 1000);
    });
    return row;
  }

  // Long names are broken behind what parts their words.
  function breakable(cell, text) {
    var parts = text.length > 12 && text.match(/[^\/_.?&=-]*[\/_.?&=-]+|[^\/_.?&=-]+/g) || [text];
    parts.forEach(function (part, at) {
      if (at) cell.appendChild(make("wbr"));
      cell.appendChild(document.createTextNode(part));
    });
  }

  var waiting = {};
  window.proprocessorRows = function (columns) {
    var name = document.currentScript && document.currentScript.dataset.report;
    if (waiting[name]) waiting[name](columns);
  };

  function Rows(table) {
    var self = this;
    this.table = table;
    this.rows = rowsOfPage(table);
    this.whole = !table.dataset.rest;
    this.count = table.dataset.rest ? +table.dataset.rows : this.rows.length;
    this.shown = this.rows;
    this.page = 0;
    this.filter = "";
    this.order = null;
    this.status = make("p", { "class": "status", role: "status" });
    if (this.count > FILTER_FROM) this.addTools();
    this.heads().forEach(function (head, column) { self.addHead(head, column); });
  }

  // With several labels their names stand in a row of their own, beside what names the rows.
  Rows.prototype.heads = function () { return all("thead [data-term]", this.table); };

  Rows.prototype.addHead = function (head, column) {
    var self = this, button = make("button", { type: "button" });
    while (head.firstChild) button.appendChild(head.firstChild);
    head.appendChild(button);
    button.addEventListener("click", function () {
      var down = head.getAttribute("aria-sort") === "descending" ? false
        : head.getAttribute("aria-sort") === "ascending" ? true : column >= +self.table.dataset.keys;
      self.heads().forEach(function (one) { one.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      self.order = { column: column, down: down };
      self.page = 0;
      self.update();
    });
    explain(button, head.dataset.term);
  };

  Rows.prototype.addTools = function () {
    var self = this, region = this.table.parentNode, delay;
    var tools = make("div", { "class": "tools" }), label = make("label", {}, "Filter rows ");
    var input = label.appendChild(make("input", { type: "search", autocomplete: "off", spellcheck: "false" }));
    input.addEventListener("input", function () {
      clearTimeout(delay);
      delay = setTimeout(function () { self.filter = input.value.trim().toLowerCase(); self.page = 0; self.update(); }, 120);
    });
    tools.appendChild(label);
    tools.appendChild(this.status);
    region.parentNode.insertBefore(tools, region);
    this.pager = make("div", { "class": "pager", role: "group", "aria-label": "Pages of the table" });
    this.back = this.pager.appendChild(make("button", { type: "button" }, "Show previous rows"));
    this.next = this.pager.appendChild(make("button", { type: "button" }, "Show next rows"));
    this.back.addEventListener("click", function () { self.turn(-1); });
    this.next.addEventListener("click", function () { self.turn(1); });
    region.parentNode.insertBefore(this.pager, region.nextSibling);
    this.say();
  };

  Rows.prototype.turn = function (by) {
    this.page += by;
    this.update(function (self) {
      var top = self.table.getBoundingClientRect().top;
      if (top < 0) window.scrollBy(0, top - 48);
    });
  };

  // Runs with all rows; loads them first where the page has only some.
  Rows.prototype.update = function (then) {
    var self = this;
    if (this.whole) { this.draw(); if (then) then(this); return; }
    if (this.status) this.status.textContent = "The other rows are being loaded.";
    var report = this.table.dataset.report, script = make("script", { src: this.table.dataset.rest, "data-report": report });
    waiting[report] = function (columns) {
      if (self.whole) return;
      self.whole = true;
      self.rows = rowsOfScript(self.table, columns);
      self.draw();
      if (then) then(self);
    };
    script.addEventListener("error", function () {
      self.status.textContent = "The other rows could not be loaded. All are in " + report + ".csv beside this page.";
      self.page = 0;
    });
    document.head.appendChild(script);
  };

  Rows.prototype.draw = function () {
    var order = this.order, filter = this.filter;
    var found = filter ? this.rows.filter(function (row) { return row.names.indexOf(filter) >= 0; }) : this.rows.slice();
    if (order) {
      found = found.map(function (row, at) { return { row: row, at: at, value: row.value(order.column) }; })
        .sort(function (a, b) { return (order.down ? -1 : 1) * compare(a.value, b.value) || a.at - b.at; })
        .map(function (one) { return one.row; });
    }
    var size = this.table.dataset.rest ? PAGE_ROWS : Infinity;
    this.page = Math.max(0, Math.min(this.page, Math.ceil(found.length / size) - 1)) || 0;
    this.shown = found;
    var from = this.page * size || 0, part = found.slice(from, from + size);
    this.table.tBodies[0].replaceChildren.apply(this.table.tBodies[0], part.map(function (row) { return row.element(); }));
    // The others are those behind the first rows, as published: only there their sums are true.
    all("tr.others", this.table).forEach(function (row) { row.hidden = Boolean(order || filter || from); });
    this.say(from, part.length, found.length);
  };

  Rows.prototype.say = function (from, number, found) {
    if (!this.pager) return;
    if (number === undefined) { from = 0; number = this.rows.length; found = this.count; }
    var of = found === this.count ? " of " + grouped(this.count) : " of " + grouped(found) + " that fit, " + grouped(this.count) + " in all";
    this.status.textContent = found ? "Rows " + grouped(from + 1) + " to " + grouped(from + number) + of : "No row fits. " + grouped(this.count) + " in all";
    this.back.disabled = from === 0;
    this.next.disabled = from + number >= found;
    this.pager.hidden = this.back.disabled && this.next.disabled;
  };

  all("table.sortable").forEach(function (table) { return new Rows(table); });

  // ---- Labels ----
  var chips = all(".chips [data-label]").map(function (item) {
    var button = make("button", { type: "button", "class": "chip", "aria-pressed": "true" });
    while (item.firstChild) button.appendChild(item.firstChild);
    item.className = "";
    item.appendChild(button);
    button.addEventListener("click", function () { toggle(item.dataset.label); });
    return { label: item.dataset.label, name: item.dataset.name, button: button };
  });
  var sheet = document.head.appendChild(make("style"));
  var hidden = remembered();

  function toggle(label) {
    var next = hidden.indexOf(label) >= 0 ? hidden.filter(function (one) { return one !== label; }) : hidden.concat(label);
    if (chips.every(function (chip) { return next.indexOf(chip.label) >= 0; })) return;
    hidden = next;
    remember(hidden);
    showLabels();
    showWeeks();
    draw();
  }

  function isHidden(label) { return hidden.indexOf(label) >= 0; }

  // Columns are hidden by their places: there is one rule for all rows, also for those that are made later.
  function showLabels() {
    if (chips.every(function (chip) { return isHidden(chip.label); })) hidden = [];
    chips.forEach(function (chip) { chip.button.setAttribute("aria-pressed", String(!isHidden(chip.label))); });
    var rules = [];
    all("table[data-labels]").forEach(function (table, number) {
      table.id = table.id || "table-" + number;
      var keys = +table.dataset.keys, wide = +table.dataset.measures, labels = table.dataset.labels.split(" ");
      if (labels.every(isHidden)) return;
      labels.forEach(function (label, at) {
        if (!isHidden(label)) return;
        function range(before) { return ":nth-child(n+" + (before + at * wide + 1) + "):nth-child(-n+" + (before + (at + 1) * wide) + ")"; }
        var id = "#" + table.id + " ";
        rules.push(id + "tbody td" + range(keys), id + "tfoot td" + range(keys ? 1 : 0));
        rules.push(id + "thead tr:first-child th:nth-child(" + (keys + at + 1) + ")", id + "thead tr:nth-child(2) th" + range(0));
      });
    });
    sheet.textContent = rules.length ? rules.join(",") + "{display:none}" : "";
  }

  // ---- The hours of the week: of all tables the one that is chosen ----
  var weeks = all(".week"), choices = {};

  function options(select, values) {
    var before = select.value;
    select.replaceChildren.apply(select, values.map(function (one) { return make("option", { value: one[0] }, one[1]); }));
    select.value = values.some(function (one) { return one[0] === before; }) ? before : values[0][0];
    select.parentNode.hidden = values.length < 2;
  }

  function addWeeks() {
    var place = make("div", { "class": "weeks-choice" });
    [["label", "Visits of"], ["measure", "Numbers"]].forEach(function (one) {
      var label = place.appendChild(make("label", {}, one[1] + " "));
      choices[one[0]] = label.appendChild(make("select"));
      choices[one[0]].addEventListener("change", showWeeks);
    });
    weeks[0].parentNode.insertBefore(place, weeks[0]);
    showWeeks();
    // Whose visits the chart shows, the table does, too.
    var chart = document.getElementById("chart");
    if (chart) chart.addEventListener("change", function (event) {
      chips.forEach(function (chip) { if (chip.name === event.target.value) choices.label.value = chip.label; });
      showWeeks();
    });
  }

  function showWeeks() {
    if (!weeks.length) return;
    var measures = Array.from(new Set(weeks.map(function (one) { return one.dataset.measure; })));
    var labels = chips.filter(function (chip) { return !isHidden(chip.label); }).map(function (chip) { return [chip.label, chip.name]; });
    options(choices.label, labels.length ? labels : [[weeks[0].dataset.label, ""]]);
    options(choices.measure, measures.map(function (one) { return [one, one]; }));
    weeks.forEach(function (one) {
      one.hidden = one.dataset.label !== choices.label.value || one.dataset.measure !== choices.measure.value;
    });
  }

  // ---- The chart ----
  var definition = document.getElementById("chart-definition"), place = document.getElementById("chart");
  var spec = definition && JSON.parse(definition.textContent), view, drawing = 0;

  // Colours by variables: so a chart is light or dark as the page is, also on paper. Data is left as it is.
  function colored(part, dark) {
    if (typeof part === "string") return Object.prototype.hasOwnProperty.call(dark, part) ? "var(--c" + part.slice(1) + ")" : part;
    if (Array.isArray(part)) return part.map(function (one) { return colored(one, dark); });
    if (!part || typeof part !== "object") return part;
    var found = {};
    Object.keys(part).forEach(function (key) { found[key] = key === "datasets" || key === "params" ? part[key] : colored(part[key], dark); });
    return found;
  }

  function variables(dark) {
    var light = Object.keys(dark);
    function set(of) { return ":root{" + light.map(function (one) { return "--c" + one.slice(1) + ":" + of(one); }).join(";") + "}"; }
    return set(function (one) { return one; }) + "@media not print{@media (prefers-color-scheme:dark){" + set(function (one) { return dark[one]; }) + "}}";
  }

  function chosen() {
    var names = chips.filter(function (chip) { return isHidden(chip.label); }).map(function (chip) { return chip.name; });
    if (!names.length) return spec;
    var rows = spec.datasets.rows.filter(function (row) { return names.indexOf(row.label) < 0 && names.indexOf(row.other) < 0; });
    if (!rows.length) return spec;
    var params = spec.params.map(function (one) {
      if (!one.bind || !one.bind.options) return one;
      var options = one.bind.options.filter(function (option) { return names.indexOf(option) < 0; });
      return options.length ? Object.assign({}, one, { value: options[0], bind: Object.assign({}, one.bind, { options: options }) }) : one;
    });
    return Object.assign({}, spec, { params: params, datasets: Object.assign({}, spec.datasets, { rows: rows }) });
  }

  function draw() {
    if (!spec || !place || !window.vegaEmbed) return;
    var number = ++drawing, dark = spec.usermeta.dark, part = colored(chosen(), dark);
    var wide = place.clientWidth || 600;
    part.params = part.params.map(function (one) { return one.name === "names" ? { name: "names", value: Math.round(Math.min(220, wide * 0.36)) } : Object.assign({}, one); });
    if (wide < 500) part.params.forEach(function (one) { // texts behind bars take more of the width
      if (one.name === "room") { if (one.expr) one.expr = "1.3 * (" + one.expr + ")"; else one.value *= 1.3; }
    });
    if (spec.usermeta.assets) {
      part.datasets = Object.assign({ world: window.proprocessorWorld }, part.datasets);
      part.height = Math.min(part.height, Math.round(wide * 0.52));
    }
    delete part.usermeta;
    var canvas = place.querySelector(".canvas"), choice = place.querySelector(".choice");
    if (!canvas) {
      document.head.appendChild(make("style", {}, variables(dark)));
      choice = place.appendChild(make("div", { "class": "choice" }));
      canvas = place.appendChild(make("div", { "class": "canvas", tabindex: "0", role: "group",
        "aria-labelledby": "chart-question", "aria-describedby": "chart-words chart-keys" }));
      place.appendChild(make("p", { id: "chart-keys", "class": "unseen" }, "Arrow keys read the values one by one."));
      place.appendChild(make("p", { id: "chart-said", "class": "unseen", role: "status" }));
      canvas.addEventListener("keydown", read);
      canvas.addEventListener("blur", function () { leave(); hideTip(); });
    }
    window.vegaEmbed(canvas, part, { actions: false, renderer: "svg", bind: choice, tooltip: pointed, logger: logger })
      .then(function (result) {
        if (number !== drawing) return;
        if (view) view.finalize();
        view = result.view;
        place.setAttribute("data-drawn", String(number));
      })
      .catch(function (error) {
        place.textContent = "The chart could not be drawn; the table has its numbers.";
        if (window.console) console.warn(error);
      });
  }

  // What cannot be drawn is said; that Vega chooses a size by itself is not.
  var logger = { level: function () { return logger; }, error: function (error) { console.warn(error); return logger; } };
  logger.warn = logger.info = logger.debug = function () { return logger; };

  function told(value) {
    var list = make("dl");
    Object.keys(value).forEach(function (key) {
      var line = list.appendChild(make("div"));
      line.appendChild(make("dt", {}, key));
      line.appendChild(make("dd", {}, String(value[key])));
    });
    return list;
  }

  // What one points at.
  function pointed(handler, event, item, value) {
    if (!value || typeof value !== "object") { hideTip(true); return; }
    var at = { left: event.clientX, top: event.clientY, width: 0, bottom: event.clientY };
    showTip(told(value), function () { return at; });
  }

  // The same by keyboard: each thing with a value, in the order in which they are drawn.
  var reading = -1, lit;

  function marks() {
    var seen = {};
    return all("svg .role-mark path, svg .role-mark text", place).filter(function (element) {
      var item = element.__data__, value = item && item.tooltip, key = value && JSON.stringify(value);
      if (!value || seen[key]) return false;
      return (seen[key] = true);
    });
  }

  function leave() { if (lit) lit.classList.remove("lit"); lit = null; }

  function read(event) {
    var steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };
    if (!(event.key in steps)) return;
    var found = marks();
    if (!found.length) return;
    event.preventDefault();
    leave();
    reading = Math.max(0, Math.min(found.length - 1, reading + steps[event.key]));
    lit = found[reading];
    lit.classList.add("lit");
    var value = lit.__data__.tooltip;
    showTip(told(value), lit.getBoundingClientRect.bind(lit));
    document.getElementById("chart-said").textContent = Object.keys(value).map(function (key) { return key + ": " + value[key]; }).join(", ");
  }

  // Bars behind numbers have the colour of their label, as in charts.
  function colorBars() {
    var rules = [];
    all("table[data-labels]").forEach(function (table, number) {
      table.id = table.id || "table-" + number;
      all("thead tr:first-child th[scope=colgroup] .letter", table).forEach(function (letter, at) {
        var color = letter.style.getPropertyValue("--label").trim(), column = +table.dataset.keys + at * +table.dataset.measures + 1;
        if (!/^#[0-9a-f]{3,8}$/i.test(color)) color = "var(--quiet)"; // all visitors
        rules.push("#" + table.id + " tbody td:nth-child(" + column + "){--bar:color-mix(in srgb," + color + " 28%,transparent)}");
      });
    });
    document.head.appendChild(make("style", {}, rules.join("")));
  }

  // ---- On paper: a table that is wider than a page stands there label by label, on a page laid across if need be ----
  var PORTRAIT = 690, LANDSCAPE = 1020; // pixels between the margins of A4, and letter paper
  var onPaper = [], closed = [];

  function toPaper() {
    fromPaper();
    closed = all("details.terms, details.exits").filter(function (one) { return !one.open; });
    closed.forEach(function (one) { one.open = true; });
    all("table[data-labels]").forEach(function (table) {
      var scroll = table.parentNode, place = scroll.parentNode.insertBefore(make("div", { "class": "paper" }), scroll);
      onPaper.push(place);
      var labels = table.dataset.labels.split(" "), shown = labels.filter(function (one) { return !isHidden(one); });
      if (!shown.length) shown = labels;
      place.appendChild(paperTable(table, shown));
      if (place.offsetWidth <= PORTRAIT) { place.remove(); return; }
      scroll.classList.add("off-paper");
      place.replaceChildren.apply(place, shown.map(function (label) { return paperTable(table, [label]); }));
      Array.from(place.children).forEach(function (one) {
        var wide = one.offsetWidth > PORTRAIT, room = wide ? LANDSCAPE : PORTRAIT;
        if (wide) one.classList.add("wide");
        if (one.offsetWidth > room) one.style.zoom = room / one.offsetWidth;
      });
    });
  }

  // A copy, with the columns of these labels only.
  function paperTable(table, shown) {
    var box = make("div", { "class": "paper-table" }), copy = box.appendChild(table.cloneNode(true));
    var keys = +table.dataset.keys, wide = +table.dataset.measures, labels = table.dataset.labels.split(" ");
    copy.removeAttribute("id");
    all("[id]", copy).forEach(function (one) { one.removeAttribute("id"); });
    if (shown.length === labels.length) return box;
    function others(cells, before, columns) {
      Array.from(cells).forEach(function (cell, at) {
        var place = Math.floor((at - before) / columns);
        if (at >= before && shown.indexOf(labels[place]) < 0) cell.remove();
      });
    }
    Array.from(copy.tHead.rows).forEach(function (row, at) {
      if (at === 0) others(row.cells, keys, 1); else others(row.cells, 0, wide);
    });
    Array.from(copy.tBodies[0].rows).forEach(function (row) { others(row.cells, keys, wide); });
    if (copy.tFoot) Array.from(copy.tFoot.rows).forEach(function (row) { others(row.cells, keys ? 1 : 0, wide); });
    return box;
  }

  function fromPaper() {
    onPaper.forEach(function (place) { place.remove(); });
    closed.forEach(function (one) { one.open = false; });
    all(".off-paper").forEach(function (one) { one.classList.remove("off-paper"); });
    onPaper = [];
    closed = [];
  }

  window.addEventListener("beforeprint", toPaper);
  window.addEventListener("afterprint", fromPaper);

  colorBars();
  showLabels();
  if (weeks.length) addWeeks();
  if (document.readyState === "complete") draw(); else window.addEventListener("load", draw);
})();
