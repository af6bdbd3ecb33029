"""Which topics matters stand under: none of them may disappear with another list."""

from huiyin.casework.models import Matter
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.programme.schema.rulebook import Rulebook


def lost_topics(viewer: Viewer, book: Rulebook) -> list[str]:
    """Topics of open matters that a rulebook does not have any more, as “programme.topic”, in order; for the engine.

    A closed matter reads its topic in the version it was opened under. What a programme of another county brings along
    is not asked here: only programmes the rulebook has. Raises Missing for anybody else, since it says what sealed
    matters are about.
    """
    if not viewer.everything:
        raise Missing
    used = Matter.objects.filter(closed_at__isnull=True).exclude(topic="").order_by()
    found = used.values_list("programme", "topic").distinct()
    return sorted(
        f"{programme}.{topic}"
        for programme, topic in found
        if programme in book.programmes and topic not in book.matters(programme).topics
    )
