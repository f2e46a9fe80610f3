"""How one Wan2GP works: what it shows of itself, what follows from that, and what is asked of it."""
