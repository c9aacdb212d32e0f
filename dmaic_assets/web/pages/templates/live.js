// What a served page does beyond a page that is a file: it tells how far runs are, shows what is new
// without losing the reader's place, and starts and cancels runs for whoever may.
(function () {
  "use strict";
  var API = "/api/v1";
  var mayWrite = document.documentElement.dataset.role === "write";
  var header = document.querySelector("header.site");
  if (!header || !window.EventSource) { return; }

  function make(name, className, text) {
    var element = document.createElement(name);
    if (className) { element.className = className; }
    if (text) { element.textContent = text; }
    return element;
  }

  var strip = make("div", "live");
  strip.hidden = true;
  var words = make("span", "live-words");
  words.setAttribute("role", "status");
  var bar = make("progress");
  bar.setAttribute("aria-label", "Files done");
  var cancel = make("button", "live-cancel", "Cancel");
  cancel.type = "button";
  var fresh = make("button", "live-fresh", "Show what is new");
  fresh.type = "button";
  fresh.hidden = true;
  fresh.addEventListener("click", function () { location.reload(); });
  strip.append(words, bar, cancel, fresh);
  header.append(strip);

  var start = make("button", "live-start", "Judge what is new");
  start.type = "button";
  if (mayWrite) { header.querySelector("nav").append(start); }

  // ---- what is told

  var told = "", openJob = null;

  function say(text) {
    told = text;
    words.textContent = text;
    strip.hidden = !text && fresh.hidden;
    bar.hidden = cancel.hidden = true;
  }

  function show(state) {
    var jobs = state.jobs || [], run = (state.running || [])[0];
    openJob = jobs[0] || null;
    start.disabled = jobs.length > 0;
    if (state.trouble) { say("The ledger cannot be read now."); return; }
    if (!run && !jobs.length) { say(""); return; }
    var text = run ? "Run " + run.run_id + ": " + run.stage : "Starting: " + openJob.kind;
    if (run && run.total) { text += ", " + run.done + " of " + run.total + (run.total === 1 ? " file" : " files"); }
    if (run && run.failed) { text += ", " + run.failed + " failed"; }
    if (run && Date.now() - Date.parse(run.touched_at) > 600000) { text += ". Nothing happened for ten minutes: dmaic job reconcile"; }
    if (state.running && state.running.length > 1) { text += " (and " + (state.running.length - 1) + " more)"; }
    if (text !== told) { say(text); }
    strip.hidden = false;
    bar.hidden = !run || !run.total;
    if (!bar.hidden) { bar.max = run.total; bar.value = run.done; }
    cancel.hidden = !mayWrite || !openJob;
  }

  // ---- what is started

  function post(path, content, then) {
    fetch(API + path, {
      method: "POST",
      headers: {"Content-Type": "application/json"},
      body: JSON.stringify(content)
    }).then(function (response) {
      return response.json().then(function (answer) {
        if (answer.error) { say(answer.error.detail + ". " + answer.error.hint); } else { then(answer.data); }
      });
    }).catch(function () { say("The server does not answer."); });
  }

  start.addEventListener("click", function () {
    start.disabled = true;
    post("/runs", {}, function (job) { say("Starting: " + job.kind); });
  });
  cancel.addEventListener("click", function () {
    if (!openJob) { return; }
    post("/jobs/" + encodeURIComponent(openJob.id) + "/cancel", {}, function (job) {
      // The stream may have told its end before this answer came.
      var isOver = job.state !== "running" || !openJob || openJob.id !== job.id;
      if (!isOver) { say("Cancelling: what is being written is finished first."); }
    });
  });

  // ---- what is new on the page

  var version = null, tag = null, due = 0, lastAt = 0;
  // Milliseconds between two looks at the page while much happens, and before the first.
  var APART = 5000, SOON = 500;

  function opened(main) {
    return Array.from(main.querySelectorAll("details")).filter(function (one) { return one.open; })
      .map(function (one) { return one.querySelector("summary").textContent; });
  }

  function isBusy(main) {
    var at = document.activeElement, marked = window.getSelection();
    var types = at && main.contains(at) && /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName);
    return types || (marked && !marked.isCollapsed && main.contains(marked.anchorNode));
  }

  function swap(text) {
    var main = document.querySelector("main");
    var other = new DOMParser().parseFromString(text, "text/html").querySelector("main");
    if (!main || !other || main.innerHTML === other.innerHTML) { return; }
    var open = opened(main);
    main.replaceChildren.apply(main, Array.from(other.childNodes));
    main.querySelectorAll("details").forEach(function (one) {
      if (open.indexOf(one.querySelector("summary").textContent) >= 0) { one.open = true; }
    });
    document.dispatchEvent(new Event("page:changed"));
  }

  function look() {
    due = 0;
    var main = document.querySelector("main");
    // A page with choices has a script of its own that knows its elements: it is loaded whole.
    if (main.querySelector("form")) { fresh.hidden = strip.hidden = false; return; }
    if (isBusy(main)) { later(APART); return; }
    lastAt = Date.now();
    fetch(location.pathname + location.search, {cache: "no-cache"}).then(function (response) {
      var now = response.headers.get("ETag");
      if (!response.ok || now === tag) { return; }
      tag = now;
      return response.text().then(swap);
    }).catch(function () { later(APART); });
  }

  function later(ms) {
    if (!due) { due = setTimeout(look, Math.max(ms, lastAt + APART - Date.now())); }
  }

  // ---- the stream; the browser connects again by itself

  var stream = new EventSource(API + "/events");
  stream.addEventListener("state", function (event) {
    var state = JSON.parse(event.data);
    show(state);
    if (version !== null && state.version !== version) { later(SOON); }
    version = state.version;
  });
  var lost = 0;
  stream.addEventListener("error", function () {
    if (!lost) { lost = setTimeout(function () { say("The server does not answer; trying again."); }, 8000); }
  });
  stream.addEventListener("open", function () {
    clearTimeout(lost);
    lost = 0;
    if (told.indexOf("trying again") > 0) { say(""); later(SOON); }
  });
  window.addEventListener("pagehide", function () { stream.close(); });
})();
