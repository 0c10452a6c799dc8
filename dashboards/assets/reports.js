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
  var watched = null; // a query list without a reference would be swept away with its listener
  var presets = [7, 28, 90];
  var usual = 28;
  /* The address is the state: what differs from the usual stands in it, so a reload shows the same. */
  var put = function (values) {
    var query = new URLSearchParams(window.location.search);
    Object.keys(values).forEach(function (name) {
      if (values[name]) query.set(name, values[name]); else query.delete(name);
    });
    var rest = query.toString();
    window.history.replaceState(
      window.history.state, "", window.location.pathname + (rest ? "?" + rest : ""));
  };
  /* What goes along to every page. A preset stays one, so that it means the same tomorrow. */
  var global = function (asked) {
    var preset = asked.until === asked.today && presets.indexOf(length(asked)) !== -1;
    return {
      days: preset && length(asked) !== usual ? String(length(asked)) : "",
      since: preset ? "" : asked.since,
      until: preset ? "" : asked.until,
      compare: asked.compare ? "" : "0",
      metric: asked.metric === "calls" ? "" : asked.metric,
      model: asked.model === "last_non_direct" ? "" : asked.model,
      basis: asked.basis === "sale" ? "" : asked.basis,
    };
  };
  var page = function (link) { return "/" + link.replace(/^[a-z]+-/, "").replace("-", "/"); };
  var address = function (asked) {
    put(global(asked));
    return asked;
  };

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
    credit: function (model, basis, asked) {
      if (!asked || !model || !basis) return skip();
      if (model === asked.model && basis === asked.basis) return skip();
      return address(Object.assign({}, asked, { model: model, basis: basis }));
    },
    order: function (clicks, order) {
      var what = trigger();
      if (!what || !what.value) return skip();
      var column = JSON.parse(what.prop_id.slice(0, what.prop_id.lastIndexOf("."))).column;
      var now = order || "-calls";
      var first = column === "channel" ? column : "-" + column;
      var sort = now === "-" + column ? column : now === column ? "-" + column : first;
      put({ sort: sort });
      return sort;
    },
    show: function (money, calls) {
      var what = trigger();
      if (!what || !what.value) return [skip(), skip(), skip()];
      var shown = what.prop_id === "show-money.n_clicks" ? "money" : "calls";
      put({ show: shown });
      return [shown, String(shown === "money"), String(shown === "calls")];
    },
    carry: function (asked) {
      if (!asked) return window.dash_clientside.callback_context.outputs_list.map(skip);
      var query = new URLSearchParams();
      var values = global(asked);
      Object.keys(values).forEach(function (name) { if (values[name]) query.set(name, values[name]); });
      var rest = query.toString();
      return window.dash_clientside.callback_context.outputs_list.map(function (output) {
        return page(output.id) + (rest ? "?" + rest : "");
      });
    },
    csv: function (asked, outcome) {
      if (!asked) return skip();
      var query = new URLSearchParams({ since: asked.since, until: asked.until });
      if (outcome) query.set("outcome", outcome);
      return "/api/v1/calls.csv?" + query;
    },
    refill: function (asked, outcome) {
      if (!asked) return skip();
      put({ outcome: outcome });
      var token = [asked.since, asked.until, outcome || ""].join(" ");
      return { campaign: { filterType: "text", type: "equals", filter: token } };
    },
    /* Cards where the window is narrow, columns elsewhere. */
    fit: function (id, columns, options) {
      var narrow = window.matchMedia("(max-width: 760px)");
      var fitted = function () {
        return [
          columns.map(function (column) {
            return Object.assign({}, column, { hide: (column.field === "card") !== narrow.matches });
          }),
          Object.assign({}, options, narrow.matches ? { rowHeight: 136, headerHeight: 0 } : {}),
        ];
      };
      narrow.onchange = function () {
        if (!document.getElementById(id)) return;
        var now = fitted();
        window.dash_clientside.set_props(id, { columnDefs: now[0], dashGridOptions: now[1] });
      };
      watched = narrow;
      return fitted();
    },
    /* The order lives in the grid; the chooser sets it there, the address and the chooser follow it. */
    reorder: function (chosen, columns) {
      if (!chosen || !columns) return skip();
      var name = chosen.replace(/^-/, "");
      return columns.map(function (column) {
        var sort = column.field === name ? (chosen === name ? "asc" : "desc") : null;
        return { colId: column.field, sort: sort };
      });
    },
    ordered: function (request) {
      var sort = request && request.sortModel && request.sortModel[0];
      if (!sort) return;
      var name = (sort.sort === "desc" ? "-" : "") + sort.colId;
      put({ sort: name === "-started_at" ? "" : name });
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
        return page(output.id) === path;
      });
      return marks.map(function (on) { return on ? "go here" : "go"; });
    },
  };
})();
