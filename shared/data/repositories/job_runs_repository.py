"""The last run of each job and its outcome."""

from shared.data.documents import JobRun
from shared.data.repositories.repository import Repository, text_value
from shared.data.schema.service_collections import JOB_RUNS


class JobRunRepository(Repository):
    """The collection ``job_runs``; ``_id`` is the job."""

    declared = JOB_RUNS

    async def record(self, run: JobRun) -> None:
        """Stores a run; it replaces the previous run."""
        document = {
            "_id": run.job,
            "started_at": run.started_at,
            "finished_at": run.finished_at,
            "summary": dict(run.summary),
        }
        self._checked(document)
        await self._run(lambda target: target.replace_one({"_id": run.job}, document, upsert=True))

    async def latest(self, job: str) -> JobRun | None:
        """Returns the last run of a job; None if it has not run yet."""
        query = {"_id": text_value("job", job, 64)}
        found = await self._run(lambda target: target.find_one(query))
        if found is None:
            return None
        return JobRun(found["_id"], found["started_at"], found["finished_at"], found["summary"])
