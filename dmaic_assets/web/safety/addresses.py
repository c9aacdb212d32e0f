"""The addresses that the guard, the limits and the pages must agree on."""

SIGN_IN = "/sign-in"
# Dagster's own UI lies below this; everything else is ours.
DAGSTER = "/dagster"
ARTIFACTS = "/artifacts"
ASSETS = "/assets"
API = "/api/v1"


def is_under(path: str, prefix: str) -> bool:
    """Whether a path is the prefix or lies below it."""
    return path == prefix or path.startswith(f"{prefix}/")
