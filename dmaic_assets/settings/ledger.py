"""The parts `ledger`, `logs` and `serve` of config/dmaic.yaml: what long-lived processes need."""

from typing import Annotated

from pydantic import Field, model_validator

from dmaic_assets.settings.phases import Strict


class LedgerSettings(Strict):
    """Where the ledger is; an empty URL means SQLite under the data folder."""

    url: str = ""
    busy_timeout_ms: Annotated[int, Field(ge=0)] = 30_000
    lease_ttl_s: Annotated[float, Field(gt=0)] = 120.0
    heartbeat_s: Annotated[float, Field(gt=0)] = 30.0
    max_attempts: Annotated[int, Field(ge=1)] = 3
    backoff_s: Annotated[float, Field(ge=0)] = 60.0
    stale_part_s: Annotated[float, Field(ge=0)] = 3600.0
    reconcile_s: Annotated[float, Field(ge=0)] = 300.0

    @model_validator(mode="after")
    def _beats_in_time(self) -> "LedgerSettings":
        if self.heartbeat_s >= self.lease_ttl_s:
            raise ValueError(
                f"heartbeat_s ({self.heartbeat_s:g}) must be below lease_ttl_s "
                f"({self.lease_ttl_s:g}): no lease would be renewed before it expires"
            )
        return self


class LogSettings(Strict):
    """Logs of servers, workers and commands in data/logs/: lines of JSON, turned over when full.

    `max_bytes` of a file before the next one is begun; `kept` files stay beside the newest.
    """

    max_bytes: Annotated[int, Field(ge=10_000)] = 10_000_000
    kept: Annotated[int, Field(ge=0, le=100)] = 5


class ServeSettings(Strict):
    """What `dmaic serve` and `dmaic dev` allow.

    `connections_per_address`: a browser opens six and one for each socket and open page. Behind a
    proxy all come from the proxy's address, and the server has 512 in all.
    """

    connections_per_address: Annotated[int, Field(ge=8, le=512)] = 128
