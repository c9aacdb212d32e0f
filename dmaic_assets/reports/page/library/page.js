// What every page of ours does: draws its charts, copies commands, keeps wide tables reachable.
(function () {
  "use strict";
  var root = document.documentElement, drawn = [];

  function colour(name) { return getComputedStyle(root).getPropertyValue(name).trim(); }

  // Charts name colours as the style sheet does, "var(--blue)", or with an opacity "var(--blue)40";
  // each has a light and a dark value.
  function painted(value) {
    if (typeof value === "string") {
      var named = /^var\((--[a-z]+)\)([0-9a-f]{2})?$/.exec(value);
      return named ? colour(named[1]) + (named[2] || "") : value;
    }
    if (Array.isArray(value)) { return value.map(painted); }
    if (value && typeof value === "object") {
      var copy = {};
      Object.keys(value).forEach(function (key) { copy[key] = painted(value[key]); });
      return copy;
    }
    return value;
  }

  // Names beside a narrow chart lose their middle: it would have no room for anything else.
  function shortened(name) {
    var plain = name.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
    if (plain.length <= 19) { return name; }
    var cut = plain.slice(0, 9) + "…" + plain.slice(-9);
    return cut.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  }

  function narrowed(layout, data) {
    var names = [];
    data.forEach(function (trace) {
      (Array.isArray(trace.y) ? trace.y : []).forEach(function (name) {
        if (typeof name === "string" && isNaN(name) && names.indexOf(name) < 0) { names.push(name); }
      });
    });
    var ticks = (layout.yaxis || {}).ticktext;
    if (ticks && ticks.join("").indexOf("\n") >= 0) {
      layout.yaxis = Object.assign({}, layout.yaxis, {ticktext: ticks.map(function (tick) {
        return tick.split("\n").map(shortened).join("\n");
      })});
      return;
    }
    if (names.some(function (name) { return shortened(name) !== name; })) {
      layout.yaxis = Object.assign({}, layout.yaxis,
        {tickmode: "array", tickvals: names, ticktext: names.map(shortened)});
    }
  }

  // The one place that gives charts their look.
  function themed(box) {
    var layout = box.figure.layout;
    var ink = colour("--ink"), soft = colour("--soft"), line = colour("--line");
    var whole = painted(layout);
    whole.paper_bgcolor = whole.plot_bgcolor = "rgba(0,0,0,0)";
    whole.font = {family: "system-ui, sans-serif", size: 12, color: ink};
    whole.hoverlabel = {bgcolor: colour("--paper"), bordercolor: line, font: {color: ink, size: 12}};
    whole.colorway = ["--blue", "--orange", "--green", "--purple", "--red", "--sky", "--grey"].map(colour);
    whole.margin = Object.assign({l: 8, r: 24, t: 24, b: 16}, whole.margin);
    whole.legend = Object.assign({orientation: "h", x: 1, xanchor: "right", y: 1.02, yanchor: "bottom"}, whole.legend);
    whole.xaxis = whole.xaxis || {};
    whole.yaxis = whole.yaxis || {};
    if (box.clientWidth < 480) { narrowed(whole, box.figure.data); }
    // A finger that scrolls the page must not zoom a chart.
    if (window.matchMedia("(pointer: coarse)").matches) { whole.dragmode = false; }
    Object.keys(whole).filter(function (name) { return /^[xy]axis\d*$/.test(name); })
      .forEach(function (name) {
        var axis = whole[name];
        if (axis.ticktext) { axis.ticktext = axis.ticktext.map(function (tick) { return String(tick).replace(/\n/g, "<br>"); }); }
        axis.automargin = axis.automargin !== false;
        axis.gridcolor = axis.zerolinecolor = axis.linecolor = line;
        axis.tickfont = Object.assign({color: soft}, axis.tickfont);
        if (axis.title && axis.title.text) {
          axis.title = Object.assign({standoff: 8}, axis.title);
          axis.title.font = Object.assign({color: soft, size: 12}, axis.title.font);
        }
      });
    return whole;
  }

  function draw(box) {
    if (box.target || !window.Plotly) { return; }
    box.figure = JSON.parse(box.querySelector("script").textContent);
    box.target = document.createElement("div");
    box.appendChild(box.target);
    Plotly.newPlot(box.target, painted(box.figure.data), themed(box),
      {responsive: true, displaylogo: false, displayModeBar: false});
    drawn.push(box);
    box.dispatchEvent(new CustomEvent("chart:drawn", {bubbles: true}));
  }

  function again() {
    drawn = drawn.filter(function (box) { return document.contains(box); });
    drawn.forEach(function (box) {
      Plotly.react(box.target, painted(box.figure.data), themed(box));
    });
  }

  // Charts are drawn when they come near the window: a page of a hundred sources opens at once.
  var watch = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (entry.isIntersecting) { watch.unobserve(entry.target); draw(entry.target); }
    });
  }, {rootMargin: "800px"});

  // A box that scrolls must be reachable without a mouse; one that does not is no stop on the way.
  var sized = new ResizeObserver(function (entries) {
    entries.forEach(function (entry) {
      var box = entry.target;
      if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight + 1) { box.tabIndex = 0; } else { box.removeAttribute("tabindex"); }
    });
  });

  // On a phone a line of a wide table is a record: each cell then says what it is.
  function labelled(table) {
    var names = Array.from(table.querySelectorAll("thead > tr > *"), function (cell) { return cell.textContent; });
    table.querySelectorAll("td:not([data-label])").forEach(function (cell) {
      if (cell.closest("tbody")) { cell.dataset.label = names[cell.cellIndex] || ""; }
    });
  }

  function copy(button) {
    var text = button.dataset.copy;
    function told(words) {
      button.textContent = words;
      setTimeout(function () { button.textContent = "Copy"; }, 1500);
    }
    function marked() {
      var shown = button.parentNode.querySelector("code");
      if (shown) { window.getSelection().selectAllChildren(shown); }
      told("Marked");
    }
    if (!navigator.clipboard) { marked(); return; }
    navigator.clipboard.writeText(text).then(function () { told("Copied"); }, marked);
  }

  // Also for content that arrives later: whoever puts it there dispatches "page:changed".
  function begin(event) {
    document.querySelectorAll(".chart-box").forEach(function (box) { if (!box.target) { watch.observe(box); } });
    document.querySelectorAll(".scroll").forEach(function (box) { sized.observe(box); });
    document.querySelectorAll("table.records").forEach(labelled);
    document.querySelectorAll("button.copy[hidden]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () { copy(button); });
    });
    // What a link of the page points at is opened, however deep it is folded.
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var at = target; at; at = at.parentElement) { if (at.tagName === "DETAILS") { at.open = true; } }
    // Content that arrived later must not take the reader away from where they are.
    if (target && !(event && event.type === "page:changed")) { target.scrollIntoView(); }
  }

  begin();
  document.addEventListener("page:changed", begin);
  window.addEventListener("hashchange", begin);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  // Paper is light, and has all charts, those in folds of which nobody opened one left out.
  window.addEventListener("beforeprint", function () {
    root.dataset.theme = "light";
    document.querySelectorAll(".chart-box").forEach(draw);
    again();
  });
  window.addEventListener("afterprint", function () { delete root.dataset.theme; again(); });
})();
