"""Random walks of matters through the five counties' flows, held against a small model that shares no rule with the
product."""
