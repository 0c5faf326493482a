// Beside each row of a report whose rows say where visitors come from or what they saw: "Label these visitors", and other
// reports of them; beside each day, and at each point of a chart of days, its day, week and month. Texts are only ever put in as text.
(function () {
  "use strict";
  var ask = document.querySelector(".console-ask");
  if (!ask) return;
  var here = JSON.parse(ask.dataset.drill), criterion = ask.dataset.criterion, column = +ask.dataset.column;
  var KINDS = ["day", "week", "month", "year", "all"], WORDS = { day: "This day", week: "Its week", month: "Its month", year: "Its year" };
  var MONTHS = { Jan: 0, Feb: 1, Mar: 2, Apr: 3, May: 4, Jun: 5, Jul: 6, Aug: 7, Sep: 8, Oct: 9, Nov: 10, Dec: 11 };

  function address(report, query) {
    var given = new URLSearchParams();
    Object.keys(query).forEach(function (key) { if (query[key]) given.set(key, query[key]); });
    return ask.dataset.live + "/" + report + "?" + given;
  }

  // A criterion as a label has it: what joins criteria, in a value, is written twice.
  function labelOf(text) { return criterion + ask.dataset.way + text.replace(/&&+/g, "$&$&"); }

  function link(href, text, what) {
    var made = document.createElement("a");
    made.href = href;
    made.textContent = text;
    made.setAttribute("aria-label", text + ": " + what);
    return made;
  }

  // A list that is made when somebody opens it: there may be a hundred rows.
  function menu(words, what, entries) {
    var made = document.createElement("details"), head = made.appendChild(document.createElement("summary"));
    head.textContent = words;
    head.setAttribute("aria-label", words + ": " + what);
    made.addEventListener("toggle", function () {
      if (!made.open || made.querySelector("ul")) return;
      var list = made.appendChild(document.createElement("ul"));
      entries().forEach(function (one) { list.appendChild(document.createElement("li")).appendChild(one); });
    });
    return made;
  }

  // ---- Other reports of the visitors of a row ----
  function closer(text, what) {
    var own = labelOf(text), parts = here.label ? here.label.split(" && ") : [];
    var label = parts.indexOf(own) < 0 ? parts.concat(own).join(" && ") : here.label;
    var query = { period: here.period, label: label, compare: here.compare, trail: here.trail };
    return here.reports.map(function (one) {
      var report = one[0], rows = report === "paths" && criterion === "saw_page" ? "#rows=" + encodeURIComponent(text) : "";
      return link(address(report, query) + rows, one[1], what);
    });
  }

  function offerVisitors(row, box) {
    var cell = row.cells[column], what = cell && cell.textContent.trim();
    if (!what || what === "–" || /^\(.*\)$/.test(what)) return;
    var text = here.codes[what] || what;
    var label = link(address(here.report, { period: here.period, compare: here.compare, label: labelOf(text) }), "Label these visitors", what);
    label.className = "console-label";
    box.appendChild(label);
    box.appendChild(menu("Look closer at them", what, function () { return closer(text, what); }));
  }

  // ---- From a period to a shorter one ----
  function iso(day) { return day.toISOString().slice(0, 10); }

  function dayIn(text) { // "Sun 17 May 2015"
    var found = /(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})$/.exec(text.trim());
    return found && found[2] in MONTHS ? new Date(Date.UTC(+found[3], MONTHS[found[2]], +found[1])) : null;
  }

  function periodOf(kind, day) {
    if (kind === "day") return iso(day);
    if (kind === "month") return iso(day).slice(0, 7);
    if (kind === "year") return iso(day).slice(0, 4);
    var thursday = new Date(day);
    thursday.setUTCDate(day.getUTCDate() + 3 - (day.getUTCDay() + 6) % 7);
    var week = 1 + Math.floor((thursday - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / 864e5 / 7);
    return thursday.getUTCFullYear() + "-W" + ("0" + week).slice(-2);
  }

  function shorter() { // the kinds of period that are shorter than what is shown
    var at = here.kind === "range" ? 3 : KINDS.indexOf(here.kind);
    return KINDS.slice(0, at).reverse();
  }

  function addressOf(kind, day) {
    return address(here.report, { period: periodOf(kind, day), label: here.label, compare: here.compare || "", trail: here.trail });
  }

  function offerDays(row, box) {
    var what = row.cells[0].firstChild ? row.cells[0].firstChild.textContent.trim() : "", day = dayIn(what);
    if (!day || !shorter().length) return;
    box.appendChild(menu("Look closer", what, function () {
      return shorter().map(function (kind) { return link(addressOf(kind, day), WORDS[kind], what); });
    }));
  }

  // ---- Rows: sorting, filtering and paging bring other ones ----
  function offer(row) {
    if (row.querySelector(".console-row") || !row.cells.length) return;
    var box = document.createElement("div");
    box.className = "console-row";
    if (row.closest("table").dataset.report === "trend") offerDays(row, box); else if (criterion) offerVisitors(row, box);
    if (box.firstChild) row.cells[0].appendChild(box);
  }

  function offerAll() { document.querySelectorAll("table.sortable[data-report] tbody tr").forEach(offer); }

  // After the page's own script has read the rows: what is offered is not what one filters by.
  document.addEventListener("DOMContentLoaded", function () {
    offerAll();
    document.querySelectorAll("table.sortable[data-report] tbody").forEach(function (body) {
      new MutationObserver(offerAll).observe(body, { childList: true });
    });
  });

  // ---- Points of a chart of days ----
  var definition = document.getElementById("chart-definition"), chart = document.getElementById("chart"), step = stepOf();

  function stepOf() {
    if (!definition || !chart) return "";
    var rows = (JSON.parse(definition.textContent).datasets || {}).rows || [], ats = rows[0] && rows[0].at;
    if (!Array.isArray(ats) || typeof ats[0] !== "string") return "";
    var days = ats.length > 1 ? Math.round((Date.parse(ats[1] + "Z") - Date.parse(ats[0] + "Z")) / 864e5) : 1;
    return days > 7 ? "month" : days === 7 ? "week" : "day";
  }

  function follow(element) {
    var item = element && element.__data__, datum = item && item.datum;
    if (!datum || typeof datum.at !== "string") return;
    if (datum.note !== undefined) { location.hash = "note-" + parseInt(datum.number, 10); return; }
    location.href = addressOf(step, new Date(datum.at.slice(0, 10) + "T00:00:00Z"));
  }

  if (step && shorter().indexOf(step) >= 0) {
    chart.classList.add("console-points");
    chart.addEventListener("click", function (event) { if (event.target.closest(".mark-symbol")) follow(event.target); });
    chart.addEventListener("keydown", function (event) { if (event.key === "Enter") follow(chart.querySelector(".lit")); });
    var hint = document.createElement("p");
    hint.className = "hint";
    hint.textContent = "A click on a point, or Enter where arrow keys have read one, leads to its " + step + ".";
    chart.parentNode.insertBefore(hint, chart.nextSibling);
  }

  // ---- Files: filtered and sorted as the table is ----
  var files = document.querySelector(".console-ask .files"), table = document.querySelector("table.sortable[data-report]");

  function columnOf(head) {
    var heads = Array.from(table.querySelectorAll("thead [data-term]")), at = heads.indexOf(head) - table.dataset.keys;
    var label = at < 0 ? "" : table.dataset.labels.split(" ")[Math.floor(at / table.dataset.measures)] + ".";
    return (head.getAttribute("aria-sort") === "descending" ? "-" : "") + label + head.dataset.term;
  }

  // Of that table alone: one below it may have a filter of its own.
  function filterOf(one) {
    var above = one && one.parentNode.previousElementSibling;
    return above && above.matches(".tools") ? above.querySelector("input[type=search]") : null;
  }

  function asSeen() {
    var filter = filterOf(table), head = table.querySelector("[aria-sort]");
    files.querySelectorAll("a").forEach(function (one) {
      var url = new URL(one.href), seen = { rows: filter ? filter.value.trim() : "", sort: head ? columnOf(head) : "" };
      Object.keys(seen).forEach(function (key) { if (seen[key]) url.searchParams.set(key, seen[key]); else url.searchParams.delete(key); });
      one.href = url.href;
    });
  }

  if (files && table) ["pointerover", "focusin", "click"].forEach(function (event) { files.addEventListener(event, asSeen, true); });

  // ---- Rows that an address names: "#rows=/cart" ----
  window.addEventListener("load", function () {
    var found = /^#rows=(.+)$/.exec(location.hash), field = filterOf(document.querySelector("table.sortable[data-report]"));
    if (!found || !field) return;
    try { field.value = decodeURIComponent(found[1]); } catch (error) { return; }
    field.dispatchEvent(new Event("input"));
  });
})();
