"""The cells of the monitor's notebook: fifteen sections over the document `dq_report.v1`.

What belongs here: their text. Figures are drawn from the document (docs/guides/monitor.md), so that
whoever reads it can change them.
"""

from collections.abc import Mapping

_REPORT = """since = ["--since", SINCE] if SINCE else []
report = dmaic("monitor", *since, *chosen, *(["--export"] if EXPORT else []))
board = report["board"]
f"{board['files']} files, {board['judgements']} verdicts, {board['held_now']} held now\""""
_ENVIRONMENT = """pl.DataFrame(list(report["environment"].items()),
             schema=["what", "version"], orient="row")"""
_CONFIGURATION = """frame([s for s in report["settings"] if not s["is_default"]], "key", "value")"""
_WATERMARKS = """frame([mark for w in report["watermarks"] for mark in w["newest"]],
      "source", "name", "disposition", "arrived_at", "settled_at", "settled_run")"""
_BOARD = """keys = ("files", "passed", "failed", "errors", "pass_rate", "mean_score", "held_now")
print({key: board[key] for key in keys})
frame(board["newest"], "judged_at", "source", "name", "outcome", "score", "rows", "quarantined")"""
_TREND = """runs = board["trend"]
figure = go.Figure()
for key, name in (("pass_rate", "passed, %"), ("mean_score", "mean score")):
    figure.add_scatter(x=[r["run_id"] for r in runs], name=name, mode="lines+markers",
                       y=[None if r[key] is None else 100 * r[key] for r in runs])
figure.update_layout(title="Is it getting better, run by run?", xaxis_type="category", height=380)
figure"""
_ALERTS = """alerts = report["alerts"]
state = "on" if alerts["is_on"] else "off; held files would make"
print(f"alerts are {state}:", alerts["counts"])
if alerts["newest"]:
    print(json.dumps(alerts["newest"][0]["payload"], indent=2))
frame(alerts["newest"], "severity", "kind", "source", "title", "raised_at", "told", "waiting")"""
_FAILURES = """failures = report["failures"]
columns = frame(failures["columns"], "name", "files", "rows", "cause")
rules = frame(failures["rules"], "name", "files", "rows", "cause")
print(columns)
rules"""
_PERFORMANCE = """performance = report["performance"]
print(performance["bands"])
print("files a minute:", performance["files_per_minute"])
frame(performance["runs"], "run_id", "files", "passed", "elapsed_s", "files_per_minute")"""
_DAYS = (
    """frame(report["days"], "day", "mean", "least", "most", "judgements", "failed", "direction")"""
)
_FRESHNESS = """frame(report["freshness"],
      "source", "state", "age_h", "last_at", "expected", "late_after")"""
