"""Controls of forms as the look has them, and what is wrong with a form in words that can be told apart."""

from collections import Counter

from django.forms import BoundField
from django.forms.boundfield import BoundWidget
from django.forms.forms import BaseForm
from django.utils.safestring import SafeString

from huiyin.interfaces.common.phrases import phrase

CLASSES = {"select": "form-select", "checkbox": "form-check-input", "radio": "form-check-input"}


def described(bound: BoundField) -> SafeString:
    """The control, tied to its hint and error for those who hear the page."""
    attributes: dict[str, str | bool] = {"class": control_class(bound)}
    ids = [f"{bound.auto_id}-{part}" for part, there in (("hint", bound.help_text), ("error", bound.errors)) if there]
    if ids:
        attributes["aria-describedby"] = " ".join(ids)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return bound.as_widget(attrs=attributes)


def control_class(bound: BoundField) -> str:
    """The class that fits the kind of control, beside the widget's own."""
    base = CLASSES.get(getattr(bound.field.widget, "input_type", ""), "form-control")
    own = bound.field.widget.attrs.get("class", "")
    return base if own == base else f"{base} {own}".strip()


def choice(option: BoundWidget) -> SafeString:
    """A radio or a box of a pick, of the size and shape they all have, whatever the form said of its control."""
    option.data["attrs"].setdefault("class", CLASSES["radio"])
    return option.tag()


def wrong_places(form: BaseForm) -> list[tuple[str, str]]:
    """For each field that is wrong the id to go to and the sentence; with the field's name before it where the same
    sentence is said of another field too."""
    wrong = [
        (bound.id_for_label or bound.auto_id, str(bound.label), str(bound.errors[0])) for bound in form if bound.errors
    ]
    times = Counter(sentence for _, _, sentence in wrong)
    return [
        (place, phrase("named", name=name, said=sentence) if times[sentence] > 1 and name else sentence)
        for place, name, sentence in wrong
    ]
