"""Start a judge without a kernel: run the tests against what was kept of an earlier run."""

from __future__ import annotations

from graders.errors import TranscriptError
from graders.judge.line import WorkerLine
from graders.judge.recording import ReplayCaller
from graders.judge.verdict import judge
from graders.protocol import Replay, Verdict
from graders.report import Fault, Problem, ProblemCode
from graders.transcript import unpack


def main() -> None:
    """Score the run that comes on standard input again."""
    line = WorkerLine.take_over()
    line.send(replay(Replay.model_validate_json(line.receive_line()), line=line))


def replay(job: Replay, *, line: WorkerLine) -> Verdict:
    """Return the verdict of the tests, or a problem of ours where the transcript can't serve."""
    try:
        transcript = unpack(job.transcript)
    except TranscriptError as exc:
        return _inconclusive(str(exc))
    caller = ReplayCaller(transcript)
    verdict = judge(job, caller, problem=transcript.problem, line=line)
    if caller.missed:
        return _inconclusive("the tests ask what was not asked when the notebook ran")
    return verdict


def _inconclusive(message: str) -> Verdict:
    problem = Problem(code=ProblemCode.BROKEN_TEST, fault=Fault.OURS, message=message)
    return Verdict(problem=problem)


if __name__ == "__main__":
    main()
