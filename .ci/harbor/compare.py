"""Compares the trials of two jobs task by task and prints a table; exit 1 where they differ.

usage: compare.py HARBOR_JOB OUR_JOB

The last line is `N passed, N failed`, counted in tasks.
"""

import json
import sys
from pathlib import Path

# What must be equal: the verdict, the task's digest (lock.json) and its older checksum (result.json).
ROW = "{:<28} {:<14} {:<14} {:<8} {:<8} {}"


def main(harbor_job: Path, our_job: Path) -> int:
    harbor, ours = trials(harbor_job), trials(our_job)
    print(f"{harbor_job.name} and {our_job.name}")
    print(ROW.format("task", "Harbor", "tbcc", "digest", "checksum", ""))
    failed = sum(not print_row(task, harbor.get(task), ours.get(task)) for task in sorted(harbor | ours))
    if not harbor:
        print(f"{harbor_job}: no trials")
        failed = 1
    print(f"{len(harbor | ours) - failed if harbor else 0} passed, {failed} failed")
    return 1 if failed else 0


def trials(job: Path) -> dict[str, dict[str, object]]:
    """task name -> what is compared, of every trial of the job that has a result"""
    found = {}
    for path in sorted(job.glob("*/result.json")):
        result = json.loads(path.read_text())
        lock = json.loads((path.parent / "lock.json").read_text())
        exception = (result["exception_info"] or {}).get("exception_type")
        rewards = (result["verifier_result"] or {}).get("rewards")
        found[result["task_name"]] = {
            "verdict": exception or json.dumps(rewards, sort_keys=True),
            "digest": lock["task"]["digest"],
            "checksum": result["task_checksum"],
        }
    return found


def print_row(task: str, harbor: dict[str, object] | None, ours: dict[str, object] | None) -> bool:
    same = {key: bool(harbor and ours) and harbor[key] == ours[key] for key in ("verdict", "digest", "checksum")}
    print(ROW.format(
        task.rpartition("/")[2],
        short(harbor),
        short(ours),
        "equal" if same["digest"] else "DIFFERS",
        "equal" if same["checksum"] else "DIFFERS",
        "" if all(same.values()) else "FAILED",
    ).rstrip())
    return all(same.values())


def short(trial: dict[str, object] | None) -> str:
    """The only reward of most tasks stands as its value; anything else as it is."""
    if trial is None:
        return "missing"
    return str(trial["verdict"]).removeprefix('{"reward": ').removesuffix("}")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
