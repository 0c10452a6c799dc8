/* Cells of the call log: two lines each, so the first columns say enough on a telephone. */
(function () {
  "use strict";
  var cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  var element = function () { return window.React.createElement.apply(null, arguments); };
  var lines = function (first, second) {
    return element("span", { className: "lines" },
      element("strong", { title: first }, first), element("small", { title: second }, second));
  };
  cells.CallCell = function (props) {
    return props.data ? lines(props.data.caller, props.data.started_at) : element("span", { className: "wait" });
  };
  cells.SourceCell = function (props) {
    return props.data ? lines(props.data.channel, props.data.source) : null;
  };
  cells.StatusCell = function (props) {
    if (!props.data) return null;
    var kinds = { answered: "good", missed: "bad", busy: "bad", abandoned: "bad", voicemail: "warn" };
    return element("span", { className: "state" },
      element("span", { className: "pill " + (kinds[props.data.outcome_key] || "") }, props.data.outcome),
      element("small", null, props.data.channel));
  };
})();
