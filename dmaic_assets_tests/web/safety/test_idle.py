import asyncio
import socket
import threading
import time
from contextlib import contextmanager

import uvicorn

from dmaic_assets.web.safety.idle import PromptServer

IDLE_S = 0.2


@contextmanager
def prompt_server():
    async def slow(scope, receive, send):
        await asyncio.sleep(5 * IDLE_S)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(slow, log_level="error", lifespan="off")
        server = PromptServer(config, idle_s=IDLE_S)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()
        finally:
            server.should_exit = True
            thread.join(20)


def test_silent_connections_are_closed_and_slow_answers_are_not():
    with prompt_server() as place:
        silent, dripping, asking = (socket.create_connection(place, 10) for _ in range(3))
        dripping.sendall(b"GET / HTTP/1.1\r\nHo")
        asking.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        began = time.monotonic()

        assert asking.recv(100).startswith(b"HTTP/1.1 204")
        assert silent.recv(1) == b""
        assert dripping.recv(1) == b""
        assert time.monotonic() - began < 10
        for connection in (silent, dripping, asking):
            connection.close()
