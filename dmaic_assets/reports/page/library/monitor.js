// The monitor: a click on the sunburst or the heat map, and the choices above the list, lead to the
// files behind; the export is saved from what the page holds.
(function () {
  "use strict";
  var form = document.getElementById("files-behind");
  var report = document.getElementById("dq-report");

  function choose(name, value) {
    var field = form && form.elements[name];
    if (!field) { return false; }
    field.value = value;
    // A value that the list does not have chooses nothing.
    if (field.value !== value) { field.value = ""; }
    return field.value === value;
  }

  function fits(row) {
    var cell = form.elements.cell.value;
    return ["source", "outcome", "band"].every(function (name) {
      var wanted = form.elements[name].value;
      return !wanted || row.dataset[name] === wanted;
    }) && (!cell || (" " + row.dataset.cells + " ").indexOf(" " + cell + " ") >= 0);
  }

  function show() {
    var rows = form.parentNode.querySelectorAll("tbody tr"), shown = 0;
    rows.forEach(function (row) {
      row.hidden = !fits(row);
      shown += row.hidden ? 0 : 1;
    });
    form.querySelector("output").textContent = shown + " of " + rows.length + " listed files" +
      (shown ? "" : ": only files with something broken are listed");
    form.elements.all.disabled = shown === rows.length;
  }

  function lead() {
    show();
    form.scrollIntoView({block: "nearest"});
  }

  function clear() {
    ["source", "outcome", "band", "cell"].forEach(function (name) { choose(name, ""); });
  }

  // The ids of the sunburst's segments are what they stand for, from the centre outwards.
  function fromSunburst(id) {
    var path = String(id || "").split("/").slice(1);
    clear();
    ["source", "outcome", "band"].forEach(function (name, at) { choose(name, path[at] || ""); });
    lead();
  }

  function fromHeat(point) {
    clear();
    choose("cell", point.pointIndex ? point.pointIndex.join(".") : "");
    lead();
  }

  function listen(event) {
    var box = event.target, plot = box.target;
    if (!form || !plot || !plot.on || !box.figure) { return; }
    var kind = box.figure.data[0].type;
    if (kind === "sunburst") {
      plot.on("plotly_sunburstclick", function (clicked) { fromSunburst(clicked.points[0].id); });
    } else if (kind === "heatmap") {
      plot.on("plotly_click", function (clicked) { fromHeat(clicked.points[0]); });
    }
  }

  // The document is in the page as base64 of a gzip file: a sixth of its size.
  function save() {
    var packed = Uint8Array.from(atob(report.textContent.trim()), function (letter) { return letter.charCodeAt(0); });
    var unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    new Response(unpacked).blob().then(function (found) {
      var link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([found], {type: "application/json"}));
      link.download = report.dataset.name;
      link.click();
      setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
    });
  }

  document.addEventListener("chart:drawn", listen);
  document.querySelectorAll(".chart-box").forEach(function (box) { listen({target: box}); });
  if (form) {
    form.hidden = false;
    form.addEventListener("change", show);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.elements.all.addEventListener("click", function () { clear(); show(); });
    show();
  }
  var button = document.getElementById("save-report");
  if (button && report && window.DecompressionStream) {
    button.hidden = false;
    button.addEventListener("click", save);
  }
})();
