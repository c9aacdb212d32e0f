"""Routes of the API that change something: runs, analyses, plans, releases, answers to alarms.

What belongs here: from a request to the command that does it. Everything goes the way that it goes
from a shell; what takes long becomes a job, which is answered with 202 and an id.
"""

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import PhaseName
from dmaic_assets.process.control.alarm_list import (
    StandingAlarm,
    answer_alarm,
    standing_alarms,
)
from dmaic_assets.settings.project import SOURCE_PATTERN
from dmaic_assets.web.api.envelope import (
    PAGE,
    Cursor,
    Limit,
    NotThereError,
    Told,
    body_of,
    json_response,
    of_list,
)
from dmaic_assets.web.api.reading import Reader, add_get, add_post
from dmaic_assets.web.api.sources import OneSource, Sha, Source, known_file
from dmaic_assets.web.jobs.job import Job
from dmaic_assets.web.jobs.runner import JobRunner
from dmaic_assets.web.safety.guard import role_of
from dmaic_assets.work.people.rule_edits import signature
from dmaic_assets.work.run.platform import Platform

# Sources that one request may name; all are meant when none is named.
_MOST_SOURCES = 100
# Letters of a reason: a paragraph.
_LONGEST_TEXT = 2_000
OneJob = Annotated[str, Path(max_length=80, description="Id of a job.")]
OneAlarm = Annotated[str, Path(max_length=80, description="Id of an alarm.")]
Name = Annotated[str, Field(pattern=SOURCE_PATTERN)]
# No line break nor another sign that terminals and YAML take for more than text.
_PLAIN = r"[^\x00-\x1f\x7f-\x9f]"
Text = Annotated[
    str, Field(min_length=1, max_length=_LONGEST_TEXT, pattern=rf"^{_PLAIN}*\S{_PLAIN}*$")
]
Person = Annotated[str, Field(min_length=1, max_length=80, pattern=rf"^{_PLAIN}+$")]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RunForm(_Form):
    """What a run is to do: all sources and no phase where nothing is said."""

    sources: Annotated[list[Name], Field(max_length=_MOST_SOURCES)] = []
    phase: PhaseName | None = None
    force: bool = False
    fail_fast: bool = False
    threshold: Annotated[float, Field(ge=0, le=100)] | None = None


class ScopeForm(_Form):
    """Which sources are meant; all where none is named."""

    sources: Annotated[list[Name], Field(max_length=_MOST_SOURCES)] = []


class ReleaseForm(_Form):
    """Why a held file is fine, and who says so."""

    reason: Text
    by: Person | None = None


class AnswerForm(_Form):
    """What caused an alarm, and who says so."""

    cause: Text
    by: Person | None = None


class CancelForm(_Form):
    """Nothing: an empty object says that a page of ours or a program asks."""


@dataclass(frozen=True, slots=True)
class AlarmDocument:
    """An alarm of the newest chart of a CTQ; shares are in [0, 1], `cause` is null while open."""

    id: str
    source: str
    run_id: str
    ctq: str
    file: str
    sha256: str
    share: float
    limit: float
    owner: str | None
    is_open: bool
    cause: str | None
    answered_by: str | None
    answered_at: str | None


