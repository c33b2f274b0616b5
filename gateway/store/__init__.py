"""What is kept: who takes part and what they decided, and the short-lived state of logins.

`database` opens, `migrations` makes the tables of `tables`, `repositories` is what commands
write by, `registry` what a running gateway reads, `state_sql` or `state_redis` under `sealed`
what lives minutes to hours.
"""
