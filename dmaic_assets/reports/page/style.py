"""The look of the DMAIC page: style, and the script that draws its figures.

What belongs here: constants. The page follows the reader's light or dark setting; on paper it is
always light.
"""

STYLE = """
:root{--ink:#1b2430;--soft:#5b6778;--line:#dde2ea;--paper:#fff;--panel:#f6f8fb;--link:#1f5fbf;
--good:#1f7a4d;--bad:#b3261e;color-scheme:light}
@media (prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#9aa6b8;--line:#2f3846;
--paper:#12161d;--panel:#1a2029;--link:#7db1ff;--good:#58c08b;--bad:#ff8a80;color-scheme:dark}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:3.5rem}
body{margin:0;font:15px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;color:var(--ink);
background:var(--paper)}
main,nav>div{max-width:72rem;margin:0 auto;padding:0 1.25rem}
nav{position:sticky;top:0;z-index:5;background:var(--paper);border-bottom:1px solid var(--line)}
nav>div{display:flex;gap:.25rem 1.1rem;overflow-x:auto;padding-block:.6rem;white-space:nowrap}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
h1{font-size:1.75rem;line-height:1.2;margin:2rem 0 .25rem;letter-spacing:-.01em}
h2{font-size:1.4rem;margin:3rem 0 .5rem;padding-top:1rem;border-top:2px solid var(--ink)}
h3{font-size:1.08rem;margin:2rem 0 .4rem}
h4{font-size:.95rem;margin:1.2rem 0 .3rem;color:var(--soft)}
p{margin:.4rem 0;max-width:46rem}.soft{color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.75rem;
margin:1rem 0}
.card{background:var(--panel);border:1px solid var(--line);border-radius:.5rem;padding:.6rem .8rem}
.card b{display:block;font-size:1.35rem;font-weight:600;line-height:1.25;
font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.card.words b{font-size:1rem;font-weight:500}
.card span{color:var(--soft);font-size:.82rem}
.scroll{overflow-x:auto;margin:.5rem 0 1rem}
table{border-collapse:collapse;font-size:.88rem;min-width:60%}
th,td{text-align:left;padding:.32rem .7rem .32rem 0;border-bottom:1px solid var(--line);
vertical-align:top}
th{color:var(--soft);font-weight:600;white-space:nowrap}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.i{white-space:nowrap;font-variant-numeric:tabular-nums}
td.w{min-width:16rem;overflow-wrap:anywhere}
.figure{margin:.5rem 0 1rem;min-width:0;overflow:hidden}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(21rem,1fr));gap:0 1.5rem}
details{margin:.5rem 0 1rem}summary{cursor:pointer;color:var(--link)}
ol.whys{padding-left:1.4rem;max-width:46rem}ol.whys li{margin:.5rem 0}
ol.whys b{display:block;font-weight:600}
.good{color:var(--good)}.bad{color:var(--bad);font-weight:600}
footer{margin:3rem 0 2rem;color:var(--soft);font-size:.85rem}
@media (max-width:40rem){.pair{grid-template-columns:1fr}}
@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;--panel:#fff;--link:#000;
--good:#000;--bad:#000;color-scheme:light}
nav{display:none}main{max-width:none;padding:0}h2{break-before:page}h3,h4{break-after:avoid}
.figure,.card,tr{break-inside:avoid}.scroll{overflow:visible}body{font-size:11px}}
"""

# Figures are drawn when they come near the window: a page of a hundred sources opens at once.
SCRIPT = """
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
"""
