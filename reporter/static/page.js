// Draws the chart from the definition in the page, and lets tables be sorted. Pages say everything without it, too.
(function () {
  "use strict";
  var definition = document.getElementById("chart-definition");
  var place = document.getElementById("chart");

  function draw() {
    if (!definition || !place || !window.vegaEmbed) return;
    window.vegaEmbed(place, JSON.parse(definition.textContent), { actions: false, renderer: "svg", ast: false })
      .then(function () { place.setAttribute("data-drawn", "true"); })
      .catch(function () { place.textContent = "The chart could not be drawn; the table in the trend report has its numbers."; });
  }

  function valueOf(cell) {
    var text = cell.textContent.trim();
    var seconds = /^(?:(\d+) h )?(?:(\d+) min(?: |$))?(?:([\d.]+) s)?$/.exec(text);
    if (seconds && text) return (+seconds[1] || 0) * 3600 + (+seconds[2] || 0) * 60 + (+seconds[3] || 0);
    var number = parseFloat(text.replace(/,/g, ""));
    return /^-?[\d,]/.test(text) && !isNaN(number) ? number : text === "–" ? -Infinity : text;
  }

  function sortBy(table, index, head) {
    var down = head.getAttribute("aria-sort") !== "descending";
    table.querySelectorAll("thead th").forEach(function (one) { one.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    var body = table.tBodies[0];
    Array.from(body.rows)
      .map(function (row, at) { return { row: row, at: at, value: valueOf(row.cells[index]) }; })
      .sort(function (a, b) {
        var order = a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
        return (down ? -order : order) || a.at - b.at;
      })
      .forEach(function (one) { body.appendChild(one.row); });
  }

  document.querySelectorAll("table.sortable").forEach(function (table) {
    // With several labels their names stand in a row of their own, beside what names the rows.
    var rows = Array.from(table.tHead.rows), last = rows[rows.length - 1];
    var heads = rows.length === 1 ? [] : Array.from(rows[0].cells).filter(function (head) { return head.rowSpan > 1; });
    heads.concat(Array.from(last.cells)).forEach(function (head, index) {
      var button = document.createElement("button");
      button.type = "button";
      var term = head.querySelector(".term");
      if (term) term.removeAttribute("tabindex");
      while (head.firstChild) button.appendChild(head.firstChild);
      button.addEventListener("click", function () { sortBy(table, index, head); });
      head.appendChild(button);
    });
  });
  if (document.readyState === "complete") draw(); else window.addEventListener("load", draw);
})();
