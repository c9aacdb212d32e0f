import asyncio
import socket
import threading
import time
from contextlib import contextmanager

import uvicorn

from dmaic_assets.web.safety.idle import PromptServer

IDLE_S = 0.2


@contextmanager
def prompt_server(**more):
    async def slow(scope, receive, send):
        await asyncio.sleep(5 * IDLE_S)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(slow, log_level="error", lifespan="off")
        server = PromptServer(config, **{"idle_s": IDLE_S, **more})
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


def test_one_address_has_so_many_connections_and_others_have_theirs():
    with prompt_server(idle_s=60.0, per_address=8) as place:
        mine = [socket.create_connection(place, 10) for _ in range(8)]
        time.sleep(0.2)
        refused = socket.create_connection(place, 10)
        # All of 127.0.0.0/8 is this machine: another address of it stands for another client.
        other = socket.create_connection(place, 10, source_address=("127.0.0.2", 0))

        assert refused.recv(100).startswith(b"HTTP/1.1 429 ")
        for connection in (other, mine[0]):
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 204")
            connection.close()
        time.sleep(0.2)
        again = socket.create_connection(place, 10)
        again.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert again.recv(100).startswith(b"HTTP/1.1 204")
        for connection in (*mine, refused, again):
            connection.close()
