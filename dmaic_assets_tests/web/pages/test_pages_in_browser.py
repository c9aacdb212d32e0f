"""Served pages in a real browser: sound at any width, and new while somebody looks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from dmaic_assets.web.jobs import runner as runner_module
from dmaic_assets.web.project import Project
from dmaic_assets.web.serve import sign_in_url
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import open_run, work_run
from dmaic_assets_tests.web.page_audit import PageAudit
from dmaic_assets_tests.web.serving import Server, serving
from dmaic_assets_tests.web.shown_project import keep, shown_project, uncertainty
from dmaic_assets_tests.work.conftest import Project as Made
from dmaic_assets_tests.work.conftest import csv_of

pytestmark = pytest.mark.browser
WAIT_S = 30


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Iterator[Made]:
    project = shown_project(tmp_path_factory.mktemp("project"))
    yield project
    project.platform.close()


@pytest.fixture(scope="module")
def server(made, auditor: PageAudit) -> Iterator[Server]:
    project = Project(made.platform)
    with serving(project, every_s=0.1) as running:
        auditor.browser.get(sign_in_url(running.sessions, running.port))
        yield running
    project.close()


@pytest.mark.parametrize("path", ["/", "/entropy", "/entropy/orders", "/dmaic", "/monitor"])
def test_a_served_page_is_sound(server, auditor, path):
    assert auditor.problems(f"{server.base}{path}", f"served{path.replace('/', '-')}") == []


def shows(auditor: PageAudit, text: str) -> None:
    WebDriverWait(auditor.browser, WAIT_S, poll_frequency=0.05).until(
        lambda b: text in b.find_element(By.TAG_NAME, "body").text, message=f"never showed {text!r}"
    )


def test_a_page_changes_while_somebody_looks_and_keeps_their_place(made, server, auditor):
    auditor.show(f"{server.base}/entropy", 1400, "light")
    browser = auditor.browser
    browser.execute_script(
        "window.wasHere = true; document.querySelector('main > details').open = true;"
    )
    made.drop("20.csv", csv_of(2_000))
    opened = open_run(made.platform, made.plan(), RunRequest())
    shows(auditor, "judging files, 0 of 1 file")

    work_run(made.platform, opened)
    value = uncertainty()
    keep(made, "entropy", "", {"value": told_anew(value), "findings": []})

    shows(auditor, "brand_new")
    assert browser.execute_script("return window.wasHere"), "the page was not loaded again"
    assert browser.execute_script("return document.querySelector('main > details').open")
    auditor.draw()
    assert browser.find_elements(By.CSS_SELECTOR, ".chart-box .main-svg")
    assert not browser.find_element(By.CSS_SELECTOR, ".live").is_displayed()


def told_anew(value):
    from dataclasses import replace

    from dmaic_assets.store.codec import to_json

    return to_json(replace(value, tables={**value.tables, "brand_new": value.tables["orders"]}))


def test_a_run_is_started_and_cancelled_from_a_page(server, auditor, monkeypatch):
    monkeypatch.setattr(runner_module, "_COMMANDS", "dmaic_assets_tests.web.jobs.waiting")
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    auditor.show(f"{server.base}/entropy", 1400, "light")
    browser = auditor.browser

    browser.find_element(By.CSS_SELECTOR, "button.live-start").click()
    shows(auditor, "Starting: run")
    WebDriverWait(browser, WAIT_S).until(
        lambda b: b.find_element(By.CSS_SELECTOR, "button.live-cancel").is_displayed()
    )
    browser.find_element(By.CSS_SELECTOR, "button.live-cancel").click()

    WebDriverWait(browser, WAIT_S).until(
        lambda b: not b.find_element(By.CSS_SELECTOR, ".live").is_displayed()
    )
    (job,) = server.get("/api/v1/jobs").json["data"]
    assert (job["command"], job["state"]) == (["dmaic", "run-all"], "cancelled")


def test_whoever_may_only_read_sees_no_button(server, auditor):
    browser = auditor.browser
    secret, browser_cookie = server.sessions.secret, f"dmaic_session_{server.port}"
    cookie = server.sessions.cookie_of("r" * 32)
    browser.delete_cookie(browser_cookie)
    browser.add_cookie({"name": browser_cookie, "value": cookie})
    try:
        auditor.show(f"{server.base}/entropy", 1400, "light")

        assert browser.find_elements(By.CSS_SELECTOR, "button.live-start") == []
    finally:
        browser.delete_cookie(browser_cookie)
        browser.add_cookie({"name": browser_cookie, "value": secret})
