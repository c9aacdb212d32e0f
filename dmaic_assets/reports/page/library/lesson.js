// A small workload step by step. Keys come from data: they are set as text, never as markup.
(function () {
  var box = document.getElementById("lesson");
  var lesson = JSON.parse(box.querySelector("script").textContent);
  var kind = 0, at = 0, timer = null;
  function made(tag, text, parent) {
    var element = document.createElement(tag);
    if (text) { element.textContent = text; }
    if (parent) { parent.appendChild(element); }
    return element;
  }
  function button(text, parent, act) {
    var element = made("button", text, parent);
    element.type = "button";
    element.addEventListener("click", act);
    return element;
  }
  function several(count, word) { return count + " " + word + (count === 1 ? "" : "s"); }
  var kinds = made("div", "", box), bar = made("div", "", box);
  kinds.className = bar.className = "bar";
  var tabs = lesson.kinds.map(function (one, i) {
    return button(one.name, kinds, function () { kind = i; show(); });
  });
  button("Back", bar, function () { pause(); go(at - 1); });
  var play = button("Play", bar, function () {
    if (timer) { pause(); return; }
    if (at === count()) { at = 0; }
    play.textContent = "Pause";
    timer = setInterval(function () { if (at === count()) { pause(); } else { go(at + 1); } }, 900);
  });
  button("Next", bar, function () { pause(); go(at + 1); });
  var slide = made("input", "", bar);
  slide.type = "range"; slide.min = 0; slide.max = count();
  slide.setAttribute("aria-label", "Step");
  slide.addEventListener("input", function () { pause(); go(Number(slide.value)); });
  var said = made("p", "", box), cells = made("div", "", box);
  said.className = "said"; said.setAttribute("aria-live", "polite");
  cells.className = "cells";
  function count() { return lesson.kinds[kind].steps.length; }
  function pause() { clearInterval(timer); timer = null; play.textContent = "Play"; }
  function go(step) { at = Math.max(0, Math.min(count(), step)); show(); }
  function places() {
    var held = new Array(lesson.places).fill("");
    lesson.kinds[kind].steps.slice(0, at).forEach(function (step) {
      if (step.grown) { held = new Array(step.places).fill(""); }
      step.changed.forEach(function (pair) { held[pair[0]] = pair[1]; });
    });
    return held;
  }
  function sentence(step) {
    if (!step) { return "Nothing is held yet. " + several(count(), "operation") + " follow."; }
    var wide = lesson.kinds[kind].grouped;
    var what = {get: "looks for", put: "puts", del: "deletes"}[step.op];
    var text = "Step " + at + " of " + count() + ": " + what + " " + step.key + ". Its home is place " + step.home
      + "; " + several(step.way.length, wide ? "group" : "place") + " looked at, "
      + (step.hit ? "and it is there" : "and it is not there") + ".";
    if (step.op === "put") { text += step.hit ? " Its value is replaced." : " It is added."; }
    if (step.op === "del" && step.hit) { text += " It is taken away."; }
    if (step.moved) { text += " " + several(step.moved, "link") + " moved."; }
    if (step.grown) { text += " The index has grown to " + step.places + " places, every key with a new home."; }
    return text;
  }
  function show() {
    tabs.forEach(function (tab, i) { tab.setAttribute("aria-pressed", String(i === kind)); });
    slide.value = at;
    var one = lesson.kinds[kind], step = at ? one.steps[at - 1] : null, held = places();
    said.textContent = sentence(step);
    var changed = {}, seen = {};
    if (step && !step.grown) {
      step.changed.forEach(function (pair) { changed[pair[0]] = true; });
      step.way.forEach(function (first) {
        for (var i = 0; i < (one.grouped ? lesson.group : 1); i += 1) { seen[(first + i) % step.places] = true; }
      });
      if (step.hit && step.op !== "del") { changed[step.end] = true; }
    }
    cells.replaceChildren.apply(cells, held.map(function (key, i) {
      var cell = made("div"), marks = [];
      made("small", String(i), cell);
      cell.appendChild(document.createTextNode(key === null ? "×" : key));
      cell.title = key === null ? "deleted" : key;
      if (key === null) { marks.push("gone"); } else if (key) { marks.push("live"); }
      if (seen[i]) { marks.push("seen"); }
      if (changed[i] && key) { marks.push("new"); }
      if (step && !step.grown && i === step.home) { marks.push("home"); }
      cell.className = marks.join(" ");
      return cell;
    }));
  }
  show();
})();
