"""What is in somebody's hands, before it passes to who takes over from them."""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from huiyin.casework.models import Matter
from huiyin.core.viewer import Viewer


def by_taker(viewer: Viewer, person_id: UUID, *, villages: Mapping[str, UUID], successor: UUID) -> dict[UUID, int]:
    """How many open matters would go to whom: by village, else to the successor. Only those the viewer may read are
    counted, so that nothing is told of others; who must stay out of one is passed over when it happens.
    """
    rows = Matter.objects.visible_to(viewer).filter(
        handler_id=person_id, closed_at__isnull=True, sealed=False, held=False
    )
    places = rows.order_by().values_list("place_code", flat=True)
    return dict(Counter(villages.get(code[:12], successor) for code in places))
