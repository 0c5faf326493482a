// What the console's pages do beside what they are: ask before something is gone, and lead who is signed out to the way in.
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-ask]");
    if (button && !window.confirm(button.dataset.ask)) event.preventDefault();
  });
  // Who is signed out meanwhile is led to the way in; a piece of that page has no place in this one.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var answered = new URL(event.detail.xhr.responseURL || window.location.href);
    if (!/\/(sign-in|first-run)$/.test(answered.pathname)) return;
    var root = answered.pathname.replace(/\/[^/]*$/, "");
    event.detail.shouldSwap = false;
    window.location.assign(answered.pathname.replace(/[^/]*$/, "sign-in?next=" + encodeURIComponent(window.location.pathname.replace(root, ""))));
  });
})();
