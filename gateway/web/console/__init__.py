"""The consoles of suppliers, schools and the operator. `desk.py` says who is at work there."""
