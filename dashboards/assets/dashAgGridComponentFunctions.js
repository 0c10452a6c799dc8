/* Cells of the call log: two lines each on a desk, one card for the whole call on a telephone. */
(function () {
  "use strict";
  var cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  var element = function () { return window.React.createElement.apply(null, arguments); };
  var lines = function (first, second) {
    return element("span", { className: "lines" }, element("strong", { title: first }, first),
      second === "–" ? null : element("small", { title: second }, second));
  };
  cells.CallCell = function (props) {
    return props.data ? lines(props.data.caller, props.data.started_at) : element("span", { className: "wait" });
  };
  cells.SourceCell = function (props) {
    return props.data ? lines(props.data.channel, props.data.source) : null;
  };
  var status = function (data) {
    var kinds = { answered: "good", missed: "bad", busy: "bad", abandoned: "bad", voicemail: "warn" };
    return element("span", { className: "status" },
      element("span", { className: "pill " + (kinds[data.outcome_key] || "") }, data.outcome),
      data.left_out ? element("span", { className: "pill left-out" }, data.left_out) : null);
  };
  cells.StatusCell = function (props) { return props.data ? status(props.data) : null; };
  var fact = function (name, value, wide) {
    return element("div", { className: wide ? "wide" : null },
      element("dt", null, name), element("dd", { title: value }, value));
  };
  cells.CallCard = function (props) {
    var data = props.data;
    if (!data) return element("span", { className: "wait" });
    var from = [data.channel, data.source, data.campaign].filter(function (part) { return part !== "–"; });
    return element("article", { className: "call-card" },
      element("header", null, lines(data.caller, data.started_at), status(data)),
      element("dl", null,
        fact("Source", from.join(" · "), true), fact("Number called", data.number),
        fact("Wait", data.wait_seconds), fact("Talk", data.talk_seconds), fact("Match", data.probability)));
  };
})();
