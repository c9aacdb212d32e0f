import pytest

from dmaic_assets.web.safety.limits import Limits, Rate, RateLimiter, RequestLimits
from dmaic_assets_tests.web.asgi import Recorder, ask


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_so_many_at_once_and_then_so_many_a_second(clock):
    limiter = RateLimiter(Rate(2, 3), clock)

    assert [limiter.wait_s("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert limiter.wait_s("b") == 0
    clock.now = 0.5
    assert [limiter.wait_s("a") for _ in range(2)] == [0, 0.5]
    clock.now = 1_000
    assert [limiter.wait_s("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_only_so_many_clients_are_remembered(clock):
    limiter = RateLimiter(Rate(1, 1), clock)
    for number in range(5_000):
        limiter.wait_s(f"client {number}")

    assert len(limiter._buckets) == 4_096
    assert limiter.wait_s("client 4999") > 0
    assert limiter.wait_s("client 0") == 0


def test_changes_and_sign_ins_are_rarer_than_looks(clock):
    inside = Recorder()
    limits = RequestLimits(reading=Rate(1, 5), changing=Rate(1, 2), signing_in=Rate(0.1, 1))
    app = Limits(inside, limits, clock=clock)

    def asked(method: str, path: str) -> list[int]:
        return [ask(app, method, path).status for _ in range(6)]

    assert asked("GET", "/fleet") == [200] * 5 + [429]
    assert asked("POST", "/api/v1/runs") == [200] * 2 + [429] * 4
    assert asked("POST", "/sign-in") == [200] + [429] * 5
    assert asked("GET", "/sign-in?code=x") == [429] * 6
    refused = ask(app, "POST", "/sign-in")
    assert refused.headers["retry-after"] == "11"
    assert b'"code":"TooManyRequests"' in refused.body
