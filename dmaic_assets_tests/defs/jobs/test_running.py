import os
import subprocess
import sys

import dagster as dg
import pytest

from dmaic_assets.defs.jobs.batches import Claims
from dmaic_assets.defs.jobs.bulk import WORKER_TAG, this_worker
from dmaic_assets.defs.jobs.running import claims_of, end_abandoned, is_alive
from dmaic_assets_tests.defs.automation.test_sensors import running

HOST = this_worker().rpartition(":")[0]
SERVER_TAG = ".dagster/grpc_info"
ALIVE = {WORKER_TAG: this_worker()}


@pytest.fixture
def dead_worker() -> str:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return f"{HOST}:{process.pid}"


def status_of(desk, run: dg.DagsterRun) -> dg.DagsterRunStatus:
    return desk.instance.get_run_by_id(run.run_id).status


@pytest.mark.parametrize(
    ("config", "claims"),
    [
        ({}, Claims(is_everything=True)),
        ({"trigger": "cli", "force": True}, Claims(is_everything=True)),
        ({"files": ["/a.csv"]}, Claims(files=frozenset({"/a.csv"}))),
        ({"sources": ["a", "b"]}, Claims(sources=frozenset({"a", "b"}))),
        ({"run_id": "R", "cells": ["R|a"]}, Claims(sources=frozenset({"a"}))),
    ],
)
def test_a_run_claims_what_its_configuration_names(desk, config, claims):
    running(desk, config, **ALIVE)

    assert claims_of(desk.instance) == claims


def test_nobody_at_work_claims_nothing(desk):
    assert claims_of(desk.instance) == Claims()


def test_claims_of_several_runs_add_up(desk):
    running(desk, {"files": ["/a.csv"]}, **ALIVE)
    running(desk, {"sources": ["b"]}, **ALIVE)

    claims = claims_of(desk.instance)

    assert claims.covers("b")
    assert not claims.covers("a")


def test_a_worker_is_alive_while_its_process_is(dead_worker):
    assert is_alive(this_worker())
    assert not is_alive(dead_worker)
    assert is_alive("another-machine:1")
    assert is_alive(f"{HOST}:not a number")


def test_a_dead_run_claims_nothing_and_is_ended(desk, dead_worker):
    run = running(desk, {}, **{WORKER_TAG: dead_worker})

    assert claims_of(desk.instance) == Claims()
    assert status_of(desk, run) == dg.DagsterRunStatus.FAILURE


def test_runs_of_a_server_that_is_gone_are_ended(desk, dead_worker):
    old = {SERVER_TAG: '{"socket": "/tmp/old/code.sock"}'}
    now = {SERVER_TAG: '{"socket": "/tmp/now/code.sock"}'}
    orphan = running(desk, {}, **old)
    mine = running(desk, {}, **now)
    in_a_shell = running(desk, {}, **ALIVE)
    moved_on = running(desk, {}, **old, **ALIVE)
    killed = running(desk, {}, **now, **{WORKER_TAG: dead_worker})

    ended = end_abandoned(desk.instance, server="/tmp/now/code.sock")

    assert ended == 2
    assert status_of(desk, orphan) == dg.DagsterRunStatus.FAILURE
    assert status_of(desk, killed) == dg.DagsterRunStatus.FAILURE
    for run in (mine, in_a_shell, moved_on):
        assert status_of(desk, run) == dg.DagsterRunStatus.STARTED


def test_this_worker_names_this_process():
    assert this_worker().endswith(f":{os.getpid()}")
