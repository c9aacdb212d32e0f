"""Which new values are taken for slips of known ones."""

from dmaic_assets.phenomena.typo.rule import slips_among


def test_another_number_in_a_name_is_no_slip() -> None:
    known = ["Maine", "Maine CD-1", "Main St 12"]

    slips = slips_among(["Maime", "Maine CD-2", "Maime CD-1", "Main St 13"], known)

    assert slips == {"Maime", "Maime CD-1"}
