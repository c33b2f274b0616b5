"""What a login costs: `make bench` drives real logins over HTTP and measures the gateway.

From the outside in:
cli, options the order of the runs, the exit code
results      a measured row, the table, the JSON lines, the bounds
growth       the same with ten of something and with very many:
scale, crowd logins with 10,000 schools and 2,000 services registered
links        deep links by each form of launch, with 1,000,000 stored
peer         the same logins at SimpleSAMLphp, in the same rounds
catalogue_search, dutch_materials      searches among 200,000 fragments
site         a gateway with the played parties registered in it
servers      the gateway and Redis as processes of their own
registration what the `ketenpoort` command registers beforehand
load         browsers in processes of their own, the measured stretch between two readings
journeys     the five paths of a login without links
school, saml_supplier, oidc_supplier   the parties that are played, each verifies what it gets
browser, connection, forms             a light HTTP client with cookies
id_tokens                              what the gateway signed for a client
process_tree, keys                     CPU and memory from the operating system; the unit R

Only the gateway's processes are counted. Of `gateway` the store alone is imported, to fill it and
to search in it; of `tests` what starts Apache and SimpleSAMLphp, for the peer.
"""
