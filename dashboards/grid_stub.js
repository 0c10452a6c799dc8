/* Stands in for the grid's bundle, a megabyte that most pages never need: an empty box until the
   bundle, asked for by the first grid that is drawn, has come. The stub's component stays in place
   afterwards, so that no grid is built twice. Served by bundles.py, which fills in the address. */
(function () {
  "use strict";
  var Grid = React.lazy(function () {
    return new Promise(function (done, failed) {
      var script = document.createElement("script");
      script.src = "@WHOLE@";
      script.onload = function () {
        var whole = window.dash_ag_grid;
        window.dash_ag_grid = Object.assign({}, whole, { AgGrid: AgGrid });
        done({ default: whole.AgGrid });
      };
      script.onerror = failed;
      document.head.appendChild(script);
    });
  });
  function AgGrid(props) {
    var box = React.createElement("div", { id: props.id, className: props.className, "aria-busy": "true" });
    return React.createElement(React.Suspense, { fallback: box }, React.createElement(Grid, props));
  }
  AgGrid.dashRenderType = true;
  window.dash_ag_grid = { AgGrid: AgGrid };
})();
