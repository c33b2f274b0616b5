"""The rules: what a login is, what is released, who is who. Standard library only."""
