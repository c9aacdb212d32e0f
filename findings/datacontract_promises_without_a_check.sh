#!/usr/bin/env bash
# An ODCS contract that says "pack is a multiple of 5" and "mail has the format email", tested on rows that break both.
# Guess: two failures, or at least a warning that these options are not tested.
# Seen: "Data contract is valid", exit code 0; no line of the report names the two options. A misspelt option is
#       refused, so the spelling is not the reason.
# Remedy: compare the checks of the report with the promises of the contract; a format can be said as a pattern, which is tested.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check 'datacontract-cli[duckdb]==1.2.8'
cd "$work"
printf 'pack,mail\n7,nobody\n3,somewhere\n' > packs.csv
cat > contract.yaml <<'YAML'
apiVersion: v3.1.0
kind: DataContract
id: packs
version: 1.0.0
status: active
servers:
  - {server: local, type: local, path: ./packs.csv, format: csv}
schema:
  - name: packs
    logicalType: object
    properties:
      - {name: pack, logicalType: integer, logicalTypeOptions: {multipleOf: 5, maximum: 100}}
      - {name: mail, logicalType: string, logicalTypeOptions: {format: email}}
YAML
export COLUMNS=200  # a wide report, one line per check
"$work/venv/bin/pip" list 2>/dev/null | grep -i '^datacontract-cli '
echo "guess: multipleOf and format fail, or are named as untested"
status=0; "$work/venv/bin/datacontract" test contract.yaml > report.txt 2>&1 || status=$?
echo "seen:  exit code $status"; cat report.txt
[ "$status" -eq 0 ]
grep -q "Data contract is valid" report.txt
grep -q "maximum of 100" report.txt
if grep -Eqi "multiple|email" report.txt; then echo "the report names them now"; exit 1; fi
sed 's/multipleOf/multipelOf/' contract.yaml > misspelt.yaml
if "$work/venv/bin/datacontract" lint misspelt.yaml > lint.txt 2>&1 && ! grep -q multipelOf lint.txt; then echo "a misspelt option passes now"; exit 1; fi
