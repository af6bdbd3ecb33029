"""What is wrong with a programme, as sentences that name page and key."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from huiyin.programme.words import phrase


@dataclass(frozen=True)
class Problem:
    """One mistake: the page (file, relative to the county folder), the key on it, and a code with its values."""

    page: str
    key: str
    code: str
    values: dict[str, str | int] = field(default_factory=dict)

    def sentence(self, language: str = "zh-Hans") -> str:
        """“programmes/echo/matters.toml, flows.appeal: …”"""
        where = f"{self.page}, {self.key}" if self.key else self.page
        return f"{where}: {phrase('problems', self.code, language, **self.values)}"


class ProgrammeError(Exception):
    """A county folder is refused; `problems` holds every reason found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.sentences("en")))

    def sentences(self, language: str = "zh-Hans") -> list[str]:
        """One sentence for each problem."""
        return [problem.sentence(language) for problem in self.problems]
