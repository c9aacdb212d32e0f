// The traces that our pages draw. One more trace: add it here, then `make plotly`.
var Plotly = require("plotly.js/lib/core"); // brings scatter
Plotly.register([
  require("plotly.js/lib/bar"),
  require("plotly.js/lib/box"),
  require("plotly.js/lib/heatmap"),
  require("plotly.js/lib/histogram"),
  require("plotly.js/lib/indicator"),
  require("plotly.js/lib/pie"),
  require("plotly.js/lib/sunburst"),
]);
module.exports = Plotly;
