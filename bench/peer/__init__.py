"""A peer for comparison: Debian's SimpleSAMLphp 1.19 as the hub between the same school and the
same service, under Apache with PHP in it and its opcode cache on.

R, the CPU of a signature, needs 30 KB of the processor's caches and a login megabytes, so on a
busy host the same login costs more R than on a quiet one. A peer measured in the same rounds shows
what of it is the machine.

server       the peer as processes of its own
journeys     its two paths, cold and warm
comparison   the gateway's rows against the peer's
"""
