"""Refusals: a code that owns a sentence in every language."""

from huiyin.programme.words import say


class Refused(Exception):
    """A rule said no.

    `code` names a sentence under `[refusals]` in `words/*.toml`; `values` fill it; `field` names the input it
    belongs to, where there is one. Doors show `sentence(language)`, never the exception itself.
    """

    def __init__(self, code: str, /, *, field: str = "", **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.values = values

    def sentence(self, language: str = "zh-Hans") -> str:
        """The sentence of this refusal; raises KeyError when the code has none (`make check` finds those)."""
        return say(self.code, language, **self.values)

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in sorted(self.values.items()))
        return f"{self.code}({shown})" if shown else self.code


class Missing(Refused):
    """Not found, not yours or sealed: one answer for all three, so that existence is never revealed (SG-01)."""

    def __init__(self) -> None:
        super().__init__("not_found")
