"""A server that closes connections on which nobody asks: strangers could hold all of them open.

What belongs here: looking at connections. Uvicorn waits for ever for the first request of one, and
for the end of a request's head.
"""

import uvicorn

# Seconds between two looks; who asked for nothing at two of them is gone, so a connection may be
# silent for this to twice this long. The slowest of networks delivers a request's head in less.
IDLE_S = 15.0
# Uvicorn ticks ten times a second.
_TICKS_PER_S = 10


class PromptServer(uvicorn.Server):
    """Closes connections without a request at work; answers and sockets take as long as they take.

    Args:
        config: Uvicorn's.
        idle_s: Seconds between two looks.
    """

    def __init__(self, config: uvicorn.Config, *, idle_s: float = IDLE_S) -> None:
        super().__init__(config)
        self._ticks = max(1, round(idle_s * _TICKS_PER_S))
        # The last request of each connection that had none at work.
        self._silent: dict[object, object] = {}

    async def on_tick(self, counter: int) -> bool:
        """Looks now and then."""
        if counter % self._ticks == 0:
            self._close_silent()
        return await super().on_tick(counter)

    def _close_silent(self) -> None:
        silent: dict[object, object] = {}
        for connection in [*self.server_state.connections]:
            # Sockets, which have no cycle, stay.
            cycle = getattr(connection, "cycle", self)
            if cycle is not None and not getattr(cycle, "response_complete", False):
                continue
            silent[connection] = cycle
            if connection in self._silent and self._silent[connection] is cycle:
                connection.transport.close()
        self._silent = silent
