"""Hand in every mutant of an exercise's reference, and find those that keep all points."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial

from exercises.equivalent import Equivalent, read_equivalents
from exercises.exercise import Exercise
from graders.examiner import Examiner
from graders.grader import Mutant, Solution
from graders.in_order import in_order
from graders.report import Fault, Report

# A mutant that takes so many times what the reference takes is taken to run for ever.
PATIENCE = 5.0
LEAST_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Fate:
    """How a mutant ended: `lost` says whether it lost points, `ours` what broke on our side."""

    mutant: Mutant
    lost: bool
    cpu: float
    ours: str = ""


@dataclass(frozen=True, slots=True)
class Hunt:
    """What became of an exercise's mutants, and which of them its author calls equivalent.

    `untrue` are the author's entries that name no mutant, or one that loses points.
    """

    fates: tuple[Fate, ...]
    equivalents: tuple[Equivalent, ...]

    @property
    def killed(self) -> int:
        """How many lost points."""
        return sum(fate.lost for fate in self.fates)

    @property
    def excused(self) -> int:
        """How many kept them and are equivalent."""
        return len(self.fates) - self.killed - len(self.survivors)

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """Those that kept their points, and that nobody has called equivalent."""
        return tuple(
            fate.mutant
            for fate in self.fates
            if not fate.lost and not any(_names(one, fate.mutant) for one in self.equivalents)
        )

    @property
    def untrue(self) -> tuple[str, ...]:
        """The changes that are called equivalent and are no mutants, or lose points."""
        living = [fate.mutant for fate in self.fates if not fate.lost]
        return tuple(
            f"{one.within}: {one.before} -> {after}"
            for one in self.equivalents
            for after in one.after
            if not any(_is(mutant, one, after) for mutant in living)
        )

    @property
    def ours(self) -> tuple[str, ...]:
        """What broke on our side."""
        return tuple(f"{fate.mutant.name}: {fate.ours}" for fate in self.fates if fate.ours)

    @property
    def rate(self) -> float:
        """The share of the mutants that are not equivalent which lost points."""
        known = self.killed + len(self.survivors)
        return self.killed / known if known else 1.0

    @property
    def cpu(self) -> float:
        """The processor time of the mutants' rooms, in seconds."""
        return sum(fate.cpu for fate in self.fates)


async def hunt_mutants(
    examiner: Examiner,
    *,
    reference: Solution,
    on_fate: Callable[[Fate], None] = lambda _fate: None,
) -> Hunt:
    """Grade the mutants of the reference, each on further variants until it loses points."""
    mutants = list(examiner.grader.mutants(examiner.exercise, reference))
    equivalents = read_equivalents(examiner.exercise.path)
    if not mutants:
        return Hunt((), equivalents)
    hurried = replace(examiner, exercise=await _hurried(examiner, reference))
    calls = [partial(_fate, hurried, mutant) for mutant in mutants]
    fates = []
    async with aclosing(in_order(calls, at_once=examiner.at_once)) as found:
        async for fate in found:
            fates.append(fate)
            on_fate(fate)
    return Hunt(tuple(fates), equivalents)


async def _hurried(examiner: Examiner, reference: Solution) -> Exercise:
    """Return the exercise with tighter limits of time, by what its reference takes."""
    seed, work = next(iter(reference.works.items()))
    report = await examiner.report(work=work, seed=seed)
    manifest = examiner.exercise.manifest
    whole = max(report.timings.notebook, report.timings.tests)
    longest = max((test.seconds for test in report.tests), default=0.0)
    limits = manifest.limits.model_copy(
        update={
            "wall_seconds": _tighter(manifest.limits.wall_seconds, whole),
            "test_seconds": _tighter(manifest.limits.test_seconds, longest),
        }
    )
    return replace(examiner.exercise, manifest=manifest.model_copy(update={"limits": limits}))


def _tighter(allowed: float, needed: float) -> float:
    return min(allowed, max(LEAST_SECONDS, PATIENCE * needed))


async def _fate(examiner: Examiner, mutant: Mutant) -> Fate:
    cpu = 0.0
    for seed, work in mutant.works.items():
        report = await examiner.report(work=work, seed=seed)
        cpu += report.timings.cpu or 0.0
        if ours := _ours(report):
            return Fate(mutant, lost=False, cpu=cpu, ours=ours)
        if report.points < examiner.exercise.manifest.points:
            return Fate(mutant, lost=True, cpu=cpu)
    return Fate(mutant, lost=False, cpu=cpu)


def _ours(report: Report) -> str:
    """Return what broke on our side, as no wrong solution should make it."""
    problems = [report.problem, *(test.problem for test in report.tests)]
    told = [one for one in problems if one is not None and one.fault is Fault.OURS]
    return f"{told[0].code}: {told[0].message or ''}" if told else ""


def _names(one: Equivalent, mutant: Mutant) -> bool:
    return any(_is(mutant, one, after) for after in one.after)


def _is(mutant: Mutant, one: Equivalent, after: str) -> bool:
    return (mutant.within, mutant.before, mutant.after) == (one.within, one.before, after)
