"""Apache as the proxy with TLS that stands before real parties: sites with names of their own."""

import contextlib
from collections.abc import Iterator, Mapping

from tests.actors.keys import rsa_key
from tests.parts.apache import run_apache
from tests.parts.process import run_directory

SITE = """
<VirtualHost 127.0.0.1:{port}>
    ServerName {name}
    SSLEngine on
    SSLCertificateFile "{directory}/site.crt"
    SSLCertificateKeyFile "{directory}/site.key"
    ProxyPass / http://127.0.0.1:{behind}/
    ProxyPreserveHost On
    SetEnv proxy-nokeepalive 1
</VirtualHost>
"""
# A browser keeps connections open to every site; each takes a worker.
WORKERS = """
ServerName 127.0.0.1
StartServers 4
MaxRequestWorkers 60
"""


@contextlib.contextmanager
def run_tls(port: int, sites: Mapping[str, int]) -> Iterator[None]:
    """Serve https://NAME:`port` for each name of `sites`, from that port of 127.0.0.1."""
    with run_directory("tls") as directory:
        keys = rsa_key("tls")
        (directory / "site.key").write_text(keys.key)
        (directory / "site.crt").write_text(keys.certificate)
        directives = WORKERS + "".join(
            SITE.format(port=port, name=name, directory=directory, behind=behind)
            for name, behind in sites.items()
        )
        modules = ["ssl", "proxy", "proxy_http", "socache_shmcb"]
        with run_apache("tls", port, directory, modules, directives):
            yield
