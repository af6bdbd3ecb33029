"""What the index of texts finds, for tests that ask whether something is in it."""

from uuid import UUID

from django.db.models import QuerySet

from huiyin.core import search
from huiyin.core.models import SearchText


def matching(kind: str, query: str) -> QuerySet[SearchText, UUID]:
    """The ids of subjects whose texts hold every token of the query; unordered."""
    return SearchText.objects.filter(kind=kind, subject__in=search.subjects(kind, query)).values_list(
        "subject", flat=True
    )
