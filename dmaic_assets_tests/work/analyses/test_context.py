"""The document of all that is known: texts like names of persons are kept back."""

from dmaic_assets.work.analyses.analyze import Asked, analyze_accepted
from dmaic_assets.work.analyses.context import context_document
from dmaic_assets_tests.work.conftest import make_project

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
