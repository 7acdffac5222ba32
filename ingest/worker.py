"""A process that reads files for another: jobs come in on its input, outcomes go out, one JSON line each.

What a file does to it, a crash or a loop without end, ends this process and not the program.
"""

from __future__ import annotations

import sys

from ingest.exchange import job_from_json, outcome_to_json
from ingest.reading import Outcome, read_document
from ingest.report import Problem

__all__ = ["main"]


def main(memory_bytes: int) -> None:
    """Read jobs until the input ends, with at most ``memory_bytes`` of address space (0: no bound)."""
    if memory_bytes and sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        bound = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
        resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        job = job_from_json(line)
        try:
            answer = outcome_to_json(read_document(job))
        except (MemoryError, RecursionError) as error:
            what = "memory" if isinstance(error, MemoryError) else "depth"
            why = f"reading it takes more {what} than a file is given"
            problem = Problem(job.shown, "too large", why, "split it, or check what it is")
            answer = outcome_to_json(Outcome(None, problem=problem))
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
