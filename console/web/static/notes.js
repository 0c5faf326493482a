// Notes on days, beside the rows of a table of days. Their texts are only ever put in as text.
(function () {
  "use strict";
  var told = document.getElementById("console-notes"), table = document.querySelector('table[data-report="trend"]');
  if (!told || !table) return;
  var notes = JSON.parse(told.textContent);
  var MONTHS = { Jan: "01", Feb: "02", Mar: "03", Apr: "04", May: "05", Jun: "06", Jul: "07", Aug: "08", Sep: "09", Oct: "10", Nov: "11", Dec: "12" };

  // "Sun 17 May 2015" is 2015-05-17; hours of a day are none.
  function dayOf(text) {
    var found = /(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})$/.exec(text.trim());
    return found && MONTHS[found[2]] ? found[3] + "-" + MONTHS[found[2]] + "-" + ("0" + found[1]).slice(-2) : "";
  }

  function mark(row) {
    var cell = row.cells[0];
    if (!cell || cell.dataset.noted) return;
    var day = dayOf(cell.firstChild ? cell.firstChild.textContent : ""); // without what else was put there
    if (!day) return;
    cell.dataset.noted = day;
    notes.forEach(function (one) {
      if (day < one.first || day > one.last) return;
      var line = document.createElement("span"), number = document.createElement("a");
      line.className = "console-note";
      number.href = "#note-" + one.number;
      number.textContent = String(one.number);
      number.setAttribute("aria-label", "Note " + one.number);
      line.appendChild(number);
      if (day === one.first || row === row.parentNode.rows[0]) { // of a stretch of days, the first has the text
        var text = document.createElement("bdi");
        text.textContent = one.text;
        line.appendChild(document.createTextNode(" "));
        line.appendChild(text);
      }
      cell.appendChild(line);
    });
  }

  function markAll() { Array.from(table.tBodies[0].rows).forEach(mark); }

  markAll();
  new MutationObserver(markAll).observe(table.tBodies[0], { childList: true });
  document.addEventListener("click", function (event) { // a note that is folded away is opened for who goes to it
    var link = event.target.closest && event.target.closest(".console-note a");
    if (link) document.querySelector(".console-notes details").open = true;
  });
})();
