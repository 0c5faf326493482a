// Editors: values are offered while somebody writes, a colour shows as it is chosen, a fault marks its field.
(function () {
  "use strict";
  var at = document.querySelector("[data-suggest-at]");
  if (!at) return;
  var box = null, field = null, chosen = -1, waiting = 0, asked = 0;

  function close() {
    if (box) box.remove();
    if (field) { field.setAttribute("aria-expanded", "false"); field.removeAttribute("aria-activedescendant"); field.removeAttribute("aria-controls"); }
    box = null; chosen = -1;
  }
  function choose(number) {
    if (!box) return;
    var options = box.children;
    chosen = (number + options.length) % options.length;
    for (var i = 0; i < options.length; i++) options[i].setAttribute("aria-selected", String(i === chosen));
    options[chosen].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", options[chosen].id);
  }
  function take(value) {
    var into = field.dataset.into && document.getElementById(field.dataset.into);
    var to = into || field;
    if (into) { into.value = into.value.replace(/\s*$/, "") + (into.value.trim() ? "\n" : "") + value + "\n"; field.value = ""; }
    else field.value = value;
    close();
    to.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function show(found) {
    close();
    if (!found.length || document.activeElement !== field) return;
    box = document.createElement("ul");
    box.id = "offered"; box.className = "offered"; box.setAttribute("role", "listbox"); box.setAttribute("aria-label", "Values that are there");
    found.forEach(function (one, number) {
      var option = document.createElement("li"), told = document.createElement("span");
      option.id = "offered-" + number; option.setAttribute("role", "option"); option.setAttribute("aria-selected", "false");
      option.textContent = one.value; told.textContent = one.told; option.appendChild(told);
      option.addEventListener("mousedown", function (event) { event.preventDefault(); take(one.value); });
      option.dataset.value = one.value;
      box.appendChild(option);
    });
    field.insertAdjacentElement("afterend", box);
    field.setAttribute("aria-expanded", "true"); field.setAttribute("aria-controls", "offered");
  }
  function ask() {
    var mine = ++asked, form = field.form || document.getElementById("editor"), days = "";
    ["count-from", "count-to"].forEach(function (name) {
      var day = form && form.elements[name];
      if (day && day.value) days += "&" + name + "=" + encodeURIComponent(day.value);
    });
    var address = at.dataset.suggestAt + "?of=" + encodeURIComponent(field.dataset.suggest) + "&text=" + encodeURIComponent(field.value.slice(0, 200)) + days;
    fetch(address, { headers: { "HX-Request": "true" } }).then(function (answer) { return answer.ok ? answer.json() : []; })
      .then(function (found) { if (mine === asked) show(found); }, function () {});
  }
  document.addEventListener("focusin", function (event) {
    if (event.target === field) return;
    close();
    field = event.target.dataset && event.target.dataset.suggest ? event.target : null;
  });
  document.addEventListener("input", function (event) {
    if (event.target.dataset.swatch !== undefined) return;
    var swatch = document.querySelector('[data-swatch="' + event.target.id + '"]');
    if (swatch) swatch.style.background = /^#[0-9a-f]{6}$/i.test(event.target.value) ? event.target.value : "none";
    if (event.target !== field) return;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () { if (field) ask(); }, 150);
  });
  document.addEventListener("keydown", function (event) {
    if (!field || event.target !== field) return;
    if (event.key === "ArrowDown") { event.preventDefault(); if (box) choose(chosen + 1); else ask(); }
    else if (event.key === "ArrowUp" && box) { event.preventDefault(); choose(chosen < 0 ? -1 : chosen - 1); }
    else if (event.key === "Escape" && box) { event.preventDefault(); close(); }
    else if (event.key === "Enter") {
      if (box && chosen >= 0) { event.preventDefault(); take(box.children[chosen].dataset.value); }
      else if (field.dataset.into && field.value.trim()) { event.preventDefault(); take(field.value.trim()); }
      else if (field.dataset.into) event.preventDefault();
    }
  });

  // A field of its own to choose from, beside a list of texts; and what makes an input one that offers values.
  function prepare(root) {
    root.querySelectorAll("input[data-suggest]").forEach(function (input) {
      input.setAttribute("role", "combobox"); input.setAttribute("aria-autocomplete", "list"); input.setAttribute("aria-expanded", "false");
    });
    root.querySelectorAll("textarea[data-suggest-into]").forEach(function (area) {
      if (area.nextElementSibling && area.nextElementSibling.dataset.into) return;
      var picker = document.createElement("input");
      picker.dataset.suggest = area.dataset.suggestInto; picker.dataset.into = area.id;
      picker.setAttribute("aria-label", "Find one to add"); picker.placeholder = "Find one to add"; picker.autocomplete = "off";
      picker.setAttribute("role", "combobox"); picker.setAttribute("aria-autocomplete", "list"); picker.setAttribute("aria-expanded", "false");
      area.insertAdjacentElement("afterend", picker);
    });
  }
  // Beside each field what is wrong with it now. What is only empty is not told before somebody asks for the preview.
  function mark(counted) {
    var told = {};
    counted.querySelectorAll("[data-fault]").forEach(function (one) { told[one.dataset.fault] = one; });
    document.querySelectorAll("#editor .fault").forEach(function (one) {
      var now = told[one.id];
      if (now && now.dataset.empty !== undefined && one.hidden) return;
      one.textContent = now ? now.textContent : ""; one.hidden = !now;
    });
    document.querySelectorAll('#editor [aria-describedby^="fault-"]').forEach(function (one) {
      var fault = document.getElementById(one.getAttribute("aria-describedby").split(" ")[0]);
      if (fault && !fault.hidden) one.setAttribute("aria-invalid", "true"); else one.removeAttribute("aria-invalid");
    });
  }
  // One way to compare texts is like another; only a list of them is entered in another field.
  document.addEventListener("change", function (event) {
    var way = event.target.dataset && event.target.dataset.way;
    if (!way) return;
    if ((way === "any_of") !== (event.target.value === "any_of")) window.htmx.trigger(event.target, "other-way");
  });
  // Who went on to a field that a choice has replaced goes on in the one that stands there now.
  var asker = "";
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.elt.tagName === "SELECT") asker = event.detail.elt.id;
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.target.id === "counted" || !asker) return;
    var from = document.getElementById(asker);
    asker = "";
    if (!from || document.activeElement !== document.body) return;
    var fields = Array.prototype.filter.call(from.form.elements, function (one) { return one.tabIndex >= 0 && one.type !== "hidden"; });
    (fields[fields.indexOf(from) + 1] || from).focus();
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.target.id === "counted") mark(event.target);
    else if (document.getElementById("editor")) prepare(document.getElementById("editor"));
  });
  prepare(at);
})();
