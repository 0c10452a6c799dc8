/* What the filters, the theme switch and the navigation do in the browser. No build step. */
(function () {
  "use strict";
  var skip = function () { return window.dash_clientside.no_update; };
  var trigger = function () {
    var context = window.dash_clientside.callback_context;
    return context && context.triggered.length ? context.triggered[0] : null;
  };
  var back = function (day, count) {
    var at = new Date(day + "T00:00:00Z");
    at.setUTCDate(at.getUTCDate() - count);
    return at.toISOString().slice(0, 10);
  };
  var length = function (asked) {
    return Math.round((Date.parse(asked.until) - Date.parse(asked.since)) / 864e5) + 1;
  };
  var address = function (asked) {
    var query = new URLSearchParams(window.location.search);
    query.delete("days");
    query.set("since", asked.since);
    query.set("until", asked.until);
    if (asked.compare) query.delete("compare"); else query.set("compare", "0");
    if (asked.metric === "calls") query.delete("metric"); else query.set("metric", asked.metric);
    window.history.replaceState(window.history.state, "", window.location.pathname + "?" + query);
    var csv = document.getElementById("csv");
    if (csv) csv.href = "/api/v1/calls.csv?since=" + asked.since + "&until=" + asked.until;
    return asked;
  };
  var presets = [7, 28, 90];

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.ringtrail = {
    ask: function (n7, n28, n90, dates, compares, asked) {
      var what = trigger();
      var nothing = [skip(), skip(), skip(), skip(), skip(), skip()];
      if (!what || !asked) return nothing;
      var id = what.prop_id.split(".")[0];
      var next = Object.assign({}, asked);
      if (id === "period-dates") {
        if (!dates || !dates[0] || !dates[1]) return nothing;
        if (dates[0] === asked.since && dates[1] === asked.until) return nothing;
        next.since = dates[0].slice(0, 10);
        next.until = dates[1].slice(0, 10);
      } else if (!what.value) {
        return nothing;
      } else if (id === "compare") {
        next.compare = !asked.compare;
      } else {
        next.until = asked.today;
        next.since = back(asked.today, Number(id.slice(7)) - 1);
      }
      address(next);
      var pressed = presets.map(function (days) {
        return String(next.until === next.today && length(next) === days);
      });
      return [next, [next.since, next.until]].concat(pressed, [String(next.compare)]);
    },
    choose: function (calls, visits, asked) {
      var what = trigger();
      if (!what || !what.value || !asked) return skip();
      var metric = what.prop_id === "metric-visits.n_clicks" ? "visits" : "calls";
      return metric === asked.metric ? skip() : address(Object.assign({}, asked, { metric: metric }));
    },
    refill: function (asked, outcome) {
      if (!asked) return skip();
      var query = new URLSearchParams(window.location.search);
      if (outcome) query.set("outcome", outcome); else query.delete("outcome");
      var rest = query.toString();
      window.history.replaceState(
        window.history.state, "", window.location.pathname + (rest ? "?" + rest : ""));
      var token = [asked.since, asked.until, outcome || ""].join(" ");
      return { campaign: { filterType: "text", type: "equals", filter: token } };
    },
    theme: function (side, small) {
      if (!side && !small) return skip();
      var now = document.documentElement.getAttribute("data-mantine-color-scheme");
      var next = now === "dark" ? "light" : "dark";
      try { localStorage.setItem("mantine-color-scheme-value", next); } catch (refused) { /* private window */ }
      document.documentElement.setAttribute("data-mantine-color-scheme", next);
      return next;
    },
    mark: function (path) {
      var marks = window.dash_clientside.callback_context.outputs_list.map(function (output) {
        return "/" + output.id.replace(/^(side|below)-/, "").replace("-", "/") === path;
      });
      return marks.map(function (on) { return on ? "go here" : "go"; });
    },
  };
})();
