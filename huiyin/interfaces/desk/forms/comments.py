"""What is done with a comment under an entry of a wall: refused for a reason, answered, said by an office."""

from huiyin.interfaces.desk.forms.fields import Keyed, Once, Plain, Typed, area


class LookForm(Typed):
    """Why a comment stays off the wall: one of the programme's reasons."""

    reason = Plain(Keyed())


class AnswerForm(Typed):
    """The public answer of the unit in charge."""

    answer = Plain(area(4))


class SayForm(Once):
    """What an office says under an entry."""

    text = Plain(area(4))
