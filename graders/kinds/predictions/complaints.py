"""What is wrong with a file of predictions: a sentence in each language, with the line."""

from __future__ import annotations

from dataclasses import dataclass, field

from graders.report import Text

MAX_COMPLAINTS = 20
MAX_QUOTED = 40

MISSING, TWICE, FORM = "ids-missing", "ids-twice", "form"


def quoted(text: str) -> str:
    """Return what a student wrote, cut to a length that fits into a sentence."""
    return repr(text if len(text) <= MAX_QUOTED else f"{text[:MAX_QUOTED]}…")


@dataclass(slots=True)
class Complaints:
    """The first complaints in full, the number of all, and which mistakes they are."""

    said: list[Text] = field(default_factory=list)
    count: int = 0
    kinds: set[str] = field(default_factory=set)

    def add(self, *, fr: str, en: str, line: int | None = None, kind: str = FORM) -> None:
        """Complain about a line, or about the whole file."""
        self.count += 1
        self.kinds.add(kind)
        if len(self.said) >= MAX_COMPLAINTS:
            return
        if line is not None:
            fr, en = f"Ligne {line}\u00a0: {fr}", f"Line {line}: {en}"
        self.said.append(Text(fr=_sentence(fr), en=_sentence(en)))

    @property
    def remarks(self) -> tuple[Text, ...]:
        """What to tell the student."""
        more = self.count - len(self.said)
        if not more:
            return tuple(self.said)
        rest = Text(fr=f"Et {more} autres remarques.", en=f"And {more} more remarks.")
        return (*self.said, rest)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
