"""Start the judge of a file of predictions: read one job from the worker, answer one verdict.

The file's bytes are hostile. They are parsed here, in a room without network, beside the labels.
"""

from __future__ import annotations

import numpy as np

from graders.judge.line import WorkerLine
from graders.kinds.predictions.job import PredictionsJob
from graders.kinds.predictions.score import score
from graders.protocol import Progress


def main() -> None:
    """Score the file that comes on standard input."""
    line = WorkerLine.take_over()
    job = PredictionsJob.model_validate_json(line.receive_line())
    line.send(Progress(phase="tests", done=0, total=1))
    with np.load(job.hidden, allow_pickle=False) as arrays:
        hidden = {name: arrays[name] for name in ("ids", "labels", "shown")}
    line.send(score(job.content, hidden, options=job.options, points=job.points))


if __name__ == "__main__":
    main()
