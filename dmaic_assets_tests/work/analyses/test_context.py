"""The document of all that is known: texts like names of persons are kept back."""

from dmaic_assets.store.codec import to_json
from dmaic_assets.work.analyses.analyze import Asked, analyze_accepted
from dmaic_assets.work.analyses.context import context_document
from dmaic_assets_tests.work.conftest import csv_of, make_project

KINDS = ("empty_files",)
CLERKS = ("Anna Ruiz", "Ben Osei", "Carla Meyer", "Dan Novak")


def test_texts_like_names_of_persons_are_not_told_although_no_meaning_is_known(tmp_path):
    project = make_project(tmp_path)
    rows = [f"{n},{CLERKS[n % 4]},{('open', 'paid')[n % 2]}\n" for n in range(80)]
    project.drop("1.csv", "id,desk,status\n" + "".join(rows))
    project.run()

    made = analyze_accepted(project.platform, Asked(("statistics",)))
    (table,) = context_document(project.platform, made)["tables"]

    values = {column["name"]: column["values"] for column in table["columns"]}
    meanings = {column["name"]: column["semantic_type"] for column in table["columns"]}
    assert (values["desk"], meanings["desk"]) == (None, None)
    assert {v["value"] for v in values["status"]["top"]} == {"open", "paid"}
    project.platform.close()


def test_no_analysis_tells_full_names_of_a_column_of_few_values(tmp_path):
    project = make_project(tmp_path)
    lines = [f"{n},{CLERKS[n % 4]},{10 + n % 7 + 5 * (n % 4)}.5\n" for n in range(400)]
    project.drop("1.csv", "id,desk,amount\n" + "".join(lines))
    project.run()

    made = analyze_accepted(project.platform, Asked())
    told = [str(to_json(r.outcome.value)) + str(to_json(r.outcome.findings)) for r in made.results]

    assert made.failures == ()
    assert not any(clerk in text for text in told for clerk in CLERKS)
    project.platform.close()


def test_a_file_with_a_header_only_is_told_and_changes_no_type(tmp_path):
    project = make_project(tmp_path)
    project.drop("1.csv", csv_of(0, 0))
    project.drop("2.csv", csv_of(0, 50))
    project.drop("1.csv", csv_of(0, 0), source="returns")
    project.run()

    made = analyze_accepted(project.platform, Asked(("statistics",)))

    findings = {f.table: f for r in made.results for f in r.outcome.findings if f.metric in KINDS}
    (orders,) = [
        r.outcome.value for r in made.results if (r.analysis, r.table) == ("statistics", "orders")
    ]
    assert orders.rows == 50
    assert orders.columns["id"].profile.type == "integer"
    assert findings["orders"].text == "1 file of orders has a header and no row: 1.csv."
    assert findings["returns"].evidence == {"files": ["1.csv"]}
    project.platform.close()
