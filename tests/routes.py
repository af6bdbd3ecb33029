"""Every address of the product: an example of each and who may see it. An address that is not here fails `make check`.

Tests run over this list: who gets an answer, what leaks, accessibility, headers, queries, pictures. `pattern` is the
route as Django writes it from the root; `example` may name things of the tests' county in braces, filled by the test
that opens it (`{code}`, `{proof}`, `{place}` …); an empty example means that the address only takes what a form sends.
"""

from dataclasses import dataclass

ANYONE = frozenset({"anyone"})
STAFF = frozenset(
    {"clerk", "dispatcher", "handler", "supervisor", "caller", "head", "leader", "auditor", "admin", "official"}
)


@dataclass(frozen=True)
class Route:
    """One address."""

    pattern: str
    example: str
    seen_by: frozenset[str]
    method: str = "GET"


ROUTES: tuple[Route, ...] = ()
