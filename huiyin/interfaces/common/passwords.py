"""What a password must be, in our words where the framework has none in Chinese."""

from django.contrib.auth.password_validation import MinimumLengthValidator

from huiyin.interfaces.common.phrases import language
from huiyin.programme.words import say


class LongEnough(MinimumLengthValidator):
    """At least so many characters."""

    def get_error_message(self) -> str:
        """The sentence for a password that is shorter."""
        return say("password_short", language(), least=self.min_length)
