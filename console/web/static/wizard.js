// The setup wizard: the time zone of this browser, a test that may take a while, and the progress of an import.
(function () {
  "use strict";

  function suggestZone() {
    var field = document.querySelector("input[data-suggest]");
    var zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    var known = field && document.querySelector('#zones option[value="' + CSS.escape(zone || "") + '"]');
    if (!known || field.value !== "UTC") return;
    field.value = zone;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // A button that asks for a piece of the page; without this script it sends the whole form.
  document.addEventListener("click", function (event) {
    var button = event.target.closest("button[data-trigger]");
    if (!button || !window.htmx || !button.form.reportValidity()) return;
    event.preventDefault();
    window.htmx.trigger(button.form, button.dataset.trigger);
  });
  document.addEventListener("htmx:responseError", broken);
  document.addEventListener("htmx:sendError", broken);
  function broken() {
    var said = document.getElementById("broken");
    if (said) said.hidden = false;
  }

  // A choice that needs a value is meant by whoever enters one.
  document.addEventListener("input", function (event) {
    var beside = event.target.closest(".beside");
    var box = beside && beside.parentElement.querySelector('input[type="checkbox"], input[type="radio"]');
    if (!box || box.checked) return;
    var also = (beside.dataset.for || "").split(" ");
    var chosen = box.type === "radio" && document.querySelector('input[name="' + box.name + '"]:checked');
    if (!chosen || also.indexOf(chosen.value) < 0) box.checked = true;
  });

  function follow() {
    var place = document.getElementById("progress");
    if (!place || !window.EventSource) return;
    var stage = document.getElementById("stage");
    var source = new EventSource(place.dataset.events);
    function show(event) {
      var told = JSON.parse(event.data);
      var focused = place.contains(document.activeElement);
      // What a person may be about to press is left alone while it stays the same.
      if (!focused || told.state !== place.dataset.state) place.innerHTML = told.html;
      place.dataset.state = told.state;
      if (stage.textContent !== told.stage + ".") stage.textContent = told.stage + ".";
      return told;
    }
    // Refused, as too many such pages are open: shown as it is now, a while later.
    source.addEventListener("error", function () {
      if (source.readyState === EventSource.CLOSED) window.setTimeout(function () { window.location.reload(); }, 15000);
    });
    source.addEventListener("progress", show);
    source.addEventListener("stopped", function (event) { show(event); source.close(); });
    source.addEventListener("done", function (event) {
      var told = show(event);
      source.close();
      if (told.leaves) window.location.replace(told.address);
    });
  }

  document.addEventListener("DOMContentLoaded", suggestZone); // after htmx, which then shows the next runs anew
  follow();
})();
