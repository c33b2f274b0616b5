"""What people see: the dispatcher of a login, the school chooser, deep links, logout, errors."""
