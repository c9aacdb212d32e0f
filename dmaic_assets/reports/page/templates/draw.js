// Figures are drawn when they come near the window: a page of a hundred sources opens at once.
(function () {
  var dark = window.matchMedia("(prefers-color-scheme: dark)"), drawn = [];
  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }
  function themed(figure, print) {
    var ink = print ? "#000" : colour("--ink"), line = print ? "#bbb" : colour("--line");
    var layout = JSON.parse(JSON.stringify(figure.layout));
    layout.paper_bgcolor = layout.plot_bgcolor = "rgba(0,0,0,0)";
    layout.font = {family: "system-ui, sans-serif", size: 12, color: ink};
    ["xaxis", "xaxis2", "yaxis", "yaxis2"].forEach(function (name) {
      if (layout[name]) { layout[name].gridcolor = line; layout[name].zerolinecolor = line; }
    });
    return layout;
  }
  function draw(box) {
    if (box.drawn) { return; }
    box.drawn = JSON.parse(box.querySelector("script").textContent);
    var target = document.createElement("div");
    box.appendChild(target);
    Plotly.newPlot(target, box.drawn.data, themed(box.drawn),
      {responsive: true, displaylogo: false, displayModeBar: false});
    drawn.push([target, box.drawn]);
  }
  function again(print) {
    drawn.forEach(function (pair) {
      Plotly.react(pair[0], pair[1].data, themed(pair[1], print));
    });
  }
  var boxes = Array.prototype.slice.call(document.querySelectorAll(".figure"));
  if ("IntersectionObserver" in window) {
    var watch = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (entry.isIntersecting) { watch.unobserve(entry.target); draw(entry.target); }
      });
    }, {rootMargin: "800px"});
    boxes.forEach(function (box) { watch.observe(box); });
  } else { boxes.forEach(draw); }
  dark.addEventListener("change", function () { again(false); });
  window.addEventListener("beforeprint", function () { boxes.forEach(draw); again(true); });
  window.addEventListener("afterprint", function () { again(false); });
})();
