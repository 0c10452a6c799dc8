/* Unfolding rows of the acquisition table. What is open is remembered by path, so it stays open
   when the filters bring new rows. Keyboard: the buttons are real buttons, and the one that was
   pressed has the focus again when its answer has replaced it. */
(function () {
  "use strict";
  var open = new Set();
  var SEPARATOR = "\x1f";
  var shown = function (path) {
    var parts = path.split(SEPARATOR);
    for (var i = 1; i < parts.length; i += 1) {
      if (!open.has(parts.slice(0, i).join(SEPARATOR))) return false;
    }
    return true;
  };
  var apply = function () {
    document.querySelectorAll("table.tree tr[data-path]").forEach(function (row) {
      var path = row.getAttribute("data-path");
      var hide = !shown(path);
      if (row.hidden !== hide) row.hidden = hide;
      var button = row.querySelector("button.fold");
      var state = String(open.has(path));
      if (button && button.getAttribute("aria-expanded") !== state) button.setAttribute("aria-expanded", state);
    });
  };
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("table.tree button.fold");
    if (!button) return;
    var path = button.closest("tr").getAttribute("data-path");
    if (open.has(path)) open.delete(path); else open.add(path);
    apply();
  });
  var pressed = null;
  document.addEventListener("focusin", function (event) {
    var button = event.target.closest && event.target.closest("#acquisition-report button[id]");
    pressed = button ? button.id : null;
  });
  var refocus = function () {
    if (!pressed || document.activeElement !== document.body) return;
    var button = document.getElementById(pressed);
    if (button) button.focus({ preventScroll: true });
  };
  var waiting = false;
  new MutationObserver(function () {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(function () { waiting = false; apply(); refocus(); });
  }).observe(document.documentElement, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["data-path", "hidden"],
  });
})();
