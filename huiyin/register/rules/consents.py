"""What may be sent to a number: what was said of it, and what counts where nobody has asked (SG-16). Pure."""

NOT_ASKED, STOPPED = "not_asked", "stopped"
"""Nobody has asked yet; the number itself wrote STOP."""
