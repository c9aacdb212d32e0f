"""How often `dmaic types` knows what was made up: columns of faker, with their names and without.

.venv/bin/python -m benchmarks.analyses.made_columns [--packages FOLDER]
"""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from benchmarks.analyses.data import PACKAGES, skip
from dmaic_assets.analysis.semantic.analyze import analyze
from dmaic_assets.analysis.study import Study
from dmaic_assets.analysis.tables import table_of_frame

LOCALES = ("en_US", "de_DE", "fr_FR", "it_IT", "es_ES", "pt_BR", "en_GB", "nl_NL")
ROWS = 300
# Kinds that their values tell, and those that a name has to tell: of both faker makes columns.
TOLD = {
    "email": "email",
    "url": "url",
    "phone_number": "phone",
    "country": "country",
    "country_code": "country",
    "currency_code": "currency",
    "uuid4": "uuid",
    "ipv4": "ip_address",
    "ipv6": "ip_address",
    "mac_address": "mac_address",
    "iban": "iban",
    "swift": "bic",
    "credit_card_number": "credit_card",
    "isbn13": "isbn",
    "isbn10": "isbn",
    "ean13": "ean",
    "md5": "hash",
    "sha1": "hash",
    "sha256": "hash",
    "file_path": "file_path",
    "hex_color": "color",
    "timezone": "time_zone",
    "mime_type": "mime_type",
    "locale": "locale",
    "language_code": "language",
    "language_name": "language",
}
NAMED = {
    "postcode": "postal_code",
    "first_name": "first_name",
    "last_name": "last_name",
    "company": "company_name",
    "street_address": "street_address",
    "city": "city",
    "user_name": "username",
    "domain_name": "domain",
    "latitude": "latitude",
    "longitude": "longitude",
}
NOTHING = ("job", "sentence", "word", "catch_phrase", "bs", "license_plate", "bban", "bothify")


def answers(columns: dict[str, list[object]]) -> dict[str, str | None]:
    frame = pl.DataFrame({n: [str(v) for v in values] for n, values in columns.items()})
    degrees = [c for c in frame.columns if c in ("latitude", "longitude")]
    frame = frame.with_columns(pl.col(degrees).cast(pl.Float64))
    table = table_of_frame("table", frame)
    value = analyze(Study({"table": table}, datetime.fromtimestamp(0, UTC))).value
    return {name: meaning.semantic_type for name, meaning in value.columns.items()}


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--packages", type=Path, default=PACKAGES)
    sys.path.insert(0, str(asked.parse_args().packages))
    try:
        from faker import Faker
    except ImportError:
        skip("no faker", "make bench-tables")

    for locale in LOCALES:
        made = Faker(locale)
        made.seed_instance(7)
        kinds = [k for k in (*TOLD, *NAMED, *NOTHING) if hasattr(made, k)]
        columns = {k: [_make(getattr(made, k)) for _ in range(ROWS)] for k in kinds}
        blind = {f"c{at}": columns[k] for at, k in enumerate(kinds) if k in TOLD or k in NOTHING}
        named, unnamed = answers(columns), answers({"row": list(range(ROWS)), **blind})
        wanted = {**TOLD, **NAMED}
        wrong = [f"{k}: {named[k]}" for k in kinds if named[k] != wanted.get(k)]
        lost = [
            f"{k}: {unnamed[f'c{at}']}"
            for at, k in enumerate(kinds)
            if f"c{at}" in unnamed and unnamed[f"c{at}"] != TOLD.get(k)
        ]
        print(f"{locale}: with names {len(kinds) - len(wrong)} of {len(kinds)}", wrong)
        print(f"{locale}: without {len(blind) - len(lost)} of {len(blind)}", lost)


def _make(method: Callable[[], object]) -> object:
    return method()


if __name__ == "__main__":
    main()
