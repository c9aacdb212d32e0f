"""What a request to Dagster asks for: whoever may only read gets queries through, and no more.

What belongs here: telling a query from a mutation by Dagster's own parser of GraphQL.
"""

import json
from typing import Any, cast


def changes_nothing(body: bytes | str) -> bool:
    """Whether a request of GraphQL, as JSON, asks for queries or subscriptions alone.

    What cannot be read, holds several requests or names no operation is taken for a change.
    """
    try:
        request: Any = json.loads(body)
    except (ValueError, RecursionError):
        return False
    query = cast("dict[str, Any]", request).get("query") if isinstance(request, dict) else None
    return isinstance(query, str) and _is_reading(query)


def message_changes_nothing(message: str) -> bool:
    """Whether a message on a socket starts queries or subscriptions alone, or starts nothing."""
    try:
        told: Any = json.loads(message)
    except (ValueError, RecursionError):
        return False
    if not isinstance(told, dict):
        return False
    known = cast("dict[str, Any]", told)
    # "start" is the word of the protocol that Dagster speaks, "subscribe" of the one after it.
    if known.get("type") not in ("start", "subscribe"):
        return True
    return changes_nothing(json.dumps(known.get("payload")))


def _is_reading(query: str) -> bool:
    # Loaded with Dagster's own server, and by nothing else.
    from graphql import GraphQLError, OperationDefinitionNode, parse

    try:
        document = parse(query, no_location=True)
    except (GraphQLError, RecursionError):
        return False
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    return bool(operations) and all(o.operation.value != "mutation" for o in operations)
