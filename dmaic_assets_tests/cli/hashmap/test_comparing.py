"""`dmaic hashmap ab-compare` as a user runs it."""

import json

from dmaic_assets_tests.cli.shell import dmaic_here


def made(folder, *options):
    ran = dmaic_here("hashmap", "generate-csv", "w.csv", "--ops", "4000", *options, cwd=folder)
    assert ran.code == 0, ran.err


def test_two_maps_compared(tmp_path):
    made(tmp_path)
    options = ("--pairs", "8", "--output", "ab.md", "--json")
    ran = dmaic_here("hashmap", "ab-compare", "w.csv", "swiss", "chaining", *options, cwd=tmp_path)
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert (told["schema"], told["pairs"], len(told["timeline"])) == ("adhash.compare.v1", 8, 8)
    names = [delta["metric"] for delta in told["deltas"]]
    assert names[:2] == ["ns/op", "bytes"]
    assert [delta["metric"] for delta in told["control"]] == names
    held = next(delta for delta in told["control"] if delta["metric"] == "bytes")
    assert (held["change"], held["verdict"]) == (0.0, "equivalent")
    page = (tmp_path / "ab.md").read_text()
    assert "# chaining against swiss" in page


def test_a_page_that_would_replace_the_workload_is_refused(tmp_path):
    made(tmp_path)
    options = ("--pairs", "6", "--output", "w.csv")
    ran = dmaic_here("hashmap", "ab-compare", "w.csv", "swiss", "linear", *options, cwd=tmp_path)
    assert ran.code == 2
    assert (tmp_path / "w.csv").read_text().startswith("op,key,value")


def test_limits_are_searched_and_what_is_chosen_is_a_configuration_that_a_trial_reads(tmp_path):
    made(tmp_path)
    options = ("--candidates", "2", "--pairs", "6", "--seconds", "1", "-o", "tuned.toml", "--json")
    ran = dmaic_here("hashmap", "tune", "w.csv", *options, cwd=tmp_path)
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert (told["policy"], told["candidates"], told["file"]) == ("thresholds", 2, "tuned.toml")
    assert told["gain"]["low"] <= told["gain"]["change"] <= told["gain"]["high"]
    shown = dmaic_here("hashmap", "config", "show", "tuned.toml", "--json", cwd=tmp_path)
    assert shown.json["values"] == told["values"]
    if not told["is_proven"]:
        assert told["values"]["adaptive.max_lf_chaining"] == 0.82


def test_a_mode_that_keeps_to_an_index_has_nothing_to_search(tmp_path):
    made(tmp_path)
    (tmp_path / "c.toml").write_text('[adaptive]\nmode = "memory-tight"\n')
    ran = dmaic_here("hashmap", "tune", "w.csv", "--config", "c.toml", cwd=tmp_path)
    assert ran.code == 2
    assert "memory-tight" in ran.err


def test_every_kind_at_three_loads(tmp_path):
    made(tmp_path, "--keys", "1000")
    ran = dmaic_here("hashmap", "bench", "w.csv", "--json", cwd=tmp_path)
    assert ran.code == 0, ran.err
    cells = json.loads(ran.out)["cells"]
    assert len(cells) == 4 * 3 + 3
    loads = [cell["load"] for cell in cells if cell["kind"] == "linear" and not cell["is_inline"]]
    assert loads[1] == loads[0] / 2
    assert loads[2] == loads[0] / 4
    assert all(cell["ns_each"] > 0 for cell in cells)


def test_new_schemes_beside_old_ones_nearly_full(tmp_path):
    ran = dmaic_here("hashmap", "exhibit", "--bits", "10", "--load", "0.95", "--json", cwd=tmp_path)
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert told["places"] == 1024
    kinds = [row["kind"] for row in told["rows"]]
    assert kinds == ["swiss", "robinhood", "elastic", "funnel"]
    assert all(row["hit_steps"] >= 1 for row in told["rows"])


def test_a_batch_of_jobs(tmp_path):
    made(tmp_path)
    (tmp_path / "jobs.toml").write_text(
        '[[jobs]]\nname = "a"\nworkload = "w.csv"\nkind = "swiss"\n'
        '[[jobs]]\nname = "b"\nworkload = "w.csv"\nkind = "linear"\n'
    )
    options = ("--markdown", "r.md", "--html", "r.html", "--json")
    ran = dmaic_here("hashmap", "batch", "jobs.toml", *options, cwd=tmp_path)
    assert ran.code == 0, ran.err
    one, two = json.loads(ran.out)["jobs"]
    assert (one["index"], two["index"]) == ("swiss", "linear")
    assert one["workload"] == two["workload"]
    assert "| a | swiss |" in (tmp_path / "r.md").read_text()
    assert "<td>linear</td>" in (tmp_path / "r.html").read_text()


def test_a_regression_against_the_baseline_is_exit_code_4(tmp_path):
    told = ("hashmap", "budget", "--baseline", "b.json", "--json")
    first = dmaic_here(*told, cwd=tmp_path)
    assert (first.code, first.json["is_new"], first.json["regressions"]) == (0, True, [])
    baseline = json.loads((tmp_path / "b.json").read_text())
    name = next(iter(baseline["figures"]))
    # A machine's noise is no thousand times: one figure must fail, the others must not.
    figures = {
        n: [ns * (0.001 if n == name else 1000) for ns in rounds]
        for n, rounds in baseline["figures"].items()
    }
    (tmp_path / "b.json").write_text(json.dumps({**baseline, "figures": figures}))
    again = dmaic_here(*told, cwd=tmp_path)
    assert (again.code, again.json["is_new"], again.json["regressions"]) == (4, False, [name])
    assert json.loads((tmp_path / "b.json").read_text())["figures"] == figures


def test_the_baseline_of_another_machine_and_what_is_none_are_refused(tmp_path):
    told = ("hashmap", "budget", "--baseline", "b.json")
    (tmp_path / "b.json").write_text("[]")
    refused = dmaic_here(*told, cwd=tmp_path)
    assert refused.code == 2
    assert "--keep" in refused.err
    other = {"schema": "adhash.budget.v1", "machine": "another", "figures": {"x": [1.0]}}
    (tmp_path / "b.json").write_text(json.dumps(other))
    refused = dmaic_here(*told, cwd=tmp_path)
    assert refused.code == 2
    assert "another machine" in refused.err
