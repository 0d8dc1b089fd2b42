"""Loads every job folder below ROOT with Harbor's own models; one line per problem, exit 1 on any.

usage: validate.py ROOT

A folder is a job where it holds config.json and a lock, result or event file of its own. A job that a test damages
or kills on purpose is left out by a file named `not-for-harbor` (its text says why) in it or in a folder above it.
The last line is `N passed, N failed`, counted in job folders.
"""

import json
import os
import sys
from pathlib import Path

from harbor.models.job.config import JobConfig
from harbor.models.job.lock import JobLock, TrialLock
from harbor.models.job.result import JobResult, JobStats
from harbor.models.trial.artifact_manifest import ArtifactManifest
from harbor.models.trial.config import TrialConfig
from harbor.models.trial.result import TrialResult
from harbor.utils.trajectory_validator import TrajectoryValidator
from pydantic import BaseModel, ValidationError

JOB_FILES = ("lock.json", "result.json", "tbcc.events.jsonl")
LEAVE_OUT = "not-for-harbor"


def main(root: Path) -> int:
    jobs = find_jobs(root)
    failed = 0
    for job in jobs:
        problems = check_job(job)
        for path, text in problems:
            print(f"{path.relative_to(root)}: {text}")
        failed += bool(problems)
    if not jobs:
        print(f"{root}: no job folder found")
        failed = 1
    print(f"{len(jobs) - failed if jobs else 0} passed, {failed} failed")
    return 1 if failed else 0


def find_jobs(root: Path) -> list[Path]:
    jobs = []
    for folder, children, files in os.walk(root):
        if LEAVE_OUT in files:
            print(f"left out {folder}: {(Path(folder) / LEAVE_OUT).read_text().strip()}")
            children.clear()
        elif "config.json" in files and any(name in files for name in JOB_FILES):
            jobs.append(Path(folder))
            children.clear()
    return sorted(jobs)


def check_job(job: Path) -> list[tuple[Path, str]]:
    problems: list[tuple[Path, str]] = []
    load(job / "config.json", JobConfig, problems)
    load(job / "lock.json", JobLock, problems)
    result = load(job / "result.json", JobResult, problems)
    # Harbor's viewer takes every folder in a job for a trial.
    trials = [check_trial(entry, problems) for entry in sorted(job.iterdir()) if entry.is_dir()]
    if isinstance(result, JobResult) and result.finished_at is not None:
        check_stats(job / "result.json", result, [trial for trial in trials if trial is not None], problems)
    return problems


def check_trial(trial: Path, problems: list[tuple[Path, str]]) -> TrialResult | None:
    config = load(trial / "config.json", TrialConfig, problems)
    load(trial / "lock.json", TrialLock, problems)
    manifest = trial / "artifacts" / "manifest.json"
    if manifest.exists():
        load(manifest, ArtifactManifest, problems, wrap="entries")
    trajectory = trial / "agent" / "trajectory.json"
    if trajectory.exists():
        validator = TrajectoryValidator()
        if not validator.validate(trajectory):
            problems.extend((trajectory, error) for error in validator.errors)
    if isinstance(config, TrialConfig) and config.trial_name != trial.name:
        problems.append((trial / "config.json", f"trial_name is {config.trial_name}"))
    # A trial that was ended from outside has none, in Harbor as here.
    if not (trial / "result.json").exists():
        return None
    result = load(trial / "result.json", TrialResult, problems)
    return result if isinstance(result, TrialResult) else None


def check_stats(path: Path, job: JobResult, trials: list[TrialResult], problems: list[tuple[Path, str]]) -> None:
    """What Harbor would count over the same trials must stand in the job's result."""
    written = comparable(job.stats)
    counted = comparable(JobStats.from_trial_results(trials))
    for key in counted:
        if written.get(key) != counted[key]:
            problems.append((path, f"stats.{key} is {written.get(key)}, Harbor counts {counted[key]}"))


def comparable(stats: JobStats) -> dict[str, object]:
    data = stats.model_dump(mode="json")
    evals = {
        name: {
            "n_trials": group["n_trials"],
            "n_errors": group["n_errors"],
            "rewards": {key: {as_float(value): sorted(names) for value, names in values.items()}
                        for key, values in group["reward_stats"].items()},
            "exceptions": {kind: sorted(names) for kind, names in group["exception_stats"].items()},
        }
        for name, group in data["evals"].items()
    }
    counts = ("n_completed_trials", "n_errored_trials", "n_input_tokens", "n_cache_tokens", "n_output_tokens")
    return {"evals": evals} | {key: data[key] for key in counts}


def as_float(name: str) -> str:
    """Harbor writes the reward 1 as the key "1" and reads that key as 1.0: both are the same value."""
    try:
        return repr(float(name))
    except ValueError:
        return name


def load(path: Path, model: type[BaseModel], problems: list[tuple[Path, str]], wrap: str | None = None) -> BaseModel | None:
    try:
        raw = json.loads(path.read_text())
        data = {wrap: raw} if wrap else raw
        parsed = model.model_validate(data)
    except ValidationError as error:
        problems.extend((path, f"{'.'.join(map(str, e['loc']))}: {e['msg']}") for e in error.errors())
    except OSError as error:
        problems.append((path, error.strerror or str(error)))
    except ValueError as error:
        problems.append((path, f"no JSON: {error}"))
    else:
        # pydantic drops what it does not know: a key of ours in Harbor's file would pass unseen.
        problems.extend((path, f"unknown key {key}") for key in unknown_keys(data, parsed.model_dump(mode="json")))
        return parsed
    return None


def unknown_keys(raw: object, known: object, at: str = "") -> list[str]:
    if isinstance(raw, dict) and isinstance(known, dict):
        named = {as_float(name): value for name, value in known.items()}
        return [
            key
            for name, value in raw.items()
            for key in (
                unknown_keys(value, named[as_float(name)], f"{at}{name}.") if as_float(name) in named else [f"{at}{name}"]
            )
        ]
    if isinstance(raw, list) and isinstance(known, list):
        return [key for i, (a, b) in enumerate(zip(raw, known)) for key in unknown_keys(a, b, f"{at}{i}.")]
    return []


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
