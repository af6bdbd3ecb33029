"""A month of a county in one process: people, workers, gateways and kills, with what must hold looked at each step."""
