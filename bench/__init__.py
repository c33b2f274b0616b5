"""What a login costs: `make bench` drives real logins over HTTP and measures the gateway.

From the outside in:
cli          options, the order of the runs, the exit code
results      a measured row, the table, the JSON lines, the bounds
scale, crowd the same logins with 10,000 schools and 2,000 services registered
site         a gateway with the played parties registered in it
servers      the gateway and Redis as processes of their own
registration what the `ketenpoort` command registers beforehand
load         browsers in processes of their own, the measured stretch between two readings
journeys     the five paths of a login
school, saml_supplier, oidc_supplier   the parties that are played, each verifies what it gets
browser, connection, forms             a light HTTP client with cookies
process_tree, keys                     CPU and memory from the operating system; the unit R

Only the gateway's processes are counted; nothing of `gateway` is imported.
"""