_EXPORT = """written = sorted((ROOT / "data" / "reports").glob("dq_report_*.json"))
[path.name for path in written[-5:]]"""
_KPIS = """from plotly.subplots import make_subplots

kinds = [[{"type": "indicator"}] * 3, [{"type": "pie"}, {"type": "xy"}, {"type": "xy"}]]
figure = make_subplots(rows=2, cols=3, specs=kinds, subplot_titles=(
    "", "", "", "What became of the files?", "Which day was worse?", "Which rules break most?"))
for place, (key, name) in enumerate((("pass_rate", "passed"), ("mean_score", "average score"),
                                     ("accepted_share", "rows accepted")), start=1):
    figure.add_trace(go.Indicator(mode="gauge+number", value=100 * (board[key] or 0),
                                  title={"text": name}, number={"suffix": " %"},
                                  gauge={"axis": {"range": [0, 100]}}), row=1, col=place)
figure.add_trace(go.Pie(labels=list(board["outcomes"]), values=list(board["outcomes"].values()),
                        hole=0.5), row=2, col=1)
days = [d for d in report["days"] if d["mean"] is not None]
figure.add_trace(go.Scatter(x=[d["day"] for d in days], y=[100 * d["mean"] for d in days],
                            mode="lines+markers"), row=2, col=2)
figure.add_trace(go.Bar(orientation="h", y=[r["name"] for r in failures["rules"]][::-1],
                        x=[r["files"] for r in failures["rules"]][::-1]), row=2, col=3)
figure.update_layout(height=640, showlegend=False)
figure"""
_EXPLORER = """counts = {}
for s in report["segments"]:
    path = (s["source"], s["outcome"], s["band"])
    for depth in range(4):
        counts[path[:depth]] = counts.get(path[:depth], 0) + s["files"]
figure = go.Figure(go.Sunburst(
    ids=["/".join(("all", *path)) for path in counts],
    labels=[path[-1] if path else "all files" for path in counts],
    parents=["/".join(("all", *path[:-1])) if path else "" for path in counts],
    values=list(counts.values()), branchvalues="total", maxdepth=3))
figure.update_layout(title="Where do files lie?", height=520)
figure"""
_HEAT = """heat = failures["heat"]
figure = go.Figure(go.Heatmap(x=heat["kinds"], y=heat["columns"], z=heat["files"],
                              colorscale="Blues"))
figure.update_layout(title="Which kind of rule breaks on which column? (files)",
                     height=200 + 24 * len(heat["columns"]), yaxis_autorange="reversed")
figure"""
_TIMELINE = """points = report["timeline"]["points"]
figure = go.Figure()
for outcome in ("accept", "quarantine", "reject", "unreadable"):
    own = [p for p in points if p["outcome"] == outcome]
    if own:
        figure.add_scatter(mode="markers", name=outcome, x=[p["judged_at"] for p in own],
                           y=[100 * (p["score"] or 0) for p in own],
                           text=[f"{p['source']}/{p['name']}" for p in own])
for place in report["timeline"]["annotated"]:
    p = points[place]
    figure.add_annotation(x=p["judged_at"], y=100 * (p["score"] or 0), text=p["name"])
figure.update_layout(title="When did scores fall?", height=460)
figure"""
_COURSES = """course = report["course"]
panels = (("mean_score", "mean score so far", 100), ("pass_rate", "passed so far, %", 100),
          ("files_per_minute", "files a minute over the last 5", 1),
          ("deviation", "standard deviation of the last 10 scores", 100))
figure = make_subplots(rows=2, cols=2, subplot_titles=[name for _, name, _ in panels])
for place, (key, name, scale) in enumerate(panels):
    figure.add_trace(go.Scatter(x=course["numbers"], name=name, mode="lines",
                                y=[None if v is None else scale * v for v in course[key]]),
                     row=1 + place // 2, col=1 + place % 2)
figure.update_layout(height=640, showlegend=False)
figure"""
MONITOR_CELLS: Mapping[str, str] = {
    "report": _REPORT,
    "text-environment": "## 1 Environment and versions",
    "environment": _ENVIRONMENT,
    "text-configuration": "## 2 Configuration\n\nWhat somebody wrote; secrets are not shown.",
    "configuration": _CONFIGURATION,
    "text-watermarks": "## 3 Watermarks\n\nThe newest files of each source.",
    "watermarks": _WATERMARKS,
    "text-board": "## 4 Quality board",
    "board": _BOARD,
    "trend": _TREND,
    "text-alerts": "## 5 Alerts\n\nWhat people were told, and what was sent for the newest.",
    "alerts": _ALERTS,
    "text-failures": "## 6 Failure analysis",
    "failures": _FAILURES,
    "text-performance": "## 7 Performance",
    "performance": _PERFORMANCE,
    "text-days": "## 8 History by day",
    "days": _DAYS,
    "text-freshness": "## 9 Freshness",
    "freshness": _FRESHNESS,
    "text-export": "## 10 Export\n\nSet EXPORT to write another.",
    "export": _EXPORT,
    "text-kpis": "## 11 Dashboard: how do things stand?",
    "kpis": _KPIS,
    "text-explorer": "## 12 Dashboard: explorer\n\nClick a part to look into it.",
    "explorer": _EXPLORER,
    "text-heat": "## 13 Dashboard: heat map",
    "heat": _HEAT,
    "text-timeline": "## 14 Dashboard: timeline",
    "timeline": _TIMELINE,
    "text-courses": "## 15 Dashboard: courses",
    "courses": _COURSES,
}