class ActionRoutes:
    """Answers them."""

    def __init__(self, reader: Reader, jobs: JobRunner) -> None:
        self._reader = reader
        self._jobs = jobs

    def add_to(self, router: APIRouter) -> None:
        """Adds the routes."""
        add_post(router, "/runs", self.run, Job, status=202)
        add_post(router, "/plans", self.plan, Job, status=202)
        add_post(router, "/analyses", self.analyze, Job, status=202)
        add_post(router, "/sources/{source}/files/{sha}/release", self.release, Job, status=202)
        add_get(router, "/jobs", self.jobs, list[Job])
        add_get(router, "/jobs/{job_id}", self.job, Job)
        add_post(router, "/jobs/{job_id}/cancel", self.cancel, Job)
        add_get(router, "/alarms", self.alarms, list[AlarmDocument])
        add_post(router, "/alarms/{alarm_id}/acknowledge", self.acknowledge, AlarmDocument)

    def run(self, request: Request, form: RunForm) -> Response:
        """Starts a run: files are judged and, with `phase`, sources taken through the phases."""
        options = ["--force"] if form.force else []
        options += ["--fail-fast"] if form.fail_fast else []
        options += [] if form.threshold is None else [f"--threshold={form.threshold}"]
        scope = [f"--source={name}" for name in form.sources]
        if form.phase is not None:
            command = ["run", f"--phase={form.phase}", *scope]
        else:
            command = ["ingest", *scope] if scope else ["run-all"]
        return self._accepted(request, "run", [*command, *options])

    def plan(self, request: Request, form: ScopeForm) -> Response:
        """Finds out what a run would compute now; its job has the plan as its result."""
        return self._accepted(request, "plan", ["plan", *(f"--source={s}" for s in form.sources)])

    def analyze(self, request: Request, form: ScopeForm) -> Response:
        """Studies accepted rows: meaning, keys, findings, uncertainty."""
        return self._accepted(request, "analyze", ["analyze", *form.sources])

    def release(self, request: Request, source: Source, sha: Sha, form: ReleaseForm) -> Response:
        """Releases a held file: it is accepted after all, and the rules that held it learn it."""
        arrival = known_file(self._reader.platform, source, sha)
        if arrival.disposition != "rejected":
            fix = f"GET /api/v1/sources/{source}/files?disposition=rejected"
            raise BadInputError(f"{source}/{arrival.name}", "is not held", fix)
        signed = [f"--reason={form.reason}", *([f"--by={form.by}"] if form.by else [])]
        return self._accepted(request, "release", ["gate", "release", arrival.sha256, *signed])

    def jobs(self, request: Request, limit: Limit = PAGE, cursor: Cursor = None) -> Response:
        """The jobs of this server, the newest first, without their results."""
        found = [_without_result(job) for job in self._jobs.all_jobs()]
        return json_response(request, body_of(of_list(found, limit, cursor)))

    def job(self, request: Request, job_id: OneJob) -> Response:
        """One job; who may start jobs also gets the document that its command printed."""
        job = self._known(job_id)
        # Commands print what a person at the terminal may see: values of any column.
        told = job if role_of(request) == "write" else _without_result(job)
        return json_response(request, body_of(Told(told)))

    def cancel(self, request: Request, job_id: OneJob, _form: CancelForm) -> Response:
        """Cancels a job that waits or runs; one that runs finishes what it is writing first."""
        self._known(job_id)
        return json_response(request, body_of(Told(_without_result(self._jobs.cancel(job_id)))))

    def alarms(
        self,
        request: Request,
        source: OneSource = None,
        is_open: Annotated[bool | None, Query(alias="open")] = None,
        limit: Limit = PAGE,
        cursor: Cursor = None,
    ) -> Response:
        """Alarms of the newest control charts, answered ones too."""

        def told(platform: Platform) -> Told:
            found = [
                _alarm_document(alarm)
                for alarm in standing_alarms(platform)
                if source in (None, alarm.source) and is_open in (None, alarm.is_open)
            ]
            return of_list(found, limit, cursor)

        return self._reader.answer(request, told)

    def acknowledge(self, request: Request, alarm_id: OneAlarm, form: AnswerForm) -> Response:
        """Tells the cause of an alarm: it is no longer open, and its file leaves the baseline."""
        platform = self._reader.platform
        if not any(alarm.alarm.id == alarm_id for alarm in standing_alarms(platform)):
            raise NotThereError(f"alarm {alarm_id}", "is not known", "GET /api/v1/alarms")
        mine = signature(platform.clock(), by=form.by, reason=form.cause)
        answered = answer_alarm(platform, alarm_id, cause=form.cause, by=mine.by)
        return json_response(request, body_of(Told(_alarm_document(answered))))

    def _accepted(self, request: Request, kind: str, arguments: list[str]) -> Response:
        job = self._jobs.submit(kind, arguments)
        response = json_response(request, body_of(Told(job)), status=202)
        response.headers["Location"] = f"/api/v1/jobs/{job.id}"
        return response

    def _known(self, job_id: str) -> Job:
        try:
            return self._jobs.get(job_id)
        except BadInputError as error:
            raise NotThereError(error.subject, error.culprit, error.fix) from error


def _without_result(job: Job) -> dict[str, Any]:
    return {**asdict(job), "result": None}


def _alarm_document(standing: StandingAlarm) -> AlarmDocument:
    alarm, answer = standing.alarm, standing.answer
    return AlarmDocument(
        id=alarm.id,
        source=standing.source,
        run_id=standing.run_id,
        ctq=alarm.ctq,
        file=alarm.file,
        sha256=alarm.sha256,
        share=alarm.share,
        limit=alarm.limit,
        owner=alarm.owner or None,
        is_open=standing.is_open,
        cause=answer.cause if answer else None,
        answered_by=answer.by if answer else None,
        answered_at=answer.at if answer else None,
    )
