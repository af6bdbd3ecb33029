"""What the index of texts finds, for tests that ask whether something is in it."""

from uuid import UUID

from django.db.models import QuerySet

from huiyin.core import search
from huiyin.core.models import SearchText


def matching(kind: str, query: str) -> QuerySet[SearchText, UUID]:
    """The ids of subjects whose texts hold every token of the query; unordered."""
    terms = search.terms(query)
    rows = SearchText.objects.filter(kind=kind).values_list("subject", flat=True)
    return rows.filter(search.Having("subject", kind, terms)) if terms else rows.none()
