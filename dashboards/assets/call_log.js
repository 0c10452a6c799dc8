/* A call's evidence opens by a click on its row, or by Enter or the space bar on one of its cells. */
(function () {
  "use strict";
  var turn = 0;
  var ROW = "#calls .ag-center-cols-container .ag-row[row-id]";
  var rowOf = function (event) { return event.target.closest && event.target.closest(ROW); };
  var open = function (row) {
    turn += 1; // the same call again is asked for again
    window.dash_clientside.set_props("call-asked", { data: { call: row.getAttribute("row-id"), turn: turn } });
  };
  document.addEventListener("click", function (event) {
    var row = rowOf(event);
    if (!row) return;
    var marked = window.getSelection();
    if (marked.type === "Range" && row.contains(marked.anchorNode)) return; // somebody copies a number
    open(row);
  });
  document.addEventListener("keydown", function (event) {
    var row = rowOf(event);
    if (!row || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    open(row);
  });
})();
