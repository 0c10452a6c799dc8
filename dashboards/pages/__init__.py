"""One package a page: `view` is pure layout, `callbacks` the wiring, `page` what the app adds."""
